//! Finds the published pages in the input files: title, request line, reference link, and the block
//! with the OpenAPI specification. The specification of a page of structured prose is the whole
//! page.
//!
//! A file contains one page, a sequence of pages (a site's `llms-full.txt`), or only a
//! specification. A page can have several specifications, each of which becomes a [`Page`]. They
//! are not interpreted here. The only fact that is kept of sample code is which form fields it
//! sends as files.

mod listed_server;
mod markdown;
mod prose;
mod signs;

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::code::Code;
use crate::encoding;
use crate::marker::{self, COMMAND, names_command};
use crate::panics;
use crate::problem::Problem;
use crate::size;
use crate::source::{Place, SourceFile};
pub use listed_server::ListedServer;
pub use prose::{Fence, Outline, heading, is_invisible, section_name};
use signs::Keys;
pub use signs::is_request_line;

/// A published page with one of its specifications.
#[derive(Debug)]
pub struct Page {
    /// The file that the page is in.
    pub file: Arc<SourceFile>,
    /// The line of the file that the page begins on, counted from 1.
    pub line: usize,
    /// Its first heading.
    pub title: Option<String>,
    /// The request line.
    pub request: Option<Request>,
    /// The page describes a webhook: its request line has no URL.
    pub is_webhook: bool,
    /// The page's URL on the documentation site.
    pub reference: Option<String>,
    /// The text of the specification. For structured prose, it is the whole page.
    pub specification: Block,
    /// The format of the specification.
    pub format: Format,
    /// The form fields that the page's samples send as files, each as often as one sample sends it.
    pub sample_files: Vec<SampleFile>,
}

/// A form field that a sample sends as a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SampleFile {
    /// The name of the field.
    pub name: String,
    /// The field that the sample sends before it, or `None` for the first field.
    pub after: Option<String>,
}

impl Page {
    /// Returns the place of a line of the specification, counted from 1.
    pub fn place(&self, line: usize) -> Place {
        self.file.place(self.specification.line + line - 1)
    }
}

/// The format of a specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An OpenAPI document.
    OpenApi,
    /// An AsyncAPI document, which describes channels.
    AsyncApi,
    /// A page of structured prose.
    Prose(Outline),
}

/// A page's request line, such as `GET https://api.example.com/v1/pets`.
#[derive(Clone, Debug)]
pub struct Request {
    /// The HTTP method, in capitals.
    pub method: String,
    /// The full URL, with `{name}` for path parameters. It is only a path if the page of structured
    /// prose does not name the server.
    pub url: String,
    /// The media type of the body, which is on the line below.
    pub media_type: Option<String>,
    /// The line of the file, counted from 1.
    pub line: usize,
    /// The line is above an earlier specification of the page, and may belong only to that one.
    pub is_inherited: bool,
}

impl Request {
    /// Returns `true` if the page does not name the server.
    pub fn is_relative(&self) -> bool {
        self.url.starts_with('/')
    }
}

/// The text of a specification and the line of the file on which it starts.
#[derive(Debug)]
pub struct Block {
    /// The text.
    pub text: Arc<str>,
    /// The line of the file, counted from 1.
    pub line: usize,
}

/// The pages of all files, and the number of pages without a specification.
#[derive(Debug, Default)]
pub struct Pages {
    /// The pages, in the order of the files.
    pub pages: Vec<Arc<Page>>,
    /// The number of pages without a specification.
    pub skipped: usize,
    /// Warnings about pages whose specification appears to be missing.
    pub warnings: Vec<Problem>,
    /// Problems of pages and blocks that cannot be read.
    pub unreadable: Vec<Problem>,
    /// Documents with an OpenAPI version but without operations, such as settings of a site and
    /// excerpts.
    fragments: Vec<Arc<Page>>,
}

