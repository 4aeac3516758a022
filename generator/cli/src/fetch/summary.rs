//! The printed summary of a fetch.

use std::time::Duration;

use generator::{Code, Problem};

use super::changes::Changes;
use super::own_pages;
use super::page_path::PagePath;
use super::pages::Pages;
use super::plan::{Kept, Noticed};
use crate::shell::{Failure, Shell, count};

/// Prints the summary of a fetch.
pub(crate) struct Summary<'a> {
    pub(crate) shell: &'a Shell,
    pub(crate) pages: &'a Pages,
    pub(crate) dry_run: bool,
}

impl Summary<'_> {
    /// Prints the warnings of a fetch, and the number of allowed warnings.
    pub(crate) fn warnings(&self, problems: &[Problem], noticed: &Noticed, allowed: usize) {
        for problem in problems {
            self.shell.warning(problem);
        }
        self.vanished(&noticed.vanished, noticed.kept);
        self.unclaimed(&noticed.unclaimed);
        self.missing(&noticed.missing);
        self.elsewhere(&noticed.elsewhere);
        if allowed > 0 {
            let allowed = count(allowed, "warning");
            let what = format!("{allowed} with `[[allow]]` in `codegen.toml`");
            self.shell.status("Allowing", what);
        }
    }

    fn vanished(&self, paths: &[PagePath], kept: Kept) {
        let advice = match kept {
            Kept::NotPruned => {
                "remove them with `--prune`, which keeps edited pages, and removes nothing if a \
                 link of the index cannot be followed"
            }
            Kept::Edited => {
                "they were edited after they were fetched, so `--prune` keeps them: remove them \
                 yourself"
            }
            Kept::Incomplete => {
                "`--prune` removed nothing, because the index lists no operation, or a link in it \
                 could not be followed: run the command again later, or skip the link with \
                 `exclude` under `[fetch]` in `codegen.toml`"
            }
        };
        if !paths.is_empty() {
            self.shell.caution(
                Code::UnlistedPages,
                format!(
                    "{} no longer in the index:{}",
                    are(paths.len(), "page"),
                    self.list(paths)
                ),
                advice,
            );
        }
    }

    fn unclaimed(&self, paths: &[PagePath]) {
        if !paths.is_empty() {
            let file = self.pages.shown_beside(own_pages::FILE);
            self.shell.caution(
                Code::UnlistedPages,
                format!(
                    "{} not in the index, and {} never fetched:{}",
                    are(paths.len(), "page"),
                    if paths.len() == 1 { "was" } else { "were" },
                    self.list(paths)
                ),
                format!("list the project's own pages in `{file}`, and remove the others"),
            );
        }
    }

    fn missing(&self, paths: &[PagePath]) {
        if !paths.is_empty() {
            let file = self.pages.shown_beside(own_pages::FILE);
            self.shell.caution(
                Code::UnlistedPages,
                format!(
                    "`{file}` lists {} that {} missing:{}",
                    count(paths.len(), "page"),
                    if paths.len() == 1 { "is" } else { "are" },
                    self.list(paths)
                ),
                "remove the lines, or correct the paths",
            );
        }
    }

    fn elsewhere(&self, links: &[String]) {
        if !links.is_empty() {
            let list: String = links.iter().map(|link| format!("\n     {link}")).collect();
            self.shell.caution(
                Code::RefusedLink,
                format!("{} to another host:{list}", leads(links.len())),
                "pages are fetched only from the host of the index: use the index of the other host for its pages",
            );
        }
    }

    fn list(&self, paths: &[PagePath]) -> String {
        let lines = paths.iter();
        let lines = lines.map(|path| format!("\n     {}", self.pages.shown(path.as_str())));
        lines.collect()
    }

    /// Prints the changes of a fetch.
    pub(crate) fn changes(&self, changes: &Changes, took: Duration) {
        self.shell.status("Fetched", counted(changes));
        if changes.reformed > 0 {
            let pages = count(changes.reformed, "page");
            self.shell.status(
                "Noting",
                format!("{pages} changed from OpenAPI to structured prose"),
            );
        }
        if changes.failures.is_empty() {
            let dry = if self.dry_run {
                ", without writing"
            } else {
                ""
            };
            let took = took.as_secs_f64();
            self.shell.status("Finished", format!("in {took:.2}s{dry}"));
        } else {
            changes.failures.iter().for_each(Failure::print);
        }
    }
}

fn counted(changes: &Changes) -> String {
    let fetched = changes.fetched();
    let differences = match (fetched, changes.unchanged) {
        (0, _) => String::new(),
        (fetched, unchanged) if fetched == unchanged => ", all unchanged".to_owned(),
        _ => format!(
            ": {} new, {} changed",
            changes.added.len(),
            changes.changed.len()
        ),
    };
    let replaced = match changes.moved.len() + changes.published.len() {
        0 => String::new(),
        number => format!(", replacing {}", count(number, "other page")),
    };
    let left_out = match changes.left_out {
        0 => String::new(),
        number => format!(" ({number} without a specification skipped)"),
    };
    format!(
        "{}{differences}{replaced}{left_out}",
        count(fetched, "page")
    )
}

/// Returns the error of a fetch that did not update all pages.
pub(crate) fn not_updated(failures: usize, dry_run: bool) -> Failure {
    let others = if dry_run {
        "nothing was written"
    } else {
        "the old versions are kept, and the other pages are up to date"
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
