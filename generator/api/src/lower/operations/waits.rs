//! Waits: operations that are polled until their response has a final status.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use openapi::tree::WaitWords;
use pages::Code;

use super::properties;
use crate::lower::warnings::OperationWarnings;
use crate::{Path, Response, Shape, Type, TypeDef, TypeId, Wait};

/// The default name of a wait method.
pub(super) const METHOD: &str = "wait_until_done";

/// Returns the wait that the document describes, with the name of its method.
pub(super) fn find(
    words: &WaitWords,
    method: String,
    response: &Response,
    types: &BTreeMap<TypeId, TypeDef>,
    warnings: &mut OperationWarnings<'_>,
) -> Option<Wait> {
    let response = match response {
        Response::Json(ty @ Type::Named(id)) => Some((ty, id)),
        _ => None,
    };
    let text = |path: &str| {
        let (path, ty) = properties::find(response?.0, path, types)?;
        Some((path, Text::of(ty, types)?))
    };
    let Some((status, kind)) = text(&words.status) else {
        let message = format!("the response has no string property `{}`", words.status);
        warn(warnings, &message, "the client has no wait method");
        return None;
    };
    let known = |statuses: &[String]| {
        let statuses = statuses.iter();
        let (known, others): (Vec<_>, Vec<_>) =
            statuses.cloned().partition(|status| kind.can_be(status));
        (known, others)
    };
    let ((done, never_done), (failed, never_failed)) = (known(&words.done), known(&words.failed));
    for status in never_done.iter().chain(&never_failed) {
        let message = format!("`{}` has no value `{status}`", words.status);
        warn(warnings, &message, "the status is ignored");
    }
    if done.is_empty() {
        return None;
    }
    let reason = words.reason.as_ref().and_then(|reason| {
        let found = text(reason).filter(|(_, text)| *text == Text::Any);
        if found.is_none() {
            let message = format!("the response has no string property `{reason}`");
            warn(
                warnings,
                &message,
                "errors of the wait do not include a reason",
            );
        }
        found.map(|(path, _): (Path, _)| path)
    });
    let (_, ty) = response?;
    let subject = words.subject.clone();
    Some(Wait {
        method,
        subject: subject.unwrap_or_else(|| ty.as_str().to_snake_case().replace('_', " ")),
        status,
        is_enum: kind != Text::Any,
        done,
        failed,
        reason,
    })
}

fn warn(warnings: &mut OperationWarnings<'_>, what: &str, effect: &str) {
    warnings.advise(
        Code::InvalidWait,
        format!("`x-wait`: {what}: {effect}"),
        "set paths of response properties, separated by dots, and values of the status",
    );
}

/// The values of a string property.
#[derive(PartialEq)]
enum Text<'a> {
    Any,
    Enum(Vec<&'a str>),
}

impl<'a> Text<'a> {
    fn of(ty: &Type, types: &'a BTreeMap<TypeId, TypeDef>) -> Option<Self> {
        match ty {
            Type::String => Some(Self::Any),
            Type::Named(id) => match &types.get(id)?.shape {
                Shape::Enum(values) => {
                    let values = values.values.iter().map(|value| value.value.as_str());
                    Some(Self::Enum(values.collect()))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn can_be(&self, value: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Enum(values) => values.contains(&value),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::lower::lowered;
    use crate::{Path, Step, Wait};

    /// Returns the wait of an operation that retrieves a pet, and the warnings.
    fn wait(words: Value) -> (Option<Wait>, Vec<String>) {
        let (api, warnings) = lowered(&json!({
            "paths": {"/pets/{id}": {"get": {
                "operationId": "pets_retrieve",
                "x-fern-sdk-group-name": "pets",
                "x-fern-sdk-method-name": "retrieve",
                "x-wait": words,
                "parameters": [{"name": "id", "in": "path", "required": true}],
                "responses": {"200": {"content": {"application/json": {
                    "schema": {"$ref": "#/components/schemas/BusyPet"},
                }}}},
            }}},
            "components": {"schemas": {
                "BusyPet": {"type": "object", "required": ["state"], "properties": {
                    "state": {"$ref": "#/components/schemas/State"},
                    "note": {"type": "string"},
                    "problem": {"$ref": "#/components/schemas/Problem"},
                }},
                "State": {"type": "string", "enum": ["busy", "ready", "ill"]},
                "Problem": {"type": "object", "properties": {"text": {"type": "string"}}},
            }},
        }));
        (api.operations[0].wait.clone(), warnings)
    }

    fn path(steps: &[(&str, bool)]) -> Path {
        let step = |(field, optional): &(&str, bool)| Step {
            field: (*field).to_owned(),
            optional: *optional,
        };
        Path(steps.iter().map(step).collect())
    }

    #[test]
    fn a_wait_reads_the_status_and_the_reason_of_a_failure() {
        let words = json!({
            "status": "state", "done": ["ready"], "failed": ["ill"], "reason": "problem.text",
        });
        let (wait, warnings) = wait(words);
        let expected = Wait {
            method: "wait_until_done".to_owned(),
            subject: "busy pet".to_owned(),
            status: path(&[("state", false)]),
            is_enum: true,
            done: vec!["ready".to_owned()],
            failed: vec!["ill".to_owned()],
            reason: Some(path(&[("problem", true), ("text", true)])),
        };
        assert_eq!((wait, warnings), (Some(expected), Vec::new()));
    }

    #[test]
    fn a_method_has_a_name_that_no_operation_has() {
        let named = |method: &str| {
            let words = json!({
                "status": "note", "done": ["done"], "method": method, "subject": "pet",
            });
            let wait = wait(words).0.expect("a wait");
            assert!(!wait.is_enum);
            assert_eq!(wait.subject, "pet");
            wait.method
        };
        assert_eq!(named("untilReady"), "until_ready");
        assert_eq!(named("retrieve"), "retrieve_");
    }

    #[test]
    fn a_property_that_the_response_lacks_is_a_warning() {
        let (none, warnings) = wait(json!({"status": "status", "done": ["ready"]}));
        assert_eq!(none, None);
        assert_eq!(
            warnings,
            [
                "`x-wait`: the response has no string property `status`: the client has no wait method"
            ]
        );
        let (some, warnings) = wait(json!({
            "status": "state", "done": ["ready"], "failed": ["gone"], "reason": "problem",
        }));
        let some = some.expect("a wait");
        assert_eq!((some.failed, some.reason), (Vec::new(), None));
        assert_eq!(
            warnings,
            [
                "`x-wait`: `state` has no value `gone`: the status is ignored",
                "`x-wait`: the response has no string property `problem`: errors of the wait \
                 do not include a reason",
            ]
        );
    }
}
