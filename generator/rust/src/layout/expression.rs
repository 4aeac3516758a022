//! The layout of expressions.

mod block;
mod chain;
mod list;

pub(super) use self::block::body;
pub(super) use self::list::fill;

use self::block::block;
use self::chain::Chain;
use self::list::{Call, fits_on_line};
use super::shape::{Shape, first_line, last_line, line_break, width};
use super::tree::{Group, Tree, flat};

/// The maximum width of the fields of a struct on one line.
const FIELDS: usize = 18;

/// The maximum width of the arguments of a call on one line.
const ARGUMENTS: usize = 60;

/// The maximum width of the items of an array on one line.
const ITEMS: usize = 60;

/// The syntax of an expression, as far as it affects the layout.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Closure,
    /// A prefix operator and its operand.
    Prefixed,
    /// Calls of methods, fields, `.await`, and `?`.
    Chain,
    Call,
    Struct,
    Array,
    Path,
    Other,
}

/// Keywords that begin expressions without a layout rule.
const UNKNOWN: [&str; 11] = [
    "if", "match", "while", "for", "loop", "unsafe", "async", "return", "break", "let", "const",
];

/// Returns the kind of an expression.
pub(super) fn kind(trees: &[Tree<'_>]) -> Kind {
    let Some((first, rest)) = trees.split_first() else {
        return Kind::Other;
    };
    match first.token() {
        Some("|" | "||" | "move") => return Kind::Closure,
        Some(word) if UNKNOWN.contains(&word) => return Kind::Other,
        _ => {}
    }
    let (_, operand) = split_prefix(trees);
    // A space before braces marks the fields of a struct. Other spaces are around operators.
    let is_operator = |tree: &Tree<'_>| {
        let is_operand = |c: char| c.is_alphanumeric() || "_\"'.?:".contains(c);
        let is_range = tree.token().is_some_and(|text| text.starts_with(".."));
        is_range
            || tree
                .token()
                .is_some_and(|text| !text.starts_with(is_operand))
    };
    let is_apart = |tree: &Tree<'_>| tree.is_spaced() && tree.group("{").is_none();
    if operand.iter().any(is_operator) || operand.iter().skip(1).any(is_apart) {
        return Kind::Other;
    }
    if operand.len() < trees.len() {
        return Kind::Prefixed;
    }
    if rest.iter().any(|tree| tree.is(".") || tree.is("?")) {
        return Kind::Chain;
    }
    match trees.last() {
        Some(last) if last.group("(").is_some() && !rest.is_empty() => Kind::Call,
        Some(last) if last.group("{").is_some() && !rest.is_empty() => Kind::Struct,
        Some(last) if last.group("[").is_some() && rest.is_empty() => Kind::Array,
        Some(last) if last.token().is_some() => Kind::Path,
        _ => Kind::Other,
    }
}

/// Splits an expression into its prefix operators and their operand.
pub(super) fn split_prefix<'a, 'b>(trees: &'b [Tree<'a>]) -> (&'b [Tree<'a>], &'b [Tree<'a>]) {
    let is_prefix = |tree: &Tree<'_>| {
        ["&", "&&", "mut", "*", "-", "!"]
            .iter()
            .any(|text| tree.is(text))
    };
    let length = trees.iter().take_while(|tree| is_prefix(tree)).count();
    trees.split_at(length)
}

/// Lays out an expression. Returns `None` if it does not fit, or if there is no rule for it.
pub(super) fn expression(trees: &[Tree<'_>], shape: Shape) -> Option<String> {
    match kind(trees) {
        Kind::Closure => closure(trees, shape),
        Kind::Prefixed => {
            let (prefix, operand) = split_prefix(trees);
            let mut prefix = flat(prefix)?;
            if prefix.ends_with("mut") {
                prefix.push(' ');
            }
            let operand = expression(operand, shape.after(width(&prefix))?)?;
            Some(prefix + &operand)
        }
        Kind::Chain => match tried(trees) {
            Some(tried) => Some(expression(tried, shape.before("?".len())?)? + "?"),
            None => Chain::of(trees)?.layout(shape),
        },
        Kind::Call => {
            let (last, callee) = trees.split_last()?;
            let callee = flat(callee).filter(|callee| width(callee) <= shape.width)?;
            call(&callee, last.group("(")?, shape)
        }
        Kind::Struct => {
            let (last, path) = trees.split_last()?;
            struct_literal(path, last.group("{")?, shape)
        }
        Kind::Array => array(trees.first()?.group("[")?, shape),
        // Strings can be wider than a line.
        Kind::Path if trees.first()?.token()?.starts_with('"') => flat(trees),
        Kind::Path | Kind::Other => {
            let has_block = trees.iter().any(|tree| tree.group("{").is_some());
            flat(trees).filter(|line| !has_block && width(line) <= shape.width)
        }
    }
}

/// Returns the expression before a `?` that does not follow a link of a chain.
fn tried<'a, 'b>(trees: &'b [Tree<'a>]) -> Option<&'b [Tree<'a>]> {
    let (last, tried) = trees.split_last()?;
    let has_link = tried.iter().any(|tree| tree.is(".") || tree.is("?"));
    (last.is("?") && !has_link).then_some(tried)
}

/// Lays out a call. `callee` is laid out already.
pub(super) fn call(callee: &str, arguments: &Group<'_>, shape: Shape) -> Option<String> {
    let call = Call {
        callee,
        delimiters: ["(", ")"],
        items: arguments.items(),
        limit: ARGUMENTS,
    };
    call.layout(shape)
}

