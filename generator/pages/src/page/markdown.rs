//! Finds the pages of a Markdown file.

use std::iter;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::prose::{
    Fence, absolute, has_property, heading_text, is_section, outline, reference, requests, title,
    with_marks, with_plain_starts, without_comments,
};
use super::signs::{
    Keys, LineIndex, front_matter, is_closed, is_method, media_type, relative_request_line,
    request_line, sent_files, uncovered,
};
use super::{Block, Format, Page, Pages, Request, SampleFile};
use crate::code::Code;
use crate::encoding;
use crate::problem::Problem;
use crate::size;
use crate::source::{Place, SourceFile};
use crate::url::split_origin;

/// The heading of the specification of a long-lived connection.
const CHANNELS: &str = "AsyncAPI Specification";

/// The maximum depth of truncated pages that hide others. At each depth, the text is parsed again.
const MOST_DEPTH: usize = 16;

/// Adds the pages of `file` to `found`.
pub(super) fn read(file: &Arc<SourceFile>, found: &mut Pages) {
    let text = uncovered(&file.text);
    let mut reader = Reader {
        file,
        lines: LineIndex::new(&text),
        draft: Draft::from_line(1),
        is_below_title: false,
        depth: 0,
        found,
    };
    reader.read_range(&text, front_matter(&text)..text.len());
    reader.end_page(usize::MAX);
}

/// Rejects a page that ends inside a fenced block, because the rest of it is missing.
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
        .advice("the page is truncated: fetch it again")
}

/// The state of the page that is being read.
#[derive(Default)]
struct Draft {
    /// The line that the page begins on.
    line: usize,
    /// The title. Text before the first title is not a page.
    title: Option<String>,
    /// A title and its line. It is either a section of this page or the beginning of the next one,
    /// depending on whether a request line or a specification follows.
    next_title: Option<(String, usize)>,
    /// The request line of the next specification.
    request: Option<Request>,
    /// A request line without a server, which only structured prose has.
    relative: Option<Request>,
    /// The request line of a long-lived connection, with an HTTP scheme.
    handshake: Option<Request>,
    /// The line that marks the page as a webhook: a method without a URL.
    webhook: Option<usize>,
    reference: Option<String>,
    /// The last heading announces a specification.
    announced: bool,
    /// A heading of the page has announced a specification.
    was_announced: bool,
    specifications: Vec<Specification>,
    /// A section of structured prose was found below the reference link.
    has_section: bool,
    /// A block of the page cannot be read, and has been reported.
    is_unreadable: bool,
    /// The files that the first sample with files sends, counted from the last specification.
    sample_files: Vec<SampleFile>,
}

/// A specification, and the facts that the page states about it.
struct Specification {
    block: Block,
    format: Format,
    request: Option<Request>,
    reference: Option<String>,
    sample_files: Vec<SampleFile>,
}

struct Reader<'a> {
    file: &'a Arc<SourceFile>,
    lines: LineIndex,
    draft: Draft,
    /// The last block is a title.
    is_below_title: bool,
    depth: usize,
    found: &'a mut Pages,
}

