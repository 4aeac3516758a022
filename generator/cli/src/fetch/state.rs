//! The state of the fetched pages: the URL of each, and the validators of its version.
//!
//! The state is stored in a hidden file among the pages and committed with them, so that it is
//! available in a fresh clone. An entry changes only when its page changes: republishing a site
//! without changes causes no diff.

use std::collections::BTreeMap;

use generator::Code;
use generator::output::sha256;
use serde::{Deserialize, Serialize};

use super::page_path::PagePath;
use super::pages::Pages;
use super::site_url::SiteUrl;
use crate::shell::Failure;

/// The name of the state file, which the generator ignores.
pub(crate) use generator::FETCHED as FILE;

/// The format version. Entries of version 1 do not contain the number of the fetch.
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
    #[serde(rename = "address")]
    url: String,
    #[serde(flatten)]
    validators: Validators,
    sha256: String,
    /// The number of the fetch that wrote this version of the page, starting at 1.
    #[serde(default = "first_fetch")]
    fetch: u64,
}

fn first_format() -> u32 {
    1
}

fn first_fetch() -> u64 {
    1
}

/// The HTTP validators of a version of a page.
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
    /// Reads the state of an earlier run.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, or was not written by `fetch`.
    pub(crate) fn read(pages: &Pages) -> Result<Self, Failure> {
        let Some(text) = pages.read_state(FILE)? else {
            return Ok(Self::default());
        };
        let invalid = |why: String| {
            Failure::check(
                Code::InvalidRecord,
                format!("`{}` is invalid: {why}", pages.shown(FILE)),
                "restore the file from the last commit, or remove it: all pages are then fetched again, \
                 and no page is reported as removed from the site",
            )
        };
        let state: Self =
            serde_json::from_slice(&text).map_err(|error| invalid(error.to_string()))?;
        if state.format > FORMAT {
            return Err(invalid(format!(
                "its format {} is not supported",
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
        // Serializing strings and numbers cannot fail.
        serde_json::to_string_pretty(&current).unwrap_or_default() + "\n"
    }
}

impl Entry {
    pub(crate) fn new(url: &SiteUrl, validators: Validators, content: &[u8], fetch: u64) -> Self {
        Self {
            url: url.to_string(),
            validators,
            sha256: sha256(content),
            fetch,
        }
    }

    /// Returns `true` if this is the entry of a page with this content and URL. The validators do
    /// not apply to a page that was edited or has another URL.
    pub(crate) fn is_of(&self, url: &SiteUrl, content: &[u8]) -> bool {
        self.url == url.to_string() && self.holds(content)
    }

    /// Returns `true` if the content is unchanged since it was fetched.
    pub(crate) fn holds(&self, content: &[u8]) -> bool {
        self.sha256 == sha256(content)
    }

    /// Returns the number of the fetch that wrote this content.
    pub(crate) fn fetch_of(&self, content: &[u8]) -> Option<u64> {
        self.holds(content).then_some(self.fetch)
    }

    /// Returns the validators for a conditional request, if there are any.
    pub(crate) fn validators(&self) -> Option<&Validators> {
        let known = &self.validators;
        (known.etag.is_some() || known.last_modified.is_some()).then_some(known)
    }
}
