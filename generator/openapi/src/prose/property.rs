//! One list line of a section.

use std::collections::HashSet;

use pages::page::is_invisible;

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
    /// Parses the text after the dash. `names` are the names of types, which can contain spaces. A
    /// line outside the grammar is parsed without the typography of editors.
    pub(super) fn parse(text: &str, names: &HashSet<String>) -> Option<Self> {
        let line = Self::parse_plain(text, names);
        let is_doubtful = match &line {
            None | Some(Self::Variant(_)) => true,
            Some(Self::Values(values)) => values
                .iter()
                .any(|value| value.contains('`') || value.contains('&') && value.contains(';')),
            Some(Self::Property(property)) => {
                let default = property.default.as_deref();
                default.is_some_and(|default| !is_balanced(default))
            }
            Some(_) => false,
        };
        let plain = plain(text).filter(|_| is_doubtful);
        let plain = plain.and_then(|text| Self::parse_plain(&text, names));
        plain
            .filter(|line| !matches!(line, Self::Variant(_)))
            .or(line)
    }

    fn parse_plain(text: &str, names: &HashSet<String>) -> Option<Self> {
        let text = text.trim_end();
        // `` **`name`** (string, required) ``
        let bold = text
            .strip_prefix("**`")
            .and_then(|text| text.split_once("`**"));
        if let Some((name, rest)) = bold {
            return Self::parse_plain(&format!("`{name}`{rest}"), names);
        }
        if let Some(values) = text.strip_prefix("Allowed values: ") {
            return allowed_values(values).map(Self::Values);
        }
        if text == "File download." {
            return Some(Self::File);
        }
        if let Some(label) = text.strip_prefix("Streaming response of `") {
            let label = label.trim_end_matches('.').strip_suffix('`')?;
            return Label::parse(label, names).map(Self::Stream);
        }
        if !text.starts_with('`') {
            if let Some(property) = unquoted(text, names) {
                return Some(Self::Property(property));
            }
            let is_title = !text.is_empty() && !text.contains('`');
            return is_title.then(|| Self::Variant(text.replace('\\', "")));
        }
        let (name, rest) = code_span(text)?;
        if rest.is_empty() {
            return Label::parse(name, names).map(Self::Whole);
        }
        if let Some(rest) = rest.strip_prefix(": `") {
            return discriminated(name, rest).map(Self::Discriminated);
        }
        property(name, rest.strip_prefix(" (")?, names).map(Self::Property)
    }
}

/// Parses `` `a`, `b` ``.
fn allowed_values(text: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some((value, after)) = code_span(rest) {
        values.push(wire_name(value));
        match after.strip_prefix(", ") {
            Some(next) => rest = next,
            None if after.is_empty() => return Some(values),
            None => break,
        }
    }
    // A tool has not doubled the backticks around a value that contains one.
    let values = text.strip_prefix('`')?.strip_suffix('`')?;
    Some(values.split("`, `").map(wire_name).collect())
}

/// Returns the content of the code span at the beginning of a text, and the text after it. The
/// content can contain shorter runs of backticks than those around it.
fn code_span(text: &str) -> Option<(&str, &str)> {
    let inside = text.trim_start_matches('`');
    let ticks = &text[..text.len() - inside.len()];
    if ticks.is_empty() {
        return None;
    }
    let mut searched = 0;
    loop {
        let start = searched + inside[searched..].find('`')?;
        let after = inside[start..].trim_start_matches('`');
        let end = inside.len() - after.len();
        if end - start == ticks.len() {
            let content = &inside[..start];
            let unpadded = content
                .strip_prefix(' ')
                .and_then(|it| it.strip_suffix(' '));
            let unpadded = unpadded.filter(|it| ticks.len() > 1 && !it.trim().is_empty());
            return Some((unpadded.unwrap_or(content), after));
        }
        searched = end;
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
        property: wire_name(property),
        value: wire_name(value),
        type_name: type_name.map(|name| name.trim_matches('`').replace('\\', "")),
    })
}

