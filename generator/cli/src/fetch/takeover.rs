//! Finds the existing pages that a fetched page replaces: pages with the same request, or with the
//! same URL and method, at any path. The site may have moved the page, or may now publish a page
//! that the project had written. A page that was fetched is also replaced by a new page of the
//! site that is the only one with its URL, because the site may have changed the method.
//!
//! A page of the project with the URL of a fetched page but another operation is kept as one of the
//! project's own pages, because nothing else describes that operation.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use generator::{Described, SourceFile, described};

use super::page_path::PagePath;
use super::pages::Pages;
use super::selection::Selection;
use super::state::State;
use crate::shell::Failure;

/// An existing page whose path the index does not list.
pub(crate) struct Unlisted {
    pub(crate) path: PagePath,
    /// The operations that the page describes.
    described: Described,
    origin: Origin,
}

/// The origin of an existing page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Project,
    Site,
    /// The page was fetched and then edited.
    Edited,
}

impl Unlisted {
    /// Returns `true` if this is the page at a path, and it was edited after it was fetched.
    pub(crate) fn is_edited(&self, path: &PagePath) -> bool {
        self.origin == Origin::Edited && self.path == *path
    }

    /// Returns `true` if the page describes an operation.
    pub(crate) fn is_of_operation(&self) -> bool {
        !self.described.requests.is_empty()
    }
}

/// Returns the existing pages whose paths the index does not list.
pub(crate) fn unlisted(
    pages: &Pages,
    files: &[String],
    selection: &Selection,
    state: &State,
) -> Result<Vec<Unlisted>, Failure> {
    let named: HashSet<String> = selection.named().map(PagePath::folded).collect();
    let mut found = Vec::new();
    for file in files {
        // A path that no site page can have is a page of the project.
        let Ok(path) = PagePath::try_from(file.clone()) else {
            continue;
        };
        if named.contains(&path.folded()) {
            continue;
        }
        if let Some(content) = pages.read(&path)? {
            let text = String::from_utf8_lossy(&content);
            let described = described(&SourceFile::new(path.as_str(), &text));
            let origin = match state.pages.get(&path) {
                None => Origin::Project,
                Some(entry) if entry.holds(&content) => Origin::Site,
                Some(_) => Origin::Edited,
            };
            found.push(Unlisted {
                path,
                described,
                origin,
            });
        }
    }
    Ok(found)
}

/// Returns the replaced pages, each with the path of the fetched page. `new` contains the fetched
/// pages that did not exist before.
pub(crate) fn replaced(
    unlisted: &[Unlisted],
    fetched: &[(&PagePath, &Described)],
    new: &BTreeSet<PagePath>,
) -> BTreeMap<PagePath, PagePath> {
    let mut by_request = HashMap::new();
    let mut by_reference: HashMap<&String, (&PagePath, &Described)> = HashMap::new();
    let mut shared: HashSet<&String> = HashSet::new();
    for (path, described) in fetched {
        for request in &described.requests {
            by_request.entry(request).or_insert(*path);
        }
        for reference in &described.references {
            match by_reference.entry(reference) {
                Entry::Vacant(entry) => drop(entry.insert((*path, *described))),
                Entry::Occupied(_) => drop(shared.insert(reference)),
            }
        }
    }
    // Several pages of the project may refer to the same URL, such as the start page.
    let mut references: HashMap<&String, usize> = HashMap::new();
    for reference in unlisted.iter().flat_map(|page| &page.described.references) {
        *references.entry(reference).or_default() += 1;
    }
    let mut replaced = BTreeMap::new();
    for page in unlisted {
        let described = &page.described;
        let mut requests = described
            .requests
            .iter()
            .map(|request| by_request.get(request));
        // A page with several requests is replaced if pages of the site describe all of them.
        let of_requests = match requests.next() {
            Some(Some(first)) if requests.all(|page| page.is_some()) => Some(*first),
            _ => None,
        };
        let mut own = described.references.iter();
        let of_url = || {
            let reference = own.find(|reference| references[reference] == 1)?;
            let (path, of_site) = by_reference.get(reference)?;
            let is_only = new.contains(*path) && !shared.contains(reference);
            let is_moved = page.origin == Origin::Site && is_only;
            (is_moved || is_same_operation(described, of_site)).then_some(*path)
        };
        if let Some(by) = of_requests.or_else(of_url) {
            replaced.insert(page.path.clone(), by.clone());
        }
    }
    replaced
}

/// Returns the pages of the project that have the URL of a fetched page and are not `replaced`,
/// each with the path of the fetched page.
pub(crate) fn sharing(
    unlisted: &[Unlisted],
    fetched: &[(&PagePath, &Described)],
    replaced: &BTreeMap<PagePath, PagePath>,
) -> BTreeMap<PagePath, PagePath> {
    let mut by_reference = HashMap::new();
    for (path, described) in fetched {
        for reference in &described.references {
            by_reference.entry(reference).or_insert(*path);
        }
    }
    let own = unlisted.iter().filter(|page| {
        page.origin == Origin::Project
            && page.is_of_operation()
            && !replaced.contains_key(&page.path)
    });
    let shared = own.filter_map(|page| {
        let mut references = page.described.references.iter();
        let site = references.find_map(|reference| by_reference.get(reference))?;
        Some((page.path.clone(), (*site).clone()))
    });
    shared.collect()
}

