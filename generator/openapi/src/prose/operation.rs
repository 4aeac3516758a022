//! Converts the operation of a page to an OpenAPI document.

use heck::ToSnakeCase;
use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::base::{Bases, is_at};
use super::block::Node;
use super::label::Label;
use super::name::Name;
use super::page::{Body, ProsePage, Response, Server};
use super::placed::Placed;
use super::property::Line;
use super::schema::Schemas;
use crate::loss::LossKind;
use crate::server_url;
use pages::page::Request;

/// The facts about the operation that are not in the sections.
pub(super) struct Head<'a> {
    pub(super) request: &'a Request,
    /// The name of the webhook, if the API sends the request.
    pub(super) webhook: Option<String>,
    /// The line of the request, counted from 1 on the page.
    pub(super) line: usize,
    pub(super) title: Option<&'a str>,
    pub(super) content_type: Option<&'a str>,
    pub(super) description: String,
    pub(super) name: Option<Name>,
    /// The type of the body in the samples of the SDKs.
    pub(super) sample_type: Option<String>,
}

/// Creates the document of a page. Afterwards, `schemas` is complete.
pub(super) fn document(
    head: &Head<'_>,
    page: &ProsePage<'_>,
    bases: &Bases,
    schemas: &mut Schemas<'_>,
) -> Placed {
    let line = head.line;
    if let Some(webhook) = &head.webhook {
        let item = Placed::object(line).with("post", operation(head, page, schemas));
        let mut root = Placed::object(line);
        root.set("openapi", "3.1.1");
        root.insert("webhooks", Placed::object(line).with(webhook, item));
        return root;
    }
    let (server, path) = bases.split(&head.request.url);
    let operation = operation(head, page, schemas);
    let item = Placed::object(line).with(&head.request.method, operation);
    let mut root = Placed::object(line);
    root.set("openapi", "3.1.1");
    // Without a server, the operation is called at that of the other pages.
    if !server.is_empty() {
        root.insert("servers", servers(server, page, line));
    }
    root.insert("paths", Placed::object(line).with(&sent(path, page), item));
    root
}

/// Returns a path with the fixed parameters of its query. The section of query parameters describes
/// all others.
fn sent(path: &str, page: &ProsePage<'_>) -> String {
    let path = path.split('#').next().unwrap_or(path);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let described = page.query.iter().filter_map(|node| match &node.content {
        Line::Property(property) => Some(property.name.as_str()),
        _ => None,
    });
    let described: HashSet<&str> = described.collect();
    let is_fixed = |pair: &&str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_placeholder = value.starts_with(['{', '<', '[', ':']);
        !name.is_empty() && !name.contains('{') && !is_placeholder && !described.contains(name)
    };
    let fixed: Vec<&str> = query.split('&').filter(is_fixed).collect();
    let path = if path.is_empty() { "/" } else { path };
    match fixed.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", fixed.join("&")),
    }
}

/// Returns the servers: first the server of the request line, then the others with its base path.
fn servers(server: &str, page: &ProsePage<'_>, line: usize) -> Placed {
    let named = |mut entry: Value, listed: Option<&Server>| {
        if let Some(listed) = listed.filter(|listed| !listed.name.is_empty()) {
            entry["description"] = listed.name.clone().into();
        }
        entry
    };
    let own = page
        .servers
        .iter()
        .find(|listed| is_at(server, &listed.url));
    let first = named(server_url::entry(server), own);
    let mut servers = vec![Placed::value(line, first)];
    let default = page.servers.iter().find(|listed| listed.is_default);
    let base = default.and_then(|listed| server.strip_prefix(&listed.url));
    for listed in &page.servers {
        let is_default = listed.is_default || is_at(server, &listed.url);
        if let Some(base) = base.filter(|_| !is_default) {
            let entry = server_url::entry(&format!("{}{base}", listed.url));
            servers.push(Placed::value(listed.line, named(entry, Some(listed))));
        }
    }
    Placed::list(line, servers)
}

