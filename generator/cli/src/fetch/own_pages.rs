//! The list of the project's own pages: `own-pages.txt` next to `pages/`, with one path per line. A
//! line that starts with `#` is a comment.
//!
//! The site does not list these pages, and no command removes them. A page that the site publishes
//! is removed from the list. A page of another operation at the URL of a site page is added to it.

use std::collections::BTreeSet;

use generator::Code;

use super::page_path::PagePath;
use super::pages::Pages;
use crate::shell::Failure;

pub(crate) use generator::OWN_PAGES as FILE;

/// The list of the project's own pages.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct OwnPages {
    text: String,
    pages: BTreeSet<PagePath>,
}

impl OwnPages {
    /// Reads the list, which is empty if there is no file.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, or if a line is not the path of a page.
    pub(crate) fn read(pages: &Pages) -> Result<Self, Failure> {
        let Some(bytes) = pages.read_beside(FILE)? else {
            return Ok(Self::default());
        };
        let invalid = |why: String| {
            Failure::check(
                Code::InvalidRecord,
                format!("`{}` is invalid: {why}", pages.shown_beside(FILE)),
                "write the path of one page below `pages/` on each line, such as `pets/list.md`",
            )
        };
        let text = String::from_utf8(bytes).map_err(|error| invalid(error.to_string()))?;
        let mut listed = BTreeSet::new();
        for (index, line) in text.lines().enumerate() {
            if let Some(path) = entry(line) {
                let path = PagePath::try_from(path.to_owned()).map_err(|why| {
                    let shown = path.escape_debug();
                    invalid(format!(
                        "`{shown}` in line {} is not the path of a page: {why}",
                        index + 1
                    ))
                })?;
                listed.insert(path);
            }
        }
        Ok(Self {
            text,
            pages: listed,
        })
    }

    pub(crate) fn contains(&self, path: &PagePath) -> bool {
        self.pages.contains(path)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &PagePath> {
        self.pages.iter()
    }

    /// Adds a page to the list.
    pub(crate) fn add(&mut self, path: &PagePath) {
        if self.pages.insert(path.clone()) {
            if !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push('\n');
            }
            self.text.push_str(&format!("{path}\n"));
        }
    }

    /// Removes a page from the list.
    pub(crate) fn remove(&mut self, path: &PagePath) {
        if self.pages.remove(path) {
            let lines = self.text.split_inclusive('\n');
            let others = lines.filter(|line| entry(line) != Some(path.as_str()));
            self.text = others.collect();
        }
    }

    /// Returns the file's text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// Returns the path on a line, if it has one.
fn entry(line: &str) -> Option<&str> {
    let line = line.trim();
    (!line.is_empty() && !line.starts_with('#')).then_some(line)
}
