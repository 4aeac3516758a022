//! Answers that are streams of events, as `x-fern-streaming` says.
//!
//! ```yaml
//! x-fern-streaming:
//!   format: sse                            # or json: a JSON value in each line
//!   stream-condition: $request.stream      # the field of the body that decides
//!   response: {$ref: '#/components/schemas/Answer'}
//!   response-stream: {$ref: '#/components/schemas/Event'}
//! ```
//!
//! Without a condition the operation always answers with events; `true` stands
//! for lines of JSON. With one it becomes two operations, `analyze` and
//! `analyze_stream`, each of which sets the field itself. Where a body has a
//! boolean `stream` and the answer is JSON or an event stream, that is meant as
//! well.

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use crate::merge::Api;
use crate::problem::Problem;
use crate::walk;

/// The dialect's word for it; left on operations whose answer is events.
pub(crate) const STREAMING: &str = "x-fern-streaming";

/// Fields of the body that an operation sets itself, and their values.
pub(crate) const SETS: &str = "x-sets";

/// Media types of events: Server-Sent Events, and lines of JSON.
pub(crate) const EVENTS: [&str; 5] = [
    "text/event-stream",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
];

/// What an operation says of its answer.
struct Streaming {
    /// The media type of the events.
    media_type: &'static str,
    condition: Option<String>,
    response: Option<Value>,
    response_stream: Option<Value>,
    description: Option<Value>,
}

/// Splits the operations whose request decides between one value and events.
pub(crate) fn split(api: &mut Api, warnings: &mut Vec<Problem>) {
    let operations: Vec<(String, &str, Map<String, Value>)> = walk::operations(&api.root)
        .map(|(path, method, operation)| (path.to_owned(), method, operation.clone()))
        .collect();
    for (path, method, mut operation) in operations {
        let Some(streaming) = Streaming::of(&operation, &api.root) else {
            continue;
        };
        let id = operation["operationId"].as_str().unwrap_or_default();
        let id = id.to_owned();
        let Some(field) = &streaming.condition else {
            streaming.answer_with_events(&mut operation);
            api.root["paths"][&path][method] = Value::Object(operation);
            continue;
        };
        if !has_field(&operation, field, &api.root) {
            let origin = api.origins.get(&id).map(|origin| origin.place.clone());
            let problem = Problem::new(format!(
                "`{STREAMING}` names the field `{field}`, which the body does not have"
            ));
            warnings.push(match origin {
                Some(place) => problem.at(place).operation(&id),
                None => problem.operation(&id),
            });
            continue;
        }
        share_body(&mut operation, &mut api.root);
        let (whole, events) = streaming.both(&operation, field);
        let events_id = events["operationId"].as_str().unwrap_or_default();
        let events_id = events_id.to_owned();
        api.root["paths"][&path][method] = Value::Object(whole);
        // A page of its own may describe the stream already.
        if api.origins.contains_key(&events_id) {
            continue;
        }
        if let Some(origin) = api.origins.get(&id).cloned() {
            api.origins.insert(events_id.clone(), origin);
        }
        // A fragment is never sent: it keeps the two apart in one document.
        let events_path = format!("{}#{events_id}", path.split('#').next().unwrap_or(&path));
        api.root["paths"][events_path] = json!({ method: events });
    }
    sort_paths(&mut api.root);
}

impl Streaming {
    /// Returns what an operation says of its answer, if it is about events.
    fn of(operation: &Map<String, Value>, root: &Value) -> Option<Self> {
        match operation.get(STREAMING) {
            None => Self::by_shape(operation, root),
            Some(Value::Bool(false)) => None,
            Some(said) => Some(Self {
                media_type: match said["format"].as_str() {
                    Some("sse") => EVENTS[0],
                    _ => EVENTS[1],
                },
                condition: said["stream-condition"]
                    .as_str()
                    .and_then(|condition| condition.rsplit('.').next())
                    .map(str::to_owned),
                response: said.get("response").cloned(),
                response_stream: said.get("response-stream").cloned(),
                description: said
                    .get("stream-description")
                    .or_else(|| said.get("response-stream-description"))
                    .cloned(),
            }),
        }
    }

