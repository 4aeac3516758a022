//! Documentation as a type.
//!
//! Text of pages is untrusted. [`Docs::page`] turns it into inert Markdown: no HTML, no executable
//! code, only web and mail links, and no characters that hide or reorder text. All documentation
//! that the generator emits is a [`Docs`]. There is no conversion from other text.
//!
//! This crate depends neither on `syn` nor on the rest of the generator.

#![forbid(unsafe_code)]

mod block;
mod characters;
mod check;
mod destination;
mod escape;
mod example;
mod frame;
#[cfg(test)]
mod hostile;
mod inert;
mod inline;
mod language;
mod link;
mod wrap;

use std::fmt;

pub use characters::{is_visible, json_text, one_line, visible, visible_line};
pub use example::Example;

/// Markdown that is safe to show.
///
/// Its text is either inert text of a page, or text of the generator.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Docs(String);

impl Docs {
    /// Makes the Markdown of a page inert.
    pub fn page(markdown: &str) -> Self {
        Self(inert::blocks(markdown))
    }

    /// Makes the Markdown of a page inert, as one line without blocks.
    pub fn inline(markdown: &str) -> Self {
        Self(inert::line(markdown))
    }

    /// Shows a text unchanged, with all Markdown syntax escaped.
    pub fn text(text: &str) -> Self {
        Self(inert::text(text))
    }

    /// Shows words unchanged. Words that GitHub would turn into a mention or a link are shown as
    /// inline code.
    pub fn words(text: &str) -> Self {
        let is_linked = text.contains(['@', '#']) || text.contains("://") || text.contains("www.");
        if is_linked {
            Self::code(text)
        } else {
            Self::text(text)
        }
    }

    /// Shows a message of the generator, in which text of pages occurs only in backticks. If a
    /// backtick in that text could end the code early, the whole message is shown as inline code.
    pub fn message(text: &str) -> Self {
        const MARKUP: [char; 10] = ['@', '#', '[', ']', '<', '>', '*', '~', '|', '\\'];
        // Every second segment is code.
        let mut outside = text.split('`').step_by(2);
        let is_markup =
            |piece: &str| piece.contains(MARKUP) || piece.contains("://") || piece.contains("www.");
        let is_odd = text.matches('`').count() % 2 == 1;
        if is_odd || text.contains("``") || outside.any(is_markup) {
            Self::code(text)
        } else {
            Self::inline(text)
        }
    }

    /// Shows a text as inline code.
    pub fn code(text: impl fmt::Display) -> Self {
        let text = one_line(&text.to_string());
        // Markdown has no empty inline code.
        let text = if text.is_empty() { "\"\"" } else { &text };
        Self(escape::code(text))
    }

    /// Returns a link to a URL, or `None` if it is neither a web nor a mail link.
    pub fn link(text: &'static str, address: &str) -> Option<Self> {
        let address = destination::allowed(address)?;
        Some(Self(format!("[{text}]({address})")))
    }

    /// Returns a link to an item of the generated crate, such as `crate::types::Pet`.
    /// If the path is not valid Rust, returns only the inline code.
    pub fn item(text: impl fmt::Display, path: impl fmt::Display) -> Self {
        let (code, path) = (Self::code(text), path.to_string());
        let is_path = path
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | ':'));
        if is_path {
            Self(format!("[{code}]({path})"))
        } else {
            code
        }
    }

    /// Returns a text of the generator, in which each `{}` is replaced with the next part.
    pub fn template(text: &'static str, parts: &[Self]) -> Self {
        let mut parts = parts.iter();
        let mut filled = String::with_capacity(text.len());
        for (index, piece) in text.split("{}").enumerate() {
            if index > 0 {
                filled.extend(parts.next().map(Self::as_str));
            }
            filled.push_str(piece);
        }
        debug_assert!(
            parts.next().is_none(),
            "a part without a placeholder in `{text}`"
        );
        Self(filled)
    }

    /// Joins inline parts on one line, with a separator between them.
    pub fn joined(parts: &[Self], separator: &'static str) -> Self {
        let parts: Vec<&str> = parts.iter().map(Self::as_str).collect();
        Self(parts.join(separator))
    }

    /// Joins blocks, without empty ones.
    pub fn blocks(blocks: impl IntoIterator<Item = Self>) -> Self {
        let blocks: Vec<String> = blocks
            .into_iter()
            .map(|block| block.0)
            .filter(|block| !block.is_empty())
            .collect();
        Self(blocks.join("\n\n"))
    }

    /// Returns a list. Each item begins with an inline part and `: `.
    pub fn list(items: &[(Self, Self)]) -> Self {
        let items: Vec<String> = items
            .iter()
            .map(|(title, docs)| block::item(title.as_str(), docs.as_str()))
            .collect();
        Self(items.join("\n"))
    }

    /// Returns the documentation with lines wrapped at `width` characters. Longer words are not
    /// broken.
    #[must_use]
    pub fn wrapped(&self, width: usize) -> Self {
        Self(wrap::wrap(&self.0, width))
    }

    /// Returns the Markdown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` if there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the lines of the Markdown.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }
}

