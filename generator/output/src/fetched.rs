//! Reads which pages were fetched, and by which fetch, from the record that `apipages fetch`
//! keeps in the folder of the pages. A page that was edited since counts as written by the project.
//!
//! The record has `format: 2`. A record without a format is older, and does not contain the fetch
//! of each page: all pages count as downloaded by the first fetch.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use hmac_sha256::Hash;
use serde::Deserialize;

use pages::{Code, Problem};

/// The name of the record in the folder of the pages.
pub const FETCHED: &str = ".fetched.json";

#[derive(Deserialize)]
struct Record {
    pages: BTreeMap<String, Entry>,
}

/// The recorded facts about a fetched page.
#[derive(Deserialize)]
pub(crate) struct Entry {
    sha256: String,
    #[serde(default = "first")]
    fetch: u64,
}

fn first() -> u64 {
    1
}

impl Entry {
    /// Returns the number of the fetch that downloaded this content, or `None` if it was edited.
    pub(crate) fn fetch_of(&self, content: &[u8]) -> Option<u64> {
        (self.sha256 == sha256(content)).then_some(self.fetch)
    }
}

/// Returns the SHA-256 of a page, in hexadecimal digits.
pub fn sha256(content: &[u8]) -> String {
    let digest = Hash::hash(content);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the entries of the fetched pages, by the page's path relative to `folder`.
///
/// # Errors
///
/// If the record cannot be read.
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
        "restore the file from the last commit, or remove it: all pages then count as written \
         by the project",
    )
}
