//! The layout of items and fields.

use super::expression::{assignment, body, expression, fill};
use super::shape::{Shape, last_line, line_break, width};
use super::tree::{Tree, flat, read};
use super::ty::ty;
use super::{INDENT, WIDTH};

/// The width of a line that imports several names.
const IMPORT: usize = 98;

/// The maximum width of the arguments of an attribute on one line.
const ATTRIBUTE: usize = 70;

/// Lays out the item or field at the beginning of a text, and returns it with its length in the
/// text. Returns `None` for an item that keeps its lines.
pub(super) fn first(text: &str, indent: usize) -> Option<(String, usize)> {
    let line = text.split('\n').next()?;
    let until = |end: &'static str| read(text, move |tree| tree.is(end));
    let (end, item) = match ItemKind::of(line)? {
        ItemKind::Import => {
            let trees = until(";")?;
            (trees.last()?.end(), import(&trees, indent)?)
        }
        ItemKind::Constant => {
            let trees = until(";")?;
            (trees.last()?.end(), constant(&trees, indent)?)
        }
        ItemKind::Alias => {
            let trees = until(";")?;
            (trees.last()?.end(), alias(&trees, indent)?)
        }
        ItemKind::Field => {
            let trees = until(",")?;
            (trees.last()?.end(), field(&trees, indent)?)
        }
        ItemKind::Attribute => {
            let trees = read(text, |tree| tree.group("[").is_some())?;
            (trees.last()?.end(), attribute(&trees, indent)?)
        }
        ItemKind::Function => {
            let trees = read(text, |tree| tree.is(";") || tree.group("{").is_some())?;
            (trees.last()?.end(), function(&trees, text, indent)?)
        }
    };
    Some((item, end))
}

/// The item that a line begins.
enum ItemKind {
    Import,
    Constant,
    Alias,
    Field,
    Attribute,
    Function,
}

impl ItemKind {
    /// Returns `None` if there is no rule for the item.
    fn of(line: &str) -> Option<Self> {
        let visibilities = ["pub(crate) ", "pub(super) ", "pub "];
        let mut visible = visibilities
            .iter()
            .filter_map(|word| line.strip_prefix(word));
        let words = visible.next().unwrap_or(line);
        let begins = |starts: &[&str]| starts.iter().any(|start| words.starts_with(start));
        let is_field = words.split_once(": ").is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        });
        Some(match () {
            () if begins(&["#["]) => Self::Attribute,
            () if begins(&["use "]) => Self::Import,
            () if begins(&["fn ", "async fn ", "const fn "]) => Self::Function,
            () if begins(&["const ", "static "]) => Self::Constant,
            () if begins(&["type "]) => Self::Alias,
            () if is_field => Self::Field,
            () => return None,
        })
    }
}

