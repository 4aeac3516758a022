//! Turns a company's API reference pages into a Rust client crate.
//!
//! Each page is Markdown with the OpenAPI specification of one operation, in a dialect that no
//! OpenAPI tool accepts. [`generate`] is the whole pipeline: it turns pages and settings into the
//! files of a crate and a report. [`read`] and [`output::Writer`] access the disk; everything
//! between them is pure.

#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Once;

use api::{Api, Origins, TypeId};
use openapi::document::Document as Specification;
use openapi::overlay::Overlay;
use openapi::quirks::FixedDocument;
use openapi::{Known, Renamed, Tree, merge, schemas, streaming, words};
use rayon::prelude::*;

pub use api;
pub use docs::{Docs, json_text, visible, visible_line};
pub use drift;
pub use openapi::package;
pub use openapi::{
    Allowances, Allowed, Config, Content, Described, Fetch, Fix, Loss, LossKind, OperationSummary,
    Report, WaitCandidate, described, failure_to_json, inspect, quirks,
};
pub use output;
pub use output::{
    CHANGELOG, FETCHED, History, OWN_PAGES, Output, holds_bare_pages, is_laid_out, read,
    read_config, read_released, read_settings, released_path,
};
pub use pages::{Code, EXAMPLES, EXTRAS, Place, Problem, Source, SourceFile, Surroundings};
pub use pages::{license, limits, marker, panics};
pub use rust::Crate;

/// The stages of the pipeline, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Reads pages and specifications from the files.
    Read,
    /// Fixes their quirks.
    Fix,
    /// Merges them into one document, and applies the overlay.
    Merge,
    /// Normalizes and names the schemas.
    Shape,
    /// Lowers the document to the model.
    Lower,
    /// Emits the files of the crate, including the output of progenitor.
    Emit,
}

impl Stage {
    /// All stages.
    pub const ALL: [Self; 6] = [
        Self::Read,
        Self::Fix,
        Self::Merge,
        Self::Shape,
        Self::Lower,
        Self::Emit,
    ];

    /// Returns the name of the stage, as messages show it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Fix => "fix",
            Self::Merge => "merge",
            Self::Shape => "shape",
            Self::Lower => "lower",
            Self::Emit => "emit",
        }
    }
}

/// Generates the client crate for the API that `source` describes.
///
/// # Errors
///
/// If the input is not valid. The problem has a message, a place, and advice. A panic, which is a
/// bug in the generator, is also returned as a problem.
pub fn generate(source: &Source) -> Result<Output, Problem> {
    generate_observed(source, &mut |_| ())
}

/// Same as [`generate`], and calls `done` at the end of each stage.
///
/// # Errors
///
/// As [`generate`].
pub fn generate_observed(source: &Source, done: &mut dyn FnMut(Stage)) -> Result<Output, Problem> {
    set_up_threads();
    panics::caught(|| run(source, done)).unwrap_or_else(|panic| Err(panic.problem()))
}

/// Gives the threads of parallel loops a stack for the deepest types that [`limits`] allows. If the
/// program already has such threads, they are used.
fn set_up_threads() {
    const STACK: usize = 64 << 20;
    static THREADS: Once = Once::new();
    THREADS.call_once(|| {
        let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK);
        drop(threads.build_global());
    });
}

/// Runs all stages.
fn run(source: &Source, done: &mut dyn FnMut(Stage)) -> Result<Output, Problem> {
    let Lowered {
        merged: Merged {
            document,
            config,
            mut report,
        },
        tree,
        api,
    } = lower_pages(source, done)?;
    done(Stage::Lower);

    // The document and the tree are large, and are no longer used when files are emitted.
    let mut operations = summaries(&document, &tree);
    drop(tree);
    let openapi = document.into_json(&config);
    let emission = rust::emit(api, &config, source.surroundings)?;
    report.warnings.extend(emission.warnings);
    if emission.api.operations.is_empty() {
        return Err(no_operation_left(&report.warnings));
    }
    add_methods(&mut operations, &emission.api);
    report.operations = operations;
    report.wait_candidates = api::wait_candidates(&emission.api);
    let settings = source.config.as_ref();
    report.allowed = openapi::allow::take(&config.allow, settings, &mut report.warnings);
    done(Stage::Emit);

    Ok(Output {
        openapi,
        released: None,
        files: emission.files,
        report,
        config,
        api: emission.api,
    })
}

