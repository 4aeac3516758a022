//! Wraps the lines of Markdown at a width, if that changes only the line endings.

use pulldown_cmark::{Event, Parser};

use crate::check::RUSTDOC;

/// Wraps paragraphs and list items of Markdown at `width`. Longer words are not broken. Code
/// blocks, tables, and headings are not changed.
///
/// Text whose meaning would change with other line endings is returned unchanged.
pub(crate) fn wrap(markdown: &str, width: usize) -> String {
    if markdown.lines().all(|line| line.chars().count() <= width) {
        return markdown.to_owned();
    }
    let mut lines = Vec::new();
    let mut fence: Option<String> = None;
    let mut rest = markdown.lines().peekable();
    while let Some(line) = rest.next() {
        let mark: String = fence_of(line).collect();
        match &fence {
            Some(open) => {
                lines.push(line.to_owned());
                if mark.len() >= open.len() && mark.starts_with(open.as_str()) {
                    fence = None;
                }
            }
            None if mark.len() >= 3 => {
                lines.push(line.to_owned());
                fence = Some(mark);
            }
            None => {
                let mut paragraph = vec![line];
                while let Some(next) = rest.next_if(|next| continues(paragraph.last(), next)) {
                    paragraph.push(next);
                }
                wrap_paragraph(&paragraph, width, &mut lines);
            }
        }
    }
    let wrapped = lines.join("\n");
    if meaning(&wrapped) == meaning(markdown) {
        wrapped
    } else {
        markdown.to_owned()
    }
}

/// Returns the fence of a code block at the beginning of a line.
fn fence_of(line: &str) -> impl Iterator<Item = char> + '_ {
    let text = line.trim_start();
    let mark = text.chars().next().filter(|c| ['`', '~'].contains(c));
    text.chars().take_while(move |c| Some(*c) == mark)
}

/// Returns `true` if a line continues the paragraph of the line before.
fn continues(before: Option<&&str>, line: &str) -> bool {
    let is_open = before.is_some_and(|before| !is_block(before) && !before.ends_with(['\\', ' ']));
    let first = line.trim_start().split(' ').next().unwrap_or_default();
    is_open && !is_block(line) && can_begin_line(first) && fence_of(line).count() < 3
}

/// Returns `true` if a line does not belong to a paragraph or a list item.
fn is_block(line: &str) -> bool {
    let text = &line[prefix_of(line)..];
    text.is_empty() || text.starts_with(['#', '|', '<']) || line.starts_with("    ")
}

/// Adds the lines of a paragraph, and rewraps them if one is too wide.
fn wrap_paragraph(paragraph: &[&str], width: usize, lines: &mut Vec<String>) {
    let is_wide = |line: &&str| line.chars().count() > width;
    let ends_hard = paragraph.last().is_some_and(|line| line.ends_with("  "));
    if !paragraph.iter().any(is_wide) || ends_hard || is_block(paragraph[0]) {
        return lines.extend(paragraph.iter().map(|line| (*line).to_owned()));
    }
    let mut line = paragraph[0].to_owned();
    for next in &paragraph[1..] {
        line.push(' ');
        line.push_str(next.trim_start());
    }
    let prefix = prefix_of(&line);
    let text = &line[prefix..];
    // The lines of a list item are indented like its text.
    let indent: String = line[..prefix]
        .chars()
        .map(|c| if c == '>' { '>' } else { ' ' })
        .collect();
    let mut current = line[..prefix].to_owned();
    let mut is_first = true;
    for word in text.split(' ') {
        let is_wide = current.chars().count() + 1 + word.chars().count() > width;
        if !is_first && is_wide && can_begin_line(word) {
            lines.push(std::mem::replace(&mut current, indent.clone()));
        } else if !is_first {
            current.push(' ');
        }
        current.push_str(word);
        is_first = false;
    }
    lines.push(current);
}

/// Returns the length of the prefix of a line: indentation, and the markers of quotes and list
/// items.
fn prefix_of(line: &str) -> usize {
    let mut rest = line.trim_start_matches([' ', '>']);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    for mark in ["- ", "* ", "+ "] {
        rest = rest.strip_prefix(mark).unwrap_or(rest);
    }
    if digits > 0 {
        let after = &rest[digits..];
        rest = after
            .strip_prefix(". ")
            .or_else(|| after.strip_prefix(") "))
            .unwrap_or(rest);
    }
    line.len() - rest.len()
}

/// Returns `true` if a word at the beginning of a line is plain text in Markdown.
fn can_begin_line(word: &str) -> bool {
    let begins_block = word.starts_with(['-', '+', '#', '>', '|', '=', '<', '~', ':'])
        || ["*", "**", "***", "_", "__", "___", ""].contains(&word)
        || word.starts_with("```");
    let is_number = word
        .trim_end_matches(['.', ')'])
        .bytes()
        .all(|b| b.is_ascii_digit());
    !begins_block && !is_number
}

/// Returns the events of Markdown, with line endings as spaces.
fn meaning(markdown: &str) -> Vec<Event<'_>> {
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut text = String::new();
    for event in Parser::new_ext(markdown, RUSTDOC) {
        match event {
            Event::SoftBreak => text.push(' '),
            Event::Text(part) => text.push_str(&part),
            event => {
                if !text.is_empty() {
                    events.push(Event::Text(std::mem::take(&mut text).into()));
                }
                events.push(event);
            }
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_list_items_are_wrapped() {
        for (markdown, expected) in [
            ("one two three", "one two\nthree"),
            ("one two\n\nthree four five", "one two\n\nthree four\nfive"),
            (
                "one two three\nfour five\nsix",
                "one two\nthree four\nfive six",
            ),
            ("one\ntwo", "one\ntwo"),
            ("- one two three\n- four", "- one two\n  three\n- four"),
            ("- one two three", "- one two\n  three"),
            ("1. one two three", "1. one two\n   three"),
            ("> one two three", "> one two\n> three"),
            ("wide-word-alone a", "wide-word-alone\na"),
            ("a `one two three`", "a `one two\nthree`"),
        ] {
            assert_eq!(wrap(markdown, 10), expected, "{markdown}");
        }
    }

    #[test]
    fn a_word_that_would_begin_a_block_stays_in_its_line() {
        for markdown in ["one two - three", "one two 1. three", "one two # three"] {
            let wrapped = wrap(markdown, 8);
            assert_eq!(meaning(&wrapped), meaning(markdown), "{wrapped}");
        }
    }

    #[test]
    fn code_tables_and_headings_stay_as_they_are() {
        for markdown in [
            "```text\none two three\n```",
            "# one two three",
            "|one two|three|\n|---|---|\n|a|b|",
            "    one two three",
        ] {
            assert_eq!(wrap(markdown, 8), markdown);
        }
    }
}
