//! Finds the pages of a Markdown file.

use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::signs::{LineIndex, has_key, is_closed, is_openapi, request_line, sent_files};
use super::{Block, Page, Pages, Request};
use crate::code::Code;
use crate::encoding;
use crate::problem::Problem;
use crate::source::SourceFile;

/// Adds the pages of `file` to `found`.
pub(super) fn read(file: &Arc<SourceFile>, found: &mut Pages) {
    let mut reader = Reader {
        file,
        lines: LineIndex::new(&file.text),
        draft: Draft::from_line(1),
        found,
    };
    let mut start = Some(0);
    while let Some(offset) = start {
        start = reader.read_from(offset);
    }
    reader.end_page(usize::MAX);
}

/// Refuses a page that ends inside a fenced block: the rest of it is missing.
pub(super) fn check_end(file: &Arc<SourceFile>) -> Result<(), Problem> {
    let text: &str = &file.text;
    let end = text.trim_end().len();
    let open = Parser::new(text).into_offset_iter().find(|(event, range)| {
        let is_fenced = matches!(
            event,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_)))
        );
        is_fenced && range.end >= end && !is_closed(text[range.clone()].trim_end())
    });
    match open {
        Some((_, range)) => {
            let line = LineIndex::new(text).line(range.start);
            Err(unclosed("the block is not closed", file, line))
        }
        None => Ok(()),
    }
}

fn unclosed(message: &str, file: &Arc<SourceFile>, line: usize) -> Problem {
    Problem::new(Code::UnclosedBlock, message)
        .at(file.place(line))
        .advice("the page was cut short: fetch it again")
}

/// The parts of one page that have been read so far.
#[derive(Default)]
struct Draft {
    /// The line that the page begins on.
    line: usize,
    /// Text before the first title is no page.
    title: Option<String>,
    /// A title, and its line, that may be a section of this page or the beginning of the
    /// next: the next request line or specification decides.
    next_title: Option<(String, usize)>,
    request: Option<Request>,
    /// The line that says that the page is about a connection, and no request.
    connection: Option<usize>,
    reference: Option<String>,
    /// The last heading says that a specification follows.
    announced: bool,
    /// Some heading has said so.
    was_announced: bool,
    blocks: Vec<Block>,
    /// A block of the page cannot be read, and has been reported.
    is_unreadable: bool,
    sample_files: Vec<String>,
}

struct Reader<'a> {
    file: &'a Arc<SourceFile>,
    lines: LineIndex,
    draft: Draft,
    found: &'a mut Pages,
}