/// Returns the error of a run whose warnings exclude all operations from the client.
fn no_operation_left(warnings: &[Problem]) -> Problem {
    let what = "no operation is in the client";
    let excluding = warnings.iter().find(|it| it.operation_id().is_some());
    let Some(warning) = excluding.or(warnings.first()) else {
        return Problem::new(Code::NoOperation, what)
            .advice("the pages and the overlay exclude all operations: include one");
    };
    Problem::new(Code::NoOperation, format!("{what}: {}", warning.message()))
        .at(warning.place().cloned())
        .advice(warning.advised().unwrap_or_default())
}

/// Lowers the pages of `source` to the model of their API, and returns it with the
/// settings.
///
/// # Errors
///
/// As [`generate`].
pub fn model(source: &Source) -> Result<(Api, Config), Problem> {
    set_up_threads();
    let model = || {
        let lowered = lower_pages(source, &mut |_| ())?;
        Ok((lowered.api, lowered.merged.config))
    };
    panics::caught(model).unwrap_or_else(|panic| Err(panic.problem()))
}

/// Compares the API that `source` describes with an earlier version of it. The next version is
/// computed from `released`, the document of the last version, if there is one, and otherwise from
/// `base`.
///
/// # Errors
///
/// As [`generate`].
pub fn drift_since(
    base: &drift::BaseDocument,
    released: Option<&drift::BaseDocument>,
    source: &Source,
) -> Result<drift::Drift, Problem> {
    let (api, config) = model(source)?;
    let drift = drift::Drift::new(base, &api, &config).since(released, &api);
    Ok(drift.locate(&api, &source.pages))
}

/// The model of a run, and the document that it was lowered from.
struct Lowered {
    merged: Merged,
    tree: Tree,
    api: Api,
}

/// Runs the stages from the pages to the model. The model includes the former names of items that
/// were renamed since the last version.
fn lower_pages(source: &Source, done: &mut dyn FnMut(Stage)) -> Result<Lowered, Problem> {
    /// An item that gives way to a former name is renamed itself, which can repeat.
    const MOST_ROUNDS: usize = 4;
    let mut merged = merge_pages(source, &BTreeSet::new(), done)?;
    let (mut tree, mut api, mut warnings) = lower(&merged);
    // An unreadable document is reported when the file is written again.
    let released = source.released.as_ref();
    let released =
        released.and_then(|file| drift::BaseDocument::parse(&file.name, &file.text).ok());
    if let Some(released) = released {
        let version = merged.config.version();
        let mut renamed = Vec::new();
        let mut kept = BTreeSet::new();
        for _ in 0..MOST_ROUNDS {
            let found = drift::renamed(&released, &api, &version);
            if found == renamed {
                break;
            }
            renamed = found;
            // Types are named when pages are merged, but the former names that must stay free are
            // known only now.
            let types = former_types(&renamed);
            if types != kept && types.iter().any(|name| api.types.contains_key(name)) {
                let names = types.iter().map(|id| id.as_str().to_owned()).collect();
                merged = merge_pages(source, &names, &mut |_| ())?;
                kept = types;
            }
            merged.document.set_renamed(&renamed);
            (tree, api, warnings) = lower(&merged);
        }
    }
    merged.report.warnings.append(&mut warnings);
    Ok(Lowered { merged, tree, api })
}

/// Returns the former names of types.
fn former_types(renamed: &[Renamed]) -> BTreeSet<TypeId> {
    let names = renamed.iter().filter_map(Renamed::former_type);
    names.map(TypeId::new).collect()
}

