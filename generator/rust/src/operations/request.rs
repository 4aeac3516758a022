//! The request builder: its fields, its setters, and the methods that send the request.

use api::{BodyEncoding, FormerName, Operation, Presence, Type};
use proc_macro2::TokenStream;
use quote::quote;

use super::inputs::{self, Given, InputTarget};
use super::{Context, docs, method, paging, send};
use crate::format::ident;
use crate::ty::{self, From};
use crate::value;
use crate::{Imports, former};

/// Returns the request builder and its methods.
pub(super) fn request(
    operation: &Operation,
    owner: &str,
    context: &Context<'_>,
    imports: &mut Imports,
) -> TokenStream {
    for name in ["CallOptions", "Client"] {
        imports.runtime(name);
    }
    let request = ident(&operation.request);
    let docs = docs::request(operation, owner).attributes();
    let fields = fields(operation, imports);
    let given = inputs::given(&operation.call.setters, operation, context.api);
    let setters = given.iter().map(|given| setter(given, context, imports));
    let mut setters: TokenStream = setters.collect();
    for former in &operation.former_setters {
        let given = given.iter().find(|given| given.name == former.current);
        setters.extend(given.map(|given| former_setter(former, given, context, imports)));
    }
    let from_body = method::from_body(operation, owner, context, imports);
    let body_field = has_properties(operation).then(body_field);
    let send = send::methods(operation, context, imports);
    let traits = send::traits(operation, context, imports);
    let paging = paging::methods(operation, context.api, imports);
    let unused = match operation.response.channel() {
        None => "a request does nothing until it is sent",
        Some(_) => "a request does nothing until it opens its channel",
    };
    quote! {
        #docs
        #[derive(Clone, Debug)]
        #[must_use = #unused]
        pub struct #request {
            pub(crate) client: Client,
            pub(crate) call_options: CallOptions,
            #(#fields),*
        }
        impl #request {
            #from_body
            #setters
            #body_field
            /// Sets options for this call, such as its timeout and retries, or additional headers
            /// and query parameters. They override the options of the client.
            pub fn with_options(mut self, options: CallOptions) -> Self {
                self.call_options = self.call_options.and(options);
                self
            }
            #send
            #paging
        }
        #traits
    }
}

/// Returns `true` if the body of a request has properties.
fn has_properties(operation: &Operation) -> bool {
    operation.body.as_ref().is_some_and(|body| {
        let is_object = matches!(
            body.ty.unboxed(),
            Type::Named(_) | Type::Map(_) | Type::Json
        );
        match body.encoding {
            BodyEncoding::Json(_) | BodyEncoding::UrlEncoded(_) => is_object,
            BodyEncoding::Multipart => true,
            BodyEncoding::File(_) | BodyEncoding::Text(_) => false,
        }
    })
}

/// Returns the method that adds an undocumented property to the body.
fn body_field() -> TokenStream {
    quote! {
        /// Adds an undocumented property to the body. It replaces a documented property with the
        /// same name.
        pub fn body_field(mut self, name: impl Into<String>, value: impl serde::Serialize) -> Self {
            self.call_options = self.call_options.body_field(name, value);
            self
        }
    }
}

