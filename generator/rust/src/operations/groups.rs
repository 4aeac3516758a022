//! The groups of operations, as modules, structs, and methods of the client.

use std::collections::BTreeMap;

use api::{Api, Operation};
use heck::ToPascalCase;
use proc_macro2::Ident;
use quote::format_ident;

use crate::format::ident;

/// The module for operations that are in no group.
pub(crate) const UNGROUPED: &str = "ungrouped";

/// The methods that the client has besides those for groups.
const CLIENT_METHODS: [&str; 6] = ["base_url", "builder", "clone", "from_env", "new", "raw"];

/// The names that generated files import or have from the prelude, so that no struct of
/// a group has them.
const IMPORTED: [&str; 49] = [
    "Box",
    "ByteStream",
    "CallOptions",
    "Client",
    "Clone",
    "Content",
    "Copy",
    "DateTime",
    "Debug",
    "Default",
    "Deref",
    "DerefMut",
    "Deserialize",
    "Empty",
    "Err",
    "Error",
    "EventStream",
    "Events",
    "Form",
    "From",
    "HashMap",
    "HeaderMap",
    "HeaderValue",
    "Into",
    "IntoIterator",
    "Items",
    "Iterator",
    "MockServer",
    "Mocked",
    "NaiveDate",
    "None",
    "Ok",
    "Operation",
    "Option",
    "Outgoing",
    "Pages",
    "Query",
    "Raw",
    "Response",
    "Result",
    "SecondsFormat",
    "Send",
    "Serialize",
    "Some",
    "String",
    "Upload",
    "UrlEncoded",
    "Utc",
    "Vec",
];

/// A group with its operations and the groups inside it.
#[derive(Default)]
pub(crate) struct Group<'a> {
    pub(crate) operations: Vec<&'a Operation>,
    pub(crate) children: BTreeMap<&'a str, Group<'a>>,
}

impl<'a> Group<'a> {
    /// Returns the root of all groups.
    pub(crate) fn root(api: &'a Api) -> Self {
        let mut root = Self::default();
        for operation in &api.operations {
            let group = operation.group.iter().fold(&mut root, |group, name| {
                group.children.entry(name).or_default()
            });
            group.operations.push(operation);
        }
        root
    }
}

/// Returns the name of a group's struct.
pub(crate) fn owner(group: &str) -> Ident {
    let name = group.to_pascal_case();
    let is_taken = name.ends_with("Request")
        || name.ends_with("Arguments")
        || IMPORTED.binary_search(&name.as_str()).is_ok();
    if is_taken {
        format_ident!("{name}Group")
    } else {
        ident(&name)
    }
}

/// Returns the method of the client that leads to a group.
pub(crate) fn accessor(group: &str) -> Ident {
    if CLIENT_METHODS.contains(&group) {
        format_ident!("{group}_")
    } else {
        ident(group)
    }
}

/// Returns the modules below `operations` that hold an operation.
pub(crate) fn modules(operation: &Operation) -> Vec<&str> {
    if operation.group.is_empty() {
        return vec![UNGROUPED];
    }
    operation.group.iter().map(String::as_str).collect()
}

/// Returns the methods that lead from the client to the group of an operation.
pub(crate) fn accessors(operation: &Operation) -> Vec<Ident> {
    let groups = operation.group.iter().enumerate();
    groups
        .map(|(depth, group)| match depth {
            0 => accessor(group),
            _ => ident(group),
        })
        .collect()
}

/// Returns how a program calls an operation of the client: `assets().list()`.
pub(crate) fn call(operation: &Operation) -> String {
    let groups = accessors(operation);
    let groups: String = groups.iter().map(|group| format!("{group}().")).collect();
    format!("{groups}{}()", operation.method)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::samples;

    #[test]
    fn imported_names_are_sorted() {
        assert!(IMPORTED.is_sorted());
    }

    #[test]
    fn a_struct_has_no_name_that_its_file_uses() {
        for (group, name) in [
            ("entity_collections", "EntityCollections"),
            ("utc", "UtcGroup"),
            ("list_request", "ListRequestGroup"),
            ("option", "OptionGroup"),
        ] {
            assert_eq!(owner(group), name);
        }
    }

    #[test]
    fn a_call_goes_through_the_groups() {
        assert_eq!(call(&samples::operation("list", &[])), "list()");
        let operation = samples::operation("list", &["raw", "new_", "raw"]);
        assert_eq!(call(&operation), "raw_().new_().raw().list()");
    }
}
