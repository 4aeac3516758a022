//! Merges the documents of all pages into one OpenAPI 3.1 document.
//!
//! The result does not depend on the order in which the pages were read. Each contradiction between
//! pages is reported as a warning.

mod channel_keys;
mod components;
mod environments;
mod info;
mod page_link;
mod partition;
mod precedence;
mod remote_calls;
mod schemas;
mod security;
mod servers;
mod tags;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use crate::config::Config;
use crate::document::Document;
use crate::extensions::CHANNEL;
use crate::host::{company, host, is_same_site, site};
use crate::ignore::{IGNORE, ignore};
use crate::merged::{Merged, Origin};
use crate::quirks::{FixedDocument, published_server};
use crate::rust_types;
use crate::server_url::{filled, has_default, placeholders};
use crate::walk;
use crate::words;
use names::argument_name;
use pages::pointer;
use pages::{Code, Problem, panics};
use servers::Site;

pub(crate) use webhooks::last_segment;

/// An operation of one page, with its final references.
struct MergedOperation {
    path: String,
    method: &'static str,
    id: String,
    object: Map<String, Value>,
    origin: Origin,
    has_own_page: bool,
    /// The index of its document.
    document: usize,
}

/// Merges `documents`, and adds their contradictions to `warnings`.
///
/// # Errors
///
/// If neither the pages nor `codegen.toml` name a server, the pages describe only webhooks, or the
/// key cannot be sent as described.
pub fn merge(
    documents: Vec<FixedDocument>,
    config: &Config,
    type_names: &BTreeMap<String, String>,
    warnings: &mut Vec<Problem>,
) -> Result<Merged, Problem> {
    let mut documents: Vec<Document> = documents.into_iter().map(|document| document.0).collect();
    documents.sort_by(|a, b| order(a).cmp(&order(b)));
    let prepared: Vec<Option<Problem>> = documents
        .par_iter_mut()
        .map(|document| {
            let page = Arc::clone(&document.page);
            panics::located(|| page.place(1), || prepare(document))
        })
        .collect();
    warnings.extend(prepared.into_iter().flatten());
    let mut events = webhooks::gather(&mut documents, warnings)?;
    warnings.extend(documents.iter().filter_map(contradicts_request_line));
    let servers::Server {
        url: server,
        mut sites,
    } = servers::choose(&mut documents, config, warnings)?;
    precedence::leave_out(&mut documents, &mut sites, &server, type_names, warnings);
    channel_keys::complete(&mut documents);
    let listed = environments::listed(&documents, &sites, &server);
    let security = security::choose(&mut documents, warnings)?;
    let tags = tags::merge(&documents);
    // Schemas of operations take precedence over schemas of webhooks with the same name.
    documents.append(&mut events);
    let (mut operations, schemas) =
        operations(&mut documents, &sites, &server, type_names, warnings);
    warnings.extend(
        operations
            .iter_mut()
            .filter_map(|it| withhold_key(it, &server, config)),
    );
    let (paths, mut origins) = merge_operations(operations, warnings);
    let webhooks = webhooks::merge(&mut documents, &mut origins, warnings);

    let mut components = Map::new();
    components.insert("schemas".to_owned(), Value::Object(schemas));
    let mut root = json!({
        "openapi": "3.1.1",
        "info": info::of(&documents, config, &server, naming_url(&documents, &server, &sites)),
        "servers": listed,
        "paths": paths,
    });
    if !tags.is_empty() {
        root["tags"] = tags.into();
    }
    if !webhooks.is_empty() {
        root[walk::WEBHOOKS] = webhooks.into();
    }
    if let Some(security) = security {
        root["security"] = security.requirement;
        components.insert("securitySchemes".to_owned(), security.schemes.into());
    }
    root["components"] = Value::Object(components);
    Ok(Merged { root, origins })
}

/// Prepares a document, independently of the others. Returns the warning about Rust types in it.
fn prepare(document: &mut Document) -> Option<Problem> {
    // Rare keywords are checked first, to avoid a full traversal of each document.
    let page = Arc::clone(&document.page);
    let text = &page.specification.text;
    if text.contains("callbacks") {
        webhooks::copy_callbacks(&mut document.root);
    }
    components::resolve(&mut document.root, text.contains("discriminator"));
    if text.contains(IGNORE) {
        ignore(&mut document.root);
    }
    if text.contains("x-fern-") {
        words::spread(&mut document.root);
    }
    let has_types = text.contains("x-rust-") && rust_types::remove(&mut document.root);
    has_types.then(|| {
        let message = "the page sets Rust types, which is allowed only in `overlay.yaml`";
        Problem::new(Code::InvalidExtension, message)
            .at(document.place(""))
            .advice("if you trust these types, set them with an action in `overlay.yaml`")
    })
}

