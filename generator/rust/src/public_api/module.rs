//! The declarations of a module as plain data. Tokens cannot be sent to another thread,
//! and files are read in parallel.

use serde::{Deserialize, Serialize};

/// The content of a file, or of an inline module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Module {
    pub(super) items: Vec<Item>,
    pub(super) modules: Vec<Declaration>,
    pub(super) uses: Vec<Use>,
    pub(super) implementations: Vec<Implementation>,
}

impl Module {
    /// Returns the declarations of this module, followed by those of `rest`.
    pub(crate) fn followed_by(mut self, rest: Self) -> Self {
        self.items.extend(rest.items);
        self.modules.extend(rest.modules);
        self.uses.extend(rest.uses);
        self.implementations.extend(rest.implementations);
        self
    }
}

/// The attributes and the visibility of a declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Marks {
    /// Declared with `pub`, not with `pub(crate)` or a similar restriction.
    pub(super) is_public: bool,
    /// Marked with `#[doc(hidden)]`.
    pub(super) is_hidden: bool,
    /// The predicates of its `#[cfg]` attributes.
    pub(super) conditions: Vec<String>,
}

impl Marks {
    /// Returns `true` if the declaration is part of the public API, provided that its
    /// module is.
    pub(super) fn is_listed(&self) -> bool {
        self.is_public && !self.is_hidden
    }
}

/// A struct, an enum, a trait, a function, or another item with a name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) marks: Marks,
    /// The line of the item, and those of its fields, variants, or associated items.
    pub(super) lines: Vec<Line>,
}

/// A line of the listing, without the path of its item.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Line {
    pub(super) rank: Rank,
    /// The text before the path.
    pub(super) head: String,
    /// The text after the path.
    pub(super) tail: String,
    pub(super) conditions: Vec<String>,
}

/// The order of the lines of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(super) enum Rank {
    /// The item itself.
    Item,
    /// A field, a variant, or an associated item of a trait.
    Member,
    /// An associated item of an inherent implementation.
    Associated,
    /// An implementation of a trait, and its associated types.
    Implementation,
}

/// The declaration of a module.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Declaration {
    pub(super) name: String,
    pub(super) marks: Marks,
    pub(super) content: Content,
}

/// The location of the content of a module.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) enum Content {
    /// Between braces.
    Inline(Module),
    /// In a file at the default path.
    File,
    /// In the files that `path` attributes name, each with its predicate.
    Paths(Vec<(Option<String>, String)>),
}

/// One name that a `use` declaration brings into a module.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Use {
    pub(super) marks: Marks,
    pub(super) path: Vec<String>,
    /// The name, or `None` if all names of the module at `path` are imported.
    pub(super) name: Option<String>,
}

/// An `impl` block, or the derived traits of a type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Implementation {
    pub(super) conditions: Vec<String>,
    /// The generic parameters, with `<` and `>`, or empty.
    pub(super) generics: String,
    /// The traits with this implementation. The list is empty for an inherent implementation.
    pub(super) of: Vec<Trait>,
    /// The paths in the type, outermost first. The first is that of the type itself,
    /// if `is_plain`.
    pub(super) subjects: Vec<Vec<String>>,
    /// The type is a path, not a reference, a tuple, or a slice.
    pub(super) is_plain: bool,
    /// The type as written.
    pub(super) written: String,
    /// The generic arguments of the type as written, or empty.
    pub(super) arguments: String,
    /// The `where` clause with a leading space, or empty.
    pub(super) bounds: String,
    /// There are no generic arguments or parameters, so only the names of the traits are listed.
    pub(super) is_bare: bool,
    pub(super) lines: Vec<Line>,
}

/// The trait of an implementation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Trait {
    pub(super) path: Vec<String>,
    /// The generic arguments, with `<` and `>`, or empty.
    pub(super) arguments: String,
}