fn operation(head: &Head<'_>, page: &ProsePage<'_>, schemas: &mut Schemas<'_>) -> Placed {
    let mut operation = Placed::object(head.line);
    operation.set_some("summary", head.title);
    if !head.description.is_empty() {
        operation.set("description", head.description.clone());
    }
    if let Some(name) = head.name.as_ref().filter(|_| head.webhook.is_none()) {
        operation.set("operationId", name.method.clone());
        operation.set("x-fern-sdk-group-name", json!(name.groups));
        operation.set("x-fern-sdk-method-name", name.method.clone());
        if !name.is_known {
            schemas.losses.add(LossKind::Names, head.line);
        }
    }
    if is_deprecated(head) {
        operation.set("deprecated", true);
    }
    let mut parameters = Vec::new();
    for (place, nodes) in [
        ("path", &page.path),
        ("query", &page.query),
        ("header", &page.headers),
        ("cookie", &page.cookies),
    ] {
        parameters.extend(
            nodes
                .iter()
                .filter_map(|node| parameter(place, node, schemas)),
        );
    }
    if !parameters.is_empty() {
        operation.insert("parameters", Placed::list(head.line, parameters));
    }
    if let Some(body) = request_body(head, page, schemas) {
        operation.insert("requestBody", body);
    }
    if head.webhook.is_none() {
        operation.insert("responses", responses(head, page, schemas));
    }
    operation
}

/// Returns `true` if the title, the description, or the link marks the operation as deprecated.
fn is_deprecated(head: &Head<'_>) -> bool {
    let title = head.title.unwrap_or_default().to_lowercase();
    let description = head
        .description
        .trim_start_matches(['*', '_', ' ', '<', '[', '(']);
    let start = description.to_lowercase();
    let is_linked = head.name.as_ref().is_some_and(|name| name.is_deprecated);
    is_linked
        || is_marked(&title)
        || start.starts_with("deprecated")
        || start.starts_with("this endpoint is deprecated")
}

/// Returns `true` for titles such as `List pets (deprecated)`, but not for `List deprecated pets`.
fn is_marked(title: &str) -> bool {
    let marks = ["(deprecated", "[deprecated", "deprecated:"];
    let dashes = ["-", "–", "—"].map(|dash| format!("deprecated {dash}"));
    let is_title = |mark: &str| title.contains(mark);
    marks.into_iter().any(is_title)
        || dashes.iter().any(|mark| is_title(mark))
        || title.ends_with("deprecated")
}

fn parameter(place: &str, node: &Node, schemas: &mut Schemas<'_>) -> Option<Placed> {
    let Line::Property(property) = &node.content else {
        schemas.refused.push(node.line);
        return None;
    };
    let mut parameter = Placed::object(node.line);
    parameter.set("name", property.name.clone());
    parameter.set("in", place);
    parameter.set("required", property.required || place == "path");
    parameter.set_some("description", property.description.clone());
    if property.deprecated {
        parameter.set("deprecated", true);
    }
    let mut plain = property.clone();
    plain.description = None;
    plain.deprecated = false;
    Some(parameter.with("schema", schemas.property(&plain, node)))
}

const JSON: &str = "application/json";

fn request_body(
    head: &Head<'_>,
    page: &ProsePage<'_>,
    schemas: &mut Schemas<'_>,
) -> Option<Placed> {
    let announced = head.content_type;
    let line = page.bodies.first().map_or(head.line, |body| body.line);
    let mut content = Placed::object(line);
    let mut seen = HashSet::new();
    for body in &page.bodies {
        let own = Some(body.media_type.as_str()).filter(|media_type| media_type.contains('/'));
        let media_type = own.or(announced).unwrap_or(JSON);
        if !seen.insert(media_type.to_ascii_lowercase()) {
            schemas.refused.push(body.line);
            continue;
        }
        let schema = body_schema(body, head.sample_type.as_deref(), schemas);
        content.insert(media_type, described_by(schema));
    }
    if page.bodies.is_empty() {
        let media_type = announced?;
        let schema = match media_type {
            media_type if is_json(media_type) => Placed::object(line),
            media_type if media_type.starts_with("multipart/") => schemas.sampled_form(line),
            _ => Placed::value(line, json!({"type": "string", "format": "binary"})),
        };
        content.insert(media_type, described_by(schema));
    }
    // A body is optional if all of its properties are.
    let is_required = page.bodies.iter().all(|body| {
        let nodes = &body.block.nodes;
        let is_required = |node: &Node| match &node.content {
            Line::Property(property) => property.required,
            _ => true,
        };
        nodes.is_empty() || nodes.iter().any(is_required)
    });
    let mut request_body = Placed::object(line);
    if is_required {
        request_body.set("required", true);
    }
    Some(request_body.with("content", content))
}

