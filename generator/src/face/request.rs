//! The requests that are built step by step: a method that begins one, a setter
//! for what is optional, and the sending.

use std::collections::BTreeSet;

use heck::ToPascalCase;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::example::{Given, example, set_file};
use super::object::Field;
use super::operation::{Argument, Operation};
use super::owned::{Owned, qualified};
use super::paging::Paging;
use super::types::Types;
use super::{deprecation, docs, rust, surface};
use crate::config;
use crate::docs::Docs;
use crate::generate::argument_name;
use crate::problem::Problem;

/// What a method takes as arguments at the most; a struct takes their place
/// where more is required.
pub(super) const MOST_ARGUMENTS: usize = 4;

/// What a request can do by itself, so that no parameter is called like it.
const REQUEST_METHODS: [&str; 7] = [
    "body",
    "call_options",
    "client",
    "clone",
    "send",
    "send_with_response",
    "with_options",
];

/// What a request of a list that comes in pages can do besides.
const PAGING_METHODS: [&str; 2] = ["pages", "stream"];

/// How a request is built.
#[derive(Default)]
pub(super) struct Plan {
    parameters: Vec<Parameter>,
    /// The raw function's argument, and its type.
    body: Option<(Ident, Owned)>,
    /// Fields of the body that have a setter or an argument of their own.
    fields: Vec<BodyField>,
    /// Whether the body is an argument as a whole.
    body_is_given: bool,
    paging: Option<Paging>,
}

struct Parameter {
    /// What the raw function calls it.
    argument: Ident,
    name: Ident,
    ty: Owned,
    required: bool,
    docs: Docs,
}

/// What an operation requires, as its method takes it.
struct Required<'a> {
    name: Ident,
    ty: &'a Owned,
    docs: Option<&'a Docs>,
}

struct BodyField {
    name: Ident,
    ty: Owned,
    is_option: bool,
    /// The operation sets it, and not the caller.
    constant: Option<Constant>,
    docs: Docs,
    field: Field,
}

struct Constant {
    value: bool,
    /// A whole body that the caller gives has it as well.
    is_forced: bool,
}

