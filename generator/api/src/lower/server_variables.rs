//! The variables of the server's URL that callers can set, and the part of the URL that each
//! variable can change.

use std::collections::{BTreeMap, HashMap, HashSet};

use ::names::reserved::BUILDER_METHODS;
use ::names::{Scope, argument_name, underscored};
use openapi::tree::{self, Server};

use crate::{ConstantHeader, Docs, OtherKey, ServerVariable, UrlPart};

/// The variables of all servers.
///
/// Servers share a variable with the same name, default, and part of the URL. Variables with
/// different defaults share only the method of the builder.
pub(super) struct Variables {
    pub(super) all: Vec<ServerVariable>,
    /// The meaning of each variable.
    meanings: Vec<Meaning>,
    /// The positions of the variables with each name in the document.
    positions: HashMap<String, Vec<usize>>,
    /// The names in templates.
    names: HashSet<String>,
    setters: Scope,
}

impl Variables {
    /// Returns the variables of the API's servers.
    pub(super) fn of(servers: &[Server], headers: &[ConstantHeader], keys: &[OtherKey]) -> Self {
        let mut setters = Scope::with_reserved(BUILDER_METHODS);
        let others = keys.iter().map(|key| &key.setter);
        for setter in headers.iter().map(|header| &header.setter).chain(others) {
            setters.reserve(setter);
        }
        let mut variables = Self {
            all: Vec::new(),
            meanings: Vec::new(),
            positions: HashMap::new(),
            names: HashSet::new(),
            setters,
        };
        let all = servers.iter().flat_map(|server| &server.variables);
        let in_site = all.filter(|variable| variable.is_in_site);
        let in_site: HashSet<&str> = in_site.map(|variable| variable.name.as_str()).collect();
        for server in servers {
            for (variable, part) in settable(server) {
                variables.insert(variable, part, in_site.contains(variable.name.as_str()));
            }
        }
        variables
    }

    /// Adds the variables of operations' servers.
    pub(super) fn add<'a>(&mut self, servers: impl Iterator<Item = &'a Server>) {
        for server in servers {
            for (variable, part) in settable(server) {
                self.insert(variable, part, variable.is_in_site);
            }
        }
    }

    /// Adds a variable, unless it is known.
    fn insert(&mut self, variable: &tree::ServerVariable, part: UrlPart, is_in_site: bool) {
        if self.position(variable, part).is_some() {
            return;
        }
        let shared = self
            .of_name(variable)
            .find(|known| self.meanings[*known].includes(variable, part));
        let setter = match shared {
            Some(known) => self.all[known].setter.clone(),
            None => {
                let setter = underscored(&argument_name(&variable.name));
                self.setters.claim(setter)
            }
        };
        let mut name = variable.name.clone();
        while !self.names.insert(name.clone()) {
            name.push('_');
        }
        let positions = self.positions.entry(variable.name.clone()).or_default();
        positions.push(self.all.len());
        self.meanings.push(Meaning { part, is_in_site });
        self.all.push(ServerVariable {
            setter,
            name,
            default: default(variable),
            part,
            docs: Docs::page(variable.description.trim()),
        });
    }

    /// Returns the position of the variable that a server with this one shares.
    fn position(&self, variable: &tree::ServerVariable, part: UrlPart) -> Option<usize> {
        let default = default(variable);
        self.of_name(variable).find(|known| {
            self.meanings[*known].includes(variable, part) && self.all[*known].default == default
        })
    }

    /// Returns the positions of the variables with the same name in the document.
    fn of_name(&self, variable: &tree::ServerVariable) -> impl Iterator<Item = usize> {
        let positions = self.positions.get(&variable.name).into_iter().flatten();
        positions.copied()
    }

    /// Returns the URL of an operation's server, with placeholders for the variables that a caller
    /// can set.
    pub(super) fn url(&self, server: &Server) -> String {
        self.template(server).unwrap_or_else(|| server.url.clone())
    }

    /// Returns the URL of a server with placeholders for the variables that a caller can set.
    pub(super) fn template(&self, server: &Server) -> Option<String> {
        let settable: BTreeMap<&str, UrlPart> = settable(server)
            .map(|(variable, part)| (variable.name.as_str(), part))
            .collect();
        let mut template = server.template.clone()?;
        let mut has_places = false;
        for variable in &server.variables {
            let part = settable.get(variable.name.as_str());
            let known = part.and_then(|part| self.position(variable, *part));
            let value = match known {
                Some(known) => place(&self.all[known].name),
                None => variable.default.clone(),
            };
            has_places |= known.is_some();
            template = template.replace(&place(&variable.name), &value);
        }
        has_places.then_some(template)
    }
}

