//! JSON Schemas of Rust types, in the subset that the API accepts.
//!
//! The API reference lists the keywords that are supported for an analysis, and those that are not
//! supported for a response. Both support the output of this module: types, properties, items,
//! `enum`, `const`, `anyOf`, and `$ref` into `$defs`. Unsupported keywords that only limit values
//! are omitted. Such limits are checked when the text is deserialized.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

use super::SchemaError;

/// Keywords that the API does not accept, and that cannot be omitted without changing the meaning
/// of a schema.
const REFUSED: [(&str, &str); 8] = [
    ("prefixItems", "a tuple has no list type; use a struct"),
    (
        "patternProperties",
        "keys of a map cannot be described; use a list of structs",
    ),
    ("allOf", "`allOf` is not supported"),
    ("not", "`not` is not supported"),
    ("if", "`if` is not supported"),
    ("contains", "`contains` is not supported"),
    ("dependentSchemas", "`dependentSchemas` is not supported"),
    (
        "propertyNames",
        "keys of a map cannot be described; use a list of structs",
    ),
];

/// Keywords that are sent unchanged.
const KEPT: [&str; 6] = ["$ref", "const", "description", "pattern", "title", "type"];

/// Keywords that limit an integer.
const LIMITS: [&str; 4] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

/// String formats that the API supports.
const FORMATS: [&str; 4] = ["date", "date-time", "time", "uuid"];

/// Formats of the API-specific type `timestamp`.
const TIMESTAMPS: [&str; 3] = ["seconds", "hh:mm:ss", "hh:mm:ss.fff"];

/// The maximum number of characters in the name of a schema.
const LONGEST_NAME: usize = 64;

/// The prefix of references that the API supports.
const DEFINITIONS: &str = "#/$defs/";

/// Returns the schema of a type.
///
/// All properties are required. An `Option` can be `null`.
///
/// # Errors
///
/// Returns an error if the type or a nested type has no supported schema, like maps and tuples.
pub(super) fn schema_of<T: JsonSchema>() -> Result<Map<String, Value>, SchemaError> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    accept(schema, &T::schema_name())
}

/// Returns the schema name of a type, with only the characters that the API allows.
pub(super) fn name_of<T: JsonSchema>() -> String {
    plain(&T::schema_name())
}

fn plain(name: &str) -> String {
    let characters = name.chars().map(|c| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => c,
        _ => '_',
    });
    characters.take(LONGEST_NAME).collect()
}

/// Converts a schema to the subset that the API accepts.
fn accept(schema: Schema, name: &str) -> Result<Map<String, Value>, SchemaError> {
    let schema = define_root(schema.to_value(), name);
    convert(&schema, "").map_err(|refused| {
        let path = match refused.path.as_str() {
            "" => ".".to_owned(),
            path => path.trim_start_matches('.').to_owned(),
        };
        SchemaError::new(name.to_owned(), path, refused.reason)
    })
}

/// Moves a schema that refers to its root into a definition, because references can only point to
/// definitions.
fn define_root(mut schema: Value, name: &str) -> Value {
    let name = plain(name);
    if !refer(&mut schema, &format!("{DEFINITIONS}{name}")) {
        return schema;
    }
    let mut root = schema.clone();
    if let (Value::Object(root), Value::Object(schema)) = (&mut root, &mut schema) {
        root.remove("$defs");
        let definitions = schema.entry("$defs").or_insert_with(|| Map::new().into());
        if let Value::Object(definitions) = definitions {
            definitions.insert(name, root.clone().into());
        }
    }
    schema
}

/// Replaces references to the root. Returns `true` if there were any.
fn refer(schema: &mut Value, root: &str) -> bool {
    match schema {
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |any, it| refer(it, root) | any),
        Value::Object(keywords) => {
            let is_root = keywords.get("$ref").is_some_and(|to| to == "#");
            if is_root {
                keywords.insert("$ref".to_owned(), root.into());
            }
            let values = keywords.values_mut();
            values.fold(is_root, |any, it| refer(it, root) | any)
        }
        _ => false,
    }
}

