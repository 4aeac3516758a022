//! The changelog of the generated crate, for its users.
//!
//! Only the first entry is generated. Entries of earlier versions are kept, including manual
//! additions.

use std::fmt::Write as _;

use docs::Docs;
use pages::marker;

use crate::{Change, Drift, Effect, Kind};

/// The title of the entry for unreleased changes.
const UNRELEASED: &str = "Unreleased";

/// The text of the first entry.
const FIRST: &str = "The first recorded version.";

/// The text of an entry if only the version changed.
const NOTHING: &str = "Nothing changed for callers.";

/// The entries of a changelog, latest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changelog {
    /// The text before the first entry.
    preamble: String,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    title: String,
    body: String,
}

impl Changelog {
    /// Parses an existing changelog. Without a text, it has no entries.
    pub fn read(text: Option<&str>) -> Self {
        let preamble = format!("{}\n\n# Changelog\n\n", marker::CHANGELOG);
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            return Self {
                preamble,
                entries: Vec::new(),
            };
        };
        let text =
            text.replace("\r\n", "\n")
                .replacen(marker::FORMER_CHANGELOG, marker::CHANGELOG, 1);
        let mut entries: Vec<Entry> = Vec::new();
        let mut preamble = String::new();
        for line in text.split_inclusive('\n') {
            match (line.strip_prefix("## "), entries.last_mut()) {
                (Some(title), _) => entries.push(Entry {
                    title: title.trim().to_owned(),
                    body: String::new(),
                }),
                (None, Some(entry)) => entry.body.push_str(line),
                (None, None) => preamble.push_str(line),
            }
        }
        Self { preamble, entries }
    }

    /// Returns `true` if a version has an entry.
    pub fn has(&self, version: &str) -> bool {
        // The title can have a date after the version.
        let words = |entry: &Entry| entry.title.split_whitespace().next() == Some(version);
        self.entries.iter().any(words)
    }

    /// Adds the entry of the first recorded version.
    pub fn begin(&mut self, version: &str) {
        self.entries.retain(|entry| entry.title != UNRELEASED);
        if !self.has(version) {
            self.insert(version, FIRST.to_owned());
        }
    }

    /// Replaces the entry of unreleased changes.
    pub fn set_unreleased(&mut self, drift: &Drift) {
        self.entries.retain(|entry| entry.title != UNRELEASED);
        if let Some(body) = body(drift) {
            self.insert(UNRELEASED, body);
        }
    }

    /// Turns the entry of unreleased changes into the entry of a version.
    pub fn release(&mut self, version: &str, drift: &Drift) {
        self.entries.retain(|entry| entry.title != UNRELEASED);
        let body = body(drift);
        self.insert(version, body.unwrap_or_else(|| NOTHING.to_owned()));
    }

    fn insert(&mut self, title: &str, body: String) {
        let is_last = self.entries.is_empty();
        let entry = Entry {
            title: title.to_owned(),
            body: format!("\n{}\n{}", body.trim_end(), if is_last { "" } else { "\n" }),
        };
        self.entries.insert(0, entry);
    }

    /// Returns the text of the file.
    pub fn print(&self) -> String {
        let mut text = self.preamble.clone();
        for Entry { title, body } in &self.entries {
            let _ = write!(text, "## {title}\n{body}");
        }
        format!("{}\n", text.trim_end())
    }
}

/// Writes the text of an entry, grouped by effect. Returns `None` if no change affects callers.
fn body(drift: &Drift) -> Option<String> {
    let sections = Effect::ALL.into_iter().filter_map(|effect| {
        let of_effect: Vec<&Change> = drift
            .of_effect(effect)
            .filter(|change| change.kind != Kind::DetailChanged)
            .collect();
        let items = items(effect, &of_effect);
        (!items.is_empty()).then(|| format!("### {}\n\n{items}", effect.title()))
    });
    let sections: Vec<String> = sections.collect();
    (!sections.is_empty()).then(|| sections.join("\n"))
}

/// The maximum number of subjects that an item lists.
const MOST_SUBJECTS: usize = 10;

