//! Paths inside the crate's folder, with plain names and without symbolic links.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::failed;
use pages::marker;
use pages::{Code, Problem};

/// A path of plain names with `/` between them, relative to the crate's folder. It neither leaves
/// that folder nor enters build output. The only hidden folder that it enters is that of the
/// workflow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct CratePath(String);

impl CratePath {
    /// Parses a path with `/` as the separator. Returns `None` if a name is not plain.
    pub(super) fn parse(path: &str) -> Option<Self> {
        // A backslash and a colon separate names, drives, and streams on Windows.
        let is_plain = |name: &str| {
            !name.is_empty() && !name.starts_with('.') && !name.contains(['\\', ':', '\0'])
        };
        if is_way_to_workflow(path) {
            return Some(Self(path.to_owned()));
        }
        let is_build_output = path.split('/').next() == Some("target");
        (path.split('/').all(is_plain) && !is_build_output).then(|| Self(path.to_owned()))
    }

    /// Returns the path of a file inside `folder`.
    pub(super) fn of(path: &Path, folder: &Path) -> Option<Self> {
        let names: Option<Vec<&str>> = path
            .strip_prefix(folder)
            .ok()?
            .components()
            .map(|component| component.as_os_str().to_str())
            .collect();
        Self::parse(&names?.join("/"))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the folders on the path from the crate's folder to the file, outermost first.
    pub(super) fn folders(&self, crate_folder: &Path) -> impl Iterator<Item = PathBuf> {
        let separators = self.0.match_indices('/');
        separators.map(move |(index, _)| crate_folder.join(&self.0[..index]))
    }
}

impl TryFrom<String> for CratePath {
    type Error = String;

    fn try_from(path: String) -> Result<Self, String> {
        Self::parse(&path).ok_or_else(|| format!("`{path}` is not a path inside the crate"))
    }
}

impl From<CratePath> for String {
    fn from(path: CratePath) -> Self {
        path.0
    }
}

/// Returns `true` for the workflow that checks the crate, and for the folders that it is in.
fn is_way_to_workflow(path: &str) -> bool {
    let rest = marker::WORKFLOW.strip_prefix(path);
    !path.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Checks that each of the folders is a folder or does not exist yet.
///
/// # Errors
///
/// If one is a symbolic link or a file, or cannot be inspected.
pub(super) fn check_folders(folders: impl Iterator<Item = PathBuf>) -> Result<(), Problem> {
    for folder in folders {
        match fs::symlink_metadata(&folder) {
            Ok(metadata) if metadata.is_symlink() => return Err(link_in_the_way(&folder)),
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(not_a_folder(&folder)),
            // Nested folders do not exist either.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed("inspect", &folder, &error)),
        }
    }
    Ok(())
}

/// Creates those of the folders that do not exist.
///
/// # Errors
///
/// As [`check_folders`].
pub(super) fn create_folders(folders: impl Iterator<Item = PathBuf>) -> Result<(), Problem> {
    for folder in folders {
        match fs::create_dir(&folder) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                check_folders(std::iter::once(folder))?;
            }
            Err(error) => return Err(failed("create", &folder, &error)),
        }
    }
    Ok(())
}

/// Reads a file. Returns `None` if it does not exist.
///
/// # Errors
///
/// If it is a symbolic link or a folder, or cannot be read.
pub(super) fn read_file(path: &Path) -> Result<Option<Vec<u8>>, Problem> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(link_in_the_way(path)),
        // Reading a device or a pipe might never end.
        Ok(metadata) if !metadata.is_file() => Err(Problem::new(
            Code::ForeignFile,
            format!(
                "`{}` is in the way: it is not a regular file",
                path.display()
            ),
        )
        .advice("move it, and run the command again")),
        Ok(_) => fs::read(path)
            .map(Some)
            .map_err(|error| failed("read", path, &error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path, &error)),
    }
}

/// Returns `true` if a symbolic link is at `path`.
pub(super) fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

/// Returns the problem of a symbolic link that the writer would have to follow.
pub(super) fn link_in_the_way(path: &Path) -> Problem {
    Problem::new(
        Code::SymbolicLink,
        format!(
            "`{}` is in the way: it is a symbolic link, which the generator does not follow",
            path.display()
        ),
    )
    .advice("replace the link with its target, or choose another folder with `--out`")
}

fn not_a_folder(path: &Path) -> Problem {
    Problem::new(
        Code::ForeignFile,
        format!("`{}` is in the way: it must be a folder", path.display()),
    )
    .advice("move the file, or choose another folder with `--out`")
}

/// Returns the sorted files in `folder` and its subfolders whose first line is a marker. Symbolic
/// links, hidden files, build output, and other crates are skipped.
///
/// # Errors
///
/// If a folder cannot be read.
pub fn generated_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        let entries = match fs::read_dir(&current) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed("read", &current, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| failed("read", &current, &error))?;
            let path = entry.path();
            if CratePath::of(&path, folder).is_none() {
                continue;
            }
            // The type of a symbolic link is neither.
            let kind = entry
                .file_type()
                .map_err(|error| failed("inspect", &path, &error))?;
            if kind.is_dir() && !is_crate(&path) {
                folders.push(path);
            } else if kind.is_file() && has_marker(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the license files in the crate's folder, generated or not, sorted by name.
pub fn license_files(crate_folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(crate_folder).into_iter().flatten().flatten();
    let is_license = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_ascii_uppercase();
        let mut names = ["LICENSE", "LICENCE", "UNLICENSE", "COPYING"].iter();
        names.any(|start| name.starts_with(start)) && path.is_file()
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(is_license)
        .collect();
    files.sort();
    files
}

/// Returns `true` if the folder has a manifest, so that it is a separate crate.
pub(super) fn is_crate(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join("Cargo.toml")).is_ok()
}

fn has_marker(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| {
        file.take(marker::LONGEST_LINE as u64)
            .read_to_end(&mut start)
    });
    read.is_ok() && marker::is_marked(path, &start)
}

/// The state of a file that a write waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// Other processes can read it.
    Readable,
    /// It is on the disk, and survives a power failure.
    OnDisk,
}

/// Writes a new file.
pub(super) fn write_new(path: &Path, content: &[u8], until: Until) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)?;
    match until {
        Until::Readable => Ok(()),
        Until::OnDisk => file.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_the_crate_consists_of_plain_names() {
        for path in [
            "Cargo.toml",
            "src/lib.rs",
            "src/a b/ü.rs",
            "src/target/a.rs",
            ".github",
            ".github/workflows/ci.yml",
        ] {
            assert!(CratePath::parse(path).is_some(), "{path}");
        }
        for path in [
            "",
            "/",
            "/etc/passwd",
            "..",
            "../a",
            "src/../../a",
            "src//a",
            "src/",
            "./src/a",
            ".git/config",
            ".github/workflows/other.yml",
            ".github/workflows/ci.yml/a",
            ".git",
            "src/.hidden",
            "target/a.rs",
            "C:/a",
            "C:a",
            "src\\..\\..\\a",
            "a\0b",
        ] {
            assert!(CratePath::parse(path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_folders_of_a_path_start_outside() {
        let path = CratePath::parse("src/a/b.rs").expect("it is plain");
        let folders: Vec<_> = path.folders(Path::new("crate")).collect();
        assert_eq!(folders, [Path::new("crate/src"), Path::new("crate/src/a")]);
    }
}
