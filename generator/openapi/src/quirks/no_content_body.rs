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

use serde_json::Value;

use super::{Context, Fixed, Quirk};
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "no-content-body",
    summary: "bodies of responses that cannot have one, such as 204",
    fix,
};

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    walk::operations_mut(root, &mut |key, operation| {
        let Some(Value::Object(responses)) = operation.get_mut("responses") else {
            return;
        };
        for status in ["204", "205", "304"] {
            let response = responses.get_mut(status).and_then(Value::as_object_mut);
            if response.is_some_and(|response| response.shift_remove("content").is_some()) {
                fixed.at(key.pointer_to(&["responses", status, "content"]));
            }
        }
    });
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
}
