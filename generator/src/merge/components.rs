//! Puts shared parameters, answers, bodies and headers where they are used,
//! so that only schemas are left to be merged by name.

use serde_json::{Map, Value};

use crate::walk;

const KINDS: [&str; 5] = [
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "pathItems",
];

/// How many references may lead to each other; a circle ends there.
const DEEPEST: usize = 16;

/// Resolves every reference of `root` that does not lead to a schema, and
/// gives operations what their path says for all of them.
pub(super) fn resolve(root: &mut Value) {
    let components = root["components"].clone();
    if let Some(paths) = root.get_mut("paths") {
        resolve_node(paths, &components, 0);
        hand_down(paths);
    }
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|kind, _| kind == "schemas" || kind == "securitySchemes");
    }
    walk::schemas_mut(root, &mut |_, schema| full_mapping(schema));
}

fn resolve_node(node: &mut Value, components: &Value, depth: usize) {
    match node {
        Value::Object(object) => {
            // Callbacks are requests that the API sends.
            object.shift_remove("callbacks");
            if let Some(target) = target(object, components) {
                *node = if depth < DEEPEST {
                    target
                } else {
                    Value::Object(Map::new())
                };
                resolve_node(node, components, depth + 1);
                return;
            }
            for (key, child) in object {
                if key != "schema" {
                    resolve_node(child, components, depth);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                resolve_node(item, components, depth);
            }
        }
        _ => {}
    }
}

fn target(object: &Map<String, Value>, components: &Value) -> Option<Value> {
    let reference = object.get("$ref")?.as_str()?;
    let pointer = reference.strip_prefix("#/components/")?;
    let (kind, _) = pointer.split_once('/')?;
    let target = KINDS
        .contains(&kind)
        .then(|| components.pointer(&format!("/{pointer}")));
    Some(target??.clone())
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

/// Moves the parameters and servers of a path to those of its operations that do
/// not define them themselves.
fn hand_down(paths: &mut Value) {
    for (_, item) in paths.as_object_mut().into_iter().flatten() {
        let servers = item
            .as_object_mut()
            .and_then(|item| item.shift_remove("servers"));
        let Some(servers) = servers else { continue };
        for method in walk::METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                operation
                    .entry("servers")
                    .or_insert_with(|| servers.clone());
            }
        }
    }
    for item in paths.as_object_mut().into_iter().flatten() {
        let Some(Value::Array(shared)) = item
            .1
            .as_object_mut()
            .and_then(|item| item.shift_remove("parameters"))
        else {
            continue;
        };
        for method in walk::METHODS {
            let Some(operation) = item.1.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            let own = operation
                .entry("parameters")
                .or_insert_with(|| Value::Array(Vec::new()));
            let Value::Array(own) = own else { continue };
            let missing: Vec<_> = shared
                .iter()
                .filter(|shared| {
                    !own.iter()
                        .any(|own| own["name"] == shared["name"] && own["in"] == shared["in"])
                })
                .cloned()
                .collect();
            own.splice(0..0, missing);
        }
    }
}
