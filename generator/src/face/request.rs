//! The requests that are built step by step: a method that begins one, a setter
//! for what is optional, and the sending.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::operation::{Argument, Operation};
use super::owned::{Owned, qualified};
use super::paging::Paging;
use super::types::{Field, Types};
use super::{docs, rust};
use crate::config;
use crate::generate::argument_name;
use crate::problem::Problem;

/// What a method takes as arguments at the most; a struct takes their place
/// where more is required.
const MOST_ARGUMENTS: usize = 4;

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
    docs: TokenStream,
    listed: String,
}

struct BodyField {
    name: Ident,
    ty: Owned,
    is_option: bool,
    /// The operation sets it, and not the caller.
    constant: Option<Constant>,
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

    fn is_argument(&self) -> bool {
        self.field.required && self.constant.is_none()
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
        (None, Some(value)) if field.required => Some(Constant {
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
                docs: docs::attributes(&docs::rustdoc(&argument.docs)),
                listed: docs::first_paragraph(&argument.docs),
            });
        }
        let required = plan
            .parameters
            .iter()
            .filter(|parameter| parameter.required)
            .count()
            + body_fields
                .iter()
                .filter(|field| field.required && constant(operation, field).is_none())
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

    /// Writes the method of the group that begins the request.
    pub(super) fn method(&self, operation: &Operation, client: &TokenStream) -> TokenStream {
        let name = &operation.method;
        let request = operation.request();
        let docs = self.method_docs(operation);
        let deprecated = operation.deprecated.then(|| quote!(#[deprecated]));
        let mut arguments = Vec::new();
        let mut values = Vec::new();
        for parameter in &self.parameters {
            let name = &parameter.name;
            if parameter.required {
                let ty = parameter.ty.accepted();
                arguments.push(quote!(#name: #ty));
                let value = parameter.ty.convert(name);
                values.push(if is_same(name, &value) {
                    quote!(#name)
                } else {
                    quote!(#name: #value)
                });
            } else {
                values.push(quote!(#name: None));
            }
        }
        if let Some((_, ty)) = &self.body {
            if self.body_is_given {
                let accepted = ty.accepted();
                arguments.push(quote!(body: #accepted));
                let value = ty.convert(&format_ident!("body"));
                values.push(if is_same(&format_ident!("body"), &value) {
                    quote!(body)
                } else {
                    quote!(body: #value)
                });
            } else {
                let fields = self.fields.iter().map(|field| {
                    let ident = &field.field.ident;
                    let name = &field.name;
                    if let Some(constant) = &field.constant {
                        let value = field.constant_value(constant);
                        quote!(#ident: #value)
                    } else if field.field.required {
                        let value = field.ty.convert(name);
                        if ident == name && is_same(name, &value) {
                            quote!(#ident)
                        } else {
                            quote!(#ident: #value)
                        }
                    } else if field.is_option {
                        quote!(#ident: None)
                    } else {
                        quote!(#ident: Default::default())
                    }
                });
                let body = &ty.ty;
                values.push(quote!(body: #body { #(#fields),* }));
                for field in self.fields.iter().filter(|field| field.is_argument()) {
                    let (name, ty) = (&field.name, field.ty.accepted());
                    arguments.push(quote!(#name: #ty));
                }
            }
        }
        let allow = (arguments.len() > 6).then(
            || quote!(#[allow(clippy::too_many_arguments, reason = "the API requires them all")]),
        );
        quote! {
            #docs
            #deprecated
            #allow
            pub fn #name(&self, #(#arguments),*) -> #request {
                #request {
                    client: #client,
                    call_options: CallOptions::new(),
                    #(#values),*
                }
            }
        }
    }

    fn method_docs(&self, operation: &Operation) -> TokenStream {
        let mut text = docs::rustdoc(&operation.summary);
        let description = docs::rustdoc(&operation.description);
        if !description.is_empty() && description != text {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&description);
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&format!("`{} {}`", operation.verb, operation.path));
        if let Some(reference) = &operation.reference {
            text.push_str(&format!(", see the [reference]({reference})."));
        }
        let required: Vec<String> = self
            .parameters
            .iter()
            .filter(|parameter| parameter.required && !parameter.listed.is_empty())
            .map(|parameter| format!("- `{}`: {}", parameter.name, parameter.listed))
            .collect();
        if !required.is_empty() {
            text.push_str("\n\n# Arguments\n\n");
            text.push_str(&docs::rustdoc(&required.join("\n")));
        }
        docs::attributes(&text)
    }

    /// Writes the struct that the request is built with.
    pub(super) fn request(&self, operation: &Operation, owner: &str) -> TokenStream {
        let method = &operation.method;
        let request = operation.request();
        let doc = if owner == "Client" {
            format!(" A request of [`Client::{method}`].")
        } else {
            format!(" A request of [`{owner}::{method}`].")
        };
        let fields = self.parameters.iter().map(|parameter| {
            let (name, ty) = (&parameter.name, &parameter.ty.ty);
            if parameter.required {
                quote!(#name: #ty)
            } else {
                quote!(#name: Option<#ty>)
            }
        });
        let body = self.body.iter().map(|(_, ty)| {
            let ty = &ty.ty;
            quote!(body: #ty)
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
        quote! {
            #[doc = #doc]
            #[derive(Clone, Debug)]
            #[must_use = "a request does nothing until it is sent"]
            pub struct #request {
                client: Client,
                call_options: CallOptions,
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
        for parameter in self
            .parameters
            .iter()
            .filter(|parameter| !parameter.required)
        {
            let (name, docs) = (&parameter.name, &parameter.docs);
            let accepted = parameter.ty.accepted();
            let value = parameter.ty.convert(name);
            let docs = or_default(docs.clone(), name);
            code.extend(quote! {
                #docs
                pub fn #name(mut self, #name: #accepted) -> Self {
                    self.#name = Some(#value);
                    self
                }
            });
        }
        for field in self
            .fields
            .iter()
            .filter(|field| field.constant.is_none())
            .filter(|field| !field.field.required || self.body_is_given)
        {
            let (name, ident) = (&field.name, &field.field.ident);
            let attributes = &field.field.docs;
            let docs = or_default(quote!(#(#attributes)*), name);
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
        quote! {
            #[doc = #sends]
            ///
            /// # Errors
            ///
            /// See [`Error`].
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

fn is_same(name: &Ident, value: &TokenStream) -> bool {
    *name == value.to_string()
}

/// Documents a setter that the pages say nothing about.
fn or_default(docs: TokenStream, name: &Ident) -> TokenStream {
    if docs.is_empty() {
        let doc = format!(" Sets `{}`.", name.to_string().trim_end_matches('_'));
        quote!(#[doc = #doc])
    } else {
        docs
    }
}
