//! One list line of a section.

use std::collections::HashSet;

use super::label::{Label, quoted};

/// The content of one list line, without the lines below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// `` - `name` (string, required) — text ``
    Property(Property),
    /// `` - Allowed values: `a`, `b` ``
    Values(Vec<String>),
    /// `- Title`: a variant of the union above, by its title.
    Variant(String),
    /// `` - `type`: `pod` (Pod) ``: a variant of the union above, by the value of a property.
    Discriminated(Discriminated),
    /// `` - `LABEL` ``: a whole body.
    Whole(Label),
    /// `` - Streaming response of `LABEL`. ``
    Stream(Label),
    /// `- File download.`
    File,
}

/// A property, a parameter, or a form field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) label: Label,
    pub(super) required: bool,
    pub(super) nullable: bool,
    pub(super) default: Option<String>,
    pub(super) deprecated: bool,
    pub(super) description: Option<String>,
}

/// A variant of a union with a discriminator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Discriminated {
    pub(super) property: String,
    pub(super) value: String,
    pub(super) type_name: Option<String>,
}

impl Line {
    /// Parses the text after the dash. `names` are the names of types, which can contain spaces.
    pub(super) fn parse(text: &str, names: &HashSet<String>) -> Option<Self> {
        let text = text.trim_end();
        // `` **`name`** (string, required) ``
        let bold = text
            .strip_prefix("**`")
            .and_then(|text| text.split_once("`**"));
        if let Some((name, rest)) = bold {
            return Self::parse(&format!("`{name}`{rest}"), names);
        }
        if let Some(values) = text.strip_prefix("Allowed values: ") {
            let values = values.strip_prefix('`')?.strip_suffix('`')?;
            return Some(Self::Values(
                values.split("`, `").map(str::to_owned).collect(),
            ));
        }
        if text == "File download." {
            return Some(Self::File);
        }
        if let Some(label) = text.strip_prefix("Streaming response of `") {
            let label = label.trim_end_matches('.').strip_suffix('`')?;
            return Label::parse(label, names).map(Self::Stream);
        }
        let Some(quoted) = text.strip_prefix('`') else {
            let is_title = !text.is_empty() && !text.contains('`');
            return is_title.then(|| Self::Variant(text.replace('\\', "")));
        };
        let (name, rest) = quoted.split_once('`')?;
        if rest.is_empty() {
            return Label::parse(name, names).map(Self::Whole);
        }
        if let Some(rest) = rest.strip_prefix(": `") {
            return discriminated(name, rest).map(Self::Discriminated);
        }
        property(name, rest.strip_prefix(" (")?, names).map(Self::Property)
    }
}

/// Parses `` pod` (Pod) ``.
fn discriminated(property: &str, rest: &str) -> Option<Discriminated> {
    let (value, rest) = rest.split_once('`')?;
    let type_name = match rest.trim() {
        "" => None,
        rest => Some(rest.strip_prefix('(')?.strip_suffix(')')?),
    };
    Some(Discriminated {
        property: property.to_owned(),
        value: value.to_owned(),
        type_name: type_name.map(|name| name.trim_matches('`').replace('\\', "")),
    })
}

/// Parses `string, optional, default: a (b)) — text`. Tools that rewrite pages replace the dash.
fn property(name: &str, rest: &str, names: &HashSet<String>) -> Option<Property> {
    let dashes: [fn(&str) -> Option<&str>; 2] = [|text| text.strip_prefix(" — "), after_dash];
    dashes
        .into_iter()
        .find_map(|after_dash| property_of(name, facts(rest, after_dash)?, names))
}

/// Returns the text after any dash between white space, or after a colon.
pub(super) fn after_dash(text: &str) -> Option<&str> {
    if let Some(after) = text.strip_prefix(": ") {
        return Some(after);
    }
    let dash = text.trim_start();
    let after = dash.strip_prefix(['—', '–', '-'])?;
    let is_word = dash.len() < text.len() && after.starts_with(char::is_whitespace);
    is_word.then_some(after)
}

/// Creates a property from the text in parentheses and the description.
fn property_of(
    name: &str,
    (facts, description): (&str, Option<&str>),
    names: &HashSet<String>,
) -> Option<Property> {
    let (label, mut flags) = label_and_flags(facts)?;
    let required = match flags.split_once(',') {
        Some((presence, rest)) => {
            flags = rest;
            presence
        }
        None => std::mem::take(&mut flags),
    };
    let mut property = Property {
        name: name.to_owned(),
        label: Label::parse(label, names)?,
        required: required.eq_ignore_ascii_case("required"),
        nullable: false,
        default: None,
        deprecated: false,
        description: description.map(str::to_owned),
    };
    let mut flags = flags.strip_prefix(' ').unwrap_or(flags);
    if let Some(before) = strip_suffix(flags, "deprecated")
        && (before.is_empty() || before.ends_with(", "))
    {
        property.deprecated = true;
        flags = before.strip_suffix(", ").unwrap_or(before);
    }
    if let Some(after) = strip_prefix(flags, "nullable")
        && (after.is_empty() || after.starts_with(", "))
    {
        property.nullable = true;
        flags = after.strip_prefix(", ").unwrap_or(after);
    }
    // Pages that were edited by hand have other words.
    let defaults = ["default: ", "defaults to "];
    if let Some(value) = defaults.iter().find_map(|mark| strip_prefix(flags, mark)) {
        property.default = Some(if value == "``" { "" } else { value }.to_owned());
        flags = "";
    }
    flags.is_empty().then_some(property)
}

