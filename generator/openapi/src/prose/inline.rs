//! Names objects that prose pages nest. Another page, with an OpenAPI block or a newer format of
//! prose, may name a type with the same properties.

use std::collections::{BTreeMap, BTreeSet};

use pages::pointer::Pointer;
use serde_json::{Map, Value, json};

use super::agreement::agree;
use super::mark;
use super::named::take;
use crate::document::Document;
use crate::walk::{self, SCHEMAS, schemas_of};

/// The minimum number of properties to recognize a type.
const FEWEST: usize = 3;

/// The keywords about a place, which stay there if its type is named.
const OF_PLACE: [&str; 4] = ["description", "nullable", "deprecated", "default"];

/// A named type: whether the project has written its page, its content, and the
/// index of its document. The best source sorts first.
type Source = (bool, String, usize);

/// The named types, by the names of their properties.
#[derive(Default)]
struct Types(BTreeMap<String, BTreeMap<String, Source>>);

/// An object that has the properties of a named type.
struct Named {
    pointer: String,
    name: String,
    from: usize,
}

/// Replaces objects in prose pages with references to named types that have the same properties and
/// descriptions.
pub(super) fn name(documents: &mut [Document]) {
    let mut types = Types::default();
    for (index, document) in documents.iter().enumerate() {
        types.add(index, document);
    }
    if types.0.is_empty() {
        return;
    }
    for index in 0..documents.len() {
        if !documents[index].is_prose() {
            continue;
        }
        let mut found = types.objects(documents, &documents[index]);
        // An object comes before the objects in it, which are replaced together with it.
        found.sort_by_key(|named| named.pointer.len());
        for named in found {
            if replace(&mut documents[index].root, &named) {
                take(documents, index, named.from, &named.name, false);
            }
        }
    }
}

impl Types {
    fn add(&mut self, index: usize, document: &Document) {
        for (name, schema) in schemas_of(&document.root).into_iter().flatten() {
            let key = schema.as_object().and_then(key);
            let is_usable = !is_of_operation(name) && !mark::is_inside(schema);
            let Some(key) = key.filter(|_| is_usable) else {
                continue;
            };
            let source = (document.is_own(), schema.to_string(), index);
            let sources = self.0.entry(key).or_default();
            let known = sources
                .entry(name.clone())
                .or_insert_with(|| source.clone());
            if source < *known {
                *known = source;
            }
        }
    }

    /// Finds the objects of a document that have the properties of exactly one type.
    fn objects(&self, documents: &[Document], document: &Document) -> Vec<Named> {
        let mut found = Vec::new();
        walk::nodes(
            &document.root,
            &mut Pointer::default(),
            &mut |pointer, node| {
                let is_named = pointer
                    .strip_prefix("/components/schemas/")
                    .is_some_and(|rest| !rest.contains('/'));
                let types = key(node).filter(|_| !is_named);
                let types = types.and_then(|key| self.0.get(&key));
                let (Some(types), Some(node)) = (types, document.root.pointer(pointer)) else {
                    return;
                };
                let schema = |name: &str, index: usize| {
                    let root = &documents[index].root;
                    (root, &root["components"]["schemas"][name])
                };
                let mut same = types.iter().filter(|(name, (.., index))| {
                    is_same((&document.root, node), schema(name, *index))
                });
                let (Some((name, (.., from))), None) = (same.next(), same.next()) else {
                    return;
                };
                let own = schemas_of(&document.root).and_then(|schemas| schemas.get(name));
                if own.is_none_or(|own| is_same((&document.root, node), (&document.root, own))) {
                    found.push(Named {
                        pointer: pointer.to_owned(),
                        name: name.clone(),
                        from: *from,
                    });
                }
            },
        );
        found
    }
}

/// Returns `true` if the platform named a type after a place in an operation:
/// `pets_list_Response_200`, or `PetsGetResponsesContentApplicationJsonSchemaData`.
fn is_of_operation(name: &str) -> bool {
    let marks = ["_Response_", "ResponsesContent", "RequestBodyContent"];
    marks.iter().any(|mark| name.contains(mark))
}

/// Returns a text that is equal for two objects whose properties have the same names.
fn key(schema: &Map<String, Value>) -> Option<String> {
    let properties = schema.get("properties")?.as_object()?;
    let names: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
    let key = || names.into_iter().collect::<Vec<_>>().join("\n");
    (properties.len() >= FEWEST).then(key)
}

/// Returns `true` if two objects agree, and no property has two different descriptions.
fn is_same(prose: (&Value, &Value), full: (&Value, &Value)) -> bool {
    let properties = |schema: &Value| schema["properties"].as_object().cloned();
    let (ours, theirs) = (properties(prose.1), properties(full.1));
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        return false;
    };
    let is_like = |(name, ours): (&String, &Value)| {
        let texts = [ours, &theirs[name]].map(|property| property["description"].as_str());
        match texts {
            [Some(ours), Some(theirs)] => letters(ours).eq(letters(theirs)),
            _ => true,
        }
    };
    ours.keys().all(|name| theirs.contains_key(name))
        && ours.iter().all(is_like)
        && agree(prose, full)
}

/// Returns the letters and digits of a text. The prose changes the white space and the markup.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric())
}

/// Replaces an object with a reference. Returns `false` if a larger object has been replaced.
fn replace(root: &mut Value, named: &Named) -> bool {
    let Some(Value::Object(object)) = root.pointer_mut(&named.pointer) else {
        return false;
    };
    let own = std::mem::take(object);
    let kept = own
        .into_iter()
        .filter(|(key, _)| OF_PLACE.contains(&key.as_str()));
    let mut reference = Map::new();
    reference.insert("$ref".to_owned(), json!(format!("{SCHEMAS}{}", named.name)));
    reference.extend(kept);
    *object = reference;
    true
}
