//! Names the groups of pages whose names come only from their links. The group is taken from pages
//! with another format or SDK samples: from the pages of the same path, or else from the pages below
//! the same link. If there are none, the pages of the site show which folder contains the groups: if
//! `/reference/rest/pets/list` is in the group `pets`, `/reference/rest/toys/list` is in `toys`.

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
    /// The folders that contain the folders of groups.
    roots: BTreeSet<String>,
    /// The folders that contain the page of another group.
    others: BTreeSet<String>,
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
            self.add_root(&folder, &group);
            let groups = self.by_folder.entry(folder).or_default();
            groups.insert((group.clone(), path.clone()));
        }
        if !path.is_empty() {
            self.by_path.entry(path).or_default().insert(group);
        }
    }

    /// Adds the folder that contains the folder of a group. Above another folder, no folder is one.
    fn add_root(&mut self, folder: &str, group: &[String]) {
        let root = root(folder, group);
        let known = folders_above(folder).chain([folder]);
        let others = known.filter(|above| root.is_none_or(|root| root != *above));
        self.others.extend(others.map(str::to_owned));
        self.roots.extend(root.map(str::to_owned));
    }

    /// Returns the folders of a link below the folder that contains the folders of groups.
    fn below_root(&self, folder: &str) -> Option<Vec<String>> {
        let is_root = |above: &&str| self.roots.contains(*above) && !self.others.contains(*above);
        let root = folders_above(folder).find(is_root)?;
        let below = folder[root.len()..].split('/');
        let below = below.filter(|name| !name.is_empty());
        Some(below.map(str::to_owned).collect())
    }

    /// Returns the group of a page. A path or a link with several groups is ambiguous.
    fn of(&self, document: &Document) -> Option<Vec<String>> {
        let path = path(document).unwrap_or_default();
        let same = self.by_path.get(&path).filter(|groups| groups.len() == 1);
        if let Some(group) = same.and_then(BTreeSet::first) {
            return Some(group.clone());
        }
        let folder = folder(document)?;
        let Some(known) = self.by_folder.get(&folder) else {
            return self.below_root(&folder);
        };
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

/// Returns the folder that contains the folder of a group, if the link of the group has its names.
fn root<'a>(folder: &'a str, group: &[String]) -> Option<&'a str> {
    let mut rest = folder;
    for name in group.iter().rev() {
        let (above, last) = rest.rsplit_once('/')?;
        if last.to_snake_case() != name.to_snake_case() {
            return None;
        }
        rest = above;
    }
    (!group.is_empty()).then_some(rest)
}

/// The maximum number of folders above a page that are compared. A link of a page can have any
/// number of them.
const MOST_FOLDERS: usize = 30;

/// Returns the folders above a folder, the innermost first.
fn folders_above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(folder.rsplit_once('/'), |(above, _)| above.rsplit_once('/'))
        .map(|(above, _)| above)
        .filter(|above| !above.ends_with('/') && !above.ends_with(':'))
        .take(MOST_FOLDERS)
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

    #[test]
    fn a_folder_above_the_folders_of_groups_is_not_a_group() {
        let files = [
            page("a", "rest/pets/list", &sample("pets")),
            page("b", "rest/toys/list", ""),
            page("c", "rest/toys/spare/parts/list", ""),
            page("d", "shop/cats/list", &sample("shop.cats")),
            page("e", "shop/dogs/list", ""),
            page("f", "other/birds/list", &sample("birds")),
            page("g", "other/fish/list", &sample("aquaria")),
            page("h", "other/frogs/list", ""),
        ];
        assert_eq!(
            groups(&files),
            [
                json!(["pets"]),
                json!(["toys"]),
                json!(["toys", "spare", "parts"]),
                json!(["shop", "cats"]),
                json!(["shop", "dogs"]),
                json!(["birds"]),
                json!(["aquaria"]),
                json!(["other", "frogs"]),
            ]
        );
    }
}
