//! Names that a document gives are claimed once: whatever they are, the emitted code is
//! Rust, defines nothing twice, and compiles without a warning.
//!
//! Documents are made of reserved names, of other spellings of the same words, and of
//! letters that look like ASCII. Random numbers are seeded, so that a run repeats.

mod document;
mod items;

use generator::{Crate, Source, SourceFile};
use tests::Workplace;
use tests::command::{cargo_in, run};

/// Emits the client of a document.
fn emitted(text: &str) -> Crate {
    let source = Source {
        pages: vec![SourceFile::new("api.json", text)],
        ..Source::default()
    };
    let output = generator::generate(&source);
    output
        .unwrap_or_else(|problem| panic!("{problem}\n{text}"))
        .files
}

#[test]
fn no_document_makes_a_client_that_defines_something_twice() {
    for seed in 0..60 {
        let text = document::random(seed, 12);
        for (path, code) in emitted(&text).files() {
            if path.ends_with(".rs") && !path.starts_with("src/runtime/") {
                let file = syn::parse_file(code)
                    .unwrap_or_else(|error| panic!("seed {seed}: {path}: {error}\n{code}"));
                let twice = items::defined_twice(&file);
                assert_eq!(twice, [""; 0], "seed {seed}: {path}");
            }
        }
    }
}

#[test]
fn a_client_of_reserved_names_compiles_without_a_warning() {
    let workplace = Workplace::empty();
    workplace.write("spec/api.json", &document::random(1000, 150));
    workplace
        .xtask(&["codegen", "--spec", "spec", "--out", "client", "--quiet"])
        .exits_with(0);
    for features in [&["--all-targets"][..], &["--features", "mock,tracing"]] {
        let mut cargo = cargo_in(&workplace.path("client"));
        let outcome = run(cargo
            .args(["check"])
            .args(features)
            .env("RUSTFLAGS", "-D warnings"));
        outcome.exits_with(0);
    }
}
