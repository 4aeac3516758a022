//! The former names that the client keeps for compatibility with earlier versions. The merged
//! document lists them in `x-renamed` for drift and for the next run, which reads them from
//! `released.json`.

use names::is_identifier;
use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::merged::Merged;

/// The key of the list in the document.
const RENAMED: &str = "x-renamed";

/// A renamed item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Renamed {
    /// The former name, and its item.
    #[serde(flatten)]
    pub former: Former,
    /// The version of the crate that deprecates the former name.
    pub since: String,
}

/// A former name, and the item that it belonged to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Former {
    /// The method of an operation, with its structs.
    Call {
        /// The id of the operation.
        operation: String,
        /// The modules of the former group, outermost first.
        group: Vec<String>,
        /// The former method.
        method: String,
        /// The former name of the request.
        request: String,
        /// The former name of the struct of the arguments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        arguments: Option<String>,
    },
    /// A setter of a request.
    Setter {
        /// The id of the operation.
        operation: String,
        /// The former name.
        old: String,
        /// The current name.
        new: String,
    },
    /// A type.
    Type {
        /// The former name.
        old: String,
        /// The current name.
        new: String,
    },
    /// A value of an enumeration, or a setter of a struct.
    Member {
        /// The current name of the type.
        of: String,
        /// The former name.
        old: String,
        /// The current name.
        new: String,
    },
}

impl Renamed {
    /// Reads the list of a document. Invalid entries, and entries whose names are not valid in
    /// code, are skipped, because the document may have been edited by hand.
    pub(crate) fn list(root: &Value) -> Vec<Self> {
        let entries = root[RENAMED].as_array().into_iter().flatten();
        let entries = entries.filter_map(|entry| Self::deserialize(entry).ok());
        entries.filter(Self::is_usable).collect()
    }

    /// Returns the former name, if the item is a type.
    pub fn former_type(&self) -> Option<&str> {
        match &self.former {
            Former::Type { old, .. } => Some(old),
            _ => None,
        }
    }

    /// Returns `true` if the former name is valid in code, and the version is valid.
    pub fn is_usable(&self) -> bool {
        let are_names = match &self.former {
            Former::Call {
                group,
                method,
                request,
                arguments,
                ..
            } => {
                // Groups are also file names, possibly on case-insensitive file systems.
                let is_of_file = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_');
                group.iter().all(|name| name.chars().all(is_of_file))
                    && group
                        .iter()
                        .chain([method, request])
                        .chain(arguments)
                        .all(|name| is_identifier(name))
            }
            Former::Setter { old, .. } | Former::Type { old, .. } | Former::Member { old, .. } => {
                is_identifier(old)
            }
        };
        are_names && Version::parse(&self.since).is_ok()
    }
}

impl Merged {
    /// Replaces the list of former names. An empty list removes any list that a page or the overlay
    /// sets.
    pub fn set_renamed(&mut self, renamed: &[Renamed]) {
        let Some(root) = self.root.as_object_mut() else {
            return;
        };
        root.shift_remove(RENAMED);
        if !renamed.is_empty() {
            // Strings and lists of strings are always valid JSON.
            let list = serde_json::to_value(renamed).unwrap_or_default();
            root.insert(RENAMED.to_owned(), list);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn call(group: &str, method: &str) -> Renamed {
        Renamed {
            former: Former::Call {
                operation: "pets_fetch".to_owned(),
                group: vec![group.to_owned()],
                method: method.to_owned(),
                request: "GetRequest".to_owned(),
                arguments: None,
            },
            since: "0.2.0".to_owned(),
        }
    }

    #[test]
    fn a_document_has_the_list_that_was_set_last() {
        let mut document = Merged {
            root: json!({"paths": {}, "x-renamed": ["of a page"]}),
            origins: BTreeMap::new(),
        };
        let renamed = [call("pets", "get")];
        document.set_renamed(&renamed);
        let entry = json!({
            "kind": "call",
            "operation": "pets_fetch",
            "group": ["pets"],
            "method": "get",
            "request": "GetRequest",
            "since": "0.2.0",
        });
        assert_eq!(document.root["x-renamed"], json!([entry]));
        assert_eq!(Renamed::list(&document.root), renamed);
        document.set_renamed(&[]);
        assert_eq!(document.root, json!({"paths": {}}));
    }

    #[test]
    fn an_entry_that_cannot_be_code_is_left_out() {
        let mut undated = call("pets", "get");
        "soon".clone_into(&mut undated.since);
        let ty = Renamed {
            former: Former::Type {
                old: "Pet; fn main".to_owned(),
                new: "Animal".to_owned(),
            },
            since: "0.2.0".to_owned(),
        };
        let list = [
            call("../pets", "get"),
            call("p\u{e9}ts", "get"),
            call("Pets", "get"),
            call("pets", "type"),
            call("pets", "get()"),
            undated,
            ty,
        ];
        let list = json!({"x-renamed": list});
        assert_eq!(Renamed::list(&list), []);
    }
}
