//! The method that creates a request, and the struct of its arguments.

use api::{
    Api, Body, Constant, Deprecation, FieldRole, FormerCall, Input, Operation, Presence, Type,
};
use pages::Problem;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};

use super::inputs::{self, BodyField, Given, InputTarget, Target};
use super::{Context, docs};
use crate::documentation::{Documentation, Line};
use crate::format::ident;
use crate::ty::{self, From};
use crate::value;
use crate::{Imports, former};

/// Returns the method of a group, or of the client, that creates a request. `client` is the
/// expression for the client of the request.
///
/// # Errors
///
/// If the example is not Rust.
pub(super) fn method(
    operation: &Operation,
    client: &TokenStream,
    context: &Context<'_>,
    imports: &mut Imports,
) -> Result<TokenStream, Problem> {
    let api = context.api;
    let given = inputs::given(&operation.call.arguments, operation, api);
    let docs = docs::method(operation, &given, context)?.attributes();
    let deprecated = deprecation(operation.deprecated.as_ref());
    let (name, request) = (ident(&operation.method), ident(&operation.request));
    let arguments = operation.call.arguments_struct.as_deref().map(ident);
    let parameters = parameters(arguments.as_ref(), &given, api, imports);
    let unpacked = arguments.as_ref().map(|arguments| {
        let names = given.iter().map(|given| &given.name);
        quote!(let #arguments { #(#names),* } = arguments;)
    });
    let values = Values {
        operation,
        api,
        // The fields of a struct have the types that the request stores.
        are_held: arguments.is_some(),
    };
    let parameter_values = values.parameters();
    let body_value = operation.body.iter().map(|body| values.body(body, imports));
    Ok(quote! {
        #docs
        #deprecated
        pub fn #name(&self, #parameters) -> #request {
            #unpacked
            #request {
                client: #client,
                call_options: CallOptions::new(),
                #(#parameter_values,)*
                #(#body_value,)*
            }
        }
    })
}

