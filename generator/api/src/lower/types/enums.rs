//! Open enumerations of strings, and the names of variants.

use heck::ToPascalCase;
use names::{Scope, numbered, symbol};
use openapi::tree::Schema;

use crate::{Docs, Enum, EnumValue};

/// Names for the variant with unknown values. The first free name is used.
const UNKNOWN: [&str; 3] = ["Unknown", "Unrecognized", "NotInThisVersion"];

/// Lowers an enumeration of these values. The `kept` names are reserved for former variants.
pub(super) fn lower<'a>(
    schema: &Schema,
    values: &[String],
    kept: impl Iterator<Item = &'a str>,
) -> Enum {
    let mut scope = Scope::with_reserved(kept);
    let values = values
        .iter()
        .map(|value| lower_value(schema, value, &mut scope));
    Enum {
        values: values.collect(),
        unknown: unknown(&mut scope),
    }
}

/// Lowers a value of an enumeration, and claims the name of its variant.
pub(super) fn lower_value(schema: &Schema, value: &str, scope: &mut Scope) -> EnumValue {
    let settings = schema.value_settings.get(value);
    let name = settings.and_then(|settings| settings.name.as_deref());
    EnumValue {
        name: scope.claim(numbered(&variant_name(name.unwrap_or(value)), "")),
        value: value.to_owned(),
        docs: settings.map_or_else(Docs::default, |settings| Docs::page(&settings.description)),
    }
}

/// Claims the name of the variant for unknown values.
pub(crate) fn unknown(scope: &mut Scope) -> String {
    let names = UNKNOWN.into_iter().map(str::to_owned);
    scope.claim(numbered("Unknown", "").after(names))
}

/// Returns the name of the variant for a value.
pub(crate) fn variant_name(value: &str) -> String {
    let words = words(value);
    let names: Vec<String> = words.split('_').map(str::to_pascal_case).collect();
    let name = names.join("_");
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_numeric() => format!("_{name}"),
        Some(_) if name == "Self" => "SelfValue".to_owned(),
        Some(_) => name,
    }
}

/// Returns a value in words: significant symbols are replaced with their names, and others with
/// spaces.
fn words(value: &str) -> String {
    // This operator is written with other symbols than its name.
    if value == "<>" {
        return "not equal".to_owned();
    }
    let characters: Vec<char> = value.chars().collect();
    let is_digit = |index: usize| characters.get(index).is_some_and(char::is_ascii_digit);
    let is_word = |c: char| c.is_alphabetic() || c.is_ascii_digit();
    let has_words = characters.iter().any(|c| is_word(*c));
    let mut words = String::new();
    for (index, c) in characters.iter().enumerate() {
        let between_digits = index > 0 && is_digit(index - 1) && is_digit(index + 1);
        if is_word(*c) {
            words.push(*c);
        } else if between_digits {
            // `16:9` and `16.9` must differ from `169`.
            words.push_str(" _");
        } else if has_words && !is_sign(*c, index) {
            words.push(' ');
        } else {
            words.push(' ');
            words.push_str(symbol(*c));
            words.push(' ');
        }
    }
    words
}

/// Returns `true` if a character is a leading sign: `-1` must differ from `1`.
fn is_sign(c: char, index: usize) -> bool {
    index == 0 && matches!(c, '+' | '-' | '<' | '>' | '=' | '!')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn lowered(schema: Value) -> Enum {
        let schema = Schema::read(&schema);
        let values = schema.values.clone().expect("an enumeration");
        lower(&schema, &values, std::iter::empty())
    }

    #[test]
    fn variants_are_named_after_their_values() {
        for (value, expected) in [
            ("image", "Image"),
            ("multi-part", "MultiPart"),
            ("created_at", "CreatedAt"),
            ("-1", "Minus1"),
            ("+", "Plus"),
            (">=", "GreaterEqual"),
            ("16:9", "_16_9"),
            ("1.5", "_1_5"),
            ("", "Empty"),
            ("self", "SelfValue"),
            ("½", "Other"),
            ("gpt-4o", "Gpt4o"),
            ("<>", "NotEqual"),
            ("!=", "NotEqual"),
            ("<=", "LessEqual"),
        ] {
            assert_eq!(variant_name(value), expected, "{value}");
        }
    }

    #[test]
    fn names_that_collide_are_numbered() {
        let lowered = lowered(json!({"enum": ["a-b", "a_b", "unknown"]}));
        let names = lowered.values.iter().map(|value| &value.name);
        assert_eq!(Vec::from_iter(names), ["AB", "AB2", "Unknown"]);
        assert_eq!(lowered.unknown, "Unrecognized");
    }

    #[test]
    fn the_variant_for_other_values_always_has_a_name() {
        let lowered = lowered(json!({
            "enum": ["unknown", "unrecognized", "not in this version", "unknown2"],
        }));
        assert_eq!(lowered.unknown, "Unknown3");
    }

    #[test]
    fn a_page_can_name_and_describe_values() {
        let lowered = lowered(json!({
            "enum": ["q1", "q2"],
            "x-fern-enum": {"q1": {"name": "cool down", "description": "Calm."}},
        }));
        let first = EnumValue {
            name: "CoolDown".to_owned(),
            value: "q1".to_owned(),
            docs: Docs::page("Calm."),
        };
        assert_eq!(lowered.values[0], first);
        assert_eq!(lowered.values[1].name, "Q2");
    }
}
