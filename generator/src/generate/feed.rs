//! The document as progenitor is given it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::answers::{errors, events, responses};
use super::bodies::{Bodies, RUNTIME_TYPES};
use super::parameters::parameters;
use super::{Wire, argument_name, told_name};
use openapi::Merged as Api;
use openapi::extensions::CONSTANT;
use openapi::limits;
use openapi::schemas;
use openapi::walk;
use pages::Problem;

/// Keywords that say which values are valid. The server checks that; in a
/// client they would turn strings into types of their own, which change
/// whenever a limit does.
const VALIDATION: [&str; 18] = [
    "default",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "pattern",
    "title",
    "uniqueItems",
];

/// Formats that have a type in Rust, without which a value is read all the same.
const FORMATS: [&str; 12] = [
    "binary",
    "date",
    "date-time",
    "double",
    "float",
    "int16",
    "int32",
    "int64",
    "int8",
    "uint16",
    "uint32",
    "uint64",
];

/// What says how clients call a property.
const PROPERTY_NAMES: [&str; 2] = ["x-fern-property-name", "x-fern-parameter-name"];

/// What progenitor is given.
pub(super) struct Feed {
    pub(super) document: Value,
    pub(super) wire: Wire,
    /// One for each operation that is not a part of the document, or of which a
    /// part is missing.
    pub(super) problems: Vec<Problem>,
}

/// Returns what progenitor is given.
pub(super) fn feed(api: &Api) -> Feed {
    let mut document = api.root.clone();
    let mut problems = Vec::new();
    let mut wire = Wire::default();
    let mut omitted = Vec::new();
    let mut bodies = Bodies::new(&api.root);
    let mut answers = Vec::new();
    for (path, method, operation) in walk::operations(&api.root) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let mut operation = operation.clone();
        if matches!(method, "get" | "head" | "delete") && !describes_body(&operation) {
            operation.shift_remove("requestBody");
        }
        let mut lacks = |reason: &str| problems.push(warning(api, id, reason));
        let carried = if matches!(method, "options" | "trace") {
            Err(format!("its method is `{method}`"))
        } else {
            carry(
                &mut operation,
                path,
                &api.root,
                &mut wire,
                &mut bodies,
                &mut answers,
                &mut lacks,
            )
        };
        match carried {
            Ok(told) => {
                if told != path {
                    omitted.push((path, method));
                }
                document["paths"][told][method] = Value::Object(operation);
            }
            Err(reason) => {
                problems.push(left_out(api, id, &reason));
                omitted.push((path, method));
            }
        }
    }
    for (path, method) in omitted {
        remove(&mut document, path, method);
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.extend(answers);
        schemas.extend(bodies.forms);
        // The runtime has the types that take their place.
        let types = RUNTIME_TYPES.map(|(name, _)| (name.to_owned(), json!({"type": "string"})));
        schemas.extend(types);
    }
    walk::schemas_mut(&mut document, &mut |_, schema| {
        limits::describe_properties(schema);
        if let Some(schema) = schema.as_object_mut() {
            schema.retain(|keyword, _| !VALIDATION.contains(&keyword.as_str()));
            if let Some(format) = schema.get("format").and_then(Value::as_str)
                && !FORMATS.contains(&format)
            {
                schema.shift_remove("format");
            }
            match schema.get("additionalProperties") {
                // Fields that a newer server adds are no errors.
                Some(Value::Bool(false)) => {
                    schema.shift_remove("additionalProperties");
                }
                // Of what `true` stands for, progenitor keeps nothing.
                Some(Value::Bool(true)) => {
                    schema.insert("additionalProperties".to_owned(), json!({}));
                }
                _ => {}
            }
        }
    });
    keep_empty_lists(&mut document);
    distinct_properties(&mut document, &mut wire);
    constants(&document, &mut wire);
    schemas::prune(&mut document);
    Feed {
        document,
        wire,
        problems,
    }
}

fn describes_body(operation: &Map<String, Value>) -> bool {
    let body = operation.get("requestBody");
    let content = body.and_then(|body| body["content"].as_object());
    content.is_some_and(|content| !content.is_empty())
}

/// Lets lists and maps that are sent, and need not be, be absent. Progenitor takes
/// one that is absent for an empty one, so that what the caller empties would never
/// be sent.
fn keep_empty_lists(document: &mut Value) {
    let mut sent = BTreeSet::new();
    for (.., operation) in walk::operations(document) {
        if let Some(body) = operation.get("requestBody") {
            schemas::collect_used(body, document, &mut sent);
        }
    }
    let sent: Vec<String> = sent.into_iter().map(str::to_owned).collect();
    for name in sent {
        let schema = &mut document["components"]["schemas"][&name];
        let required = schema["required"].clone();
        let is_required = |name: &str| {
            let mut names = required.as_array().into_iter().flatten();
            names.any(|required| required == name)
        };
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (property, schema) in properties.into_iter().flatten() {
            let is_list_or_map = schema["type"] == "array" || schema["type"] == "object";
            if is_list_or_map && !is_required(property) {
                schema["nullable"] = true.into();
            }
        }
    }
}

