//! The committed document is sufficient to generate the committed client.

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

/// Returns the files in a folder of the committed client, by path.
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
        has_examples: true,
    };
    let emission = rust::emit(api, &config, surroundings).expect("Rust");

    let mut expected = BTreeMap::new();
    committed("src", &mut expected);
    expected.retain(|path, _| !path.starts_with("src/extras/"));
    for path in [
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "api.txt",
    ] {
        expected.insert(path.to_owned(), read(&format!("generated-client/{path}")));
    }
    let emitted: BTreeMap<&str, &str> = emission.files.files().collect();
    assert_eq!(
        emitted.keys().copied().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (path, emitted) in &emitted {
        let committed = &expected[*path];
        let mut lines = committed.lines().zip(emitted.lines());
        let difference = lines.find(|(committed, emitted)| committed != emitted);
        assert_eq!(difference, None, "{path}");
        assert_eq!(emitted.len(), committed.len(), "{path}");
    }
}
