//! The changes of a fetch in the folder of the pages, decided before anything is written.

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

/// The record of the pages: which were fetched, and which are the project's own.
#[derive(Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) state: State,
    pub(crate) own: OwnPages,
}

impl Record {
    /// Reads what an earlier run has left.
    ///
    /// # Errors
    ///
    /// When one of the two files cannot be used.
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
    /// Only the entry of a page changes; it is removed if there is none.
    Record {
        path: PagePath,
        entry: Option<Entry>,
    },
    /// A page of the site takes the place of another one, or of the project's in the same place.
    Replace {
        old: PagePath,
        new: PagePath,
        was_fetched: bool,
    },
    /// A page of the project describes another operation at the URL of a page of the site. It stays as
    /// one of the project.
    Keep { own: PagePath, site: PagePath },
    /// A page that the site does not list any more is removed.
    Remove { path: PagePath },
}

/// The changes of a fetch, and what it noticed.
#[derive(Default)]
pub(crate) struct Plan {
    /// The changes, in the order in which they are made.
    pub(crate) steps: Vec<Step>,
    pub(crate) unchanged: usize,
    /// The number of pages without a specification.
    pub(crate) left_out: usize,
    /// Pages that look as if their specification was missing.
    pub(crate) problems: Vec<Problem>,
    pub(crate) noticed: Noticed,
    /// Why pages are not up to date.
    pub(crate) failures: Vec<Failure>,
}

/// Facts about the folder and the index that are worth a warning.
#[derive(Default)]
pub(crate) struct Noticed {
    /// Fetched pages that the index does not name any more, and that stay.
    pub(crate) vanished: Vec<PagePath>,
    /// Pages of operations that neither the site nor the project lists.
    pub(crate) unclaimed: Vec<PagePath>,
    /// Pages in the list of the project that are not there.
    pub(crate) missing: Vec<PagePath>,
    /// Links to other sites.
    pub(crate) elsewhere: Vec<String>,
}

impl Noticed {
    /// Returns the pages that the site does not list, and that are in their places.
    pub(crate) fn unlisted(&self) -> Vec<PagePath> {
        let all = self.vanished.iter().chain(&self.unclaimed);
        all.cloned().collect()
    }
}

/// The pages of the site, each as it arrived.
pub(crate) type Arrivals = Vec<Result<Arrival, Failure>>;

/// Makes the plan of one fetch.
pub(crate) struct Planner<'a, 'b> {
    pub(crate) pages: &'a Pages,
    pub(crate) before: &'a Record,
    pub(crate) prune: bool,
    pub(crate) allowances: &'a mut Allowances<'b>,
}

impl Planner<'_, '_> {
    /// Returns the plan. `unlisted` are the existing pages that the index does not name at their
    /// places.
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
        let mut replaced = replaced(unlisted, &described);
        // Nobody's edits are lost.
        let is_edited = |path: &PagePath| unlisted.iter().any(|it| it.is_edited(path));
        replaced.retain(|old, _| !is_edited(old));
        let shared = sharing(unlisted, &described, &replaced);
        let new: BTreeSet<PagePath> = new_of(&selection, &arrivals).cloned().collect();

        let fetched = self.arrive(&mut plan, &selection, arrivals);
        self.take_over(&mut plan, &replaced, &shared, &new);
        let elsewhere = std::mem::take(&mut selection.elsewhere);
        plan.noticed.elsewhere = self.not_allowed(Code::RefusedLink, elsewhere);
        // A link that could not be followed may be that of a page that seems to have vanished,
        // and an index without any page is half published.
        let is_whole = plan.failures.is_empty() && plan.noticed.elsewhere.is_empty() && fetched > 0;
        let vanished = selection.vanished.into_iter();
        let vanished = vanished.filter(|path| !replaced.contains_key(path));
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

    /// Adds what the pages of the site change, and returns how many there are.
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
                    // The site publishes at its place what the project had written there.
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

    /// Adds what becomes of pages at other places that describe what fetched pages do, or have their
    /// addresses. `new` are the fetched pages that are new.
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

    /// Adds what becomes of the pages that the index does not name any more.
    fn vanish(&mut self, plan: &mut Plan, paths: Vec<PagePath>, prune: bool) {
        let mut kept = Vec::new();
        for path in paths {
            let entry = self.before.state.pages.get(&path);
            match self.pages.read(&path) {
                Ok(Some(content)) if prune && entry.is_some_and(|it| it.holds(&content)) => {
                    plan.steps.push(Step::Remove { path });
                }
                Ok(Some(_)) => kept.push(path),
                // Somebody else has removed it.
                Ok(None) => plan.steps.push(Step::Record { path, entry: None }),
                Err(failure) => plan.failures.push(failure),
            }
        }
        plan.noticed.vanished = self.not_allowed_pages(kept);
    }

    /// Notices the lines of the project's list that name no page. One that the site lists as well,
    /// and that could not be fetched, is there.
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

    /// Returns what no entry of `[[allow]]` accepts.
    fn not_allowed<T: Placed>(&mut self, code: Code, mut all: Vec<T>) -> Vec<T> {
        all.retain(|it| !self.allowances.accept_at(code, &it.place()));
        all
    }
}

impl Plan {
    /// Adds how a page differs from the existing one.
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

/// The subject of a warning of a fetch, as `[[allow]]` names it.
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

/// Returns the operations that the pages of the site are the pages of.
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

/// Returns the pages of the site that are new.
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
