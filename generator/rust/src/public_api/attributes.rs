//! Attributes that affect the listing: `cfg`, `doc(hidden)`, `deprecated`, `derive`,
//! `non_exhaustive`, and `path`.

use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Path, Token, Visibility};

use super::module::Marks;
use super::text::text;

/// The mark of deprecated items.
pub(super) const DEPRECATED: &str = "#[deprecated] ";

/// Returns the marks of a declaration from its attributes and visibility.
pub(super) fn marks(attributes: &[Attribute], visibility: &Visibility) -> Marks {
    Marks {
        is_public: matches!(visibility, Visibility::Public(_)),
        is_hidden: is_hidden(attributes),
        conditions: conditions(attributes),
    }
}

/// Returns `true` if the attributes have `#[doc(hidden)]`.
pub(super) fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("doc") && text(&list.tokens) == "hidden",
        _ => false,
    })
}

/// Returns `true` if the code is compiled only for tests.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    conditions(attributes).iter().any(|it| it == "test")
}

/// Returns the predicates of the `#[cfg]` attributes.
pub(super) fn conditions(attributes: &[Attribute]) -> Vec<String> {
    let predicates = attributes.iter().filter_map(|it| match &it.meta {
        Meta::List(list) if list.path.is_ident("cfg") => Some(text(&list.tokens)),
        _ => None,
    });
    predicates.collect()
}

/// Returns `true` if the attributes have `#[non_exhaustive]`.
pub(super) fn is_non_exhaustive(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("non_exhaustive"))
}

/// Returns `true` if the attributes have `#[deprecated]`.
pub(super) fn is_deprecated(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("deprecated"))
}

/// Returns the derived traits.
pub(super) fn derives(attributes: &[Attribute]) -> Vec<Path> {
    let lists = attributes.iter().filter_map(|attribute| {
        let is_derive = attribute.path().is_ident("derive");
        let parser = Punctuated::<Path, Token![,]>::parse_terminated;
        attribute.parse_args_with(parser).ok().filter(|_| is_derive)
    });
    lists.flatten().collect()
}

/// Returns the files that `#[path]` and `#[cfg_attr(…, path)]` name, with the predicate of
/// each.
pub(super) fn paths(attributes: &[Attribute]) -> Vec<(Option<String>, String)> {
    let paths = attributes.iter().filter_map(|attribute| {
        if let Some(path) = path(&attribute.meta) {
            return Some((None, path));
        }
        if !attribute.path().is_ident("cfg_attr") {
            return None;
        }
        let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
        let metas = attribute.parse_args_with(parser).ok()?;
        let path = metas.iter().skip(1).find_map(path)?;
        Some((metas.first().map(text), path))
    });
    paths.collect()
}

/// Returns the value of a `path` attribute.
fn path(meta: &Meta) -> Option<String> {
    let Meta::NameValue(pair) = meta else {
        return None;
    };
    let literal = text(&pair.value);
    pair.path
        .is_ident("path")
        .then(|| literal.trim_matches('"').to_owned())
}
