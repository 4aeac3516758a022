//! Traverses an OpenAPI document as a JSON tree: its operations and all its schemas. A property
//! that is called `enum` is never mistaken for the keyword.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::extensions::CHANNEL;
use pages::pointer::{self, Pointer};

/// The prefix of references to schemas.
pub(crate) const SCHEMAS: &str = "#/components/schemas/";

/// The keys of a path item with operations or channels.
pub(crate) const METHODS: [&str; 9] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", CHANNEL,
];

/// The key of webhooks.
pub(crate) const WEBHOOKS: &str = "webhooks";

/// The same key in documents of OpenAPI 3.0.
pub(crate) const X_WEBHOOKS: &str = "x-webhooks";

/// Keywords whose value is a list of schemas.
const SCHEMA_LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords whose value is a schema.
pub(crate) const SCHEMA_KEYWORDS: [&str; 3] = ["items", "additionalProperties", "not"];
/// Keywords whose value maps names to schemas.
pub(crate) const SCHEMA_MAPS: [&str; 3] = ["properties", "patternProperties", "$defs"];

/// Returns the ID of an operation, which is empty until it is assigned.
pub(crate) fn operation_id(operation: &Map<String, Value>) -> &str {
    let id = operation.get("operationId").and_then(Value::as_str);
    id.unwrap_or_default()
}

/// Returns a path as it is sent, without the fragment that distinguishes two descriptions of one
/// request.
pub(crate) fn sent_path(path: &str) -> &str {
    path.split('#').next().unwrap_or(path)
}

/// Returns `true` if a list below a keyword is a list of schemas.
pub(crate) fn holds_schema_list(keyword: &str) -> bool {
    SCHEMA_LISTS.contains(&keyword) || keyword == "items"
}

/// Calls `visit` with every object of the tree, parents before children.
pub(crate) fn nodes(
    node: &Value,
    pointer: &mut Pointer,
    visit: &mut dyn FnMut(&str, &Map<String, Value>),
) {
    match node {
        Value::Object(object) => {
            visit(pointer.as_str(), object);
            for (key, child) in object {
                pointer.within(key, |pointer| nodes(child, pointer, visit));
            }
        }
        Value::Array(items) => {
            for (index, child) in items.iter().enumerate() {
                pointer.within(&index.to_string(), |pointer| nodes(child, pointer, visit));
            }
        }
        _ => {}
    }
}

/// Returns the first value of the document with an invalid type, and the type that OpenAPI
/// requires.
pub(crate) fn invalid_part(root: &Value) -> Option<(String, &'static str)> {
    const OBJECT: &str = "an object";
    for key in ["info", "paths", WEBHOOKS, X_WEBHOOKS, "components"] {
        if !root[key].is_null() && !root[key].is_object() {
            return Some((pointer::of(&[key]), OBJECT));
        }
    }
    for key in ["paths", WEBHOOKS, X_WEBHOOKS] {
        let items = root[key].as_object().into_iter().flatten();
        for (path, item) in items.filter(|(path, _)| !is_extension(path)) {
            if !item.is_object() {
                return Some((pointer::of(&[key, path]), OBJECT));
            }
        }
    }
    for kind in [
        "schemas",
        "securitySchemes",
        "parameters",
        "responses",
        "requestBodies",
    ] {
        let node = &root["components"][kind];
        if !node.is_null() && !node.is_object() {
            return Some((pointer::of(&["components", kind]), OBJECT));
        }
    }
    let operations = operations(root).map(|found| ("paths", found));
    let webhooks = [WEBHOOKS, X_WEBHOOKS].into_iter();
    let webhooks = webhooks.flat_map(|key| requests_at(root, key).map(move |found| (key, found)));
    let mut described = operations.chain(webhooks);
    described.find_map(|(key, (path, method, operation))| {
        let at = |keys: &[&str]| pointer::of(&[&[key, path, method], keys].concat());
        let get = |key: &str| operation.get(key).unwrap_or(&Value::Null);
        let responses = get("responses");
        if !responses.is_null() && !responses.is_object() {
            return Some((at(&["responses"]), OBJECT));
        }
        let responses = responses.as_object().into_iter().flatten();
        for (status, response) in responses.filter(|(status, _)| !is_extension(status)) {
            if !response.is_object() {
                return Some((at(&["responses", status]), OBJECT));
            }
        }
        if !get("requestBody").is_null() && !get("requestBody").is_object() {
            return Some((at(&["requestBody"]), OBJECT));
        }
        if !get("parameters").is_null() && !get("parameters").is_array() {
            return Some((at(&["parameters"]), "a list"));
        }
        let parameters = get("parameters").as_array().into_iter().flatten();
        parameters.enumerate().find_map(|(index, parameter)| {
            let index = index.to_string();
            let named = parameter["name"].is_string() || parameter.get("$ref").is_some();
            (!named).then(|| (at(&["parameters", &index]), "an object with a name"))
        })
    })
}

