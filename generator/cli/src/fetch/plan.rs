//! The planned changes of a fetch in the pages folder.

use std::collections::{BTreeMap, BTreeSet};

use generator::{Allowances, Code, Described, Problem};

use super::arrival::{Arrival, Difference, Kind};
use super::own_pages::OwnPages;
use super::page_path::PagePath;
use super::pages::Pages;
use super::selection::Selection;
use super::state::{Entry, State};
use super::takeover::{Unlisted, replaced, sharing};
use crate::shell::Failure;

/// The state of the fetched pages, and the list of the project's own pages.
#[derive(Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) state: State,
    pub(crate) own: OwnPages,
}

impl Record {
    /// Reads the files of an earlier run.
    ///
    /// # Errors
    ///
    /// Returns an error if one of the two files is invalid.
    pub(crate) fn read(pages: &Pages) -> Result<Self, Failure> {
        Ok(Self {
            state: State::read(pages)?,
            own: OwnPages::read(pages)?,
        })
    }
}

/// One change.
pub(crate) enum Step {
    /// A page is written.
    Write {
        path: PagePath,
        kind: Kind,
        content: Vec<u8>,
        entry: Entry,
    },
    /// Only the entry of a page changes. `None` removes it.
    Record {
        path: PagePath,
        entry: Option<Entry>,
    },
    /// A page of the site replaces another page, or a page of the project with the same path.
    Replace {
        old: PagePath,
        new: PagePath,
        was_fetched: bool,
    },
    /// A page of the project describes another operation at the URL of a site page. It is kept as a
    /// page of the project.
    Keep { own: PagePath, site: PagePath },
    /// A page that the site no longer lists is removed.
    Remove { path: PagePath },
}

/// The changes and the findings of a fetch.
#[derive(Default)]
pub(crate) struct Plan {
    /// The changes, in the order in which they are made.
    pub(crate) steps: Vec<Step>,
    pub(crate) unchanged: usize,
    /// The number of pages without a specification.
    pub(crate) left_out: usize,
    /// The problems of pages whose specification seems to be missing.
    pub(crate) problems: Vec<Problem>,
    pub(crate) noticed: Noticed,
    /// The failures of pages that could not be updated.
    pub(crate) failures: Vec<Failure>,
}

/// Findings about the folder and the index that cause warnings.
#[derive(Default)]
pub(crate) struct Noticed {
    /// Fetched pages that the index no longer lists, and that are kept.
    pub(crate) vanished: Vec<PagePath>,
    /// The reason why they are kept.
    pub(crate) kept: Kept,
    /// Pages of operations that neither the site nor the project lists.
    pub(crate) unclaimed: Vec<PagePath>,
    /// Pages in the project's list that do not exist.
    pub(crate) missing: Vec<PagePath>,
    /// Links to other sites.
    pub(crate) elsewhere: Vec<String>,
}

/// The reason why pages that the index no longer lists are kept.
#[derive(Clone, Copy, Default)]
pub(crate) enum Kept {
    /// The command has no `--prune`.
    #[default]
    NotPruned,
    /// They were edited after they were fetched.
    Edited,
    /// The index lists no page with a specification, or a link in it could not be followed.
    Incomplete,
}

impl Noticed {
    /// Returns the existing pages that the site does not list.
    pub(crate) fn unlisted(&self) -> Vec<PagePath> {
        let all = self.vanished.iter().chain(&self.unclaimed);
        all.cloned().collect()
    }
}

/// The results of downloading the pages of the site.
pub(crate) type Arrivals = Vec<Result<Arrival, Failure>>;

/// Plans one fetch.
pub(crate) struct Planner<'a, 'b> {
    pub(crate) pages: &'a Pages,
    pub(crate) before: &'a Record,
    pub(crate) prune: bool,
    pub(crate) allowances: &'a mut Allowances<'b>,
}

