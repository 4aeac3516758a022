//! Chooses the server of the API, and detects operations on other servers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::config::Config;
use crate::document::Document;
use crate::extensions::SERVER_NAME;
use crate::host::{host, is_loopback, is_same_site};
use crate::quirks::published_server;
use crate::server_url::{filled, template};
use crate::walk;
use pages::pointer;
use pages::url::split_origin;
use pages::{Code, Place, Problem};

/// The server of the API.
pub(super) struct Server {
    pub(super) url: String,
    /// The location of the paths of each document.
    pub(super) sites: Vec<Site>,
}

/// The location of the paths of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Site {
    /// On the server of the API, with this prefix.
    Here(String),
    /// On this server.
    Elsewhere(String),
}

/// Chooses the server that most documents name. Public servers take precedence over local ones.
/// Documents with a server that cannot be called are removed, with a warning for each operation.
pub(super) fn choose(
    documents: &mut Vec<Document>,
    config: &Config,
    warnings: &mut Vec<Problem>,
) -> Result<Server, Problem> {
    let servers: Vec<Option<String>> = documents.iter().map(server).collect();
    let configured = config.api.server.as_deref();
    let configured = configured.map(|server| server.trim_end_matches('/').to_owned());
    let Some(origin) = most_common_origin(servers.iter().flatten()) else {
        let url = configured.ok_or_else(|| no_server(documents))?;
        let sites = vec![Site::Here(String::new()); documents.len()];
        return Ok(Server { url, sites });
    };
    // Documents can list the same servers in different orders.
    let servers: Vec<Option<String>> = documents
        .iter()
        .zip(servers)
        .map(|(document, own)| {
            // A page of structured prose states its server in the request line.
            if document.is_prose() {
                return own;
            }
            let is_here = |server: &String| split_origin(server).0 == origin;
            let here = own.clone().filter(is_here);
            here.or_else(|| listed(document).find(is_here)).or(own)
        })
        .collect();
    let base = common_base(
        servers
            .iter()
            .flatten()
            .filter(|server| split_origin(server).0 == origin),
    );
    let mut sites = Vec::new();
    let mut servers = servers.into_iter();
    documents.retain(|document| {
        let site = site(servers.next().flatten(), &origin, &base);
        let is_called = can_call(document, &site, warnings);
        if is_called {
            sites.push(site);
        }
        is_called
    });
    Ok(Server {
        url: configured.unwrap_or(base),
        sites,
    })
}

/// Returns the error for documents without a server.
fn no_server(documents: &[Document]) -> Problem {
    let disagreeing = documents
        .iter()
        .find_map(|document| Some((document, document.page.request.as_ref()?)))
        .filter(|(_, request)| !request.is_relative());
    if let Some((document, request)) = disagreeing {
        return Problem::new(
            Code::RequestLineMismatch,
            format!(
                "the request line `{}` does not end with the path of the specification",
                request.url
            ),
        )
        .at(document.page.file.place(request.line))
        .advice("the server is the text before the path: make the two match");
    }
    if let Some((document, url)) = documents.iter().find_map(unusable) {
        return Problem::new(
            Code::NoServer,
            format!("the client cannot call the server `{url}`"),
        )
        .at(document.place("/servers"))
        .advice(
            "the server should be an absolute URL without a query: set `server` under `[api]` \
             in `codegen.toml`",
        );
    }
    Problem::new(Code::NoServer, "no page names the server")
        .at(documents[0].place("/paths"))
        .advice(
            "add a request line such as `GET https://api.example.com/v1/pets`, or set `server` \
             under `[api]` in `codegen.toml`",
        )
}

/// Returns the site of a document with the server `own`. A document without a server, or with only a
/// local one, uses the server of the other documents.
fn site(own: Option<String>, origin: &str, base: &str) -> Site {
    let own = own.filter(|own| !is_loopback(own) || is_loopback(origin));
    match own {
        Some(own) if split_origin(&own).0 != origin => Site::Elsewhere(own),
        Some(own) => Site::Here(own[base.len()..].to_owned()),
        None => Site::Here(String::new()),
    }
}

/// Returns `true` if the client can call the site of a document. Otherwise, adds a warning for each
/// of its operations.
fn can_call(document: &Document, site: &Site, warnings: &mut Vec<Problem>) -> bool {
    let Site::Elsewhere(own) = site else {
        return true;
    };
    if is_safe(own) {
        return true;
    }
    let operations = walk::operations(&document.root);
    warnings.extend(operations.map(|(path, method, operation)| {
        let place = document.place(&pointer::of(&["paths", path, method]));
        uncallable(walk::operation_id(operation), own, place)
    }));
    false
}

