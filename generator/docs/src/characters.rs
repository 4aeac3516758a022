//! Characters that are invisible or misleading: control characters, direction marks, and zero-width
//! characters.

use serde_json::Value;

/// Returns `true` if a character is a control character, changes the direction of text, or has no
/// width: all of the categories Cc and Cf, line separators, fillers, and variation selectors. This
/// includes the line feed.
pub(super) fn is_hidden(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(u32::from(c),
        0x80..=0x9f
        | 0xad
        | 0x34f
        | 0x600..=0x605
        | 0x61c
        | 0x6dd
        | 0x70f
        | 0x890..=0x891
        | 0x8e2
        | 0x115f..=0x1160
        | 0x17b4..=0x17b5
        | 0x180b..=0x180f
        | 0x200b..=0x200f
        | 0x2028..=0x202e
        | 0x2060..=0x206f
        | 0x3164
        | 0xfe00..=0xfe0f
        | 0xfeff
        | 0xffa0
        | 0xfff0..=0xfffb
        | 0x110bd
        | 0x110cd
        | 0x13430..=0x1343f
        | 0x1bca0..=0x1bca3
        | 0x1d173..=0x1d17a
        | 0xe0000..=0xe0fff)
}

/// Returns `true` if any program treats a character as a line ending.
fn ends_line(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Returns a text whose lines all end with `\n`, with spaces for tabs and without
/// hidden characters.
pub(super) fn clean(text: &str) -> String {
    if !text.contains(is_hidden) {
        return text.to_owned();
    }
    let mut clean = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' if characters.peek() == Some(&'\n') => {}
            '\t' => clean.push_str("    "),
            c if ends_line(c) => clean.push('\n'),
            c if is_hidden(c) => {}
            c => clean.push(c),
        }
    }
    clean
}

/// Returns a text on one line, without hidden characters and with single spaces.
pub fn one_line(text: &str) -> String {
    let clean = clean(text);
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a text for a terminal: hidden characters are escaped as in Rust code, except line feeds
/// and tabs.
pub fn visible(text: &str) -> String {
    escaped(text, |c| !matches!(c, '\n' | '\t'))
}

/// Returns `true` if [`visible`] escapes nothing in a text.
pub fn is_visible(text: &str) -> bool {
    !text.contains(|c| is_hidden(c) && !matches!(c, '\n' | '\t'))
}

/// Returns a text for one line of a terminal.
pub fn visible_line(text: &str) -> String {
    escaped(text, |_| true)
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) && is_escaped(c) {
            match c {
                '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
                c => shown.extend(c.escape_unicode()),
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Writes JSON with escapes for hidden characters.
pub fn json_text(value: &Value) -> String {
    let text = format!("{value:#}");
    if !text.contains(|c| c != '\n' && is_hidden(c)) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        // Controls below U+0020 are escaped already; a line feed is layout.
        if c != '\n' && is_hidden(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lines_end_alike_and_nothing_is_hidden() {
        assert_eq!(clean("a\r\nb\rc\u{2028}d\te"), "a\nb\nc\nd    e");
        assert_eq!(clean("a\u{202e}b\u{200b}c\u{1b}[2Jd\u{e0041}"), "abc[2Jd");
        assert_eq!(clean("é ½ 日本 🙂"), "é ½ 日本 🙂");
        assert_eq!(one_line(" a\n\n b\u{2066}\rc "), "a b c");
    }

    #[test]
    fn a_terminal_shows_hidden_characters_as_escapes() {
        assert_eq!(
            visible("a\u{1b}[2J\u{202e}\r\n\tb"),
            "a\\u{1b}[2J\\u{202e}\\r\n\tb"
        );
        assert_eq!(visible_line("a\nb"), "a\\nb");
    }

    #[test]
    fn json_has_escapes_and_the_same_value() {
        let value = json!({"a\u{202e}": "\u{7f}\u{e0041}\n"});
        let text = json_text(&value);
        assert!(!text.contains(|c| c != '\n' && is_hidden(c)), "{text}");
        assert!(text.contains("\\u202e") && text.contains("\\udb40\\udc41"));
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
    }
}