fn is_json(media_type: &str) -> bool {
    media_type == JSON || media_type.ends_with("+json")
}

fn body_schema(body: &Body, sample_type: Option<&str>, schemas: &mut Schemas<'_>) -> Placed {
    let block = &body.block;
    let is_file = |node: &Node| matches!(node.content, Line::File);
    if block.nodes.first().is_some_and(is_file) {
        return Placed::value(body.line, json!({"type": "string", "format": "binary"}));
    }
    // The lines are those of the type, unless the first one is a label.
    let has_lines = block.nodes.first().is_some_and(|node| {
        matches!(
            node.content,
            Line::Property(_) | Line::Discriminated(_) | Line::Variant(_)
        )
    });
    // Older pages do not name the type, but a sample may.
    let sample_type = sample_type.filter(|_| !body.has_sentence);
    match body.type_name.as_deref().or(sample_type) {
        Some(name) if has_lines => {
            let schema = schemas.content(&block.nodes, body.line);
            // A sample can construct only a type inside the body.
            if body.type_name.is_none() && schemas.components.contains_key(name) {
                return schema;
            }
            let reference = format!("{}{name}", crate::walk::SCHEMAS);
            schemas.components.insert(name.to_owned(), schema);
            Placed::value(body.line, json!({ "$ref": reference }))
        }
        Some(name) if block.nodes.is_empty() => schemas.named(name, body.line),
        None if block.nodes.is_empty() && body.is_object => {
            let free = json!({"type": "object", "additionalProperties": true});
            Placed::value(body.line, free)
        }
        _ => schemas.content(&block.nodes, body.line),
    }
}

fn content(media_type: &str, schema: Placed) -> Placed {
    Placed::object(schema.line()).with(media_type, described_by(schema))
}

/// Returns the object of a media type with a schema.
fn described_by(schema: Placed) -> Placed {
    Placed::object(schema.line()).with("schema", schema)
}

fn responses(head: &Head<'_>, page: &ProsePage<'_>, schemas: &mut Schemas<'_>) -> Placed {
    let mut responses = Placed::object(head.line);
    for response in &page.responses {
        responses.insert(&response.status, success(head, response, schemas));
    }
    if page.responses.is_empty() {
        // The platform omits responses without content, and responses that are not JSON. A page
        // can be published without its sections.
        if schemas.has_sampled_response() {
            schemas.losses.add(LossKind::ResponseBody, head.line);
            let response = Placed::value(head.line, json!({"description": ""}));
            let content = content(JSON, Placed::object(head.line));
            responses.insert("200", response.with("content", content));
        } else if head.request.method == "get" && mentions_data(head, None) {
            schemas.losses.add(LossKind::ResponseBody, head.line);
            let response = Placed::value(head.line, json!({"description": ""}));
            responses.insert("200", response.with("content", file(head.line)));
        } else {
            // A page without samples may be truncated.
            if page.examples.is_empty() {
                schemas.losses.add(LossKind::ResponseBody, head.line);
            }
            responses.set("204", json!({"description": ""}));
        }
    }
    for response in &page.errors {
        let mut placed = described(response);
        if !response.nodes.is_empty() {
            let schema = schemas.content(&response.nodes, response.line);
            placed.insert("content", content(JSON, schema));
        }
        responses.insert(&response.status, placed);
    }
    responses
}

fn described(response: &Response) -> Placed {
    let description = response.description.clone().unwrap_or_default();
    Placed::value(response.line, json!({ "description": description }))
}

