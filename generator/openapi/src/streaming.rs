//! Responses that are streams of events, as declared by `x-fern-streaming`.
//!
//! ```yaml
//! x-fern-streaming:
//!   format: sse                            # or json: a JSON value in each line
//!   stream-condition: $request.stream      # the field of the body that decides
//!   response: {$ref: '#/components/schemas/Answer'}
//!   response-stream: {$ref: '#/components/schemas/Event'}
//! ```
//!
//! Without a condition, the operation always returns events; `true` means lines of JSON. With a
//! condition, the operation becomes two operations, `analyze` and `analyze_stream`, each of which
//! sets the field. If a body has a boolean `stream`, two kinds of responses are treated the same
//! way: JSON or an event stream, and JSON of two variants, one of which is a union. The latter is
//! how pages describe lines of JSON, each of which is one of several events.

use std::collections::BTreeMap;

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use crate::extensions::{SETS, STREAMING};
use crate::merged::Merged;
use crate::walk;
use names::argument_name;
use pages::{Code, Problem};

/// Media types of events: Server-Sent Events, and lines of JSON.
pub const EVENTS: [&str; 5] = [
    "text/event-stream",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
];

/// The streaming settings of an operation.
struct Streaming {
    /// The media type of the events.
    media_type: &'static str,
    condition: Option<String>,
    response: Option<Value>,
    response_stream: Option<Value>,
    description: Option<Value>,
}

