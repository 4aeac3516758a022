//! Writes OpenAPI 3.1 in the words of 3.0.3, which is what progenitor reads.
//!
//! What 3.1 says and 3.0 has no word for is either said another way or does not
//! change what a client sends and reads: those keywords are left out.

use serde_json::{Map, Value, json};

use crate::extensions::{CONSTANT, MEDIA_TYPE};
use crate::merged::Merged;
use crate::walk;
use pages::pointer::Pointer;

/// The keywords of a 3.0.3 schema.
const KEYWORDS: [&str; 34] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
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
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
];

/// Keywords that describe a place rather than a type: they may stand beside a
/// reference, which 3.0 wants to be wrapped in `allOf` then.
pub const BESIDE_REFERENCE: [&str; 6] = [
    "default",
    "deprecated",
    "description",
    "nullable",
    "readOnly",
    "writeOnly",
];

/// Rewrites the document of `api` as OpenAPI 3.0.3.
pub fn downgrade(api: &mut Merged) {
    let Some(root) = api.root.as_object_mut() else {
        return;
    };
    root.insert("openapi".to_owned(), "3.0.3".into());
    root.retain(|key, _| {
        [
            "openapi",
            "info",
            "servers",
            "security",
            "paths",
            "components",
        ]
        .contains(&key.as_str())
            || key.starts_with("x-")
    });
    if let Some(info) = root.get_mut("info").and_then(Value::as_object_mut) {
        for key in ["summary", "license"] {
            info.shift_remove(key);
        }
    }
    walk::operations_mut(&mut api.root, &mut |_, operation| {
        downgrade_operation(operation)
    });
    let mut schemas = |_: &str, schema: &mut Value| downgrade_in_place(schema);
    walk::roots_mut(&mut api.root, &mut schemas);
}

fn downgrade_operation(operation: &mut Map<String, Value>) {
    operation.shift_remove("callbacks");
    operation.shift_remove("servers");
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        for parameter in parameters {
            downgrade_parameter(parameter);
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        if body
            .get("content")
            .is_none_or(|content| !content.is_object())
        {
            body["content"] = json!({});
        }
        media_types(body);
    }
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    if !responses.is_object() {
        *responses = json!({});
    }
    for response in responses.as_object_mut().into_iter().flatten() {
        let response = response.1;
        if !response.is_object() {
            // A reference may lead to something that is not a response.
            *response = json!({});
        }
        if !response["description"].is_string() {
            response["description"] = "".into();
        }
        if let Some(response) = response.as_object_mut() {
            response.retain(|key, _| ["description", "content", "headers"].contains(&key.as_str()));
        }
        media_types(response);
    }
}

/// Leaves each media type its schema and examples.
fn media_types(holder: &mut Value) {
    let Some(Value::Object(content)) = holder.get_mut("content") else {
        return;
    };
    for media_type in content.values_mut() {
        match media_type {
            Value::Object(media_type) => media_type.retain(|key, _| key != "itemSchema"),
            other => *other = json!({}),
        }
    }
}

fn downgrade_parameter(parameter: &mut Value) {
    if parameter["in"] == "path" {
        parameter["required"] = true.into();
    }
    let Some(object) = parameter.as_object_mut() else {
        return;
    };
    // A parameter whose schema is inside a media type has that media type's.
    let content = object.shift_remove("content");
    let inner = content
        .as_ref()
        .and_then(|content| content.as_object()?.iter().next());
    if let Some((media_type, content)) = inner {
        object.insert(MEDIA_TYPE.to_owned(), media_type.clone().into());
        if let Some(schema) = content.get("schema") {
            object.insert("schema".to_owned(), schema.clone());
        }
    }
    object
        .entry("schema")
        .or_insert_with(|| json!({"type": "string"}));
    object.shift_remove("examples");
}

