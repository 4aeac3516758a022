//! The environments of the API, and their names.

use std::collections::{HashMap, HashSet};

use ::names::reserved::KEYWORDS;
use ::names::{Scope, numbered, type_name};
use openapi::tree::Server;

use super::server_variables::Variables;
use crate::{Docs, Environment};

/// Words in descriptions that do not identify an environment.
const GENERIC: [&str; 13] = [
    "api",
    "base",
    "endpoint",
    "env",
    "environment",
    "host",
    "http",
    "https",
    "region",
    "server",
    "servers",
    "the",
    "url",
];

/// The maximum number of words in a name.
const MOST_WORDS: usize = 4;

/// Returns the environments of an API with several servers. The first one is the default.
pub(super) fn lower(servers: &[Server], variables: &Variables) -> Vec<Environment> {
    if servers.len() < 2 {
        return Vec::new();
    }
    let words = Words::of(servers);
    let mut names = Scope::with_reserved(KEYWORDS);
    servers
        .iter()
        .map(|server| Environment {
            name: names.claim(numbered(&words.name(server), "")),
            url: server.url.clone(),
            template: variables.template(server),
            docs: Docs::page(server.description.trim()),
        })
        .collect()
}

/// The maximum number of environments in which the server of an operation can differ.
const MOST_ENVIRONMENTS: usize = 64;

/// Returns the URL of an operation's server in each environment of the API, if it depends on the
/// environment. Servers with the same name or description belong together.
pub(super) fn of_operation(
    own: &[Server],
    environments: &[Server],
    variables: &Variables,
) -> Vec<String> {
    let label = |server: &Server| {
        let name = server.name.as_deref().unwrap_or(&server.description);
        name.trim().to_lowercase()
    };
    if own.len() < 2 {
        return Vec::new();
    }
    let labels: HashMap<String, &Server> = own.iter().rev().map(|it| (label(it), it)).collect();
    let of_environment = |environment: &Server| {
        let wanted = label(environment);
        labels.get(&wanted).copied().filter(|_| !wanted.is_empty())
    };
    let environments = environments.iter().take(MOST_ENVIRONMENTS);
    let found: Vec<Option<&Server>> = environments.map(of_environment).collect();
    let Some(first) = own.first().filter(|_| found.iter().flatten().count() > 1) else {
        return Vec::new();
    };
    let servers = found.into_iter().map(|server| server.unwrap_or(first));
    servers.map(|server| variables.url(server)).collect()
}

/// The words by which the servers of an API are named.
struct Words<'a> {
    /// The number of servers with a name in the document.
    names: HashMap<&'a str, usize>,
    /// The number of servers with a name in their description.
    descriptions: HashMap<String, usize>,
    /// The words that all URLs contain.
    common: HashSet<&'a str>,
}

impl<'a> Words<'a> {
    fn of(servers: &'a [Server]) -> Self {
        let mut names = HashMap::new();
        let mut descriptions = HashMap::new();
        for server in servers {
            if let Some(name) = &server.name {
                *names.entry(name.as_str()).or_default() += 1;
            }
            if let Some(description) = described(&server.description) {
                *descriptions.entry(description).or_default() += 1;
            }
        }
        let mut urls = servers.iter().map(|server| url_words(&server.url));
        let mut common: HashSet<&str> = urls.next().into_iter().flatten().collect();
        for words in urls {
            let words: HashSet<&str> = words.into_iter().collect();
            common.retain(|word| words.contains(word));
        }
        Self {
            names,
            descriptions,
            common,
        }
    }

    /// Returns the name of a server: its name in the document, or the words of its description, or
    /// the words that only its URL contains.
    fn name(&self, server: &Server) -> String {
        let own = described(&server.description);
        if let Some(name) = &server.name {
            let description = match self.names.get(name.as_str()) {
                Some(1) | None => None,
                Some(_) => own,
            };
            return type_name(&[description.unwrap_or_default(), name.clone()].join(" "));
        }
        let is_unique = |own: &String| self.descriptions.get(own) == Some(&1);
        let name = own.clone().filter(is_unique).unwrap_or_else(|| {
            let distinct = url_words(&server.url)
                .into_iter()
                .filter(|word| !self.common.contains(word));
            let words = own.into_iter().chain(distinct.map(str::to_owned));
            words.collect::<Vec<_>>().join(" ")
        });
        match name.is_empty() {
            true => "Default".to_owned(),
            false => type_name(&name),
        }
    }
}

