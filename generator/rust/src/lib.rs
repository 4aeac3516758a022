//! Emits a client crate from the model of an API.
//!
//! This is the only layer that handles Rust tokens. It uses progenitor for the functions that build
//! requests, and emits everything else from the model.

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
mod uses;
mod value;
mod webhooks;

use api::Api;
use openapi::Config;
use pages::{Code, Problem, Surroundings, panics};
use rayon::prelude::*;

pub use files::Crate;
pub(crate) use imports::Imports;

/// The crate of an API, and warnings about operations that are left out.
#[derive(Debug)]
pub struct Emission {
    /// The files of the crate.
    pub files: Crate,
    /// The model that they were emitted from. It does not contain operations that progenitor
    /// rejected, types whose code is not valid Rust, and items that depend on such types.
    pub api: Api,
    /// A warning for each operation that is left out.
    pub warnings: Vec<Problem>,
}

/// Emits the client crate of an API.
///
/// # Errors
///
/// If the emitted code is not valid Rust, which is a bug in the generator.
pub fn emit(
    mut api: Api,
    config: &Config,
    surroundings: Surroundings,
) -> Result<Emission, Problem> {
    let mut files = Crate::default();
    let mut warnings = types::files(&mut api, &mut files);
    let refused = progenitor::raw_files(&api, &mut files)?;
    let refusals = refused.iter();
    warnings.extend(refusals.map(|(id, reason)| refusal(&api, id, reason)));
    if !refused.is_empty() {
        api.operations
            .retain(|operation| refused.iter().all(|(id, _)| *id != operation.id));
        // Documentation does not link to operations that are gone.
        types::files(&mut api, &mut files);
    }
    let library = package::library(&api, config);
    let parts: [Part<'_>; 7] = [
        &|files| operations::files(&api, &library, files),
        &|files| mock::files(&api, &library, files),
        &|files| configuration::files(&api, files),
        &|files| external::files(&api, files),
        &|files| webhooks::files(&api, &library, files),
        &|files| package::files(&api, config, surroundings, files),
        &|files| project::files(&api, config, surroundings, files),
    ];
    // The first failure is reported, not the earliest.
    let emitted: Vec<_> = parts
        .par_iter()
        .map(|part| panics::parallel(|| emitted(part)))
        .collect();
    for part in emitted {
        files.append(part?);
    }
    public_api::file(&library, &mut files)?;
    Ok(Emission {
        files,
        api,
        warnings,
    })
}

/// Adds the files of a part of the crate. Parts are emitted in parallel.
type Part<'a> = &'a (dyn Fn(&mut Crate) -> Result<(), Problem> + Sync);

fn emitted(part: &Part<'_>) -> Result<Crate, Problem> {
    let mut files = Crate::default();
    part(&mut files)?;
    Ok(files)
}

/// Returns the warning for an operation that progenitor rejected.
fn refusal(api: &Api, id: &str, reason: &str) -> Problem {
    let origin = api
        .operation(id)
        .and_then(|operation| operation.origin.clone());
    Problem::new(
        Code::RefusedByProgenitor,
        format!("`{id}` is not in the client: progenitor rejects it: {reason}"),
    )
    .operation(id)
    .at(origin.map(|origin| origin.0))
}

#[cfg(test)]
mod tests {
    use api::Response;

    use super::*;
    use crate::operations::samples::{named, object, operation, with_operations};

    #[test]
    fn documentation_names_no_operation_that_is_refused() {
        let [list, mut odd] = ["list", "odd"].map(|method| {
            let mut operation = operation(method, &["pets"]);
            operation.response = Response::Json(named("Pet"));
            operation
        });
        odd.path = "/pets/{".to_owned();
        let api = with_operations([object("Pet", [])], [list, odd]);
        let emission = emit(api, &Config::default(), Surroundings::default()).expect("Rust");
        assert_eq!(emission.warnings.len(), 1);
        let mut files = emission.files.files();
        let (_, pet) = files
            .find(|(path, _)| *path == "src/types/pet.rs")
            .expect("the file of the type");
        assert!(pet.contains("/// Returned by [`pets().list()`]"), "{pet}");
        assert!(!pet.contains("odd"), "{pet}");
    }
}
