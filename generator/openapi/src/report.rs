//! What a run did: the fixes, the warnings, the operations, the files.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use pages::{Place, Problem};

/// A quirk that was fixed at one place.
#[derive(Clone, Debug)]
pub struct Fix {
    /// The quirk's name.
    pub quirk: &'static str,
    /// The page and the line.
    pub place: Place,
    /// A JSON pointer into the page's specification.
    pub pointer: String,
}

/// An operation of the API and what became of it.
#[derive(Clone, Debug)]
pub struct OperationSummary {
    /// The operation's id in the merged document.
    pub id: String,
    /// The HTTP method in lower case.
    pub method: String,
    /// The path below the server.
    pub path: String,
    /// Where the page stands that describes it; `None` when the overlay does.
    pub place: Option<Place>,
    /// How the client calls it, such as `assets().list()`; `None` when it is
    /// not in the client, in which case a warning says why.
    pub client_method: Option<String>,
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many pages carry a specification.
    pub pages: usize,
    /// How many pages carry none.
    pub skipped: usize,
    /// How many schemas the merged document has.
    pub schemas: usize,
    /// The quirks that were fixed, in the order of the pages.
    pub fixes: Vec<Fix>,
    /// What the client lacks, and what the pages contradict each other about.
    pub warnings: Vec<Problem>,
    /// The operations, in the order of the merged document.
    pub operations: Vec<OperationSummary>,
}

impl Report {
    /// Returns how often each quirk was fixed, by the quirk's name.
    pub fn fixes_by_quirk(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for fix in &self.fixes {
            *counts.entry(fix.quirk).or_default() += 1;
        }
        counts
    }

    /// Returns the report as JSON; `files` are the files of the crate.
    pub fn to_json(&self, files: &[String]) -> Value {
        let operations: Vec<_> = self
            .operations
            .iter()
            .map(|operation| {
                json!({
                    "id": operation.id,
                    "method": operation.method,
                    "path": operation.path,
                    "page": operation.place.as_ref().map(Place::page),
                    "client_method": operation.client_method,
                })
            })
            .collect();
        let fixes: Vec<_> = self
            .fixes
            .iter()
            .map(|fix| {
                json!({
                    "quirk": fix.quirk,
                    "page": fix.place.page(),
                    "line": fix.place.line(),
                    "pointer": fix.pointer,
                })
            })
            .collect();
        let warnings: Vec<_> = self
            .warnings
            .iter()
            .map(|warning| {
                json!({
                    "page": warning.place().map(Place::page),
                    "line": warning.place().map(Place::line),
                    "operation": warning.operation_id(),
                    "reason": warning.message(),
                })
            })
            .collect();
        json!({
            "operations": operations,
            "fixes": fixes,
            "warnings": warnings,
            "files": files,
        })
    }
}
