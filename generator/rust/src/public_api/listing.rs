//! The lines of the listing, in the order of their paths.

use std::collections::{BTreeMap, BTreeSet};

use super::attributes::DEPRECATED;
use super::exports::{Exports, PublicPath};
use super::module::{Implementation, Line, Rank};
use super::tree::{ModuleId, Target, Tree};

/// The lines of each path, in the order of the listing.
type Lines = BTreeMap<Vec<String>, BTreeSet<(Rank, Key, String)>>;

/// The sort key for lines of one rank. It does not include deprecation, so that a deprecation does
/// not move lines.
type Key = String;

/// Returns the public API of the crate `library`, one item per line.
pub(super) fn listing(tree: &Tree, library: &str) -> String {
    let exports = Exports::of(tree, library);
    let mut lines = Lines::new();
    for (target, place) in &exports.places {
        add_place(tree, target, place, &mut lines);
    }
    for (place, path) in &exports.aliases {
        let line = format!("pub use {} as {}", path.join("::"), place.path.join("::"));
        add(place, Rank::Item, &line, &mut lines);
    }
    add_implementations(tree, &exports, &mut lines);
    let lines = lines.into_values().flatten();
    let lines = lines.map(|(.., line)| line + "\n");
    lines.collect()
}

/// Adds the line of a module, or the lines of an item.
fn add_place(tree: &Tree, target: &Target, place: &PublicPath, lines: &mut Lines) {
    match target {
        Target::Module(_) | Target::Foreign(..) => {
            let line = format!("pub mod {}", place.path.join("::"));
            add(place, Rank::Item, &line, lines);
        }
        Target::Item(id, position) => {
            let place = place.within(tree.conditions(*id));
            add_lines(&place, &tree.item(*id, *position).lines, lines);
        }
        Target::External(_) => {}
    }
}

fn add(place: &PublicPath, rank: Rank, text: &str, lines: &mut Lines) {
    let text = place.conditional(text);
    let lines = lines.entry(place.path.clone()).or_default();
    lines.insert((rank, key(&text), text));
}

fn key(line: &str) -> Key {
    line.replacen(DEPRECATED, "", 1)
}

fn add_lines(place: &PublicPath, added: &[Line], lines: &mut Lines) {
    let path = place.path.join("::");
    let lines = lines.entry(place.path.clone()).or_default();
    for line in added {
        let text = format!("{}{path}{}", line.head, line.tail);
        let text = match line.conditions.is_empty() {
            true => place.conditional(&text),
            false => place.within(&line.conditions).conditional(&text),
        };
        lines.insert((line.rank, key(&text), text));
    }
}

impl PublicPath {
    /// Returns the place with more predicates.
    fn within<'a>(&self, conditions: impl IntoIterator<Item = &'a String>) -> Self {
        let mut place = self.clone();
        place.conditions.extend(conditions.into_iter().cloned());
        place
    }

    /// Returns a line prefixed with the predicates of the place.
    fn conditional(&self, line: &str) -> String {
        let conditions = self.conditions.iter();
        let conditions: String = conditions.map(|it| format!("#[cfg({it})] ")).collect();
        conditions + line
    }
}

/// Adds the implementations of public types and traits, wherever they are in the crate.
fn add_implementations(tree: &Tree, exports: &Exports, lines: &mut Lines) {
    let mut bare: BTreeMap<PublicPath, BTreeSet<String>> = BTreeMap::new();
    for id in tree.ids() {
        for implementation in &tree.module(id).implementations {
            let Some((place, is_own)) = owner(tree, exports, id, implementation) else {
                continue;
            };
            let conditions = tree.conditions(id).iter().chain(&implementation.conditions);
            let place = place.within(conditions);
            if is_own && !implementation.lines.is_empty() {
                add_lines(&place, &implementation.lines, lines);
            }
            let traits = implementation.of.iter().filter_map(|of| {
                let name = public_name(tree, exports, id, &of.path)?;
                Some((name, &of.arguments))
            });
            if implementation.is_bare && is_own {
                let names = traits.map(|(name, _)| name);
                bare.entry(place).or_default().extend(names);
            } else {
                for (name, arguments) in traits {
                    let of = name + arguments;
                    let text = header(implementation, &of, &place, is_own);
                    add(&place, Rank::Implementation, &text, lines);
                }
            }
        }
    }
    bare.retain(|_, traits| !traits.is_empty());
    for (place, traits) in bare {
        let traits: Vec<String> = traits.into_iter().collect();
        let text = format!("impl {} for {}", traits.join(" + "), place.path.join("::"));
        add(&place, Rank::Implementation, &text, lines);
    }
}

/// Returns the place of the first public item of an implementation: its own type, a type inside it,
/// or the trait. Also returns whether it is the own type. If the own type is private, the
/// implementation cannot be named.
fn owner(
    tree: &Tree,
    exports: &Exports,
    id: ModuleId,
    implementation: &Implementation,
) -> Option<(PublicPath, bool)> {
    for (position, path) in implementation.subjects.iter().enumerate() {
        let is_own = position == 0 && implementation.is_plain;
        let targets = tree.resolve(id, path);
        let place = targets.iter().find_map(|target| match target {
            Target::Item(module, _) => {
                let place = exports.places.get(target)?;
                Some(place.within(tree.conditions(*module)))
            }
            _ => None,
        });
        let is_item = |target: &Target| matches!(target, Target::Item(..));
        match place {
            Some(place) => return Some((place, is_own)),
            None if is_own && targets.iter().any(is_item) => return None,
            None => {}
        }
    }
    None
}

/// Returns the public name of a trait, or `None` if it is private.
fn public_name(tree: &Tree, exports: &Exports, id: ModuleId, path: &[String]) -> Option<String> {
    let targets = tree.resolve(id, path);
    targets.into_iter().find_map(|target| match &target {
        Target::Item(..) => exports.places.get(&target)?.path.last().cloned(),
        Target::External(path) => path.last().cloned(),
        Target::Module(_) | Target::Foreign(..) => None,
    })
}

/// Returns the header of an implementation of the trait `of`, with the public path of its
/// own type.
fn header(implementation: &Implementation, of: &str, place: &PublicPath, is_own: bool) -> String {
    let ty = match is_own {
        true => place.path.join("::") + &implementation.arguments,
        false => implementation.written.clone(),
    };
    format!(
        "impl{} {of} for {ty}{}",
        implementation.generics, implementation.bounds,
    )
}
