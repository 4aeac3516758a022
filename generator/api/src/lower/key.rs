//! Authentication of requests.

use std::collections::{BTreeMap, BTreeSet};

use ::names::reserved::BUILDER_METHODS;
use ::names::{Candidates, Scope, argument_name, underscored};
use openapi::Tree;
use openapi::tree::SecurityScheme;

use crate::{ConstantHeader, Key, OtherKey, Security};

/// The keys of an API.
pub(super) struct Keys {
    pub(super) first: Option<Key>,
    pub(super) others: Vec<OtherKey>,
    /// The positions of keys, by the names of their schemes.
    positions: BTreeMap<String, usize>,
}

impl Keys {
    /// Returns the keys that calls need. The preferred key of most calls is the first. Schemes that
    /// send a key in the same way are one key.
    pub(super) fn of(tree: &Tree, headers: &[ConstantHeader]) -> Self {
        let own = tree.operations.iter().filter_map(|it| it.security.as_ref());
        let used = [&tree.security].into_iter().chain(own);
        let mut setters = Scope::with_reserved(BUILDER_METHODS);
        for header in headers {
            setters.reserve(&header.setter);
        }
        let mut keys = Self {
            first: None,
            others: Vec::new(),
            positions: BTreeMap::new(),
        };
        for name in used.flatten().flatten() {
            let Some(scheme) = tree.schemes.get(name) else {
                continue;
            };
            let key = lower(scheme);
            let position = keys.all().position(|known| *known == key);
            let position = position.unwrap_or_else(|| keys.all().count());
            keys.positions.insert(name.clone(), position);
            if position == 0 {
                keys.first = Some(key);
            } else if position > keys.others.len() {
                let setter = setters.claim(setter_names(name, &key, scheme));
                keys.others.push(OtherKey { setter, key });
            }
        }
        keys
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        let others = self.others.iter().map(|other| &other.key);
        self.first.iter().chain(others)
    }

    /// Returns the default keys of operations.
    pub(super) fn default_security(&self, tree: &Tree) -> Security {
        self.security(&tree.security).unwrap_or_default()
    }

    /// Returns the keys of a requirement, or `None` if the client has none of them.
    pub(super) fn security(&self, requirement: &[Vec<String>]) -> Option<Security> {
        let mut seen = BTreeSet::new();
        let mut security: Security = requirement
            .iter()
            .filter_map(|names| {
                let keys = names.iter().map(|name| self.positions.get(name).copied());
                keys.collect::<Option<Vec<usize>>>()
            })
            .filter(|keys| seen.insert(keys.clone()))
            .collect();
        // The alternative without a key applies only to a client without a key.
        security.sort_by_key(Vec::is_empty);
        (requirement.is_empty() || !security.is_empty()).then_some(security)
    }
}

/// Returns the names for the setter of a key, in the order of preference: the name of the scheme,
/// the name of the key in requests, and the name of the scheme with the location of the key.
fn setter_names(name: &str, key: &Key, scheme: &SecurityScheme) -> Candidates {
    let location = match key {
        Key::Query { .. } => "query",
        Key::Cookie { .. } => "cookie",
        _ => "header",
    };
    let name = argument_name(name);
    let in_requests = match scheme.name.as_str() {
        "" => name.clone(),
        sent => argument_name(sent),
    };
    let located = format!("{name}_{location}");
    underscored(&located).after([name, in_requests])
}

/// Lowers a security scheme. All schemes except API keys are sent in the `authorization` header.
fn lower(scheme: &SecurityScheme) -> Key {
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

/// Returns the name of an authentication scheme, which is case-insensitive. `Bearer` is written as
/// in its RFC, and other names as in the document.
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
    use serde_json::{Value, json};

    use super::*;

    fn key(scheme: Value) -> Option<Key> {
        let document = json!({"components": {"securitySchemes": {"key": scheme}}});
        Tree::read(&document).schemes.values().next().map(lower)
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

    #[test]
    fn a_setter_that_every_builder_has_is_named_after_the_key_in_requests() {
        let key = |place: &str, name: &str| json!({"type": "apiKey", "in": place, "name": name});
        let (api, _) = crate::lower::lowered(&json!({
            "security": [{"oauth": [], "api_key": [], "token": [], "apiKey": [], "api-key": []}],
            "paths": {"/a": {"get": {"operationId": "a"}}},
            "components": {"securitySchemes": {
                "oauth": {"type": "oauth2"},
                "api_key": key("header", "api_key"),
                "token": key("cookie", "token"),
                "apiKey": key("query", "apiKey"),
                "api-key": key("header", "X-API-Key"),
            }},
        }));
        let setters = api.other_keys.iter().map(|key| key.setter.as_str());
        let expected = ["x_api_key", "api_key_query", "api_key_header", "token"];
        assert_eq!(setters.collect::<BTreeSet<_>>(), BTreeSet::from(expected));
    }

    #[test]
    fn keys_are_positions_and_schemes_that_send_alike_are_one() {
        let api_key = |name: &str| json!({"type": "apiKey", "in": "header", "name": name});
        let bearer = json!({"type": "http", "scheme": "bearer"});
        let (api, _) = crate::lower::lowered(&json!({
            "security": [{}, {"token": []}, {"app": [], "api_key": []}],
            "paths": {
                "/a": {"get": {"operationId": "a"}},
                "/b": {"get": {"operationId": "b", "security": []}},
                "/c": {"get": {"operationId": "c", "security": [{"oauth": []}]}},
                "/d": {"get": {"operationId": "d", "security": [{"admin": []}]}},
            },
            "components": {"securitySchemes": {
                "unused": api_key("x-unused"), "app": api_key("x-app"), "token": bearer,
                "api_key": api_key("x-key"), "oauth": {"type": "oauth2"}, "admin": api_key("x-admin"),
            }},
        }));
        assert_eq!(api.key, header("authorization", "Bearer "));
        let setters = api.other_keys.iter().map(|key| key.setter.as_str());
        assert_eq!(setters.collect::<Vec<_>>(), ["app", "x_key", "admin"]);
        assert_eq!(api.security, [vec![0], vec![1, 2], vec![]]);
        let own = api.operations.iter().map(|it| it.security.clone());
        let expected = [None, Some(vec![]), Some(vec![vec![0]]), Some(vec![vec![3]])];
        assert_eq!(own.collect::<Vec<_>>(), expected);
    }
}
