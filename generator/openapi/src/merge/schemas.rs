//! Merges the schemas of all pages by name.
//!
//! Each page contains the schemas that it uses. If two pages define the same schema under one name,
//! it is merged. If the definitions differ, all are kept: the definition of most pages keeps the
//! name, and the others are named after the first operation that uses them. Additional pages can
//! change which definition keeps the name, so this is a warning, unless `x-type-names` contains one
//! of the names after operations. In this case, each definition is named after its operation. Two
//! schemas are equal if they and all referenced schemas are equal, except for descriptions.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::partition;
use crate::document::Document;
use crate::type_id;
use crate::walk;
use names::{Scope, numbered, type_name};
use pages::pointer;
use pages::{Code, Problem};

/// Keywords that do not affect which values are valid.
const TEXTS: [&str; 4] = ["description", "title", "example", "examples"];

/// The schema `name` of the document at `index`.
type Key<'a> = (usize, &'a str);

/// Merges the schemas of `documents`, and updates their references to the final names. Names with
/// several definitions are added to `warnings`.
pub(super) fn merge(
    documents: &mut [Document],
    type_names: &BTreeMap<String, String>,
    warnings: &mut Vec<Problem>,
) -> Map<String, Value> {
    unite_ids(documents);
    let renames = final_names(documents, type_names, warnings);
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

/// Renames schemas with a platform ID, `type_:Name`, to `Name` if a schema with that name is equal.
fn unite_ids(documents: &mut [Document]) {
    let ids = |document: &Document| schemas(document).any(|(name, _)| plain_name(name) != name);
    if !documents.iter().any(ids) {
        return;
    }
    let mut renames = vec![HashMap::new(); documents.len()];
    let classes = classes(documents);
    let plain = classes
        .iter()
        .filter(|((_, name), _)| plain_name(name) == *name);
    let plain: HashSet<usize> = plain.map(|(_, class)| *class).collect();
    for ((index, id), class) in &classes {
        let name = plain_name(id);
        let is_free = classes.get(&(*index, name)).is_none_or(|own| own == class);
        if name != *id && plain.contains(class) && is_free {
            renames[*index].insert((*id).to_owned(), name.to_owned());
        }
    }
    for (document, renames) in documents.iter_mut().zip(renames) {
        if renames.is_empty() {
            continue;
        }
        walk::rename_schemas(&mut document.root, &renames);
        if let Some(schemas) = walk::schemas_of_mut(&mut document.root) {
            let united = std::mem::take(schemas).into_iter().map(|(name, schema)| {
                let name = renames.get(&name).cloned().unwrap_or(name);
                (name, schema)
            });
            *schemas = united.collect();
        }
    }
}

/// Returns the name in an ID without a package. Any other name is returned unchanged.
fn plain_name(name: &str) -> &str {
    match type_id::split(name) {
        Some(("", name)) => name,
        _ => name,
    }
}

/// Returns, for each document, the final name of each of its schemas.
fn final_names(
    documents: &[Document],
    type_names: &BTreeMap<String, String>,
    warnings: &mut Vec<Problem>,
) -> Vec<HashMap<String, String>> {
    let classes = classes(documents);
    let mut by_name: BTreeMap<&str, BTreeMap<usize, Vec<usize>>> = BTreeMap::new();
    for ((index, name), class) in &classes {
        let users = by_name.entry(name).or_default().entry(*class).or_default();
        users.push(*index);
    }
    let mut taken = Scope::with_reserved(by_name.keys().copied());
    let mut renames = vec![HashMap::new(); documents.len()];
    for (name, contents) in by_name {
        let mut contents: Vec<_> = contents.into_values().collect();
        for users in &mut contents {
            users.sort_unstable();
        }
        // Definitions of operations take precedence over those of webhooks, then those of fetched
        // pages, and then those of most pages.
        let is_of_webhooks = |users: &Vec<usize>| {
            let mut documents = users.iter().map(|user| &documents[*user]);
            documents.all(|document| walk::operations(&document.root).next().is_none())
        };
        let is_own = |users: &Vec<usize>| users.iter().all(|user| documents[*user].is_own());
        contents.sort_by_cached_key(|users| {
            let count = Reverse(users.len());
            (is_of_webhooks(users), is_own(users), count, users.clone())
        });
        let names = match contents.len() {
            1 => vec![name.to_owned()],
            _ => names_of(&contents, name, documents, type_names, &mut taken),
        };
        // If `x-type-names` decides, no definition keeps the name.
        if names.len() > 1 && names[0] == name {
            warnings.push(ambiguity(name, &names, &contents, documents));
        }
        for (final_name, users) in names.into_iter().zip(contents) {
            for index in users {
                renames[index].insert(name.to_owned(), final_name.clone());
            }
        }
    }
    renames
}

/// Names the definitions of one name. The first keeps the name, unless `x-type-names` contains one
/// of the names after operations.
fn names_of(
    contents: &[Vec<usize>],
    name: &str,
    documents: &[Document],
    type_names: &BTreeMap<String, String>,
    taken: &mut Scope,
) -> Vec<String> {
    let configured = |users: &Vec<usize>| {
        let mut own_names = users.iter().map(|user| own_name(&documents[*user], name));
        own_names.find(|own| type_names.contains_key(own))
    };
    let configured: Vec<Option<String>> = contents.iter().map(configured).collect();
    let is_settled = configured.iter().any(Option::is_some);
    let mut names = Vec::new();
    for (users, configured) in contents.iter().zip(configured) {
        names.push(if names.is_empty() && !is_settled {
            name.to_owned()
        } else {
            let own = configured.unwrap_or_else(|| own_name(&documents[users[0]], name));
            taken.claim(numbered(&own, ""))
        });
    }
    names
}

/// Names a schema after the operation of its document.
fn own_name(document: &Document, name: &str) -> String {
    type_name(&format!("{} {}", operation(document), type_id::name(name)))
}

fn operation(document: &Document) -> &str {
    let mut operations = walk::operations(&document.root);
    let id = operations.find_map(|(.., operation)| operation.get("operationId")?.as_str());
    let webhook = || walk::webhooks(&document.root).map(|(name, ..)| name).next();
    id.or_else(webhook).unwrap_or_default()
}

/// Returns the warning for a name with several definitions, the first of which keeps it.
fn ambiguity(
    name: &str,
    names: &[String],
    contents: &[Vec<usize>],
    documents: &[Document],
) -> Problem {
    let meanings: Vec<String> = names
        .iter()
        .zip(contents)
        .map(|(final_name, users)| {
            let first = operation(&documents[users[0]]);
            match users.len() {
                1 => format!("the type of `{first}` is `{final_name}`"),
                2 => format!("the type of `{first}` and 1 more page is `{final_name}`"),
                more => format!(
                    "the type of `{first}` and {} more pages is `{final_name}`",
                    more - 1
                ),
            }
        })
        .collect();
    let lines: Vec<String> = contents
        .iter()
        .map(|users| format!("`{}: …`", own_name(&documents[users[0]], name)))
        .collect();
    let other = &documents[contents[1][0]];
    Problem::new(
        Code::AmbiguousSchema,
        format!(
            "pages define the schema `{name}` differently: {}",
            meanings.join(", ")
        ),
    )
    .at(other.place(&pointer::of(&["components", "schemas", name])))
    .operation(operation(other))
    .advice(format!(
        "additional pages can change these names: set them under `x-type-names` in \
         `overlay.yaml`, with {}",
        lines.join(" and ")
    ))
}

/// Numbers the schemas so that two have one number exactly when they have the same content and
/// refer to schemas with the same numbers.
fn classes(documents: &[Document]) -> HashMap<Key<'_>, usize> {
    let mut keys: Vec<Key<'_>> = Vec::new();
    let mut contents: Vec<usize> = Vec::new();
    let mut numbers: HashMap<(&str, String), usize> = HashMap::new();
    for (index, document) in documents.iter().enumerate() {
        for (name, schema) in schemas(document) {
            let next = numbers.len();
            let number = numbers.entry((plain_name(name), content(schema)));
            contents.push(*number.or_insert(next));
            keys.push((index, name));
        }
    }
    let nodes: HashMap<Key<'_>, usize> = keys.iter().copied().zip(0..).collect();
    let targets: Vec<Vec<usize>> = keys
        .iter()
        .map(|(index, name)| {
            let schema = &documents[*index].root["components"]["schemas"][*name];
            let references = references(schema, *index).into_iter();
            references
                .filter_map(|key| nodes.get(&key).copied())
                .collect()
        })
        .collect();
    let classes = partition::refined(&contents, &targets);
    keys.into_iter().zip(classes).collect()
}

