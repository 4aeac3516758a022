//! Finds the parts of a page of structured prose: its description, its link, and the
//! sections that describe the operation.
//!
//! The description is arbitrary Markdown, and can have headings that look like sections. Therefore,
//! the sections begin below the reference link. Their content is not parsed here.

use std::borrow::Cow;

use super::listed_server::ListedServer;
use super::signs::request_line;
use crate::url::split_origin;

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
    /// The level of the headings of sections, which is 2 unless a mirror has moved all headings.
    pub level: usize,
}

/// The levels that the headings of sections can have, most likely first.
const LEVELS: [usize; 4] = [2, 3, 4, 5];

/// Returns `true` if the text of a heading names a section.
pub(super) fn is_section(heading: &str) -> bool {
    section_name(heading).is_some()
}

/// Returns the name of the section that the text of a heading names.
pub fn section_name(heading: &str) -> Option<&'static str> {
    let mut sections = SECTIONS.into_iter();
    sections.find(|section| section.eq_ignore_ascii_case(heading))
}

/// Returns the text of a line that is a heading of this level.
pub fn heading(line: &str, level: usize) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let is_heading = line.len() - text.len() == level && text.starts_with([' ', '\t']);
    is_heading.then(|| heading_text(text))
}

/// Returns the text of a heading without its marks, and without the anchor that some tools add:
/// `Request` for `## Request {#request}`.
pub(super) fn heading_text(heading: &str) -> &str {
    let text = heading.trim_matches(|c: char| c == '#' || c.is_whitespace() || is_invisible(c));
    let text = match text.rsplit_once('\n') {
        Some((text, line)) if underline(line).is_some() => text.trim_end(),
        _ => text,
    };
    let text = match text
        .strip_suffix('}')
        .and_then(|text| text.rsplit_once('{'))
    {
        Some((before, anchor)) if anchor.trim_start().starts_with(['#', ':', '.']) => before,
        _ => text,
    };
    // `<a id="request"></a>`, in front of the text or behind it.
    let text = text.trim();
    let text = match text
        .strip_suffix("</a>")
        .and_then(|text| text.rsplit_once("<a "))
    {
        Some((before, anchor)) if anchor.ends_with('>') => before,
        _ => text,
    };
    let text = match text
        .strip_prefix("<a ")
        .and_then(|text| text.split_once("</a>"))
    {
        Some((anchor, after)) if anchor.ends_with('>') => after,
        _ => text,
    };
    // A link to the heading itself: `Request[\u{200b}](#request)`, or `[Request](#request)`.
    let text = text.trim();
    let linked = text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once("](#"));
    let text = match linked.and_then(|(text, _)| text.rsplit_once('[')) {
        Some(("", text)) => text,
        Some((text, mark)) if !mark.contains(|c: char| c.is_alphanumeric()) => text,
        _ => text,
    };
    let text = text.trim_end();
    let within = |mark: &str| {
        let inner = text.strip_prefix(mark)?.strip_suffix(mark)?;
        (!inner.contains(mark)).then_some(inner)
    };
    within("**").or_else(|| within("`")).unwrap_or(text).trim()
}

/// Returns the URL in the line of the reference link. Some tools write it as a link.
pub(super) fn reference(line: &str) -> Option<&str> {
    let marks = ["Reference:", "**Reference:**", "**Reference**:"];
    let url = marks.iter().find_map(|mark| line.strip_prefix(mark));
    let url = url
        .filter(|url| url.starts_with(char::is_whitespace))?
        .trim();
    let link = url.strip_suffix(')').and_then(|link| link.split_once("]("));
    let url = link.map_or(url, |(_, url)| url);
    Some(url.trim_matches(['<', '>']))
}

/// Returns the section that begins on a line.
fn section(line: &str, level: usize) -> Option<&'static str> {
    heading(line, level).and_then(section_name)
}

/// Finds the parts of the page below the line `request`. The page must have a section that
/// describes the operation.
pub(super) fn outline(text: &str, request: usize) -> Option<Outline> {
    // A description can have an unclosed fence.
    let mut attempts = LEVELS
        .into_iter()
        .flat_map(|level| [(level, true), (level, false)]);
    let found = attempts.find_map(|(level, has_fences)| {
        let (reference, sections) = borders(text, request, level, has_fences)?;
        // A guide can also show a request, and have sections with these names.
        let has_link = reference != sections;
        let is_page = has_link || has_part(text, sections, level);
        let outline = Outline {
            request,
            reference,
            sections,
            level,
        };
        (is_page && describes(text, sections, level, has_link)).then_some(outline)
    });
    found.or_else(|| without_sections(text, request))
}

