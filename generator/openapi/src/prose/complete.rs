//! Takes what one page leaves out from where it is complete: another place on the page,
//! another page, or a page in another form.
//!
//! A named type is known by its name. An object below the depth at which the platform stops has no
//! name: it is known by the object around it, if another object has the same properties.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pages::pointer::{self, Pointer};
use serde_json::{Map, Value};

use super::agreement::agree;
use super::schema::{CUT, Cut};
use super::{groups, items, whole};
use crate::document::Document;
use crate::loss::LossKind;
use crate::walk::{self, SCHEMAS, schemas_of, schemas_of_mut};

/// Completes the documents of prose pages, and removes the marks of what they leave out.
pub(crate) fn complete(documents: &mut [Document]) {
    if !documents.iter().any(Document::is_prose) {
        return;
    }
    whole::name(documents);
    complete_named(documents);
    complete_cut(documents);
    groups::name(documents);
    for document in documents.iter_mut().filter(|document| document.is_prose()) {
        let known = known_types(document);
        if let Some(prose) = document.prose_mut() {
            prose
                .unknown_types
                .retain(|(name, _)| !known.contains(name));
        }
        remove_marks(&mut document.root);
        items::name(&mut document.root);
    }
}

/// Returns the named types of a document whose content is known.
fn known_types(document: &Document) -> BTreeSet<String> {
    let schemas = schemas_of(&document.root).into_iter().flatten();
    let known = schemas.filter(|(_, schema)| schema.get(CUT).is_none());
    known.map(|(name, _)| name.clone()).collect()
}

/// How much a document knows of a named type, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Knowledge {
    OpenApi,
    Complete,
    Something,
    Nothing,
}

fn knowledge(document: &Document, schema: &Value) -> Knowledge {
    let cut = schema[CUT].as_str();
    match cut {
        _ if !document.is_prose() => Knowledge::OpenApi,
        Some(cut) if cut == Cut::Variants.as_str() => Knowledge::Something,
        // The samples show that it is an object.
        Some(_) if schema["type"].is_string() => Knowledge::Something,
        Some(_) => Knowledge::Nothing,
        None => Knowledge::Complete,
    }
}

/// Takes named types from the pages that know them best.
fn complete_named(documents: &mut [Document]) {
    let mut best: BTreeMap<String, Vec<(Knowledge, usize)>> = BTreeMap::new();
    for (index, document) in documents.iter().enumerate() {
        for (name, schema) in schemas_of(&document.root).into_iter().flatten() {
            let known = knowledge(document, schema);
            if known != Knowledge::Nothing {
                best.entry(name.clone()).or_default().push((known, index));
            }
        }
    }
    for pages in best.values_mut() {
        pages.sort_unstable();
    }
    for index in 0..documents.len() {
        if !documents[index].is_prose() {
            continue;
        }
        let names: Vec<String> = schemas_of(&documents[index].root)
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone())
            .collect();
        for name in names {
            let source = best
                .get(&name)
                .and_then(|pages| better(documents, index, &name, pages));
            if let Some(source) = source {
                let mark = |documents: &[Document]| {
                    documents[index].root["components"]["schemas"][&name][CUT].is_string()
                };
                let was_marked = mark(documents);
                take(documents, index, source, &name, true);
                let is_completed = was_marked && !mark(documents);
                if let Some(prose) = documents[index].prose_mut().filter(|_| is_completed) {
                    prose.losses.remove(LossKind::UnionVariants);
                }
            }
        }
    }
}

/// Returns the document that knows a type better than the one at `index`.
fn better(
    documents: &[Document],
    index: usize,
    name: &str,
    pages: &[(Knowledge, usize)],
) -> Option<usize> {
    let schema = |index: usize| &documents[index].root["components"]["schemas"][name];
    let own = knowledge(&documents[index], schema(index));
    // A page says of a type all that the prose can carry: another form says the same and more.
    let fits = |(known, other): &&(Knowledge, usize)| {
        *known < own
            && *other != index
            && (own > Knowledge::Complete
                || agree(
                    (&documents[index].root, schema(index)),
                    (&documents[*other].root, schema(*other)),
                ))
    };
    pages.iter().find(fits).map(|(_, other)| *other)
}

