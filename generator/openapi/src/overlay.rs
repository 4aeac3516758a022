//! Corrections that no rule can infer: an OpenAPI Overlay 1.0 document, applied
//! to the merged one.
//!
//! <https://spec.openapis.org/overlay/v1.0.0.html>

use std::sync::Arc;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::merge::Api;
use crate::references;
use crate::walk;
use pages::SourceFile;
use pages::pointer;
use pages::yaml;
use pages::{Place, Problem};

const GROUP_NAME: &str = "x-fern-sdk-group-name";

/// Applies the actions of `overlay` to `api`. An action that matches nothing is
/// a warning.
///
/// # Errors
///
/// When the overlay is not YAML, is not an Overlay 1.0 document, or an action
/// cannot be carried out.
pub fn apply(
    overlay: &Arc<SourceFile>,
    api: &mut Api,
    warnings: &mut Vec<Problem>,
) -> Result<(), Problem> {
    let (root, lines) = yaml::parse(&overlay.text).map_err(|error| {
        Problem::new(format!("the overlay is not YAML: {}", error.message))
            .at(overlay.place(error.line))
            .advice("correct the line")
    })?;
    let version = root["overlay"].as_str().unwrap_or_default();
    if !version.starts_with("1.0") {
        return Err(Problem::new("the overlay does not say `overlay: 1.0.0`")
            .at(overlay.place(lines.line("/overlay")))
            .advice("it should be an OpenAPI Overlay document of version 1.0"));
    }
    let Some(actions) = root["actions"].as_array() else {
        return Err(Problem::new("the overlay has no list of `actions`")
            .at(overlay.place(lines.line("/actions")))
            .advice("each is a `target` with an `update`, or with `remove: true`"));
    };
    for (index, action) in actions.iter().enumerate() {
        let place = |key: &str| {
            let pointer = pointer::of(&["actions", &index.to_string(), key]);
            overlay.place(lines.line(&pointer))
        };
        let matched = Action::read(action, &place)?.apply(&mut api.root, &place)?;
        let target = action["target"].as_str().unwrap_or_default();
        if let Some(missing) = missing(&api.root) {
            return Err(Problem::new(format!(
                "the overlay's action on `{target}` leaves the document without {missing}"
            ))
            .at(place("target"))
            .advice("a client cannot do without: remove less"));
        }
        if !matched {
            warnings.push(
                Problem::new(format!(
                    "the overlay's action on `{target}` matches nothing"
                ))
                .at(place("target"))
                .advice("correct the target, or remove the action if the pages are right by now"),
            );
        }
    }
    if let Some((pointer, form)) = walk::misshapen(&api.root) {
        return Err(
            Problem::new(format!("after the overlay `{pointer}` should be {form}"))
                .at(overlay.place(lines.line("/actions")))
                .advice("correct the action that changes it"),
        );
    }
    references::settle(&mut api.root);
    match references::dangling(&api.root) {
        None => Ok(()),
        Some((_, target)) => Err(Problem::new(format!(
            "after the overlay the reference `{target}` leads nowhere"
        ))
        .at(overlay.place(lines.line("/actions")))
        .advice("update or remove what refers to it as well")),
    }
}

/// Returns what a document cannot do without and has not.
fn missing(root: &Value) -> Option<&'static str> {
    let is_text = |key: &str| root["info"][key].is_string();
    if !is_text("title") || !is_text("version") {
        return Some("the API's title or version");
    }
    if !root["servers"][0]["url"].is_string() {
        return Some("a server");
    }
    let has_operation = walk::operations(root).next().is_some();
    (!has_operation).then_some("an operation")
}

/// The keys of an action, other than extensions.
const KEYS: [&str; 4] = ["target", "description", "update", "remove"];

struct Action<'a> {
    target: JsonPath,
    update: Option<&'a Value>,
    remove: bool,
}

impl<'a> Action<'a> {
    fn read(action: &'a Value, place: &dyn Fn(&str) -> Place) -> Result<Self, Problem> {
        let Some(target) = action["target"].as_str() else {
            return Err(Problem::new("an action of the overlay has no target")
                .at(place("target"))
                .advice("add a `target`, a JSONPath such as `$.paths['/pets'].get`"));
        };
        let target = JsonPath::parse(target).map_err(|error| {
            let good = target.get(..error.position()).unwrap_or_default();
            Problem::new(format!(
                "`{target}` is not a JSONPath: it goes wrong after `{good}`"
            ))
            .at(place("target"))
            .advice("write it as in RFC 9535, such as `$.paths['/pets'].get`")
        })?;
        let keys = action.as_object().into_iter().flatten().map(|(key, _)| key);
        if let Some(key) = keys
            .filter(|key| !key.starts_with("x-"))
            .find(|key| !KEYS.contains(&key.as_str()))
        {
            return Err(
                Problem::new(format!("an action of the overlay has no key `{key}`"))
                    .at(place(key))
                    .advice(format!(
                        "its keys are {}",
                        KEYS.map(|key| format!("`{key}`")).join(", ")
                    )),
            );
        }
        let update = action.get("update");
        let remove = action["remove"] == true;
        if update.is_none() && !remove {
            return Err(Problem::new("an action of the overlay changes nothing")
                .at(place("target"))
                .advice("add an `update`, or `remove: true`"));
        }
        Ok(Self {
            target,
            update,
            remove,
        })
    }