/// Returns the outline of a page without a section: the platform omits all sections of an operation
/// without parameters, response, and samples. The page begins with its title and the request line,
/// and ends with the link.
fn without_sections(text: &str, request: usize) -> Option<Outline> {
    title(text, request)?;
    let below = text.lines().enumerate().skip(request + 1);
    let (reference, line) = below.filter(|(_, line)| !is_aside(line.trim())).last()?;
    self::reference(line).map(|_| Outline {
        request,
        reference,
        sections: text.lines().count(),
        level: LEVELS[0],
    })
}

/// Returns the request lines of all operations on a page: `request`, and each request line below a
/// complete operation that a link and a section follow. A description can also show a request.
pub(super) fn requests(text: &str, request: usize) -> Vec<usize> {
    let mut found = vec![request];
    let mut fence = Fence::default();
    let mut is_below_reference = false;
    let mut is_complete = false;
    let mut next = None;
    for (number, line) in text.lines().enumerate().skip(request + 1) {
        let is_fenced = fence.encloses(line);
        let is_section = || LEVELS.iter().any(|level| section(line, *level).is_some());
        if !is_fenced && is_below_reference && is_section() {
            is_complete = true;
            found.extend(next.take());
        }
        if !is_fenced && is_complete && next.is_none() && request_line(line).is_some() {
            next = Some(number);
        }
        let is_blank = line.trim().is_empty();
        is_below_reference =
            !is_fenced && (reference(line).is_some() || is_blank && is_below_reference);
    }
    found
}

/// Returns the heading directly above a request line, with its line.
pub(super) fn title(text: &str, request: usize) -> Option<(usize, &str)> {
    let above = text.lines().enumerate().take(request);
    let (number, line) = above.filter(|(_, line)| !line.trim().is_empty()).last()?;
    let heading = (1..=6).find_map(|level| heading(line, level))?;
    Some((number, heading))
}

/// Returns the URL of a request line that has only a path. The server is that of `## Servers`, or
/// that of a URL in the samples with the same path.
pub(super) fn absolute(text: &str, sections: usize, path: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().skip(sections).collect();
    let listed = lines.iter().filter_map(|line| {
        let item = line.trim_start().strip_prefix(['-', '*', '+'])?;
        let ListedServer {
            url, is_default, ..
        } = ListedServer::parse(item.trim())?;
        let is_server = url.starts_with("http") && url.contains("://") && !url.contains(' ');
        is_server.then_some((url, is_default))
    });
    let listed: Vec<(&str, bool)> = listed.collect();
    let default = listed.iter().find(|(_, is_default)| *is_default);
    if let Some((server, _)) = default.or(listed.first()) {
        let (origin, base) = split_origin(server);
        let has_base = path.starts_with(&format!("{base}/"));
        return Some(match has_base {
            true => format!("{origin}{path}"),
            false => format!("{server}{path}"),
        });
    }
    let ends_url = |c: char| c.is_whitespace() || "\"'`<>()\\?#,".contains(c);
    let words = lines.iter().flat_map(|line| line.split(ends_url));
    let mut urls = words.filter_map(|word| {
        let scheme = word[..word.find("://")?].rfind("http")?;
        Some(&word[scheme..])
    });
    let path_segments: Vec<&str> = path.split('/').skip(1).collect();
    urls.find_map(|url| {
        let (origin, found) = split_origin(url);
        let segments: Vec<&str> = found.split('/').skip(1).collect();
        let before = segments.len().checked_sub(path_segments.len())?;
        let mut pairs = segments[before..].iter().zip(&path_segments);
        let is_same = pairs.all(|(found, own)| found == own || own.starts_with('{'));
        let base: String = segments[..before]
            .iter()
            .flat_map(|it| ["/", *it])
            .collect();
        is_same.then(|| format!("{origin}{base}{path}"))
    })
}

