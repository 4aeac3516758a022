//! Reads which pages were fetched, and by which fetch: a part of the record that
//! `apipages fetch` keeps among the pages. A page that was edited since counts as one of the
//! project.
//!
//! The record has `format: 2`. One without a format is older, and does not say which fetch brought
//! a page: all count as brought by the first.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use pages::{Code, Problem};

use crate::journal::Digest;

/// The name of the record in the folder of the pages.
pub const FETCHED: &str = ".fetched.json";

#[derive(Deserialize)]
struct Record {
    pages: BTreeMap<String, Entry>,
}

/// The recorded facts about a fetched page.
#[derive(Deserialize)]
pub(crate) struct Entry {
    sha256: Digest,
    #[serde(default = "first")]
    fetch: u64,
}

fn first() -> u64 {
    1
}

impl Entry {
    /// Returns the number of the fetch that brought this content; `None` if it was edited.
    pub(crate) fn fetch_of(&self, content: &[u8]) -> Option<u64> {
        (self.sha256 == Digest::of(content)).then_some(self.fetch)
    }
}

/// Returns the entries of the fetched pages, by the page's path below `folder`.
///
/// # Errors
///
/// When the record cannot be read.
pub(crate) fn entries(folder: &Path) -> Result<BTreeMap<String, Entry>, Problem> {
    let path = folder.join(FETCHED);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        text => text.map_err(|error| invalid(&path, &error))?,
    };
    let record: Record = serde_json::from_str(&text).map_err(|error| invalid(&path, &error))?;
    Ok(record.pages)
}

fn invalid(path: &Path, error: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        Code::InvalidRecord,
        format!("`{}` cannot be used: {error}", path.display()),
    )
    .advice(
        "take the file from the last commit, or remove it: all pages then count as written by \
         the project",
    )
}
