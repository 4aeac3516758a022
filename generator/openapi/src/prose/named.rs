//! Completes named types from the pages with the most information, including pages in other
//! formats.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::agreement::agree;
use super::mark::{self, CUT, Cut};
use crate::document::Document;
use crate::loss::LossKind;
use crate::walk::{SCHEMAS, schemas_of, schemas_of_mut};

/// The amount of information that a document has about a named type, most first.
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
        Some(_) if mark::shows_kinds(schema) => Knowledge::Something,
        Some(_) => Knowledge::Nothing,
        None => Knowledge::Complete,
    }
}

/// A page with a type: the amount of its information, whether the project has written it, and its
/// index. The best page sorts first.
type Source = (Knowledge, bool, usize);

/// Completes named types from the pages with the most information.
pub(super) fn complete(documents: &mut [Document]) {
    let mut best: BTreeMap<String, Vec<Source>> = BTreeMap::new();
    for (index, document) in documents.iter().enumerate() {
        for (name, schema) in schemas_of(&document.root).into_iter().flatten() {
            let known = knowledge(document, schema);
            if known != Knowledge::Nothing {
                let source = (known, document.is_own(), index);
                best.entry(name.clone()).or_default().push(source);
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

/// Unifies types that have the same name and description on several prose pages, but reference
/// types with different names. The platform's type names are not stable over time.
pub(super) fn unify(documents: &mut [Document]) {
    let mut first: BTreeMap<String, (bool, String, usize)> = BTreeMap::new();
    for (index, document) in documents
        .iter()
        .enumerate()
        .filter(|(_, document)| document.is_prose())
    {
        for (name, schema) in schemas_of(&document.root).into_iter().flatten() {
            if !mark::is_inside(schema) {
                // The choice must not depend on the order of the files.
                let found = (document.is_own(), schema.to_string(), index);
                let known = first.entry(name.clone()).or_insert_with(|| found.clone());
                if (found.0, &found.1) < (known.0, &known.1) {
                    *known = found;
                }
            }
        }
    }
    for index in 0..documents.len() {
        let document = &documents[index];
        let schemas = schemas_of(&document.root).filter(|_| document.is_prose());
        let others: Vec<(String, usize)> = schemas
            .into_iter()
            .flatten()
            .filter_map(|(name, schema)| {
                let (.., other) = first.get(name)?;
                let same = &documents[*other].root;
                let theirs = &same["components"]["schemas"][name];
                let is_alike = *other != index
                    && schema != theirs
                    && agree((&document.root, schema), (same, theirs));
                is_alike.then(|| (name.clone(), *other))
            })
            .collect();
        for (name, other) in others {
            take(documents, index, other, &name, true);
        }
    }
}

/// Returns the document with more information about a type than the one at `index`.
fn better(documents: &[Document], index: usize, name: &str, pages: &[Source]) -> Option<usize> {
    let schema = |index: usize| &documents[index].root["components"]["schemas"][name];
    let own = knowledge(&documents[index], schema(index));
    // A prose page states all that prose can express about a type, so a page in another format must
    // be consistent with it.
    let fits = |(known, _, other): &&Source| {
        *known < own
            && *other != index
            && (own > Knowledge::Complete
                || agree(
                    (&documents[index].root, schema(index)),
                    (&documents[*other].root, schema(*other)),
                ))
    };
    pages.iter().find(fits).map(|(.., other)| *other)
}

/// Copies a named type, and the types that it refers to, from one document to another.
pub(super) fn take(documents: &mut [Document], to: usize, from: usize, name: &str, replaces: bool) {
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
pub(super) fn references(node: &Value, visit: &mut dyn FnMut(&str)) {
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
