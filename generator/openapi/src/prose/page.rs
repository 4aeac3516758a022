//! Parses one page into typed data: the content of each section, before types are resolved.

use std::collections::HashSet;

use super::authentication::{self, Scheme};
use super::block::{self, Block, Node, Syntax, bullet, is_grammatical, is_separator, unwrapped};
use super::label::Label;
use super::property::Line;
use super::section::{self, EXAMPLES, Section};
use pages::page::{ListedServer, Outline};

/// A page of structured prose.
#[derive(Debug, Default)]
pub(super) struct ProsePage<'a> {
    /// The alternatives for authentication. The samples use the first one.
    pub(super) schemes: Vec<Scheme>,
    pub(super) servers: Vec<Server>,
    pub(super) path: Vec<Node>,
    pub(super) query: Vec<Node>,
    pub(super) headers: Vec<Node>,
    pub(super) cookies: Vec<Node>,
    pub(super) bodies: Vec<Body>,
    pub(super) responses: Vec<Response>,
    pub(super) errors: Vec<Response>,
    pub(super) types: Vec<NamedType>,
    /// The names of `types`.
    type_names: HashSet<String>,
    /// The media types of bodies, in lower case.
    media_types: HashSet<String>,
    /// The lines of the samples.
    pub(super) examples: Vec<(usize, &'a str)>,
    /// The lines that do not match the grammar.
    pub(super) refused: Vec<usize>,
    /// The statuses, types, and bodies that the page has twice. Only the first ones are read.
    pub(super) repeated: Vec<Repeated>,
}

/// A heading that repeats an earlier one of the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Repeated {
    pub(super) line: usize,
    /// The status, type, or body, as shown in messages.
    pub(super) what: String,
}

/// An entry of `## Servers`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) url: String,
    pub(super) name: String,
    pub(super) is_default: bool,
    pub(super) line: usize,
}

/// `### Body (application/json)`
#[derive(Debug)]
pub(super) struct Body {
    pub(super) line: usize,
    pub(super) media_type: String,
    /// The name in `This endpoint expects a Name.`
    pub(super) type_name: Option<String>,
    /// The page has this sentence, which older pages do not have.
    pub(super) has_sentence: bool,
    /// The sentence is `This endpoint expects an object.`
    pub(super) is_object: bool,
    pub(super) block: Block,
}

/// A status of `## Response` or `## Errors`.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) line: usize,
    pub(super) status: String,
    pub(super) description: Option<String>,
    /// The page states that there is no body.
    pub(super) is_empty: bool,
    pub(super) nodes: Vec<Node>,
}

/// A heading of `## Types`.
#[derive(Debug)]
pub(super) struct NamedType {
    pub(super) line: usize,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) nodes: Vec<Node>,
}

/// The text before the type of a body.
const EXPECTS: &str = "This endpoint expects ";

impl<'a> ProsePage<'a> {
    /// Reads the sections of a page.
    pub(super) fn read(text: &'a str, outline: Outline) -> Self {
        let sections = section::split(text, outline);
        let types = sections.iter().filter(|section| section.title == "Types");
        let names = types.filter_map(|section| section.part).map(unescaped);
        let lines = sections.iter().filter(|section| section.title != EXAMPLES);
        let lines = lines.flat_map(|section| section.lines.iter().map(|(_, line)| *line));
        let syntax = Syntax {
            names: names.collect(),
            step: block::step(lines),
        };
        let mut page = Self::default();
        for section in sections {
            page.read_section(section, &syntax);
        }
        page
    }

    /// Returns `true` if the page may have the format that never includes errors.
    pub(super) fn may_hide_errors(&self) -> bool {
        let has_sentence = self.bodies.iter().any(|body| body.has_sentence);
        self.errors.is_empty() && self.types.is_empty() && !has_sentence
    }

    /// Returns the names of the types of form fields. The platform does not list them below
    /// `## Types`.
    pub(super) fn form_types(&self) -> HashSet<&str> {
        let bodies = self.bodies.iter();
        let forms = bodies.filter(|body| body.media_type.starts_with("multipart/"));
        let fields = forms.flat_map(|form| &form.block.nodes);
        let names = fields.filter_map(|node| match &node.content {
            Line::Property(property) => match property.label.core() {
                Label::Named(name) => Some(name.as_str()),
                _ => None,
            },
            _ => None,
        });
        names.collect()
    }