/// Returns the lines of the link and of the first section.
fn borders(text: &str, request: usize, level: usize, has_fences: bool) -> Option<(usize, usize)> {
    let mut fence = Fence::default();
    let mut link = None;
    let mut candidate = None;
    let mut first_section = None;
    let mut component: Option<&str> = None;
    for (number, line) in text.lines().enumerate().skip(request + 1) {
        if has_fences && fence.encloses(line) {
            candidate = None;
            continue;
        }
        if let Some(name) = component {
            if line.contains(&format!("</{name}>")) {
                component = None;
            }
            // A component that is never closed would hide the rest of the page.
            if section(line, level).is_none() && reference(line).is_none() {
                continue;
            }
        }
        component = opened_component(line);
        if component.is_some() {
            continue;
        }
        if section(line, level).is_some() {
            first_section.get_or_insert(number);
            if let Some(candidate) = candidate {
                link = Some((candidate, number));
            }
        }
        if reference(line).is_some() {
            candidate = Some(number);
        } else if !is_aside(line.trim()) {
            candidate = None;
        }
    }
    link.or_else(|| first_section.map(|section| (section, section)))
}

/// Returns the name of the component that a line opens and does not close.
fn opened_component(line: &str) -> Option<&str> {
    let tag = line.trim().strip_prefix('<')?;
    let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let is_opened = !name.is_empty() && !line.contains("</") && !line.contains("/>");
    is_opened.then_some(name)
}

/// Returns `true` for a line that can be between the link and the first section: a component such as
/// `<Note>Text.</Note>`, or a quote.
fn is_aside(line: &str) -> bool {
    line.is_empty() || line.starts_with('>') || line.starts_with('<') && line.ends_with('>')
}

/// Returns `true` if a section has content that only descriptions of operations have.
fn has_part(text: &str, sections: usize, level: usize) -> bool {
    let parts = [
        "Path parameters",
        "Query parameters",
        "Headers",
        "Body (",
        "Payload",
    ];
    text.lines().skip(sections).any(|line| {
        let heading = heading(line, level + 1).unwrap_or_default();
        let is_status = heading.split(' ').next().is_some_and(is_status);
        let begins = |part: &&str| {
            let start = heading.get(..part.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(part))
        };
        is_status || parts.iter().any(begins)
    })
}

/// Returns `true` if a list line below a section is a property, such as `` - `a` (string, required) ``.
/// Guides can have the other parts of a page.
pub(super) fn has_property(text: &str, sections: usize) -> bool {
    text.lines().skip(sections).any(|line| {
        let item = line.trim_start().strip_prefix("- `");
        let facts = item.and_then(|item| item.split_once("` ("));
        facts.is_some_and(|(_, facts)| {
            let flags = [", required", ", optional"];
            flags.iter().any(|flag| facts.contains(flag))
        })
    })
}

fn is_status(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns `true` if there is a section that is not only about a connection. Below a link, the
/// samples are sufficient: the platform omits empty sections, and can omit all others.
fn describes(text: &str, sections: usize, level: usize, has_link: bool) -> bool {
    let mut fence = Fence::default();
    let mut lines = text.lines().skip(sections);
    lines.any(|line| {
        let is_open = fence.encloses(line);
        let found = section(line, level).filter(|_| !is_open);
        found.is_some_and(|found| match found {
            "Examples" => has_link,
            found => !found.starts_with("AsyncAPI"),
        })
    })
}

/// Replaces the lines of HTML comments with empty lines. A comment that is never closed is kept.
pub(super) fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("<!--") {
        return Cow::Borrowed(text);
    }
    let mut fence = Fence::default();
    let mut is_open = false;
    let mut result = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let starts = !is_open && !fence.encloses(line) && content.starts_with("<!--");
        let end = content.split_once("-->").map(|(_, after)| after.is_empty());
        // A comment with text after it is kept.
        let is_comment = is_open || starts && end != Some(false);
        result.push_str(if is_comment { "\n" } else { line });
        is_open = is_comment && end.is_none();
    }
    match is_open {
        true => Cow::Borrowed(text),
        false => Cow::Owned(result),
    }
}

/// Replaces headings that are underlined with headings that begin with a mark, line by line. In a
/// description, only the names of sections are replaced.
pub(super) fn with_marks(text: &str) -> Cow<'_, str> {
    if !text.lines().any(|line| underline(line).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut fence = Fence::default();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut result = String::with_capacity(text.len());
    let mut is_underline = false;
    for (index, line) in lines.iter().enumerate() {
        let is_fenced = fence.encloses(line);
        let next = lines.get(index + 1).and_then(|next| underline(next));
        let is_heading = !is_fenced && next == Some('-') && is_section(heading_text(line));
        match is_heading {
            true => {
                result.push_str("## ");
                result.push_str(line);
            }
            false if is_underline => result.push('\n'),
            false => result.push_str(line),
        }
        is_underline = is_heading;
    }
    Cow::Owned(result)
}

