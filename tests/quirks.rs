//! The quirks of the exports: each has a page in `cases/quirks` with only this quirk, and a
//! snapshot of the result.

use std::collections::BTreeSet;
use std::fs;

use generator::{Source, SourceFile, generate, quirks};
use serde_json::Value;
use similar::TextDiff;
use tests::case;

#[test]
fn every_quirk_has_a_page_and_no_page_is_left_over() {
    let pages: BTreeSet<String> = fs::read_dir(case("quirks"))
        .expect("the folder of cases")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .collect();
    let quirks: BTreeSet<String> = quirks::ALL
        .iter()
        .map(|quirk| quirk.name.to_owned())
        .collect();
    assert_eq!(
        pages, quirks,
        "add or remove `tests/cases/quirks/<name>.md`"
    );
}

#[test]
fn a_quirk_is_fixed_and_the_rest_is_unchanged() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case("quirks"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::glob!("cases/quirks/*.md", |path| {
            let page = fs::read_to_string(path).expect("the page");
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let mut settings = insta::Settings::clone_current();
            settings.remove_snapshot_suffix();
            settings.bind(|| insta::assert_snapshot!(&*name, before_and_after(&name, &page)));
        });
    });
}

/// Describes the result for a page with one quirk: the fixed places, and a diff of the page's
/// specification.
fn before_and_after(name: &str, page: &str) -> String {
    let quirk = quirks::ALL.iter().find(|quirk| quirk.name == name);
    let quirk = quirk.unwrap_or_else(|| panic!("there is no quirk `{name}`"));
    let source = Source {
        pages: vec![SourceFile::new("page.md", page)],
        ..Source::default()
    };
    let output = generate(&source).unwrap_or_else(|problem| panic!("{name}: {problem}"));

    let lines: Vec<&str> = page.lines().collect();
    let mut fixes = String::new();
    for fix in &output.report.fixes {
        assert_eq!(fix.quirk, name, "the page has another quirk as well");
        let line = fix.place.line();
        let text = lines[line - 1].trim();
        fixes += &format!("line {line}, {}: {text}\n", fix.pointer);
    }
    assert!(!fixes.is_empty(), "the page does not have the quirk");

    let change = difference(
        &normalized(specification(page)),
        &normalized(&output.openapi),
    );
    format!("{}\n\n{fixes}\n{change}", quirk.summary)
}

/// Returns the block with a page's specification.
fn specification(page: &str) -> &str {
    let block = page.split_once("```yaml\n").map_or("", |(_, rest)| rest);
    block.split_once("```").map_or(block, |(block, _)| block)
}

/// Returns a normalized document, with only the facts about the API.
fn normalized(document: &str) -> String {
    let mut document: Value = serde_yaml::from_str(document).expect("JSON and YAML alike are YAML");
    if let Some(document) = document.as_object_mut() {
        document.shift_remove("x-crate-version");
    }
    serde_yaml::to_string(&document).expect("it has been YAML before")
}

/// Returns all lines, each with a diff marker.
fn difference(before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after)
        .iter_all_changes()
        .map(|line| format!("{}{line}", line.tag()))
        .collect()
}
