//! The verdict of `cargo xtask drift` beside that of cargo-semver-checks, which looks
//! at the two generated crates and knows nothing of specifications.
//!
//! The tool runs where it is installed (`cargo install cargo-semver-checks`), which
//! takes minutes the first time; what it says is committed here, so that the other
//! half of the comparison always runs.

use std::fs;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use tests::command::{cargo, run};
use tests::folder;
use tests::{Workplace, case, repository};

/// The findings of the tool between the two exports, each with the change that causes it.
/// The tool reports Rust items, so that one change may cause several findings.
const AGREED: [(&str, &str); 14] = [
    (
        "derive_trait_impl_removed: type Status no longer derives Eq",
        NAME,
    ),
    (
        "derive_trait_impl_removed: type Status no longer derives Hash",
        NAME,
    ),
    (
        "derive_trait_impl_removed: type Status no longer derives Ord",
        NAME,
    ),
    (
        "derive_trait_impl_removed: type Status no longer derives PartialOrd",
        NAME,
    ),
    (
        "enum_changed_kind: enum library::types::Status became struct",
        NAME,
    ),
    (
        "enum_variant_missing: variant Genre::Poetry",
        "variant-removed types::Genre Poetry",
    ),
    ("inherent_associated_pub_const_missing: Status::KNOWN", NAME),
    ("inherent_method_missing: Books::delete", GONE),
    ("inherent_method_missing: ListRequest::member_id", REQUIRED),
    (
        "inherent_method_missing: ListRequest::page_limit",
        "setter-renamed books().list() limit",
    ),
    ("inherent_method_missing: Status::as_str", NAME),
    (
        "method_parameter_count_changed: library::operations::loans::Loans::list takes 0 parameters",
        REQUIRED,
    ),
    (
        "method_parameter_count_changed: library::types::Book::new takes 3 parameters",
        "constructor-changed types::Book",
    ),
    (
        "struct_missing: struct library::operations::books::DeleteRequest",
        GONE,
    ),
];
const GONE: &str = "operation-removed books().delete()";
const NAME: &str = "type-renamed types::LoansListStatus";
const REQUIRED: &str = "setter-became-argument loans().list() member_id";

/// Changes that the tool does not find, because it does not compare the types of fields.
const OURS_ALONE: [&str; 2] = [
    "field-became-optional types::Book shelf",
    "field-type-changed types::Book year",
];

#[test]
fn the_breaking_changes_are_those_that_the_tool_finds() {
    let crates = Crates::generated(|_, page| page.to_owned(), "after");
    let mut expected: Vec<&str> = AGREED.iter().map(|(_, ours)| *ours).collect();
    expected.extend(OURS_ALONE);
    expected.sort_unstable();
    expected.dedup();
    assert_eq!(crates.breaking(), expected);
    if let Some(found) = crates.found_by_the_tool() {
        let agreed = AGREED.map(|(theirs, _)| theirs);
        assert_eq!(found, agreed);
    }
}

#[test]
fn what_breaks_nobody_is_nothing_to_the_tool() {
    let crates = Crates::generated(compatible, "before");
    assert_eq!(crates.breaking(), [""; 0]);
    assert_eq!(crates.report()["version"]["step"], "minor");
    let counts = &crates.report()["counts"];
    assert_eq!(counts["added"], 3, "{counts}");
    if let Some(found) = crates.found_by_the_tool() {
        assert_eq!(found, [""; 0]);
    }
}

/// Adds a value, a response field, and an optional parameter, and changes a description.
fn compatible(name: &str, page: &str) -> String {
    let page = page
        .replace(
            "        - value: science\n",
            "        - value: science\n        - value: comics\n",
        )
        .replace(
            "        year:\n",
            "        pages:\n          type: integer\n        year:\n",
        )
        .replace("The title on the cover.", "The title on the first page.");
    if name != "loans/list.md" {
        return page;
    }
    page.replace(
        "        - name: member_id\n",
        "        - name: open\n          in: query\n          required: false\n          \
         schema:\n            type: boolean\n        - name: member_id\n",
    )
}