/// Static text is written by the generator, and trusted.
impl From<&'static str> for Docs {
    fn from(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Docs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_has_more_backticks_than_its_text() {
        assert_eq!(Docs::code("GET /pets").as_str(), "`GET /pets`");
        assert_eq!(Docs::code("a`b``c").as_str(), "```a`b``c```");
        assert_eq!(Docs::code("`<b>`").as_str(), "`` `<b>` ``");
        assert_eq!(Docs::code("a\r\n\u{202e}b").as_str(), "`a b`");
        assert_eq!(Docs::code("").as_str(), "`\"\"`");
    }

    #[test]
    fn a_name_in_a_message_cannot_leave_its_code() {
        for (message, shown) in [
            ("the field `a` is gone", "the field `a` is gone"),
            (
                "the field `a`@octocat #1` is gone",
                "``the field `a`@octocat #1` is gone``",
            ),
            (
                "the field `a` [l](http://e) `b` is gone",
                "``the field `a` [l](http://e) `b` is gone``",
            ),
            (
                "the field `a``@b` is gone",
                "```the field `a``@b` is gone```",
            ),
        ] {
            assert_eq!(Docs::message(message).as_str(), shown);
        }
    }

    #[test]
    fn words_mention_nobody() {
        assert_eq!(Docs::words("a 'b' was added").as_str(), "a 'b' was added");
        for text in ["a '@b'", "#1", "www.a.example", "https://a.example"] {
            assert_eq!(Docs::words(text).as_str(), format!("`{text}`"));
        }
    }

    #[test]
    fn a_template_is_filled_with_documentation() {
        let docs = Docs::template(
            "{}, see {}.",
            &[Docs::code("GET /"), Docs::text("*[this]*")],
        );
        assert_eq!(docs.as_str(), "`GET /`, see \\*\\[this\\]\\*.");
    }

    #[test]
    fn a_link_leads_to_the_web_or_nowhere() {
        let link = |address| Docs::link("reference", address).map(|docs| docs.to_string());
        assert_eq!(
            link("https://x/)<script>alert(1)</script>(").as_deref(),
            Some("[reference](https://x/%29%3Cscript%3Ealert%281%29%3C/script%3E%28)")
        );
        assert_eq!(link("javascript:alert(1)"), None);
    }

    #[test]
    fn a_link_to_an_item_is_to_a_path() {
        assert_eq!(
            Docs::item("Pet", "crate::types::Pet").as_str(),
            "[`Pet`](crate::types::Pet)"
        );
        assert_eq!(Docs::item("Pet", "javascript:alert(1)").as_str(), "`Pet`");
    }

    #[test]
    fn an_item_of_a_list_holds_any_block() {
        let docs = Docs::list(&[
            (Docs::code("a"), Docs::page("One.\n\nTwo.")),
            (Docs::code("b"), Docs::page("```text\n<b>\n\n<i>\n```")),
            (Docs::code("c"), Docs::default()),
        ]);
        assert_eq!(
            docs.as_str(),
            "- `a`: One.\n\n  Two.\n- `b`:\n\n  ```text\n  <b>\n\n  <i>\n  ```\n- `c`"
        );
        assert!(check::is_inert(docs.as_str()));
    }
}
