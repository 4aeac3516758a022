//! Merges the schemas of all pages by name.
//!
//! Each page comes with the schemas it uses. Where two pages give one name the
//! same content, the schema is there once; where the contents differ, each is
//! kept: the one that most pages mean has the name, so that another page seldom
//! changes what it stands for, and the others have names that say where they
//! come from. Two schemas are the same when they and all that they refer to
//! are, texts for people aside.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use heck::ToPascalCase;
use serde_json::{Map, Value};

use crate::document::Document;
use crate::walk;

/// Keywords that change nothing about which values are valid.
const TEXTS: [&str; 4] = ["description", "title", "example", "examples"];

/// The schema `name` of the document at `index`.
type Key<'a> = (usize, &'a str);

/// Merges the schemas of `documents` and points their references to the names
/// that the schemas have in the result.
pub(super) fn merge(documents: &mut [Document]) -> Map<String, Value> {
    let renames = final_names(documents);
    let mut merged = BTreeMap::new();
    for (document, renames) in documents.iter_mut().zip(&renames) {
        if renames.iter().any(|(name, final_name)| name != final_name) {
            walk::rename_schemas(&mut document.root, renames);
        }
        let schemas = document.root["components"]["schemas"].as_object_mut();
        for (name, schema) in schemas.map(std::mem::take).into_iter().flatten() {
            merged.entry(renames[&name].clone()).or_insert(schema);
        }
    }
    merged.into_iter().collect()
}

fn schemas(document: &Document) -> impl Iterator<Item = (&String, &Value)> {
    let schemas = document.root["components"]["schemas"].as_object();
    schemas.into_iter().flatten()
}

/// Returns, for each document, the final name of each of its schemas.
fn final_names(documents: &[Document]) -> Vec<HashMap<String, String>> {
    let classes = classes(documents);
    let mut by_name: BTreeMap<&str, BTreeMap<usize, Vec<usize>>> = BTreeMap::new();
    for ((index, name), class) in &classes {
        let users = by_name.entry(name).or_default().entry(*class).or_default();
        users.push(*index);
    }
    let mut taken: BTreeSet<String> = by_name.keys().map(|name| (*name).to_owned()).collect();
    let mut renames = vec![HashMap::new(); documents.len()];
    for (name, contents) in by_name {
        let mut contents: Vec<_> = contents.into_values().collect();
        for users in &mut contents {
            users.sort_unstable();
        }
        contents.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        for (rank, users) in contents.into_iter().enumerate() {
            let final_name = if rank == 0 {
                name.to_owned()
            } else {
                distinct_name(&documents[users[0]], name, &mut taken)
            };
            for index in users {
                renames[index].insert(name.to_owned(), final_name.clone());
            }
        }
    }
    renames
}

/// Names a schema after the operation that it comes from.
fn distinct_name(document: &Document, name: &str, taken: &mut BTreeSet<String>) -> String {
    let operation = walk::operations(&document.root)
        .find_map(|(.., operation)| operation.get("operationId")?.as_str())
        .unwrap_or_default()
        .to_pascal_case();
    let base = format!("{operation}{}", name.to_pascal_case());
    let mut distinct = base.clone();
    let mut number = 2;
    while !taken.insert(distinct.clone()) {
        distinct = format!("{base}{number}");
        number += 1;
    }
    distinct
}

/// Numbers the schemas so that two have one number exactly when they are the
/// same: the numbers start from each schema's own content and are refined by
/// those of the schemas that it refers to, until nothing changes.
fn classes(documents: &[Document]) -> HashMap<Key<'_>, usize> {
    let mut contents: Vec<(Key<'_>, Vec<Key<'_>>)> = Vec::new();
    let mut classes: HashMap<Key<'_>, usize> = HashMap::new();
    let mut numbers: HashMap<(String, String), usize> = HashMap::new();
    for (index, document) in documents.iter().enumerate() {
        for (name, schema) in schemas(document) {
            let next = numbers.len();
            let number = *numbers
                .entry((name.clone(), content(schema)))
                .or_insert(next);
            classes.insert((index, name), number);
            contents.push(((index, name), references(schema, index)));
        }
    }
    let mut count = numbers.len();
    loop {
        let mut refined: HashMap<(usize, Vec<usize>), usize> = HashMap::new();
        let mut next_classes = HashMap::with_capacity(classes.len());
        for (key, targets) in &contents {
            let targets = targets
                .iter()
                .filter_map(|target| classes.get(target).copied())
                .collect();
            let next = refined.len();
            let number = *refined.entry((classes[key], targets)).or_insert(next);
            next_classes.insert(*key, number);
        }
        classes = next_classes;
        if refined.len() == count {
            return classes;
        }
        count = refined.len();
    }
}

