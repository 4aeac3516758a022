//! Emits a client crate from the model of an API.
//!
//! This is the only layer that knows Rust's tokens. It drives progenitor for the
//! functions that build requests, and writes everything else from the model.

#![forbid(unsafe_code)]

mod documentation;
mod files;
mod format;
mod imports;
mod links;
mod mock;
mod operations;
mod package;
mod progenitor;
mod ty;
mod types;
mod value;

use api::Api;
use openapi::Config;
use pages::{Problem, Surroundings};

pub use files::Crate;
pub use imports::Imports;
pub use progenitor::raw_files;

/// Emits the client crate of an API.
///
/// # Errors
///
/// If the emitted code is not Rust, which is a defect of the generator.
pub fn emit(api: &Api, config: &Config, surroundings: Surroundings) -> Result<Crate, Problem> {
    let mut files = Crate::default();
    let library = package::library(api, config);
    types::files(api, &mut files)?;
    operations::files(api, &library, &mut files)?;
    mock::files(api, &library, &mut files)?;
    package::files(api, config, surroundings, &mut files);
    Ok(files)
}
