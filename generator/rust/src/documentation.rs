//! Documentation of items and files in code. Nothing else in this layer writes
//! documentation comments, so that they hold no text but [`Docs`].

use std::fmt::Write as _;

use docs::{Docs, Example};
use proc_macro2::TokenStream;
use quote::quote;

use crate::links::Links;

/// The documentation of an item or a file, block by block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Documentation {
    blocks: Vec<Docs>,
}

impl Documentation {
    /// Creates documentation without text.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds what a page says, with links to the operations that it names.
    pub(crate) fn docs(self, docs: &Docs, links: &Links) -> Self {
        self.block(links.add(docs))
    }

    /// Adds a paragraph of the generator's own.
    pub(crate) fn text(self, text: &'static str) -> Self {
        self.block(text.into())
    }

    /// Adds a line as a paragraph.
    pub(crate) fn line(self, line: Line) -> Self {
        self.block(line.docs())
    }

    /// Adds a list. Each item begins with a line and `: `, followed by what a page says.
    pub(crate) fn list<'a>(
        self,
        items: impl IntoIterator<Item = (Line, &'a Docs)>,
        links: &Links,
    ) -> Self {
        let items = items.into_iter();
        let items: Vec<(Docs, Docs)> = items
            .map(|(line, docs)| (line.docs(), links.add(docs)))
            .collect();
        self.block(Docs::list(&items))
    }

    /// Adds a program that rustdoc compiles and does not run. Lines that begin with `# `
    /// are hidden.
    pub(crate) fn example(self, code: &str) -> Self {
        self.program("no_run", code)
    }

    /// Adds a program with the label of its code block.
    pub(crate) fn program(self, label: &'static str, code: &str) -> Self {
        let mut example = Example::new(label);
        for line in code.trim_end().lines() {
            match line.strip_prefix("# ") {
                Some(hidden) => example.hidden(hidden),
                None => example.line(line),
            }
        }
        self.block(example.docs())
    }

    fn block(mut self, docs: Docs) -> Self {
        if !docs.is_empty() {
            self.blocks.push(docs);
        }
        self
    }

    /// Returns one `#[doc]` attribute for each line, as `///` comments are.
    pub(crate) fn attributes(&self) -> TokenStream {
        attributes(&self.page())
    }

    /// Returns all of it.
    pub(crate) fn page(&self) -> Docs {
        Docs::blocks(self.blocks.iter().cloned())
    }
}

/// Returns one `#[doc]` attribute for each line.
pub(crate) fn attributes(docs: &Docs) -> TokenStream {
    let docs = docs.wrapped(text_width(METHOD_INDENT));
    let lines = docs.lines().map(|line| match line {
        "" => String::new(),
        line => format!(" {line}"),
    });
    quote!(#(#[doc = #lines])*)
}

/// The indentation of the methods of a type.
const METHOD_INDENT: usize = 4;

/// Returns how wide the text of a documentation comment is, for lines of 100 columns.
fn text_width(indent: usize) -> usize {
    const LINE: usize = 100;
    LINE - "/// ".len() - indent
}

/// Writes the documentation comment of an item.
pub(crate) fn comment(code: &mut String, indent: &str, docs: &Docs) {
    for line in docs.wrapped(text_width(indent.len())).lines() {
        let _ = writeln!(code, "{}", format!("{indent}/// {line}").trim_end());
    }
}

/// Returns the documentation comment of a file.
pub(crate) fn of_file(docs: &Docs) -> String {
    let docs = docs.wrapped(text_width(0));
    let lines = docs.lines();
    lines
        .map(|line| format!("//! {line}").trim_end().to_owned() + "\n")
        .collect()
}

/// A line of text that names items, values, or URLs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Vec<Docs>);

impl Line {
    /// Begins a line.
    pub(crate) fn new(text: &'static str) -> Self {
        Self(vec![text.into()])
    }

    /// Returns the text.
    pub(crate) fn docs(&self) -> Docs {
        Docs::joined(&self.0, "")
    }

    fn part(mut self, part: Docs) -> Self {
        self.0.push(part);
        self
    }

    /// Adds text of the generator's own.
    pub(crate) fn text(self, text: &'static str) -> Self {
        self.part(text.into())
    }

    /// Adds words that come from a claimed name.
    pub(crate) fn words(self, name: &str) -> Self {
        self.part(Docs::text(name.replace('_', " ").trim()))
    }

    /// Adds the summary of an operation, without the period of a sentence.
    pub(crate) fn summary(self, summary: &Docs) -> Self {
        let text = summary.as_str().trim_end();
        // Nothing but words is written anew.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || [' ', '-', ',', '.'].contains(&c);
        let words = text.strip_suffix('.').unwrap_or(text);
        match words.chars().all(is_plain) {
            true => self.part(Docs::text(words)),
            false => self.part(summary.clone()),
        }
    }

    /// Adds a link to a method.
    pub(crate) fn method(self, (name, path): &(String, String)) -> Self {
        self.item_at(name, path)
    }

    /// Adds text of a page as code.
    pub(crate) fn code(self, code: &str) -> Self {
        self.part(Docs::code(code))
    }

    /// Adds a link to an item that is in scope.
    pub(crate) fn item(self, name: &str) -> Self {
        self.part(Docs::template("[{}]", &[Docs::code(name)]))
    }

    /// Adds a link to the item at a path.
    pub(crate) fn item_at(self, name: &str, path: &str) -> Self {
        self.part(Docs::item(name, path))
    }

    /// Adds a link to a page on the web, or the text alone if the URL is not one.
    pub(crate) fn link(self, text: &'static str, url: &str) -> Self {
        self.part(Docs::link(text, url).unwrap_or_else(|| text.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

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

    #[test]
    fn items_of_a_list_are_indented() {
        let items = [
            (
                Line::default().code("a"),
                &Docs::page("One.\n\nTwo\nlines."),
            ),
            (Line::default().code("b"), &Docs::page("Three.")),
        ];
        let list = Documentation::new().list(items, &Links::default());
        assert_eq!(
            list.page().as_str(),
            "- `a`: One.\n\n  Two\n  lines.\n- `b`: Three."
        );
    }

    #[test]
    fn only_urls_of_the_web_are_links() {
        let link = |url| Line::new("see the ").link("reference", url).docs();
        assert_eq!(
            link("https://a.example/(x) y").as_str(),
            "see the [reference](https://a.example/%28x%29%20y)"
        );
        assert_eq!(link("javascript:alert(1)").as_str(), "see the reference");
    }

    /// Text of pages must not get into comments on another way.
    #[test]
    fn nothing_else_writes_documentation_from_values() {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder of this crate") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("src/documentation.rs") {
                    check(&path);
                }
            }
        }
    }

    fn check(path: &PathBuf) {
        let text = fs::read_to_string(path).expect("a source file");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (number, line) in (1..).zip(code.lines()) {
            let is_comment = line.trim_start().starts_with("//");
            for sign in [
                "#[doc = #",
                "/// {",
                "//! {",
                "docs::Example",
                "Docs, Example",
            ] {
                let place = format!("{}:{number}", path.display());
                assert!(is_comment || !line.contains(sign), "{place}: {line}");
            }
        }
    }
}
