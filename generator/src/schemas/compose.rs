//! Turns compositions of objects (`allOf`) into one object with the properties
//! of all, which is the struct that a Rust developer would write.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{PREFIX, referenced, schemas_of};
use crate::walk;

/// Composes what can be composed.
pub(super) fn compose(root: &mut Value) {
    let Some(schemas) = schemas_of(root).cloned() else {
        return;
    };
    walk::schemas_mut(root, &mut |_, schema| {
        alternatives_of_required(schema);
        if referenced(schema).is_none()
            && let Some(object) = composed(schema, &schemas, &mut BTreeSet::new())
        {
            *schema = Value::Object(object);
        }
    });
}

/// Leaves out a union that only says which properties have to come together:
/// it is about valid values, not about their type.
fn alternatives_of_required(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if !object.contains_key("properties") {
        return;
    }
    let only_required = object
        .get("oneOf")
        .and_then(Value::as_array)
        .is_some_and(|members| {
            members.iter().all(|member| {
                member.as_object().is_some_and(|member| {
                    member.keys().all(|key| key == "required" || key == "title")
                })
            })
        });
    if only_required {
        object.shift_remove("oneOf");
    }
}

/// Returns the object that a schema with `allOf` stands for; `None` when it has
/// none or a member is no object.
fn composed(
    schema: &Value,
    schemas: &Map<String, Value>,
    visiting: &mut BTreeSet<String>,
) -> Option<Map<String, Value>> {
    let object = schema.as_object()?;
    let members = object.get("allOf")?.as_array()?;
    let mut result = Map::new();
    for member in members {
        add(&mut result, &member_object(member, schemas, visiting)?);
    }
    let mut own = object.clone();
    own.shift_remove("allOf");
    add(&mut result, &own);
    for (key, value) in own {
        if key != "properties" && key != "required" {
            result.insert(key, value);
        }
    }
    result.insert("type".to_owned(), "object".into());
    Some(result)
}

fn member_object(
    member: &Value,
    schemas: &Map<String, Value>,
    visiting: &mut BTreeSet<String>,
) -> Option<Map<String, Value>> {
    if let Some(name) = member.get("$ref").and_then(Value::as_str) {
        let name = name.strip_prefix(PREFIX)?;
        if !visiting.insert(name.to_owned()) {
            return None;
        }
        let result = member_object(schemas.get(name)?, schemas, visiting);
        visiting.remove(name);
        return result;
    }
    let object = member.as_object()?;
    if object.contains_key("allOf") {
        return composed(member, schemas, visiting);
    }
    let is_object = object.get("type").is_none_or(|kind| kind == "object")
        && !object.contains_key("oneOf")
        && !object.contains_key("enum");
    is_object.then(|| object.clone())
}

/// Adds the properties of `object` to `result`.
fn add(result: &mut Map<String, Value>, object: &Map<String, Value>) {
    for key in ["properties", "additionalProperties", "required"] {
        match (result.get_mut(key), object.get(key)) {
            (Some(Value::Object(known)), Some(Value::Object(more))) => {
                known.extend(more.clone());
            }
            (Some(Value::Array(known)), Some(Value::Array(more))) => {
                for name in more {
                    if !known.contains(name) {
                        known.push(name.clone());
                    }
                }
            }
            (None, Some(value)) => {
                result.insert(key.to_owned(), value.clone());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_properties_of_all_members_are_in_one_object() {
        let mut root = json!({"components": {"schemas": {
            "Base": {"type": "object", "description": "b", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            "Pet": {"description": "p", "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]},
            ]},
        }}});
        compose(&mut root);
        assert_eq!(
            root["components"]["schemas"]["Pet"],
            json!({
                "type": "object",
                "description": "p",
                "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
                "required": ["a", "b"],
            })
        );
    }
}
