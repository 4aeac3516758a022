//! The layout of types.

use super::shape::{Shape, line_break, width};
use super::tree::{Group, Tree, flat};

/// The maximum width of the types of a tuple on one line.
const TUPLE: usize = 60;

/// Lays out a type: on one line, or else with a line for each generic argument, or for each
/// type of a tuple.
pub(super) fn ty(trees: &[Tree<'_>], shape: Shape) -> Option<String> {
    let (first, rest) = trees.split_first()?;
    if first.is("impl") {
        // rustfmt does not count the keyword.
        return Some(format!("impl {}", ty(rest, shape)?));
    }
    if let Some(equals) = trees.iter().position(|tree| tree.is("=")) {
        let name = flat(&trees[..=equals])? + " ";
        let value = ty(&trees[equals + 1..], shape.after(width(&name))?)?;
        return Some(name + &value);
    }
    let line = flat(trees)?;
    if width(&line) <= shape.width && !has_wide_tuple(trees) {
        return Some(line);
    }
    let (last, head) = trees.split_last()?;
    let head = flat(head)?;
    shape.before(width(&head))?;
    let (open, group, close) = match tuple(trees) {
        Some(tuple) => ("(", tuple, ")"),
        None => ("<", last.group("<")?, ">"),
    };
    let nested = shape.nested().before(",".len())?;
    let mut text = head + open;
    for argument in group.items() {
        let argument = ty(argument, nested)?;
        text.extend([&line_break(nested.indent), argument.as_str(), ","]);
    }
    text.extend([&line_break(shape.indent), close]);
    Some(text)
}

/// Returns the tuple, if a type is one.
fn tuple<'a, 'b>(trees: &'b [Tree<'a>]) -> Option<&'b Group<'a>> {
    match trees {
        [tree] => tree.group("("),
        _ => None,
    }
}

/// Returns `true` if a type is, or has as an argument, a tuple that is too wide for one line.
fn has_wide_tuple(trees: &[Tree<'_>]) -> bool {
    let trees = match trees.iter().position(|tree| tree.is("=")) {
        Some(equals) => &trees[equals + 1..],
        None => trees,
    };
    if let Some(tuple) = tuple(trees) {
        let types = tuple.items().into_iter().map(flat);
        let types: Option<Vec<String>> = types.collect();
        return types.is_some_and(|types| width(&types.join(", ")) > TUPLE);
    }
    let arguments = trees.last().and_then(|last| last.group("<"));
    arguments.is_some_and(|arguments| arguments.items().into_iter().any(has_wide_tuple))
}