/// Removes the operations and the schemas from the documents, and assigns their final names.
fn operations(
    documents: &mut [Document],
    sites: &[Site],
    server: &str,
    type_names: &BTreeMap<String, String>,
    warnings: &mut Vec<Problem>,
) -> (Vec<MergedOperation>, Map<String, Value>) {
    let schemas = schemas::merge(documents, type_names, warnings);
    let mut operations = Vec::new();
    for (index, (document, site)) in documents.iter_mut().zip(sites).enumerate() {
        for mut operation in take_operations(document, index) {
            match set_server(&mut operation, &document.root["servers"], site, server) {
                Ok(()) => operations.push(operation),
                Err(problem) => warnings.push(problem),
            }
        }
    }
    remote_calls::name(&mut operations, &schemas);
    (operations, schemas)
}

/// Returns the sort key of a document, which is its content and not the name of its file.
fn order(document: &Document) -> impl Ord + '_ {
    let page = &document.page;
    let operation = walk::operations(&document.root).next();
    (
        operation.map(|(.., operation)| walk::operation_id(operation)),
        // An operation's own page is preferred to a guide with the same content.
        page.request
            .as_ref()
            .is_none_or(|request| request.is_inherited),
        &page.specification.text,
        page.request.as_ref().map(|request| &request.url),
        (&page.reference, &page.title, &page.sample_files),
    )
}

/// Returns the URL whose host names the company: the server of the API, or another one if callers
/// choose the host, or the documentation site if all servers are local.
fn naming_url<'a>(documents: &'a [Document], server: &'a str, sites: &'a [Site]) -> &'a str {
    let others = sites.iter().filter_map(|site| match site {
        Site::Elsewhere(other) => Some(other.as_str()),
        Site::Here(_) => None,
    });
    let links = documents
        .iter()
        .filter_map(|it| it.page.reference.as_deref());
    let mut all = std::iter::once(server).chain(others).chain(links);
    all.find(|url| company(url).is_some()).unwrap_or(server)
}

/// Returns `true` if a document is on the page of its operation, which has the request
/// line, and not in a guide.
fn has_own_page(document: &Document) -> bool {
    let request = document.page.request.as_ref();
    request.is_some_and(|request| !request.is_inherited)
}

/// Compares a page's request line with its specification, which takes precedence.
fn contradicts_request_line(document: &Document) -> Option<Problem> {
    let request = document.page.request.as_ref()?;
    let mut operations = walk::operations(&document.root);
    let (path, method, _) = operations.next()?;
    let same_path = published_server(&request.url, path).is_some();
    let same_method = method == request.method || method == CHANNEL && request.method == "get";
    // Structured prose without a server is called at that of other pages.
    let is_single = !request.is_inherited && operations.next().is_none();
    if request.is_relative() || !is_single || (same_method && same_path) {
        return None;
    }
    Some(
        Problem::new(
            Code::RequestLineMismatch,
            format!(
                "the request line is `{} {}`, but the specification has `{method} {path}`",
                request.method, request.url
            ),
        )
        .at(document.page.file.place(request.line))
        .advice(
            "the client uses the specification; correct the page if the specification is wrong",
        ),
    )
}

/// Removes the operations from the document at an index.
fn take_operations(document: &mut Document, index: usize) -> Vec<MergedOperation> {
    let Value::Object(paths) = document.root["paths"].take() else {
        return Vec::new();
    };
    let mut operations = Vec::new();
    for (path, mut item) in paths {
        for method in walk::METHODS {
            let Some(Value::Object(object)) = item.get_mut(method).map(Value::take) else {
                continue;
            };
            operations.push(MergedOperation {
                id: walk::operation_id(&object).to_owned(),
                method,
                object,
                origin: Origin {
                    place: document.place(&pointer::of(&["paths", &path, method])),
                    reference: document.page.reference.clone(),
                    path: path.clone(),
                },
                path: path.clone(),
                has_own_page: has_own_page(document),
                document: index,
            });
        }
    }
    operations
}

/// Sets the location of an operation: its path on the server of the API, or its own server, which
/// is kept as `servers`. `listed` are the servers of its document.
fn set_server(
    operation: &mut MergedOperation,
    listed: &Value,
    site: &Site,
    server: &str,
) -> Result<(), Problem> {
    let servers = operation.object.shift_remove("servers").unwrap_or_default();
    let (servers, own) = match (servers::other_server(&servers, server), site) {
        (Some(own), _) => (&servers, own),
        (None, Site::Elsewhere(own)) => (listed, own.clone()),
        (None, Site::Here(prefix)) => {
            operation.path.insert_str(0, prefix);
            return Ok(());
        }
    };
    if !servers::is_safe(&own) {
        let place = operation.origin.place.clone();
        return Err(servers::uncallable(&operation.id, &own, place));
    }
    let entries = servers::entries(servers, &own);
    operation.object.insert("servers".to_owned(), entries);
    Ok(())
}

