//! Converts untrusted Markdown into inert Markdown.

use super::inline::Inline;
use super::{block, characters, check, escape};

/// The maximum number of rewrites. Most Markdown is stable after the first one.
const ROUNDS: usize = 8;

/// The maximum length of text that is parsed as Markdown, in bytes. Parsing time can grow with the
/// square of the length of a paragraph.
pub(super) const LONGEST: usize = 32 << 10;

/// Makes Markdown inert. Text that does not become stable, or is too long to parse, is shown as
/// code.
pub(super) fn blocks(markdown: &str) -> String {
    let clean = characters::clean(markdown);
    if clean.len() > LONGEST {
        return escape::fence("text", &clean);
    }
    settled(&clean, block::rewrite).unwrap_or_else(|| escape::fence("text", &clean))
}

/// Makes Markdown inert, on one line.
pub(super) fn line(markdown: &str) -> String {
    let clean = characters::clean(markdown);
    if clean.len() > LONGEST {
        return escape::code(&characters::one_line(&clean));
    }
    settled(&clean, block::rewrite_line).unwrap_or_else(|| text(&clean))
}

/// Shows a text on one line, with all Markdown syntax escaped.
pub(super) fn text(text: &str) -> String {
    let mut inline = Inline::default();
    inline.text(text);
    let line = inline.take_line();
    if check::is_inert(&line) {
        line
    } else {
        escape::code(&characters::one_line(text))
    }
}

/// Rewrites Markdown until it no longer changes.
fn settled(markdown: &str, rewrite: fn(&str) -> String) -> Option<String> {
    let mut current = rewrite(markdown);
    for _ in 1..ROUNDS {
        let next = rewrite(&current);
        if next == current {
            return Some(next).filter(|text| check::is_inert(text));
        }
        current = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, blocks, line};

    #[test]
    fn a_long_text_is_shown_as_code() {
        let link = "[a](<";
        let most = link.repeat(LONGEST / link.len());
        assert!(!blocks(&most).starts_with("```text\n[a]"));
        let above = link.repeat(200_000);
        assert_eq!(blocks(&above), format!("```text\n{above}\n```"));
        assert_eq!(line(&above), format!("`{above}`"));
    }

    #[test]
    fn plain_markdown_stays_as_it_is() {
        for text in [
            "Lists **pets**.\n\n> **Note**\n>\n> Slow, see [limits](https://a.example/l).",
            "- one\n  - two\n  - three\n\n1. a\n2. b",
            "- one\n\n  More.\n\n- two",
            "|a|b|\n|-|:-:|\n|`x\\|y`|2|",
            "a\nb",
            "Mail <a@b.example> and *see* ~~that~~.",
        ] {
            assert_eq!(blocks(text), text);
        }
    }

    #[test]
    fn code_in_another_language_is_text() {
        assert_eq!(blocks("```\nlet x;\n```"), "```text\nlet x;\n```");
        assert_eq!(blocks("    indented"), "```text\nindented\n```");
        assert_eq!(blocks("```json\n{}\n```"), "```json\n{}\n```");
        for info in [
            "rust",
            "edition2024",
            "edition2015,x",
            "test_harness",
            "E0001",
        ] {
            assert_eq!(blocks(&format!("~~~{info}\nx\n~~~")), "```text\nx\n```");
        }
    }

    #[test]
    fn brackets_are_not_links_to_items() {
        assert_eq!(
            blocks("a [b] and [c](https://d.example) and [^1] and [ ]"),
            "a \\[b\\] and [c](https://d.example) and \\[^1\\] and \\[ \\]"
        );
    }

    #[test]
    fn addresses_become_links() {
        assert_eq!(
            blocks("See https://a.example/x."),
            "See <https://a.example/x>."
        );
    }

    #[test]
    fn placeholders_and_tags_become_code() {
        assert_eq!(blocks("Use <token> here"), "Use `<token>` here");
        assert_eq!(
            blocks("<script>\nalert(1)\n</script>"),
            "`<script>`\n`alert(1)`\n`</script>`"
        );
    }

    #[test]
    fn links_elsewhere_leave_their_text() {
        for text in [
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](java\tscript:alert)",
            "[a](&#106;avascript:alert)",
            "[a](crate::types::Pet)",
            "[a][r]\n\n[r]: javascript:alert(1)",
            "![a](data:text/html;base64,PHNj)",
        ] {
            let expected = if text.contains('\t') {
                "\\[a\\](java    script:alert)"
            } else {
                "a"
            };
            assert_eq!(blocks(text), expected, "{text}");
        }
        assert_eq!(blocks("<javascript:alert(1)>"), "javascript:alert(1)");
    }

    #[test]
    fn titles_are_dropped_and_images_are_links() {
        assert_eq!(
            blocks("[a](https://b.example \"t\") ![c](https://d.example/e.png)"),
            "[a](https://b.example) [c](https://d.example/e.png)"
        );
        assert_eq!(
            blocks("[![c](https://d.example/e.png)](https://b.example)"),
            "[c](https://b.example)"
        );
    }

    #[test]
    fn headings_are_bold() {
        assert_eq!(blocks("## A **b** c\nd"), "**A b c**\n\nd");
    }

    #[test]
    fn entities_hide_nothing() {
        assert_eq!(
            blocks("&lt;b&gt; &#8238;a&#13;&amp;lt; &#x2A;c&#x2A;"),
            "\\<b> a \\&lt; \\*c\\*"
        );
    }

    #[test]
    fn lists_are_indented_as_rustdoc_wants() {
        assert_eq!(blocks("- one\ntwo\n- three"), "- one\n  two\n- three");
    }
}
