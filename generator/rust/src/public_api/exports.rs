//! The public path of each module and item: the shortest one, or the first of several.

use std::collections::{BTreeMap, BTreeSet};

use super::module::{Marks, Use};
use super::tree::{ModuleId, Target, Tree};

/// All public items of the crate.
pub(super) struct Exports {
    /// The public modules and items.
    pub(super) places: BTreeMap<Target, PublicPath>,
    /// Re-exports of other crates, and additional paths of items.
    pub(super) aliases: Vec<(PublicPath, Vec<String>)>,
}

/// A public path, and the predicates under which it exists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PublicPath {
    pub(super) path: Vec<String>,
    pub(super) conditions: BTreeSet<String>,
}

impl PublicPath {
    /// Returns the place of a declaration in a module at this place.
    fn join(&self, name: &str, marks: &Marks) -> Self {
        let conditions = self.conditions.iter().chain(&marks.conditions);
        Self {
            path: [&self.path[..], &[name.to_owned()]].concat(),
            conditions: conditions.cloned().collect(),
        }
    }
}

impl Exports {
    /// Follows the public names of the crate `library`, level by level.
    pub(super) fn of(tree: &Tree, library: &str) -> Self {
        let mut exports = Self {
            places: BTreeMap::new(),
            aliases: Vec::new(),
        };
        let root = PublicPath {
            path: vec![library.to_owned()],
            conditions: BTreeSet::new(),
        };
        let mut level = vec![(root, Target::Module(tree.root()))];
        while !level.is_empty() {
            level.sort();
            let mut names = Names {
                tree,
                seen: BTreeSet::new(),
                found: Vec::new(),
            };
            for (place, target) in level {
                exports.visit(place, target, &mut names);
            }
            level = names.found;
        }
        exports
    }

    /// Assigns the place of a target, and adds the names in it.
    fn visit(&mut self, place: PublicPath, target: Target, names: &mut Names<'_>) {
        if let Target::External(path) = target {
            self.aliases.push((place, path));
        } else if let Some(known) = self.places.get(&target) {
            if *known != place {
                self.aliases.push((place, known.path.clone()));
            }
        } else {
            if let Target::Module(id) = target {
                names.seen.clear();
                names.add(id, &place);
            }
            self.places.insert(target, place);
        }
    }
}

/// The public names of a module, and of the modules whose names it exports.
struct Names<'a> {
    tree: &'a Tree,
    /// The visited modules. Modules can re-export each other's names.
    seen: BTreeSet<ModuleId>,
    found: Vec<(PublicPath, Target)>,
}

impl Names<'_> {
    /// Adds the public names of a module. `place` is the place of the module that exports them.
    fn add(&mut self, id: ModuleId, place: &PublicPath) {
        if !self.seen.insert(id) {
            return;
        }
        let module = self.tree.module(id);
        for (position, item) in module.items.iter().enumerate() {
            if item.marks.is_listed() {
                let place = place.join(&item.name, &item.marks);
                self.found.push((place, Target::Item(id, position)));
            }
        }
        for (position, declaration) in module.modules.iter().enumerate() {
            if declaration.marks.is_listed() {
                let place = place.join(&declaration.name, &declaration.marks);
                let targets = self.tree.declared(id, position).into_iter();
                self.found.extend(targets.map(|it| (place.clone(), it)));
            }
        }
        for import in module.uses.iter().filter(|it| it.marks.is_listed()) {
            let targets = self.tree.resolve(id, &import.path);
            match &import.name {
                Some(name) => self.add_import(targets, &place.join(name, &import.marks)),
                None => self.add_glob(targets, import, place),
            }
        }
    }

    fn add_import(&mut self, targets: Vec<Target>, place: &PublicPath) {
        // Another item can have the same name in another namespace.
        let targets = targets.into_iter().filter(|target| match target {
            Target::Item(id, position) => self.tree.item(*id, *position).marks.is_listed(),
            _ => true,
        });
        self.found.extend(targets.map(|it| (place.clone(), it)));
    }

    fn add_glob(&mut self, targets: Vec<Target>, import: &Use, place: &PublicPath) {
        for target in targets {
            match target {
                Target::Module(id) => {
                    let mut place = place.clone();
                    place.conditions.extend(import.marks.conditions.clone());
                    self.add(id, &place);
                }
                Target::External(path) => {
                    let path = [path, vec!["*".to_owned()]].concat();
                    let place = place.join("*", &import.marks);
                    self.found.push((place, Target::External(path)));
                }
                Target::Foreign(..) | Target::Item(..) => {}
            }
        }
    }
}
