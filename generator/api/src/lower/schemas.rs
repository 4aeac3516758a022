//! The schemas of a document, and the schemas that lowering adds: forms, and unions of responses.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use names::{Scope, numbered};
use openapi::Tree;
use openapi::tree::Schema;

use super::media_type::is_multipart;
use super::types::{self, Context};
use crate::TypeId;

/// The schemas of a document, and the added schemas.
pub(crate) struct Schemas<'a> {
    tree: &'a Tree,
    names: Scope,
    added: IndexMap<String, Schema>,
    /// The schemas of multipart forms, each with the properties that are sent as JSON.
    forms: BTreeMap<String, BTreeSet<String>>,
    /// The schemas that are used outside of multipart forms.
    outside_forms: OnceCell<BTreeSet<String>>,
}

/// The types that an operation mentions.
pub(crate) struct Reach<'a> {
    /// The types in its parameters.
    pub(crate) in_parameters: Vec<&'a TypeId>,
    /// The type of its body.
    pub(crate) in_body: Option<&'a TypeId>,
    /// The types in its responses and error responses.
    pub(crate) in_responses: Vec<&'a TypeId>,
}

impl<'a> Schemas<'a> {
    pub(crate) fn new(tree: &'a Tree) -> Self {
        Self {
            tree,
            names: Scope::with_reserved(tree.schemas.keys().map(String::as_str)),
            added: IndexMap::new(),
            forms: BTreeMap::new(),
            outside_forms: OnceCell::new(),
        }
    }

    /// Returns the target of a schema that is a reference, or the schema itself.
    pub(crate) fn target<'b>(&self, schema: &'b Schema) -> &'b Schema
    where
        'a: 'b,
    {
        self.tree.target(schema)
    }

    /// Returns `true` if the document has the schema, or it was added.
    pub(crate) fn contains(&self, id: &TypeId) -> bool {
        let name = id.as_str();
        self.tree.schemas.contains_key(name) || self.added.contains_key(name)
    }

    /// Adds a schema with this name, or with a number appended if the name is taken. Returns its
    /// name.
    pub(crate) fn add(&mut self, name: &str, schema: Schema) -> String {
        let name = self.names.claim(numbered(name, ""));
        self.added.insert(name.clone(), schema);
        name
    }

    /// Adds the struct of a multipart form. It replaces the schema `original` if nothing else uses
    /// it. Returns its name.
    pub(crate) fn add_form(
        &mut self,
        original: Option<&str>,
        name: &str,
        schema: Schema,
        json_parts: BTreeSet<String>,
    ) -> String {
        let name = match original.filter(|original| !self.is_used_outside_forms(original)) {
            Some(original) => {
                self.added.insert(original.to_owned(), schema);
                original.to_owned()
            }
            None => self.add(name, schema),
        };
        self.forms
            .entry(name.clone())
            .or_default()
            .extend(json_parts);
        name
    }

    fn is_used_outside_forms(&self, name: &str) -> bool {
        let tree = self.tree;
        let used = self.outside_forms.get_or_init(|| {
            let mut used = BTreeSet::new();
            let parameters = tree.operations.iter().flat_map(|operation| {
                let parameters = operation.parameters.iter();
                parameters.map(|parameter| &parameter.schema)
            });
            let responses = tree.operations.iter().flat_map(|operation| {
                let responses = operation.responses.values();
                responses.filter_map(|response| response.content.as_ref())
            });
            let responses = responses.flat_map(IndexMap::values);
            let bodies = tree.operations.iter().flat_map(|operation| {
                let content = operation.body.iter().flat_map(|body| &body.content);
                content.filter(|(name, content)| !is_multipart(name, content))
            });
            let media_types = responses.chain(bodies.map(|(_, content)| content));
            let contents = media_types.filter_map(|media_type| media_type.schema.as_ref());
            for schema in parameters.chain(contents).chain(tree.schemas.values()) {
                types::reached(schema, &tree.schemas, &mut used);
            }
            used
        });
        used.contains(name)
    }

    /// Returns the schemas that these operations use directly or indirectly, by kind of use.
    pub(crate) fn reached_from<'b>(
        self,
        operations: impl IntoIterator<Item = Reach<'b>>,
    ) -> (IndexMap<String, Schema>, Context) {
        let mut schemas = self.tree.schemas.clone();
        schemas.extend(self.added);
        let mut context = Context {
            forms: self.forms,
            ..Context::default()
        };
        for operation in operations {
            for id in operation.in_parameters.into_iter().chain(operation.in_body) {
                collect(id, &schemas, &mut context.sent);
            }
            if let Some(id) = operation.in_body {
                collect(id, &schemas, &mut context.in_bodies);
            }
            for id in operation.in_responses {
                collect(id, &schemas, &mut context.received);
            }
        }
        schemas.retain(|name, _| context.sent.contains(name) || context.received.contains(name));
        context.forms.retain(|name, _| schemas.contains_key(name));
        (schemas, context)
    }
}

/// Collects the schema of a type and the schemas that it reaches.
fn collect(id: &TypeId, schemas: &IndexMap<String, Schema>, found: &mut BTreeSet<String>) {
    let reference = Schema {
        reference: Some(id.as_str().to_owned()),
        ..Schema::default()
    };
    types::reached(&reference, schemas, found);
}
