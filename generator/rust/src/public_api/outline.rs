//! Source text without comments and without the bodies of functions. Both are most of a
//! file, and most of the time that it takes to read it as tokens.

/// Returns the text with empty bodies, and without comments.
pub(super) fn outline(source: &str) -> String {
    let mut outline = String::with_capacity(source.len() / 2);
    let mut function = Function::None;
    let mut depth = 0;
    for piece in Pieces(source) {
        match piece {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            _ => {}
        }
        function = match (function, piece) {
            (Function::Body(1), "}") => Function::None,
            (Function::Body(braces), "{") => Function::Body(braces + 1),
            (Function::Body(braces), "}") => Function::Body(braces - 1),
            (Function::Body(braces), _) => Function::Body(braces),
            (Function::Signature(at), "{") if at == depth => {
                outline.push('{');
                Function::Body(1)
            }
            (Function::Signature(at), ";") if at == depth => Function::None,
            // A type such as `fn(u8)` has no body.
            (Function::Keyword, "(") => Function::None,
            (Function::Keyword, piece) if !is_space(piece) => Function::Signature(depth),
            (Function::None, "fn") => Function::Keyword,
            (function, _) => function,
        };
        match function {
            Function::Body(_) => {}
            _ if is_comment(piece) => outline.push(' '),
            _ => outline.push_str(piece),
        }
    }
    outline
}

/// The place in a function.
#[derive(Clone, Copy)]
enum Function {
    None,
    /// Behind `fn`.
    Keyword,
    /// Before the body, with the number of open parentheses and brackets around it.
    Signature(i32),
    /// In the body, with the number of its open braces.
    Body(u32),
}

fn is_space(piece: &str) -> bool {
    piece.starts_with(char::is_whitespace)
}

fn is_comment(piece: &str) -> bool {
    piece.starts_with("//") || piece.starts_with("/*")
}

/// The words, literals, comments, spaces, and symbols of a text.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let first = self.0.chars().next()?;
        let length = match first {
            '"' => string(self.0),
            '\'' => quoted(self.0),
            '/' => comment(self.0),
            first if is_word(first) => word(self.0),
            first if first.is_whitespace() => span(self.0, char::is_whitespace),
            first => first.len_utf8(),
        };
        let (piece, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(piece)
    }
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// Returns the length of the characters at the start of a text that satisfy a predicate.
fn span(text: &str, is_inside: impl Fn(char) -> bool) -> usize {
    text.find(|character| !is_inside(character))
        .unwrap_or(text.len())
}

/// Returns the length up to and with the first `end`.
fn through(text: &str, end: &str) -> usize {
    text.find(end)
        .map_or(text.len(), |position| position + end.len())
}

/// Returns the length of a word, or of a raw string.
fn word(text: &str) -> usize {
    let length = span(text, is_word);
    let (word, rest) = text.split_at(length);
    let hashes = span(rest, |character| character == '#');
    if matches!(word, "r" | "br" | "cr") && rest[hashes..].starts_with('"') {
        let end = format!("\"{}", &rest[..hashes]);
        let start = length + hashes + 1;
        return start + through(&text[start..], &end);
    }
    length
}

/// Returns the length of a string in quotes.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    for (position, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return position + 1,
            _ => {}
        }
    }
    text.len()
}

/// Returns the length of a character in quotes, or of the quote of a lifetime.
fn quoted(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match (characters.next(), characters.next()) {
        // The escaped character may be a quote.
        (Some((_, '\\')), Some((position, escaped))) => {
            let start = position + escaped.len_utf8();
            start + through(&text[start..], "'")
        }
        (Some(_), Some((position, '\''))) => position + 1,
        _ => 1,
    }
}

/// Returns the length of a comment without the end of its line, or that of a slash.
fn comment(text: &str) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if !text.starts_with("/*") {
        return 1;
    }
    // Comments of this kind may contain others.
    let (mut depth, mut position) = (0, 0);
    while position < text.len() {
        let rest = &text.as_bytes()[position..];
        if rest.starts_with(b"/*") {
            depth += 1;
            position += 2;
        } else if rest.starts_with(b"*/") {
            depth -= 1;
            position += 2;
            if depth == 0 {
                break;
            }
        } else {
            position += 1;
        }
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_empty() {
        for (source, expected) in [
            ("fn f() { a(|| { b }) }", "fn f() {}"),
            (
                "impl A { fn f(&self) -> B { c } pub fn g() {} }",
                "impl A { fn f(&self) -> B {} pub fn g() {} }",
            ),
            ("fn f(a: [u8; { N }]) {a}", "fn f(a: [u8; { N }]) {}"),
            (
                "trait A { fn f(); const B: u8 = { 1 }; }",
                "trait A { fn f(); const B: u8 = { 1 }; }",
            ),
            (
                "struct A { f: fn(u8) } struct B { c: u8 }",
                "struct A { f: fn(u8) } struct B { c: u8 }",
            ),
            (
                "object! { A { b: required \"b\", } }",
                "object! { A { b: required \"b\", } }",
            ),
        ] {
            assert_eq!(outline(source), expected);
        }
    }

    #[test]
    fn braces_in_literals_and_comments_end_no_body() {
        for body in [
            "\"}\"",
            r#""\"}""#,
            "r\"}\"",
            "r#\"\"}\"#",
            "br##\"\"#}\"##",
            "'}'",
            r"'\''; '}'",
            r"'\u{7d}'",
            "b'}'",
            "let a: &'a str = b; // }\n",
            "/* } /* } */ } */",
            "a / b",
        ] {
            let source = format!("fn f() {{ {body} }} struct A;");
            assert_eq!(
                outline(&source).replace("  ", " "),
                "fn f() {} struct A;",
                "{body}"
            );
        }
    }

    #[test]
    fn comments_are_left_out() {
        let source = "//! A.\n/// B: `fn f() {`\n#[doc = \"c\"] // d\nstruct/* e */A<'a>(&'a str);";
        assert_eq!(
            outline(source)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            "#[doc = \"c\"] struct A<'a>(&'a str);"
        );
    }
}
