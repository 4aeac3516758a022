//! Chooses between several descriptions of one operation.
//!
//! A fetched page takes precedence over a page of the project. If two fetched pages have the same
//! URL, the one that was fetched last takes precedence. Otherwise, an operation's own page takes
//! precedence over a guide that quotes it, and then the file whose path sorts first.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::servers::Site;
use super::{MergedOperation, has_json_response, remote_calls, server_of};
use crate::document::Document;
use crate::inspect::request_shape;
use crate::walk;
use pages::{Code, Problem};

/// Removes the descriptions that the client does not use, with a warning about each. Their schemas
/// are also removed, so that they do not rename other types.
pub(super) fn leave_out(
    documents: &mut Vec<Document>,
    sites: &mut Vec<Site>,
    server: &str,
    type_names: &BTreeMap<String, String>,
    warnings: &mut Vec<Problem>,
) {
    if !has_rivals(documents, sites) {
        return;
    }
    // Descriptions are compared after their schemas are renamed.
    let mut copies = documents.clone();
    let ignored = &mut Vec::new();
    let (operations, schemas) = super::operations(&mut copies, sites, server, type_names, ignored);
    let mut followed: BTreeMap<(String, &str), Vec<MergedOperation>> = BTreeMap::new();
    let mut emptied = BTreeSet::new();
    for operation in in_order(operations) {
        let others = followed.entry(request(&operation)).or_default();
        if others.iter().any(|other| other.object == operation.object) {
            continue;
        }
        let other = others
            .iter()
            .find(|other| is_one_operation(other, &operation, &schemas));
        let Some(other) = other else {
            others.push(operation);
            continue;
        };
        warnings.push(contradiction(other, &operation));
        let root = &mut documents[operation.document].root;
        let item = root["paths"].get_mut(&operation.origin.path);
        if let Some(item) = item.and_then(Value::as_object_mut) {
            item.shift_remove(operation.method);
        }
        let is_empty = walk::operations(root).next().is_none();
        if is_empty && walk::webhooks(root).next().is_none() {
            emptied.insert(operation.document);
        }
    }
    let mut index = 0..;
    documents.retain(|_| index.next().is_none_or(|index| !emptied.contains(&index)));
    let mut index = 0..;
    sites.retain(|_| index.next().is_none_or(|index| !emptied.contains(&index)));
}

/// Returns `true` if any request has several descriptions.
fn has_rivals(documents: &[Document], sites: &[Site]) -> bool {
    let mut requests = BTreeSet::new();
    documents.iter().zip(sites).any(|(document, site)| {
        let prefix = match site {
            Site::Here(prefix) => prefix.as_str(),
            Site::Elsewhere(server) => server.as_str(),
        };
        let mut operations = walk::operations(&document.root);
        operations.any(|(path, method, _)| {
            let request = (request_shape(&format!("{prefix}{path}")), method);
            !requests.insert(request)
        })
    })
}

/// The rank of a description. The client uses the description that sorts first; in one file, this
/// is the first one.
type Rank = (bool, bool, bool, String);

/// The request of an operation, whether its response is JSON, and its URL on the site.
type Key = (Request, bool, String);