/// Returns `true` if a key is that of an extension, whose value can have any type.
pub(crate) fn is_extension(key: &str) -> bool {
    key.starts_with("x-")
}

/// Updates references and the mappings of discriminators to the new names.
pub(crate) fn rename_schemas(node: &mut Value, renames: &HashMap<String, String>) {
    match node {
        Value::Object(object) => {
            for child in object.values_mut() {
                rename_schemas(child, renames);
            }
        }
        Value::Array(items) => {
            for child in items {
                rename_schemas(child, renames);
            }
        }
        Value::String(text) => {
            if let Some(name) = text
                .strip_prefix(SCHEMAS)
                .and_then(|name| renames.get(name))
            {
                *text = format!("{SCHEMAS}{name}");
            }
        }
        _ => {}
    }
}

/// Returns each operation as path, method, and object, in the document's order.
pub(crate) fn operations(
    root: &Value,
) -> impl Iterator<Item = (&str, &'static str, &Map<String, Value>)> {
    requests_at(root, "paths")
}

/// Returns the names of the security schemes in a security requirement, of all alternatives.
pub(crate) fn required_schemes(requirement: Option<&Value>) -> impl Iterator<Item = &str> {
    let alternatives = requirement.and_then(Value::as_array).into_iter().flatten();
    let names = alternatives.filter_map(Value::as_object);
    names.flat_map(Map::keys).map(String::as_str)
}

/// Returns each webhook as name, method, and object, in the document's order.
pub(crate) fn webhooks(
    root: &Value,
) -> impl Iterator<Item = (&str, &'static str, &Map<String, Value>)> {
    let keys = [WEBHOOKS, X_WEBHOOKS].into_iter();
    keys.flat_map(|key| requests_at(root, key))
}

/// Returns the requests below a key of the document.
fn requests_at<'a>(
    root: &'a Value,
    key: &str,
) -> impl Iterator<Item = (&'a str, &'static str, &'a Map<String, Value>)> + use<'a> {
    let items = root[key].as_object().into_iter().flatten();
    items.flat_map(|(path, item)| {
        METHODS.into_iter().filter_map(move |method| {
            let operation = item.get(method)?.as_object()?;
            Some((path.as_str(), method, operation))
        })
    })
}

/// The path and the method of an operation, as the document has them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OperationKey<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'static str,
}

impl OperationKey<'_> {
    /// Returns the pointer of the operation.
    pub(crate) fn pointer(self) -> String {
        pointer::of(&["paths", self.path, self.method])
    }

    /// Returns the pointer of a node of the operation.
    pub(crate) fn pointer_to(self, keys: &[&str]) -> String {
        self.pointer() + &pointer::of(keys)
    }
}

/// Calls `visit` with each operation and its path and method.
pub(crate) fn operations_mut(
    root: &mut Value,
    visit: &mut dyn FnMut(OperationKey<'_>, &mut Map<String, Value>),
) {
    let Some(paths) = root.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                visit(OperationKey { path, method }, operation);
            }
        }
    }
}

/// Calls `visit` with each webhook and its name.
pub(crate) fn webhooks_mut(root: &mut Value, visit: &mut dyn FnMut(&str, &mut Map<String, Value>)) {
    for key in [WEBHOOKS, X_WEBHOOKS] {
        let items = root.get_mut(key).and_then(Value::as_object_mut);
        for (name, item) in items.into_iter().flatten() {
            for method in METHODS {
                if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                    visit(name, operation);
                }
            }
        }
    }
}

/// Calls `visit` with each schema of the document, parents before children.
pub(crate) fn schemas_mut(root: &mut Value, visit: &mut dyn FnMut(&str, &mut Value)) {
    let mut pointer = Pointer::default();
    let Some(root) = root.as_object_mut() else {
        return;
    };
    for key in ["paths", WEBHOOKS, X_WEBHOOKS] {
        if let Some(items) = root.get_mut(key) {
            pointer.within(key, |pointer| holders(items, pointer, visit));
        }
    }
    if let Some(Value::Object(components)) = root.get_mut("components") {
        pointer.within("components", |pointer| {
            for (kind, entries) in components {
                let Value::Object(entries) = entries else {
                    continue;
                };
                pointer.within(kind, |pointer| {
                    for (name, entry) in entries {
                        pointer.within(name, |pointer| match kind.as_str() {
                            "schemas" => schema_mut(entry, pointer, visit),
                            _ => holders(entry, pointer, visit),
                        });
                    }
                });
            }
        });
    }
}

