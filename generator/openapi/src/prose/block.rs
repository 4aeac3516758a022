//! Parses the list below a heading into a tree of lines, and the paragraphs above it.

use std::collections::HashSet;

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

/// Reads the lines below a heading. The numbers of lines that do not match the grammar are added to
/// `refused`. Lines nested below such a line are skipped.
pub(super) fn read(
    lines: &[(usize, &str)],
    names: &HashSet<String>,
    refused: &mut Vec<usize>,
) -> Block {
    let mut block = Block::default();
    let mut open: Vec<Node> = Vec::new();
    let mut refused_level = None;
    let mut is_paragraph = false;
    for (number, text) in lines {
        let text_of_item = text.trim_start_matches([' ', '\t']);
        let white = &text[..text.len() - text_of_item.len()];
        // A tab is one step.
        let indent: usize = white.chars().map(|c| if c == '\t' { 2 } else { 1 }).sum();
        let Some(item) = text_of_item.strip_prefix("- ") else {
            let text = text.trim();
            if !text.is_empty() {
                close_bullets(&mut open, &mut block);
            }
            match block.paragraphs.last_mut() {
                _ if text.is_empty() => is_paragraph = false,
                // Nothing can follow the list of a section.
                _ if !open.is_empty() || !block.nodes.is_empty() => refused.push(*number),
                Some(paragraph) if is_paragraph => {
                    paragraph.push(' ');
                    paragraph.push_str(text);
                }
                _ => {
                    block.paragraphs.push(text.to_owned());
                    is_paragraph = true;
                }
            }
            continue;
        };
        is_paragraph = false;
        let level = indent / 2;
        if refused_level.is_some_and(|refused| level > refused) {
            continue;
        }
        refused_level = None;
        while open.len() > level {
            close(&mut open, &mut block);
        }
        let content = Line::parse(item, names);
        if level == 0 && !matches!(content, None | Some(Line::Variant(_))) {
            close_bullets(&mut open, &mut block);
        }
        let is_in_place = indent.is_multiple_of(2) && level == open.len() && level < PROSE_DEPTH;
        match content.filter(|_| is_in_place) {
            Some(content) => open.push(Node {
                line: *number,
                level,
                content,
                children: Vec::new(),
            }),
            None => {
                refused.push(*number);
                refused_level = Some(level);
            }
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut block);
    }
    block
}

/// Makes all lines so far paragraphs if they are the bullets of a description. The variants of a
/// union have lines below them.
fn close_bullets(open: &mut Vec<Node>, block: &mut Block) {
    let mut lines = block.nodes.iter().chain(open.iter());
    let is_bullet =
        |node: &Node| matches!(node.content, Line::Variant(_)) && node.children.is_empty();
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
        let block = read(&lines, &HashSet::new(), &mut refused);
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
    fn bullets_above_the_list_belong_to_the_description() {
        let (block, refused) =
            read_text("States:\n\n- open\n- closed\n\nMore.\n\n- last\n\n- `a` (any, required)\n");
        let paragraphs = ["States:", "- open", "- closed", "More.", "- last"];
        assert_eq!(block.paragraphs, paragraphs);
        assert_eq!(shape(&block.nodes), "10()");
        assert!(refused.is_empty());
        let (block, _) = read_text("- Cat\n  - `a` (any, required)\n- Dog\n");
        assert_eq!(shape(&block.nodes), "1(2())3()");
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