impl Planner<'_, '_> {
    /// Returns the plan. `unlisted` contains the existing pages whose paths the index does not
    /// list.
    pub(crate) fn plan(
        mut self,
        mut selection: Selection,
        arrivals: Arrivals,
        unlisted: &[Unlisted],
    ) -> Plan {
        let mut plan = Plan {
            failures: std::mem::take(&mut selection.refused),
            ..Plan::default()
        };
        let described = described(&selection, &arrivals);
        let new: BTreeSet<PagePath> = new_of(&selection, &arrivals).cloned().collect();
        let mut replaced = replaced(unlisted, &described, &new);
        // Edited pages are not replaced.
        let is_edited = |path: &PagePath| unlisted.iter().any(|it| it.is_edited(path));
        replaced.retain(|old, _| !is_edited(old));
        let shared = sharing(unlisted, &described, &replaced);

        let fetched = self.arrive(&mut plan, &selection, arrivals);
        self.take_over(&mut plan, &replaced, &shared, &new);
        let elsewhere = std::mem::take(&mut selection.elsewhere);
        plan.noticed.elsewhere = self.not_allowed(Code::RefusedLink, elsewhere);
        // A link that could not be followed may belong to a page that seems to be removed, and an
        // index without pages is incomplete.
        let is_whole = plan.failures.is_empty() && plan.noticed.elsewhere.is_empty() && fetched > 0;
        let vanished = selection.vanished.into_iter();
        let vanished = vanished.filter(|path| !replaced.contains_key(path));
        plan.noticed.kept = match (self.prune, is_whole) {
            (false, _) => Kept::NotPruned,
            (true, true) => Kept::Edited,
            (true, false) => Kept::Incomplete,
        };
        self.vanish(&mut plan, vanished.collect(), self.prune && is_whole);
        let others = unlisted.iter().filter(|page| {
            let is_kept = replaced.contains_key(&page.path) || shared.contains_key(&page.path);
            page.is_of_operation() && !is_kept && self.is_unclaimed(&page.path)
        });
        let others = others.map(|page| page.path.clone()).collect();
        plan.noticed.unclaimed = self.not_allowed_pages(others);
        self.miss(&mut plan);
        plan
    }

    /// Adds the changes of the site's pages, and returns the number of pages.
    fn arrive(&mut self, plan: &mut Plan, selection: &Selection, arrivals: Arrivals) -> usize {
        let mut fetched = 0;
        for (path, arrival) in selection.named().zip(arrivals) {
            match arrival {
                Err(failure) => plan.failures.push(failure),
                Ok(Arrival::Words(problem)) => {
                    plan.left_out += 1;
                    plan.problems
                        .extend(problem.filter(|it| !self.allowances.accept(it)));
                    let path = path.clone();
                    plan.steps.push(Step::Record { path, entry: None });
                }
                Ok(Arrival::Page { difference, .. }) => {
                    fetched += 1;
                    plan.add(path, difference);
                    // The site now publishes a page of the project at the same path.
                    if self.before.own.contains(path) {
                        let (old, new) = (path.clone(), path.clone());
                        plan.steps.push(Step::Replace {
                            old,
                            new,
                            was_fetched: false,
                        });
                    }
                }
            }
        }
        fetched
    }

    /// Adds the changes of existing pages at other paths that describe the operations of fetched
    /// pages, or have their URLs. `new` contains the new fetched pages.
    fn take_over(
        &self,
        plan: &mut Plan,
        replaced: &BTreeMap<PagePath, PagePath>,
        shared: &BTreeMap<PagePath, PagePath>,
        new: &BTreeSet<PagePath>,
    ) {
        for (old, by) in replaced {
            plan.steps.push(Step::Replace {
                old: old.clone(),
                new: by.clone(),
                was_fetched: self.before.state.pages.contains_key(old),
            });
        }
        for (own, site) in shared {
            if new.contains(site) || !self.before.own.contains(own) {
                let (own, site) = (own.clone(), site.clone());
                plan.steps.push(Step::Keep { own, site });
            }
        }
    }

