//! Writes the crate: the types and the raw layer from progenitor's code, the
//! public face from the raw functions' signatures and the document.

mod deprecation;
mod docs;
mod enums;
mod example;
mod groups;
mod links;
mod mock;
mod object;
mod operation;
mod owned;
mod package;
mod paging;
mod raw;
mod request;
mod rust;
pub(crate) mod surface;
mod types;
mod unions;

use std::collections::BTreeMap;

use crate::generate::Code;
use openapi::Merged as Api;
use openapi::config::Config;
use openapi::report::OperationSummary;
use openapi::walk;
use operation::Operation;
use pages::Problem;
use pages::Surroundings;
pub(crate) use pages::marker::{COMMAND, MARK, MARK_KEY, VERSION_KEY};
use request::Plan;
use types::Types;

/// The files of a generated crate, by path, with `/` on every system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crate {
    pub(crate) files: BTreeMap<String, String>,
}

impl Crate {
    /// Returns the files and their contents, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, content)| (path.as_str(), content.as_str()))
    }

    fn insert(&mut self, path: impl Into<String>, content: String) {
        self.files.insert(path.into(), content);
    }
}

/// The crate, and which operations are in it.
pub(crate) struct Face {
    pub(crate) files: Crate,
    pub(crate) operations: Vec<OperationSummary>,
    /// What the client lacks.
    pub(crate) warnings: Vec<Problem>,
}

/// Writes the crate for `api`, whose operations and types progenitor wrote as
/// `code`.
///
/// # Errors
///
/// When progenitor's code has a form that is not known here, or the crate would
/// define a name twice.
pub(crate) fn face(
    api: &Api,
    code: &Code,
    config: &Config,
    surroundings: Surroundings,
) -> Result<Face, Problem> {
    let types = Types::new(code)?;
    let operations = operation::read(api, code)?;
    let mut files = Crate::default();
    files.insert("src/types.rs", types.print()?);
    raw::write(&operations, &types, &code.wire, &mut files)?;
    let mut warnings = Vec::new();
    let plans = operations
        .iter()
        .map(|operation| {
            let plan = Plan::new(
                operation,
                &types,
                &openapi::tree::PagingNames::default(),
                &mut warnings,
            );
            (operation.id.clone(), plan)
        })
        .collect();
    let library = package::library(api, config);
    groups::write(&operations, &plans, &library, &mut files)?;
    mock::write(&operations, &library, &mut files)?;
    package::write(api, config, &operations, surroundings, &mut files);
    links::add(&operations, &mut files);
    Ok(Face {
        files,
        operations: summaries(api, &operations),
        warnings,
    })
}

/// Lists the operations of the document and how the client calls them.
fn summaries(api: &Api, operations: &[Operation]) -> Vec<OperationSummary> {
    walk::operations(&api.root)
        .filter_map(|(path, method, object)| {
            let id = object["operationId"].as_str()?;
            let place = api.origins.get(id).map(|origin| origin.place.clone());
            let client_method = operations
                .iter()
                .find(|operation| operation.id == id)
                .map(Operation::call);
            Some(OperationSummary {
                id: id.to_owned(),
                method: method.to_owned(),
                path: walk::sent_path(path).to_owned(),
                place,
                client_method,
            })
        })
        .collect()
}