/// The crates of two exports.
struct Crates(Workplace);

impl Crates {
    /// Generates from the first export, and from the pages of another one with
    /// something done to them.
    fn generated(change: impl Fn(&str, &str) -> String, export: &str) -> Self {
        let workplace = Workplace::empty();
        let settings = fs::read(case("drift/codegen.toml")).expect("the settings");
        for (name, export) in [("old", "before"), ("new", export)] {
            let spec = format!("{name}-spec");
            folder::write(&workplace.path(&format!("{spec}/codegen.toml")), &settings);
            let pages = folder::Contents::of(&case("drift").join(export));
            for path in pages.paths() {
                let text = match name {
                    "old" => pages.text(path),
                    _ => change(path, &pages.text(path)),
                };
                workplace.write(&format!("{spec}/pages/{path}"), &text);
            }
            let arguments = ["codegen", "--spec", &spec, "--out", name];
            workplace.xtask(&arguments).exits_with(0);
        }
        Self(workplace)
    }

    fn report(&self) -> Value {
        let base = ["--base", "old-spec/openapi.json", "--format", "json"];
        let arguments = [&["drift", "--spec", "new-spec"], &base[..]].concat();
        let outcome = self.0.xtask(&arguments).exits_with(0);
        serde_json::from_str(&outcome.stdout).expect("the report is JSON")
    }

    /// Returns the breaking changes: what happened to what.
    fn breaking(&self) -> Vec<String> {
        let report = self.report();
        let changes = report["changes"].as_array().into_iter().flatten();
        let breaking = changes.filter(|change| change["effect"] == "breaking");
        let mut breaking: Vec<String> = breaking
            .map(|change| {
                let text = |key: &str| change[key].as_str().unwrap_or_default();
                let subject = text("what").split('`').nth(1).unwrap_or_default();
                let all = format!("{} {subject} {}", text("kind"), text("member"));
                all.trim_end().to_owned()
            })
            .collect();
        breaking.sort_unstable();
        breaking
    }

    /// Returns what the tool finds, where it is installed.
    fn found_by_the_tool(&self) -> Option<Vec<String>> {
        let installed = Command::new("cargo-semver-checks")
            .arg("--version")
            .output();
        if installed.is_err() {
            eprintln!("cargo-semver-checks is not installed: only one verdict is compared");
            return None;
        }
        // Both crates are called the same, and so are the files that the tool makes of them.
        static CHECKING: Mutex<()> = Mutex::new(());
        let _checking = CHECKING.lock().unwrap_or_else(PoisonError::into_inner);
        for name in ["old", "new"] {
            let lock = self.0.path(&format!("{name}/Cargo.lock"));
            fs::copy(repository("Cargo.lock"), lock).expect("the versions that are at hand");
        }
        let mut tool = cargo();
        tool.arg("semver-checks")
            // The feature `mock` lets programs write out what they only receive.
            .arg("--default-features")
            .arg("--manifest-path")
            .arg(self.0.path("new/Cargo.toml"))
            .arg("--baseline-root")
            .arg(self.0.path("old"))
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TARGET_DIR", repository("target/semver-checks"));
        let outcome = run(&mut tool);
        assert!(
            matches!(outcome.code, Some(0 | 1 | 100)),
            "{}",
            outcome.stderr
        );
        Some(findings(&outcome.stdout))
    }
}

/// Reads the tool's findings, without the places in the code.
fn findings(output: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lint = None;
    for line in output.lines() {
        if let Some(failure) = line.strip_prefix("--- failure ") {
            lint = failure.split(':').next();
        } else if line.starts_with("--- ") {
            lint = None;
        } else if let (Some(lint), Some(item)) = (lint, line.strip_prefix("  "))
            && !item.starts_with(' ')
        {
            let ends = [", previously", ", in /", " in /"];
            let item = ends
                .iter()
                .fold(item, |item, end| item.split(end).next().unwrap_or(item));
            found.push(format!("{lint}: {item}"));
        }
    }
    found.sort_unstable();
    found
}
