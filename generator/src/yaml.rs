//! YAML as JSON trees that remember their lines. The only module that knows
//! which YAML crates are in use.
//!
//! `serde_yaml` gives the values but no positions, so a second pass over the
//! events of `saphyr-parser` notes the line of each node.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser};
use serde_json::Value;

use crate::pointer::Pointer;

/// The lines of a document's nodes, by JSON pointer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(HashMap<String, usize>);

impl Lines {
    /// Returns the line of the node at `pointer`, or of its nearest ancestor
    /// that the text holds, counted from 1.
    pub(crate) fn line(&self, pointer: &str) -> usize {
        let mut pointer = pointer;
        loop {
            if let Some(line) = self.0.get(pointer) {
                return *line;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return 1,
            }
        }
    }
}

/// Why a text is not one YAML document.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) message: String,
}

/// Parses one YAML (or JSON) document.
pub(crate) fn parse(text: &str) -> Result<(Value, Lines), SyntaxError> {
    let value = serde_yaml::from_str(text).map_err(|error| {
        let line = error.location().map_or(1, |location| location.line());
        SyntaxError {
            line,
            message: without_positions(&error.to_string()),
        }
    })?;
    Ok((value, lines(text)?))
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

/// A collection that is being read.
enum Frame {
    Sequence(usize),
    Mapping {
        keys: HashSet<String>,
        /// Whether the last event was a key, whose value comes next.
        in_value: bool,
    },
}

fn lines(text: &str) -> Result<Lines, SyntaxError> {
    let mut lines = HashMap::new();
    let mut pointer = Pointer::default();
    let mut frames: Vec<Frame> = Vec::new();
    for event in Parser::new_from_str(text) {
        // A text that only this parser refuses is read all the same: what it
        // has no line for takes the line of what is around it.
        let Ok((event, span)) = event else { break };
        let line = span.start.line();
        let opens = match &event {
            Event::Scalar(key, ..) => {
                if let Some(Frame::Mapping { keys, in_value }) = frames.last_mut()
                    && !*in_value
                {
                    *in_value = true;
                    pointer.push(key);
                    lines.insert(pointer.as_str().to_owned(), line);
                    if !keys.insert(key.to_string()) {
                        let message = format!("the key `{key}` occurs twice in one mapping");
                        return Err(SyntaxError { line, message });
                    }
                    continue;
                }
                None
            }
            Event::Alias(_) => None,
            Event::SequenceStart(..) => Some(Frame::Sequence(0)),
            Event::MappingStart(..) => Some(Frame::Mapping {
                keys: HashSet::new(),
                in_value: false,
            }),
            Event::SequenceEnd | Event::MappingEnd => {
                frames.pop();
                leave_node(&mut frames, &mut pointer);
                continue;
            }
            _ => continue,
        };
        if let Some(Frame::Sequence(index)) = frames.last() {
            pointer.push(&index.to_string());
            lines.insert(pointer.as_str().to_owned(), line);
        }
        match opens {
            Some(frame) => frames.push(frame),
            None => leave_node(&mut frames, &mut pointer),
        }
    }
    Ok(Lines(lines))
}

/// Steps back from a node that has been read whole to the collection it is in.
fn leave_node(frames: &mut [Frame], pointer: &mut Pointer) {
    match frames.last_mut() {
        Some(Frame::Sequence(index)) => {
            *index += 1;
            pointer.pop();
        }
        Some(Frame::Mapping { in_value, .. }) => {
            *in_value = false;
            pointer.pop();
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_has_its_line() {
        let (value, lines) =
            parse("a:\n  - x\n  - b: 1\n    c/d: 2\n200:\n  e: 3\n").expect("the text is YAML");
        assert_eq!(value["200"]["e"], 3);
        let found = ["/a", "/a/0", "/a/1/b", "/a/1/c~1d", "/200/e", "/200/e/none"]
            .map(|pointer| lines.line(pointer));
        assert_eq!(found, [1, 2, 3, 4, 6, 6]);
    }

    #[test]
    fn a_key_that_occurs_twice_is_an_error() {
        let error = parse("a: 1\nb:\n  c: 1\n  c: 2\n").expect_err("`c` is there twice");
        assert_eq!(error.line, 4);
        assert_eq!(error.message, "the key `c` occurs twice in one mapping");
    }

    #[test]
    fn a_text_that_is_not_yaml_is_an_error_with_its_line() {
        let error = parse("a: 1\nb: [1\nc: 2\n").expect_err("the bracket is open");
        assert_eq!(error.line, 3);
        assert!(!error.message.contains("line"), "{}", error.message);
    }
}