/// Returns the schemas that `schema` references, in order.
fn references(schema: &Value, index: usize) -> Vec<Key<'_>> {
    let mut found = Vec::new();
    collect_references(schema, index, &mut found);
    // The order must not depend on the order of keys.
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
            found.extend(text.strip_prefix(walk::SCHEMAS).map(|name| (index, name)));
        }
        _ => {}
    }
}

/// Returns a text that is equal for two schemas exactly if they allow the same values, except for
/// their references. It does not depend on the order of keys.
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
        Value::String(string) => match string.strip_prefix(walk::SCHEMAS) {
            Some(name) => write_text(plain_name(name), text),
            None => write_text(string, text),
        },
        scalar => {
            let _ = write!(text, "{scalar},");
        }
    }
}

/// Writes a text with its length, so that it is unambiguous.
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

    /// Returns the names of schemas after platform IDs in these documents are unified.
    fn united(documents: &[Value]) -> Vec<Vec<String>> {
        let files = documents.iter().map(|schemas| {
            let root = json!({
                "openapi": "3.1.1",
                "paths": {"/pets": {"get": {}}},
                "components": {"schemas": schemas},
            });
            pages::SourceFile::new("a.json", &root.to_string())
        });
        let pages = pages::page::read(&files.collect::<Vec<_>>()).expect("documents");
        let documents = pages.pages.iter().map(Document::parse);
        let mut documents: Vec<_> = documents.collect::<Result<_, _>>().expect("OpenAPI");
        unite_ids(&mut documents);
        let names = |document| schemas(document).map(|(name, _)| name.clone()).collect();
        documents.iter().map(names).collect()
    }

    #[test]
    fn the_id_of_a_type_and_its_name_are_one_schema() {
        let episode = |name: &str| {
            let next = json!({"$ref": format!("#/components/schemas/{name}")});
            json!({"properties": {"next": next}})
        };
        let (id, name) = ("type_:Episode", "Episode");
        let both = json!({ id: episode(id), name: episode(name) });
        assert_eq!(united(&[both]), [["Episode"]]);
        let pages = [json!({ id: episode(id) }), json!({ name: episode(name) })];
        assert_eq!(united(&pages), [["Episode"], ["Episode"]]);

        let different = json!({ id: episode(id), name: {"type": "string"} });
        assert_eq!(united(&[different]), [[id, name]]);
        assert_eq!(united(&[json!({ id: episode(id) })]), [[id]]);
    }

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
