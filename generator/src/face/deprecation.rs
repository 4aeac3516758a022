//! `#[deprecated]`, with the page's words on what to use instead.

use proc_macro2::TokenStream;
use pulldown_cmark::{Event, Parser, TagEnd};
use quote::quote;

use super::operation::Operation;
use crate::docs::Docs;

/// Returns the attribute of what has this note.
///
/// Rustdoc reads it as Markdown, and rustc prints it.
pub(super) fn attribute(note: &str) -> TokenStream {
    let note = Docs::inline(note);
    match note.as_str() {
        "" => quote!(#[deprecated]),
        note => quote!(#[deprecated(note = #note)]),
    }
}

/// Has the notes call operations as the client does: `group().method()` for `group.method`.
pub(super) fn in_names_of_client(operations: &mut [Operation]) {
    let names: Vec<(String, String)> = operations
        .iter()
        .map(|operation| {
            let name = [&operation.group[..], &[operation.method.to_string()]].concat();
            (
                format!("`{}`", name.join(".")),
                format!("`{}`", operation.call()),
            )
        })
        .collect();
    let notes = operations
        .iter_mut()
        .filter_map(|operation| operation.deprecated.as_mut());
    for note in notes {
        for (name, call) in &names {
            *note = note.replace(name, call);
        }
    }
}

/// Returns what a description says of the deprecation, without marks but code's, and the
/// description without a first paragraph that begins with `Deprecated:`, which is the note alone.
pub(super) fn note(description: &str) -> (String, &str) {
    let first = description.split("\n\n").next().unwrap_or_default();
    match first.split_once(':') {
        Some((word, note)) if word.eq_ignore_ascii_case("deprecated") => {
            let rest = description[first.len()..].trim_start();
            (paragraph_with("", note), rest)
        }
        _ => (paragraph_with("deprecated", description), description),
    }
}

/// Returns the first paragraph that has a word in it, as plain text.
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

#[cfg(test)]
mod tests {
    use super::note;

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
}
