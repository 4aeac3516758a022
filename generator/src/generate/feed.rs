//! The document as progenitor is given it.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use super::bodies::{Bodies, RUNTIME_TYPES, reference};
use super::{QueryForm, Renamed, Wire, argument_name, told_name};
use crate::downgrade::{CONSTANT, MEDIA_TYPE};
use crate::limits;
use crate::merge::Api;
use crate::problem::Problem;
use crate::schemas;
use crate::streaming::{EVENTS, STREAMING};
use crate::walk;

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
fn distinct(name: &str, taken: &mut BTreeSet<String>) -> String {
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

/// Names that progenitor's code uses for something else.
const LOCALS: [&str; 2] = ["body", "header_map"];

/// Leaves the parameters that progenitor carries, each with a name of its own, and
/// returns the path with the names that are in it.
fn parameters(
    operation: &mut Map<String, Value>,
    path: &str,
    root: &Value,
    wire: &mut Wire,
    lacks: &mut dyn FnMut(&str),
) -> Result<String, String> {
    let id = walk::operation_id(operation).to_owned();
    let mut path = path.to_owned();
    let Some(Value::Array(parameters)) = operation.get_mut("parameters") else {
        return Ok(path);
    };
    parameters.retain(|parameter| !is_set_by_client(parameter));
    let is_in_path = |parameter: &Value| parameter["in"] == "path";
    let mut taken: BTreeSet<String> = LOCALS.map(str::to_owned).into();
    // Those in the path are named first, so that another parameter changes none.
    let (in_path, others): (Vec<&mut Value>, Vec<&mut Value>) = parameters
        .iter_mut()
        .partition(|parameter| is_in_path(parameter));
    let mut refused = Vec::new();
    for parameter in in_path.into_iter().chain(others) {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        if let Some(reason) = has_no_place(parameter, &name, &path, root) {
            if parameter["required"] == true && !is_in_path(parameter) {
                return Err(format!("the required parameter `{name}` {reason}"));
            }
            lacks(&format!(
                "the client has no parameter `{name}`, which {reason}"
            ));
            refused.push(parameter.clone());
            continue;
        }
        let told = distinct(&name, &mut taken);
        if told != name {
            let is_in_path = is_in_path(parameter);
            if is_in_path {
                path = path.replace(&format!("{{{name}}}"), &format!("{{{told}}}"));
            }
            parameter["name"] = told.clone().into();
            let key = (id.clone(), told.clone());
            wire.parameters.insert(
                key,
                Renamed {
                    name: name.clone(),
                    is_in_path,
                },
            );
        }
        if parameter["in"] != "query" {
            as_text(parameter, &name, root, lacks);
        } else if let Some(form) = query_form(parameter, root) {
            wire.forms.insert((id.clone(), told), form);
        }
        if let Some(parameter) = parameter.as_object_mut() {
            parameter.retain(|key, _| !["style", "explode"].contains(&key.as_str()));
        }
        if let Some(schema) = parameter["schema"].as_object_mut() {
            // What is optional is left out, and nothing else is `null`.
            schema.shift_remove("nullable");
        }
    }
    parameters.retain(|parameter| !refused.contains(parameter));
    Ok(path)
}

/// Takes what has more than one way to be written in a path or a header as text.
fn as_text(parameter: &mut Value, name: &str, root: &Value, lacks: &mut dyn FnMut(&str)) {
    let is_text = matches!(
        target(&parameter["schema"], root)["type"].as_str(),
        Some("string" | "integer" | "number" | "boolean")
    );
    if !is_text {
        parameter["schema"] = json!({"type": "string"});
        lacks(&format!(
            "the parameter `{name}` is taken as the text that is sent"
        ));
    }
}

/// Returns why the client cannot send a parameter, if it cannot.
fn has_no_place(parameter: &Value, name: &str, path: &str, root: &Value) -> Option<&'static str> {
    match parameter["in"].as_str() {
        Some("cookie") => Some("is a cookie"),
        Some("path") if !path.contains(&format!("{{{name}}}")) => Some("has no place in the path"),
        Some("header") if !is_token(name) => Some("has a name that no header can have"),
        Some("query") if is_list_of_objects(parameter, root) => {
            Some("is a list of objects, for which a query has no form")
        }
        Some("path" | "query" | "header") => None,
        _ => Some("has no place in a request"),
    }
}

