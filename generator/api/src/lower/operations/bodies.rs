//! Request bodies: the media type that is sent, and the Rust type.

use std::collections::BTreeMap;

use ::names::{Scope, numbered};
use heck::ToSnakeCase;
use openapi::tree::{self, Additional, Kind, MediaType};
use pages::Code;

use super::{forms, styles, texts};
use crate::lower::media_type::{self, JSON, MediaKind, bare, is_former_json, is_range};
use crate::lower::schemas::Schemas;
use crate::lower::types;
use crate::lower::warnings::OperationWarnings;
use crate::{BodyEncoding, Docs, Limits, Type};

/// A body whose fields are not known yet.
#[derive(Clone)]
pub(super) struct ChosenBody {
    pub(super) encoding: BodyEncoding,
    pub(super) ty: Type,
    pub(super) limits: Limits,
    pub(super) required: bool,
    pub(super) docs: Docs,
}

/// The maximum number of media types with a separate method.
const MOST_OTHERS: usize = 8;

/// A body in a media type that a separate method sends.
pub(super) struct OtherBody {
    /// The name of the media type.
    pub(super) media_type: String,
    /// The word for it in the name of the method, which is unique for the operation.
    pub(super) word: String,
    pub(super) body: ChosenBody,
}

/// Returns the body that the method of an operation sends, and the bodies of additional methods,
/// one for each other media type.
pub(super) fn choose(
    operation: &tree::Operation,
    schemas: &mut Schemas<'_>,
    warnings: &mut OperationWarnings<'_>,
) -> (Option<ChosenBody>, Vec<OtherBody>) {
    let Some(body) = &operation.body else {
        return (None, Vec::new());
    };
    let has_none = matches!(operation.method.as_str(), "get" | "head" | "delete");
    if body.content.is_empty() && has_none {
        return (None, Vec::new());
    }
    let is_sent = |content: &MediaType| {
        let schema = content.schema.as_ref().map(|schema| schemas.target(schema));
        body.required || !schema.is_some_and(has_no_content)
    };
    let sent = body.content.iter().filter(|(_, content)| is_sent(content));
    let best = sent.min_by_key(|(name, it)| rank(name, it));
    if best.is_none() && !body.content.is_empty() {
        return (None, Vec::new());
    }
    // A body without a media type is any JSON.
    let undescribed = MediaType::default();
    let (name, content) = best.map_or((JSON, &undescribed), |(name, content)| (name, content));
    let mut chosen = |name: &str, content: &MediaType| {
        let (encoding, ty) = lower(name, content, operation, schemas, warnings);
        ChosenBody {
            encoding,
            ty,
            limits: content
                .schema
                .as_ref()
                .map(types::limits)
                .unwrap_or_default(),
            required: body.required,
            docs: texts::short_docs(&body.description),
        }
    };
    let first = chosen(name, content);
    let (others, unreachable) = others(body, name, content);
    let others = others
        .into_iter()
        .map(|(word, other, content)| OtherBody {
            media_type: bare(other).to_owned(),
            word,
            body: chosen(other, content),
        })
        .collect();
    for other in unreachable {
        warnings.add(
            Code::MediaTypeLeftOut,
            format!("no method sends the body as `{other}`"),
        );
    }
    (Some(first), others)
}

/// Returns `true` for the schema of an object or a list.
fn has_parts(schema: &tree::Schema) -> bool {
    let is_kind = matches!(schema.kind, Some(Kind::Object | Kind::Array));
    is_kind || !schema.properties.is_empty() || schema.items.is_some()
}

/// Returns `true` if the only value of a schema is an object without properties.
fn has_no_content(schema: &tree::Schema) -> bool {
    schema.properties.is_empty()
        && schema.additional == Additional::Closed
        && schema.one_of.is_none()
}

/// Returns the rank of a media type: JSON is first, followed by the media types that can be sent.
/// Media types of the same rank keep the document's order.
fn rank(name: &str, content: &MediaType) -> usize {
    match MediaKind::of(name, content) {
        MediaKind::Json if bare(name) == JSON => 0,
        MediaKind::Json => 1,
        _ if media_type::word(name, content).is_some() => 2,
        _ => 3,
    }
}

/// A media type with the word for it in the name of a method.
type Worded<'a> = (String, &'a str, &'a MediaType);

/// Returns the media types with separate methods, and those that no method sends.
fn others<'a>(
    body: &'a tree::Body,
    first: &str,
    content: &'a MediaType,
) -> (Vec<Worded<'a>>, Vec<&'a str>) {
    let mut sent = BTreeMap::from([(sent_name(first, content), content)]);
    let mut words = Scope::default();
    let (mut others, mut unreachable) = (Vec::new(), Vec::new());
    for (name, content) in body.content.iter().filter(|(name, _)| *name != first) {
        let own = sent_name(name, content);
        if let Some(known) = sent.get(own) {
            // The same media type with other parameters, or in a range.
            if *known != content {
                unreachable.push(name.as_str());
            }
            continue;
        }
        match media_type::word(name, content) {
            Some(word) if others.len() < MOST_OTHERS => {
                sent.insert(own, content);
                let long = bare(name).to_snake_case();
                let word = words.claim(numbered(&long, "_").after([word]));
                others.push((word, name.as_str(), content));
            }
            _ => unreachable.push(name.as_str()),
        }
    }
    (others, unreachable)
}