/// The path of a request, without the names of its placeholders, and its method.
type Request = (String, &'static str);

/// The number of the last fetch of each operation.
struct LastFetches(BTreeMap<Key, u64>);

impl LastFetches {
    fn of(operations: &[MergedOperation]) -> Self {
        let mut last = BTreeMap::new();
        for operation in operations {
            if let (Some(fetch), Some(key)) = (fetch(operation), key(operation)) {
                let latest = last.entry(key).or_insert(fetch);
                *latest = fetch.max(*latest);
            }
        }
        Self(last)
    }

    /// Returns the rank of a description.
    fn rank(&self, operation: &MergedOperation) -> Rank {
        let last = key(operation).and_then(|key| self.0.get(&key).copied());
        let place = &operation.origin.place;
        (
            fetch(operation).is_none(),
            fetch(operation) < last,
            !operation.has_own_page,
            place.page().to_owned(),
        )
    }
}

/// Sorts the operations. For one request, operations with a JSON response come first. For one
/// operation, the description that the client uses comes first.
pub(super) fn in_order(operations: Vec<MergedOperation>) -> Vec<MergedOperation> {
    let last = LastFetches::of(&operations);
    // Fetched pages of one URL may use different names for an operation.
    let mut names: BTreeMap<Key, (Rank, String)> = BTreeMap::new();
    for operation in &operations {
        if let Some(key) = published(operation) {
            let own = (last.rank(operation), operation.id.clone());
            let first = names.entry(key).or_insert_with(|| own.clone());
            if own < *first {
                *first = own;
            }
        }
    }
    let keyed = operations.into_iter().map(|operation| {
        let has_no_json = !has_json_response(&operation.object);
        let rank = last.rank(&operation);
        let request = (request(&operation), has_no_json, rank.0);
        let name = published(&operation).and_then(|key| names.get(&key));
        let name = name.map_or_else(|| operation.id.clone(), |(_, id)| id.clone());
        ((request, name, rank, operation.id.clone()), operation)
    });
    let mut keyed: Vec<_> = keyed.collect();
    // A line is computed on demand, and few descriptions are in one file.
    let line = |operation: &MergedOperation| operation.origin.place.line();
    keyed.sort_by(|(a_key, a), (b_key, b)| {
        let order = a_key.cmp(b_key);
        order.then_with(|| line(a).cmp(&line(b)))
    });
    keyed.into_iter().map(|(_, operation)| operation).collect()
}

/// Returns the request of an operation, independent of the names of its placeholders.
pub(super) fn request(operation: &MergedOperation) -> Request {
    (request_shape(&operation.path), operation.method)
}

/// Returns `true` if both describe one operation, so that the client uses `first` and ignores
/// `second`.
fn is_one_operation(
    first: &MergedOperation,
    second: &MergedOperation,
    schemas: &Map<String, Value>,
) -> bool {
    // The site may use a different name for the operation than the project, or than one of its own
    // pages with the same URL.
    let is_fetched_twice = published(first).is_some()
        && published(first) == published(second)
        && first.origin.place.page() != second.origin.place.page();
    let is_published = fetch(first).is_some()
        && (fetch(second).is_none() || is_fetched_twice)
        && has_json_response(&first.object) == has_json_response(&second.object)
        && server_of(first) == server_of(second)
        && !remote_calls::differ_in_constant(first, second, schemas);
    first.id == second.id || is_published
}

/// Reports a description that the client does not use.
fn contradiction(first: &MergedOperation, second: &MergedOperation) -> Problem {
    let is_from_site = fetch(first).is_some() && fetch(second).is_none();
    let reason = if is_from_site {
        ", which was fetched"
    } else if fetch(second).is_some() && fetch(second) < fetch(first) && key(first) == key(second) {
        ", which was fetched last"
    } else if first.has_own_page && !second.has_own_page {
        ", the operation's own page"
    } else {
        ""
    };
    let are_fetched = fetch(first).is_some() && fetch(second).is_some();
    let is_one_page = first.origin.place.page() == second.origin.place.page();
    let advice = match are_fetched && !is_one_page {
        // A page that is removed would be fetched again.
        true => {
            "skip one of the two pages with `exclude` under `[fetch]` in `codegen.toml`, or report \
             this to the publisher"
        }
        false => "remove one of the two pages, or make them agree",
    };
    Problem::new(
        Code::DuplicateOperation,
        format!(
            "`{}` is described differently in two places; the client uses {}{reason}",
            first.id, first.origin.place
        ),
    )
    .at(second.origin.place.clone())
    .operation(&second.id)
    .advice(advice)
}

fn fetch(operation: &MergedOperation) -> Option<u64> {
    operation.origin.place.fetch()
}

fn key(operation: &MergedOperation) -> Option<Key> {
    let reference = operation.origin.reference.clone()?;
    let has_json = has_json_response(&operation.object);
    Some((request(operation), has_json, reference))
}

/// Returns the key of an operation on a fetched page.
fn published(operation: &MergedOperation) -> Option<Key> {
    fetch(operation)?;
    key(operation)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pages::SourceFile;

    use super::super::tests::{merged_files, page};

    /// Merges pages in files of these names, with the fetches that brought them, and returns the
    /// pages that the client follows and the warnings.
    fn followed(pages: &[(&str, Option<u64>, String)]) -> (Vec<String>, Vec<String>) {
        let (api, warnings) = merged_files(&files(pages), "");
        let places = api.origins.values();
        let places = places.map(|origin| origin.place.page().to_owned());
        (places.collect(), warnings)
    }

    fn files(pages: &[(&str, Option<u64>, String)]) -> Vec<Arc<SourceFile>> {
        let files = pages.iter().map(|(name, fetch, text)| {
            let file = SourceFile::new(name, text);
            match fetch {
                Some(fetch) => file.fetched(*fetch),
                None => file,
            }
        });
        files.collect()
    }

    fn at(path: &str, page: String) -> String {
        let reference = format!("Reference: https://docs.example.com/{path}\n\n## OpenAPI");
        page.replacen("## OpenAPI", &reference, 1)
    }

    #[test]
    fn a_fetched_page_takes_precedence_over_one_of_the_project() {
        let own = page("list", "/pets", "name");
        let fetched = page("list", "/pets", "a_much_longer_name_and_title");
        let pages = [("a.md", None, own), ("b.md", Some(1), fetched)];
        let (followed, warnings) = followed(&pages);
        assert_eq!(followed, ["b.md"]);
        assert_eq!(
            warnings,
            [
                "`pets_list` is described differently in two places; the client uses b.md:12, \
                 which was fetched"
            ]
        );
    }

    #[test]
    fn the_site_may_call_an_operation_and_its_placeholders_otherwise() {
        let own = page("retrieve", "/pets/{id}", "name");
        let fetched = page("get", "/pets/{pet_id}", "title");
        let pages = [("a.md", None, own), ("b.md", Some(1), fetched)];
        let (followed, warnings) = followed(&pages);
        assert_eq!(followed, ["b.md"]);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
    }

    #[test]
    fn a_description_that_is_left_out_gives_no_type_another_name() {
        let create = page("create", "/all", "title");
        let pages = [
            ("a.md", None, page("list", "/pets", "name")),
            ("b.md", Some(1), page("list", "/pets", "title")),
            ("c.md", Some(1), create),
        ];
        let (api, warnings) = merged_files(&files(&pages), "");
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        let schemas = api.root["components"]["schemas"].as_object();
        let schemas: Vec<&String> = schemas
            .into_iter()
            .flat_map(|schemas| schemas.keys())
            .collect();
        assert_eq!(schemas, ["Pet"]);
    }

    #[test]
    fn a_name_with_two_meanings_keeps_that_of_the_site() {
        let file = |name: &str, property: &str| {
            SourceFile::new(
                &format!("{name}.md"),
                &page(name, &format!("/{name}"), property),
            )
        };
        let files = [
            file("a", "name"),
            file("b", "name"),
            file("c", "title").fetched(1),
        ];
        let (api, warnings) = merged_files(&files, "");
        let pet = &api.root["components"]["schemas"]["Pet"]["properties"];
        assert!(pet["title"].is_object(), "{pet}");
        assert_eq!(warnings.len(), 1, "{warnings:?}");
    }

    #[test]
    fn of_two_fetched_pages_of_one_address_the_last_fetched_is_followed() {
        let pages = [
            ("a.md", Some(2), at("list", page("list", "/pets", "name"))),
            ("b.md", Some(10), at("list", page("list", "/pets", "title"))),
            ("c.md", Some(9), at("list", page("list", "/pets", "kind"))),
        ];
        let (followed, warnings) = followed(&pages);
        assert_eq!(followed, ["b.md"]);
        let reason = "the client uses b.md:14, which was fetched last";
        assert_eq!(warnings.len(), 2, "{warnings:?}");
        assert!(warnings.iter().all(|text| text.ends_with(reason)));
    }

    #[test]
    fn fetched_pages_of_one_address_may_name_an_operation_differently() {
        for [first, second] in [["list", "all"], ["all", "list"]] {
            let pages = [
                ("a.md", Some(1), at("list", page(first, "/pets", "name"))),
                ("b.md", Some(2), at("list", page(second, "/pets", "name"))),
                ("c.md", Some(2), at("other", page("find", "/pets", "name"))),
            ];
            let (mut followed, warnings) = followed(&pages);
            followed.sort();
            assert_eq!(followed, ["b.md", "c.md"]);
            let expected = format!(
                "`pets_{second}` is described differently in two places; the client uses b.md:14, \
                 which was fetched last"
            );
            assert_eq!(warnings, [expected]);
        }
    }

    #[test]
    fn events_and_json_of_one_address_are_two_calls() {
        let json = at("list", page("list", "/pets", "name"));
        let events = json
            .replace("application/json", "text/event-stream")
            .replace("pets.list", "pets.stream");
        let pages = [("a.md", Some(1), json), ("b.md", Some(2), events)];
        let (followed, warnings) = followed(&pages);
        assert_eq!(followed, ["a.md", "b.md"]);
        assert_eq!(warnings, [""; 0]);
    }

    #[test]
    fn in_any_other_contradiction_the_path_that_sorts_first_is_followed() {
        let short = page("list", "/pets", "name");
        let long = page("list", "/pets", "a_much_longer_name_and_title");
        for [first, second] in [[&short, &long], [&long, &short]] {
            for fetch in [[None, None], [Some(1), Some(2)]] {
                let pages = [
                    ("a.md", fetch[0], at("a", first.clone())),
                    ("b.md", fetch[1], at("b", second.clone())),
                ];
                let (followed, warnings) = followed(&pages);
                assert_eq!(followed, ["a.md"]);
                assert_eq!(warnings.len(), 1, "{warnings:?}");
            }
        }
    }
}