/// Tells whether a parameter is a header that follows from the request, which
/// OpenAPI has clients ignore.
fn is_set_by_client(parameter: &Value) -> bool {
    let name = parameter["name"].as_str().unwrap_or_default();
    let headers = ["accept", "content-length", "content-type", "host"];
    parameter["in"] == "header" && headers.contains(&name.to_ascii_lowercase().as_str())
}

/// Tells whether a header may be called like this (RFC 9110, section 5.6.2).
fn is_token(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_allowed)
}

fn is_list_of_objects(parameter: &Value, root: &Value) -> bool {
    let list = target(&parameter["schema"], root);
    list["type"] == "array"
        && target(&list["items"], root)["type"] == "object"
        && !matches!(query_form(parameter, root), Some(QueryForm::Json))
}

/// Returns how a query parameter is written, if not by its shape alone.
fn query_form(parameter: &Value, root: &Value) -> Option<QueryForm> {
    let media_type_of = |key: &str| parameter[key].as_str().map(media_type);
    if media_type_of(MEDIA_TYPE) == Some("application/json") {
        return Some(QueryForm::Json);
    }
    let is_list = target(&parameter["schema"], root)["type"] == "array";
    let style = parameter["style"].as_str().unwrap_or("form");
    let explode = parameter["explode"].as_bool().unwrap_or(style == "form");
    let separator = match Some(style) {
        Some("spaceDelimited") => " ",
        Some("pipeDelimited") => "|",
        _ => ",",
    };
    (is_list && !explode).then_some(QueryForm::Joined(separator))
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

/// Returns the media type and the schema of the events that an operation answers
/// with, if it answers with nothing else.
fn events(operation: &Map<String, Value>, lacks: &mut dyn FnMut(&str)) -> Option<(String, Value)> {
    let answers = operation.get("responses")?.as_object()?;
    let (status, content) = answers
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .find_map(|(status, answer)| Some((status, answer["content"].as_object()?)))?;
    let only_events = content
        .keys()
        .all(|name| EVENTS.contains(&media_type(name)));
    let (name, answer) = content.iter().next()?;
    if !only_events && !operation.contains_key(STREAMING) {
        return None;
    }
    match answer.get("schema") {
        Some(schema) if schema["format"] == "binary" => None,
        Some(schema) if schema["type"] != "string" => Some((name.clone(), schema.clone())),
        _ => {
            let id = operation["operationId"].as_str().unwrap_or_default();
            lacks(&format!(
                "the events that `{id}` answers with ({status}) come as bytes, because the page \
                 does not say what is in them"
            ));
            None
        }
    }
}

/// What keeps the types of error answers in the document.
const ERRORS: &str = "x-errors";

/// Notes the types of error answers: the client reads all errors alike, and a
/// caller may want what one says beyond that.
fn errors(operation: &mut Map<String, Value>, wire: &mut Wire) {
    let responses = operation.get("responses").and_then(Value::as_object);
    let described = responses.into_iter().flatten();
    let mut errors: Vec<(String, String)> = described
        .filter(|(status, _)| status.starts_with(['4', '5']))
        .filter_map(|(status, answer)| {
            let mut content = answer["content"].as_object()?.iter();
            let (_, json) = content.find(|(name, _)| media_type(name) == "application/json")?;
            let name = schemas::referenced(&json["schema"])?;
            Some((status.clone(), name.to_owned()))
        })
        .collect();
    if errors.is_empty() {
        return;
    }
    errors.sort();
    let kept: Vec<Value> = errors.iter().map(|(_, name)| reference(name)).collect();
    operation.insert(ERRORS.to_owned(), kept.into());
    wire.errors
        .insert(walk::operation_id(operation).to_owned(), errors);
}

/// Leaves the success answers, and of those one form: a union of several goes to
/// `answers`, with its name.
fn responses(
    operation: &mut Map<String, Value>,
    root: &Value,
    wire: &mut Wire,
    answers: &mut Vec<(String, Value)>,
    lacks: &mut dyn FnMut(&str),
) {
    let id = operation["operationId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let Some(Value::Object(responses)) = operation.get_mut("responses") else {
        return;
    };
    let has_success = responses.keys().any(|status| status.starts_with('2'));
    // Where no success is described, what is said of all answers is said of it.
    responses.retain(|status, _| status.starts_with('2') || (status == "default" && !has_success));
    let mut json_schemas: Vec<Value> = Vec::new();
    let (mut streams, mut texts) = (false, true);
    let mut empty = false;
    for response in responses.values() {
        let content = response["content"].as_object();
        let json = content.into_iter().flatten().find(|(name, json)| {
            let is_bytes = target(&json["schema"], root)["format"] == "binary";
            media_type(name) == "application/json" && !is_bytes
        });
        match (json, content) {
            (Some((_, json)), _) => {
                let schema = json.get("schema").cloned().unwrap_or_else(|| json!({}));
                if !json_schemas.contains(&schema) {
                    json_schemas.push(schema);
                }
                for other in content.into_iter().flat_map(Map::keys) {
                    if media_type(other) != "application/json" {
                        lacks(&format!("the answer is read as JSON, never as `{other}`"));
                    }
                }
            }
            (None, Some(content)) if !content.is_empty() => {
                streams = true;
                texts &= content
                    .iter()
                    .all(|(name, content)| is_text_answer(name, content));
            }
            _ => empty = true,
        }
    }
    if streams && !json_schemas.is_empty() {
        lacks("the answer is read as JSON, whatever its media type");
    }
    let merged = match (&mut json_schemas[..], streams, empty) {
        // Nothing is said about success: progenitor hands over the bytes.
        ([], false, false) => return,
        ([], true, _) => {
            if texts {
                wire.texts.insert(id);
            }
            json!({"description": "", "content": {"application/octet-stream": {}}})
        }
        ([], false, true) => json!({"description": ""}),
        (schemas, _, may_be_empty) => {
            let schema = match schemas {
                [only] => only.take(),
                several => union_of(several, &id, root, answers),
            };
            let schema = if may_be_empty {
                nullable(schema)
            } else {
                schema
            };
            json!({"description": "", "content": {"application/json": {"schema": schema}}})
        }
    };
    *responses = Map::from_iter([("2XX".to_owned(), merged)]);
}

/// Tells whether an answer is a text to be read as a whole.
fn is_text_answer(name: &str, content: &Value) -> bool {
    let name = media_type(name);
    name.starts_with("text/") && !EVENTS.contains(&name) && content["schema"]["format"] != "binary"
}

/// Names the union of several answers.
fn union_of(
    members: &[Value],
    id: &str,
    root: &Value,
    answers: &mut Vec<(String, Value)>,
) -> Value {
    let name = format!("{}Answer", id.to_pascal_case());
    let numbered = (2..).map(|number| format!("{name}{number}"));
    let name = std::iter::once(name.clone())
        .chain(numbered)
        .find(|name| root["components"]["schemas"].get(name).is_none())
        .unwrap_or(name);
    answers.push((name.clone(), json!({"oneOf": members})));
    json!({"$ref": format!("{}{name}", schemas::PREFIX)})
}

fn nullable(schema: Value) -> Value {
    match schema {
        Value::Object(mut object) if !object.contains_key("$ref") => {
            object.insert("nullable".to_owned(), true.into());
            Value::Object(object)
        }
        reference => json!({"allOf": [reference], "nullable": true}),
    }
}