fn downgrade_in_place(schema: &mut Value) {
    walk::children_mut(schema, &mut Pointer::default(), &mut |_, child| {
        downgrade_in_place(child);
    });
    match schema {
        Value::Bool(true) => *schema = json!({}),
        Value::Bool(false) => *schema = json!({"not": {}}),
        Value::Object(object) => {
            if object.contains_key("$ref") {
                wrap_reference(object);
            } else {
                downgrade_object(object);
            }
        }
        other => *other = json!({}),
    }
}

/// `{$ref, description}` becomes `{allOf: [{$ref}], description}`.
fn wrap_reference(object: &mut Map<String, Value>) {
    object.retain(|key, _| {
        key == "$ref" || key.starts_with("x-") || BESIDE_REFERENCE.contains(&key.as_str())
    });
    if object.len() > 1
        && let Some(reference) = object.shift_remove("$ref")
    {
        object.insert("allOf".to_owned(), json!([{"$ref": reference}]));
    }
}

fn downgrade_object(object: &mut Map<String, Value>) {
    first_example(object);
    constant(object);
    binary(object);
    exclusive_bounds(object);
    type_list(object);
    null_variants(object);
    enumeration(object);
    infer_type(object);
    if object.contains_key("patternProperties") && !object.contains_key("additionalProperties") {
        object.insert("additionalProperties".to_owned(), true.into());
    }
    object.retain(|key, _| key.starts_with("x-") || KEYWORDS.contains(&key.as_str()));
    integral_bounds(object);
}

fn first_example(object: &mut Map<String, Value>) {
    if let Some(Value::Array(examples)) = object.shift_remove("examples")
        && let Some(example) = examples.into_iter().next()
    {
        object.entry("example").or_insert(example);
    }
}

fn constant(object: &mut Map<String, Value>) {
    if let Some(value) = object.shift_remove("const") {
        object.insert("enum".to_owned(), json!([value]));
    }
}

/// Bytes are `format: binary` in 3.0, and a media type in 3.1.
fn binary(object: &mut Map<String, Value>) {
    let is_bytes = object.get("contentMediaType").is_some_and(|media_type| {
        media_type.as_str().is_some_and(|media_type| {
            !media_type.contains("json") && !media_type.starts_with("text")
        })
    });
    let is_file = object.get("type").is_some_and(|kind| kind == "file");
    if (is_bytes && !object.contains_key("contentEncoding")) || is_file {
        object.insert("type".to_owned(), "string".into());
        object.insert("format".to_owned(), "binary".into());
    }
}

fn exclusive_bounds(object: &mut Map<String, Value>) {
    for (exclusive, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if let Some(value) = object
            .get(exclusive)
            .filter(|value| value.is_number())
            .cloned()
        {
            object.insert(bound.to_owned(), value);
            object.insert(exclusive.to_owned(), true.into());
        }
    }
}

/// `type: [string, 'null']` becomes `type: string, nullable: true`.
fn type_list(object: &mut Map<String, Value>) {
    let types = match object.get("type") {
        Some(Value::Array(types)) => types.clone(),
        Some(kind) if kind == "null" => vec![kind.clone()],
        _ => return,
    };
    object.shift_remove("type");
    let (null, mut types): (Vec<_>, Vec<_>) = types.into_iter().partition(|kind| kind == "null");
    if !null.is_empty() {
        object.insert("nullable".to_owned(), true.into());
    }
    if types.len() > 1 {
        let alternatives: Vec<Value> = types.iter().map(|kind| alternative(object, kind)).collect();
        object.retain(|key, _| {
            BESIDE_REFERENCE.contains(&key.as_str()) || key.starts_with("x-") || key == "title"
        });
        object.insert("oneOf".to_owned(), alternatives.into());
    } else if let Some(kind) = types.pop() {
        object.insert("type".to_owned(), kind);
    }
}

/// Returns the part of a schema of several types that is about one of them.
fn alternative(object: &Map<String, Value>, kind: &Value) -> Value {
    let keywords: &[&str] = match kind.as_str().unwrap_or_default() {
        "object" => &["properties", "required", "additionalProperties"],
        "array" => &["items", "minItems", "maxItems"],
        "string" => &["format", "enum", "pattern"],
        _ => &["format", "minimum", "maximum"],
    };
    let mut schema: Map<String, Value> = keywords
        .iter()
        .filter_map(|keyword| Some(((*keyword).to_owned(), object.get(*keyword)?.clone())))
        .collect();
    schema.insert("type".to_owned(), kind.clone());
    if kind == "array" {
        schema.entry("items").or_insert_with(|| json!({}));
    }
    schema.into()
}

