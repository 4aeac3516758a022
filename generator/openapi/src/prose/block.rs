//! Parses the list below a heading into a tree of lines, and the paragraphs above it.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use super::property::Line;
use pages::limits::PROSE_DEPTH;

/// A list line with the lines below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// The line of the page, counted from 1.
    pub(super) line: usize,
    /// The indentation, in steps.
    pub(super) level: usize,
    pub(super) content: Line,
    pub(super) children: Vec<Node>,
}

/// The content below a heading.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// Paragraphs, each in one line.
    pub(super) paragraphs: Vec<String>,
    pub(super) nodes: Vec<Node>,
}

/// The syntax of the lists of one page.
#[derive(Debug)]
pub(super) struct Syntax {
    /// The names of types, which can contain spaces.
    pub(super) names: HashSet<String>,
    /// The number of spaces per level. The platform prints two; some tools print more.
    pub(super) step: usize,
}

/// The number of spaces per level on pages of the platform.
const STEP: usize = 2;

impl Default for Syntax {
    fn default() -> Self {
        Self {
            names: HashSet::new(),
            step: STEP,
        }
    }
}

impl Syntax {
    /// Returns the width of an indentation in columns. A tab is one step.
    fn width(&self, white: &str) -> usize {
        let widths = white.chars().map(|c| if c == '\t' { self.step } else { 1 });
        widths.sum()
    }
}

/// Returns the number of spaces per level: the most frequent indentation of lines directly below a
/// line of the grammar that is not indented.
pub(super) fn step<'a>(lines: impl Iterator<Item = &'a str>) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    let mut last = None;
    for (white, item) in lines.filter_map(bullet) {
        let indent = white.chars().filter(|c| *c == ' ').count();
        let is_first = last == Some(0) && white.len() == indent && indent >= STEP;
        if is_first {
            *counts.entry(indent).or_default() += 1;
        }
        last = is_grammatical(item).then_some(white.len());
    }
    let most = counts
        .into_iter()
        .max_by_key(|(indent, count)| (*count, Reverse(*indent)));
    most.map_or(STEP, |(indent, _)| indent)
}

/// Splits a list line into its indentation and the text of its item.
pub(super) fn bullet(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start_matches([' ', '\t']);
    let white = &line[..line.len() - text.len()];
    let item = text.strip_prefix(['-', '*', '+'])?;
    let item = item.strip_prefix([' ', '\t'])?;
    Some((white, item.trim()))
}

/// Returns `true` if only the grammar of a page has items with this beginning.
pub(super) fn is_grammatical(item: &str) -> bool {
    let starts = [
        "Allowed values: ",
        "Streaming response of ",
        "File download.",
    ];
    item.starts_with('`') || starts.iter().any(|start| item.starts_with(start))
}

