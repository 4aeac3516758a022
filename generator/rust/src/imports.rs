//! The `use` lines of a file, collected while its code is emitted.

use std::collections::{BTreeMap, BTreeSet};

use api::Type;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// The names that a file uses from elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Imports {
    /// Names by path, such as `std::collections`.
    names: BTreeMap<&'static str, BTreeSet<&'static str>>,
}

impl Imports {
    /// Imports a name from a path, such as `crate::runtime` and `Client`.
    pub(crate) fn add(&mut self, path: &'static str, name: &'static str) {
        self.names.entry(path).or_default().insert(name);
    }

    /// Imports a name of the runtime.
    pub(crate) fn runtime(&mut self, name: &'static str) {
        self.add("crate::runtime", name);
    }

    /// Imports what code needs that mentions a type, except for types of the API.
    pub(crate) fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Date => self.add("chrono", "NaiveDate"),
            Type::DateTime => {
                self.add("chrono", "DateTime");
                self.add("chrono", "Utc");
            }
            Type::File => self.runtime("Upload"),
            Type::Form => self.runtime("Form"),
            Type::Map(value) => {
                self.add("std::collections", "HashMap");
                self.ty(value);
            }
            Type::List(inner) | Type::Nullable(inner) | Type::Boxed(inner) => self.ty(inner),
            Type::Bool
            | Type::Int(_)
            | Type::Float(_)
            | Type::String
            | Type::Json
            | Type::JsonObject
            | Type::Named(_) => {}
        }
    }

    /// Returns the `use` items: those of other crates, the standard library first, then
    /// those of this crate.
    pub(crate) fn items(&self) -> (TokenStream, TokenStream) {
        let mut items: Vec<_> = self.names.iter().collect();
        // By the whole path of the first name: `crate::types` stands after `crate::runtime`.
        items.sort_by_key(|(path, names)| {
            let is_std = **path == "std" || path.starts_with("std::");
            (!is_std, format!("{path}::{}", first(names)))
        });
        let (own, others): (Vec<_>, Vec<_>) = items
            .into_iter()
            .partition(|(path, _)| path.starts_with("crate"));
        let items = |items: &[(&&str, &BTreeSet<&str>)]| -> TokenStream {
            items
                .iter()
                .map(|(path, names)| item(path, names))
                .collect()
        };
        (items(&others), items(&own))
    }
}

fn first<'a>(names: &BTreeSet<&'a str>) -> &'a str {
    names.first().copied().unwrap_or_default()
}

fn item(path: &str, names: &BTreeSet<&str>) -> TokenStream {
    let ident = |name: &str| Ident::new(name, Span::call_site());
    let path = path.split("::").map(ident);
    let names: Vec<Ident> = names.iter().map(|name| ident(name)).collect();
    match names.as_slice() {
        [name] => quote!(use #(#path)::*::#name;),
        names => quote!(use #(#path)::*::{#(#names),*};),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_crates_come_first_and_share_a_line_by_path() {
        let mut imports = Imports::default();
        imports.runtime("Client");
        imports.runtime("Error");
        imports.add("crate", "types");
        imports.ty(&Type::Map(Box::new(Type::DateTime)));
        let (others, own) = imports.items();
        assert_eq!(
            others.to_string(),
            quote!(
                use std::collections::HashMap;
                use chrono::{DateTime, Utc};
            )
            .to_string()
        );
        assert_eq!(
            own.to_string(),
            quote!(
                use crate::runtime::{Client, Error};
                use crate::types;
            )
            .to_string()
        );
    }
}
