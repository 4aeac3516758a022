//! Compares an index with the existing pages: selects the pages to fetch and their paths, rejects
//! links, and finds pages that the index no longer lists.

use std::collections::{BTreeMap, HashMap, HashSet};

use generator::{Code, Fetch};

use super::index::{Index, Link};
use super::page_path::PagePath;
use super::site_url::SiteUrl;
use super::state::State;
use crate::shell::{Failure, count};

/// A page of the index and its path.
pub(crate) struct Wanted {
    pub(crate) url: SiteUrl,
    pub(crate) path: PagePath,
}

/// The pages of the index, classified before they are fetched.
#[derive(Default)]
pub(crate) struct Selection {
    /// The pages to fetch, by their paths.
    pub(crate) wanted: Vec<Wanted>,
    /// Links that cannot have a path, and indexes that could not be followed.
    pub(crate) refused: Vec<Failure>,
    /// Links to pages of other sites.
    pub(crate) elsewhere: Vec<String>,
    /// Previously fetched pages that the index does not list.
    pub(crate) vanished: Vec<PagePath>,
}

impl Selection {
    /// Returns the paths of the pages to fetch.
    pub(crate) fn named(&self) -> impl Iterator<Item = &PagePath> {
        self.wanted.iter().map(|wanted| &wanted.path)
    }

    /// Compares the index with the existing files.
    ///
    /// # Errors
    ///
    /// Returns an error if the settings exclude all pages of the index.
    pub(crate) fn new(
        index: Index,
        config: &Fetch,
        files: &[String],
        state: &State,
    ) -> Result<Self, Failure> {
        let mut selection = Self::default();
        let mut named: BTreeMap<PagePath, SiteUrl> = BTreeMap::new();
        for link in &index.links {
            selection.place(link, config, &mut named);
        }
        // Several section indexes may contain the same links.
        let mut known = HashSet::new();
        selection
            .elsewhere
            .retain(|link| known.insert(link.clone()));
        let mut known = HashSet::new();
        let is_new = |failure: &Failure| known.insert(failure.message().to_owned());
        selection.refused.retain(is_new);
        let is_empty = named.is_empty() && selection.refused.is_empty();
        if is_empty && selection.elsewhere.is_empty() {
            return Err(all_left_out(index.links.len()));
        }
        let folded: HashSet<String> = named.keys().map(PagePath::folded).collect();
        // If a section index could not be fetched, its pages are unknown.
        if index.failures.is_empty() {
            let is_vanished = |path: &&PagePath| !folded.contains(&path.folded());
            selection.vanished = state.pages.keys().filter(is_vanished).cloned().collect();
        }
        selection.refused.extend(index.failures);
        selection.settle(named, files);
        Ok(selection)
    }

    /// Finds the path of the page for a link.
    fn place(&mut self, link: &Link, config: &Fetch, named: &mut BTreeMap<PagePath, SiteUrl>) {
        let Link { index, text } = link;
        let url = match index.join(text) {
            Ok(url) if !index.is_same_site(&url) => {
                return self.elsewhere.push(url.to_string());
            }
            Ok(url) if !config.takes(url.path()) => return,
            Ok(url) => url,
            Err(why) => return self.refused.push(refused(text, why)),
        };
        if url.has_query() {
            return self.refused.push(refused(text, "it has a query"));
        }
        match PagePath::of(url.path()) {
            Ok(path) => {
                named.entry(path).or_insert(url);
            }
            Err(why) => self.refused.push(refused(text, &why)),
        }
    }

    /// Rejects pages whose paths collide on some file system.
    fn settle(&mut self, named: BTreeMap<PagePath, SiteUrl>, files: &[String]) {
        let mut spellings: HashMap<String, Vec<PagePath>> = HashMap::new();
        for path in named.keys() {
            spellings
                .entry(path.folded())
                .or_default()
                .push(path.clone());
        }
        let mut taken = Taken::default();
        for file in files {
            // A case-sensitive file system may contain both.
            let _ = taken.take(file);
        }
        for (path, url) in named {
            let other = spellings[&path.folded()]
                .iter()
                .find(|other| **other != path);
            let other = match other {
                Some(other) => Some(other.to_string()),
                None => taken.take(path.as_str()).err(),
            };
            match other {
                None => self.wanted.push(Wanted { url, path }),
                Some(other) => self.refused.push(ambiguous(&url, &path, &other)),
            }
        }
    }
}

/// The case-folded names of files and folders that are taken.
#[derive(Default)]
struct Taken(HashMap<String, (String, Kind)>);

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Folder,
    File,
}

impl Taken {
    /// Takes the name of a file, or returns the conflicting name.
    fn take(&mut self, path: &str) -> Result<(), String> {
        let ends = path.match_indices('/').map(|(end, _)| (end, Kind::Folder));
        let names: Vec<(&str, Kind)> = ends
            .map(|(end, kind)| (&path[..end], kind))
            .chain([(path, Kind::File)])
            .collect();
        for (name, kind) in &names {
            if let Some((other, other_kind)) = self.0.get(&name.to_ascii_lowercase())
                && (other != name || other_kind != kind)
            {
                return Err(other.clone());
            }
        }
        for (name, kind) in names {
            self.0
                .insert(name.to_ascii_lowercase(), (name.to_owned(), kind));
        }
        Ok(())
    }
}

fn refused(link: &str, why: &str) -> Failure {
    Failure::check(
        Code::RefusedLink,
        format!(
            "the link `{}` in the index is rejected: {why}",
            link.escape_debug()
        ),
        "report this to the publisher of the pages, or exclude it with `exclude` under `[fetch]` in \
         `codegen.toml`",
    )
}

fn ambiguous(url: &SiteUrl, path: &PagePath, other: &str) -> Failure {
    let is_spelling = !path.as_str().starts_with(other);
    let why = if is_spelling {
        format!(
            "its path differs only in case from `{other}`, and some file systems are case-insensitive"
        )
    } else {
        format!("`{other}` cannot be both a page and a folder")
    };
    Failure::check(
        Code::RefusedLink,
        format!("`{url}` is rejected: {why}"),
        "exclude one of them with `exclude` under `[fetch]` in `codegen.toml`, or rename the \
         existing file",
    )
}

fn all_left_out(links: usize) -> Failure {
    Failure::check(
        Code::InvalidIndex,
        format!(
            "the index lists {}, but `[fetch]` in `codegen.toml` excludes all of them",
            count(links, "page")
        ),
        "correct `include` and `exclude` there: they are prefixes of the paths of pages, such as \
         `/api-reference/`",
    )
}
