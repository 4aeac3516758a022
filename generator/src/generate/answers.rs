//! The answers of operations, in the form that progenitor carries: one for all
//! successes, and none for errors.

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use super::Wire;
use super::bodies::reference;
use super::feed::{media_type, target};
use openapi::schemas;
use openapi::walk;
use openapi::{extensions::STREAMING, streaming::EVENTS};

/// Returns the media type and the schema of the events that an operation answers
/// with, if it answers with nothing else.
pub(super) fn events(
    operation: &Map<String, Value>,
    lacks: &mut dyn FnMut(&str),
) -> Option<(String, Value)> {
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
pub(super) fn errors(operation: &mut Map<String, Value>, wire: &mut Wire) {
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
pub(super) fn responses(
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
