//! Locations of parameters.

use std::collections::BTreeSet;

use openapi::is_token;
use openapi::tree;

use crate::Location;

/// Returns the location of a parameter. A path parameter is removed from `placeholders`.
///
/// # Errors
///
/// The reason why it cannot be sent.
pub(super) fn location(
    parameter: &tree::Parameter,
    placeholders: &mut BTreeSet<String>,
) -> Result<Location, &'static str> {
    match parameter.location.as_str() {
        "path" if placeholders.remove(&parameter.name) => Ok(Location::Path),
        "path" => Err("has no placeholder in the path"),
        "query" => Ok(Location::Query),
        "header" if is_token(&parameter.name) => Ok(Location::Header),
        "header" => Err("has a name that is not valid for a header"),
        "cookie" if is_token(&parameter.name) => Ok(Location::Cookie),
        "cookie" => Err("has a name that is not valid for a cookie"),
        _ => Err("has an unknown location"),
    }
}

/// Returns the names in the braces of a path.
pub(super) fn placeholders(path: &str) -> BTreeSet<String> {
    let parts = path.split('{').skip(1);
    let names = parts.filter_map(|part| part.split_once('}'));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::Parameter;
    use crate::lower::lowered;

    fn parameters(parameters: Value) -> (Vec<Parameter>, Vec<String>) {
        let operation = json!({"operationId": "pets_get", "parameters": parameters});
        let (mut api, warnings) = lowered(&json!({"paths": {"/": {"get": operation}}}));
        (api.operations.remove(0).parameters, warnings)
    }

    #[test]
    fn parameters_that_no_request_can_have_are_warnings() {
        let (parameters, warnings) = parameters(json!([
            {"name": "a b", "in": "cookie"},
            {"name": "b", "in": "path"},
            {"name": "c d", "in": "header"},
            {"name": "f", "in": "body"},
            {"name": "Accept", "in": "header", "required": true},
        ]));
        assert_eq!(parameters, []);
        assert_eq!(
            warnings,
            [
                "the client has no parameter `b`, which has no placeholder in the path",
                "the client has no parameter `a b`, which has a name that is not valid for a cookie",
                "the client has no parameter `c d`, which has a name that is not valid for a header",
                "the client has no parameter `f`, which has an unknown location",
            ]
        );
    }
}