/// Returns the fields for the parameters and the body.
fn fields(operation: &Operation, imports: &mut Imports) -> Vec<TokenStream> {
    let mut fields = Vec::new();
    for parameter in &operation.parameters {
        let name = ident(&parameter.name);
        let ty = ty::tokens(&parameter.ty, From::Elsewhere, imports);
        fields.push(match parameter.required {
            true => quote!(pub(crate) #name: #ty),
            false => quote!(pub(crate) #name: Option<#ty>),
        });
    }
    if let Some(body) = &operation.body {
        let ty = ty::tokens(&body.ty, From::Elsewhere, imports);
        fields.push(quote!(pub(crate) body: #ty));
    }
    fields
}

fn setter(given: &Given<'_>, context: &Context<'_>, imports: &mut Imports) -> TokenStream {
    let Given { name, ty, .. } = given;
    let value = value::convert(ty, context.api, name);
    let set = match &given.target {
        InputTarget::BodyField(target) => {
            let field = ident(target.name);
            match target.presence {
                Presence::OptionalNullable => quote!(self.body.#field = Some(#name.into());),
                Presence::RequiredInRequests | Presence::Nullable | Presence::Optional => {
                    quote!(self.body.#field = Some(#value);)
                }
                Presence::Required | Presence::EmptyWhenAbsent => {
                    quote!(self.body.#field = #value;)
                }
            }
        }
        InputTarget::Parameter { .. } => quote!(self.#name = Some(#value);),
        InputTarget::Body => {
            let ty = ty::tokens(ty, From::Elsewhere, imports);
            return quote! {
                /// Replaces the whole body.
                pub fn body(mut self, body: #ty) -> Self {
                    self.body = body;
                    self
                }
            };
        }
    };
    let docs = docs::setter(given, context).attributes();
    let accepted = accepted(given, context, imports);
    let deprecated = method::deprecation(given.deprecated);
    quote! {
        #docs
        #deprecated
        pub fn #name(mut self, #name: #accepted) -> Self {
            #set
            self
        }
    }
}

/// Returns the type that a setter accepts.
fn accepted(given: &Given<'_>, context: &Context<'_>, imports: &mut Imports) -> TokenStream {
    match &given.target {
        InputTarget::Body => ty::tokens(given.ty, From::Elsewhere, imports),
        InputTarget::BodyField(target) if target.presence == Presence::OptionalNullable => {
            imports.runtime("Nullable");
            let ty = ty::tokens(given.ty, From::Elsewhere, imports);
            quote!(impl Into<Nullable<#ty>>)
        }
        _ => value::accepted(given.ty, context.api, imports),
    }
}

/// Returns the former name of a setter.
fn former_setter(
    former: &FormerName,
    given: &Given<'_>,
    context: &Context<'_>,
    imports: &mut Imports,
) -> TokenStream {
    let path = format!("Self::{}", former.current);
    let docs = former::docs(&former.current, &path).attributes();
    let deprecated = former::attribute(&former.since, &former.current);
    let accepted = accepted(given, context, imports);
    let (name, current) = (ident(&former.name), &given.name);
    quote! {
        #docs
        #deprecated
        pub fn #name(self, #current: #accepted) -> Self {
            self.#current(#current)
        }
    }
}

#[cfg(test)]
mod tests {
    use api::{Body, BodyField, Constant, Docs, FieldRole};

    use super::super::samples;
    use super::*;
    use crate::format::format;
    use crate::links::Links;

    fn code(operation: &Operation, api: &api::Api) -> String {
        let (links, mut imports) = (Links::default(), Imports::default());
        let context = Context {
            api,
            library: "pets",
            links: &links,
        };
        let request = request(operation, "Pets", &context, &mut imports);
        format(request).expect("Rust").text
    }

    #[test]
    fn optional_values_have_setters() {
        let pet = samples::object(
            "Pet",
            [
                samples::field("kind", samples::named("Kind"), Presence::Optional),
                samples::field(
                    "tags",
                    samples::list(&Type::String),
                    Presence::EmptyWhenAbsent,
                ),
            ],
        );
        let mut operation = samples::operation("add", &["pets"]);
        let mut dry = samples::parameter("dry", Type::Bool, false);
        dry.docs = Docs::page("Adds nothing.");
        samples::with_parameters(&mut operation, vec![dry]);
        samples::with_body(&mut operation, &pet);
        let code = code(
            &operation,
            &samples::api([pet, samples::enumeration("Kind")]),
        );
        let setters = "
    /// Adds nothing.
    pub fn dry(mut self, dry: bool) -> Self {
        self.dry = Some(dry);
        self
    }

    /// Sets `kind`.
    pub fn kind(mut self, kind: impl Into<types::Kind>) -> Self {
        self.body.kind = Some(kind.into());
        self
    }

    /// Sets `tags`.
    pub fn tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.body.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Replaces the whole body.
    pub fn body(mut self, body: types::Pet) -> Self {
        self.body = body;
        self
    }
";
        assert!(code.contains(&setters[1..]), "{code}");
    }

    #[test]
    fn a_whole_body_has_the_values_that_the_operation_sets() {
        let streams = samples::field("streams", Type::Bool, Presence::Optional);
        let pet = samples::object("Pet", [streams]);
        let mut operation = samples::operation("add", &["pets"]);
        operation.body = Some(Body {
            encoding: BodyEncoding::Json(None),
            ty: samples::named("Pet"),
            limits: api::Limits::default(),
            required: true,
            fields: vec![BodyField {
                position: Some(0),
                name: "streams".to_owned(),
                role: FieldRole::Constant {
                    value: Constant::Bool(true),
                    forced: true,
                },
            }],
            docs: Docs::default(),
        });
        let code = code(&operation, &samples::api([pet]));
        assert!(code.contains("self.body.streams = Some(true);"), "{code}");
        assert!(code.contains(".pets_add(&self.body)"), "{code}");
        assert!(code.contains("fn prepare(mut self)"), "{code}");
    }
}
