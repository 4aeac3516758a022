//! Operations whose body has several media types. The regular method sends the first one, and a
//! separate method, such as `create_as_multipart`, sends each of the others.

use std::collections::BTreeMap;

use ::names::{Scope, numbered};

use super::{Exchange, Names};
use crate::Docs;

/// An alternative media type of an operation's body.
#[derive(Clone)]
pub(super) struct Alternative {
    /// The ID of its operation in the model.
    pub(super) id: String,
    /// The word for the media type in the names of the method and the request.
    pub(super) word: String,
    media_type: String,
}

impl Alternative {
    /// Claims the ID of the operation that sends the media type.
    pub(super) fn claim(source: &str, media_type: String, word: String, ids: &mut Scope) -> Self {
        let id = ids.claim(numbered(&format!("{source}_as_{word}"), "_"));
        Self {
            id,
            word,
            media_type,
        }
    }
}

/// The methods that send the other media types, by the ID of the operation in the document.
pub(in crate::lower) struct Alternatives(BTreeMap<String, Vec<(String, String)>>);

impl Alternatives {
    /// Lists the methods after all names are claimed.
    pub(in crate::lower) fn of(named: &[(Names, Exchange<'_>)]) -> Self {
        let mut methods: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (names, exchange) in named {
            if let Some(alternative) = &exchange.alternative {
                let method = (alternative.media_type.clone(), names.method.clone());
                let source = exchange.source.id.clone();
                methods.entry(source).or_default().push(method);
            }
        }
        Self(methods)
    }

    /// Returns the documentation of the media types of an operation, if there are several.
    pub(super) fn docs(&self, source: &str, alternative: Option<&Alternative>) -> Option<Docs> {
        let methods = self.0.get(source)?;
        if let Some(alternative) = alternative {
            let media_type = Docs::code(&alternative.media_type);
            return Some(Docs::template("Sends the body as {}.", &[media_type]));
        }
        let methods: Vec<Docs> = methods
            .iter()
            .map(|(media_type, method)| {
                let parts = [Docs::code(media_type), Docs::code(method)];
                Docs::template("as {} with {}", &parts)
            })
            .collect();
        let methods = Docs::joined(&methods, ", ");
        Some(Docs::template("The body can also be sent {}.", &[methods]))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::lower::lowered;

    fn operation(id: &str, group: &str, method: &str) -> Value {
        let form = json!({"schema": {"properties": {"name": {"type": "string"}}}});
        json!({
            "operationId": id,
            "summary": "Adds a pet.",
            "description": "Adds a pet.",
            "x-fern-sdk-group-name": [group],
            "x-fern-sdk-method-name": method,
            "security": [],
            "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
            "requestBody": {"content": {
                "application/json": {}, "multipart/form-data": form, "text/csv": {},
            }},
        })
    }

    #[test]
    fn the_methods_of_one_operation_name_each_other() {
        let (api, _) = lowered(&json!({"paths": {
            "/pets": {"post": operation("pets_add", "pets", "add")},
        }}));
        let operations = api.operations.iter();
        let docs: Vec<_> = operations
            .map(|it| (it.call(), it.request.as_str(), it.docs.as_str()))
            .collect();
        assert_eq!(
            docs,
            [
                (
                    "pets().add()".to_owned(),
                    "AddRequest",
                    "The body can also be sent as `text/csv` with `add_as_csv`, as \
                     `multipart/form-data` with `add_as_multipart`."
                ),
                (
                    "pets().add_as_csv()".to_owned(),
                    "AddAsCsvRequest",
                    "Sends the body as `text/csv`."
                ),
                (
                    "pets().add_as_multipart()".to_owned(),
                    "AddAsMultipartRequest",
                    "Sends the body as `multipart/form-data`."
                ),
            ]
        );
    }

    #[test]
    fn all_but_the_body_is_that_of_the_operation() {
        let (api, _) = lowered(&json!({
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
            "security": [{"key": []}],
            "paths": {"/pets": {"post": operation("pets_add", "pets", "add")}},
        }));
        let [usual, csv, multipart] = &api.operations[..] else {
            panic!("three operations");
        };
        for other in [csv, multipart] {
            assert_eq!((&other.verb, &other.path), (&usual.verb, &usual.path));
            assert_eq!(other.parameters, usual.parameters);
            assert_eq!(other.response, usual.response);
            assert!(other.security.is_some());
            assert_eq!(other.security, usual.security);
        }
    }

    #[test]
    fn an_operation_of_the_document_keeps_its_names() {
        let (api, _) = lowered(&json!({"paths": {
            "/pets": {"post": operation("pets_add", "pets", "add")},
            "/csv": {"post": {
                "operationId": "pets_add_as_csv",
                "x-fern-sdk-group-name": ["pets"],
                "x-fern-sdk-method-name": "add_as_csv",
            }},
        }}));
        let names = |path: &str| -> Vec<(String, String)> {
            let operations = api.operations.iter().filter(|it| it.path == path);
            operations.map(|it| (it.id.clone(), it.call())).collect()
        };
        let pair = |id: &str, call: &str| (id.to_owned(), call.to_owned());
        assert_eq!(
            names("/csv"),
            [pair("pets_add_as_csv", "pets().add_as_csv()")]
        );
        let csv = pair("pets_add_as_csv_2", "pets().add_as_csv_()");
        assert!(names("/pets").contains(&csv), "{:?}", names("/pets"));
    }
}
