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

use crate::config::Config;
use crate::docs::json_text;
use crate::generate::Code;
use crate::marker::{COMMAND, MARK_KEY};
use crate::merge::Api;
use crate::problem::Problem;
use crate::report::OperationSummary;
use crate::schemas;
use crate::source::Surroundings;
use crate::walk;
pub(crate) use enums::symbol;
use operation::Operation;
pub(crate) use package::dependencies;
use request::Plan;
use types::Types;

/// The key by which the merged document tells the version of the crate, for those
/// who compare it with a later one.
pub(crate) const VERSION_KEY: &str = "x-crate-version";

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
            let plan = Plan::new(operation, &types, &config.paging, &mut warnings);
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

impl Api {
    /// Returns the document as `openapi.json` holds it: with the command that wrote it
    /// and the version of the crate that it makes.
    pub(crate) fn to_json(&self, config: &Config) -> String {
        let mut document = serde_json::Map::new();
        for (key, value) in self.root.as_object().into_iter().flatten() {
            document.insert(key.clone(), value.clone());
            if key == "openapi" {
                document.insert(MARK_KEY.to_owned(), COMMAND.into());
                document.insert(VERSION_KEY.to_owned(), config.crate_version().into());
            }
        }
        let text = json_text(&serde_json::Value::Object(document));
        format!("{text}\n")
    }

    pub(crate) fn schema_count(&self) -> usize {
        schemas::schemas_of(&self.root).map_or(0, serde_json::Map::len)
    }

    fn title(&self) -> &str {
        self.root["info"]["title"].as_str().unwrap_or_default()
    }

    fn server(&self) -> &str {
        self.root["servers"][0]["url"].as_str().unwrap_or_default()
    }
}
