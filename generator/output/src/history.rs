//! The history of the crate: its changelog, and the merged document of the last version in
//! the changelog.
//!
//! `released.json` is a copy of `openapi.json` from when the version in `codegen.toml` was
//! last raised. Later changes are in the entry `Unreleased`. Raising the version turns that
//! entry into the entry of the version, and updates `released.json`. Both files depend only
//! on the pages, the settings, and the two files, so that repeated runs change nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Output;
use drift::{BaseDocument, Changelog, Drift};
use pages::marker::is_marked;
use pages::{Code, Problem};

/// The name of the changelog in the crate's folder.
pub const CHANGELOG: &str = "CHANGELOG.md";

/// The name of the last version's document, in the folder of `openapi.json`.
pub(crate) const RELEASED: &str = "released.json";

/// The files that earlier runs have written.
#[derive(Clone, Debug, Default)]
pub struct History {
    changelog: Option<String>,
    released: Option<String>,
    /// The name of the last version's document in messages.
    released_name: String,
}

impl History {
    /// Reads the changelog of the crate, and the document of the last version beside the file
    /// `openapi`.
    ///
    /// # Errors
    ///
    /// Returns an error if one of them exists and cannot be read.
    pub fn read(crate_folder: &Path, openapi: &Path) -> Result<Self, Problem> {
        let released = released_path(openapi);
        Ok(Self {
            changelog: read_optional(&crate_folder.join(CHANGELOG))?,
            released: read_optional(&released)?,
            released_name: released.display().to_string(),
        })
    }
}

/// Returns the path of the last version's document.
pub fn released_path(openapi: &Path) -> PathBuf {
    openapi.with_file_name(RELEASED)
}

fn read_optional(path: &Path) -> Result<Option<String>, Problem> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem::new(
            Code::UnreadableFile,
            format!("cannot read `{}`: {error}", path.display()),
        )
        .advice("check that it is a file, and that you have permission to read it")),
    }
}

impl Output {
    /// Adds the changelog, with the changes since the last version, and the document of its latest
    /// version to the files. Returns `false`, and adds neither, if the crate has a handwritten
    /// changelog.
    ///
    /// # Errors
    ///
    /// If the files of the last version cannot be used, the version was lowered, or it was not
    /// raised enough for a breaking change.
    pub fn record(&mut self, history: &History) -> Result<bool, Problem> {
        let is_written_by_hand =
            |text: &String| !text.is_empty() && !is_marked(Path::new(CHANGELOG), text.as_bytes());
        if history.changelog.as_ref().is_some_and(is_written_by_hand) {
            return Ok(false);
        }
        let mut changelog = Changelog::read(history.changelog.as_deref());
        let version = self.config.version();
        let number = version.to_string();
        match &history.released {
            None => {
                changelog.begin(&number);
                self.released = Some(self.openapi.clone());
            }
            Some(text) => {
                let released =
                    BaseDocument::parse(&history.released_name, text).map_err(unusable)?;
                let last = released
                    .version()
                    .cloned()
                    .unwrap_or_else(|| version.clone());
                let drift = Drift::new(&released, &self.api, &self.config);
                if last == version {
                    if !changelog.has(&number) {
                        changelog.begin(&number);
                    }
                    changelog.set_unreleased(&drift);
                    self.released = Some(text.replace("\r\n", "\n"));
                } else if last > version || changelog.has(&number) {
                    return Err(lowered(&number, &last.to_string(), &history.released_name));
                } else if !drift.verdict().is_honest() {
                    return Err(too_low(&drift));
                } else {
                    changelog.release(&number, &drift);
                    self.released = Some(self.openapi.clone());
                }
            }
        }
        let text = changelog.print();
        self.files.insert(CHANGELOG, text);
        Ok(true)
    }
}

/// Adds advice to a problem with the document of the last version.
fn unusable(problem: Problem) -> Problem {
    problem.advice(format!(
        "restore the file, or remove it: {CHANGELOG} then starts again with the current version"
    ))
}

/// Returns the problem of a version that does not reflect breaking changes. Its entry would be
/// final, and later runs would compare with it.
fn too_low(drift: &Drift) -> Problem {
    let verdict = drift.verdict();
    let problem = Problem::new(Code::BreakingChange, verdict.message());
    match verdict.advice() {
        Some(advice) => problem.advice(advice),
        None => problem,
    }
}

fn lowered(version: &str, last: &str, released: &str) -> Problem {
    Problem::new(
        Code::VersionNotRaised,
        format!("version {version} is not higher than {last}, the last one in {CHANGELOG}"),
    )
    .advice(format!(
        "raise `crate.version` in `codegen.toml`; to revert {last}, restore the previous \
         `{released}` and {CHANGELOG}"
    ))
}
