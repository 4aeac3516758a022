//! The layout of chains of fields and method calls.

use super::{Kind, call, expression, kind};
use crate::layout::INDENT;
use crate::layout::shape::{Shape, last_line, line_break, width};
use crate::layout::tree::{Tree, flat};

/// The maximum width of a chain on one line.
const CHAIN: usize = 60;

/// The number of lines from which on the last link always begins on the line of the others.
const MANY_LINES: usize = 5;

/// An expression, and the links that follow it.
pub(super) struct Chain<'a, 'b> {
    root: &'b [Tree<'a>],
    links: Vec<Link<'a, 'b>>,
}

/// A field, a call of a method, or `.await`, with the `?` after it.
struct Link<'a, 'b> {
    trees: &'b [Tree<'a>],
    tries: usize,
}

impl<'a, 'b> Chain<'a, 'b> {
    /// Parses a chain. Returns `None` if `?` follows its root, because there is no rule for it.
    pub(super) fn of(trees: &'b [Tree<'a>]) -> Option<Self> {
        let dots = trees.iter().enumerate().filter(|(_, tree)| tree.is("."));
        let mut ends: Vec<usize> = dots.map(|(position, _)| position).collect();
        ends.push(trees.len());
        let root = &trees[..*ends.first()?];
        let links = ends.windows(2).map(|ends| {
            let link = &trees[ends[0]..ends[1]];
            let tries = link.iter().filter(|tree| tree.is("?")).count();
            Link {
                trees: &link[..link.len() - tries],
                tries,
            }
        });
        let links: Vec<_> = links.collect();
        (!links.is_empty() && !root.iter().any(|tree| tree.is("?"))).then_some(Self { root, links })
    }

    /// Lays out the chain: on one line, or with a line for each link.
    pub(super) fn layout(&self, shape: Shape) -> Option<String> {
        let mut root = expression(self.root, shape)?;
        let mut is_block = matches!(kind(self.root), Kind::Call | Kind::Struct | Kind::Array)
            && root.contains('\n');
        let mut links = self.links.as_slice();
        // A root that is not wider than one level of indentation shares its line with the first
        // link.
        let tab = INDENT.saturating_sub(shape.column - shape.indent);
        while let Some((link, rest)) = links.split_first() {
            if width(&root) > tab || root.contains('\n') {
                break;
            }
            root += &link.layout(shape.after(width(&root))?)?;
            is_block = is_extendable(&root);
            links = rest;
        }
        let Some((last, others)) = links.split_last() else {
            return Some(root).filter(|root| shape.fits(root));
        };
        let below = if is_block {
            shape.beside()
        } else {
            shape.nested()
        };
        let mut texts = vec![root];
        for link in others {
            texts.push(link.layout(below)?);
        }
        let (last, is_line) = self.last(last, &texts, shape, below)?;
        texts.push(last);
        if !is_line && shape.is_flat {
            return None;
        }
        let connector = if is_line {
            String::new()
        } else {
            line_break(below.indent)
        };
        Some(texts.join(&connector)).filter(|text| shape.fits(text))
    }

    /// Lays out the last link, and returns `true` if the chain is on one line up to it.
    fn last(
        &self,
        last: &Link<'_, '_>,
        texts: &[String],
        shape: Shape,
        below: Shape,
    ) -> Option<(String, bool)> {
        let root = texts.first()?;
        let is_extendable = is_extendable(root);
        let used = if is_extendable {
            width(last_line(root))
        } else {
            texts.iter().map(|text| width(text)).sum()
        };
        let used = used + last.tries;
        let limit = if self.links.len() == 1 {
            shape.width
        } else {
            shape.width.min(CHAIN)
        };
        let room = limit.saturating_sub(used);
        let is_line = room > 0 && texts.iter().all(|text| !text.contains('\n'));
        let alone = || last.layout(below.before(shape.suffix())?);
        let beside = if is_line || is_extendable {
            shape.after(used).and_then(|shape| last.layout(shape))
        } else {
            None
        };
        let Some(beside) = beside else {
            return Some((alone()?, false));
        };
        let lines = |text: &str| text.lines().count();
        let fits = width(beside.lines().next().unwrap_or_default()) <= room;
        if fits && lines(&beside) >= MANY_LINES {
            return Some((beside, is_line));
        }
        match alone() {
            Some(alone) if !fits || lines(&alone) < lines(&beside) => Some((alone, false)),
            _ => Some((beside, fits && is_line)),
        }
    }
}

impl Link<'_, '_> {
    fn layout(&self, shape: Shape) -> Option<String> {
        let shape = shape.before(self.tries)?;
        let text = match self.trees.split_last()? {
            (last, callee) if last.group("(").is_some() => {
                call(&flat(callee)?, last.group("(")?, shape)?
            }
            _ => flat(self.trees)?,
        };
        Some(text + &"?".repeat(self.tries))
    }
}

/// Returns `true` if the last line has only closing delimiters, so that a link can follow.
fn is_extendable(text: &str) -> bool {
    last_line(text).chars().all(|c| "()]}?> ".contains(c))
}