impl BodyField {
    fn constant_value(&self, constant: &Constant) -> TokenStream {
        let value = constant.value;
        if self.is_option {
            quote!(Some(#value))
        } else {
            quote!(#value)
        }
    }

    /// Writes the field as a request begins with it.
    fn initial(&self) -> TokenStream {
        let ident = &self.field.ident;
        if let Some(constant) = &self.constant {
            let value = self.constant_value(constant);
            quote!(#ident: #value)
        } else if self.field.is_required() {
            assign(ident, &self.ty.convert(&self.name))
        } else if self.is_option {
            quote!(#ident: None)
        } else {
            quote!(#ident: Default::default())
        }
    }
}

/// Returns the value of a field that the operation sets itself.
fn constant(operation: &Operation, field: &Field) -> Option<Constant> {
    let set = operation
        .sets
        .iter()
        .find(|(name, _)| field.ident == argument_name(name));
    match (set, field.constant) {
        (Some((_, value)), _) => Some(Constant {
            value: *value,
            is_forced: true,
        }),
        (None, Some(value)) if field.is_required() => Some(Constant {
            value,
            is_forced: false,
        }),
        _ => None,
    }
}

impl Plan {
    /// Decides how the request of an operation is built.
    pub(super) fn new(
        operation: &Operation,
        types: &Types,
        rules: &config::Paging,
        warnings: &mut Vec<Problem>,
    ) -> Self {
        let mut plan = Self {
            paging: Paging::new(operation, types, rules, warnings),
            ..Self::default()
        };
        let more = plan.paging.as_ref().map_or(&[][..], |_| &PAGING_METHODS);
        let mut taken: BTreeSet<String> = REQUEST_METHODS
            .iter()
            .chain(more)
            .map(|name| (*name).to_owned())
            .collect();
        let mut free = |name: &Ident, other: &str| {
            let mut name = name.to_string();
            if !taken.insert(name.clone()) {
                name = format!("{other}{name}");
                while !taken.insert(name.clone()) {
                    name.push('_');
                }
            }
            rust::ident(&name)
        };
        let mut body_fields = Vec::new();
        for argument in operation.in_order() {
            let ty = Owned::new(&argument.ty, types);
            if argument.is_body {
                if let Some(fields) = ty.fields(types) {
                    body_fields = fields;
                }
                plan.body = Some((argument.ident.clone(), ty));
                continue;
            }
            plan.parameters.push(Parameter {
                argument: argument.ident.clone(),
                name: free(&argument.name, "_"),
                ty,
                required: argument.required,
                docs: Docs::page(&argument.docs),
            });
        }
        let required = plan
            .parameters
            .iter()
            .filter(|parameter| parameter.required)
            .count()
            + body_fields
                .iter()
                .filter(|field| field.is_required() && constant(operation, field).is_none())
                .count();
        plan.body_is_given =
            plan.body.is_some() && (body_fields.is_empty() || required > MOST_ARGUMENTS);
        for field in body_fields {
            let ty = rust::option_inner(&field.ty).unwrap_or(&field.ty);
            plan.fields.push(BodyField {
                name: free(&field.ident, "body_"),
                ty: Owned::new(&qualified(ty, types), types),
                is_option: rust::option_inner(&field.ty).is_some(),
                constant: constant(operation, &field),
                docs: field.docs.clone(),
                field,
            });
        }
        for (name, _) in &operation.sets {
            let is_set = plan
                .fields
                .iter()
                .any(|field| field.field.ident == argument_name(name) && field.constant.is_some());
            if !is_set {
                let problem = Problem::new(format!(
                    "`{}` does not set the field `{name}` of its body, which has no fields here",
                    operation.id
                ))
                .operation(&operation.id)
                .advice("set it in the body that the call is given");
                warnings.push(match &operation.place {
                    Some(place) => problem.at(place.clone()),
                    None => problem,
                });
            }
        }
        plan
    }

    /// Returns what the method takes, in the document's order.
    fn required(&self) -> Vec<Required<'_>> {
        let parameters = self
            .parameters
            .iter()
            .filter(|parameter| parameter.required);
        let parameters = parameters.map(|parameter| Required {
            name: parameter.name.clone(),
            ty: &parameter.ty,
            docs: Some(&parameter.docs),
        });
        let whole = self.body.iter().filter(|_| self.body_is_given);
        let whole = whole.map(|(_, ty)| Required {
            name: format_ident!("body"),
            ty,
            docs: None,
        });
        let fields = self.fields.iter().filter(|field| self.is_argument(field));
        let fields = fields.map(|field| Required {
            name: field.name.clone(),
            ty: &field.ty,
            docs: Some(&field.docs),
        });
        parameters.chain(whole).chain(fields).collect()
    }

    /// Returns the arguments as a caller sees them.
    pub(super) fn argument_surface(&self) -> Vec<surface::Parameter> {
        let required = self.required();
        let is_struct = required.len() > MOST_ARGUMENTS;
        let argument = |Required { name, ty, docs }: Required<'_>| {
            let ty = if is_struct {
                ty.unboxed().to_token_stream()
            } else {
                ty.accepted()
            };
            surface_parameter(&name, &ty, docs)
        };
        required.into_iter().map(argument).collect()
    }

    /// Returns the setters as a caller sees them.
    pub(super) fn setter_surface(&self) -> Vec<surface::Parameter> {
        let parameters = self.optional().map(|parameter| {
            surface_parameter(
                &parameter.name,
                &parameter.ty.accepted(),
                Some(&parameter.docs),
            )
        });
        let fields = self
            .settable()
            .map(|field| surface_parameter(&field.name, &field.ty.accepted(), Some(&field.docs)));
        let body = self.body.iter().filter(|_| !self.body_is_given);
        let body = body.map(|(_, ty)| surface_parameter(&format_ident!("body"), &ty.ty, None));
        parameters.chain(fields).chain(body).collect()
    }

    /// Returns the struct that holds what a method requires where that is much.
    pub(super) fn arguments_type(&self, operation: &Operation) -> Option<Ident> {
        (self.required().len() > MOST_ARGUMENTS).then(|| arguments_struct(operation))
    }

    /// Tells whether the request reads on from page to page.
    pub(super) fn reads_on(&self) -> bool {
        self.paging.is_some()
    }

    /// Returns the parameters that have a setter.
    fn optional(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(|parameter| !parameter.required)
    }

    /// Returns the fields of the body that have a setter.
    fn settable(&self) -> impl Iterator<Item = &BodyField> {
        self.fields
            .iter()
            .filter(|field| field.constant.is_none())
            .filter(|field| !field.field.is_required() || self.body_is_given)
    }

    fn is_argument(&self, field: &BodyField) -> bool {
        field.field.is_required() && field.constant.is_none() && !self.body_is_given
    }

    /// Writes the method of the group that begins the request.
    ///
    /// # Errors
    ///
    /// When its example is no Rust.
    pub(super) fn method(
        &self,
        operation: &Operation,
        client: &TokenStream,
        library: &str,
    ) -> Result<TokenStream, Problem> {
        let name = &operation.method;
        let request = operation.request();
        let docs = self.method_docs(operation, library)?;
        let deprecated = operation.deprecated.as_deref().map(deprecation::attribute);
        let required = self.required();
        // The fields of a struct have the types that the request has.
        let is_struct = required.len() > MOST_ARGUMENTS;
        let owned = |ty: &Owned, name: &Ident| {
            if is_struct {
                ty.hold(name)
            } else {
                ty.convert(name)
            }
        };
        let parameters = self.parameters.iter().map(|parameter| {
            let name = &parameter.name;
            if parameter.required {
                assign(name, &owned(&parameter.ty, name))
            } else {
                quote!(#name: None)
            }
        });
        let body = self.body.iter().map(|(_, ty)| {
            if self.body_is_given {
                let name = format_ident!("body");
                return assign(&name, &owned(ty, &name));
            }
            let body = &ty.ty;
            let fields = self.fields.iter().map(BodyField::initial);
            quote!(body: #body { #(#fields),* })
        });
        let values = parameters.chain(body);
        let (arguments, unpacked) = if is_struct {
            let (arguments, names) = (arguments_struct(operation), names(&required));
            (
                quote!(arguments: #arguments),
                quote!(let #arguments { #(#names),* } = arguments;),
            )
        } else {
            let arguments = required.iter().map(|Required { name, ty, .. }| {
                let ty = ty.accepted();
                quote!(#name: #ty)
            });
            (quote!(#(#arguments),*), TokenStream::new())
        };
        Ok(quote! {
            #docs
            #deprecated
            pub fn #name(&self, #arguments) -> #request {
                #unpacked
                #request {
                    client: #client,
                    call_options: CallOptions::new(),
                    #(#values),*
                }
            }
        })
    }

    /// Writes the struct that holds what a method requires where that is much.
    fn arguments(&self, operation: &Operation, owner: &str) -> Option<TokenStream> {
        let required = self.required();
        if required.len() <= MOST_ARGUMENTS {
            return None;
        }
        let name = arguments_struct(operation);
        let method = Docs::code(format!("{owner}::{}", operation.method));
        let doc = Docs::template("What [{}] requires.", &[method]);
        let doc = docs::attributes(&doc);
        let fields = required.iter().map(|Required { name, ty, docs }| {
            let docs = match docs {
                None => quote!(#[doc = " The body of the request."]),
                Some(docs) => docs::attributes(docs),
            };
            let ty = ty.unboxed();
            quote!(#docs pub #name: #ty)
        });
        Some(quote! {
            #doc
            #[derive(Clone, Debug)]
            pub struct #name { #(#fields),* }
        })
    }

    fn method_docs(&self, operation: &Operation, library: &str) -> Result<TokenStream, Problem> {
        let mut parts = vec![Docs::page(&operation.summary)];
        let description = Docs::page(&operation.description);
        if description != parts[0] {
            parts.push(description);
        }
        let request = Docs::code(format!("{} {}", operation.verb, operation.path));
        let reference = operation.reference.as_deref();
        let reference = reference.and_then(|address| Docs::link("reference", address));
        parts.push(match reference {
            Some(link) => Docs::template("{}, see the {}.", &[request, link]),
            None => request,
        });
        let required = self.required();
        let is_struct = required.len() > MOST_ARGUMENTS;
        let listed: Vec<(Docs, Docs)> = required
            .iter()
            .filter(|_| !is_struct)
            .filter_map(|required| Some((Docs::code(&required.name), required.docs?.clone())))
            .filter(|(_, docs)| !docs.is_empty())
            .collect();
        if !listed.is_empty() {
            parts.push(Docs::template("# Arguments", &[]));
            parts.push(Docs::list(&listed));
        }
        parts.push(Docs::template("# Example", &[]));
        let given: Vec<Given> = if is_struct {
            let groups = operation.module_path();
            let ty = arguments_struct(operation);
            let library = rust::ident(library);
            let ty = syn::parse_quote!(#library::operations #(::#groups)*::#ty);
            vec![Given::new(&format_ident!("arguments"), &ty)]
        } else {
            let given =
                |required: &Required<'_>| Given::new(&required.name, &required.ty.unboxed());
            required.iter().map(given).collect()
        };
        let is_paged = self.paging.is_some();
        // A form without the file that it is there for would say little.
        let sets_file = |field: &BodyField| set_file(&field.name, &field.ty.ty);
        let is_given = |field: &BodyField| field.field.is_required() && sets_file(field).is_some();
        let has_file = self.fields.iter().any(is_given);
        let mut fields = self.fields.iter().filter(|_| !has_file);
        let file = fields.find_map(sets_file);
        parts.push(example(operation, &given, file, is_paged, library)?);
        Ok(docs::attributes(&Docs::blocks(parts)))
    }

    /// Writes the struct that the request is built with.
    pub(super) fn request(&self, operation: &Operation, owner: &str) -> TokenStream {
        let method = &operation.method;
        let request = operation.request();
        let called = Docs::code(format!("{owner}::{method}"));
        let doc = docs::attributes(&Docs::template("A request of [{}].", &[called]));
        let fields = self.parameters.iter().map(|parameter| {
            let (name, ty) = (&parameter.name, &parameter.ty.ty);
            if parameter.required {
                quote!(pub(crate) #name: #ty)
            } else {
                quote!(pub(crate) #name: Option<#ty>)
            }
        });
        let body = self.body.iter().map(|(_, ty)| {
            let ty = &ty.ty;
            quote!(pub(crate) body: #ty)
        });
        let setters = self.setters();
        let send = self.send(operation);
        let paging = self.paging.as_ref().map(|paging| {
            let field = |argument: &Ident| {
                let mut parameters = self.parameters.iter();
                let parameter = parameters.find(|parameter| parameter.argument == *argument)?;
                Some((parameter.name.clone(), parameter.required))
            };
            paging.methods(operation, field)
        });
        let fields: Vec<TokenStream> = fields.chain(body).collect();
        let arguments = self.arguments(operation, owner);
        quote! {
            #arguments
            #doc
            #[derive(Clone, Debug)]
            #[must_use = "a request does nothing until it is sent"]
            pub struct #request {
                pub(crate) client: Client,
                pub(crate) call_options: CallOptions,
                #(#fields),*
            }
            impl #request {
                #setters
                /// Lets this call differ from what the client is configured to: in its
                /// timeout, retries, headers or query.
                pub fn with_options(mut self, options: CallOptions) -> Self {
                    self.call_options = options;
                    self
                }
                #send
                #paging
            }
        }
    }

    fn setters(&self) -> TokenStream {
        let mut code = TokenStream::new();
        for parameter in self.optional() {
            let name = &parameter.name;
            let accepted = parameter.ty.accepted();
            let value = parameter.ty.convert(name);
            let docs = or_default(&parameter.docs, name);
            code.extend(quote! {
                #docs
                pub fn #name(mut self, #name: #accepted) -> Self {
                    self.#name = Some(#value);
                    self
                }
            });
        }
        for field in self.settable() {
            let (name, ident) = (&field.name, &field.field.ident);
            let docs = or_default(&field.docs, name);
            let accepted = field.ty.accepted();
            let value = field.ty.convert(name);
            let value = if field.is_option {
                quote!(Some(#value))
            } else {
                value
            };
            code.extend(quote! {
                #docs
                pub fn #name(mut self, #name: #accepted) -> Self {
                    self.body.#ident = #value;
                    self
                }
            });
        }
        if let Some((_, ty)) = &self.body
            && !self.body_is_given
        {
            let ty = &ty.ty;
            code.extend(quote! {
                /// Replaces the whole body.
                pub fn body(mut self, body: #ty) -> Self {
                    self.body = body;
                    self
                }
            });
        }
        code
    }

    fn send(&self, operation: &Operation) -> TokenStream {
        let answer = &operation.answer;
        let sends = match answer {
            syn::Type::Tuple(_) => " Sends the request; the API answers with its status alone.",
            _ if operation.events.is_some() => {
                " Sends the request and returns the events that the API answers with, as they arrive."
            }
            _ => " Sends the request and returns what the API answers with.",
        };
        let sends = docs::attributes(&Docs::template(sends.trim_start(), &[]));
        let function = &operation.function.sig.ident;
        let arguments = operation
            .arguments
            .iter()
            .map(|argument| self.pass(argument));
        let forced: Vec<TokenStream> = self
            .fields
            .iter()
            .filter_map(|field| {
                let constant = field
                    .constant
                    .as_ref()
                    .filter(|constant| constant.is_forced)?;
                let (ident, value) = (&field.field.ident, field.constant_value(constant));
                Some(quote!(self.body.#ident = #value;))
            })
            .collect();
        let receiver = if forced.is_empty() {
            quote!(self)
        } else {
            quote!(mut self)
        };
        let errors = docs::attributes(&errors(operation));
        quote! {
            #sends
            ///
            /// # Errors
            ///
            #errors
            pub async fn send(self) -> Result<#answer, Error> {
                self.send_with_response().await.map(Response::into_inner)
            }
            /// Sends the request and returns the answer with its status and headers.
            ///
            /// # Errors
            ///
            /// See [`Error`].
            pub async fn send_with_response(#receiver) -> Result<Response<#answer>, Error> {
                #(#forced)*
                self.client
                    .raw()
                    .with_options(&self.call_options)
                    .#function(#(#arguments),*)
                    .await
            }
        }
    }

    /// Returns the expression that hands an argument to the raw function.
    fn pass(&self, argument: &Argument) -> TokenStream {
        if let Some((ident, ty)) = &self.body
            && *ident == argument.ident
        {
            return ty.pass(&quote!(self.body), false);
        }
        let parameter = self
            .parameters
            .iter()
            .find(|parameter| parameter.argument == argument.ident);
        parameter.map_or_else(TokenStream::new, |parameter| {
            let name = &parameter.name;
            parameter.ty.pass(&quote!(self.#name), !parameter.required)
        })
    }
}

fn surface_parameter(name: &Ident, ty: &impl ToTokens, docs: Option<&Docs>) -> surface::Parameter {
    surface::Parameter {
        name: name.to_string(),
        ty: rust::type_text(ty),
        docs: docs.map(Docs::to_string).unwrap_or_default(),
    }
}

/// Returns the name of the struct that holds what a method requires.
fn arguments_struct(operation: &Operation) -> Ident {
    let method = operation.method.to_string().to_pascal_case();
    rust::ident(&format!("{method}Arguments"))
}

fn names<'a>(required: &'a [Required<'_>]) -> Vec<&'a Ident> {
    required.iter().map(|required| &required.name).collect()
}

/// Writes a field and its value, once where both are the same.
fn assign(name: &Ident, value: &TokenStream) -> TokenStream {
    if *name == value.to_string() {
        quote!(#name)
    } else {
        quote!(#name: #value)
    }
}

/// Documents a setter that the pages say nothing about.
fn or_default(docs: &Docs, name: &Ident) -> TokenStream {
    if docs.is_empty() {
        let name = Docs::code(name.to_string().trim_end_matches('_'));
        docs::attributes(&Docs::template("Sets {}.", &[name]))
    } else {
        docs::attributes(docs)
    }
}

/// Says how a call fails, and which types the bodies of error answers have.
fn errors(operation: &Operation) -> Docs {
    let mut by_type: Vec<(&str, Vec<Docs>)> = Vec::new();
    for (status, name) in &operation.errors {
        let status = Docs::code(status);
        match by_type.iter_mut().find(|(known, _)| known == name) {
            Some((_, statuses)) => statuses.push(status),
            None => by_type.push((name, vec![status])),
        }
    }
    let bodies: Vec<Docs> = by_type
        .iter()
        .map(|(name, statuses)| {
            let statuses = Docs::joined(statuses, ", ");
            let ty = Docs::item(name, format!("crate::types::{name}"));
            Docs::template("of {} as {}", &[statuses, ty])
        })
        .collect();
    if bodies.is_empty() {
        Docs::template("See [`Error`].", &[])
    } else {
        Docs::template(
            "See [`Error`]; [`ApiError::json`](crate::ApiError::json) reads the body {}.",
            &[Docs::joined(&bodies, ", and ")],
        )
    }
}