fn items(effect: Effect, changes: &[&Change]) -> String {
    let (brief, detailed): (Vec<&Change>, Vec<&Change>) = changes
        .iter()
        .partition(|change| effect == Effect::Documentation || change.kind == Kind::TypeAdded);
    let mut items: String = detailed.into_iter().map(item).collect();
    let mut subjects: Vec<Docs> = brief
        .iter()
        .map(|change| Docs::code(change.subject.code()))
        .collect();
    subjects.dedup();
    if !subjects.is_empty() {
        let others = subjects.len().saturating_sub(MOST_SUBJECTS);
        subjects.truncate(MOST_SUBJECTS);
        if others > 0 {
            subjects.push(Docs::text(&format!("and {others} more")));
        }
        let subjects = Docs::joined(&subjects, ", ");
        let _ = match effect {
            Effect::Documentation => writeln!(items, "- Updated for {subjects}."),
            _ => writeln!(items, "- New types: {subjects}."),
        };
    }
    items
}

/// Returns `true` if the sentence of a change already contains the old and the new name.
fn mentions_both(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::OperationRenamed
            | Kind::ArgumentRenamed
            | Kind::ArgumentBecameSetter
            | Kind::SetterBecameArgument
            | Kind::SetterRenamed
            | Kind::TypeRenamed
            | Kind::FieldRenamed
            | Kind::VariantRenamed
    )
}

fn item(change: &Change) -> String {
    /// Longer values are omitted, because the documentation has them.
    const MOST: usize = 60;
    let code = |code: &Option<String>| {
        let code = code.as_ref()?;
        (code.len() <= MOST && !code.contains('`')).then(|| Docs::code(code))
    };
    let difference = match (code(&change.before), code(&change.after)) {
        (Some(before), Some(after)) if !mentions_both(change.kind) => {
            format!(", from {before} to {after}")
        }
        _ => String::new(),
    };
    format!("- {}{difference}.\n", change.sentence())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Subject;

    const KEPT: &str = "<!-- Generated by `apipages codegen` -->\n\n# Changelog\n\n\
                        ## Unreleased\n\nOld.\n\n## 0.2.0 (spring)\n\nWritten by hand.\n\n## 0.1.0\n\nFirst.\n";

    #[test]
    fn a_changelog_is_printed_as_it_was_read() {
        assert_eq!(Changelog::read(Some(KEPT)).print(), KEPT);
        assert_eq!(
            Changelog::read(Some(&KEPT.replace('\n', "\r\n"))).print(),
            KEPT
        );
        assert!(Changelog::read(Some(KEPT)).has("0.2.0"));
        assert!(!Changelog::read(Some(KEPT)).has("0.2"));
    }

    #[test]
    fn a_changelog_begins_with_the_current_version() {
        let mut changelog = Changelog::read(None);
        changelog.begin("0.1.0");
        let printed = changelog.print();
        assert!(printed.starts_with(marker::CHANGELOG));
        assert!(printed.ends_with("# Changelog\n\n## 0.1.0\n\nThe first recorded version.\n"));
        changelog.begin("0.1.0");
        assert_eq!(changelog.print(), printed);
    }

    #[test]
    fn a_list_of_types_is_short() {
        let changes: Vec<Change> = (10..10 + 12)
            .map(|number| Change {
                effect: Effect::Added,
                kind: Kind::TypeAdded,
                subject: Subject::Type(format!("T{number}")),
                member: None,
                what: Docs::default(),
                why: "",
                before: None,
                after: None,
                used_by: Vec::new(),
                place: None,
            })
            .collect();
        let of = |count: usize| {
            items(
                Effect::Added,
                &changes.iter().take(count).collect::<Vec<_>>(),
            )
        };
        let ten = "- New types: `types::T10`, `types::T11`, `types::T12`, `types::T13`, \
                   `types::T14`, `types::T15`, `types::T16`, `types::T17`, `types::T18`, `types::T19`";
        assert_eq!(of(10), format!("{ten}.\n"));
        assert_eq!(of(12), format!("{ten}, and 2 more.\n"));
    }
}
