//! The API key as a header parameter of every operation.
//!
//! ```yaml
//! parameters:
//!   - name: x-api-key          # should be a security scheme of the API
//!     in: header
//!     description: Header authentication of the form `undefined <token>`
//!     required: true
//! ```
//!
//! OpenAPI describes credentials as a security scheme, so that a client needs the key only once
//! instead of for each call. Other header parameters are not changed, even optional ones. A security
//! scheme gets the prefix that only its description shows.

mod description;
mod scheme;

use std::collections::HashMap;

pub(crate) use scheme::header_of;
use serde_json::{Map, Value, json};

use super::{Context, Fixed, Quirk};
use crate::walk;
use names::{Scope, numbered};
use pages::pointer;

pub(super) const QUIRK: Quirk = Quirk {
    name: "header-key",
    summary: "the API key as a header parameter",
    fix,
};

/// The name of the security scheme.
const SCHEME: &str = "key";

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    let schemes = root.pointer_mut("/components/securitySchemes");
    for (name, scheme) in schemes.and_then(Value::as_object_mut).into_iter().flatten() {
        if let Some(described) = scheme::described(scheme) {
            *scheme = described;
            fixed.at(pointer::of(&["components", "securitySchemes", name]));
        }
    }
    let declared = root["components"]["securitySchemes"].as_object();
    let declared = declared.cloned().unwrap_or_default();
    let default = root.get("security").cloned();
    let shared = root["components"]["parameters"].as_object();
    let shared = shared.cloned().unwrap_or_default();
    hand_down(root, &declared, &shared);
    let mut found = Schemes::beside(&declared);
    walk::operations_mut(root, &mut |place, operation| {
        let requirement = operation.get("security").or(default.as_ref());
        let required = required(requirement, &declared);
        let Some(parameters) = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
        else {
            return;
        };
        let resolved: Vec<&Value> = parameters.iter().map(|it| target(it, &shared)).collect();
        let Some(index) = position(&resolved, &declared) else {
            return;
        };
        let key = resolved[index].clone();
        let name = key["name"].as_str().unwrap_or_default();
        if !required.is_empty() && !required.iter().any(|it| scheme::is_header(it, name)) {
            return;
        }
        let at = |index: usize| place.pointer_to(&["parameters", &index.to_string()]);
        // Some pages have the header twice: once from the key, and once as a parameter.
        let is_key = |parameter: &Value| is_same_header(target(parameter, &shared), &key);
        let places = parameters.iter().enumerate();
        for (index, _) in places.filter(|(_, parameter)| is_key(parameter)) {
            fixed.at(at(index));
        }
        parameters.retain(|parameter| !is_key(parameter));
        if parameters.is_empty() {
            operation.shift_remove("parameters");
        }
        // A requirement with more keys is kept.
        if required.len() < 2 {
            let scheme = scheme::of(&key, &declared);
            let name = found.name(scheme);
            operation.insert("security".to_owned(), json!([{ name: [] }]));
        }
    });
    if !found.schemes.is_empty()
        && let Some(root) = root.as_object_mut()
    {
        let components = root
            .entry("components")
            .or_insert_with(|| Value::Object(Map::new()));
        for (name, scheme) in found.schemes {
            components["securitySchemes"][name] = scheme;
        }
    }
}

/// Returns the schemes of the document that a requirement names.
fn required<'a>(requirement: Option<&Value>, declared: &'a Map<String, Value>) -> Vec<&'a Value> {
    let names = walk::required_schemes(requirement);
    names.filter_map(|name| declared.get(name)).collect()
}

/// The schemes of keys that are header parameters.
struct Schemes {
    schemes: Map<String, Value>,
    /// The name of each scheme.
    names: HashMap<Value, String>,
    scope: Scope,
}

impl Schemes {
    /// Creates an empty list. The names of the document's own schemes are taken.
    fn beside(declared: &Map<String, Value>) -> Self {
        Self {
            schemes: Map::new(),
            names: HashMap::new(),
            scope: Scope::with_reserved(declared.keys().map(String::as_str)),
        }
    }

