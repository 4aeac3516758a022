//! Plain OpenAPI documents with a valid structure and unusual contents.

use serde_json::{Map, Value, json};

use crate::choices::Choices;

/// Names of schemas, including unusual ones.
const SCHEMAS: [&str; 8] = [
    "Pet",
    "pet",
    "type_:Pet",
    "Self",
    "Option",
    "a/b",
    "Größe",
    "Error",
];

/// Names of properties and parameters.
const NAMES: [&str; 14] = [
    "id", "type", "kind", "self", "gen", "_id", "a-b", "a_b", "aB", "2nd", "ö", "body", "send", "",
];

/// Descriptions.
const TEXTS: [&str; 6] = [
    "",
    "A pet.",
    "```\nfn main() {}\n```",
    "[x](javascript:1) <b>",
    "*/ #![a] \u{202e}",
    "`a` | {b}",
];

/// The maximum nesting depth of schemas.
const DEEPEST: usize = 4;

/// Returns the document that the bytes determine.
pub(crate) fn of(choices: &mut Choices<'_>) -> Value {
    let schemas = 1 + choices.below(SCHEMAS.len());
    let named = SCHEMAS[..schemas].iter().map(|name| {
        let schema = schema(choices, schemas, 0);
        ((*name).to_owned(), schema)
    });
    let named: Map<String, Value> = named.collect();
    let mut paths = Map::new();
    for number in 0..=choices.below(6) {
        let path = choices.one_of(&[
            "/pets",
            "/pets/{id}",
            "/a/{id}/b/{kind}",
            "/x/{a-b}",
            "/{id}}",
        ]);
        let method = choices.one_of(&["get", "post", "put", "patch", "delete"]);
        let operation = operation(choices, number, schemas);
        paths.entry(path).or_insert_with(|| json!({}))[method] = operation;
    }
    // A property that is always present.
    paths.insert(
        "/ping".to_owned(),
        json!({"get": {"operationId": "ping", "responses": {"204": {"description": "ok"}}}}),
    );
    let scheme = match choices.below(5) {
        0 => json!({"type": "http", "scheme": "bearer"}),
        1 => json!({"type": "http", "scheme": "basic"}),
        2 => json!({"type": "apiKey", "in": "query", "name": text(choices, &NAMES)}),
        3 => json!({"type": "apiKey", "in": "header", "name": "X-Key"}),
        _ => json!({"type": "oauth2", "flows": {}}),
    };
    json!({
        "openapi": choices.one_of(&["3.0.3", "3.1.0"]),
        "info": {"title": text(choices, &TEXTS), "version": "1"},
        "servers": [{"url": "https://api.pets.example/v1"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {"schemas": named, "securitySchemes": {"key": scheme}},
    })
}

fn text(choices: &mut Choices<'_>, texts: &[&str]) -> String {
    choices.one_of(texts).to_owned()
}

fn operation(choices: &mut Choices<'_>, number: usize, schemas: usize) -> Value {
    let mut operation = json!({
        "operationId": format!("{}_{number}", choices.one_of(&NAMES)),
        "description": text(choices, &TEXTS),
        "deprecated": choices.is_one_in(4),
    });
    let parameters = (0..choices.below(4)).map(|_| {
        json!({
            "name": choices.one_of(&NAMES),
            "in": choices.one_of(&["query", "path", "header", "cookie"]),
            "required": choices.is_one_in(2),
            "style": choices.one_of(&["form", "simple", "deepObject", "matrix", "?"]),
            "explode": choices.is_one_in(2),
            "schema": schema(choices, schemas, DEEPEST - 1),
        })
    });
    operation["parameters"] = parameters.collect();
    if choices.is_one_in(2) {
        let media_type = choices.one_of(&[
            "application/json",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
            "text/plain",
            "application/octet-stream",
            "?",
        ]);
        operation["requestBody"] = json!({
            "required": choices.is_one_in(2),
            "content": {media_type: {"schema": schema(choices, schemas, 1)}},
        });
    }
    let status = choices.one_of(&["200", "201", "default", "204", "4XX", "x"]);
    let media_type = choices.one_of(&[
        "application/json",
        "text/event-stream",
        "text/csv",
        "image/png",
    ]);
    operation["responses"] = json!({status: {
        "description": text(choices, &TEXTS),
        "content": {media_type: {"schema": schema(choices, schemas, 1)}},
    }});
    operation
}

fn schema(choices: &mut Choices<'_>, schemas: usize, depth: usize) -> Value {
    let kinds = if depth < DEEPEST { 12 } else { 5 };
    let mut schema = match choices.below(kinds) {
        0 => {
            let kind = choices.one_of(&["string", "integer", "number", "boolean", "null", "?"]);
            json!({"type": kind})
        }
        1 => json!({
            "type": choices.one_of(&["string", "integer"]),
            "format": choices.one_of(&["date", "date-time", "int32", "binary", "uint64", "?"]),
        }),
        2 => {
            let name = SCHEMAS[choices.below(schemas)].replace('/', "~1");
            return json!({"$ref": format!("#/components/schemas/{name}")});
        }
        3 => {
            let values = (0..=choices.below(3)).map(|_| match choices.below(5) {
                0 => json!(null),
                1 => json!(1),
                _ => json!(choices.one_of(&NAMES)),
            });
            json!({"type": "string", "enum": values.collect::<Vec<_>>()})
        }
        4 => json!({}),
        5 => json!({"type": "array", "items": schema(choices, schemas, depth + 1)}),
        6 => json!({
            "type": "object",
            "additionalProperties": schema(choices, schemas, depth + 1),
        }),
        7 | 8 => object(choices, schemas, depth),
        kind => {
            let members = (0..=choices.below(3)).map(|_| schema(choices, schemas, depth + 1));
            let members: Vec<Value> = members.collect();
            let keyword = ["oneOf", "anyOf", "allOf"][kind - 9];
            let mut schema = match choices.is_one_in(3) {
                true => object(choices, schemas, depth + 1),
                false => json!({}),
            };
            schema[keyword] = members.into();
            if choices.is_one_in(2) {
                let name = SCHEMAS[choices.below(schemas)];
                schema["discriminator"] = json!({
                    "propertyName": choices.one_of(&NAMES),
                    "mapping": {choices.one_of(&["a", "1", "true"]): name},
                });
            }
            schema
        }
    };
    for keyword in ["nullable", "readOnly", "writeOnly", "deprecated"] {
        if choices.is_one_in(8) {
            schema[keyword] = true.into();
        }
    }
    schema
}

fn object(choices: &mut Choices<'_>, schemas: usize, depth: usize) -> Value {
    let mut object = json!({"type": "object", "properties": {}, "required": []});
    for _ in 0..=choices.below(4) {
        let name = choices.one_of(&NAMES);
        object["properties"][name] = schema(choices, schemas, depth + 1);
        if let (true, Value::Array(required)) = (choices.is_one_in(2), &mut object["required"]) {
            required.push(name.into());
        }
    }
    if choices.is_one_in(6) {
        object["discriminator"] = json!({"propertyName": choices.one_of(&NAMES)});
    }
    object
}