/// Returns the schemas that `schema` refers to, in the order they stand.
fn references(schema: &Value, index: usize) -> Vec<Key<'_>> {
    let mut found = Vec::new();
    collect_references(schema, index, &mut found);
    // In an order that the order of keys does not change.
    found.sort_unstable();
    found
}

fn collect_references<'a>(node: &'a Value, index: usize, found: &mut Vec<Key<'a>>) {
    match node {
        Value::Object(object) => {
            for child in object.values() {
                collect_references(child, index, found);
            }
        }
        Value::Array(items) => {
            for child in items {
                collect_references(child, index, found);
            }
        }
        Value::String(text) => {
            found.extend(text.strip_prefix(walk::SCHEMAS).map(|name| (index, name)))
        }
        _ => {}
    }
}

/// Returns a text that two schemas have in common exactly when they allow the
/// same values, but for what they refer to. The order of keys means nothing.
fn content(schema: &Value) -> String {
    let mut text = String::new();
    write_schema(schema, &mut text);
    text
}

fn write_schema(schema: &Value, text: &mut String) {
    let Value::Object(object) = schema else {
        return write_value(schema, text);
    };
    text.push('{');
    for (keyword, value) in sorted(object) {
        if TEXTS.contains(&keyword.as_str()) {
            continue;
        }
        write_text(keyword, text);
        match value {
            Value::Object(schemas) if walk::SCHEMA_MAPS.contains(&keyword.as_str()) => {
                for (name, schema) in sorted(schemas) {
                    write_text(name, text);
                    write_schema(schema, text);
                }
            }
            Value::Object(_) if walk::SCHEMA_KEYWORDS.contains(&keyword.as_str()) => {
                write_schema(value, text);
            }
            Value::Array(schemas) if walk::holds_schema_list(keyword) => {
                text.push('[');
                schemas.iter().for_each(|schema| write_schema(schema, text));
                text.push(']');
            }
            _ => write_value(value, text),
        }
    }
    text.push('}');
}

fn write_value(value: &Value, text: &mut String) {
    match value {
        Value::Object(object) => {
            text.push('{');
            for (key, value) in sorted(object) {
                write_text(key, text);
                write_value(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            items.iter().for_each(|item| write_value(item, text));
            text.push(']');
        }
        Value::String(string) => write_text(string, text),
        scalar => {
            let _ = write!(text, "{scalar},");
        }
    }
}

/// Writes a text with its length, so that it cannot be taken for something else.
fn write_text(part: &str, text: &mut String) {
    let _ = write!(text, "{}:", part.len());
    text.push_str(part);
}

fn sorted(object: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = object.iter().collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_and_order_make_no_other_schema() {
        let one = json!({"type": "object", "description": "A pet", "properties": {
            "description": {"type": "string"}, "name": {"type": "string", "title": "Name"},
        }});
        let same = json!({"properties": {
            "name": {"type": "string"}, "description": {"type": "string", "example": "x"},
        }, "type": "object"});
        let without_property =
            json!({"type": "object", "properties": {"name": {"type": "string"}}});
        assert_eq!(content(&one), content(&same));
        assert_ne!(content(&one), content(&without_property));
        assert_ne!(
            content(&json!({"enum": ["1"]})),
            content(&json!({"enum": [1]}))
        );
        assert_ne!(
            content(&json!({"oneOf": [{"type": "null"}, {}]})),
            content(&json!({"oneOf": [{}, {"type": "null"}]}))
        );
    }
}
