//! Escapes text, so that Markdown shows it unchanged.

/// Writes a single-line text as inline code.
pub(super) fn code(text: &str) -> String {
    let ticks = "`".repeat(longest_run(text) + 1);
    let touches = text.starts_with('`') || text.ends_with('`');
    // Markdown strips one space on each side if both sides have one.
    let is_padded = text.starts_with(' ') && text.ends_with(' ') && !text.trim().is_empty();
    let space = if touches || is_padded { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// Writes a code block with a known label.
pub(super) fn fence(label: &'static str, text: &str) -> String {
    let mut marks = "`".repeat(longest_run(text).max(2));
    marks.push('`');
    let lines: String = text
        .trim_end()
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect();
    format!("{marks}{label}\n{lines}{marks}")
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or_default()
}

/// Appends a run of text. The text that follows it is unknown.
pub(super) fn push(out: &mut String, text: &str, is_in_table: bool) {
    let characters: Vec<char> = text.chars().collect();
    // A distant semicolon does not end an entity. Without this limit, each `&` would cause a scan
    // to the end of the text.
    const LONGEST_ENTITY: usize = 40;
    let mut index = 0;
    while let Some(&c) = characters.get(index) {
        let before = match index {
            0 => out.chars().next_back(),
            index => characters.get(index - 1).copied(),
        };
        let next = characters.get(index + 1).copied();
        match c {
            '*' | '_' | '~' => {
                let rest = characters[index..].iter();
                let length = rest.take_while(|other| **other == c).count();
                let after = characters.get(index + length).copied();
                let escape = if delimits(c, before, after) { "\\" } else { "" };
                for _ in 0..length {
                    out.push_str(escape);
                    out.push(c);
                }
                index += length;
                continue;
            }
            '\\' if next.is_none_or(|next| next.is_ascii_punctuation()) => out.push('\\'),
            '`' | '[' | ']' => out.push('\\'),
            '<' if next.is_none_or(|next| !next.is_whitespace()) => out.push('\\'),
            '|' if is_in_table => out.push('\\'),
            '&' => {
                let mut rest = characters[index + 1..].iter().take(LONGEST_ENTITY);
                let end = rest.find(|c| !c.is_ascii_alphanumeric() && **c != '#');
                if end.is_none_or(|end| *end == ';') {
                    out.push('\\');
                }
            }
            _ => {}
        }
        out.push(c);
        index += 1;
    }
}

/// Returns `true` if a run of `*`, `_`, or `~` between these characters can begin or end emphasis.
fn delimits(mark: char, before: Option<char>, after: Option<char>) -> bool {
    let is_side = |side: Option<char>, is: fn(char) -> bool| side.is_some_and(is);
    let is_word = is_side(before, char::is_alphanumeric) && is_side(after, char::is_alphanumeric);
    let is_space = is_side(before, |c| c == ' ') && is_side(after, |c| c == ' ');
    !(is_space || mark == '_' && is_word)
}

/// Returns the position in a paragraph line at which a backslash prevents the line from starting
/// another block.
pub(super) fn block_mark(line: &str) -> Option<usize> {
    let first = line.chars().next()?;
    let rest = &line[first.len_utf8()..];
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let is_only = |marks: &str| line.chars().all(|c| marks.contains(c));
    let is_mark = match first {
        '>' => true,
        '#' => ends(rest.trim_start_matches('#')),
        '-' | '+' if ends(rest) => true,
        '=' => is_only("= "),
        // A row of hyphens is a thematic break, or the underline of a heading or of a table header.
        '-' | '|' | ':' => is_only("-|: ") && line.contains('-'),
        '0'..='9' => {
            let number = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let after = line[number..].strip_prefix(['.', ')']);
            return after.filter(|rest| ends(rest)).map(|_| number);
        }
        _ => false,
    };
    is_mark.then_some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        push(&mut out, text, false);
        out
    }

    #[test]
    fn only_what_markdown_would_read_is_escaped() {
        for text in [
            "snake_case, 2 * 3, a < b, a & b, C:\\dir, \"quotes\" (and) more!",
            "https://a.example/?b=c&d=e",
        ] {
            assert_eq!(escaped(text), text);
        }
        for (text, expected) in [
            ("*a* _b_ ~c~", "\\*a\\* \\_b\\_ \\~c\\~"),
            ("[a](b)", "\\[a\\](b)"),
            ("<b>", "\\<b>"),
            ("&lt;b&#62;", "\\&lt;b\\&#62;"),
            ("\\*", "\\\\\\*"),
            ("`", "\\`"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    #[test]
    fn lines_that_would_begin_a_block_are_found() {
        for line in [
            "# a", "> a", "- a", "-", "+ a", "===", "---", "|-|", ":-: | -",
        ] {
            assert_eq!(block_mark(line), Some(0), "{line}");
        }
        assert_eq!(block_mark("12. a"), Some(2));
        for line in ["#a", "-1", "+1", "1.5", "a - b", "=> a", "|a|", ": a", ""] {
            assert_eq!(block_mark(line), None, "{line}");
        }
    }

    #[test]
    fn a_fence_is_longer_than_those_in_its_text() {
        assert_eq!(fence("text", "a\n\n"), "```text\na\n```");
        assert_eq!(fence("text", "```\na\n```"), "````text\n```\na\n```\n````");
        assert_eq!(fence("text", ""), "```text\n```");
    }
}
