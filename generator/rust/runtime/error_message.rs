//! Finds the code and the message in the body of an error response.

use serde_json::{Map, Value};

/// The maximum number of messages that are joined.
const MOST: usize = 10;

/// Names of properties that contain a message, the most specific first.
const MESSAGES: [&str; 9] = [
    "message",
    "error_description",
    "error_message",
    "errorMessage",
    "detail",
    "msg",
    "reason",
    "title",
    "description",
];

/// Names of properties that contain the place of an error in the request.
const PLACES: [&str; 6] = ["field", "parameter", "param", "path", "property", "pointer"];

/// Returns the message of an error: the string `message` of the body or of the object `error` or
/// `detail` in it, or an equivalent property, followed by the messages of the list `errors` in
/// parentheses. For a list, returns the messages of its items.
pub(super) fn message(body: &Value) -> Option<String> {
    if body.is_array() {
        return words(body);
    }
    let body = body.as_object()?;
    let in_wrappers = || wrappers(body).find_map(|object| words(object.get("message")?));
    let errors = wrappers(body).find_map(|object| words(object.get("errors")?));
    // A title is the same for all errors of a kind.
    let (specific, general) = MESSAGES.split_at(MESSAGES.len() - 2);
    let first = |names: &[&str]| names.iter().find_map(|name| words(body.get(*name)?));
    let message = in_wrappers().or_else(|| first(specific));
    match (message, errors) {
        (Some(message), Some(errors)) if !message.contains(&errors) => {
            Some(format!("{message} ({errors})"))
        }
        (Some(message), _) => Some(message),
        (None, Some(errors)) => Some(errors),
        (None, None) => {
            let error = || words(body.get("error")?);
            error().or_else(|| first(general))
        }
    }
}

/// Returns the code of an error. A numeric code is returned as text.
pub(super) fn code(body: &Value) -> Option<String> {
    let body = object_of(body)?;
    let codes = wrappers(body).chain(first_error(body));
    let code = codes.map(|object| {
        let code = object.get("code")?;
        text(code).or_else(|| code.as_number().map(ToString::to_string))
    });
    // OAuth 2 uses `error` for the code.
    let of_token = || text(body.get("error_description").and(body.get("error"))?);
    code.flatten().next().or_else(of_token)
}

/// Returns the string with this name in the body, or in an object that wraps the error.
pub(super) fn named(body: &Value, name: &str) -> Option<String> {
    let body = object_of(body)?;
    let mut objects = wrappers(body).chain(first_error(body));
    objects.find_map(|object| text(object.get(name)?))
}

type Object = Map<String, Value>;

/// Returns the body, or its first item if it is a list.
fn object_of(body: &Value) -> Option<&Object> {
    body.get(0).unwrap_or(body).as_object()
}

/// Returns the body and the objects in it that can wrap an error.
fn wrappers(body: &Object) -> impl Iterator<Item = &Object> {
    let wrapped = ["error", "detail"].map(|name| body.get(name).and_then(Value::as_object));
    [Some(body)].into_iter().chain(wrapped).flatten()
}

/// Returns the first object of the list `errors`.
fn first_error(body: &Object) -> Option<&Object> {
    body.get("errors")?.get(0)?.as_object()
}

/// Returns a string, unless it is empty.
fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// Returns the messages in a value: a string, an object with a message, or several of them.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::Array(items) => joined(items.iter().map(message_of)),
        Value::Object(object) => message_in(object).or_else(|| by_field(object)),
        value => text(value),
    }
}

/// Returns the messages of an object that maps each invalid property to a list of messages.
fn by_field(object: &Object) -> Option<String> {
    joined(object.iter().map(|(field, value)| {
        let Value::Array(messages) = value else {
            return None;
        };
        let messages = joined(messages.iter().map(message_of))?;
        Some(format!("{field}: {messages}"))
    }))
}

fn message_of(value: &Value) -> Option<String> {
    match value {
        Value::Object(object) => message_in(object),
        value => text(value),
    }
}

/// Returns the message of an object, prefixed with the location in the request.
fn message_in(object: &Object) -> Option<String> {
    let message = MESSAGES.iter().find_map(|name| text(object.get(*name)?))?;
    let place = object.get("loc").and_then(Value::as_array);
    let steps = place.into_iter().flatten().map(|step| match step {
        Value::String(name) => name.clone(),
        other => other.to_string(),
    });
    let place = steps.take(MOST).collect::<Vec<_>>().join(".");
    let named = || PLACES.iter().find_map(|name| text(object.get(*name)?));
    let place = Some(place).filter(|place| !place.is_empty()).or_else(named);
    Some(match place {
        None => message,
        Some(place) => format!("{place}: {message}"),
    })
}

/// Joins messages into one text.
fn joined(messages: impl Iterator<Item = Option<String>>) -> Option<String> {
    let mut messages = messages.flatten();
    let mut first: Vec<String> = messages.by_ref().take(MOST).collect();
    if messages.next().is_some() {
        first.push("…".to_owned());
    }
    (!first.is_empty()).then(|| first.join("; "))
}