struct Refused {
    path: String,
    reason: &'static str,
}

fn convert(schema: &Value, path: &str) -> Result<Map<String, Value>, Refused> {
    let refuse = |reason| {
        Err(Refused {
            path: path.to_owned(),
            reason,
        })
    };
    let keywords = match schema {
        Value::Bool(true) => return Ok(Map::new()),
        Value::Object(keywords) => keywords,
        _ => return refuse("it has no values"),
    };
    let mut refused = REFUSED.iter();
    if let Some((_, reason)) = refused.find(|(keyword, _)| keywords.contains_key(*keyword)) {
        return refuse(reason);
    }
    if is_map(keywords) {
        return refuse("keys of a map cannot be described; use a list of structs");
    }
    if let Some(Value::Array(types)) = keywords.get("type") {
        return any_type(types, keywords, path);
    }
    let mut accepted = Map::new();
    for (keyword, value) in keywords {
        let value = match keyword.as_str() {
            "$ref" if !value.as_str().is_some_and(|to| to.starts_with(DEFINITIONS)) => {
                return refuse("a reference can only point to a definition");
            }
            keyword if KEPT.contains(&keyword) => value.clone(),
            "enum" => value.clone(),
            keyword if LIMITS.contains(&keyword) && is_type(keywords, "integer") => value.clone(),
            "format" if is_known_format(keywords, value) => value.clone(),
            "minItems" if matches!(value.as_u64(), Some(0 | 1)) => value.clone(),
            "items" => convert(value, &format!("{path}[]"))?.into(),
            "properties" | "$defs" => {
                let is_property = keyword == "properties";
                let place = |name: &str| match is_property {
                    true => format!("{path}.{name}"),
                    false => format!(".{name}"),
                };
                let schemas = value.as_object().into_iter().flatten();
                let schemas: Result<Map<_, _>, _> = schemas
                    .map(|(name, value)| Ok((name.clone(), convert(value, &place(name))?.into())))
                    .collect();
                let schemas = schemas?;
                if is_property {
                    let names = schemas.keys().cloned().map(Value::String);
                    accepted.insert("required".to_owned(), names.collect());
                }
                schemas.into()
            }
            "anyOf" | "oneOf" => {
                let variants = value.as_array().into_iter().flatten();
                let variants: Result<Vec<Value>, _> = variants
                    .map(|variant| Ok(convert(variant, path)?.into()))
                    .collect();
                accepted.insert("anyOf".to_owned(), variants?.into());
                continue;
            }
            _ => continue,
        };
        accepted.insert(keyword.clone(), value);
    }
    Ok(accepted)
}

/// Converts a list of types into alternatives.
fn any_type(
    types: &[Value],
    keywords: &Map<String, Value>,
    path: &str,
) -> Result<Map<String, Value>, Refused> {
    let mut whole = Map::new();
    let mut alternatives = Vec::new();
    for ty in types {
        let mut one = keywords.clone();
        for keyword in ["title", "description"] {
            whole.extend(one.remove_entry(keyword));
        }
        if ty == "null" {
            one.clear();
        } else if let Some(Value::Array(values)) = one.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
        one.insert("type".to_owned(), ty.clone());
        alternatives.push(Value::from(convert(&one.into(), path)?));
    }
    whole.insert("anyOf".to_owned(), alternatives.into());
    Ok(whole)
}

/// Returns `true` if the schema describes an object with arbitrary keys.
fn is_map(keywords: &Map<String, Value>) -> bool {
    let more = keywords.get("additionalProperties");
    more.is_some_and(|more| *more != Value::Bool(false)) && !keywords.contains_key("properties")
}

fn is_type(keywords: &Map<String, Value>, ty: &str) -> bool {
    keywords.get("type").is_some_and(|value| value == ty)
}

fn is_known_format(keywords: &Map<String, Value>, format: &Value) -> bool {
    let Some(format) = format.as_str() else {
        return false;
    };
    is_type(keywords, "string") && FORMATS.contains(&format)
        || is_type(keywords, "timestamp") && TIMESTAMPS.contains(&format)
}
