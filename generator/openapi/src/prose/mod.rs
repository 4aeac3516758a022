//! Converts pages of structured prose, which have no OpenAPI document, to OpenAPI.
//!
//! The pages are generated, and their grammar is small: sections, and lists of properties with
//! labels. A page is converted back to the OpenAPI document that it was generated from, to the
//! extent that the prose contains it. Later stages do not depend on the format of a page.

mod agreement;
mod authentication;
mod base;
mod block;
mod complete;
mod cut;
mod groups;
mod inline;
mod items;
mod label;
mod mark;
mod name;
mod named;
mod navigation;
mod operation;
mod page;
mod placed;
mod property;
mod released;
mod samples;
mod schema;
mod section;
mod union;
mod variants;
mod whole;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use pages::page::{Outline, Page, Request, is_request_line};
use pages::{Code, Problem};
use serde_json::Value;

use crate::document::Assumption;
use crate::loss::{LossKind, LossLines};
use crate::merge::last_segment;
use block::Node;
use label::Label;
use operation::Head;
use page::{NamedType, ProsePage};
use property::{Line, Property};
use samples::Values;
use schema::Schemas;
use variants::{Clues, Found, Source};

pub(crate) use base::Bases;
pub(crate) use complete::complete;
pub(crate) use released::Released;
pub(crate) use samples::call_below;

/// The content of a page of structured prose.
pub(crate) struct Reading {
    /// The OpenAPI document.
    pub(crate) root: Value,
    /// The line of each node, counted from 1 on the page.
    pub(crate) lines: HashMap<String, usize>,
    /// Warnings about lines that do not match the grammar.
    pub(crate) warnings: Vec<Problem>,
    /// The named types without a description, with a warning about each.
    pub(crate) unknown_types: Vec<(String, Problem)>,
    /// The facts that the page does not include.
    pub(crate) losses: LossLines,
    /// The authentication is only assumed.
    pub(crate) assumption: Option<Assumption>,
}

/// The maximum number of lines outside the grammar that are reported one by one.
const MOST_REFUSED: usize = 10;

/// Reads a page. `bases` splits request lines into server and path.
///
/// # Errors
///
/// If the page has no request line.
pub(crate) fn read(page: &Page, outline: Outline, bases: &Bases) -> Result<Reading, Problem> {
    let webhook = page.is_webhook.then(|| Request {
        method: "post".to_owned(),
        url: String::new(),
        media_type: None,
        line: outline.request + 1,
        is_inherited: false,
    });
    let Some(request) = page.request.as_ref().or(webhook.as_ref()) else {
        return Err(
            Problem::new(Code::NoOperation, "the page has no request line")
                .at(page.place(1))
                .advice("add the request line, such as `GET https://api.example.com/v1/pets`"),
        );
    };
    let text = &page.specification.text;
    let prose = ProsePage::read(text, outline);
    let samples = samples::read(&prose.examples);
    let name = name::of(&samples, page.reference.as_deref(), response_type(&prose));
    let prefix = name
        .as_ref()
        .map(|name| format!("{} {}", name.groups.join(" "), name.method));
    let (content_type, description) = description(text, outline);
    let line = outline.request + 1;
    let head = Head {
        request,
        webhook: webhook.is_some().then(|| webhook_name(page)),
        line,
        title: page.title.as_deref(),
        content_type,
        description,
        name,
        sample_type: samples::body_type(&samples),
    };
    let values = Values::of(&samples);
    let unions = unions(&prose, &values);
    let mut schemas = Schemas::new(
        &prose,
        &unions,
        values,
        samples::types(&samples),
        prefix.unwrap_or_default(),
    );
    let mut root = operation::document(&head, &prose, bases, &mut schemas);
    schemas.add_types(&prose.types);
    let mut schemes_of = Vec::new();
    let mut assumption = None;
    if webhook.is_none() {
        (schemes_of, assumption) = schemes(&prose, &samples, line, &mut schemas.losses);
        if prose.may_hide_errors() {
            schemas.losses.add(LossKind::Errors, line);
        }
    }
    let unknown_types = unknown_types(page, &schemas);
    let components = std::mem::take(&mut schemas.components);
    operation::add_components(&mut root, line, schemes_of, components);
    let warnings = warnings(page, &prose, &schemas);
    let (root, lines) = root.into_parts();
    Ok(Reading {
        root,
        lines,
        warnings,
        unknown_types,
        losses: schemas.losses,
        assumption,
    })
}

