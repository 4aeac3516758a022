//! What a schema says of its values, in the words of documentation: its default,
//! its bounds, and its lengths.

use serde_json::Value;

/// The longest default that is shown, in characters of JSON.
const SHOWN: usize = 60;

/// Words by which a description tells bounds itself.
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

/// Returns the description of a value, with what only its schema says of limits
/// and the default.
pub fn described(description: &str, schema: &Value) -> String {
    let description = description.trim();
    let said = description.to_lowercase();
    let is_said = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let mut limits = Vec::new();
    if let Some(default) = schema.get("default").filter(|default| !default.is_null())
        && !is_said(&["default"])
    {
        let text = match default {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if text.chars().count() <= SHOWN && !text.contains(['`', '\n']) && !text.is_empty() {
            limits.push(format!("**Default**: `{text}`."));
        }
    }
    if !is_said(&BOUNDS) {
        limits.extend(bound(
            schema,
            "minimum",
            "exclusiveMinimum",
            ["Min", "Above"],
        ));
        limits.extend(bound(
            schema,
            "maximum",
            "exclusiveMaximum",
            ["Max", "Below"],
        ));
        limits.extend(range(
            schema,
            "minLength",
            "maxLength",
            "Length",
            "character",
        ));
        limits.extend(range(schema, "minItems", "maxItems", "Items", ""));
    }
    let limits = limits.join(" ");
    match (description.is_empty(), limits.is_empty()) {
        (_, true) => description.to_owned(),
        (true, false) => limits,
        (false, false) => format!("{description}\n\n{limits}"),
    }
}

/// Adds limits and defaults to the descriptions of an object's properties.
pub fn describe_properties(schema: &mut Value) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    for property in properties
        .values_mut()
        .filter(|property| property.is_object())
    {
        let description = property["description"].as_str().unwrap_or_default();
        let described = described(description, property);
        if !described.is_empty() {
            property["description"] = described.into();
        }
    }
}

/// Says a bound, which OpenAPI 3.0 excludes by a keyword of its own.
fn bound(schema: &Value, keyword: &str, exclusive: &str, names: [&str; 2]) -> Option<String> {
    let number = schema[keyword].as_number()?;
    let [within, beyond] = names;
    let name = if schema[exclusive] == true {
        beyond
    } else {
        within
    };
    Some(format!("**{name}**: `{number}`."))
}

/// Says how long a text or a list may be.
fn range(schema: &Value, least: &str, most: &str, name: &str, unit: &str) -> Option<String> {
    let least = schema[least].as_u64().filter(|least| *least > 0);
    let most = schema[most].as_u64();
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

    #[test]
    fn limits_and_default_are_told_where_only_the_schema_has_them() {
        let number = json!({"default": 10, "minimum": 1, "maximum": 50});
        assert_eq!(
            described("The size.", &number),
            "The size.\n\n**Default**: `10`. **Min**: `1`. **Max**: `50`."
        );
        assert_eq!(
            described("The size, 10 by default and 50 at most.", &number),
            "The size, 10 by default and 50 at most."
        );
        assert_eq!(
            described(
                "",
                &json!({"minimum": 0, "exclusiveMinimum": true, "maximum": 0.5})
            ),
            "**Above**: `0`. **Max**: `0.5`."
        );
    }

    #[test]
    fn lengths_are_told_with_their_unit() {
        let told = |schema| described("", &schema);
        assert_eq!(
            told(json!({"minLength": 1, "maxLength": 30})),
            "**Length**: 1 to 30 characters."
        );
        assert_eq!(
            told(json!({"minLength": 1})),
            "**Length**: at least 1 character."
        );
        assert_eq!(told(json!({"maxItems": 10})), "**Items**: at most 10.");
        assert_eq!(told(json!({"minItems": 0})), "");
    }

    #[test]
    fn a_default_that_is_nothing_to_look_at_is_left_out() {
        assert_eq!(described("A.", &json!({"default": null})), "A.");
        assert_eq!(described("A.", &json!({"default": "x".repeat(61)})), "A.");
    }
}
