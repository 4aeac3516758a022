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
        distribute(schema, &schemas);
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

/// Gives the properties that stand beside a union to each of its members.
fn distribute(schema: &mut Value, schemas: &Map<String, Value>) {
    let shared = match base(schema) {
        Some(shared) if shared.contains_key("properties") => shared,
        _ => return,
    };
    let Some(Value::Array(members)) = schema.get("oneOf") else {
        return;
    };
    let objects: Option<Vec<Value>> = members
        .iter()
        .map(|member| {
            let mut object = member_object(member, schemas, &mut BTreeSet::new())?;
            add(&mut object, &shared);
            object.insert("type".to_owned(), "object".into());
            if let Some(name) = referenced(member) {
                object.entry("title").or_insert_with(|| name.into());
            }
            Some(Value::Object(object))
        })
        .collect();
    if let (Some(objects), Some(schema)) = (objects, schema.as_object_mut()) {
        schema.insert("oneOf".to_owned(), objects.into());
        for key in ["properties", "required", "additionalProperties", "type"] {
            schema.shift_remove(key);
        }
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
            // A circle adds nothing to itself.
            return Some(Map::new());
        }
        let target = schemas.get(name)?;
        let result = if is_base_of_its_members(name, target, schemas) {
            base(target)
        } else {
            member_object(target, schemas, visiting)
        };
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

/// Tells whether a union has members that build on it, which is how inheritance
/// is written: `Pet` is one of `Dog` and `Cat`, and `Dog` is all of `Pet` and more.
fn is_base_of_its_members(name: &str, union: &Value, schemas: &Map<String, Value>) -> bool {
    let members = union["oneOf"].as_array().into_iter().flatten();
    members
        .filter_map(|member| schemas.get(referenced(member)?)?["allOf"].as_array())
        .flatten()
        .any(|part| {
            part["$ref"]
                .as_str()
                .and_then(|part| part.strip_prefix(PREFIX))
                == Some(name)
        })
}

/// Returns what a union says of all its members.
fn base(union: &Value) -> Option<Map<String, Value>> {
    let mut object = union.as_object()?.clone();
    object.retain(|key, _| {
        ["properties", "required", "additionalProperties"].contains(&key.as_str())
    });
    Some(object)
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
