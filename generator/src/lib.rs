//! Turns a company's API reference pages into a Rust client crate.
//!
//! Each page is Markdown and carries the OpenAPI specification of one
//! operation, in a dialect that no OpenAPI tool accepts. [`generate`] is the
//! whole way from those pages to the files of a crate: pages and settings in,
//! files and a report out. Only [`Source::read`] and [`Crate`]'s writer touch
//! the disk.

#![forbid(unsafe_code)]

mod face;
mod generate;
mod history;
mod input;
pub mod write;

pub use drift;
pub use face::Crate;
pub use history::{CHANGELOG, History, released_path};
pub use input::{holds_bare_pages, is_laid_out, read, read_config};
pub use openapi::quirks;
pub use openapi::{
    Config, Content, Fetch, Fix, OperationSummary, Report, failure_to_json, inspect,
};
pub use pages::{Code, EXTRAS, Place, Problem, Source, SourceFile, Surroundings};

use std::collections::BTreeMap;

use openapi::overlay::Overlay;
use rayon::prelude::*;

/// What a run makes of its input.
#[derive(Debug)]
pub struct Output {
    /// The merged document, OpenAPI 3.0.3 as JSON.
    pub openapi: String,
    /// The merged document of the last version, once [`Output::record`] knows it.
    pub released: Option<String>,
    /// The files of the client crate.
    pub files: Crate,
    /// What was done on the way.
    pub report: Report,
    pub(crate) config: Config,
}

/// A part of the way, in the order in which they are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Pages and specifications out of the files.
    Read,
    /// Their quirks.
    Fix,
    /// One document out of all, corrected by the overlay.
    Merge,
    /// OpenAPI 3.0.3 out of 3.1, with the schemas that a client wants.
    Shape,
    /// Progenitor.
    Generate,
    /// The files of the crate.
    Face,
}

/// The merged document of a run, and where its parts stand in the pages.
pub(crate) struct Merged {
    pub(crate) api: openapi::Merged,
    pub(crate) config: Config,
    pub(crate) report: Report,
}

/// Generates the client crate for the API that `source` describes.
///
/// # Errors
///
/// When the input is wrong: the problem says what, where, and what to do.
pub fn generate(source: &Source) -> Result<Output, Problem> {
    generate_observed(source, &mut |_| ())
}

/// Does what [`generate`] does, and calls `done` at the end of each stage.
///
/// # Errors
///
/// As [`generate`].
pub fn generate_observed(source: &Source, done: &mut dyn FnMut(Stage)) -> Result<Output, Problem> {
    let Merged {
        api,
        config,
        mut report,
    } = merged(source, done)?;

    let code = generate::generate(&api, &mut report.warnings)?;
    done(Stage::Generate);

    let mut face = face::face(&api, &code, &config, source.surroundings)?;
    report.warnings.append(&mut face.warnings);
    done(Stage::Face);

    report.operations = face.operations;
    Ok(Output {
        openapi: api.to_json(&config),
        released: None,
        files: face.files,
        report,
        config,
    })
}

/// Goes the way from the pages to the merged document.
fn merged(source: &Source, done: &mut dyn FnMut(Stage)) -> Result<Merged, Problem> {
    let config = match &source.config {
        Some(file) => Config::parse(file)?,
        None => Config::default(),
    };
    let mut report = Report::default();

    let mut read = pages::page::read(&source.pages)?;
    report.warnings.append(&mut read.warnings);
    // Of several errors, the one that is told is that of the first page.
    let documents: Vec<_> = read
        .pages
        .par_iter()
        .map(openapi::document::Document::parse)
        .collect();
    let mut documents = documents.into_iter().collect::<Result<Vec<_>, _>>()?;
    openapi::document::Document::retain_sound(&mut documents, &mut report.warnings)?;
    done(Stage::Read);

    let (documents, fixes): (Vec<_>, Vec<_>) = documents
        .into_par_iter()
        .map(|document| quirks::fix(document, &config))
        .unzip();
    report.fixes = fixes.concat();
    done(Stage::Fix);

    let overlay = source.overlay.as_ref().map(Overlay::read).transpose()?;
    let type_names = overlay
        .as_ref()
        .map_or_else(|| Ok(BTreeMap::new()), Overlay::type_names)?;
    let mut api = openapi::merge::merge(documents, &config, &type_names, &mut report.warnings)?;
    if let Some(overlay) = &overlay {
        overlay.apply(&mut api, &mut report.warnings)?;
    }
    openapi::dialect::check(&mut api, &mut report.warnings);
    openapi::ignore::ignore(&mut api.root);
    openapi::streaming::split(&mut api, &mut report.warnings);
    done(Stage::Merge);

    openapi::downgrade::downgrade(&mut api);
    openapi::schemas::shape(&mut api, overlay.as_ref(), &mut report.warnings)?;
    done(Stage::Shape);

    report.pages = read.pages.len();
    report.skipped = read.skipped;
    report.schemas = api.schema_count();
    Ok(Merged {
        api,
        config,
        report,
    })
}
