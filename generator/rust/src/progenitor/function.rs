//! A raw function: progenitor's statements on the runtime's types.
//!
//! A list of query parameters is one call, values in the path are encoded in lines of their
//! own, and progenitor's `api-version` header, which no API asks for, is left out.

use std::collections::{BTreeMap, BTreeSet};

use api::{Api, Docs, Operation, Parameter, QueryStyle, Response, Type};
use openapi::streaming::EVENTS;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::arguments::{arguments, known_name, raw_parameters};
use super::body::Sent;
use super::printed::{Named, Printed};
use crate::Imports;
use crate::documentation::attributes;
use crate::format::ident;
use crate::ty;

/// A function of progenitor in terms of the operation that it is for.
pub(super) struct Function<'a> {
    api: &'a Api,
    operation: &'a Operation,
    /// The variable that holds the URL.
    url: Ident,
    /// The URL, with `{}` for the base and for each value in the path.
    template: String,
    /// The values in the path, one per place.
    in_path: Vec<&'a Parameter>,
    /// The headers, with their names.
    headers: Vec<(String, &'a Parameter)>,
    /// The variable that holds the request.
    request: Ident,
    /// The method of the HTTP client.
    verb: Ident,
    /// The query parameters, with their names.
    query: Vec<(String, &'a Parameter)>,
}

impl<'a> Function<'a> {
    /// Reads progenitor's function for an operation.
    ///
    /// # Errors
    ///
    /// If progenitor does not send the operation's parameters and body, or prints the
    /// function in a way that is not known; returns the reason.
    pub(super) fn new(
        api: &'a Api,
        operation: &'a Operation,
        built: &syn::ImplItemFn,
    ) -> Result<Self, String> {
        let printed = Printed::read(built).ok_or("progenitor prints it in an unknown way")?;
        let sent = Arguments::new(operation, &printed)?;
        Ok(Self {
            api,
            operation,
            in_path: printed
                .in_path
                .iter()
                .map(|argument| sent.parameter(argument))
                .collect::<Result<_, _>>()?,
            headers: sent.named(&printed.headers)?,
            query: sent.named(&printed.query)?,
            url: printed.url,
            template: printed.template,
            request: printed.request,
            verb: printed.verb,
        })
    }

    /// Returns the code of the function.
    pub(super) fn tokens(&self, imports: &mut Imports) -> TokenStream {
        for name in ["Error", "Operation", "Outgoing", "SendingWithResponse"] {
            imports.runtime(name);
        }
        let Operation { id, path, verb, .. } = self.operation;
        let name = ident(&self.operation.function);
        let arguments = arguments(self.operation, imports);
        let output = ty::response(&self.operation.response, imports);
        let url = self.url(imports);
        let headers = self.headers(imports);
        let sent = self.operation.body.as_ref();
        let sent = sent.map(|body| Sent::new(self.api, body, &self.request, imports));
        let Sent {
            calls,
            form,
            outgoing,
        } = sent.unwrap_or_default();
        let request = self.request(&calls, imports);
        let variable = &self.request;
        let outgoing = outgoing.unwrap_or_else(|| quote!(Outgoing::from(#variable)));
        let send = ident(match self.operation.response {
            Response::Empty => "empty",
            Response::Json(_) => "json",
            Response::Text => "text",
            Response::Bytes => "bytes",
            Response::Events { .. } => "events",
        });
        let docs = attributes(&Docs::code(format!("{verb} {path}")));
        quote! {
            #docs
            pub fn #name(&self, #(#arguments),*) -> SendingWithResponse<#output> {
                let build = || -> Result<Outgoing, Error> {
                    #url
                    #headers
                    #request
                    #form
                    Ok(#outgoing)
                };
                let operation = Operation { id: #id, path: #path };
                self.#send(build(), &operation)
            }
        }
    }

    /// Returns the statements that make the URL. A value can stand in the path twice.
    fn url(&self, imports: &mut Imports) -> TokenStream {
        let mut encoded = TokenStream::new();
        let mut done = BTreeSet::new();
        // The first place is that of the base.
        let mut texts = self.template.split("{}");
        let mut template = texts.by_ref().take(2).collect::<Vec<_>>().join("{}");
        for (parameter, text) in self.in_path.iter().zip(texts) {
            template.push_str(&format!("{{{}}}{text}", parameter.argument));
            if done.insert(&parameter.argument) {
                let name = ident(&parameter.argument);
                let value = match &parameter.ty {
                    Type::String => quote!(#name),
                    ty => {
                        let text = text_of(&name, ty, imports);
                        quote!(&#text)
                    }
                };
                let encode = self.encode_path(imports);
                encoded.extend(quote!(let #name = #encode(#value);));
            }
        }
        let url = &self.url;
        quote! {
            #encoded
            let #url = format!(#template, self.base_url);
        }
    }

    /// Returns the function of the runtime that encodes a value, which an argument can hide.
    fn encode_path(&self, imports: &mut Imports) -> TokenStream {
        let mut parameters = self.operation.parameters.iter();
        if parameters.any(|parameter| parameter.argument == "encode_path") {
            return quote!(crate::runtime::encode_path);
        }
        imports.runtime("encode_path");
        quote!(encode_path)
    }

    /// Returns the statements that make the map of headers, if there are any.
    fn headers(&self, imports: &mut Imports) -> TokenStream {
        if self.headers.is_empty() {
            return TokenStream::new();
        }
        imports.add("reqwest::header", "HeaderMap");
        let statements = self.headers.iter().map(|(name, parameter)| {
            let argument = ident(&parameter.argument);
            if parameter.required {
                let text = text_of(&argument, &parameter.ty, imports);
                return quote!(header_map.append(#name, #text.try_into()?););
            }
            let text = text_of(&ident("value"), &parameter.ty, imports);
            quote! {
                if let Some(value) = #argument {
                    header_map.append(#name, #text.try_into()?);
                }
            }
        });
        quote! {
            let mut header_map = HeaderMap::new();
            #(#statements)*
        }
    }

    /// Returns the statement that builds the request.
    fn request(&self, body: &TokenStream, imports: &mut Imports) -> TokenStream {
        let Self {
            url, request, verb, ..
        } = self;
        let accept = accepted(&self.operation.response).map(|media_type| {
            imports.add("reqwest::header", "ACCEPT");
            imports.add("reqwest::header", "HeaderValue");
            quote!(.header(ACCEPT, HeaderValue::from_static(#media_type)))
        });
        let query = self.query(imports);
        let has_headers = !self.headers.is_empty();
        let headers = has_headers.then(|| quote!(.headers(header_map)));
        quote! {
            let #request = self.client.#verb(#url) #accept #body #query #headers.build()?;
        }
    }

    /// Returns the call that adds the query, if there is one.
    fn query(&self, imports: &mut Imports) -> TokenStream {
        if self.query.is_empty() {
            return TokenStream::new();
        }
        imports.runtime("Query");
        let parameters = self.query.iter().map(|(name, parameter)| {
            let value = ident(&parameter.argument);
            match parameter.style {
                QueryStyle::Shape => quote!(.add(#name, &#value)),
                QueryStyle::Json => quote!(.add_json(#name, &#value)),
                QueryStyle::Joined(separator) => quote!(.add_joined(#name, &#value, #separator)),
            }
        });
        quote!(.query(&Query::new() #(#parameters)*))
    }
}

/// The arguments of a function of progenitor.
struct Arguments<'a>(BTreeMap<Ident, &'a Parameter>);

impl<'a> Arguments<'a> {
    /// Matches the arguments with the parameters, which have the same order.
    fn new(operation: &'a Operation, printed: &Printed) -> Result<Self, String> {
        let parameters = raw_parameters(operation);
        let count = parameters.len();
        let has_body = operation.body.is_some();
        if printed.arguments.len() != count + usize::from(has_body) || printed.has_body != has_body
        {
            return Err("progenitor leaves a parameter out".to_owned());
        }
        let arguments = printed.arguments.iter().cloned();
        let by_name: BTreeMap<Ident, &Parameter> = arguments.zip(parameters).collect();
        if by_name.len() != count {
            return Err("progenitor gives two parameters one name".to_owned());
        }
        Ok(Self(by_name))
    }

    fn parameter(&self, argument: &Ident) -> Result<&'a Parameter, String> {
        let parameter = self.0.get(argument).copied();
        parameter.ok_or_else(|| format!("progenitor sends `{argument}`, which is no parameter"))
    }

    /// Returns the parameters with the names by which they are sent: those in progenitor's
    /// function, except for parameters that have another name in its input.
    fn named(&self, sent: &[Named]) -> Result<Vec<(String, &'a Parameter)>, String> {
        let named = sent.iter().map(|Named { name, argument, .. }| {
            let parameter = self.parameter(argument)?;
            let name = if *name == known_name(parameter) {
                &parameter.wire
            } else {
                name
            };
            Ok((name.clone(), parameter))
        });
        named.collect()
    }
}

/// Returns the text of a value in a path or a header. `Display` does not write a point in
/// time as bodies have it.
fn text_of(value: &Ident, ty: &Type, imports: &mut Imports) -> TokenStream {
    if *ty == Type::DateTime {
        imports.add("chrono", "SecondsFormat");
        quote!(#value.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    } else {
        quote!(#value.to_string())
    }
}

/// Returns the value of the header `Accept`.
fn accepted(response: &Response) -> Option<String> {
    match response {
        Response::Json(_) => Some("application/json".to_owned()),
        Response::Events { media_type, .. } if media_type == EVENTS[0] => Some(media_type.clone()),
        // Pages, and servers too, often call lines of JSON `application/json`.
        Response::Events { media_type, .. } => Some(format!("{media_type}, application/json")),
        Response::Empty | Response::Text | Response::Bytes => None,
    }
}
