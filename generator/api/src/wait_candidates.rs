//! Finds operations that a client could wait for: they retrieve a resource whose status becomes
//! final.

use openapi::WaitCandidate;

use crate::{Api, Enum, Operation, Response, Shape, Type};

/// Properties with a status.
const PROPERTIES: [&str; 2] = ["status", "state"];

/// Words in statuses that are not final.
const UNDERWAY: [&str; 14] = [
    "analyzing",
    "created",
    "downloading",
    "in_progress",
    "indexing",
    "pending",
    "processing",
    "queued",
    "running",
    "scheduled",
    "started",
    "submitted",
    "uploading",
    "validating",
];

/// Words in statuses that mean success.
const DONE: [&str; 8] = [
    "complete",
    "completed",
    "done",
    "finished",
    "ready",
    "succeeded",
    "success",
    "successful",
];

/// Words in statuses that mean failure.
const FAILED: [&str; 9] = [
    "aborted",
    "cancelled",
    "canceled",
    "error",
    "errored",
    "expired",
    "failed",
    "failure",
    "rejected",
];

/// Returns the candidates without a described wait. The author of the document decides.
pub fn wait_candidates(api: &Api) -> Vec<WaitCandidate> {
    let operations = api.operations.iter();
    let unwaited = operations.filter(|operation| operation.wait.is_none());
    unwaited
        .filter_map(|operation| candidate(operation, api))
        .collect()
}

fn candidate(operation: &Operation, api: &Api) -> Option<WaitCandidate> {
    let Response::Json(Type::Named(response)) = &operation.response else {
        return None;
    };
    if operation.verb != "GET" || !operation.path.contains('{') || operation.paging.is_some() {
        return None;
    }
    let mut fields = api.ty(response)?.fields().iter();
    fields.find_map(|field| {
        let is_status = PROPERTIES.contains(&field.wire.as_str());
        let statuses = is_status.then(|| statuses(&field.ty, api)).flatten()?;
        let are_underway = among(statuses, &UNDERWAY);
        let done = among(statuses, &DONE);
        (!are_underway.is_empty() && !done.is_empty()).then(|| WaitCandidate {
            operation: operation.id.clone(),
            status: field.wire.clone(),
            done,
            failed: among(statuses, &FAILED),
        })
    })
}

fn statuses<'a>(ty: &Type, api: &'a Api) -> Option<&'a Enum> {
    match &api.ty(ty.named()?)?.shape {
        Shape::Enum(statuses) => Some(statuses),
        _ => None,
    }
}

fn among(statuses: &Enum, words: &[&str]) -> Vec<String> {
    let values = statuses.values.iter().map(|value| &value.value);
    let among = values.filter(|value| {
        let value = value.to_ascii_lowercase().replace(['-', ' '], "_");
        words.contains(&value.as_str())
    });
    among.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;
    use crate::{Docs, EnumValue, Presence, Struct};

    fn value(value: &str) -> EnumValue {
        EnumValue {
            name: value.to_owned(),
            value: value.to_owned(),
            docs: Docs::default(),
        }
    }

    fn api(path: &str, property: &str, statuses: &[&str]) -> Api {
        let status = samples::definition(
            "Status",
            Shape::Enum(Enum {
                values: statuses.iter().copied().map(value).collect(),
                unknown: "Unknown".to_owned(),
            }),
        );
        let field = samples::field(property, samples::named("Status"), Presence::Optional);
        let task = samples::definition(
            "Task",
            Shape::Struct(Struct {
                fields: vec![field],
                alternatives: Vec::new(),
                rest: None,
                encoding: crate::Encoding::Json,
                constructor: crate::Constructor::DerivedDefault,
            }),
        );
        let mut operation = samples::operation("retrieve", &["tasks"]);
        operation.path = path.to_owned();
        operation.response = Response::Json(samples::named("Task"));
        let mut api = samples::api([status, task]);
        api.operations.push(operation);
        api
    }

    #[test]
    fn a_resource_with_a_final_status_is_a_candidate() {
        let statuses = ["queued", "Ready", "FAILED", "paused"];
        let candidates = wait_candidates(&api("/tasks/{id}", "status", &statuses));
        let expected = WaitCandidate {
            operation: "tasks_retrieve".to_owned(),
            status: "status".to_owned(),
            done: vec!["Ready".to_owned()],
            failed: vec!["FAILED".to_owned()],
        };
        assert_eq!(candidates, [expected]);
    }

    #[test]
    fn other_operations_are_none() {
        for (path, property, statuses) in [
            ("/tasks", "status", &["queued", "ready"][..]),
            ("/tasks/{id}", "kind", &["queued", "ready"]),
            ("/tasks/{id}", "status", &["active", "ready"]),
            ("/tasks/{id}", "status", &["queued", "archived"]),
        ] {
            assert_eq!(wait_candidates(&api(path, property, statuses)), []);
        }
    }
}
