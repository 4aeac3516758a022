//! The judge of what is inert, which reads Markdown as rustdoc does.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag};

use super::characters::is_hidden;
use super::{destination, language};

/// The syntax that rustdoc reads.
pub(crate) const RUSTDOC: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_SMART_PUNCTUATION);

/// Returns `true` if Markdown has no HTML, no image, no code in a language that is not
/// known, no other link than to the web and to mail, and no hidden character.
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