/// Removes the requirement of an operation whose server is on another site, because a page must not
/// decide who receives the key. Callers decide if they must set the site. Returns the warning about
/// it.
fn withhold_key(operation: &mut MergedOperation, server: &str, config: &Config) -> Option<Problem> {
    let entry = &operation.object.get("servers")?[0];
    let template = entry["url"].as_str()?;
    let own = &filled(template, entry);
    let is_host = |it: &String| host(own).is_some_and(|host| host.eq_ignore_ascii_case(it));
    let is_trusted = is_same_site(own, server) || config.api.hosts.iter().any(is_host);
    let needs_none = operation.object.get("security") == Some(&json!([]));
    if is_trusted || needs_none || is_site_of_callers(template, entry) {
        return None;
    }
    let id = &operation.id;
    let message = format!("`{id}` does not send the key, because its server is `{own}`");
    let name = host(own).unwrap_or(own);
    let advice = format!(
        "if the API owns this host, add `hosts = [\"{name}\"]` under `[api]` in `codegen.toml`"
    );
    let problem = Problem::new(Code::OtherSite, message)
        .at(operation.origin.place.clone())
        .operation(id)
        .advice(advice);
    operation.object.insert("security".to_owned(), json!([]));
    Some(problem)
}

/// Returns `true` if callers must set the site of a server: each placeholder in it is a variable
/// without a default.
fn is_site_of_callers(template: &str, entry: &Value) -> bool {
    let mut places = placeholders(site(template)).peekable();
    let is_set = |name: &str| {
        let occurrences = template.matches(&format!("{{{name}}}")).count();
        occurrences == 1 && !has_default(template, name, &entry["variables"][name])
    };
    places.peek().is_some() && places.all(is_set) && !template.contains('@')
}

