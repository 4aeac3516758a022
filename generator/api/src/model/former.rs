//! Former names, which programs for earlier versions use. The client keeps them as deprecated
//! aliases until the next breaking release.

use super::{Operation, accessors};

/// A former name of a type, a variant, or a setter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerName {
    /// The former name.
    pub name: String,
    /// The current name.
    pub current: String,
    /// The version of the crate that deprecates the former name.
    pub since: String,
}

/// A former call of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerCall {
    /// The modules of the former group, outermost first.
    pub group: Vec<String>,
    /// The former method.
    pub method: String,
    /// The former name of the request, in the module of the former group.
    pub request: String,
    /// The former name of the struct of the arguments, in the same module.
    pub arguments_struct: Option<String>,
    /// The version of the crate that deprecates the call.
    pub since: String,
}

impl FormerCall {
    /// Returns the call without arguments: `assets().list()`.
    pub fn call(&self) -> String {
        let groups = accessors(&self.group).map(|accessor| format!("{accessor}()."));
        format!("{}{}()", groups.collect::<String>(), self.method)
    }

    /// Returns `true` if the method of `operation` had another name or was in another group.
    pub fn renames_method(&self, operation: &Operation) -> bool {
        (&self.group, &self.method) != (&operation.group, &operation.method)
    }

    /// Returns the former names of structs in the module of the former group, each with the
    /// current one.
    pub fn structs<'a>(&'a self, operation: &'a Operation) -> Vec<(&'a str, &'a str)> {
        let request = (self.request.as_str(), operation.request.as_str());
        let current = operation.call.arguments_struct.as_deref();
        let arguments = self.arguments_struct.as_deref().zip(current);
        let is_other = |(former, current): &(&str, &str)| {
            (&self.group, *former) != (&operation.group, *current)
        };
        [Some(request), arguments]
            .into_iter()
            .flatten()
            .filter(is_other)
            .collect()
    }
}
