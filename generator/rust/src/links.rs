//! Links from documentation to operations: `indexes.list`, the name of a method on pages, becomes a
//! link to that method.

use std::collections::HashMap;

use api::{Api, Docs, Operation};

/// The methods that documentation links to, by their names on pages.
#[derive(Debug, Default)]
pub(crate) struct Links(HashMap<String, String>);

impl Links {
    /// Collects the operations in groups. A name without a group is ambiguous, because it can be an
    /// ordinary word.
    pub(crate) fn of(api: &Api) -> Self {
        Self(api.operations.iter().filter_map(target).collect())
    }

    /// Turns the names of operations in documentation into links.
    pub(crate) fn add(&self, docs: &Docs) -> Docs {
        if self.0.is_empty() {
            return docs.clone();
        }
        docs.linked(|name| self.0.get(name).cloned())
    }
}

/// Returns the name of an operation on pages, and the path of its method.
fn target(operation: &Operation) -> Option<(String, String)> {
    let (_, path) = method_path(operation)?;
    let name = format!("{}.{}", operation.group.join("."), operation.method);
    Some((name, path))
}

/// Returns the method of an operation in a group, as `Owner::method` and with its whole path.
pub(crate) fn method_path(operation: &Operation) -> Option<(String, String)> {
    let owner = api::group_struct(operation.group.last()?);
    let method = format!("{owner}::{}", operation.method);
    let modules = operation.group.join("::");
    let path = format!("crate::operations::{modules}::{method}");
    Some((method, path))
}

/// Returns the method of an operation, also if it is one of the client.
pub(crate) fn method(operation: &Operation) -> (String, String) {
    method_path(operation).unwrap_or_else(|| {
        let method = format!("Client::{}", operation.method);
        let path = format!("crate::{method}");
        (method, path)
    })
}
