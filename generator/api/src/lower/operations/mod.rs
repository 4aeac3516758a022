//! Operations: their requests and responses, arguments and setters, and names.
//!
//! An operation is lowered in two steps. An [`Exchange`] contains the facts that depend only on the
//! document. The rest needs the lowered types and the names of all operations.

mod alternatives;
mod bodies;
mod calls;
mod channels;
mod event_names;
mod forms;
mod idempotency;
mod locations;
mod names;
mod paging;
mod parameters;
mod properties;
mod responses;
mod styles;
mod texts;
mod waits;

use std::collections::BTreeMap;

use ::names::Scope;
use openapi::Tree;
use openapi::tree;
use pages::panics;

use super::schemas::{Reach, Schemas};
use super::warnings::{OperationWarnings, Warnings};
use super::{deprecation, headers};
use crate::{
    ConstantHeader, Deprecation, Docs, ErrorResponse, Operation, Origin, Parameter, Response, Type,
    TypeDef, TypeId,
};
use alternatives::Alternative;
pub(super) use alternatives::Alternatives;
use bodies::ChosenBody;
use calls::Values;
pub(super) use names::Names;

/// The parameters, the body, and the responses of an operation.
#[derive(Clone)]
pub(super) struct Exchange<'a> {
    source: &'a tree::Operation,
    /// Set if it sends the body in a different media type than the regular method.
    alternative: Option<Alternative>,
    parameters: Vec<Parameter>,
    /// The names of the required headers that programs set on the client.
    client_headers: Vec<String>,
    /// The header of its idempotency key.
    idempotency: Option<String>,
    /// The names of the request's methods.
    request_names: Scope,
    body: Option<ChosenBody>,
    response: Response,
    errors: Vec<ErrorResponse>,
}

/// Returns the supported operations. Unsupported ones are reported as warnings.
pub(super) fn choose<'a>(
    tree: &'a Tree,
    constant: &[ConstantHeader],
    schemas: &mut Schemas<'a>,
    warnings: &mut Warnings<'_>,
) -> Vec<Exchange<'a>> {
    let ids = tree
        .operations
        .iter()
        .map(|operation| operation.id.as_str());
    let mut ids = Scope::with_reserved(ids);
    let chosen = tree.operations.iter().filter_map(|operation| {
        let mut warnings = warnings.of(&operation.id);
        let place = warnings.place().cloned();
        let choose = || Exchange::choose(operation, constant, schemas, &mut ids, &mut warnings);
        let chosen = panics::located(|| place, choose);
        chosen.map_err(|reason| warnings.left_out(&reason)).ok()
    });
    chosen.flatten().collect()
}

impl<'a> Exchange<'a> {
    /// Determines the requests and responses of an operation. If its body has several media types,
    /// there are several exchanges, with the regular one first.
    ///
    /// # Errors
    ///
    /// The reason why the operation is not supported.
    fn choose(
        source: &'a tree::Operation,
        constant: &[ConstantHeader],
        schemas: &mut Schemas<'a>,
        ids: &mut Scope,
        warnings: &mut OperationWarnings<'_>,
    ) -> Result<Vec<Self>, String> {
        if matches!(source.method.as_str(), "options" | "trace") {
            return Err(format!("its method is `{}`", source.method));
        }
        let (mut parameters, request_names) =
            parameters::choose(source, constant, schemas, warnings)?;
        let idempotency = idempotency::take(source, &mut parameters);
        let (body, others, response) = match source.is_channel {
            true => (None, Vec::new(), channels::choose(source)),
            false => {
                let (body, others) = bodies::choose(source, schemas, warnings);
                (body, others, responses::choose(source, schemas, warnings))
            }
        };
        let usual = Self {
            source,
            alternative: None,
            parameters,
            client_headers: headers::without_default(source, constant),
            idempotency,
            request_names,
            body,
            response,
            errors: responses::errors(source, schemas),
        };
        let mut exchanges = vec![usual];
        for other in others {
            let alternative = Alternative::claim(&source.id, other.media_type, other.word, ids);
            exchanges.push(Self {
                alternative: Some(alternative),
                body: Some(other.body),
                ..exchanges[0].clone()
            });
        }
        let types = exchanges.iter().flat_map(Self::types);
        let missing = types.into_iter().find(|id| !schemas.contains(id));
        if let Some(id) = missing {
            let reason = format!("it references the schema `{id}`, which is not in the document");
            return Err(reason);
        }
        Ok(exchanges)
    }

