//! The values in the examples of the client's documentation.

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
