//! The result of a run: its fixes, warnings, operations, and files.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::allow::Allowed;
use crate::loss::{Loss, LossKind};
use pages::{Code, Place, Problem};

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

/// An operation of the API, and its method in the client.
#[derive(Clone, Debug)]
pub struct OperationSummary {
    /// The operation's id in the merged document.
    pub id: String,
    /// The HTTP method in lower case.
    pub method: String,
    /// The path below the server.
    pub path: String,
    /// The page that describes it, or `None` if the overlay does.
    pub place: Option<Place>,
    /// The call in the client, such as `assets().list()`, or `None` if it is not in the client. A
    /// warning then states the reason.
    pub client_method: Option<String>,
}

/// An operation whose response has a status that appears to become final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitCandidate {
    /// The operation's id.
    pub operation: String,
    /// The property with the status.
    pub status: String,
    /// The statuses that appear to mean success.
    pub done: Vec<String>,
    /// The statuses that appear to mean failure.
    pub failed: Vec<String>,
}

/// The result of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The number of pages with a specification.
    pub pages: usize,
    /// The number of pages without a specification.
    pub skipped: usize,
    /// The number of schemas in the merged document.
    pub schemas: usize,
    /// The quirks that were fixed, in the order of the pages.
    pub fixes: Vec<Fix>,
    /// The warnings about features that the client does not have, and about contradictions between
    /// pages.
    pub warnings: Vec<Problem>,
    /// The warnings that `codegen.toml` accepts, with reasons.
    pub allowed: Vec<Allowed>,
    /// The facts that the format of the pages does not include, by page.
    pub losses: Vec<Loss>,
    /// The operations, in the order of the merged document.
    pub operations: Vec<OperationSummary>,
    /// The operations without `x-wait` that appear to need it.
    pub wait_candidates: Vec<WaitCandidate>,
}

impl Report {
    /// Returns the number of fixes of each quirk, by the quirk's name.
    pub fn fixes_by_quirk(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for fix in &self.fixes {
            *counts.entry(fix.quirk).or_default() += 1;
        }
        counts
    }

    /// Returns the report as JSON, in the format of `report.schema.json`. `files` are the files of
    /// the crate.
    pub fn to_json(&self, files: &[String]) -> Value {
        let operations = self.operations.iter().map(|operation| {
            json!({
                "id": operation.id,
                "method": operation.method,
                "path": operation.path,
                "page": operation.place.as_ref().map(Place::page),
                "client_method": operation.client_method,
            })
        });
        let fixes = self.fixes.iter().map(|fix| {
            json!({
                "code": fix.quirk,
                "page": fix.place.page(),
                "line": fix.place.line(),
                "pointer": fix.pointer,
            })
        });
        let losses = self.losses.iter().map(|loss| {
            json!({
                "kind": loss.kind.as_str(),
                "page": loss.place.page(),
                "line": loss.place.line(),
                "count": loss.count,
            })
        });
        let wait_candidates = self.wait_candidates.iter().map(|candidate| {
            json!({
                "operation": candidate.operation,
                "status": candidate.status,
                "done": candidate.done,
                "failed": candidate.failed,
            })
        });
        json!({
            "format": FORMAT,
            "progenitor": self.progenitor(),
            "operations": operations.collect::<Vec<_>>(),
            "fixes": fixes.collect::<Vec<_>>(),
            "warnings": self.warnings.iter().map(problem).collect::<Vec<_>>(),
            "allowed": self.allowed.iter().map(allowed).collect::<Vec<_>>(),
            "losses": losses.collect::<Vec<_>>(),
            "wait_candidates": wait_candidates.collect::<Vec<_>>(),
            "files": files,
        })
    }

    /// Returns the number of facts that the format of the pages does not include, by kind.
    pub fn losses_by_kind(&self) -> BTreeMap<LossKind, usize> {
        let mut counts = BTreeMap::new();
        for loss in &self.losses {
            *counts.entry(loss.kind).or_default() += loss.count;
        }
        counts
    }

    /// Returns the numbers of operations that progenitor accepted and rejected.
    fn progenitor(&self) -> Value {
        let operations = self.operations.iter();
        let built = operations.filter(|operation| operation.client_method.is_some());
        let allowed = self.allowed.iter().map(|allowed| &allowed.warning);
        let warnings = self.warnings.iter().chain(allowed);
        let refused = warnings.filter(|warning| warning.code() == Code::RefusedByProgenitor);
        json!({"built": built.count(), "refused": refused.count()})
    }
}

/// The format version of the report. It is raised for changes that break programs that read the
/// report.
const FORMAT: u32 = 1;

/// Returns the report of a run that failed.
pub fn failure_to_json(error: &Problem) -> Value {
    json!({ "format": FORMAT, "error": problem(error) })
}

fn allowed(allowed: &Allowed) -> Value {
    let mut entry = problem(&allowed.warning);
    entry["allowed_because"] = allowed.reason.as_str().into();
    entry
}

fn problem(problem: &Problem) -> Value {
    json!({
        "code": problem.code().as_str(),
        "page": problem.place().map(Place::page),
        "line": problem.place().map(Place::line),
        "operation": problem.operation_id(),
        "reason": problem.message(),
    })
}
