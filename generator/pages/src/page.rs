//! Finds the published pages in the input files: title, request line,
//! reference link, and the block that holds the OpenAPI specification.
//!
//! A file may hold one page, many pages after each other (a site's
//! `llms-full.txt`), or a specification alone. The specification is not
//! interpreted here. Of the sample code, one thing is kept: which parts of a
//! form it sends as files.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use serde::de::IgnoredAny;

use crate::code::Code;
use crate::marker::COMMAND;
use crate::problem::Problem;
use crate::source::{Place, SourceFile};

const METHODS: [&str; 8] = [
    "GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE",
];

/// A published page that carries a specification.
#[derive(Debug)]
pub struct Page {
    /// The file that the page is in.
    pub file: Arc<SourceFile>,
    /// Its first heading.
    pub title: Option<String>,
    /// Where the request line says that requests go.
    pub request: Option<Request>,
    /// The page's address on the documentation site.
    pub reference: Option<String>,
    /// The OpenAPI specification, as text.
    pub specification: Block,
    /// The parts of a form that the page's samples send as files, each as often
    /// as one sample sends it.
    pub sample_files: Vec<String>,
}

impl Page {
    /// Returns the place of a line of the specification, counted from 1.
    pub fn place(&self, line: usize) -> Place {
        self.file.place(self.specification.line + line - 1)
    }
}

/// A page's request line, such as `GET https://api.example.com/v1/pets`.
#[derive(Clone, Debug)]
pub struct Request {
    /// The HTTP method, in capitals.
    pub method: String,
    /// The full URL, with `{name}` for path parameters.
    pub url: String,
    /// The line of the file, counted from 1.
    pub line: usize,
}

/// The text of a specification and the line of the file on which it starts.
#[derive(Debug)]
pub struct Block {
    /// The text.
    pub text: Arc<str>,
    /// The line of the file, counted from 1.
    pub line: usize,
}

/// The pages of all files, and how many pages carry no specification.
#[derive(Debug, Default)]
pub struct Pages {
    /// The pages, in the order of the files.
    pub pages: Vec<Arc<Page>>,
    /// The number of pages without a specification.
    pub skipped: usize,
    /// Pages that look as if their specification was missing.
    pub warnings: Vec<Problem>,
    /// Documents that name OpenAPI and describe nothing: settings of a site, and
    /// beginnings of a document.
    fragments: Vec<Arc<Page>>,
}

/// Finds the pages in `files`.
///
/// # Errors
///
/// When a page has a request line and no specification, has two of them, or
/// leaves its block open; and when no file holds a specification at all.
pub fn read(files: &[Arc<SourceFile>]) -> Result<Pages, Problem> {
    let mut found = Pages::default();
    for file in files {
        // What this generator wrote is no input.
        if file.text.lines().take(4).any(|line| line.contains(COMMAND)) {
            continue;
        }
        match file.ending().as_str() {
            "yaml" | "yml" | "json" => read_document(file, &mut found),
            ending => {
                let before = (found.pages.len(), found.skipped);
                read_markdown(file, &mut found)?;
                // A title inside a page begins no other page, except where a
                // file is known to hold many.
                if ending != "txt" {
                    let is_skipped = found.pages.len() == before.0;
                    found.skipped = before.1 + usize::from(is_skipped);
                }
            }
        }
    }
    if found.pages.is_empty() {
        found.pages = std::mem::take(&mut found.fragments);
    } else {
        found.skipped += found.fragments.len();
    }
    if found.pages.is_empty() {
        if let Some(problem) = found.warnings.into_iter().next() {
            return Err(problem);
        }
        return Err(Problem::new(
            Code::NoSpecification,
            "no page carries an OpenAPI specification",
        )
        .advice(
            "a page carries it in a fenced block that starts with `openapi: 3.1.1`, \
             below the heading `OpenAPI Specification`",
        ));
    }
    Ok(found)
}

/// Finds the pages in one Markdown file, which must not be cut short.
///
/// # Errors
///
/// When the page ends inside a fenced block, or as [`read`].
pub fn read_whole(file: &Arc<SourceFile>) -> Result<Pages, Problem> {
    check_end(file)?;
    let mut found = Pages::default();
    read_markdown(file, &mut found)?;
    Ok(found)
}

/// Refuses a page that ends inside a fenced block: the rest of it is missing.
fn check_end(file: &Arc<SourceFile>) -> Result<(), Problem> {
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
        Some((_, range)) => Err(unclosed(file, LineIndex::new(text).line(range.start))),
        None => Ok(()),
    }
}

