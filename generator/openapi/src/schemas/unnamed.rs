//! Moves the enumerations that the export has numbered into their unions, because their values are
//! variants of the union: `ToolChoice0`, which has the value `auto`, is no type.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::names::is_numbered;
use super::{is_enumeration, referenced, schemas_of};
use crate::walk::{self, SCHEMAS};
use pages::pointer::{self, Pointer};

/// Replaces references to numbered enumerations in unions with the enumerations.
pub(super) fn inline(root: &mut Value) {
    let numbered = numbered(root);
    if numbered.is_empty() {
        return;
    }
    let mut references: HashMap<&str, usize> = HashMap::new();
    references.extend(numbered.iter().map(|it| (it.name.as_str(), 0)));
    walk::nodes(root, &mut Pointer::default(), &mut |_, node| {
        let target = node.get("$ref").and_then(Value::as_str);
        let name = target.and_then(|target| target.strip_prefix(SCHEMAS));
        if let Some(count) = name.and_then(|name| references.get_mut(name)) {
            *count += 1;
        }
    });
    for own in &numbered {
        // An enumeration that is also used elsewhere is a type.
        let member = root.pointer_mut(&own.member);
        if let Some(member) = member.filter(|_| references.get(own.name.as_str()) == Some(&1)) {
            *member = own.values.clone();
        }
    }
}

/// A member of a union that references a numbered enumeration.
struct Numbered {
    /// The pointer of the member.
    member: String,
    name: String,
    /// The enumeration without its title, which repeats the name.
    values: Value,
}

fn numbered(root: &Value) -> Vec<Numbered> {
    let mut numbered = Vec::new();
    let Some(schemas) = schemas_of(root) else {
        return numbered;
    };
    for (union, schema) in schemas {
        let members = schema["oneOf"].as_array().into_iter().flatten();
        for (number, member) in members.enumerate() {
            // A member with more keywords than the reference is more than the enumeration.
            let is_whole = member.as_object().is_some_and(|it| it.len() == 1);
            let name = referenced(member).filter(|_| is_whole);
            let target = name.and_then(|name| schemas.get_key_value(name));
            let target = target.filter(|(_, target)| is_enumeration(target));
            if let Some((name, target)) = target.filter(|it| is_numbered(it.0, union, number)) {
                let place = ["components", "schemas", union, "oneOf", &number.to_string()];
                numbered.push(Numbered {
                    member: pointer::of(&place),
                    name: name.clone(),
                    values: untitled(target),
                });
            }
        }
    }
    numbered
}

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
