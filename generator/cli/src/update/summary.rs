//! The summary of an update, as the text of a pull request.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use generator::drift::Drift;
use generator::{Docs, LossKind, Place, Problem, Report};

use crate::fetch::{Changes, PagePath};
use crate::shell::{Failure, count};

/// The maximum length of the text, in bytes: GitHub accepts 65,536 characters.
const LONGEST: usize = 65_000;

/// The maximum number of entries in a list.
const MOST: usize = 50;

/// The maximum length of a list, in bytes, so that the lists leave room for the changes for
/// callers.
const LONGEST_LIST: usize = 6_000;

/// The facts of an update.
pub(crate) struct Summary<'a> {
    pub(crate) changes: &'a Changes,
    /// The report of the pages before the update.
    pub(crate) before: &'a Report,
    /// The report of the pages after it.
    pub(crate) after: &'a Report,
    /// The changes for callers, or `None` if there was no document to compare with.
    pub(crate) drift: Option<&'a Drift>,
    /// The equivalent command.
    pub(crate) command: String,
}

impl Summary<'_> {
    pub(crate) fn to_markdown(&self) -> String {
        let mut rest = String::new();
        self.pages(&mut rest);
        self.warnings(&mut rest);
        self.losses(&mut rest);
        let _ = write!(
            rest,
            "\nEquivalent command: {}\n",
            Docs::code(&self.command)
        );
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
        let beside = changes.kept.iter();
        let beside = beside
            .map(|(own, site)| Docs::template("{}, at the URL of {}", &[path(own), path(site)]));
        let beside = beside.collect();
        let failures = changes.failures.iter();
        let failures: Vec<Docs> = failures.map(failure).collect();
        // A page that replaces another one is not new.
        let replacing = changes.moved.iter().chain(&changes.published);
        let replacing: BTreeSet<_> = replacing.map(|(_, new)| new).collect();
        let added = changes.added.iter();
        let added = added.filter(|page| !replacing.contains(page));
        let lists = [
            ("Not up to date", failures),
            ("New", added.map(path).collect()),
            ("Changed", paths(&changes.changed)),
            ("Moved", renamed(&changes.moved)),
            ("Now published by the site", renamed(&changes.published)),
            ("The project's own, at the URL of another operation", beside),
            ("Removed", paths(&changes.removed)),
            (
                "Not on the site, and kept",
                paths(&changes.noticed.unlisted()),
            ),
        ];
        text.push_str("\n## Pages\n");
        if lists.iter().all(|(_, pages)| pages.is_empty()) {
            text.push_str("\nAll pages are unchanged.\n");
        }
        if changes.reformed > 0 {
            let pages = count(changes.reformed, "page");
            let _ = writeln!(text, "\n{pages} changed from OpenAPI to structured prose.");
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
                let message = Docs::message(warning.message());
                match warning.place() {
                    Some(at) => Docs::template("{} {} {}", &[code, message, place(at)]),
                    None => Docs::template("{} {}", &[code, message]),
                }
            })
            .collect();
        if !new.is_empty() {
            text.push_str("\n## New warnings\n");
            list(text, "Warnings that did not occur before", &new);
        }
    }

    /// Lists the kinds of facts that pages lost with their change of format.
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
            list(text, "Facts that the pages no longer contain", &new);
        }
    }
}

/// Returns the identity of a warning: its code, its page, and its message without numbers. A warning
/// whose line has moved is not new.
fn identity(warning: &Problem) -> (&'static str, String, String) {
    let is_number = |word: &&str| word.chars().all(|c| c.is_ascii_digit());
    let words = warning.message().split(' ').filter(|word| !is_number(word));
    let page = warning.place().map_or("", Place::page);
    (
        warning.code().as_str(),
        page.to_owned(),
        words.collect::<Vec<_>>().join(" "),
    )
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

fn place(place: &Place) -> Docs {
    Docs::code(format!("{}:{}", place.page(), place.line()))
}

/// Describes why a page was not updated.
fn failure(failure: &Failure) -> Docs {
    let message = Docs::message(failure.message());
    match failure.place() {
        Some(at) => Docs::template("{} {}", &[message, place(at)]),
        None => message,
    }
}

/// Writes a collapsed list, unless it is empty.
fn list(text: &mut String, title: &str, items: &[Docs]) {
    if items.is_empty() {
        return;
    }
    let number = items.len();
    // GitHub parses Markdown in `<details>` only after an empty line.
    let _ = write!(
        text,
        "\n<details>\n<summary><b>{title}</b> ({number})</summary>\n\n"
    );
    let mut room = LONGEST_LIST;
    let lines = items.iter().take(MOST).map_while(|item| {
        let line = format!("- {}\n", item.as_str().replace('\n', " "));
        room = room.checked_sub(line.len())?;
        Some(line)
    });
    let lines: Vec<String> = lines.collect();
    text.extend(lines.iter().map(String::as_str));
    if let Some(more) = number.checked_sub(lines.len()).filter(|more| *more > 0) {
        let _ = writeln!(text, "- and {more} more");
    }
    text.push_str("\n</details>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(items: &[Docs]) -> String {
        let mut text = String::new();
        list(&mut text, "Pages", items);
        text
    }

    #[test]
    fn a_list_has_few_entries_and_a_limited_length() {
        let short = vec![Docs::code("a.md"); MOST + 2];
        let text = listed(&short);
        assert!(text.contains("<b>Pages</b> (52)"), "{text}");
        assert!(text.ends_with("- `a.md`\n- and 2 more\n\n</details>\n"));

        let long = vec![Docs::code("a".repeat(2_500)); 4];
        let text = listed(&long);
        assert!(text.len() < LONGEST_LIST + 100, "{}", text.len());
        assert!(text.ends_with("`\n- and 2 more\n\n</details>\n"), "{text}");
    }
}
