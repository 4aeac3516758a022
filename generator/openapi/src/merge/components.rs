//! Inlines shared parameters, responses, bodies, and headers, so that only schemas are left
//! to be merged by name.

use serde_json::{Map, Value};

use crate::expansion::{is_data, is_kept, refers_below};
use crate::references;
use crate::walk;

/// Resolves every reference of `root` that does not lead to a schema, also those of
/// discriminators if there are any, and gives operations what their path says for
/// all of them. None of the references is circular ([`crate::expansion`]).
pub(super) fn resolve(root: &mut Value, has_discriminators: bool) {
    let targets = refers_below(&root["paths"]).then(|| root.clone());
    if let Some(paths) = root.get_mut("paths") {
        resolve_node(paths, targets.as_ref());
        hand_down(paths);
    }
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|kind, _| is_kept(kind));
    }
    if has_discriminators {
        let schemas = root["components"]["schemas"].clone();
        walk::schemas_mut(root, &mut |_, schema| {
            implied_mapping(schema, &schemas);
            full_mapping(schema);
        });
    }
}

fn resolve_node(node: &mut Value, targets: Option<&Value>) {
    match node {
        Value::Object(object) => {
            // Callbacks are requests that the API sends.
            object.shift_remove("callbacks");
            if let Some(target) = targets.and_then(|targets| target(object, targets)) {
                *node = target;
                resolve_node(node, targets);
                return;
            }
            for (key, child) in object {
                if !is_data(key) {
                    resolve_node(child, targets);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                resolve_node(item, targets);
            }
        }
        _ => {}
    }
}

fn target(object: &Map<String, Value>, root: &Value) -> Option<Value> {
    let reference = object.get("$ref")?.as_str()?;
    references::find(root, reference).cloned()
}

/// Without a mapping, the value of a discriminator is the name of a schema, unless
/// the schemas say which values it has.
fn implied_mapping(schema: &mut Value, schemas: &Value) {
    let discriminator = &schema["discriminator"];
    let Some(property) = discriminator["propertyName"].as_str() else {
        return;
    };
    if discriminator["mapping"].is_object() {
        return;
    }
    let members = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    let names = members.into_iter().flatten().map(|member| {
        let name = member["$ref"].as_str()?.strip_prefix(walk::SCHEMAS)?;
        let of_property = &schemas[name]["properties"][property];
        let is_any_text = of_property["type"] == "string"
            && ["const", "enum"]
                .iter()
                .all(|keyword| of_property.get(keyword).is_none());
        is_any_text.then_some(name)
    });
    let Some(names) = names.collect::<Option<Vec<&str>>>() else {
        return;
    };
    let mapping: Map<String, Value> = names
        .into_iter()
        .map(|name| (name.to_owned(), format!("{}{name}", walk::SCHEMAS).into()))
        .collect();
    if !mapping.is_empty() {
        schema["discriminator"]["mapping"] = mapping.into();
    }
}

/// The mapping of a discriminator may name a schema or refer to it.
fn full_mapping(schema: &mut Value) {
    let mapping = schema
        .get_mut("discriminator")
        .and_then(|discriminator| discriminator.get_mut("mapping"))
        .and_then(Value::as_object_mut);
    for (_, target) in mapping.into_iter().flatten() {
        if let Value::String(name) = target
            && !name.contains(['/', '#'])
        {
            *name = format!("{}{name}", walk::SCHEMAS);
        }
    }
}

/// Moves what a path says for all of its operations, parameters, servers and
/// extensions, to those that do not say it themselves.
fn hand_down(paths: &mut Value) {
    for item in paths.as_object_mut().into_iter().flat_map(Map::values_mut) {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        let parameters = item.shift_remove("parameters");
        let shared: Vec<(String, Value)> = item
            .iter()
            .filter(|(key, _)| *key == "servers" || key.starts_with("x-"))
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
    fn a_discriminator_without_a_mapping_has_the_names_of_schemas() {
        let reference = json!({"$ref": "#/components/schemas/Cat"});
        let schemas = json!({
            "Cat": {"properties": {"kind": {"type": "string"}, "sort": {"type": "string", "const": "cat"}}},
        });
        let mut union = json!({"oneOf": [reference], "discriminator": {"propertyName": "kind"}});
        implied_mapping(&mut union, &schemas);
        assert_eq!(
            union["discriminator"]["mapping"],
            json!({"Cat": "#/components/schemas/Cat"})
        );
        let mut union = json!({"oneOf": [reference], "discriminator": {"propertyName": "sort"}});
        implied_mapping(&mut union, &schemas);
        assert!(union["discriminator"].get("mapping").is_none());
    }

    #[test]
    fn what_a_path_says_holds_for_its_operations() {
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
