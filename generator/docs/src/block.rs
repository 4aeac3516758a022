//! Blocks: paragraphs, lists, quotes, tables, and code.
//!
//! Markdown is parsed and rewritten with only its inert elements. The nesting depth is limited,
//! because every line repeats the markers of all enclosing blocks.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::frame::{Frame, Kind, Table, prefixed};
use super::inline::Inline;
use super::{characters, escape, language};

/// The maximum nesting depth of quotes and lists. Deeper blocks are moved to the innermost allowed
/// one.
const DEEPEST: usize = 12;

/// The supported syntax extensions. Footnotes and task lists are treated as text.
pub(super) const SYNTAX: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// Rewrites Markdown with only its inert elements.
pub(super) fn rewrite(markdown: &str) -> String {
    let mut writer = Writer::default();
    for event in Parser::new_ext(markdown, SYNTAX) {
        writer.event(event);
    }
    writer.finish()
}

/// Rewrites Markdown as one line without blocks.
pub(super) fn rewrite_line(markdown: &str) -> String {
    let mut inline = Inline::default();
    let mut is_code_block = false;
    for event in Parser::new_ext(markdown, SYNTAX) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code_block = true,
            Event::End(TagEnd::CodeBlock) => is_code_block = false,
            Event::Text(text) if is_code_block => {
                inline.code(&characters::one_line(&text));
                inline.text(" ");
            }
            event => inline_event(&mut inline, event, |inline| inline.text(" ")),
        }
    }
    inline.take_line()
}

/// Writes an event of inline Markdown. Any other event is passed to `other`.
fn inline_event(inline: &mut Inline, event: Event<'_>, other: impl FnOnce(&mut Inline)) {
    match event {
        Event::Start(
            tag @ (Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Link { .. }
            | Tag::Image { .. }),
        ) => inline.start(&tag),
        Event::End(
            tag @ (TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Link
            | TagEnd::Image),
        ) => inline.finish(tag),
        Event::Text(text) => inline.text(&text),
        // A remaining tag is a placeholder, such as `<token>`.
        Event::Code(code) | Event::InlineHtml(code) => inline.code(&code),
        Event::Html(html) => {
            inline.code(&characters::one_line(&html));
            inline.line_break();
        }
        Event::SoftBreak | Event::HardBreak => inline.line_break(),
        _ => other(inline),
    }
}

/// Returns a list item that begins with this text and `: `.
pub(super) fn item(title: &str, docs: &str) -> String {
    let begins_with_text = matches!(
        Parser::new_ext(docs, SYNTAX).next(),
        Some(Event::Start(Tag::Paragraph))
    );
    let text = match (docs.is_empty(), begins_with_text) {
        (true, _) => title.to_owned(),
        (_, true) => format!("{title}: {docs}"),
        (_, false) => format!("{title}:\n\n{docs}"),
    };
    prefixed(&text, "- ", "  ")
}

#[derive(Default)]
struct Writer {
    root: Frame,
    frames: Vec<Frame>,
    /// The number of open containers that are skipped.
    skipped: usize,
    inline: Inline,
    code: Option<(&'static str, String)>,
    table: Option<Table>,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) if self.code.is_some() => {
                if let Some((_, code)) = &mut self.code {
                    code.push_str(&text);
                }
            }
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Rule => {
                self.end_text();
                // In a list, hyphens would start an item.
                let rule = if self.frames.is_empty() { "---" } else { "***" };
                self.push(Kind::Other, rule.to_owned());
            }
            event => inline_event(&mut self.inline, event, |_| ()),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => {
                self.end_text();
                self.top().is_loose = true;
            }
            Tag::Heading { .. } => {
                self.end_text();
                // A heading would mix with those of the item's rustdoc page.
                self.inline.begin_heading();
            }
            Tag::CodeBlock(kind) => {
                self.end_text();
                let label = match kind {
                    CodeBlockKind::Fenced(info) => language::label(&info),
                    CodeBlockKind::Indented => language::label(""),
                };
                self.code = Some((label, String::new()));
            }
            Tag::BlockQuote(_) | Tag::Item => self.open(Frame::default()),
            Tag::List(number) => self.open(Frame::of_list(number)),
            Tag::Table(alignments) => {
                self.end_text();
                self.table = Some(Table::new(alignments));
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::TableCell => self.inline.is_in_table = true,
            tag => inline_event(&mut self.inline, Event::Start(tag), |_| ()),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.end_text(),
            TagEnd::Heading(_) => {
                self.inline.end_heading();
                self.end_text();
            }
            TagEnd::CodeBlock => {
                if let Some((label, code)) = self.code.take() {
                    let code = characters::clean(&code);
                    self.push(Kind::Other, escape::fence(label, &code));
                }
            }
            TagEnd::BlockQuote(_) => {
                if let Some(frame) = self.close() {
                    let text = frame.join(false);
                    self.push(Kind::Quote, prefixed(&text, "> ", "> "));
                }
            }
            TagEnd::Item => {
                if let Some(frame) = self.close() {
                    self.end_item(frame);
                }
            }
            TagEnd::List(_) => {
                if let Some(frame) = self.close() {
                    self.end_list(frame);
                }
            }
            TagEnd::TableCell => {
                let cell = self.inline.take_line();
                let row = self.table.as_mut().and_then(|table| table.rows.last_mut());
                row.into_iter().for_each(|row| row.push(cell.clone()));
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.push(Kind::Other, table.print());
                }
            }
            tag => inline_event(&mut self.inline, Event::End(tag), |_| ()),
        }
    }

    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().unwrap_or(&mut self.root)
    }

    fn push(&mut self, kind: Kind, text: String) {
        self.top().push(kind, text);
    }

    /// Ends the paragraph, or the text of an item without paragraphs.
    fn end_text(&mut self) {
        let text = self.inline.take();
        self.push(Kind::Text, text);
    }

    fn open(&mut self, frame: Frame) {
        self.end_text();
        if self.frames.len() < 2 * DEEPEST {
            self.frames.push(frame);
        } else {
            self.skipped += 1;
        }
    }

    fn close(&mut self) -> Option<Frame> {
        self.end_text();
        if self.skipped > 0 {
            self.skipped -= 1;
            return None;
        }
        self.frames.pop()
    }

    fn end_item(&mut self, item: Frame) {
        let is_loose = item.is_loose;
        let text = item.join(!is_loose);
        let list = self.top();
        list.is_loose |= is_loose;
        // The marker is written when the list is complete.
        list.push(Kind::Other, text);
    }

    fn end_list(&mut self, list: Frame) {
        let last = self.top().last();
        let (kind, text) = list.into_list(last);
        self.push(kind, text);
    }

    fn finish(mut self) -> String {
        self.end_text();
        self.root.join(false)
    }
}
