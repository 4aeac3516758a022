//! Reports extensions that would change the client, but are not supported.

use indexmap::IndexMap;
use serde_json::Value;

use crate::merged::Merged;
use crate::walk;
use pages::{Code, Problem};

/// Extensions that are supported, here or elsewhere, or that do not affect a client.
const FOLLOWED: [&str; 17] = [
    "x-fern-base-path",
    "x-fern-docs",
    "x-fern-enum",
    "x-fern-examples",
    "x-fern-explorer",
    "x-fern-header",
    "x-fern-ignore",
    "x-fern-pagination",
    "x-fern-parameter-name",
    "x-fern-playground",
    "x-fern-property-name",
    "x-fern-sdk-group-name",
    "x-fern-sdk-method-name",
    "x-fern-server-name",
    "x-fern-streaming",
    "x-fern-type-name",
    "x-fern-webhook",
];

/// Adds a warning for each unsupported extension.
pub(super) fn warn(api: &Merged, warnings: &mut Vec<Problem>) {
    let mut found: IndexMap<&str, (usize, Option<&str>)> = IndexMap::new();
    let mut root = Vec::new();
    words(&api.root, true, &mut root);
    for (_, _, operation) in walk::operations(&api.root) {
        let id = walk::operation_id(operation);
        let mut own = Vec::new();
        for (key, child) in operation {
            if is_word(key) {
                own.push(key.as_str());
            }
            words(child, false, &mut own);
        }
        count(&own, Some(id), &mut found);
    }
    let schemas = walk::schemas_of(&api.root).into_iter().flatten();
    for (_, schema) in schemas {
        words(schema, false, &mut root);
    }
    count(&root, None, &mut found);
    warnings.extend(found.into_iter().map(|(word, (count, operation))| {
        let places = match count {
            1 => "one place".to_owned(),
            count => format!("{count} places"),
        };
        let problem = Problem::new(
            Code::IgnoredExtension,
            format!("`{word}` is not supported: the document has it in {places}"),
        )
        .advice("express the same with standard OpenAPI keywords, in an action of `overlay.yaml`");
        match operation {
            Some(id) => problem.at(api.place(id)).operation(id),
            None => problem.at(api
                .origins
                .values()
                .next()
                .map(|origin| origin.place.clone())),
        }
    }));
}

fn count<'a>(
    words: &[&'a str],
    operation: Option<&'a str>,
    found: &mut IndexMap<&'a str, (usize, Option<&'a str>)>,
) {
    for word in words {
        let (count, first) = found.entry(word).or_default();
        *count += 1;
        *first = first.or(operation);
    }
}

fn is_word(key: &str) -> bool {
    key.starts_with("x-fern-") && !FOLLOWED.contains(&key)
}

/// Finds the extensions in a node, or only on the node itself.
fn words<'a>(node: &'a Value, is_shallow: bool, found: &mut Vec<&'a str>) {
    match node {
        Value::Object(object) => {
            for (key, child) in object {
                if is_word(key) {
                    found.push(key);
                }
                // An example can be any JSON.
                if !is_shallow && !["example", "examples", "default"].contains(&key.as_str()) {
                    words(child, false, found);
                }
            }
        }
        Value::Array(items) if !is_shallow => {
            items.iter().for_each(|item| words(item, false, found));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_word_that_is_not_followed_is_a_warning() {
        let api = Merged {
            root: json!({
                "x-fern-groups": {},
                "paths": {"/pets": {
                    "get": {"operationId": "a", "x-fern-sdk-method-name": "list"},
                    "post": {"operationId": "b", "x-fern-retries": {"disabled": true}},
                    "put": {"operationId": "c", "x-fern-retries": {"disabled": true}},
                }},
                "components": {"schemas": {"Pet": {
                    "x-fern-encoding": {}, "x-fern-enum": {}, "example": {"x-fern-a": 1},
                }}},
            }),
            origins: BTreeMap::new(),
        };
        let mut warnings = Vec::new();
        warn(&api, &mut warnings);
        let texts: Vec<&str> = warnings.iter().map(Problem::message).collect();
        assert_eq!(
            texts,
            [
                "`x-fern-retries` is not supported: the document has it in 2 places",
                "`x-fern-groups` is not supported: the document has it in one place",
                "`x-fern-encoding` is not supported: the document has it in one place",
            ]
        );
    }
}
