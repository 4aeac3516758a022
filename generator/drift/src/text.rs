//! The report for a terminal.

use super::change::{Change, Effect, Subject};
use super::summary::counted;
use super::{Drift, Step};
use docs::visible_line;

/// A line of the report by its kind, so that a terminal can color it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are self-explanatory")]
pub enum Line {
    Title(Effect, String),
    Subject(String),
    What(String),
    Before(String),
    After(String),
    Note(String),
    Blank,
}

impl Line {
    /// Returns the line without colors. Characters that a terminal would interpret or hide are
    /// escaped.
    pub fn text(&self) -> String {
        visible_line(&match self {
            Self::Title(_, text) | Self::Subject(text) => text.clone(),
            Self::What(text) => format!("  {text}"),
            Self::Before(text) => format!("    - {text}"),
            Self::After(text) => format!("    + {text}"),
            Self::Note(text) => format!("    {text}"),
            Self::Blank => String::new(),
        })
    }
}

impl Drift {
    /// Returns the report for a terminal, line by line.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for effect in Effect::ALL {
            let changes: Vec<&Change> = self.of_effect(effect).collect();
            if changes.is_empty() {
                continue;
            }
            let title = format!("{} ({})", effect.title(), changes.len());
            lines.extend([Line::Title(effect, title), Line::Blank]);
            for changes in changes.chunk_by(|one, next| one.subject == next.subject) {
                lines.push(Line::Subject(headline(changes[0])));
                for change in changes {
                    lines.extend(described(change));
                }
                lines.push(Line::Blank);
            }
        }
        let total = format!("Compared with {}: {}.", self.base, counted(&self.changes));
        lines.push(Line::Subject(total));
        if !self.changes.is_empty() || self.verdict.step() != Step::None {
            lines.push(Line::Subject(format!(
                "Version: {}.",
                self.verdict.sentence()
            )));
        }
        lines
    }
}

/// Returns the subject of a change, and the affected operations.
fn headline(change: &Change) -> String {
    let code = change.subject.code();
    match users(change) {
        Some((named, more)) => format!("{code}, in {}{more}", named.join(", ")),
        None => code,
    }
}

/// Returns some of the operations that use a type, and the number of the others.
pub(super) fn users(change: &Change) -> Option<(&[String], String)> {
    /// The maximum number of operations that are named.
    const MOST: usize = 3;
    if !matches!(change.subject, Subject::Type(_)) || change.used_by.is_empty() {
        return None;
    }
    let (named, rest) = change.used_by.split_at(MOST.min(change.used_by.len()));
    let more = match rest.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some((named, more))
}

fn described(change: &Change) -> Vec<Line> {
    let mut lines = vec![Line::What(change.what.as_str().replace('`', ""))];
    lines.extend(change.before.clone().map(Line::Before));
    lines.extend(change.after.clone().map(Line::After));
    if change.effect != Effect::Documentation {
        lines.push(Line::Note(change.why.replace('`', "")));
    }
    if let Some(place) = &change.place {
        lines.push(Line::Note(format!("--> {place}")));
    }
    lines
}
