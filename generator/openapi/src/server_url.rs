//! The variables of a server's URL. Variables with a list of values become environments. Callers
//! set the others, which have only a default.

use serde_json::{Map, Value, json};

use crate::extensions::NO_DEFAULT;
use crate::host::{host, is_loopback};

/// Returns an entry of `servers` for a URL of a request line. A placeholder in the host becomes a
/// variable without a default.
pub(crate) fn entry(url: &str) -> Value {
    let mut entry = json!({ "url": url });
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    for name in placeholders(host) {
        entry["variables"][name] = json!({ "default": name, NO_DEFAULT: true });
    }
    entry
}

/// Returns the names of the placeholders in a URL.
pub(crate) fn placeholders(url: &str) -> impl Iterator<Item = &str> {
    let names = url.split('{').skip(1);
    let names = names.filter_map(|place| Some(place.split_once('}')?.0));
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    names.filter(move |name| !name.is_empty() && name.chars().all(is_of_name))
}

/// Fills in the defaults of a server's variables. Without a default, the first value is used.
pub(crate) fn filled(url: &str, server: &Value) -> String {
    let mut url = url.to_owned();
    for (name, variable) in variables(server) {
        if let Some(default) = default(variable) {
            url = url.replace(&place(name), &default);
        }
    }
    url.trim_end_matches('/').to_owned()
}

/// Returns the URL with placeholders only for variables without a list of values, and these
/// variables. Returns `None` if there are none.
pub(crate) fn template(url: &str, server: &Value) -> Option<(String, Map<String, Value>)> {
    let free = variables(server)
        .filter(|(name, variable)| is_free(variable) && url.contains(&place(name)))
        .map(|(name, variable)| (name.clone(), variable.clone()));
    let free: Map<String, Value> = free.collect();
    if free.is_empty() {
        return None;
    }
    let mut rest = server.clone();
    let others = rest.get_mut("variables").and_then(Value::as_object_mut);
    if let Some(others) = others {
        others.retain(|name, _| !free.contains_key(name));
    }
    Some((filled(url, &rest), free))
}

/// Returns the default of a variable as text.
pub(crate) fn default(variable: &Value) -> Option<String> {
    let default = [&variable["default"], &variable["enum"][0]];
    default.into_iter().find_map(|value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// Returns `true` if a variable of a URL has a default that a server can have. A whole host needs a
/// domain, a local name, or an IP address: `unknown` and `index_host` are placeholders.
pub(crate) fn has_default(url: &str, name: &str, variable: &Value) -> bool {
    let Some(default) = default(variable).filter(|_| variable[NO_DEFAULT] != true) else {
        return false;
    };
    let is_host = url
        .split_once("://")
        .and_then(|(_, rest)| rest.split('/').next())
        .is_some_and(|authority| authority == place(name));
    let default = format!("https://{default}");
    !is_host || is_loopback(&default) || host(&default).is_some_and(|it| it.contains(['.', ':']))
}

/// Returns the placeholder of a variable in a URL.
fn place(name: &str) -> String {
    format!("{{{name}}}")
}

fn variables(server: &Value) -> impl Iterator<Item = (&String, &Value)> {
    server["variables"].as_object().into_iter().flatten()
}

/// Returns `true` if a variable has a default and no list of its values.
fn is_free(variable: &Value) -> bool {
    let is_listed = variable["enum"].as_array().is_some_and(|it| !it.is_empty());
    !is_listed && default(variable).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_in_the_host_becomes_a_variable() {
        let variables = |url: &str| entry(url)["variables"].clone();
        let expected = json!({
            "host": {"default": "host", "x-no-default": true},
            "zone": {"default": "zone", "x-no-default": true},
        });
        assert_eq!(variables("https://{host}.{zone}.test/v1"), expected);
        for url in [
            "https://a.test/{id}",
            "https://{}.test",
            "https://{a;b}.test",
        ] {
            assert_eq!(variables(url), Value::Null, "{url}");
        }
    }

    #[test]
    fn a_default_is_a_value_that_a_server_can_have() {
        let has_default = |url: &str, variable: Value| has_default(url, "host", &variable);
        let label = "https://{host}.test";
        assert!(has_default(label, json!({"default": "acme"})));
        assert!(!has_default(
            label,
            json!({"default": "host", "x-no-default": true})
        ));
        assert!(!has_default(label, json!({})));
        for (default, expected) in [
            ("pets.test", true),
            ("pets.test:8443", true),
            ("localhost", true),
            ("[::1]", true),
            ("unknown", false),
            ("pet_host:443", false),
        ] {
            for url in ["https://{host}", "https://{host}/v1"] {
                let found = has_default(url, json!({"default": default}));
                assert_eq!(found, expected, "{url} {default}");
            }
        }
    }

    #[test]
    fn a_template_has_only_the_variables_without_a_choice_of_values() {
        let url = "https://{tenant}.{zone}.test/{version}/";
        let server = json!({"variables": {
            "tenant": {"default": "acme", "description": "The account"},
            "zone": {"default": "eu", "enum": ["eu", "us"]},
            "version": {"default": 2},
            "unused": {"default": "a"},
            "none": {},
        }});
        assert_eq!(filled(url, &server), "https://acme.eu.test/2");
        let (template, variables) = template(url, &server).expect("variables");
        assert_eq!(template, "https://{tenant}.eu.test/{version}");
        let expected = json!({
            "tenant": {"default": "acme", "description": "The account"},
            "version": {"default": 2},
        });
        assert_eq!(Value::Object(variables), expected);
    }

    #[test]
    fn a_url_without_such_variables_has_no_template() {
        let server = json!({"variables": {"zone": {"default": "eu", "enum": ["eu"]}}});
        let url = "https://{zone}.test/{other}";
        for server in [server, json!({"variables": "zone"}), json!("text")] {
            assert_eq!(template(url, &server), None);
        }
    }
}
