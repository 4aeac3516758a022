//! Inline elements: text, code, emphasis, and links.

use pulldown_cmark::{LinkType, Tag, TagEnd};

use super::characters::one_line;
use super::{characters, destination, escape};

/// The maximum nesting depth of emphasis. Deeper emphasis is dropped, and its text is kept.
const DEEPEST: usize = 6;

/// Inline Markdown that is being written.
#[derive(Default)]
pub(super) struct Inline {
    out: String,
    /// Text that is not escaped yet. Parsers emit text in pieces.
    text: String,
    /// The markers of open emphasis, and their start positions.
    open: Vec<(&'static str, usize)>,
    /// The number of open markers that are skipped.
    skipped: usize,
    links: Vec<Option<Link>>,
    is_in_link: bool,
    is_in_heading: bool,
    pub(super) is_in_table: bool,
}

/// A link that is open.
struct Link {
    destination: String,
    start: usize,
}

impl Inline {
    /// Adds text of the page.
    pub(super) fn text(&mut self, text: &str) {
        if text.contains(characters::is_hidden) {
            self.text
                .push_str(&characters::clean(text).replace('\n', " "));
        } else {
            self.text.push_str(text);
        }
    }

    /// Adds inline code.
    pub(super) fn code(&mut self, text: &str) {
        let mut text = characters::clean(text).replace('\n', " ");
        if text.is_empty() {
            return;
        }
        if self.is_in_table {
            text = text.replace('|', "\\|");
        }
        self.flush();
        self.out.push_str(&escape::code(&text));
    }

    /// Ends a line.
    pub(super) fn line_break(&mut self) {
        self.flush();
        // A link is written on one line, so that an empty line in it does not end the paragraph.
        self.out.push(if self.is_in_table { ' ' } else { '\n' });
    }

    /// Begins a heading, which is written as a bold paragraph.
    pub(super) fn begin_heading(&mut self) {
        self.begin("**");
        self.is_in_heading = true;
    }

    pub(super) fn end_heading(&mut self) {
        self.is_in_heading = false;
        self.end();
    }

    pub(super) fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Emphasis => self.begin("*"),
            Tag::Strong if !self.is_in_heading => self.begin("**"),
            Tag::Strikethrough => self.begin("~~"),
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => self.begin_link(dest_url, *link_type),
            // Images become links, because readers' browsers would load them.
            Tag::Image { dest_url, .. } => self.begin_link(dest_url, LinkType::Inline),
            _ => {}
        }
    }

    pub(super) fn finish(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strikethrough => self.end(),
            TagEnd::Strong if !self.is_in_heading => self.end(),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    fn begin(&mut self, mark: &'static str) {
        self.flush();
        if self.open.len() >= DEEPEST {
            self.skipped += 1;
        } else {
            self.open.push((mark, self.out.len()));
            self.out.push_str(mark);
        }
    }

    fn end(&mut self) {
        self.flush();
        if self.skipped > 0 {
            self.skipped -= 1;
        } else if let Some((mark, start)) = self.open.pop() {
            if self.out.len() == start + mark.len() {
                self.out.truncate(start);
            } else {
                self.out.push_str(mark);
            }
        }
    }

    fn begin_link(&mut self, address: &str, link_type: LinkType) {
        self.flush();
        let address = match link_type {
            LinkType::Email if destination::is_mail(address) => &format!("mailto:{address}"),
            LinkType::Email => "",
            _ => address,
        };
        let link = destination::allowed(address)
            .filter(|_| !self.is_in_link)
            .map(|destination| Link {
                destination,
                start: self.out.len(),
            });
        self.is_in_link |= link.is_some();
        self.links.push(link);
    }

    fn end_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        self.flush();
        let Some(Link { destination, start }) = link else {
            return;
        };
        self.is_in_link = false;
        let text = self.out[start..].trim().to_owned();
        self.out.truncate(start);
        if text.is_empty() || shows(&text, &destination) {
            self.push_autolink(&destination);
            return;
        }
        if self.out.ends_with('!') {
            // An exclamation mark would turn the link into an image.
            self.out.insert(start - 1, '\\');
        }
        self.out.push_str(&format!("[{text}]({destination})"));
    }

    fn push_autolink(&mut self, destination: &str) {
        match destination.strip_prefix("mailto:") {
            Some(mail) if destination::is_mail(mail) => {
                self.out.push_str(&format!("<{mail}>"));
            }
            _ => self.out.push_str(&format!("<{destination}>")),
        }
    }

    /// Writes the pending text, and turns URLs in it into links.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let mut rest = text.as_str();
        while !self.is_in_link
            && let Some((start, end)) = destination::first_in(rest)
        {
            escape::push(&mut self.out, &rest[..start], self.is_in_table);
            self.out.push_str(&format!("<{}>", &rest[start..end]));
            rest = &rest[end..];
        }
        escape::push(&mut self.out, rest, self.is_in_table);
    }

    /// Returns the output as the lines of a paragraph, and resets the writer.
    pub(super) fn take(&mut self) -> String {
        self.flush();
        let out = std::mem::take(self).out;
        let lines = out.lines().map(str::trim).filter(|line| !line.is_empty());
        let lines: Vec<String> = lines.map(as_paragraph).collect();
        lines.join("\n")
    }

    /// Returns the output as one line, and resets the writer.
    pub(super) fn take_line(&mut self) -> String {
        self.flush();
        as_paragraph(&one_line(&std::mem::take(self).out))
    }
}

/// Returns `true` if the text of a link is its URL.
fn shows(text: &str, destination: &str) -> bool {
    let shown = |address: &str| {
        let mut escaped = String::new();
        escape::push(&mut escaped, address, false);
        text == escaped
    };
    shown(destination) || destination.strip_prefix("mailto:").is_some_and(shown)
}

/// Escapes a line, so that it does not start another block.
fn as_paragraph(line: &str) -> String {
    match escape::block_mark(line) {
        Some(position) => format!("{}\\{}", &line[..position], &line[position..]),
        None => line.to_owned(),
    }
}
