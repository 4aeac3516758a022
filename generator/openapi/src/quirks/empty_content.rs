//! Error responses with an empty `content`.
//!
//! ```yaml
//! '400':
//!   description: The request has failed.
//!   content: {}                # should be absent
//! ```
//!
//! The servers do send a body, usually with a code and a message, which the export omits. An empty
//! `content` declares that there is no body, so that generators drop it. An absent `content`
//! declares nothing.

use serde_json::Value;

use super::{Context, Fixed, Quirk};
use crate::walk;

pub(super) const QUIRK: Quirk = Quirk {
    name: "empty-content",
    summary: "responses with `content: {}`",
    fix,
};

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    walk::operations_mut(root, &mut |key, operation| {
        let Some(Value::Object(responses)) = operation.get_mut("responses") else {
            return;
        };
        for (status, response) in responses {
            let Some(response) = response.as_object_mut() else {
                continue;
            };
            let empty = response
                .get("content")
                .and_then(Value::as_object)
                .is_some_and(serde_json::Map::is_empty);
            if empty {
                response.shift_remove("content");
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
    fn the_empty_content_goes() {
        let (root, fixed) = run(
            &QUIRK,
            "paths:\n  /pets:\n    get:\n      responses:\n        \
             '200': {description: ok, content: {text/plain: {}}}\n        \
             '400': {description: bad, content: {}}\n",
        );
        let responses = &root["paths"]["/pets"]["get"]["responses"];
        assert!(responses["400"].get("content").is_none());
        assert!(responses["200"].get("content").is_some());
        assert_eq!(fixed, ["/paths/~1pets/get/responses/400/content"]);
    }
}
