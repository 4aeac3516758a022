//! Recognizes the parts of a page: keys of a specification, request lines, fences, and files in
//! samples.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use serde::de::IgnoredAny;

use super::SampleFile;

const METHODS: [&str; 8] = [
    "GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE",
];

/// The keys at the top level of a document that identify a specification.
#[derive(Clone, Copy, Default)]
pub(super) struct Keys {
    /// `openapi` or `swagger`, which declare the OpenAPI version.
    pub(super) openapi: bool,
    /// `asyncapi`, which declares the AsyncAPI version.
    pub(super) asyncapi: bool,
    /// `paths` or `webhooks`, which describe requests.
    requests: bool,
}

impl Keys {
    /// Returns the keys of a document in YAML or JSON, which need not be valid.
    pub(super) fn of(text: &str) -> Self {
        let mut keys = Self::default();
        if !text.trim_start().starts_with('{') {
            text.lines()
                .filter_map(top_level_key)
                .for_each(|key| keys.add(key));
            return keys;
        }
        match serde_json::from_str::<HashMap<Cow<'_, str>, IgnoredAny>>(text) {
            Ok(root) => root.keys().for_each(|key| keys.add(key)),
            // YAML in braces, or JSON with an error.
            Err(_) => {
                let entries = text
                    .split(['{', ','])
                    .filter_map(|entry| entry.split_once(':'));
                let names = entries.map(|(key, _)| key.trim().trim_matches(['"', '\'']));
                names.for_each(|key| keys.add(key));
            }
        }
        keys
    }

    fn add(&mut self, key: &str) {
        match key {
            "openapi" | "swagger" => self.openapi = true,
            "asyncapi" => self.asyncapi = true,
            "paths" | "webhooks" => self.requests = true,
            _ => {}
        }
    }

    /// Returns `true` if a document declares its OpenAPI version and describes requests.
    pub(super) fn is_openapi(self) -> bool {
        self.openapi && self.requests
    }

    /// Returns `true` if a block of this language contains a specification. `is_announced` is
    /// `true` if a heading announces one.
    pub(super) fn is_specification(
        self,
        language: &str,
        content: &str,
        is_announced: bool,
    ) -> bool {
        match language.to_ascii_lowercase().as_str() {
            "yaml" | "yml" | "json" | "openapi" => is_announced || self.is_openapi(),
            "" => self.is_openapi() || is_announced && self.openapi,
            // A program can contain a specification.
            _ => self.is_openapi() && content.trim_start().starts_with(['o', 's', '{', '"']),
        }
    }
}

/// Returns the key of a line of YAML, if it is one at the top level.
fn top_level_key(line: &str) -> Option<&str> {
    match line.strip_prefix('"') {
        Some(line) => Some(line.split_once("\":")?.0),
        None => Some(line.split_once(':')?.0),
    }
}

/// Returns the length of the front matter of a page: settings of the site, between two
/// lines `---`.
pub(super) fn front_matter(text: &str) -> usize {
    let mut end = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        end += line.len();
        let is_mark = line.trim_end() == "---";
        match index {
            0 if is_mark => {}
            0 => return 0,
            _ if is_mark => return end,
            // The first line was a thematic break.
            _ if line.starts_with("```") || request_line(line).is_some() => return 0,
            _ => {}
        }
    }
    0
}

/// Replaces each line of HTML that is directly above the fence of a specification with spaces.
/// Markdown would otherwise parse the fence as HTML.
pub(super) fn uncovered(text: &str) -> Cow<'_, str> {
    let mut covers = Vec::new();
    let mut lines: [&str; 2] = [""; 2];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let [html, fence] = lines.map(str::trim_start);
        let is_head = ["openapi:", "swagger:", "{", "\"openapi\""];
        let is_covered = html.starts_with('<') && fence.starts_with("```");
        let mut heads = is_head.iter();
        if is_covered && heads.any(|head| line.trim_start().starts_with(head)) {
            let end = start - lines[1].len();
            covers.push(end - lines[0].len()..end);
        }
        lines = [lines[1], line];
        start += line.len();
    }
    if covers.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len());
    let mut end = 0;
    for cover in covers {
        result.push_str(&text[end..cover.start]);
        result.push_str(&" ".repeat(cover.len() - 1));
        result.push('\n');
        end = cover.end;
    }
    result.push_str(&text[end..]);
    Cow::Owned(result)
}

/// Splits a line such as `GET https://api.example.com/v1/pets`.
pub(super) fn request_line(line: &str) -> Option<(&str, &str)> {
    let starts = ["https://", "http://", "wss://", "ws://"];
    request(line).filter(|(_, url)| starts.iter().any(|scheme| url.starts_with(scheme)))
}

/// Splits a line such as `GET /v1/pets`, which does not name the server.
pub(super) fn relative_request_line(line: &str) -> Option<(&str, &str)> {
    request(line).filter(|(_, path)| path.starts_with('/'))
}

/// Returns `true` for a request line with a URL or a path.
pub fn is_request_line(line: &str) -> bool {
    request_line(line).is_some() || relative_request_line(line).is_some()
}