fn unclosed(file: &Arc<SourceFile>, line: usize) -> Problem {
    Problem::new(Code::UnclosedBlock, "the block is not closed")
        .at(file.place(line))
        .advice("the page was cut short: fetch it again")
}

/// Takes a plain document; other YAML and JSON files are left out.
fn read_document(file: &Arc<SourceFile>, found: &mut Pages) {
    if has_key(&file.text, VERSION_KEYS) {
        let pages = if is_openapi(&file.text) {
            &mut found.pages
        } else {
            &mut found.fragments
        };
        pages.push(Arc::new(Page {
            file: Arc::clone(file),
            title: None,
            request: None,
            reference: None,
            specification: Block {
                text: Arc::clone(&file.text),
                line: 1,
            },
            sample_files: Vec::new(),
        }));
    } else {
        found.skipped += 1;
    }
}

/// What one page of a Markdown file has shown so far.
#[derive(Default)]
struct Draft {
    /// What stands before the first title is no page.
    title: Option<String>,
    /// A title that may be a section of this page or the beginning of the next:
    /// the next request line or specification tells.
    next_title: Option<String>,
    request: Option<Request>,
    /// The line that says that the page is about a connection, and no request.
    connection: Option<usize>,
    reference: Option<String>,
    /// The last heading says that a specification follows.
    announced: bool,
    /// Some heading has said so.
    was_announced: bool,
    blocks: Vec<Block>,
    sample_files: Vec<String>,
}

fn read_markdown(file: &Arc<SourceFile>, found: &mut Pages) -> Result<(), Problem> {
    let text: &str = &file.text;
    let lines = LineIndex::new(text);
    let mut draft = Draft::default();
    let mut events = Parser::new(text).into_offset_iter();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                if level == HeadingLevel::H1 {
                    draft.meet_title(&text[range.clone()], file, found)?;
                }
                draft.announced = text[range].to_lowercase().contains("openapi specification");
                draft.was_announced |= draft.announced;
            }
            Event::Start(Tag::Paragraph) => {
                draft.read_paragraph(text, range, &lines, file, found)?;
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
                let line = lines.line(range.start);
                if draft.is_specification(&info, &content) {
                    if !is_closed(&text[range]) {
                        return Err(Problem::new(
                            Code::UnclosedBlock,
                            "the block of the specification is not closed",
                        )
                        .at(file.place(line))
                        .advice("the page was cut short: fetch it again"));
                    }
                    draft.blocks.push(Block {
                        text: content.into(),
                        line: line + 1,
                    });
                } else if has_key(&content, ["asyncapi", "channels"]) {
                    draft.connection.get_or_insert(line + 1);
                } else if draft.sample_files.is_empty() {
                    draft.sample_files = sent_files(&content);
                }
            }
            _ => {}
        }
    }
    draft.finish(file, found)
}

impl Draft {
    fn meet_title(
        &mut self,
        heading: &str,
        file: &Arc<SourceFile>,
        found: &mut Pages,
    ) -> Result<(), Problem> {
        let title = heading.trim_matches(['#', ' ', '\n']).to_owned();
        if self.request.is_some() && self.blocks.is_empty() {
            self.next_title = Some(title);
            return Ok(());
        }
        self.end(file, found)?;
        self.title = Some(title);
        Ok(())
    }

    fn end(&mut self, file: &Arc<SourceFile>, found: &mut Pages) -> Result<(), Problem> {
        std::mem::take(self).finish(file, found)
    }

    fn read_paragraph(
        &mut self,
        text: &str,
        range: Range<usize>,
        lines: &LineIndex,
        file: &Arc<SourceFile>,
        found: &mut Pages,
    ) -> Result<(), Problem> {
        let first_line = lines.line(range.start);
        for (offset, line) in text[range].lines().enumerate() {
            if let Some(address) = line.trim().strip_prefix("Reference: ") {
                self.reference
                    .get_or_insert_with(|| address.trim().replace(' ', "%20"));
            } else if let Some((method, url)) = request_line(line)
                && self.blocks.is_empty()
            {
                if url.starts_with("ws") {
                    self.connection.get_or_insert(first_line + offset);
                    continue;
                }
                if let Some(title) = self.next_title.take() {
                    self.end(file, found)?;
                    self.title = Some(title);
                }
                self.request.get_or_insert_with(|| Request {
                    method: method.to_ascii_lowercase(),
                    url: url.to_owned(),
                    line: first_line + offset,
                });
            }
        }
        Ok(())
    }