/// A union with `null` becomes a nullable union, and one with a single member
/// that member.
fn null_variants(object: &mut Map<String, Value>) {
    for union in ["oneOf", "anyOf"] {
        let Some(Value::Array(members)) = object.get_mut(union) else {
            continue;
        };
        let count = members.len();
        members.retain(|member| !is_null(member));
        let mut nullable = members.len() < count;
        for member in members.iter_mut() {
            if let Some(member) = member.as_object_mut() {
                nullable |= member
                    .shift_remove("nullable")
                    .is_some_and(|value| value == true);
            }
        }
        dedup(members);
        let single = match &members[..] {
            [] => Some(json!({})),
            [member] => Some(member.clone()),
            _ => None,
        };
        if nullable {
            object.insert("nullable".to_owned(), true.into());
        }
        if let Some(Value::Object(member)) = single {
            object.shift_remove(union);
            if let Some(reference) = member.get("$ref") {
                object.insert("allOf".to_owned(), json!([{"$ref": reference}]));
            } else {
                for (key, value) in member {
                    object.entry(key).or_insert(value);
                }
            }
        }
    }
}

/// What a schema of nothing but `null` has become by the time its parent is
/// looked at.
fn is_null(schema: &Value) -> bool {
    schema.as_object().is_some_and(|schema| {
        schema
            .get("nullable")
            .is_some_and(|nullable| nullable == true)
            && schema
                .keys()
                .all(|key| ["nullable", "description", "title"].contains(&key.as_str()))
    })
}

