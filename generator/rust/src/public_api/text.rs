//! Writes tokens on one line, with the spacing of rustfmt.
//!
//! Only for the syntax of signatures and types, not for expressions.

use std::fmt::{Display, Write as _};

use proc_macro2::{Delimiter, Punct, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// Returns the code of types, bounds, or attributes on one line.
pub(super) fn text(tokens: &impl ToTokens) -> String {
    let mut line = Line::default();
    line.add(tokens.to_token_stream());
    line.text
}

/// Returns the code of a list, with commas between its items.
pub(super) fn list<T: ToTokens>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| text(&item)).collect();
    items.join(", ")
}

/// A line, and the place of its last token.
#[derive(Default)]
struct Line {
    text: String,
    last: usize,
}

impl Line {
    fn add(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = delimiters(group.delimiter());
                    self.push(open);
                    let content = without_trailing_comma(group.stream(), group.delimiter());
                    self.add(content);
                    self.push(close);
                }
                TokenTree::Punct(punct) => {
                    let next = tokens.peek();
                    match joined(&punct, next) {
                        Some(symbol) => {
                            tokens.next();
                            self.push(symbol);
                        }
                        // A list on several lines has a comma at its end.
                        None if punct.as_char() == ',' && is_punct(next, '>') => {}
                        None => self.push(punct.as_char().encode_utf8(&mut [0; 4])),
                    }
                }
                TokenTree::Ident(word) => self.push_word(&word),
                TokenTree::Literal(word) => self.push_word(&word),
            }
        }
    }

    fn push(&mut self, symbol: &str) {
        if !symbol.is_empty() {
            self.space(symbol);
            self.text.push_str(symbol);
        }
    }

    fn push_word(&mut self, word: &impl Display) {
        self.space("_");
        let _ = write!(self.text, "{word}");
    }

    /// Writes a space before the next token, if needed.
    fn space(&mut self, next: &str) {
        let last = &self.text[self.last..];
        // A quote and a word are one token: a lifetime.
        if last == "'" {
            return;
        }
        if is_spaced(last, next) {
            self.text.push(' ');
        }
        self.last = self.text.len();
    }
}

/// Returns the symbol of two characters that begins with `punct`.
fn joined(punct: &Punct, next: Option<&TokenTree>) -> Option<&'static str> {
    if punct.spacing() == Spacing::Alone {
        return None;
    }
    match punct.as_char() {
        ':' if is_punct(next, ':') => Some("::"),
        '-' if is_punct(next, '>') => Some("->"),
        '=' if is_punct(next, '>') => Some("=>"),
        _ => None,
    }
}

fn is_punct(token: Option<&TokenTree>, symbol: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == symbol)
}

fn delimiters(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::None => ("", ""),
    }
}

/// Returns the content of a group without the trailing comma, which only a tuple with one item
/// needs.
fn without_trailing_comma(content: TokenStream, delimiter: Delimiter) -> TokenStream {
    let is_comma = |token: &TokenTree| is_punct(Some(token), ',');
    let tokens: Vec<TokenTree> = content.clone().into_iter().collect();
    let commas = tokens.iter().filter(|token| is_comma(token)).count();
    let is_tuple_of_one = delimiter == Delimiter::Parenthesis && commas == 1;
    if !tokens.last().is_some_and(is_comma) || is_tuple_of_one {
        return content;
    }
    let kept = tokens.len() - 1;
    tokens.into_iter().take(kept).collect()
}

/// Returns `true` if there is a space between two tokens.
fn is_spaced(last: &str, next: &str) -> bool {
    let begins_a_type = matches!(
        last,
        "," | ";" | ":" | "->" | "=>" | "=" | "+" | "as" | "dyn" | "impl" | "mut" | "where"
    ) || last.starts_with('\'');
    match (last, next) {
        ("" | "(" | "[" | "<" | "::" | "&" | "*" | "!" | "?" | ".", _) => false,
        (_, "," | ";" | ":" | ")" | "]" | ">" | ".") => false,
        ("impl" | "for", "<") => false,
        (_, "::" | "(" | "<" | "?") => begins_a_type,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normalized(code: &str) -> String {
        text(&code.parse::<TokenStream>().expect("tokens"))
    }

    #[test]
    fn types_are_spaced_as_rustfmt_does() {
        for code in [
            "Option<Vec<u8>>",
            "&'a mut [u8; 4]",
            "&'static (A, B)",
            "impl Into<String> + Send + 'static",
            "Box<dyn Fn(&str, (u8,)) -> Result<(), Error> + Send>",
            "impl FnOnce() -> !",
            "for<'a> Fn(&'a T) -> &'a U",
            "<T as Iterator>::Item",
            "Result<<T as Iterator>::Item, ::std::fmt::Error>",
            "Stream<Item = Result<Bytes, Error>>",
            "T: ?Sized + 'a",
            "*const T",
            "(T,)",
            "()",
            "not(target_arch = \"wasm32\")",
        ] {
            assert_eq!(normalized(code), code);
        }
    }

    #[test]
    fn a_type_on_several_lines_becomes_one_line() {
        assert_eq!(
            normalized("Result<\n    Vec<\n        u8,\n    >,\n    Error,\n>"),
            "Result<Vec<u8>, Error>"
        );
        assert_eq!(normalized("Fn(\n    u8,\n    A,\n)"), "Fn(u8, A)");
    }
}
