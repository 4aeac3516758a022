//! Compares an index with the existing pages: which pages are to be fetched and where to,
//! which links are rejected, and which pages the index does not list any more.

use std::collections::{BTreeMap, HashMap, HashSet};

use generator::{Code, Fetch};

use super::address::Address;
use super::index::Index;
use super::page_path::PagePath;
use super::pages::Pages;
use super::state::State;
use crate::shell::Failure;

/// A page of the index and its place.
pub(crate) struct Wanted {
    pub(crate) address: Address,
    pub(crate) path: PagePath,
}

/// The work of a run, planned before anything is fetched.
#[derive(Default)]
pub(crate) struct FetchPlan {
    /// The pages to fetch, by their paths.
    pub(crate) wanted: Vec<Wanted>,
    /// Links to pages that cannot have a place.
    pub(crate) refused: Vec<Failure>,
    /// Links to pages of other sites.
    pub(crate) elsewhere: Vec<String>,
    /// Pages that were fetched once and that the index does not name.
    pub(crate) vanished: Vec<PagePath>,
}

impl FetchPlan {
    /// Returns the paths of the pages that are fetched.
    pub(crate) fn named(&self) -> impl Iterator<Item = &PagePath> {
        self.wanted.iter().map(|wanted| &wanted.path)
    }

    /// Compares the index with the pages that are there.
    pub(crate) fn new(
        index: &Index,
        config: &Fetch,
        pages: &Pages,
        state: &State,
    ) -> Result<Self, Failure> {
        let mut plan = Self::default();
        let mut named: BTreeMap<PagePath, Address> = BTreeMap::new();
        for link in &index.links {
            plan.place(link, &index.address, config, &mut named);
        }
        let folded: HashSet<String> = named.keys().map(PagePath::folded).collect();
        let is_vanished = |path: &&PagePath| !folded.contains(&path.folded());
        plan.vanished = state.pages.keys().filter(is_vanished).cloned().collect();
        plan.settle(named, &pages.files()?);
        Ok(plan)
    }

    /// Finds the place of the page that a link leads to.
    fn place(
        &mut self,
        link: &str,
        index: &Address,
        config: &Fetch,
        named: &mut BTreeMap<PagePath, Address>,
    ) {
        let address = match index.join(link) {
            Ok(address) if !index.is_same_site(&address) => {
                return self.elsewhere.push(address.to_string());
            }
            Ok(address) if !config.takes(address.path()) => return,
            Ok(address) => address,
            Err(why) => return self.refused.push(refused(link, why)),
        };
        if address.has_query() {
            return self.refused.push(refused(link, "it has a query"));
        }
        match PagePath::of(address.path()) {
            Ok(path) => {
                named.entry(path).or_insert(address);
            }
            Err(why) => self.refused.push(refused(link, &why)),
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
