//! Bodies of requests: the media type that is sent, and the type.

use openapi::tree::{self, MediaType};
use pages::Code;

use super::{forms, styles, texts};
use crate::lower::media_type::{JSON, MediaKind, is_range};
use crate::lower::schemas::Schemas;
use crate::lower::types;
use crate::lower::warnings::OperationWarnings;
use crate::{BodyEncoding, Docs, Type};

/// A body whose fields are not known yet.
pub(super) struct ChosenBody {
    pub(super) encoding: BodyEncoding,
    pub(super) ty: Type,
    pub(super) required: bool,
    pub(super) docs: Docs,
}

/// Returns the body of an operation's request.
pub(super) fn choose(
    operation: &tree::Operation,
    schemas: &mut Schemas<'_>,
    warnings: &mut OperationWarnings<'_>,
) -> Option<ChosenBody> {
    let body = operation.body.as_ref()?;
    let has_none = matches!(operation.method.as_str(), "get" | "head" | "delete");
    if body.content.is_empty() && has_none {
        return None;
    }
    let best = body
        .content
        .iter()
        .min_by_key(|(name, content)| MediaKind::of(name, content));
    // A body that no media type describes is any JSON.
    let undescribed = MediaType::default();
    let (name, content) = best.map_or((JSON, &undescribed), |(name, content)| (name, content));
    for other in body.content.keys().filter(|other| *other != name) {
        warnings.add(
            Code::MediaTypeLeftOut,
            format!("the body is sent as `{name}` only, not as `{other}`"),
        );
    }
    let (encoding, ty) = lower(name, content, operation, schemas, warnings);
    Some(ChosenBody {
        encoding,
        ty,
        required: body.required,
        docs: texts::told(&body.description),
    })
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
    // There is a body or there is none; `null` is not sent as one.
    match MediaKind::of(name, content) {
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

    #[test]
    fn the_best_of_several_media_types_is_sent_and_the_others_are_warnings() {
        let mut content: Map<String, Value> = [
            "text/csv",
            "image/png",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/problem+json",
        ]
        .map(|name| (name.to_owned(), json!({})))
        .into_iter()
        .collect();
        let named = |name: &str| Some(name.to_owned());
        for (best, encoding) in [
            (
                "application/problem+json",
                BodyEncoding::Json(named("application/problem+json")),
            ),
            ("multipart/form-data", BodyEncoding::Multipart),
            (
                "application/x-www-form-urlencoded",
                BodyEncoding::UrlEncoded(Vec::new()),
            ),
            ("image/png", BodyEncoding::File(named("image/png"))),
            ("text/csv", BodyEncoding::Text(named("text/csv"))),
        ] {
            let (body, warnings) = body("post", json!({"content": content}));
            assert_eq!(body.map(|body| body.encoding), Some(encoding));
            content.shift_remove(best);
            let expected = content
                .keys()
                .map(|other| format!("the body is sent as `{best}` only, not as `{other}`"));
            assert_eq!(warnings, expected.collect::<Vec<_>>());
        }
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
    fn a_body_is_never_null() {
        let schema = json!({"type": "array", "items": {"type": "string"}, "nullable": true});
        let content = json!({"content": {"application/json": {"schema": schema}}});
        let (body, _) = body("post", content);
        let ty = body.map(|body| body.ty);
        assert_eq!(ty, Some(Type::List(Box::new(Type::String))));
    }
}
