//! Emits a client crate from the model of an API.
//!
//! This is the only layer that knows Rust's tokens. It drives progenitor for the
//! functions that build requests, and writes everything else from the model.

#![forbid(unsafe_code)]

mod configuration;
mod documentation;
mod external;
mod files;
mod format;
mod former;
mod imports;
mod layout;
mod links;
mod mock;
mod operations;
mod order;
mod package;
mod progenitor;
mod project;
mod public_api;
mod ty;
mod types;
mod value;
mod webhooks;

use api::Api;
use openapi::Config;
use pages::{Code, Problem, Surroundings};
use public_api::Declarations;

pub use files::Crate;
pub(crate) use imports::Imports;

/// The crate of an API, and what it lacks.
#[derive(Debug)]
pub struct Emission {
    /// The files of the crate.
    pub files: Crate,
    /// The model that they were emitted from: without the operations that progenitor
    /// refused, and without the types that are not Rust and what needs them.
    pub api: Api,
    /// One for each operation that is left out.
    pub warnings: Vec<Problem>,
}

/// Emits the client crate of an API.
///
/// # Errors
///
/// If the emitted code is not Rust, which is a defect of the generator.
pub fn emit(
    mut api: Api,
    config: &Config,
    surroundings: Surroundings,
) -> Result<Emission, Problem> {
    let mut files = Crate::default();
    let mut declarations = Declarations::default();
    let mut warnings = types::files(&mut api, &mut declarations, &mut files);
    let refused = progenitor::raw_files(&api, &mut files)?;
    let refusals = refused.iter();
    warnings.extend(refusals.map(|(id, reason)| refusal(&api, id, reason)));
    api.operations
        .retain(|operation| refused.iter().all(|(id, _)| *id != operation.id));
    let library = package::library(&api, config);
    operations::files(&api, &library, &mut files)?;
    mock::files(&api, &library, &mut files)?;
    configuration::files(&api, &mut files)?;
    external::files(&api, &mut files)?;
    webhooks::files(&api, &library, &mut files)?;
    package::files(&api, config, surroundings, &mut files);
    project::files(&api, config, surroundings, &mut files)?;
    public_api::file(&library, declarations, &mut files)?;
    Ok(Emission {
        files,
        api,
        warnings,
    })
}

/// Returns the warning for an operation that progenitor refused.
fn refusal(api: &Api, id: &str, reason: &str) -> Problem {
    let origin = api
        .operation(id)
        .and_then(|operation| operation.origin.clone());
    Problem::new(
        Code::RefusedByProgenitor,
        format!("`{id}` is not in the client: progenitor refuses it: {reason}"),
    )
    .operation(id)
    .at(origin.map(|origin| origin.0))
}
