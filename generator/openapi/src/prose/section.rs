//! Splits the structured part of a page at its headings.

use std::collections::HashSet;

use pages::page::{Fence, Outline, heading, section_name};

/// The lines between two headings.
#[derive(Debug)]
pub(super) struct Section<'a> {
    /// The text of the last heading of a section.
    pub(super) title: &'a str,
    /// The text of the heading one level below it.
    pub(super) part: Option<&'a str>,
    /// The line of the nearest heading, counted from 1.
    pub(super) line: usize,
    /// The lines below the heading, with their numbers.
    pub(super) lines: Vec<(usize, &'a str)>,
}

/// The section with samples, whose headings are not headings of the page.
pub(super) const EXAMPLES: &str = "Examples";

/// Splits the sections of a page.
pub(super) fn split(text: &str, outline: Outline) -> Vec<Section<'_>> {
    let Outline {
        sections: start,
        level,
        ..
    } = outline;
    let mut sections: Vec<Section<'_>> = Vec::new();
    let fenced = fenced(text, start);
    for (index, line) in text.lines().enumerate().skip(start) {
        let number = index + 1;
        let is_fenced = fenced.contains(&index);
        let title = heading(line, level).filter(|_| !is_fenced);
        let part = heading(line, level + 1).filter(|_| !is_fenced);
        let last = sections.last_mut();
        match (title, part, last) {
            (Some(title), ..) => sections.push(Section {
                title: section_name(title).unwrap_or(title),
                part: None,
                line: number,
                lines: Vec::new(),
            }),
            (None, Some(part), Some(last)) if last.title != EXAMPLES => {
                let title = last.title;
                sections.push(Section {
                    title,
                    part: Some(part),
                    line: number,
                    lines: Vec::new(),
                });
            }
            // A fenced block outside of the samples is an example in a description.
            (None, _, Some(last)) if is_fenced && last.title != EXAMPLES => {}
            (None, _, Some(last)) => last.lines.push((number, line)),
            (None, _, None) => {}
        }
    }
    sections
}

/// Returns the indices of the lines of fenced blocks. A block that is never closed is not one,
/// because it would hide the rest of the page.
fn fenced(text: &str, start: usize) -> HashSet<usize> {
    let mut fenced = HashSet::new();
    let mut open = Vec::new();
    let mut fence = Fence::default();
    for (index, line) in text.lines().enumerate().skip(start) {
        if fence.encloses(line) {
            open.push(index);
        }
        if !fence.is_open() {
            fenced.extend(open.drain(..));
        }
    }
    fenced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_in_samples_are_not_those_of_the_page() {
        let text = "# Title\n## Request\n### Headers\n- a\n## Examples\n### b\n```\n## c\n```\n";
        let outline = Outline {
            request: 0,
            reference: 1,
            sections: 1,
            level: 2,
        };
        let sections = split(text, outline);
        let found: Vec<_> = sections
            .iter()
            .map(|section| {
                (
                    section.title,
                    section.part,
                    section.line,
                    section.lines.len(),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("Request", None, 2, 0),
                ("Request", Some("Headers"), 3, 1),
                ("Examples", None, 5, 4),
            ]
        );
    }
}
