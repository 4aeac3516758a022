//! Compares an index with the existing pages: which pages are to be fetched and where to,
//! which links are rejected, and which pages the index does not list any more.

use std::collections::{BTreeMap, HashMap, HashSet};

use generator::{Code, Fetch};

use super::address::Address;
use super::index::{Index, Link};
use super::page_path::PagePath;
use super::state::State;
use crate::shell::{Failure, count};

/// A page of the index and its place.
pub(crate) struct Wanted {
    pub(crate) address: Address,
    pub(crate) path: PagePath,
}

/// The pages of the index, sorted out before any is fetched.
#[derive(Default)]
pub(crate) struct Selection {
    /// The pages to fetch, by their paths.
    pub(crate) wanted: Vec<Wanted>,
    /// Links to pages that cannot have a place, and indexes that could not be followed.
    pub(crate) refused: Vec<Failure>,
    /// Links to pages of other sites.
    pub(crate) elsewhere: Vec<String>,
    /// Pages that were fetched once and that the index does not name.
    pub(crate) vanished: Vec<PagePath>,
}

impl Selection {
    /// Returns the paths of the pages that are fetched.
    pub(crate) fn named(&self) -> impl Iterator<Item = &PagePath> {
        self.wanted.iter().map(|wanted| &wanted.path)
    }

    /// Compares the index with the files that are there.
    ///
    /// # Errors
    ///
    /// When the settings leave out all pages of the index.
    pub(crate) fn new(
        index: Index,
        config: &Fetch,
        files: &[String],
        state: &State,
    ) -> Result<Self, Failure> {
        let mut selection = Self::default();
        let mut named: BTreeMap<PagePath, Address> = BTreeMap::new();
        for link in &index.links {
            selection.place(link, config, &mut named);
        }
        // The indexes of several sections may have the same links.
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
        // Nobody knows which pages the index of a section names that could not be had.
        if index.failures.is_empty() {
            let is_vanished = |path: &&PagePath| !folded.contains(&path.folded());
            selection.vanished = state.pages.keys().filter(is_vanished).cloned().collect();
        }
        selection.refused.extend(index.failures);
        selection.settle(named, files);
        Ok(selection)
    }

    /// Finds the place of the page that a link leads to.
    fn place(&mut self, link: &Link, config: &Fetch, named: &mut BTreeMap<PagePath, Address>) {
        let Link { index, text } = link;
        let address = match index.join(text) {
            Ok(address) if !index.is_same_site(&address) => {
                return self.elsewhere.push(address.to_string());
            }
            Ok(address) if !config.takes(address.path()) => return,
            Ok(address) => address,
            Err(why) => return self.refused.push(refused(text, why)),
        };
        if address.has_query() {
            return self.refused.push(refused(text, "it has a query"));
        }
        match PagePath::of(address.path()) {
            Ok(path) => {
                named.entry(path).or_insert(address);
            }
            Err(why) => self.refused.push(refused(text, &why)),
        }
    }

    /// Refuses the pages whose place another one takes on some system.
    fn settle(&mut self, named: BTreeMap<PagePath, Address>, files: &[String]) {
        let mut spellings: HashMap<String, Vec<PagePath>> = HashMap::new();
        for path in named.keys() {
            spellings
                .entry(path.folded())
                .or_default()
                .push(path.clone());
        }
        let mut taken = Taken::default();
        for file in files {
            // A disk that tells `A` from `a` may hold both.
            let _ = taken.take(file);
        }
        for (path, address) in named {
            let other = spellings[&path.folded()]
                .iter()
                .find(|other| **other != path);
            let other = match other {
                Some(other) => Some(other.to_string()),
                None => taken.take(path.as_str()).err(),
            };
            match other {
                None => self.wanted.push(Wanted { address, path }),
                Some(other) => self.refused.push(ambiguous(&address, &path, &other)),
            }
        }
    }
}

/// The names that are taken, of files and of the folders they are in, as a system
/// sees them that does not tell `A` from `a`.
#[derive(Default)]
struct Taken(HashMap<String, (String, Kind)>);

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Folder,
    File,
}

impl Taken {
    /// Takes the name of a file, or returns the one that is in its way.
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
            "the link `{}` in the index is refused: {why}",
            link.escape_debug()
        ),
        "tell those who publish the pages, or leave it out with `exclude` under `[fetch]` in \
         `codegen.toml`",
    )
}

fn ambiguous(address: &Address, path: &PagePath, other: &str) -> Failure {
    let is_spelling = !path.as_str().starts_with(other);
    let why = if is_spelling {
        format!("its place differs only in case from `{other}`, and to some systems both are one")
    } else {
        format!("`{other}` cannot be a page and a folder with pages")
    };
    Failure::check(
        Code::RefusedLink,
        format!("`{address}` is refused: {why}"),
        "leave one of them out with `exclude` under `[fetch]` in `codegen.toml`, or rename what \
         is there",
    )
}

fn all_left_out(links: usize) -> Failure {
    Failure::check(
        Code::InvalidIndex,
        format!(
            "the index leads to {}, and `[fetch]` in `codegen.toml` leaves all of them out",
            count(links, "page")
        ),
        "correct `include` and `exclude` there: they are what the paths of pages begin with, such as \
         `/api-reference/`",
    )
}
