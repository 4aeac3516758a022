//! Compares the result of `apipages drift` with cargo-semver-checks, which compares the two
//! generated crates and does not use specifications.
//!
//! The tool runs only if it is installed (`cargo install cargo-semver-checks`), and takes minutes
//! the first time. Its findings are committed here, so that the other half of the comparison always
//! runs.

use std::fs;
use std::marker::PhantomData;
use std::panic::UnwindSafe;
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
fn compatible_changes_have_no_findings() {
    let crates = Crates::generated(compatible, "before");
    assert_eq!(crates.breaking(), [""; 0]);
    assert_eq!(crates.report()["version"]["step"], "minor");
    let counts = &crates.report()["counts"];
    assert_eq!(counts["added"], 3, "{counts}");
    if let Some(found) = crates.found_by_the_tool() {
        assert_eq!(found, [""; 0]);
    }
}

/// A fact of a crate that no signature shows, and the results of both tools for a change of it.
struct Fact {
    name: &'static str,
    /// The text of the specification that is replaced, and its replacement.
    change: (&'static str, &'static str),
    /// The changes that drift reports: their effects, kinds, and subjects.
    drift: &'static [&'static str],
    tool: &'static [&'static str],
    /// A file of the crate, and a line of the new version that shows the change.
    shown: (&'static str, &'static str),
}

/// Drift compares documents, which do not contain auto traits and features. Derives, crates of the
/// overlay, and the minimum Rust version follow from the compared facts.
const FACTS: [Fact; 6] = [
    // An `Upload` is neither `UnwindSafe` nor `RefUnwindSafe`, because it contains the progress
    // closure. A form that gains an optional file loses both traits.
    Fact {
        name: "an auto trait of a type",
        change: (
            "                note: {type: string}\n",
            "                note: {type: string}\n                photo: {type: string, format: binary}\n",
        ),
        drift: &[
            "added field-added types::PetsAddRequest photo",
            "added setter-added pets().add() photo",
        ],
        tool: &[
            "auto_trait_impl_removed: type PetsAddRequest is no longer RefUnwindSafe",
            "auto_trait_impl_removed: type PetsAddRequest is no longer UnwindSafe",
        ],
        shown: (
            "api.txt",
            "pub shop::types::PetsAddRequest::photo: Option<Upload>",
        ),
    },
    // The derives of a type follow from its kind, which drift compares.
    Fact {
        name: "a derive",
        change: ("application/json: # body", "multipart/form-data: # body"),
        drift: &[
            "breaking type-encoding-changed types::Visit",
            "changed body-encoding-changed visits().add()",
        ],
        tool: &["derive_trait_impl_removed: type Visit no longer derives PartialEq"],
        shown: ("src/types/visit.rs", "#[derive(Clone, Debug, Default)]"),
    },
    // `[manifest]` describes the crate, not the API.
    Fact {
        name: "a feature",
        change: ("[manifest.features]\nextra = []\n", ""),
        drift: &[],
        tool: &["feature_missing: feature extra in the package's Cargo.toml"],
        shown: ("Cargo.toml", ""),
    },
    // The merged document has the version that `[crate]` sets.
    Fact {
        name: "the minimum Rust version",
        change: (
            "name = \"shop\"\n",
            "name = \"shop\"\nrust-version = \"1.90\"\n",
        ),
        drift: &["changed rust-version-changed Client"],
        tool: &[],
        shown: ("Cargo.toml", "rust-version = \"1.90\""),
    },
    // Neither tool compares the versions of dependencies that the settings replace.
    Fact {
        name: "a public dependency of the settings",
        change: ("bytes = \"1.5\"", "bytes = \"1.6\""),
        drift: &[],
        tool: &[],
        shown: ("Cargo.toml", "bytes = \"1.6\""),
    },
    // The overlay specifies the crate, and the merged document contains its extensions. It is a
    // change of the whole client.
    Fact {
        name: "a public dependency of the overlay",
        change: ("version: '1.0.20'", "version: '1.0.21'"),
        drift: &["breaking dependency-changed Client"],
        tool: &[],
        shown: (
            "Cargo.toml",
            "semver = { version = \"1.0.21\", features = [\"serde\"] }",
        ),
    },
];

