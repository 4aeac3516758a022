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
    // A text such as "Limits the maximum number of results" does not state the maximum.
    let states = |words: &[&str], values: &[String]| {
        let is_shown = values.iter().any(|value| shows(description, value));
        is_shown && words.iter().any(|word| lower_case.contains(word))
    };
    let mut sentences = Vec::new();
    let values = literals(&schema.literals);
    sentences.extend(values.filter(|values| !description.contains(values.as_str())));
    let own = schema.default.as_ref().map(text);
    if !states(&["default"], own.as_slice()) {
        sentences.extend(own.as_deref().and_then(default));
    }
    let limits = limits(schema);
    if !states(&BOUNDS, &numbers(&limits)) {
        let ends = [
            limits
                .minimum
                .map(|minimum| bound(&minimum, "Min", "Above")),
            limits
                .maximum
                .map(|maximum| bound(&maximum, "Max", "Below")),
            range(limits.min_length, limits.max_length, "Length", "character"),
            range(limits.min_items, limits.max_items, "Items", ""),
        ];
        sentences.extend(ends.into_iter().flatten());
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

/// Returns a value as a text of a page writes it.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns the numbers of all bounds.
fn numbers(limits: &Limits) -> Vec<String> {
    let bounds = [&limits.minimum, &limits.maximum].into_iter().flatten();
    let counts = [
        limits.min_length,
        limits.max_length,
        limits.min_items,
        limits.max_items,
    ];
    let counts = counts.into_iter().flatten();
    let numbers = bounds.map(|bound| bound.number.clone());
    numbers
        .chain(counts.map(|count| count.to_string()))
        .collect()
}

/// Returns `true` if a description contains a value, such as `2000` or `2,000`, as a word.
fn shows(description: &str, value: &str) -> bool {
    let is_word = |text: &str, at: usize, length: usize| {
        let of_word = |c: char| c.is_alphanumeric();
        !text[..at].ends_with(of_word) && !text[at + length..].starts_with(of_word)
    };
    let is_in = |text: &str| {
        let mut found = text.match_indices(value);
        !value.is_empty() && found.any(|(at, _)| is_word(text, at, value.len()))
    };
    is_in(description) || description.contains(',') && is_in(&description.replace(',', ""))
}

/// Describes a default, unless it is too long or cannot be written as inline code.
fn default(text: &str) -> Option<String> {
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
        assert_eq!(text(description, number.clone()), description);
        let words = "Limits the maximum number of results, by default.";
        let described = "**Default**: `10`. **Min**: `1`. **Max**: `50`.";
        assert_eq!(text(words, number), format!("{words}\n\n{described}"));
        let length = json!({"maxLength": 2000});
        let words = "At most 2,000 characters.";
        assert_eq!(text(words, length), words);
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