/// Returns the name of the type of the response.
fn response_type<'a>(page: &'a ProsePage<'_>) -> Option<&'a str> {
    match &page.responses.first()?.nodes.first()?.content {
        Line::Whole(Label::Named(name)) | Line::Stream(Label::Named(name)) => Some(name),
        _ => None,
    }
}

/// Returns the name of the webhook of a page: the last segment of its link, or its title.
fn webhook_name(page: &Page) -> String {
    let link = page.reference.as_deref().and_then(last_segment);
    let title = || page.title.clone().unwrap_or_default();
    link.map_or_else(title, str::to_owned)
}

/// Returns the content type after the request line, and the description.
fn description(text: &str, outline: Outline) -> (Option<&str>, String) {
    let count = outline.reference - outline.request - 1;
    let lines = || text.lines().skip(outline.request + 1).take(count);
    let content_type = lines()
        .next()
        .and_then(|line| line.strip_prefix("Content-Type: "));
    // Further request lines have been reported.
    let is_head = |line: &&str| is_request_line(line) || line.starts_with("Content-Type: ");
    let description: Vec<&str> = lines().skip_while(is_head).collect();
    let media_type = content_type.map(str::trim);
    (media_type, description.join("\n").trim().to_owned())
}

/// Returns all lists of a page in the order in which the platform visits them.
fn node_lists<'a>(page: &'a ProsePage<'a>) -> Vec<&'a [Node]> {
    let mut lists: Vec<&[Node]> = Vec::new();
    lists.extend(page.bodies.iter().map(|body| &body.block.nodes[..]));
    lists.extend([&page.path[..], &page.query, &page.headers, &page.cookies]);
    let responses = page.responses.iter().chain(&page.errors);
    lists.extend(responses.map(|response| &response.nodes[..]));
    lists.extend(page.types.iter().map(|kind| &kind.nodes[..]));
    lists
}

/// Finds the variants of unions, which the page does not show.
fn unions<'a>(page: &'a ProsePage<'a>, values: &Values) -> HashMap<&'a str, Found<'a>> {
    let headings: Vec<&str> = page.types.iter().map(|kind| kind.name.as_str()).collect();
    let known: HashSet<&str> = headings.iter().copied().collect();
    let lists = node_lists(page);
    let first_heading = lists.len() - page.types.len();
    let mut sources: Vec<Source<'_>> = Vec::new();
    // A body can be named only by its sentence.
    let bodies = page.bodies.iter();
    let bodies = bodies.filter(|body| body.block.nodes.is_empty());
    let named = bodies.filter_map(|body| body.type_name.as_deref());
    let named = named.filter(|name| !known.contains(name));
    sources.extend(named.map(|name| Source {
        union: Some(name),
        mentions: Vec::new(),
    }));
    for nodes in &lists[..first_heading] {
        let mut mentions = Vec::new();
        mention(nodes, &mut mentions);
        // The type of a whole body has no heading.
        let union = match (&nodes[..], &mentions[..]) {
            ([node], [name]) if is_bare(node) => Some(*name),
            _ => None,
        };
        let union = union.filter(|name| !known.contains(name));
        sources.push(Source { union, mentions });
    }
    for (kind, nodes) in page.types.iter().zip(&lists[first_heading..]) {
        let mut mentions = Vec::new();
        mention(nodes, &mut mentions);
        let union = nodes.is_empty().then_some(kind.name.as_str());
        sources.push(Source { union, mentions });
    }
    let clues = clues(page, &sources, values);
    variants::find(&sources, &headings, &clues)
}

