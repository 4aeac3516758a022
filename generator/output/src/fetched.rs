//! Reads which pages were fetched, and by which fetch: a part of the record that
//! `cargo xtask fetch` keeps among the pages.
//!
//! The record has `format: 2`. One without a format is older, and does not say which fetch brought
//! a page: all count as brought by the first.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::Deserialize;

use pages::{Code, Problem};

/// The name of the record in the folder of the pages.
pub const FETCHED: &str = ".fetched.json";

#[derive(Deserialize)]
struct Record {
    pages: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default = "first")]
    fetch: u64,
}

fn first() -> u64 {
    1
}

/// Returns the number of the fetch that brought each page, by the page's path below `folder`.
///
/// # Errors
///
/// When the record cannot be read.
pub(crate) fn fetches(folder: &Path) -> Result<BTreeMap<String, u64>, Problem> {
    let path = folder.join(FETCHED);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        text => text.map_err(|error| invalid(&path, &error))?,
    };
    let record: Record = serde_json::from_str(&text).map_err(|error| invalid(&path, &error))?;
    let pages = record.pages.into_iter();
    Ok(pages.map(|(page, entry)| (page, entry.fetch)).collect())
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