/// Lowers a merged document, and returns the model and the warnings.
fn lower(merged: &Merged) -> (Tree, Api, Vec<Problem>) {
    let tree = Tree::read(&merged.document.root);
    let (api, warnings) = api::lower(&tree, &origins(&merged.document));
    (tree, api, warnings)
}

/// The merged document of a run.
struct Merged {
    document: openapi::Merged,
    config: Config,
    report: Report,
}

/// Runs the stages from the pages to the merged document. No type gets one of the `kept` names,
/// which are reserved for former types.
fn merge_pages(
    source: &Source,
    kept: &BTreeSet<String>,
    done: &mut dyn FnMut(Stage),
) -> Result<Merged, Problem> {
    let config = match &source.config {
        Some(file) => Config::parse(file)?,
        None => Config::default(),
    };
    let overlay = source.overlay.as_ref().map(Overlay::read).transpose()?;
    let overlay = overlay.as_ref();
    let mut report = Report::default();

    let documents = read_documents(source, &config, overlay, &mut report)?;
    done(Stage::Read);
    let documents = fix_documents(documents, &config, &mut report);
    done(Stage::Fix);
    let names = overlay.map_or_else(|| Ok(BTreeMap::new()), Overlay::type_names)?;
    let mut document = merge::merge(documents, &config, &names, &mut report.warnings)?;
    if let Some(overlay) = overlay {
        overlay.apply(&mut document, &mut report.warnings)?;
    }
    apply_extensions(&mut document, overlay, &mut report.warnings)?;
    done(Stage::Merge);
    shape(&mut document, names, kept, overlay, &mut report.warnings)?;
    done(Stage::Shape);

    report.schemas = document.schema_count();
    Ok(Merged {
        document,
        config,
        report,
    })
}

/// Reads the pages as documents.
fn read_documents(
    source: &Source,
    config: &Config,
    overlay: Option<&Overlay>,
    report: &mut Report,
) -> Result<Vec<Specification>, Problem> {
    let mut read = pages::page::read(&source.pages)?;
    report.warnings.append(&mut read.warnings);
    report.skipped = read.skipped;
    let configured = config.api.server.clone();
    let servers = configured
        .into_iter()
        .chain(overlay.and_then(Overlay::server));
    let known = Known {
        servers: servers.collect(),
        released: source.released.as_ref().map(|file| file.text.clone()),
    };
    let documents = Specification::parse_all(read, &known, &mut report.warnings)?;
    report.pages = pages(&documents);
    report.losses = documents.iter().flat_map(Specification::losses).collect();
    Ok(documents)
}

/// Fixes the quirks of each document.
fn fix_documents(
    documents: Vec<Specification>,
    config: &Config,
    report: &mut Report,
) -> Vec<FixedDocument> {
    let (documents, fixes): (Vec<_>, Vec<_>) = documents
        .into_par_iter()
        .map(|document| {
            let place = document.page.place(1);
            panics::located(|| place, || quirks::fix(document, config))
        })
        .unzip();
    report.fixes = fixes.concat();
    documents
}

/// Validates the extensions of the merged document, and applies those that change its operations.
fn apply_extensions(
    document: &mut openapi::Merged,
    overlay: Option<&Overlay>,
    warnings: &mut Vec<Problem>,
) -> Result<(), Problem> {
    openapi::dialect::check(document, warnings);
    openapi::webhooks::check(document, overlay, warnings)?;
    openapi::ignore::ignore(&mut document.root);
    words::follow(document, warnings);
    document.set_renamed(&[]);
    streaming::split(document, warnings);
    Ok(())
}

/// Normalizes the schemas of the merged document, and names them. `names` are those of the overlay.
fn shape(
    document: &mut openapi::Merged,
    names: BTreeMap<String, String>,
    kept: &BTreeSet<String>,
    overlay: Option<&Overlay>,
    warnings: &mut Vec<Problem>,
) -> Result<(), Problem> {
    openapi::normalize::normalize(&mut document.root);
    if let Some(overlay) = overlay {
        openapi::rust_types::spread(&mut document.root, overlay)?;
    }
    let mut type_names = words::type_names(&document.root);
    type_names.extend(names);
    schemas::shape(document, &type_names, kept, overlay, warnings);
    Ok(())
}

