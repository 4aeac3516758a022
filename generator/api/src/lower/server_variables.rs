//! The variables of the server's URL that callers can set, and the part of the URL that each
//! variable can change.

use std::collections::BTreeMap;

use ::names::reserved::BUILDER_METHODS;
use ::names::{Scope, argument_name, underscored};
use openapi::tree::{self, Server};

use crate::{ConstantHeader, Docs, OtherKey, ServerVariable, UrlPart};

/// The variables of all servers. Servers share a variable if it has the same default and is in the
/// same part.
pub(super) struct Variables {
    pub(super) all: Vec<ServerVariable>,
}

impl Variables {
    /// Returns the variables that a caller can set. The first server with a variable of a name
    /// defines it.
    pub(super) fn of(servers: &[Server], headers: &[ConstantHeader], keys: &[OtherKey]) -> Self {
        let mut setters = Scope::with_reserved(BUILDER_METHODS);
        let others = keys.iter().map(|key| &key.setter);
        for setter in headers.iter().map(|header| &header.setter).chain(others) {
            setters.reserve(setter);
        }
        let mut all: Vec<ServerVariable> = Vec::new();
        for server in servers {
            for (variable, part) in settable(server) {
                if all.iter().any(|known| known.name == variable.name) {
                    continue;
                }
                all.push(ServerVariable {
                    setter: setters.claim(underscored(&argument_name(&variable.name))),
                    name: variable.name.clone(),
                    default: variable.default.clone(),
                    part,
                    docs: Docs::page(variable.description.trim()),
                });
            }
        }
        Self { all }
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
            let is_known = |known: &&ServerVariable| {
                known.name == variable.name
                    && known.default == variable.default
                    && Some(&known.part) == part
            };
            match self.all.iter().find(is_known) {
                Some(_) => has_places = true,
                None => template = template.replace(&place(&variable.name), &variable.default),
            }
        }
        has_places.then_some(template)
    }
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
    let default = variable.default.as_str();
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
        return default.parse::<u16>().is_ok().then_some(UrlPart::Port);
    }
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
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
    fn environments_share_variables_that_mean_the_same() {
        let api = api(&[
            ("https://{tenant}.test", &[("tenant", "acme")]),
            ("https://{tenant}.eu.test", &[("tenant", "acme")]),
            ("https://{tenant}.us.test", &[("tenant", "demo")]),
        ]);
        assert_eq!(parts(&api), [("tenant", UrlPart::Host)]);
        let environments = api.environments.iter();
        let templates: Vec<_> = environments.map(|it| it.template.as_deref()).collect();
        assert_eq!(
            templates,
            [
                Some("https://{tenant}.test"),
                Some("https://{tenant}.eu.test"),
                None,
            ]
        );
    }
}
