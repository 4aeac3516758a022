//! Documentation text.
//!
//! Rustdoc reads Markdown as well, but takes brackets for links to items, code
//! without a language for tests, and warns of URLs and tags in the text.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use pulldown_cmark_to_cmark::{Options as Style, cmark_with_options};

/// Markdown that rustdoc shows as its author meant it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Docs(String);

impl Docs {
    /// Makes the text of a page inert.
    pub fn new(markdown: &str) -> Self {
        Self(rustdoc(markdown))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` if there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Rewrites CommonMark so that rustdoc shows what the author meant.
fn rustdoc(markdown: &str) -> String {
    let markdown = &plain(markdown);
    let mut links = 0_usize;
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut in_code_block = false;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                in_code_block = true;
                events.push(Event::Start(Tag::CodeBlock(labelled(&kind))));
            }
            Event::End(TagEnd::CodeBlock) => {
                in_code_block = false;
                // The last line of an indented block may have no end.
                if matches!(events.last(), Some(Event::Text(text)) if !text.ends_with('\n')) {
                    events.push(Event::Text("\n".into()));
                }
                events.push(Event::End(TagEnd::CodeBlock));
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {
                links += 1;
                events.push(event);
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                links -= 1;
                events.push(event);
            }
            // A heading would stand beside those of the item's own page.
            Event::Start(Tag::Heading { .. }) => {
                events.push(Event::Start(Tag::Paragraph));
                events.push(Event::Start(Tag::Strong));
            }
            Event::End(TagEnd::Heading(_)) => {
                events.push(Event::End(TagEnd::Strong));
                events.push(Event::End(TagEnd::Paragraph));
            }
            Event::Start(Tag::HtmlBlock) => events.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => events.push(Event::End(TagEnd::Paragraph)),
            // A tag that is left is a placeholder, such as `<token>`.
            Event::Html(html) => {
                let html = html.trim().to_owned();
                if !html.is_empty() {
                    events.push(Event::Code(html.into()));
                    events.push(Event::SoftBreak);
                }
            }
            Event::InlineHtml(html) => events.push(Event::Code(html)),
            Event::Text(text) if !in_code_block && links == 0 => push_text(&text, &mut events),
            other => events.push(other),
        }
    }
    let mut text = String::new();
    let style = Style {
        code_block_token_count: 3,
        list_token: '-',
        increment_ordered_list_bullets: true,
        ..Style::default()
    };
    if cmark_with_options(events.iter(), &mut text, options, style).is_err() {
        // Writing to a string does not fail; the plain text would do as well.
        return markdown.to_owned();
    }
    let mut lines: Vec<&str> = Vec::new();
    for line in text.trim().lines().map(without_margin) {
        let begins_quote = lines.last().is_none_or(|last| !last.starts_with('>'));
        // A quote does not begin with an empty line.
        if !(line == ">" && begins_quote) {
            lines.push(line);
        }
    }
    escape_brackets(&lines.join("\n"))
}

/// Takes away the space that stands before a block quote and after its mark.
fn without_margin(line: &str) -> &str {
    let quote = line.strip_prefix(' ').filter(|line| line.starts_with('>'));
    quote.unwrap_or(line).trim_end()
}

/// Takes out what rustc and clippy refuse in comments: tabs, and characters that
/// change the direction of text, which can make code look like another.
fn plain(markdown: &str) -> String {
    let changes_direction =
        |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let markdown: String = markdown
        .chars()
        .filter(|c| !changes_direction(*c))
        .collect();
    markdown.replace('\t', "    ")
}

/// Code without a language, or in a language that rustdoc would run.
fn labelled<'a>(kind: &CodeBlockKind<'a>) -> CodeBlockKind<'a> {
    let language = match kind {
        CodeBlockKind::Fenced(info) => info.split([' ', ',', '{']).next().unwrap_or_default(),
        CodeBlockKind::Indented => "",
    };
    let known = language
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-+#_".contains(c))
        && !language.is_empty()
        && ![
            "rust",
            "rs",
            "should_panic",
            "no_run",
            "ignore",
            "compile_fail",
        ]
        .contains(&language);
    let language = if known { language } else { "text" };
    CodeBlockKind::Fenced(CowStr::from(language.to_owned()))
}

/// Makes addresses in a text links.
fn push_text<'a>(text: &str, events: &mut Vec<Event<'a>>) {
    let mut rest = text;
    let next = |rest: &str| {
        [rest.find("https://"), rest.find("http://")]
            .into_iter()
            .flatten()
            .min()
    };
    while let Some(start) = next(rest) {
        let (before, from) = rest.split_at(start);
        let end = from
            .find(|c: char| c.is_whitespace() || "<>\"')]}`,;".contains(c))
            .unwrap_or(from.len());
        let address = from[..end].trim_end_matches(['.', ':', '!', '?']);
        if !before.is_empty() {
            events.push(Event::Text(before.to_owned().into()));
        }
        let is_address = address.len() > "https://".len();
        if is_address {
            events.push(Event::Start(Tag::Link {
                link_type: LinkType::Autolink,
                dest_url: address.to_owned().into(),
                title: "".into(),
                id: "".into(),
            }));
            events.push(Event::Text(address.to_owned().into()));
            events.push(Event::End(TagEnd::Link));
        } else {
            events.push(Event::Text(address.to_owned().into()));
        }
        rest = &from[address.len()..];
    }
    if !rest.is_empty() {
        events.push(Event::Text(rest.to_owned().into()));
    }
}

/// Escapes brackets that begin no link: rustdoc takes them for one to an item.
fn escape_brackets(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut escaped = String::with_capacity(markdown.len());
    let mut copied = 0;
    let mut depth = 0_usize;
    for (event, range) in Parser::new_ext(markdown, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. }) => depth += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image) => depth -= 1,
            Event::Text(_) if depth == 0 => {
                for (offset, _) in markdown[range.clone()].match_indices(['[', ']']) {
                    let position = range.start + offset;
                    let before = &markdown[..position];
                    let slashes = before.len() - before.trim_end_matches('\\').len();
                    if position >= copied && slashes.is_multiple_of(2) {
                        escaped.push_str(&markdown[copied..position]);
                        escaped.push('\\');
                        copied = position;
                    }
                }
            }
            _ => {}
        }
    }
    escaped.push_str(&markdown[copied..]);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_markdown_stays_as_it_is() {
        let text = "Lists **pets**.\n\n> **Note**\n>\n> Slow, see [limits](https://a.example/l).";
        assert_eq!(rustdoc(text), text);
    }

    #[test]
    fn code_without_a_language_is_text() {
        assert_eq!(rustdoc("```\nlet x;\n```"), "```text\nlet x;\n```");
        assert_eq!(rustdoc("    indented"), "```text\nindented\n```");
        assert_eq!(rustdoc("```json\n{}\n```"), "```json\n{}\n```");
    }

    #[test]
    fn brackets_are_no_links_to_items() {
        assert_eq!(
            rustdoc("a [b] and [c](https://d.example)"),
            "a \\[b\\] and [c](https://d.example)"
        );
    }

    #[test]
    fn addresses_become_links() {
        assert_eq!(
            rustdoc("See https://a.example/x."),
            "See <https://a.example/x>."
        );
    }

    #[test]
    fn placeholders_become_code() {
        assert_eq!(rustdoc("Use <token> here"), "Use `<token>` here");
    }

    #[test]
    fn lists_are_indented_as_rustdoc_wants() {
        assert_eq!(rustdoc("- one\ntwo\n- three"), "- one\n  two\n- three");
    }
}
