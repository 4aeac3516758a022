//! rustfmt with default settings does not change generated crates.
//!
//! The real exports are not part of the repository, and are read from a folder next to it.

use std::path::{Path, PathBuf};

use tests::command::{run, rustfmt};
use tests::{Workplace, case, corpus, folder, repository};

#[test]
fn the_client_of_this_repository() {
    is_formatted(&repository("spec"));
}

#[test]
fn exports_written_for_this_project() {
    is_formatted(&case("exports/studio"));
    is_formatted(&case("exports/weather"));
}

#[test]
fn real_exports() {
    let exports = ["openrouter", "twelvelabs"].into_iter().filter_map(corpus);
    let second_generation = corpus("gen2").map(|folder| folders(&folder));
    for export in exports.chain(second_generation.into_iter().flatten()) {
        is_formatted(&export);
    }
}

/// Returns the subfolders of a folder.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

/// Generates a crate and checks that rustfmt would change no file.
#[track_caller]
fn is_formatted(spec: &Path) {
    let source = generator::read(spec).expect("good pages");
    let output = generator::generate(&source).expect("good pages");
    let workplace = Workplace::empty();
    for (path, text) in output.files.files() {
        folder::write(&workplace.path(path), text);
    }
    let arguments = ["--check", "--edition", "2024"];
    let outcome = run(rustfmt().args(arguments).arg(workplace.path("src/lib.rs")));
    assert_eq!(outcome.stdout, "", "{}", spec.display());
    assert_eq!(outcome.stderr, "");
}
