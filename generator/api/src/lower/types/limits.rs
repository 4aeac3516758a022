//! The limits of a schema's values, as data and as documentation.

use openapi::tree::{self, Additional, Schema};
use serde_json::Value;

use super::value::has_type;
use crate::{Bound, Docs, Limits};

/// The maximum length of a default that is shown, in characters of JSON.
const SHOWN: usize = 60;

/// Words in descriptions that already state bounds.
const BOUNDS: [&str; 10] = [
    "**max",
    "**min",
    "at least",
    "at most",
    "between",
    "greater",
    "less than",
    "maximum",
    "minimum",
    "up to",
];

/// Returns the limits of a schema.
pub(crate) fn limits(schema: &Schema) -> Limits {
    let bound = |bound: &tree::Bound| Bound {
        number: bound.number.clone(),
        exclusive: bound.exclusive,
    };
    let format = schema.format.clone();
    Limits {
        minimum: schema.minimum.as_ref().map(bound),
        maximum: schema.maximum.as_ref().map(bound),
        min_length: schema.min_length,
        max_length: schema.max_length,
        min_items: schema.min_items,
        max_items: schema.max_items,
        unique_items: schema.unique_items,
        min_properties: schema.min_properties,
        max_properties: schema.max_properties,
        multiple_of: schema.multiple_of.clone(),
        pattern: schema.pattern.clone(),
        format: format.filter(|format| !has_type(schema.kind, format)),
        values: schema.literals.clone(),
        items: items(schema)
            .map(limits)
            .filter(|limits| *limits != Limits::default())
            .map(Box::new),
    }
}

/// Returns the schema of the items of a list, or of the values of a map.
fn items(schema: &Schema) -> Option<&Schema> {
    match (&schema.items, &schema.additional) {
        (Some(items), _) => Some(items),
        (None, Additional::Of(values)) if schema.properties.is_empty() => Some(values),
        _ => None,
    }
}

/// Returns documentation: a description, with the default and the limits that the description does
/// not already state.
pub(crate) fn described(description: &str, schema: &Schema) -> Docs {
    let description = description.trim();
    let lower_case = description.to_lowercase();
    let states = |words: &[&str]| words.iter().any(|word| lower_case.contains(word));
    let mut sentences = Vec::new();
    let values = literals(&schema.literals);
    sentences.extend(values.filter(|values| !description.contains(values.as_str())));
    if !states(&["default"]) {
        sentences.extend(schema.default.as_ref().and_then(default));
    }
    if !states(&BOUNDS) {
        let limits = limits(schema);
        sentences.extend(
            limits
                .minimum
                .map(|minimum| bound(&minimum, "Min", "Above")),
        );
        sentences.extend(
            limits
                .maximum
                .map(|maximum| bound(&maximum, "Max", "Below")),
        );
        sentences.extend(range(
            limits.min_length,
            limits.max_length,
            "Length",
            "character",
        ));
        sentences.extend(range(limits.min_items, limits.max_items, "Items", ""));
    }
    let sentences = sentences.join(" ");
    match (description.is_empty(), sentences.is_empty()) {
        (_, true) => Docs::page(description),
        (true, false) => Docs::page(&sentences),
        (false, false) => Docs::page(&format!("{description}\n\n{sentences}")),
    }
}

/// Describes the only values.
fn literals(literals: &[String]) -> Option<String> {
    let literals: Vec<String> = literals.iter().map(|text| format!("`{text}`")).collect();
    match &literals[..] {
        [] => None,
        [only] => Some(format!("Always {only}.")),
        _ => Some(format!("One of {}.", literals.join(", "))),
    }
}