/// Copies a named type, and the types that it refers to, from one document to another.
fn take(documents: &mut [Document], to: usize, from: usize, name: &str, replaces: bool) {
    let mut wanted = vec![(name.to_owned(), replaces)];
    let mut seen = BTreeSet::new();
    while let Some((name, replaces)) = wanted.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let Some(schema) = schemas_of(&documents[from].root).and_then(|schemas| schemas.get(&name))
        else {
            continue;
        };
        let schema = schema.clone();
        references(&schema, &mut |name| wanted.push((name.to_owned(), false)));
        if let Some(schemas) = schemas_of_mut(&mut documents[to].root) {
            let is_free = schemas
                .get(&name)
                .is_none_or(|known| known[CUT] == Cut::Type.as_str() && schema.get(CUT).is_none());
            if replaces || is_free {
                schemas.insert(name, schema);
            }
        }
    }
}

/// Calls `visit` with the name of each schema that `node` refers to.
fn references(node: &Value, visit: &mut dyn FnMut(&str)) {
    match node {
        Value::Object(object) => object.values().for_each(|child| references(child, visit)),
        Value::Array(items) => items.iter().for_each(|child| references(child, visit)),
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(SCHEMAS) {
                visit(name);
            }
        }
        _ => {}
    }
}

/// A schema to put at a place that a page has cut.
struct Completion {
    to: usize,
    from: usize,
    pointer: String,
    kind: LossKind,
    schema: Value,
}

/// Takes what is cut below some depth from objects that have the same properties.
fn complete_cut(documents: &mut [Document]) {
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
    let mut known: HashMap<String, (String, usize, Value)> = HashMap::new();
    for (index, document) in documents.iter().enumerate() {
        objects(document, &mut |_, signature, properties| {
            for (name, property) in properties {
                let key = format!("{signature}\n{name}");
                let (_, core) = core(property);
                if !names.contains(key.as_str()) || !is_complete(core) {
                    continue;
                }
                // The choice must not depend on the order of the files.
                let text = core.to_string();
                let is_first = known.get(&key).is_none_or(|(known, ..)| text < *known);
                if is_first {
                    known.insert(key, (text, index, core.clone()));
                }
            }
        });
    }
    let completions: Vec<Completion> = wanted
        .into_iter()
        .filter_map(|(to, pointer, key, cut)| {
            let (_, from, schema) = known.get(&key)?;
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

/// Calls `visit` with the pointer, the signature, and the properties of each object schema. Two
/// objects have one signature if they have the same properties, and the same of them are required.
fn objects(document: &Document, visit: &mut dyn FnMut(&str, &str, &Map<String, Value>)) {
    walk::nodes(
        &document.root,
        &mut Pointer::default(),
        &mut |pointer, node| {
            let Some(properties) = node.get("properties").and_then(Value::as_object) else {
                return;
            };
            // One property is too few to know an object by.
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

/// Returns what is inside lists and maps, and the pointer that leads there.
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

/// Returns `true` if a schema is described, and nothing in it is cut.
fn is_complete(schema: &Value) -> bool {
    let is_described = ["properties", "oneOf", "anyOf", "allOf", "$ref", "enum"]
        .iter()
        .any(|keyword| schema.get(keyword).is_some());
    is_described && !holds_mark(schema)
}

fn holds_mark(node: &Value) -> bool {
    match node {
        Value::Object(object) => is_marked(object) || object.values().any(holds_mark),
        Value::Array(items) => items.iter().any(holds_mark),
        _ => false,
    }
}

fn is_marked(object: &Map<String, Value>) -> bool {
    let mark = object.get(CUT).and_then(Value::as_str);
    Cut::ALL.iter().any(|cut| mark == Some(cut.as_str()))
}

fn remove_marks(node: &mut Value) {
    match node {
        Value::Object(object) => {
            if is_marked(object) {
                object.shift_remove(CUT);
            }
            object.values_mut().for_each(remove_marks);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_marks),
        _ => {}
    }
}
