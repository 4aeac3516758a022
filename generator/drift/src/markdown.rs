//! The report as a pull request comment: first a summary, then breaking changes, and the rest
//! folded.

use std::fmt::Write as _;

use super::change::{Change, Effect};
use super::summary::counted;
use super::text::users;
use super::{Drift, Step};
use docs::{Docs, visible};

/// The changes that are shown with the code before and after.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    All,
    Breaking,
    None,
}

impl Drift {
    /// Returns the report as Markdown of at most `longest` bytes, if its heading fits. If the
    /// report is too long, the code of non-breaking changes is omitted first, then all code, and
    /// then the last changes.
    pub fn to_markdown(&self, longest: usize) -> String {
        for detail in [Detail::All, Detail::Breaking, Detail::None] {
            let whole = self.markdown(detail);
            if whole.len() <= longest {
                return whole;
            }
        }
        let close = "\n</details>\n";
        let rest = "\nThe rest is too long for a comment. Run the command `drift` to see it.\n";
        let room = longest.saturating_sub(close.len() + rest.len());
        let mut cut = String::new();
        for line in self.markdown(Detail::Breaking).split_inclusive('\n') {
            if cut.len() + line.len() > room {
                break;
            }
            cut.push_str(line);
        }
        // A truncated difference would leave its fence open.
        while cut
            .lines()
            .last()
            .is_some_and(|line| line.starts_with("    "))
        {
            let last = cut
                .trim_end_matches('\n')
                .rfind('\n')
                .map_or(0, |end| end + 1);
            cut.truncate(last);
        }
        if cut.matches("<details>").count() > cut.matches("</details>").count() {
            cut.push_str(close);
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
                // GitHub renders Markdown there only after an empty line.
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
    let is_detailed = match detail {
        Detail::All => true,
        Detail::Breaking => change.effect == Effect::Breaking,
        Detail::None => false,
    };
    if is_detailed {
        text.push_str(&difference(change));
    }
    text
}

/// Capitalizes the first letter of a text.
fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

/// Writes the states before and after as a diff, in a list item.
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
    // Longer than any fence in a description.
    let mut fence = "```".to_owned();
    while lines.contains(&fence) {
        fence.push('`');
    }
    format!("    {fence}diff\n{lines}    {fence}\n")
}
