//! The tree of modules. Names are resolved like in the compiler.

use std::collections::{BTreeMap, BTreeSet};

use super::module::{Content, Declaration, Item, Module};

/// All modules of the crate, of which the first is the root.
pub(super) struct Tree {
    nodes: Vec<Node>,
}

/// A module in its place.
struct Node {
    parent: Option<ModuleId>,
    module: Module,
    /// The modules in it, by the position of the declaration. A module with target-specific files
    /// occurs once for each file. A module without an emitted file does not occur.
    children: Vec<(usize, ModuleId)>,
    /// The predicates under which it is compiled.
    conditions: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ModuleId(usize);

/// The target of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Module(ModuleId),
    /// An item, by its position in its module.
    Item(ModuleId, usize),
    /// A module whose file was not emitted, by the position of its declaration.
    Foreign(ModuleId, usize),
    /// An item of another crate or of a foreign module, by its path.
    External(Vec<String>),
}

impl Tree {
    /// Builds the tree from the files of a crate, by path.
    pub(super) fn new(mut files: BTreeMap<String, Module>) -> Self {
        let root = files.remove("src/lib.rs").unwrap_or_default();
        let mut tree = Self { nodes: Vec::new() };
        tree.add(None, root, BTreeSet::new(), "src", &mut files);
        tree
    }

    /// Adds a module, whose modules have their files in `folder`.
    fn add(
        &mut self,
        parent: Option<ModuleId>,
        mut module: Module,
        conditions: BTreeSet<String>,
        folder: &str,
        files: &mut BTreeMap<String, Module>,
    ) -> ModuleId {
        let id = ModuleId(self.nodes.len());
        let contents = module.modules.iter_mut().map(|declaration| {
            let contents = contents(declaration, folder, files);
            let inherited = conditions.iter().chain(&declaration.marks.conditions);
            let inherited: BTreeSet<String> = inherited.cloned().collect();
            (declaration.name.clone(), inherited, contents)
        });
        let contents: Vec<_> = contents.collect();
        self.nodes.push(Node {
            parent,
            module,
            children: Vec::new(),
            conditions,
        });
        for (position, (name, inherited, contents)) in contents.into_iter().enumerate() {
            for (condition, content) in contents {
                let mut conditions = inherited.clone();
                conditions.extend(condition);
                let folder = format!("{folder}/{name}");
                let child = self.add(Some(id), content, conditions, &folder, files);
                self.nodes[id.0].children.push((position, child));
            }
        }
        id
    }