/// Finds the pages in `files`. A page that cannot be read does not affect the others.
///
/// # Errors
///
/// If no file has a specification, not even an unreadable one.
pub fn read(files: &[Arc<SourceFile>]) -> Result<Pages, Problem> {
    let read: Vec<Option<Pages>> = files
        .par_iter()
        .map(|file| panics::located(|| file.place(1), || read_file(file)))
        .collect();
    let mut found = Pages::default();
    let mut generated = None;
    for (file, own) in files.iter().zip(read) {
        match own {
            Some(own) => found.append(own),
            None => generated = Some(file),
        }
    }
    if found.is_empty() {
        found.pages = std::mem::take(&mut found.fragments);
    } else {
        found.skipped += found.fragments.len();
    }
    if found.is_empty() {
        if let Some(problem) = found.warnings.into_iter().next() {
            return Err(problem);
        }
        let problem = Problem::new(
            Code::NoSpecification,
            "no page has an OpenAPI specification",
        );
        if let Some(file) = generated {
            return Err(problem.advice(format!(
                "`{}` is an output of `{COMMAND}`, which is not read: pass the pages that it was generated from",
                file.name
            )));
        }
        return Err(problem.advice(
            "the specification of a page is a fenced block that starts with `openapi: 3.1.1`, \
             below the heading `OpenAPI Specification`",
        ));
    }
    Ok(found)
}

impl Pages {
    /// Returns `true` if no specification was found, not even an unreadable one.
    fn is_empty(&self) -> bool {
        self.pages.is_empty() && self.unreadable.is_empty()
    }

    /// Adds the pages of the next file.
    fn append(&mut self, mut next: Self) {
        self.pages.append(&mut next.pages);
        self.skipped += next.skipped;
        self.warnings.append(&mut next.warnings);
        self.unreadable.append(&mut next.unreadable);
        self.fragments.append(&mut next.fragments);
    }
}

/// Finds the pages in a file. Returns `None` for a file that this generator wrote, because it is
/// not input.
fn read_file(file: &Arc<SourceFile>) -> Option<Pages> {
    let mut found = Pages::default();
    if let Err(problem) = size::check_file(file) {
        found.unreadable.push(problem);
        return Some(found);
    }
    if is_generated(file) {
        return None;
    }
    match file.ending().as_str() {
        "yaml" | "yml" | "json" => read_document(file, &mut found),
        "txt" => markdown::read(file, &mut found),
        _ => read_single(file, &mut found),
    }
    Some(found)
}

/// Returns `true` if this generator wrote the file. A page may also mention the command at its start.
fn is_generated(file: &SourceFile) -> bool {
    // This check is cheaper than to parse JSON.
    file.text.lines().take(4).any(names_command)
        && marker::is_generated(Path::new(&file.name), file.text.as_bytes())
}

/// Finds the pages in one Markdown file, which must not be truncated.
///
/// # Errors
///
/// If the page ends inside a fenced block, or one of its specifications cannot be read.
pub fn read_whole(file: &Arc<SourceFile>) -> Result<Pages, Problem> {
    markdown::check_end(file)?;
    let mut found = Pages::default();
    markdown::read(file, &mut found);
    match found.unreadable.pop() {
        Some(problem) => Err(problem),
        None => Ok(found),
    }
}

/// Reads a Markdown file that counts as one page. A further title begins another page only if a
/// specification follows it.
fn read_single(file: &Arc<SourceFile>, found: &mut Pages) {
    markdown::read(file, found);
    found.skipped = usize::from(found.is_empty());
}

