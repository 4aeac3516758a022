//! Parses printed Rust into tokens and groups, and writes them on one line.

/// A token, or a group: delimiters and their contents.
#[derive(Clone, Debug)]
pub(super) enum Tree<'a> {
    Token(Token<'a>),
    Group(Group<'a>),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    text: &'a str,
    /// On one line, it is preceded by a space.
    is_spaced: bool,
    /// Its offset in the source text.
    start: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Group<'a> {
    open: Token<'a>,
    pub(super) inside: Vec<Tree<'a>>,
    /// The offset after the closing delimiter.
    end: usize,
}

impl<'a> Tree<'a> {
    /// Returns the text of a token.
    pub(super) fn token(&self) -> Option<&'a str> {
        match self {
            Self::Token(token) => Some(token.text),
            Self::Group(_) => None,
        }
    }

    /// Returns `true` if this is the token.
    pub(super) fn is(&self, text: &str) -> bool {
        self.token() == Some(text)
    }

    /// Returns the group that begins with `open`: `(`, `[`, `{`, or `<`.
    pub(super) fn group(&self, open: &str) -> Option<&Group<'a>> {
        match self {
            Self::Group(group) if group.open.text == open => Some(group),
            _ => None,
        }
    }

    /// Returns `true` if it is preceded by a space on one line.
    pub(super) fn is_spaced(&self) -> bool {
        self.first().is_spaced
    }

    /// Returns the offset of its start in the source text.
    pub(super) fn start(&self) -> usize {
        self.first().start
    }

    /// Returns the offset of its end in the source text.
    pub(super) fn end(&self) -> usize {
        match self {
            Self::Token(token) => token.start + token.text.len(),
            Self::Group(group) => group.end,
        }
    }

    fn first(&self) -> Token<'a> {
        match self {
            Self::Token(token) => *token,
            Self::Group(group) => group.open,
        }
    }
}

impl<'a> Group<'a> {
    /// Returns the comma-separated items.
    pub(super) fn items(&self) -> Vec<&[Tree<'a>]> {
        let items = self.inside.split(|tree| tree.is(","));
        items.filter(|item| !item.is_empty()).collect()
    }
}

/// Returns code on one line, or `None` if it contains statements, which need separate lines.
pub(super) fn flat(trees: &[Tree<'_>]) -> Option<String> {
    let mut text = String::new();
    for (position, tree) in trees.iter().enumerate() {
        if position > 0 && tree.is_spaced() {
            text.push(' ');
        }
        match tree {
            Tree::Token(token) if token.text == ";" => return None,
            Tree::Token(token) => text.push_str(token.text),
            Tree::Group(group) => {
                let items: Option<Vec<String>> = group.items().into_iter().map(flat).collect();
                let (open, items) = (group.open.text, items?.join(", "));
                let pad = if open == "{" && !items.is_empty() {
                    " "
                } else {
                    ""
                };
                text.extend([open, pad, &items, pad, closing(open)]);
            }
        }
    }
    Some(text)
}

/// Parses text up to and including the first tree for which `is_end` is true. Returns `None` if
/// there is none, or if the text contains something that layout could damage, such as a comment.
pub(super) fn read<'a>(text: &'a str, is_end: impl Fn(&Tree<'a>) -> bool) -> Option<Vec<Tree<'a>>> {
    let mut reader = Reader { text, at: 0 };
    let mut trees = Vec::new();
    loop {
        let tree = reader.tree("")?;
        let is_last = is_end(&tree);
        trees.push(tree);
        if is_last {
            return Some(trees);
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// Parses a tree inside a group that begins with `enclosing`.
    fn tree(&mut self, enclosing: &str) -> Option<Tree<'a>> {
        let gap = self.gap();
        let rest = &self.text[self.at..];
        let (text, after) = rest.split_at(token_length(rest, enclosing)?);
        // A chain breaks before these tokens, but has no space there on one line.
        let is_link = gap.contains('\n') && matches!(text, "." | "?");
        let token = Token {
            text,
            is_spaced: !gap.is_empty() && !is_link,
            start: self.at,
        };
        self.at += text.len();
        let is_operator = !gap.is_empty() && after.starts_with([' ', '\n']);
        match text {
            "(" | "[" | "{" => self.group(token),
            "<" if !is_operator => self.group(token),
            ")" | "]" | "}" => None,
            _ => Some(Tree::Token(token)),
        }
    }

    fn group(&mut self, open: Token<'a>) -> Option<Tree<'a>> {
        let close = closing(open.text);
        let mut inside: Vec<Tree<'a>> = Vec::new();
        loop {
            let before = self.at;
            let gap = self.gap();
            if self.text[self.at..].starts_with(close) {
                // A trailing comma on the line of the delimiter is significant: it makes a tuple.
                if gap.is_empty() && inside.last().is_some_and(|tree| tree.is(",")) {
                    return None;
                }
                self.at += close.len();
                let end = self.at;
                return Some(Tree::Group(Group { open, inside, end }));
            }
            self.at = before;
            inside.push(self.tree(open.text)?);
        }
    }

    /// Skips white space, and returns it.
    fn gap(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let length = rest.len() - rest.trim_start().len();
        self.at += length;
        &rest[..length]
    }
}

fn closing(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        "{" => "}",
        _ => ">",
    }
}

/// Operators of several characters.
const OPERATORS: [&str; 18] = [
    "..=", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "..", "+=", "-=", "*=", "/=",
    "|=", "<<", ">>",
];

/// Returns the length of the token at the beginning of a text.
fn token_length(text: &str, enclosing: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if text.starts_with("//") || text.starts_with("/*") || is_raw_string(text) {
        return None;
    }
    if text.starts_with("b\"") {
        return Some(1 + string_length(&text[1..])?);
    }
    match first {
        '"' => string_length(text),
        '\'' => quoted_length(text),
        _ if is_word(first) => Some(word_length(text)),
        // `Vec<Vec<u8>>` ends two groups.
        '>' if enclosing == "<" => Some(1),
        _ => {
            let operator = OPERATORS.iter().find(|known| text.starts_with(**known));
            Some(operator.map_or(first.len_utf8(), |known| known.len()))
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn is_raw_string(text: &str) -> bool {
    ["r\"", "r#\"", "r##", "br\"", "br#"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// Returns the length of an identifier or a number, such as `1.5`.
fn word_length(text: &str) -> usize {
    let length = |text: &str| text.find(|c| !is_word(c)).unwrap_or(text.len());
    let whole = length(text);
    let is_number = text.starts_with(|c: char| c.is_ascii_digit());
    match text[whole..].strip_prefix('.') {
        Some(fraction) if is_number && fraction.starts_with(|c: char| c.is_ascii_digit()) => {
            whole + 1 + length(fraction)
        }
        _ => whole,
    }
}

/// Returns the length of a string with its quotes.
fn string_length(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|(_, character)| {
        let is_end = *character == '"' && !is_escaped;
        is_escaped = *character == '\\' && !is_escaped;
        is_end
    });
    let (end, _) = end?;
    // Line breaks in a string are content.
    (!text[..end].contains('\n')).then_some(end + 1)
}

/// Returns the length of a character or a lifetime.
fn quoted_length(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (_, first) = characters.next()?;
    let (second_at, second) = characters.next()?;
    if first != '\\' && second != '\'' {
        return Some(1 + word_length(&text[1..]));
    }
    let end = text[second_at..].find('\'');
    // `'\''` contains a quote that does not end it.
    let end = match (first, second) {
        ('\\', '\'') => 1,
        _ => end?,
    };
    Some(second_at + end + 1)
}
