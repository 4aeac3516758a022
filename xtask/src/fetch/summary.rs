//! What came of all pages: told to the user, and written down for the next run.

use generator::Code;
use std::time::Duration;

use super::page_path::PagePath;
use super::pages::Pages;
use super::state::{self, State};
use super::update::Outcome;
use crate::shell::{Failure, Shell, count};

/// What came of the pages so far.
pub(crate) struct Summary<'a> {
    shell: &'a Shell,
    pages: &'a Pages,
    before: &'a State,
    state: State,
    dry_run: bool,
    added: usize,
    changed: usize,
    reformed: usize,
    unchanged: usize,
    left_out: usize,
    pub(crate) failures: Vec<Failure>,
}

impl<'a> Summary<'a> {
    pub(crate) fn new(
        shell: &'a Shell,
        pages: &'a Pages,
        before: &'a State,
        dry_run: bool,
    ) -> Self {
        Self {
            shell,
            pages,
            before,
            state: before.clone(),
            dry_run,
            added: 0,
            changed: 0,
            reformed: 0,
            unchanged: 0,
            left_out: 0,
            failures: Vec::new(),
        }
    }

    /// Reports the outcome of a page.
    pub(crate) fn page(&mut self, path: &PagePath, outcome: Result<Outcome, Failure>) {
        let entry = match outcome {
            Ok(Outcome::Added(entry)) => {
                self.added += 1;
                self.status("Adding", "Would add", path);
                Some(entry)
            }
            Ok(Outcome::Changed(entry)) => {
                self.changed += 1;
                self.status("Changing", "Would change", path);
                Some(entry)
            }
            Ok(Outcome::Reformed(entry)) => {
                self.changed += 1;
                self.reformed += 1;
                self.status("Changing", "Would change", path);
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
                None
            }
            Err(failure) => {
                self.failures.push(failure);
                None
            }
        };
        if let Some(entry) = entry {
            self.state.pages.insert(path.clone(), entry);
        }
    }

    /// Removes the pages that the index does not name, or lists them.
    pub(crate) fn vanished(&mut self, paths: &[PagePath], prune: bool) {
        let mut kept = Vec::new();
        for path in paths {
            match self.pages.read(path) {
                Ok(Some(content)) if prune && self.is_as_fetched(path, &content) => {
                    self.remove(path);
                }
                Ok(Some(_)) => kept.push(format!("\n     {}", self.pages.shown(path.as_str()))),
                // Somebody else has removed it.
                Ok(None) => drop(self.state.pages.remove(path)),
                Err(failure) => self.failures.push(failure),
            }
        }
        if !kept.is_empty() {
            self.shell.caution(Code::UnlistedPages,
                format!(
                    "{} not in the index any more:{}",
                    are(kept.len(), "page"),
                    kept.concat()
                ),
                "remove what the site has removed with `--prune`, which leaves what was edited, and removes \
                 nothing while a link of the index cannot be followed",
            );
        }
    }

    /// Returns `true` if a page was not edited since it was fetched, so that no work is lost
    /// when it is removed.
    fn is_as_fetched(&self, path: &PagePath, content: &[u8]) -> bool {
        let entry = self.state.pages.get(path);
        entry.is_some_and(|entry| entry.holds(content))
    }

    fn remove(&mut self, path: &PagePath) {
        self.status("Removing", "Would remove", path);
        if self.dry_run {
            return;
        }
        match self.pages.remove(path) {
            Ok(()) => drop(self.state.pages.remove(path)),
            Err(failure) => self.failures.push(failure),
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
        if self.dry_run || self.state == *self.before {
            return;
        }
        let saved = self.pages.write_state(state::FILE, &self.state.to_json());
        self.failures.extend(saved.err());
    }

    /// Tells of all that failed, if anything did.
    pub(crate) fn finish(self, took: Duration) -> Result<(), Failure> {
        self.shell.status("Fetched", self.counted());
        if self.reformed > 0 {
            let pages = count(self.reformed, "page");
            self.shell.status(
                "Noting",
                format!("{pages} in another form: structured prose, no OpenAPI"),
            );
        }
        if self.failures.is_empty() {
            let dry = if self.dry_run {
                ", and wrote nothing"
            } else {
                ""
            };
            let took = took.as_secs_f64();
            self.shell.status("Finished", format!("in {took:.2}s{dry}"));
            return Ok(());
        }
        self.failures.iter().for_each(Failure::print);
        let others = if self.dry_run {
            "nothing was written"
        } else {
            "what was there is as it was, and the other pages are up to date"
        };
        Err(Failure::check(
            Code::PagesNotUpdated,
            format!("{} not up to date", are(self.failures.len(), "page")),
            others,
        ))
    }

    /// Returns how many pages there were.
    pub(crate) fn fetched(&self) -> usize {
        self.added + self.changed + self.unchanged
    }

    fn counted(&self) -> String {
        let fetched = self.fetched();
        let changes = match (fetched, self.unchanged) {
            (0, _) => String::new(),
            (fetched, unchanged) if fetched == unchanged => ", all as they were".to_owned(),
            _ => format!(": {} new, {} changed", self.added, self.changed),
        };
        let left_out = match self.left_out {
            0 => String::new(),
            number => format!(" ({number} without a specification left out)"),
        };
        format!("{}{changes}{left_out}", count(fetched, "page"))
    }

    fn status(&self, done: &str, planned: &str, path: &PagePath) {
        let verb = if self.dry_run { planned } else { done };
        self.shell.status(verb, self.pages.shown(path.as_str()));
    }
}

fn are(number: usize, noun: &str) -> String {
    let verb = if number == 1 { "is" } else { "are" };
    format!("{} {verb}", count(number, noun))
}

fn leads(number: usize) -> String {
    let verb = if number == 1 { "leads" } else { "lead" };
    format!("{} {verb}", count(number, "link"))
}
