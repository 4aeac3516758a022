//! The former names that the client keeps for programs of earlier versions. The merged
//! document lists them in `x-renamed`, so that drift and the next run know them: the next
//! run reads them in `released.json`.

use names::is_identifier;
use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::merged::Merged;

/// The key of the list in the document.
const RENAMED: &str = "x-renamed";

/// Something that has another name than in an earlier version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Renamed {
    /// The former name, and its item.
    #[serde(flatten)]
    pub former: Former,
    /// The version of the crate that deprecates the former name.
    pub since: String,
}

/// A former name, and what has another name now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Former {
    /// The call of an operation, with the structs that belong to it.
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
    /// Reads the list of a document. An entry that is not one of these, or whose names
    /// cannot be code, is left out: the document may have been edited by hand.
    pub(crate) fn list(root: &Value) -> Vec<Self> {
        let entries = root[RENAMED].as_array().into_iter().flatten();
        let entries = entries.filter_map(|entry| Self::deserialize(entry).ok());
        entries.filter(Self::is_usable).collect()
    }

    /// Returns the former name, if it is that of a type.
    pub fn former_type(&self) -> Option<&str> {
        match &self.former {
            Former::Type { old, .. } => Some(old),
            _ => None,
        }
    }

    /// Returns `true` if the former name can be code, and the version is one.
    pub fn is_usable(&self) -> bool {
        let are_names = match &self.former {
            Former::Call {
                group,
                method,
                request,
                arguments,
                ..
            } => {
                // Groups are files as well, also where case makes no difference.
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
    /// Replaces the list of former names. Without one, the document has none, whatever a
    /// page or the overlay says.
    pub fn set_renamed(&mut self, renamed: &[Renamed]) {
        let Some(root) = self.root.as_object_mut() else {
            return;
        };
        root.shift_remove(RENAMED);
        if !renamed.is_empty() {
            // Texts and lists of texts are always JSON.
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