/// Gives properties the names that the pages give them for clients, and those
/// that would be one field of a struct names that differ.
fn distinct_properties(document: &mut Value, wire: &mut Wire) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
        return;
    };
    for (name, schema) in schemas {
        let Some(Value::Object(properties)) = schema.get_mut("properties") else {
            continue;
        };
        let mut taken = BTreeSet::new();
        let mut renames = BTreeMap::new();
        for (property, schema) in &*properties {
            let named = PROPERTY_NAMES
                .iter()
                .find_map(|extension| schema.get(extension)?.as_str());
            let distinct = distinct(named.unwrap_or(property), &mut taken);
            if distinct != *property {
                renames.insert(property.clone(), distinct);
            }
        }
        if renames.is_empty() {
            continue;
        }
        *properties = std::mem::take(properties)
            .into_iter()
            .map(|(property, schema)| (renames.get(&property).cloned().unwrap_or(property), schema))
            .collect();
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            for property in required {
                if let Some(distinct) = property.as_str().and_then(|name| renames.get(name)) {
                    *property = distinct.clone().into();
                }
            }
        }
        for (original, distinct) in renames {
            wire.properties
                .insert((name.clone(), argument_name(&distinct)), original);
        }
    }
}

/// Notes the fields that have only one value.
fn constants(document: &Value, wire: &mut Wire) {
    let schemas = document["components"]["schemas"].as_object();
    for (name, schema) in schemas.into_iter().flatten() {
        let properties = schema["properties"].as_object();
        for (property, schema) in properties.into_iter().flatten() {
            if let Some(value) = schema[CONSTANT].as_bool() {
                let key = (name.clone(), argument_name(property));
                wire.constants.insert(key, value);
            }
        }
    }
}

/// Returns `name`, or with a number behind it when it would be the same name in
/// Rust as one that is taken.
pub(super) fn distinct(name: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered =
        (2..).map(|number| format!("{}_{number}", argument_name(name).trim_end_matches('_')));
    std::iter::once(told_name(name))
        .chain(numbered)
        .find(|name| taken.insert(argument_name(name)))
        .unwrap_or_default()
}

/// Returns the document with these operations and the schemas that they use.
pub(super) fn subset(document: &Value, operations: &[(String, &'static str)]) -> Value {
    let mut paths = Map::new();
    for (path, method) in operations {
        let item = paths
            .entry(path.clone())
            .or_insert_with(|| Value::Object(Map::new()));
        item[*method] = document["paths"][path][*method].clone();
    }
    let mut subset = document.clone();
    subset["paths"] = Value::Object(paths);
    schemas::prune(&mut subset);
    subset
}

/// Removes an operation.
fn remove(document: &mut Value, path: &str, method: &str) {
    let Some(paths) = document["paths"].as_object_mut() else {
        return;
    };
    if let Some(Value::Object(item)) = paths.get_mut(path) {
        item.shift_remove(method);
        if item.is_empty() {
            paths.shift_remove(path);
        }
    }
}

/// Returns the warning for an operation that is not in the client.
pub(super) fn left_out(api: &Api, id: &str, reason: &str) -> Problem {
    warning(api, id, &format!("`{id}` is not in the client: {reason}"))
}

fn warning(api: &Api, id: &str, message: &str) -> Problem {
    let problem = Problem::new(message).operation(id);
    match api.origins.get(id) {
        Some(origin) => problem.at(origin.place.clone()),
        None => problem,
    }
}

/// Brings an operation into the form that progenitor carries and returns its path,
/// or says why it cannot.
fn carry(
    operation: &mut Map<String, Value>,
    path: &str,
    root: &Value,
    wire: &mut Wire,
    bodies: &mut Bodies<'_>,
    answers: &mut Vec<(String, Value)>,
    lacks: &mut dyn FnMut(&str),
) -> Result<String, String> {
    operation.shift_remove("tags");
    let path = parameters(operation, path, root, wire, lacks)?;
    errors(operation, wire);
    bodies.carry(operation, wire, lacks);
    if let Some((media_type, schema)) = events(operation, lacks) {
        let id = walk::operation_id(operation);
        wire.events.insert(id.to_owned(), media_type);
        // Progenitor knows no events: it is told of one, and the face reads many.
        let one = json!({"description": "", "content": {"application/json": {"schema": schema}}});
        operation["responses"] = json!({ "2XX": one });
    } else {
        responses(operation, root, wire, answers, lacks);
    }
    let id = told_name(walk::operation_id(operation));
    operation.insert("operationId".to_owned(), id.into());
    Ok(path)
}

/// Returns what a schema refers to, or the schema.
pub(super) fn target<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    schemas::referenced(schema).map_or(schema, |name| &root["components"]["schemas"][name])
}

/// Returns the media type that progenitor knows for `name`.
pub(super) fn media_type(name: &str) -> &str {
    let name = name.split(';').next().unwrap_or(name).trim();
    if name.ends_with("+json") || name == "*/*" || name == "application/*" {
        "application/json"
    } else {
        name
    }
}