/// Returns the media type that a request names.
fn sent_name<'a>(name: &'a str, content: &MediaType) -> &'a str {
    match MediaKind::of(name, content) {
        MediaKind::Json if is_range(name) || is_former_json(name) => JSON,
        _ => bare(name),
    }
}

fn lower(
    name: &str,
    content: &MediaType,
    operation: &tree::Operation,
    schemas: &mut Schemas<'_>,
    warnings: &mut OperationWarnings<'_>,
) -> (BodyEncoding, Type) {
    let any = tree::Schema::default();
    let schema = content.schema.as_ref().unwrap_or(&any);
    let media_type = (!is_range(name)).then(|| name.to_owned());
    let kind = MediaKind::of(name, content);
    if matches!(kind, MediaKind::Bytes | MediaKind::Text) && has_parts(schemas.target(schema)) {
        let form = match kind {
            MediaKind::Text => "text",
            _ => "bytes",
        };
        warnings.advise(
            Code::MediaTypeLeftOut,
            format!(
                "the body `{}` is sent as {form}, because the client cannot encode it",
                bare(name)
            ),
            "pass the encoded body to the call",
        );
    }
    // An absent body is not sent as `null`.
    match kind {
        MediaKind::Json => {
            let media_type = media_type.filter(|name| name != JSON);
            (BodyEncoding::Json(media_type), types::plain_type(schema))
        }
        MediaKind::Multipart => {
            let form = forms::lower(&operation.id, schema, &content.encoding, schemas, warnings);
            (BodyEncoding::Multipart, form)
        }
        MediaKind::UrlEncoded => {
            let fields = styles::of_fields(schema, content.encoding.clone(), schemas);
            (BodyEncoding::UrlEncoded(fields), types::plain_type(schema))
        }
        MediaKind::Bytes => (BodyEncoding::File(media_type), Type::File),
        MediaKind::Text => (BodyEncoding::Text(media_type), Type::String),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use crate::lower::lowered;
    use crate::{Body, BodyEncoding, Type};

    /// Returns the body of an operation, and the warnings about it.
    fn body(method: &str, body: Value) -> (Option<Body>, Vec<String>) {
        let operation = json!({"operationId": "pets_add", "requestBody": body});
        let (api, warnings) = lowered(&json!({"paths": {"/pets": {method: operation}}}));
        let operation = api.operations.into_iter().next().expect("one operation");
        (operation.body, warnings)
    }

    /// Returns the IDs of the operations and the encodings of their bodies, and the warnings.
    fn methods(content: &[(&str, Value)]) -> (Vec<(String, BodyEncoding)>, Vec<String>) {
        let content: Map<String, Value> = content
            .iter()
            .map(|(name, content)| ((*name).to_owned(), content.clone()))
            .collect();
        let body = json!({"content": content});
        let operation = json!({"operationId": "pets_add", "requestBody": body});
        let (api, warnings) = lowered(&json!({"paths": {"/pets": {"post": operation}}}));
        let bodies = api.operations.into_iter().map(|operation| {
            let body = operation.body.expect("a body");
            (operation.id, body.encoding)
        });
        (bodies.collect(), warnings)
    }

    fn named(name: &str) -> Option<String> {
        Some(name.to_owned())
    }

    #[test]
    fn each_further_media_type_has_an_operation() {
        let (bodies, warnings) = methods(&[
            ("text/csv", json!({})),
            ("multipart/form-data", json!({})),
            ("application/json", json!({})),
            ("application/x-www-form-urlencoded", json!({})),
            ("application/octet-stream", json!({})),
        ]);
        let expected = [
            ("pets_add", BodyEncoding::Json(None)),
            (
                "pets_add_as_bytes",
                BodyEncoding::File(named("application/octet-stream")),
            ),
            ("pets_add_as_csv", BodyEncoding::Text(named("text/csv"))),
            ("pets_add_as_form", BodyEncoding::UrlEncoded(Vec::new())),
            ("pets_add_as_multipart", BodyEncoding::Multipart),
        ]
        .map(|(id, encoding)| (id.to_owned(), encoding));
        assert_eq!(bodies, expected);
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn json_is_first_and_then_what_the_page_names_first() {
        for (content, expected) in [
            (["text/csv", "multipart/form-data"], ["", "_as_multipart"]),
            (["multipart/form-data", "text/csv"], ["", "_as_csv"]),
            (["text/csv", "application/problem+json"], ["", "_as_csv"]),
            (["multipart/related", "text/csv"], ["", ""]),
            (
                ["application/merge-patch+json", "application/json"],
                ["", "_as_merge_patch_json"],
            ),
            (["text/xml", "application/xml"], ["", "_as_xml"]),
            (["text/json", "application/json"], ["", ""]),
            (["application/*+json", "application/json"], ["", ""]),
        ] {
            let (bodies, _) = methods(&content.map(|name| (name, json!({}))));
            let ids = bodies.iter().map(|(id, _)| id.strip_prefix("pets_add"));
            let expected = expected.iter().filter(|word| !word.is_empty());
            let expected = [""].iter().chain(expected).map(|word| Some(*word));
            assert!(ids.eq(expected), "{bodies:?}");
        }
    }

    #[test]
    fn words_of_one_operation_are_distinct() {
        let (bodies, _) = methods(&[
            ("application/json", json!({})),
            ("text/xml", json!({})),
            ("application/xml", json!({})),
        ]);
        let ids: Vec<&str> = bodies.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(
            ids,
            ["pets_add", "pets_add_as_application_xml", "pets_add_as_xml"]
        );
    }

    #[test]
    fn a_media_type_that_no_method_sends_is_a_warning() {
        let text = json!({"schema": {"type": "string"}});
        let (bodies, warnings) = methods(&[
            ("application/json", text.clone()),
            // The same, and another schema.
            ("application/json; charset=utf-8", text),
            ("*/*", json!({"schema": {"type": "integer"}})),
            ("multipart/related", json!({})),
            ("not a media type", json!({})),
        ]);
        assert_eq!(bodies.len(), 1);
        let left_out = |name: &str| format!("no method sends the body as `{name}`");
        assert_eq!(
            warnings,
            ["*/*", "multipart/related", "not a media type"].map(left_out)
        );
    }

    #[test]
    fn the_number_of_methods_is_limited() {
        let names: Vec<String> = (0..100).map(|number| format!("image/{number}")).collect();
        let content: Vec<(&str, Value)> = names
            .iter()
            .map(|name| (name.as_str(), json!({})))
            .collect();
        let (bodies, warnings) = methods(&content);
        assert_eq!((bodies.len(), warnings.len()), (9, 91));
    }

    #[test]
    fn bytes_of_any_media_type_are_a_file_of_its_own_media_type() {
        let file = json!({"type": "string", "format": "binary"});
        for name in ["audio/*", "*/*", "application/*"] {
            let (body, _) = body("post", json!({"content": {name: {"schema": file}}}));
            let body = body.expect("a body");
            assert_eq!(body.encoding, BodyEncoding::File(None), "{name}");
            assert_eq!(body.ty, Type::File);
        }
        let content = json!({"content": {"*/*": {"schema": {"type": "object"}}}});
        let (body, _) = body("post", content);
        let encoding = body.map(|body| body.encoding);
        assert_eq!(encoding, Some(BodyEncoding::Json(None)));
    }

    #[test]
    fn a_body_without_a_description_is_any_json() {
        let (posted, _) = body("post", json!({"content": {}}));
        let posted = posted.expect("a body");
        assert_eq!(posted.encoding, BodyEncoding::Json(None));
        assert_eq!(posted.ty, Type::Json);
        let (deleted, _) = body("delete", json!({"content": {}}));
        assert_eq!(deleted, None);
    }

    #[test]
    fn an_object_that_the_client_cannot_encode_is_a_warning() {
        let object = json!({"type": "object", "properties": {"name": {"type": "string"}}});
        let warning = |name: &str, form: &str| {
            format!("the body `{name}` is sent as {form}, because the client cannot encode it")
        };
        let file = json!({"type": "string", "format": "binary"});
        for (name, schema, expected) in [
            ("application/x-ndjson", &object, Some("bytes")),
            ("text/xml", &object, Some("text")),
            ("application/zip", &file, None),
            ("application/json", &object, None),
        ] {
            let (_, warnings) = body("post", json!({"content": {name: {"schema": schema}}}));
            let expected = expected.map(|form| warning(name, form));
            assert_eq!(warnings, Vec::from_iter(expected), "{name}");
        }
    }

    #[test]
    fn an_optional_body_that_can_contain_nothing_is_not_sent() {
        let closed = json!({"type": "object", "properties": {}, "additionalProperties": false});
        let open = json!({"type": "object", "properties": {}});
        for (schema, required, is_sent) in [
            (&closed, false, false),
            (&closed, true, true),
            (&open, false, true),
        ] {
            let content = json!({"application/json": {"schema": schema}});
            let (body, _) = body("post", json!({"content": content, "required": required}));
            assert_eq!(body.is_some(), is_sent, "{schema} {required}");
        }
        let content = json!({"application/json": {"schema": closed}, "text/plain": {}});
        let (body, _) = body("post", json!({"content": content}));
        assert_eq!(
            body.map(|body| body.encoding),
            Some(BodyEncoding::Text(named("text/plain")))
        );
    }

    #[test]
    fn a_body_is_never_null() {
        let schema = json!({"type": "array", "items": {"type": "string"}, "nullable": true});
        let content = json!({"content": {"application/json": {"schema": schema}}});
        let (body, _) = body("post", content);
        let ty = body.map(|body| body.ty);
        assert_eq!(ty, Some(Type::List(Box::new(Type::String))));
    }
}