/// The specification files with changed facts.
const SHOP: [(&str, &str); 3] = [
    (
        "pages/shop.yaml",
        "\
openapi: 3.1.0
info: {title: Shop, version: '1'}
servers: [{url: https://api.shop.example}]
security: [{key: []}]
paths:
  /pets:
    post:
      operationId: add
      x-fern-sdk-group-name: [pets]
      x-fern-sdk-method-name: add
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              properties:
                note: {type: string}
      responses:
        '200': {description: ok}
  /visits:
    post:
      operationId: visit
      x-fern-sdk-group-name: [visits]
      x-fern-sdk-method-name: add
      requestBody:
        content:
          application/json: # body
            schema: {$ref: '#/components/schemas/Visit'}
      responses:
        '200': {description: ok}
components:
  securitySchemes:
    key: {type: http, scheme: bearer}
  schemas:
    Visit:
      type: object
      properties:
        book: {type: string, format: semver}
        day: {type: string}
",
    ),
    (
        "codegen.toml",
        "[crate]\nname = \"shop\"\n\n[manifest.dependencies]\nbytes = \"1.5\"\n\n[manifest.features]\nextra = []\n",
    ),
    (
        "overlay.yaml",
        "\
overlay: 1.0.0
info: {title: Types of other crates, version: 1.0.0}
actions:
  - target: $
    description: The type of versions.
    update:
      x-rust-dependencies: {semver: {version: '1.0.20', features: [serde]}}
      x-rust-formats: {semver: 'semver::Version'}
",
    ),
];

#[test]
fn facts_that_no_document_has_are_seen_in_the_files_of_the_crate() {
    let has_tool = tool_is_installed();
    for fact in FACTS {
        let (old, new) = fact.change;
        let changed = SHOP.map(|(path, text)| (path, text.replace(old, new)));
        let crates = Crates::of(SHOP.map(|(path, text)| (path, text.to_owned())), changed);
        assert_eq!(crates.changes(), fact.drift, "{}", fact.name);
        let (file, line) = fact.shown;
        let [before, after] = ["old", "new"].map(|name| crates.0.read(&format!("{name}/{file}")));
        assert_ne!(before, after, "{}", fact.name);
        let has_line = |text: &str| text.lines().any(|other| other.trim() == line);
        assert!(has_line(&after), "{}: {after}", fact.name);
        assert!(line.is_empty() || !has_line(&before), "{}", fact.name);
        if has_tool {
            assert_eq!(crates.findings(), fact.tool, "{}", fact.name);
        }
    }
}

/// An `Upload` is `Send` and `Sync`. Unwind safety is not guaranteed: see [`FACTS`].
#[test]
fn a_file_is_sent_between_threads_and_not_unwind_safe() {
    struct Probe<T>(PhantomData<T>);
    trait Not {
        fn is_unwind_safe(&self) -> bool {
            false
        }
    }
    impl<T> Not for &Probe<T> {}
    impl<T: UnwindSafe> Probe<T> {
        fn is_unwind_safe(&self) -> bool {
            true
        }
    }
    fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<twelvelabs::Upload>();
    assert!(Probe::<Option<String>>(PhantomData).is_unwind_safe());
    assert!(!(&Probe::<Option<twelvelabs::Upload>>(PhantomData)).is_unwind_safe());
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
    /// Generates from the first export, and from the modified pages of another one.
    fn generated(change: impl Fn(&str, &str) -> String, export: &str) -> Self {
        let settings = fs::read_to_string(case("drift/codegen.toml")).expect("the settings");
        let files = |export: &str, change: &dyn Fn(&str, &str) -> String| {
            let pages = folder::Contents::of(&case("drift").join(export));
            let pages = pages.texts();
            let pages = pages.map(|(path, text)| (format!("pages/{path}"), change(path, &text)));
            let settings = ("codegen.toml".to_owned(), settings.clone());
            pages.chain([settings]).collect::<Vec<_>>()
        };
        Self::of(
            files("before", &|_, page| page.to_owned()),
            files(export, &change),
        )
    }

    /// Generates from the files of two specifications.
    fn of<P: AsRef<str>>(
        old: impl IntoIterator<Item = (P, String)>,
        new: impl IntoIterator<Item = (P, String)>,
    ) -> Self {
        let crates = Self(Workplace::empty());
        crates.generate("old", old);
        crates.generate("new", new);
        crates
    }

    fn generate<P: AsRef<str>>(&self, name: &str, files: impl IntoIterator<Item = (P, String)>) {
        let spec = format!("{name}-spec");
        for (path, text) in files {
            self.0.write(&format!("{spec}/{}", path.as_ref()), &text);
        }
        let arguments = ["codegen", "--spec", &spec, "--out", name];
        self.0.xtask(&arguments).exits_with(0);
    }

    fn report(&self) -> Value {
        let base = ["--base", "old-spec/openapi.json", "--format", "json"];
        let arguments = [&["drift", "--spec", "new-spec"], &base[..]].concat();
        let outcome = self.0.xtask(&arguments).exits_with(0);
        serde_json::from_str(&outcome.stdout).expect("the report is JSON")
    }

    /// Returns the breaking changes: kinds and subjects.
    fn breaking(&self) -> Vec<String> {
        let changes = self.changes().into_iter();
        let breaking = changes.filter_map(|it| it.strip_prefix("breaking ").map(str::to_owned));
        breaking.collect()
    }

    /// Returns the changes: effects, kinds, and subjects.
    fn changes(&self) -> Vec<String> {
        let report = self.report();
        let changes = report["changes"].as_array().into_iter().flatten();
        let mut changes: Vec<String> = changes
            .map(|change| {
                let text = |key: &str| change[key].as_str().unwrap_or_default();
                let subject = text("what").split('`').nth(1).unwrap_or_default();
                let [effect, kind, member] = ["effect", "kind", "member"].map(text);
                let all = format!("{effect} {kind} {subject} {member}");
                all.trim_end().to_owned()
            })
            .collect();
        changes.sort_unstable();
        changes
    }

    /// Returns the findings of the tool, if it is installed.
    fn found_by_the_tool(&self) -> Option<Vec<String>> {
        tool_is_installed().then(|| self.findings())
    }

    /// Returns the findings of the tool.
    fn findings(&self) -> Vec<String> {
        // Both crates have the same name, so the tool's files would have the same names.
        static CHECKING: Mutex<()> = Mutex::new(());
        let _checking = CHECKING.lock().unwrap_or_else(PoisonError::into_inner);
        for name in ["old", "new"] {
            let lock = self.0.path(&format!("{name}/Cargo.lock"));
            fs::copy(repository("Cargo.lock"), lock).expect("the versions that are at hand");
        }
        let mut tool = cargo();
        tool.arg("semver-checks")
            // With the feature `mock`, programs can create types that are only received.
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
        findings(&outcome.stdout)
    }
}

fn tool_is_installed() -> bool {
    let installed = Command::new("cargo-semver-checks")
        .arg("--version")
        .output();
    if installed.is_err() {
        eprintln!("cargo-semver-checks is not installed: only one verdict is compared");
    }
    installed.is_ok()
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