/// Returns the media type in a line such as `Content-Type: application/json`, without parameters.
pub(super) fn media_type(line: &str) -> Option<&str> {
    let media_type = line.trim().trim_matches('`').strip_prefix(MEDIA_TYPE)?;
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    (!media_type.is_empty()).then_some(media_type)
}

/// The beginning of the line below a request line that contains the media type of the body.
const MEDIA_TYPE: &str = "Content-Type: ";

/// Splits a line into a method and a word.
fn request(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_matches('`');
    let (method, url) = line.split_once(char::is_whitespace)?;
    // Tools that format Markdown emphasize methods, and put URLs in angle brackets or backticks.
    let method = method.trim_matches(['*', '`']);
    let url = url.trim().trim_matches('`');
    let inner = url.strip_prefix('<').and_then(|url| url.strip_suffix('>'));
    let url = inner.unwrap_or(url);
    let is_request = METHODS.contains(&method) && !url.contains(char::is_whitespace);
    is_request.then_some((method, url))
}

/// Returns `true` if a paragraph is a request line without a URL, which pages of webhooks have. The
/// media type of the payload can follow it.
pub(super) fn is_method(paragraph: &str) -> bool {
    let mut lines = paragraph.trim().lines().map(str::trim);
    let is_method = lines.next().is_some_and(|line| METHODS.contains(&line));
    is_method && lines.all(|line| line.starts_with(MEDIA_TYPE))
}

/// Returns `true` if a fenced block, including its fences, has a closing fence.
pub(super) fn is_closed(block: &str) -> bool {
    let mut lines = block.lines();
    let fence = lines.next().unwrap_or_default().trim_start();
    let mark = fence.chars().next().unwrap_or('`');
    let length = fence.chars().take_while(|c| *c == mark).count();
    lines.next_back().is_some_and(|last| {
        let last = last.trim();
        last.chars().count() >= length && last.chars().all(|c| c == mark)
    })
}

/// Returns the files in the form that a sample sends, written as in RFC 7578: `form-data;
/// name="photo"; filename="a.png"`.
pub(super) fn sent_files(sample: &str) -> Vec<SampleFile> {
    let mut files = Vec::new();
    let mut previous = None;
    for part in sample.split("form-data; name=").skip(1) {
        // The text can be a string literal with escaped quotes.
        let Some((name, rest)) = part.trim_start_matches(['\\', '"']).split_once('"') else {
            continue;
        };
        let name = name.trim_end_matches('\\').to_owned();
        if rest.starts_with("; filename=") {
            files.push(SampleFile {
                name: name.clone(),
                after: previous,
            });
        }
        previous = Some(name);
    }
    files
}

/// Converts between byte offsets and line numbers.
pub(super) struct LineIndex {
    /// The offset of the end of each line.
    ends: Vec<usize>,
    length: usize,
}

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        Self {
            ends: text.match_indices('\n').map(|(offset, _)| offset).collect(),
            length: text.len(),
        }
    }

    /// Returns these lines of the text.
    pub(super) fn text<'a>(&self, text: &'a str, lines: Range<usize>) -> &'a str {
        &text[self.offset(lines.start)..self.offset(lines.end)]
    }

    pub(super) fn line(&self, offset: usize) -> usize {
        1 + self.ends.partition_point(|end| *end < offset)
    }

    /// Returns the offset of the beginning of a line, or the length of the text if there is no such
    /// line.
    pub(super) fn offset(&self, line: usize) -> usize {
        match line {
            0 | 1 => 0,
            line => self.ends.get(line - 2).map_or(self.length, |end| end + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_has_a_method_without_a_url() {
        for paragraph in ["POST", "POST \n", "POST \nContent-Type: application/json"] {
            assert!(is_method(paragraph), "{paragraph}");
        }
        for paragraph in ["POST it", "POST\nit", "Content-Type: text/plain", ""] {
            assert!(!is_method(paragraph), "{paragraph}");
        }
    }

    #[test]
    fn a_request_line_can_be_formatted() {
        for line in [
            "GET https://a.example/pets",
            "`GET https://a.example/pets`",
            "GET <https://a.example/pets>",
            "**GET** https://a.example/pets",
            "**GET** `https://a.example/pets`",
            "`GET` `https://a.example/pets`",
            "GET\u{a0}https://a.example/pets",
        ] {
            assert_eq!(
                request_line(line),
                Some(("GET", "https://a.example/pets")),
                "{line}"
            );
        }
        for line in [
            "**GET** it",
            "Get https://a.example",
            "GET https://a.example or",
        ] {
            assert_eq!(request_line(line), None, "{line}");
        }
    }

    #[test]
    fn samples_show_which_parts_of_a_form_are_files() {
        let file = |name: &str, after: Option<&str>| SampleFile {
            name: name.to_owned(),
            after: after.map(str::to_owned),
        };
        let sample = r#"body = "-----1\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ncat\r\n
            -----1\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"<file1>\"\r\n""#;
        assert_eq!(sent_files(sample), [file("photo", Some("kind"))]);
        assert_eq!(
            sent_files("Content-Disposition: form-data; name=\"a\"; filename=\"b\""),
            [file("a", None)]
        );
        assert!(sent_files("name, filename = form-data").is_empty());
    }
}
