//! Authentication of requests.

use openapi::tree::SecurityScheme;

use crate::Key;

/// Lowers a security scheme. Each scheme but an API key is sent in the header that HTTP has
/// for it.
pub(super) fn lower(scheme: &SecurityScheme) -> Key {
    let name = scheme.name.clone();
    match (scheme.kind.as_str(), scheme.location.as_str()) {
        ("apiKey", "query") => Key::Query { name },
        ("apiKey", "cookie") => Key::Cookie { name },
        ("apiKey", _) => Key::Header {
            name: name.to_ascii_lowercase(),
            prefix: match &scheme.prefix {
                Some(word) => format!("{word} "),
                None => String::new(),
            },
        },
        ("http", _) if scheme.scheme.eq_ignore_ascii_case("basic") => Key::Basic,
        ("http", _) => authorization(word(&scheme.scheme)),
        _ => match &scheme.client_credentials {
            Some(flow) => Key::ClientCredentials {
                token_url: flow.token_url.clone(),
                scopes: flow.scopes.clone(),
            },
            None => authorization("Bearer"),
        },
    }
}

/// Returns the word of an authentication scheme, whose name has no case. `Bearer` is written
/// as in its RFC, others as the document has them.
fn word(scheme: &str) -> &str {
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" | "" => "Bearer",
        _ => scheme,
    }
}

fn authorization(word: &str) -> Key {
    Key::Header {
        name: "authorization".to_owned(),
        prefix: format!("{word} "),
    }
}

#[cfg(test)]
mod tests {
    use openapi::Tree;
    use serde_json::{Value, json};

    use super::*;

    fn key(scheme: Value) -> Option<Key> {
        let document = json!({"components": {"securitySchemes": {"key": scheme}}});
        Tree::read(&document).scheme.as_ref().map(lower)
    }

    fn header(name: &str, prefix: &str) -> Option<Key> {
        Some(Key::Header {
            name: name.to_owned(),
            prefix: prefix.to_owned(),
        })
    }

    #[test]
    fn an_api_key_is_where_its_scheme_puts_it() {
        let name = || "key".to_owned();
        assert_eq!(
            key(json!({"type": "apiKey", "in": "query", "name": "key"})),
            Some(Key::Query { name: name() })
        );
        assert_eq!(
            key(json!({"type": "apiKey", "in": "cookie", "name": "key"})),
            Some(Key::Cookie { name: name() })
        );
        assert_eq!(
            key(json!({
                "type": "apiKey", "in": "header", "name": "X-Key",
                "x-fern-header": {"prefix": "Token"},
            })),
            header("x-key", "Token ")
        );
    }

    #[test]
    fn other_schemes_are_words_of_the_authorization_header() {
        let bearer = header("authorization", "Bearer ");
        assert_eq!(key(json!({"type": "http", "scheme": "bearer"})), bearer);
        assert_eq!(key(json!({"type": "oauth2"})), bearer);
        let basic = json!({"type": "http", "scheme": "Basic"});
        assert_eq!(key(basic), Some(Key::Basic));
    }

    #[test]
    fn client_credentials_have_the_url_of_their_tokens() {
        let flow = json!({
            "tokenUrl": "https://a.test/token",
            "scopes": {"read": "Read pets", "write": "Write pets"},
        });
        let scheme = json!({"type": "oauth2", "flows": {"clientCredentials": flow}});
        let credentials = Key::ClientCredentials {
            token_url: "https://a.test/token".to_owned(),
            scopes: vec!["read".to_owned(), "write".to_owned()],
        };
        assert_eq!(key(scheme), Some(credentials));
    }

    #[test]
    fn the_name_of_another_http_scheme_is_the_word() {
        for scheme in ["Token", "ApiKey", "GenieKey"] {
            assert_eq!(
                key(json!({"type": "http", "scheme": scheme})),
                header("authorization", &format!("{scheme} "))
            );
        }
    }
}