/// Joins list lines with the lines that continue them, which are indented more than their item.
/// The platform does not wrap lines, but tools that format Markdown do.
pub(super) fn unwrapped<'a>(lines: &[(usize, &'a str)]) -> Vec<(usize, Cow<'a, str>)> {
    let mut joined: Vec<(usize, Cow<'_, str>)> = Vec::with_capacity(lines.len());
    let mut open: Option<usize> = None;
    let mut has_items = false;
    let mut rest = lines;
    while let Some(((number, text), after)) = rest.split_first() {
        rest = &after[component(text, after).filter(|_| has_items).unwrap_or(0)..];
        let content = text.trim();
        let indent = text.len() - text.trim_start().len();
        if let Some((white, _)) = bullet(text) {
            open = Some(white.len());
            has_items = true;
        } else if is_tag(content) && has_items {
            open = None;
        } else if open.is_some_and(|open| indent > open) && !content.is_empty() {
            if let Some((_, item)) = joined.last_mut() {
                let item = item.to_mut();
                item.push(' ');
                item.push_str(content);
            }
            continue;
        } else {
            open = None;
        }
        joined.push((*number, Cow::Borrowed(*text)));
    }
    joined
}

/// The maximum number of lines of a component between list lines.
const MOST_COMPONENT: usize = 100;

/// Returns the number of lines after `line`, up to the closing tag of the component that it opens, such
/// as a callout.
fn component(line: &str, after: &[(usize, &str)]) -> Option<usize> {
    let tag = line.trim().strip_prefix('<')?.strip_suffix('>')?;
    let end = tag.find(|c: char| !c.is_ascii_alphanumeric());
    let name = &tag[..end.unwrap_or(tag.len())];
    if name.is_empty() || tag.ends_with('/') || tag.contains("</") {
        return None;
    }
    let close = format!("</{name}>");
    let mut lines = after.iter().take(MOST_COMPONENT);
    let count = lines.position(|(_, line)| line.trim() == close)? + 1;
    // A component around list lines is only a frame.
    let has_items = after[..count]
        .iter()
        .any(|(_, line)| bullet(line).is_some());
    (!has_items).then_some(count)
}

/// Returns `true` for a line that is a tag of a component.
fn is_tag(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>')
}

/// Returns `true` for a line that describes nothing: a break, or a component such as a callout.
pub(super) fn is_separator(text: &str) -> bool {
    let is_tag = is_tag(text);
    let is_break = ['-', '*', '_'].iter().any(|mark| {
        let count = text.chars().filter(|c| c == mark).count();
        count >= 3 && text.chars().all(|c| c == *mark || c == ' ')
    });
    is_tag || is_break || text.starts_with('>')
}

/// Reads the lines below a heading. The numbers of lines that do not match the grammar are added to
/// `refused`. Lines nested below such a line are skipped.
pub(super) fn read(lines: &[(usize, &str)], syntax: &Syntax, refused: &mut Vec<usize>) -> Block {
    let mut reader = Reader {
        syntax,
        block: Block::default(),
        open: Vec::new(),
        refused,
        refused_level: None,
        is_paragraph: false,
    };
    // The whole list can be indented, for example in a component.
    let items = lines.iter().filter_map(|(_, text)| bullet(text));
    let base = items.map(|(white, _)| syntax.width(white)).min();
    for (number, text) in unwrapped(lines) {
        match bullet(&text) {
            Some((white, item)) => {
                let indent = syntax.width(white).saturating_sub(base.unwrap_or(0));
                reader.read_item(number, indent, item);
            }
            None => reader.read_text(number, text.trim()),
        }
    }
    reader.finish()
}

/// The state of the list that is being read.
struct Reader<'a> {
    syntax: &'a Syntax,
    block: Block,
    /// The last line and its parents, from the outermost.
    open: Vec<Node>,
    refused: &'a mut Vec<usize>,
    /// The level of the last line, if it was refused.
    refused_level: Option<usize>,
    /// The last line belongs to a paragraph.
    is_paragraph: bool,
}

impl Reader<'_> {
    /// Reads a line that is not a list line.
    fn read_text(&mut self, number: usize, text: &str) {
        if text.is_empty() {
            self.is_paragraph = false;
            return;
        }
        close_bullets(&mut self.open, &mut self.block);
        let is_below = !self.open.is_empty() || !self.block.nodes.is_empty();
        if is_below {
            // Nothing can follow the list of a section.
            if !is_separator(text) {
                if !self.is_paragraph {
                    self.refused.push(number);
                }
                self.is_paragraph = true;
            }
            return;
        }
        match self.block.paragraphs.last_mut() {
            Some(paragraph) if self.is_paragraph => {
                paragraph.push(' ');
                paragraph.push_str(text);
            }
            _ => self.block.paragraphs.push(text.to_owned()),
        }
        self.is_paragraph = true;
    }

    /// Reads a list line with an indentation in columns.
    fn read_item(&mut self, number: usize, indent: usize, item: &str) {
        self.is_paragraph = false;
        let step = self.syntax.step;
        let level = indent / step;
        if self.refused_level.is_some_and(|refused| level > refused) {
            return;
        }
        self.refused_level = None;
        while self.open.len() > level {
            close(&mut self.open, &mut self.block);
        }
        let content = Line::parse(item, &self.syntax.names);
        if level == 0 && !matches!(content, None | Some(Line::Variant(_))) {
            close_bullets(&mut self.open, &mut self.block);
        }
        let is_above = self.block.nodes.is_empty() && self.open.iter().all(is_bullet);
        if content.is_none() && level == 0 && is_above && is_text(item) {
            close_bullets(&mut self.open, &mut self.block);
            self.block.paragraphs.push(format!("- {item}"));
            return;
        }
        let is_in_place =
            indent.is_multiple_of(step) && level == self.open.len() && level < PROSE_DEPTH;
        match content.filter(|_| is_in_place) {
            Some(content) => self.open.push(Node {
                line: number,
                level,
                content,
                children: Vec::new(),
            }),
            None => {
                self.refused.push(number);
                self.refused_level = Some(level);
            }
        }
    }

    /// Returns the block after the last line.
    fn finish(mut self) -> Block {
        close_bullets(&mut self.open, &mut self.block);
        while !self.open.is_empty() {
            close(&mut self.open, &mut self.block);
        }
        self.block
    }
}