    /// Returns the operation with its names and the facts that depend on types.
    pub(super) fn complete(
        mut self,
        names: Names,
        types: &BTreeMap<TypeId, TypeDef>,
        tree: &Tree,
        alternatives: &Alternatives,
        warnings: &mut OperationWarnings<'_>,
    ) -> Operation {
        let source = self.source;
        let id = self.id().to_owned();
        let Description {
            summary,
            docs,
            deprecated,
        } = self.description(alternatives);
        let wait = names.wait.as_ref().zip(source.wait.as_ref());
        let wait = wait.and_then(|(method, words)| {
            waits::find(words, method.clone(), &self.response, types, warnings)
        });
        let values = Values {
            parameters: &self.parameters,
            sets: &source.sets,
            names: self.request_names,
            arguments_struct: names.arguments_struct(),
        };
        let (body, call) = values.given(&source.id, self.body, types, warnings);
        let paging = paging::find(
            source,
            &self.parameters,
            body.as_ref(),
            &self.response,
            types,
            &tree.paging_names,
            warnings,
        );
        if let Some(paging) = &paging {
            paging::count_in_integers(&paging.advance, &mut self.parameters);
        }
        Operation {
            id,
            request: names.request(),
            group: names.group,
            method: names.method,
            function: names.function,
            verb: source.method.to_ascii_uppercase(),
            path: source.path.clone(),
            summary,
            docs,
            reference: source.reference.clone(),
            // Set later, when the variables and the keys of the whole API are known.
            server: None,
            environment_servers: Vec::new(),
            security: None,
            deprecated,
            parameters: self.parameters,
            body,
            event_name: event_names::find(&self.response, types),
            response: self.response,
            errors: self.errors,
            statuses: responses::statuses(source),
            call,
            paging,
            sets: source.sets.clone(),
            client_headers: self.client_headers,
            idempotency: self.idempotency,
            bucket: source.bucket.clone(),
            wait,
            former_calls: Vec::new(),
            former_setters: Vec::new(),
            origin: warnings.place().cloned().map(Origin),
        }
    }

    /// Returns the documentation of the operation, including that of its alternatives.
    fn description(&self, alternatives: &Alternatives) -> Description {
        let source = self.source;
        let description = source.description.trim();
        let (deprecated, description) = if source.deprecated {
            let (note, description) = deprecation::note(description);
            (Some(Deprecation { note }), description)
        } else {
            (None, description)
        };
        let summary = Docs::page(&first_paragraph(&source.summary));
        let mut docs = Docs::page(description);
        if let Some(described) = alternatives.docs(&source.id, self.alternative.as_ref()) {
            // A description that repeats the summary is shown once.
            let own = Some(docs).filter(|docs| *docs != summary);
            docs = Docs::blocks(own.into_iter().chain([described]));
        }
        Description {
            summary,
            docs,
            deprecated,
        }
    }

    /// Returns the ID of the operation in the model.
    fn id(&self) -> &str {
        let alternative = self.alternative.as_ref();
        alternative.map_or(&self.source.id, |alternative| &alternative.id)
    }