/// Returns `true` if an existing page with the URL of a fetched page describes the same operation.
/// The project may have guessed the request URL. One URL can document several operations, so a page
/// with another method or with more requests is kept.
fn is_same_operation(existing: &Described, fetched: &Described) -> bool {
    let mut requests = existing.requests.iter();
    match (requests.next(), requests.next()) {
        (None, _) => true,
        (Some((method, _)), None) => {
            let mut methods = fetched.requests.iter().map(|(method, _)| method);
            methods.any(|of_site| of_site == method)
        }
        (Some(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> PagePath {
        PagePath::try_from(text.to_owned()).expect("a path")
    }

    fn described(requests: &[&str], reference: &str) -> Described {
        let requests = requests
            .iter()
            .filter_map(|request| request.split_once(' '));
        let requests = requests.map(|(method, url)| (method.to_owned(), url.to_owned()));
        let reference = (!reference.is_empty()).then(|| reference.to_owned());
        Described {
            requests: requests.collect(),
            references: reference.into_iter().collect(),
        }
    }

    /// Returns the pages that two site pages replace.
    fn replaced_of(existing: &[(&str, Described)]) -> Vec<(String, String)> {
        taken_over(existing)[0].clone()
    }

    /// Returns the pages that two site pages replace, and the pages that share only their URLs.
    fn taken_over(existing: &[(&str, Described)]) -> [Vec<(String, String)>; 2] {
        let unlisted = existing.iter().map(|(name, described)| Unlisted {
            path: path(name),
            described: described.clone(),
            origin: Origin::Project,
        });
        let site = [
            (path("site/list.md"), described(&["GET /pets"], "list")),
            (path("site/create.md"), described(&["POST /pets"], "create")),
        ];
        let site: Vec<_> = site
            .iter()
            .map(|(path, described)| (path, described))
            .collect();
        let unlisted: Vec<_> = unlisted.collect();
        let replaced = replaced(&unlisted, &site, &BTreeSet::new());
        let shared = sharing(&unlisted, &site, &replaced);
        [replaced, shared].map(|pairs| {
            let pairs = pairs.iter();
            let texts = pairs.map(|(old, new)| (old.to_string(), new.to_string()));
            texts.collect()
        })
    }

    #[test]
    fn a_page_of_the_same_request_or_url_is_replaced() {
        let pages = [
            ("a.md", described(&["GET /pets"], "")),
            ("b.md", described(&["POST /animals"], "create")),
            ("c.md", described(&["GET /pets", "POST /pets"], "")),
        ];
        let expected = [
            ("a.md", "site/list.md"),
            ("b.md", "site/create.md"),
            ("c.md", "site/list.md"),
        ];
        let expected = expected.map(|(old, new)| (old.to_owned(), new.to_owned()));
        assert_eq!(replaced_of(&pages), expected);
    }

    #[test]
    fn other_pages_are_left_alone() {
        let pages = [
            ("a.md", described(&["GET /zoo"], "zoo")),
            ("b.md", described(&["GET /pets", "DELETE /pets"], "")),
            ("c.md", described(&[], "")),
            // If several pages have the same URL, none of them is replaced.
            ("d.md", described(&["GET /d"], "create")),
            ("e.md", described(&["GET /e"], "create")),
        ];
        assert_eq!(replaced_of(&pages), []);
    }

    #[test]
    fn the_url_of_a_page_does_not_replace_other_operations_that_it_documents() {
        for requests in [&["PUT /pets"][..], &["GET /pets", "GET /zoo"]] {
            let pages = [("own.md", described(requests, "list"))];
            let kept = ("own.md".to_owned(), "site/list.md".to_owned());
            assert_eq!(taken_over(&pages), [vec![], vec![kept]], "{requests:?}");
        }
    }

    #[test]
    fn a_fetched_page_is_moved_to_the_only_new_page_with_its_url() {
        let old = |origin| Unlisted {
            path: path("old.md"),
            described: described(&["PUT /pets"], "list"),
            origin,
        };
        let page = |name: &str, request: &str| (path(name), described(&[request], "list"));
        let (list, other) = (page("list.md", "GET /pets"), page("other.md", "HEAD /pets"));
        let new = BTreeSet::from([path("list.md"), path("other.md")]);
        let none = BTreeSet::new();
        for (origin, site, new, is_moved) in [
            (Origin::Site, &[&list][..], &new, true),
            (Origin::Project, &[&list], &new, false),
            (Origin::Edited, &[&list], &new, false),
            // The site still has the other operation of this URL.
            (Origin::Site, &[&list], &none, false),
            (Origin::Site, &[&list, &other], &new, false),
        ] {
            let site: Vec<_> = site.iter().map(|page| (&page.0, &page.1)).collect();
            let replaced = replaced(&[old(origin)], &site, new);
            let expected = is_moved.then(|| (path("old.md"), path("list.md")));
            assert_eq!(replaced, expected.into_iter().collect());
        }
    }
}
