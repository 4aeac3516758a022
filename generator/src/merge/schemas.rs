//! Merges the schemas of all pages by name.
//!
//! Each page comes with the schemas it uses. Where two pages give one name the
//! same content, the schema is there once; where the contents differ, each is
//! kept: the one that most pages mean has the name, so that another page seldom
//! changes what it stands for, and the others have names that say where they
//! come from. Two schemas are the same when they and all that they refer to
//! are, texts for people aside.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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
    for (index, document) in documents.iter_mut().enumerate() {
        walk::rename_schemas(&mut document.root, &renames[index]);
        let schemas = document.root["components"]["schemas"].as_object().cloned();
        for (name, schema) in schemas.into_iter().flatten() {
            let final_name = &renames[index][&name];
            merged.entry(final_name.clone()).or_insert(schema);
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
                .entry((name.clone(), canonical(&without_texts(schema)).to_string()))
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

fn without_texts(schema: &Value) -> Value {
    let mut schema = schema.clone();
    walk::schema_mut(&mut schema, &mut Default::default(), &mut |_, schema| {
        if let Value::Object(schema) = schema {
            schema.retain(|keyword, _| !TEXTS.contains(&keyword.as_str()));
        }
    });
    schema
}

/// Sorts the keys of all objects, whose order means nothing.
fn canonical(node: &Value) -> Value {
    match node {
        Value::Object(object) => {
            let sorted: BTreeMap<_, _> = object.iter().collect();
            let sorted = sorted
                .into_iter()
                .map(|(key, child)| (key.clone(), canonical(child)));
            Value::Object(sorted.collect())
        }
        Value::Array(items) => items.iter().map(canonical).collect(),
        other => other.clone(),
    }
}