    /// An answer that is either JSON or events, and a body with a field `stream`.
    fn by_shape(operation: &Map<String, Value>, root: &Value) -> Option<Self> {
        let answers = operation.get("responses")?.as_object()?;
        let content = answers
            .iter()
            .filter(|(status, _)| status.starts_with('2'))
            .filter_map(|(_, answer)| answer["content"].as_object());
        let mut both = content.filter(|content| content.contains_key("application/json"));
        let content = both.find(|content| content.contains_key(EVENTS[0]))?;
        let field = "stream";
        has_field(operation, field, root).then(|| Self {
            media_type: EVENTS[0],
            condition: Some(field.to_owned()),
            response: content["application/json"].get("schema").cloned(),
            response_stream: content[EVENTS[0]].get("schema").cloned(),
            description: None,
        })
    }

    /// Makes events of the schema `response-stream`, or of the one that the answer
    /// has, the operation's only success.
    fn answer_with_events(&self, operation: &mut Map<String, Value>) {
        let described = self.response_stream.clone().or(self.response.clone());
        let schema = described
            .or_else(|| success_schema(operation))
            .unwrap_or_else(|| json!({}));
        answer_with(operation, self.media_type, schema);
        operation.insert(STREAMING.to_owned(), true.into());
    }

    /// Returns the operation that answers with one value, and the one that answers
    /// with events.
    fn both(
        &self,
        operation: &Map<String, Value>,
        field: &str,
    ) -> (Map<String, Value>, Map<String, Value>) {
        let mut whole = operation.clone();
        whole.shift_remove(STREAMING);
        whole.insert(SETS.to_owned(), json!({ field: false }));
        if let Some(schema) = self.response.clone().or_else(|| success_schema(operation)) {
            answer_with(&mut whole, "application/json", schema);
        }
        let mut events = operation.clone();
        events.insert(SETS.to_owned(), json!({ field: true }));
        self.answer_with_events(&mut events);
        for key in ["operationId", "x-fern-sdk-method-name"] {
            if let Some(name) = operation.get(key).and_then(Value::as_str) {
                events.insert(key.to_owned(), format!("{name}_stream").into());
            }
        }
        if let Some(description) = &self.description {
            events.insert("description".to_owned(), description.clone());
        }
        (whole, events)
    }
}

/// Returns the schema of the first success.
fn success_schema(operation: &Map<String, Value>) -> Option<Value> {
    let answers = operation.get("responses")?.as_object()?;
    let content = answers
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(_, answer)| answer["content"].as_object());
    let mut media_types = content.flat_map(Map::values);
    media_types.find_map(|media_type| media_type.get("schema").cloned())
}

/// Gives the successes of an operation one media type and schema.
fn answer_with(operation: &mut Map<String, Value>, media_type: &str, schema: Value) {
    let answers = operation
        .entry("responses")
        .or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(answers) = answers else {
        return;
    };
    answers.retain(|status, _| !status.starts_with('2'));
    let answer = json!({"description": "", "content": {media_type: {"schema": schema}}});
    answers.insert("200".to_owned(), answer);
    answers.sort_keys();
}

/// Names the schema of a body, so that two operations take one type.
fn share_body(operation: &mut Map<String, Value>, root: &mut Value) {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let name = format!("{}Request", id.to_pascal_case());
    let content = operation
        .get_mut("requestBody")
        .and_then(|body| body["content"].as_object_mut());
    let mut media_types = content.into_iter().flat_map(Map::values_mut);
    let schema = media_types.find_map(|media_type| media_type.get_mut("schema"));
    let Some(schema) = schema.filter(|schema| schema.get("$ref").is_none()) else {
        return;
    };
    let schemas = &mut root["components"]["schemas"];
    if schemas.get(&name).is_none() {
        schemas[&name] = schema.take();
        *schema = json!({"$ref": format!("{}{name}", walk::SCHEMAS)});
    }
}

/// Tells whether the JSON body of an operation has a field.
fn has_field(operation: &Map<String, Value>, field: &str, root: &Value) -> bool {
    let content = operation
        .get("requestBody")
        .and_then(|body| body["content"].as_object());
    content
        .into_iter()
        .flat_map(Map::values)
        .any(|media_type| schema_has_field(&media_type["schema"], field, root, 0))
}

