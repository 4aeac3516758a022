//! Finds the parts of a page of structured prose: its description, its link, and the
//! sections that describe the operation.
//!
//! The description is arbitrary Markdown, and can have headings that look like sections. Therefore,
//! the sections begin below the reference link. Their content is not parsed here.

/// The headings of the sections.
const SECTIONS: [&str; 8] = [
    "Authentication",
    "Servers",
    "Request",
    "Response",
    "Errors",
    "Types",
    "Examples",
    "AsyncAPI Specification",
];

/// The line numbers of the parts of a page of structured prose, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The request line.
    pub request: usize,
    /// The link to the page on the site, or the first section if there is none.
    pub reference: usize,
    /// The first section.
    pub sections: usize,
}

/// Returns `true` if the text of a heading names a section.
pub(super) fn is_section(heading: &str) -> bool {
    SECTIONS.contains(&heading)
}

/// Returns the section that begins on a line.
fn section(line: &str) -> Option<&str> {
    let heading = line.strip_prefix("## ")?.trim();
    is_section(heading).then_some(heading)
}

/// Finds the parts of the page below the line `request`. The page must have a section that
/// describes the operation.
pub(super) fn outline(text: &str, request: usize) -> Option<Outline> {
    // A description can have an unclosed fence.
    let found = [true, false].into_iter().find_map(|has_fences| {
        let (reference, sections) = borders(text, request, has_fences)?;
        // A guide can also show a request, and have sections with these names.
        let is_page = reference != sections || has_part(text, sections);
        (is_page && describes(text, sections)).then_some((reference, sections))
    });
    let (reference, sections) = found?;
    Some(Outline {
        request,
        reference,
        sections,
    })
}

/// Returns the lines of the link and of the first section.
fn borders(text: &str, request: usize, has_fences: bool) -> Option<(usize, usize)> {
    let mut fence = Fence::default();
    let mut reference = None;
    let mut candidate = None;
    let mut first_section = None;
    for (number, line) in text.lines().enumerate().skip(request + 1) {
        if has_fences && fence.encloses(line) {
            candidate = None;
            continue;
        }
        if section(line).is_some() {
            first_section.get_or_insert(number);
            if let Some(link) = candidate {
                reference = Some((link, number));
            }
        }
        if line.starts_with("Reference: ") {
            candidate = Some(number);
        } else if !line.trim().is_empty() {
            candidate = None;
        }
    }
    reference.or_else(|| first_section.map(|section| (section, section)))
}

/// Returns `true` if a section has content that only descriptions of operations have.
fn has_part(text: &str, sections: usize) -> bool {
    let parts = [
        "Path parameters",
        "Query parameters",
        "Headers",
        "Body (",
        "Payload",
    ];
    text.lines().skip(sections).any(|line| {
        let heading = line.strip_prefix("### ").unwrap_or_default();
        let is_status = heading.split(' ').next().is_some_and(is_status);
        is_status || parts.iter().any(|part| heading.starts_with(part))
    })
}

fn is_status(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns `true` if there is a section that is not only about samples or a connection.
fn describes(text: &str, sections: usize) -> bool {
    let mut fence = Fence::default();
    let mut lines = text.lines().skip(sections);
    lines.any(|line| {
        let is_open = fence.encloses(line);
        let found = section(line).filter(|_| !is_open);
        found.is_some_and(|found| found != "Examples" && !found.starts_with("AsyncAPI"))
    })
}

/// The state of fenced blocks while the lines of a page are read in order.
#[derive(Debug, Default)]
pub struct Fence {
    open: Option<(char, usize)>,
}

impl Fence {
    /// Returns `true` if the next line is in a fenced block or is one of its fences.
    pub fn encloses(&mut self, line: &str) -> bool {
        let text = line.trim_start();
        let mark = text.chars().next().filter(|mark| ['`', '~'].contains(mark));
        let length = mark.map_or(0, |mark| text.chars().take_while(|c| *c == mark).count());
        match (self.open, mark) {
            (Some((open, least)), Some(mark)) => {
                let is_end = mark == open && length >= least && text.trim_end().len() == length;
                if is_end {
                    self.open = None;
                }
                true
            }
            (Some(_), None) => true,
            (None, Some(mark)) if length >= 3 && !text[length..].contains('`') => {
                self.open = Some((mark, length));
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "# List pets\n\nGET https://api.example.com/pets\n\n";

    fn found(body: &str) -> Option<(usize, usize)> {
        let outline = outline(&format!("{HEAD}{body}"), 2)?;
        Some((outline.reference, outline.sections))
    }

    #[test]
    fn the_sections_begin_below_the_reference() {
        let body = "Reference: https://docs.example.com/pets\n\n## Response\n";
        assert_eq!(found(body), Some((4, 6)));
        // A description with headings.
        let text = format!("## Request\n\nReference: above\n\nText.\n\n{body}");
        assert_eq!(found(&text), Some((10, 12)));
        let fenced = format!("```md\n{body}```\n\n{body}");
        assert_eq!(found(&fenced), Some((10, 12)));
        let open = format!("```md\nan open fence\n\n{body}");
        assert_eq!(found(&open), Some((7, 9)));
        assert_eq!(found("## Response\n\n### 200\n"), Some((4, 4)));
    }

    #[test]
    fn a_page_that_describes_nothing_has_no_outline() {
        for body in [
            "Words.\n",
            "## Request\n\nA guide.\n",
            "Reference: https://docs.example.com/pets\n",
            "Reference: https://docs.example.com/pets\n\n## Examples\n\n```md\n## Response\n```\n",
            "Reference: https://docs.example.com/pets\n\n## AsyncAPI Specification\n",
        ] {
            assert_eq!(found(body), None, "{body}");
        }
    }
}
