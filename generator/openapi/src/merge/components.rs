//! Inlines shared parameters, responses, bodies, and headers, so that only schemas are left
//! to be merged by name.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::expansion::{Keys, is_kept, refers_below};
use crate::extensions::CHANNEL;
use crate::mapping;
use crate::references;
use crate::walk::{self, WEBHOOKS};

/// Resolves every reference of `root` that does not point to a schema, including those of
/// discriminators if there are any, and copies shared values of path items to their operations.
/// None of the references is circular ([`crate::expansion`]).
pub(super) fn resolve(root: &mut Value, has_discriminators: bool) {
    for key in ["paths", WEBHOOKS] {
        let targets = refers_below(&root[key], Keys::Words).then(|| root.clone());
        if let Some(items) = root.get_mut(key) {
            resolve_node(items, Keys::Words, targets.as_ref());
            hand_down(items);
        }
    }
    resolve_schemes(root);
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|kind, _| is_kept(kind));
    }
    if has_discriminators {
        mapping::complete(root);
    }
}

/// Replaces references among security schemes. A scheme that only refers to itself is no scheme.
fn resolve_schemes(root: &mut Value) {
    let schemes = &root["components"]["securitySchemes"];
    let refers = |schemes: &Map<String, Value>| {
        let mut schemes = schemes.values();
        schemes.any(|scheme| scheme.get("$ref").is_some())
    };
    if !schemes.as_object().is_some_and(refers) {
        return;
    }
    let targets = root.clone();
    let schemes = &mut root["components"]["securitySchemes"];
    for scheme in schemes
        .as_object_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        let mut visited = BTreeSet::new();
        while let Some(reference) = scheme["$ref"].as_str() {
            *scheme = match visited.insert(reference.to_owned()) {
                true => references::find(&targets, reference).cloned(),
                false => None,
            }
            .unwrap_or_default();
        }
    }
}

fn resolve_node(node: &mut Value, keys: Keys, targets: Option<&Value>) {
    match node {
        Value::Object(object) => {
            // Callbacks are requests that the API sends: they are webhooks.
            object.shift_remove("callbacks");
            if let Some(target) = targets.and_then(|targets| target(object, targets)) {
                *node = target;
                resolve_node(node, Keys::Words, targets);
                return;
            }
            for (key, child) in object {
                if !keys.are_data(key) {
                    resolve_node(child, keys.below(key), targets);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                resolve_node(item, keys, targets);
            }
        }
        _ => {}
    }
}

fn target(object: &Map<String, Value>, root: &Value) -> Option<Value> {
    let reference = object.get("$ref")?.as_str()?;
    references::find(root, reference).cloned()
}

/// Moves the shared parameters, servers, and extensions of a path item to the operations that do
/// not override them.
fn hand_down(paths: &mut Value) {
    for item in paths.as_object_mut().into_iter().flat_map(Map::values_mut) {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let parameters = item.shift_remove("parameters");
        let shared: Vec<(String, Value)> = item
            .iter()
            .filter(|(key, _)| {
                let is_extension = walk::is_extension(key) && *key != CHANNEL;
                *key == "servers" || is_extension
            })
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        item.retain(|key, _| walk::METHODS.contains(&key.as_str()));
        for operation in item.values_mut().filter_map(Value::as_object_mut) {
            for (key, value) in &shared {
                operation
                    .entry(key.clone())
                    .or_insert_with(|| value.clone());
            }
            if let Some(Value::Array(parameters)) = &parameters {
                hand_down_parameters(parameters, operation);
            }
        }
    }
}

fn hand_down_parameters(shared: &[Value], operation: &mut Map<String, Value>) {
    let own = operation
        .entry("parameters")
        .or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(own) = own else { return };
    let is_own = |shared: &Value| {
        own.iter()
            .any(|own| own["name"] == shared["name"] && own["in"] == shared["in"])
    };
    let missing: Vec<Value> = shared
        .iter()
        .filter(|shared| !is_own(shared))
        .cloned()
        .collect();
    own.splice(0..0, missing);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_security_scheme_can_be_a_reference() {
        let reference =
            |name: &str| json!({"$ref": format!("#/components/securitySchemes/{name}")});
        let key = json!({"type": "apiKey", "in": "header", "name": "X-Key"});
        let mut root = json!({"paths": {}, "components": {"securitySchemes": {
            "a": reference("b"), "b": reference("key"), "key": key, "self": reference("self"),
        }}});
        resolve(&mut root, false);
        assert_eq!(
            root["components"]["securitySchemes"],
            json!({"a": key, "b": key, "key": key, "self": null})
        );
    }

    #[test]
    fn names_of_headers_and_links_are_not_words() {
        let reference = |kind: &str| json!({"$ref": format!("#/components/{kind}/shared")});
        let mut root = json!({
            "paths": {"/pets": {"get": {"responses": {"200": {
                "headers": {"x-request-id": reference("headers"), "value": reference("headers")},
                "links": {"schema": reference("links")},
                "x-header": reference("headers"),
            }}}}},
            "components": {"headers": {"shared": {"a": 1}}, "links": {"shared": {"b": 2}}},
        });
        resolve(&mut root, false);
        assert_eq!(
            root["paths"]["/pets"]["get"]["responses"]["200"],
            json!({
                "headers": {"x-request-id": {"a": 1}, "value": {"a": 1}},
                "links": {"schema": {"b": 2}},
                "x-header": reference("headers"),
            })
        );
    }

    #[test]
    fn the_keywords_of_a_path_apply_to_its_operations() {
        let mut paths = json!({"/pets/{id}": {
            "summary": "One pet",
            "x-fern-ignore": true,
            "servers": [{"url": "https://a.example"}],
            "parameters": [{"name": "id", "in": "path"}, {"name": "page", "in": "query"}],
            "get": {"parameters": [{"name": "page", "in": "query", "required": true}]},
            "delete": {"x-fern-ignore": false},
        }});
        hand_down(&mut paths);
        assert_eq!(
            paths,
            json!({"/pets/{id}": {
                "get": {
                    "parameters": [
                        {"name": "id", "in": "path"},
                        {"name": "page", "in": "query", "required": true},
                    ],
                    "x-fern-ignore": true,
                    "servers": [{"url": "https://a.example"}],
                },
                "delete": {
                    "x-fern-ignore": false,
                    "servers": [{"url": "https://a.example"}],
                    "parameters": [
                        {"name": "id", "in": "path"},
                        {"name": "page", "in": "query"},
                    ],
                },
            }})
        );
    }
}
