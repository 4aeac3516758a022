//! Extensions of a document that apply to all its operations: a base path, and common headers.

use serde_json::{Map, Value, json};

use super::types;
use crate::extensions::IDEMPOTENCY_HEADER;
use crate::walk;

const BASE_PATH: &str = "x-fern-base-path";
const GLOBAL_HEADERS: &str = "x-fern-global-headers";
const IDEMPOTENCY_HEADERS: &str = "x-fern-idempotency-headers";
const IDEMPOTENT: &str = "x-fern-idempotent";

/// Applies the extensions to the operations of a document.
pub(crate) fn spread(root: &mut Value) {
    let Some(document) = root.as_object_mut() else {
        return;
    };
    let base_path = document.shift_remove(BASE_PATH);
    let mut take = |word: &str| headers(document.shift_remove(word));
    let (global, idempotency) = (take(GLOBAL_HEADERS), take(IDEMPOTENCY_HEADERS));
    if let Some(base_path) = base_path.as_ref().and_then(Value::as_str) {
        below(root, base_path);
    }
    walk::operations_mut(root, &mut |_, operation| {
        global.iter().for_each(|header| add(header, operation));
        if operation.shift_remove(IDEMPOTENT) == Some(Value::Bool(true)) {
            idempotency.iter().for_each(|header| add(header, operation));
            if let Some(key) = key(&idempotency) {
                let word = operation.entry(IDEMPOTENCY_HEADER);
                word.or_insert_with(|| key["name"].clone());
            }
        }
    });
}

/// Prefixes the paths of all servers with a base path.
fn below(root: &mut Value, path: &str) {
    let path = path.trim_matches('/');
    if path.is_empty() {
        return;
    }
    let extend = |servers: Option<&mut Value>| {
        let servers = servers.and_then(Value::as_array_mut);
        for server in servers.into_iter().flatten() {
            if let Some(url) = server["url"].as_str() {
                server["url"] = format!("{}/{path}", url.trim_end_matches('/')).into();
            }
        }
    };
    extend(root.get_mut("servers"));
    walk::operations_mut(root, &mut |_, operation| {
        extend(operation.get_mut("servers"));
    });
}

/// Returns the header parameters that an extension lists.
fn headers(listed: Option<Value>) -> Vec<Value> {
    let listed = listed.iter().filter_map(Value::as_array).flatten();
    let headers = listed.filter_map(|header| {
        let wire = header["header"].as_str().or(header.as_str())?;
        let mut schema = header["type"].as_str().and_then(types::parse);
        let is_optional = schema
            .as_mut()
            .is_some_and(|schema| schema.shift_remove("nullable").is_some());
        let schema = schema.map_or_else(|| json!({"type": "string"}), Value::Object);
        let mut parameter = Map::from_iter([
            ("name".to_owned(), wire.into()),
            ("in".to_owned(), "header".into()),
            ("schema".to_owned(), schema),
        ]);
        let is_required = header["optional"] != true && !is_optional;
        parameter.insert("required".to_owned(), is_required.into());
        let own = [
            ("name", "x-fern-parameter-name"),
            ("docs", "description"),
            ("description", "description"),
        ];
        for (key, keyword) in own {
            if let Some(text) = header[key].as_str() {
                parameter.insert(keyword.to_owned(), text.into());
            }
        }
        Some(Value::Object(parameter))
    });
    headers.collect()
}

/// Returns the header with the key. Other headers can contain the expiration of the key.
fn key(headers: &[Value]) -> Option<&Value> {
    let has_key = |header: &&Value| {
        let name = header["name"].as_str().unwrap_or_default();
        name.to_ascii_lowercase().contains("key")
    };
    headers.iter().find(has_key).or(headers.first())
}

/// Adds a header to an operation that does not define it.
fn add(header: &Value, operation: &mut Map<String, Value>) {
    let parameters = operation
        .entry("parameters")
        .or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(parameters) = parameters else {
        return;
    };
    let name = |parameter: &Value| parameter["name"].as_str().map(str::to_ascii_lowercase);
    let is_own = |own: &Value| own["in"] == "header" && name(own) == name(header);
    if !parameters.iter().any(is_own) {
        parameters.push(header.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_path_is_part_of_the_server() {
        let mut root = json!({
            "x-fern-base-path": "/v2",
            "servers": [{"url": "https://api.pets.example/"}],
            "paths": {"/pets": {"get": {"servers": [{"url": "https://up.pets.example"}]}}},
        });
        spread(&mut root);
        assert_eq!(
            root,
            json!({
                "servers": [{"url": "https://api.pets.example/v2"}],
                "paths": {"/pets": {"get": {"servers": [{"url": "https://up.pets.example/v2"}]}}},
            })
        );
    }

    #[test]
    fn all_operations_have_a_global_header_and_idempotent_ones_have_theirs() {
        let own = json!({"name": "x-version", "in": "header"});
        let mut root = json!({
            "x-fern-global-headers": [
                {"header": "X-Version", "type": "literal<\"2\">"},
                {"header": "X-Team", "name": "team", "optional": true, "docs": "The team."},
            ],
            "x-fern-idempotency-headers": [
                {"header": "Idempotency-Expiration", "type": "integer"},
                {"header": "Idempotency-Key", "type": "string"},
            ],
            "paths": {"/pets": {
                "get": {"parameters": [own]},
                "post": {"x-fern-idempotent": true},
            }},
        });
        spread(&mut root);
        let team = json!({
            "name": "X-Team", "in": "header", "schema": {"type": "string"}, "required": false,
            "x-fern-parameter-name": "team", "description": "The team.",
        });
        let header = |name: &str, schema: Value| json!({"name": name, "in": "header", "schema": schema, "required": true});
        assert_eq!(
            root["paths"]["/pets"],
            json!({
                "get": {"parameters": [own, team]},
                "post": {"parameters": [
                    header("X-Version", json!({"const": "2"})),
                    team,
                    header("Idempotency-Expiration", json!({"type": "integer"})),
                    header("Idempotency-Key", json!({"type": "string"})),
                ], "x-idempotency-header": "Idempotency-Key"},
            })
        );
    }
}
