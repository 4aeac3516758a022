//! The report as the comment of a pull request: what matters first, what breaks
//! callers next, and the rest folded.

use std::fmt::Write as _;

use super::change::{Change, Effect};
use super::summary::counted;
use super::text::users;
use super::{Drift, Step};
use docs::{Docs, visible};

/// The level of detail of each change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    All,
    Sentence,
}

impl Drift {
    /// Returns the report as Markdown of at most `longest` bytes. Details are left out where
    /// there is no place for them, and then changes.
    pub fn to_markdown(&self, longest: usize) -> String {
        let whole = self.markdown(Detail::All);
        if whole.len() <= longest {
            return whole;
        }
        let short = self.markdown(Detail::Sentence);
        if short.len() <= longest {
            return short;
        }
        let rest = "\nThe rest is too long for a comment: run `cargo xtask drift`.\n";
        let mut cut = String::new();
        for line in short.split_inclusive('\n') {
            if cut.len() + line.len() + rest.len() > longest {
                break;
            }
            cut.push_str(line);
        }
        if cut.matches("<details>").count() > cut.matches("</details>").count() {
            cut.push_str("\n</details>\n");
        }
        cut + rest
    }

    fn markdown(&self, detail: Detail) -> String {
        let mut text = format!(
            "## What this means for callers: {}\n",
            counted(&self.changes)
        );
        let _ = writeln!(
            text,
            "\nCompared with {}. {}",
            Docs::words(&self.base),
            self.version_line()
        );
        for effect in Effect::ALL {
            let changes: Vec<&Change> = self.of_effect(effect).collect();
            if changes.is_empty() {
                continue;
            }
            let (title, count) = (effect.title(), changes.len());
            let list = list(&changes, detail);
            let _ = if effect == Effect::Breaking {
                write!(text, "\n### {title}\n\n{list}")
            } else {
                // GitHub reads Markdown there only after an empty line.
                write!(
                    text,
                    "\n<details>\n<summary><b>{title}</b> ({count})</summary>\n\n{list}\n</details>\n"
                )
            };
        }
        text
    }

    fn version_line(&self) -> String {
        let sentence = self.verdict.sentence();
        match (self.verdict.step(), self.verdict.is_honest()) {
            (Step::None, _) => "No other version follows.".to_owned(),
            (_, true) => format!("Version: {sentence}."),
            (_, false) => format!("**Version: {sentence}.**"),
        }
    }
}

fn list(changes: &[&Change], detail: Detail) -> String {
    let mut text = String::new();
    for changes in changes.chunk_by(|one, next| one.subject == next.subject) {
        let users = match users(changes[0]) {
            Some((named, more)) => {
                let named: Vec<Docs> = named.iter().map(Docs::code).collect();
                format!(", in {}{more}", Docs::joined(&named, ", "))
            }
            None => String::new(),
        };
        let subject = Docs::code(changes[0].subject.code());
        let _ = writeln!(text, "- **{subject}**{users}");
        for change in changes {
            text.push_str(&item(change, detail));
        }
    }
    text
}

fn item(change: &Change, detail: Detail) -> String {
    let place = match &change.place {
        Some(place) => {
            let place = Docs::code(format!("{}:{}", place.page(), place.line()));
            format!(" {place}")
        }
        None => String::new(),
    };
    let why = match change.effect {
        Effect::Documentation => String::new(),
        _ => format!(" {}.", capitalized(change.why)),
    };
    let mut text = format!("  - {}.{why}{place}\n", capitalized(change.what.as_str()));
    if detail == Detail::All {
        text.push_str(&difference(change));
    }
    text
}

/// Writes a text as a sentence begins.
fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

/// Writes what was and what is as a difference, in the item of a list.
fn difference(change: &Change) -> String {
    let lines = [("-", &change.before), ("+", &change.after)];
    let lines: Vec<String> = lines
        .into_iter()
        .filter_map(|(sign, code)| Some((sign, visible(code.as_ref()?))))
        .flat_map(|(sign, code)| {
            let lines = code.lines().map(|line| format!("    {sign} {line}\n"));
            lines.collect::<Vec<_>>()
        })
        .collect();
    let lines = lines.concat();
    if lines.is_empty() {
        return lines;
    }
    // Longer than any fence that a description may hold.
    let mut fence = "```".to_owned();
    while lines.contains(&fence) {
        fence.push('`');
    }
    format!("    {fence}diff\n{lines}    {fence}\n")
}
