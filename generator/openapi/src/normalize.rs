//! Normalizes keywords of OpenAPI 3.0 and 3.1 with several equivalent forms.
//!
//! `null` becomes `nullable: true`, `const` an `enum` of one value, `anyOf` becomes
//! `oneOf`, a list of types a union, and an implied type is added. Keywords that do not affect
//! requests or responses are removed. Everything else is unchanged: `downgrade` converts it for
//! tools that read 3.0.3.

use std::collections::HashSet;
use std::mem;

use serde_json::{Map, Value, json};

use crate::extensions::MEDIA_TYPE;
use crate::walk;
use pages::pointer::Pointer;

/// The keywords that are kept.
const KEYWORDS: [&str; 35] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "examples",
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

/// Keywords that describe the use of a type rather than the type. They can occur beside a
/// reference, which is then wrapped in `allOf`.
pub(crate) const BESIDE_REFERENCE: [&str; 6] = [
    "default",
    "deprecated",
    "description",
    "nullable",
    "readOnly",
    "writeOnly",
];

/// The keywords of exclusive bounds, each with the keyword of the inclusive bound.
pub(crate) const EXCLUSIVE_BOUNDS: [(&str, &str); 2] = [
    ("exclusiveMinimum", "minimum"),
    ("exclusiveMaximum", "maximum"),
];

/// Normalizes a merged document.
pub fn normalize(root: &mut Value) {
    walk::operations_mut(root, &mut |_, operation| normalize_operation(operation));
    let mut schemas = |_: &str, schema: &mut Value| normalize_schema(schema);
    walk::roots_mut(root, &mut schemas);
}

