//! The report as JSON, in the format of `report.schema.json`.

use serde_json::{Value, json};

use super::change::{Change, Effect, Subject};
use super::{Drift, Step};
use pages::Place;

impl Drift {
    /// Returns the report as JSON.
    pub fn to_json(&self) -> Value {
        let verdict = &self.verdict;
        let step = match verdict.step() {
            Step::None => "none",
            Step::Patch => "patch",
            Step::Minor => "minor",
            Step::Major => "major",
        };
        let count = |effect: Effect| self.of_effect(effect).count();
        json!({
            "base": {
                "name": self.base,
                "version": verdict.base().map(ToString::to_string),
            },
            "version": {
                "configured": verdict.configured().to_string(),
                "next": verdict.next().map(|version| version.to_string()),
                "step": step,
                "is_enough": verdict.is_enough(),
            },
            "counts": {
                "breaking": count(Effect::Breaking),
                "deprecated": count(Effect::Deprecated),
                "added": count(Effect::Added),
                "changed": count(Effect::Changed),
                "documentation": count(Effect::Documentation),
            },
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
        })
    }
}

fn change(change: &Change) -> Value {
    let (operation, ty) = match &change.subject {
        Subject::Api => (None, None),
        Subject::Operation { id, .. } => (Some(id), None),
        Subject::Type(name) => (None, Some(name)),
    };
    json!({
        "effect": change.effect,
        "kind": change.kind,
        "operation": operation,
        "type": ty,
        "member": change.member,
        "what": change.sentence().as_str(),
        "why": change.why,
        "before": change.before,
        "after": change.after,
        "used_by": change.used_by,
        "page": change.place.as_ref().map(Place::page),
        "line": change.place.as_ref().map(Place::line),
    })
}
