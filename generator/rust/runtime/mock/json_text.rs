//! Compacts and pretty-prints JSON text. Unlike a round trip through `Value`, this preserves
//! numbers and the order of properties.

/// Removes the white space between the tokens of JSON.
pub(super) fn compact(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for token in Tokens(json) {
        text.push_str(token);
    }
    text
}

/// Formats JSON with one line for each property and each item. Lists of numbers stay on one line.
pub(super) fn pretty(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let mut depth = 0;
    let mut tokens = Tokens(json);
    while let Some(token) = tokens.next() {
        match token {
            "{" | "[" => {
                text.push_str(token);
                let list = tokens.until_end();
                if list.bytes().all(|byte| byte.is_ascii_whitespace()) {
                    text.extend(tokens.next());
                } else if token == "[" && !list.contains(['"', '{', '[']) {
                    text.push_str(&compact(list).replace(',', ", "));
                    tokens.0 = &tokens.0[list.len()..];
                    text.extend(tokens.next());
                } else {
                    depth += 1;
                    new_line(&mut text, depth);
                }
            }
            "}" | "]" => {
                depth -= 1;
                new_line(&mut text, depth);
                text.push_str(token);
            }
            "," => {
                text.push_str(token);
                new_line(&mut text, depth);
            }
            ":" => text.push_str(": "),
            token => text.push_str(token),
        }
    }
    text.push('\n');
    text
}

fn new_line(text: &mut String, depth: usize) {
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
}

/// The tokens of JSON.
struct Tokens<'a>(&'a str);

impl<'a> Tokens<'a> {
    /// Returns the text before the next closing bracket.
    fn until_end(&self) -> &'a str {
        let end = self.0.find(['}', ']']).unwrap_or(self.0.len());
        &self.0[..end]
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.0.trim_ascii_start();
        let length = match rest.bytes().next()? {
            b'"' => {
                let mut is_escaped = false;
                let end = rest.bytes().skip(1).position(|byte| {
                    let is_end = byte == b'"' && !is_escaped;
                    is_escaped = byte == b'\\' && !is_escaped;
                    is_end
                });
                end.map_or(rest.len(), |end| end + 2)
            }
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            _ => {
                let is_end = |c: char| c.is_ascii_whitespace() || "{}[],:\"".contains(c);
                rest.find(is_end).unwrap_or(rest.len())
            }
        };
        let (token, rest) = rest.split_at(length);
        self.0 = rest;
        Some(token)
    }
}
