//! The crates of whole exports build, and pass clippy, rustdoc, and their own tests without
//! warnings.
//!
//! One export is written for this project and contains the difficult parts of the dialect. The
//! others are real third-party exports. They are not part of the repository, and are read from a
//! folder next to it.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tests::command::{Outcome, cargo_in, run, rustfmt};
use tests::folder::{self, Contents};
use tests::{Workplace, case, corpus};

#[test]
fn an_export_with_all_that_is_hard() {
    let generated = Generated::from(&case("exports/studio"));
    generated.lacks(&[
        "`odd_brace` is not in the client: progenitor rejects it: invalid operation path \
         unterminated parameter",
        "pages define the schema `Job` differently: \
         the type of `jobs_get` is `Job`, \
         the type of `search_deep_filter` is `SearchDeepFilterJob`",
        "pages define the schema `Page` differently: \
         the type of `search_deep_filter` is `Page`, the type of `voices_list` is `VoicesListPage`",
        "the body `application/xml` is sent as bytes, because the client cannot encode it",
        "the field `cover` of the form accepts several types, but is sent only as a file",
    ]);
    assert_eq!(generated.operations().len(), 41);
    assert_eq!(
        generated.report["progenitor"],
        json!({"built": 41, "refused": 1})
    );
    for operation in ["jobs().get()", "dialogues().talk_stream()"] {
        assert!(generated.operations().contains(&operation.to_owned()));
    }
    generated.is_tested_by("exports/studio_client.rs");
    generated.builds_without_a_warning();
}

#[test]
fn lists_streams_and_responses_as_servers_send_them() {
    let generated = Generated::from(&case("exports/responder"));
    generated.lacks(&[]);
    generated.is_tested_by("exports/responder_client.rs");
    generated.builds_without_a_warning();
}

#[test]
fn a_key_in_the_query() {
    let generated = Generated::from(&case("exports/weather"));
    generated.lacks(&[]);
    generated.is_tested_by("exports/weather_client.rs");
    generated.builds_without_a_warning();
}

#[test]
fn the_statements_of_progenitor_determine_the_request() {
    let generated = Generated::from(&case("exports/weather"));
    generated.edit(
        "src/raw/ungrouped.rs",
        &[
            (".get(url)", ".put(url)"),
            ("\"{}/now\"", "\"{}/then\""),
            ("QueryParam::new(\"city\"", "QueryParam::new(\"town\""),
        ],
    );
    generated.is_tested_by("exports/weather_client.rs");
    let sent = ("GET /now?city=Rome", "PUT /then?town=Rome");
    generated.edit("tests/client.rs", &[sent]);
    generated.passes(&["test", "--test", "client"]);
}

#[test]
fn parameters_and_bodies_of_all_styles() {
    let generated = Generated::from(&case("exports/warehouse"));
    generated.lacks(&[]);
    generated.is_tested_by("exports/warehouse_client.rs");
    generated.builds_without_a_warning();
}

#[test]
fn values_of_all_kinds() {
    let generated = Generated::from(&case("exports/zoo"));
    generated.lacks(&[
        "no page describes authentication: the client sends a key only if the program sets one, as a bearer token",
    ]);
    generated.is_tested_by("exports/zoo_client.rs");
    generated.builds_without_a_warning();
}

#[test]
fn keys_of_single_operations_and_access_tokens() {
    let generated = Generated::from(&case("exports/harbor"));
    generated.lacks(&[]);
    generated.is_tested_by("exports/harbor_client.rs");
    generated.builds_without_a_warning();
}

#[test]
fn channels_and_webhooks() {
    let generated = Generated::from(&case("exports/radio"));
    generated.lacks(&[]);
    for operation in ["live().v2()", "speech().stream_input()"] {
        assert!(generated.operations().contains(&operation.to_owned()));
    }
    generated.is_tested_by("exports/radio_client.rs");
    generated.builds_without_a_warning();
    for features in ["websocket", "blocking,mock,tracing,webhooks,websocket"] {
        let clippy = ["clippy", "--all-targets", "--features", features];
        generated.passes(&[&clippy[..], &["--", "-D", "warnings"]].concat());
    }
    let all = "mock,webhooks,websocket";
    generated.passes(&["doc", "--no-deps", "--features", all]);
    generated.passes(&["test", "--features", all]);
}

#[test]
fn types_of_other_crates() {
    let generated = Generated::from_spec_of("links");
    generated.lacks(&[]);
    generated.is_tested_by("links/client.rs");
    generated.builds_without_a_warning();
}

#[test]
fn pages_of_the_second_generation() {
    let generated = Generated::from(&case("exports/creators"));
    generated.lacks(&[
        "the specification is not an object; the operations of the page are not in the client",
    ]);
    generated.is_tested_by("exports/creators_client.rs");
    generated.builds_without_a_warning();
    let features = "webhooks,mock";
    generated.passes(&[
        "clippy",
        "--all-targets",
        "--features",
        features,
        "--",
        "-D",
        "warnings",
    ]);
    generated.passes(&["doc", "--no-deps", "--features", features]);
    generated.passes(&["test", "--features", "webhooks"]);
}

