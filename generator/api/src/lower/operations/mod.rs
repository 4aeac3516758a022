//! Operations: what each one sends and receives, how it is called, and its names.
//!
//! An operation is lowered in two steps. An [`Exchange`] holds what follows from the
//! document alone. The rest needs the lowered types and the names of all operations.

mod bodies;
mod calls;
pub(super) mod deprecation;
mod forms;
mod media_type;
mod names;
mod paging;
mod parameters;
mod reserved;
mod responses;

use std::collections::BTreeMap;

use ::names::Scope;
use openapi::Tree;
use openapi::tree;

use super::schemas::Schemas;
use super::warnings::{OperationWarnings, Warnings};
use crate::{
    Deprecation, Docs, ErrorResponse, Operation, Origin, Parameter, Response, Type, TypeDef, TypeId,
};
use bodies::ChosenBody;
use calls::Values;
pub(super) use media_type::is_multipart;
pub(super) use names::Names;
pub(crate) use reserved::CLIENT_METHODS;

/// What an operation sends and receives.
pub(super) struct Exchange<'a> {
    source: &'a tree::Operation,
    parameters: Vec<Parameter>,
    /// The names that methods of the request have.
    request_names: Scope,
    body: Option<ChosenBody>,
    response: Response,
    errors: Vec<ErrorResponse>,
}

/// Returns the operations that the client can have. The others are warnings.
pub(super) fn choose<'a>(
    tree: &'a Tree,
    schemas: &mut Schemas<'a>,
    warnings: &mut Warnings<'_>,
) -> Vec<Exchange<'a>> {
    tree.operations
        .iter()
        .filter_map(|operation| {
            let mut warnings = warnings.of(&operation.id);
            let chosen = Exchange::choose(operation, schemas, &mut warnings);
            chosen.map_err(|reason| warnings.left_out(&reason)).ok()
        })
        .collect()
}

impl<'a> Exchange<'a> {
    /// Decides what an operation sends and receives.
    ///
    /// # Errors
    ///
    /// The reason why the client cannot have the operation.
    fn choose(
        source: &'a tree::Operation,
        schemas: &mut Schemas<'a>,
        warnings: &mut OperationWarnings<'_>,
    ) -> Result<Self, String> {
        if matches!(source.method.as_str(), "options" | "trace") {
            return Err(format!("its method is `{}`", source.method));
        }
        let (parameters, request_names) = parameters::choose(source, schemas, warnings)?;
        let body = bodies::choose(source, schemas, warnings);
        let response = responses::choose(source, schemas, warnings);
        Ok(Self {
            source,
            parameters,
            request_names,
            body,
            response,
            errors: responses::errors(source),
        })
    }

    /// Returns the operation, whose names and whose types are known by now.
    pub(super) fn complete(
        self,
        names: Names,
        types: &BTreeMap<TypeId, TypeDef>,
        tree: &Tree,
        warnings: &mut OperationWarnings<'_>,
    ) -> Operation {
        let source = self.source;
        let paging = paging::find(
            source,
            &self.parameters,
            &self.response,
            types,
            &tree.paging_names,
            warnings,
        );
        let values = Values {
            parameters: &self.parameters,
            body: self.body,
            sets: &source.sets,
            names: self.request_names,
            arguments_struct: names.arguments_struct(),
        };
        let (body, call) = values.given(&source.id, types, warnings);
        let description = source.description.trim();
        let (deprecated, description) = if source.deprecated {
            let (note, description) = deprecation::note(description);
            (Some(Deprecation { note }), description)
        } else {
            (None, description)
        };
        Operation {
            id: source.id.clone(),
            request: names.request(),
            group: names.group,
            method: names.method,
            function: names.function,
            verb: source.method.to_ascii_uppercase(),
            path: source.path.clone(),
            summary: Docs::new(&first_paragraph(&source.summary)),
            docs: Docs::new(description),
            reference: source.reference.clone(),
            deprecated,
            parameters: self.parameters,
            body,
            response: self.response,
            errors: self.errors,
            call,
            paging,
            sets: source.sets.clone(),
            origin: warnings.place().cloned().map(Origin),
        }
    }

    pub(super) fn id(&self) -> &'a str {
        &self.source.id
    }

    pub(super) fn parameter_types(&self) -> impl Iterator<Item = &Type> {
        self.parameters.iter().map(|parameter| &parameter.ty)
    }

    pub(super) fn body_type(&self) -> Option<&Type> {
        self.body.as_ref().map(|body| &body.ty)
    }

    pub(super) fn response_type(&self) -> Option<&Type> {
        self.response.ty()
    }

    pub(super) fn error_types(&self) -> impl Iterator<Item = &TypeId> {
        self.errors.iter().map(|error| &error.ty)
    }
}

/// Returns the first paragraph of a text as one line.
fn first_paragraph(markdown: &str) -> String {
    let paragraph = markdown.split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}
