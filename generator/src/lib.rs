//! Turns a company's API reference pages into a Rust client crate.
//!
//! Each page is Markdown and carries the OpenAPI specification of one
//! operation, in a dialect that no OpenAPI tool accepts. [`generate`] is the
//! whole way from those pages to the files of a crate: pages and settings in,
//! files and a report out. Only [`Source::read`] and [`output`] touch the
//! disk.

#![forbid(unsafe_code)]

mod config;
mod dialect;
mod docs;
mod document;
mod downgrade;
pub mod drift;
mod face;
mod generate;
mod history;
mod ignore;
mod limits;
mod marker;
mod merge;
pub mod output;
mod overlay;
mod page;
mod pointer;
mod problem;
pub mod quirks;
mod references;
mod report;
mod schemas;
mod source;
mod streaming;
mod walk;
mod yaml;

pub use config::{Config, Fetch};
pub use docs::{Docs, json_text, visible, visible_line};
pub use face::Crate;
pub use history::{CHANGELOG, History, released_path};
pub use page::{Content, inspect};
pub use problem::{Place, Problem};
pub use report::{Fix, OperationSummary, Report};
pub use source::{
    EXTRAS, Source, SourceFile, Surroundings, holds_bare_pages, is_laid_out, read_config,
};

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
    pub(crate) api: merge::Api,
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

    let mut pages = page::read(&source.pages)?;
    report.warnings.append(&mut pages.warnings);
    // Of several errors, the one that is told is that of the first page.
    let documents: Vec<_> = pages
        .pages
        .par_iter()
        .map(document::Document::parse)
        .collect();
    let mut documents = documents.into_iter().collect::<Result<Vec<_>, _>>()?;
    document::Document::retain_sound(&mut documents, &mut report.warnings)?;
    done(Stage::Read);

    let (documents, fixes): (Vec<_>, Vec<_>) = documents
        .into_par_iter()
        .map(|document| quirks::fix(document, &config))
        .unzip();
    report.fixes = fixes.concat();
    done(Stage::Fix);

    let mut api = merge::merge(documents, &config, &mut report.warnings)?;
    if let Some(file) = &source.overlay {
        overlay::apply(file, &mut api, &mut report.warnings)?;
    }
    dialect::check(&mut api, &mut report.warnings);
    ignore::ignore(&mut api.root);
    streaming::split(&mut api, &mut report.warnings);
    done(Stage::Merge);

    downgrade::downgrade(&mut api);
    schemas::shape(&mut api, &config, &mut report.warnings)?;
    done(Stage::Shape);

    report.pages = pages.pages.len();
    report.skipped = pages.skipped;
    report.schemas = api.schema_count();
    Ok(Merged {
        api,
        config,
        report,
    })
}
