//! Parses YAML into JSON trees with line numbers. Only this module depends on the YAML crates.
//!
//! `serde_yaml` gives the values but no positions. When a position is requested, a second pass over
//! the events of `saphyr-parser` finds the lines of all nodes. JSON is parsed as JSON, because YAML
//! parsers reject some valid JSON.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

use saphyr_parser::{Event, Parser};
use serde_json::Value;

use crate::json;
use crate::limits::{DEPTH, Limit, NODES};
use crate::nodes::{NodeId, Nodes};
use crate::scalar_text;
use crate::value::Reader;

/// The lines of a document's nodes, by JSON pointer.
#[derive(Clone, Debug)]
pub struct Lines {
    text: Arc<str>,
    language: Language,
    index: OnceLock<HashMap<NodeId, usize>>,
}

impl Lines {
    /// Creates the lines from an index of pointers to lines.
    pub fn from_index(index: &HashMap<String, usize>) -> Self {
        let nodes = index.iter();
        let index: HashMap<_, _> = nodes
            .map(|(pointer, line)| (NodeId::of(pointer), *line))
            .collect();
        Self {
            text: Arc::default(),
            language: Language::Json,
            index: OnceLock::from(index),
        }
    }

    /// Starts the lines of a document that is derived from this one.
    pub fn moved(&self) -> MovedLines<'_> {
        MovedLines {
            lines: self,
            index: HashMap::new(),
        }
    }

    /// Returns the line of the node at `pointer`, or of its nearest ancestor in the text, counted
    /// from 1.
    pub fn line(&self, pointer: &str) -> usize {
        let index = self.index.get_or_init(|| index(&self.text, self.language));
        let mut pointer = pointer;
        loop {
            if let Some(line) = index.get(&NodeId::of(pointer)) {
                return *line;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return 1,
            }
        }
    }
}

/// The lines of a document whose nodes were moved from another document.
#[derive(Debug)]
pub struct MovedLines<'a> {
    lines: &'a Lines,
    index: HashMap<NodeId, usize>,
}

impl MovedLines<'_> {
    /// Records that the node at `pointer` was at `before`.
    pub fn note(&mut self, pointer: &str, before: &str) {
        let line = self.lines.line(before);
        self.index.insert(NodeId::of(pointer), line);
    }

    /// Returns the lines of the recorded nodes.
    pub fn finish(self) -> Lines {
        Lines {
            text: Arc::default(),
            language: Language::Json,
            index: OnceLock::from(self.index),
        }
    }
}

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// YAML, possibly in flow style, which resembles JSON.
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

/// The reason why a text cannot be parsed as one document.
#[derive(Debug)]
pub struct SyntaxError {
    /// The language that the text appears to be written in.
    pub language: Language,
    /// Counted from 1.
    pub line: usize,
    /// The parser's message.
    pub message: String,
    /// The limit that the text exceeds, if that is the reason.
    pub limit: Option<&'static Limit>,
}

/// Parses one JSON or YAML document.
///
/// # Errors
///
/// If the text is neither.
pub fn parse(text: &Arc<str>) -> Result<(Value, Lines), SyntaxError> {
    let (value, language) = if json::is_likely(text) {
        match parse_json(text) {
            Ok(value) => (value, Language::Json),
            Err(error) if error.limit.is_some() => return Err(error),
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
    let reader = Reader::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = reader.read(&mut deserializer).and_then(|value| {
        deserializer.end()?;
        Ok(value)
    });
    value.map_err(|error| {
        let limit = reader.exceeded();
        let exact = match limit {
            Some(limit) if *limit == DEPTH => json::line_of_depth(text, DEPTH.most),
            _ => None,
        };
        SyntaxError {
            language: Language::Json,
            line: exact.unwrap_or(error.line()),
            message: without_positions(&error.to_string()),
            limit,
        }
    })
}

fn parse_yaml(text: &str) -> Result<Value, SyntaxError> {
    if let Some(line) = line_of_open_brackets(text) {
        return Err(SyntaxError {
            language: Language::Yaml,
            line,
            message: DEPTH.message(),
            limit: Some(&DEPTH),
        });
    }
    let reader = Reader::default();
    let value = reader.read(serde_yaml::Deserializer::from_str(text));
    let value = value.map(|mut value| {
        scalar_text::keep(&mut value, text);
        value
    });
    value.map_err(|error| {
        let message = without_positions(&error.to_string());
        // serde_yaml also has limits for aliases, which only its messages identify.
        let limit = reader.exceeded().or(match message.as_str() {
            "repetition limit exceeded" => Some(&NODES),
            "recursion limit exceeded" => Some(&DEPTH),
            _ => None,
        });
        let exact = match limit {
            Some(limit) if *limit == DEPTH => line_of_depth(text),
            Some(_) => line_of_alias(text),
            None if reader.has_repeated_key() => line_of_repeated_key(text),
            _ => None,
        };
        let reported = || error.location().map_or(1, |location| location.line());
        SyntaxError {
            language: Language::Yaml,
            line: exact.unwrap_or_else(reported),
            message,
            limit,
        }
    })
}

/// Removes ` at line 3 column 5` from a message. Its line is relative to the block, and the place
/// of the problem already has the line of the page.
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
fn index(text: &str, language: Language) -> HashMap<NodeId, usize> {
    let mut lines = HashMap::new();
    let visit = &mut |node, line| {
        lines.entry(node).or_insert(line);
    };
    match language {
        Language::Yaml => visit_nodes(text, visit),
        Language::Json => json::visit_nodes(text, visit),
    }
    lines
}

/// Returns the line of the first duplicate key.
fn line_of_repeated_key(text: &str) -> Option<usize> {
    let mut seen = HashSet::new();
    let mut repeated = None;
    visit_nodes(text, &mut |node, line| {
        if !seen.insert(node) {
            repeated.get_or_insert(line);
        }
    });
    repeated
}

/// Returns the line on which the number of open brackets far exceeds the nesting limit. The time of
/// YAML parsers grows with the square of the number of open brackets. A small excess is allowed,
/// because brackets can also occur in strings.
fn line_of_open_brackets(text: &str) -> Option<usize> {
    const MOST: usize = 1000;
    let mut open = 0_usize;
    let mut line = 1;
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            b'\n' => line += 1,
            _ => {}
        }
        if open > MOST {
            return Some(line);
        }
    }
    None
}

