//! Checks the extensions of pages and the overlay. Invalid ones are removed with a warning.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::extensions::{IDEMPOTENCY_HEADER, RATE_LIMIT_BUCKET, WAIT};
use crate::ignore::IGNORE;
use crate::merged::Merged;
use crate::token::is_token;
use crate::walk;
use pages::pointer;
use pages::{Code, Problem};

/// Extensions whose value is a name.
const NAMES: [&str; 3] = [
    "x-fern-sdk-method-name",
    "x-fern-parameter-name",
    "x-fern-property-name",
];
const ENUM: &str = "x-fern-enum";

/// Headers that cannot have an idempotency key, because they have another meaning.
const OTHER_HEADERS: [&str; 10] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "te",
    "transfer-encoding",
    "user-agent",
];

/// Removes invalid extensions, with warnings.
pub fn check(api: &mut Merged, warnings: &mut Vec<Problem>) {
    let mut found: Vec<(String, String)> = Vec::new();
    walk::operations_mut(&mut api.root, &mut |key, operation| {
        let mut problems = Vec::new();
        check_words(operation, &mut problems);
        check_calls(operation, &mut problems);
        check_parameters(operation, &mut problems);
        found.extend(problems.into_iter().map(|text| (key.pointer(), text)));
    });
    walk::schemas_mut(&mut api.root, &mut |pointer, schema| {
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        let mut problems = Vec::new();
        check_words(schema, &mut problems);
        check_values(schema, &mut problems);
        found.extend(problems.into_iter().map(|text| (pointer.to_owned(), text)));
    });
    warnings.extend(
        found
            .iter()
            .map(|(pointer, text)| warning(api, pointer, text)),
    );
}

/// Returns `true` if a value can be written as a Rust name.
fn is_name(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|name| name.contains(|c: char| c.is_ascii_alphabetic()))
}

fn check_words(node: &mut Map<String, Value>, problems: &mut Vec<String>) {
    for word in [IGNORE].into_iter().chain(NAMES) {
        let Some(value) = node.get(word) else {
            continue;
        };
        let (is_usable, usable) = match word {
            IGNORE => (value.is_boolean(), "`true` or `false`"),
            _ => (is_name(value), "a name"),
        };
        if !is_usable {
            problems.push(format!(
                "`{word}: {value}` is ignored: the value is not {usable}"
            ));
            node.shift_remove(word);
        }
    }
}

/// Checks the extensions about retries, rate limits, and waits.
fn check_calls(operation: &mut Map<String, Value>, problems: &mut Vec<String>) {
    let is_header = |value: &Value| match value {
        Value::String(name) => {
            is_token(name) && !OTHER_HEADERS.contains(&name.to_ascii_lowercase().as_str())
        }
        value => *value == false,
    };
    let is_text = |value: &Value| value.as_str().is_some_and(|name| !name.trim().is_empty());
    type Check<'a> = (&'a str, &'a dyn Fn(&Value) -> bool, &'a str);
    let checks: [Check<'_>; 3] = [
        (
            IDEMPOTENCY_HEADER,
            &is_header,
            "the name of a header, or `false`",
        ),
        (RATE_LIMIT_BUCKET, &is_text, "a name"),
        (
            WAIT,
            &is_wait,
            "an object with `status`, `done`, and optionally `failed`, `reason`, `method`, and \
             `subject`",
        ),
    ];
    for (word, is_usable, usable) in checks {
        if let Some(value) = operation.get(word).filter(|value| !is_usable(value)) {
            problems.push(format!(
                "`{word}: {value}` is ignored: the value is not {usable}"
            ));
            operation.shift_remove(word);
        }
    }
}

/// Returns `true` if a value describes a wait.
fn is_wait(value: &Value) -> bool {
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let are_texts = |value: &Value| value.as_array().is_some_and(|all| all.iter().all(is_text));
    let Some(words) = value.as_object() else {
        return false;
    };
    let has_statuses = words.get("status").is_some_and(is_text)
        && words
            .get("done")
            .and_then(Value::as_array)
            .is_some_and(|done| !done.is_empty());
    has_statuses
        && words.iter().all(|(key, value)| match key.as_str() {
            "status" | "reason" | "subject" => is_text(value),
            "method" => is_name(value),
            "done" | "failed" => are_texts(value),
            _ => false,
        })
}

/// Removes duplicate parameters, and keeps the first one.
fn check_parameters(operation: &mut Map<String, Value>, problems: &mut Vec<String>) {
    let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
        return;
    };
    let mut seen = BTreeSet::new();
    parameters.retain(|parameter| {
        let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
        let (name, place) = (text("name"), text("in"));
        let is_first = seen.insert((name.clone(), place.clone()));
        if !is_first {
            problems.push(format!(
                "the parameter `{name}` ({place}) is described twice: the client uses the \
                 first description"
            ));
        }
        is_first
    });
    for parameter in parameters.iter_mut().filter_map(Value::as_object_mut) {
        check_words(parameter, problems);
    }
}

/// Checks that the values that an extension names exist.
fn check_values(schema: &Map<String, Value>, problems: &mut Vec<String>) {
    let (Some(Value::Object(named)), Some(Value::Array(values))) =
        (schema.get(ENUM), schema.get("enum"))
    else {
        return;
    };
    let unknown = named
        .keys()
        .filter(|name| !values.iter().any(|value| value.as_str() == Some(name)));
    problems.extend(unknown.map(|name| format!("`{ENUM}` names `{name}`, which is not a value")));
}