/// Returns the server of a document: the first public server in its list or its request line, or
/// else the first server.
fn server(document: &Document) -> Option<String> {
    let requested = || {
        let request = document.page.request.as_ref();
        let url = &request.filter(|request| !request.is_relative())?.url;
        walk::operations(&document.root).find_map(|(path, ..)| published_server(url, path))
    };
    public_first(listed(document), requested)
}

/// Returns the servers that a document lists and that a client can call.
fn listed(document: &Document) -> impl Iterator<Item = String> {
    let listed = document.root["servers"].as_array().into_iter().flatten();
    listed.filter_map(url).filter(|url| is_base(url))
}

/// Returns a document that lists a server, and the server, which a client cannot call.
fn unusable(document: &Document) -> Option<(&Document, String)> {
    let first = document.root["servers"].get(0).and_then(url)?;
    Some((document, first))
}

/// Returns `true` if paths of operations can be added to a URL.
fn is_base(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let schemes = ["http", "https", "ws", "wss"];
    schemes.iter().any(|it| scheme.eq_ignore_ascii_case(it))
        && !authority.is_empty()
        && !authority.contains('@')
        && !rest.contains(['?', '#'])
}

/// Returns the server of an operation with its own servers, if it is not `base`. A local server is
/// treated as the server of the API.
pub(super) fn other_server(servers: &Value, base: &str) -> Option<String> {
    let listed: Vec<String> = servers.as_array()?.iter().filter_map(url).collect();
    if listed.iter().any(|server| server == base) {
        return None;
    }
    let own = public_first(listed.into_iter(), || None)?;
    (!is_loopback(&own)).then_some(own)
}

/// The maximum number of servers of a document that are compared with that of an operation.
const MOST_LISTED: usize = 64;

/// The maximum number of servers of an operation.
const MOST_ENTRIES: usize = 16;

/// Returns the servers of an operation in the merged document: its server, and those of the list
/// `servers` that have a description or a name, because they belong to other environments. The
/// variables that callers can set remain in their URLs.
pub(super) fn entries(servers: &Value, own: &str) -> Value {
    let listed = || servers.as_array().into_iter().flatten().take(MOST_LISTED);
    let is_own = |server: &&Value| url(server).is_some_and(|url| url == own);
    let first = match listed().find(is_own) {
        Some(server) => entry(server, own),
        None => json!({ "url": own }),
    };
    let others = listed().filter_map(|server| {
        let url =
            url(server).filter(|url| *url != own && is_safe(url) && is_same_site(url, own))?;
        let entry = entry(server, &url);
        let is_named = entry.get("description").is_some() || entry.get(SERVER_NAME).is_some();
        is_named.then_some(entry)
    });
    // Without a name, the server does not belong to an environment.
    let others: Vec<Value> = match first.as_object().is_some_and(|first| first.len() > 1) {
        true => others.take(MOST_ENTRIES).collect(),
        false => Vec::new(),
    };
    std::iter::once(first).chain(others).collect()
}

/// Returns the entry of a server with its name, its description, and its variables.
fn entry(server: &Value, url: &str) -> Value {
    let template = server["url"].as_str();
    let template = template.and_then(|template| self::template(template, server));
    let template = template.filter(|(template, _)| filled(template, server) == url);
    let mut entry = match template {
        Some((template, variables)) => json!({ "url": template, "variables": variables }),
        None => json!({ "url": url }),
    };
    for key in ["description", SERVER_NAME] {
        let text = server[key].as_str().filter(|text| !text.trim().is_empty());
        if let Some(text) = text {
            entry[key] = text.into();
        }
    }
    entry
}

/// Returns the first server that is not local, or else the first one. `more` is an additional
/// candidate for a public server.
fn public_first(
    servers: impl Iterator<Item = String>,
    more: impl FnOnce() -> Option<String>,
) -> Option<String> {
    let servers: Vec<String> = servers.collect();
    let is_public = |server: &String| !is_loopback(server);
    let first = servers.first()?;
    let public = servers.iter().find(|server| is_public(server)).cloned();
    let public = public.or_else(|| more().filter(is_public));
    Some(public.unwrap_or_else(|| first.clone()))
}

/// Returns the warning about an operation whose server the client cannot call.
pub(super) fn uncallable(id: &str, server: &str, place: Place) -> Problem {
    let message = format!("`{id}` is not in the client: its server is `{server}`");
    Problem::new(Code::OtherServer, message)
        .at(place)
        .operation(id)
        .advice(
            "the client calls other servers only over `https`: correct the server, or generate a \
             separate client for it",
        )
}