/// Replaces the spaces and bullets that editors put at the beginning of lines with those of
/// Markdown, line by line. Fenced blocks are not changed.
pub(super) fn with_plain_starts(text: &str) -> Cow<'_, str> {
    let is_unusual = |c: char| is_wide_space(c) || is_invisible(c) || BULLETS.contains(&c);
    if !text.contains(is_unusual) {
        return Cow::Borrowed(text);
    }
    let mut fence = Fence::default();
    let mut result = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let is_fenced = fence.encloses(line);
        let content = line.trim_start_matches(|c| {
            [' ', '\t'].contains(&c) || is_wide_space(c) || is_invisible(c)
        });
        let white = &line[..line.len() - content.len()];
        let marks = content.len() - content.trim_start_matches('#').len();
        let mark = match content.chars().next() {
            Some('#') => &content[..marks],
            Some('-' | '*' | '+') => &content[..1],
            Some(c) if BULLETS.contains(&c) => &content[..c.len_utf8()],
            _ => "",
        };
        let item = &content[mark.len()..];
        let rest = item.trim_start_matches(|c| c == ' ' || is_wide_space(c) || is_invisible(c));
        let is_replaced = mark.starts_with(BULLETS);
        // Other texts can begin with a dash.
        let is_bullet = !mark.starts_with(['·', '–']) || rest.starts_with('`');
        let is_item = rest.len() < item.len() && is_bullet;
        if is_fenced || !line.contains(is_unusual) {
            result.push_str(line);
            continue;
        }
        let spaces = white.chars().filter(|c| !is_invisible(*c));
        result.extend(spaces.map(|c| if c == '\t' { c } else { ' ' }));
        match is_item && !mark.is_empty() {
            true => {
                result.push_str(if is_replaced { "-" } else { mark });
                result.push(' ');
                result.push_str(rest);
            }
            false => result.push_str(content),
        }
    }
    Cow::Owned(result)
}

/// Bullets that are not marks of Markdown.
const BULLETS: [char; 5] = ['•', '◦', '▪', '·', '–'];

/// Returns `true` for spaces that Markdown does not treat as spaces.
fn is_wide_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Returns `true` for characters without a width.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Returns the mark of a line that underlines a heading.
fn underline(line: &str) -> Option<char> {
    let line = line.trim();
    let mark = line
        .chars()
        .next()
        .filter(|mark| ['=', '-'].contains(mark))?;
    (line.len() >= 3 && line.chars().all(|c| c == mark)).then_some(mark)
}

/// The state of fenced blocks while the lines of a page are read in order.
#[derive(Debug, Default)]
pub struct Fence {
    open: Option<(char, usize)>,
}

