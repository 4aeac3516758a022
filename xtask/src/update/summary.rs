//! The changes of an update, as the text of a pull request.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use generator::drift::Drift;
use generator::{Docs, LossKind, Problem, Report};

use crate::fetch::{Changes, PagePath};
use crate::shell::count;

/// The maximum length of the text, in bytes: GitHub accepts 65,536 characters.
const LONGEST: usize = 65_000;

/// The maximum number of entries in a list.
const MOST: usize = 50;

/// The facts of an update.
pub(crate) struct Summary<'a> {
    pub(crate) changes: &'a Changes,
    /// The report of the pages before the update.
    pub(crate) before: &'a Report,
    /// The report of the pages after it.
    pub(crate) after: &'a Report,
    /// What changes for callers; `None` if there was no document to compare with.
    pub(crate) drift: Option<&'a Drift>,
    /// The command that does the same.
    pub(crate) command: String,
}

impl Summary<'_> {
    pub(crate) fn to_markdown(&self) -> String {
        let mut rest = String::new();
        self.pages(&mut rest);
        self.warnings(&mut rest);
        self.losses(&mut rest);
        let _ = write!(rest, "\nTo do the same: {}\n", Docs::code(&self.command));
        let drift = match self.drift {
            Some(drift) => drift.to_markdown(LONGEST.saturating_sub(rest.len())),
            None => "## A new client\n\nThere was no document to compare with.\n".to_owned(),
        };
        drift + &rest
    }

    fn pages(&self, text: &mut String) {
        let changes = self.changes;
        let renamed = |pairs: &[(PagePath, PagePath)]| -> Vec<Docs> {
            let pairs = pairs.iter();
            let both = pairs.map(|(old, new)| match old == new {
                true => path(new),
                false => Docs::template("{} to {}", &[path(old), path(new)]),
            });
            both.collect()
        };
        let paths = |pages: &[PagePath]| pages.iter().map(path).collect::<Vec<_>>();
        let failures = changes.failures.iter();
        let failures: Vec<Docs> = failures
            .map(|failure| Docs::inline(failure.message()))
            .collect();
        let lists = [
            ("Not up to date", failures),
            ("New", paths(&changes.added)),
            ("Changed", paths(&changes.changed)),
            ("Moved", renamed(&changes.moved)),
            (
                "Published, and the project's own until now",
                renamed(&changes.published),
            ),
            ("Removed", paths(&changes.removed)),
            (
                "Not on the site, and in their places",
                paths(&changes.unlisted),
            ),
        ];
        text.push_str("\n## Pages\n");
        if lists.iter().all(|(_, pages)| pages.is_empty()) {
            text.push_str("\nAll pages are as they were.\n");
        }
        if changes.reformed > 0 {
            let pages = count(changes.reformed, "page");
            let _ = writeln!(
                text,
                "\n{pages} in another form: structured prose, no OpenAPI."
            );
        }
        for (title, pages) in lists {
            list(text, title, &pages);
        }
    }

    fn warnings(&self, text: &mut String) {
        let known: BTreeSet<_> = self.before.warnings.iter().map(identity).collect();
        let new = self.after.warnings.iter();
        let new = new.filter(|warning| !known.contains(&identity(warning)));
        let new: Vec<Docs> = new
            .map(|warning| {
                let code = Docs::code(warning.code());
                let message = Docs::inline(warning.message());
                match warning.place() {
                    Some(place) => {
                        let place = Docs::code(format!("{}:{}", place.page(), place.line()));
                        Docs::template("{} {} {}", &[code, message, place])
                    }
                    None => Docs::template("{} {}", &[code, message]),
                }
            })
            .collect();
        if !new.is_empty() {
            text.push_str("\n## New warnings\n");
            list(
                text,
                "What the client lacks, and what pages contradict each other about",
                &new,
            );
        }
    }

    /// Lists the kinds of facts that pages have lost with their form.
    fn losses(&self, text: &mut String) {
        let (before, after) = (losses(self.before), losses(self.after));
        let new = after.iter().filter_map(|((page, kind), count)| {
            let known = before.get(&(*page, *kind)).copied().unwrap_or_default();
            let more = count.checked_sub(known).filter(|more| *more > 0)?;
            let facts = Docs::words(&format!("{} {more}", kind.as_str()));
            Some(Docs::template("{}: {}", &[Docs::code(page), facts]))
        });
        let new: Vec<Docs> = new.collect();
        if !new.is_empty() {
            text.push_str("\n## New losses\n");
            list(
                text,
                "Facts that the form of the pages does not carry any more",
                &new,
            );
        }
    }
}

/// Returns what a warning says, wherever it stands: a page that has one line more has no other
/// warnings.
fn identity(warning: &Problem) -> (&'static str, String) {
    let message = warning.message().replace(|c: char| c.is_ascii_digit(), "");
    (warning.code().as_str(), message)
}

fn losses(report: &Report) -> BTreeMap<(&str, LossKind), usize> {
    let mut losses = BTreeMap::new();
    for loss in &report.losses {
        *losses.entry((loss.place.page(), loss.kind)).or_default() += loss.count;
    }
    losses
}

fn path(path: &PagePath) -> Docs {
    Docs::code(path)
}

/// Writes a folded list, unless it is empty.
fn list(text: &mut String, title: &str, items: &[Docs]) {
    if items.is_empty() {
        return;
    }
    let number = items.len();
    // GitHub reads Markdown there only after an empty line.
    let _ = write!(
        text,
        "\n<details>\n<summary><b>{title}</b> ({number})</summary>\n\n"
    );
    for item in items.iter().take(MOST) {
        let _ = writeln!(text, "- {}", item.as_str().replace('\n', " "));
    }
    if let Some(more) = number.checked_sub(MOST).filter(|more| *more > 0) {
        let _ = writeln!(text, "- and {more} more");
    }
    text.push_str("\n</details>\n");
}
