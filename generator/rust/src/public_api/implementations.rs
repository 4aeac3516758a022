//! `impl` blocks and derived traits.

use syn::punctuated::Punctuated;
use syn::{
    Attribute, GenericArgument, GenericParam, ImplItem, ItemImpl, Path, PathArguments, Type,
};

use super::attributes::{conditions, derives, is_hidden};
use super::items::{self, in_brackets, is_listed};
use super::module::{Implementation, Line, Rank, Trait};
use super::text::{list, text};

/// Returns the implementation of the traits that an item derives.
pub(super) fn derived(name: &str, attributes: &[Attribute]) -> Implementation {
    bare(name, derives(attributes).iter().map(segments))
}

/// Returns the implementation of traits that are described by their names alone.
pub(super) fn bare(name: &str, traits: impl IntoIterator<Item = Vec<String>>) -> Implementation {
    let traits = traits.into_iter().map(|path| Trait {
        path,
        arguments: String::new(),
    });
    Implementation {
        of: traits.collect(),
        subjects: vec![vec![name.to_owned()]],
        is_plain: true,
        is_bare: true,
        ..Implementation::default()
    }
}

/// Returns the additions of an `impl` block to the public API, provided that its type and its trait
/// are public, or `None` if there are none.
pub(super) fn of_block(item: &ItemImpl) -> Option<Implementation> {
    if is_hidden(&item.attrs) || item.modifiers.polarity.is_some() {
        return None;
    }
    let of = item.trait_.as_ref().map(|(path, _)| Trait {
        path: segments(path),
        arguments: arguments(path),
    });
    let lines: Vec<Line> = match &of {
        Some(_) => item.items.iter().filter_map(associated_type).collect(),
        None => associated(item),
    };
    if of.is_none() && lines.is_empty() {
        return None;
    }
    let own_path = match &*item.self_ty {
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    };
    let trait_path = item.trait_.as_ref().map(|(path, _)| path);
    let bounds = items::bounds(&item.generics);
    let is_bare = bounds.is_empty()
        && item.generics.params.iter().all(is_plain_lifetime)
        && own_path.is_some_and(has_only_lifetimes)
        && trait_path.is_some_and(has_only_lifetimes);
    let mut subjects = mentioned(&item.self_ty);
    subjects.extend(of.iter().map(|of| of.path.clone()));
    Some(Implementation {
        conditions: conditions(&item.attrs),
        generics: items::parameters(&item.generics),
        of: of.into_iter().collect(),
        subjects,
        is_plain: own_path.is_some(),
        written: text(&item.self_ty),
        arguments: own_path.map(arguments).unwrap_or_default(),
        bounds,
        is_bare,
        lines,
    })
}

/// Returns the public functions and constants of an inherent implementation. Bounds of the
/// implementation are bounds of each.
fn associated(block: &ItemImpl) -> Vec<Line> {
    let bounds = items::all_predicates(&block.generics);
    let path = match &*block.self_ty {
        Type::Path(path) if !has_only_lifetimes(&path.path) => arguments(&path.path),
        _ => String::new(),
    };
    let lines = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(item) if is_listed(&item.attrs, &item.vis) => {
            let (head, tail) = items::function(&item.sig, &bounds);
            Some((&item.attrs, head, tail))
        }
        ImplItem::Const(item) if is_listed(&item.attrs, &item.vis) => {
            let tail = format!("{}: {}", item.ident, text(&item.ty));
            Some((&item.attrs, "pub const".to_owned(), tail))
        }
        _ => None,
    });
    let lines = lines.map(|(attributes, head, tail)| {
        let tail = format!("{path}::{tail}");
        items::line(Rank::Associated, attributes, &head, tail)
    });
    lines.collect()
}

/// Returns the associated type of an implementation of a trait.
fn associated_type(item: &ImplItem) -> Option<Line> {
    let ImplItem::Type(item) = item else {
        return None;
    };
    let parameters = items::parameters(&item.generics);
    let tail = format!("::{}{parameters} = {}", item.ident, text(&item.ty));
    Some(items::line(
        Rank::Implementation,
        &item.attrs,
        "pub type",
        tail,
    ))
}

/// Returns the names of a path, without its arguments.
pub(super) fn segments(path: &Path) -> Vec<String> {
    let global = path.leading_colon.map(|_| String::new());
    let names = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string());
    global.into_iter().chain(names).collect()
}

/// Returns the generic arguments of a path, with `<` and `>`, or nothing.
fn arguments(path: &Path) -> String {
    match path.segments.last().map(|segment| &segment.arguments) {
        Some(PathArguments::AngleBracketed(arguments)) => in_brackets(&list(&arguments.args)),
        _ => String::new(),
    }
}

fn has_only_lifetimes(path: &Path) -> bool {
    path.segments
        .iter()
        .all(|segment| match &segment.arguments {
            PathArguments::None => true,
            PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .all(|argument| matches!(argument, GenericArgument::Lifetime(_))),
            _ => false,
        })
}

fn is_plain_lifetime(parameter: &GenericParam) -> bool {
    matches!(parameter, GenericParam::Lifetime(it) if it.bounds.is_empty())
}

/// Returns the paths in a type, outermost first.
fn mentioned(ty: &Type) -> Vec<Vec<String>> {
    match ty {
        Type::Path(path) => {
            let mut paths = vec![segments(&path.path)];
            for segment in &path.path.segments {
                if let PathArguments::AngleBracketed(arguments) = &segment.arguments {
                    let types = arguments.args.iter().filter_map(|argument| match argument {
                        GenericArgument::Type(ty) => Some(mentioned(ty)),
                        _ => None,
                    });
                    paths.extend(types.flatten());
                }
            }
            paths
        }
        Type::Reference(ty) => mentioned(&ty.elem),
        Type::Slice(ty) => mentioned(&ty.elem),
        Type::Array(ty) => mentioned(&ty.elem),
        Type::Paren(ty) => mentioned(&ty.elem),
        Type::Tuple(ty) => {
            let types: &Punctuated<Type, _> = &ty.elems;
            types.iter().flat_map(mentioned).collect()
        }
        _ => Vec::new(),
    }
}
