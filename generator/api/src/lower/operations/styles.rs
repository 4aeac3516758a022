//! The encoding of parameters and form fields: `style`, `explode`, and JSON.

use openapi::tree::{self, FieldEncoding, Kind, Schema};

use super::forms;
use crate::lower::media_type::{JSON, essence};
use crate::lower::schemas::Schemas;
use crate::{FieldStyle, Location, Style};

/// The style keywords of a value.
struct Words<'a> {
    style: Option<&'a str>,
    explode: Option<bool>,
}

/// Returns the style of a parameter.
pub(super) fn of_parameter(
    parameter: &tree::Parameter,
    location: Location,
    schemas: &Schemas<'_>,
) -> Style {
    if parameter.media_type.as_deref().map(essence) == Some(JSON) {
        return Style::Json;
    }
    let words = Words {
        style: parameter.style.as_deref(),
        explode: parameter.explode,
    };
    let schema = &parameter.schema;
    match location {
        Location::Query => in_query(&words, schema, schemas),
        Location::Path => in_path(&words, schema, schemas),
        Location::Header => Style::Simple {
            explode: is_exploded(&words, false) && has_properties(schema, schemas),
        },
        Location::Cookie => Style::Form {
            explode: is_exploded(&words, true) || is_scalar(schema, schemas),
        },
    }
}

/// Returns the styles of the fields of a URL-encoded form that differ from the default.
pub(super) fn of_fields(
    schema: &Schema,
    encoding: impl IntoIterator<Item = (String, FieldEncoding)>,
    schemas: &Schemas<'_>,
) -> Vec<FieldStyle> {
    let properties = &schemas.target(schema).properties;
    let any = Schema::default();
    let described = encoding.into_iter().map(|(wire, encoding)| {
        let schema = properties.get(&wire).unwrap_or(&any);
        let style = match forms::is_json(&encoding) {
            true => Style::Json,
            false => {
                let words = Words {
                    style: encoding.style.as_deref(),
                    explode: encoding.explode,
                };
                in_query(&words, schema, schemas)
            }
        };
        FieldStyle {
            wire,
            style,
            allow_reserved: encoding.allow_reserved,
        }
    });
    let is_usual = |field: &FieldStyle| field.style == Style::DeepObject && !field.allow_reserved;
    described.filter(|field| !is_usual(field)).collect()
}

fn in_query(words: &Words<'_>, schema: &Schema, schemas: &Schemas<'_>) -> Style {
    let explode = is_exploded(words, words.style.is_none_or(|style| style == "form"));
    if is_scalar(schema, schemas) {
        return Style::DeepObject;
    }
    let is_list = schemas.target(schema).kind == Some(Kind::Array);
    match words.style {
        Some("deepObject") => Style::DeepObject,
        // The styles differ only if they are not exploded.
        Some("spaceDelimited") if !explode => Style::SpaceDelimited,
        Some("pipeDelimited") if !explode => Style::PipeDelimited,
        // Without a style, the platform sends an object as `name[property]`, although OpenAPI has a
        // different default.
        None if explode => Style::DeepObject,
        // Both repeat the name.
        _ if explode && is_list && !has_members(schema, schemas) => Style::DeepObject,
        _ => Style::Form { explode },
    }
}

fn in_path(words: &Words<'_>, schema: &Schema, schemas: &Schemas<'_>) -> Style {
    let is_exploded = is_exploded(words, false);
    let is_scalar = is_scalar(schema, schemas);
    match words.style {
        Some("label") => Style::Label {
            explode: is_exploded && !is_scalar,
        },
        Some("matrix") => Style::Matrix {
            explode: is_exploded && !is_scalar,
        },
        // The result for a list does not depend on `explode`.
        _ => Style::Simple {
            explode: is_exploded && has_properties(schema, schemas),
        },
    }
}

fn is_exploded(words: &Words<'_>, default: bool) -> bool {
    words.explode.unwrap_or(default)
}

/// Returns `true` if a value has neither items nor properties.
pub(super) fn is_scalar(schema: &Schema, schemas: &Schemas<'_>) -> bool {
    let kind = schemas.target(schema).kind;
    kind.is_some_and(|kind| !matches!(kind, Kind::Array | Kind::Object))
}

/// Returns `true` if a value can have properties.
fn has_properties(schema: &Schema, schemas: &Schemas<'_>) -> bool {
    let kind = schemas.target(schema).kind;
    kind.is_none_or(|kind| kind == Kind::Object)
}

