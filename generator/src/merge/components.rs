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

/// Resolves every reference of `root` that does not lead to a schema, and
/// gives operations the parameters of their path.
pub(super) fn resolve(root: &mut Value) {
    let components = root["components"].clone();
    if let Some(paths) = root.get_mut("paths") {
        // A component may refer to another one; a circle ends at this depth.
        for _ in 0..8 {
            let mut found = false;
            walk::nodes_mut(paths, &mut |object| {
                if let Some(target) = target(object, &components) {
                    *object = target;
                    found = true;
                }
            });
            if !found {
                break;
            }
        }
        hand_down_parameters(paths);
    }
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|kind, _| kind == "schemas" || kind == "securitySchemes");
    }
}

fn target(object: &Map<String, Value>, components: &Value) -> Option<Map<String, Value>> {
    let reference = object.get("$ref")?.as_str()?;
    let pointer = reference.strip_prefix("#/components")?;
    KINDS
        .iter()
        .any(|kind| pointer[1..].starts_with(&format!("{kind}/")))
        .then(|| components.pointer(pointer)?.as_object().cloned())
        .flatten()
}

/// Moves the parameters of a path to those of its operations that do not
/// define them themselves.
fn hand_down_parameters(paths: &mut Value) {
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