/// Returns `true` if the key can be sent to a server other than that of the API.
pub(super) fn is_safe(server: &str) -> bool {
    server.starts_with("https://") && is_callable(server)
}

/// Returns `true` if clients can call a server URL from anywhere.
pub(super) fn is_callable(url: &str) -> bool {
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || "{}\"<>".contains(c);
    is_public(url) && !url.contains(is_odd)
}

/// Returns the URL of an entry of `servers`, with its variables filled in.
fn url(server: &Value) -> Option<String> {
    Some(filled(server["url"].as_str()?, server))
}

/// Returns `true` if a URL is absolute, and not local.
fn is_public(url: &str) -> bool {
    host(url).is_some() && !is_loopback(url)
}

/// Returns the most frequent origin of servers. Local servers count only if all servers are local.
/// If two origins are equally frequent, `https` takes precedence.
fn most_common_origin<'a>(servers: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for server in servers {
        *counts.entry(split_origin(server).0).or_default() += 1;
    }
    let rank = |(origin, count): (&&str, &usize)| {
        let is_secure = origin.starts_with("https://");
        (!is_loopback(origin), *count, is_secure)
    };
    let most = counts.iter().map(rank).max()?;
    let mut origins = counts.iter();
    let (origin, _) = origins.find(|(origin, count)| rank((origin, count)) == most)?;
    Some((*origin).to_owned())
}

/// Returns the longest common prefix of all server URLs, in whole segments.
fn common_base<'a>(mut servers: impl Iterator<Item = &'a String>) -> String {
    let mut base = servers.next().cloned().unwrap_or_default();
    for server in servers {
        while *server != base && !server.starts_with(&format!("{base}/")) {
            match base.rfind('/') {
                Some(end) => base.truncate(end),
                None => return base,
            }
        }
    }
    base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_what_all_servers_begin_with() {
        let servers = ["https://a.example/api/v1", "https://a.example/api/v2"].map(str::to_owned);
        assert_eq!(common_base(servers.iter()), "https://a.example/api");
        let servers = ["https://a.example/v1", "https://a.example/v10"].map(str::to_owned);
        assert_eq!(common_base(servers.iter()), "https://a.example");
    }

    #[test]
    fn paths_are_added_to_absolute_urls_without_a_query() {
        for url in [
            "https://a.example",
            "HTTP://a.example/v1",
            "wss://a.example:8443/v1",
        ] {
            assert!(is_base(url), "{url}");
        }
        for url in [
            "/v1",
            "a.example/v1",
            "ftp://a.example",
            "https://",
            "https://a.example?v=1",
            "https://a.example/v1#a",
            "https://user:key@a.example",
        ] {
            assert!(!is_base(url), "{url}");
        }
    }

    #[test]
    fn the_origin_of_most_pages_is_the_apis() {
        let servers = [
            "https://b.example",
            "https://a.example/v1",
            "https://a.example",
        ]
        .map(str::to_owned);
        assert_eq!(
            most_common_origin(servers.iter()).as_deref(),
            Some("https://a.example")
        );
    }

    #[test]
    fn of_two_origins_with_as_many_pages_the_secure_one_is_the_apis() {
        let servers = ["http://a.example/v1", "https://b.example/v1"].map(str::to_owned);
        assert_eq!(
            most_common_origin(servers.iter()).as_deref(),
            Some("https://b.example")
        );
    }

    #[test]
    fn a_loopback_server_never_wins_over_a_public_one() {
        let listed = |urls: &[&str]| {
            let urls = urls.iter().map(|url| (*url).to_owned());
            public_first(urls, || None)
        };
        assert_eq!(
            listed(&["http://localhost:5173/api", "https://a.example/api"]).as_deref(),
            Some("https://a.example/api")
        );
        assert_eq!(
            listed(&["http://[::1]:1", "http://127.0.0.1:2"]).as_deref(),
            Some("http://[::1]:1")
        );
        let requested = public_first(["http://dev.localhost".to_owned()].into_iter(), || {
            Some("https://a.example".to_owned())
        });
        assert_eq!(requested.as_deref(), Some("https://a.example"));

        let servers = [
            "http://localhost:1",
            "http://localhost:1",
            "https://a.example",
        ];
        assert_eq!(
            most_common_origin(servers.map(str::to_owned).iter()).as_deref(),
            Some("https://a.example")
        );
    }
}
