//! Removes operations, parameters, and properties with `x-fern-ignore`, which the API's owner
//! excludes from clients.

use serde_json::{Map, Value};

use crate::walk;

/// The name of the extension.
pub const IGNORE: &str = "x-fern-ignore";

/// Removes everything with the extension.
pub fn ignore(root: &mut Value) {
    for key in ["paths", walk::WEBHOOKS] {
        let Some(Value::Object(paths)) = root.get_mut(key) else {
            continue;
        };
        for item in paths.values_mut() {
            if let Some(item) = item.as_object_mut() {
                item.retain(|_, operation| !is_marked(operation));
            }
        }
        paths.retain(|_, item| item.as_object().is_some_and(|item| !item.is_empty()));
    }
    walk::operations_mut(root, &mut |_, operation| {
        if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
            parameters.retain(|parameter| !is_marked(parameter));
        }
    });
    walk::schemas_mut(root, &mut |_, schema| {
        if let Some(schema) = schema.as_object_mut() {
            ignore_properties(schema);
        }
    });
}

fn is_marked(node: &Value) -> bool {
    node.get(IGNORE).is_some_and(|mark| mark == true)
}

fn ignore_properties(schema: &mut Map<String, Value>) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    properties.retain(|_, property| !is_marked(property));
    let left = properties.clone();
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| name.as_str().is_some_and(|name| left.contains_key(name)));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn marked_items_are_removed() {
        let mut root = json!({
                "paths": {
                    "/pets": {
                        "get": {"parameters": [
                            {"name": "a", "x-fern-ignore": true},
                            {"name": "b"},
                        ]},
                        "post": {"x-fern-ignore": true},
                    },
                    "/secrets": {"get": {"x-fern-ignore": true}},
                },
                "components": {"schemas": {"Pet": {
                    "properties": {"id": {"x-fern-ignore": true}, "name": {}},
                    "required": ["id", "name"],
                }}},
        });
        ignore(&mut root);
        assert_eq!(
            root["paths"],
            json!({"/pets": {"get": {"parameters": [{"name": "b"}]}}})
        );
        assert_eq!(
            root["components"]["schemas"]["Pet"],
            json!({"properties": {"name": {}}, "required": ["name"]})
        );
    }
}
