//! YAML as JSON trees that know their lines. The only module that knows which
//! YAML crates are in use.
//!
//! `serde_yaml` gives the values but no positions. Where one is asked for, a
//! second pass over the events of `saphyr-parser` finds the lines of all nodes.
//! A text that is JSON is read as such: YAML parsers refuse some of JSON.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

use saphyr_parser::{Event, Parser};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::json;
use crate::nodes::Nodes;

/// The lines of a document's nodes, by JSON pointer.
#[derive(Clone, Debug)]
pub struct Lines {
    text: Arc<str>,
    language: Language,
    index: OnceLock<HashMap<String, usize>>,
}

impl Lines {
    /// Creates the lines of nodes whose pointers are keys of `index`.
    pub fn from_index(index: HashMap<String, usize>) -> Self {
        Self {
            text: Arc::default(),
            language: Language::Json,
            index: OnceLock::from(index),
        }
    }

    /// Returns the line of the node at `pointer`, or of its nearest ancestor
    /// that the text holds, counted from 1.
    pub fn line(&self, pointer: &str) -> usize {
        let index = self.index.get_or_init(|| index(&self.text, self.language));
        let mut pointer = pointer;
        loop {
            if let Some(line) = index.get(pointer) {
                return *line;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return 1,
            }
        }
    }
}

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// YAML, which may be written like JSON.
    Yaml,
    /// JSON.
    Json,
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yaml => "YAML",
            Self::Json => "JSON",
        })
    }
}

/// Why a text is not one document of its language.
#[derive(Debug)]
pub struct SyntaxError {
    /// The language that it seems to be written in.
    pub language: Language,
    /// Counted from 1.
    pub line: usize,
    /// The parser's message.
    pub message: String,
}

/// Parses one JSON or YAML document.
///
/// # Errors
///
/// When the text is neither.
pub fn parse(text: &Arc<str>) -> Result<(Value, Lines), SyntaxError> {
    let (value, language) = if json::is_likely(text) {
        match parse_json(text) {
            Ok(value) => (value, Language::Json),
            // YAML also has objects in braces.
            Err(error) => match parse_yaml(text) {
                Ok(value) => (value, Language::Yaml),
                Err(_) if json::has_quoted_key(text) => return Err(error),
                Err(error) => return Err(error),
            },
        }
    } else {
        (parse_yaml(text)?, Language::Yaml)
    };
    let lines = Lines {
        text: Arc::clone(text),
        language,
        index: OnceLock::new(),
    };
    Ok((value, lines))
}

fn parse_json(text: &str) -> Result<Value, SyntaxError> {
    let Tree(value) = serde_json::from_str(text).map_err(|error| SyntaxError {
        language: Language::Json,
        line: error.line(),
        message: without_positions(&error.to_string()),
    })?;
    Ok(value)
}

fn parse_yaml(text: &str) -> Result<Value, SyntaxError> {
    let Tree(value) = serde_yaml::from_str(text).map_err(|error| {
        let message = without_positions(&error.to_string());
        let line = error.location().map_or(1, |location| location.line());
        let line = if message.ends_with(REPEATED) {
            line_of_repeated_key(text).unwrap_or(line)
        } else {
            line
        };
        SyntaxError {
            language: Language::Yaml,
            line,
            message,
        }
    })?;
    Ok(value)
}

/// The end of the message about a duplicate key in a mapping.
const REPEATED: &str = " occurs twice in one mapping";

/// A JSON value none of whose objects has a key twice.
struct Tree(Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor).map(Tree)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        Ok(value.to_string().parse::<f64>().unwrap_or_default().into())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        Ok(value.to_string().parse::<f64>().unwrap_or_default().into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Tree(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                let message = format!("the key `{key}`{REPEATED}");
                return Err(A::Error::custom(message));
            }
            let Tree(value) = entries.next_value()?;
            object.insert(key, value);
        }
        Ok(object.into())
    }
}

