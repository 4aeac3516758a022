//! Problems of the input: a message, a place, and advice.
//!
//! Errors and warnings have the same type. The [report](crate::Report) contains the
//! warnings, and an error is a problem that ended the run.

use std::fmt;
use std::sync::{Arc, OnceLock};

use miette::{LabeledSpan, NamedSource, SourceCode};

use docs::{is_visible, visible, visible_line};

use crate::code::Code;
use crate::limits::Limit;
use crate::source::Place;

/// The maximum number of characters that are shown of a line. A whole document can be one line.
const LONGEST_LINE: usize = 200;

/// Returns a text for display: long lines are truncated, and characters that a terminal would
/// interpret or hide are escaped.
fn shown(text: &Arc<str>) -> Arc<str> {
    let is_shown = |line: &str| line.len() <= LONGEST_LINE && is_visible(line);
    if text.lines().all(is_shown) {
        return Arc::clone(text);
    }
    let cut = |line: &str| match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…\n", &line[..end]),
        None => format!("{line}\n"),
    };
    let lines = text.lines().map(visible);
    lines.map(|line| cut(&line)).collect::<String>().into()
}

/// Returns the byte range of a line's text, without its indentation.
fn span(text: &str, number: usize) -> (usize, usize) {
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if index + 1 == number {
            let indent = line.len() - line.trim_start().len();
            return (start + indent, line.trim().len());
        }
        start += line.len();
    }
    (text.len(), 0)
}

/// An error or a warning about the input.
#[derive(Clone, Debug)]
pub struct Problem(Box<Details>);

#[derive(Clone, Debug)]
struct Details {
    code: Code,
    message: String,
    advice: Option<String>,
    place: Option<Place>,
    operation: Option<String>,
    /// The file of the place for display. Most problems are not displayed.
    source: OnceLock<NamedSource<Arc<str>>>,
}

impl Problem {
    /// Creates a problem without a place. The message must be one line.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            code,
            message: visible_line(&message.into()),
            advice: None,
            place: None,
            operation: None,
            source: OnceLock::new(),
        }))
    }

    /// Creates the problem of a page that exceeds a limit.
    pub fn above(limit: &Limit) -> Self {
        Self::new(limit.code, limit.message()).advice(limit.advice())
    }

    /// Adds the place in the input, if it is known.
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        if let Some(place) = place.into() {
            self.0.source = OnceLock::new();
            self.0.place = Some(place);
        }
        self
    }

    /// Adds advice on how to solve the problem.
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.0.advice = Some(visible(&advice.into()));
        self
    }

    /// Adds the consequence for the client, if the run continues.
    pub fn with_loss(mut self, loss: &str) -> Self {
        self.0.message = format!("{}; {loss}", self.0.message);
        self
    }

    /// Adds the ID of the affected operation.
    pub fn operation(mut self, operation: impl Into<String>) -> Self {
        self.0.operation = Some(operation.into());
        self
    }

    /// Returns the kind of problem.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Returns the message, in one line.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the advice on how to solve the problem.
    pub fn advised(&self) -> Option<&str> {
        self.0.advice.as_deref()
    }

    /// Returns the line of the input that causes the problem.
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// Returns the ID of the affected operation.
    pub fn operation_id(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// Returns the file of the place, for display.
    fn source(&self) -> Option<&NamedSource<Arc<str>>> {
        let file = self.0.place.as_ref()?.file();
        let source = || NamedSource::new(visible_line(&file.path), file.shown(shown));
        Some(self.0.source.get_or_init(source))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Problem {}

impl miette::Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.advice.as_ref().map(|advice| Box::new(advice) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source().map(|source| source as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let line = self.0.place.as_ref()?.line();
        let (start, length) = span(self.source()?.inner(), line);
        let label = LabeledSpan::new(None, start, length);
        Some(Box::new(std::iter::once(label)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_as_escapes() {
        let problem = Problem::new(Code::NoPage, "no `\u{1b}[2J\n`").advice("see `\u{202e}`");
        assert_eq!(problem.message(), "no `\\u{1b}[2J\\n`");
        assert_eq!(problem.advised(), Some("see `\\u{202e}`"));
        let text: Arc<str> = "a\u{9b}b\r\n\tc\rd".into();
        assert_eq!(&*shown(&text), "a\\u{9b}b\n\tc\\rd\n");
    }

    #[test]
    fn long_lines_are_cut_where_they_are_shown() {
        let text: Arc<str> = format!("short\n{}\nend", "é".repeat(1000)).into();
        let shown = shown(&text);
        assert_eq!(shown.lines().count(), 3);
        let long = shown.lines().nth(1).unwrap_or_default();
        assert_eq!(long.chars().count(), LONGEST_LINE + 1);
        let (start, length) = span(&shown, 3);
        assert_eq!(&shown[start..start + length], "end");
    }
}