/// The meaning of a variable. Variables with the same name and meaning have one method of the builder.
struct Meaning {
    part: UrlPart,
    /// The value decides who receives requests and the key.
    is_in_site: bool,
}

impl Meaning {
    /// Returns `true` if a variable with the same name has this meaning. A value that is only a part of the API's host,
    /// such as a region, must not decide who receives the key.
    fn includes(&self, variable: &tree::ServerVariable, part: UrlPart) -> bool {
        self.part == part && (self.is_in_site || !variable.is_in_site)
    }
}

/// Returns the default of a variable, unless it is only a placeholder.
fn default(variable: &tree::ServerVariable) -> Option<String> {
    variable.has_default.then(|| variable.default.clone())
}

/// Returns the variables of a server that are in exactly one part of its URL, with that part.
fn settable(server: &Server) -> impl Iterator<Item = (&tree::ServerVariable, UrlPart)> {
    let template = server.template.as_deref().unwrap_or_default();
    let variables = server.variables.iter();
    variables.filter_map(move |variable| Some((variable, part(variable, template)?)))
}

/// Returns the part of a URL that contains a variable, or `None` if several parts contain it, or
/// the part is not a host, a port, or a path. Callers set `base_url` in these cases.
fn part(variable: &tree::ServerVariable, template: &str) -> Option<UrlPart> {
    let place = place(&variable.name);
    let (scheme, rest) = template.split_once("://")?;
    let authority = rest.split('/').next()?;
    if scheme.contains('{') || authority.contains('@') || rest.matches(&place).count() != 1 {
        return None;
    }
    let (before, after) = rest.split_once(&place)?;
    let default = match variable.has_default {
        true => variable.default.as_str(),
        false => variable.name.as_str(),
    };
    let is_in_path = before.contains('/');
    let ends_host = after.is_empty() || after.starts_with('/');
    // `https://pets.test{path}`, in which a value such as `.other.test` would change the host.
    if !is_in_path && ends_host && (default.is_empty() || default.starts_with('/')) {
        return Some(UrlPart::Path);
    }
    if is_in_path {
        return Some(match default.contains('/') {
            true => UrlPart::Segments,
            false => UrlPart::Segment,
        });
    }
    if before.ends_with(':') && ends_host {
        let is_port = !variable.has_default || default.parse::<u16>().is_ok();
        return is_port.then_some(UrlPart::Port);
    }
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if before.is_empty() && ends_host {
        let (host, port) = default.split_once(':').unwrap_or((default, "0"));
        let is_host = !host.is_empty() && host.chars().all(is_of_host);
        return (is_host && port.parse::<u16>().is_ok()).then_some(UrlPart::Authority);
    }
    let is_host = !default.is_empty() && default.chars().all(is_of_host);
    is_host.then_some(UrlPart::Host)
}