/// Returns the number of pages that contain the specifications.
fn pages(documents: &[Specification]) -> usize {
    let pages = documents.iter().map(|document| &document.page);
    let places: BTreeSet<_> = pages.map(|page| (page.file.name(), page.line)).collect();
    places.len()
}

/// Returns the place of each operation's description, by operation ID.
fn origins(document: &openapi::Merged) -> Origins {
    let origins = document.origins.iter();
    origins
        .map(|(id, origin)| (id.clone(), origin.place.clone()))
        .collect()
}

/// Lists the operations of the document, without their client methods.
fn summaries(document: &openapi::Merged, tree: &Tree) -> Vec<OperationSummary> {
    let operations = tree.operations.iter();
    let summaries = operations.map(|operation| OperationSummary {
        id: operation.id.clone(),
        method: operation.method.clone(),
        path: operation.path.clone(),
        place: document
            .origins
            .get(&operation.id)
            .map(|origin| origin.place.clone()),
        client_method: None,
    });
    summaries.collect()
}

/// Adds the client methods, and the operations that send the same body in another media type, which
/// only the model has.
fn add_methods(summaries: &mut Vec<OperationSummary>, api: &Api) {
    for summary in summaries.iter_mut() {
        summary.client_method = api.operation(&summary.id).map(api::Operation::call);
    }
    let described: BTreeSet<String> = summaries.iter().map(|it| it.id.clone()).collect();
    let others = api
        .operations
        .iter()
        .filter(|it| !described.contains(&it.id));
    summaries.extend(others.map(|operation| OperationSummary {
        id: operation.id.clone(),
        method: operation.verb.to_ascii_lowercase(),
        path: operation.path.clone(),
        place: operation.origin.as_ref().map(|origin| origin.0.clone()),
        client_method: Some(operation.call()),
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_without_operations_is_an_error_with_the_reason() {
        let generate = |paths: &str| {
            let text = format!(
                "openapi: 3.1.1\nservers: [{{url: https://api.example.com}}]\npaths: {paths}\n"
            );
            let pages = vec![SourceFile::new("pets.yaml", &text)];
            generate(&Source {
                pages,
                ..Source::default()
            })
        };
        let refused = "{'/pets/{id': {get: {responses: {}}}}";
        let problem = generate(refused).expect_err("progenitor rejects the path");
        assert_eq!(problem.code(), Code::NoOperation);
        let place = problem.place().expect("the place of the operation");
        assert_eq!((place.page(), place.line()), ("pets.yaml", 3));
        let reason =
            "no operation is in the client: `get_pets_id` is not in the client: progenitor";
        assert!(problem.message().starts_with(reason), "{problem}");

        let ignored = "{/pets: {get: {x-fern-ignore: true, responses: {}}}}";
        let problem = generate(ignored).expect_err("the page excludes it");
        assert_eq!(problem.message(), "the pages exclude all operations");
    }

    #[test]
    fn a_panic_is_a_problem_that_asks_for_a_report() {
        let text = "openapi: 3.1.1\nservers: [{url: https://api.example.com}]\n\
                    paths: {/pets: {get: {responses: {}}}}\n";
        let source = Source {
            pages: vec![SourceFile::new("pets.yaml", text)],
            ..Source::default()
        };
        assert!(generate(&source).is_ok());
        for last in [Stage::Read, Stage::Merge, Stage::Emit] {
            let panic = &mut |stage| assert_ne!(stage, last);
            let problem = generate_observed(&source, panic).expect_err("it panics");
            assert_eq!(problem.code(), Code::InternalError);
            assert!(
                problem.message().starts_with("the generator panics: "),
                "{problem}"
            );
            assert!(
                problem
                    .advised()
                    .is_some_and(|advice| advice.contains("report it"))
            );
        }
    }
}