    /// Returns the operation in the document.
    pub(super) fn source(&self) -> &'a tree::Operation {
        self.source
    }

    /// Returns the types of the parameters.
    fn in_parameters(&self) -> impl Iterator<Item = &TypeId> {
        let types = self.parameters.iter().map(|parameter| &parameter.ty);
        types.filter_map(Type::mentions)
    }

    /// Returns the type of the body, or of the messages that the client sends.
    fn in_body(&self) -> Option<&TypeId> {
        match (&self.body, self.response.channel()) {
            (Some(body), _) => body.ty.mentions(),
            (None, channel) => channel?.sent.ty()?.mentions(),
        }
    }

    /// Returns the types of the responses and error responses.
    fn in_responses(&self) -> impl Iterator<Item = &TypeId> {
        let response = self.response.ty().and_then(Type::mentions);
        let errors = self.errors.iter().map(|error| &error.ty);
        response.into_iter().chain(errors)
    }

    /// Returns the types that it mentions.
    pub(super) fn reach(&self) -> Reach<'_> {
        Reach {
            in_parameters: self.in_parameters().collect(),
            in_body: self.in_body(),
            in_responses: self.in_responses().collect(),
        }
    }

    fn types(&self) -> impl Iterator<Item = &TypeId> {
        let sent = self.in_parameters().chain(self.in_body());
        sent.chain(self.in_responses())
    }
}

/// The texts of an operation.
struct Description {
    summary: Docs,
    docs: Docs,
    deprecated: Option<Deprecation>,
}

/// Returns the first paragraph of a text as one line.
fn first_paragraph(markdown: &str) -> String {
    let paragraph = markdown.split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::lower::lowered;

    fn response(name: &str) -> Value {
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        json!({"content": {"application/json": {"schema": schema}}})
    }

    #[test]
    fn an_operation_that_no_client_can_have_is_a_warning() {
        let cookie = json!({"name": "a key", "in": "cookie", "required": true});
        let (api, warnings) = lowered(&json!({"paths": {"/pets": {
            "trace": {"operationId": "pets_trace"},
            "get": {"operationId": "pets_get", "parameters": [cookie]},
            "put": {"operationId": "pets_put", "responses": {"200": response("Gone")}},
            "post": {"operationId": "pets_post"},
        }}}));
        let ids = api.operations.iter().map(|operation| operation.id.as_str());
        assert_eq!(ids.collect::<Vec<_>>(), ["pets_post"]);
        assert_eq!(
            warnings,
            [
                "`pets_get` is not in the client: the required parameter `a key` has a name that is not valid for a cookie",
                "`pets_put` is not in the client: it references the schema `Gone`, which is not in the document",
                "`pets_trace` is not in the client: its method is `trace`",
            ]
        );
    }

    #[test]
    fn only_types_that_operations_of_the_client_reach_are_lowered() {
        let object = |name: &str| json!({"type": "object", "properties": {name: {}}});
        let (api, _) = lowered(&json!({
            "paths": {"/pets": {
                "trace": {"operationId": "pets_trace", "responses": {"200": response("Trace")}},
                "get": {"operationId": "pets_get", "responses": {
                    "200": response("Pet"), "404": response("Problem"), "409": response("Gone"),
                }},
            }},
            "components": {"schemas": {
                "Pet": {"properties": {"toy": {"$ref": "#/components/schemas/Toy"}}},
                "Problem": object("code"), "Toy": object("name"), "Trace": object("line"),
            }},
        }));
        let types: Vec<&str> = api.types.keys().map(|id| id.as_str()).collect();
        assert_eq!(types, ["Pet", "Problem", "Toy"]);
        assert!(api.types.values().all(|ty| ty.received && !ty.sent));
        assert_eq!(api.operations[0].errors.len(), 1);
    }

    #[test]
    fn a_summary_is_one_line() {
        let (api, _) = lowered(&json!({"paths": {"/pets": {"get": {
            "operationId": "pets_get",
            "summary": "Get a\n pet\n\nSlowly.",
        }}}}));
        assert_eq!(api.operations[0].summary.as_str(), "Get a pet");
    }
}
