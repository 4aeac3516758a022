//! Deprecation notes of pages, with operations under their names in the client.

use std::collections::HashMap;

use pulldown_cmark::{Event, Parser, TagEnd};

use crate::{Deprecation, Operation};

/// Returns the deprecation of a parameter or a property.
pub(super) fn of(is_deprecated: bool, description: &str) -> Option<Deprecation> {
    is_deprecated.then(|| Deprecation {
        note: note(description).0,
    })
}

/// Returns the deprecation note in a description, as plain text with code in backticks, and the
/// rest of the description. A first paragraph that begins with `Deprecated:` is only a note.
pub(super) fn note(description: &str) -> (String, &str) {
    let first = description.split("\n\n").next().unwrap_or_default();
    match first.split_once(':') {
        Some((word, note)) if word.eq_ignore_ascii_case("deprecated") => {
            let rest = description[first.len()..].trim_start();
            (paragraph_with("", note), rest)
        }
        _ => (about(description), description),
    }
}

/// Returns what a description says about the deprecation: the paragraph with this word, without the
/// word if it is the first, or the sentence about the replacement.
fn about(description: &str) -> String {
    let note = paragraph_with("deprecated", description);
    if let Some((first, rest)) = note.split_once(['.', ' '])
        && first.eq_ignore_ascii_case("deprecated")
    {
        return rest.trim_start_matches([' ', '-', '–', '—']).to_owned();
    }
    if !note.is_empty() {
        return note;
    }
    let first = paragraph_with("", description);
    let names_other = first.starts_with("Use ") && first.contains("instead");
    match names_other || first.starts_with("Replaced by ") {
        true => first,
        false => String::new(),
    }
}

/// Returns the first paragraph that contains a word, as plain text.
fn paragraph_with(word: &str, markdown: &str) -> String {
    let mut paragraph = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(text) => paragraph.push_str(&text),
            Event::Code(code) => paragraph.extend(["`", &code, "`"]),
            Event::SoftBreak | Event::HardBreak => paragraph.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                if paragraph.to_lowercase().contains(word) {
                    return paragraph.trim_end_matches('.').to_owned();
                }
                paragraph.clear();
            }
            _ => {}
        }
    }
    String::new()
}

/// Replaces names of operations in the notes with calls: `group.method` becomes `group().method()`.
pub(super) fn name_as_client(operations: &mut [Operation]) {
    if operations
        .iter()
        .all(|operation| operation.deprecated.is_none())
    {
        return;
    }
    let calls: HashMap<String, String> = operations
        .iter()
        .map(|operation| {
            let name: String = operation
                .group
                .iter()
                .map(|group| format!("{group}."))
                .collect();
            (name + &operation.method, operation.call())
        })
        .collect();
    for operation in operations {
        if let Some(deprecation) = &mut operation.deprecated {
            deprecation.note = with_calls(&deprecation.note, &calls);
        }
    }
}

/// Replaces inline code that names an operation with its call.
fn with_calls(note: &str, calls: &HashMap<String, String>) -> String {
    let mut parts: Vec<&str> = note.split('`').collect();
    let last = parts.len() - 1;
    // Every second part is between backticks, unless the last backtick is missing.
    for part in parts[..last].iter_mut().skip(1).step_by(2) {
        if let Some(call) = calls.get(*part) {
            *part = call;
        }
    }
    parts.join("`")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lower::lowered;

    #[test]
    fn the_note_is_what_the_page_says_of_the_deprecation() {
        let in_words =
            "> **Info**: this will be deprecated.\n> Use [List](https://a.example).\n\nLists.";
        for (description, expected, rest) in [
            (
                "Deprecated: use `a.list`,\nor `b.list`.\n\nLists.",
                "use `a.list`, or `b.list`",
                "Lists.",
            ),
            (
                in_words,
                "Info: this will be deprecated. Use List",
                in_words,
            ),
            ("Lists tasks.", "", "Lists tasks."),
            ("Deprecated. Use b", "Use b", "Deprecated. Use b"),
            ("Use `b` instead.", "Use `b` instead", "Use `b` instead."),
            ("Use it for lists.", "", "Use it for lists."),
            ("Replaced by `b`.", "Replaced by `b`", "Replaced by `b`."),
            ("Deprecated:", "", ""),
            ("", "", ""),
        ] {
            assert_eq!(
                note(description),
                (expected.to_owned(), rest),
                "{description}"
            );
        }
    }

    #[test]
    fn notes_name_operations_as_programs_call_them() {
        let operation = |id: &str, group: &str, description: &str| {
            json!({"get": {
                "operationId": id,
                "x-fern-sdk-group-name": [group, "all"],
                "x-fern-sdk-method-name": "list",
                "description": description,
                "deprecated": !description.is_empty(),
            }})
        };
        let note = "Deprecated: use `request.all.list` or `cats`.\n\nLists pets.";
        let (api, _) = lowered(&json!({"paths": {
            "/pets": operation("pets", "pets", note),
            "/request": operation("request", "request", ""),
        }}));
        let pets = api.operation("pets").expect("an operation");
        let deprecation = pets.deprecated.as_ref().map(|one| one.note.as_str());
        assert_eq!(deprecation, Some("use `request_().all().list()` or `cats`"));
        assert_eq!(pets.docs.as_str(), "Lists pets.");
    }
}
