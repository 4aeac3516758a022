//! Documentation in code. Nothing else writes documentation comments, so that
//! they hold no text but [`Docs`].

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use crate::docs::Docs;

/// Returns one `#[doc]` attribute a line, as `///` comments are.
pub(super) fn attributes(docs: &Docs) -> TokenStream {
    let lines = docs.lines().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        }
    });
    quote!(#(#[doc = #lines])*)
}

/// Writes the documentation comment of an item.
pub(super) fn comment(code: &mut String, indent: &str, docs: &Docs) {
    for line in docs.lines() {
        let _ = writeln!(code, "{}", format!("{indent}/// {line}").trim_end());
    }
}

/// Returns the documentation comment of a file.
pub(super) fn of_file(docs: &Docs) -> String {
    let lines = docs.lines();
    lines
        .map(|line| format!("//! {line}").trim_end().to_owned() + "\n")
        .collect()
}

/// Returns the first paragraph of a text as one line.
pub(super) fn first_paragraph(markdown: &str) -> String {
    let paragraph = markdown.split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_line_is_a_comment() {
        let docs = Docs::page("a\rb\u{2028}c\n\n> d\u{202e}");
        let mut code = String::new();
        comment(&mut code, "    ", &docs);
        assert_eq!(
            code,
            "    /// a\n    /// b\n    /// c\n    ///\n    /// > d\n"
        );
        assert_eq!(of_file(&docs), "//! a\n//! b\n//! c\n//!\n//! > d\n");
        assert_eq!(
            attributes(&Docs::page("a\n\nb")).to_string(),
            quote!(#[doc = " a"] #[doc = ""] #[doc = " b"]).to_string()
        );
    }

    /// Text of pages must not get into comments on another way.
    #[test]
    fn nothing_else_writes_documentation_from_values() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/face");
        for entry in fs::read_dir(folder).expect("the folder of this file") {
            let path = entry.expect("an entry").path();
            let text = fs::read_to_string(&path).expect("a source file");
            if path.ends_with("face/docs.rs") {
                continue;
            }
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in (1..).zip(code.lines()) {
                let is_comment = line.trim_start().starts_with("//");
                for sign in ["#[doc = #", "/// {", "//! {"] {
                    let place = format!("{}:{number}", path.display());
                    assert!(is_comment || !line.contains(sign), "{place}: {line}");
                }
                let makes_example = line.contains("Example::new(");
                assert!(!makes_example || path.ends_with("face/example.rs"));
            }
        }
    }
}
