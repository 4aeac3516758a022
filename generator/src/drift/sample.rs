//! Small documents for the tests of the rules.

use serde_json::{Map, Value, json};

use super::change::{Change, Effect, Kind};
use super::{Document, Places, changes};
use crate::{Config, Source};

/// An API of one operation, `GET /pets/{id}`, called `pets().get(…)`.
#[derive(Clone, Default)]
pub(super) struct Api {
    parameters: Vec<Value>,
    body: Option<Value>,
    answer: Option<Value>,
    schemas: Map<String, Value>,
    /// Keys of the operation.
    more: Map<String, Value>,
}

impl Api {
    /// Adds a query parameter.
    pub(super) fn parameter(mut self, name: &str, required: bool, schema: Value) -> Self {
        let parameter =
            json!({"name": name, "in": "query", "required": required, "schema": schema});
        self.parameters.push(parameter);
        self
    }

    /// Says what the body is.
    pub(super) fn body(mut self, schema: Value) -> Self {
        self.body = Some(schema);
        self
    }

    /// Says what the answer is.
    pub(super) fn answer(mut self, schema: Value) -> Self {
        self.answer = Some(schema);
        self
    }

    /// Adds a schema.
    pub(super) fn schema(mut self, name: &str, schema: Value) -> Self {
        self.schemas.insert(name.to_owned(), schema);
        self
    }

    /// Says something else of the operation.
    pub(super) fn with(mut self, key: &str, value: Value) -> Self {
        self.more.insert(key.to_owned(), value);
        self
    }

    pub(super) fn root(&self) -> Value {
        let content = |schema: &Value| json!({"application/json": {"schema": schema}});
        let mut operation = json!({
            "operationId": "pets_get",
            "parameters": self.parameters,
            "responses": {"200": {"description": "The answer."}},
            "x-fern-sdk-group-name": ["pets"],
            "x-fern-sdk-method-name": "get",
        });
        if let Some(body) = &self.body {
            operation["requestBody"] = json!({"content": content(body)});
        }
        if let Some(answer) = &self.answer {
            operation["responses"]["200"]["content"] = content(answer);
        }
        for (key, value) in &self.more {
            operation[key] = value.clone();
        }
        let path = operation["path"].take();
        let path = path.as_str().unwrap_or("/pets");
        let method = if self.body.is_some() { "post" } else { "get" };
        json!({
            "openapi": "3.0.3",
            "x-generated-by": "cargo xtask codegen",
            "info": {"title": "Pets", "version": "1"},
            "servers": [{"url": "https://api.example.com"}],
            "paths": {path: {method: operation}},
            "components": {"schemas": self.schemas},
        })
    }
}

/// Returns a reference to a schema.
pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Returns what changed from one API to the other.
pub(super) fn compared(old: &Value, new: &Value) -> Vec<Change> {
    let document =
        |root: &Value| Document::parse("a sample", &root.to_string()).expect("a document");
    let places = || Places::new(&Source::default(), Default::default());
    changes(&document(old), &document(new), &Config::default(), places).expect("two clients")
}

/// Returns what is told of the change from one API to the other, but for new types.
pub(super) fn told(old: &Api, new: &Api) -> Vec<(Kind, Effect, String)> {
    compared(&old.root(), &new.root())
        .into_iter()
        .filter(|change| change.kind != Kind::TypeAdded)
        .map(|change| (change.kind, change.effect, change.what.to_string()))
        .collect()
}

/// Checks that one change is all that is told.
#[track_caller]
pub(super) fn tells(old: &Api, new: &Api, kind: Kind, effect: Effect, what: &str) {
    assert_eq!(told(old, new), [(kind, effect, what.to_owned())]);
}
