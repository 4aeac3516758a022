//! The description of an operation, from which the runtime sends requests.

use api::{
    Body, BodyEncoding, EventName, FieldStyle, Input, Location, Operation, Parameter, Response,
    Security, Style,
};
use openapi::streaming::EVENTS;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::Imports;
use crate::format::ident;
use crate::progenitor::arguments::known_name;

/// Returns the expression for the description of an operation.
pub(super) fn operation(operation: &Operation, imports: &mut Imports) -> TokenStream {
    let Operation { id, path, .. } = operation;
    let servers = operation
        .server
        .as_ref()
        .map(|url| match &operation.environment_servers[..] {
            [] => quote!(.servers(&[#url])),
            urls => quote!(.servers(&[#(#urls),*])),
        });
    let accept = accepted(&operation.response).map(|media_type| quote!(.accept(#media_type)));
    let body = operation.body.as_ref();
    let body = body.map(|body| {
        let encoding = encoding(&body.encoding, imports);
        let optional = is_left_out(operation, body).then(|| quote!(.optional_body()));
        quote!(#encoding #optional)
    });
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
    let security = operation.security.as_ref().map(security);
    let headers = &operation.client_headers;
    let headers = (!headers.is_empty()).then(|| quote!(.client_headers(&[#(#headers),*])));
    let idempotency = operation.idempotency.as_ref();
    let idempotency = idempotency.map(|header| quote!(.idempotency(#header)));
    let bucket = operation.bucket.as_ref().map(|name| quote!(.bucket(#name)));
    quote! {
        Operation::new(#id, #path) #servers #security #accept #body #event_name #headers #idempotency
            #bucket #parameters
    }
}

/// Returns the call that sets the keys of an operation.
fn security(security: &Security) -> TokenStream {
    let alternatives = security.iter().map(|keys| {
        let keys = keys.iter().map(|key| Literal::usize_unsuffixed(*key));
        quote!(&[#(#keys),*])
    });
    quote!(.security(&[#(#alternatives),*]))
}

/// Returns `true` if a body can be empty, and is not sent in this case.
fn is_left_out(operation: &Operation, body: &Body) -> bool {
    let has_members = !matches!(body.encoding, BodyEncoding::File(_) | BodyEncoding::Text(_));
    let mut arguments = operation.call.arguments.iter();
    let is_set = arguments.any(|input| matches!(input, Input::BodyField(_)));
    !body.required && has_members && !is_set
}

/// Returns the value of the header `Accept`.
fn accepted(response: &Response) -> Option<String> {
    match response {
        Response::Json(_) => Some("application/json".to_owned()),
        Response::Events { media_type, .. } if media_type == EVENTS[0] => Some(media_type.clone()),
        // Pages and servers often use `application/json` for lines of JSON.
        Response::Events { media_type, .. } => Some(format!("{media_type}, application/json")),
        Response::Empty | Response::Text | Response::Bytes | Response::Channel(_) => None,
    }
}

/// Returns the calls that describe a body, unless it is JSON with the default media type.
fn encoding(encoding_of: &BodyEncoding, imports: &mut Imports) -> TokenStream {
    let (name, media_type) = match encoding_of {
        BodyEncoding::Json(media_type) | BodyEncoding::File(media_type) => (None, media_type),
        BodyEncoding::Multipart => (None, &None),
        BodyEncoding::UrlEncoded(_) => (Some(quote!(UrlEncoded)), &None),
        BodyEncoding::Text(media_type) => (Some(quote!(Text)), media_type),
    };
    let encoding = name.map(|name| {
        imports.runtime("Encoding");
        quote!(.encoding(Encoding::#name))
    });
    let media_type = media_type.iter();
    let fields = match encoding_fields(encoding_of) {
        [] => None,
        fields => {
            let fields = fields.iter().map(|field| field_style(field, imports));
            Some(quote!(.fields(&[#(#fields),*])))
        }
    };
    quote!(#encoding #(.media_type(#media_type))* #fields)
}

/// Returns the fields of a form with a style other than the default.
fn encoding_fields(encoding: &BodyEncoding) -> &[FieldStyle] {
    match encoding {
        BodyEncoding::UrlEncoded(fields) => fields,
        _ => &[],
    }
}

fn field_style(field: &FieldStyle, imports: &mut Imports) -> TokenStream {
    let wire = &field.wire;
    serialized(wire, wire, field.style, field.allow_reserved, imports)
}

/// Returns the description of a parameter or form field that is serialized in a style.
fn serialized(
    name: &str,
    wire: &str,
    style: Style,
    allow_reserved: bool,
    imports: &mut Imports,
) -> TokenStream {
    imports.runtime("Parameter");
    match (allow_reserved, style) {
        (true, style) => {
            let style = self::style(style, imports);
            quote!(Parameter::reserved(#name, #wire, #style))
        }
        (false, Style::DeepObject) => quote!(Parameter::new(#name, #wire)),
        (false, style) => {
            let style = self::style(style, imports);
            quote!(Parameter::styled(#name, #wire, #style))
        }
    }
}

/// Returns the expression for a style.
pub(super) fn style(style: Style, imports: &mut Imports) -> TokenStream {
    imports.runtime("Style");
    let name = match style.parts() {
        (name, Some(true)) => ident(&format!("{name}Exploded")),
        (name, _) => ident(name),
    };
    quote!(Style::#name)
}

/// Returns the description of a parameter, unless it is sent with its name in progenitor's input
/// and in the default style.
fn parameter(parameter: &Parameter, imports: &mut Imports) -> Option<TokenStream> {
    let (name, wire) = (known_name(parameter), &parameter.wire);
    let is_known = name == *wire;
    match parameter.location {
        Location::Path => None,
        Location::Query => {
            let (style, allow_reserved) = (parameter.style, parameter.allow_reserved);
            let is_default = is_known && style == Style::DeepObject && !allow_reserved;
            (!is_default).then(|| serialized(&name, wire, style, allow_reserved, imports))
        }
        Location::Header if is_known => None,
        Location::Header => {
            imports.runtime("Parameter");
            Some(quote!(Parameter::new(#name, #wire)))
        }
        Location::Cookie => {
            imports.runtime("Parameter");
            Some(quote!(Parameter::cookie(#name, #wire)))
        }
    }
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
                BodyEncoding::UrlEncoded(vec![FieldStyle {
                    wire: "a-b".to_owned(),
                    style: Style::Json,
                    allow_reserved: true,
                }]),
                quote!(.encoding(Encoding::UrlEncoded).fields(&[
                    Parameter::reserved("a-b", "a-b", Style::Json)
                ])),
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
    fn an_operation_has_an_idempotency_key_and_a_bucket() {
        let mut operation = samples::operation("add", &["pets"]);
        operation.idempotency = Some("idempotency-key".to_owned());
        operation.bucket = Some("writes".to_owned());
        let (id, path) = (&operation.id, &operation.path);
        let expected = quote! {
            Operation::new(#id, #path).idempotency("idempotency-key").bucket("writes")
        };
        assert_eq!(described(&operation), expected.to_string());
    }

    #[test]
    fn an_operation_names_the_headers_that_it_requires_of_the_client() {
        let mut operation = samples::operation("list", &["pets"]);
        operation.client_headers = vec!["x-account".to_owned()];
        let (id, path) = (&operation.id, &operation.path);
        let expected = quote!(Operation::new(#id, #path).client_headers(&["x-account"]));
        assert_eq!(described(&operation), expected.to_string());
    }

    #[test]
    fn an_operation_has_its_own_keys() {
        let mut operation = samples::operation("list", &["pets"]);
        for (security, expected) in [
            (vec![], quote!(.security(&[]))),
            (vec![vec![1, 2], vec![]], quote!(.security(&[&[1, 2], &[]]))),
        ] {
            operation.security = Some(security);
            let (id, path) = (&operation.id, &operation.path);
            let expected = quote!(Operation::new(#id, #path) #expected);
            assert_eq!(described(&operation), expected.to_string());
        }
    }

    #[test]
    fn an_optional_body_with_members_may_be_left_out() {
        for (encoding, required, expected) in [
            (BodyEncoding::Json(None), true, quote!()),
            (BodyEncoding::Json(None), false, quote!(.optional_body())),
            (BodyEncoding::Multipart, false, quote!(.optional_body())),
            (BodyEncoding::File(None), false, quote!()),
        ] {
            let mut operation = samples::operation("list", &["pets"]);
            operation.body = Some(Body {
                encoding,
                ty: Type::Json,
                limits: api::Limits::default(),
                required,
                fields: Vec::new(),
                docs: api::Docs::default(),
            });
            let (id, path) = (&operation.id, &operation.path);
            let expected = quote!(Operation::new(#id, #path) #expected);
            assert_eq!(described(&operation), expected.to_string());
        }
    }

    #[test]
    fn only_parameters_that_differ_are_described() {
        let mut operation = samples::operation("list", &["pets"]);
        let usual = samples::parameter("tag", Type::String, false);
        let mut joined = samples::parameter("a_b", samples::list(&Type::String), false);
        joined.wire = "a b".to_owned();
        joined.style = Style::Form { explode: false };
        let mut renamed = samples::parameter("id_2", Type::String, false);
        renamed.wire = "id".to_owned();
        renamed.location = Location::Header;
        let mut cookie = samples::parameter("cookie_session", Type::String, false);
        cookie.wire = "session".to_owned();
        cookie.location = Location::Cookie;
        let mut reserved = samples::parameter("url", Type::String, false);
        reserved.allow_reserved = true;
        operation.parameters = vec![usual, joined, renamed, cookie, reserved];
        let expected = quote!(.parameters(&[
            Parameter::styled("a b", "a b", Style::Form),
            Parameter::new("id_2", "id"),
            Parameter::cookie("cookie_session", "session"),
            Parameter::reserved("url", "url", Style::DeepObject)
        ]));
        let described = described(&operation);
        assert!(described.ends_with(&expected.to_string()), "{described}");
    }
}
