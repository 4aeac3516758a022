//! Completes schemas that the platform truncates at its maximum depth.
//!
//! An object at that depth has no name. It is identified by the object that contains it, if another
//! object has the same properties.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pages::pointer::{self, Pointer};
use serde_json::{Map, Value};

use super::agreement::agree;
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

/// A property that the platform truncates.
struct Wanted {
    /// The index of the document.
    to: usize,
    /// The object with the property.
    object: String,
    /// The truncated schema.
    pointer: String,
    /// The signature of the object, the name of the property, and the lists and maps around the
    /// schema.
    key: String,
    cut: Cut,
}

/// A schema that is complete. The best one sorts first, independent of the order of the files.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// The project has written its page.
    is_own: bool,
    text: String,
}

/// The objects with a property whose schema is complete, and that schema.
struct Holders {
    schema: Value,
    /// Each with the index of its document.
    objects: BTreeSet<(String, usize)>,
}

/// Whether the objects of a truncated and of a complete schema agree, each with the index of its
/// document. An object can have many truncated properties.
type Agreements<'a> = HashMap<(usize, &'a str, usize, &'a str), bool>;

/// The maximum number of different complete schemas that are compared with a truncated one.
const MOST_CANDIDATES: usize = 16;

/// The maximum number of objects with the same complete schema that are compared.
const MOST_HOLDERS: usize = 16;

/// Completes truncated schemas from objects with the same properties.
pub(super) fn complete(documents: &mut [Document]) {
    let mut wanted: Vec<Wanted> = Vec::new();
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
                    wanted.push(Wanted {
                        to: index,
                        object: pointer.to_owned(),
                        pointer: format!("{pointer}{place}{below}"),
                        key: format!("{signature}\n{name}{below}"),
                        cut,
                    });
                }
            }
        });
    }
    if wanted.is_empty() {
        return;
    }
    let names: BTreeSet<&str> = wanted.iter().map(|wanted| wanted.key.as_str()).collect();
    let mut known: HashMap<String, BTreeMap<Candidate, Holders>> = HashMap::new();
    for (index, document) in documents.iter().enumerate() {
        objects(document, &mut |pointer, signature, properties| {
            for (name, property) in properties {
                let (below, core) = core(property);
                let key = format!("{signature}\n{name}{below}");
                if !names.contains(key.as_str()) || !is_complete(core) {
                    continue;
                }
                let candidate = Candidate {
                    is_own: document.is_own(),
                    text: core.to_string(),
                };
                let candidates = known.entry(key).or_default();
                let holders = candidates.entry(candidate).or_insert_with(|| Holders {
                    schema: core.clone(),
                    objects: BTreeSet::new(),
                });
                holders.objects.insert((pointer.to_owned(), index));
                if holders.objects.len() > MOST_HOLDERS {
                    holders.objects.pop_last();
                }
                if candidates.len() > MOST_CANDIDATES {
                    candidates.pop_last();
                }
            }
        });
    }
    let mut agreements = Agreements::new();
    let completions: Vec<Completion> = wanted
        .iter()
        .filter_map(|wanted| {
            completion(documents, wanted, known.get(&wanted.key)?, &mut agreements)
        })
        .collect();
    for completion in completions {
        apply(documents, completion);
    }
}

/// Returns the best complete schema of an object that agrees with that of the truncated one. Lists
/// of values that differ are ambiguous.
fn completion<'a>(
    documents: &[Document],
    wanted: &'a Wanted,
    candidates: &'a BTreeMap<Candidate, Holders>,
    agreements: &mut Agreements<'a>,
) -> Option<Completion> {
    let object = |index: usize, pointer: &str| {
        let root = &documents[index].root;
        Some((root, root.pointer(pointer)?))
    };
    let own = object(wanted.to, &wanted.object)?;
    let is_of_values = wanted.cut == Cut::Values;
    let mut agrees = |index: usize, pointer: &'a str| {
        let pair = (wanted.to, wanted.object.as_str(), index, pointer);
        let is_alike = || {
            let other = object(index, pointer);
            other.is_some_and(|other| {
                // Documents in other formats title a schema with the name of its type.
                let has_titles = documents[index].is_prose();
                (!has_titles || own.1.get("title") == other.1.get("title")) && agree(own, other)
            })
        };
        *agreements.entry(pair).or_insert_with(is_alike)
    };
    let mut fitting = candidates.iter().filter_map(|(candidate, holders)| {
        let is_enumeration = holders.schema["enum"].is_array();
        let mut objects = holders.objects.iter();
        let (_, from) = objects
            .find(|(pointer, index)| is_enumeration == is_of_values && agrees(*index, pointer))?;
        Some((candidate, *from, &holders.schema))
    });
    let (best, from, schema) = fitting.next()?;
    let is_ambiguous = is_of_values && fitting.any(|(other, ..)| other.is_own == best.is_own);
    (!is_ambiguous).then(|| Completion {
        to: wanted.to,
        from,
        pointer: wanted.pointer.clone(),
        kind: match is_of_values {
            true => LossKind::EnumValues,
            false => LossKind::CutTypes,
        },
        schema: schema.clone(),
    })
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