/// Returns `true` for a line without content below it that can be a bullet of a description.
fn is_bullet(node: &Node) -> bool {
    matches!(node.content, Line::Variant(_)) && node.children.is_empty()
}

/// Returns `true` if the item is a bullet of a description with code, such as
/// `` Set `a` to `b`. `` or `` `open`: It is open. ``, and not a malformed property.
fn is_text(item: &str) -> bool {
    let is_property = ["required", "optional"].iter().any(|word| {
        let mut ends = item.match_indices(word).map(|(start, _)| &item[..start]);
        ends.any(|before| before.ends_with(", "))
    });
    let quoted = item.strip_prefix('`');
    let is_described = quoted
        .and_then(|text| text.split_once('`'))
        .is_some_and(|(_, rest)| {
            let marks = [": ", " - ", " – ", " — "];
            marks.iter().any(|mark| rest.starts_with(mark))
        });
    !item.is_empty() && !is_property && (quoted.is_none() || is_described)
}

/// Makes all lines so far paragraphs if they are the bullets of a description. The variants of a
/// union have lines below them.
fn close_bullets(open: &mut Vec<Node>, block: &mut Block) {
    let mut lines = block.nodes.iter().chain(open.iter());
    if open.len() > 1 || !lines.all(is_bullet) {
        return;
    }
    while !open.is_empty() {
        close(open, block);
    }
    for node in block.nodes.drain(..) {
        if let Line::Variant(text) = node.content {
            block.paragraphs.push(format!("- {text}"));
        }
    }
}