/// Returns the placeholder of a variable in a URL.
fn place(name: &str) -> String {
    format!("{{{name}}}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Api;
    use crate::lower::lowered;

    /// Returns an API with these servers, each with the defaults of its variables.
    fn api(servers: &[(&str, &[(&str, &str)])]) -> Api {
        let servers: Vec<_> = servers
            .iter()
            .map(|(url, variables)| {
                let variables = variables.iter();
                let variables = variables
                    .map(|(name, default)| ((*name).to_owned(), json!({"default": default})));
                let variables: serde_json::Map<_, _> = variables.collect();
                json!({"url": url, "variables": variables})
            })
            .collect();
        lowered(&json!({"servers": servers})).0
    }

    /// Returns the setters and parts of variables.
    fn parts(api: &Api) -> Vec<(&str, UrlPart)> {
        let variables = api.server_variables.iter();
        variables
            .map(|variable| (variable.setter.as_str(), variable.part))
            .collect()
    }

    #[test]
    fn each_variable_fills_in_one_part_of_the_url() {
        let api = api(&[(
            "https://{tenantId}.pets.test:{port}/{basePath}/{version}",
            &[
                ("tenantId", "acme"),
                ("port", "443"),
                ("basePath", "api/pets"),
                ("version", "v1"),
            ],
        )]);
        assert_eq!(
            parts(&api),
            [
                ("tenant_id", UrlPart::Host),
                ("port", UrlPart::Port),
                ("base_path", UrlPart::Segments),
                ("version", UrlPart::Segment),
            ]
        );
        assert_eq!(api.server, "https://acme.pets.test:443/api/pets/v1");
        assert_eq!(
            api.server_template.as_deref(),
            Some("https://{tenantId}.pets.test:{port}/{basePath}/{version}")
        );
    }

    #[test]
    fn a_variable_after_the_host_is_a_path() {
        for default in ["", "/v1"] {
            let api = api(&[("https://pets.test{base}", &[("base", default)])]);
            assert_eq!(parts(&api), [("base", UrlPart::Path)]);
        }
    }

    #[test]
    fn a_variable_that_is_more_than_one_part_has_its_default() {
        for (url, default) in [
            ("{base}/v1", "https://pets.test"),
            ("{scheme}://pets.test", "https"),
            ("https://{server}/v1", "pets.test/api"),
            ("https://{server}/v1", "user@pets.test"),
            ("https://pets.test:{port}", "http"),
            ("https://{a}.test/{a}", "pets"),
            ("https://{user}@pets.test", "me"),
        ] {
            let name = url.split(['{', '}']).nth(1).expect("a variable");
            let api = api(&[(url, &[(name, default)])]);
            assert_eq!(parts(&api), [], "{url}");
            assert_eq!(api.server_template, None, "{url}");
            assert_eq!(api.server, url.replace(&place(name), default));
        }
    }

    #[test]
    fn a_setter_is_called_like_no_other_method_of_the_builder() {
        let api = api(&[("https://{timeout}.test", &[("timeout", "pets")])]);
        assert_eq!(parts(&api), [("timeout_", UrlPart::Host)]);
    }

    #[test]
    fn a_variable_that_is_a_whole_host_takes_a_port() {
        for default in ["pets.test", "pets.test:8443"] {
            for url in ["https://{host}", "https://{host}/v1"] {
                let api = api(&[(url, &[("host", default)])]);
                assert_eq!(parts(&api), [("host", UrlPart::Authority)]);
            }
        }
        let api = api(&[("https://{host}:8443", &[("host", "pets.test")])]);
        assert_eq!(parts(&api), [("host", UrlPart::Host)]);
    }

    /// Returns an API with the server `https://{region}.pets.test`, whose default is `us`, and with
    /// an operation on another server.
    fn api_with_other_server(url: &str, variables: &serde_json::Value) -> Api {
        let responses = json!({"200": {"description": "OK"}});
        let servers = json!([{"url": url, "variables": variables}]);
        let get = json!({"operationId": "a", "servers": servers, "responses": responses});
        let regions = json!({"region": {"default": "us"}});
        lowered(&json!({
            "servers": [{"url": "https://{region}.pets.test", "variables": regions}],
            "paths": {"/a": {"get": get}},
        }))
        .0
    }

    #[test]
    fn a_server_of_an_operation_has_variables() {
        let no_default = json!({"default": "index_host", "x-no-default": true});
        let variables = json!({"index_host": no_default, "base": {"default": ""}});
        let api = api_with_other_server("https://{index_host}{base}", &variables);
        let expected = [
            ("region", UrlPart::Host),
            ("index_host", UrlPart::Host),
            ("base", UrlPart::Path),
        ];
        assert_eq!(parts(&api), expected);
        let api = api_with_other_server("https://{index_host}/v1", &variables);
        assert_eq!(parts(&api)[1], ("index_host", UrlPart::Authority));
        assert_eq!(api.server_variables[1].default, None);
        assert_eq!(
            api.operations[0].server.as_deref(),
            Some("https://{index_host}/v1")
        );
        let api = api_with_other_server("https://files.test", &json!({}));
        assert_eq!(
            api.operations[0].server.as_deref(),
            Some("https://files.test")
        );
    }

    #[test]
    fn servers_share_a_variable_with_the_same_default() {
        let variables = json!({"region": {"default": "us"}});
        let api = api_with_other_server("https://{region}.files.test", &variables);
        assert_eq!(parts(&api), [("region", UrlPart::Host)]);
        let server = api.operations[0].server.as_deref();
        assert_eq!(server, Some("https://{region}.files.test"));
    }

    #[test]
    fn variables_with_different_defaults_share_the_setter() {
        for (region, default) in [
            (json!({"default": "eu"}), Some("eu")),
            (json!({"default": "region", "x-no-default": true}), None),
        ] {
            let variables = json!({ "region": region });
            let api = api_with_other_server("https://{region}.files.test", &variables);
            let expected = [("region", UrlPart::Host), ("region", UrlPart::Host)];
            assert_eq!(parts(&api), expected);
            let defaults = api.server_variables.iter().map(|it| it.default.as_deref());
            assert_eq!(defaults.collect::<Vec<_>>(), [Some("us"), default]);
            let server = api.operations[0].server.as_deref();
            assert_eq!(server, Some("https://{region_}.files.test"));
        }
    }

    #[test]
    fn a_variable_in_another_part_or_in_the_registrable_domain_has_its_own_setter() {
        let variables = json!({"region": {"default": "region", "x-no-default": true}});
        for (url, part) in [
            ("https://{region}", UrlPart::Authority),
            ("https://{region}.test", UrlPart::Host),
            ("https://files.{region}", UrlPart::Host),
        ] {
            let api = api_with_other_server(url, &variables);
            assert_eq!(parts(&api), [("region", UrlPart::Host), ("region_", part)]);
            let server = api.operations[0].server.clone();
            assert_eq!(server, Some(url.replace("{region}", "{region_}")));
        }
    }

    #[test]
    fn environments_share_variables_that_mean_the_same() {
        let (acme, demo) = ([("tenant", "acme")], [("tenant", "demo")]);
        let mut servers = [
            ("https://{tenant}.test", &acme[..]),
            ("https://{tenant}.eu.test", &acme[..]),
            ("https://{tenant}.us.test", &demo[..]),
        ];
        let templates = |servers: &[(&str, &[(&str, &str)])]| {
            let api = api(servers);
            let expected = [("tenant", UrlPart::Host), ("tenant", UrlPart::Host)];
            assert_eq!(parts(&api), expected);
            let environments = api.environments.into_iter();
            environments
                .filter_map(|it| it.template)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            templates(&servers),
            [
                "https://{tenant}.test",
                "https://{tenant}.eu.test",
                "https://{tenant_}.us.test",
            ]
        );
        servers.swap(0, 1);
        assert_eq!(templates(&servers)[1], "https://{tenant}.test");
    }
}
