//! The groups of operations, as modules, structs, and methods of the client.

use std::collections::BTreeMap;

use api::{Api, FormerCall, Operation};
use proc_macro2::Ident;

use crate::format::ident;

/// The module for operations without a group.
pub(crate) const UNGROUPED: &str = "ungrouped";

/// A group with its operations and the groups inside it.
#[derive(Default)]
pub(crate) struct Group<'a> {
    pub(crate) operations: Vec<&'a Operation>,
    pub(crate) children: BTreeMap<&'a str, Group<'a>>,
    /// The former calls, each with its operation, which can be in another group.
    pub(crate) former: Vec<(&'a Operation, &'a FormerCall)>,
}

impl<'a> Group<'a> {
    /// Returns the root of all groups.
    pub(crate) fn root(api: &'a Api) -> Self {
        let mut root = Self::default();
        for operation in &api.operations {
            root.inner(&operation.group).operations.push(operation);
            for call in &operation.former_calls {
                root.inner(&call.group).former.push((operation, call));
            }
        }
        root
    }

    fn inner(&mut self, path: &'a [String]) -> &mut Self {
        path.iter()
            .fold(self, |group, name| group.children.entry(name).or_default())
    }

    /// Returns `true` if the group itself has neither operations nor former calls.
    pub(crate) fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.former.is_empty()
    }

    /// Returns the version that deprecates the group, if all its operations were moved to other
    /// groups.
    pub(crate) fn deprecated_since(&self) -> Option<&'a str> {
        let mut since = self.former.first().map(|(_, call)| call.since.as_str());
        for group in self.children.values() {
            since = Some(group.deprecated_since()?);
        }
        since.filter(|_| self.operations.is_empty())
    }
}

/// Returns the name of a group's struct.
pub(crate) fn owner(group: &str) -> Ident {
    ident(&api::group_struct(group))
}

/// Returns the method of the client that returns a group.
pub(crate) fn accessor(group: &str) -> Ident {
    ident(&api::accessor(group))
}

/// Returns the modules in `operations` that contain an operation.
pub(crate) fn modules(operation: &Operation) -> Vec<&str> {
    if operation.group.is_empty() {
        return vec![UNGROUPED];
    }
    operation.group.iter().map(String::as_str).collect()
}

/// Returns the chain of methods from the client to the group of an operation.
pub(crate) fn accessors(operation: &Operation) -> Vec<Ident> {
    api::accessors(&operation.group)
        .map(|name| ident(&name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Crate;
    use crate::operations::samples;

    #[test]
    fn imported_names_are_sorted() {
        assert!(names::reserved::IMPORTED.is_sorted());
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
        assert_eq!(samples::operation("list", &[]).call(), "list()");
        let operation = samples::operation("list", &["request", "new_", "request"]);
        assert_eq!(operation.call(), "request_().new_().request().list()");
    }

    #[test]
    fn the_documentation_of_a_group_has_the_methods_that_lead_to_it() {
        let api =
            samples::with_operations([], [samples::operation("list", &["request", "request"])]);
        let mut files = Crate::default();
        crate::operations::files(&api, "pets", &mut files).expect("Rust");
        let (_, inner) = files
            .files()
            .find(|(path, _)| path.ends_with("request/request.rs"))
            .expect("the file of the inner group");
        assert!(
            inner.contains("/// The operations of `client.request_().request()`.\n"),
            "{inner}"
        );
    }
}
