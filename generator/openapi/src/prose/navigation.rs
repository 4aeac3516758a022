//! Removes sections of a site's navigation from groups that come only from links.
//!
//! The folders of a link are the groups of the SDK, unless the site arranges its pages in another
//! order. A page shows two kinds of folders that are not groups, because its request line
//! contradicts them:
//!
//! - a phrase such as `upload-content`, because groups are resources, if the path does not have it;
//! - a folder above itself: in `/toys/pets/toys/list`, the first `toys` contains the resource
//!   `pets` whose toys are listed at `/pets/{id}/toys`.
//!
//! If no folder of the path is left, the resources of the path are the groups.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use serde_json::{Value, json};

use super::name::is_version;
use crate::document::Document;
use crate::loss::LossKind;
use crate::walk;
use names::singular;

/// Verbs that begin a phrase.
const VERBS: [&str; 11] = [
    "analyze",
    "configure",
    "create",
    "delete",
    "generate",
    "get",
    "manage",
    "remove",
    "retrieve",
    "transcribe",
    "understand",
];

/// Verbs that also begin nouns: `upload-content` is a phrase, but `upload-sessions` can be a
/// resource. Therefore, the object must not be a plural.
const NOUNS: [&str; 8] = [
    "add", "build", "import", "index", "make", "send", "update", "upload",
];

/// The name of an operation that comes from its link.
struct Linked {
    groups: Vec<String>,
    method: String,
    /// The segments of the path that are not parameters or versions.
    resources: Vec<String>,
    site: String,
}

/// Removes the sections of the navigation from the groups of all pages of their sites.
pub(super) fn remove(documents: &mut [Document]) {
    let mut sections = BTreeSet::new();
    for linked in documents.iter().filter_map(Linked::of) {
        if let Some(folder) = linked.groups.first()
            && linked.is_section(folder)
        {
            sections.insert((linked.site, folder.clone()));
        }
    }
    if sections.is_empty() {
        return;
    }
    for document in documents {
        let Some(linked) = Linked::of(document) else {
            continue;
        };
        let [folder, rest @ ..] = &linked.groups[..] else {
            continue;
        };
        if !sections.contains(&(linked.site.clone(), folder.clone())) {
            continue;
        }
        // Below a section, a folder that is not in the path is also a section.
        let groups = match rest.iter().position(|folder| linked.is_of_path(folder)) {
            Some(first) => rest[first..].to_vec(),
            None => linked.groups_of_path(),
        };
        walk::operations_mut(&mut document.root, &mut |_, operation| {
            operation.insert("x-fern-sdk-group-name".to_owned(), json!(groups));
        });
    }
}

impl Linked {
    /// Returns the name of a page whose name comes only from its link.
    fn of(document: &Document) -> Option<Self> {
        if !document.loses(LossKind::Names) {
            return None;
        }
        let (path, _, operation) = walk::operations(&document.root).next()?;
        let (_, address) = document.page.reference.as_deref()?.split_once("://")?;
        let groups = operation["x-fern-sdk-group-name"].as_array()?.iter();
        let groups = groups.filter_map(Value::as_str).map(str::to_owned);
        let segments = path.split('/').filter(|segment| {
            !segment.is_empty() && !segment.contains(['{', ':']) && !is_version(segment)
        });
        Some(Self {
            groups: groups.collect(),
            method: operation["x-fern-sdk-method-name"].as_str()?.to_owned(),
            resources: segments.map(str::to_owned).collect(),
            site: address.split('/').next()?.to_owned(),
        })
    }

    fn is_of_path(&self, folder: &str) -> bool {
        let mut resources = self.resources.iter();
        resources.any(|resource| is_same(resource, folder))
    }

    fn is_section(&self, folder: &str) -> bool {
        let rest = &self.groups[1..];
        let is_repeated = || {
            let mut pairs = rest.iter().zip(&self.resources);
            rest.iter().any(|group| is_same(group, folder))
                && rest.len() == self.resources.len()
                && pairs.all(|(group, resource)| is_same(group, resource))
        };
        is_phrase(folder) && !self.is_of_path(folder) || is_repeated()
    }

    /// Returns the resources of the path without the action at its end.
    fn groups_of_path(&self) -> Vec<String> {
        let mut groups = self.resources.clone();
        if groups
            .last()
            .is_some_and(|last| is_same(last, &self.method))
        {
            groups.pop();
        }
        groups
    }
}

/// Returns `true` if the name of a folder is a verb with an object.
fn is_phrase(folder: &str) -> bool {
    let words = folder.to_snake_case();
    let Some((verb, object)) = words.split_once('_') else {
        return false;
    };
    VERBS.contains(&verb) || NOUNS.contains(&verb) && singular(object).is_none()
}

/// Returns `true` if two names differ only in their case and their hyphens.
fn is_same(one: &str, other: &str) -> bool {
    one.to_snake_case() == other.to_snake_case()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pages::{SourceFile, page};

    /// Returns the names of operations with these paths and links.
    fn names(pages: &[(&str, &str)]) -> Vec<String> {
        let files = pages.iter().enumerate().map(|(index, (path, link))| {
            let text = format!(
                "# A page\n\nGET https://a.example/v1{path}\n\n\
                 Reference: https://docs.a.example/api-reference/{link}\n\n## Response\n\n### 200\n\n- `any`\n"
            );
            SourceFile::new(&format!("{index}.md"), &text)
        });
        let pages = page::read(&files.collect::<Vec<_>>()).expect("pages");
        let documents =
            Document::parse_all(pages, &Default::default(), &mut Vec::new()).expect("documents");
        let operations = documents
            .iter()
            .flat_map(|document| walk::operations(&document.root));
        let names = operations.map(|(.., operation)| {
            let groups = operation["x-fern-sdk-group-name"].as_array();
            let groups = groups.into_iter().flatten().filter_map(Value::as_str);
            let groups: Vec<&str> = groups.collect();
            let method = operation["x-fern-sdk-method-name"].as_str();
            format!("{}.{}", groups.join("/"), method.unwrap_or_default())
        });
        names.collect()
    }

    #[test]
    fn a_phrase_that_the_path_does_not_have_is_not_a_group() {
        assert_eq!(
            names(&[
                ("/shops/{id}/stored-pets", "index-content/list"),
                ("/tasks", "upload-content/tasks/list"),
                ("/assets", "upload-content/direct-uploads/list"),
                ("/describe", "analyze-pets/describe"),
                ("/manage-pets", "manage-pets/list"),
                ("/pets", "upload-sessions/list"),
                ("/activity", "analytics/list"),
            ]),
            [
                "shops/stored-pets.list",
                "tasks.list",
                "assets.list",
                ".describe",
                "manage-pets.list",
                "upload-sessions.list",
                "analytics.list",
            ]
        );
    }

    #[test]
    fn a_folder_above_itself_is_not_a_group() {
        assert_eq!(
            names(&[
                ("/pets/{id}/toys", "toys/pets/toys/list"),
                ("/pets", "toys/pets/list"),
                ("/payments", "card-payments/payments/list"),
            ]),
            ["pets/toys.list", "pets.list", "card-payments/payments.list"]
        );
    }
}