/// Calls `visit` with the outermost schemas only.
pub(crate) fn roots_mut(root: &mut Value, visit: &mut dyn FnMut(&str, &mut Value)) {
    let mut last = String::from("?");
    schemas_mut(root, &mut |pointer, schema| {
        if !pointer.starts_with(&last) {
            last = format!("{pointer}/");
            visit(pointer, schema);
        }
    });
}

/// Visits schemas in their containers: path items, operations, parameters, bodies, responses, and
/// headers.
fn holders(node: &mut Value, pointer: &mut Pointer, visit: &mut dyn FnMut(&str, &mut Value)) {
    match node {
        Value::Object(object) => {
            for (key, child) in object {
                pointer.within(key, |pointer| match key.as_str() {
                    "schema" => schema_mut(child, pointer, visit),
                    "example" | "examples" => {}
                    _ => holders(child, pointer, visit),
                });
            }
        }
        Value::Array(items) => {
            for (index, child) in items.iter_mut().enumerate() {
                pointer.within(&index.to_string(), |pointer| holders(child, pointer, visit));
            }
        }
        _ => {}
    }
}

/// Calls `visit` with a schema and then with the schemas inside it.
pub(crate) fn schema_mut(
    schema: &mut Value,
    pointer: &mut Pointer,
    visit: &mut dyn FnMut(&str, &mut Value),
) {
    visit(pointer.as_str(), schema);
    children_mut(schema, pointer, &mut |pointer, child| {
        schema_mut(child, pointer, visit);
    });
}

/// Calls `visit` with the schemas directly inside a schema.
pub(crate) fn children_mut(
    schema: &mut Value,
    pointer: &mut Pointer,
    visit: &mut dyn FnMut(&mut Pointer, &mut Value),
) {
    let Value::Object(schema) = schema else {
        return;
    };
    for (keyword, child) in schema {
        let keyword = keyword.as_str();
        match child {
            Value::Object(children) if SCHEMA_MAPS.contains(&keyword) => {
                pointer.within(keyword, |pointer| {
                    for (name, child) in children {
                        pointer.within(name, |pointer| visit(pointer, child));
                    }
                });
            }
            Value::Array(children) if holds_schema_list(keyword) => {
                pointer.within(keyword, |pointer| {
                    for (index, child) in children.iter_mut().enumerate() {
                        pointer.within(&index.to_string(), |pointer| visit(pointer, child));
                    }
                });
            }
            Value::Object(_) if SCHEMA_KEYWORDS.contains(&keyword) => {
                pointer.within(keyword, |pointer| visit(pointer, child));
            }
            _ => {}
        }
    }
}

/// Returns the named schemas of a document.
pub(crate) fn schemas_of(root: &Value) -> Option<&Map<String, Value>> {
    root["components"]["schemas"].as_object()
}

pub(crate) fn schemas_of_mut(root: &mut Value) -> Option<&mut Map<String, Value>> {
    root.get_mut("components")?
        .get_mut("schemas")?
        .as_object_mut()
}

/// Returns the name of the schema that a reference points to. The reference can be wrapped in an
/// `allOf`.
pub(crate) fn referenced(schema: &Value) -> Option<&str> {
    let direct = schema.get("$ref");
    let wrapped = || match schema.get("allOf")?.as_array()?.as_slice() {
        [only] if schema.get("properties").is_none() => only.get("$ref"),
        _ => None,
    };
    direct.or_else(wrapped)?.as_str()?.strip_prefix(SCHEMAS)
}

/// Returns the schema that a reference points to, or the schema itself if it is not a reference.
pub(crate) fn target<'a>(schema: &'a Value, schemas: &'a Map<String, Value>) -> &'a Value {
    let named = referenced(schema).and_then(|name| schemas.get(name));
    named.unwrap_or(schema)
}

/// Returns `true` if a schema is a string with listed values, which becomes a Rust type.
pub(crate) fn is_enumeration(schema: &Value) -> bool {
    schema["type"] == "string" && schema["enum"].is_array()
}
