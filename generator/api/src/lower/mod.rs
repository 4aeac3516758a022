//! Lowering: converts the merged document to the model.
//!
//! The steps are in the order in which facts become known: an operation's parameters,
//! body, and responses decide which schemas become types, and the fields of those types
//! decide how an operation is called.

mod deprecation;
mod environments;
mod examples;
mod former;
mod groups;
mod headers;
mod key;
mod media_type;
mod operations;
mod schemas;
mod server_variables;
mod types;
mod warnings;
mod webhooks;

use std::collections::BTreeMap;

use openapi::Tree;
use pages::{Place, Problem, panics};

use crate::{Api, Docs};
use operations::{Alternatives, Exchange, Names};
use schemas::Schemas;
use server_variables::Variables;
use warnings::Warnings;

/// The place of each operation's description, by operation ID.
pub type Origins = BTreeMap<String, Place>;

/// Lowers a merged document. Unsupported parts of the document are reported as warnings.
pub fn lower(tree: &Tree, origins: &Origins) -> (Api, Vec<Problem>) {
    let mut warnings = Warnings::new(origins);
    let mut schemas = Schemas::new(tree);
    let headers = headers::constant(tree);
    let exchanges = operations::choose(tree, &headers, &mut schemas, &mut warnings);
    let event = webhooks::event(tree);
    let reached = exchanges.iter().map(Exchange::reach);
    let reached = reached.chain(event.as_ref().map(webhooks::reach));
    let (schemas, context) = schemas.reached_from(reached);
    let mut types = types::lower(&schemas, &context, &tree.renamed, warnings.problems());
    let webhooks = webhooks::lower(tree, origins, &mut types);
    let keys = key::Keys::of(tree, &headers);
    let named = Names::claim(exchanges, &tree.renamed);
    let mut variables = Variables::of(&tree.servers, &headers, &keys.others);
    let sources = named.iter().map(|(_, exchange)| exchange.source());
    variables.add(sources.flat_map(|source| &source.servers));
    let alternatives = Alternatives::of(&named);
    let group_docs = groups::described(&named, &tree.tags);
    let mut operations: Vec<_> = named
        .into_iter()
        .map(|(names, exchange)| {
            let source = exchange.source();
            let mut warnings = warnings.of(&source.id);
            let place = warnings.place().cloned();
            let complete = || exchange.complete(names, &types, tree, &alternatives, &mut warnings);
            let mut operation = panics::located(|| place, complete);
            let stated = source.security.as_ref();
            operation.security = stated.and_then(|stated| keys.security(stated));
            operation.server = source.servers.first().map(|it| variables.url(it));
            operation.environment_servers =
                environments::of_operation(&source.servers, &tree.servers, &variables);
            operation
        })
        .collect();
    former::attach(&tree.renamed, &mut types, &mut operations);
    deprecation::name_as_client(&mut operations);
    let api = Api {
        title: tree.title.clone(),
        version: tree.version.clone(),
        docs: Docs::page(&tree.description),
        server: tree
            .servers
            .first()
            .map_or_else(String::new, |it| it.url.clone()),
        server_template: tree.servers.first().and_then(|it| variables.template(it)),
        environments: environments::lower(&tree.servers, &variables),
        server_variables: variables.all,
        security: keys.default_security(tree),
        key: keys.first,
        other_keys: keys.others,
        headers,
        types,
        group_docs,
        operations,
        webhooks,
        dependencies: tree.dependencies.clone(),
    };
    (api, warnings.into_problems())
}

/// Returns the model of a test document, and its warnings.
#[cfg(test)]
pub(crate) fn lowered(document: &serde_json::Value) -> (Api, Vec<String>) {
    let (api, problems) = lower(&Tree::read(document), &Origins::new());
    let messages = problems.iter().map(|problem| problem.message().to_owned());
    (api, messages.collect())
}
