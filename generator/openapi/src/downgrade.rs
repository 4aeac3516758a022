//! Writes a document as OpenAPI 3.0.3, which is what most tools read.
//!
//! Lowering does not use the result. Facts that 3.0.3 cannot express are lost, or are expressed in
//! another form that `Tree` also reads.

use serde_json::{Map, Value};

use crate::normalize::EXCLUSIVE_BOUNDS;
use crate::walk;

/// Rewrites a merged document as OpenAPI 3.0.3.
pub(crate) fn downgrade(root: &mut Value) {
    walk::operations_mut(root, &mut |_, operation| downgrade_operation(operation));
    walk::schemas_mut(root, &mut |_, schema| {
        if let Some(schema) = schema.as_object_mut() {
            first_example(schema);
            exclusive_bounds(schema);
        }
    });
    let Some(root) = root.as_object_mut() else {
        return;
    };
    root.insert("openapi".to_owned(), "3.0.3".into());
    if let Some(webhooks) = root.shift_remove(walk::WEBHOOKS) {
        root.insert(walk::X_WEBHOOKS.to_owned(), webhooks);
    }
    root.retain(|key, _| {
        [
            "openapi",
            "info",
            "servers",
            "tags",
            "security",
            "paths",
            "components",
        ]
        .contains(&key.as_str())
            || walk::is_extension(key)
    });
    if let Some(info) = root.get_mut("info").and_then(Value::as_object_mut) {
        for key in ["summary", "license"] {
            info.shift_remove(key);
        }
    }
}

fn downgrade_operation(operation: &mut Map<String, Value>) {
    operation.shift_remove("callbacks");
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        if let Some(parameter) = parameter.as_object_mut() {
            let examples = parameter.shift_remove("examples");
            let first = examples.as_ref().and_then(Value::as_object);
            let first = first.and_then(|examples| examples.values().next());
            if let Some(value) = first.and_then(|example| example.get("value")) {
                parameter.entry("example").or_insert_with(|| value.clone());
            }
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        media_types(body);
    }
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    for (_, response) in responses.into_iter().flatten() {
        media_types(response);
        if let Some(response) = response.as_object_mut() {
            response.retain(|key, _| ["description", "content", "headers"].contains(&key.as_str()));
        }
    }
}

/// Removes the keywords of media types that only OpenAPI 3.2 has.
fn media_types(holder: &mut Value) {
    let content = holder.get_mut("content").and_then(Value::as_object_mut);
    for (_, media_type) in content.into_iter().flatten() {
        if let Some(media_type) = media_type.as_object_mut() {
            media_type.shift_remove("itemSchema");
        }
    }
}

fn first_example(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(examples)) = schema.shift_remove("examples")
        && let Some(example) = examples.into_iter().next()
    {
        schema.entry("example").or_insert(example);
    }
}

/// `exclusiveMinimum: 0` becomes `minimum: 0, exclusiveMinimum: true`.
fn exclusive_bounds(schema: &mut Map<String, Value>) {
    for (exclusive, bound) in EXCLUSIVE_BOUNDS {
        if let Some(value @ Value::Number(_)) = schema.get(exclusive).cloned() {
            schema.insert(bound.to_owned(), value);
            schema.insert(exclusive.to_owned(), true.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keywords_of_3_1_become_those_of_3_0_3() {
        let mut root = json!({
            "openapi": "3.1.0",
            "info": {"title": "Pets", "summary": "s"},
            "jsonSchemaDialect": "d",
            "webhooks": {"added": {"post": {}}},
            "x-paging": {},
            "paths": {"/pets": {"get": {"parameters": [
                {"name": "kind", "examples": {"one": {"value": "cat"}}},
            ]}}},
            "components": {"schemas": {"Age": {"exclusiveMinimum": 0, "examples": [3, 4]}}},
        });
        downgrade(&mut root);
        assert_eq!(
            root,
            json!({
                "openapi": "3.0.3",
                "info": {"title": "Pets"},
                "x-paging": {},
                "paths": {"/pets": {"get": {"parameters": [{"name": "kind", "example": "cat"}]}}},
                "components": {"schemas": {
                    "Age": {"minimum": 0, "exclusiveMinimum": true, "example": 3},
                }},
                "x-webhooks": {"added": {"post": {}}},
            })
        );
    }
}