/// Moves the innermost open line into the one above it.
fn close(open: &mut Vec<Node>, block: &mut Block) {
    if let Some(node) = open.pop() {
        let siblings = match open.last_mut() {
            Some(parent) => &mut parent.children,
            None => &mut block.nodes,
        };
        siblings.push(node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Block, Vec<usize>) {
        let lines: Vec<_> = (1..).zip(text.lines()).collect();
        let mut refused = Vec::new();
        let syntax = Syntax {
            step: step(text.lines()),
            ..Syntax::default()
        };
        let block = read(&lines, &syntax, &mut refused);
        (block, refused)
    }

    fn shape(nodes: &[Node]) -> String {
        let shapes = nodes.iter().map(|node| {
            let children = shape(&node.children);
            format!("{}({children})", node.line)
        });
        shapes.collect()
    }

    #[test]
    fn lines_are_below_the_line_that_is_indented_less() {
        let (block, refused) = read_text(
            "A pet,\nand more.\n\nWords.\n\n- `a` (object, required)\n  - `b` (list of object, optional)\n    \
             - `c` (any, required)\n  - `d` (any, optional)\n- `e` (any, optional)\n",
        );
        assert_eq!(block.paragraphs, ["A pet, and more.", "Words."]);
        assert_eq!(shape(&block.nodes), "6(7(8())9())10()");
        assert!(refused.is_empty());
    }

    #[test]
    fn a_line_outside_the_grammar_costs_itself_and_the_lines_below_it() {
        let (block, refused) = read_text(
            "- `a` (two words, required)\n  - `b` (any, required)\n- `c` (any, required)\n\
             \x20   - `d` (any, required)\n - `e` (any, required)\n- `f` (any, required)\nWords.\n",
        );
        assert_eq!(shape(&block.nodes), "3()6()");
        assert_eq!(refused, [1, 4, 5, 7]);
    }

    #[test]
    fn components_are_not_part_of_lines() {
        for (open, close) in [
            ("<Note>", "</Note>"),
            ("  <Note>", "  </Note>"),
            ("<Tip a=\"b\">", "</Tip>"),
        ] {
            let text = format!(
                "- `a` (object, required)\n{open}\n    A note.\n\n    More.\n{close}\n  - `b` (any, required) \
                 — Text\n    that is wrapped.\n"
            );
            let (block, refused) = read_text(&text);
            assert_eq!(shape(&block.nodes), "1(7())", "{text}");
            assert!(refused.is_empty(), "{text}");
        }
        // A component that is not closed.
        let (block, refused) =
            read_text("- `a` (any, required)\n<Note>\nText.\n- `b` (any, required)\n");
        assert_eq!(
            (shape(&block.nodes).as_str(), &refused[..]),
            ("1()4()", &[3][..])
        );
    }

    #[test]
    fn a_whole_list_can_be_indented() {
        let text = "Text.\n\n    - `a` (object, required)\n      - `b` (any, required)\n    - `c` (any, required)\n";
        let (block, refused) = read_text(text);
        assert_eq!(shape(&block.nodes), "3(4())5()");
        assert!(refused.is_empty());
        let (block, _) = read_text(&text.replace("Text.\n\n", "<Frame>\n"));
        assert_eq!(shape(&block.nodes), "2(3())4()");
    }

    #[test]
    fn bullets_above_the_list_belong_to_the_description() {
        let (block, refused) =
            read_text("States:\n\n- open\n- closed\n\nMore.\n\n- last\n\n- `a` (any, required)\n");
        let paragraphs = ["States:", "- open", "- closed", "More.", "- last"];
        assert_eq!(block.paragraphs, paragraphs);
        assert_eq!(shape(&block.nodes), "10()");
        assert!(refused.is_empty());
        let (block, refused) = read_text(
            "States:\n\n- `open`: It is open.\n- Set `a` to `b`.\n- closed\n\n- `a` (any, required)\n",
        );
        let paragraphs = [
            "States:",
            "- `open`: It is open.",
            "- Set `a` to `b`.",
            "- closed",
        ];
        assert_eq!(block.paragraphs, paragraphs);
        assert_eq!(shape(&block.nodes), "7()");
        assert!(refused.is_empty());
        let (_, refused) = read_text("- a` (any, required)\n- `b (any, optional)\n");
        assert_eq!(refused, [1, 2]);
        let (block, _) = read_text("It is one of:\n\n- open\n- closed\n");
        assert_eq!(block.paragraphs, ["It is one of:", "- open", "- closed"]);
        assert!(block.nodes.is_empty());
        let (block, _) = read_text("- Cat\n  - `a` (any, required)\n- Dog\n");
        assert_eq!(shape(&block.nodes), "1(2())3()");
    }

    #[test]
    fn other_marks_and_indentations_of_lists_are_read() {
        for (mark, indent) in [("* ", 2), ("+ ", 2), ("-   ", 4), ("* ", 4), ("- ", 3)] {
            let line =
                |level: usize, text: &str| format!("{}{mark}{text}\n", " ".repeat(level * indent));
            let text = line(0, "`a` (object, required)")
                + &line(1, "`b` (object, required)")
                + &line(2, "`c` (any, required)")
                + &line(0, "`d` (any, required)");
            let (block, refused) = read_text(&text);
            assert_eq!(shape(&block.nodes), "1(2(3()))4()", "{text}");
            assert!(refused.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_wrapped_line_continues_the_item_above_it() {
        let (block, refused) =
            read_text("- `a` (any, required) — One\n  two\n  three.\n- `b` (any,\n    optional)\n");
        assert_eq!(shape(&block.nodes), "1()4()");
        let Line::Property(property) = &block.nodes[0].content else {
            panic!("{block:?}");
        };
        assert_eq!(property.description.as_deref(), Some("One two three."));
        assert!(refused.is_empty());
    }

    #[test]
    fn a_paragraph_below_a_list_is_refused_once_and_separators_are_not() {
        let (_, refused) = read_text(
            "- `a` (any, required)\n\n<Note>\nWords,\nand more.\n</Note>\n\n---\n\nMore.\n",
        );
        assert_eq!(refused, [10]);
    }

    #[test]
    fn a_tab_is_one_step() {
        let (block, _) = read_text("- `a` (object, required)\n\t- `b` (any, required)\n");
        assert_eq!(shape(&block.nodes), "1(2())");
    }

    #[test]
    fn depth_is_limited() {
        let line = |depth: usize| format!("{}- `a` (object, required)\n", "  ".repeat(depth));
        let (_, refused) = read_text(&(0..1000).map(line).collect::<String>());
        assert_eq!(refused, [PROSE_DEPTH + 1]);
    }
}