/// The settings ask for the test, and for examples.
#[test]
fn each_operation_is_tested_against_the_mock_on_request() {
    for export in ["studio", "harbor"] {
        let workplace = Workplace::empty();
        let pages = case(&format!("exports/{export}"));
        folder::copy(&pages, &workplace.path("spec/pages"));
        workplace.write("spec/codegen.toml", "[crate]\ntests = true\n");
        let generated = Generated::within(workplace, "spec");
        let files = Contents::of(&generated.workplace.path("client"));
        for path in files.paths() {
            let is_example = path.starts_with("examples/") || path == "tests/operations/main.rs";
            if is_example {
                let path = generated.workplace.path("client").join(path);
                let check = ["--check", "--edition", "2024"];
                run(rustfmt().args(check).arg(path)).exits_with(0);
            }
        }
        let clippy = ["clippy", "--all-targets", "--features", "mock"];
        generated.passes(&[&clippy[..], &["--", "-D", "warnings"]].concat());
        let test = ["test", "--features", "mock", "--test", "operations"];
        let said = generated.passes(&test).stdout;
        let main = generated.workplace.read("client/tests/operations/main.rs");
        let tested = generated.operations().len() - main.matches("//! - `").count();
        let passed = format!(" {tested} passed; 0 failed");
        assert!(said.contains(&passed), "{export}: {said}");
    }
}

#[test]
fn real_pages_of_the_second_generation() {
    for name in ["opik", "webflow", "elevenlabs", "openrouter"] {
        if let Some(generated) = Generated::from_corpus(&format!("gen2/{name}")) {
            generated.builds_without_a_warning();
        }
    }
}

#[test]
fn fifty_pages_of_twelve_labs() {
    let Some(generated) = Generated::from_corpus("twelvelabs") else {
        return;
    };
    generated.lacks(&[]);
    // Two of the fifty operations return either one value or events.
    assert_eq!(generated.operations().len(), 52);
    for operation in ["analyze_stream()", "generate_stream()"] {
        assert!(generated.operations().contains(&operation.to_owned()));
    }
    generated.is_tested_by("exports/twelvelabs_client.rs");
    generated.builds_without_a_warning();
}

#[test]
fn all_of_openrouter_in_one_file() {
    let Some(generated) = Generated::from_corpus("openrouter") else {
        return;
    };
    generated.lacks(&[]);
    assert_eq!(generated.operations().len(), 24);
    generated.builds_without_a_warning();
}

/// A crate that was generated from an export.
struct Generated {
    workplace: Workplace,
    report: Value,
}

impl Generated {
    fn from(export: &Path) -> Self {
        let spec = export.to_str().expect("the path is UTF-8");
        Self::within(Workplace::empty(), spec)
    }

    /// Generates from a copy of a case's specification, which has settings.
    fn from_spec_of(name: &str) -> Self {
        Self::within(Workplace::with_spec_of(name), "spec")
    }

    fn within(workplace: Workplace, spec: &str) -> Self {
        let arguments = [
            "codegen", "--spec", spec, "--out", "client", "--report", "r.json",
        ];
        workplace.xtask(&arguments).exits_with(0);
        let report = serde_json::from_str(&workplace.read("r.json")).expect("the report is JSON");
        Self { workplace, report }
    }

    /// Generates from a real export, if it is available.
    fn from_corpus(name: &str) -> Option<Self> {
        corpus(name).map(|export| Self::from(&export))
    }

    /// Returns how the client calls its operations.
    fn operations(&self) -> Vec<String> {
        let operations = self.report["operations"].as_array();
        operations
            .into_iter()
            .flatten()
            .filter_map(|operation| operation["client_method"].as_str().map(str::to_owned))
            .collect()
    }

    /// Checks that these are the only warnings, and that every operation is in the client or in a
    /// warning.
    #[track_caller]
    fn lacks(&self, expected: &[&str]) {
        let warnings = self.report["warnings"].as_array().into_iter().flatten();
        let mut reasons: Vec<&str> = warnings
            .clone()
            .filter_map(|warning| warning["reason"].as_str())
            .collect();
        reasons.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(reasons, expected);
        for warning in warnings {
            assert!(warning["page"].is_string() && warning["line"].is_u64());
        }
        for operation in self.report["operations"].as_array().into_iter().flatten() {
            let id = operation["id"].as_str().unwrap_or_default();
            let named = reasons
                .iter()
                .any(|reason| reason.contains(&format!("`{id}`")));
            assert!(
                operation["client_method"].is_string() || named,
                "{id} is lost"
            );
        }
    }

    /// Adds a test to the crate.
    fn is_tested_by(&self, test: &str) {
        let tests = self.workplace.path("client/tests");
        fs::create_dir_all(&tests).expect("a folder");
        fs::copy(case(test), tests.join("client.rs")).expect("a test");
    }

    /// Replaces texts that occur exactly once in a file.
    #[track_caller]
    fn edit(&self, path: &str, replacements: &[(&str, &str)]) {
        let path = format!("client/{path}");
        let mut text = self.workplace.read(&path);
        for (from, to) in replacements {
            assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
            text = text.replace(from, to);
        }
        self.workplace.write(&path, &text);
    }

    fn builds_without_a_warning(&self) {
        self.passes(&["clippy", "--all-targets", "--", "-D", "warnings"]);
        self.passes(&["doc", "--no-deps"]);
        self.passes(&["test"]);
    }

    /// Runs cargo in the crate.
    fn passes(&self, arguments: &[&str]) -> Outcome {
        // All crates share one target folder, so they are built sequentially. Waiting for the lock
        // would count toward the timeout of a command.
        static BUILDING: Mutex<()> = Mutex::new(());
        let _building = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        let client = self.workplace.path("client");
        run(cargo_in(&client).args(arguments)).exits_with(0)
    }
}