    fn read_section(&mut self, section: Section<'a>, syntax: &Syntax) {
        let Section {
            title,
            part,
            line,
            lines,
        } = section;
        match (title, part) {
            (EXAMPLES, _) => self.examples = lines,
            ("Authentication", None) => self.read_authentication(&lines),
            ("Servers", None) => self.read_servers(&lines),
            ("Request", Some(part)) => self.read_request(part, line, &lines, syntax),
            ("Response" | "Errors", Some(part)) => {
                let block = block::read(&lines, syntax, &mut self.refused);
                match response(part, line, block) {
                    Some(response) => self.add_response(response, title == "Errors"),
                    None => self.refused.push(line),
                }
            }
            ("Types", Some(part)) => {
                let block = block::read(&lines, syntax, &mut self.refused);
                self.add_type(NamedType {
                    line,
                    name: unescaped(part),
                    description: joined(&block.paragraphs),
                    nodes: block.nodes,
                });
            }
            ("Response", None) => {
                // A page that was edited can omit the status.
                let block = block::read(&lines, syntax, &mut self.refused);
                if !block.nodes.is_empty() {
                    self.responses.extend(response("200", line, block));
                }
            }
            ("Request" | "Errors" | "Types", None) => self.refuse(&lines),
            // The footer of a page can have any headings.
            _ if lines.iter().any(|(_, text)| is_of_grammar(text)) => self.refused.push(line),
            _ => {}
        }
    }

    fn read_authentication(&mut self, lines: &[(usize, &str)]) {
        let mut others = Vec::new();
        for (number, text) in items(lines) {
            match authentication::parse(&text, number) {
                Some(scheme) => self.schemes.push(scheme),
                None => others.push(number),
            }
        }
        // Text beside a scheme is a note.
        if !self.schemes.is_empty() {
            let bullets = lines.iter().filter(|(_, text)| bullet(text).is_some());
            let bullets: HashSet<usize> = bullets.map(|(number, _)| *number).collect();
            others.retain(|number| bullets.contains(number));
        }
        self.refused.extend(others);
    }

    fn read_servers(&mut self, lines: &[(usize, &str)]) {
        for (number, text) in items(lines) {
            match server(&text, number) {
                Some(server) => self.servers.push(server),
                None => self.refused.push(number),
            }
        }
    }

    /// Adds a response, unless there is one of its status.
    fn add_response(&mut self, response: Response, is_error: bool) {
        let known = match is_error {
            true => &mut self.errors,
            false => &mut self.responses,
        };
        match known.iter().any(|known| known.status == response.status) {
            true => self.repeat(response.line, format!("status `{}`", response.status)),
            false => known.push(response),
        }
    }

    /// Adds a type, unless there is one of its name.
    fn add_type(&mut self, named: NamedType) {
        match self.type_names.insert(named.name.clone()) {
            true => self.types.push(named),
            false => self.repeat(named.line, format!("type `{}`", named.name)),
        }
    }

    /// Adds a body, unless there is one of its media type.
    fn add_body(&mut self, body: Body) {
        match self
            .media_types
            .insert(body.media_type.to_ascii_lowercase())
        {
            true => self.bodies.push(body),
            false if body.media_type.is_empty() => self.repeat(body.line, "body".to_owned()),
            false => self.repeat(body.line, format!("body `{}`", body.media_type)),
        }
    }

    fn repeat(&mut self, line: usize, what: String) {
        self.repeated.push(Repeated { line, what });
    }

    /// Refuses all lines of the grammar that are not below the heading that they need.
    fn refuse(&mut self, lines: &[(usize, &str)]) {
        let refused = lines.iter().filter(|(_, text)| is_of_grammar(text));
        self.refused.extend(refused.map(|(number, _)| number));
    }

    fn read_request(&mut self, part: &str, line: usize, lines: &[(usize, &str)], syntax: &Syntax) {
        let block = block::read(lines, syntax, &mut self.refused);
        let (name, media_type) = match part.split_once('(') {
            Some((name, media_type)) => (name.trim(), media_type.trim_end_matches(')')),
            None => (part, ""),
        };
        match name.to_ascii_lowercase().as_str() {
            "path parameters" => self.path.extend(block.nodes),
            "query parameters" => self.query.extend(block.nodes),
            "headers" | "header parameters" => self.headers.extend(block.nodes),
            "cookies" | "cookie parameters" => self.cookies.extend(block.nodes),
            // The payload of a webhook is JSON.
            "payload" => self.add_body(body("", line, block)),
            "body" | "request body" => self.add_body(body(media_type, line, block)),
            _ if block.nodes.is_empty() => {}
            _ => self.refused.push(line),
        }
    }
}

/// Returns the URLs of a section of servers.
pub(super) fn servers(section: &Section<'_>) -> Vec<String> {
    let servers = items(&section.lines).filter_map(|(line, text)| server(&text, line));
    servers.map(|server| server.url).collect()
}