fn success(head: &Head<'_>, response: &Response, schemas: &mut Schemas<'_>) -> Placed {
    let placed = described(response);
    let Some(first) = response.nodes.first() else {
        if !response.is_empty && response.status != "204" {
            schemas.losses.add(LossKind::ResponseBody, response.line);
            let description = response.description.as_deref();
            if mentions_events(head, description) {
                return placed.with("content", content(EVENTS, Placed::object(response.line)));
            }
            if mentions_data(head, description) {
                return placed.with("content", file(response.line));
            }
        }
        return placed;
    };
    let content = match &first.content {
        Line::File => {
            schemas
                .refused
                .extend(response.nodes[1..].iter().map(|node| node.line));
            file(first.line)
        }
        // The items of such a stream are not JSON: the platform prints binary data as strings, and
        // events that the page does not describe.
        Line::Stream(Label::Scalar("string", _)) => {
            schemas.losses.add(LossKind::ResponseBody, first.line);
            let is_events = schemas.has_sampled_events()
                || mentions_events(head, response.description.as_deref());
            match is_events {
                true => content(EVENTS, Placed::object(first.line)),
                false => file(first.line),
            }
        }
        Line::Stream(label) => {
            let schema = schemas.stream_items(label, &response.nodes);
            content(EVENTS, schema)
        }
        _ => content(JSON, schemas.content(&response.nodes, response.line)),
    };
    placed.with("content", content)
}

const EVENTS: &str = "text/event-stream";

fn file(line: usize) -> Placed {
    let schema = Placed::value(line, json!({"type": "string", "format": "binary"}));
    content("application/octet-stream", schema)
}

/// Words for responses that are not JSON.
const DATA: [&str; 10] = [
    "audio", "binary", "bytes", "download", "file", "image", "pdf", "speech", "video", "zip",
];

/// Returns `true` if the description of a response without a body suggests a file. The page does
/// not distinguish files from empty responses.
fn mentions_data(head: &Head<'_>, description: Option<&str>) -> bool {
    let is_read = ["get", "post"].contains(&head.request.method.as_str());
    let mut words = words(head, description);
    is_read && words.any(|word| DATA.contains(&word.as_str()))
}

/// Returns `true` if the description of a response without a type suggests Server-Sent Events.
fn mentions_events(head: &Head<'_>, description: Option<&str>) -> bool {
    let words: Vec<String> = words(head, description).collect();
    let has = |wanted: &[&str]| words.windows(wanted.len()).any(|words| words == wanted);
    has(&["sse"]) || has(&["server", "sent", "events"]) || has(&["event", "stream"])
}

/// Returns the words of the texts about a response, in lowercase.
fn words<'a>(
    head: &'a Head<'_>,
    description: Option<&'a str>,
) -> impl Iterator<Item = String> + 'a {
    let method = head.name.as_ref().map(|name| name.method.to_snake_case());
    let texts = [description, head.title].into_iter().flatten();
    let texts = texts.map(str::to_owned).chain(method);
    texts.flat_map(|text| {
        let words = text.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect::<Vec<_>>()
    })
}

/// Adds the security schemes and the schemas to a document.
pub(super) fn add_components(
    root: &mut Placed,
    line: usize,
    schemes: Vec<(usize, String, Value)>,
    schemas: impl IntoIterator<Item = (String, Placed)>,
) {
    let mut components = Placed::object(line);
    let mut named = Placed::object(line);
    for (name, schema) in schemas {
        named.insert(&name, schema);
    }
    components.insert("schemas", named);
    if !schemes.is_empty() {
        let mut security = Vec::new();
        let mut placed = Placed::object(line);
        for (line, name, scheme) in schemes {
            let requirement = Map::from_iter([(name.clone(), json!([]))]);
            security.push(Placed::value(line, requirement));
            placed.insert(&name, Placed::value(line, scheme));
        }
        components.insert("securitySchemes", placed);
        root.insert("security", Placed::list(line, security));
    }
    root.insert("components", components);
}
