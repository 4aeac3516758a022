//! Writes container blocks and tables.

use pulldown_cmark::Alignment;

/// Prefixes the first line with `first`, and the others with `others`.
pub(super) fn prefixed(text: &str, first: &str, others: &str) -> String {
    let mut lines = String::with_capacity(text.len() + text.len() / 8);
    for (index, line) in text.lines().enumerate() {
        let prefix = if index == 0 { first } else { others };
        if index > 0 {
            lines.push('\n');
        }
        lines.push_str(if line.is_empty() {
            prefix.trim_end()
        } else {
            prefix
        });
        lines.push_str(line);
    }
    lines
}

/// The kind of a finished block, which the next block depends on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A list, and its marker.
    List(char),
    Quote,
    Other,
}

/// An open quote, list, or item.
#[derive(Default)]
pub(super) struct Frame {
    blocks: Vec<(Kind, String)>,
    /// The number of the next item of an ordered list.
    number: Option<u64>,
    /// An item has paragraphs instead of only text.
    pub(super) is_loose: bool,
}

impl Frame {
    /// Returns the frame of a list, which is ordered if it has a number.
    pub(super) fn of_list(number: Option<u64>) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, kind: Kind, text: String) {
        if !text.is_empty() {
            self.blocks.push((kind, text));
        }
    }

    /// Joins the blocks. `is_tight` omits empty lines that are not required.
    pub(super) fn join(self, is_tight: bool) -> String {
        let mut text = String::new();
        let mut last = None;
        for (kind, block) in self.blocks {
            if let Some(last) = last {
                let is_near = is_tight && last == Kind::Text && matches!(kind, Kind::List(_));
                text.push_str(if is_near { "\n" } else { "\n\n" });
            }
            text.push_str(&block);
            last = Some(kind);
        }
        text
    }

    /// Returns the kind of the last block.
    pub(super) fn last(&self) -> Option<Kind> {
        self.blocks.last().map(|(kind, _)| *kind)
    }

    /// Writes a list, whose blocks are its items, after a block of the kind `last`.
    pub(super) fn into_list(self, last: Option<Kind>) -> (Kind, String) {
        // Two adjacent lists with the same marker would merge into one.
        let mark = |usual, other| {
            if last == Some(Kind::List(usual)) {
                other
            } else {
                usual
            }
        };
        let mark = match self.number {
            Some(_) => mark('.', ')'),
            None => mark('-', '*'),
        };
        let separator = if self.is_loose { "\n\n" } else { "\n" };
        let items = self.blocks.iter().zip(0..).map(|((_, text), index)| {
            let marker = match self.number {
                Some(first) => format!("{}{mark} ", first.saturating_add(index).min(999_999_999)),
                None => format!("{mark} "),
            };
            prefixed(text, &marker, &" ".repeat(marker.len()))
        });
        (Kind::List(mark), items.collect::<Vec<_>>().join(separator))
    }
}

/// A table that is being read.
pub(super) struct Table {
    alignments: Vec<Alignment>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(alignments: Vec<Alignment>) -> Self {
        Self {
            alignments,
            rows: Vec::new(),
        }
    }

    pub(super) fn print(&self) -> String {
        let row = |cells: &[String]| format!("|{}|", cells.join("|"));
        let marks = self.alignments.iter().map(|alignment| match alignment {
            Alignment::None => "-",
            Alignment::Left => ":-",
            Alignment::Center => ":-:",
            Alignment::Right => "-:",
        });
        let marks: Vec<String> = marks.map(str::to_owned).collect();
        let mut rows = self.rows.iter().map(|cells| row(cells));
        let head = rows.next().unwrap_or_default();
        let lines: Vec<String> = [head, row(&marks)].into_iter().chain(rows).collect();
        lines.join("\n")
    }
}