    /// Returns the name of a scheme, and adds the scheme if it is new.
    fn name(&mut self, scheme: Value) -> String {
        if let Some(name) = self.names.get(&scheme) {
            return name.clone();
        }
        let name = self.scope.claim(numbered(SCHEME, "_"));
        self.schemes.insert(name.clone(), scheme.clone());
        self.names.insert(scheme, name.clone());
        name
    }
}

fn is_header(parameter: &Value) -> bool {
    parameter["in"] == "header"
}

/// Returns the position of the key. If several headers are candidates, the one whose description
/// identifies it as a key is preferred, and then the one that a security scheme of the document
/// sends.
fn position(parameters: &[&Value], declared: &Map<String, Value>) -> Option<usize> {
    let is_declared = |parameter: &Value| {
        let name = parameter["name"].as_str().unwrap_or_default();
        let mut schemes = declared.values();
        is_header(parameter) && schemes.any(|scheme| scheme::is_header(scheme, name))
    };
    let first = |is_key: &dyn Fn(&Value) -> bool| parameters.iter().position(|it| is_key(it));
    first(&says_authentication)
        .or_else(|| first(&is_declared))
        .or_else(|| first(&is_named_like_a_key))
}

/// Moves the keys among the shared parameters of a path to its operations.
fn hand_down(root: &mut Value, declared: &Map<String, Value>, shared: &Map<String, Value>) {
    let items = root.get_mut("paths").and_then(Value::as_object_mut);
    for item in items.into_iter().flat_map(Map::values_mut) {
        let Some(parameters) = item.get_mut("parameters").and_then(Value::as_array_mut) else {
            continue;
        };
        let is_key = |it: &Value| position(&[target(it, shared)], declared).is_some();
        let (keys, others): (Vec<Value>, Vec<Value>) =
            std::mem::take(parameters).into_iter().partition(is_key);
        *parameters = others;
        if keys.is_empty() {
            continue;
        }
        for method in walk::METHODS {
            let operation = item.get_mut(method).and_then(Value::as_object_mut);
            let own = operation.map(|it| it.entry("parameters").or_insert_with(|| json!([])));
            let Some(own) = own.and_then(Value::as_array_mut) else {
                continue;
            };
            for key in &keys {
                let is_own = |it: &Value| is_same_header(target(it, shared), target(key, shared));
                if !own.iter().any(is_own) {
                    own.push(key.clone());
                }
            }
        }
    }
}

/// Returns the parameter that a reference points to, or the parameter itself.
fn target<'a>(parameter: &'a Value, shared: &'a Map<String, Value>) -> &'a Value {
    let reference = parameter["$ref"].as_str();
    let name = reference.and_then(|it| it.strip_prefix("#/components/parameters/"));
    name.and_then(|name| shared.get(name)).unwrap_or(parameter)
}

/// Returns `true` if both parameters are the same header. Names of headers are case-insensitive.
fn is_same_header(one: &Value, other: &Value) -> bool {
    let name = |parameter: &Value| parameter["name"].as_str().map(str::to_ascii_lowercase);
    is_header(one) && is_header(other) && name(one) == name(other)
}

fn says_authentication(parameter: &Value) -> bool {
    let description = parameter["description"].as_str();
    is_header(parameter) && description.is_some_and(description::has_form)
}

