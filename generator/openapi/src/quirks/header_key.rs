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
//! instead of for each call. Other header parameters are not changed, even optional ones.

mod description;
mod scheme;

pub(crate) use scheme::header_of;
use serde_json::{Map, Value, json};

use super::{Context, Fixed, Quirk};
use crate::walk;
use pages::pointer;

pub(super) const QUIRK: Quirk = Quirk {
    name: "header-key",
    summary: "the API key as a header parameter",
    fix,
};

/// The name of the security scheme.
const SCHEME: &str = "key";

fn fix(root: &mut Value, _: &Context<'_>, fixed: &mut Fixed) {
    let declared = root["components"]["securitySchemes"].as_object();
    let declared = declared.cloned().unwrap_or_default();
    let mut found = None;
    walk::operations_mut(root, &mut |operation_pointer, operation| {
        let Some(parameters) = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
        else {
            return;
        };
        let Some(index) = position(parameters, &declared) else {
            return;
        };
        let key = parameters[index].clone();
        let at = |index: usize| {
            let place = pointer::of(&["parameters", &index.to_string()]);
            format!("{operation_pointer}{place}")
        };
        // Some pages have the header twice: once from the key, and once as a parameter.
        let is_key = |parameter: &Value| is_header(parameter) && has_same_name(parameter, &key);
        let places = parameters.iter().enumerate();
        for (index, _) in places.filter(|(_, parameter)| is_key(parameter)) {
            fixed.at(at(index));
        }
        parameters.retain(|parameter| !is_key(parameter));
        if parameters.is_empty() {
            operation.shift_remove("parameters");
        }
        operation.insert("security".to_owned(), json!([{ SCHEME: [] }]));
        found.get_or_insert_with(|| scheme::of(&key, &declared));
    });
    if let (Some(scheme), Some(root)) = (found, root.as_object_mut()) {
        let components = root
            .entry("components")
            .or_insert_with(|| Value::Object(Map::new()));
        components["securitySchemes"][SCHEME] = scheme;
    }
}

fn is_header(parameter: &Value) -> bool {
    parameter["in"] == "header"
}

/// Returns the position of the key. If several headers are candidates, the one whose description
/// identifies it as a key is preferred, and then the one that a security scheme of the document
/// sends.
fn position(parameters: &[Value], declared: &Map<String, Value>) -> Option<usize> {
    let is_declared = |parameter: &Value| {
        let name = parameter["name"].as_str().unwrap_or_default();
        let mut schemes = declared.values();
        is_header(parameter) && schemes.any(|scheme| scheme::is_header(scheme, name))
    };
    let mut keys = parameters.iter();
    keys.position(says_authentication)
        .or_else(|| parameters.iter().position(is_declared))
        .or_else(|| parameters.iter().position(is_named_like_a_key))
}

/// Header names are case-insensitive.
fn has_same_name(one: &Value, other: &Value) -> bool {
    let name = |parameter: &Value| parameter["name"].as_str().map(str::to_ascii_lowercase);
    name(one) == name(other)
}

fn says_authentication(parameter: &Value) -> bool {
    let description = parameter["description"].as_str();
    is_header(parameter) && description.is_some_and(description::has_form)
}

fn is_named_like_a_key(parameter: &Value) -> bool {
    let name = parameter["name"].as_str().unwrap_or_default();
    let name = name.to_ascii_lowercase().replace('_', "-");
    let names = ["authorization", "auth-token", "access-token"];
    let is_key = name.ends_with("api-key") || name.ends_with("apikey");
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
