//! The values in the examples of the client's documentation.

use openapi::tree::{Bound, Schema};
use serde_json::Value;

/// The maximum length of a string.
const LONGEST: usize = 40;

/// Strings that tools write in place of an example.
const PLACEHOLDERS: [&str; 3] = ["string", "text", "value"];

/// Returns the first of these examples and defaults that a person would write in code: a number, a
/// boolean, or a short word. Of a list, its first item is used.
pub(super) fn first<'a>(shown: impl IntoIterator<Item = Option<&'a Value>>) -> Option<Value> {
    let items = shown.into_iter().flatten().map(|value| match value {
        Value::Array(items) => items.first().unwrap_or(value),
        value => value,
    });
    let mut written = items.filter(|value| is_written(value));
    written.next().cloned()
}

/// Returns a value that the limits of a schema allow, if the usual one is not allowed: the first
/// value, or an end of the range.
pub(super) fn allowed(schema: &Schema) -> Option<Value> {
    let number = |bound: &Option<Bound>| {
        let bound = bound.as_ref().filter(|bound| !bound.exclusive)?;
        serde_json::from_str::<Value>(&bound.number).ok()
    };
    let is_above = |value: &Value| value.as_f64().is_some_and(|value| value > 1.0);
    let is_below = |value: &Value| value.as_f64().is_some_and(|value| value < 1.0);
    let literal = || serde_json::from_str(schema.literals.first()?).ok();
    let least = || number(&schema.minimum).filter(is_above);
    let most = || number(&schema.maximum).filter(is_below);
    literal().or_else(least).or_else(most)
}

fn is_written(value: &Value) -> bool {
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    match value {
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => {
            text.len() <= LONGEST
                && text.chars().all(is_of_word)
                && text.chars().any(|c| c.is_ascii_alphanumeric())
                && !PLACEHOLDERS.contains(&text.as_str())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn without_an_example_a_value_within_the_limits_is_shown() {
        let bound = |number: &str, exclusive| {
            let number = number.to_owned();
            Some(Bound { number, exclusive })
        };
        let values = Schema {
            literals: vec!["10".to_owned(), "20".to_owned()],
            ..Schema::default()
        };
        let range = |minimum, maximum| Schema {
            minimum,
            maximum,
            ..Schema::default()
        };
        for (schema, expected) in [
            (values, Some(json!(10))),
            (range(bound("5", false), bound("9", false)), Some(json!(5))),
            (range(None, bound("0.5", false)), Some(json!(0.5))),
            (range(bound("0", false), bound("9", false)), None),
            (range(bound("5", true), None), None),
        ] {
            assert_eq!(allowed(&schema), expected);
        }
    }

    #[test]
    fn the_first_value_that_a_person_would_write_is_the_example() {
        for (shown, expected) in [
            (
                vec![json!("pay_123"), json!("pay_456")],
                Some(json!("pay_123")),
            ),
            (vec![json!("string"), json!(7)], Some(json!(7))),
            (vec![json!(["a", "b"])], Some(json!("a"))),
            (vec![json!({"a": 1}), json!(null), json!([])], None),
            (
                vec![json!("a\n```\nb"), json!("<id>"), json!("a b"), json!("..")],
                None,
            ),
            (vec![json!("a".repeat(41))], None),
        ] {
            assert_eq!(first(shown.iter().map(Some)), expected, "{shown:?}");
        }
    }
}
