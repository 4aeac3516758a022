//! Enumerations of strings, open for values of newer servers.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use heck::ToPascalCase;
use serde_json::Value;

use super::docs::comment;
use crate::docs::Docs;

/// Names for the variant that keeps a value that is not in the list; the first
/// one that is free is taken.
const UNKNOWN: [&str; 3] = ["Unknown", "Unrecognized", "NotInThisVersion"];

/// Writes the enumeration `name` as an invocation of the runtime's macro.
pub(super) fn print(name: &str, schema: &Value) -> String {
    let mut code = String::from("open_enum! {\n");
    if let Some(description) = schema["description"].as_str() {
        comment(&mut code, "    ", &Docs::page(description));
    }
    let _ = writeln!(code, "    pub enum {name} {{");
    let mut taken = BTreeSet::new();
    for value in schema["enum"].as_array().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        let settings = &schema["x-fern-enum"][value];
        if let Some(description) = settings["description"].as_str() {
            comment(&mut code, "        ", &Docs::page(description));
        }
        let variant = settings["name"]
            .as_str()
            .map_or_else(|| variant(value), variant);
        let variant = free(&variant, &taken);
        let _ = writeln!(code, "        {variant} = {value:?},");
        taken.insert(variant);
    }
    let unknown = unknown(&taken);
    let _ = writeln!(code, "        ..{unknown}(String)\n    }}\n}}");
    code
}

/// Returns the name of the variant that keeps what is not in the list.
pub(super) fn unknown(taken: &BTreeSet<String>) -> String {
    let name = UNKNOWN.iter().find(|name| !taken.contains(**name));
    name.map_or_else(|| free("Unknown", taken), |name| (*name).to_owned())
}

pub(super) fn free(name: &str, taken: &BTreeSet<String>) -> String {
    if !taken.contains(name) {
        return name.to_owned();
    }
    (2..)
        .map(|number| format!("{name}{number}"))
        .find(|name| !taken.contains(name))
        .unwrap_or_default()
}

/// Returns the name of the variant for a value.
pub(super) fn variant(value: &str) -> String {
    let mut words = String::new();
    let characters: Vec<char> = value.chars().collect();
    let is_word = |c: char| c.is_alphabetic() || c.is_ascii_digit();
    let has_letters = characters.iter().any(|c| is_word(*c));
    for (index, c) in characters.iter().enumerate() {
        let next_is_digit = characters.get(index + 1).is_some_and(char::is_ascii_digit);
        let previous_is_digit = index > 0 && characters[index - 1].is_ascii_digit();
        if is_word(*c) {
            words.push(*c);
        } else if (previous_is_digit && next_is_digit) || (has_letters && !is_sign(*c, index)) {
            // `16:9` and `16.9` are not `169`: a digit keeps its distance.
            words.push_str(if previous_is_digit && next_is_digit {
                " _"
            } else {
                " "
            });
        } else {
            words.push(' ');
            words.push_str(symbol(*c));
            words.push(' ');
        }
    }
    let name: String = words
        .split('_')
        .map(|part| part.to_pascal_case())
        .collect::<Vec<_>>()
        .join("_");
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_numeric() => format!("_{name}"),
        Some(_) if name == "Self" => "SelfValue".to_owned(),
        Some(_) => name,
    }
}

/// A sign at the start belongs to the value: `-1` is not `1`.
fn is_sign(c: char, index: usize) -> bool {
    index == 0 && matches!(c, '+' | '-' | '<' | '>' | '=' | '!')
}

/// Returns the word for a symbol.
pub(crate) fn symbol(c: char) -> &'static str {
    match c {
        '+' => "plus",
        '-' => "minus",
        '*' => "star",
        '/' => "slash",
        '<' => "less",
        '>' => "greater",
        '=' => "equal",
        '!' => "not",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        '%' => "percent",
        '&' => "and",
        '|' => "or",
        '^' => "caret",
        '~' => "tilde",
        '@' => "at",
        '#' => "hash",
        '$' => "dollar",
        '?' => "question",
        '_' => "underscore",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
        ] {
            assert_eq!(variant(value), expected, "{value}");
        }
    }

    #[test]
    fn names_that_collide_are_kept_apart() {
        let code = print("Kind", &json!({"enum": ["a-b", "a_b", "unknown"]}));
        assert_eq!(
            code,
            "open_enum! {\n    pub enum Kind {\n        AB = \"a-b\",\n        AB2 = \"a_b\",\n        \
             Unknown = \"unknown\",\n        ..Unrecognized(String)\n    }\n}\n"
        );
    }
}