/// Removes the beginning of a text in any case.
fn strip_prefix<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (found, rest) = text.split_at_checked(start.len())?;
    found.eq_ignore_ascii_case(start).then_some(rest)
}

/// Removes the end of a text in any case.
fn strip_suffix<'a>(text: &'a str, end: &str) -> Option<&'a str> {
    let (rest, found) = text.split_at_checked(text.len().checked_sub(end.len())?)?;
    found.eq_ignore_ascii_case(end).then_some(rest)
}

/// Splits the text in parentheses from the description. Both can contain parentheses.
fn facts(text: &str, after_dash: fn(&str) -> Option<&str>) -> Option<(&str, Option<&str>)> {
    text.match_indices(')').find_map(|(end, _)| {
        let after = &text[end + 1..];
        if after.is_empty() {
            return Some((&text[..end], None));
        }
        let description = after_dash(after)?;
        Some((
            &text[..end],
            Some(description.trim()).filter(|text| !text.is_empty()),
        ))
    })
}

/// Splits a label from the flags, which begin with `required` or `optional`.
fn label_and_flags(text: &str) -> Option<(&str, &str)> {
    let constant = if text.starts_with('"') {
        quoted(text)?
    } else {
        0
    };
    let flags = text[constant..]
        .match_indices(", ")
        .find_map(|(comma, _)| {
            let flags = constant + comma + 2;
            let mut words = text[flags..].split(',');
            let word = words.next()?;
            let is_presence = |known: &&str| word.eq_ignore_ascii_case(known);
            ["required", "optional"]
                .iter()
                .any(is_presence)
                .then_some(flags)
        })?;
    Some((&text[..flags - 2], &text[flags..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<Line> {
        Line::parse(text, &HashSet::new())
    }

    fn property_in(text: &str) -> Property {
        match parsed(text) {
            Some(Line::Property(property)) => property,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_property_has_a_label_flags_and_a_description() {
        let property = property_in(
            "`limit` (integer, optional, nullable, default: 30, deprecated) — At most (100) — see `x`.",
        );
        assert_eq!(
            property,
            Property {
                name: "limit".to_owned(),
                label: Label::Scalar("integer", None),
                required: false,
                nullable: true,
                default: Some("30".to_owned()),
                deprecated: true,
                description: Some("At most (100) — see `x`.".to_owned()),
            }
        );
        let property = property_in("`kind` (\"a, required (b)\", required)");
        assert_eq!(property.label, Label::Constant("a, required (b)".into()));
        assert!(property.required && property.description.is_none());
    }

    #[test]
    fn another_dash_separates_a_description_too() {
        for dash in [" - ", " – ", "\u{a0}— ", "  —  ", ": "] {
            for name in ["`a`", "**`a`**"] {
                let property = property_in(&format!("{name} (string, required){dash}Text (b) - c"));
                assert_eq!(property.name, "a");
                assert_eq!(property.description.as_deref(), Some("Text (b) - c"));
            }
        }
    }

    #[test]
    fn a_default_may_have_any_text() {
        for (flags, default) in [
            (
                "optional, default: Hello, from (Waves). TTS",
                "Hello, from (Waves). TTS",
            ),
            ("required, default: ``", ""),
            (
                "optional, nullable, default: [\"a\", \"b\"]",
                "[\"a\", \"b\"]",
            ),
            (
                "optional, default: a nullable, b, deprecated",
                "a nullable, b",
            ),
        ] {
            let property = property_in(&format!("`text` (string, {flags}) — Text"));
            assert_eq!(property.default.as_deref(), Some(default), "{flags}");
        }
    }

    #[test]
    fn flags_can_be_capitalized() {
        let property =
            property_in("`a` (integer, Optional, Nullable, defaults to 3, Deprecated) — Text");
        assert!(!property.required && property.nullable && property.deprecated);
        assert_eq!(property.default.as_deref(), Some("3"));
        assert!(property_in("`a` (integer, Required)").required);
    }

    #[test]
    fn other_lines_are_recognized() {
        let discriminated = |type_name: Option<&str>| {
            Line::Discriminated(Discriminated {
                property: "type".to_owned(),
                value: "pod".to_owned(),
                type_name: type_name.map(str::to_owned),
            })
        };
        for (text, expected) in [
            (
                "Allowed values: `a`, ``, `b, c`",
                Line::Values(["a", "", "b, c"].map(str::to_owned).into()),
            ),
            (
                "Conv AI Secret Locator",
                Line::Variant("Conv AI Secret Locator".to_owned()),
            ),
            ("`type`: `pod`", discriminated(None)),
            ("`type`: `pod` (Pod)", discriminated(Some("Pod"))),
            ("`any`", Line::Whole(Label::Any)),
            ("Streaming response of `any`.", Line::Stream(Label::Any)),
            ("File download.", Line::File),
        ] {
            assert_eq!(parsed(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_in_the_grammar_is_refused() {
        for text in [
            "",
            "Text with `code`",
            "`name`",
            "`name` (string)",
            "`name` (string, required",
            "`name` (string, required, secret)",
            "`name` (two words, required)",
            "`name` string",
            "`open",
            "Allowed values: a, b",
        ] {
            let line = parsed(text);
            let is_label = matches!(line, Some(Line::Whole(_)));
            assert!(
                line.is_none() || is_label && text == "`name`",
                "{text}: {line:?}"
            );
        }
    }
}