/// Takes ` at line 3 column 5` out of a message: the lines are those of the block,
/// and the place says which line of the page it is.
fn without_positions(message: &str) -> String {
    let mut parts = message.split(" at line ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let rest = rest.strip_prefix(" column ").unwrap_or(rest);
        text.push_str(rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    text
}

/// Finds the lines of all nodes.
fn index(text: &str, language: Language) -> HashMap<String, usize> {
    let mut lines = HashMap::new();
    let visit = &mut |pointer: &str, line| {
        lines.entry(pointer.to_owned()).or_insert(line);
    };
    match language {
        Language::Yaml => visit_nodes(text, visit),
        Language::Json => json::visit_nodes(text, visit),
    }
    lines
}

/// Returns the line of the first key that its mapping has already.
fn line_of_repeated_key(text: &str) -> Option<usize> {
    let mut seen = HashSet::new();
    let mut repeated = None;
    visit_nodes(text, &mut |pointer, line| {
        if !seen.insert(pointer.to_owned()) {
            repeated.get_or_insert(line);
        }
    });
    repeated
}

/// Calls `visit` with the pointer and the line of each node, in order.
fn visit_nodes(text: &str, visit: &mut dyn FnMut(&str, usize)) {
    let mut nodes = Nodes::new(visit);
    for event in Parser::new_from_str(text) {
        // A text that only this parser refuses is read all the same: what it
        // has no line for takes the line of what is around it.
        let Ok((event, span)) = event else { break };
        let line = span.start.line();
        match event {
            Event::Scalar(text, ..) => nodes.scalar(&text, line),
            Event::Alias(_) => nodes.scalar("", line),
            Event::SequenceStart(..) => nodes.open_list(line),
            Event::MappingStart(..) => nodes.open_object(line),
            Event::SequenceEnd | Event::MappingEnd => nodes.close(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_has_its_line() {
        let (value, lines) = parse(&"a:\n  - x\n  - b: 1\n    c/d: 2\n200:\n  e: 3\n".into())
            .expect("the text is YAML");
        assert_eq!(value["200"]["e"], 3);
        let found = ["/a", "/a/0", "/a/1/b", "/a/1/c~1d", "/200/e", "/200/e/none"]
            .map(|pointer| lines.line(pointer));
        assert_eq!(found, [1, 2, 3, 4, 6, 6]);
    }

    #[test]
    fn a_key_that_occurs_twice_is_an_error() {
        let error = parse(&"a: 1\nb:\n  c: 1\n  c: 2\n".into()).expect_err("`c` is there twice");
        assert_eq!(error.line, 4);
        assert!(
            error
                .message
                .ends_with("the key `c` occurs twice in one mapping"),
            "{}",
            error.message
        );
    }

    #[test]
    fn a_text_that_is_not_yaml_is_an_error_with_its_line() {
        let error = parse(&"a: 1\nb: [1\nc: 2\n".into()).expect_err("the bracket is open");
        assert_eq!(error.line, 3);
        assert!(!error.message.contains("line"), "{}", error.message);
    }

    #[test]
    fn json_is_read_as_json() {
        let text = "{\n  \"a\": \"\\ud83d\\ude00\u{7f}\",\n  \"b\": [\n    1\n  ]\n}\n";
        let (value, lines) = parse(&text.into()).expect("the text is JSON");
        assert_eq!(value["a"], "😀\u{7f}");
        assert_eq!(
            ["/a", "/b/0", "/b/1"].map(|pointer| lines.line(pointer)),
            [2, 4, 3]
        );
    }

    #[test]
    fn yaml_in_braces_is_read_as_yaml() {
        let (value, lines) = parse(&"{a: 1,\n b: [x,],}\n".into()).expect("the text is YAML");
        assert_eq!(value["b"][0], "x");
        assert_eq!(lines.line("/b"), 2);
    }

    #[test]
    fn an_error_has_the_language_of_the_text() {
        let error = |text: &str| {
            let error = parse(&text.into()).expect_err(text);
            (error.language, error.line, error.message)
        };
        for (text, language, line, message) in [
            (
                "{\n\"a\": 1,\n\"b\": ]",
                Language::Json,
                3,
                "expected value",
            ),
            (
                "{\n\"a\": 1,\n\"a\": 2}",
                Language::Json,
                3,
                "the key `a` occurs twice in one mapping",
            ),
            (
                "{a: 1,\n b: ]}",
                Language::Yaml,
                2,
                "did not find expected node content, while parsing a flow node",
            ),
        ] {
            assert_eq!(error(text), (language, line, message.to_owned()));
        }
    }
}
