//! Checks the invariants of inert text on many malicious texts.

use std::time::{Duration, Instant};

use super::{Docs, check, inert};

/// The fragments of malicious Markdown.
const PIECES: &[&str] = &[
    "a",
    "b_c",
    " ",
    " ",
    "  ",
    "    ",
    "\n",
    "\n",
    "\n\n",
    "\t",
    "\r",
    "\\",
    "*",
    "**",
    "_",
    "__",
    "~",
    "~~",
    "`",
    "``",
    "```",
    "~~~",
    "```rust\n",
    "```edition2021\n",
    "~~~json\n",
    "<",
    ">",
    "</",
    "/>",
    "<b>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<a href=\"javascript:alert(1)\">",
    "<?",
    "<![CDATA[",
    "[",
    "]",
    "(",
    ")",
    "](",
    "][",
    "![",
    "[r]",
    "[r]: javascript:alert(1)\n",
    "[^1]",
    "[^1]: x\n",
    "[ ]",
    "- [x] ",
    "javascript:alert(1)",
    "https://a.example",
    "http://",
    "<https://b.example/?c=d&amp;e>",
    "mailto:a@b.example",
    "<a@b.example>",
    "data:text/html,x",
    "\"",
    "'",
    "\"t\"",
    "#",
    "# ",
    "## ",
    "> ",
    ">",
    "- ",
    "+ ",
    "* ",
    "1. ",
    "1) ",
    "10. ",
    "---",
    "===",
    "***",
    "|",
    "|a|b|\n|-|-|\n",
    "-|-\n",
    ":-:",
    "&",
    "&lt;",
    "&#8238;",
    "&#13;",
    "&#10;",
    "&amp;lt;",
    "&#9;",
    "&nbsp;",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{1b}",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{e0041}",
    "é",
    "日本",
    "!",
    "!",
    "=",
    ":",
    ";",
    ".",
    "-",
    "1",
    "$",
    "^",
    "{",
    "}",
    "@a",
];

/// A deterministic random number generator (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).expect("31 bits") % limit
    }

    fn text(&mut self) -> String {
        let length = 1 + self.below(24);
        (0..length)
            .map(|_| PIECES[self.below(PIECES.len())])
            .collect()
    }
}

#[track_caller]
fn assert_inert(text: &str) {
    let wrapped = Docs::page(text).wrapped(20);
    assert!(check::is_inert(wrapped.as_str()), "{text:?} as {wrapped:?}");
    let blocks = inert::blocks(text);
    assert!(check::is_inert(&blocks), "{text:?} became {blocks:?}");
    // Escapes can make a text too long to be read again.
    let is_short = blocks.len().max(text.len()) <= inert::LONGEST;
    if is_short {
        assert_eq!(inert::blocks(&blocks), blocks, "{text:?} is not settled");
    }
    let line = inert::line(text);
    assert!(check::is_inert(&line), "{text:?} became {line:?}");
    if is_short && line.len() <= inert::LONGEST {
        assert_eq!(inert::line(&line), line, "{text:?} is not settled");
    }
    assert!(!line.contains('\n'), "{text:?} became {line:?}");
    let shown = inert::text(text);
    assert!(check::is_inert(&shown), "{text:?} became {shown:?}");
    let item = Docs::list(&[(Docs::code(text), Docs(blocks))]);
    assert!(check::is_inert(item.as_str()), "{text:?} became {item}");
    let both = Docs::blocks([Docs::page(text), Docs::page(text)]);
    assert!(check::is_inert(both.as_str()), "{text:?} became {both}");
}

#[test]
fn any_text_is_made_inert_once_and_for_all() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..3_000 {
        assert_inert(&numbers.text());
    }
}

#[test]
fn most_text_is_settled_without_the_last_resort() {
    let mut numbers = Numbers(7);
    let count = 2_000;
    let fenced = (0..count)
        .map(|_| numbers.text())
        .filter(|text| {
            let inert = inert::blocks(text);
            inert.starts_with("```text")
                && !text.contains("```")
                && !text.contains("~~~")
                && !text.contains("    ")
                && !text.contains('\t')
        })
        .count();
    assert!(fenced < count / 50, "{fenced} of {count}");
}

#[test]
fn deep_and_long_text_takes_no_longer_than_its_length_allows() {
    let start = Instant::now();
    for (piece, count) in [
        ("> ", 20_000),
        ("- ", 20_000),
        ("*a ", 20_000),
        ("**a ", 20_000),
        ("[", 20_000),
        ("![", 20_000),
        ("[a](https://b.example", 5_000),
        ("`", 20_000),
        ("<", 20_000),
        ("&", 20_000),
        ("&a", 20_000),
        ("_", 20_000),
        ("http", 20_000),
        ("https://a", 20_000),
        ("|", 20_000),
        ("a\n", 20_000),
        ("\u{202e}", 20_000),
        ("\\", 20_000),
        ("1. a\n  ", 2_000),
        ("> a\n", 10_000),
    ] {
        assert_inert(&piece.repeat(count));
    }
    let limit = Duration::from_secs(120);
    assert!(start.elapsed() < limit, "{:?}", start.elapsed());
}