fn normalize_operation(operation: &mut Map<String, Value>) {
    if let Some(Value::Array(parameters)) = operation.get_mut("parameters") {
        for parameter in parameters {
            normalize_parameter(parameter);
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
    if let Value::Object(responses) = responses {
        responses.retain(|status, _| !walk::is_extension(status));
    }
    for response in responses.as_object_mut().into_iter().flatten() {
        let response = response.1;
        if !response.is_object() {
            // A reference can point to something that is not a response.
            *response = json!({});
        }
        if !response["description"].is_string() {
            response["description"] = "".into();
        }
        media_types(response);
    }
}

/// Turns each media type into an object, with its name in lower case, because the case of media types
/// has no meaning.
fn media_types(holder: &mut Value) {
    let Some(Value::Object(content)) = holder.get_mut("content") else {
        return;
    };
    let essence = |name: &str| name.split(';').next().map_or(0, str::len);
    let has_capitals = |name: &String| name[..essence(name)].contains(char::is_uppercase);
    if content.keys().any(has_capitals) {
        for (mut name, media_type) in mem::take(content) {
            let end = essence(&name);
            name[..end].make_ascii_lowercase();
            content.entry(name).or_insert(media_type);
        }
    }
    for media_type in content.values_mut() {
        if !media_type.is_object() {
            *media_type = json!({});
        }
    }
}

fn normalize_parameter(parameter: &mut Value) {
    if parameter["in"] == "path" {
        parameter["required"] = true.into();
    }
    let Some(object) = parameter.as_object_mut() else {
        return;
    };
    // The schema of a parameter can be inside a media type.
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
}

fn normalize_schema(schema: &mut Value) {
    walk::children_mut(schema, &mut Pointer::default(), &mut |_, child| {
        normalize_schema(child);
    });
    match schema {
        Value::Bool(true) => *schema = json!({}),
        Value::Bool(false) => *schema = json!({"not": {}}),
        Value::Object(object) => {
            if object.contains_key("$ref") {
                wrap_reference(object);
            } else {
                normalize_object(object);
            }
        }
        other => *other = json!({}),
    }
}

/// `{$ref, description}` becomes `{allOf: [{$ref}], description}`.
fn wrap_reference(object: &mut Map<String, Value>) {
    object.retain(|key, _| {
        key == "$ref" || walk::is_extension(key) || BESIDE_REFERENCE.contains(&key.as_str())
    });
    if object.len() > 1
        && let Some(reference) = object.shift_remove("$ref")
    {
        object.insert("allOf".to_owned(), json!([{"$ref": reference}]));
    }
}

fn normalize_object(object: &mut Map<String, Value>) {
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
    object.retain(|key, _| walk::is_extension(key) || KEYWORDS.contains(&key.as_str()));
    integral_bounds(object);
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

/// `minimum: 0, exclusiveMinimum: true` becomes `exclusiveMinimum: 0`.
fn exclusive_bounds(object: &mut Map<String, Value>) {
    for (exclusive, bound) in EXCLUSIVE_BOUNDS {
        let value = match object.get(exclusive) {
            Some(Value::Bool(true)) => object.get(bound).cloned(),
            Some(Value::Number(_)) | None => continue,
            Some(_) => None,
        };
        object.shift_remove(exclusive);
        if let Some(value) = value {
            object.shift_remove(bound);
            object.insert(exclusive.to_owned(), value);
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
        let alternatives = types
            .iter()
            .filter_map(|kind| alternative(object, kind, &types));
        let mut alternatives: Vec<Value> = alternatives.collect();
        object.retain(|key, _| {
            BESIDE_REFERENCE.contains(&key.as_str()) || walk::is_extension(key) || key == "title"
        });
        match alternatives.pop() {
            Some(Value::Object(only)) if alternatives.is_empty() => object.extend(only),
            last => {
                alternatives.extend(last);
                object.insert("oneOf".to_owned(), alternatives.into());
            }
        }
    } else if let Some(kind) = types.pop() {
        object.insert("type".to_owned(), kind);
    }
}

/// Returns the keywords of a schema with several types that apply to one of them, or `None` if no
/// value of the schema has this type.
fn alternative(object: &Map<String, Value>, kind: &Value, types: &[Value]) -> Option<Value> {
    let name = kind.as_str().unwrap_or_default();
    let is_number = matches!(name, "integer" | "number");
    let keywords: &[&str] = match name {
        "object" => &[
            "properties",
            "required",
            "additionalProperties",
            "minProperties",
            "maxProperties",
        ],
        "array" => &["items", "minItems", "maxItems", "uniqueItems"],
        "string" => &["pattern", "minLength", "maxLength"],
        "boolean" => &[],
        _ => &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ],
    };
    let mut schema: Map<String, Value> = keywords
        .iter()
        .filter_map(|keyword| Some(((*keyword).to_owned(), object.get(*keyword)?.clone())))
        .collect();
    let format = object.get("format").and_then(Value::as_str);
    let is_own = |format: &&str| is_number == is_format_of_numbers(format);
    if let Some(format) = format.filter(|format| (is_number || name == "string") && is_own(format))
    {
        schema.insert("format".to_owned(), format.into());
    }
    let values = object.get("enum").and_then(Value::as_array);
    // Values of other types, such as `null`, do not exclude a type.
    if let Some(values) = values.filter(|values| values.iter().any(|it| has_any_type(it, types))) {
        let values: Vec<&Value> = values
            .iter()
            .filter(|value| has_type(value, name))
            .collect();
        if values.is_empty() {
            return None;
        }
        schema.insert("enum".to_owned(), json!(values));
    }
    schema.insert("type".to_owned(), kind.clone());
    if kind == "array" {
        schema.entry("items").or_insert_with(|| json!({}));
    }
    Some(schema.into())
}

fn is_format_of_numbers(format: &str) -> bool {
    let sizes = ["int", "uint", "float", "double", "decimal"];
    sizes.iter().any(|size| format.starts_with(size))
}

/// Returns `true` if a value has one of these types.
fn has_any_type(value: &Value, types: &[Value]) -> bool {
    let mut types = types.iter().filter_map(Value::as_str);
    types.any(|kind| has_type(value, kind))
}

/// Returns `true` if a value has a type of JSON Schema.
fn has_type(value: &Value, kind: &str) -> bool {
    match value {
        Value::String(_) => kind == "string",
        Value::Number(number) => {
            let is_whole = || number.as_f64().is_some_and(|number| number.fract() == 0.0);
            kind == "number" || kind == "integer" && is_whole()
        }
        Value::Bool(_) => kind == "boolean",
        Value::Array(_) => kind == "array",
        Value::Object(_) => kind == "object",
        Value::Null => false,
    }
}

/// Makes unions nullable if a member is `null` after references are resolved.
pub(crate) fn nullable_unions(root: &mut Value) {
    walk::schemas_mut(root, &mut |_, schema| {
        if let Value::Object(object) = schema {
            null_variants(object);
        }
    });
}

/// A union with `null` becomes a nullable union, and a union with a single member becomes that
/// member.
fn null_variants(object: &mut Map<String, Value>) {
    let is_selected = object.contains_key("discriminator");
    for union in ["oneOf", "anyOf"] {
        let Some(Value::Array(members)) = object.get_mut(union) else {
            continue;
        };
        // A variant with a discriminator value is kept as a union, because more variants may
        // follow.
        if let [only] = &members[..]
            && (is_selected || has_constant(only))
            && !is_null(only)
        {
            continue;
        }
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

/// Returns `true` if a property of a schema has only one value.
fn has_constant(schema: &Value) -> bool {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let mut values = properties.filter_map(|(_, property)| property["enum"].as_array());
    values.any(|values| values.len() == 1)
}

/// Returns `true` if a schema allows only `null`. Children are normalized before their parents.
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
    let mut seen = HashSet::new();
    values.retain(|value| seen.insert(sorted(value)));
}

/// Returns the text of a value, independent of the order of its keys.
fn sorted(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    value.to_string()
}

/// Removes duplicates and `null` from an enumeration, and adds its type. The values of string
/// enumerations are converted to strings.
fn enumeration(object: &mut Map<String, Value>) {
    let Some(Value::Array(values)) = object.get_mut("enum") else {
        return;
    };
    let count = values.len();
    values.retain(|value| !value.is_null());
    let had_null = values.len() < count;
    let mut values = std::mem::take(values);
    if had_null {
        object.insert("nullable".to_owned(), true.into());
    }
    let kind = match object.get("type").and_then(Value::as_str) {
        Some(kind) => kind,
        None if values.is_empty() => "",
        None if values.iter().all(Value::is_string) => "string",
        None if values.iter().all(Value::is_boolean) => "boolean",
        None if values.iter().all(|value| value.is_i64() || value.is_u64()) => "integer",
        None if values.iter().all(Value::is_number) => "number",
        None => "",
    }
    .to_owned();
    if kind == "string" {
        for value in &mut values {
            if !value.is_string() {
                *value = value.to_string().into();
            }
        }
    }
    dedup(&mut values);
    if values.is_empty() {
        object.shift_remove("enum");
    } else {
        object.insert("enum".to_owned(), values.into());
    }
    if !kind.is_empty() {
        object.insert("type".to_owned(), kind.into());
    }
}

/// Adds the type if the other keywords imply it.
fn infer_type(object: &mut Map<String, Value>) {
    let is_union = object.contains_key("oneOf") || object.contains_key("anyOf");
    if is_union {
        // The members have their own types.
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
        &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ]
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

    fn normalized(mut schema: Value) -> Value {
        normalize_schema(&mut schema);
        schema
    }

    #[test]
    fn an_extension_is_no_response() {
        let responses = json!({"200": {"description": "d"}, "x-note": {"description": "e"}});
        let mut root = json!({"paths": {"/pets": {"get": {"responses": responses}}}});
        normalize(&mut root);
        let responses = &root["paths"]["/pets"]["get"]["responses"];
        assert_eq!(*responses, json!({"200": {"description": "d"}}));
    }

    #[test]
    fn the_case_of_media_types_has_no_meaning() {
        let content =
            json!({"Application/JSON; Charset=UTF-8": {}, "text/CSV": {}, "text/csv": {}});
        let mut root = json!({"paths": {"/pets": {"post": {"requestBody": {"content": content}}}}});
        normalize(&mut root);
        let content = root["paths"]["/pets"]["post"]["requestBody"]["content"].as_object();
        let names = content.into_iter().flatten().map(|(name, _)| name.as_str());
        assert_eq!(
            Vec::from_iter(names),
            ["application/json; Charset=UTF-8", "text/csv"]
        );
    }

    #[test]
    fn an_enumeration_of_null_makes_a_union_nullable() {
        let mut root = json!({"components": {"schemas": {"Role": {
            "oneOf": [{"type": "string", "enum": ["admin"]}, {"enum": [null]}],
        }}}});
        normalize(&mut root);
        assert_eq!(
            root["components"]["schemas"]["Role"],
            json!({"type": "string", "enum": ["admin"], "nullable": true})
        );
    }

    #[test]
    fn a_union_of_one_variant_that_is_selected_stays_a_union() {
        let cat =
            json!({"type": "object", "properties": {"kind": {"type": "string", "enum": ["cat"]}}});
        let selected = json!({"oneOf": [cat]});
        assert_eq!(normalized(selected.clone()), selected);
        let pet = json!({"$ref": "#/components/schemas/Pet"});
        let selected = json!({"oneOf": [pet], "discriminator": {"propertyName": "kind"}});
        assert_eq!(normalized(selected.clone()), selected);
        assert_eq!(normalized(json!({"oneOf": [pet]})), json!({"allOf": [pet]}));
    }

    #[test]
    fn null_becomes_nullable() {
        let nullable = json!({"type": "string", "nullable": true});
        assert_eq!(normalized(json!({"type": ["string", "null"]})), nullable);
        assert_eq!(
            normalized(json!({"oneOf": [{"type": "string"}, {"type": "null"}]})),
            nullable
        );
        assert_eq!(
            normalized(json!({"anyOf": [{"$ref": "#/a"}, {"type": "null"}]})),
            json!({"nullable": true, "allOf": [{"$ref": "#/a"}]})
        );
    }

    #[test]
    fn each_type_of_a_list_has_the_keywords_that_apply_to_it() {
        let schema = json!({
            "type": ["string", "integer", "array"],
            "minLength": 1, "exclusiveMinimum": 0, "multipleOf": 2, "uniqueItems": true,
            "format": "int64",
        });
        assert_eq!(
            normalized(schema),
            json!({"oneOf": [
                {"minLength": 1, "type": "string"},
                {"exclusiveMinimum": 0, "multipleOf": 2, "format": "int64", "type": "integer"},
                {"uniqueItems": true, "type": "array", "items": {}},
            ]})
        );
    }

    #[test]
    fn the_values_of_a_list_of_types_are_divided() {
        for (types, values, expected) in [
            (
                json!(["string", "integer"]),
                json!(["auto", 1, 2]),
                json!({"oneOf": [
                    {"enum": ["auto"], "type": "string"},
                    {"enum": [1, 2], "type": "integer"},
                ]}),
            ),
            (
                json!(["string", "boolean", "null"]),
                json!(["a", "b", null]),
                json!({"nullable": true, "enum": ["a", "b"], "type": "string"}),
            ),
            (
                json!(["string", "integer"]),
                json!(["a", 1.0]),
                json!({"oneOf": [
                    {"enum": ["a"], "type": "string"},
                    {"enum": [1.0], "type": "integer"},
                ]}),
            ),
            (
                json!(["string", "integer", "null"]),
                json!([null]),
                json!({"nullable": true, "oneOf": [{"type": "string"}, {"type": "integer"}]}),
            ),
        ] {
            let schema = json!({"type": types, "enum": values});
            assert_eq!(normalized(schema), expected);
        }
    }

    #[test]
    fn a_list_of_types_becomes_a_union() {
        assert_eq!(
            normalized(json!({"type": ["string", "array", "null"], "items": {"type": "string"}})),
            json!({"nullable": true, "oneOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}}
            ]})
        );
    }

    #[test]
    fn keywords_beside_a_reference_are_kept() {
        assert_eq!(
            normalized(json!({"$ref": "#/a", "description": "d", "minLength": 1})),
            json!({"description": "d", "allOf": [{"$ref": "#/a"}]})
        );
        assert_eq!(normalized(json!({"$ref": "#/a"})), json!({"$ref": "#/a"}));
    }

    #[test]
    fn a_constant_is_an_enumeration_of_one() {
        assert_eq!(
            normalized(json!({"const": "pet"})),
            json!({"enum": ["pet"], "type": "string"})
        );
    }

    #[test]
    fn values_that_are_no_strings_stay() {
        assert_eq!(
            normalized(json!({"enum": [1, 2, 1, null]})),
            json!({"enum": [1, 2], "nullable": true, "type": "integer"})
        );
        assert_eq!(
            normalized(json!({"const": true})),
            json!({"enum": [true], "type": "boolean"})
        );
    }

    #[test]
    fn the_values_of_strings_are_strings() {
        assert_eq!(
            normalized(json!({"type": "string", "enum": [1, "1", "a"]})),
            json!({"type": "string", "enum": ["1", "a"]})
        );
    }

    #[test]
    fn exclusive_bounds_are_values() {
        assert_eq!(
            normalized(json!({"type": "integer", "minimum": 0.0, "exclusiveMinimum": true})),
            json!({"type": "integer", "exclusiveMinimum": 0})
        );
        assert_eq!(
            normalized(json!({"type": "number", "maximum": 1, "exclusiveMaximum": false})),
            json!({"type": "number", "maximum": 1})
        );
    }
}
