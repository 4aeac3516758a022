//! Parses a file of the crate into plain data.

use proc_macro2::TokenStream;
use syn::{Attribute, Ident, Item as Syntax, ItemMod, ItemUse, UseTree, Visibility};

use super::attributes::{is_test, marks, paths};
use super::bodies::without_bodies;
use super::module::{Content, Declaration, Item, Line, Module, Rank, Use};
use super::text::text;
use super::{implementations, items, macros};

/// Parses the text of a file, without function bodies.
///
/// # Errors
///
/// If it is not Rust.
pub(in super::super) fn read(source: &str) -> syn::Result<Module> {
    let tokens = source.parse::<TokenStream>()?;
    let file: syn::File = syn::parse2(without_bodies(tokens))?;
    Ok(module(&file.items))
}

/// Returns the declarations of a file or an inline module.
pub(super) fn module(items: &[Syntax]) -> Module {
    let mut module = Module::default();
    for item in items {
        add(item, &mut module);
    }
    module
}

fn add(syntax: &Syntax, module: &mut Module) {
    match syntax {
        Syntax::Struct(it) => {
            add_type(&it.attrs, &it.vis, &it.ident, module, items::of_struct(it));
        }
        Syntax::Enum(it) => add_type(&it.attrs, &it.vis, &it.ident, module, items::of_enum(it)),
        Syntax::Trait(it) => add_item(&it.attrs, &it.vis, &it.ident, module, items::of_trait(it)),
        Syntax::Type(it) => {
            let line = items::of_alias(it);
            add_item(&it.attrs, &it.vis, &it.ident, module, vec![line]);
        }
        Syntax::Fn(it) => {
            let (head, tail) = items::function(&it.sig, "");
            // The path already contains the name.
            let tail = tail[it.sig.ident.to_string().len()..].to_owned();
            let line = items::line(Rank::Item, &it.attrs, &head, tail);
            add_item(&it.attrs, &it.vis, &it.sig.ident, module, vec![line]);
        }
        Syntax::Const(it) => {
            let line = value(&it.attrs, "pub const", &it.ty);
            add_item(&it.attrs, &it.vis, &it.ident, module, vec![line]);
        }
        Syntax::Static(it) => {
            let line = value(&it.attrs, "pub static", &it.ty);
            add_item(&it.attrs, &it.vis, &it.ident, module, vec![line]);
        }
        Syntax::Mod(it) => add_module(it, module),
        Syntax::Use(it) => add_use(it, module),
        Syntax::Impl(it) => module
            .implementations
            .extend(implementations::of_block(it).filter(|_| !is_test(&it.attrs))),
        Syntax::Macro(it) => module.implementations.extend(macros::of_invocation(it)),
        _ => {}
    }
}

/// Returns the line of a constant or a static.
fn value(attributes: &[Attribute], head: &str, ty: &syn::Type) -> Line {
    items::line(Rank::Item, attributes, head, format!(": {}", text(ty)))
}

/// Adds an item that can derive traits.
fn add_type(
    attributes: &[Attribute],
    visibility: &Visibility,
    name: &Ident,
    module: &mut Module,
    lines: Vec<Line>,
) {
    let derived = implementations::derived(&name.to_string(), attributes);
    module.implementations.push(derived);
    add_item(attributes, visibility, name, module, lines);
}

fn add_item(
    attributes: &[Attribute],
    visibility: &Visibility,
    name: &Ident,
    module: &mut Module,
    lines: Vec<Line>,
) {
    if !is_test(attributes) {
        module.items.push(Item {
            name: name.to_string(),
            marks: marks(attributes, visibility),
            lines,
        });
    }
}

fn add_module(item: &ItemMod, parent: &mut Module) {
    if is_test(&item.attrs) {
        return;
    }
    let paths = paths(&item.attrs);
    let content = match &item.content {
        Some((_, items)) => Content::Inline(module(items)),
        None if paths.is_empty() => Content::File,
        None => Content::Paths(paths),
    };
    parent.modules.push(Declaration {
        name: item.ident.to_string(),
        marks: marks(&item.attrs, &item.vis),
        content,
    });
}

fn add_use(item: &ItemUse, module: &mut Module) {
    if is_test(&item.attrs) {
        return;
    }
    // An empty first name is a path that begins with `::`.
    let start = item.leading_colon.map(|_| String::new());
    let mut open = vec![(start.into_iter().collect::<Vec<_>>(), &item.tree)];
    while let Some((path, tree)) = open.pop() {
        let with = |name: &Ident| [&path[..], &[name.to_string()]].concat();
        let (path, name) = match tree {
            UseTree::Path(it) => {
                open.push((with(&it.ident), &it.tree));
                continue;
            }
            UseTree::Group(it) => {
                open.extend(it.items.iter().map(|tree| (path.clone(), tree)));
                continue;
            }
            // `use a::{self}` names `a`.
            UseTree::Name(it) if it.ident == "self" => (path.clone(), path.last().cloned()),
            UseTree::Name(it) => (with(&it.ident), Some(it.ident.to_string())),
            UseTree::Rename(it) if it.ident == "self" => {
                (path.clone(), Some(it.rename.to_string()))
            }
            UseTree::Rename(it) => (with(&it.ident), Some(it.rename.to_string())),
            UseTree::Glob(_) => (path.clone(), None),
        };
        let marks = marks(&item.attrs, &item.vis);
        module.uses.push(Use { marks, path, name });
    }
}