/// Collects the facts that decide between the variants of adjacent unions.
fn clues<'a>(page: &'a ProsePage<'a>, sources: &[Source<'a>], values: &Values) -> Clues<'a> {
    let mut clues = Clues::default();
    let objects = page.types.iter().filter_map(|kind| {
        let properties: Vec<&Property> = properties(&kind.nodes).collect();
        let is_object = properties.len() == kind.nodes.len() && !properties.is_empty();
        is_object.then_some((kind, properties))
    });
    let objects: Vec<(&NamedType, Vec<&Property>)> = objects.collect();
    for (kind, _) in &objects {
        let mut constants = kind.nodes.iter().filter_map(constant);
        let tag = constants.next().filter(|_| constants.next().is_none());
        clues.tags.extend(tag.map(|tag| (kind.name.as_str(), tag)));
    }
    let mut by_property: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, (_, properties)) in objects.iter().enumerate() {
        for property in properties {
            by_property.entry(&property.name).or_default().push(index);
        }
    }
    let holders = schema::holders(node_lists(page));
    let named: BTreeSet<&str> = sources.iter().filter_map(|source| source.union).collect();
    let mut unions: Vec<(&str, String)> = Vec::new();
    for union in named {
        let holders = holders.get(union).into_iter().flatten();
        unions.extend(holders.map(|place| (union, place.clone())));
    }
    // The type of a whole body has no property.
    for body in &page.bodies {
        let named = body.type_name.as_deref();
        let named = named.map(|name| (name, samples::REQUEST.to_owned()));
        unions.extend(named.or_else(|| whole(&body.block.nodes, samples::REQUEST)));
    }
    let mut responses = page.responses.iter();
    unions.extend(responses.find_map(|response| whole(&response.nodes, samples::RESPONSE)));
    for (union, place) in unions {
        // A variant can be a list.
        let items = format!("{place}[]");
        for keys in values.objects(&place).chain(values.objects(&items)) {
            let with_first = keys.first().and_then(|key| by_property.get(key.as_str()));
            let candidates = with_first.into_iter().flatten();
            let mut like = candidates
                .map(|index| &objects[*index])
                .filter(|(_, properties)| {
                    let has = |name: &str| keys.contains(name);
                    let is_known = |key: &String| properties.iter().any(|it| it.name == *key);
                    let mut required = properties.iter().filter(|property| property.required);
                    required.all(|property| has(&property.name)) && keys.iter().all(is_known)
                });
            if let (Some((kind, _)), None) = (like.next(), like.next()) {
                clues
                    .samples
                    .entry(kind.name.as_str())
                    .or_default()
                    .insert(union);
            }
        }
    }
    clues
}

/// Returns the name of the type of a whole body, or of the items of a stream or a list, and the
/// place of its values in a sample. The sample of a stream is a list.
fn whole<'a>(nodes: &'a [Node], sample: &str) -> Option<(&'a str, String)> {
    let (label, sample) = match &nodes.first()?.content {
        Line::Whole(label) => (label, sample.to_owned()),
        Line::Stream(label) => (label, format!("{sample}[]")),
        _ => return None,
    };
    match label.core() {
        Label::Named(name) => Some((name, samples::place(&sample, label))),
        _ => None,
    }
}

/// Returns the properties of an object.
fn properties(nodes: &[Node]) -> impl Iterator<Item = &Property> {
    nodes.iter().filter_map(|node| match &node.content {
        Line::Property(property) => Some(property),
        _ => None,
    })
}

/// Returns the name of a required property with one value.
fn constant(node: &Node) -> Option<&str> {
    let Line::Property(property) = &node.content else {
        return None;
    };
    let is_one = match (&property.label, &node.children[..]) {
        (Label::Constant(_), _) => true,
        (Label::Enum, [only]) => matches!(&only.content, Line::Values(values) if values.len() == 1),
        _ => false,
    };
    (property.required && is_one).then_some(&property.name)
}

/// Returns `true` if a line is the type of a whole body or of the items of a stream, and has no
/// lines below it.
fn is_bare(node: &Node) -> bool {
    let is_whole = matches!(node.content, Line::Whole(_) | Line::Stream(_));
    is_whole && node.children.is_empty()
}

/// Adds the names of types in the labels of `nodes` to `mentions`.
fn mention<'a>(nodes: &'a [Node], mentions: &mut Vec<&'a str>) {
    for node in nodes {
        match &node.content {
            Line::Property(property) => mentions.extend(property.label.names()),
            Line::Whole(label) | Line::Stream(label) => mentions.extend(label.names()),
            _ => {}
        }
        mention(&node.children, mentions);
    }
}

