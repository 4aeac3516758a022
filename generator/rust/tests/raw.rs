//! Committed documents give the committed raw layers, byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use openapi::Tree;
use rust::Crate;

#[test]
fn the_committed_document_gives_the_committed_functions() {
    let mut committed = BTreeMap::new();
    let folder = fs::read_dir(root().join("generated-client/src/raw")).expect("a folder");
    for entry in folder {
        let path = entry.expect("an entry of the folder").path();
        let text = fs::read_to_string(&path).expect("text");
        let name = path.file_name().expect("a name").to_string_lossy();
        committed.insert(format!("src/raw/{name}"), text);
    }
    assert_same(&raw_files("spec/openapi.json"), &committed);
}

#[test]
fn the_pet_shop_has_the_expected_functions() {
    let expected = ["mod.rs", "pets.rs"].map(|name| {
        let snapshot = format!("tests/cases/pet_shop/expected/src__raw__{name}.snap");
        let snapshot = read(&root().join(snapshot));
        let (_, text) = snapshot
            .split_once("\n---\n")
            .expect("the end of its header");
        (format!("src/raw/{name}"), text.to_owned())
    });
    let emitted = raw_files("tests/cases/pet_shop/spec/openapi.json");
    assert_same(&emitted, &BTreeMap::from(expected));
}

/// Returns the raw layer of a merged document of the repository.
fn raw_files(document: &str) -> BTreeMap<String, String> {
    let document = serde_json::from_str(&read(&root().join(document))).expect("JSON");
    let (api, _) = api::lower(&Tree::read(&document), &api::Origins::default());
    let mut files = Crate::default();
    let refused = rust::raw_files(&api, &mut files).expect("Rust");
    assert_eq!(refused, []);
    let files = files.files();
    files
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect()
}

fn assert_same(emitted: &BTreeMap<String, String>, expected: &BTreeMap<String, String>) {
    let paths = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(emitted), paths(expected));
    for (path, text) in expected {
        // The first line that differs is easier to read than two whole files.
        for (number, (line, expected)) in emitted[path].lines().zip(text.lines()).enumerate() {
            assert_eq!(line, expected, "{path}, line {}", number + 1);
        }
        assert_eq!(emitted[path], *text, "{path}");
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a file of the repository")
}
