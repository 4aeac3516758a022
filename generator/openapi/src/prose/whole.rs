//! Restores the names of response types. The prose shows the properties of a response but not the
//! name of its type. Another page may have the name: if a property has this type, there is a
//! heading with the same properties.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::mark::CUT;
use crate::document::Document;
use crate::walk::{self, SCHEMAS, schemas_of, schemas_of_mut};

/// The minimum number of properties to recognize a type.
const FEWEST: usize = 3;

/// Names responses that have exactly the properties and descriptions of one named type.
pub(super) fn name(documents: &mut [Document]) {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for document in documents.iter().filter(|document| document.is_prose()) {
        for (name, schema) in schemas_of(&document.root).into_iter().flatten() {
            if let Some(content) = content(schema) {
                names.entry(content).or_default().insert(name.clone());
            }
        }
    }
    for document in documents.iter_mut().filter(|document| document.is_prose()) {
        let mut taken = Map::new();
        let schemas = schemas_of(&document.root).cloned().unwrap_or_default();
        walk::operations_mut(&mut document.root, &mut |_, operation| {
            let responses = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut);
            let responses = responses
                .into_iter()
                .flatten()
                .map(|(_, response)| response);
            for response in responses {
                let media = response.get_mut("content").and_then(Value::as_object_mut);
                for (_, media) in media.into_iter().flatten() {
                    name_schema(&mut media["schema"], &names, &schemas, &mut taken);
                }
            }
        });
        if let Some(schemas) = schemas_of_mut(&mut document.root) {
            schemas.extend(taken);
        }
    }
}

fn name_schema(
    schema: &mut Value,
    names: &BTreeMap<String, BTreeSet<String>>,
    schemas: &Map<String, Value>,
    taken: &mut Map<String, Value>,
) {
    let Some(names) = content(schema).and_then(|content| names.get(&content)) else {
        return;
    };
    // Two types with equal properties are ambiguous.
    let (Some(name), 1) = (names.first(), names.len()) else {
        return;
    };
    if let Some(own) = schemas.get(name)
        && content(own) != content(schema)
    {
        return;
    }
    let named = schema.take();
    if !schemas.contains_key(name) {
        taken.insert(name.clone(), named);
    }
    *schema = json!({ "$ref": format!("{SCHEMAS}{name}") });
}

/// Returns a text that is equal for two objects with the same properties.
fn content(schema: &Value) -> Option<String> {
    let properties = schema.get("properties")?.as_object()?;
    if properties.len() < FEWEST || schema.get(CUT).is_some() {
        return None;
    }
    let required = &schema["required"];
    Some(format!("{required} {}", Value::Object(properties.clone())))
}
