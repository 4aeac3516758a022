//! Operations that share a method and a path, as in JSON-RPC. They are distinguished by a constant
//! in the body, or by different bodies or parameters.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use super::MergedOperation;
use crate::walk::{referenced, target};

/// Properties that usually name the operation in a body, in order of preference. Other properties
/// are used if these are missing.
const SELECTORS: [&str; 5] = ["method", "action", "operation", "type", "name"];

/// The maximum number of references and compositions that are followed in a body.
const DEPTH: usize = 8;

/// Names operations with the same request and ID after the constant in their bodies, or after their
/// pages if the ID is derived from the path.
pub(super) fn name(operations: &mut [MergedOperation], schemas: &Map<String, Value>) {
    let mut by_id: BTreeMap<(String, &str, String), Vec<usize>> = BTreeMap::new();
    for (index, operation) in operations.iter().enumerate() {
        let key = (
            operation.path.clone(),
            operation.method,
            operation.id.clone(),
        );
        by_id.entry(key).or_default().push(index);
    }
    for places in by_id.into_values().filter(|places| places.len() > 1) {
        let same: Vec<&MergedOperation> = places.iter().map(|place| &operations[*place]).collect();
        let names = by_constant(&same, schemas).or_else(|| by_page(&same));
        for (place, name) in places.into_iter().zip(names.into_iter().flatten()) {
            rename(&mut operations[place], &name);
        }
    }
}

/// Returns `true` if the requests of two operations differ only in their names.
pub(super) fn is_one_request(one: &MergedOperation, other: &MergedOperation) -> bool {
    let differ = |part: &str| one.object.get(part) != other.object.get(part);
    // The same body on two pages can still select one of several operations.
    let is_called_by_body = one.method == "post"
        && one.has_own_page
        && other.has_own_page
        && one.origin.reference != other.origin.reference;
    !is_called_by_body && !differ("requestBody") && !differ("parameters")
}

/// Returns `true` if the bodies of two operations have different constants in one property.
pub(super) fn differ_in_constant(
    one: &MergedOperation,
    other: &MergedOperation,
    schemas: &Map<String, Value>,
) -> bool {
    by_constant(&[one, other], schemas).is_some()
}

/// Returns the values of a property with different constants in all bodies.
fn by_constant(
    operations: &[&MergedOperation],
    schemas: &Map<String, Value>,
) -> Option<Vec<String>> {
    let constants: Vec<BTreeMap<&str, &str>> = operations
        .iter()
        .map(|operation| constants(operation, schemas))
        .collect();
    let (first, others) = constants.split_first()?;
    let is_selector = |name: &&str| {
        let values: Option<BTreeSet<&str>> =
            constants.iter().map(|own| own.get(name).copied()).collect();
        values.is_some_and(|values| values.len() > 1)
    };
    let candidates = SELECTORS.iter().copied().chain(first.keys().copied());
    let mut shared = candidates.filter(|name| others.iter().all(|own| own.contains_key(name)));
    let selector = shared.find(is_selector)?;
    let names = constants.iter();
    names
        .map(|own| own.get(selector).map(|value| (*value).to_owned()))
        .collect()
}

/// Returns the last segments of the pages, if the operations are named only after their path.
fn by_page(operations: &[&MergedOperation]) -> Option<Vec<String>> {
    let names: Option<Vec<String>> = operations
        .iter()
        .map(|operation| {
            let of_path = format!("{} {}", operation.method, operation.origin.path);
            let is_of_path = operation.id.ends_with(&of_path.to_snake_case());
            let page = operation.origin.reference.as_deref()?;
            let page = page.split(['?', '#']).next()?.trim_end_matches('/');
            let name = page.rsplit('/').next()?.trim_end_matches(".md");
            let is_name = name.contains(char::is_alphabetic);
            (is_of_path && is_name && operation.has_own_page).then(|| name.to_owned())
        })
        .collect();
    names
}

fn rename(operation: &mut MergedOperation, name: &str) {
    let group = match operation.object.get("x-fern-sdk-group-name") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(name)) => vec![name.as_str()],
        _ => Vec::new(),
    };
    let id = [group, vec![name]].concat().join("_").to_snake_case();
    if id.is_empty() || !id.is_ascii() {
        return;
    }
    operation.id = id;
    let words = [
        ("operationId", operation.id.as_str()),
        ("x-fern-sdk-method-name", name),
    ];
    for (word, value) in words {
        let value = Value::from(value);
        operation.object.insert(word.to_owned(), value);
    }
}

/// Returns the properties of a JSON body that have a single string value.
fn constants<'a>(
    operation: &'a MergedOperation,
    schemas: &'a Map<String, Value>,
) -> BTreeMap<&'a str, &'a str> {
    let mut constants = BTreeMap::new();
    let content = operation.object.get("requestBody");
    let content = content.and_then(|body| body["content"].as_object());
    let json = content.into_iter().flatten();
    let mut json = json.filter(|(name, _)| name.contains("json"));
    if let Some((_, media_type)) = json.next() {
        collect(&media_type["schema"], schemas, DEPTH, &mut constants);
    }
    constants
}

fn collect<'a>(
    schema: &'a Value,
    schemas: &'a Map<String, Value>,
    depth: usize,
    constants: &mut BTreeMap<&'a str, &'a str>,
) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    if let Some(target) = referenced(schema).and_then(|name| schemas.get(name)) {
        collect(target, schemas, depth, constants);
        return;
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let target = target(property, schemas);
        let only = match target["enum"].as_array().map(Vec::as_slice) {
            Some([only]) => Some(only),
            Some(_) => None,
            None => target.get("const"),
        };
        if let Some(only) = only.and_then(Value::as_str) {
            constants.insert(name, only);
        }
    }
    for member in schema["allOf"].as_array().into_iter().flatten() {
        collect(member, schemas, depth, constants);
    }
}
