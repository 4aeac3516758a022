//! A placeholder in the URL of a server without a value.
//!
//! ```yaml
//! servers:
//!   - url: https://{region}.api.example.com      # `region` has no variable, or no default
//! ```
//!
//! OpenAPI requires a variable with a default for each placeholder. The name of the placeholder
//! becomes its default, and `x-no-default` marks it, so that the client has a method that must set
//! the value.

use serde_json::{Map, Value, json};

use super::{Context, Fixed, Quirk};
use crate::extensions::NO_DEFAULT;
use crate::server_url::{default, placeholders};
use crate::walk;
use pages::pointer;

pub(super) const QUIRK: Quirk = Quirk {
    name: "server-variable",
    summary: "a placeholder of a server without a value",
    fix,
};

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    if let Some(servers) = root.get_mut("servers") {
        fix_servers(servers, "", fixed);
    }
    if let Some(paths) = root.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, item) in paths {
            if let Some(servers) = item.get_mut("servers") {
                let path = pointer::escape(path);
                fix_servers(servers, &format!("/paths/{path}"), fixed);
            }
        }
    }
    walk::operations_mut(root, &mut |key, operation| {
        if let Some(servers) = operation.get_mut("servers") {
            fix_servers(servers, &key.pointer(), fixed);
        }
    });
}

/// Completes the variables of the servers in the list of an object.
fn fix_servers(servers: &mut Value, object: &str, fixed: &mut Fixed) {
    let servers = servers.as_array_mut().into_iter().flatten();
    for (position, server) in servers.enumerate() {
        let Some(server) = server.as_object_mut() else {
            continue;
        };
        let url = server.get("url").and_then(Value::as_str);
        let places: Vec<String> = placeholders(url.unwrap_or_default())
            .filter(|place| variable(server, place).and_then(default).is_none())
            .map(str::to_owned)
            .collect();
        for place in places {
            let variables = server.entry("variables").or_insert_with(|| json!({}));
            let Some(variables) = variables.as_object_mut() else {
                continue;
            };
            let variable = variables.entry(place.clone()).or_insert_with(|| json!({}));
            let (value, is_known) = match place.as_str() {
                "scheme" | "protocol" => ("https", true),
                name => (name, false),
            };
            if let Some(variable) = variable.as_object_mut() {
                variable.insert("default".to_owned(), value.into());
                if !is_known {
                    variable.insert(NO_DEFAULT.to_owned(), true.into());
                }
                fixed.at(format!("{object}/servers/{position}/variables/{place}"));
            }
        }
    }
}

fn variable<'a>(server: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    server.get("variables")?.get(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::run;
    use super::QUIRK;

    #[test]
    fn a_placeholder_without_a_variable_has_no_default() {
        let (root, fixed) = run(
            &QUIRK,
            "servers: [{url: 'https://{region}.test/{version}'}]\n",
        );
        assert_eq!(
            root["servers"][0]["variables"],
            json!({
                "region": {"default": "region", "x-no-default": true},
                "version": {"default": "version", "x-no-default": true},
            })
        );
        let places = [
            "/servers/0/variables/region",
            "/servers/0/variables/version",
        ];
        assert_eq!(fixed, places);
    }

    #[test]
    fn a_variable_without_a_default_keeps_its_description() {
        let specification = "paths:\n  /pets:\n    get:\n      servers:\n      - url: '{scheme}://a.test'\n        variables: {scheme: {description: The scheme}}\n";
        let (root, fixed) = run(&QUIRK, specification);
        assert_eq!(
            root["paths"]["/pets"]["get"]["servers"][0]["variables"],
            json!({"scheme": {"description": "The scheme", "default": "https"}})
        );
        assert_eq!(fixed, ["/paths/~1pets/get/servers/0/variables/scheme"]);
    }

    #[test]
    fn a_variable_with_a_value_stays() {
        for variable in ["{default: eu}", "{enum: [eu, us]}"] {
            let specification = format!(
                "servers: [{{url: 'https://{{region}}.test', variables: {{region: {variable}}}}}]\n"
            );
            assert_eq!(run(&QUIRK, &specification).1, [""; 0], "{variable}");
        }
    }

    #[test]
    fn braces_around_other_text_are_no_placeholder() {
        for url in [
            "https://a.test/{}",
            "https://a.test/{a b}",
            "https://a.test/{a",
        ] {
            let specification = format!("servers: [{{url: '{url}'}}]\n");
            assert_eq!(run(&QUIRK, &specification).1, [""; 0], "{url}");
        }
    }
}