/// Returns the former method that creates a request, or `None` if the call was not renamed.
pub(super) fn former(
    operation: &Operation,
    call: &FormerCall,
    context: &Context<'_>,
    imports: &mut Imports,
) -> Option<TokenStream> {
    if !call.renames_method(operation) {
        return None;
    }
    let current = format!("client.{}", operation.call());
    let docs = Documentation::new().line(Line::new("Former name of ").code(&current).text("."));
    let (docs, deprecated) = (docs.attributes(), former::attribute(&call.since, &current));
    let in_group = |name: &str| match call.group == operation.group {
        true => ident(name).to_token_stream(),
        false => former::item_path("operations", operation, name),
    };
    let given = inputs::given(&operation.call.arguments, operation, context.api);
    let (parameters, names) = match &operation.call.arguments_struct {
        Some(arguments) => {
            let arguments = in_group(arguments);
            (quote!(arguments: #arguments), quote!(arguments))
        }
        None => {
            let names = given.iter().map(|given| &given.name);
            let names = quote!(#(#names),*);
            (parameters(None, &given, context.api, imports), names)
        }
    };
    let (name, request) = (ident(&call.method), in_group(&operation.request));
    let (owner, method) = (former::owner(operation, call), ident(&operation.method));
    Some(quote! {
        #docs
        #deprecated
        pub fn #name(&self, #parameters) -> #request {
            #owner.#method(#names)
        }
    })
}

/// Returns the constructor of a request that takes a whole body instead of the arguments for its
/// properties, or `None` if there are no such arguments.
pub(super) fn from_body(
    operation: &Operation,
    owner: &str,
    context: &Context<'_>,
    imports: &mut Imports,
) -> Option<TokenStream> {
    let body = operation.body.as_ref()?;
    let given = inputs::given(&operation.call.arguments, operation, context.api);
    let (in_body, beside): (Vec<_>, Vec<_>) = given
        .into_iter()
        .partition(|given| matches!(given.target, InputTarget::BodyField(_)));
    if in_body.is_empty() {
        return None;
    }
    let method = format!("{owner}::{}", operation.method);
    let docs = Documentation::new().line(
        Line::new("Creates a request for ")
            .item(&method)
            .text(" with a complete body."),
    );
    let docs = docs.attributes();
    let parameters = parameters(None, &beside, context.api, imports);
    let separator = (!beside.is_empty()).then(|| quote!(,));
    let values = Values {
        operation,
        api: context.api,
        are_held: false,
    };
    let values = values.parameters();
    let ty = ty::tokens(body.ty.unboxed(), From::Elsewhere, imports);
    Some(quote! {
        #docs
        pub fn from_body(client: &Client, #parameters #separator body: #ty) -> Self {
            Self {
                client: client.clone(),
                call_options: CallOptions::new(),
                #(#values,)*
                body,
            }
        }
    })
}

pub(super) fn parameters(
    arguments: Option<&Ident>,
    given: &[Given<'_>],
    api: &Api,
    imports: &mut Imports,
) -> TokenStream {
    if let Some(arguments) = arguments {
        return quote!(arguments: #arguments);
    }
    let parameters = given.iter().map(|Given { name, ty, .. }| {
        let ty = value::accepted(ty, api, imports);
        quote!(#name: #ty)
    });
    quote!(#(#parameters),*)
}

/// The initial values of a request.
struct Values<'a> {
    operation: &'a Operation,
    api: &'a Api,
    /// The arguments have the types that the request stores.
    are_held: bool,
}

impl Values<'_> {
    fn parameters(&self) -> impl Iterator<Item = TokenStream> {
        self.operation.parameters.iter().map(|parameter| {
            let name = ident(&parameter.name);
            match parameter.required {
                true => assign(&name, &self.value(&parameter.ty, &name)),
                false => quote!(#name: None),
            }
        })
    }

    fn body(&self, body: &Body, imports: &mut Imports) -> TokenStream {
        let name = ident("body");
        if self.operation.call.arguments.contains(&Input::Body) {
            return assign(&name, &self.value(&body.ty, &name));
        }
        let ty = ty::tokens(body.ty.unboxed(), From::Elsewhere, imports);
        let fields = inputs::body_fields(body, self.api);
        let fields = fields.iter().map(|field| self.field(field));
        quote!(body: #ty { #(#fields),* })
    }

    fn field(&self, BodyField { target, name, role }: &BodyField<'_>) -> TokenStream {
        let field = ident(target.name);
        match role {
            Some(FieldRole::Argument) => {
                let value = self.value(target.ty, name);
                match target.presence.is_option() {
                    true => quote!(#field: Some(#value)),
                    false => assign(&field, &value),
                }
            }
            Some(FieldRole::Constant { value, .. }) => {
                let value = constant(value, target);
                quote!(#field: #value)
            }
            _ if target.presence.is_option() => quote!(#field: None),
            _ => quote!(#field: Default::default()),
        }
    }

    /// Returns the stored value of an argument.
    fn value(&self, ty: &Type, argument: &Ident) -> TokenStream {
        match self.are_held {
            true => value::hold(ty, argument),
            false => value::convert(ty, self.api, argument),
        }
    }
}

/// Returns the constant value of a field.
pub(super) fn constant(constant: &Constant, target: &Target<'_>) -> TokenStream {
    let literal = match (constant, target.ty) {
        (Constant::Bool(value), _) => value.to_token_stream(),
        (Constant::Int(value), Type::Float(_)) => {
            Literal::f64_unsuffixed(*value as f64).to_token_stream()
        }
        (Constant::Int(value), Type::Json) => Literal::i64_suffixed(*value).to_token_stream(),
        (Constant::Int(value), _) => Literal::i64_unsuffixed(*value).to_token_stream(),
        (Constant::Text(value), _) => quote!(#value.into()),
    };
    let value = match target.ty {
        Type::Json => quote!(serde_json::Value::from(#literal)),
        _ => literal,
    };
    match target.presence {
        Presence::OptionalNullable => quote!(Some((#value).into())),
        Presence::RequiredInRequests | Presence::Nullable | Presence::Optional => {
            quote!(Some(#value))
        }
        Presence::Required | Presence::EmptyWhenAbsent => value,
    }
}

/// Writes a field and its value, with the shorthand if both have the same name.
fn assign(name: &Ident, value: &TokenStream) -> TokenStream {
    if *name == value.to_string() {
        quote!(#name)
    } else {
        quote!(#name: #value)
    }
}

/// Returns the struct for the arguments of an operation, if it has one.
pub(super) fn arguments(
    operation: &Operation,
    owner: &str,
    context: &Context<'_>,
    imports: &mut Imports,
) -> Option<TokenStream> {
    let name = ident(operation.call.arguments_struct.as_ref()?);
    let method = format!("{owner}::{}", operation.method);
    let docs = Documentation::new().line(
        Line::new("The required arguments of ")
            .item(&method)
            .text("."),
    );
    let docs = docs.attributes();
    let given = inputs::given(&operation.call.arguments, operation, context.api);
    let fields = given.iter().map(|given| {
        let docs = match given.target {
            InputTarget::Body if given.docs.is_empty() => {
                Documentation::new().text("The body of the request.")
            }
            _ => Documentation::new().docs(given.docs, context.links),
        };
        let (docs, name) = (docs.attributes(), &given.name);
        let ty = ty::tokens(given.ty.unboxed(), From::Elsewhere, imports);
        quote!(#docs pub #name: #ty)
    });
    Some(quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct #name { #(#fields),* }
    })
}

/// Returns the `#[deprecated]` attribute.
pub(super) fn deprecation(deprecation: Option<&Deprecation>) -> Option<TokenStream> {
    Some(match deprecation?.note.as_str() {
        "" => quote!(#[deprecated]),
        note => quote!(#[deprecated(note = #note)]),
    })
}

#[cfg(test)]
mod tests {
    use api::{BodyField, Presence};

    use super::super::samples;
    use super::*;
    use crate::format::format;
    use crate::links::Links;

    /// Returns the method of an operation without its documentation.
    fn code(operation: &Operation, api: &Api) -> String {
        let (links, mut imports) = (Links::default(), Imports::default());
        let context = Context {
            api,
            library: "pets",
            links: &links,
        };
        let client = quote!(self.client.clone());
        let method = method(operation, &client, &context, &mut imports).expect("Rust");
        let mut method: syn::ImplItemFn = syn::parse2(method).expect("a method");
        method
            .attrs
            .retain(|attribute| !attribute.path().is_ident("doc"));
        formatted(quote!(impl Pets { #method }))
    }

    fn formatted(tokens: TokenStream) -> String {
        format(tokens).expect("Rust").text
    }

    #[test]
    fn required_values_are_arguments_and_the_others_begin_as_none() {
        let pet = samples::object(
            "Pet",
            [
                samples::field("name", Type::String, Presence::Required),
                samples::field("kind", samples::named("Kind"), Presence::Optional),
                samples::field(
                    "tags",
                    samples::list(&Type::String),
                    Presence::EmptyWhenAbsent,
                ),
            ],
        );
        let mut operation = samples::operation("add", &["pets"]);
        let parameters = vec![
            samples::parameter("dry", Type::Bool, false),
            samples::parameter("count", Type::Int(api::IntKind::I64), true),
        ];
        samples::with_parameters(&mut operation, parameters);
        samples::with_body(&mut operation, &pet);
        let api = samples::api([pet, samples::enumeration("Kind")]);
        let expected = quote! {
            impl Pets {
                pub fn add(&self, count: i64, name: impl Into<String>) -> AddRequest {
                    AddRequest {
                        client: self.client.clone(),
                        call_options: CallOptions::new(),
                        dry: None,
                        count,
                        body: types::Pet {
                            name: name.into(),
                            kind: None,
                            tags: Default::default(),
                        },
                    }
                }
            }
        };
        assert_eq!(code(&operation, &api), formatted(expected));
    }

    #[test]
    fn a_whole_body_takes_the_place_of_the_arguments_that_are_in_it() {
        let name = samples::field("name", Type::String, Presence::Required);
        let pet = samples::object("Pet", [name]);
        let mut operation = samples::operation("add", &["pets"]);
        let parameters = vec![
            samples::parameter("id", Type::String, true),
            samples::parameter("dry", Type::Bool, false),
        ];
        samples::with_parameters(&mut operation, parameters);
        let api = samples::api([pet.clone()]);
        let links = Links::default();
        let context = Context {
            api: &api,
            library: "pets",
            links: &links,
        };
        let mut imports = Imports::default();
        assert!(from_body(&operation, "Pets", &context, &mut imports).is_none());

        samples::with_body(&mut operation, &pet);
        let function = from_body(&operation, "Pets", &context, &mut imports);
        let expected = quote! {
            impl AddRequest {
                #[doc = " Creates a request for [`Pets::add`] with a complete body."]
                pub fn from_body(client: &Client, id: impl Into<String>, body: types::Pet) -> Self {
                    Self {
                        client: client.clone(),
                        call_options: CallOptions::new(),
                        id: id.into(),
                        dry: None,
                        body,
                    }
                }
            }
        };
        assert_eq!(
            formatted(quote!(impl AddRequest { #function })),
            formatted(expected)
        );
    }

    #[test]
    fn fields_with_one_value_are_set() {
        let streams = samples::field("streams", Type::Bool, Presence::Optional);
        let version = samples::field(
            "version",
            Type::Float(api::FloatKind::F64),
            Presence::Required,
        );
        let pet = samples::object("Pet", [streams, version]);
        let mut operation = samples::operation("add", &["pets"]);
        samples::with_body(&mut operation, &pet);
        operation.call.arguments.clear();
        let constant = |position, value| BodyField {
            position: Some(position),
            name: "x".to_owned(),
            role: FieldRole::Constant {
                value,
                forced: false,
            },
        };
        let body = operation.body.as_mut().expect("a body");
        body.fields = vec![
            constant(0, Constant::Bool(true)),
            constant(1, Constant::Int(2)),
        ];
        let code = code(&operation, &samples::api([pet]));
        assert!(code.contains("streams: Some(true),"), "{code}");
        assert!(code.contains("version: 2.0,"), "{code}");
    }

    #[test]
    fn many_arguments_are_a_struct() {
        let mut operation = samples::operation("add", &["pets"]);
        let pet = Type::Boxed(Box::new(samples::named("Pet")));
        let parameters = vec![
            samples::parameter("name", Type::String, true),
            samples::parameter("pet", pet, true),
        ];
        samples::with_parameters(&mut operation, parameters);
        operation.call.arguments_struct = Some("AddArguments".to_owned());
        let api = samples::api([samples::object("Pet", [])]);
        let code = code(&operation, &api);
        let expected = quote! {
            impl Pets {
                pub fn add(&self, arguments: AddArguments) -> AddRequest {
                    let AddArguments { name, pet } = arguments;
                    AddRequest {
                        client: self.client.clone(),
                        call_options: CallOptions::new(),
                        name,
                        pet: Box::new(pet),
                    }
                }
            }
        };
        assert_eq!(code, formatted(expected));
    }

    #[test]
    fn a_deprecation_has_its_note() {
        let mut operation = samples::operation("list", &[]);
        for (note, expected) in [
            ("", "#[deprecated]"),
            ("use `all()`", "#[deprecated(note = \"use `all()`\")]"),
        ] {
            let note = note.to_owned();
            operation.deprecated = Some(Deprecation { note });
            let code = code(&operation, &samples::api([]));
            assert!(code.contains(expected), "{code}");
        }
    }
}