/// Parses `name (string, required)`, which a tool has written without backticks or in bold. The
/// title of a variant is not followed by a label and flags.
fn unquoted(text: &str, names: &HashSet<String>) -> Option<Property> {
    let (name, rest) = text.split_once(" (")?;
    let name = name.trim_matches(['*', '\'', '"']);
    let is_name = !name.is_empty()
        && !name.contains(|c: char| c.is_whitespace() || "`&\u{2018}\u{2019}".contains(c));
    property(name, rest, names).filter(|_| is_name)
}

/// Entities of HTML that stand for marks of the grammar.
const ENTITIES: [(&str, &str); 18] = [
    ("&nbsp;", " "),
    ("&#160;", " "),
    ("&#xa0;", " "),
    ("&mdash;", "—"),
    ("&#8212;", "—"),
    ("&#x2014;", "—"),
    ("&ndash;", "–"),
    ("&#8211;", "–"),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#96;", "`"),
    ("&#x60;", "`"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&#40;", "("),
    ("&#41;", ")"),
];

/// Replaces entities, and the spaces and quotation marks of editors, if there are any.
pub(super) fn plain(text: &str) -> Option<String> {
    let mut plain = text.to_owned();
    if text.contains('&') {
        for (entity, mark) in ENTITIES {
            plain = plain.replace(entity, mark);
        }
        plain = plain.replace("&amp;", "&");
    }
    // Descriptions keep their quotation marks.
    let end = [" — ", " – ", " - "]
        .iter()
        .filter_map(|dash| plain.find(dash));
    let end = end.min().unwrap_or(plain.len());
    let plain: String = plain
        .char_indices()
        .filter_map(|(position, c)| match c {
            c if is_invisible(c) => None,
            _ if c != ' ' && c.is_whitespace() => Some(' '),
            '\u{201c}' | '\u{201d}' if position < end => Some('"'),
            '\u{2018}' | '\u{2019}' if position < end => Some('`'),
            c => Some(c),
        })
        .collect();
    (plain != text).then_some(plain)
}

/// Returns a name or a value without the escapes of Markdown and invisible characters.
fn wire_name(name: &str) -> String {
    let name = name.replace("\\_", "_");
    name.replace(is_invisible, "")
}

/// Parses `string, optional, default: a (b)) — text`. Tools that rewrite pages replace the dash.
/// A default can have parentheses and dashes, so the facts have balanced parentheses if possible.
fn property(name: &str, rest: &str, names: &HashSet<String>) -> Option<Property> {
    let dashes: [fn(&str) -> Option<&str>; 2] = [|text| text.strip_prefix(" — "), after_dash];
    let [platform, other] = dashes.map(|after_dash| facts(rest, after_dash));
    let is_clear = |(facts, _): &(&str, Option<&str>)| is_balanced(facts);
    let is_described = |(_, description): &(&str, Option<&str>)| description.is_some();
    let clear = [
        platform.filter(|split| is_described(split) || is_clear(split)),
        other.filter(is_clear),
    ];
    let mut all = clear.into_iter().chain([platform, other]).flatten();
    all.find_map(|split| property_of(name, split, names))
}

/// Returns `true` if every parenthesis that is closed was opened before.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0_usize;
    text.chars().all(|c| {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            _ => {}
        }
        true
    })
}

