//! The available space for code.

use super::{INDENT, WIDTH};

/// The available space for a piece of code. Widths are in characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// The indentation of the first line of the code.
    pub(super) indent: usize,
    /// The column at which the code begins.
    pub(super) column: usize,
    /// The columns from there to the end of the line, without those of a suffix.
    pub(super) width: usize,
    /// Chains stay on one line, because they are the last argument of a call on one line.
    pub(super) is_flat: bool,
}

impl Shape {
    /// Returns the space of a line.
    pub(super) fn line(indent: usize) -> Self {
        Self {
            indent,
            column: indent,
            width: WIDTH.saturating_sub(indent),
            is_flat: false,
        }
    }

    /// Returns the space of a line with one more level of indentation.
    pub(super) fn nested(self) -> Self {
        Self {
            is_flat: self.is_flat,
            ..Self::line(self.indent + INDENT)
        }
    }

    /// Returns the space of a line with the same indentation.
    pub(super) fn beside(self) -> Self {
        Self {
            is_flat: self.is_flat,
            ..Self::line(self.indent)
        }
    }

    /// Returns the space without the first columns.
    pub(super) fn after(self, columns: usize) -> Option<Self> {
        Some(Self {
            column: self.column + columns,
            ..self.before(columns)?
        })
    }

    /// Returns the space without the last columns, which are reserved for a suffix.
    pub(super) fn before(self, columns: usize) -> Option<Self> {
        Some(Self {
            width: self.width.checked_sub(columns)?,
            ..self
        })
    }

    /// Returns the columns of the suffix.
    pub(super) fn suffix(self) -> usize {
        WIDTH.saturating_sub(self.column + self.width)
    }

    /// Returns `true` if code fits.
    pub(super) fn fits(self, text: &str) -> bool {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let last = lines.next_back();
        width(first) <= self.width
            && lines.all(|line| width(line) <= WIDTH)
            && last.is_none_or(|last| width(last) <= self.column + self.width)
    }
}

/// Returns the columns of a line.
pub(super) fn width(line: &str) -> usize {
    line.chars().count()
}

/// Returns the first line.
pub(super) fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}

/// Returns the last line.
pub(super) fn last_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or_default()
}

/// Returns a line break and the indentation of the next line.
pub(super) fn line_break(indent: usize) -> String {
    format!("\n{:indent$}", "")
}
