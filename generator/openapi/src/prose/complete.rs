//! Takes what one page leaves out from where it is complete: another place on the page,
//! another page, or a page in another form.

use std::collections::BTreeSet;

use serde_json::Value;

use super::mark::CUT;
use super::{cut, groups, items, mark, named, whole};
use crate::document::Document;
use crate::walk::schemas_of;

/// Completes the documents of prose pages, and removes the marks of what they leave out.
pub(crate) fn complete(documents: &mut [Document]) {
    if !documents.iter().any(Document::is_prose) {
        return;
    }
    whole::name(documents);
    named::complete(documents);
    cut::complete(documents);
    groups::name(documents);
    for document in documents.iter_mut().filter(|document| document.is_prose()) {
        let known = known_types(document);
        if let Some(prose) = document.prose_mut() {
            prose
                .unknown_types
                .retain(|(name, _)| !known.contains(name));
        }
        mark::remove(&mut document.root);
        items::name(&mut document.root);
    }
}

/// Returns the named types of a document whose content is known.
fn known_types(document: &Document) -> BTreeSet<String> {
    let schemas = schemas_of(&document.root).into_iter().flatten();
    let known = schemas.filter(|(_, schema)| schema.get(CUT).is_none());
    known
        .map(|(name, _): (&String, &Value)| name.clone())
        .collect()
}
