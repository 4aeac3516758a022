//! What came of all pages: told to the user, and written down for the next run.

use std::collections::BTreeMap;
use std::time::Duration;

use generator::Code;

use super::own_pages::{self, OwnPages};
use super::page_path::PagePath;
use super::pages::Pages;
use super::state::{self, State};
use super::takeover::Unlisted;
use super::update::Outcome;
use crate::shell::{Failure, Shell, count};

/// The changes of a fetch in the folder of the pages. Each list is sorted.
#[derive(Default)]
pub(crate) struct Changes {
    pub(crate) added: Vec<PagePath>,
    pub(crate) changed: Vec<PagePath>,
    /// Pages that the site has at another place now: the old path and the new one.
    pub(crate) moved: Vec<(PagePath, PagePath)>,
    /// Pages of the project that the site publishes now: the project's path and the site's.
    pub(crate) published: Vec<(PagePath, PagePath)>,
    pub(crate) removed: Vec<PagePath>,
    /// Pages that the site does not list, and that are in their places.
    pub(crate) unlisted: Vec<PagePath>,
    /// The number of changed pages that are structured prose now.
    pub(crate) reformed: usize,
    /// The pages that a dry run would have written.
    pub(crate) contents: BTreeMap<PagePath, Vec<u8>>,
    /// The failures of pages that are not up to date.
    pub(crate) failures: Vec<Failure>,
}

/// What came of the pages so far.
pub(crate) struct Summary<'a> {
    shell: &'a Shell,
    pages: &'a Pages,
    before: &'a State,
    state: State,
    own_before: &'a OwnPages,
    own: OwnPages,
    dry_run: bool,
    unchanged: usize,
    left_out: usize,
    pub(crate) changes: Changes,
}

impl<'a> Summary<'a> {
    pub(crate) fn new(
        shell: &'a Shell,
        pages: &'a Pages,
        before: &'a State,
        own: &'a OwnPages,
        dry_run: bool,
    ) -> Self {
        Self {
            shell,
            pages,
            before,
            state: before.clone(),
            own_before: own,
            own: own.clone(),
            dry_run,
            unchanged: 0,
            left_out: 0,
            changes: Changes::default(),
        }
    }

    /// Reports the outcome of a page.
    pub(crate) fn page(&mut self, path: &PagePath, outcome: Result<Outcome, Failure>) {
        let entry = match outcome {
            Ok(Outcome::Added(entry)) => {
                self.changes.added.push(path.clone());
                self.status("Adding", "Would add", path.as_str());
                Some(entry)
            }
            Ok(Outcome::Changed(entry)) => {
                self.changes.changed.push(path.clone());
                self.status("Changing", "Would change", path.as_str());
                Some(entry)
            }
            Ok(Outcome::Restored(entry)) => {
                self.changes.changed.push(path.clone());
                let what = format!("{path}, which was edited");
                self.status("Replacing", "Would replace", &what);
                Some(entry)
            }
            Ok(Outcome::Reformed(entry)) => {
                self.changes.changed.push(path.clone());
                self.changes.reformed += 1;
                self.status("Changing", "Would change", path.as_str());
                Some(entry)
            }
            Ok(Outcome::Unchanged(entry)) => {
                self.unchanged += 1;
                entry
            }
            Ok(Outcome::LeftOut(problem)) => {
                self.left_out += 1;
                self.state.pages.remove(path);
                problem
                    .iter()
                    .for_each(|problem| self.shell.warning(problem));
                return;
            }
            Err(failure) => {
                self.changes.failures.push(failure);
                return;
            }
        };
        if let Some(entry) = entry {
            self.state.pages.insert(path.clone(), entry);
        }
        // The site publishes at its place what the project had written there.
        if self.own.remove(path) {
            self.published(path, path);
        }
    }

