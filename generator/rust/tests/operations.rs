//! The client of the committed document has the files that are committed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use openapi::{Config, Tree};
use pages::{SourceFile, Surroundings};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("a file of the repository")
}

/// Returns the files of a folder of the committed client, by path.
fn committed(folder: &str, files: &mut BTreeMap<String, String>) {
    let entries = fs::read_dir(root().join("generated-client").join(folder));
    for entry in entries.expect("a folder of the client") {
        let entry = entry.expect("an entry of the folder");
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            committed(&path, files);
        } else {
            let text = fs::read_to_string(entry.path()).expect("text");
            files.insert(path, text);
        }
    }
}

#[test]
fn the_committed_document_gives_the_committed_client() {
    let document = serde_json::from_str(&read("spec/openapi.json")).expect("JSON");
    let tree = Tree::read(&document);
    let (api, _) = api::lower(&tree, &api::Origins::new());
    let config = SourceFile::new("codegen.toml", &read("spec/codegen.toml"));
    let config = Config::parse(&config).expect("the settings");
    let surroundings = Surroundings {
        workspace_member: true,
        has_extras: true,
    };
    let emitted = rust::emit(&api, &config, surroundings).expect("Rust");

    let mut expected = BTreeMap::new();
    for folder in ["src/operations", "src/mock", "src/runtime"] {
        committed(folder, &mut expected);
    }
    for path in ["Cargo.toml", "README.md", "src/lib.rs", "src/rustfmt.toml"] {
        expected.insert(path.to_owned(), read(&format!("generated-client/{path}")));
    }
    let emitted: BTreeMap<_, _> = emitted
        .files()
        .filter(|(path, _)| *path != "src/types.rs" && !path.starts_with("src/raw/"))
        .map(|(path, text)| (path.to_owned(), text.to_owned()))
        .collect();
    assert_eq!(
        emitted.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (path, text) in &emitted {
        let (emitted, committed) = (
            without_references(text),
            without_references(&expected[path]),
        );
        let mut lines = committed.lines().zip(emitted.lines());
        let difference = lines.find(|(committed, emitted)| committed != emitted);
        assert_eq!(difference, None, "{path}");
        assert_eq!(emitted.len(), committed.len(), "{path}");
    }
}

/// Returns code without the links to the pages of operations: the committed document does
/// not have their URLs.
fn without_references(code: &str) -> String {
    let lines = code.lines().map(|line| {
        let request = line.split_once(", see the [reference](");
        request.map_or(line, |(request, _)| request)
    });
    lines.collect::<Vec<_>>().join("\n")
}
