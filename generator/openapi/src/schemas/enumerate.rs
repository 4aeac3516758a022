//! Turns unions of strings with listed values into one enumeration.
//!
//! `oneOf: [{enum: [auto]}, {enum: [none]}]` is an enumeration of two values.
//! A union of an enumeration and any string also becomes that enumeration, because the client's
//! enumerations are open.

use std::collections::{HashMap, HashSet};

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
    let mut values = Values {
        schemas: &schemas,
        known: HashMap::new(),
    };
    walk::schemas_mut(root, &mut |_, schema| {
        let members = schema.get("oneOf");
        let Some(values) = members.and_then(|members| values.of_all(members, 0)) else {
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

/// Returns the names and descriptions of the members' values.
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

/// The maximum number of unions and references on the path to the values of an enumeration.
const DEEPEST: usize = 100;

/// The values of named strings and unions, which are computed once.
struct Values<'a> {
    schemas: &'a Map<String, Value>,
    /// The values by the schema's name: empty for any string, and `None` for another schema.
    known: HashMap<&'a str, Option<Vec<String>>>,
}

impl Values<'_> {
    /// Returns the values of all members, or `None` if one is not a string.
    fn of_all(&mut self, members: &Value, depth: usize) -> Option<Vec<String>> {
        let mut seen = HashSet::new();
        let mut values = Vec::new();
        for member in members.as_array()? {
            for value in self.of(member, depth + 1)? {
                if seen.insert(value.clone()) {
                    values.push(value);
                }
            }
        }
        Some(values)
    }

    /// Returns the values of a string. The list is empty for any string.
    fn of(&mut self, schema: &Value, depth: usize) -> Option<Vec<String>> {
        if let Some(name) = referenced(schema) {
            return self.named(name, depth);
        }
        if let Some(members) = schema.get("oneOf") {
            return self.of_all(members, depth);
        }
        let is_string = schema["type"] == "string";
        if !is_string
            || schema
                .get("format")
                .is_some_and(|format| format == "binary")
        {
            return None;
        }
        let values = schema["enum"].as_array().into_iter().flatten();
        let values = values.filter_map(Value::as_str).map(str::to_owned);
        Some(values.collect())
    }

    fn named(&mut self, name: &str, depth: usize) -> Option<Vec<String>> {
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let (name, target) = self.schemas.get_key_value(name)?;
        if depth > DEEPEST {
            return None;
        }
        // A recursive union has no values.
        self.known.insert(name, None);
        let values = self.of(target, depth + 1);
        self.known.insert(name, values.clone());
        values
    }
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
