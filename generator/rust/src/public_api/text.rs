//! Tokens as text on one line, spaced as rustfmt does.
//!
//! Only for what signatures and types consist of, not for expressions.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
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

/// A line, and its last token.
#[derive(Default)]
struct Line {
    text: String,
    last: String,
}

impl Line {
    fn add(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = delimiters(group.delimiter());
                    self.push(open);
                    let content: Vec<TokenTree> = group.stream().into_iter().collect();
                    self.add(without_trailing_comma(content, group.delimiter()));
                    self.push(close);
                }
                TokenTree::Punct(punct) => {
                    let mut symbol = punct.as_char().to_string();
                    if punct.spacing() == Spacing::Joint
                        && let Some(next) = tokens.peek()
                    {
                        let longer = format!("{symbol}{next}");
                        if symbol == "'" || ["::", "->", "=>"].contains(&longer.as_str()) {
                            symbol = longer;
                            tokens.next();
                        }
                    }
                    // A list that is on several lines has a comma at its end.
                    let closes = tokens.peek().is_none_or(|next| next.to_string() == ">");
                    if symbol != "," || tokens.peek().is_none() || !closes {
                        self.push(&symbol);
                    }
                }
                other => self.push(&other.to_string()),
            }
        }
    }

    fn push(&mut self, token: &str) {
        if token.is_empty() {
            return;
        }
        if is_spaced(&self.last, token) {
            self.text.push(' ');
        }
        self.text.push_str(token);
        self.last = token.to_owned();
    }
}

fn delimiters(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::None => ("", ""),
    }
}

/// Returns the content of a group without the comma at its end, which only a tuple with
/// one item needs.
fn without_trailing_comma(mut content: Vec<TokenTree>, delimiter: Delimiter) -> TokenStream {
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let commas = content.iter().filter(|token| is_comma(token)).count();
    let is_tuple_of_one = delimiter == Delimiter::Parenthesis && commas == 1;
    if content.last().is_some_and(is_comma) && !is_tuple_of_one {
        content.pop();
    }
    content.into_iter().collect()
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