impl Reader<'_> {
    /// Reads the text from `start`. Returns where to begin anew if a block that is not
    /// closed has hidden the pages after it.
    fn read_from(&mut self, start: usize) -> Option<usize> {
        let file = self.file;
        let text = &file.text[start..];
        let mut events = Parser::new(text).into_offset_iter();
        while let Some((event, range)) = events.next() {
            let line = self.lines.line(start + range.start);
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    let heading = &text[range];
                    if level == HeadingLevel::H1 {
                        self.read_title(heading, line);
                    }
                    let is_announced = heading.to_lowercase().contains("openapi specification");
                    self.draft.announced = is_announced;
                    self.draft.was_announced |= is_announced;
                }
                Event::Start(Tag::Paragraph) => self.read_paragraph(&text[range], line),
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    let mut content = String::new();
                    for (event, _) in events.by_ref() {
                        match event {
                            Event::Text(text) => content.push_str(&text),
                            Event::End(TagEnd::CodeBlock) => break,
                            _ => {}
                        }
                    }
                    let hidden = self.read_block(&info, content, &text[range.clone()], line);
                    if let Some(offset) = hidden {
                        return Some(start + range.start + offset);
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn read_title(&mut self, heading: &str, line: usize) {
        let title = heading.trim_matches(['#', ' ', '\n']).to_owned();
        if self.draft.request.is_some() && self.draft.blocks.is_empty() && !self.draft.is_unreadable
        {
            self.draft.next_title = Some((title, line));
            return;
        }
        self.end_page(line);
        self.draft.title = Some(title);
    }

    fn read_paragraph(&mut self, paragraph: &str, first_line: usize) {
        for (offset, line) in paragraph.lines().enumerate() {
            let number = first_line + offset;
            if let Some(address) = line.trim().strip_prefix("Reference: ") {
                let reference = &mut self.draft.reference;
                reference.get_or_insert_with(|| address.trim().replace(' ', "%20"));
            } else if let Some((method, url)) = request_line(line)
                && self.draft.blocks.is_empty()
            {
                if url.starts_with("ws") {
                    self.draft.connection.get_or_insert(number);
                    continue;
                }
                if let Some((title, line)) = self.draft.next_title.take() {
                    self.end_page(line);
                    self.draft.title = Some(title);
                }
                self.draft.request.get_or_insert_with(|| Request {
                    method: method.to_ascii_lowercase(),
                    url: url.to_owned(),
                    line: number,
                });
            }
        }
    }

    /// Reads a fenced block with these contents; `fenced` has its fences as well. Returns
    /// the offset in `fenced` of the next page, which the block hides if its end is
    /// missing.
    fn read_block(
        &mut self,
        info: &str,
        content: String,
        fenced: &str,
        line: usize,
    ) -> Option<usize> {
        if self.draft.is_specification(info, &content) {
            // Neither YAML nor JSON has a line that begins with a fence.
            let holds_fence = content.lines().any(|line| line.starts_with("```"));
            if holds_fence || !is_closed(fenced) {
                let message = "the block of the specification is not closed";
                let problem = unclosed(message, self.file, line);
                self.found.unreadable.push(problem);
                self.draft.is_unreadable = true;
                let next = fenced.find("\n# ").map(|end| end + 1);
                return next.filter(|_| holds_fence);
            }
            self.draft.blocks.push(Block {
                text: content.into(),
                line: line + 1,
            });
        } else if has_key(&content, ["asyncapi", "channels"]) {
            self.draft.connection.get_or_insert(line + 1);
        } else if self.draft.sample_files.is_empty() {
            self.draft.sample_files = sent_files(&content);
        }
        None
    }

    /// Ends the page before `line`, where the next one begins.
    fn end_page(&mut self, line: usize) {
        let draft = std::mem::replace(&mut self.draft, Draft::from_line(line));
        match encoding::check_lines(self.file, draft.line..line) {
            Ok(()) => draft.finish(self.file, self.found),
            Err(problem) => self.found.unreadable.push(problem),
        }
    }
}

impl Draft {
    fn from_line(line: usize) -> Self {
        Self {
            line,
            ..Self::default()
        }
    }

    fn is_specification(&self, info: &str, content: &str) -> bool {
        let language = info.split([' ', ',']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "yaml" | "yml" | "json" => self.announced || is_openapi(content),
            _ => false,
        }
    }

    fn finish(self, file: &Arc<SourceFile>, found: &mut Pages) {
        let mut blocks = self.blocks.into_iter();
        match (blocks.next(), blocks.next(), &self.request) {
            (Some(first), Some(second), _) => found.unreadable.push(
                Problem::new(
                    Code::SeveralSpecifications,
                    format!(
                        "the page has two specifications; the first begins on line {}",
                        first.line
                    ),
                )
                .at(file.place(second.line))
                .advice("keep one: a page describes one operation"),
            ),
            (Some(specification), None, _) => found.pages.push(Arc::new(Page {
                file: Arc::clone(file),
                title: self.title,
                request: self.request,
                reference: self.reference,
                specification,
                sample_files: self.sample_files,
            })),
            (None, ..) if self.is_unreadable => {}
            (None, _, Some(request)) => {
                let problem = Problem::new(
                    Code::MissingSpecification,
                    "the page has a request line and no OpenAPI specification",
                )
                .at(file.place(request.line))
                .advice(
                    "add the specification in a ```yaml block below the heading \
                     `OpenAPI Specification`, or fetch the page again",
                );
                if self.was_announced {
                    found.unreadable.push(problem);
                    return;
                }
                // A guide may show a request; the others are pages all the same.
                found.warnings.push(problem);
                found.skipped += 1;
            }
            (None, ..) => {
                if let Some(line) = self.connection {
                    let title = self.title.as_deref().unwrap_or("the page");
                    let message = format!(
                        "`{title}` is not in the client: it is a connection that stays open, and \
                         no request"
                    );
                    found.warnings.push(
                        Problem::new(Code::ChannelLeftOut, message)
                            .at(file.place(line))
                            .advice("connect to it with a WebSocket library"),
                    );
                }
                found.skipped += usize::from(self.title.is_some());
            }
        }
    }
}