/// Lays out `use a::{b, c};` without nested lists.
fn import(trees: &[Tree<'_>], indent: usize) -> Option<String> {
    let (list, head) = trees.split_last()?.1.split_last()?;
    let space = if list.is_spaced() { " " } else { "" };
    let head = flat(head)? + space;
    let names: Option<Vec<String>> = list.group("{")?.items().into_iter().map(flat).collect();
    let names = names?;
    if names.iter().any(|name| name.contains('{')) {
        return None;
    }
    let line = format!("{head}{{{}}};", names.join(", "));
    if indent + width(&line) <= IMPORT {
        return Some(line);
    }
    let (begin, end) = (line_break(indent + INDENT), line_break(indent));
    let shape = Shape::line(indent + INDENT);
    let row = names.join(", ") + ",";
    // Several rows have one column less than a single one.
    let names = if shape.fits(&row) {
        row
    } else {
        fill(&names, shape.before(1)?)
    };
    Some(format!("{head}{{{begin}{names}{end}}};"))
}

/// Lays out an attribute with arguments, such as `#[deprecated(note = "...")]`.
fn attribute(trees: &[Tree<'_>], indent: usize) -> Option<String> {
    let (list, path) = trees.last()?.group("[")?.inside.split_last()?;
    let arguments = list
        .group("(")
        .filter(|_| path.len() == 1 && !path[0].is("derive"))?;
    let is_list = |tree: &Tree<'_>| tree.group("(").is_some();
    if arguments.inside.iter().any(is_list) {
        return None;
    }
    let arguments: Option<Vec<String>> = arguments.items().into_iter().map(flat).collect();
    let (path, arguments) = (flat(path)?, arguments?);
    let list = arguments.join(", ");
    let line = format!("#[{path}({list})]");
    let limit = if arguments.len() == 1 {
        WIDTH
    } else {
        ATTRIBUTE
    };
    if indent + width(&line) <= WIDTH && width(&list) <= limit {
        return Some(line);
    }
    let (begin, end) = (line_break(indent + INDENT), line_break(indent));
    let list = arguments.join(&format!(",{begin}"));
    Some(format!("#[{path}({begin}{list}{end})]"))
}

/// Lays out a type alias without parameters.
fn alias(trees: &[Tree<'_>], indent: usize) -> Option<String> {
    let (_, trees) = trees.split_last()?;
    let equals = trees.iter().position(|tree| tree.is("="))?;
    let (head, ty) = (flat(&trees[..=equals])?, flat(&trees[equals + 1..])? + ";");
    let line = format!("{head} {ty}");
    if indent + width(&line) <= WIDTH {
        return Some(line);
    }
    Some(format!("{head}{}{ty}", line_break(indent + INDENT)))
}

/// Lays out a constant with its value.
fn constant(trees: &[Tree<'_>], indent: usize) -> Option<String> {
    let (_, trees) = trees.split_last()?;
    let equals = trees.iter().position(|tree| tree.is("="))?;
    let shape = Shape::line(indent).before(";".len())?;
    let value = |shape| expression(&trees[equals + 1..], shape);
    Some(assignment(&flat(&trees[..=equals])?, shape, value)? + ";")
}

/// Lays out a field of a struct.
fn field(trees: &[Tree<'_>], indent: usize) -> Option<String> {
    let (_, trees) = trees.split_last()?;
    let colon = trees.iter().position(|tree| tree.is(":"))?;
    let shape = Shape::line(indent).before(",".len())?;
    let value = |shape| ty(&trees[colon + 1..], shape);
    Some(assignment(&flat(&trees[..=colon])?, shape, value)? + ",")
}

/// Lays out a function.
fn function(trees: &[Tree<'_>], text: &str, indent: usize) -> Option<String> {
    let (last, trees) = trees.split_last()?;
    let end = if last.is(";") { ";" } else { " {" };
    let signature = match signature(trees, end, indent) {
        Some(signature) => signature,
        // rustfmt keeps the lines of a signature that does not fit, but not this space.
        None if end == " {" => text[..trees.last()?.end()].to_owned() + &line_break(indent) + "{",
        None => text[..trees.last()?.end()].to_owned() + end,
    };
    match last.group("{") {
        None => Some(signature),
        Some(block) if block.inside.is_empty() => Some(signature + "}"),
        Some(block) => {
            let body = body(&block.inside, indent + INDENT, text)?;
            Some(format!("{signature}{body}{}}}", line_break(indent)))
        }
    }
}

/// Lays out a signature up to its end, which is `;` or ` {`. Returns `None` if there is no rule for
/// it, or if the return type does not fit.
fn signature(trees: &[Tree<'_>], end: &str, indent: usize) -> Option<String> {
    if trees.iter().any(|tree| tree.is("where")) {
        return None;
    }
    let name = trees.iter().position(|tree| tree.is("fn"))?;
    let is_list = |tree: &Tree<'_>| tree.group("(").is_some();
    let list = name + trees[name..].iter().position(is_list)?;
    let head = flat(&trees[..list])?;
    let parameters = trees[list].group("(")?.items();
    let returned = match trees.get(list + 2..) {
        None => String::new(),
        Some(returned) => {
            let returned = ty(returned, Shape::line(indent).after("-> ".len())?)?;
            format!(" -> {returned}")
        }
    };
    let line: Option<Vec<String>> = parameters.iter().copied().map(flat).collect();
    let line = format!("{head}({}){returned}{end}", line?.join(", "));
    if !returned.contains('\n') && indent + width(&line) <= WIDTH {
        return Some(line);
    }
    if parameters.is_empty() && end == " {" {
        return without_parameters(&format!("{head}()"), trees.get(list + 2..)?, indent);
    }
    if parameters.is_empty() {
        return None;
    }
    let mut text = head + "(";
    for parameter in parameters {
        let parameter = self::parameter(parameter, indent + INDENT)?;
        text.extend([&line_break(indent + INDENT), parameter.as_str(), ","]);
    }
    text.extend([&line_break(indent), ")", &returned]);
    // rustfmt counts the indentation twice here.
    if end == " {" && width(last_line(&text)) + end.len() > WIDTH - indent {
        return Some(text + &line_break(indent) + "{");
    }
    Some(text + end)
}

/// Lays out the signature of a function without parameters that does not fit on a line with its
/// body.
fn without_parameters(head: &str, returned: &[Tree<'_>], indent: usize) -> Option<String> {
    let start = line_break(indent);
    let on_one_line = flat(returned)?;
    let line = format!("{head} -> {on_one_line}");
    if indent + width(&line) <= WIDTH {
        return Some(format!("{line}{start}{{"));
    }
    let returns = format!("-> {on_one_line} {{");
    if indent + width(&returns) <= WIDTH {
        return Some(format!("{head}{start}{returns}"));
    }
    let shape = Shape::line(indent).after(width(head) + " -> ".len())?;
    Some(format!("{head} -> {} {{", ty(returned, shape)?))
}

/// Lays out a parameter on its own line, even if it does not fit.
fn parameter(trees: &[Tree<'_>], indent: usize) -> Option<String> {
    let laid_out = || {
        let colon = trees.iter().position(|tree| tree.is(":"))?;
        let name = flat(&trees[..=colon])? + " ";
        let shape = Shape::line(indent).before(",".len())?.after(width(&name))?;
        Some(name + &ty(&trees[colon + 1..], shape)?)
    };
    laid_out().or_else(|| flat(trees))
}
