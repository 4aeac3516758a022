//! The layout of types.

use super::shape::{Shape, line_break, width};
use super::tree::{Tree, flat};

/// Lays out a type: on one line, or else with a line for each generic argument.
pub(super) fn ty(trees: &[Tree<'_>], shape: Shape) -> Option<String> {
    let (first, rest) = trees.split_first()?;
    if first.is("impl") {
        // rustfmt does not count the word.
        return Some(format!("impl {}", ty(rest, shape)?));
    }
    if let Some(equals) = trees.iter().position(|tree| tree.is("=")) {
        let name = flat(&trees[..=equals])? + " ";
        let value = ty(&trees[equals + 1..], shape.after(width(&name))?)?;
        return Some(name + &value);
    }
    let line = flat(trees)?;
    if width(&line) <= shape.width {
        return Some(line);
    }
    let (last, head) = trees.split_last()?;
    let head = flat(head)?;
    shape.before(width(&head))?;
    let nested = shape.nested().before(",".len())?;
    let mut text = format!("{head}<");
    for argument in last.group("<")?.items() {
        let argument = ty(argument, nested)?;
        text.extend([&line_break(nested.indent), argument.as_str(), ","]);
    }
    text.extend([&line_break(shape.indent), ">"]);
    Some(text)
}
