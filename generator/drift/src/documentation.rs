//! Compares descriptions of the pages. Reports show the first line that differs.

use crate::code::quoted;
use crate::{Change, Kind, Subject};

/// Returns the change of a description, if it changed.
pub(crate) fn compare(
    subject: &Subject,
    member: Option<&str>,
    old: &str,
    new: &str,
) -> Option<Change> {
    if old == new {
        return None;
    }
    let verb = match (old, new) {
        ("", _) => "is documented",
        (_, "") => "is no longer documented",
        _ => "is documented differently",
    };
    let what = match member {
        Some(member) => format!("{} {verb}", quoted(member)),
        None => format!("it {verb}"),
    };
    let (before, after) = first_difference(old, new);
    let change = Change {
        member: member.map(str::to_owned),
        ..Change::new(Kind::DocumentationChanged, subject, what)
    };
    Some(change.states(before.map(shortened), after.map(shortened)))
}

/// Returns the first lines that differ, if there are any.
fn first_difference<'a>(old: &'a str, new: &'a str) -> (Option<&'a str>, Option<&'a str>) {
    let mut lines = (old.lines(), new.lines());
    loop {
        match (lines.0.next(), lines.1.next()) {
            (None, None) => return (None, None),
            (old, new) if old == new => {}
            (Some(""), new) => return (lines.0.find(|line| !line.is_empty()), new),
            (old, Some("")) => return (old, lines.1.find(|line| !line.is_empty())),
            differing => return differing,
        }
    }
}

/// The maximum number of characters of a text that a report shows.
const MOST: usize = 120;

/// Shortens a text for a report.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_shown() {
        let subject = Subject::Type("Pet".to_owned());
        let change = compare(&subject, None, "A pet.\n\nIt eats.", "A pet.\n\nIt sleeps.");
        let change = change.expect("a change");
        assert_eq!(change.before.as_deref(), Some("It eats."));
        assert_eq!(change.after.as_deref(), Some("It sleeps."));
        assert!(compare(&subject, None, "A pet.", "A pet.").is_none());
    }

    #[test]
    fn an_added_item_has_no_previous_state() {
        assert_eq!(first_difference("a", "a\n\nb"), (None, Some("b")));
        assert_eq!(first_difference("a\n\nb", "a"), (Some("b"), None));
        assert_eq!(shortened(&"ä".repeat(121)), format!("{}…", "ä".repeat(120)));
    }
}
