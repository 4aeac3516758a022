//! Moves the enumerations that the export has numbered into their unions, because their values are
//! variants of the union: `ToolChoice0`, which has the value `auto`, is no type.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::names::is_numbered;
use super::{is_enumeration, schemas_of, schemas_of_mut};
use crate::walk::{self, SCHEMAS};
use pages::pointer::Pointer;

/// Replaces references to numbered enumerations in unions with the enumerations.
pub(super) fn inline(root: &mut Value) {
    let Some(schemas) = schemas_of(root).cloned() else {
        return;
    };
    let references = references(root);
    let is_alone = |name: &str| references.get(name) == Some(&1);
    let Some(unions) = schemas_of_mut(root) else {
        return;
    };
    for (union, schema) in unions {
        let Some(Value::Array(members)) = schema.get_mut("oneOf") else {
            continue;
        };
        for (number, member) in members.iter_mut().enumerate() {
            let name = direct_reference(member).filter(|name| is_numbered(name, union, number));
            let values = name
                .filter(|name| is_alone(name))
                .and_then(|name| schemas.get(name))
                .filter(|target| is_enumeration(target));
            if let Some(values) = values {
                *member = untitled(values);
            }
        }
    }
}

/// Returns how often each named schema is referenced.
fn references(root: &Value) -> HashMap<String, usize> {
    let mut references = HashMap::new();
    walk::nodes(root, &mut Pointer::default(), &mut |_, node| {
        if let Some(name) = node.get("$ref").and_then(Value::as_str) {
            let name = name.strip_prefix(SCHEMAS).unwrap_or(name);
            *references.entry(name.to_owned()).or_default() += 1;
        }
    });
    references
}

/// Returns the target of a schema that is only a reference.
fn direct_reference(schema: &Value) -> Option<&str> {
    let schema = schema.as_object().filter(|schema| schema.len() == 1)?;
    schema.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)
}

/// Returns a schema without its title, which repeats its numbered name.
fn untitled(schema: &Value) -> Value {
    let mut schema: Map<String, Value> = schema.as_object().cloned().unwrap_or_default();
    schema.shift_remove("title");
    Value::Object(schema)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_numbered_values_of_a_union_are_part_of_it() {
        let reference = |name: &str| json!({"$ref": format!("{SCHEMAS}{name}")});
        let values =
            |value: &str, title: &str| json!({"type": "string", "enum": [value], "title": title});
        let mut root = json!({"components": {"schemas": {
            "Choice": {"oneOf": [
                reference("Choice0"), reference("Mode"), reference("Choice2"), reference("Choice3"),
            ]},
            "Choice0": values("auto", "Choice0"),
            "Mode": values("fast", "Mode"),
            "Choice2": {"type": "object", "properties": {"name": {"type": "string"}}},
            "Choice3": values("none", "Choice3"),
            "Pet": {"properties": {"choice": reference("Choice3")}},
        }}});
        inline(&mut root);
        assert_eq!(
            root["components"]["schemas"]["Choice"]["oneOf"],
            json!([
                {"type": "string", "enum": ["auto"]},
                reference("Mode"), reference("Choice2"), reference("Choice3"),
            ])
        );
    }
}
