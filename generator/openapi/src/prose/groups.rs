//! Names the groups of pages whose names come only from their links. The group is taken from pages
//! with another format or SDK samples: from the pages of the same path, or else from the pages below
//! the same link.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use serde_json::json;

use crate::document::Document;
use crate::loss::LossKind;
use crate::quirks::known_group;
use crate::walk;

/// The host and the segments of a path, without parameters.
type Path = Vec<String>;

/// The groups of pages whose groups are known.
#[derive(Default)]
struct Groups {
    by_path: BTreeMap<Path, BTreeSet<Vec<String>>>,
    by_folder: BTreeMap<String, BTreeSet<(Vec<String>, Path)>>,
}

/// Sets the group of pages without SDK samples.
pub(super) fn name(documents: &mut [Document]) {
    let mut known = Groups::default();
    for document in documents.iter().filter(|document| !is_guessed(document)) {
        known.add(document);
    }
    for document in documents.iter_mut().filter(|document| is_guessed(document)) {
        let Some(group) = known.of(document) else {
            continue;
        };
        let group = json!(group);
        walk::operations_mut(&mut document.root, &mut |_, operation| {
            operation.insert("x-fern-sdk-group-name".to_owned(), group.clone());
        });
    }
}

impl Groups {
    fn add(&mut self, document: &Document) {
        let Some(group) = known_group(&document.root) else {
            return;
        };
        let path = path(document).unwrap_or_default();
        if let Some(folder) = folder(document) {
            let groups = self.by_folder.entry(folder).or_default();
            groups.insert((group.clone(), path.clone()));
        }
        if !path.is_empty() {
            self.by_path.entry(path).or_default().insert(group);
        }
    }

    /// Returns the group of a page. A path or a link with several groups is ambiguous.
    fn of(&self, document: &Document) -> Option<Vec<String>> {
        let path = path(document).unwrap_or_default();
        let same = self.by_path.get(&path).filter(|groups| groups.len() == 1);
        if let Some(group) = same.and_then(BTreeSet::first) {
            return Some(group.clone());
        }
        let known = self.by_folder.get(&folder(document)?)?;
        let (group, first) = known.first()?;
        let is_one = known.iter().all(|(other, _)| other == group);
        is_one.then(|| {
            // `/pets` is not in the group `pets.toys`, unlike `/pets/toys` and `/pets/toys/{id}`.
            let are_below = known.iter().all(|(_, other)| is_below(other, &path));
            match are_below && !path.is_empty() {
                true => without(group, &first[path.len()..]),
                false => group.clone(),
            }
        })
    }
}

fn is_below(path: &Path, above: &Path) -> bool {
    path.len() > above.len() && path.starts_with(above)
}

/// Removes the last names of a group that are also the last segments of a path.
fn without(group: &[String], segments: &[String]) -> Vec<String> {
    let pairs = group.iter().skip(1).rev().zip(segments.iter().rev());
    let same = pairs.take_while(|(name, segment)| name.to_snake_case() == segment.to_snake_case());
    group[..group.len() - same.count()].to_vec()
}

/// Returns the host and the segments of the request line, without parameters.
fn path(document: &Document) -> Option<Path> {
    let url = &document.page.request.as_ref()?.url;
    let (_, address) = url.split_once("://")?;
    let address = address.split(['?', '#']).next()?;
    let segments = address.split('/');
    let segments = segments.filter(|segment| !segment.is_empty() && !segment.contains(['{', ':']));
    Some(segments.map(str::to_owned).collect())
}

/// Returns `true` if only the link of a page names its operation.
fn is_guessed(document: &Document) -> bool {
    document.loses(LossKind::Names)
}

/// Returns the link to a page without its last segment.
fn folder(document: &Document) -> Option<String> {
    let reference = document.page.reference.as_deref()?;
    let address = reference.split(['?', '#']).next().unwrap_or(reference);
    let (folder, _) = address.trim_end_matches('/').rsplit_once('/')?;
    Some(folder.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use pages::SourceFile;
    use std::sync::Arc;

    use pages::page;

    fn group(document: &Document) -> Value {
        let operation = walk::operations(&document.root).next();
        operation.map_or(Value::Null, |(.., operation)| {
            operation["x-fern-sdk-group-name"].clone()
        })
    }

    fn page(path: &str, link: &str, samples: &str) -> Arc<SourceFile> {
        let text = format!(
            "# A page\n\nGET https://a.example/{path}\n\nReference: https://docs.a.example/reference/{link}\n\n\
             ## Response\n\n### 200\n\n- `any`\n\n## Examples\n\n{samples}"
        );
        SourceFile::new(&format!("{}.md", path.replace('/', "-")), &text)
    }

    fn sample(group: &str) -> String {
        format!("```typescript\nawait client.{group}.list();\n```\n")
    }

    fn groups(files: &[Arc<SourceFile>]) -> Vec<Value> {
        let pages = page::read(files).expect("pages");
        let documents =
            Document::parse_all(pages, &Default::default(), &mut Vec::new()).expect("documents");
        documents.iter().map(group).collect()
    }

    #[test]
    fn pages_of_one_path_are_in_one_group() {
        let files = [
            page("pets", "shop/list", &sample("animals")),
            page("toys", "shop/toys", &sample("toys")),
            page("pets/{id}", "shop/get", ""),
        ];
        let animals = json!(["animals"]);
        assert_eq!(groups(&files), [animals.clone(), json!(["toys"]), animals]);
    }

    #[test]
    fn a_page_above_the_path_of_a_group_is_not_in_it() {
        let files = [
            page("v1/pets/toys", "shop/list", &sample("shop.pets.toys")),
            page("v1/pets", "shop/all", ""),
            page("v1/cats", "shop/cats", ""),
        ];
        let toys = json!(["shop", "pets", "toys"]);
        assert_eq!(
            groups(&files),
            [toys.clone(), json!(["shop", "pets"]), toys]
        );
    }

    #[test]
    fn pages_below_one_link_are_in_one_group() {
        let files = [
            page("a", "shop-pets/list", &sample("pets")),
            page("b", "shop-pets/upload", ""),
            page("c", "toys/list", &sample("toys")),
            page("d", "toys/all", &sample("games")),
            page("e", "toys/upload", ""),
        ];
        assert_eq!(
            groups(&files),
            [
                json!(["pets"]),
                json!(["pets"]),
                json!(["toys"]),
                json!(["games"]),
                json!(["toys"])
            ]
        );
    }
}
