//! Where parameters are sent, and how those in the query are written.

use std::collections::BTreeSet;

use openapi::is_token;
use openapi::tree::{self, Kind};

use crate::lower::media_type::{JSON, essence};
use crate::lower::schemas::Schemas;
use crate::{Location, QueryStyle};

/// Returns where a parameter is sent. One in the path takes its place from
/// `placeholders`.
///
/// # Errors
///
/// The reason why it cannot be sent.
pub(super) fn location(
    parameter: &tree::Parameter,
    placeholders: &mut BTreeSet<String>,
    schemas: &Schemas<'_>,
) -> Result<Location, &'static str> {
    match parameter.location.as_str() {
        "path" if placeholders.remove(&parameter.name) => Ok(Location::Path),
        "path" => Err("has no place in the path"),
        "query" if is_list_of_objects(parameter, schemas) => {
            Err("is a list of objects, for which a query has no form")
        }
        "query" => Ok(Location::Query),
        "header" if is_token(&parameter.name) => Ok(Location::Header),
        "header" => Err("has a name that no header can have"),
        "cookie" => Err("is a cookie"),
        _ => Err("has no place in a request"),
    }
}

/// Returns the names in the braces of a path.
pub(super) fn placeholders(path: &str) -> BTreeSet<String> {
    let parts = path.split('{').skip(1);
    let names = parts.filter_map(|part| part.split_once('}'));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// Returns how a query parameter is written.
pub(super) fn query_style(parameter: &tree::Parameter, schemas: &Schemas<'_>) -> QueryStyle {
    if parameter.media_type.as_deref().map(essence) == Some(JSON) {
        return QueryStyle::Json;
    }
    let style = parameter.style.as_deref().unwrap_or("form");
    let is_exploded = parameter.explode.unwrap_or(style == "form");
    if is_exploded || schemas.target(&parameter.schema).kind != Some(Kind::Array) {
        return QueryStyle::Shape;
    }
    QueryStyle::Joined(match style {
        "spaceDelimited" => " ",
        "pipeDelimited" => "|",
        _ => ",",
    })
}

fn is_list_of_objects(parameter: &tree::Parameter, schemas: &Schemas<'_>) -> bool {
    let list = schemas.target(&parameter.schema);
    let item = list.items.as_deref().map(|item| schemas.target(item));
    list.kind == Some(Kind::Array)
        && item.and_then(|item| item.kind) == Some(Kind::Object)
        && query_style(parameter, schemas) != QueryStyle::Json
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::Parameter;
    use crate::lower::lowered;

    fn parameters(parameters: Value) -> (Vec<Parameter>, Vec<String>) {
        let operation = json!({"operationId": "pets_get", "parameters": parameters});
        let (mut api, warnings) = lowered(&json!({"paths": {"/": {"get": operation}}}));
        (api.operations.remove(0).parameters, warnings)
    }

    fn list(item: Value) -> Value {
        json!({"type": "array", "items": item})
    }

    #[test]
    fn parameters_that_no_request_can_have_are_warnings() {
        let (parameters, warnings) = parameters(json!([
            {"name": "a", "in": "cookie"},
            {"name": "b", "in": "path"},
            {"name": "c d", "in": "header"},
            {"name": "e", "in": "query", "schema": list(json!({"type": "object"}))},
            {"name": "f", "in": "body"},
            {"name": "Accept", "in": "header", "required": true},
        ]));
        assert_eq!(parameters, []);
        assert_eq!(
            warnings,
            [
                "the client has no parameter `b`, which has no place in the path",
                "the client has no parameter `a`, which is a cookie",
                "the client has no parameter `c d`, which has a name that no header can have",
                "the client has no parameter `e`, which is a list of objects, for which a query \
                 has no form",
                "the client has no parameter `f`, which has no place in a request",
            ]
        );
    }

    #[test]
    fn a_query_parameter_is_written_in_its_style() {
        let texts = list(json!({"type": "string"}));
        for (mut parameter, style) in [
            (json!({"schema": texts}), QueryStyle::Shape),
            (
                json!({"schema": texts, "explode": false}),
                QueryStyle::Joined(","),
            ),
            (
                json!({"schema": texts, "style": "spaceDelimited"}),
                QueryStyle::Joined(" "),
            ),
            (
                json!({"schema": texts, "style": "pipeDelimited"}),
                QueryStyle::Joined("|"),
            ),
            (
                json!({"schema": {"type": "string"}, "explode": false}),
                QueryStyle::Shape,
            ),
            (
                json!({
                    "schema": list(json!({"type": "object"})),
                    "x-media-type": "application/json",
                }),
                QueryStyle::Json,
            ),
        ] {
            parameter["name"] = "a".into();
            parameter["in"] = "query".into();
            assert_eq!(parameters(json!([parameter])).0[0].style, style);
        }
    }
}