    pub(super) fn root(&self) -> ModuleId {
        ModuleId(0)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ModuleId> {
        (0..self.nodes.len()).map(ModuleId)
    }

    pub(super) fn module(&self, id: ModuleId) -> &Module {
        &self.nodes[id.0].module
    }

    pub(super) fn conditions(&self, id: ModuleId) -> &BTreeSet<String> {
        &self.nodes[id.0].conditions
    }

    pub(super) fn item(&self, module: ModuleId, position: usize) -> &Item {
        &self.module(module).items[position]
    }

    /// Returns the targets of the declaration of a module, by its position.
    pub(super) fn declared(&self, id: ModuleId, position: usize) -> Vec<Target> {
        let children = &self.nodes[id.0].children;
        let start = children.partition_point(|(of, _)| *of < position);
        let own = children[start..]
            .iter()
            .take_while(|(of, _)| *of == position);
        let mut targets: Vec<Target> = own.map(|(_, child)| Target::Module(*child)).collect();
        if targets.is_empty() {
            targets.push(Target::Foreign(id, position));
        }
        targets
    }

    /// Returns the targets of a path in a module. There are several if the same name is used in
    /// different namespaces.
    pub(super) fn resolve(&self, from: ModuleId, path: &[String]) -> Vec<Target> {
        self.resolve_once(from, path, &mut Vec::new())
    }

    fn resolve_once<'a>(
        &'a self,
        from: ModuleId,
        path: &'a [String],
        seen: &mut Vec<(ModuleId, &'a str)>,
    ) -> Vec<Target> {
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        let mut targets = match first.as_str() {
            "" => return vec![Target::External(rest.to_vec())],
            "crate" => vec![Target::Module(self.root())],
            "self" => vec![Target::Module(from)],
            "super" => {
                let parent = self.nodes[from.0].parent;
                parent.into_iter().map(Target::Module).collect()
            }
            name => self.lookup(from, name, seen),
        };
        if targets.is_empty() {
            return vec![Target::External(path.to_vec())];
        }
        for name in rest {
            let next = targets.into_iter().flat_map(|target| match target {
                Target::Module(id) if name == "super" => {
                    let parent = self.nodes[id.0].parent;
                    parent.into_iter().map(Target::Module).collect()
                }
                Target::Module(id) => self.lookup(id, name, seen),
                Target::External(path) => {
                    vec![Target::External(
                        [&path[..], std::slice::from_ref(name)].concat(),
                    )]
                }
                Target::Foreign(id, position) => {
                    let module = self.module(id).modules[position].name.clone();
                    vec![Target::External(vec![module, name.clone()])]
                }
                Target::Item(..) => Vec::new(),
            });
            targets = next.collect();
        }
        targets
    }

    /// Returns the targets of a name in a module. `seen` are the names that are being looked up,
    /// because imports can be cyclic.
    fn lookup<'a>(
        &'a self,
        id: ModuleId,
        name: &'a str,
        seen: &mut Vec<(ModuleId, &'a str)>,
    ) -> Vec<Target> {
        let module = self.module(id);
        let items = module.items.iter().enumerate();
        let items = items.filter(|(_, item)| item.name == name);
        let mut found: Vec<Target> = items
            .map(|(position, _)| Target::Item(id, position))
            .collect();
        let modules = module.modules.iter().enumerate();
        let modules = modules.filter(|(_, declaration)| declaration.name == name);
        found.extend(modules.flat_map(|(position, _)| self.declared(id, position)));
        if seen.contains(&(id, name)) {
            return found;
        }
        seen.push((id, name));
        self.add_imported(id, name, seen, &mut found);
        seen.pop();
        // An imported macro is not found, but a module with the same name is.
        if found.iter().any(|it| !matches!(it, Target::External(_))) {
            found.retain(|it| !matches!(it, Target::External(_)));
        }
        found
    }

    /// Adds the targets that a module imports under a name. Glob imports have the lowest
    /// precedence.
    fn add_imported<'a>(
        &'a self,
        id: ModuleId,
        name: &'a str,
        seen: &mut Vec<(ModuleId, &'a str)>,
        found: &mut Vec<Target>,
    ) {
        let uses = &self.module(id).uses;
        for import in uses {
            if import.name.as_deref() == Some(name) {
                found.extend(self.resolve_once(id, &import.path, seen));
            }
        }
        if !found.is_empty() {
            return;
        }
        for import in uses.iter().filter(|import| import.name.is_none()) {
            for target in self.resolve_once(id, &import.path, seen) {
                if let Target::Module(id) = target {
                    found.extend(self.lookup(id, name, seen));
                }
            }
        }
    }
}

/// Removes and returns the contents of a module, each with its predicate.
fn contents(
    declaration: &mut Declaration,
    folder: &str,
    files: &mut BTreeMap<String, Module>,
) -> Vec<(Option<String>, Module)> {
    let name = &declaration.name;
    match &mut declaration.content {
        Content::Inline(module) => vec![(None, std::mem::take(module))],
        Content::File => {
            let paths = [
                format!("{folder}/{name}.rs"),
                format!("{folder}/{name}/mod.rs"),
            ];
            let file = paths.iter().find_map(|path| files.remove(path));
            file.into_iter().map(|module| (None, module)).collect()
        }
        Content::Paths(paths) => {
            let files = paths.iter().filter_map(|(condition, path)| {
                let module = files.remove(&format!("{folder}/{path}"))?;
                Some((condition.clone(), module))
            });
            files.collect()
        }
    }
}
