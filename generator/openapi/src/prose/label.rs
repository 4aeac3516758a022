//! Parses the label of a property, which states its type in prose.

use std::collections::HashSet;

use serde_json::Value;

/// The maximum depth of lists, maps, and unions in one label.
const MOST_DEPTH: usize = 16;

/// A type, to the extent that one line describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// Any JSON value.
    Any,
    /// A scalar: its type and format in OpenAPI.
    Scalar(&'static str, Option<&'static str>),
    /// A string with listed values.
    Enum,
    /// One string, boolean, or number.
    Constant(Value),
    /// A form field that is a file.
    File,
    /// An object whose properties are below the line.
    Object,
    /// A type with a name.
    Named(String),
    /// A list.
    List(Box<Label>),
    /// A map from strings, or from strings with listed values, which are not shown.
    Map(Keys, Box<Label>),
    /// One of several types.
    Union(Vec<Label>),
}

/// The keys of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    /// Any strings.
    Any,
    /// Strings with listed values.
    Enum,
}

/// Words for scalars.
const SCALARS: [(&str, &str, Option<&str>); 10] = [
    ("string", "string", None),
    ("integer", "integer", None),
    ("long", "integer", Some("int64")),
    ("double", "number", Some("double")),
    ("float", "number", Some("float")),
    ("boolean", "boolean", None),
    ("datetime", "string", Some("date-time")),
    ("date", "string", Some("date")),
    ("UUID", "string", Some("uuid")),
    ("base64 string", "string", Some("byte")),
];

impl Label {
    /// Parses a label. `names` are the names of types, which can contain spaces.
    pub(super) fn parse(text: &str, names: &HashSet<String>) -> Option<Self> {
        Self::parse_within(text, names, 0)
    }

    fn parse_within(text: &str, names: &HashSet<String>, depth: usize) -> Option<Self> {
        if depth > MOST_DEPTH {
            return None;
        }
        let mut members = Vec::new();
        let mut rest = Some(text);
        while let Some(text) = rest {
            // `list of A or B` is a list of either, so the items consume the rest of the label.
            if let Some(items) = text.strip_prefix("list of ") {
                let items = Self::parse_within(items, names, depth + 1)?;
                let (items, others) = items.without_alternatives_to_any();
                members.push(Self::List(items.into()));
                members.extend(others);
                break;
            }
            if let Some(map) = text.strip_prefix("map from ") {
                let (keys, values) = map.split_once(" to ")?;
                let keys = match keys {
                    "enum" => Keys::Enum,
                    _ => Keys::Any,
                };
                let values = Self::parse_within(values, names, depth + 1)?;
                let (values, others) = values.without_alternatives_to_any();
                members.push(Self::Map(keys, values.into()));
                members.extend(others);
                break;
            }
            let (member, next) = Self::parse_member(text, names)?;
            members.push(member);
            rest = next;
        }
        if members.len() == 1 {
            return members.pop();
        }
        Some(Self::Union(members))
    }

    /// Separates any value from the other members of a union. Any value has no alternatives, so they
    /// are those of the list or the map around it: `list of any or string`.
    fn without_alternatives_to_any(self) -> (Self, Vec<Self>) {
        match self {
            Self::Union(mut members) if members[0] == Self::Any => {
                let others = members.split_off(1);
                (Self::Any, others)
            }
            label => (label, Vec::new()),
        }
    }

