//! Descriptions in MDX, with links that only work on the documentation site.
//!
//! ```text
//! <Note title="Limits">            should be:  > **Limits**
//! See the [limits](/docs/limits).              >
//! </Note>                                      > See the [limits](https://docs.example.com/docs/limits).
//! ```
//!
//! OpenAPI's descriptions are CommonMark. Call-outs become block quotes, other components are
//! replaced with their content, and links are resolved against the page's URL. Code is not changed.

use serde_json::{Map, Value};

use super::{Context, Fixed, Quirk};
use pages::pointer::Pointer;
use pages::url::split_origin;

pub(super) const QUIRK: Quirk = Quirk {
    name: "mdx",
    summary: "MDX and site-relative links in descriptions",
    fix,
};

/// Components that are converted to block quotes.
const CALLOUTS: [&str; 10] = [
    "Callout", "Check", "Danger", "Error", "Info", "Note", "Success", "Tip", "Warning", "Launch",
];

fn fix(root: &mut Value, context: &Context<'_>, fixed: &mut Fixed) {
    let reference = context.page.reference.as_deref();
    descriptions(root, &mut Pointer::default(), &mut |pointer, text| {
        if !text.contains('<') && !text.contains("](") {
            return;
        }
        let markdown = to_markdown(text, reference);
        if markdown != text.trim_end() {
            *text = markdown;
            fixed.at(pointer);
        }
    });
}

/// Calls `visit` with each description and summary of the document.
fn descriptions(node: &mut Value, pointer: &mut Pointer, visit: &mut dyn FnMut(&str, &mut String)) {
    let object: &mut Map<String, Value> = match node {
        Value::Object(object) => object,
        Value::Array(items) => {
            for (index, child) in items.iter_mut().enumerate() {
                pointer.within(&index.to_string(), |pointer| {
                    descriptions(child, pointer, visit);
                });
            }
            return;
        }
        _ => return,
    };
    for (key, child) in object {
        pointer.within(key, |pointer| match (key.as_str(), child) {
            ("description" | "summary", Value::String(text)) => visit(pointer.as_str(), text),
            ("example" | "examples" | "default" | "enum", _) => {}
            (_, child) => descriptions(child, pointer, visit),
        });
    }
}

fn to_markdown(text: &str, reference: Option<&str>) -> String {
    let text = &without_callout_indent(text);
    let mut lines = Vec::new();
    let mut fence: Option<String> = None;
    let mut quoted = false;
    for line in text.trim_end().lines() {
        let trimmed = line.trim_start();
        if let Some(open) = &fence {
            if trimmed.trim_end() == open {
                fence = None;
            }
            push(&mut lines, quoted, line);
            continue;
        }
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            let mark = &trimmed[..1];
            fence = Some(
                trimmed
                    .chars()
                    .take_while(|c| c.to_string() == mark)
                    .collect(),
            );
            push(&mut lines, quoted, line);
            continue;
        }
        convert_line(line, reference, &mut quoted, &mut lines);
    }
    while lines
        .last()
        .is_some_and(|line| matches!(line.trim(), "" | ">"))
    {
        lines.pop();
    }
    lines.join("\n")
}

/// Removes the common indentation of the content of a call-out, which Markdown would parse as code.
fn without_callout_indent(text: &str) -> String {
    let opens = |line: &str| {
        CALLOUTS
            .iter()
            .any(|name| line.trim_start().starts_with(&format!("<{name}")))
    };
    let closes = |line: &str| {
        CALLOUTS
            .iter()
            .any(|name| line.contains(&format!("</{name}>")))
    };
    let width = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = text.lines().collect();
    let closing: Vec<bool> = lines.iter().map(|line| closes(line)).collect();
    // The smallest indentation from each line to the end of the call-out.
    let mut smallest = vec![None; lines.len() + 1];
    for (index, line) in lines.iter().enumerate().rev() {
        let below = smallest[index + 1];
        smallest[index] = match (closing[index], line.trim().is_empty()) {
            (true, _) => None,
            (false, true) => below,
            (false, false) => Some(below.unwrap_or(usize::MAX).min(width(line))),
        };
    }
    let mut result: Vec<&str> = Vec::new();
    let mut indent = None;
    for (index, line) in lines.iter().enumerate() {
        if closing[index] {
            indent = None;
            result.push(line);
        } else if opens(line) {
            indent = smallest[index + 1];
            result.push(line);
        } else {
            result.push(
                line.get(indent.unwrap_or(0).min(width(line))..)
                    .unwrap_or(line),
            );
        }
    }
    result.join("\n")
}