    fn is_specification(&self, info: &str, content: &str) -> bool {
        let language = info.split([' ', ',']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "yaml" | "yml" | "json" => self.announced || is_openapi(content),
            _ => false,
        }
    }

    fn finish(self, file: &Arc<SourceFile>, found: &mut Pages) -> Result<(), Problem> {
        let mut blocks = self.blocks.into_iter();
        match (blocks.next(), blocks.next(), &self.request) {
            (Some(first), Some(second), _) => Err(Problem::new(
                Code::SeveralSpecifications,
                format!(
                    "the page has two specifications; the first begins on line {}",
                    first.line
                ),
            )
            .at(file.place(second.line))
            .advice("keep one: a page describes one operation")),
            (Some(specification), None, _) => {
                found.pages.push(Arc::new(Page {
                    file: Arc::clone(file),
                    title: self.title,
                    request: self.request,
                    reference: self.reference,
                    specification,
                    sample_files: self.sample_files,
                }));
                Ok(())
            }
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
                    return Err(problem);
                }
                // A guide may show a request; the others are pages all the same.
                found.warnings.push(problem);
                found.skipped += 1;
                Ok(())
            }
            (None, ..) => {
                if let Some(line) = self.connection {
                    let title = self.title.as_deref().unwrap_or("the page");
                    found.warnings.push(
                        Problem::new(Code::ChannelLeftOut, format!(
                            "`{title}` is not in the client: it is a connection that stays open, \
                             and no request"
                        ))
                        .at(file.place(line))
                        .advice("connect to it with a WebSocket library"),
                    );
                }
                found.skipped += usize::from(self.title.is_some());
                Ok(())
            }
        }
    }
}

const VERSION_KEYS: [&str; 2] = ["openapi", "swagger"];

/// Returns `true` if a document declares its OpenAPI version and describes requests.
fn is_openapi(text: &str) -> bool {
    has_key(text, VERSION_KEYS) && has_key(text, ["paths", "webhooks"])
}

/// Returns `true` if a document has one of the keys at its top level.
fn has_key(text: &str, keys: [&str; 2]) -> bool {
    if text.trim_start().starts_with('{') {
        let root: Result<HashMap<String, IgnoredAny>, _> = serde_json::from_str(text);
        return root.map_or_else(
            |_| keys.iter().any(|key| text.contains(&format!("\"{key}\""))),
            |root| keys.iter().any(|key| root.contains_key(*key)),
        );
    }
    text.lines().any(|line| {
        keys.iter().any(|key| {
            line.strip_prefix(key)
                .is_some_and(|rest| rest.starts_with(':'))
                || line.starts_with(&format!("\"{key}\":"))
        })
    })
}

