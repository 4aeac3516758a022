//! The layout of statements.

use super::{assignment, expression, struct_literal};
use crate::layout::INDENT;
use crate::layout::shape::{Shape, line_break, width};
use crate::layout::tree::{Tree, flat};

/// Keywords of expressions that end with a block.
const CONTROL: [&str; 6] = ["if", "while", "for", "loop", "match", "unsafe"];

/// Lays out the statements of a function. A statement without a rule keeps its lines in `source`,
/// from which the trees were parsed.
pub(in crate::layout) fn body(inside: &[Tree<'_>], indent: usize, source: &str) -> Option<String> {
    let mut text = String::new();
    for one in statements(inside) {
        let kept = || {
            let (first, last) = (one.trees.first()?, one.trees.last()?);
            let end = if one.has_semicolon { ";" } else { "" };
            Some(source[first.start()..last.end()].to_owned() + end)
        };
        text.push_str(&line_break(indent));
        text.push_str(&statement(&one, indent).or_else(kept)?);
    }
    Some(text)
}

/// Lays out a block in a statement, with its braces. A statement that does not fit is written on
/// one line.
pub(super) fn block(inside: &[Tree<'_>], indent: usize) -> Option<String> {
    let mut text = "{".to_owned();
    for one in statements(inside) {
        text.push_str(&line_break(indent + INDENT));
        let line = || {
            let has_block = one.trees.iter().any(|tree| tree.group("{").is_some());
            let end = if one.has_semicolon { ";" } else { "" };
            Some(flat(one.trees).filter(|_| !has_block)? + end)
        };
        text.push_str(&statement(&one, indent + INDENT).or_else(line)?);
    }
    text.extend([&line_break(indent), "}"]);
    Some(text)
}

struct Statement<'a, 'b> {
    trees: &'b [Tree<'a>],
    has_semicolon: bool,
}

fn statements<'a, 'b>(inside: &'b [Tree<'a>]) -> Vec<Statement<'a, 'b>> {
    let mut statements = Vec::new();
    let mut start = 0;
    for (position, tree) in inside.iter().enumerate() {
        let next = inside.get(position + 1);
        let has_semicolon = tree.is(";");
        if has_semicolon || next.is_none() || ends_control(&inside[start..=position], next) {
            let end = if has_semicolon {
                position
            } else {
                position + 1
            };
            statements.push(Statement {
                trees: &inside[start..end],
                has_semicolon,
            });
            start = position + 1;
        }
    }
    statements
}

/// Returns `true` if trees are a complete statement such as `if`, with its last block.
fn ends_control(trees: &[Tree<'_>], next: Option<&Tree<'_>>) -> bool {
    let continues = |next: &Tree<'_>| ["else", ".", "?", ";"].iter().any(|text| next.is(text));
    is_control(trees)
        && trees.last().is_some_and(|last| last.group("{").is_some())
        && !next.is_some_and(continues)
}

fn is_control(trees: &[Tree<'_>]) -> bool {
    let first = trees.first().and_then(Tree::token);
    first.is_some_and(|first| CONTROL.contains(&first))
}

fn statement(statement: &Statement<'_, '_>, indent: usize) -> Option<String> {
    let trees = statement.trees;
    let end = if statement.has_semicolon { ";" } else { "" };
    let shape = Shape::line(indent).before(end.len())?;
    let equals = trees.iter().position(|tree| tree.is("="));
    let text = match (equals, trees.first()?.token()) {
        _ if is_control(trees) => control(trees, shape)?,
        (Some(equals), Some("let")) => {
            let pattern = pattern(&trees[1..equals], shape)?;
            let value = |shape| expression(&trees[equals + 1..], shape);
            assignment(&format!("let {pattern} ="), shape, value)?
        }
        (Some(equals), _) => {
            let place = expression(&trees[..equals], shape.before(" =".len())?)?;
            let value = |shape| expression(&trees[equals + 1..], shape);
            assignment(&format!("{place} ="), shape, value)?
        }
        _ => expression(trees, shape)?,
    };
    Some(text + end)
}

/// Lays out the pattern of a `let`.
fn pattern(trees: &[Tree<'_>], shape: Shape) -> Option<String> {
    let shape = shape.after("let ".len())?;
    match trees.split_last()? {
        (last, path) if last.group("{").is_some() && !path.is_empty() => {
            struct_literal(path, last.group("{")?, shape)
        }
        _ => flat(trees).filter(|line| width(line) <= shape.width),
    }
}

/// Lays out a statement such as `if` without `else`, whose condition is on one line.
fn control(trees: &[Tree<'_>], shape: Shape) -> Option<String> {
    let (last, head) = trees.split_last()?;
    if head.iter().any(|tree| tree.group("{").is_some()) || head.first()?.is("match") {
        return None;
    }
    let head = flat(head)? + " ";
    shape.before(width(&head) + "{".len())?;
    Some(head + &block(&last.group("{")?.inside, shape.indent)?)
}
