//! The state of the fetched pages: the URL of each, and the validators of its version.
//!
//! The state is stored in a hidden file among the pages and committed with them, so that
//! a fresh clone knows which pages were fetched. An entry changes only when its page does:
//! a site that is republished without a change to its pages causes no diff.

use generator::Code;
use std::collections::BTreeMap;

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::address::Address;
use super::page_path::PagePath;
use super::pages::Pages;
use crate::shell::Failure;

/// The name of the file, which the generator does not read.
pub(crate) use generator::FETCHED as FILE;

/// The format that is written. Entries of the first format do not say which fetch brought a page.
const FORMAT: u32 = 2;

/// The state of all fetched pages.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    #[serde(default = "first_format")]
    format: u32,
    pub(crate) pages: BTreeMap<PagePath, Entry>,
}

/// The state of one page.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Entry {
    address: String,
    #[serde(flatten)]
    validators: Validators,
    sha256: String,
    /// The number of the fetch that brought this version of the page, counted from 1.
    #[serde(default = "first_fetch")]
    fetch: u64,
}

fn first_format() -> u32 {
    1
}

fn first_fetch() -> u64 {
    1
}

/// By what a server tells one version of a page from another.
#[derive(Clone, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Validators {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_modified: Option<String>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            format: FORMAT,
            pages: BTreeMap::new(),
        }
    }
}

impl State {
    /// Reads what an earlier run has left.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or was not written by `fetch`.
    pub(crate) fn read(pages: &Pages) -> Result<Self, Failure> {
        let Some(text) = pages.read_state(FILE)? else {
            return Ok(Self::default());
        };
        let invalid = |why: String| {
            Failure::check(
                Code::InvalidRecord,
                format!("`{}` cannot be used: {why}", pages.shown(FILE)),
                "take the file from the last commit, or remove it: the pages are then fetched anew, \
                 and none of them counts as removed from the site",
            )
        };
        let state: Self =
            serde_json::from_slice(&text).map_err(|error| invalid(error.to_string()))?;
        if state.format > FORMAT {
            return Err(invalid(format!(
                "its format {} is not known here",
                state.format
            )));
        }
        Ok(state)
    }

    /// Returns the number of the next fetch.
    pub(crate) fn next_fetch(&self) -> u64 {
        let fetches = self.pages.values().map(|entry| entry.fetch);
        fetches.max().map_or(1, |last| last.saturating_add(1))
    }

    /// Returns the file's text.
    pub(crate) fn to_json(&self) -> String {
        let current = Self {
            format: FORMAT,
            pages: self.pages.clone(),
        };
        // Strings and numbers alone can always be written.
        serde_json::to_string_pretty(&current).unwrap_or_default() + "\n"
    }
}

impl Entry {
    pub(crate) fn new(
        address: &Address,
        validators: Validators,
        content: &[u8],
        fetch: u64,
    ) -> Self {
        Self {
            address: address.to_string(),
            validators,
            sha256: sha256(content),
            fetch,
        }
    }

    /// Returns `true` if this is the entry of a page with that content from that URL. The
    /// validators do not apply to a page that was edited or has another URL.
    pub(crate) fn is_of(&self, address: &Address, content: &[u8]) -> bool {
        self.address == address.to_string() && self.holds(content)
    }

    /// Returns `true` if this is the fetched content.
    pub(crate) fn holds(&self, content: &[u8]) -> bool {
        self.sha256 == sha256(content)
    }

    /// Returns the number of the fetch that brought this content.
    pub(crate) fn fetch_of(&self, content: &[u8]) -> Option<u64> {
        self.holds(content).then_some(self.fetch)
    }

    /// Returns what the server may be asked about, if it has said anything.
    pub(crate) fn validators(&self) -> Option<&Validators> {
        let known = &self.validators;
        (known.etag.is_some() || known.last_modified.is_some()).then_some(known)
    }
}

fn sha256(content: &[u8]) -> String {
    let digest = digest(&SHA256, content);
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