impl Reader<'_> {
    /// Reads a range of the text of the file.
    fn read_range(&mut self, whole: &str, range: Range<usize>) {
        let start = range.start;
        let text = &whole[range];
        let mut events = Parser::new(text).into_offset_iter();
        while let Some((event, range)) = events.next() {
            let line = self.lines.line(start + range.start);
            let is_below_title = match &event {
                Event::Start(Tag::Heading { level, .. }) => {
                    self.is_below_title = *level == HeadingLevel::H1;
                    false
                }
                Event::Start(_) => std::mem::take(&mut self.is_below_title),
                _ => false,
            };
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    let heading = &text[range];
                    if level == HeadingLevel::H1 {
                        self.read_title(heading, line);
                    }
                    let section = heading_text(heading);
                    let is_below = self.draft.reference.is_some() && level != HeadingLevel::H1;
                    self.draft.has_section |= is_below && is_section(section);
                    let is_announced = heading.to_lowercase().contains("openapi specification");
                    self.draft.announced = is_announced;
                    self.draft.was_announced |= is_announced;
                }
                Event::Start(Tag::Paragraph) => {
                    self.read_paragraph(&text[range], line, is_below_title);
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    let mut content = String::new();
                    for (event, _) in events.by_ref() {
                        match event {
                            Event::Text(text) => content.push_str(&text),
                            Event::End(TagEnd::CodeBlock) => break,
                            _ => {}
                        }
                    }
                    let fenced = &text[range.clone()];
                    let hidden = self.read_block(&info, content, fenced, line);
                    if let Some(offset) = hidden
                        && self.depth < MOST_DEPTH
                    {
                        self.depth += 1;
                        let hidden = range.start + offset..range.end;
                        self.read_range(whole, start + hidden.start..start + hidden.end);
                        self.depth -= 1;
                    }
                }
                _ => {}
            }
        }
    }

    fn read_title(&mut self, heading: &str, line: usize) {
        let title = heading_text(heading).to_owned();
        let draft = &self.draft;
        let is_complete = draft.is_unreadable || draft.has_section;
        let has_request =
            draft.request.is_some() || draft.relative.is_some() || draft.webhook.is_some();
        if has_request && draft.specifications.is_empty() && !is_complete {
            self.draft.next_title = Some((title, line));
            return;
        }
        self.end_page(line);
        self.draft.title = Some(title);
    }

    /// Reads a paragraph, which is directly below a title if `is_below_title`.
    fn read_paragraph(&mut self, paragraph: &str, first_line: usize, is_below_title: bool) {
        let first = paragraph.lines().next().unwrap_or_default();
        let is_request = relative_request_line(first).is_some() || is_method(paragraph);
        if is_below_title && is_request {
            self.begin_next();
        }
        let draft = &mut self.draft;
        let is_first = draft.request.is_none() && draft.reference.is_none();
        if is_first && draft.specifications.is_empty() && is_method(paragraph) {
            draft.webhook.get_or_insert(first_line);
        }
        for (offset, line) in paragraph.lines().enumerate() {
            let number = first_line + offset;
            if let Some(url) = reference(line.trim()) {
                let reference = &mut self.draft.reference;
                reference.get_or_insert_with(|| url.replace(' ', "%20"));
            } else if let Some((method, url)) = request_line(line) {
                let below = paragraph.lines().nth(offset + 1);
                let request = |url: String| Request {
                    method: method.to_ascii_lowercase(),
                    url,
                    media_type: below.and_then(media_type).map(str::to_owned),
                    line: number,
                    is_inherited: false,
                };
                if let Some(rest) = url.strip_prefix("ws") {
                    let handshake = &mut self.draft.handshake;
                    handshake.get_or_insert_with(|| request(format!("http{rest}")));
                    continue;
                }
                self.begin_next();
                let known = &mut self.draft.request;
                known.get_or_insert_with(|| request(url.to_owned()));
            } else if let Some((method, path)) = relative_request_line(line)
                && self.draft.request.is_none()
            {
                self.draft.relative.get_or_insert_with(|| Request {
                    method: method.to_ascii_lowercase(),
                    url: path.to_owned(),
                    media_type: None,
                    line: number,
                    is_inherited: false,
                });
            }
        }
    }

    /// Reads a fenced block with these contents. `fenced` includes the fences. If the block is not
    /// closed and hides the next page, returns the offset of that page in `fenced`.
    fn read_block(
        &mut self,
        info: &str,
        content: String,
        fenced: &str,
        line: usize,
    ) -> Option<usize> {
        let language = info.split([' ', ',']).next().unwrap_or_default();
        let keys = Keys::of(&content);
        if keys.asyncapi || keys.is_specification(language, &content, self.draft.announced) {
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
            let block = Block {
                text: content.into(),
                line: line + 1,
            };
            let format = match keys.asyncapi {
                true => Format::AsyncApi,
                false => Format::OpenApi,
            };
            // The request line of such a page has a URL.
            if format == Format::OpenApi && self.draft.request.is_none() {
                self.begin_next();
            }
            self.draft.add(block, format);
        } else if self.draft.sample_files.is_empty() {
            self.draft.sample_files = sent_files(&content);
        }
        None
    }

    /// Begins the next page if there is a title that may be its own.
    fn begin_next(&mut self) {
        if let Some((title, line)) = self.draft.next_title.take() {
            self.end_page(line);
            self.draft.title = Some(title);
        }
    }

    /// Ends the page before `line`, where the next one begins.
    fn end_page(&mut self, line: usize) {
        let draft = std::mem::replace(&mut self.draft, Draft::from_line(line));
        let length = self.lines.offset(line) - self.lines.offset(draft.line);
        let size = size::check_page(self.file, draft.line, length);
        match size.and_then(|()| encoding::check_lines(self.file, draft.line..line)) {
            Ok(()) => {
                let text = self.lines.text(&self.file.text, draft.line..line);
                draft.finish(self.file, text, self.found);
            }
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

    fn add(&mut self, block: Block, format: Format) {
        self.next_title = None;
        let mut request = match format {
            Format::AsyncApi => self.handshake.take(),
            _ => self.request.take(),
        };
        let mut reference = self.reference.take();
        if let Some(last) = self.specifications.last_mut() {
            last.sample_files.append(&mut self.sample_files);
            reference = reference.or_else(|| last.reference.clone());
            let inherited = last.request.as_ref().filter(|_| last.format == format);
            request = request.or_else(|| {
                inherited.map(|request| Request {
                    is_inherited: true,
                    ..request.clone()
                })
            });
        }
        self.specifications.push(Specification {
            block,
            format,
            request,
            reference,
            sample_files: Vec::new(),
        });
    }

    /// Adds the page, whose lines are `text`, to `found`.
    fn finish(mut self, file: &Arc<SourceFile>, text: &str, found: &mut Pages) {
        if let Some(last) = self.specifications.last_mut() {
            last.sample_files.append(&mut self.sample_files);
            last.reference = last.reference.take().or(self.reference.take());
            found.pages.extend(self.pages(file).map(Arc::new));
            return;
        }
        if self.is_unreadable {
            // The block has already been reported.
            return;
        }
        let operations = self.prose(file, text, &mut found.warnings);
        if !operations.is_empty() {
            found.pages.extend(operations.into_iter().map(Arc::new));
        } else if let Some(request) = &self.request {
            let problem = missing_specification(file.place(request.line));
            if self.was_announced {
                found.unreadable.push(problem);
                return;
            }
            // A guide can also show a request, so this is only a warning.
            found.warnings.push(problem);
            found.skipped += 1;
        } else {
            found.warnings.extend(self.skipped(file, text));
            found.skipped += usize::from(self.title.is_some());
        }
    }

    /// Returns a page for each specification.
    fn pages(self, file: &Arc<SourceFile>) -> impl Iterator<Item = Page> {
        let specifications = self.specifications.into_iter();
        specifications.map(move |specification| Page {
            file: Arc::clone(file),
            line: self.line,
            title: self.title.clone(),
            is_webhook: self.webhook.is_some() && specification.request.is_none(),
            request: specification.request,
            reference: specification.reference,
            specification: specification.block,
            format: specification.format,
            sample_files: specification.sample_files,
        })
    }

    /// Returns a warning if a page without a request and a specification describes a webhook, a
    /// long-lived connection, or an operation.
    fn skipped(&self, file: &Arc<SourceFile>, text: &str) -> Option<Problem> {
        let title = self.title.as_deref().unwrap_or("the page");
        if let Some(line) = self.webhook {
            return Some(webhook_without_payload(title).at(file.place(line)));
        }
        if let Some(line) = self.channel(text) {
            return Some(channel_without_specification(title).at(file.place(line)));
        }
        let outline = outline(&without_comments(text), 0)?;
        let is_operation =
            outline.reference != outline.sections || has_property(text, outline.sections);
        let place = file.place(self.line + outline.reference);
        is_operation.then(|| missing_request().at(place))
    }

    /// Returns the line of the request of a long-lived connection. Without a scheme, the heading of
    /// the missing specification identifies it.
    fn channel(&self, text: &str) -> Option<usize> {
        let handshake = self.handshake.as_ref().map(|request| request.line);
        let is_announced = || {
            let headings = text.lines().filter(|line| line.starts_with("## "));
            headings
                .map(heading_text)
                .any(|heading| heading == CHANNELS)
        };
        let relative = self.relative.as_ref().map(|request| request.line);
        handshake.or_else(|| relative.filter(|_| is_announced()))
    }

    /// Returns the request line of a page of structured prose: the first one, unless it is in the
    /// description of a webhook.
    fn own_request(&self) -> Option<&Request> {
        let first = match (&self.relative, &self.request) {
            (Some(relative), Some(request)) => {
                let is_same =
                    relative.method == request.method && request.url.ends_with(&relative.url);
                if is_same { request } else { relative }
            }
            (relative, request) => relative.as_ref().or(request.as_ref())?,
        };
        let is_own = self.webhook.is_none_or(|webhook| first.line < webhook);
        is_own.then_some(first)
    }

    /// Returns the operations of a page of structured prose.
    fn prose(&self, file: &Arc<SourceFile>, text: &str, warnings: &mut Vec<Problem>) -> Vec<Page> {
        let request = self.own_request();
        let line = request.map(|request| request.line).or(self.webhook);
        let Some(line) = line.filter(|_| !self.was_announced) else {
            return Vec::new();
        };
        let text = without_comments(text);
        let text = with_plain_starts(&text);
        let text = with_marks(&text);
        let requests = requests(&text, line - self.line);
        // The title of a further operation is a heading that is not a section.
        let begin = |request: usize| match title(&text, request) {
            Some((line, title)) if !is_section(title) => line,
            _ => request,
        };
        let further = requests[1..].iter().map(|request| begin(*request));
        let begins: Vec<usize> = iter::once(0).chain(further).collect();
        let ends = begins[1..].iter().copied().chain([usize::MAX - 1]);
        let lines = LineIndex::new(&text);
        let mut pages = Vec::new();
        for ((request, begin), end) in requests.iter().zip(&begins).zip(ends) {
            let own = lines.text(&text, begin + 1..end + 1);
            let page = self.operation(file, own, *begin, request - begin);
            warnings.extend(page.iter().filter_map(second_request));
            warnings.extend(page.iter().filter_map(missing_sections));
            pages.extend(page);
        }
        if let [_, _, ..] = pages[..] {
            // The first heading is that of all operations.
            for page in &mut pages {
                let Format::Prose(outline) = page.format else {
                    continue;
                };
                let own = title(&page.specification.text, outline.request);
                page.title = own.map(|(_, title)| title.to_owned());
            }
        }
        pages
    }

    /// Returns the operation whose text begins at a line, and whose request line is `request` lines
    /// below it.
    fn operation(
        &self,
        file: &Arc<SourceFile>,
        text: &str,
        begin: usize,
        request: usize,
    ) -> Option<Page> {
        let outline = outline(text, request)?;
        let line = self.line + begin;
        let (own, sample_files) = match begin {
            0 => {
                let request = self.own_request().map(|request| Request {
                    url: match request.is_relative() {
                        true => absolute(text, outline.sections, &request.url),
                        false => None,
                    }
                    .unwrap_or_else(|| request.url.clone()),
                    ..request.clone()
                });
                (request, self.sample_files.clone())
            }
            _ => {
                let (method, url) = request_line(text.lines().nth(request)?)?;
                let own = Request {
                    method: method.to_ascii_lowercase(),
                    url: url.to_owned(),
                    media_type: None,
                    line: line + request,
                    is_inherited: false,
                };
                (Some(own), Vec::new())
            }
        };
        let link = reference(text.lines().nth(outline.reference)?);
        Some(Page {
            file: Arc::clone(file),
            line,
            title: self.title.clone(),
            is_webhook: own.is_none(),
            request: own,
            reference: link.map(|url| url.replace(' ', "%20")),
            specification: Block {
                text: text.into(),
                line,
            },
            format: Format::Prose(outline),
            sample_files,
        })
    }
}

/// Returns a warning about a page without sections, which may be truncated.
fn missing_sections(page: &Page) -> Option<Problem> {
    let Format::Prose(outline) = page.format else {
        return None;
    };
    let is_empty = page
        .specification
        .text
        .lines()
        .nth(outline.sections)
        .is_none();
    is_empty.then(|| {
        let message =
            "the page describes neither parameters nor a response: the client has only its URL";
        Problem::new(Code::MissingSpecification, message)
            .at(page.place(outline.request + 1))
            .advice("compare the page with the site, or fetch it again")
    })
}

fn missing_specification(place: Place) -> Problem {
    let message = "the page has a request line, but no OpenAPI specification";
    Problem::new(Code::MissingSpecification, message)
        .at(place)
        .advice(
            "add the specification in a ```yaml block below the heading \
             `OpenAPI Specification`, or fetch the page again",
        )
}

fn webhook_without_payload(title: &str) -> Problem {
    let message = format!(
        "the webhook `{title}` is not in the client: the page does not describe its payload"
    );
    Problem::new(Code::WebhookLeftOut, message)
        .advice("describe its payload, or handle it in your server without the client")
}

fn channel_without_specification(title: &str) -> Problem {
    let message = format!(
        "`{title}` is not in the client: it is a long-lived connection without an AsyncAPI \
         specification"
    );
    Problem::new(Code::ChannelLeftOut, message)
        .advice("fetch the page again, or connect to it with a WebSocket library")
}

fn missing_request() -> Problem {
    let message = "the page describes an operation, but has no request line";
    Problem::new(Code::NoOperation, message).advice(
        "add the request line, such as `GET https://api.example.com/v1/pets`, or fetch the page \
         again",
    )
}

/// Returns a warning about a second request line in the description of a page. A request to another
/// server below other text is an example.
fn second_request(page: &Page) -> Option<Problem> {
    let Format::Prose(outline) = page.format else {
        return None;
    };
    let origin = |url| Some(split_origin(url).0).filter(|origin| origin.contains("://"));
    let own = origin(page.request.as_ref()?.url.as_str());
    let text = &page.specification.text;
    let mut fence = Fence::default();
    let mut is_below_text = false;
    let lines = text.lines().enumerate().take(outline.reference);
    for (number, line) in lines.skip(outline.request + 1) {
        if fence.encloses(line) {
            is_below_text = true;
            continue;
        }
        let other = request_line(line).or_else(|| relative_request_line(line));
        if let Some((method, url)) = other
            && (!is_below_text || own.is_some() && origin(url) == own)
        {
            let message = format!(
                "the request line `{method} {url}` is not in the client: it is the second one of the page"
            );
            return Some(
                Problem::new(Code::UnknownLine, message)
                    .at(page.place(number + 1))
                    .advice("describe each operation on its own page"),
            );
        }
        is_below_text |= !line.trim().is_empty() && !line.starts_with("Content-Type: ");
    }
    None
}
