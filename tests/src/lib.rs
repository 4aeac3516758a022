//! The workplace of the tests: a temporary folder with a specification, and the built commands to
//! run there.
//!
//! The tests are next to this folder, one file per guarantee of the project. Their inputs are in
//! `cases/`, with the expected output next to the input.

pub mod command;
pub mod folder;
pub mod site;
pub mod wiretap;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use command::{Outcome, run, xtask};
use folder::Contents;

/// Returns a path in the repository.
pub fn repository(path: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).join(path)
}

/// Returns a path in the folder of cases.
pub fn case(path: &str) -> PathBuf {
    repository("tests/cases").join(path)
}

/// Returns a folder of real pages, as [`shared`].
#[must_use]
pub fn corpus(path: &str) -> Option<PathBuf> {
    shared(&format!("corpus/{path}"))
}

/// Returns a path next to the repository, with pages that are not part of it. If the path is
/// absent, this is printed.
///
/// # Panics
///
/// If the path is absent, and the environment variable `CI_CORPUS` is set.
#[must_use]
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = repository("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    let message = format!("skipped: `{}` is absent", path.display());
    assert!(std::env::var_os("CI_CORPUS").is_none(), "{message}");
    eprintln!("{message}");
    None
}

/// A temporary folder that is removed when the test ends.
#[derive(Debug)]
pub struct Workplace(TempDir);

impl Workplace {
    /// Returns an empty workplace.
    pub fn empty() -> Self {
        Self(TempDir::with_prefix("codegen-").expect("the system has a folder for such"))
    }

    /// Returns a workplace with a copy of a case's specification in `spec/`, if the case has one.
    pub fn with_spec_of(name: &str) -> Self {
        let workplace = Self::empty();
        let spec = case(name).join("spec");
        if spec.exists() {
            folder::copy(&spec, &workplace.path("spec"));
        }
        workplace
    }

    /// Returns a path in the workplace.
    pub fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Returns the text of a file.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file, and creates its parent folders.
    pub fn write(&self, path: &str, text: &str) {
        folder::write(&self.path(path), text);
    }

    /// Returns all files of the workplace.
    pub fn contents(&self) -> Contents {
        Contents::of(self.0.path())
    }

    /// Runs `cargo xtask codegen --spec spec --out client` here, with additional arguments.
    pub fn codegen(&self, arguments: &[&str]) -> Outcome {
        self.xtask(&[&["codegen", "--spec", "spec", "--out", "client"], arguments].concat())
    }

    /// Runs `cargo xtask` here.
    pub fn xtask(&self, arguments: &[&str]) -> Outcome {
        run(xtask().args(arguments).current_dir(self.0.path()))
    }
}

/// The page of the client whose examples are compiled as doc tests.
#[cfg(doctest)]
#[doc = include_str!("../../generated-client/TEN_TASKS.md")]
pub struct TenTasks;
