//! Checks that Markdown is inert, with the syntax of rustdoc.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag};

use super::characters::is_hidden;
use super::{destination, language};

/// The syntax extensions of rustdoc.
pub(crate) const RUSTDOC: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_SMART_PUNCTUATION);

/// Returns `true` if Markdown has no HTML, no image, no code in an unknown language, no links other
/// than web and mail links, and no hidden characters.
pub(super) fn is_inert(markdown: &str) -> bool {
    let shows_all = |text: &str| !text.contains(|c| c != '\n' && is_hidden(c));
    shows_all(markdown)
        && Parser::new_ext(markdown, RUSTDOC).all(|event| match event {
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::Start(Tag::Image { .. } | Tag::FootnoteDefinition(_)) => false,
            Event::Start(Tag::CodeBlock(kind)) => match kind {
                CodeBlockKind::Fenced(info) => language::is_known(&info),
                CodeBlockKind::Indented => false,
            },
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            }) => {
                let is_allowed = match link_type {
                    LinkType::Email => destination::is_mail(&dest_url),
                    _ => destination::is_allowed(&dest_url),
                };
                is_allowed && title.is_empty()
            }
            Event::Text(text) | Event::Code(text) => shows_all(&text),
            _ => true,
        })
}
