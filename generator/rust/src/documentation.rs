//! Documentation of items and files, put together from text of the pages and text of
//! the generator. All documentation is made here, so that page text is inert in one
//! place.

use api::Docs;
use proc_macro2::TokenStream;
use quote::quote;

use crate::links::Links;

/// The documentation of an item or a file, paragraph by paragraph.
#[derive(Debug, Default)]
pub(crate) struct Documentation {
    paragraphs: Vec<String>,
}

impl Documentation {
    /// Creates documentation without text.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds what a page says, with links to the operations that it names.
    pub(crate) fn docs(self, docs: &Docs, links: &Links) -> Self {
        self.paragraph(links.add(docs.as_str()))
    }

    /// Adds a paragraph of the generator's own.
    pub(crate) fn text(self, text: &'static str) -> Self {
        self.paragraph(text.to_owned())
    }

    /// Adds a line as a paragraph.
    pub(crate) fn line(self, line: Line) -> Self {
        self.paragraph(line.0)
    }

    /// Adds a list, whose items begin with a line, followed by what a page says.
    pub(crate) fn list<'a>(
        self,
        items: impl IntoIterator<Item = (Line, &'a Docs)>,
        links: &Links,
    ) -> Self {
        let items = items.into_iter().map(|(Line(line), docs)| {
            let text = links.add(docs.as_str()).replace('\n', "\n  ");
            format!("- {line}{}", text.replace("\n  \n", "\n\n"))
        });
        let items: Vec<String> = items.collect();
        self.paragraph(items.join("\n"))
    }

    /// Adds a program that rustdoc compiles and does not run.
    pub(crate) fn example(self, code: &str) -> Self {
        self.paragraph(format!("```no_run\n{}\n```", code.trim_end()))
    }

    fn paragraph(mut self, text: String) -> Self {
        if !text.is_empty() {
            self.paragraphs.push(text);
        }
        self
    }

    /// Returns one `#[doc]` attribute for each line, as `///` comments are.
    pub(crate) fn attributes(&self) -> TokenStream {
        let text = self.page();
        let lines = text.lines().map(|line| match line {
            "" => String::new(),
            line => format!(" {line}"),
        });
        quote!(#(#[doc = #lines])*)
    }

    /// Returns the text of a file's documentation, without `//!`.
    pub(crate) fn page(&self) -> String {
        self.paragraphs.join("\n\n")
    }
}

/// A line of text that names items, values, or URLs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(String);

impl Line {
    /// Begins a line.
    pub(crate) fn new(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// Adds text of the generator's own.
    pub(crate) fn text(mut self, text: &'static str) -> Self {
        self.0.push_str(text);
        self
    }

    /// Adds words that come from a claimed name.
    pub(crate) fn words(mut self, name: &str) -> Self {
        self.0.push_str(name.replace('_', " ").trim());
        self
    }

    /// Adds text of a page as code.
    pub(crate) fn code(mut self, code: &str) -> Self {
        let code: String = code.chars().filter(|c| is_visible(*c)).collect();
        let runs = code.split(|c| c != '`').map(str::len);
        let fence = "`".repeat(runs.max().unwrap_or_default() + 1);
        let gap = if code.contains('`') { " " } else { "" };
        self.0.push_str(&format!("{fence}{gap}{code}{gap}{fence}"));
        self
    }

    /// Adds a link to an item that is in scope.
    pub(crate) fn item(mut self, name: &str) -> Self {
        self.0.push_str(&format!("[`{name}`]"));
        self
    }

    /// Adds a link to the item at a path.
    pub(crate) fn item_at(mut self, name: &str, path: &str) -> Self {
        self.0.push_str(&format!("[`{name}`]({path})"));
        self
    }

    /// Adds a link to a page on the web, or the text alone if the URL is not one.
    pub(crate) fn link(mut self, text: &'static str, url: &str) -> Self {
        match web_url(url) {
            Some(url) => self.0.push_str(&format!("[{text}]({url})")),
            None => self.0.push_str(text),
        }
        self
    }
}

/// Returns `true` if a character neither ends a line nor changes the direction of text,
/// which can make code look like other code.
fn is_visible(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a URL of the web as the destination of a link, in which no character ends
/// the link.
fn web_url(url: &str) -> Option<String> {
    let is_web = ["https://", "http://"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    let encoded = |c: char| {
        let is_plain = is_visible(c) && !c.is_whitespace() && !"<>()[]\\`\"".contains(c);
        match is_plain {
            true => c.to_string(),
            false => percent_encoded(c),
        }
    };
    is_web.then(|| url.trim().chars().map(encoded).collect())
}

fn percent_encoded(c: char) -> String {
    let bytes = c.to_string().into_bytes();
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(line: Line) -> String {
        Documentation::new().line(line).page()
    }

    #[test]
    fn paragraphs_are_lines_of_a_comment() {
        let documentation = Documentation::new()
            .docs(&Docs::new("Lists\npets."), &Links::default())
            .docs(&Docs::default(), &Links::default())
            .text("# Example")
            .example("client.pets();\n");
        assert_eq!(
            documentation.attributes().to_string(),
            quote!(
                #[doc = " Lists"]
                #[doc = " pets."]
                #[doc = ""]
                #[doc = " # Example"]
                #[doc = ""]
                #[doc = " ```no_run"]
                #[doc = " client.pets();"]
                #[doc = " ```"]
            )
            .to_string()
        );
    }

    #[test]
    fn items_of_a_list_are_indented() {
        let items = [
            (
                Line::default().code("a").text(": "),
                &Docs::new("One.\n\nTwo\nlines."),
            ),
            (Line::default().code("b").text(": "), &Docs::new("Three.")),
        ];
        let list = Documentation::new().list(items, &Links::default());
        assert_eq!(list.page(), "- `a`: One.\n\n  Two\n  lines.\n- `b`: Three.");
    }

    #[test]
    fn code_ends_where_it_should() {
        for (code, expected) in [
            ("GET /pets/{id}", "`GET /pets/{id}`"),
            ("a`b", "`` a`b ``"),
            ("a\n\u{202e}b", "`ab`"),
        ] {
            assert_eq!(line(Line::default().code(code)), expected);
        }
    }

    #[test]
    fn only_urls_of_the_web_are_links() {
        let link = |url| line(Line::new("see the ").link("reference", url));
        assert_eq!(
            link("https://a.example/(x) y"),
            "see the [reference](https://a.example/%28x%29%20y)"
        );
        assert_eq!(link("javascript:alert(1)"), "see the reference");
    }
}
