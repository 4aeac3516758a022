//! The last version of the API, which supplies the names of operations and the server. A page that
//! changes its format can lose both, but the client should not change.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::document::Document;
use crate::loss::LossKind;
use crate::server_url;
use crate::walk;

/// The document of the last version.
pub(crate) struct Released {
    root: Value,
}

impl Released {
    /// Parses `released.json`. Returns `None` if it is not a merged document.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let root: Value = serde_json::from_str(text).ok()?;
        root["paths"].is_object().then_some(Self { root })
    }

    /// Returns the server of the API.
    pub(crate) fn server(&self) -> Option<String> {
        let server = &self.root["servers"][0];
        Some(server_url::filled(server["url"].as_str()?, server))
    }

    /// Restores the previous names of operations that are named only after their links.
    pub(crate) fn name(&self, documents: &mut [Document]) {
        let Some(server) = self.server() else { return };
        // A path with a fragment is another description of the operation without one.
        let operations = walk::operations(&self.root).filter(|(path, ..)| !path.contains('#'));
        let known = operations
            .map(|(path, method, operation)| (format!("{method} {server}{path}"), operation));
        let known: HashMap<_, _> = known.collect();
        for document in documents
            .iter_mut()
            .filter(|document| document.loses(LossKind::Names))
        {
            let request = document.page.request.as_ref();
            let request = request.map(|request| format!("{} {}", request.method, request.url));
            let Some(operation) = request.and_then(|request| known.get(&request)) else {
                continue;
            };
            walk::operations_mut(&mut document.root, &mut |_, named| {
                for key in ["x-fern-sdk-group-name", "x-fern-sdk-method-name"] {
                    if let Some(name) = operation.get(key) {
                        named.insert(key.to_owned(), json!(name));
                    }
                }
            });
        }
    }
}
