//! Names of a document are unique after conversion: for any names, the emitted code is valid Rust,
//! defines nothing twice, and compiles without warnings.
//!
//! Documents consist of reserved names, other spellings of the same words, and letters that look
//! like ASCII. Random numbers are seeded, so that runs are reproducible.

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

/// Returns a file of the client of a document with these operations and schemas.
fn file(paths: &serde_json::Value, schemas: &serde_json::Value, path: &str) -> String {
    let document = serde_json::json!({
        "openapi": "3.1.0",
        "info": {"title": "Pets", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": paths,
        "components": {"schemas": schemas},
    });
    let files = emitted(&document.to_string());
    let mut files = files.files();
    let (_, code) = files.find(|(name, _)| *name == path).expect("the file");
    code.to_owned()
}

/// Returns a `GET /pets` operation with these parameters, which responds with `Pets`.
fn get_pets(parameters: &serde_json::Value) -> serde_json::Value {
    serde_json::json!({"/pets": {"get": {
        "operationId": "list",
        "x-fern-sdk-group-name": ["pets"],
        "x-fern-sdk-method-name": "list",
        "parameters": parameters,
        "responses": {"200": {"description": "", "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Pets"},
        }}}},
    }}})
}

#[test]
fn a_format_means_the_same_in_a_field_and_in_a_union() {
    let size = serde_json::json!({"type": "integer", "format": "uint64"});
    let schemas = serde_json::json!({"Pets": {"type": "object", "properties": {
        "size": size,
        "either": {"oneOf": [size, {"type": "boolean"}]},
    }}});
    let empty = serde_json::json!([]);
    let pets = file(&get_pets(&empty), &schemas, "src/types/pets.rs");
    let either = file(&get_pets(&empty), &schemas, "src/types/pets_either.rs");
    assert!(pets.contains("pub size: Option<u64>"), "{pets}");
    assert!(either.contains("Integer(u64)"), "{either}");
}

#[test]
fn a_list_is_paginated_whatever_the_size_of_the_page_number() {
    let schemas = serde_json::json!({"Pets": {"type": "object", "properties": {
        "data": {"type": "array", "items": {"type": "string"}},
        "total_pages": {"type": "integer", "format": "int32"},
    }}});
    let page = serde_json::json!([{
        "name": "page", "in": "query", "schema": {"type": "integer", "format": "int32"},
    }]);
    let pets = file(&get_pets(&page), &schemas, "src/operations/pets.rs");
    assert!(pets.contains("pub fn pages(self)"), "{pets}");
}

#[test]
fn a_mock_with_a_long_signature_has_its_imports() {
    let paths = serde_json::json!({"/pets": {"post": {
        "operationId": "stream-with-measurements",
        "x-fern-sdk-group-name": ["pets-and-their-owners"],
        "x-fern-sdk-method-name": "stream-with-measurements",
        "responses": {"200": {"description": "", "content": {"text/event-stream": {
            "schema": {"$ref": "#/components/schemas/PetWithItsMeasurementsAndItsOwnersAddress"},
        }}}},
    }}});
    let schemas = serde_json::json!({"PetWithItsMeasurementsAndItsOwnersAddress": {
        "type": "object", "properties": {"id": {"type": "string"}},
    }});
    let mock = file(&paths, &schemas, "src/mock/pets_and_their_owners.rs");
    assert!(
        mock.contains("use crate::runtime::mock::{Events, Mocked};"),
        "{mock}"
    );
}