/// Splits a line such as `GET https://api.example.com/v1/pets`.
fn request_line(line: &str) -> Option<(&str, &str)> {
    let (method, url) = line.trim().split_once(' ')?;
    let url = url.trim();
    let is_request = METHODS.contains(&method)
        && ["https://", "http://", "wss://", "ws://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
        && !url.contains(char::is_whitespace);
    is_request.then_some((method, url))
}

/// Returns `true` if a fenced block, including its fences, has a closing fence.
fn is_closed(block: &str) -> bool {
    let mut lines = block.lines();
    let fence = lines.next().unwrap_or_default().trim_start();
    let mark = fence.chars().next().unwrap_or('`');
    let length = fence.chars().take_while(|c| *c == mark).count();
    lines.next_back().is_some_and(|last| {
        let last = last.trim();
        last.chars().count() >= length && last.chars().all(|c| c == mark)
    })
}

/// Returns the names of the files in the form that a sample sends, which it
/// spells out as RFC 7578 has it: `form-data; name="photo"; filename="a.png"`.
fn sent_files(sample: &str) -> Vec<String> {
    let parts = sample.split("form-data; name=").skip(1);
    let quoted = |part: &str| {
        // The text may be a string of a language that escapes quotes.
        let (name, rest) = part.trim_start_matches(['\\', '"']).split_once('"')?;
        let is_file = rest.starts_with("; filename=");
        is_file.then(|| name.trim_end_matches('\\').to_owned())
    };
    parts.filter_map(quoted).collect()
}

/// Turns byte offsets into line numbers.
struct LineIndex(Vec<usize>);

impl LineIndex {
    fn new(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(offset, _)| offset).collect())
    }

    fn line(&self, offset: usize) -> usize {
        1 + self.0.partition_point(|end| *end < offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPECIFICATION: &str = "## OpenAPI Specification\n\n```yaml\nopenapi: 3.1.1\n```\n";

    fn read_one(text: &str) -> Result<Pages, Problem> {
        read(&[SourceFile::new("page.md", text)])
    }

    #[test]
    fn a_page_has_its_request_line_reference_and_block() {
        let text = format!(
            "# List pets\n\nGET https://api.example.com/v1/pets\nContent-Type: application/json\n\n\
             ```yaml\nsample: 1\n```\n\nReference: https://docs.example.com/pets\n\n{SPECIFICATION}\n\
             ## SDK Code Examples\n\n```python\nopenapi: no\n```\n"
        );
        let found = read_one(&text).expect("the page is in the dialect");
        let [page] = &found.pages[..] else {
            panic!("one page was expected, not {}", found.pages.len())
        };
        let request = page.request.as_ref().expect("there is a request line");
        assert_eq!(
            (request.method.as_str(), request.url.as_str(), request.line),
            ("get", "https://api.example.com/v1/pets", 3)
        );
        assert_eq!(
            page.reference.as_deref(),
            Some("https://docs.example.com/pets")
        );
        assert_eq!(&*page.specification.text, "openapi: 3.1.1\n");
        assert_eq!(page.specification.line, 15);
    }

    #[test]
    fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
        let text = format!("# List pets\n\nGET https://api.example.com/pets\n\n{SPECIFICATION}");
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        let [plain, windows] =
            [text, windows].map(|text| read_one(&text).expect("the page is in the dialect"));
        assert_eq!(format!("{:?}", plain.pages), format!("{:?}", windows.pages));
    }

    #[test]
    fn one_file_may_hold_many_pages() {
        let page = format!("# A page\n\nGET https://api.example.com/pets\n\n{SPECIFICATION}\n");
        let text = format!("{page}# Words only\n\nNothing here.\n\n{page}");
        let found = read(&[SourceFile::new("llms-full.txt", &text)]).expect("two pages");
        assert_eq!((found.pages.len(), found.skipped), (2, 1));
    }

    #[test]
    fn samples_show_which_parts_of_a_form_are_files() {
        let sample = r#"body = "-----1\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ncat\r\n
            -----1\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"<file1>\"\r\n""#;
        assert_eq!(sent_files(sample), ["photo"]);
        assert_eq!(
            sent_files("Content-Disposition: form-data; name=\"a\"; filename=\"b\""),
            ["a"]
        );
        assert!(sent_files("name, filename = form-data").is_empty());
    }

    #[test]
    fn a_plain_document_is_a_page() {
        let files = [
            SourceFile::new("a.json", "{\n  \"openapi\": \"3.1.0\"\n}"),
            SourceFile::new("b.yml", "name: other\n"),
        ];
        let found = read(&files).expect("one document");
        assert_eq!((found.pages.len(), found.skipped), (1, 1));
    }

    #[test]
    fn what_only_mentions_openapi_is_no_page() {
        let page = SourceFile::new(
            "a.md",
            &format!("# List pets\n\nGET https://api.example.com/pets\n\n{SPECIFICATION}"),
        );
        for (name, text) in [
            ("docs.yml", "instances: []\nopenapi: ./openapi.yaml\n"),
            ("mint.json", "{\"openapi\": \"./openapi.yaml\"}"),
            ("guide.md", "# Guide\n\n```yaml\nopenapi: true\n```\n"),
            (
                "own.md",
                "# Guide\n\n```yaml\nopenapi: 3.1.1\ninfo:\n  title: Mine\n```\n",
            ),
        ] {
            let found = read(&[Arc::clone(&page), SourceFile::new(name, text)]).expect("a page");
            assert_eq!((found.pages.len(), found.skipped), (1, 1), "{name}");
        }
    }

    #[test]
    fn a_page_about_a_connection_is_a_warning() {
        let page = format!("# List pets\n\nGET https://api.example.com/pets\n\n{SPECIFICATION}\n");
        for connection in [
            "# Listen\n\nGET wss://api.example.com/live\n",
            "# Listen\n\n## AsyncAPI Specification\n\n```yaml\nasyncapi: 2.6.0\n```\n",
        ] {
            let text = format!("{page}{connection}");
            let found = read(&[SourceFile::new("llms-full.txt", &text)]).expect("a page");
            let [warning] = &found.warnings[..] else {
                panic!("one warning was expected, not {:?}", found.warnings)
            };
            assert!(
                warning
                    .message()
                    .starts_with("`Listen` is not in the client")
            );
            assert_eq!((found.pages.len(), found.skipped), (1, 1));
        }
    }
}