/// Returns the security schemes of a page, with their lines and names, and whether they are only
/// assumed.
fn schemes(
    page: &ProsePage<'_>,
    samples: &[samples::Sample<'_>],
    line: usize,
    losses: &mut LossLines,
) -> (Vec<(usize, String, Value)>, Option<Assumption>) {
    let is_known = |scheme: &&authentication::Scheme| scheme.kind != authentication::Kind::Unknown;
    let mut schemes: Vec<_> = page.schemes.iter().filter(is_known).cloned().collect();
    let mut assumption = None;
    if schemes.is_empty() {
        let headers = page.headers.iter().filter_map(|node| match &node.content {
            Line::Property(property) => Some(property.name.to_lowercase()),
            _ => None,
        });
        let headers: HashSet<String> = headers.collect();
        let is_parameter = |name: &str| headers.contains(&name.to_lowercase());
        schemes.extend(
            authentication::of_headers(samples, is_parameter).or_else(|| {
                // A header that is a parameter can be the key that the constructor takes.
                let is_key = |name: &String| {
                    let words = ["auth", "api-key", "apikey", "api_key"];
                    words.iter().any(|word| name.contains(word))
                };
                let has_key = headers.iter().any(is_key);
                let (scheme, assumed) =
                    (!has_key).then(|| authentication::of_constructors(samples))??;
                assumption = Some(assumed);
                Some(scheme)
            }),
        );
        losses.add(LossKind::Authentication, line);
    }
    let mut named: Vec<(usize, String, Value)> = Vec::new();
    for scheme in &schemes {
        if let Some((name, value)) = scheme.to_openapi() {
            let count = named
                .iter()
                .filter(|(_, known, _)| known.starts_with(&name))
                .count();
            let name = match count {
                0 => name,
                count => format!("{name}{}", count + 1),
            };
            named.push((scheme.line, name, value));
        }
    }
    (named, assumption)
}

/// Returns the warnings about a page.
fn warnings(page: &Page, prose: &ProsePage<'_>, schemas: &Schemas<'_>) -> Vec<Problem> {
    let refused = prose.refused.iter().chain(&schemas.refused);
    let refused = refused.map(|line| {
        let message = "the line is not recognized, and is skipped with the lines below it";
        let advice = "fetch the page again, or add the missing information in `overlay.yaml`";
        (*line, (message.to_owned(), advice))
    });
    let repeated = prose.repeated.iter().map(|repeated| {
        let what = &repeated.what;
        let message = format!("the page has the {what} twice: only the first one is in the client");
        let advice = "fetch the page again, or merge the two in `overlay.yaml`";
        (repeated.line, (message, advice))
    });
    let found: BTreeMap<usize, (String, &str)> = refused.chain(repeated).collect();
    let count = found.len();
    let mut found = found.into_iter();
    let mut warnings: Vec<Problem> = Vec::new();
    for (line, (message, advice)) in found.by_ref().take(MOST_REFUSED) {
        let problem = Problem::new(Code::UnknownLine, message);
        warnings.push(problem.at(page.place(line)).advice(advice));
    }
    if let Some((line, _)) = found.next() {
        let more = count - MOST_REFUSED;
        let message = format!("{more} more lines are not recognized, and are skipped");
        warnings.push(
            Problem::new(Code::UnknownLine, message)
                .at(page.place(line))
                .advice("fetch the page again: its format may have changed"),
        );
    }
    warnings
}

/// Returns the named types without a description, with a warning about each.
fn unknown_types(page: &Page, schemas: &Schemas<'_>) -> Vec<(String, Problem)> {
    let undecided = schemas.undecided.iter();
    let warned = undecided.filter_map(|(name, line)| {
        let accepted = match schemas.components.get(name)?.to_value() {
            schema if schema["type"] == "object" => "any JSON object",
            schema if mark::shows_kinds(&schema) => return None,
            _ => "any JSON",
        };
        let message = format!(
            "the page does not describe the type `{name}`: the client accepts {accepted} there"
        );
        let warning = Problem::new(Code::UnknownType, message)
            .at(page.place(*line))
            .advice("describe the type with an action in `overlay.yaml`");
        Some((name.clone(), warning))
    });
    warned.collect()
}

/// Returns the servers that a page lists.
pub(crate) fn listed_servers(page: &Page, outline: Outline) -> Vec<String> {
    let sections = section::split(&page.specification.text, outline);
    let sections = sections.iter().filter(|section| section.title == "Servers");
    sections.flat_map(page::servers).collect()
}