/// Splits operations whose request selects between one value and events.
pub fn split(api: &mut Merged, warnings: &mut Vec<Problem>) {
    let streaming: Vec<(String, &'static str, Streaming)> = walk::operations(&api.root)
        .filter_map(|(path, method, operation)| {
            let streaming = Streaming::of(operation, &api.root)?;
            Some((path.to_owned(), method, streaming))
        })
        .collect();
    let mut names = Names::default();
    if !streaming.is_empty() {
        names = Names::of(&api.root);
    }
    for (path, method, streaming) in streaming {
        let Value::Object(mut operation) = api.root["paths"][&path][method].take() else {
            continue;
        };
        if let Some(field) = &streaming.condition {
            let split = split_one(
                &streaming,
                field,
                &path,
                method,
                &mut operation,
                api,
                &mut names,
            );
            warnings.extend(split.err());
        } else {
            streaming.answer_with_events(&mut operation);
        }
        api.root["paths"][&path][method] = Value::Object(operation);
    }
    walk::operations_mut(&mut api.root, &mut |_, operation| {
        // Remaining extensions declare that there are no events, or could not be applied.
        if operation.get(STREAMING) != Some(&Value::Bool(true)) {
            operation.shift_remove(STREAMING);
        }
    });
    sort_paths(&mut api.root);
}

/// Turns an operation into one that returns a value, and adds an operation that returns
/// events to the API, unless a separate page describes that operation.
fn split_one(
    streaming: &Streaming,
    field: &str,
    path: &str,
    method: &'static str,
    operation: &mut Map<String, Value>,
    api: &mut Merged,
    names: &mut Names,
) -> Result<(), Problem> {
    let id = walk::operation_id(operation).to_owned();
    let origin = api.origins.get(&id).cloned();
    if !has_field(operation, field, &api.root) {
        let problem = Problem::new(
            Code::InvalidExtension,
            format!(
                "`{STREAMING}` names the field `{field}`, which is not a boolean field of the body"
            ),
        )
        .operation(&id);
        return Err(problem.at(origin.map(|origin| origin.place)));
    }
    share_body(operation, &mut api.root);
    let (whole, mut events) = streaming.both(operation, field);
    *operation = whole;
    let path = walk::sent_path(path);
    while let Some((other, its)) = names.called(walk::operation_id(&events)) {
        if its == method && walk::sent_path(other) == path {
            return Ok(());
        }
        rename(&mut events, "_events");
    }
    let id = walk::operation_id(&events).to_owned();
    // The fragment is never sent. It makes the two paths in one document distinct.
    let events_path = format!("{path}#{id}");
    names.add(&id, &events_path, method);
    if let Some(origin) = origin {
        api.origins.insert(id, origin);
    }
    api.root["paths"][events_path] = json!({ method: events });
    Ok(())
}

/// The path and method of each operation, by its name in Rust.
#[derive(Default)]
struct Names(BTreeMap<String, (String, &'static str)>);

impl Names {
    fn of(root: &Value) -> Self {
        let mut names = Self::default();
        for (path, method, operation) in walk::operations(root) {
            names.add(walk::operation_id(operation), path, method);
        }
        names
    }

    fn add(&mut self, id: &str, path: &str, method: &'static str) {
        self.0.insert(argument_name(id), (path.to_owned(), method));
    }

    fn called(&self, id: &str) -> Option<(&str, &'static str)> {
        let (path, method) = self.0.get(&argument_name(id))?;
        Some((path, method))
    }
}

impl Streaming {
    /// Returns the streaming settings of an operation, if it returns events.
    fn of(operation: &Map<String, Value>, root: &Value) -> Option<Self> {
        match operation.get(STREAMING) {
            None => Self::by_shape(operation, root),
            Some(Value::Bool(false)) => None,
            Some(said) => Some(Self {
                media_type: match said["format"].as_str() {
                    Some("sse") => EVENTS[0],
                    Some(_) => EVENTS[1],
                    None => documented(operation).unwrap_or(EVENTS[1]),
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

    /// Matches a body with a field `stream` and a response that is one value or events.
    fn by_shape(operation: &Map<String, Value>, root: &Value) -> Option<Self> {
        let field = "stream";
        if !has_field(operation, field, root) {
            return None;
        }
        let answers = operation.get("responses")?.as_object()?;
        let mut contents = answers
            .iter()
            .filter(|(status, _)| status.starts_with('2'))
            .filter_map(|(_, answer)| answer["content"].as_object());
        let content = contents.find(|content| content.contains_key("application/json"))?;
        let whole = &content["application/json"]["schema"];
        let (media_type, whole, events) = match content.get(EVENTS[0]) {
            Some(events) => (EVENTS[0], whole, &events["schema"]),
            None => {
                let (whole, event) = value_or_event(whole, root)?;
                (EVENTS[1], whole, event)
            }
        };
        let described = |schema: &Value| Some(schema.clone()).filter(|schema| !schema.is_null());
        Some(Self {
            media_type,
            condition: Some(field.to_owned()),
            response: described(whole),
            response_stream: described(events),
            description: None,
        })
    }

    /// Makes events the only successful response, with the schema `response-stream` or that
    /// of the existing response.
    fn answer_with_events(&self, operation: &mut Map<String, Value>) {
        let whole = self.response.clone().filter(|_| self.condition.is_none());
        let described = self.response_stream.clone().or(whole);
        let schema = described
            .or_else(|| success_schema(operation, true))
            .unwrap_or_else(|| json!({}));
        answer_with(operation, self.media_type, schema);
        operation.insert(STREAMING.to_owned(), true.into());
    }

    /// Returns the operation that returns one value, and the operation that returns events.
    fn both(
        &self,
        operation: &Map<String, Value>,
        field: &str,
    ) -> (Map<String, Value>, Map<String, Value>) {
        let mut whole = operation.clone();
        whole.shift_remove(STREAMING);
        whole.insert(SETS.to_owned(), json!({ field: false }));
        if let Some(schema) = self
            .response
            .clone()
            .or_else(|| success_schema(operation, false))
        {
            answer_with(&mut whole, "application/json", schema);
        }
        let mut events = operation.clone();
        events.insert(SETS.to_owned(), json!({ field: true }));
        self.answer_with_events(&mut events);
        rename(&mut events, "_stream");
        if let Some(description) = &self.description {
            events.insert("description".to_owned(), description.clone());
        }
        (whole, events)
    }
}

/// Returns the two variants of a response if exactly one of them is a union: first the
/// value, then the event.
fn value_or_event<'a>(schema: &'a Value, root: &'a Value) -> Option<(&'a Value, &'a Value)> {
    let forms = |schema: &'a Value| {
        let schema = resolved(schema, root);
        schema["oneOf"].as_array().or(schema["anyOf"].as_array())
    };
    let is_union = |schema: &'a Value| forms(schema).is_some_and(|forms| forms.len() > 1);
    match &forms(schema)?[..] {
        [event, value] if is_union(event) && !is_union(value) => Some((value, event)),
        [value, event] if is_union(event) && !is_union(value) => Some((value, event)),
        _ => None,
    }
}

/// Returns the target of a reference, or the schema itself.
fn resolved<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    let name = schema["$ref"]
        .as_str()
        .and_then(|target| target.strip_prefix(walk::SCHEMAS));
    name.map_or(schema, |name| &root["components"]["schemas"][name])
}

/// Appends a suffix to the name of an operation.
fn rename(operation: &mut Map<String, Value>, ending: &str) {
    for key in ["operationId", "x-fern-sdk-method-name"] {
        if let Some(name) = operation.get(key).and_then(Value::as_str) {
            let name = format!("{name}{ending}");
            operation.insert(key.to_owned(), name.into());
        }
    }
}

/// Returns the media type of events that a successful response of the operation has.
fn documented(operation: &Map<String, Value>) -> Option<&'static str> {
    let responses = operation.get("responses")?.as_object()?;
    let mut contents = responses
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(_, response)| response["content"].as_object());
    contents.find_map(|content| EVENTS.into_iter().find(|name| content.contains_key(*name)))
}

/// Returns the schema of the first successful response: that of the events or of the single value
/// if both are described.
fn success_schema(operation: &Map<String, Value>, is_events: bool) -> Option<Value> {
    let answers = operation.get("responses")?.as_object()?;
    let content = answers
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(_, answer)| answer["content"].as_object());
    let mut schemas: Vec<(bool, Value)> = content
        .flatten()
        .filter_map(|(name, media_type)| {
            let fits = EVENTS.contains(&name.as_str()) == is_events;
            Some((fits, media_type.get("schema")?.clone()))
        })
        .collect();
    schemas.sort_by_key(|(fits, _)| !fits);
    schemas.into_iter().next().map(|(_, schema)| schema)
}

/// Sets the media type and schema of the successful responses of an operation.
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

/// Names the schema of a body, so that two operations share one type.
fn share_body(operation: &mut Map<String, Value>, root: &mut Value) {
    let name = format!("{}Request", walk::operation_id(operation).to_pascal_case());
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

/// Returns `true` if a schema is a boolean or a nullable boolean.
fn is_boolean(schema: &Value) -> bool {
    let members = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    match &schema["type"] {
        Value::String(kind) => kind == "boolean",
        Value::Array(kinds) => kinds.iter().any(|kind| kind == "boolean"),
        _ => members.is_some_and(|members| members.iter().any(is_boolean)),
    }
}

/// Returns `true` if the body of an operation has this field, and it is a boolean.
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
    if schema.get("$ref").is_some() {
        return schema_has_field(resolved(schema, root), field, root, depth + 1);
    }
    let parts = schema["allOf"].as_array().into_iter().flatten();
    schema["properties"].get(field).is_some_and(is_boolean)
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
        let mut api = Merged {
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
    fn events_without_a_format_have_the_documented_media_type() {
        for media_type in ["text/event-stream", "application/jsonl"] {
            let (paths, _) = split_operation(json!({
                "operationId": "watch",
                "responses": answer(media_type, "Event"),
                "x-fern-streaming": true,
            }));
            let responses = &paths["/analyze"]["post"]["responses"];
            assert_eq!(*responses, answer(media_type, "Event"));
        }
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
    fn an_answer_that_is_a_value_or_a_union_is_decided_by_the_field_stream() {
        let event = json!({"oneOf": [{"title": "Start"}, {"title": "Word"}]});
        let either = json!({"oneOf": [event, {"title": "Answer"}]});
        let answer_of =
            |schema: &Value| json!({"200": {"content": {"application/json": {"schema": schema}}}});
        let (paths, _) = split_operation(json!({
            "operationId": "analyze",
            "requestBody": body(),
            "responses": answer_of(&either),
        }));
        assert_eq!(
            paths["/analyze"]["post"]["responses"],
            answer("application/json", "Answer")
        );
        let events = &paths["/analyze#analyze_stream"]["post"]["responses"]["200"]["content"];
        assert_eq!(events["application/x-ndjson"]["schema"], event);

        let two_values = json!({"oneOf": [{"title": "One"}, {"title": "Other"}]});
        let (paths, _) = split_operation(json!({
            "operationId": "analyze",
            "requestBody": body(),
            "responses": answer_of(&two_values),
        }));
        assert!(paths.get("/analyze#analyze_stream").is_none());
    }

    #[test]
    fn a_field_that_the_body_lacks_is_a_warning() {
        let operation = json!({
            "operationId": "analyze",
            "responses": {},
            "x-fern-streaming": {"stream-condition": "$request.stream"},
        });
        let (paths, warnings) = split_operation(operation);
        let left = json!({"operationId": "analyze", "responses": {}});
        assert_eq!(paths, json!({"/analyze": {"post": left}}));
        assert_eq!(
            warnings[0].to_string(),
            "`x-fern-streaming` names the field `stream`, which is not a boolean field of the body"
        );
    }

    #[test]
    fn false_disables_the_detection_of_events() {
        let operation = json!({
            "operationId": "analyze",
            "requestBody": body(),
            "responses": answer("application/json", "Answer"),
            "x-fern-streaming": false,
        });
        let (paths, warnings) = split_operation(operation);
        assert!(paths["/analyze"]["post"].get(STREAMING).is_none());
        assert!(warnings.is_empty() && paths.get("/analyze#analyze_stream").is_none());
    }
}
