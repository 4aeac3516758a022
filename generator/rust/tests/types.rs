//! Committed documents give the types of committed clients, byte for byte.

use std::fs;
use std::path::Path;

use api::Origins;
use openapi::{Config, Tree};
use pages::Surroundings;

#[test]
fn the_committed_document_gives_the_committed_types() {
    let document = read("spec/openapi.json");
    compare(&document, &read("generated-client/src/types.rs"));
}

#[test]
fn the_document_of_the_pet_shop_gives_its_types() {
    let document = snapshot("openapi.json");
    compare(&document, &snapshot("src__types.rs"));
}

/// Compares the types that a document gives with a file.
fn compare(document: &str, expected: &str) {
    let document = serde_json::from_str(document).expect("JSON");
    let (api, _) = api::lower(&Tree::read(&document), &Origins::default());
    let files = rust::emit(&api, &Config::default(), Surroundings::default()).expect("Rust");
    let types = files.files().find(|(path, _)| *path == "src/types.rs");
    let (_, emitted) = types.expect("the types");
    // The first line that differs is easier to read than two whole files.
    for (number, (emitted, expected)) in emitted.lines().zip(expected.lines()).enumerate() {
        assert_eq!(emitted, expected, "line {}", number + 1);
    }
    assert_eq!(emitted, expected);
}

/// Returns the content of a file of the repository.
fn read(path: &str) -> String {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(repository.join(path)).expect("a file of the repository")
}

/// Returns a file of the pet shop's client.
fn snapshot(name: &str) -> String {
    let text = read(&format!("tests/cases/pet_shop/expected/{name}.snap"));
    let (_, content) = text.split_once("\n---\n").expect("the head of a snapshot");
    content.to_owned()
}
