//! Lays out printed Rust like rustfmt with its default settings, so that `cargo fmt` does not
//! change a generated crate.
//!
//! The rules and widths are those of rustfmt 1.9, for the syntax that is emitted: signatures,
//! fields, constants, imports, and the statements of functions. All other code keeps its lines. The
//! layout changes only white space, trailing commas, and the braces around a closure body of one
//! expression.

mod expression;
mod item;
mod shape;
#[cfg(test)]
mod tests;
mod tree;
mod ty;

/// The width of a line.
pub(crate) const WIDTH: usize = 100;

/// The width of one level of indentation.
const INDENT: usize = 4;

/// Lays out the items of a file, each of which begins on its own line.
pub(crate) fn layout(code: &str) -> String {
    let mut text = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(line) = rest.split_inclusive('\n').next() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        match item::first(&rest[indent..], indent) {
            Some((item, length)) if rest[indent + length..].starts_with('\n') => {
                text.push_str(&rest[..indent]);
                text.push_str(&item);
                text.push('\n');
                rest = &rest[indent + length + 1..];
            }
            _ => {
                let kept = kept(rest, line, indent);
                text.push_str(&rest[..kept]);
                rest = &rest[kept..];
            }
        }
    }
    text
}

/// Returns the length of the code that keeps its lines: a line, or all lines of a macro invocation,
/// whose syntax is arbitrary.
fn kept(code: &str, line: &str, indent: usize) -> usize {
    if line.trim_start().starts_with("//") || !line.trim_end().ends_with("! {") {
        return line.len();
    }
    let end = format!("\n{:indent$}}}\n", "");
    code.find(&end).map_or(line.len(), |at| at + end.len())
}