/// Returns the line of the first collection that is nested too deep.
fn line_of_depth(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
            Event::SequenceEnd | Event::MappingEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
        if DEPTH.is_exceeded(depth) {
            return Some(span.start.line());
        }
    }
    None
}

/// Returns the line of the first alias.
fn line_of_alias(text: &str) -> Option<usize> {
    let events = Parser::new_from_str(text).map_while(Result::ok);
    let mut aliases = events.filter(|(event, _)| matches!(event, Event::Alias(_)));
    aliases.next().map(|(_, span)| span.start.line())
}

/// Calls `visit` with each node and its line, in order.
fn visit_nodes(text: &str, visit: &mut dyn FnMut(NodeId, usize)) {
    let mut nodes = Nodes::new(visit);
    for event in Parser::new_from_str(text) {
        // A text that only this parser rejects is still read. Nodes without a line get the line of
        // an enclosing node.
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
    use crate::limits::{KEYS, PAGE_SIZE};

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

    /// Returns the limit that a text exceeds, and the line.
    fn exceeded(text: &str) -> Option<(&'static Limit, usize)> {
        let error = parse(&text.into()).err()?;
        Some((error.limit.expect(&error.message), error.line))
    }

    #[test]
    fn lists_and_objects_are_nested_up_to_a_depth() {
        let nested = |(open, close): (&str, &str), depth: usize| {
            format!("{}1{}", open.repeat(depth), close.repeat(depth))
        };
        for brackets in [
            ("[", "]"),
            ("{\"a\":", "}"),
            ("\n[", "]"),
            ("{a: ", "}"),
            ("- ", ""),
        ] {
            let most = DEPTH.most;
            assert_eq!(exceeded(&nested(brackets, most)), None, "{brackets:?}");
            for depth in [most + 1, 100_000] {
                let (limit, line) = exceeded(&nested(brackets, depth)).expect("it is too deep");
                assert_eq!(limit, &DEPTH, "{brackets:?}");
                let expected = if brackets.0 == "\n[" { most + 2 } else { 1 };
                assert_eq!(line, expected, "{brackets:?}");
            }
        }
        let block = |depth: usize| {
            let lines = (0..depth).map(|indent| format!("{}a:\n", " ".repeat(indent)));
            lines.collect::<String>()
        };
        assert_eq!(exceeded(&block(DEPTH.most)), None);
        let line = DEPTH.most + 1;
        assert_eq!(exceeded(&block(line)), Some((&DEPTH, line)));
    }

    #[test]
    fn keys_have_a_length_together() {
        for (open, close) in [("{\"", "\": 1}"), ("", ": 1")] {
            let text = |length: usize| format!("{open}{}{close}", "k".repeat(length));
            // libyaml limits the keys of YAML to 1,024 characters.
            if !open.is_empty() {
                assert_eq!(exceeded(&text(KEYS.most)), None);
                assert_eq!(exceeded(&text(KEYS.most + 1)), Some((&KEYS, 1)));
            }
            assert!(parse(&text(1_000_000).into()).is_err());
        }
        let half = "k".repeat(KEYS.most / 2);
        let nested = |key: &str| format!("{{\"{half}\":\n{{\"{key}\": 1}}}}");
        assert_eq!(exceeded(&nested(&half)), None);
        assert_eq!(exceeded(&nested(&format!("{half}k"))), Some((&KEYS, 2)));
    }

    #[test]
    fn values_are_counted() {
        // The list also counts.
        let list = |values: usize| format!("[1{}]", ",\n1".repeat(values - 2));
        assert_eq!(exceeded(&list(NODES.most)), None);
        let (limit, line) = exceeded(&list(NODES.most + 1)).expect("it has too many values");
        assert_eq!((limit, line), (&NODES, NODES.most));
    }

    #[test]
    fn values_of_an_alias_count_each_time() {
        let aliases = |count: usize| {
            let text = "x".repeat(1 << 20);
            format!("a: &a {text}\nb:\n{}", "- *a\n".repeat(count))
        };
        let most = (PAGE_SIZE.most >> 20) - 1;
        assert_eq!(exceeded(&aliases(most - 1)), None);
        let (limit, _) = exceeded(&aliases(most + 1)).expect("it is too large");
        assert_eq!(limit, &PAGE_SIZE);
        // Each line has ten times the values of the line before.
        let mut laughs = "a0: &a0 [x]\n".to_owned();
        for level in 1..10 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            laughs += &format!("a{level}: &a{level} [{aliases}]\n");
        }
        assert_eq!(exceeded(&laughs), Some((&NODES, 2)));
        assert_eq!(
            exceeded("a: &a [*a]\n").map(|(limit, _)| limit),
            Some(&DEPTH)
        );
    }
}
