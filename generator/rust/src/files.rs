//! The files of a client crate, in memory.

use std::collections::BTreeMap;

/// The files of a generated crate, by path, with `/` on every system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crate {
    files: BTreeMap<String, String>,
}

impl Crate {
    /// Returns the files and their contents, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, content)| (path.as_str(), content.as_str()))
    }

    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl Into<String>, content: String) {
        self.files.insert(path.into(), content);
    }
}
