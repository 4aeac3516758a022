//! The pages folder, the only folder that is written to. Symbolic links in it are not followed, and
//! each file is replaced atomically.

use generator::Code;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use super::page_path::PagePath;
use crate::shell::{Failure, shown};

/// The folder `pages` of a specification.
pub(crate) struct Pages {
    root: PathBuf,
    /// The parent folder of `pages`.
    spec: PathBuf,
}

impl Pages {
    /// Opens the folder `pages` in `spec`, which does not have to exist.
    ///
    /// # Errors
    ///
    /// Returns an error if the folder is a link, or if the generator would not read it.
    pub(crate) fn open(spec: &Path) -> Result<Self, Failure> {
        let root = spec.join("pages");
        if generator::holds_bare_pages(spec) {
            return Err(Failure::check(
                Code::InvalidOutput,
                format!(
                    "`{}` contains pages itself, but pages are fetched into `{}`",
                    shown(spec),
                    shown(&root)
                ),
                "move its pages there, or choose another folder with `--spec`",
            ));
        }
        match fs::symlink_metadata(&root) {
            Ok(metadata) if !metadata.is_dir() => Err(in_the_way(&root, &metadata)),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(failed("read", &root, &error))
            }
            _ => Ok(Self {
                root,
                spec: spec.to_owned(),
            }),
        }
    }

    /// Creates the folder, so that a missing permission is reported once.
    pub(crate) fn create(&self) -> Result<(), Failure> {
        fs::create_dir_all(&self.root).map_err(|error| failed("create", &self.root, &error))
    }

    /// Returns the path of a page for messages.
    pub(crate) fn shown(&self, path: &str) -> String {
        shown(&self.root.join(path))
    }

    /// Returns the sorted paths of all files, with `/` as separator, without hidden files and
    /// links.
    pub(crate) fn files(&self) -> Result<Vec<String>, Failure> {
        let mut found = Vec::new();
        collect(&self.root, "", &mut found).map_err(|error| failed("read", &self.root, &error))?;
        found.sort();
        Ok(found)
    }

    /// Returns the content of a page, if there is one.
    pub(crate) fn read(&self, path: &PagePath) -> Result<Option<Vec<u8>>, Failure> {
        read(&real(&self.root, path.names())?)
    }

    /// Replaces a page, or writes a new one.
    pub(crate) fn write(&self, path: &PagePath, content: &[u8]) -> Result<(), Failure> {
        write(&real(&self.root, path.names())?, content)
    }

    /// Removes a page, and folders that become empty.
    pub(crate) fn remove(&self, path: &PagePath) -> Result<(), Failure> {
        let file = real(&self.root, path.names())?;
        fs::remove_file(&file).map_err(|error| failed("remove", &file, &error))?;
        for folder in file
            .ancestors()
            .skip(1)
            .take_while(|folder| *folder != self.root)
        {
            // `remove_dir` removes only empty folders.
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Reads a state file among the pages.
    pub(crate) fn read_state(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        read(&real(&self.root, [name].into_iter())?)
    }

    /// Writes a state file among the pages.
    pub(crate) fn write_state(&self, name: &str, text: &str) -> Result<(), Failure> {
        write(&real(&self.root, [name].into_iter())?, text.as_bytes())
    }

    /// Returns the path of a file next to the folder, for messages.
    pub(crate) fn shown_beside(&self, name: &str) -> String {
        shown(&self.spec.join(name))
    }

    /// Reads a file next to the folder.
    pub(crate) fn read_beside(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        read(&real(&self.spec, [name].into_iter())?)
    }

    /// Removes a file next to the folder.
    pub(crate) fn remove_beside(&self, name: &str) -> Result<(), Failure> {
        let file = real(&self.spec, [name].into_iter())?;
        fs::remove_file(&file).map_err(|error| failed("remove", &file, &error))
    }

    /// Writes a file next to the folder.
    pub(crate) fn write_beside(&self, name: &str, text: &str) -> Result<(), Failure> {
        write(&real(&self.spec, [name].into_iter())?, text.as_bytes())
    }
}

/// Returns the path of a file below a folder. Returns an error if a parent folder is a link.
fn real<'a>(root: &Path, names: impl Iterator<Item = &'a str>) -> Result<PathBuf, Failure> {
    let mut path = root.to_owned();
    let mut names = names.peekable();
    while let Some(name) = names.next() {
        path.push(name);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_symlink() || found.is_dir() != names.peek().is_some() => {
                return Err(in_the_way(&path, &found));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(failed("read", &path, &error));
            }
            _ => {}
        }
    }
    Ok(path)
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<String>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        // Links are skipped here, and are an error when a page is written through one.
        if name.starts_with('.') || kind.is_symlink() {
            continue;
        }
        let path = format!("{prefix}{name}");
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path, &error)),
    }
}

/// Writes a temporary file and renames it, so that a partial file is never visible.
fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let write = || {
        fs::create_dir_all(folder)?;
        let mut draft = Builder::new()
            .prefix(&format!(".{name}"))
            .suffix(".fetching")
            .rand_bytes(0)
            .make_in(folder, |draft| {
                // A killed run may have left a temporary file.
                let _ = fs::remove_file(draft);
                fs::File::create_new(draft)
            })?;
        draft.write_all(content)?;
        draft.as_file().sync_all()?;
        draft.persist(path).map_err(|error| error.error)
    };
    write()
        .map(drop)
        .map_err(|error| failed("write", path, &error))
}

fn in_the_way(path: &Path, found: &fs::Metadata) -> Failure {
    let what = if found.is_symlink() {
        "a link, and pages are not written through links"
    } else if found.is_dir() {
        "a folder, but a page with this name must be written"
    } else {
        "a file, but pages must be written below it"
    };
    Failure::check(
        Code::ForeignFile,
        format!("`{}` is {what}", shown(path)),
        "move it away, and run the command again",
    )
}

fn failed(verb: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::check(
        Code::DiskFailure,
        format!("cannot {verb} `{}`: {error}", shown(path)),
        "check the permissions of the folder and the free disk space, and run the command again",
    )
}
