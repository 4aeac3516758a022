//! The layout of calls and arrays: delimited, comma-separated lists.

use super::{Kind, expression, kind, split_prefix};
use crate::layout::INDENT;
use crate::layout::shape::{Shape, first_line, line_break, width};
use crate::layout::tree::Tree;

/// The maximum width of items that share lines if the list breaks.
const SHORT: usize = 10;

/// A call, or an array, whose callee is empty.
pub(super) struct Call<'a, 'b> {
    pub(super) callee: &'b str,
    pub(super) delimiters: [&'static str; 2],
    pub(super) items: Vec<&'b [Tree<'a>]>,
    /// The maximum width of the items on one line.
    pub(super) limit: usize,
}

impl Call<'_, '_> {
    /// Lays out the call: on one line, with a last argument that begins there, or with a line
    /// for each argument.
    pub(super) fn layout(&self, shape: Shape) -> Option<String> {
        let Some((last, others)) = self.items.split_last() else {
            let is_line = width(self.callee) + "()".len() <= shape.width;
            return Some(self.around(&match is_line {
                true => String::new(),
                false => line_break(shape.indent),
            }));
        };
        let room = shape.width.saturating_sub(width(self.callee) + "()".len());
        let nested = shape.nested().before(",".len())?;
        let others = others.iter().map(|item| expression(item, nested));
        let mut items = others.collect::<Option<Vec<String>>>()?;
        if let Some(last) = self.overflowing(last, &items, shape) {
            items.push(first_line(&last).to_owned());
            let fits = fits_on_line(&items, room.min(self.limit));
            items.pop();
            if fits {
                items.push(last);
                return Some(self.around(&items.join(", ")));
            }
        }
        items.push(expression(last, nested)?);
        // A call with one argument can be as wide as the line.
        let limit = if items.len() == 1 {
            room
        } else {
            room.min(self.limit)
        };
        if room > 0 && fits_on_line(&items, limit) {
            return Some(self.around(&items.join(", ")));
        }
        Some(self.broken(&items, nested, shape))
    }

    fn around(&self, items: &str) -> String {
        let [open, close] = self.delimiters;
        format!("{}{open}{items}{close}", self.callee)
    }

    /// Returns the last argument, if it can begin on the line of the call and end on another line.
    fn overflowing(&self, last: &[Tree<'_>], others: &[String], shape: Shape) -> Option<String> {
        let is_only = others.is_empty();
        let is_combined = is_only && width(self.callee) < INDENT;
        let is_closure = |item: &&&[Tree<'_>]| kind(item) == Kind::Closure;
        if !is_combined && !overflows(last, is_only)
            || self.items.iter().filter(is_closure).count() > 1
        {
            return None;
        }
        let mut room = shape.after(width(self.callee) + 1)?.before(1)?;
        if !is_only || is_call(last) {
            let used: usize = others.iter().map(|text| width(text) + ", ".len()).sum();
            room.width = room.width.min(self.limit);
            room = room.after(used)?;
        }
        room.is_flat |= !is_combined && ends_with_method(last);
        expression(last, room)
    }

    fn broken(&self, items: &[String], nested: Shape, shape: Shape) -> String {
        let (begin, end) = (line_break(nested.indent), line_break(shape.indent));
        let is_short = self.items.iter().all(|item| is_simple(item))
            && items.iter().all(|text| width(text) <= SHORT);
        let items = if is_short {
            fill(items, nested)
        } else {
            items.join(&format!(",{begin}")) + ","
        };
        self.around(&format!("{begin}{items}{end}"))
    }
}

/// Returns `true` if items and the commas between them fit.
pub(super) fn fits_on_line(items: &[String], room: usize) -> bool {
    let widths: usize = items.iter().map(|item| width(item)).sum();
    let commas = ", ".len() * items.len().saturating_sub(1);
    widths + commas <= room && items.iter().all(|item| !item.contains('\n'))
}

/// Puts as many items on each line as fit.
pub(in crate::layout) fn fill(items: &[String], shape: Shape) -> String {
    let (mut text, mut used) = (String::new(), 0);
    for item in items {
        let needed = width(item) + ",".len();
        if used > 0 && used + 1 + needed > shape.width {
            text.push_str(&line_break(shape.indent));
            used = 0;
        } else if used > 0 {
            text.push(' ');
            used += 1;
        }
        text.extend([item, ","]);
        used += needed;
    }
    text
}

/// Returns `true` if the last argument can span several lines.
fn overflows(last: &[Tree<'_>], is_only: bool) -> bool {
    match kind(last) {
        Kind::Closure => true,
        Kind::Array | Kind::Struct | Kind::Call => is_only,
        Kind::Prefixed => overflows(split_prefix(last).1, is_only),
        Kind::Chain if last.last().is_some_and(|tree| tree.is("?")) => {
            overflows(&last[..last.len() - 1], is_only)
        }
        Kind::Chain => is_only && ends_with_method(last),
        Kind::Path | Kind::Other => false,
    }
}

/// Returns `true` for a call of a function or a method, possibly with operators.
fn is_call(trees: &[Tree<'_>]) -> bool {
    let (_, operand) = split_prefix(trees);
    match kind(operand) {
        Kind::Call => true,
        Kind::Chain => ends_with_method(operand),
        _ => false,
    }
}

/// Returns `true` for a call of a method, possibly with operators.
fn ends_with_method(trees: &[Tree<'_>]) -> bool {
    let (_, mut operand) = split_prefix(trees);
    while let Some((_, rest)) = operand.split_last().filter(|(last, _)| last.is("?")) {
        operand = rest;
    }
    kind(operand) == Kind::Chain && operand.last().is_some_and(|last| last.group("(").is_some())
}

/// Returns `true` for literals, names, and their fields.
fn is_simple(trees: &[Tree<'_>]) -> bool {
    let is_simple = |text| text != "::" && text != "await";
    trees.iter().all(|tree| tree.token().is_some_and(is_simple))
}
