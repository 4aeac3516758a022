//! Removes unreferenced schemas and properties.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{SCHEMAS, schemas_of, schemas_of_mut};
use crate::walk;
use pages::pointer;

/// Removes the schemas that no operation and no webhook uses, directly or through others.
pub(super) fn unreferenced(root: &mut Value) {
    let mut used = BTreeSet::new();
    for key in ["paths", walk::WEBHOOKS, walk::X_WEBHOOKS] {
        collect(&root[key], root, &mut used);
    }
    let used: BTreeSet<String> = used.into_iter().map(str::to_owned).collect();
    if let Some(schemas) = schemas_of_mut(root) {
        schemas.retain(|name, _| used.contains(name));
    }
}

/// Returns `true` if an operation uses the schema with an escaped name, directly or
/// indirectly.
pub(super) fn uses(operation: &Map<String, Value>, name: &str, root: &Value) -> bool {
    let mut used = BTreeSet::new();
    for part in operation.values() {
        collect(part, root, &mut used);
    }
    used.iter().any(|used| pointer::escape(used) == name)
}

/// Collects the names of the schemas that a node refers to, directly or through
/// others.
fn collect<'a>(node: &'a Value, root: &'a Value, used: &mut BTreeSet<&'a str>) {
    match node {
        Value::Object(object) => object.values().for_each(|child| collect(child, root, used)),
        Value::Array(items) => items.iter().for_each(|child| collect(child, root, used)),
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(SCHEMAS)
                && used.insert(name)
                && let Some(schema) = schemas_of(root).and_then(|schemas| schemas.get(name))
            {
                collect(schema, root, used);
            }
        }
        _ => {}
    }
}

/// Removes names from `required` that are not properties, because their type is unknown.
pub(super) fn required_without_property(root: &mut Value) {
    walk::schemas_mut(root, &mut |_, schema| {
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        // The property can come from another member of `allOf`.
        if object.contains_key("allOf") {
            return;
        }
        let Some(Value::Object(properties)) = object.get("properties").cloned() else {
            return;
        };
        if let Some(Value::Array(required)) = object.get_mut("required") {
            required.retain(|name| {
                name.as_str()
                    .is_some_and(|name| properties.contains_key(name))
            });
            if required.is_empty() {
                object.shift_remove("required");
            }
        }
    });
}