/// Describes a default, unless it is too long or cannot be written as inline code.
fn default(default: &Value) -> Option<String> {
    let text = match default {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let is_shown = text.chars().count() <= SHOWN && !text.contains(['`', '\n']) && !text.is_empty();
    is_shown.then(|| format!("**Default**: `{text}`."))
}

/// Describes one end of a range of numbers.
fn bound(bound: &Bound, within: &str, beyond: &str) -> String {
    let name = if bound.exclusive { beyond } else { within };
    format!("**{name}**: `{}`.", bound.number)
}

/// Describes the length of a string or a list.
fn range(least: Option<u64>, most: Option<u64>, name: &str, unit: &str) -> Option<String> {
    let least = least.filter(|least| *least > 0);
    let (range, last) = match (least, most) {
        (None, None) => return None,
        (Some(least), None) => (format!("at least {least}"), least),
        (None, Some(most)) => (format!("at most {most}"), most),
        (Some(least), Some(most)) if least == most => (format!("{least}"), most),
        (Some(least), Some(most)) => (format!("{least} to {most}"), most),
    };
    let unit = match (unit, last) {
        ("", _) => String::new(),
        (unit, 1) => format!(" {unit}"),
        (unit, _) => format!(" {unit}s"),
    };
    Some(format!("**{name}**: {range}{unit}."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(description: &str, schema: Value) -> String {
        described(description, &Schema::read(&schema))
            .as_str()
            .to_owned()
    }

    #[test]
    fn limits_and_default_are_documented_if_only_the_schema_states_them() {
        let number = json!({"type": "integer", "default": 10, "minimum": 1, "maximum": 50});
        assert_eq!(
            text("The size.", number.clone()),
            "The size.\n\n**Default**: `10`. **Min**: `1`. **Max**: `50`."
        );
        let description = "The size, 10 by default and 50 at most.";
        assert_eq!(text(description, number), description);
        let range = json!({"minimum": 0, "exclusiveMinimum": true, "maximum": 0.5});
        assert_eq!(text("", range), "**Above**: `0`. **Max**: `0.5`.");
    }

    #[test]
    fn lengths_have_their_unit() {
        assert_eq!(
            text("", json!({"minLength": 1, "maxLength": 30})),
            "**Length**: 1 to 30 characters."
        );
        assert_eq!(
            text("", json!({"minLength": 1})),
            "**Length**: at least 1 character."
        );
        assert_eq!(text("", json!({"maxItems": 10})), "**Items**: at most 10.");
        assert_eq!(text("", json!({"minItems": 0})), "");
    }

    #[test]
    fn a_default_that_is_long_or_empty_is_not_shown() {
        for default in [json!(null), json!(""), json!("`"), json!("x".repeat(61))] {
            assert_eq!(text("A.", json!({"default": default})), "A.", "{default}");
        }
    }

    #[test]
    fn the_values_of_what_is_no_enumeration_are_documented() {
        let versions = json!({"type": "integer", "enum": [1, 2], "default": 2});
        assert_eq!(
            text("The version.", versions),
            "The version.\n\nOne of `1`, `2`. **Default**: `2`."
        );
        assert_eq!(text("", json!({"enum": [true]})), "Always `true`.");
    }

    #[test]
    fn limits_hold_what_no_type_says() {
        let email = json!({"type": "string", "format": "email", "maxLength": 9, "pattern": "@"});
        assert_eq!(
            limits(&Schema::read(&email)),
            Limits {
                max_length: Some(9),
                pattern: Some("@".to_owned()),
                format: Some("email".to_owned()),
                ..Limits::default()
            }
        );
        let count = json!({"type": "integer", "format": "int32", "minimum": 0,
            "exclusiveMinimum": true});
        let bound = Bound {
            number: "0".to_owned(),
            exclusive: true,
        };
        assert_eq!(
            limits(&Schema::read(&count)),
            Limits {
                minimum: Some(bound),
                ..Limits::default()
            }
        );
    }

    #[test]
    fn lists_maps_and_objects_have_limits() {
        let words = json!({"type": "array", "uniqueItems": true, "items": {
            "type": "string", "maxLength": 9}});
        let inner = Limits {
            max_length: Some(9),
            ..Limits::default()
        };
        assert_eq!(
            limits(&Schema::read(&words)),
            Limits {
                unique_items: true,
                items: Some(Box::new(inner)),
                ..Limits::default()
            }
        );
        let counts = json!({"type": "object", "minProperties": 1, "maxProperties": 9,
            "additionalProperties": {"type": "integer", "multipleOf": 5}});
        let inner = Limits {
            multiple_of: Some("5".to_owned()),
            ..Limits::default()
        };
        assert_eq!(
            limits(&Schema::read(&counts)),
            Limits {
                min_properties: Some(1),
                max_properties: Some(9),
                items: Some(Box::new(inner)),
                ..Limits::default()
            }
        );
    }
}
