//! Expressions that read a property of a response. The variable of a list page is `page`.

use api::{IntKind, Path, Step, Type};
use proc_macro2::TokenStream;
use quote::quote;

use crate::format::ident;

/// The expressions for the items in a list page `page`.
pub(super) struct Items {
    /// The list page in the form that the runtime expects.
    pub(super) page: TokenStream,
    /// The items, moved out of the list page.
    pub(super) taken: TokenStream,
    /// The list page itself is the list.
    pub(super) is_page: bool,
}

impl Items {
    /// Returns the expressions for the list at a path.
    pub(super) fn at(path: &Path) -> Self {
        let (mut read, mut taken) = (quote!(page), quote!(page));
        let mut is_option = false;
        for step in &path.0 {
            read = reference(&read, is_option, step);
            let name = ident(&step.field);
            taken = match (is_option, step.optional) {
                (false, _) => quote!(#taken.#name),
                (true, true) => quote!(#taken.and_then(|inner| inner.#name)),
                (true, false) => quote!(#taken.map(|inner| inner.#name)),
            };
            is_option |= step.optional;
        }
        let is_page = path.0.is_empty();
        let page = if is_option {
            quote!(#read.map_or_else(ListPage::default, ListPage::of))
        } else if is_page {
            quote!(ListPage::of(page))
        } else {
            quote!(ListPage::of(&#read))
        };
        let taken = match is_option {
            true => quote!(#taken.unwrap_or_default()),
            false => taken,
        };
        Self {
            page,
            taken,
            is_page,
        }
    }
}

/// Returns the expression for the URL of the link with the relation `next` in `page`, as an
/// `Option<&str>`.
pub(super) fn url_of_relation(links: &Step, relation: &Step, url: &Step) -> TokenStream {
    let [list, rel, href] = [links, relation, url].map(|step| ident(&step.field));
    let list = match links.optional {
        false => quote!(page.#list.iter()),
        true => quote!(page.#list.iter().flatten()),
    };
    let is_next = match relation.optional {
        false => quote!(link.#rel == "next"),
        true => quote!(link.#rel.as_deref() == Some("next")),
    };
    let url = match url.optional {
        false => quote!(.map(|link| link.#href.as_str())),
        true => quote!(.and_then(|link| link.#href.as_deref())),
    };
    quote!(#list.find(|link| #is_next)#url)
}

/// Returns the call that sets the identifier of the last item in `page` as the next token. `ty` is the
/// type of the identifier.
pub(super) fn id_of_last_item(items: &Path, id: &Step, ty: &Type) -> TokenStream {
    let (mut list, mut is_option) = (quote!(page), false);
    for step in &items.0 {
        list = reference(&list, is_option, step);
        is_option |= step.optional;
    }
    let last = match is_option {
        false => quote!(#list.last()),
        true => quote!(#list.and_then(|items| items.last())),
    };
    let id_name = ident(&id.field);
    let value = match (ty, id.optional) {
        (Type::String, false) => quote!(#last.map(|item| item.#id_name.as_str())),
        (Type::String, true) => quote!(#last.and_then(|item| item.#id_name.as_deref())),
        (_, false) => quote!(#last.map(|item| item.#id_name.into())),
        (_, true) => quote!(#last.and_then(|item| item.#id_name).map(i128::from)),
    };
    match ty {
        Type::String => quote!(.next(#value)),
        _ => quote!(.next_id(#value)),
    }
}

/// Returns the expression for the number at a path of `page`, as an `Option<i64>`.
pub(super) fn number_at(path: &Path, ty: &Type) -> TokenStream {
    as_i64(&scalar_at(&quote!(page), path, &quote!(), &quote!()), ty)
}

/// Converts the expression for an optional number to an `Option<i64>`.
fn as_i64(number: &TokenStream, ty: &Type) -> TokenStream {
    match ty {
        Type::Int(IntKind::I64) => number.clone(),
        Type::Int(IntKind::U64) => quote!(#number.and_then(|number| i64::try_from(number).ok())),
        Type::Float(_) => quote!(#number.map(|number| number as i64)),
        _ => quote!(#number.map(i64::from)),
    }
}

/// Returns the expression for the flag at a path of `page`, as an `Option<bool>`.
pub(super) fn flag_at(path: &Path) -> TokenStream {
    scalar_at(&quote!(page), path, &quote!(), &quote!())
}

/// Returns the expression for the text at a path of `page`, as an `Option<&str>`.
pub(super) fn text_at(path: &Path) -> TokenStream {
    text_of(&quote!(page), path)
}

/// Returns the expression for the text at a path of a response, as an `Option<&str>`.
pub(super) fn text_of(response: &TokenStream, path: &Path) -> TokenStream {
    scalar_at(response, path, &quote!(.as_str()), &quote!(.as_deref()))
}

/// Returns the expression for the text of an enum at a path of a response, as an
/// `Option<&str>`.
pub(super) fn enum_of(response: &TokenStream, path: &Path) -> TokenStream {
    let optional = quote!(.as_ref().map(|value| value.as_str()));
    scalar_at(response, path, &quote!(.as_str()), &optional)
}

/// Returns the expression for the scalar at a path of a response, as an option. `required` and
/// `optional` are the calls on a required and an optional field.
fn scalar_at(
    response: &TokenStream,
    path: &Path,
    required: &TokenStream,
    optional: &TokenStream,
) -> TokenStream {
    let Some((last, steps)) = path.0.split_last() else {
        return quote!(None);
    };
    let mut read = response.clone();
    let mut is_option = false;
    for step in steps {
        (read, is_option) = (
            reference(&read, is_option, step),
            is_option || step.optional,
        );
    }
    let name = ident(&last.field);
    match (is_option, last.optional) {
        (false, true) => quote!(#read.#name #optional),
        (false, false) => quote!(Some(#read.#name #required)),
        (true, true) => quote!(#read.and_then(|inner| inner.#name #optional)),
        (true, false) => quote!(#read.map(|inner| inner.#name #required)),
    }
}

/// Returns the expression for a field of the value of `read`, which can be an option.
fn reference(read: &TokenStream, is_option: bool, step: &Step) -> TokenStream {
    let name = ident(&step.field);
    match (is_option, step.optional) {
        (false, true) => quote!(#read.#name.as_ref()),
        (false, false) => quote!(#read.#name),
        (true, true) => quote!(#read.and_then(|inner| inner.#name.as_ref())),
        (true, false) => quote!(#read.map(|inner| &inner.#name)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::path;
    use super::*;

    #[test]
    fn the_last_item_has_the_identifier() {
        let id = |optional| Step {
            field: "id".to_owned(),
            optional,
        };
        for (items, optional, expected) in [
            (
                path([("data", false)]),
                false,
                ".next(page.data.last().map(|item| item.id.as_str()))",
            ),
            (
                path([("data", true)]),
                true,
                ".next(page.data.as_ref().and_then(|items| items.last()).and_then(|item| item.id.as_deref()))",
            ),
        ] {
            let expression = id_of_last_item(&items, &id(optional), &Type::String).to_string();
            assert_eq!(expression.replace(' ', ""), expected.replace(' ', ""));
        }
    }

    #[test]
    fn the_link_with_the_relation_next_has_the_url() {
        let step = |name: &str, optional| Step {
            field: name.to_owned(),
            optional,
        };
        let code = |optional| {
            let [links, rel, href] = ["links", "rel", "href"].map(|name| step(name, optional));
            url_of_relation(&links, &rel, &href).to_string()
        };
        let required = quote! {
            page.links.iter().find(|link| link.rel == "next").map(|link| link.href.as_str())
        };
        assert_eq!(code(false), required.to_string());
        let optional = quote! {
            page.links
                .iter()
                .flatten()
                .find(|link| link.rel.as_deref() == Some("next"))
                .and_then(|link| link.href.as_deref())
        };
        assert_eq!(code(true), optional.to_string());
    }

    #[test]
    fn a_path_goes_through_optional_structs() {
        let inner = [("a", true), ("b", true), ("c", false)];
        assert_eq!(
            flag_at(&path(inner)).to_string(),
            quote! {
                page.a.as_ref().and_then(|inner| inner.b.as_ref()).map(|inner| inner.c)
            }
            .to_string()
        );
        assert_eq!(
            text_at(&path([("a", false), ("b", false)])).to_string(),
            quote!(Some(page.a.b.as_str())).to_string()
        );
        let Items { page, taken, .. } = Items::at(&path(inner));
        assert_eq!(
            page.to_string(),
            quote! {
                page.a.as_ref().and_then(|inner| inner.b.as_ref()).map(|inner| &inner.c)
                    .map_or_else(ListPage::default, ListPage::of)
            }
            .to_string()
        );
        assert_eq!(
            taken.to_string(),
            quote! {
                page.a.and_then(|inner| inner.b).map(|inner| inner.c).unwrap_or_default()
            }
            .to_string()
        );
    }
}
