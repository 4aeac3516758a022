//! Turns a union of strings with given values into one enumeration.
//!
//! `oneOf: [{enum: [auto]}, {enum: [none]}]` is an enumeration of two values.
//! A union of an enumeration and any string is that enumeration as well: the
//! client's enumerations are open.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{referenced, schemas_of};
use crate::walk;

/// The extension of the dialect with the names and descriptions of the values.
const SETTINGS: &str = "x-fern-enum";

/// Replaces unions that are enumerations.
pub(super) fn enumerate(root: &mut Value) {
    let Some(schemas) = schemas_of(root).cloned() else {
        return;
    };
    walk::schemas_mut(root, &mut |_, schema| {
        let Some(values) = schema
            .get("oneOf")
            .and_then(|members| values_of_all(members, &schemas))
        else {
            return;
        };
        let settings = settings_of_all(&schema["oneOf"], &schemas);
        if let Some(object) = schema.as_object_mut() {
            object.shift_remove("oneOf");
            object.shift_remove("discriminator");
            object.insert("type".to_owned(), "string".into());
            if !values.is_empty() {
                object.insert("enum".to_owned(), json!(values));
            }
            if !settings.is_empty() && !object.contains_key(SETTINGS) {
                object.insert(SETTINGS.to_owned(), Value::Object(settings));
            }
        }
    });
}

/// Returns what the members say of their values.
fn settings_of_all(members: &Value, schemas: &Map<String, Value>) -> Map<String, Value> {
    let members = members.as_array().into_iter().flatten();
    members
        .filter_map(|member| match referenced(member) {
            Some(name) => schemas.get(name),
            None => Some(member),
        })
        .filter_map(|member| member.get(SETTINGS)?.as_object())
        .flat_map(Map::clone)
        .collect()
}

/// Returns the values of all members; `None` when one is no string.
fn values_of_all(members: &Value, schemas: &Map<String, Value>) -> Option<Vec<String>> {
    let mut values: Vec<String> = Vec::new();
    for member in members.as_array()? {
        for value in values_of(member, schemas, &mut BTreeSet::new())? {
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    Some(values)
}

/// Returns the values of a string, none for any string.
fn values_of(
    schema: &Value,
    schemas: &Map<String, Value>,
    visiting: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if let Some(name) = referenced(schema) {
        let target = schemas.get(name)?;
        return visiting
            .insert(name.to_owned())
            .then(|| values_of(target, schemas, visiting))?;
    }
    if let Some(members) = schema.get("oneOf").and_then(Value::as_array) {
        let mut values = Vec::new();
        for member in members {
            values.extend(values_of(member, schemas, visiting)?);
        }
        return Some(values);
    }
    if schema["type"] != "string"
        || schema
            .get("format")
            .is_some_and(|format| format == "binary")
    {
        return None;
    }
    let values = schema["enum"].as_array().map_or(&[][..], Vec::as_slice);
    Some(
        values
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_with_given_values_are_one_enumeration() {
        let mut root = json!({"components": {"schemas": {
            "Auto": {
                "type": "string",
                "enum": ["auto"],
                "x-fern-enum": {"auto": {"name": "Automatic"}},
            },
            "Choice": {"oneOf": [
                {"$ref": "#/components/schemas/Auto"},
                {"type": "string", "enum": ["none"]},
                {"type": "string"},
            ]},
            "Other": {"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "integer"}]},
        }}});
        let other = root["components"]["schemas"]["Other"].clone();
        enumerate(&mut root);
        let schemas = &root["components"]["schemas"];
        assert_eq!(
            schemas["Choice"],
            json!({
                "type": "string",
                "enum": ["auto", "none"],
                "x-fern-enum": {"auto": {"name": "Automatic"}},
            })
        );
        assert_eq!(schemas["Other"], other);
    }
}