/// Inserts the operations into one sorted map of paths.
fn merge_operations(
    operations: Vec<MergedOperation>,
    warnings: &mut Vec<Problem>,
) -> (Value, BTreeMap<String, Origin>) {
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut origins: BTreeMap<String, Origin> = BTreeMap::new();
    let mut taken: BTreeMap<(String, &'static str), Vec<usize>> = BTreeMap::new();
    let mut merged: Vec<MergedOperation> = Vec::new();
    let mut ids = Ids::default();
    for mut operation in precedence::in_order(operations) {
        let earlier = taken.entry(precedence::request(&operation)).or_default();
        let mut others = earlier.iter().map(|index| &merged[*index]);
        if others.any(|other| other.object == operation.object) {
            continue;
        }
        // IDs must also be distinct as Rust names.
        if !ids.taken.insert(argument_name(&operation.id)) {
            rename(&mut operation, &mut ids, warnings);
        }
        let mut others = earlier.iter().map(|index| &merged[*index]);
        if let Some(other) = others.find(|other| contradict(other, &operation)) {
            warnings.push(
                Problem::new(
                    Code::DuplicateOperation,
                    format!(
                        "`{}` and `{}` describe one request differently: the client has both",
                        other.id, operation.id
                    ),
                )
                .at(operation.origin.place.clone())
                .operation(&operation.id)
                .advice("remove one of the two descriptions, or make them agree"),
            );
        }
        if !earlier.is_empty() {
            // Two descriptions of one request, such as one with a JSON response and one with a
            // stream. A fragment is never sent, so it makes the two paths distinct without changing
            // the request.
            operation.path = format!("{}#{}", operation.path, operation.id);
        }
        earlier.push(merged.len());
        merged.push(operation);
    }
    for mut operation in merged {
        page_link::set(&mut operation.object, operation.origin.reference.as_deref());
        origins.insert(operation.id, operation.origin);
        paths
            .entry(operation.path)
            .or_default()
            .insert(operation.method.to_owned(), operation.object.into());
    }
    let paths = paths
        .into_iter()
        .map(|(path, item)| (path, Value::Object(item)))
        .collect();
    (Value::Object(paths), origins)
}

fn has_json_response(operation: &Map<String, Value>) -> bool {
    let responses = operation.get("responses").and_then(Value::as_object);
    responses.into_iter().flatten().any(|(status, response)| {
        status.starts_with('2') && response["content"].get("application/json").is_some()
    })
}

/// Returns `true` if two descriptions of the same request contradict each other: both have
/// JSON responses, which differ.
fn contradict(one: &MergedOperation, other: &MergedOperation) -> bool {
    has_json_response(&one.object)
        && has_json_response(&other.object)
        && server_of(one) == server_of(other)
        && remote_calls::is_one_request(one, other)
        && one.object.get("responses") != other.object.get("responses")
}

/// Returns the URL of an operation's own server, if it has one.
fn server_of(operation: &MergedOperation) -> Option<&str> {
    operation.object.get("servers")?[0]["url"].as_str()
}

/// The IDs of operations, as Rust names. This is not a `Scope`, because the ID and the name of the
/// method get the same suffix, and only the Rust name of the ID must be free.
#[derive(Default)]
struct Ids {
    taken: BTreeSet<String>,
    /// The last numeric suffix of each ID that several operations share.
    numbers: BTreeMap<String, usize>,
}

impl Ids {
    /// Returns the first free numeric suffix of an ID.
    fn number(&mut self, id: &str) -> usize {
        let number = self.numbers.entry(id.to_owned()).or_insert(1);
        loop {
            *number += 1;
            if self.taken.insert(argument_name(&format!("{id}_{number}"))) {
                return *number;
            }
        }
    }
}

/// Renames an operation whose ID is already used.
fn rename(operation: &mut MergedOperation, ids: &mut Ids, warnings: &mut Vec<Problem>) {
    let taken = operation.id.clone();
    let suffix = ids.number(&taken);
    operation.id = format!("{taken}_{suffix}");
    let method = operation
        .object
        .get("x-fern-sdk-method-name")
        .and_then(Value::as_str)
        .map(|method| format!("{method}_{suffix}"));
    if let Some(method) = method {
        operation
            .object
            .insert("x-fern-sdk-method-name".to_owned(), method.into());
    }
    operation
        .object
        .insert("operationId".to_owned(), operation.id.clone().into());
    warnings.push(
        Problem::new(
            Code::DuplicateName,
            format!(
                "two operations have the name `{taken}`; this one is renamed to `{}`",
                operation.id
            ),
        )
        .at(operation.origin.place.clone())
        .operation(&operation.id)
        .advice("set `x-fern-sdk-method-name` in the page or in the overlay"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quirks;
    use pages::SourceFile;
    use pages::page;

    /// Returns a page with an operation that returns `Pet`, whose schema has `property`.
    pub(super) fn page(operation: &str, path: &str, property: &str) -> String {
        format!(
            "# A page\n\nGET https://api.example.com{path}\n\n## OpenAPI Specification\n\n\
             ```yaml\nopenapi: 3.1.1\ninfo: {{title: A page, version: endpoint_pets.{operation}}}\n\
             paths:\n  {path}:\n    get:\n      responses:\n        '200':\n          \
             content: {{application/json: {{schema: {{$ref: '#/components/schemas/Pet'}}}}}}\n\
             components:\n  schemas:\n    Pet:\n      description: As in {operation}\n      \
             type: object\n      properties: {{{property}: {{type: string}}}}\n```\n"
        )
    }

    #[test]
    fn an_api_with_only_a_local_server_is_named_after_its_documentation_site() {
        let page = page("list", "/pets", "name")
            .replace("https://api.example.com", "http://localhost:8080")
            .replace(
                "## OpenAPI",
                "Reference: https://docs.shop.example/pets/list\n\n## OpenAPI",
            );
        let pages = page::read(&[SourceFile::new("page.md", &page)]).expect("one page");
        let document = Document::parse(&pages.pages[0]).expect("an operation");
        let config = Config::default();
        let (document, _) = quirks::fix(document, &config);
        let merged = merge(vec![document], &config, &BTreeMap::new(), &mut Vec::new());
        let root = merged.expect("one operation").root;
        assert_eq!(root["info"]["title"], "Shop");
        assert_eq!(config.crate_name("http://localhost:8080", "Shop"), "shop");
    }

    #[test]
    fn a_page_that_knows_a_local_server_as_well_is_called_at_the_public_one() {
        let page = |name: &str, servers: &str| {
            let page = page(name, &format!("/{name}"), "name");
            let page = page.replace("https://api.example.com", "http://localhost:5173/api");
            let components = page.find("components:").expect("components");
            let text = format!("{}{servers}{}", &page[..components], &page[components..]);
            (format!("{name}.md"), text)
        };
        let both =
            "servers: [{url: 'http://localhost:5173/api'}, {url: 'https://a.example/api'}]\n";
        let merged = |pages: &[(String, String)]| {
            let pages = pages
                .iter()
                .map(|(name, text)| (name.as_str(), text.clone()));
            merged(&pages.collect::<Vec<_>>(), "")
        };
        let (api, _) = merged(&[page("list", both), page("create", "")]);
        assert_eq!(
            api.root["servers"],
            json!([{"url": "https://a.example/api"}])
        );
        let paths: Vec<_> = api.root["paths"]
            .as_object()
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(paths.len(), 2);

        let (api, _) = merged(&[page("list", "")]);
        assert_eq!(
            api.root["servers"],
            json!([{"url": "http://localhost:5173/api"}])
        );
    }

    #[test]
    fn pages_may_list_the_servers_in_another_order() {
        let page = |name: &str, servers: [&str; 2]| {
            let text = page(name, &format!("/{name}"), "name");
            let [first, second] =
                servers.map(|host| format!("{{url: 'https://{host}.example/v1'}}"));
            text.replace(
                "components:",
                &format!("servers: [{first}, {second}]\ncomponents:"),
            )
        };
        let pages = [
            ("a.md", page("a", ["us", "eu"])),
            ("b.md", page("b", ["us", "eu"])),
            ("c.md", page("c", ["eu", "us"])),
        ];
        let (api, warnings) = merged(&pages, "");
        assert_eq!(warnings, [""; 0]);
        assert_eq!(ids(&api), ["pets_a", "pets_b", "pets_c"]);
        let servers = ["us", "eu"].map(|host| json!({"url": format!("https://{host}.example/v1")}));
        assert_eq!(api.root["servers"], json!(servers));
    }

    /// Merges pages in files of these names; `named` is a schema that the overlay names.
    fn merged(pages: &[(&str, String)], named: &str) -> (Merged, Vec<String>) {
        let files = pages.iter();
        let files = files.map(|(name, text)| SourceFile::new(name, text));
        merged_files(&files.collect::<Vec<_>>(), named)
    }

    pub(super) fn merged_files(files: &[Arc<SourceFile>], named: &str) -> (Merged, Vec<String>) {
        let (api, warnings) = merged_with(files, named, &Config::default());
        let warnings = warnings.iter().map(|warning| warning.message().to_owned());
        (api, warnings.filter(|text| !text.contains("key")).collect())
    }

    fn merged_with(
        files: &[Arc<SourceFile>],
        named: &str,
        config: &Config,
    ) -> (Merged, Vec<Problem>) {
        let names = BTreeMap::from([(named.to_owned(), "Pet".to_owned())]);
        let pages = page::read(files).expect("pages").pages;
        let documents = pages.iter().map(|page| {
            let document = Document::parse(page).expect("a specification");
            quirks::fix(document, config).0
        });
        let mut warnings = Vec::new();
        let api = merge(documents.collect(), config, &names, &mut warnings).expect("one API");
        (api, warnings)
    }

    fn property<'a>(api: &'a Merged, schema: &str) -> Option<&'a str> {
        let properties = api.root["components"]["schemas"][schema]["properties"].as_object()?;
        properties.keys().next().map(String::as_str)
    }

    #[test]
    fn a_host_that_callers_choose_does_not_name_the_api() {
        let page = |name: &str, url: &str| {
            let text = format!(
                "# {name}\n\nGET {url}/{name}\n\nReference: https://docs.example.com/pets/{name}\n\n\
                 ## Response\n\n### 200\n\n- `any`\n"
            );
            SourceFile::new(&format!("{name}.md"), &text)
        };
        let (chosen, fixed) = ("https://{pet_host}", "https://api.pets.example");
        let merged = |hosts: [&str; 3]| {
            let files = hosts.iter().zip(["a", "b", "c"]);
            let files: Vec<_> = files.map(|(host, name)| page(name, host)).collect();
            let (api, warnings) = merged_files(&files, "");
            (api.root["info"]["title"].clone(), warnings)
        };
        let (title, warnings) = merged([chosen, chosen, fixed]);
        assert_eq!((title, warnings), (json!("Pets"), Vec::new()));
        let (title, warnings) = merged([fixed, fixed, chosen]);
        assert_eq!(title, json!("Pets"));
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn the_names_of_files_change_nothing() {
        let texts = [
            page("a", "/a", "name"),
            page("b", "/b", "name"),
            page("c", "/c", "title"),
            page("d", "/d", "title"),
            page("e", "/e", "kind"),
        ];
        let named = |names: [&'static str; 5]| {
            let pages: Vec<_> = names.into_iter().zip(texts.clone()).collect();
            merged(&pages, "").0.root
        };
        let root = named(["1.md", "2.md", "3.md", "4.md", "5.md"]);
        assert_eq!(
            root["components"]["schemas"]["Pet"]["description"],
            "As in a"
        );
        for names in [
            ["5.md", "4.md", "3.md", "2.md", "1.md"],
            ["3.md", "1.md", "2.md", "5.md", "4.md"],
        ] {
            assert_eq!(named(names), root);
        }
    }

    #[test]
    fn a_name_with_two_contents_is_a_warning_that_names_settle() {
        let pages = [
            ("a.md", page("a", "/a", "name")),
            ("b.md", page("b", "/b", "title")),
            ("c.md", page("c", "/c", "title")),
        ];
        let (api, warnings) = merged(&pages, "");
        assert_eq!(property(&api, "Pet"), Some("title"));
        assert_eq!(property(&api, "PetsAPet"), Some("name"));
        assert_eq!(
            warnings,
            [
                "pages define the schema `Pet` differently: the type of `pets_b` and 1 more page \
                 is `Pet`, the type of `pets_a` is `PetsAPet`"
            ]
        );
        // Any of the operations can be used.
        let (api, warnings) = merged(&pages, "PetsCPet");
        assert_eq!(property(&api, "PetsCPet"), Some("title"));
        assert_eq!(property(&api, "PetsAPet"), Some("name"));
        assert_eq!(property(&api, "Pet"), None);
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn an_operation_keeps_the_server_that_it_has() {
        let on = |operation: &str, server: &str| {
            let text = page(operation, "/pets", "name");
            text.replace("https://api.example.com", server)
        };
        let pages = [
            ("a.md", on("a", "https://api.example.com/v1")),
            ("b.md", on("b", "https://api.example.com/v1")),
            ("c.md", on("c", "https://files.example.com/v2")),
        ];
        let (api, warnings) = merged(&pages, "");
        assert_eq!(
            api.root["servers"],
            json!([{"url": "https://api.example.com/v1"}])
        );
        let operations = api.root["paths"].as_object().into_iter().flatten();
        let servers = operations.map(|(path, item)| {
            let id = item["get"]["operationId"].as_str().unwrap_or_default();
            let server = item["get"]["servers"][0]["url"].as_str();
            (path.as_str(), id, server)
        });
        assert_eq!(
            servers.collect::<Vec<_>>(),
            [
                ("/pets", "pets_a", None),
                ("/pets#pets_b", "pets_b", None),
                (
                    "/pets#pets_c",
                    "pets_c",
                    Some("https://files.example.com/v2")
                )
            ]
        );
        assert!(warnings.is_empty(), "{warnings:?}");
    }

    #[test]
    fn an_operation_has_the_servers_of_its_document_in_other_environments() {
        let with_servers = |operation: &str, host: &str| {
            let servers = format!(
                "servers: [{{url: 'https://{host}.example.com', description: Production}}, \
                 {{url: 'https://{host}.sandbox.example.com', description: Sandbox}}, \
                 {{url: 'https://{host}.example.org', description: Other}}]\npaths:\n"
            );
            let text = page(operation, &format!("/{operation}"), "name");
            let text = text.replace(
                "https://api.example.com",
                &format!("https://{host}.example.com"),
            );
            text.replace("paths:\n", &servers)
        };
        let pages = [
            ("a.md", with_servers("a", "api")),
            ("b.md", with_servers("b", "api")),
            ("c.md", with_servers("c", "files")),
        ];
        let (api, _) = merged(&pages, "");
        let servers = |path: &str| api.root["paths"][path]["get"]["servers"].clone();
        assert_eq!(servers("/a"), Value::Null);
        assert_eq!(
            servers("/c"),
            json!([
                {"url": "https://files.example.com", "description": "Production"},
                {"url": "https://files.sandbox.example.com", "description": "Sandbox"},
            ])
        );
    }

    #[test]
    fn an_operation_keeps_the_variables_of_its_server() {
        let entry = |servers: &str| {
            let other = page("b", "/b", "name").replace(
                "paths:\n  /b:\n    get:\n",
                &format!("paths:\n  /b:\n    get:\n      servers: {servers}\n"),
            );
            let pages = [("a.md", page("a", "/a", "name")), ("b.md", other)];
            let (api, warnings) = merged(&pages, "");
            assert!(warnings.is_empty(), "{warnings:?}");
            api.root["paths"]["/b"]["get"]["servers"].clone()
        };
        assert_eq!(
            entry("[{url: 'https://{index_host}/v1/'}]"),
            json!([{
                "url": "https://{index_host}/v1",
                "variables": {"index_host": {"default": "index_host", "x-no-default": true}},
            }])
        );
        assert_eq!(
            entry(
                "[{url: 'https://{tenant}.{zone}.test', variables: {tenant: {default: acme}, \
                 zone: {default: eu, enum: [eu, us]}}}]"
            ),
            json!([{
                "url": "https://{tenant}.eu.test",
                "variables": {"tenant": {"default": "acme"}},
            }])
        );
        assert_eq!(
            entry("[{url: 'https://files.test'}]"),
            json!([{"url": "https://files.test"}])
        );
    }

    #[test]
    fn the_key_is_sent_to_a_site_that_callers_must_set() {
        let is_sent = |url: &str, variables: &str| {
            let servers = format!("[{{url: '{url}', variables: {{{variables}}}}}]");
            let other = page("b", "/b", "name").replace(
                "paths:\n  /b:\n    get:\n",
                &format!("paths:\n  /b:\n    get:\n      servers: {servers}\n"),
            );
            let files = [page("a", "/a", "name"), other];
            let files = files.map(|text| SourceFile::new("a.md", &text));
            let (api, warnings) = merged_with(&files, "", &Config::default());
            let is_sent = api.root["paths"]["/b"]["get"]["security"] != json!([]);
            let mut codes = warnings.iter().map(Problem::code);
            assert_eq!(codes.any(|it| it == Code::OtherSite), !is_sent, "{url}");
            is_sent
        };
        for (url, variables) in [
            ("https://{host}", ""),
            ("https://{host}/v1", "host: {default: unknown}"),
            ("https://eu.api.{company}.com", ""),
            // The default is on the site of the API.
            ("https://{host}", "host: {default: eu.example.com}"),
        ] {
            assert!(is_sent(url, variables), "{url} {variables}");
        }
        for (url, variables) in [
            ("https://{tenant}.example.net", ""),
            // Without a value of the caller, the page decides.
            ("https://{host}", "host: {default: api.example.net}"),
            ("https://{name}.{zone}", "zone: {default: net}"),
        ] {
            assert!(!is_sent(url, variables), "{url} {variables}");
        }
    }

    #[test]
    fn the_key_is_sent_only_to_servers_of_the_site_or_of_the_settings() {
        let at = |operation: &str, server: &str| {
            let text = page(operation, &format!("/{operation}"), "name");
            text.replace("https://api.example.com", server)
        };
        let pages = [
            at("a", "https://api.example.com"),
            at("b", "https://api.example.com"),
            at("c", "https://files.example.com"),
            at("d", "https://files.example.net"),
            at("e", "https://files.example.org"),
        ];
        let files = pages.map(|text| SourceFile::new("a.md", &text));
        let mut config = Config::default();
        config.api.hosts = vec!["files.example.org".to_owned()];
        let (api, warnings) = merged_with(&files, "", &config);
        let withheld = ["a", "c", "d", "e"].map(|operation| {
            let mut paths = api.root["paths"].as_object().into_iter().flatten();
            let found = paths.find(|(path, _)| path.ends_with(&format!("/{operation}")));
            found.is_some_and(|(_, item)| item["get"]["security"] == json!([]))
        });
        assert_eq!(withheld, [false, false, true, false]);
        let mut warnings = warnings.iter().filter(|it| it.code() == Code::OtherSite);
        let message = warnings.next().map(Problem::message);
        assert_eq!(
            message,
            Some(
                "`pets_d` does not send the key, because its server is `https://files.example.net`"
            )
        );
        assert!(warnings.next().is_none());
    }

    #[test]
    fn pages_of_another_server_that_is_not_called_take_no_name() {
        let elsewhere = |operation| {
            let text = page(operation, &format!("/{operation}"), "title");
            text.replace("https://api.example.com", "http://zoo.example.com")
        };
        let pages = [
            ("a.md", page("a", "/a", "name")),
            ("b.md", page("b", "/b", "name")),
            ("c.md", elsewhere("c")),
        ];
        let (api, warnings) = merged(&pages, "");
        assert_eq!(property(&api, "Pet"), Some("name"));
        assert_eq!(warnings.len(), 1, "{warnings:?}");
    }

    /// Returns a guide with two specifications of the operation on [`page`].
    fn guide(properties: [&str; 2]) -> String {
        let blocks = properties.map(|property| {
            let page = page("list", "/pets", property);
            let start = page.find("## OpenAPI").expect("the page has a block");
            page[start..].to_owned()
        });
        format!("# A guide\n\n{}", blocks.join("\n"))
    }

    #[test]
    fn equal_descriptions_of_one_operation_are_one() {
        let pages = [
            ("a-guide.md", guide(["name", "name"])),
            ("list.md", page("list", "/pets", "name")),
        ];
        let (api, warnings) = merged(&pages, "");
        assert!(warnings.is_empty(), "{warnings:?}");
        let places = api.origins.iter();
        let places = places.map(|(id, origin)| format!("{id}: {}", origin.place));
        assert_eq!(places.collect::<Vec<_>>(), ["pets_list: list.md:12"]);
    }

    #[test]
    fn different_descriptions_of_one_operation_are_a_warning_with_both_places() {
        let pages = [
            ("a-guide.md", guide(["name", "title"])),
            ("list.md", page("list", "/pets", "name")),
        ];
        let (api, warnings) = merged(&pages, "");
        assert_eq!(
            warnings.last().map(String::as_str),
            Some(
                "`pets_list` is described differently in two places; the client uses list.md:12, \
                 the operation's own page"
            )
        );
        let place = api.origins.values().map(|origin| origin.place.page());
        assert_eq!(place.collect::<Vec<_>>(), ["list.md"]);
    }

    #[test]
    fn webhooks_without_a_payload_are_warnings_and_leave_nothing_behind() {
        let hook =
            page("done", "/done", "name").replace("GET https://api.example.com/done", "POST ");
        let hook = hook.replace("title: A page,", "title: Other,");
        let marked =
            page("sent", "/sent", "name").replace("get:", "get:\n      x-fern-webhook: true");
        let marked = marked.replace("api.example.com", "hooks.example.com");
        let listed = "# A page\n\n## OpenAPI Specification\n\n```yaml\nopenapi: 3.1.0\n\
                      webhooks: {petAdded: {post: {}}}\n```\n";
        let pages = [
            ("done.md", hook.clone()),
            ("list.md", page("list", "/pets", "title")),
            ("listed.md", listed.to_owned()),
            ("marked.md", marked),
        ];
        let (api, mut warnings) = merged(&pages, "");
        assert_eq!(ids(&api), ["pets_list"]);
        assert_eq!(
            api.root["servers"],
            json!([{"url": "https://api.example.com"}])
        );
        assert_eq!(property(&api, "Pet"), Some("title"));
        warnings.sort();
        assert_eq!(
            warnings,
            [
                "the webhook `petAdded` is not in the client: it has no JSON payload",
                "the webhook `pets_done` is not in the client: it has no JSON payload",
                "the webhook `pets_sent` is not in the client: it has no JSON payload",
            ]
        );
    }

    #[test]
    fn webhooks_of_all_forms_are_beside_the_paths() {
        let payload = "requestBody: {content: {application/json: {schema: {$ref: \
                       '#/components/schemas/Pet'}}}}";
        let of = |name: &str| page(name, &format!("/{name}"), "name");
        let hook = of("done").replace("GET https://api.example.com/done", "POST ");
        let hook = hook.replace("responses:", &format!("{payload}\n      responses:"));
        let marked = of("sent").replace("get:", "get:\n      x-fern-webhook: true");
        let marked = marked.replace("responses:", &format!("{payload}\n      responses:"));
        let listed = format!(
            "# A page\n\n## OpenAPI Specification\n\n```yaml\nopenapi: 3.0.3\nx-webhooks: {{petAdded: \
             {{post: {{{payload}}}}}}}\npaths: {{}}\ncomponents: {{schemas: {{Pet: {{type: object, \
             properties: {{name: {{type: string}}}}}}}}}}\n```\n"
        );
        let pages = [
            ("done.md", hook),
            ("list.md", page("list", "/pets", "title")),
            ("listed.md", listed),
            ("sent.md", marked),
        ];
        let (api, warnings) = merged(&pages, "PetsDonePet");
        assert_eq!(warnings, [""; 0]);
        let names: Vec<&str> = walk::webhooks(&api.root).map(|(name, ..)| name).collect();
        assert_eq!(names, ["petAdded", "pets_done", "pets_sent"]);
        assert_eq!(
            ids(&api),
            [
                "/webhooks/petAdded",
                "/webhooks/pets_done",
                "/webhooks/pets_sent",
                "pets_list"
            ]
        );
        let place = |name: &str| api.place(&crate::webhooks::origin(name));
        let place = place("pets_sent").map(|place| place.to_string());
        assert_eq!(place.as_deref(), Some("sent.md:12"));
    }

    #[test]
    fn webhooks_change_no_name_of_a_type_of_operations() {
        let hook = |name: &str| {
            let text = page(name, &format!("/{name}"), "name");
            text.replace(&format!("GET https://api.example.com/{name}"), "POST ")
        };
        let pages = [
            ("a.md", hook("a")),
            ("b.md", hook("b")),
            ("list.md", page("list", "/pets", "title")),
        ];
        let (api, _) = merged(&pages, "");
        assert_eq!(property(&api, "Pet"), Some("title"));
    }

    /// Returns a page of JSON-RPC.
    fn remote_call(method: &str, operation: &str, reference: &str) -> String {
        format!(
            "# A call\n\nPOST https://api.example.com/rpc\n\n\
             Reference: https://docs.example.com/{reference}\n\n## OpenAPI Specification\n\n\
             ```yaml\nopenapi: 3.1.0\ninfo: {{title: API, version: 1.0.0}}\n\
             paths:\n  /rpc:\n    post:\n      {operation}requestBody: {{content: {{application/json: {{schema: \
             {{$ref: '#/components/schemas/Body'}}}}}}}}\n      responses: {{'200': {{content: \
             {{application/json: {{schema: {{title: {reference}}}}}}}}}}}\n\
             components:\n  schemas:\n    Body:\n      properties: {{jsonrpc: {{const: '2.0'}}{method}}}\n```\n"
        )
    }

    fn ids(api: &Merged) -> Vec<&str> {
        api.origins.keys().map(String::as_str).collect()
    }

    #[test]
    fn operations_that_a_constant_of_the_body_selects_are_called_by_it() {
        let method = |name: &str| format!(", method: {{enum: [{name}]}}");
        let id = "operationId: call\n      ";
        let pages = [
            ("a.md", remote_call(&method("eth_call"), id, "a")),
            ("b.md", remote_call(&method("eth_blockNumber"), id, "b")),
            ("c.md", remote_call(&method("eth_gasPrice"), "", "c")),
        ];
        let (api, warnings) = merged(&pages, "");
        assert_eq!(ids(&api), ["eth_block_number", "eth_call", "post_rpc"]);
        let paths = api.root["paths"].as_object().into_iter().flatten();
        let paths: Vec<&str> = paths.map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["/rpc", "/rpc#eth_call", "/rpc#post_rpc"]);
        let warnings = warnings.iter().filter(|text| !text.contains("schema"));
        assert_eq!(warnings.collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn operations_of_one_path_without_names_are_called_by_their_pages() {
        let pages = ["get-block", "get-price"].map(|name| remote_call("", "", name));
        let [first, second] = pages;
        let (api, warnings) = merged(&[("a.md", first), ("b.md", second)], "");
        assert_eq!(ids(&api), ["get_block", "get_price"]);
        assert_eq!(warnings, [""; 0]);
    }

    #[test]
    fn two_responses_of_one_request_are_a_warning() {
        let pages = [
            ("a.md", page("list", "/pets", "name")),
            ("b.md", page("all", "/pets", "title")),
        ];
        let (api, warnings) = merged(&pages, "");
        assert!(api.root["paths"]["/pets#pets_list"]["get"].is_object());
        assert_eq!(
            warnings.last().map(String::as_str),
            Some(
                "`pets_all` and `pets_list` describe one request differently: the client has both"
            )
        );
    }
}