/// Returns `true` if the items of a list can be lists or objects.
fn has_members(list: &Schema, schemas: &Schemas<'_>) -> bool {
    let items = schemas.target(list).items.as_deref();
    items.is_none_or(|items| !is_scalar(items, schemas))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::BodyEncoding;
    use crate::lower::lowered;

    fn style(location: &str, schema: &Value, words: &Value) -> Style {
        let mut parameter = json!({"name": "a", "in": location, "schema": schema});
        for (key, value) in words.as_object().into_iter().flatten() {
            parameter[key] = value.clone();
        }
        let operation = json!({"operationId": "pets_get", "parameters": [parameter]});
        let path = if location == "path" { "/{a}" } else { "/" };
        let (api, warnings) = lowered(&json!({"paths": {path: {"get": operation}}}));
        assert_eq!(warnings, [""; 0]);
        api.operations[0].parameters[0].style
    }

    fn text() -> Value {
        json!({"type": "string"})
    }

    fn list() -> Value {
        json!({"type": "array", "items": {"type": "string"}})
    }

    fn object() -> Value {
        json!({"type": "object", "properties": {"r": {"type": "integer"}}})
    }

    #[test]
    fn an_object_without_a_style_has_brackets_and_a_stated_style_wins() {
        for (words, of_list, of_object) in [
            (json!({}), Style::DeepObject, Style::DeepObject),
            (
                json!({"style": "deepObject"}),
                Style::DeepObject,
                Style::DeepObject,
            ),
            (
                json!({"style": "form"}),
                Style::DeepObject,
                Style::Form { explode: true },
            ),
            (
                json!({"style": "form", "explode": false}),
                Style::Form { explode: false },
                Style::Form { explode: false },
            ),
            (
                json!({"explode": false}),
                Style::Form { explode: false },
                Style::Form { explode: false },
            ),
            (
                json!({"style": "spaceDelimited"}),
                Style::SpaceDelimited,
                Style::SpaceDelimited,
            ),
            (
                json!({"style": "pipeDelimited"}),
                Style::PipeDelimited,
                Style::PipeDelimited,
            ),
            (
                json!({"style": "pipeDelimited", "explode": true}),
                Style::DeepObject,
                Style::Form { explode: true },
            ),
        ] {
            assert_eq!(
                style("query", &text(), &words),
                Style::DeepObject,
                "{words}"
            );
            assert_eq!(style("query", &list(), &words), of_list, "{words}");
            assert_eq!(style("query", &object(), &words), of_object, "{words}");
        }
    }

    #[test]
    fn each_location_has_its_styles() {
        let simple = |explode| Style::Simple { explode };
        for (location, words, of_text, of_list, of_object) in [
            (
                "path",
                json!({}),
                simple(false),
                simple(false),
                simple(false),
            ),
            (
                "path",
                json!({"explode": true}),
                simple(false),
                simple(false),
                simple(true),
            ),
            (
                "path",
                json!({"style": "label", "explode": true}),
                Style::Label { explode: false },
                Style::Label { explode: true },
                Style::Label { explode: true },
            ),
            (
                "path",
                json!({"style": "matrix"}),
                Style::Matrix { explode: false },
                Style::Matrix { explode: false },
                Style::Matrix { explode: false },
            ),
            (
                "header",
                json!({"explode": true}),
                simple(false),
                simple(false),
                simple(true),
            ),
            (
                "cookie",
                json!({}),
                Style::Form { explode: true },
                Style::Form { explode: true },
                Style::Form { explode: true },
            ),
            (
                "cookie",
                json!({"explode": false}),
                Style::Form { explode: true },
                Style::Form { explode: false },
                Style::Form { explode: false },
            ),
        ] {
            assert_eq!(
                style(location, &text(), &words),
                of_text,
                "{location} {words}"
            );
            assert_eq!(
                style(location, &list(), &words),
                of_list,
                "{location} {words}"
            );
            assert_eq!(
                style(location, &object(), &words),
                of_object,
                "{location} {words}"
            );
        }
        let json = json!({"x-media-type": "application/json"});
        for location in ["path", "query", "header", "cookie"] {
            assert_eq!(style(location, &object(), &json), Style::Json);
        }
    }

    #[test]
    fn the_encoding_of_a_form_states_styles_of_its_fields() {
        let lines = json!({"type": "array", "items": object()});
        let body = json!({"content": {"application/x-www-form-urlencoded": {
            "schema": {"type": "object", "properties": {
                "lines": lines, "tags": list(), "range": object(), "data": object(), "url": text(),
            }},
            "encoding": {
                "lines": {"style": "deepObject", "explode": true},
                "tags": {"style": "pipeDelimited"},
                "range": {"style": "form"},
                "data": {"contentType": "application/json"},
                "url": {"allowReserved": true},
            },
        }}});
        let operation = json!({"operationId": "pets_add", "requestBody": body});
        let (api, _) = lowered(&json!({"paths": {"/": {"post": operation}}}));
        let body = api.operations[0].body.as_ref().expect("a body");
        let field = |wire: &str, style, allow_reserved| FieldStyle {
            wire: wire.to_owned(),
            style,
            allow_reserved,
        };
        let fields = vec![
            field("data", Style::Json, false),
            field("range", Style::Form { explode: true }, false),
            field("tags", Style::PipeDelimited, false),
            field("url", Style::DeepObject, true),
        ];
        assert_eq!(body.encoding, BodyEncoding::UrlEncoded(fields));
    }
}