    /// Removes the pages that fetched pages replace. One that was edited since it was fetched
    /// stays, and is not among those that remain in `replaced`.
    pub(crate) fn replaced(&mut self, replaced: &mut BTreeMap<PagePath, PagePath>) {
        replaced.retain(|old, _| {
            let is_own = !self.state.pages.contains_key(old);
            let content = self.pages.read(old).ok().flatten();
            is_own || content.is_none_or(|content| self.is_as_fetched(old, &content))
        });
        for (old, new) in replaced.iter() {
            if !self.dry_run
                && let Err(failure) = self.pages.remove(old)
            {
                self.changes.failures.push(failure);
                continue;
            }
            let was_fetched = self.state.pages.remove(old).is_some();
            self.own.remove(old);
            if was_fetched {
                self.status("Moving", "Would move", &format!("{old} to {new}"));
                self.changes.moved.push((old.clone(), new.clone()));
            } else {
                self.published(old, new);
            }
        }
    }

    fn published(&mut self, own: &PagePath, site: &PagePath) {
        let what = format!("{own}, which the site publishes now as {site}");
        self.status("Replacing", "Would replace", &what);
        self.changes.published.push((own.clone(), site.clone()));
    }

    /// Removes the pages that the index does not name any more, or lists them.
    pub(crate) fn vanished(&mut self, paths: &[PagePath], prune: bool) {
        let mut kept = Vec::new();
        for path in paths {
            match self.pages.read(path) {
                Ok(Some(content)) if prune && self.is_as_fetched(path, &content) => {
                    self.remove(path);
                }
                Ok(Some(_)) => kept.push(path.clone()),
                // Somebody else has removed it.
                Ok(None) => drop(self.state.pages.remove(path)),
                Err(failure) => self.changes.failures.push(failure),
            }
        }
        if !kept.is_empty() {
            self.shell.caution(Code::UnlistedPages,
                format!(
                    "{} not in the index any more:{}",
                    are(kept.len(), "page"),
                    self.list(&kept)
                ),
                "remove what the site has removed with `--prune`, which leaves what was edited, and removes \
                 nothing while a link of the index cannot be followed",
            );
        }
        self.changes.unlisted.extend(kept);
    }

    /// Lists the pages of operations that neither the site nor the project's list names, and
    /// the lines of that list that name no page.
    pub(crate) fn unlisted(&mut self, unlisted: &[Unlisted]) {
        let of_nobody = unlisted.iter().filter(|page| {
            let is_known = |state: &State| state.pages.contains_key(&page.path);
            page.is_of_operation() && !is_known(self.before) && !self.own.contains(&page.path)
        });
        let paths: Vec<PagePath> = of_nobody.map(|page| page.path.clone()).collect();
        if !paths.is_empty() {
            let file = self.pages.shown_beside(own_pages::FILE);
            self.shell.caution(
                Code::UnlistedPages,
                format!(
                    "{} not in the index, and {} never fetched:{}",
                    are(paths.len(), "page"),
                    if paths.len() == 1 { "was" } else { "were" },
                    self.list(&paths)
                ),
                format!(
                    "list what the project has written itself in `{file}`, and remove the rest"
                ),
            );
        }
        self.changes.unlisted.extend(paths);
        // One that the site lists as well, and that could not be fetched, is not among `unlisted`.
        let is_missing = |path: &&PagePath| matches!(self.pages.read(path), Ok(None));
        let missing: Vec<PagePath> = self.own.iter().filter(is_missing).cloned().collect();
        if !missing.is_empty() {
            let file = self.pages.shown_beside(own_pages::FILE);
            self.shell.caution(
                Code::UnlistedPages,
                format!(
                    "`{file}` lists {} that {} not there:{}",
                    count(missing.len(), "page"),
                    if missing.len() == 1 { "is" } else { "are" },
                    self.list(&missing)
                ),
                "remove the lines, or correct the paths",
            );
        }
    }

    fn list(&self, paths: &[PagePath]) -> String {
        let lines = paths.iter();
        let lines = lines.map(|path| format!("\n     {}", self.pages.shown(path.as_str())));
        lines.collect()
    }

