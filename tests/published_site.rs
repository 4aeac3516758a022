//! An update of the Twelve Labs client from the documentation site keeps the project's corrections,
//! because the overlay also applies to the published pages. The pages are in
//! `../shared/corpus/twelvelabs`, if that folder exists.

use std::path::{Path, PathBuf};

use generator::drift::{BaseDocument, Effect, compare};
use generator::{Code, Output, Problem};
use tests::command::{cargo_in, run};
use tests::folder::{self, Contents};
use tests::site::Site;
use tests::{Workplace, corpus, repository};

const SECTION: &str = "/api-reference";

/// The warnings of an overlay or of pages that do not match the published pages.
const MISFITS: [Code; 5] = [
    Code::AmbiguousSchema,
    Code::DuplicateOperation,
    Code::RedundantAction,
    Code::UnmatchedAction,
    Code::UnusedTypeName,
];

#[test]
fn an_update_changes_only_documentation() {
    let Some(site) = published() else { return };
    let workplace = workplace();
    let before = pages(&workplace);

    update(&workplace, &site);

    assert_eq!(pages(&workplace).paths(), before.paths());
    assert!(pages(&workplace).differences(&before).len() > 40);
    let output = generated(&workplace);
    assert_eq!(misfits(&output), [""; 0]);
    assert_eq!(output.report.operations.len(), 106);
    let committed = read("spec/openapi.json");
    let committed = BaseDocument::parse("openapi.json", &committed).expect("a document");
    let changes = compare(committed.api(), &output.api);
    let others = changes
        .iter()
        .filter(|change| change.effect != Effect::Documentation);
    assert_eq!(others.count(), 0, "{changes:#?}");
}

#[test]
fn the_public_api_stays_as_it_is() {
    let Some(site) = published() else { return };
    let workplace = workplace();

    update(&workplace, &site);

    let output = generated(&workplace);
    let mut files = output.files.files();
    let file = files.find(|(path, _)| *path == "api.txt");
    let (_, api) = file.expect("each crate has the list");
    // Handwritten files, which are only in the committed crate.
    let committed = read("generated-client/api.txt").replace("pub mod twelvelabs::extras\n", "");
    assert_eq!(api, committed);
}

#[test]
fn the_updated_client_builds() {
    let Some(site) = published() else { return };
    let workplace = workplace();

    let folders = [
        "--spec",
        "spec",
        "--out",
        "client",
        "--summary",
        "summary.md",
    ];
    let update = ["update", "--from", &site.url];
    workplace
        .xtask(&[&update[..], &folders].concat())
        .exits_with(0);

    let summary = workplace.read("summary.md");
    assert!(!summary.contains("### Breaking"), "{summary}");
    let client = workplace.path("client");
    run(cargo_in(&client).args(["check"])).exits_with(0);
}

#[test]
fn a_second_update_changes_nothing() {
    let Some(site) = published() else { return };
    let workplace = workplace();
    update(&workplace, &site);
    let once = workplace.contents();

    update(&workplace, &site);

    assert_eq!(workplace.contents().differences(&once), [""; 0]);
}

#[test]
fn an_action_that_becomes_true_on_the_site_is_to_be_removed() {
    let Some(site) = published() else { return };
    let path = format!("{SECTION}/index-content/list.md");
    let page = read(&format!(
        "../shared/corpus/twelvelabs{}",
        &path[SECTION.len()..]
    ));
    let schema = "    indexedAsset:\n      type: object\n      properties:\n";
    let gained = "        asset_id:\n          type: string\n          description: Which one.\n";
    site.page(&path, &page.replace(schema, &format!("{schema}{gained}")));
    let workplace = workplace();

    update(&workplace, &site);

    let output = generated(&workplace);
    assert_eq!(
        misfits(&output),
        ["the overlay's action on `$.components.schemas.indexedAsset` changes only descriptions"]
    );
}

/// Returns the site, if its pages are available.
fn published() -> Option<Site> {
    let pages = Contents::of(&corpus("twelvelabs")?);
    let site = Site::start();
    let mut links = Vec::new();
    for (path, text) in pages.texts().filter(|(path, _)| path.ends_with(".md")) {
        let link = format!("{SECTION}/{path}");
        site.page(&link, &text);
        links.push(link);
    }
    site.index(&links.iter().map(String::as_str).collect::<Vec<_>>());
    (!links.is_empty()).then_some(site)
}

/// Returns a workplace with the specification of Twelve Labs.
fn workplace() -> Workplace {
    let workplace = Workplace::empty();
    folder::copy(&repository("spec"), &workplace.path("spec"));
    workplace
}

fn update(workplace: &Workplace, site: &Site) {
    workplace
        .xtask(&["fetch", "--spec", "spec", "--from", &site.url])
        .exits_with(0);
}

/// Returns the pages without the state file.
fn pages(workplace: &Workplace) -> Contents {
    Contents::of(&workplace.path("spec/pages")).outside(".fetched.json")
}

fn generated(workplace: &Workplace) -> Output {
    let spec: PathBuf = workplace.path("spec");
    let source = generator::read(&spec).expect("the pages");
    generator::generate(&source).expect("a client")
}

fn misfits(output: &Output) -> Vec<&str> {
    let warnings = output.report.warnings.iter();
    let misfits = warnings.filter(|warning| MISFITS.contains(&warning.code()));
    misfits.map(Problem::message).collect()
}

fn read(path: &str) -> String {
    let path: &Path = &repository(path);
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