fn push(lines: &mut Vec<String>, quoted: bool, line: &str) {
    lines.push(match (quoted, line.trim().is_empty()) {
        (false, _) => line.trim_end().to_owned(),
        (true, true) => ">".to_owned(),
        (true, false) => format!("> {}", line.trim_end()),
    });
}

/// Converts a line outside of code blocks. It can open and close components.
fn convert_line(line: &str, reference: Option<&str>, quoted: &mut bool, lines: &mut Vec<String>) {
    let mut kept = String::new();
    let mut had_tag = false;
    for piece in pieces(line) {
        match piece {
            Piece::Code(code) => kept.push_str(code),
            Piece::Text(text) => kept.push_str(&absolute_links(text, reference)),
            Piece::Tag(tag) => {
                had_tag = true;
                match tag.kind {
                    Kind::Opens if CALLOUTS.contains(&tag.name) => {
                        flush(&mut kept, *quoted, lines);
                        if lines.last().is_some_and(|line| !line.is_empty()) {
                            lines.push(String::new());
                        }
                        *quoted = true;
                        let title = tag.title.unwrap_or(tag.name);
                        lines.push(format!("> **{title}**"));
                        lines.push(">".to_owned());
                    }
                    Kind::Closes if CALLOUTS.contains(&tag.name) => {
                        flush(&mut kept, *quoted, lines);
                        while lines.last().is_some_and(|line| line == ">") {
                            lines.pop();
                        }
                        *quoted = false;
                        lines.push(String::new());
                    }
                    _ if tag.name == "br" => flush(&mut kept, *quoted, lines),
                    _ => {}
                }
            }
        }
    }
    let only_blank = kept.trim().is_empty();
    let repeats = matches!(lines.last().map(|line| line.trim()), Some("" | ">"));
    if only_blank && (had_tag || repeats) {
        return;
    }
    push(lines, *quoted, &kept);
}

fn flush(kept: &mut String, quoted: bool, lines: &mut Vec<String>) {
    if !kept.trim().is_empty() {
        push(lines, quoted, kept);
    }
    kept.clear();
}

