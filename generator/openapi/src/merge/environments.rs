//! The additional servers of the API. Each public server that the pages list becomes an environment
//! of the client, and so does each value of a server's variables. Variables without a list of
//! values remain in the URL.

use serde_json::{Map, Value, json};

use super::servers::{Site, is_callable};
use crate::document::Document;
use crate::extensions::SERVER_NAME;
use crate::server_url::{filled, template};

/// The maximum number of servers that the variables of one server can produce.
const MOST_VALUES: usize = 32;

/// A server of the merged document.
struct Listed {
    url: String,
    /// The URL with placeholders for variables, and the variables.
    template: Option<(String, Map<String, Value>)>,
    /// The name in a document, or the values of its variables.
    name: Option<String>,
    description: Option<String>,
    /// The number of documents that list it.
    documents: usize,
}

/// Returns the `servers` of the merged document, with `base` first. Other servers are included if
/// at least half of the documents with several servers list them.
pub(super) fn listed(documents: &[Document], sites: &[Site], base: &str) -> Value {
    let mut known: Vec<Listed> = Vec::new();
    let mut choosing = 0;
    let mut base_template = None;
    for (document, site) in documents.iter().zip(sites) {
        let Site::Here(prefix) = site else { continue };
        let servers = document.root["servers"].as_array();
        let mut own: Vec<Listed> = Vec::new();
        for server in servers.into_iter().flatten().flat_map(expanded) {
            let is_new = |own: &[Listed], url: &str| own.iter().all(|known| known.url != url);
            if let Some(url) = server.url.strip_suffix(prefix.as_str())
                && is_callable(url)
                && is_new(&own, url)
            {
                let url = url.to_owned();
                let template = server.template.and_then(|(url, it)| {
                    Some((url.strip_suffix(prefix.as_str())?.to_owned(), it))
                });
                own.push(Listed {
                    url,
                    template,
                    ..server
                });
            }
        }
        if base_template.is_none() {
            let of_base = own.iter().find(|server| server.url == base);
            base_template = of_base.and_then(|server| server.template.clone());
        }
        if own.len() < 2 {
            continue;
        }
        choosing += 1;
        for server in own {
            match known.iter_mut().find(|known| known.url == server.url) {
                Some(known) => {
                    known.documents += 1;
                    known.description = known.description.take().or(server.description);
                    known.name = known.name.take().or(server.name);
                }
                None => known.push(server),
            }
        }
    }
    known.retain(|server| server.documents * 2 >= choosing);
    known.sort_by_key(|server| server.url != base);
    let is_base = known.first().is_some_and(|first| first.url == base);
    if !is_base {
        // The server that the client calls is not in any list of several servers.
        let base = Listed {
            url: base.to_owned(),
            template: base_template,
            name: None,
            description: None,
            documents: 1,
        };
        return json!([base.into_entry()]);
    }
    known.into_iter().map(Listed::into_entry).collect()
}

impl Listed {
    fn into_entry(self) -> Value {
        let mut entry = Map::new();
        let (url, variables) = match self.template {
            Some((url, variables)) => (url, Some(variables)),
            None => (self.url, None),
        };
        entry.insert("url".to_owned(), url.into());
        for (key, value) in [("description", self.description), (SERVER_NAME, self.name)] {
            if let Some(value) = value {
                entry.insert(key.to_owned(), value.into());
            }
        }
        if let Some(variables) = variables {
            entry.insert("variables".to_owned(), variables.into());
        }
        Value::Object(entry)
    }
}

/// Returns the servers of an entry of `servers`: one for each combination of its variables' values.
/// The combination of the defaults is the first.
fn expanded(server: &Value) -> Vec<Listed> {
    let text = |key: &str| server[key].as_str().map(str::to_owned);
    let description = text("description").filter(|text| !text.trim().is_empty());
    let Some(url) = server["url"].as_str() else {
        return Vec::new();
    };
    let choices = choices(server, url);
    let mut servers = vec![(url.to_owned(), Vec::new())];
    for (name, values) in &choices {
        servers = servers
            .into_iter()
            .flat_map(|(url, chosen): (String, Vec<String>)| {
                values.iter().map(move |value| {
                    let url = url.replace(&format!("{{{name}}}"), value);
                    (url, [chosen.clone(), vec![value.clone()]].concat())
                })
            })
            .collect();
    }
    let given = text(SERVER_NAME).filter(|name| !name.trim().is_empty());
    let named = |chosen: Vec<String>| match chosen.is_empty() {
        true => given.clone(),
        false => Some(
            [given.clone().into_iter().collect(), chosen]
                .concat()
                .join(" "),
        ),
    };
    servers
        .into_iter()
        .map(|(url, chosen)| Listed {
            url: filled(&url, server),
            template: template(&url, server),
            name: named(chosen),
            description: description.clone(),
            documents: 1,
        })
        .collect()
}

/// Returns the variables of a URL with a list of values. The default is the first value.
fn choices<'a>(server: &'a Value, url: &str) -> Vec<(&'a str, Vec<String>)> {
    let variables = server["variables"].as_object().into_iter().flatten();
    let choices: Vec<_> = variables
        .filter(|(name, _)| url.contains(&format!("{{{name}}}")))
        .map(|(name, variable)| (name.as_str(), values(variable)))
        .filter(|(_, values)| values.len() > 1)
        .collect();
    let combinations = choices.iter().map(|(_, values)| values.len());
    let combinations = combinations.fold(1_usize, usize::saturating_mul);
    match combinations <= MOST_VALUES {
        true => choices,
        false => Vec::new(),
    }
}