/// Returns the lines with content, without the mark of a list.
fn items(lines: &[(usize, &str)]) -> impl Iterator<Item = (usize, String)> {
    let items = unwrapped(lines).into_iter().map(|(number, text)| {
        let item = bullet(&text).map_or(&*text, |(_, item)| item);
        (number, item.trim().to_owned())
    });
    items.filter(|(_, text)| !text.is_empty() && !is_separator(text))
}

/// Returns `true` for a list line that only the grammar has.
fn is_of_grammar(text: &str) -> bool {
    bullet(text).is_some_and(|(_, item)| is_grammatical(item))
}

/// Parses `` `https://api.example.com` (Production, default) ``.
fn server(text: &str, line: usize) -> Option<Server> {
    let ListedServer {
        url,
        name,
        is_default,
    } = ListedServer::parse(text)?;
    Some(Server {
        url: url.to_owned(),
        name: name.to_owned(),
        is_default,
        line,
    })
}

fn body(media_type: &str, line: usize, mut block: Block) -> Body {
    let sentence = block
        .paragraphs
        .iter()
        .position(|text| text.starts_with(EXPECTS));
    let sentence = sentence.map(|position| block.paragraphs.remove(position));
    Body {
        line,
        media_type: media_type.trim().to_owned(),
        has_sentence: sentence.is_some(),
        is_object: sentence
            .as_deref()
            .and_then(|text| text.strip_prefix(EXPECTS))
            .is_some_and(|noun| noun.trim_end_matches('.') == "an object"),
        type_name: sentence.as_deref().and_then(expected_type),
        block,
    }
}

/// Returns the name in `This endpoint expects a Name.`, if it is the name of a type.
fn expected_type(sentence: &str) -> Option<String> {
    let noun = sentence.strip_prefix(EXPECTS)?.trim_end_matches('.');
    let noun = noun
        .strip_prefix("a ")
        .or_else(|| noun.strip_prefix("an "))?;
    let label = Label::parse(noun, &HashSet::new());
    matches!(label, Some(Label::Named(_))).then(|| unescaped(noun))
}

fn response(heading: &str, line: usize, mut block: Block) -> Option<Response> {
    let status = heading.split(' ').next().unwrap_or_default();
    let is_status = status.len() == 3 && status.starts_with(|c: char| c.is_ascii_digit());
    if !is_status && status != "default" {
        return None;
    }
    let count = block.paragraphs.len();
    block
        .paragraphs
        .retain(|text| text.trim_end_matches('.') != "No response body");
    Some(Response {
        line,
        status: status.to_owned(),
        description: joined(&block.paragraphs),
        is_empty: block.paragraphs.len() < count,
        nodes: block.nodes,
    })
}

fn joined(paragraphs: &[String]) -> Option<String> {
    (!paragraphs.is_empty()).then(|| paragraphs.join("\n\n"))
}

