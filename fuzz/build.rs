//! Generates the types of a random document for the target `models`. `FUZZ_MODELS_SEED`, a number
//! from 0 to 255, selects the document.

#[path = "../tests/round_trip/kind.rs"]
#[allow(dead_code, reason = "the round trip tests also create values")]
mod kind;
#[path = "../tests/round_trip/models.rs"]
mod models;

use std::path::{Path, PathBuf};
use std::{env, fs};

use generator::{Source, SourceFile};

/// The environment variable that selects the types.
const SEED: &str = "FUZZ_MODELS_SEED";

fn main() {
    println!("cargo::rerun-if-env-changed={SEED}");
    let seed = env::var(SEED).map_or(7, |seed| seed.parse().expect("the seed is a number"));
    let document = models::document(&models::kinds(&mut models::runner(seed)));
    let source = Source {
        pages: vec![SourceFile::new("trips.json", &document.to_string())],
        ..Source::default()
    };
    let client = generator::generate(&source).expect("random documents have no defects");
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo sets it"));
    for (path, text) in client.files.files() {
        write(&folder.join(path), text);
    }
    write(&folder.join("models.rs"), &models::source(&folder.join("src")));
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("a file is in a folder");
    fs::create_dir_all(folder).expect("the folder is created");
    fs::write(path, text).expect("the file is written");
}