/// Returns the values of a variable. The default is the first one.
fn values(variable: &Value) -> Vec<String> {
    let listed = variable["enum"].as_array().into_iter().flatten();
    let mut values: Vec<String> = Vec::new();
    for value in [&variable["default"]].into_iter().chain(listed) {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => continue,
        };
        if !values.contains(&text) {
            values.push(text);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use pages::SourceFile;
    use pages::page;

    const BASE: &str = "https://a.test";

    /// Returns the servers of documents with these `servers` and prefixes.
    fn servers(documents: &[(&str, &str)]) -> Value {
        servers_below(BASE, documents)
    }

    /// Returns the servers of documents for a client with this URL.
    fn servers_below(base: &str, documents: &[(&str, &str)]) -> Value {
        let (documents, sites): (Vec<_>, Vec<_>) = documents
            .iter()
            .map(|(servers, prefix)| {
                let text = format!(
                    "openapi: 3.1.0\nservers: {servers}\n\
                     paths: {{/pets: {{get: {{responses: {{}}}}}}}}\n"
                );
                let pages = page::read(&[SourceFile::new("a.yaml", &text)]).expect("a document");
                let document = Document::parse(&pages.pages[0]).expect("OpenAPI");
                (document, Site::Here((*prefix).to_owned()))
            })
            .unzip();
        listed(&documents, &sites, base)
    }

    #[test]
    fn a_server_has_the_first_description_that_a_document_states() {
        let plain = "[{url: 'https://a.test'}, {url: 'https://eu.a.test'}]";
        let named = "[{url: 'https://a.test', description: Global}, \
                     {url: 'https://eu.a.test', description: EU}]";
        let listed = servers(&[(plain, ""), (named, "")]);
        let descriptions = listed.as_array().into_iter().flatten();
        let descriptions = descriptions.filter_map(|server| server["description"].as_str());
        assert_eq!(Vec::from_iter(descriptions), ["Global", "EU"]);
    }

    #[test]
    fn public_servers_are_listed_with_their_descriptions_that_of_the_client_first() {
        let listed = "[{url: 'http://localhost:1', description: Local}, \
                      {url: 'https://eu.a.test/v1/', description: EU, x-fern-server-name: Europe}, \
                      {url: 'https://a.test/v1', description: Production}, {url: /v1}]";
        assert_eq!(
            servers(&[(listed, "/v1")]),
            json!([
                {"url": BASE, "description": "Production"},
                {"url": "https://eu.a.test", "description": "EU", "x-fern-server-name": "Europe"},
            ])
        );
    }

    #[test]
    fn each_value_of_a_variable_is_a_server() {
        let listed = "[{url: 'https://{zone}.test', variables: {\
                      zone: {enum: [b, a], default: a}, unused: {enum: [x, y]}}}]";
        assert_eq!(
            servers(&[(listed, "")]),
            json!([
                {"url": BASE, "x-fern-server-name": "a"},
                {"url": "https://b.test", "x-fern-server-name": "b"},
            ])
        );
    }

    #[test]
    fn a_variable_without_a_choice_of_values_stays_in_the_url() {
        let variables = json!({"path": {"default": "v1", "description": "The version"}});
        let listed = "[{url: 'https://{zone}.test/{path}/pets', variables: {\
                      zone: {enum: [b, a], default: a}, \
                      path: {default: v1, description: The version}}}]";
        let base = "https://a.test/v1";
        assert_eq!(
            servers_below(base, &[(listed, "/pets")]),
            json!([
                {
                    "url": "https://a.test/{path}",
                    "x-fern-server-name": "a",
                    "variables": variables,
                },
                {
                    "url": "https://b.test/{path}",
                    "x-fern-server-name": "b",
                    "variables": variables,
                },
            ])
        );
    }

    #[test]
    fn the_only_server_keeps_its_variables_unless_they_are_below_the_base() {
        let variables = json!({"tenant": {"default": "a"}});
        let listed = "[{url: 'https://{tenant}.test/v1', variables: {tenant: {default: a}}}]";
        assert_eq!(
            servers(&[(listed, "/v1")]),
            json!([{"url": "https://{tenant}.test", "variables": variables}])
        );
        let listed = "[{url: 'https://a.test/{version}', variables: {version: {default: v1}}}]";
        assert_eq!(servers(&[(listed, "/v1")]), json!([{"url": BASE}]));
    }

    #[test]
    fn values_that_make_too_many_servers_are_defaults() {
        let values: Vec<String> = (0..MOST_VALUES).map(|value| format!("'{value}'")).collect();
        let listed = format!(
            "[{{url: 'https://{{zone}}.test', variables: {{zone: {{default: a, enum: [{}]}}}}}}]",
            values.join(", ")
        );
        assert_eq!(servers(&[(&listed, "")]), json!([{"url": BASE}]));
    }

    #[test]
    fn a_server_of_few_documents_is_not_listed() {
        let both = "[{url: 'https://a.test'}, {url: 'https://b.test'}]";
        let other = "[{url: 'https://a.test'}, {url: 'https://c.test'}]";
        let one = "[{url: 'https://a.test'}]";
        let listed = servers(&[(both, ""), (both, ""), (other, ""), (one, "")]);
        assert_eq!(listed, json!([{"url": BASE}, {"url": "https://b.test"}]));
        assert_eq!(servers(&[(one, ""), (one, "")]), json!([{"url": BASE}]));
    }
}
