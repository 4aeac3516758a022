//! The lines of the listing, in the order of their paths.

use std::collections::{BTreeMap, BTreeSet};

use super::exports::{Exports, Place};
use super::module::{Implementation, Line, Rank};
use super::tree::{ModuleId, Target, Tree};

/// The lines, each with what it is sorted by.
type Lines = BTreeSet<(Vec<String>, Rank, String)>;

/// Returns the public API of the crate `library`, one item per line.
pub(super) fn listing(tree: &Tree, library: &str) -> String {
    let exports = Exports::of(tree, library);
    let mut lines = Lines::new();
    for (target, place) in &exports.places {
        add_place(tree, target, place, &mut lines);
    }
    for (place, path) in &exports.aliases {
        let line = format!("pub use {} as {}", path.join("::"), place.path.join("::"));
        add(place, line, &mut lines);
    }
    add_implementations(tree, &exports, &mut lines);
    let lines = lines.into_iter().map(|(_, _, line)| line + "\n");
    lines.collect()
}

/// Adds the line of a module, or the lines of an item.
fn add_place(tree: &Tree, target: &Target, place: &Place, lines: &mut Lines) {
    match target {
        Target::Module(_) | Target::Foreign(..) => {
            let line = format!("pub mod {}", place.path.join("::"));
            add(place, line, lines);
        }
        Target::Item(id, position) => {
            let place = place.within(tree.conditions(*id));
            for line in &tree.item(*id, *position).lines {
                add_line(&place, line, lines);
            }
        }
        Target::External(_) => {}
    }
}

fn add(place: &Place, text: String, lines: &mut Lines) {
    lines.insert((place.path.clone(), Rank::Item, place.conditional(&text)));
}

fn add_line(place: &Place, line: &Line, lines: &mut Lines) {
    let text = format!("{}{}{}", line.head, place.path.join("::"), line.tail);
    let text = place.within(&line.conditions).conditional(&text);
    lines.insert((place.path.clone(), line.rank, text));
}

impl Place {
    /// Returns the place with more predicates.
    fn within<'a>(&self, conditions: impl IntoIterator<Item = &'a String>) -> Self {
        let mut place = self.clone();
        place.conditions.extend(conditions.into_iter().cloned());
        place
    }

    /// Returns a line with the predicates of the place before it.
    fn conditional(&self, line: &str) -> String {
        let conditions = self.conditions.iter();
        let conditions: String = conditions.map(|it| format!("#[cfg({it})] ")).collect();
        conditions + line
    }
}

/// Adds the implementations of public types and traits, wherever they are in the crate.
fn add_implementations(tree: &Tree, exports: &Exports, lines: &mut Lines) {
    let mut bare: BTreeMap<Place, BTreeSet<String>> = BTreeMap::new();
    for id in tree.ids() {
        for implementation in &tree.module(id).implementations {
            let Some((place, is_own)) = owner(tree, exports, id, implementation) else {
                continue;
            };
            let conditions = tree.conditions(id).iter().chain(&implementation.conditions);
            let place = place.within(conditions);
            for line in implementation.lines.iter().filter(|_| is_own) {
                add_line(&place, line, lines);
            }
            let Some(name) = name_of_trait(tree, exports, id, implementation) else {
                continue;
            };
            if implementation.is_bare && is_own {
                bare.entry(place).or_default().insert(name);
            } else {
                let text = header(implementation, &name, &place, is_own);
                let text = place.conditional(&text);
                lines.insert((place.path, Rank::Implementation, text));
            }
        }
    }
    for (place, traits) in bare {
        let traits: Vec<String> = traits.into_iter().collect();
        let text = format!("impl {} for {}", traits.join(" + "), place.path.join("::"));
        let text = place.conditional(&text);
        lines.insert((place.path, Rank::Implementation, text));
    }
}

/// Returns the place of the first public item among what an implementation is for: its own
/// type, one inside of that, or the trait. Also returns whether it is the own type.
fn owner(
    tree: &Tree,
    exports: &Exports,
    id: ModuleId,
    implementation: &Implementation,
) -> Option<(Place, bool)> {
    let mut subjects = implementation.subjects.iter().enumerate();
    subjects.find_map(|(position, path)| {
        let is_own = position == 0 && implementation.is_plain;
        let targets = tree.resolve(id, path);
        let place = targets.iter().find_map(|target| match target {
            Target::Item(module, _) => {
                let place = exports.places.get(target)?;
                Some(place.within(tree.conditions(*module)))
            }
            _ => None,
        });
        Some((place?, is_own))
    })
}

/// Returns the name of the trait; `None` for an inherent implementation, and if the trait is
/// a private one of the crate.
fn name_of_trait(
    tree: &Tree,
    exports: &Exports,
    id: ModuleId,
    implementation: &Implementation,
) -> Option<String> {
    let path = &implementation.of.as_ref()?.path;
    let targets = tree.resolve(id, path);
    targets.into_iter().find_map(|target| match &target {
        Target::Item(..) => exports.places.get(&target)?.path.last().cloned(),
        Target::External(path) => path.last().cloned(),
        Target::Module(_) | Target::Foreign(..) => None,
    })
}

/// Returns the header of an implementation, with the public path of its own type.
fn header(implementation: &Implementation, name: &str, place: &Place, is_own: bool) -> String {
    let of = implementation.of.as_ref();
    let ty = match is_own {
        true => place.path.join("::") + &implementation.arguments,
        false => implementation.written.clone(),
    };
    format!(
        "impl{} {name}{} for {ty}{}",
        implementation.generics,
        of.map_or("", |of| &of.arguments),
        implementation.bounds,
    )
}