fn schema_has_field(schema: &Value, field: &str, root: &Value, depth: usize) -> bool {
    const DEEPEST: usize = 16;
    if depth > DEEPEST {
        return false;
    }
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.strip_prefix(walk::SCHEMAS).unwrap_or(target);
        let target = &root["components"]["schemas"][name];
        return schema_has_field(target, field, root, depth + 1);
    }
    let parts = schema["allOf"].as_array().into_iter().flatten();
    schema["properties"].get(field).is_some()
        || parts
            .into_iter()
            .any(|part| schema_has_field(part, field, root, depth + 1))
}

fn sort_paths(root: &mut Value) {
    if let Some(Value::Object(paths)) = root.get_mut("paths") {
        paths.sort_keys();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn split_operation(operation: Value) -> (Value, Vec<Problem>) {
        let mut api = Api {
            root: json!({
                "paths": {"/analyze": {"post": operation}},
                "components": {"schemas": {}},
            }),
            origins: BTreeMap::new(),
        };
        let mut warnings = Vec::new();
        split(&mut api, &mut warnings);
        (api.root["paths"].take(), warnings)
    }

    fn body() -> Value {
        json!({"content": {"application/json": {"schema": {
            "properties": {"stream": {"type": "boolean"}},
        }}}})
    }

    fn shared_body() -> Value {
        json!({"content": {"application/json": {"schema": {
            "$ref": "#/components/schemas/AnalyzeRequest",
        }}}})
    }

    fn answer(media_type: &str, schema: &str) -> Value {
        json!({"200": {
            "description": "",
            "content": {media_type: {"schema": {"title": schema}}},
        }})
    }

    #[test]
    fn a_condition_makes_two_operations() {
        let (paths, _) = split_operation(json!({
            "operationId": "analyze",
            "requestBody": body(),
            "responses": answer("application/json", "Either"),
            "x-fern-streaming": {
                "format": "sse",
                "stream-condition": "$request.stream",
                "response": {"title": "Answer"},
                "response-stream": {"title": "Event"},
            },
        }));
        assert_eq!(
            paths,
            json!({
                "/analyze": {"post": {
                    "operationId": "analyze",
                    "requestBody": shared_body(),
                    "responses": answer("application/json", "Answer"),
                    "x-sets": {"stream": false},
                }},
                "/analyze#analyze_stream": {"post": {
                    "operationId": "analyze_stream",
                    "requestBody": shared_body(),
                    "responses": answer("text/event-stream", "Event"),
                    "x-fern-streaming": true,
                    "x-sets": {"stream": true},
                }},
            })
        );
    }

    #[test]
    fn without_a_condition_the_answer_is_always_events() {
        let (paths, _) = split_operation(json!({
            "operationId": "watch",
            "responses": answer("application/json", "Event"),
            "x-fern-streaming": true,
        }));
        assert_eq!(
            paths["/analyze"]["post"]["responses"],
            answer("application/x-ndjson", "Event")
        );
    }

    #[test]
    fn an_answer_of_json_or_events_is_decided_by_the_field_stream() {
        let (paths, _) = split_operation(json!({
            "operationId": "analyze",
            "requestBody": body(),
            "responses": {"200": {"content": {
                "application/json": {"schema": {"title": "Answer"}},
                "text/event-stream": {"schema": {"title": "Event"}},
            }}},
        }));
        assert_eq!(
            paths["/analyze"]["post"]["responses"],
            answer("application/json", "Answer")
        );
        assert_eq!(
            paths["/analyze#analyze_stream"]["post"]["responses"],
            answer("text/event-stream", "Event")
        );
    }

    #[test]
    fn a_field_that_the_body_lacks_is_a_warning() {
        let operation = json!({
            "operationId": "analyze",
            "responses": {},
            "x-fern-streaming": {"stream-condition": "$request.stream"},
        });
        let (paths, warnings) = split_operation(operation.clone());
        assert_eq!(paths, json!({"/analyze": {"post": operation}}));
        assert_eq!(
            warnings[0].to_string(),
            "`x-fern-streaming` names the field `stream`, which the body does not have"
        );
    }
}