enum Piece<'a> {
    Text(&'a str),
    Code(&'a str),
    Tag(Tag<'a>),
}

enum Kind {
    Opens,
    Closes,
}

struct Tag<'a> {
    name: &'a str,
    kind: Kind,
    title: Option<&'a str>,
}

/// Splits a line into text, code spans and the tags of components.
fn pieces(line: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(['`', '<']) {
        let (text, from) = rest.split_at(start);
        let found = if from.starts_with('`') {
            code_span(from).map(|length| (Piece::Code(&from[..length]), length))
        } else if text.ends_with(char::is_alphanumeric) && is_type_argument(from) {
            None
        } else {
            tag(from).map(|(tag, length)| (Piece::Tag(tag), length))
        };
        match found {
            Some((piece, length)) => {
                pieces.push(Piece::Text(text));
                pieces.push(piece);
                rest = &from[length..];
            }
            None => {
                // A run of backticks without an end is text as a whole.
                let length = backticks(from).max(1);
                pieces.push(Piece::Text(&rest[..start + length]));
                rest = &from[length..];
            }
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// Returns `true` if `<` after a word starts a type argument, as in `List<String>`.
fn is_type_argument(text: &str) -> bool {
    let name = &text[1..];
    let is_callout = |callout: &&str| {
        let rest = name.strip_prefix(*callout);
        rest.is_some_and(|rest| rest.starts_with('>'))
    };
    name.starts_with(char::is_uppercase) && !CALLOUTS.iter().any(is_callout)
}

/// Returns the length of the code span at the start of `text`.
fn code_span(text: &str) -> Option<usize> {
    let length = backticks(text);
    let ticks = &text[..length];
    Some(length + text[length..].find(ticks)? + length)
}

/// Returns the number of backticks at the start of `text`.
fn backticks(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// Returns the position of the `>` that ends the tag at the start of `text`. It is not in quotes, and
/// no other tag begins before it.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut is_quoted = false;
    let end = text[1..].find(|character| {
        is_quoted ^= character == '"';
        matches!(character, '<' | '>') && !is_quoted
    });
    end.map(|end| end + 1)
        .filter(|end| text[*end..].starts_with('>'))
}

/// Returns the component or HTML tag at the start of `text` and its length.
///
/// A placeholder such as `<token>` is text. Components begin with a capital letter, and only common
/// HTML tags are recognized.
fn tag(text: &str) -> Option<(Tag<'_>, usize)> {
    const HTML: [&str; 18] = [
        "a", "b", "br", "code", "div", "em", "i", "img", "li", "ol", "p", "span", "strong", "sub",
        "sup", "u", "ul", "table",
    ];
    let end = end_of_tag(text)?;
    let inside = text[1..end].trim_end_matches('/').trim();
    let (inside, kind) = match inside.strip_prefix('/') {
        Some(inside) => (inside, Kind::Closes),
        None => (inside, Kind::Opens),
    };
    let name = inside.split(char::is_whitespace).next()?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    let is_component = name.starts_with(|c: char| c.is_ascii_uppercase())
        && (inside == name || inside.contains('=') || matches!(kind, Kind::Closes));
    if !is_name || !(is_component || HTML.contains(&name)) {
        return None;
    }
    let title = inside
        .split_once("title=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(title, _)| title);
    Some((Tag { name, kind, title }, end + 1))
}

/// Resolves the links of `text` against the URL of the page.
fn absolute_links(text: &str, reference: Option<&str>) -> String {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("](") {
        let (before, target) = rest.split_at(start + 2);
        resolved.push_str(before);
        let end = target.find([')', ' ']).unwrap_or(target.len());
        resolved.push_str(&absolute(&target[..end], reference));
        rest = &target[end..];
    }
    resolved + rest
}

fn absolute(link: &str, reference: Option<&str>) -> String {
    let is_relative = !link.contains("://") && !link.starts_with("mailto:");
    let (Some(reference), true) = (reference, is_relative && !link.is_empty()) else {
        return link.to_owned();
    };
    let (origin, path) = split_origin(reference);
    if link.starts_with('/') {
        format!("{origin}{link}")
    } else if link.starts_with('#') {
        format!("{reference}{link}")
    } else {
        let folder = &path[..path.rfind('/').unwrap_or_default()];
        format!("{origin}{folder}/{}", link.trim_start_matches("./"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Option<&str> = Some("https://docs.example.com/reference/pets/list");

    #[test]
    fn a_callout_becomes_a_block_quote() {
        let mdx = "Lists pets.\n\n<Note title=\"Limits\">\n- See the [limits](/docs/limits#a).\n- Two.\n</Note>\nMore.";
        assert_eq!(
            to_markdown(mdx, PAGE),
            "Lists pets.\n\n> **Limits**\n>\n> - See the [limits](https://docs.example.com/docs/limits#a).\n> - Two.\n\nMore."
        );
    }

    #[test]
    fn code_in_a_callout_keeps_its_indentation() {
        assert_eq!(
            to_markdown(
                "<Tip>\n  Like this:\n  ```py\n  if a:\n      b\n  ```\n</Tip>",
                None
            ),
            "> **Tip**\n>\n> Like this:\n> ```py\n> if a:\n>     b\n> ```"
        );
    }

    #[test]
    fn a_callout_may_stand_on_one_line() {
        assert_eq!(
            to_markdown("Up. <Info>Slow.</Info> Down.", None),
            "Up.\n\n> **Info**\n>\n> Slow.\n\n Down."
        );
    }

    #[test]
    fn other_components_leave_their_content() {
        assert_eq!(
            to_markdown(
                "<Card title=\"x > y\" href=\"/a\">\nPets\n</Card>\nA<br/>B <b>C</b>",
                None
            ),
            "Pets\nA\nB C"
        );
    }

    #[test]
    fn placeholders_and_code_are_left_alone() {
        for text in [
            "Use <token> and a < b, List<String>.",
            "`<Note>` and `[a](/b)`",
            "```\n<Note>\n[a](/b)\n```",
            "``` a `<b>` b",
            "<a <Note",
        ] {
            assert_eq!(to_markdown(text, PAGE), text);
        }
    }

    #[test]
    fn links_are_resolved_against_the_page() {
        for (link, expected) in [
            ("/docs", "https://docs.example.com/docs"),
            ("#top", "https://docs.example.com/reference/pets/list#top"),
            ("./create", "https://docs.example.com/reference/pets/create"),
            ("https://example.org", "https://example.org"),
        ] {
            assert_eq!(absolute(link, PAGE), expected);
        }
    }
}
