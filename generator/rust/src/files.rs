//! The files of a client crate, in memory.

use std::collections::BTreeMap;

use crate::format::Code;
use crate::public_api::Module;

/// The files of a generated crate, by path, with `/` on every system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crate {
    files: BTreeMap<String, String>,
    /// The declarations of files that emission has parsed, until `api.txt` is written from them.
    declarations: BTreeMap<String, Module>,
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
        let path = path.into();
        self.declarations.remove(&path);
        self.files.insert(path, content);
    }

    /// Adds a file of code with its declarations, or replaces it.
    pub(crate) fn insert_code(&mut self, path: impl Into<String>, code: Code) {
        let path = path.into();
        self.declarations.insert(path.clone(), code.declarations);
        self.files.insert(path, code.text);
    }

    /// Adds the files of another part of the crate.
    pub(crate) fn append(&mut self, mut part: Self) {
        self.files.append(&mut part.files);
        self.declarations.append(&mut part.declarations);
    }

    /// Removes and returns the declarations of files that are already parsed, by path.
    pub(crate) fn take_declarations(&mut self) -> BTreeMap<String, Module> {
        std::mem::take(&mut self.declarations)
    }
}