fn warning(api: &Merged, pointer: &str, text: &str) -> Problem {
    let holder = walk::operations(&api.root).find_map(|(path, method, operation)| {
        let own = pointer::of(&["paths", path, method]);
        let is_inside = pointer == own || pointer.starts_with(&format!("{own}/"));
        is_inside.then(|| walk::operation_id(operation))
    });
    let advice = "correct the page, or the action in `overlay.yaml`";
    let Some(id) = holder else {
        let place = pointer.trim_start_matches("/components/");
        return Problem::new(Code::InvalidExtension, format!("in `{place}`: {text}"))
            .advice(advice);
    };
    let problem = Problem::new(Code::InvalidExtension, format!("in `{id}`: {text}"))
        .operation(id)
        .advice(advice);
    problem.at(api.place(id))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn checked(root: Value) -> (Value, Vec<String>) {
        let mut api = Merged {
            root,
            origins: BTreeMap::new(),
        };
        let mut warnings = Vec::new();
        check(&mut api, &mut warnings);
        let warnings = warnings.iter().map(|warning| warning.message().to_owned());
        (api.root, warnings.collect())
    }

    #[test]
    fn an_unsupported_extension_is_removed_with_a_warning() {
        let (root, warnings) = checked(json!({
            "paths": {"/pets": {"get": {
                "operationId": "pets_list",
                "x-fern-ignore": "yes",
                "x-fern-sdk-method-name": "",
                "parameters": [{"name": "a", "in": "query", "x-fern-parameter-name": 3}],
            }}},
            "components": {"schemas": {"Pet": {"properties": {
                "kind": {"enum": ["cat"], "x-fern-enum": {"cat": {"name": "Cat"}, "dog": {}}},
            }}}},
        }));
        assert_eq!(
            root["paths"]["/pets"]["get"],
            json!({"operationId": "pets_list", "parameters": [{"name": "a", "in": "query"}]})
        );
        assert_eq!(
            warnings,
            [
                "in `pets_list`: `x-fern-ignore: \"yes\"` is ignored: the value is not `true` or `false`",
                "in `pets_list`: `x-fern-sdk-method-name: \"\"` is ignored: the value is not a name",
                "in `pets_list`: `x-fern-parameter-name: 3` is ignored: the value is not a name",
                "in `schemas/Pet/properties/kind`: `x-fern-enum` names `dog`, which is not a value",
            ]
        );
    }

    #[test]
    fn a_header_with_another_meaning_holds_no_idempotency_key() {
        for (word, is_kept) in [
            (json!("Idempotency-Key"), true),
            (json!(false), true),
            (json!("Host"), false),
            (json!("a key"), false),
            (json!(true), false),
        ] {
            let operation = json!({"operationId": "a", "x-idempotency-header": word});
            let (root, warnings) = checked(json!({"paths": {"/": {"post": operation}}}));
            let kept = root["paths"]["/"]["post"].get("x-idempotency-header");
            assert_eq!((kept.is_some(), warnings.is_empty()), (is_kept, is_kept));
        }
        let operation = json!({"operationId": "a", "x-rate-limit-bucket": " "});
        let (_, warnings) = checked(json!({"paths": {"/": {"post": operation}}}));
        assert_eq!(
            warnings,
            ["in `a`: `x-rate-limit-bucket: \" \"` is ignored: the value is not a name"]
        );
    }

    #[test]
    fn a_wait_has_a_property_and_statuses() {
        for (words, is_kept) in [
            (json!({"status": "state", "done": ["ready"]}), true),
            (
                json!({"status": "a.b", "done": ["x"], "failed": ["y"], "reason": "c", "method": "wait",
                       "subject": "pet"}),
                true,
            ),
            (json!({"status": "state", "done": []}), false),
            (json!({"status": "state"}), false),
            (json!({"status": "state", "done": [1]}), false),
            (
                json!({"status": "state", "done": ["x"], "fails": ["y"]}),
                false,
            ),
            (json!("ready"), false),
        ] {
            let operation = json!({"operationId": "a", "x-wait": words});
            let (root, warnings) = checked(json!({"paths": {"/": {"get": operation}}}));
            let kept = root["paths"]["/"]["get"].get("x-wait");
            assert_eq!(
                (kept.is_some(), warnings.is_empty()),
                (is_kept, is_kept),
                "{words}"
            );
        }
    }

    #[test]
    fn of_parameters_that_are_described_twice_the_first_stays() {
        let parameter =
            |place: &str, kind: &str| json!({"name": "x", "in": place, "schema": {"type": kind}});
        let (root, warnings) = checked(json!({"paths": {"/pets": {"get": {
            "operationId": "pets_list",
            "parameters": [
                parameter("query", "string"), parameter("header", "string"), parameter("query", "integer"),
            ],
        }}}}));
        assert_eq!(
            root["paths"]["/pets"]["get"]["parameters"],
            json!([parameter("query", "string"), parameter("header", "string")])
        );
        assert_eq!(
            warnings,
            [
                "in `pets_list`: the parameter `x` (query) is described twice: the client uses the first description"
            ]
        );
    }
}
