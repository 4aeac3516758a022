//! Applies one action of an overlay, and reports its effect.

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::walk;
use pages::pointer;
use pages::{Code, Place, Problem};

const GROUP_NAME: &str = "x-fern-sdk-group-name";

/// The effect of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Its target matches nothing in the document.
    Unmatched,
    /// The document already has the content that the action sets.
    Redundant,
    /// It contains facts, but changed only descriptions: the document already has the same facts.
    Reworded,
    /// It has changed the document.
    Changed,
}

/// The keys of descriptions.
const TEXTS: [&str; 4] = ["description", "summary", "title", "stream-description"];

/// The kinds of changes by an update, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Nothing,
    Texts,
    Facts,
}

/// The keys of an action, other than extensions.
const KEYS: [&str; 4] = ["target", "description", "update", "remove"];

/// An action of the overlay.
pub(super) struct Action<'a> {
    target: JsonPath,
    update: Option<&'a Value>,
    remove: bool,
}

impl<'a> Action<'a> {
    pub(super) fn read(action: &'a Value, place: &dyn Fn(&str) -> Place) -> Result<Self, Problem> {
        let Some(target) = action["target"].as_str() else {
            return Err(Problem::new(
                Code::InvalidOverlay,
                "an action of the overlay has no target",
            )
            .at(place("target"))
            .advice("add a `target`, a JSONPath such as `$.paths['/pets'].get`"));
        };
        let target = JsonPath::parse(target).map_err(|error| {
            let good = target.get(..error.position()).unwrap_or_default();
            Problem::new(
                Code::InvalidOverlay,
                format!("`{target}` is not a valid JSONPath: it is wrong after `{good}`"),
            )
            .at(place("target"))
            .advice("write it according to RFC 9535, such as `$.paths['/pets'].get`")
        })?;
        let keys = action.as_object().into_iter().flatten().map(|(key, _)| key);
        if let Some(key) = keys
            .filter(|key| !walk::is_extension(key))
            .find(|key| !KEYS.contains(&key.as_str()))
        {
            return Err(Problem::new(
                Code::InvalidOverlay,
                format!("an action of the overlay has no key `{key}`"),
            )
            .at(place(key))
            .advice(format!(
                "its keys are {}",
                KEYS.map(|key| format!("`{key}`")).join(", ")
            )));
        }
        let update = action.get("update");
        let remove = action["remove"] == true;
        if update.is_none() && !remove {
            return Err(Problem::new(
                Code::InvalidOverlay,
                "an action of the overlay changes nothing",
            )
            .at(place("target"))
            .advice("add an `update`, or `remove: true`"));
        }
        Ok(Self {
            target,
            update,
            remove,
        })
    }

    /// Applies the action, and returns its effect.
    pub(super) fn apply(
        &self,
        root: &mut Value,
        place: &dyn Fn(&str) -> Place,
    ) -> Result<Effect, Problem> {
        let found: Vec<String> = self
            .target
            .query_located(root)
            .locations()
            .map(serde_json_path::NormalizedPath::to_json_pointer)
            .collect();
        let mut change = Change::Nothing;
        // In reverse order, so that removing a list item does not shift items that are removed
        // later.
        for pointer in found.iter().rev() {
            if self.remove {
                remove(root, pointer);
                change = Change::Facts;
            } else if let (Some(update), Some(node)) = (self.update, root.pointer_mut(pointer)) {
                let updated = update_node(node, update).map_err(|message| {
                    Problem::new(Code::InvalidOverlay, message)
                        .at(place("update"))
                        .advice("the update of an object must be an object")
                })?;
                change = change.max(updated);
            }
        }
        Ok(match change {
            _ if found.is_empty() => Effect::Unmatched,
            Change::Nothing => Effect::Redundant,
            Change::Texts if self.update.is_some_and(has_facts) => Effect::Reworded,
            Change::Texts | Change::Facts => Effect::Changed,
        })
    }
}

fn remove(root: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        *root = Value::Null;
        return;
    };
    let key = pointer::unescape(key);
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

/// Returns `true` if an update contains more than descriptions. A status is a fact, even if its
/// response has only a description.
fn has_facts(update: &Value) -> bool {
    match update {
        Value::Object(update) => update
            .iter()
            .any(|(key, value)| key == "responses" || !is_text(key, value) && has_facts(value)),
        _ => true,
    }
}

/// Returns `true` if `value` under `key` is a description. A property can have the name of such a
/// key, but its schema is not a string.
fn is_text(key: &str, value: &Value) -> bool {
    TEXTS.contains(&key) && value.is_string()
}

/// Updates a node that an action's target selects. Returns the kind of change.
fn update_node(node: &mut Value, update: &Value) -> Result<Change, String> {
    match node {
        Value::Object(_) if update.is_object() => Ok(merge(node, update)),
        Value::Array(items) => Ok(add(items, update)),
        Value::Object(_) => {
            Err("the overlay updates an object with a value that is not an object".to_owned())
        }
        _ => Err("the overlay updates a value that is not an object or a list".to_owned()),
    }
}

/// Merges objects, appends to lists, and replaces everything else. Returns the kind of change.
///
/// A list that represents one value, the name of a group, is also replaced, because a quirk may
/// have created it.
fn merge(node: &mut Value, update: &Value) -> Change {
    match (node, update) {
        (Value::Object(node), Value::Object(update)) => {
            let changes = update.iter().map(|(key, value)| {
                let change = match node.get_mut(key) {
                    Some(child) if key == GROUP_NAME => replace(child, value),
                    Some(child) => merge(child, value),
                    None => {
                        node.insert(key.clone(), value.clone());
                        Change::Facts
                    }
                };
                match is_text(key, value) {
                    true => change.min(Change::Texts),
                    false => change,
                }
            });
            changes.max().unwrap_or(Change::Nothing)
        }
        (Value::Array(node), Value::Array(update)) => {
            let changes = update.iter().map(|item| add(node, item));
            changes.max().unwrap_or(Change::Nothing)
        }
        (node, update) => replace(node, update),
    }
}

/// Appends an item to a list that does not contain it. Returns the kind of change.
fn add(items: &mut Vec<Value>, item: &Value) -> Change {
    if items.iter().any(|other| is_same_item(other, item)) {
        return Change::Nothing;
    }
    items.push(item.clone());
    Change::Facts
}

/// Returns `true` if a list cannot contain both items, because they are equal or describe the same
/// parameter.
fn is_same_item(one: &Value, other: &Value) -> bool {
    let parameter = |item: &Value| {
        Some((
            item["name"].as_str()?.to_owned(),
            item["in"].as_str()?.to_owned(),
        ))
    };
    one == other || parameter(one).is_some_and(|one| Some(one) == parameter(other))
}

fn replace(node: &mut Value, update: &Value) -> Change {
    if node == update {
        return Change::Nothing;
    }
    *node = update.clone();
    Change::Facts
}
