//! Documentation text.

/// Markdown that rustdoc shows as its author meant it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docs(String);

impl Docs {
    /// Makes the text of a page inert.
    pub fn new(markdown: &str) -> Self {
        Self(markdown.trim().to_owned())
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` if there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