    /// Returns whether the action matched anything.
    fn apply(&self, root: &mut Value, place: &dyn Fn(&str) -> Place) -> Result<bool, Problem> {
        let found: Vec<String> = self
            .target
            .query_located(root)
            .locations()
            .map(serde_json_path::NormalizedPath::to_json_pointer)
            .collect();
        // From the last to the first, so that removing an item of a list does
        // not move those that are still to be removed.
        for pointer in found.iter().rev() {
            if self.remove {
                remove(root, pointer);
            } else if let (Some(update), Some(node)) = (self.update, root.pointer_mut(pointer)) {
                update_node(node, update).map_err(|message| {
                    Problem::new(message)
                        .at(place("update"))
                        .advice("an update of an object is an object")
                })?;
            }
        }
        Ok(!found.is_empty())
    }
}

fn remove(root: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    match root.pointer_mut(parent) {
        Some(Value::Object(parent)) => {
            parent.shift_remove(&key);
        }
        Some(Value::Array(parent)) => {
            if let Ok(index) = key.parse::<usize>()
                && index < parent.len()
            {
                parent.remove(index);
            }
        }
        _ => {}
    }
}

/// Updates a node that an action's target selects.
fn update_node(node: &mut Value, update: &Value) -> Result<(), String> {
    match node {
        Value::Object(_) if update.is_object() => merge(node, update),
        Value::Array(items) => items.push(update.clone()),
        Value::Object(_) => {
            return Err("the overlay updates an object with something else".to_owned());
        }
        _ => return Err("the overlay updates a value that is not an object or a list".to_owned()),
    }
    Ok(())
}

/// Merges objects, appends to lists, and replaces everything else. A list that the
/// dialect uses for one value, the name of a group, is replaced too: a quirk may
/// have put it there.
fn merge(node: &mut Value, update: &Value) {
    match (node, update) {
        (Value::Object(node), Value::Object(update)) => {
            for (key, value) in update {
                match node.get_mut(key) {
                    Some(child) if key == GROUP_NAME => *child = value.clone(),
                    Some(child) => merge(child, value),
                    None => {
                        node.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(node), Value::Array(update)) => node.extend(update.iter().cloned()),
        (node, update) => *node = update.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn applied(actions: &str) -> Result<(Value, Vec<Problem>), Problem> {
        let text = format!("overlay: 1.0.0\ninfo: {{title: t, version: '1'}}\nactions:\n{actions}");
        let mut api = Api {
            root: json!({
                "pets": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
                "info": {"title": "Pets", "version": "1", "x": 1},
                "servers": [{"url": "https://a.example"}],
                "paths": {"/pets": {"get": {"x-fern-sdk-group-name": ["pets"]}}},
            }),
            origins: BTreeMap::new(),
        };
        let mut warnings = Vec::new();
        apply(
            &SourceFile::new("overlay.yaml", &text),
            &mut api,
            &mut warnings,
        )?;
        Ok((api.root, warnings))
    }

    #[test]
    fn objects_are_merged_and_lists_are_appended_to() {
        let (root, _) = applied(
            "- target: $.info\n  update: {x: 2, y: [1]}\n- target: $.pets\n  update: {name: d}\n\
             - target: $.info\n  update: {y: [2]}\n",
        )
        .expect("good actions");
        assert_eq!(root["info"]["x"], 2);
        assert_eq!(root["info"]["y"], json!([1, 2]));
        assert_eq!(root["pets"][3]["name"], "d");
    }

    #[test]
    fn every_match_is_removed() {
        let (root, _) =
            applied("- target: $.pets[?@.name != 'b']\n  remove: true\n").expect("good actions");
        assert_eq!(root["pets"], json!([{"name": "b"}]));
    }

    #[test]
    fn an_action_that_matches_nothing_is_a_warning() {
        let (_, warnings) = applied("- target: $.none\n  remove: true\n").expect("good actions");
        assert_eq!(
            warnings[0].message(),
            "the overlay's action on `$.none` matches nothing"
        );
        assert_eq!(warnings[0].place().map(Place::line), Some(4));
    }

    #[test]
    fn a_target_that_is_not_a_jsonpath_is_an_error() {
        let problem = applied("- target: pets[\n  remove: true\n").expect_err("a bad target");
        assert_eq!(problem.place().map(Place::line), Some(4));
    }

    #[test]
    fn the_name_of_a_group_is_replaced() {
        let (root, _) =
            applied("- target: $.paths.*.get\n  update: {x-fern-sdk-group-name: [zoo, animals]}\n")
                .expect("a good action");
        let operation = &root["paths"]["/pets"]["get"];
        assert_eq!(
            operation["x-fern-sdk-group-name"],
            json!(["zoo", "animals"])
        );
    }

    #[test]
    fn an_action_that_cannot_be_meant_is_an_error_with_its_line() {
        for (action, message, line) in [
            (
                "- target: $.info\n  updates: {x: 2}\n",
                "an action of the overlay has no key `updates`",
                5,
            ),
            (
                "- target: $.info\n",
                "an action of the overlay changes nothing",
                4,
            ),
            (
                "- target: $.paths\n  remove: true\n",
                "the overlay's action on `$.paths` leaves the document without an operation",
                4,
            ),
            (
                "- target: $.info\n  remove: true\n",
                "the overlay's action on `$.info` leaves the document without the API's title or version",
                4,
            ),
        ] {
            let problem = applied(action).expect_err(action);
            assert_eq!(problem.message(), message);
            assert_eq!(problem.place().map(Place::line), Some(line));
        }
    }
}
