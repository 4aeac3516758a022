//! The description of an operation, which the runtime sends its requests by.

use api::{BodyEncoding, EventName, Location, Operation, Parameter, QueryStyle, Response};
use openapi::streaming::EVENTS;
use proc_macro2::TokenStream;
use quote::quote;

use crate::Imports;
use crate::progenitor::arguments::known_name;

/// Returns the expression for the description of an operation.
pub(super) fn operation(operation: &Operation, imports: &mut Imports) -> TokenStream {
    let Operation { id, path, .. } = operation;
    let server = operation.server.as_ref().map(|url| quote!(.server(#url)));
    let accept = accepted(&operation.response).map(|media_type| quote!(.accept(#media_type)));
    let body = operation.body.as_ref();
    let body = body.map(|body| encoding(&body.encoding, imports));
    let parameters: Vec<TokenStream> = operation
        .parameters
        .iter()
        .filter_map(|described| parameter(described, imports))
        .collect();
    let parameters = (!parameters.is_empty()).then(|| quote!(.parameters(&[#(#parameters),*])));
    let event_name = operation.event_name.as_ref().map(|name| {
        let EventName { property, fields } = name;
        quote!(.event_name(#property, &[#(#fields),*]))
    });
    quote!(Operation::new(#id, #path) #server #accept #body #event_name #parameters)
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

/// Returns the calls that describe a body, unless it is JSON of the usual media type.
fn encoding(encoding: &BodyEncoding, imports: &mut Imports) -> TokenStream {
    let (name, media_type) = match encoding {
        BodyEncoding::Json(media_type) | BodyEncoding::File(media_type) => (None, media_type),
        BodyEncoding::Multipart => (None, &None),
        BodyEncoding::UrlEncoded => (Some(quote!(UrlEncoded)), &None),
        BodyEncoding::Text(media_type) => (Some(quote!(Text)), media_type),
    };
    let encoding = name.map(|name| {
        imports.runtime("Encoding");
        quote!(.encoding(Encoding::#name))
    });
    let media_type = media_type.iter();
    quote!(#encoding #(.media_type(#media_type))*)
}

/// Returns the description of a parameter, unless it is sent by its name in progenitor's
/// input and in the usual style.
fn parameter(parameter: &Parameter, imports: &mut Imports) -> Option<TokenStream> {
    let (name, wire) = (known_name(parameter), &parameter.wire);
    let is_usual = name == *wire && parameter.style == QueryStyle::Shape;
    if parameter.location == Location::Path || is_usual {
        return None;
    }
    imports.runtime("Parameter");
    imports.runtime("Style");
    let style = match parameter.style {
        QueryStyle::Shape => quote!(Style::Form),
        QueryStyle::Joined(separator) => quote!(Style::Joined(#separator)),
        QueryStyle::Json => quote!(Style::Json),
    };
    Some(quote!(Parameter { name: #name, wire: #wire, style: #style }))
}

#[cfg(test)]
mod tests {
    use api::Type;

    use super::super::samples;
    use super::*;

    fn described(operation: &Operation) -> String {
        super::operation(operation, &mut Imports::default()).to_string()
    }

    #[test]
    fn a_response_asks_for_its_media_type() {
        let mut operation = samples::operation("list", &["pets"]);
        for (response, accept) in [
            (Response::Json(Type::Bool), Some("application/json")),
            (Response::Text, None),
            (Response::Bytes, None),
            (Response::Empty, None),
            (events("text/event-stream"), Some("text/event-stream")),
            (
                events("application/jsonl"),
                Some("application/jsonl, application/json"),
            ),
        ] {
            operation.response = response;
            let accept = accept.map(|accept| quote!(.accept(#accept)));
            let (id, path) = (&operation.id, &operation.path);
            let expected = quote!(Operation::new(#id, #path) #accept);
            assert_eq!(described(&operation), expected.to_string());
        }
    }

    fn events(media_type: &str) -> Response {
        Response::Events {
            ty: Type::Json,
            media_type: media_type.to_owned(),
        }
    }

    #[test]
    fn a_body_says_how_it_is_encoded() {
        let some = |name: &str| Some(name.to_owned());
        for (described, expected) in [
            (BodyEncoding::Json(None), quote!()),
            (BodyEncoding::Multipart, quote!()),
            (BodyEncoding::File(None), quote!()),
            (
                BodyEncoding::Json(some("application/merge-patch+json")),
                quote!(.media_type("application/merge-patch+json")),
            ),
            (
                BodyEncoding::File(some("video/mp4")),
                quote!(.media_type("video/mp4")),
            ),
            (
                BodyEncoding::UrlEncoded,
                quote!(.encoding(Encoding::UrlEncoded)),
            ),
            (
                BodyEncoding::Text(some("text/csv")),
                quote!(.encoding(Encoding::Text).media_type("text/csv")),
            ),
        ] {
            let tokens = encoding(&described, &mut Imports::default());
            assert_eq!(tokens.to_string(), expected.to_string());
        }
    }

    #[test]
    fn only_parameters_that_differ_are_described() {
        let mut operation = samples::operation("list", &["pets"]);
        let usual = samples::parameter("tag", Type::String, false);
        let mut joined = samples::parameter("a_b", samples::list(&Type::String), false);
        joined.wire = "a b".to_owned();
        joined.style = QueryStyle::Joined("|");
        let mut renamed = samples::parameter("id_2", Type::String, false);
        renamed.wire = "id".to_owned();
        renamed.location = Location::Header;
        operation.parameters = vec![usual, joined, renamed];
        let expected = quote!(.parameters(&[
            Parameter { name: "a b", wire: "a b", style: Style::Joined("|") },
            Parameter { name: "id_2", wire: "id", style: Style::Form }
        ]));
        let described = described(&operation);
        assert!(described.ends_with(&expected.to_string()), "{described}");
    }
}
