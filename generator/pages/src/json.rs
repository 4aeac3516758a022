//! The lines of the nodes of a JSON text. `serde_json` gives the values but no
//! positions, and YAML parsers reject some valid JSON, such as `"\ud83d\ude00"`.

use crate::nodes::{NodeId, Nodes};

/// Returns `true` if a text may be JSON. It may also be YAML with braces.
pub(crate) fn is_likely(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Returns `true` if a text begins like a JSON object, with a quoted key.
pub(crate) fn has_quoted_key(text: &str) -> bool {
    let inside = text.trim_start().strip_prefix('{');
    inside.is_some_and(|inside| inside.trim_start().starts_with('"'))
}

/// Calls `visit` with each node of a valid JSON text and its line, in order.
pub(crate) fn visit_nodes(text: &str, visit: &mut dyn FnMut(NodeId, usize)) {
    let mut nodes = Nodes::new(visit);
    for (token, line) in tokens(text) {
        match token.chars().next().unwrap_or_default() {
            '{' => nodes.open_object(line),
            '[' => nodes.open_list(line),
            '}' | ']' => nodes.close(),
            '"' => {
                let key: Option<String> = serde_json::from_str(token).ok();
                nodes.scalar(key.as_deref().unwrap_or_default(), line);
            }
            c if is_in_literal(c) => nodes.scalar(token, line),
            _ => {}
        }
    }
}

/// Returns the line of the first list or object that is inside more than `most` others.
pub(crate) fn line_of_depth(text: &str, most: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (token, line) in tokens(text) {
        match token {
            "{" | "[" if depth == most => return Some(line),
            "{" | "[" => depth += 1,
            "}" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// Returns the tokens of a text, blanks included, each with its line.
fn tokens(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut line = 1;
    let mut rest = text;
    std::iter::from_fn(move || {
        let length = match rest.chars().next()? {
            '"' => string_length(rest),
            c if is_in_literal(c) => rest.find(|c| !is_in_literal(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        let own_line = line;
        line += usize::from(token == "\n");
        rest = after;
        Some((token, own_line))
    })
}

/// Returns `true` if a character is a part of a number, `true`, `false`, or `null`.
fn is_in_literal(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

/// Returns the length of the string at the beginning of a text, including its quotes.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_has_its_line() {
        let text = "{\n  \"a\": [\"}\", {\n    \"b/\\\"\": 1e+5\n  }],\n  \
                    \"\\ud83d\\ude00\":\n    null, \"c\": {}}";
        let mut found = Vec::new();
        visit_nodes(text, &mut |node, line| found.push((node, line)));
        let expected = [
            ("/a", 2),
            ("/a/0", 2),
            ("/a/1", 2),
            ("/a/1/b~1\"", 3),
            ("/😀", 5),
            ("/c", 6),
        ];
        assert_eq!(
            found,
            expected.map(|(pointer, line)| (NodeId::of(pointer), line))
        );
    }
}