    /// Parses one member of a union, and returns the text after its `or`.
    fn parse_member<'a>(text: &'a str, names: &HashSet<String>) -> Option<(Self, Option<&'a str>)> {
        if text.starts_with('"') {
            let end = quoted(text)?;
            let constant = serde_json::from_str(&text[..end]).ok()?;
            let rest = match &text[end..] {
                "" => None,
                rest => Some(rest.strip_prefix(" or ")?),
            };
            return Some((Self::Constant(constant), rest));
        }
        let (word, rest) = match text.split_once(" or ") {
            Some((word, rest)) => (word, Some(rest)),
            None => (text, None),
        };
        let label = match word {
            "any" | "unknown" => Self::Any,
            "enum" => Self::Enum,
            "object" => Self::Object,
            "file" => Self::File,
            "files" => Self::List(Self::File.into()),
            _ => match SCALARS.iter().find(|(known, ..)| *known == word) {
                Some((_, kind, format)) => Self::Scalar(kind, *format),
                None => match constant(word).filter(|_| !names.contains(word)) {
                    Some(value) => Self::Constant(value),
                    None => Self::Named(name(word, names)?),
                },
            },
        };
        Some((label, rest))
    }

    /// Returns the innermost label of nested lists and maps.
    pub(super) fn core(&self) -> &Self {
        match self {
            Self::List(inner) | Self::Map(_, inner) => inner.core(),
            other => other,
        }
    }

    /// Returns the names of types in the label, in order.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Self::Named(name) => vec![name],
            Self::List(inner) | Self::Map(_, inner) => inner.names(),
            Self::Union(members) => members.iter().flat_map(Self::names).collect(),
            _ => Vec::new(),
        }
    }
}

/// Returns the length of the JSON string at the beginning of `text`.
pub(super) fn quoted(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (position, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some(position + 1),
            _ => {}
        }
    }
    None
}

/// Parses a boolean or a number. Strings are quoted.
fn constant(word: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(word).ok()?;
    (value.is_boolean() || value.is_number()).then_some(value)
}

/// Returns the name of a type without its escapes.
fn name(word: &str, names: &HashSet<String>) -> Option<String> {
    let name = word.replace('\\', "");
    let is_word = !name.is_empty()
        && !name.contains(|c: char| {
            c.is_whitespace() || "`\"'()[]{}<>,&;\u{2018}\u{2019}\u{201c}\u{201d}".contains(c)
        });
    (is_word || names.contains(&name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<Label> {
        Label::parse(text, &HashSet::from(["Manage videos_update".to_owned()]))
    }

    fn list(items: Label) -> Label {
        Label::List(items.into())
    }

    #[test]
    fn all_labels_are_parsed() {
        let string = Label::Scalar("string", None);
        for (text, expected) in [
            ("string", string.clone()),
            ("long", Label::Scalar("integer", Some("int64"))),
            ("base64 string", Label::Scalar("string", Some("byte"))),
            ("any", Label::Any),
            ("unknown", Label::Any),
            ("files", list(Label::File)),
            ("list of list of enum", list(list(Label::Enum))),
            (
                "map from enum to list of object",
                Label::Map(Keys::Enum, list(Label::Object).into()),
            ),
            ("\"a or \\\"b\\\"\"", Label::Constant("a or \"b\"".into())),
            ("true", Label::Constant(true.into())),
            ("2", Label::Constant(2.into())),
            (
                "GenerationChunk-Input",
                Label::Named("GenerationChunk-Input".to_owned()),
            ),
            ("search\\_pool", Label::Named("search_pool".to_owned())),
            (
                "Manage videos_update",
                Label::Named("Manage videos_update".to_owned()),
            ),
            (
                "map from string to any or string or list of any or enum",
                Label::Union(vec![
                    Label::Map(Keys::Any, Label::Any.into()),
                    string.clone(),
                    list(Label::Any),
                    Label::Enum,
                ]),
            ),
            (
                "string or list of string or object",
                Label::Union(vec![
                    string.clone(),
                    list(Label::Union(vec![string, Label::Object])),
                ]),
            ),
        ] {
            assert_eq!(parsed(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn text_outside_the_grammar_is_refused() {
        for text in [
            "",
            "two words",
            "list of ",
            "\"open",
            "\"a\" and \"b\"",
            "a or ",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
        assert_eq!(parsed(&"list of ".repeat(1000)), None);
    }
}