/// Returns a name without the escapes of Markdown.
fn unescaped(name: &str) -> String {
    name.replace('\\', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prose::authentication::Kind;

    const OUTLINE: Outline = Outline {
        request: 0,
        reference: 0,
        sections: 0,
        level: 2,
    };

    #[test]
    fn the_sections_are_read() {
        let text = "## Servers\n\n- `https://a.example/v1` (Main (EU), default)\n- `https://b.example` (B)\n\n\
                    ## Request\n\n### Path parameters\n\n- `id` (string, required)\n\n\
                    ### Body (application/json)\n\nThis endpoint expects a Pet\\_Input.\n\n- `a` (any, required)\n\n\
                    ## Response\n\n### 200\n\nA pet.\n\n- `any`\n\n### 204\n\nNo response body\n\n\
                    ## Errors\n\n### 404 Not Found Error\n\n- `any`\n\n## Types\n\n### Pet\\_Input\n\nA pet.\n\n\
                    ## Examples\n\n**Request**\n";
        let page = ProsePage::read(text, OUTLINE);
        let servers: Vec<_> = page
            .servers
            .iter()
            .map(|server| (server.url.as_str(), server.name.as_str(), server.is_default))
            .collect();
        assert_eq!(
            servers,
            [
                ("https://a.example/v1", "Main (EU)", true),
                ("https://b.example", "B", false)
            ]
        );
        assert_eq!((page.path.len(), page.query.len()), (1, 0));
        let body = &page.bodies[0];
        assert_eq!(body.media_type, "application/json");
        assert_eq!(body.type_name.as_deref(), Some("Pet_Input"));
        assert_eq!(body.block.nodes.len(), 1);
        let responses: Vec<_> = page
            .responses
            .iter()
            .map(|response| {
                (
                    response.status.as_str(),
                    response.is_empty,
                    response.nodes.len(),
                )
            })
            .collect();
        assert_eq!(responses, [("200", false, 1), ("204", true, 0)]);
        assert_eq!(page.responses[0].description.as_deref(), Some("A pet."));
        assert_eq!(page.errors[0].status, "404");
        assert_eq!(page.types[0].name, "Pet_Input");
        assert!(page.refused.is_empty(), "{:?}", page.refused);
        assert_eq!(page.examples.len(), 2);
    }

    #[test]
    fn unknown_lines_and_sections_are_refused() {
        let text = "## Request\n\n- `stray`\n\n### Trailers\n\n- `a` (any, required)\n\n\
                    ## Response\n\n### OK\n\n## Extra\n\n- `a` (any, required)\n";
        assert_eq!(ProsePage::read(text, OUTLINE).refused, [3, 5, 11, 13]);
    }

    #[test]
    fn a_status_a_type_and_a_body_are_read_once() {
        let text = "## Request\n\n### Body (application/json)\n\n- `a` (any, required)\n\n\
                    ### Body (Application/JSON)\n\n- `b` (any, required)\n\n\
                    ## Response\n\n### 200\n\n### 200 OK\n\n## Errors\n\n### 404\n\n### 404\n\n\
                    ## Types\n\n### Pet\n\n### Pet\n";
        let page = ProsePage::read(text, OUTLINE);
        let repeated = page.repeated.iter();
        let repeated: Vec<_> = repeated.map(|it| (it.line, it.what.as_str())).collect();
        assert_eq!(
            repeated,
            [
                (7, "body `Application/JSON`"),
                (15, "status `200`"),
                (21, "status `404`"),
                (27, "type `Pet`"),
            ]
        );
        assert!(page.refused.is_empty(), "{:?}", page.refused);
        assert_eq!((page.bodies.len(), page.responses.len()), (1, 1));
        assert_eq!((page.errors.len(), page.types.len()), (1, 1));
    }

    #[test]
    fn a_key_can_be_wrapped() {
        let text = "## Authentication\n\n- `Authorization` header (required) (prefixed with `Token\n  `) — A\n  key.\n";
        let page = ProsePage::read(text, OUTLINE);
        let kind = Kind::Header("Authorization".to_owned(), Some("Token".to_owned()));
        assert_eq!(page.schemes[0].kind, kind);
        assert_eq!(page.schemes[0].description.as_deref(), Some("A key."));
        assert!(page.refused.is_empty(), "{:?}", page.refused);
    }

    #[test]
    fn text_in_place_of_a_key_is_refused() {
        for text in ["A key.\n", "- `X-Key` header (required)\n- A key.\n"] {
            let text = format!("## Authentication\n\n{text}");
            let last = text.lines().count();
            assert_eq!(ProsePage::read(&text, OUTLINE).refused, [last]);
        }
    }

    #[test]
    fn text_that_describes_nothing_is_ignored() {
        let text = "## Authentication\n\n- `X-Key` header (required)\n\n<Note>\nA note.\n</Note>\n\n## Request\n\nThe request has no parameters.\n\n## Response\n\nSee below.\n\n\
                    ### 200\n\nAn example:\n\n```json\n- `a`\n```\n\n- `a` (any, required)\n\n\
                    ## Related\n\n- [Pets](/pets)\n";
        let page = ProsePage::read(text, OUTLINE);
        assert!(page.refused.is_empty(), "{:?}", page.refused);
        assert_eq!(
            page.responses[0].description.as_deref(),
            Some("An example:")
        );
        assert_eq!(page.responses[0].nodes.len(), 1);
    }

    #[test]
    fn headings_of_other_tools_are_read() {
        let text = "## request {#request}\n\n### Query Parameters [#](#query)\n\n* `a` (any, required)\n\n\
                    ### Request Body (application/json) {#body}\n\n* `a` (any, required)\n\n\
                    ## Response <a id=\"response\"></a>\n\n* `a` (any, required)\n\n\
                    ## **Types**\n\n### Pet {#pet}\n\n* `a` (any, required)\n";
        let page = ProsePage::read(text, OUTLINE);
        assert!(page.refused.is_empty(), "{:?}", page.refused);
        assert_eq!((page.query.len(), page.types[0].name.as_str()), (1, "Pet"));
        assert_eq!(
            page.bodies.first().map(|body| body.media_type.as_str()),
            Some("application/json")
        );
        assert_eq!(
            (
                page.responses[0].status.as_str(),
                page.responses[0].nodes.len()
            ),
            ("200", 1)
        );
    }
}
