//! Pages are untrusted: the documentation of the generated crate displays their text, and never
//! executes it.
//!
//! The pages contain scripts, script links, code block labels that rustdoc treats as tests, and
//! hidden characters in every documented place.

mod html;

use std::fs;
use std::sync::{Mutex, PoisonError};

use tests::command::{Outcome, built, cargo_in, run};
use tests::folder::Contents;
use tests::{Workplace, case};

#[test]
fn rustdoc_shows_no_script_of_a_page() {
    let generated = Generated::new();
    let folder = built("doc/things");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("pages of an earlier run");
    }
    generated.cargo(&["doc", "--no-deps"]);
    let pages = Contents::of(&folder);
    let pages = pages.texts().filter(|(path, _)| path.ends_with(".html"));
    let mut count = 0;
    for (path, html) in pages {
        count += 1;
        assert_eq!(html::active(&html), [""; 0], "{path}");
    }
    // A page for each type, and for each group.
    assert!(count > 20, "{count} pages");
}

#[test]
fn the_doc_tests_are_the_examples_of_the_generator() {
    let generated = Generated::new();
    let listed = generated.cargo(&["test", "--doc", "--", "--list"]).stdout;
    let mut tests: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(|line| line.rsplit_once(" (line").map_or(line, |(name, _)| name))
        .collect();
    tests.sort_unstable();
    assert_eq!(
        tests,
        [
            "src/lib.rs -",
            "src/lib.rs -",
            "src/operations/things.rs - operations::things::Things::create",
            "src/operations/things.rs - operations::things::Things::get",
            "src/operations/things.rs - operations::things::Things::list",
            "src/operations/things.rs - operations::things::Things::purge",
            "src/runtime/credentials.rs - runtime::credentials::CredentialProvider",
            "src/runtime/middleware.rs - runtime::middleware::ClientBuilder::propagate_trace",
            "src/runtime/middleware.rs - runtime::middleware::Middleware",
            "src/runtime/upload.rs - runtime::upload::Upload",
        ]
    );
}

#[test]
fn no_file_has_hidden_characters() {
    let generated = Generated::new();
    let contents = Contents::of(&generated.0.path("client"));
    for (path, text) in contents.texts() {
        let hidden = text.chars().find(|c| *c != '\n' && is_hidden(*c));
        assert_eq!(hidden, None, "{path}");
    }
}

#[test]
fn the_terminal_gets_no_hidden_characters() {
    let workplace = Workplace::empty();
    workplace.write(
        "spec/pages/a.yaml",
        "openapi: 3.1.1\npaths:\n  \"/a\\u202E\\e[2J\": {get: {operationId: \"\\e]0;x\\a\", \
         parameters: [{name: \"\\u202Ec\", in: cookie, schema: {type: string}}], \
         responses: {'204': {description: a}}}} # \u{202e}\u{9b}2J\n",
    );
    let outcome = workplace.codegen(&[]);
    for text in [&outcome.stdout, &outcome.stderr] {
        let hidden = text.chars().find(|c| *c != '\n' && is_hidden(*c));
        assert_eq!(hidden, None, "{text:?}");
    }
    assert!(outcome.stderr.contains("\\u{202e}"), "{}", outcome.stderr);
}

/// A crate that was generated from the hostile pages.
struct Generated(Workplace);

impl Generated {
    fn new() -> Self {
        let workplace = Workplace::empty();
        let pages = case("hostile");
        let pages = pages.to_str().expect("the path is UTF-8");
        workplace
            .xtask(&["codegen", "--spec", pages, "--out", "client"])
            .exits_with(0);
        Self(workplace)
    }

    fn cargo(&self, arguments: &[&str]) -> Outcome {
        // All crates share one target folder, so they are built sequentially. Waiting for the lock
        // would count toward the timeout of a command.
        static BUILDING: Mutex<()> = Mutex::new(());
        let _building = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cargo = cargo_in(&self.0.path("client"));
        run(cargo.args(arguments)).exits_with(0)
    }
}

/// Returns `true` if a character is a control or changes the direction of text.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