impl Fence {
    /// Returns `true` if the next line is in a fenced block.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

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
        let note = body.replace("\n\n", "\n\n<Note>Text.</Note>\n\n> Text.\n\n");
        assert_eq!(found(&note), Some((4, 10)));
    }

    #[test]
    fn a_page_can_have_several_operations() {
        let operation = |heading: &str| {
            format!(
                "{heading}GET https://api.example.com/pets\n\nPOST https://example.com/described\n\n\
                 Reference: https://docs.example.com/pets\n\n### Response\n\n"
            )
        };
        let text = format!("{}{}", operation("## List\n\n"), operation("### Get\n\n"));
        assert_eq!(requests(&text, 2), [2, 12]);
        assert_eq!(title(&text, 12), Some((10, "Get")));
        let text = format!("{}{}", operation(""), operation(""));
        assert_eq!(requests(&text, 0), [0, 8]);
        assert_eq!(title(&text, 8), Some((6, "Response")));
        // A request in a fence, or without a link below it, is not an operation.
        let text = format!(
            "{}```\n{}```\n\nGET https://example.com\n",
            operation(""),
            operation("")
        );
        assert_eq!(requests(&text, 0), [0]);
    }

    #[test]
    fn the_server_of_a_path_is_listed_or_in_a_sample() {
        let servers = "- `https://a.example/v1` (Main, default)\n- `https://b.example` (Other)\n";
        let sample = "curl \"https://c.example/api/v1/pets/7?a=b\"\nopen('https://d.example/x')\n";
        for (text, path, url) in [
            (servers, "/pets", Some("https://a.example/v1/pets")),
            (servers, "/v1/pets", Some("https://a.example/v1/pets")),
            (
                sample,
                "/v1/pets/{id}",
                Some("https://c.example/api/v1/pets/{id}"),
            ),
            (sample, "/v1/toys", None),
        ] {
            assert_eq!(absolute(text, 0, path).as_deref(), url, "{path}");
        }
    }

    #[test]
    fn comments_are_empty_lines() {
        let text = "a\n<!-- b -->\n<!-- c\nd -->\n```\n<!-- e -->\n```\n<!-- f --> g\n";
        let expected = "a\n\n\n\n```\n<!-- e -->\n```\n<!-- f --> g\n";
        assert_eq!(without_comments(text), expected);
        assert_eq!(without_comments("<!-- open\na\n"), "<!-- open\na\n");
    }

    #[test]
    fn spaces_and_bullets_of_editors_are_those_of_markdown() {
        let text = "##\u{a0}Request\n## \u{200b}Response\n-\u{a0}`a`\n\u{a0}\u{a0}- `b`\n• `c`\n\
                    • Text\u{a0}here\n– Text\n`d`\u{a0}e\n```\n-\u{a0}f\n```\n";
        let expected = "## Request\n## Response\n- `a`\n  - `b`\n- `c`\n\
                        - Text\u{a0}here\n– Text\n`d`\u{a0}e\n```\n-\u{a0}f\n```\n";
        assert_eq!(with_plain_starts(text), expected);
        assert_eq!(heading_text("## \u{200b}Request\u{a0}\n"), "Request");
    }

    #[test]
    fn headings_can_be_underlined() {
        let text = "Response\n--------\n\n### 200\n\n```\nTypes\n-----\n```\n\nText.\n\n---\n";
        let expected = "## Response\n\n\n### 200\n\n```\nTypes\n-----\n```\n\nText.\n\n---\n";
        assert_eq!(with_marks(text), expected);
        assert_eq!(heading_text("List pets\n=========\n"), "List pets");
    }

    #[test]
    fn all_headings_can_be_deeper() {
        let text = "Reference: https://docs.example.com/pets\n\n#### Response ####\n\n##### 200\n";
        let outline = outline(&format!("{HEAD}{text}"), 2).expect("a page");
        assert_eq!((outline.sections, outline.level), (6, 4));
    }

    #[test]
    fn a_component_can_be_below_the_link() {
        let link = "Reference: https://docs.example.com/pets\n\n";
        for (component, sections) in [
            ("<Note>\n\nText.\n\n</Note>\n", 12),
            ("<Note>\nText.\n</Note>\n\n> Text.\n", 12),
            ("<Note>\nText.\n", 9),
            ("<Card\n  title=\"a\"\n/>\n", 10),
        ] {
            let text = format!("{link}{component}\n## Response\n");
            assert_eq!(found(&text), Some((4, sections)), "{component}");
        }
    }

    #[test]
    fn below_a_link_samples_are_sufficient() {
        let samples = "## Examples\n\n```md\n## Response\n```\n";
        let link = "Reference: https://docs.example.com/pets\n\n";
        assert_eq!(found(&format!("{link}{samples}")), Some((4, 6)));
    }

    #[test]
    fn a_page_can_end_with_its_link() {
        let link = "Text.\n\nReference: https://docs.example.com/pets\n";
        assert_eq!(
            found(&format!("{link}\n<Note>Text.</Note>\n")),
            Some((6, 9))
        );
        assert_eq!(found(&format!("{link}\nText.\n")), None);
        assert_eq!(
            outline(&format!("GET https://api.example.com/pets\n\n{link}"), 0),
            None
        );
    }

    #[test]
    fn a_page_that_describes_nothing_has_no_outline() {
        for body in [
            "Words.\n",
            "## Request\n\nA guide.\n",
            "## Examples\n\n```md\n## Response\n```\n",
            "Reference: https://docs.example.com/pets\n\n## AsyncAPI Specification\n",
        ] {
            assert_eq!(found(body), None, "{body}");
        }
    }
}