/// Returns the words of a description that name an environment.
fn described(description: &str) -> Option<String> {
    let line = description.trim().lines().next()?;
    // `Production (the default)` and `Production - for live data` are `Production`.
    let ends = [" - ", ": ", ". ", ", ", " \u{2013} ", " \u{2014} "];
    let end = ends.iter().filter_map(|end| line.find(end)).min();
    let line = &line[..end.unwrap_or(line.len())];
    let (outside, inside) = line.split_once('(').unwrap_or((line, ""));
    let (mut name, inside) = (words(outside), words(inside));
    // More than one word is an explanation.
    if inside.len() == 1 {
        name.extend(inside);
    }
    (1..=MOST_WORDS)
        .contains(&name.len())
        .then(|| name.join(" "))
}

fn words(text: &str) -> Vec<String> {
    // A URL is not a name.
    let text = text.split_whitespace().filter(|word| !word.contains("://"));
    let text: Vec<&str> = text.collect();
    let text = text.join(" ");
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .filter(|word| !GENERIC.contains(&word.to_lowercase().as_str()))
        .map(str::to_owned)
        .collect()
}

fn url_words(url: &str) -> Vec<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let words = rest.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names of servers with these URLs, descriptions, and names.
    fn names(servers: &[(&str, &str, Option<&str>)]) -> Vec<String> {
        let servers = servers.iter().map(|(url, description, name)| Server {
            url: (*url).to_owned(),
            description: (*description).to_owned(),
            name: name.map(str::to_owned),
            ..Server::default()
        });
        let servers: Vec<_> = servers.collect();
        let variables = Variables::of(&servers, &[], &[]);
        let environments = lower(&servers, &variables);
        environments.into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn an_environment_is_called_as_its_description_says() {
        for (description, expected) in [
            ("Production", "Production"),
            ("prod", "Prod"),
            ("Production server (uses live data)", "Production"),
            ("Production (US)", "ProductionUs"),
            ("EU region", "Eu"),
            ("Sandbox - for tests. No money moves", "Sandbox"),
            ("Self", "SelfObject"),
        ] {
            let servers = [
                ("https://a.test", description, None),
                ("https://b.test", "X", None),
            ];
            assert_eq!(names(&servers), [expected, "X"], "{description}");
        }
    }

    #[test]
    fn a_name_of_the_document_goes_before_a_description() {
        let servers = [
            ("https://a.test", "Production", Some("us-east")),
            ("https://b.test", "Production", Some("eu west")),
        ];
        assert_eq!(names(&servers), ["UsEast", "EuWest"]);
    }

    #[test]
    fn an_environment_that_nothing_describes_is_called_by_its_url() {
        let servers = [
            ("https://api.pets.test/v1", "", None),
            ("https://api.eu.pets.test/v1", "", None),
            (
                "https://sandbox.pets.test/v2",
                "The host that is best for those who only want to try",
                None,
            ),
        ];
        assert_eq!(names(&servers), ["ApiV1", "ApiEuV1", "SandboxV2"]);
        let servers = [
            ("https://pets.test", "API server", None),
            ("https://eu.pets.test", "API server", None),
        ];
        assert_eq!(names(&servers), ["Default", "Eu"]);
    }

    #[test]
    fn names_are_told_apart() {
        let servers = [
            ("https://a.test", "Live", None),
            ("https://b.test", "Live", None),
            ("https://c.test", "Live B", None),
        ];
        assert_eq!(names(&servers), ["LiveA", "LiveB", "LiveB2"]);
    }

    #[test]
    fn servers_of_an_operation_belong_to_the_environments_of_their_description() {
        let server = |host: &str, description: &str| Server {
            url: format!("https://{host}.example.com"),
            description: description.to_owned(),
            ..Server::default()
        };
        let environments = [
            server("api", "Production"),
            server("api.eu", "EU"),
            server("api.sandbox", "Sandbox"),
        ];
        let variables = Variables::of(&environments, &[], &[]);
        let own = [
            server("files", "Production"),
            server("files.sandbox", "sandbox"),
        ];
        assert_eq!(
            of_operation(&own, &environments, &variables),
            [
                "https://files.example.com",
                "https://files.example.com",
                "https://files.sandbox.example.com",
            ]
        );
        assert!(of_operation(&own[..1], &environments, &variables).is_empty());
        assert!(of_operation(&[], &environments, &variables).is_empty());
    }

    #[test]
    fn an_api_with_one_server_has_no_environments() {
        assert_eq!(names(&[("https://a.test", "Production", None)]), [""; 0]);
    }
}
