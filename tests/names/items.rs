//! Finds names that a file defines twice in one scope.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};

/// Returns the duplicate definitions of a file: items of a module, methods of a type, fields,
/// variants, and arguments.
pub(crate) fn defined_twice(file: &syn::File) -> Vec<String> {
    let mut check = Check::default();
    check.module("the file", &file.items);
    check.visit_file(file);
    check.twice
}

#[derive(Default)]
struct Check {
    twice: Vec<String>,
    /// Methods by type.
    methods: BTreeMap<String, BTreeSet<String>>,
}

impl Check {
    fn scope(&mut self, scope: &str, names: impl IntoIterator<Item = String>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if !seen.insert(name.clone()) {
                self.twice.push(format!("{scope}: {name}"));
            }
        }
    }

    fn module(&mut self, scope: &str, items: &[syn::Item]) {
        // Types, modules, and imports share a namespace.
        let types = items.iter().flat_map(|item| match item {
            syn::Item::Struct(item) => vec![item.ident.to_string()],
            syn::Item::Enum(item) => vec![item.ident.to_string()],
            syn::Item::Mod(item) => vec![item.ident.to_string()],
            syn::Item::Use(item) => imported(&item.tree),
            _ => Vec::new(),
        });
        self.scope(scope, types.collect::<Vec<_>>());
        let functions = items.iter().filter_map(|item| match item {
            syn::Item::Fn(item) => Some(item.sig.ident.to_string()),
            _ => None,
        });
        self.scope(scope, functions.collect::<Vec<_>>());
    }
}

/// Functions of the runtime that files import: a module may have the same name.
const FUNCTIONS: [&str; 3] = ["builder", "client", "encode_path"];

/// Returns the names of types and modules that an import brings.
fn imported(tree: &syn::UseTree) -> Vec<String> {
    match tree {
        syn::UseTree::Path(path) => imported(&path.tree),
        syn::UseTree::Name(name) if FUNCTIONS.iter().any(|known| name.ident == known) => Vec::new(),
        syn::UseTree::Name(name) => vec![name.ident.to_string()],
        syn::UseTree::Rename(rename) => vec![rename.rename.to_string()],
        syn::UseTree::Group(group) => group.items.iter().flat_map(imported).collect(),
        syn::UseTree::Glob(_) => Vec::new(),
    }
}

impl<'ast> Visit<'ast> for Check {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if let Some((_, items)) = &item.content {
            self.module(&item.ident.to_string(), items);
        }
        visit::visit_item_mod(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if item.trait_.is_none()
            && let syn::Type::Path(ty) = &*item.self_ty
            && let Some(ty) = ty.path.get_ident()
        {
            for function in &item.items {
                if let syn::ImplItem::Fn(function) = function {
                    let methods = self.methods.entry(ty.to_string()).or_default();
                    let name = function.sig.ident.to_string();
                    if !methods.insert(name.clone()) {
                        self.twice.push(format!("{ty}: {name}"));
                    }
                }
            }
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        let names = signature.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(input) => match &*input.pat {
                syn::Pat::Ident(name) => Some(name.ident.to_string()),
                _ => None,
            },
            syn::FnArg::Receiver(_) => None,
        });
        self.scope(&signature.ident.to_string(), names.collect::<Vec<_>>());
    }

    fn visit_fields_named(&mut self, fields: &'ast syn::FieldsNamed) {
        let names = fields.named.iter().filter_map(|field| field.ident.as_ref());
        self.scope(
            "a struct",
            names.map(ToString::to_string).collect::<Vec<_>>(),
        );
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        let names = item
            .variants
            .iter()
            .map(|variant| variant.ident.to_string());
        self.scope(&item.ident.to_string(), names.collect::<Vec<_>>());
    }
}
