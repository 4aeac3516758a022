//! Completes schemas that the platform truncates at its maximum depth.
//!
//! An object at that depth has no name. It is identified by the object that contains it, if another
//! object has the same properties.

use std::collections::{BTreeSet, HashMap};

use pages::pointer::{self, Pointer};
use serde_json::{Map, Value};

use super::mark::{self, CUT, Cut};
use super::named::{references, take};
use crate::document::Document;
use crate::loss::LossKind;
use crate::walk;

/// A schema that completes a truncated place.
struct Completion {
    to: usize,
    from: usize,
    pointer: String,
    kind: LossKind,
    schema: Value,
}

/// Completes truncated schemas from objects with the same properties.
pub(super) fn complete(documents: &mut [Document]) {
    let mut wanted: Vec<(usize, String, String, Cut)> = Vec::new();
    for (index, document) in documents
        .iter()
        .enumerate()
        .filter(|(_, document)| document.is_prose())
    {
        objects(document, &mut |pointer, signature, properties| {
            for (name, property) in properties {
                let (below, core) = core(property);
                let cut = [Cut::Object, Cut::Values]
                    .into_iter()
                    .find(|cut| core[CUT] == cut.as_str());
                if let Some(cut) = cut {
                    let place = pointer::of(&["properties", name]);
                    let place = format!("{pointer}{place}{below}");
                    wanted.push((index, place, format!("{signature}\n{name}"), cut));
                }
            }
        });
    }
    if wanted.is_empty() {
        return;
    }
    let names: BTreeSet<&str> = wanted.iter().map(|(_, _, key, _)| key.as_str()).collect();
    let mut known: HashMap<String, (bool, String, usize, Value)> = HashMap::new();
    for (index, document) in documents.iter().enumerate() {
        objects(document, &mut |_, signature, properties| {
            for (name, property) in properties {
                let key = format!("{signature}\n{name}");
                let (_, core) = core(property);
                if !names.contains(key.as_str()) || !is_complete(core) {
                    continue;
                }
                // The choice must not depend on the order of the files.
                let found = (document.is_own(), core.to_string());
                let is_first = known
                    .get(&key)
                    .is_none_or(|(is_own, text, ..)| (found.0, &found.1) < (*is_own, text));
                if is_first {
                    known.insert(key, (found.0, found.1, index, core.clone()));
                }
            }
        });
    }
    let completions: Vec<Completion> = wanted
        .into_iter()
        .filter_map(|(to, pointer, key, cut)| {
            let (.., from, schema) = known.get(&key)?;
            let is_enumeration = schema["enum"].is_array();
            let kind = match cut {
                Cut::Values => LossKind::EnumValues,
                _ => LossKind::CutTypes,
            };
            let fits = is_enumeration == (cut == Cut::Values);
            fits.then(|| Completion {
                to,
                from: *from,
                pointer,
                kind,
                schema: schema.clone(),
            })
        })
        .collect();
    for completion in completions {
        apply(documents, completion);
    }
}

fn apply(documents: &mut [Document], completion: Completion) {
    let Completion {
        to,
        from,
        pointer,
        kind,
        schema,
    } = completion;
    let mut names = Vec::new();
    references(&schema, &mut |name| names.push(name.to_owned()));
    if to != from {
        for name in names {
            take(documents, to, from, &name, false);
        }
    }
    let document = &mut documents[to];
    let Some(Value::Object(place)) = document.root.pointer_mut(&pointer) else {
        return;
    };
    place.shift_remove(CUT);
    place.shift_remove("type");
    let Value::Object(schema) = schema else {
        return;
    };
    for (key, value) in schema {
        place.entry(key).or_insert(value);
    }
    if let Some(prose) = document.prose_mut() {
        prose.losses.remove(kind);
    }
}

/// A callback with the pointer, the signature, and the properties of an object.
type Visit<'a> = dyn FnMut(&str, &str, &Map<String, Value>) + 'a;

/// Calls `visit` with each object schema. Two objects have the same signature if they have the same
/// properties and the same required properties.
fn objects(document: &Document, visit: &mut Visit<'_>) {
    walk::nodes(
        &document.root,
        &mut Pointer::default(),
        &mut |pointer, node| {
            let Some(properties) = node.get("properties").and_then(Value::as_object) else {
                return;
            };
            // One property is not enough to identify an object.
            if properties.len() < 2 {
                return;
            }
            let required = node.get("required").and_then(Value::as_array);
            let required: BTreeSet<&str> = required
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let mut names: Vec<String> = properties
                .keys()
                .map(|name| {
                    format!(
                        "{name}{}",
                        if required.contains(name.as_str()) {
                            "!"
                        } else {
                            ""
                        }
                    )
                })
                .collect();
            names.sort_unstable();
            visit(pointer, &names.join("\n"), properties);
        },
    );
}

/// Returns the innermost schema of nested lists and maps, and its pointer.
fn core(schema: &Value) -> (String, &Value) {
    let mut pointer = String::new();
    let mut schema = schema;
    loop {
        let inner = ["items", "additionalProperties"]
            .into_iter()
            .find_map(|key| {
                schema
                    .get(key)
                    .filter(|inner| inner.is_object())
                    .map(|inner| (key, inner))
            });
        let Some((key, inner)) = inner else {
            return (pointer, schema);
        };
        pointer.push('/');
        pointer.push_str(key);
        schema = inner;
    }
}

/// Returns `true` if a schema is described, and nothing in it is truncated.
fn is_complete(schema: &Value) -> bool {
    let is_described = ["properties", "oneOf", "anyOf", "allOf", "$ref", "enum"]
        .iter()
        .any(|keyword| schema.get(keyword).is_some());
    is_described && !mark::is_inside(schema)
}
