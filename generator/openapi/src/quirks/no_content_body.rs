//! A body for a response without content.
//!
//! ```yaml
//! '204':
//!   description: The pet has been deleted.
//!   content:                   # should be absent
//!     application/json:
//!       schema: {$ref: '#/components/schemas/pets_delete_Response_204'}
//! ```
//!
//! HTTP forbids a body with 204 (No Content), 205, and 304 (RFC 9110, sections 15.3.5, 15.3.6, and
//! 15.4.5). A client that expects JSON would fail on every successful response.
//!
//! ```yaml
//! '200':
//!   content:
//!     application/json:        # should be: application/octet-stream
//!       schema: {type: object, properties: {}, description: Empty response body}
//! ```
//!
//! The export writes the same for a response without a body, for a file, and for a stream, in older
//! pages without the description. A client that expects JSON would fail for each of them. `GET` and
//! `POST` can return a file with 200, so these bodies are bytes. Other responses have no body.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Context, Fixed, Quirk, is_empty_object};
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "no-content-body",
    summary: "JSON bodies of responses without content, or with a file",
    fix,
};

/// The description of the schema that stands for a body that the page does not describe.
const EMPTY: &str = "Empty response body";

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    let schemas = root["components"]["schemas"].as_object();
    let schemas = schemas.into_iter().flatten();
    let empty: BTreeSet<String> = schemas
        .filter(|(name, schema)| is_empty(schema, is_response(name)))
        .map(|(name, _)| format!("{}{name}", walk::SCHEMAS))
        .collect();
    let is_undescribed = |schema: &Value| match schema["$ref"].as_str() {
        Some(target) => empty.contains(target),
        None => is_empty(schema, false),
    };
    walk::operations_mut(root, &mut |key, operation| {
        let Some(Value::Object(responses)) = operation.get_mut("responses") else {
            return;
        };
        for (status, response) in responses {
            let Some(Value::Object(content)) = response.get_mut("content") else {
                continue;
            };
            let is_forbidden = ["204", "205", "304"].contains(&status.as_str());
            if !is_forbidden && !content.values().any(|it| is_undescribed(&it["schema"])) {
                continue;
            }
            if status == "200" && ["get", "post"].contains(&key.method) {
                *content = Map::new();
                let bytes = json!({"schema": {"type": "string", "format": "binary"}});
                content.insert("application/octet-stream".to_owned(), bytes);
            } else if let Some(response) = response.as_object_mut() {
                response.shift_remove("content");
            }
            fixed.at(key.pointer_to(&["responses", status, "content"]));
        }
    });
}

/// Returns `true` if a schema stands for a body that the page does not describe.
fn is_empty(schema: &Value, is_response: bool) -> bool {
    let description = schema.get("description");
    let is_marked = description.map_or(is_response, |description| description == EMPTY);
    is_marked && is_empty_object(schema)
}

/// Returns `true` if a name is that of a response in the export, such as `pets_get_Response_200`.
fn is_response(name: &str) -> bool {
    let status = name.rsplit_once("_Response_").map(|(_, status)| status);
    status.is_some_and(|status| status.len() == 3 && status.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;
    use super::QUIRK;

    #[test]
    fn the_body_of_a_204_goes() {
        let (root, fixed) = run(
            &QUIRK,
            "paths:\n  /pets:\n    delete:\n      responses:\n        \
             '200': {description: ok, content: {application/json: {}}}\n        \
             '204': {description: gone, content: {application/json: {}}}\n",
        );
        let responses = &root["paths"]["/pets"]["delete"]["responses"];
        assert!(responses["204"].get("content").is_none());
        assert!(responses["200"].get("content").is_some());
        assert_eq!(fixed, ["/paths/~1pets/delete/responses/204/content"]);
    }
    #[test]
    fn a_body_that_is_not_described_is_bytes_or_absent() {
        let empty = "type: object, properties: {}, description: Empty response body";
        let response =
            |schema: &str| format!("{{content: {{application/json: {{schema: {{{schema}}}}}}}}}");
        let operation = |method: &str, status: &str, schema: &str| {
            let (root, fixed) = run(
                &QUIRK,
                &format!(
                    "paths:\n  /pets:\n    {method}:\n      responses: {{'{status}': {}}}\n\
                     components:\n  schemas:\n    \
                     pets_photo_Response_200: {{type: object, properties: {{}}}}\n    \
                     pets_all_Response_200: \
                     {{type: object, properties: {{}}, additionalProperties: true}}\n    \
                     Pet: {{type: object, properties: {{}}}}\n",
                    response(schema)
                ),
            );
            let content = root["paths"]["/pets"][method]["responses"][status].get("content");
            let content = content.map(|it| it.as_object().expect("media types").keys().cloned());
            (content.map(Iterator::collect::<Vec<_>>), fixed.len())
        };
        let named = |name: &str| format!("$ref: '#/components/schemas/{name}'");
        let bytes = || Some(vec!["application/octet-stream".to_owned()]);
        let json = || Some(vec!["application/json".to_owned()]);
        for (method, status, schema, expected) in [
            ("get", "200", empty, (bytes(), 1)),
            ("post", "200", empty, (bytes(), 1)),
            ("post", "201", empty, (None, 1)),
            ("delete", "200", empty, (None, 1)),
            ("get", "404", empty, (None, 1)),
            (
                "get",
                "200",
                &named("pets_photo_Response_200"),
                (bytes(), 1),
            ),
            ("get", "200", &named("pets_all_Response_200"), (json(), 0)),
            ("get", "200", &named("Pet"), (json(), 0)),
            ("get", "200", "type: object, properties: {}", (json(), 0)),
        ] {
            let content = operation(method, status, schema);
            assert_eq!(content, expected, "{method} {status} {schema}");
        }
    }
}
