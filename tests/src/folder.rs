//! Folders as values: read whole, compared, copied.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The files of a folder and its subfolders, by path with `/`. A symbolic link is not followed: its
/// content is the target path.
#[derive(Clone, PartialEq, Eq)]
pub struct Contents(BTreeMap<String, Vec<u8>>);

impl Contents {
    /// Reads the folder. A missing folder has no files.
    pub fn of(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        if folder.exists() {
            collect(folder, "", &mut files);
        }
        Self(files)
    }

    /// Returns the paths, sorted.
    pub fn paths(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// Returns the files that are neither at a path nor below it.
    pub fn outside(mut self, path: &str) -> Self {
        self.0
            .retain(|other, _| !Path::new(other).starts_with(path));
        self
    }

    /// Returns the text of a file, or an empty text if the file does not exist.
    pub fn text(&self, path: &str) -> String {
        let content = self.0.get(path).map_or(&[][..], Vec::as_slice);
        String::from_utf8_lossy(content).into_owned()
    }

    /// Returns the paths and texts of the files.
    pub fn texts(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(path, content)| {
            let text = String::from_utf8_lossy(content).into_owned();
            (path.as_str(), text)
        })
    }

    /// Writes the files to a folder, in addition to the existing files.
    pub fn write_to(&self, folder: &Path) {
        for (path, content) in &self.0 {
            write(&folder.join(path), content);
        }
    }

    /// Returns the files that differ from `other`, and those that exist in only one of them.
    pub fn differences<'a>(&'a self, other: &'a Self) -> Vec<&'a str> {
        let mut paths: Vec<_> = [self.paths(), other.paths()].concat();
        paths.retain(|path| self.0.get(*path) != other.0.get(*path));
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}

/// Shows only the paths, because the contents are too long.
impl std::fmt::Debug for Contents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Copies a folder recursively.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
    Contents::of(from).write_to(to);
}

/// Writes a file, and creates its parent folders.
pub fn write(path: &Path, content: impl AsRef<[u8]>) {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, content))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{prefix}: {error}"));
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Ok(target) = fs::read_link(&path) {
            let content = format!("-> {}", target.display()).into_bytes();
            files.insert(format!("{prefix}{name}"), content);
        } else if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files);
        } else {
            let content = fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            files.insert(format!("{prefix}{name}"), content);
        }
    }
}