    /// Returns `true` if a page was not edited since it was fetched, so that no work is lost
    /// when it is removed.
    fn is_as_fetched(&self, path: &PagePath, content: &[u8]) -> bool {
        let entry = self.state.pages.get(path);
        entry.is_some_and(|entry| entry.holds(content))
    }

    fn remove(&mut self, path: &PagePath) {
        self.status("Removing", "Would remove", path.as_str());
        self.changes.removed.push(path.clone());
        if self.dry_run {
            return;
        }
        match self.pages.remove(path) {
            Ok(()) => drop(self.state.pages.remove(path)),
            Err(failure) => self.changes.failures.push(failure),
        }
    }

    /// Lists the links to other sites.
    pub(crate) fn elsewhere(&self, links: &[String]) {
        if !links.is_empty() {
            let list: String = links.iter().map(|link| format!("\n     {link}")).collect();
            self.shell.caution(Code::RefusedLink,
                format!("{} to another host, and left out:{list}", leads(links.len())),
                "pages are only fetched from the host of the index: use that host's own index for its pages",
            );
        }
    }

    /// Writes down what the next run should know.
    pub(crate) fn save(&mut self) {
        if self.dry_run {
            return;
        }
        if self.state != *self.before {
            let saved = self.pages.write_state(state::FILE, &self.state.to_json());
            self.changes.failures.extend(saved.err());
        }
        if self.own.text() != self.own_before.text() {
            let saved = self.pages.write_beside(own_pages::FILE, self.own.text());
            self.changes.failures.extend(saved.err());
        }
    }

    /// Says what the fetch has changed, and returns it.
    pub(crate) fn finish(self, took: Duration) -> Changes {
        self.shell.status("Fetched", self.counted());
        if self.changes.reformed > 0 {
            let pages = count(self.changes.reformed, "page");
            self.shell.status(
                "Noting",
                format!("{pages} in another form: structured prose, no OpenAPI"),
            );
        }
        if self.changes.failures.is_empty() {
            let dry = if self.dry_run {
                ", and wrote nothing"
            } else {
                ""
            };
            let took = took.as_secs_f64();
            self.shell.status("Finished", format!("in {took:.2}s{dry}"));
        } else {
            self.changes.failures.iter().for_each(Failure::print);
        }
        self.changes
    }

    /// Returns how many pages there were.
    pub(crate) fn fetched(&self) -> usize {
        self.changes.added.len() + self.changes.changed.len() + self.unchanged
    }

    fn counted(&self) -> String {
        let fetched = self.fetched();
        let changes = match (fetched, self.unchanged) {
            (0, _) => String::new(),
            (fetched, unchanged) if fetched == unchanged => ", all as they were".to_owned(),
            _ => format!(
                ": {} new, {} changed",
                self.changes.added.len(),
                self.changes.changed.len()
            ),
        };
        let replaced = match self.changes.moved.len() + self.changes.published.len() {
            0 => String::new(),
            number => format!(", in the place of {}", count(number, "other page")),
        };
        let left_out = match self.left_out {
            0 => String::new(),
            number => format!(" ({number} without a specification left out)"),
        };
        format!("{}{changes}{replaced}{left_out}", count(fetched, "page"))
    }

    fn status(&self, done: &str, planned: &str, what: &str) {
        let verb = if self.dry_run { planned } else { done };
        self.shell.status(verb, self.pages.shown(what));
    }
}

/// Returns the failure of a fetch that has not brought all pages up to date.
pub(crate) fn not_updated(failures: usize, dry_run: bool) -> Failure {
    let others = if dry_run {
        "nothing was written"
    } else {
        "what was there is as it was, and the other pages are up to date"
    };
    Failure::check(
        Code::PagesNotUpdated,
        format!("{} not up to date", are(failures, "page")),
        others,
    )
}

fn are(number: usize, noun: &str) -> String {
    let verb = if number == 1 { "is" } else { "are" };
    format!("{} {verb}", count(number, noun))
}

fn leads(number: usize) -> String {
    let verb = if number == 1 { "leads" } else { "lead" };
    format!("{} {verb}", count(number, "link"))
}