fn dedup(values: &mut Vec<Value>) {
    let mut seen: Vec<Value> = Vec::with_capacity(values.len());
    for value in values.drain(..) {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    *values = seen;
}

/// Makes an enumeration one of strings, or says its values in words: only
/// strings can be extended by a newer server without breaking a client.
fn enumeration(object: &mut Map<String, Value>) {
    let Some(Value::Array(values)) = object.get_mut("enum") else {
        return;
    };
    let count = values.len();
    values.retain(|value| !value.is_null());
    let had_null = values.len() < count;
    dedup(values);
    let values = values.clone();
    if had_null {
        object.insert("nullable".to_owned(), true.into());
    }
    let kind = match object.get("type").and_then(Value::as_str) {
        Some(kind) => kind,
        None if values.iter().all(Value::is_string) => "string",
        None if values.iter().all(Value::is_boolean) => "boolean",
        None if values.iter().all(|value| value.is_i64() || value.is_u64()) => "integer",
        None if values.iter().all(Value::is_number) => "number",
        None => "",
    }
    .to_owned();
    if kind == "string" && !values.is_empty() {
        let mut strings: Vec<Value> = values
            .iter()
            .map(|value| match value {
                Value::String(text) => text.clone().into(),
                other => other.to_string().into(),
            })
            .collect();
        dedup(&mut strings);
        object.insert("type".to_owned(), kind.into());
        object.insert("enum".to_owned(), strings.into());
        return;
    }
    object.shift_remove("enum");
    if !kind.is_empty() {
        object.insert("type".to_owned(), kind.into());
    }
    if !values.is_empty() {
        let list: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        let sentence = match &list[..] {
            [only] => {
                object.insert(CONSTANT.to_owned(), values[0].clone());
                format!("Always {only}.")
            }
            _ => format!("One of {}.", list.join(", ")),
        };
        let text = object.get("description").and_then(Value::as_str);
        let text = text.map_or_else(|| sentence.clone(), |text| format!("{text}\n\n{sentence}"));
        object.insert("description".to_owned(), text.into());
    }
}

/// Says the type where the other keywords imply it.
fn infer_type(object: &mut Map<String, Value>) {
    let is_union = object.contains_key("oneOf") || object.contains_key("anyOf");
    if is_union {
        // The members say their types themselves.
        if !object.contains_key("properties") {
            object.shift_remove("type");
        }
        if let Some(members) = object.shift_remove("anyOf") {
            object.entry("oneOf").or_insert(members);
        }
    }
    let implied = if object.contains_key("properties") {
        "object"
    } else if object.contains_key("items") || object.contains_key("prefixItems") {
        "array"
    } else if object.contains_key("additionalProperties") && !object.contains_key("allOf") {
        "object"
    } else {
        ""
    };
    if !implied.is_empty() && !is_union {
        object.entry("type").or_insert_with(|| implied.into());
    }
    if object.get("type").is_some_and(|kind| kind == "array") {
        let items = object.entry("items").or_insert_with(|| json!({}));
        if !items.is_object() {
            *items = json!({});
        }
    }
    if !object.get("required").is_none_or(Value::is_array) {
        object.shift_remove("required");
    }
}

/// The bounds of an integer are integers.
fn integral_bounds(object: &mut Map<String, Value>) {
    let is_integer = object.get("type").is_some_and(|kind| kind == "integer");
    let keys: &[&str] = if is_integer {
        &["minimum", "maximum", "multipleOf"]
    } else {
        &[]
    };
    let counts = [
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    ];
    for key in keys.iter().chain(&counts) {
        let Some(value) = object.get(*key) else {
            continue;
        };
        if value.is_i64() {
            continue;
        }
        let integral = value
            .as_f64()
            .filter(|value| value.fract() == 0.0 && value.abs() < 9.0e15);
        match integral {
            // The check above keeps the value within the range of the cast.
            #[allow(clippy::cast_possible_truncation)]
            Some(value) => object.insert((*key).to_owned(), (value as i64).into()),
            None => object.shift_remove(*key),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn downgraded(mut schema: Value) -> Value {
        downgrade_in_place(&mut schema);
        schema
    }

    #[test]
    fn null_becomes_nullable() {
        let nullable = json!({"type": "string", "nullable": true});
        assert_eq!(downgraded(json!({"type": ["string", "null"]})), nullable);
        assert_eq!(
            downgraded(json!({"oneOf": [{"type": "string"}, {"type": "null"}]})),
            nullable
        );
        assert_eq!(
            downgraded(json!({"anyOf": [{"$ref": "#/a"}, {"type": "null"}]})),
            json!({"nullable": true, "allOf": [{"$ref": "#/a"}]})
        );
    }

    #[test]
    fn a_list_of_types_becomes_a_union() {
        assert_eq!(
            downgraded(json!({"type": ["string", "array", "null"], "items": {"type": "string"}})),
            json!({"nullable": true, "oneOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}}
            ]})
        );
    }

    #[test]
    fn what_stands_beside_a_reference_is_kept() {
        assert_eq!(
            downgraded(json!({"$ref": "#/a", "description": "d", "minLength": 1})),
            json!({"description": "d", "allOf": [{"$ref": "#/a"}]})
        );
        assert_eq!(downgraded(json!({"$ref": "#/a"})), json!({"$ref": "#/a"}));
    }

    #[test]
    fn a_constant_is_an_enumeration_of_one() {
        assert_eq!(
            downgraded(json!({"const": "pet"})),
            json!({"enum": ["pet"], "type": "string"})
        );
    }

    #[test]
    fn values_that_are_no_strings_are_said_in_words() {
        assert_eq!(
            downgraded(json!({"type": "integer", "enum": [1, 2]})),
            json!({"type": "integer", "description": "One of `1`, `2`."})
        );
        assert_eq!(
            downgraded(json!({"enum": [true]})),
            json!({"type": "boolean", "x-constant": true, "description": "Always `true`."})
        );
    }

    #[test]
    fn exclusive_bounds_are_flags() {
        assert_eq!(
            downgraded(json!({"type": "number", "exclusiveMinimum": 0})),
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true})
        );
    }
}
