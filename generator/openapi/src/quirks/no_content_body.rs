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
//! '201':
//!   content:                   # should be absent
//!     application/json:
//!       schema: {type: object, properties: {}, description: Empty response body}
//! ```
//!
//! The export describes each response without a body like this, with any status.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Context, Fixed, Quirk};
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "no-content-body",
    summary: "bodies of responses without content",
    fix,
};

/// The description of the schema that stands for a missing body.
const EMPTY: &str = "Empty response body";

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    let schemas = root["components"]["schemas"].as_object();
    let schemas = schemas.into_iter().flatten();
    let empty: BTreeSet<String> = schemas
        .filter(|(_, schema)| is_empty(schema))
        .map(|(name, _)| format!("{}{name}", walk::SCHEMAS))
        .collect();
    let is_missing = |schema: &Value| match schema["$ref"].as_str() {
        Some(target) => empty.contains(target),
        None => is_empty(schema),
    };
    walk::operations_mut(root, &mut |key, operation| {
        let Some(Value::Object(responses)) = operation.get_mut("responses") else {
            return;
        };
        for (status, response) in responses {
            let Some(response) = response.as_object_mut() else {
                continue;
            };
            let content = response.get("content").and_then(Value::as_object);
            let mut media_types = content.into_iter().flat_map(Map::values);
            let without_body = ["204", "205", "304"].contains(&status.as_str())
                || media_types.any(|media_type| is_missing(&media_type["schema"]));
            if without_body && response.shift_remove("content").is_some() {
                fixed.at(key.pointer_to(&["responses", status, "content"]));
            }
        }
    });
}

/// Returns `true` if a schema stands for a missing body.
fn is_empty(schema: &Value) -> bool {
    let properties = schema["properties"].as_object();
    schema["description"] == EMPTY && properties.is_none_or(Map::is_empty)
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
    fn an_empty_response_body_goes_with_any_status() {
        let (root, fixed) = run(
            &QUIRK,
            "paths:
  /pets:
    post:
      responses:
        '200': {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
        '201': {content: {application/json: {schema: {$ref: '#/components/schemas/pets_add_Response_201'}}}}
        '202': {content: {application/json: {schema: {type: object, properties: {}, description: Empty response body}}}}
components:
  schemas:
    Pet: {type: object, properties: {}, description: A pet}
    pets_add_Response_201: {type: object, properties: {}, description: Empty response body}
",
        );
        let responses = &root["paths"]["/pets"]["post"]["responses"];
        assert!(responses["200"].get("content").is_some());
        assert_eq!(
            fixed,
            [
                "/paths/~1pets/post/responses/201/content",
                "/paths/~1pets/post/responses/202/content"
            ]
        );
    }
}
