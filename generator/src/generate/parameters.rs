//! The parameters of operations, in the form that progenitor carries.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::feed::{distinct, media_type, target};
use super::{QueryForm, Renamed, Wire};
use openapi::extensions::MEDIA_TYPE;
use openapi::walk;

/// Names that progenitor's code uses for something else.
const LOCALS: [&str; 2] = ["body", "header_map"];

/// Leaves the parameters that progenitor carries, each with a name of its own, and
/// returns the path with the names that are in it.
pub(super) fn parameters(
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