fn array(array: &Group<'_>, shape: Shape) -> Option<String> {
    // Arrays such as `[0; 4]` are not lists.
    if array.inside.iter().any(|tree| tree.is(";")) {
        return None;
    }
    let call = Call {
        callee: "",
        delimiters: ["[", "]"],
        items: array.items(),
        limit: ITEMS,
    };
    call.layout(shape)
}

/// Lays out a struct with its fields, which can be a pattern.
pub(super) fn struct_literal(
    path: &[Tree<'_>],
    fields: &Group<'_>,
    shape: Shape,
) -> Option<String> {
    let path = flat(path)?;
    let nested = shape.nested().before(",".len())?;
    let fields: Option<Vec<String>> = fields
        .items()
        .into_iter()
        .map(|field| self::field(field, nested))
        .collect();
    let fields = fields?;
    if fields.is_empty() {
        return Some(path + " {}");
    }
    let room = shape.width.checked_sub(width(&path) + " {  }".len());
    if room.is_some_and(|room| fits_on_line(&fields, room.min(FIELDS))) {
        return Some(format!("{path} {{ {} }}", fields.join(", ")));
    }
    shape.before(width(&path) + " {".len())?;
    let mut text = path + " {";
    for field in fields {
        text.extend([&line_break(nested.indent), field.as_str(), ","]);
    }
    text.extend([&line_break(shape.indent), "}"]);
    Some(text)
}

fn field(trees: &[Tree<'_>], shape: Shape) -> Option<String> {
    let Some(colon) = trees.iter().position(|tree| tree.is(":")) else {
        // `..rest` has no comma after it.
        return flat(trees).filter(|line| !line.starts_with(".."));
    };
    let (name, value) = (flat(&trees[..=colon])?, &trees[colon + 1..]);
    if let Some(value) = shape
        .after(width(&name) + 1)
        .and_then(|shape| expression(value, shape))
    {
        return Some(format!("{name} {value}"));
    }
    let value = expression(value, shape.nested())?;
    Some(name + &line_break(shape.nested().indent) + &value)
}

/// Lays out a closure. A body of one expression has braces only if it does not fit on the line.
fn closure(trees: &[Tree<'_>], shape: Shape) -> Option<String> {
    let bars = trees
        .iter()
        .enumerate()
        .filter(|(_, tree)| tree.is("|") || tree.is("||"));
    let bars: Vec<usize> = bars.map(|(position, _)| position).collect();
    let end = match bars.as_slice() {
        [only] if trees[*only].is("||") => *only,
        [_, end, ..] => *end,
        _ => return None,
    };
    let head = flat(&trees[..=end])? + " ";
    let body = &trees[end + 1..];
    let shape = shape.after(width(&head))?;
    let inside = match body {
        [only] => only.group("{").map(|group| group.inside.as_slice()),
        _ => None,
    };
    let has_statements = |trees: &[Tree<'_>]| trees.iter().any(|tree| tree.is(";"));
    let body = match inside {
        Some([]) => "{}".to_owned(),
        Some(inside) if has_statements(inside) => block(inside, shape.indent)?,
        inside => {
            let inside = inside.unwrap_or(body);
            let line = expression(inside, shape);
            let is_struct = kind(inside) == Kind::Struct;
            match line.filter(|line| is_struct || !line.contains('\n')) {
                Some(line) => line,
                // rustfmt adds braces to chains only.
                None if kind(inside) == Kind::Chain => block(inside, shape.indent)?,
                None => return None,
            }
        }
    };
    Some(head + &body)
}

/// Lays out a value after `place`, which ends with `=` or `:`: on the line of the place, or
/// on the next one if that is better.
pub(super) fn assignment(
    place: &str,
    shape: Shape,
    value: impl Fn(Shape) -> Option<String>,
) -> Option<String> {
    let indent = if place.contains('\n') {
        shape.indent
    } else {
        0
    };
    let beside_shape = shape.after(width(last_line(place)).saturating_sub(indent) + 1);
    let beside = beside_shape.and_then(&value);
    let is_line = |text: &&String| {
        let room = beside_shape.map_or(0, |shape| shape.width);
        !text.contains('\n') && width(text) <= room
    };
    if let Some(beside) = beside.as_ref().filter(is_line) {
        return Some(format!("{place} {beside}"));
    }
    let below_shape = shape.nested().before(shape.suffix())?;
    let below = value(below_shape).filter(|text| below_shape.fits(text));
    match (beside, below) {
        (Some(beside), Some(below)) if !is_better(&below, &beside) => {
            Some(format!("{place} {beside}"))
        }
        (_, Some(below)) => Some(format!("{place}{}{below}", line_break(below_shape.indent))),
        (Some(beside), None) => Some(format!("{place} {beside}")),
        (None, None) => None,
    }
}

/// Returns `true` if a value is better placed on the next line than on the same line.
fn is_better(below: &str, beside: &str) -> bool {
    let opens = |text: &str, delimiter: char| first_line(text).ends_with(delimiter);
    let breaks = |text: &str| text.matches('\n').count();
    breaks(below) == 0
        || breaks(beside) > breaks(below) + 1
        || ['(', '{', '[']
            .into_iter()
            .any(|delimiter| opens(beside, delimiter) && !opens(below, delimiter))
}
