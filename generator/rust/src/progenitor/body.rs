//! The body of a request: what stands where progenitor sends JSON.

use api::{Api, Body, BodyEncoding, Field, Type, TypeDef};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::Imports;
use crate::format::ident;

/// The code that sends a body.
#[derive(Default)]
pub(super) struct Sent {
    /// The calls on the HTTP client's builder.
    pub(super) calls: TokenStream,
    /// The statement that makes a form.
    pub(super) form: TokenStream,
    /// The request that is sent, with a body that is made for each attempt.
    pub(super) outgoing: Option<TokenStream>,
}

impl Sent {
    /// Returns the code that sends a body with the request in this variable.
    pub(super) fn new(api: &Api, body: &Body, request: &Ident, imports: &mut Imports) -> Self {
        match &body.encoding {
            BodyEncoding::Json(media_type) => Self::json(media_type.as_deref(), imports),
            BodyEncoding::UrlEncoded => {
                imports.runtime("UrlEncoded");
                Self::calls(quote!(.form(&UrlEncoded(body))))
            }
            BodyEncoding::Text(media_type) => {
                let media_type = media_type.as_deref().unwrap_or("text/plain");
                let header = content_type(media_type, imports);
                Self::calls(quote!(#header.body(body)))
            }
            BodyEncoding::File(media_type) => {
                imports.runtime("Outgoing");
                let media_type = match media_type {
                    Some(name) => quote!(Some(#name)),
                    None => quote!(None),
                };
                Self {
                    outgoing: Some(quote!(Outgoing::upload(#request, body, #media_type))),
                    ..Self::default()
                }
            }
            BodyEncoding::Multipart => Self::multipart(api, body, request, imports),
        }
    }

    fn calls(calls: TokenStream) -> Self {
        Self {
            calls,
            ..Self::default()
        }
    }

    fn json(media_type: Option<&str>, imports: &mut Imports) -> Self {
        // The HTTP client keeps a media type that is set before.
        let header = media_type.map(|name| content_type(name, imports));
        Self::calls(quote!(#header.json(&body)))
    }

    fn multipart(api: &Api, body: &Body, request: &Ident, imports: &mut Imports) -> Self {
        imports.runtime("Outgoing");
        // A form without described fields is the caller's.
        if body.ty == Type::Form {
            return Self {
                outgoing: Some(quote!(Outgoing::multipart(#request, body.clone()))),
                ..Self::default()
            };
        }
        imports.runtime("Form");
        let definition = body.ty.named().and_then(|name| api.ty(name));
        let fields = definition.map(TypeDef::fields).unwrap_or_default();
        let fields = fields.iter().map(form_field);
        Self {
            form: quote!(let form = Form::new() #(#fields)*;),
            outgoing: Some(quote!(Outgoing::multipart(#request, form))),
            ..Self::default()
        }
    }
}

fn content_type(media_type: &str, imports: &mut Imports) -> TokenStream {
    imports.add("reqwest::header", "CONTENT_TYPE");
    imports.add("reqwest::header", "HeaderValue");
    quote!(.header(CONTENT_TYPE, HeaderValue::from_static(#media_type)))
}

/// Returns the call that adds a field to a form.
fn form_field(field: &Field) -> TokenStream {
    let (name, wire) = (ident(&field.name), &field.wire);
    let is_option = field.presence.is_option();
    let is_list_of_files = matches!(&field.ty, Type::List(item) if **item == Type::File);
    match &field.ty {
        Type::File if !is_option => quote!(.file(#wire, &body.#name)),
        Type::File => quote!(.files(#wire, &body.#name)),
        _ if is_list_of_files && is_option => {
            quote!(.files(#wire, body.#name.iter().flatten()))
        }
        _ if is_list_of_files => quote!(.files(#wire, &body.#name)),
        _ if field.json_part => quote!(.json(#wire, &body.#name)?),
        _ => quote!(.field(#wire, &body.#name)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Presence;

    use crate::progenitor::samples::{field, list};

    #[test]
    fn files_are_added_as_files() {
        for (ty, presence, call) in [
            (
                Type::File,
                Presence::Required,
                quote!(.file("a-b", &body.a_b)),
            ),
            (
                Type::File,
                Presence::Optional,
                quote!(.files("a-b", &body.a_b)),
            ),
            (
                list(Type::File),
                Presence::EmptyWhenAbsent,
                quote!(.files("a-b", &body.a_b)),
            ),
            (
                list(Type::File),
                Presence::OptionalNullable,
                quote!(.files("a-b", body.a_b.iter().flatten())),
            ),
            (
                list(Type::String),
                Presence::Optional,
                quote!(.field("a-b", &body.a_b)?),
            ),
        ] {
            let tokens = form_field(&field("a-b", ty, presence));
            assert_eq!(tokens.to_string(), call.to_string());
        }
    }

    #[test]
    fn a_field_that_is_one_part_of_json_is_added_as_json() {
        let mut tags = field("tags", list(Type::String), Presence::Required);
        tags.json_part = true;
        let call = quote!(.json("tags", &body.tags)?);
        assert_eq!(form_field(&tags).to_string(), call.to_string());
    }
}