fn is_named_like_a_key(parameter: &Value) -> bool {
    let name = parameter["name"].as_str().unwrap_or_default();
    let name = name.to_ascii_lowercase().replace('_', "-");
    let names = ["authorization", "auth-token", "access-token"];
    let ends = ["api-key", "apikey", "subscription-key"];
    let is_key = ends.iter().any(|end| name.ends_with(end));
    is_header(parameter) && (is_key || names.contains(&name.trim_start_matches("x-")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::run;
    use super::QUIRK;

    fn scheme_of(name: &str, description: &str) -> Value {
        let specification = format!(
            "paths:\n  /pets:\n    get:\n      parameters:\n        - {{name: limit, in: query}}\n        \
             - name: {name}\n          in: header\n          description: '{description}'\n"
        );
        let (root, fixed) = run(&QUIRK, &specification);
        assert_eq!(fixed, ["/paths/~1pets/get/parameters/1"]);
        assert_eq!(
            root["paths"]["/pets"]["get"]["security"],
            json!([{"key": []}])
        );
        root["components"]["securitySchemes"]["key"].clone()
    }

    #[test]
    fn a_plain_header_becomes_an_api_key() {
        assert_eq!(
            scheme_of(
                "x-api-key",
                "Header authentication of the form `undefined <token>`"
            ),
            json!({"type": "apiKey", "in": "header", "name": "x-api-key"})
        );
    }

    #[test]
    fn a_header_can_be_named_like_a_key() {
        for name in [
            "Example-API-Key",
            "apikey",
            "api-subscription-key",
            "x-auth-token",
        ] {
            let scheme =
                json!({"type": "apiKey", "in": "header", "name": name, "x-undescribed": true});
            assert_eq!(scheme_of(name, ""), scheme);
        }
    }

    #[test]
    fn authorization_becomes_a_bearer_token() {
        let bearer = json!({"type": "http", "scheme": "bearer"});
        for description in [
            "Bearer authentication of the form `Bearer <token>`, where token is your auth token.",
            "API key as bearer token in Authorization header",
        ] {
            assert_eq!(scheme_of("Authorization", description), bearer);
        }
    }

    #[test]
    fn another_word_before_the_key_is_kept() {
        assert_eq!(
            scheme_of(
                "Authorization",
                "Header authentication of the form `Token <token>`"
            ),
            json!({
                "type": "apiKey", "in": "header", "name": "Authorization",
                "x-fern-header": {"prefix": "Token"}
            })
        );
    }

    #[test]
    fn a_scheme_has_the_prefix_that_its_description_shows() {
        let scheme = |description: &str| {
            let (root, fixed) = run(
                &QUIRK,
                &format!(
                    "paths: {{}}\ncomponents:\n  securitySchemes:\n    token:\n      type: apiKey\n      \
                     in: header\n      name: Authorization\n      description: '{description}'\n"
                ),
            );
            (
                root["components"]["securitySchemes"]["token"].clone(),
                fixed,
            )
        };
        let key = |description: &str| json!({"type": "apiKey", "in": "header", "name": "Authorization", "description": description});
        for description in [
            "Header authentication of the form `Api-Key <token>`",
            "Your key. Example: `Api-Key YOUR_KEY`",
        ] {
            let mut expected = key(description);
            expected["x-fern-header"] = json!({"prefix": "Api-Key"});
            let place = "/components/securitySchemes/token".to_owned();
            assert_eq!(scheme(description), (expected, vec![place]));
        }
        for description in [
            "Header authentication of the form `undefined <token>`",
            "Your key. Example: `Authorization: your_key`",
            "Your key.",
        ] {
            assert_eq!(scheme(description), (key(description), vec![]));
        }
    }

    #[test]
    fn a_key_that_is_described_twice_is_one_key() {
        let (root, fixed) = run(
            &QUIRK,
            "paths:\n  /pets:\n    get:\n      parameters:\n        \
             - {name: X-Key, in: header, description: Your key.}\n        \
             - {name: x-key, in: query}\n        \
             - name: x-key\n          in: header\n          \
             description: Header authentication of the form `undefined <token>`\n",
        );
        let parameters = &root["paths"]["/pets"]["get"]["parameters"];
        assert_eq!(*parameters, json!([{"name": "x-key", "in": "query"}]));
        assert_eq!(fixed.len(), 2);
    }

    #[test]
    fn a_header_that_a_scheme_sends_is_the_key() {
        let (root, _) = run(
            &QUIRK,
            "paths:\n  /pets:\n    get:\n      parameters:\n        \
             - {name: Authorization, in: header}\n        \
             - {name: X-Shop-Token, in: header}\n\
             components:\n  securitySchemes:\n    shop:\n      \
             {type: apiKey, in: header, name: X-Shop-Token, description: Your token.}\n",
        );
        assert_eq!(
            root["components"]["securitySchemes"]["key"],
            json!({"type": "apiKey", "in": "header", "name": "X-Shop-Token"})
        );
        let parameters = &root["paths"]["/pets"]["get"]["parameters"];
        assert_eq!(parameters[0]["name"], "Authorization");
    }

    #[test]
    fn a_requirement_takes_precedence_over_a_header() {
        let operation = |security: &str| {
            let (root, _) = run(
                &QUIRK,
                &format!(
                    "paths:\n  /pets:\n    delete:\n      security: {security}\n      \
                     parameters: [{{name: api_key, in: header}}]\n\
                     components:\n  securitySchemes:\n    login: {{type: oauth2}}\n    \
                     app: {{type: apiKey, in: header, name: App}}\n    \
                     api_key: {{type: apiKey, in: header, name: api_key}}\n"
                ),
            );
            let operation = &root["paths"]["/pets"]["delete"];
            let has_parameter = operation.get("parameters").is_some();
            (operation["security"].clone(), has_parameter)
        };
        let login = json!([{"login": []}]);
        assert_eq!(operation("[{login: []}]"), (login, true));
        let both = json!([{"app": [], "api_key": []}]);
        assert_eq!(operation("[{app: [], api_key: []}]"), (both, false));
        let key = json!([{"key": []}]);
        assert_eq!(operation("[{api_key: []}]"), (key, false));
    }

    #[test]
    fn operations_of_one_document_can_have_different_keys() {
        let (root, _) = run(
            &QUIRK,
            "paths:\n  /pets:\n    get:\n      parameters: [{name: X-Api-Key, in: header}]\n    \
             post:\n      parameters: [{name: X-Admin-Api-Key, in: header}]\n\
             components:\n  securitySchemes:\n    key: {type: http, scheme: basic}\n",
        );
        let pets = &root["paths"]["/pets"];
        assert_eq!(pets["get"]["security"], json!([{"key_2": []}]));
        assert_eq!(pets["post"]["security"], json!([{"key_3": []}]));
        let schemes = &root["components"]["securitySchemes"];
        assert_eq!(schemes["key"]["scheme"], "basic");
        assert_eq!(schemes["key_2"]["name"], "X-Api-Key");
        assert_eq!(schemes["key_3"]["name"], "X-Admin-Api-Key");
    }

    #[test]
    fn a_shared_header_is_the_key_of_the_operations_that_have_it() {
        let (root, fixed) = run(
            &QUIRK,
            "paths:\n  /pets:\n    parameters: [{$ref: '#/components/parameters/Key'}]\n    \
             get: {responses: {}}\n    \
             post: {parameters: [{name: x-api-key, in: header}], responses: {}}\n  \
             /toys:\n    get: {parameters: [{$ref: '#/components/parameters/Key'}]}\n\
             components:\n  parameters:\n    Key: {name: X-Api-Key, in: header}\n",
        );
        assert_eq!(fixed.len(), 3);
        for (path, method) in [("/pets", "get"), ("/pets", "post"), ("/toys", "get")] {
            let operation = &root["paths"][path][method];
            assert_eq!(operation["security"].as_array().map(Vec::len), Some(1));
            assert_eq!(operation.get("parameters"), None);
        }
        assert_eq!(root["paths"]["/pets"]["parameters"], json!([]));
    }

    #[test]
    fn other_headers_stay_parameters() {
        let (root, fixed) = run(
            &QUIRK,
            "paths:\n  /pets:\n    get:\n      parameters:\n        \
             - {name: Idempotency-Key, in: header, required: true}\n        \
             - {name: X-Refresh-Access-Token, in: header, required: true}\n",
        );
        assert_eq!(fixed, [""; 0]);
        assert_eq!(
            root["paths"]["/pets"]["get"]["parameters"][0]["name"],
            "Idempotency-Key"
        );
    }
}
