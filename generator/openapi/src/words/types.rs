//! `x-fern-type`: the type of a schema in the platform's own language of types, such as
//! `optional<list<datetime>>`.

use serde_json::{Map, Value, json};

use crate::walk;

pub(super) const TYPE: &str = "x-fern-type";

/// The maximum depth of nested types.
const DEEPEST: usize = 10;

/// Keywords of the original type of a schema.
const REPLACED: [&str; 8] = [
    "additionalProperties",
    "anyOf",
    "const",
    "enum",
    "format",
    "items",
    "oneOf",
    "type",
];

/// Sets the types of schemas from the extension. An extension that cannot be parsed is kept.
pub(super) fn follow(root: &mut Value) {
    walk::schemas_mut(root, &mut |_, schema| {
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        let Some(own) = schema.get(TYPE).and_then(Value::as_str).and_then(parse) else {
            return;
        };
        schema.shift_remove(TYPE);
        for keyword in REPLACED {
            schema.shift_remove(keyword);
        }
        schema.extend(own);
    });
}

/// Returns the schema of a type, or `None` if it is unknown.
pub(super) fn parse(text: &str) -> Option<Map<String, Value>> {
    parse_at(text.trim(), 0)
}

fn parse_at(text: &str, depth: usize) -> Option<Map<String, Value>> {
    if depth > DEEPEST {
        return None;
    }
    let inside = |kind: &str| {
        let rest = text.strip_prefix(kind)?.trim_start();
        rest.strip_prefix('<')?.strip_suffix('>').map(str::trim)
    };
    if let Some(inner) = inside("optional").or_else(|| inside("nullable")) {
        let mut schema = parse_at(inner, depth + 1)?;
        schema.insert("nullable".to_owned(), true.into());
        return Some(schema);
    }
    let schema = if let Some(inner) = inside("list").or_else(|| inside("set")) {
        json!({"type": "array", "items": parse_at(inner, depth + 1)?})
    } else if let Some(inner) = inside("map") {
        let (key, value) = inner.split_once(',')?;
        (key.trim() == "string").then_some(())?;
        json!({"type": "object", "additionalProperties": parse_at(value.trim(), depth + 1)?})
    } else if let Some(inner) = inside("literal") {
        json!({"const": serde_json::from_str::<Value>(inner).ok()?})
    } else {
        match text {
            "string" | "base64" | "bigint" => json!({"type": "string"}),
            "uuid" => json!({"type": "string", "format": "uuid"}),
            "boolean" => json!({"type": "boolean"}),
            "integer" => json!({"type": "integer"}),
            "long" => json!({"type": "integer", "format": "int64"}),
            "uint" => json!({"type": "integer", "format": "uint32"}),
            "uint64" => json!({"type": "integer", "format": "uint64"}),
            "double" => json!({"type": "number"}),
            "float" => json!({"type": "number", "format": "float"}),
            "date" => json!({"type": "string", "format": "date"}),
            "datetime" => json!({"type": "string", "format": "date-time"}),
            "unknown" | "any" => json!({}),
            _ => return None,
        }
    };
    schema.as_object().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_a_schema() {
        for (text, expected) in [
            ("datetime", json!({"type": "string", "format": "date-time"})),
            (
                "optional<list<long>>",
                json!({
                    "type": "array", "items": {"type": "integer", "format": "int64"},
                    "nullable": true,
                }),
            ),
            (
                "map<string, set<uuid>>",
                json!({"type": "object", "additionalProperties": {
                    "type": "array", "items": {"type": "string", "format": "uuid"},
                }}),
            ),
            (r#"literal<"2.10">"#, json!({"const": "2.10"})),
            ("literal<true>", json!({"const": true})),
        ] {
            assert_eq!(parse(text).map(Value::Object), Some(expected), "{text}");
        }
        for text in [
            "Pet",
            "list<Pet>",
            "map<integer, string>",
            "list<",
            "literal<a>",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"list<".repeat(100)), None);
    }

    #[test]
    fn a_schema_has_the_type_that_the_word_says() {
        let mut root = json!({"components": {"schemas": {"Pet": {"properties": {
            "at": {"type": "string", "format": "x", "description": "d", "x-fern-type": "date"},
            "own": {"type": "string", "x-fern-type": "Pet"},
        }}}}});
        follow(&mut root);
        assert_eq!(
            root["components"]["schemas"]["Pet"]["properties"],
            json!({
                "at": {"description": "d", "type": "string", "format": "date"},
                "own": {"type": "string", "x-fern-type": "Pet"},
            })
        );
    }
}
