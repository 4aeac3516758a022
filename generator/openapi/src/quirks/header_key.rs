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
//! OpenAPI describes credentials as a security scheme, so that a client asks
//! for the key once and not with each call. Other header parameters are left
//! where they are, optional ones too.

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
    let mut found = None;
    walk::operations_mut(root, &mut |operation_pointer, operation| {
        let Some(parameters) = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
        else {
            return;
        };
        // Where two headers look like it, the one that says so is the key.
        let Some(index) = parameters
            .iter()
            .position(says_authentication)
            .or_else(|| parameters.iter().position(is_named_like_a_key))
        else {
            return;
        };
        let key = parameters[index].clone();
        let at = |index: usize| {
            let place = pointer::of(&["parameters", &index.to_string()]);
            format!("{operation_pointer}{place}")
        };
        // Some pages have the header twice: once as what the export makes of the
        // key, and once as a parameter.
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
        found.get_or_insert_with(|| scheme(&key));
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

/// Returns the form of authentication that the description names, such as
/// ``Bearer authentication of the form `Bearer <token>` ``.
fn form(parameter: &Value) -> Option<(&str, &str)> {
    let description = parameter["description"].as_str()?;
    let (kind, form) = description.split_once(" authentication of the form ")?;
    Some((kind, form))
}

/// Names of headers have no case.
fn has_same_name(one: &Value, other: &Value) -> bool {
    let name = |parameter: &Value| parameter["name"].as_str().map(str::to_ascii_lowercase);
    name(one) == name(other)
}

fn says_authentication(parameter: &Value) -> bool {
    is_header(parameter) && form(parameter).is_some()
}

fn is_named_like_a_key(parameter: &Value) -> bool {
    let name = parameter["name"].as_str().unwrap_or_default();
    let name = name.to_ascii_lowercase().replace('_', "-");
    let names = ["authorization", "auth-token", "access-token"];
    let is_key = name.ends_with("api-key") || name.ends_with("apikey");
    is_header(parameter) && (is_key || names.contains(&name.trim_start_matches("x-")))
}

/// Returns the security scheme that a header parameter stands for.
fn scheme(parameter: &Value) -> Value {
    let name = parameter["name"].as_str().unwrap_or_default();
    let (kind, form) = form(parameter).unwrap_or_default();
    // `undefined` is what the export writes where there is no word before the key.
    let word = form
        .trim_start_matches('`')
        .split_once(" <")
        .map_or("", |(word, _)| word)
        .trim();
    let word = if word == "undefined" { "" } else { word };
    let is_authorization = name.eq_ignore_ascii_case("authorization");
    let is_bearer = kind == "Bearer"
        || word.eq_ignore_ascii_case("bearer")
        || (is_authorization && form.is_empty());
    if is_authorization && is_bearer {
        return json!({"type": "http", "scheme": "bearer"});
    }
    if is_authorization && (kind == "Basic" || word.eq_ignore_ascii_case("basic")) {
        return json!({"type": "http", "scheme": "basic"});
    }
    let mut scheme = json!({"type": "apiKey", "in": "header", "name": name});
    if !word.is_empty() {
        scheme["x-fern-header"] = json!({"prefix": word});
    }
    scheme
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
