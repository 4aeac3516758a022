//! `#[deprecated]`, with the page's words on what to use instead.

use proc_macro2::TokenStream;
use pulldown_cmark::{Event, Parser, TagEnd};
use quote::quote;

use super::operation::Operation;

/// Returns the attribute of what has this note.
pub(super) fn attribute(note: &str) -> TokenStream {
    match note {
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

/// Returns what a description says of the deprecation, without marks but code's.
pub(super) fn note(description: &str) -> String {
    let mut paragraph = String::new();
    for event in Parser::new(description) {
        match event {
            Event::Text(text) => paragraph.push_str(&text),
            Event::Code(code) => paragraph.push_str(&format!("`{code}`")),
            Event::SoftBreak | Event::HardBreak => paragraph.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                if paragraph.to_lowercase().contains("deprecated") {
                    return without_mark(&paragraph);
                }
                paragraph.clear();
            }
            _ => {}
        }
    }
    String::new()
}

/// Takes out the word that the attribute says by itself.
fn without_mark(paragraph: &str) -> String {
    let mark = "deprecated:";
    match paragraph.get(..mark.len()) {
        Some(start) if start.eq_ignore_ascii_case(mark) => paragraph[mark.len()..].trim(),
        _ => paragraph.trim(),
    }
    .trim_end_matches('.')
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::note;

    #[test]
    fn the_note_is_what_the_page_says_of_the_deprecation() {
        for (description, expected) in [
            ("Lists tasks.\n\nDeprecated: use `a.list`.", "use `a.list`"),
            (
                "> **Info**: this will be deprecated.\n> Use [List](https://a.example).\n\nLists.",
                "Info: this will be deprecated. Use List",
            ),
            ("Lists tasks.", ""),
            ("", ""),
        ] {
            assert_eq!(note(description), expected, "{description}");
        }
    }
}