/// Returns the text after any dash between white space, or after a colon.
pub(super) fn after_dash(text: &str) -> Option<&str> {
    if let Some(after) = text.strip_prefix(": ") {
        return Some(after);
    }
    let dash = text.trim_start();
    let after = dash.trim_start_matches(['—', '–', '-']);
    let is_dash = (1..=3).contains(&dash[..dash.len() - after.len()].chars().count());
    let is_word = dash.len() < text.len() && after.starts_with(char::is_whitespace);
    (is_dash && is_word).then_some(after)
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
        name: wire_name(name),
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
        for dash in [
            " - ",
            " – ",
            "\u{a0}— ",
            "  —  ",
            ": ",
            " -- ",
            " --- ",
            " &mdash; ",
            "&nbsp;— ",
        ] {
            let property = property_in(&format!(
                "`a` (boolean, optional, default: false){dash}Text (b)"
            ));
            assert_eq!(property.default.as_deref(), Some("false"), "{dash}");
            assert_eq!(property.description.as_deref(), Some("Text (b)"), "{dash}");
            for name in [
                "`a`",
                "**`a`**",
                "**a**",
                "a",
                "\u{2018}a\u{2019}",
                "&#96;a&#96;",
            ] {
                let property = property_in(&format!("{name} (string, required){dash}Text (b) - c"));
                assert_eq!(property.name, "a");
                assert_eq!(property.description.as_deref(), Some("Text (b) - c"));
            }
        }
    }

    #[test]
    fn typography_of_editors_does_not_change_the_facts() {
        for text in [
            "`a_b`\u{a0}(\"c\", required, nullable) — It\u{2019}s a \u{201c}d\u{201d}.",
            "`a_b` (\"c\",\u{a0}required,\u{a0}nullable) — It\u{2019}s a \u{201c}d\u{201d}.",
            "`a_b` (\u{201c}c\u{201d}, required, nullable) — It\u{2019}s a \u{201c}d\u{201d}.",
            "`a_b` (&quot;c&quot;, required, nullable) &#8212; It\u{2019}s a \u{201c}d\u{201d}.",
            "\u{2018}a_b\u{2019} (\"c\", required, nullable) — It\u{2019}s a \u{201c}d\u{201d}.",
            "`a\\_b` (\"c\", required, nullable) — It\u{2019}s a \u{201c}d\u{201d}.",
            "`a_\u{200b}b` (\"c\", required, nullable) — It\u{2019}s a \u{201c}d\u{201d}.",
        ] {
            let property = property_in(text);
            assert_eq!(property.name, "a_b", "{text}");
            assert_eq!(property.label, Label::Constant("c".into()), "{text}");
            assert!(property.required && property.nullable, "{text}");
            let description = property.description.as_deref();
            assert_eq!(
                description,
                Some("It\u{2019}s a \u{201c}d\u{201d}."),
                "{text}"
            );
        }
        let values = Line::Values(vec!["a".to_owned(), "b".to_owned()]);
        for text in [
            "Allowed values:\u{a0}`a`,\u{a0}`b`",
            "Allowed values: \u{2018}a\u{2019}, \u{2018}b\u{2019}",
        ] {
            assert_eq!(parsed(text), Some(values.clone()), "{text}");
        }
        let values = Line::Values(vec!["<>".to_owned(), "a_b".to_owned()]);
        assert_eq!(parsed("Allowed values: `&lt;&gt;`, `a\\_b`"), Some(values));
        let title = "The \u{2018}a\u{2019} variant (b, c)";
        assert_eq!(parsed(title), Some(Line::Variant(title.to_owned())));
    }

    #[test]
    fn names_and_values_may_contain_backticks() {
        assert_eq!(property_in("``a`b`` (string, required)").name, "a`b");
        assert_eq!(property_in("`` `a` `` (string, required)").name, "`a`");
        for (text, values) in [
            ("`a`, ``b`c``, `d, e`", vec!["a", "b`c", "d, e"]),
            ("`` `a` ``, ` `", vec!["`a`", " "]),
            ("``, `a`", vec!["", "a"]),
            ("`a`b`, `c`", vec!["a`b", "c"]),
        ] {
            let line = Line::parse(&format!("Allowed values: {text}"), &HashSet::new());
            let values = values.into_iter().map(str::to_owned).collect();
            assert_eq!(line, Some(Line::Values(values)), "{text}");
        }
        assert_eq!(
            Line::parse("``a` (string, required)", &HashSet::new()),
            None
        );
    }

    #[test]
    fn a_default_may_have_any_text() {
        for (flags, default) in [
            (
                "optional, default: Hello, from (Waves). TTS",
                "Hello, from (Waves). TTS",
            ),
            ("optional, default: a (b) - c", "a (b) - c"),
            ("optional, default: :) smile", ":) smile"),
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
    fn text_outside_the_grammar_is_refused() {
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