    /// Adds the changes of pages that the index no longer lists.
    fn vanish(&mut self, plan: &mut Plan, paths: Vec<PagePath>, prune: bool) {
        let mut kept = Vec::new();
        for path in paths {
            let entry = self.before.state.pages.get(&path);
            match self.pages.read(&path) {
                Ok(Some(content)) if prune && entry.is_some_and(|it| it.holds(&content)) => {
                    plan.steps.push(Step::Remove { path });
                }
                Ok(Some(_)) => kept.push(path),
                // The page was already removed.
                Ok(None) => plan.steps.push(Step::Record { path, entry: None }),
                Err(failure) => plan.failures.push(failure),
            }
        }
        plan.noticed.vanished = self.not_allowed_pages(kept);
    }

    /// Finds lines of the project's list without an existing page. Pages that the site lists but
    /// that could not be fetched are not reported.
    fn miss(&mut self, plan: &mut Plan) {
        let replaced = plan.steps.iter().filter_map(|step| match step {
            Step::Replace { old, .. } => Some(old),
            _ => None,
        });
        let replaced: BTreeSet<&PagePath> = replaced.collect();
        let listed = self.before.own.iter();
        let missing = listed
            .filter(|path| !replaced.contains(path) && matches!(self.pages.read(path), Ok(None)));
        let missing = missing.cloned().collect();
        plan.noticed.missing = self.not_allowed_pages(missing);
    }

    fn is_unclaimed(&self, path: &PagePath) -> bool {
        !self.before.state.pages.contains_key(path) && !self.before.own.contains(path)
    }

    fn not_allowed_pages(&mut self, pages: Vec<PagePath>) -> Vec<PagePath> {
        self.not_allowed(Code::UnlistedPages, pages)
    }

    /// Returns the items that no `[[allow]]` entry accepts.
    fn not_allowed<T: Placed>(&mut self, code: Code, mut all: Vec<T>) -> Vec<T> {
        all.retain(|it| !self.allowances.accept_at(code, &it.place()));
        all
    }
}

impl Plan {
    /// Adds the difference between a page and the existing one.
    fn add(&mut self, path: &PagePath, difference: Difference) {
        let path = path.clone();
        match difference {
            Difference::None(entry) => {
                self.unchanged += 1;
                if entry.is_some() {
                    self.steps.push(Step::Record { path, entry });
                }
            }
            Difference::Content {
                kind,
                content,
                entry,
            } => self.steps.push(Step::Write {
                path,
                kind,
                content,
                entry,
            }),
        }
    }
}

/// The place of a fetch warning, as used in `[[allow]]`.
trait Placed {
    fn place(&self) -> String;
}

impl Placed for PagePath {
    fn place(&self) -> String {
        format!("pages/{self}")
    }
}

impl Placed for String {
    fn place(&self) -> String {
        self.clone()
    }
}

/// Returns the operations that the pages of the site describe.
fn described<'a>(
    selection: &'a Selection,
    arrivals: &'a Arrivals,
) -> Vec<(&'a PagePath, &'a Described)> {
    let pages = selection.named().zip(arrivals);
    let described = pages.filter_map(|(path, arrival)| match arrival {
        Ok(Arrival::Page { described, .. }) => Some((path, described)),
        _ => None,
    });
    described.collect()
}

/// Returns the new pages of the site.
fn new_of<'a>(
    selection: &'a Selection,
    arrivals: &'a Arrivals,
) -> impl Iterator<Item = &'a PagePath> {
    let pages = selection.named().zip(arrivals);
    pages.filter_map(|(path, arrival)| match arrival {
        Ok(Arrival::Page {
            difference: Difference::Content { kind, .. },
            ..
        }) if *kind == Kind::Added => Some(path),
        _ => None,
    })
}
