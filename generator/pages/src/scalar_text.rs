//! Keeps the written text of string values.
//!
//! YAML parses `enum: [1.10, 1.20]` as numbers, which lose the trailing zeros. In a schema with
//! `type: string`, such values are replaced with their text.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::Value;

/// The keywords whose values have the type of the schema that contains them.
const VALUES: [&str; 4] = ["enum", "const", "default", "example"];

/// The type that the dialect gives to a boolean value in a string schema.
const BOOLEAN: &str = "booleanLiteral";

/// Replaces numbers and booleans among the values of string schemas with their text.
pub(crate) fn keep(value: &mut Value, text: &str) {
    if has_non_string(value, false) {
        let mut events = Parser::new_from_str(text)
            .map_while(Result::ok)
            .map(|(event, _)| event)
            .skip_while(|event| matches!(event, Event::StreamStart | Event::DocumentStart(_)));
        // If the parsers disagree, the remaining values are left unchanged.
        let _ = follow(&mut events, value, false);
    }
}

/// Returns `true` if any value of a string schema is not a string.
fn has_non_string(value: &Value, is_text: bool) -> bool {
    match value {
        Value::Object(object) => {
            let is_string = is_string(value);
            let is_text = is_text && value["type"] != BOOLEAN;
            let mut entries = object.iter();
            entries.any(|(key, child)| has_non_string(child, are_texts(key, is_string, is_text)))
        }
        Value::Array(items) => items.iter().any(|item| has_non_string(item, is_text)),
        Value::Number(_) | Value::Bool(_) => is_text,
        Value::Null | Value::String(_) => false,
    }
}

/// Returns `true` if this key contains values of a string schema. The dialect writes a value of an
/// enumeration as `{value: text}`.
fn are_texts(key: &str, is_string: bool, is_in_values: bool) -> bool {
    (is_string && VALUES.contains(&key)) || (is_in_values && key == "value")
}

/// Returns `true` if a schema is a string, which may be nullable.
fn is_string(schema: &Value) -> bool {
    match &schema["type"] {
        Value::String(kind) => kind == "string",
        Value::Array(kinds) => {
            let mut kinds = kinds.iter().filter(|kind| *kind != "null");
            kinds.next().is_some_and(|kind| kind == "string") && kinds.next().is_none()
        }
        _ => false,
    }
}

/// Matches the events of a parser with a value. Returns `None` if they do not match.
fn follow<'e>(
    events: &mut impl Iterator<Item = Event<'e>>,
    value: &mut Value,
    is_text: bool,
) -> Option<()> {
    match events.next()? {
        Event::Scalar(text, ScalarStyle::Plain, ..) if is_text => {
            if matches!(value, Value::Number(_) | Value::Bool(_)) {
                *value = text.into_owned().into();
            }
            Some(())
        }
        Event::Scalar(..) | Event::Alias(_) => Some(()),
        Event::SequenceStart(..) => {
            for item in value.as_array_mut()? {
                follow(events, item, is_text)?;
            }
            matches!(events.next()?, Event::SequenceEnd).then_some(())
        }
        Event::MappingStart(..) => {
            let is_string = is_string(value);
            let is_text = is_text && value["type"] != BOOLEAN;
            for (key, child) in value.as_object_mut()? {
                let Event::Scalar(own, ..) = events.next()? else {
                    return None;
                };
                (own == key.as_str()).then_some(())?;
                follow(events, child, are_texts(key, is_string, is_text))?;
            }
            matches!(events.next()?, Event::MappingEnd).then_some(())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use crate::yaml::parse;

    fn read(text: &str) -> serde_json::Value {
        parse(&Arc::from(text)).expect("it is YAML").0
    }

    #[test]
    fn values_of_a_string_keep_their_text() {
        assert_eq!(
            read(
                "a: {enum: [1.10, 2, true, ~, '3'], type: string}\nb: {const: 1.0, type: [string, 'null']}"
            ),
            json!({
                "a": {"enum": ["1.10", "2", "true", null, "3"], "type": "string"},
                "b": {"const": "1.0", "type": ["string", "null"]},
            })
        );
        assert_eq!(
            read("type: string\nenum:\n  - value: 1.10\n    description: d\ndefault: 0x10"),
            json!({
                "type": "string",
                "enum": [{"value": "1.10", "description": "d"}],
                "default": "0x10",
            })
        );
    }

    #[test]
    fn other_values_are_numbers() {
        let schema = "a: &a {type: number, enum: [1.10]}\nb: *a\nc: {type: string, maxLength: 3}";
        assert_eq!(
            read(schema),
            json!({
                "a": {"type": "number", "enum": [1.1]},
                "b": {"type": "number", "enum": [1.1]},
                "c": {"type": "string", "maxLength": 3},
            })
        );
    }
}
