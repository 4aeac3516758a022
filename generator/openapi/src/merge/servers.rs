//! Decides on the one server that the client talks to.

use std::collections::BTreeMap;

use crate::config::Config;
use crate::document::Document;
use pages::{Code, Problem};

/// The server of the API.
pub(super) struct Server {
    pub(super) address: String,
    /// The path prefix of each document, between the address and its paths.
    pub(super) prefixes: Vec<String>,
}

/// Chooses the server that most documents name. The documents that live elsewhere
/// are left out with a warning.
pub(super) fn choose(
    documents: &mut Vec<Document>,
    config: &Config,
    warnings: &mut Vec<Problem>,
) -> Result<Server, Problem> {
    let servers: Vec<Option<String>> = documents.iter().map(server).collect();
    let configured = config.api.server.as_deref();
    let configured = configured.map(|server| server.trim_end_matches('/').to_owned());
    let Some(origin) = most_common_origin(servers.iter().flatten()) else {
        if let Some(address) = configured {
            let prefixes = vec![String::new(); documents.len()];
            return Ok(Server { address, prefixes });
        }
        let disagreeing = documents
            .iter()
            .find_map(|document| Some((document, document.page.request.as_ref()?)));
        if let Some((document, request)) = disagreeing {
            return Err(Problem::new(
                Code::RequestLineMismatch,
                format!(
                    "the request line `{}` does not end in the path of the specification",
                    request.url
                ),
            )
            .at(document.page.file.place(request.line))
            .advice("the server is what stands before the path: make the two agree"));
        }
        return Err(Problem::new(Code::NoServer, "no page names the server")
            .at(documents[0].place("/paths"))
            .advice(
                "the request line names it, such as `GET https://api.example.com/v1/pets`; \
                 or set `server` below `[api]` in `codegen.toml`",
            ));
    };
    let base = common_base(
        servers
            .iter()
            .flatten()
            .filter(|server| split(server).0 == origin),
    );
    let mut prefixes = Vec::new();
    let mut servers = servers.into_iter();
    documents.retain(|document| {
        // A document that names no server means the one of the others.
        let server = servers.next().flatten().unwrap_or_else(|| base.clone());
        let is_here = split(&server).0 == origin;
        if is_here {
            prefixes.push(server[base.len()..].to_owned());
        } else {
            warnings.push(
                Problem::new(
                    Code::OtherServer,
                    format!(
                        "the page's server is `{server}` and the API's is `{base}`: \
                     the operation is left out"
                    ),
                )
                .at(document.place("/paths"))
                .advice("generate a client of its own from the pages of that server"),
            );
        }
        is_here
    });
    Ok(Server {
        address: configured.unwrap_or(base),
        prefixes,
    })
}

/// Returns the first server of a document, with its variables filled in.
fn server(document: &Document) -> Option<String> {
    let server = document.root["servers"].get(0)?;
    let mut url = server["url"].as_str()?.to_owned();
    for (name, variable) in server["variables"].as_object().into_iter().flatten() {
        if let Some(default) = variable["default"].as_str() {
            url = url.replace(&format!("{{{name}}}"), default);
        }
    }
    url.contains("://")
        .then(|| url.trim_end_matches('/').to_owned())
}

/// Splits an address into origin and path.
fn split(url: &str) -> (&str, &str) {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let path = url[host..]
        .find('/')
        .map_or(url.len(), |slash| host + slash);
    url.split_at(path)
}

fn most_common_origin<'a>(servers: impl Iterator<Item = &'a String>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for server in servers {
        *counts.entry(split(server).0).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    counts
        .into_iter()
        .find(|(_, count)| *count == most)
        .map(|(origin, _)| origin.to_owned())
}

/// Returns the longest address, in whole segments, that all servers begin with.
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
}