/// Reads a plain OpenAPI document. Other YAML and JSON files are skipped.
fn read_document(file: &Arc<SourceFile>, found: &mut Pages) {
    let size = size::check_page(file, 1, file.text.len());
    if let Err(problem) = size.and_then(|()| encoding::check(file)) {
        found.unreadable.push(problem);
        return;
    }
    let keys = Keys::of(&file.text);
    let format = match keys.asyncapi {
        true => Format::AsyncApi,
        false => Format::OpenApi,
    };
    if keys.asyncapi || keys.openapi {
        let pages = match keys.asyncapi || keys.is_openapi() {
            true => &mut found.pages,
            false => &mut found.fragments,
        };
        pages.push(Arc::new(Page {
            file: Arc::clone(file),
            line: 1,
            title: None,
            request: None,
            is_webhook: false,
            reference: None,
            specification: Block {
                text: Arc::clone(&file.text),
                line: 1,
            },
            format,
            sample_files: Vec::new(),
        }));
    } else {
        found.skipped += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    const SPECIFICATION: &str = "## OpenAPI Specification\n\n```yaml\nopenapi: 3.1.1\n```\n";

    /// Returns the codes of the problems of a file with this text, and the line of each.
    fn unreadable(name: &str, text: &str) -> Vec<(Code, Option<usize>)> {
        let found = read(&[SourceFile::new(name, text)]).expect("a page");
        let problems = found.unreadable.iter();
        let line = |problem: &Problem| problem.place().map(Place::line);
        problems
            .map(|problem| (problem.code(), line(problem)))
            .collect()
    }

    #[test]
    fn a_document_that_the_generator_wrote_is_named_if_there_is_nothing_else() {
        let text = "{\n  \"openapi\": \"3.0.3\",\n  \"x-generated-by\": \"apipages codegen\"\n}\n";
        let file = SourceFile::new("openapi.json", text);
        let problem = read(&[file]).expect_err("it is not read");
        assert_eq!(problem.code(), Code::NoSpecification);
        let advice = problem.advised().unwrap_or_default();
        let expected = "`openapi.json` is an output of `apipages codegen`";
        assert!(advice.contains(expected), "{advice}");
    }

    #[test]
    fn a_document_may_be_yaml_in_braces() {
        let file = SourceFile::new("a.yaml", "{openapi: 3.1.1, paths: {}}\n");
        assert_eq!(read(&[file]).expect("a page").pages.len(), 1);
    }

    #[test]
    fn a_page_may_mention_the_command() {
        let document = "openapi: 3.1.1\n";
        for (name, text) in [
            (
                "a.yaml",
                format!("# `apipages codegen` reads it\n{document}"),
            ),
            (
                "a.md",
                format!("# Run `apipages codegen`\n\n{SPECIFICATION}"),
            ),
        ] {
            let found = read(&[SourceFile::new(name, &text)]).expect("a page");
            assert_eq!(found.pages.len() + found.fragments.len(), 1, "{name}");
        }
    }

    #[test]
    fn a_document_has_at_most_the_size_of_a_page() {
        let text = |size: usize| {
            let head = "openapi: 3.1.1\npaths: {}\n# ";
            format!("{head}{}", "x".repeat(size - head.len()))
        };
        let most = limits::PAGE_SIZE.most;
        assert_eq!(unreadable("a.yaml", &text(most)), []);
        let expected = [(Code::PageTooLarge, Some(1))];
        assert_eq!(unreadable("a.yaml", &text(most + 1)), expected);
    }

    #[test]
    fn a_page_of_many_has_at_most_the_size_of_a_page() {
        let first = format!("# First\n\n{SPECIFICATION}\n");
        let text = |size: usize| {
            let rest = format!("# Second\n\n{SPECIFICATION}\n");
            format!("{first}{rest}{}", "x".repeat(size - rest.len()))
        };
        let most = limits::PAGE_SIZE.most;
        assert_eq!(unreadable("a.txt", &text(most)), []);
        let line = first.lines().count() + 1;
        let expected = [(Code::PageTooLarge, Some(line))];
        assert_eq!(unreadable("a.txt", &text(most + 1)), expected);
    }

    #[test]
    fn a_file_that_is_too_large_costs_no_other() {
        let large = SourceFile::too_large("a.md".to_owned(), "a.md".to_owned());
        let good = SourceFile::new("b.md", SPECIFICATION);
        let found = read(&[large, good]).expect("a page");
        assert_eq!(found.pages.len(), 1);
        assert_eq!(found.unreadable[0].code(), Code::FileTooLarge);
    }

    fn read_one(text: &str) -> Result<Pages, Problem> {
        read(&[SourceFile::new("page.md", text)])
    }

    #[test]
    fn a_page_of_prose_without_a_request_line_is_a_warning() {
        let sections = "Reference: https://docs.example.com/list\n\n## Response\n\n### 200\n";
        let good = format!("# Get\n\nGET https://api.example.com/get\n\n{sections}");
        let bad = format!("# List\n\n{sections}");
        let part = "## Errors\n\n### 404 Not Found\n\n";
        let property = format!("# List\n\n{part}- `a` (string, required)\n");
        let guide = format!("# Errors\n\n{part}Not found.\n");
        for (text, warned) in [(bad, true), (property, true), (guide, false)] {
            let files = [
                SourceFile::new("a.md", &text),
                SourceFile::new("b.md", &good),
            ];
            let found = read(&files).expect("a page");
            let warnings = found.warnings.iter().map(Problem::code);
            let expected: &[Code] = if warned { &[Code::NoOperation] } else { &[] };
            assert_eq!(warnings.collect::<Vec<_>>(), expected, "{text}");
            assert_eq!(found.pages.len(), 1);
        }
    }

    #[test]
    fn a_connection_without_its_specification_is_a_warning() {
        let link = "Reference: https://docs.example.com/speak\n\n## AsyncAPI Specification\n\n";
        let block = "```yaml\nasyncapi: 2.6.0\n```\n";
        for body in [link.to_owned(), format!("```json\n{{}}\n\n{link}{block}")] {
            let text = format!("# Speak\n\nGET /v1/speak\n\n{body}");
            let problem = read_one(&text).expect_err("no specification");
            assert_eq!(problem.code(), Code::ChannelLeftOut, "{text}");
            assert_eq!(problem.place().map(Place::line), Some(3));
        }
    }

    #[test]
    fn a_request_line_of_prose_can_have_only_a_path() {
        let page = |rest: &str| {
            format!(
                "# List\n\nGET /pets\n\nReference: https://docs.example.com/list\n\n\
                 ## Response\n\n### 200\n\n{rest}"
            )
        };
        for (rest, url) in [
            ("", "/pets"),
            (
                "## Servers\n\n- `https://api.example.com/v1` (default)\n",
                "https://api.example.com/v1/pets",
            ),
            (
                "## Examples\n\n```bash\ncurl 'https://api.example.com/v2/pets'\n```\n",
                "https://api.example.com/v2/pets",
            ),
        ] {
            let found = read_one(&page(rest)).expect("a page");
            let request = found.pages[0].request.as_ref().expect("a request line");
            assert_eq!((request.url.as_str(), request.line), (url, 3));
            assert!(found.warnings.is_empty());
        }
    }

    #[test]
    fn a_description_below_any_request_line_can_have_titles() {
        let sections =
            "Reference: https://docs.example.com/list\n\n## Request\n\n### Payload\n\n- `any`\n";
        for request in ["POST https://api.example.com/pets", "POST /pets", "POST "] {
            let page = format!("# List\n\n{request}\n\nText.\n\n# Inner\n\nMore.\n\n{sections}\n");
            let found = read_one(&format!("{page}{page}")).expect("pages");
            let titles = found.pages.iter().map(|page| page.title.as_deref());
            assert_eq!(titles.collect::<Vec<_>>(), [Some("List"); 2], "{request}");
            assert!(found.warnings.is_empty() && found.skipped == 0, "{request}");
        }
    }

    #[test]
    fn a_guide_with_a_request_does_not_hide_the_next_page() {
        let sections =
            "Reference: https://docs.example.com/list\n\n## Request\n\n### Payload\n\n- `any`\n";
        let next = [
            (
                format!("GET https://api.example.com/pets\n\n{sections}"),
                false,
            ),
            (format!("GET /pets\n\n{sections}"), false),
            (format!("POST \n\n{sections}"), true),
            (SPECIFICATION.to_owned(), false),
        ];
        for (next, is_webhook) in next {
            for request in ["GET /toys", "POST "] {
                let text = format!("# Guide\n\n{request}\n\nText.\n\n# Next\n\n{next}");
                let found = read_one(&text).expect("a page");
                let pages = found
                    .pages
                    .iter()
                    .map(|page| (page.title.as_deref(), page.is_webhook));
                assert_eq!(
                    pages.collect::<Vec<_>>(),
                    [(Some("Next"), is_webhook)],
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn of_several_request_lines_the_first_is_that_of_the_page() {
        let found = |lines: &str| {
            let text = format!(
                "# List\n\n{lines}\n\nReference: https://docs.example.com/list\n\n\
                 ## Request\n\n### Payload\n\n- `a` (any, required)\n"
            );
            let pages = read_one(&text).expect("a page").pages;
            let request = pages[0].request.as_ref();
            request.map(|request| request.url.clone())
        };
        let url = "https://api.example.com/v1/pets";
        assert_eq!(
            found("POST /v1/pets\n\nPOST /toys").as_deref(),
            Some("/v1/pets")
        );
        assert_eq!(
            found(&format!("POST /v1/pets\n\nPOST {url}")).as_deref(),
            Some(url)
        );
        assert_eq!(
            found(&format!("POST {url}\n\nPOST /toys")).as_deref(),
            Some(url)
        );
        // The description of a webhook can show the request that it causes.
        assert_eq!(found(&format!("POST \n\nPOST /toys\n\nPOST {url}")), None);
    }

    #[test]
    fn a_second_request_line_is_a_warning_unless_it_is_an_example() {
        for (lines, warned) in [
            ("POST https://api.example.com/list\n", Some(4)),
            ("\nText.\n\nPOST https://api.example.com/list\n", Some(7)),
            ("\nText.\n\nPOST https://other.example.com/list\n", None),
            ("\n```\nPOST https://api.example.com/list\n```\n", None),
        ] {
            let text = format!(
                "# List\n\nGET https://api.example.com/list\n{lines}\n\
                 Reference: https://docs.example.com/list\n\n## Response\n\n### 200\n"
            );
            let found = read_one(&text).expect("a page");
            let warnings = found.warnings.iter();
            let places = warnings.map(|warning| warning.place().map(Place::line));
            let expected: Vec<_> = warned.into_iter().map(Some).collect();
            assert_eq!(places.collect::<Vec<_>>(), expected, "{lines}");
        }
    }

    #[test]
    fn each_operation_of_a_page_of_prose_is_a_page() {
        let operation = |name: &str| {
            format!(
                "## {name}\n\nGET https://api.example.com/{name}\n\n\
                 Reference: https://docs.example.com/{name}\n\n### Response\n\n#### 200\n\n"
            )
        };
        let text = format!("# Pets\n\n{}{}", operation("list"), operation("get"));
        let pages = read_one(&text).expect("the page is in the dialect").pages;
        let found = pages.iter().map(|page| {
            let url = page.request.as_ref().map(|request| request.url.as_str());
            (page.title.as_deref(), url, page.specification.line)
        });
        assert_eq!(
            found.collect::<Vec<_>>(),
            [
                (Some("list"), Some("https://api.example.com/list"), 1),
                (Some("get"), Some("https://api.example.com/get"), 13),
            ]
        );
    }

    #[test]
    fn the_line_below_a_request_line_can_be_the_media_type_of_the_body() {
        for (below, expected) in [
            ("Content-Type: application/json", Some("application/json")),
            ("`Content-Type: text/csv; charset=utf-8`", Some("text/csv")),
            ("Content-Type: ", None),
            ("Adds a pet.", None),
        ] {
            let page =
                format!("# Add\n\nPOST https://api.example.com/pets\n{below}\n\n{SPECIFICATION}");
            let found = read_one(&page).expect("a page");
            let request = found.pages[0].request.as_ref().expect("a request line");
            assert_eq!(request.media_type.as_deref(), expected, "{below}");
        }
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
    fn prose_pages_may_stand_after_each_other() {
        let page = |title: &str, request: &str, heading: &str| {
            format!(
                "# {title}\n\n{request}\n\n# A heading of the description\n\n\
                 Reference: https://docs.example.com/{title}\n\n{heading}\n\n- `any`\n\n"
            )
        };
        let response = "## Response\n\n### 200";
        let list = page("List", "GET https://api.example.com/pets", response);
        let webhook = page("Sold", "POST ", "## Request\n\n### Payload");
        let webhook = webhook.replace("# A heading of the description\n\n", "");
        let text = format!("{list}# A guide\n\nWords.\n\n{webhook}{list}");
        let found = read(&[SourceFile::new("llms-full.txt", &text)]).expect("three pages");
        let lines = found.pages.iter().map(|page| {
            assert!(matches!(page.format, Format::Prose(_)));
            (
                page.line,
                page.specification.text.lines().count(),
                page.title.as_deref(),
            )
        });
        assert_eq!(
            lines.collect::<Vec<_>>(),
            [
                (1, 14, Some("List")),
                (19, 12, Some("Sold")),
                (31, 14, Some("List"))
            ]
        );
        let are_webhooks = found.pages.iter().map(|page| page.is_webhook);
        assert_eq!(are_webhooks.collect::<Vec<_>>(), [false, true, false]);
        assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    }

    #[test]
    fn a_page_that_is_cut_short_hides_no_other() {
        let page = format!("# A page\n\nGET https://api.example.com/pets\n\n{SPECIFICATION}");
        let cut = page.trim_end().trim_end_matches("```");
        for text in [
            format!("{page}\n{cut}\n{page}\n{page}"),
            format!("{page}\n{page}\n{page}\n{cut}"),
        ] {
            let found = read(&[SourceFile::new("llms-full.txt", &text)]).expect("four pages");
            let [problem] = &found.unreadable[..] else {
                panic!("one page is cut short, not {:?}", found.unreadable)
            };
            assert_eq!(problem.code(), Code::UnclosedBlock);
            assert_eq!((found.pages.len(), found.skipped), (3, 0));
        }
    }

    #[test]
    fn a_page_that_is_not_utf_8_costs_no_other() {
        let page = format!("# A page\n\nGET https://api.example.com/pets\n\n{SPECIFICATION}\n");
        let broken = page.replace("# A page", "# A caf?");
        let mut bytes = format!("{page}{broken}{page}").into_bytes();
        let place = page.len() + "# A caf".len();
        bytes[place] = 0xe9;
        let name = "llms-full.txt".to_owned();
        let found = read(&[SourceFile::decode(name.clone(), name, &bytes)]).expect("three pages");
        let lines = found.unreadable.iter().map(|problem| {
            assert_eq!(problem.code(), Code::NotUtf8);
            problem.place().map(Place::line)
        });
        assert_eq!(lines.collect::<Vec<_>>(), [Some(11)]);
        assert_eq!((found.pages.len(), found.skipped), (2, 0));
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

    /// Returns a page in a block of this language, whose operation is `path`.
    fn block(language: &str, path: &str) -> String {
        format!("```{language}\nopenapi: 3.1.1\npaths: {{{path}: {{get: {{}}}}}}\n```\n")
    }

    /// Returns the first line, the URL of the request line, and the files in samples of
    /// each specification.
    fn specifications(found: &Pages) -> Vec<(usize, Option<&str>, Vec<&str>)> {
        let pages = found.pages.iter().map(|page| {
            let url = page.request.as_ref().map(|request| request.url.as_str());
            let files = page.sample_files.iter().map(|file| file.name.as_str());
            (page.specification.line, url, files.collect())
        });
        pages.collect()
    }

    #[test]
    fn a_page_may_hold_several_specifications() {
        let sample = |file: &str| {
            format!("```sh\nform-data; name=\"{file}\"; filename=\"{file}.png\"\n```\n")
        };
        let text = [
            "# A guide\n\n## Step 1\n\nGET https://api.example.com/a\n\n",
            &block("yaml", "/a"),
            &sample("photo"),
            "\n### Schema\n\n",
            &block("", "/b"),
            "\n## Step 2\n\nGET https://api.example.com/c\n\n",
            &block("openapi title=\"c\"", "/c"),
            &sample("cover"),
            "\nGET https://api.example.com/d\n",
        ];
        let found = read_one(&text.concat()).expect("a guide");
        let [a, c] = ["a", "c"].map(|path| format!("https://api.example.com/{path}"));
        assert_eq!(
            specifications(&found),
            [
                (8, Some(&*a), vec!["photo"]),
                (18, Some(&*a), vec![]),
                (27, Some(&*c), vec!["cover"]),
            ]
        );
        let inherited = found.pages.iter().map(|page| {
            let request = page.request.as_ref();
            request.is_some_and(|request| request.is_inherited)
        });
        assert_eq!(inherited.collect::<Vec<_>>(), [false, true, false]);
        assert!(found.warnings.is_empty() && found.unreadable.is_empty());
    }

    #[test]
    fn a_specification_is_found_in_any_container() {
        let yaml = block("yaml", "/a");
        for text in [
            block("yml", "/a"),
            block("openapi", "/a"),
            block("", "/a"),
            block("text", "/a"),
            yaml.replace("```", "~~~~"),
            "```json\n{\"openapi\": \"3.1.1\", \"paths\": {}}\n```\n".to_owned(),
            format!("###### OpenAPI specification\n\n{yaml}"),
            format!("---\ntitle: A page\n# A comment\nicon: cat\n---\n\n{yaml}"),
            format!("Text before the title.\n\n# A page\n\n{yaml}"),
            format!("# A page\n\n# The same page\n\n{yaml}"),
            format!("<Tabs>\n<Tab title=\"Café\">\n{yaml}</Tab>\n</Tabs>\n"),
            format!("<Tab>\n  {}</Tab>\n", yaml.replace('\n', "\n  ")),
            format!("- In a list:\n\n  {}", yaml.replace('\n', "\n  ")),
        ] {
            let found = read_one(&text).expect(&text);
            assert_eq!(found.pages.len(), 1, "{text}");
            assert!(found.warnings.is_empty() && found.unreadable.is_empty());
            let page = &found.pages[0];
            let line = text.lines().nth(page.specification.line - 1);
            assert!(line.is_some_and(|line| line.contains("openapi")), "{text}");
        }
    }

    #[test]
    fn a_page_without_a_block_or_with_half_of_one_fails_no_run() {
        let page = format!("# List pets\n\nGET https://api.example.com/pets\n\n{SPECIFICATION}");
        for text in [
            "",
            "---\n",
            "---\ntitle: A page\n",
            "# A page\n\n## OpenAPI Specification\n",
            "# [Title]\n\n[METHOD] https://api.example.com/[path]\n\n## OpenAPI Specification\n",
            "```sh\ncat > a.yaml <<END\nopenapi: 3.1.1\npaths:\nEND\n```\n",
        ] {
            let files = [
                SourceFile::new("a.md", &page),
                SourceFile::new("b.md", text),
            ];
            let found = read(&files).expect("a page");
            assert_eq!((found.pages.len(), found.skipped), (1, 1), "{text}");
            assert!(found.unreadable.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_file_that_only_mentions_openapi_is_no_page() {
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
    fn a_request_line_without_a_url_is_that_of_a_webhook() {
        let page = format!("# List pets\n\nGET https://api.example.com/pets\n\n{SPECIFICATION}\n");
        let prose = "# Pet added\n\nPOST \n\nReference: https://docs.example.com/added\n\nA pet.\n";
        let found = read(&[SourceFile::new("llms-full.txt", &format!("{page}{prose}"))]);
        let found = found.expect("a page");
        let warnings = found.warnings.iter();
        let warnings =
            warnings.map(|warning| (warning.message(), warning.place().map(Place::line)));
        let message =
            "the webhook `Pet added` is not in the client: the page does not describe its payload";
        let expected = (message, Some(13));
        assert_eq!(warnings.collect::<Vec<_>>(), [expected]);
        assert!(!found.pages[0].is_webhook);

        let prose = format!("{prose}\n## Request\n\n### Payload\n\n- `id` (string, required)\n");
        let found = read_one(&prose).expect("a page");
        let page = &found.pages[0];
        assert!(page.is_webhook && page.request.is_none());
        assert!(matches!(page.format, Format::Prose(_)));

        let typed = format!("# Pet added\n\nPOST \n\n{SPECIFICATION}");
        let found = read_one(&typed).expect("a page");
        assert!(found.pages[0].is_webhook);
    }

    #[test]
    fn a_page_about_a_connection_without_a_specification_is_a_warning() {
        let page = format!("# List pets\n\nGET https://api.example.com/pets\n\n{SPECIFICATION}\n");
        let text = format!("{page}# Listen\n\nGET wss://api.example.com/live\n");
        let found = read(&[SourceFile::new("llms-full.txt", &text)]).expect("a page");
        let [warning] = &found.warnings[..] else {
            panic!("one warning was expected, not {:?}", found.warnings)
        };
        let message = warning.message();
        assert!(
            message.starts_with("`Listen` is not in the client"),
            "{message}"
        );
        assert_eq!((found.pages.len(), found.skipped), (1, 1));
    }

    #[test]
    fn a_page_of_a_channel_has_an_async_api_document() {
        let block = "## AsyncAPI Specification\n\n```yaml\nasyncapi: 2.6.0\n```\n";
        for (line, url) in [
            (
                "GET wss://api.example.com/live",
                Some("https://api.example.com/live"),
            ),
            ("GET /live", None),
        ] {
            let text = format!("# Listen\n\n{line}\n\n{block}");
            let found = read_one(&text).expect("a page");
            let [page] = &found.pages[..] else {
                panic!("one page was expected")
            };
            assert_eq!(page.format, Format::AsyncApi);
            assert_eq!(page.title.as_deref(), Some("Listen"));
            let request = page.request.as_ref();
            assert_eq!(request.map(|request| request.url.as_str()), url);
        }
        let file = SourceFile::new("live.yaml", "asyncapi: 2.6.0\n");
        let found = read(&[file]).expect("a document");
        assert_eq!(found.pages[0].format, Format::AsyncApi);
    }
}
