//! `x-fern-availability`: the release status of an operation, a parameter, or a property.

use serde_json::{Map, Value};

use crate::walk;

const AVAILABILITY: &str = "x-fern-availability";

/// Marks deprecated items, and adds a notice to items that are not generally available yet.
pub(super) fn follow(root: &mut Value) {
    walk::operations_mut(root, &mut |_, operation| {
        if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
            let parameters = parameters.iter_mut();
            parameters.filter_map(Value::as_object_mut).for_each(state);
        }
        state(operation);
    });
    walk::schemas_mut(root, &mut |_, schema| {
        if let Some(schema) = schema.as_object_mut() {
            state(schema);
        }
    });
}

fn state(node: &mut Map<String, Value>) {
    let Some(availability) = node.shift_remove(AVAILABILITY) else {
        return;
    };
    // `{status: deprecated, message: …}` or only the status.
    let status = availability["status"].as_str().or(availability.as_str());
    let note = match status {
        Some("deprecated") => {
            node.insert("deprecated".to_owned(), true.into());
            return;
        }
        Some("beta") => "This is in beta, and may change.",
        Some("alpha" | "preview" | "pre-release" | "in-development") => {
            "This is not released yet, and may change."
        }
        _ => return,
    };
    let description = node.get("description").and_then(Value::as_str);
    let described = match description.map(str::trim_end) {
        None | Some("") => note.to_owned(),
        Some(description) => format!("{description}\n\n{note}"),
    };
    node.insert("description".to_owned(), described.into());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn deprecated_items_are_marked_and_previews_are_described() {
        let mut root = json!({
            "paths": {"/pets": {"get": {
                "x-fern-availability": "deprecated",
                "parameters": [{"name": "a", "in": "query", "x-fern-availability": "beta"}],
            }}},
            "components": {"schemas": {"Pet": {"properties": {
                "old": {"x-fern-availability": {"status": "deprecated"}},
                "new": {"x-fern-availability": "pre-release", "description": "New.\n"},
                "sure": {"x-fern-availability": "generally-available"},
            }}}},
        });
        follow(&mut root);
        let get = &root["paths"]["/pets"]["get"];
        assert_eq!(get["deprecated"], true);
        assert_eq!(
            get["parameters"][0]["description"],
            "This is in beta, and may change."
        );
        assert_eq!(
            root["components"]["schemas"]["Pet"]["properties"],
            json!({
                "old": {"deprecated": true},
                "new": {"description": "New.\n\nThis is not released yet, and may change."},
                "sure": {},
            })
        );
    }
}
