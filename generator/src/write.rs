//! Writes what was generated: all or nothing, only what changed, and nothing
//! that the generator does not own.
//!
//! A file is the generator's when its first line says so. New contents are
//! staged in the folder `.codegen` of the crate; once all are on the disk, a
//! journal there lists the moves to come, and then they are made. Where one fails,
//! those before it are taken back. A run that dies before the journal stands has
//! changed nothing, and one that dies after it is brought to its end by the next.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Output;
use crate::history::released_path;
use crate::marker::{self, COMMAND};
use crate::problem::Problem;

const STAGING: &str = ".codegen";
const JOURNAL: &str = "journal.json";

/// What is to be written, compared with what is there.
#[derive(Debug)]
pub struct Plan {
    crate_folder: PathBuf,
    writes: Vec<(PathBuf, String)>,
    removals: Vec<PathBuf>,
    created: BTreeSet<PathBuf>,
    foreign: Vec<PathBuf>,
    unchanged: usize,
}

/// How a file differs from what would be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The file is not there.
    Missing,
    /// The file has other contents.
    Stale,
    /// The file would not be written any more.
    LeftOver,
    /// A file that the generator does not own stands where one would be written.
    InTheWay,
}

impl Plan {
    /// Compares `output` with the files in `crate_folder`, and the merged
    /// document with the file at `openapi`.
    ///
    /// # Errors
    ///
    /// When a file or a folder cannot be read.
    pub fn new(output: &Output, crate_folder: &Path, openapi: &Path) -> Result<Self, Problem> {
        if crate_folder.is_file() {
            return Err(Problem::new(format!(
                "`{}` is a file, and a crate is a folder",
                crate_folder.display()
            ))
            .advice("choose a folder with `--out`"));
        }
        let mut plan = Self {
            crate_folder: crate_folder.to_owned(),
            writes: Vec::new(),
            removals: Vec::new(),
            created: BTreeSet::new(),
            foreign: Vec::new(),
            unchanged: 0,
        };
        // Beside the pages its place is its own; in the crate it has to say so.
        let in_crate = openapi.starts_with(crate_folder);
        let is_own = |_: &Path, content: &[u8]| !in_crate || marker::is_document(content);
        plan.compare(openapi.to_owned(), &output.openapi, is_own)?;
        if let Some(released) = &output.released {
            plan.compare(released_path(openapi), released, is_own)?;
        }
        let mut expected = BTreeSet::from([openapi.to_owned()]);
        for (path, content) in output.files.files() {
            let path = crate_folder.join(path);
            plan.compare(path.clone(), content, marker::is_marked)?;
            expected.insert(path);
        }
        for path in generated_files(crate_folder)? {
            if !expected.contains(&path) {
                plan.removals.push(path);
            }
        }
        Ok(plan)
    }

    fn compare(
        &mut self,
        path: PathBuf,
        content: &str,
        is_owned: impl Fn(&Path, &[u8]) -> bool,
    ) -> Result<(), Problem> {
        match fs::read(&path) {
            Ok(bytes) if same_text(&bytes, content) => self.unchanged += 1,
            Ok(bytes) if bytes.is_empty() || is_owned(&path, &bytes) => {
                self.writes.push((path, content.to_owned()));
            }
            Ok(_) => self.foreign.push(path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.created.insert(path.clone());
                self.writes.push((path, content.to_owned()));
            }
            Err(error) => return Err(failed("read", &path, &error)),
        }
        Ok(())
    }

    /// Returns the files that differ, sorted.
    pub fn differences(&self) -> Vec<(Difference, &Path)> {
        let writes = self.writes.iter().map(|(path, _)| {
            if self.created.contains(path) {
                (Difference::Missing, path.as_path())
            } else {
                (Difference::Stale, path.as_path())
            }
        });
        let removals = self
            .removals
            .iter()
            .map(|path| (Difference::LeftOver, path.as_path()));
        let foreign = self
            .foreign
            .iter()
            .map(|path| (Difference::InTheWay, path.as_path()));
        let mut all: Vec<_> = writes.chain(removals).chain(foreign).collect();
        all.sort_by_key(|(_, path)| *path);
        all
    }

    /// Returns how many files are as they should be.
    pub fn unchanged(&self) -> usize {
        self.unchanged
    }

    /// Returns how many files would not be written any more.
    pub fn left_over(&self) -> usize {
        self.removals.len()
    }

    /// Writes and removes files, all or none.
    ///
    /// # Errors
    ///
    /// When a file that the generator does not own is in the way; nothing is
    /// changed then. When the disk fails: what was changed is taken back.
    pub fn carry_out(self) -> Result<(), Problem> {
        if let Some(path) = self.foreign.first() {
            return Err(Problem::new(format!(
                "`{}` is in the way: it was not written by `{COMMAND}`",
                path.display()
            ))
            .advice("move the file, or choose another folder with `--out`"));
        }
        if self.writes.is_empty() && self.removals.is_empty() {
            return Ok(());
        }
        let staging = self.crate_folder.join(STAGING);
        let staged = self.stage(&staging);
        if let Err(problem) = staged {
            // What is left of the staging folder changes nothing; the failure
            // itself is what has to be told.
            let _ = fs::remove_dir_all(&staging);
            return Err(problem);
        }
        let mut earlier = Vec::new();
        finish(&self.crate_folder, &mut earlier).inspect_err(|_| {
            // A disk that fails here as well leaves nothing better to tell.
            let _ = fs::remove_dir_all(&staging);
            for file in earlier.into_iter().rev() {
                file.put_back(&self.crate_folder);
            }
        })
    }

    /// Returns a path as the journal holds it: relative to the crate where it is
    /// inside, so that the crate may be moved.
    fn journaled(&self, path: &Path) -> Result<PathBuf, Problem> {
        match path.strip_prefix(&self.crate_folder) {
            Ok(inside) => Ok(inside.to_owned()),
            Err(_) => std::path::absolute(path).map_err(|error| failed("find", path, &error)),
        }
    }

    fn stage(&self, staging: &Path) -> Result<(), Problem> {
        fs::create_dir_all(staging).map_err(|error| failed("create", staging, &error))?;
        let mut journal = Journal::default();
        for (index, (path, content)) in self.writes.iter().enumerate() {
            let name = index.to_string();
            write_through(&staging.join(&name), content)?;
            journal.moves.push((name, self.journaled(path)?));
        }
        for path in &self.removals {
            journal.removals.push(self.journaled(path)?);
        }
        let text = serde_json::to_string(&journal)
            .map_err(|error| failed("write", staging, &io::Error::other(error)))?;
        let draft = staging.join("journal.new");
        write_through(&draft, &text)?;
        let journal = staging.join(JOURNAL);
        fs::rename(&draft, &journal).map_err(|error| failed("write", &journal, &error))
    }
}

/// What is still to be done once everything is staged.
#[derive(Default, Deserialize, Serialize)]
struct Journal {
    /// From names in the staging folder.
    moves: Vec<(String, PathBuf)>,
    removals: Vec<PathBuf>,
}

/// A file as it was before it was moved over or removed.
struct Earlier {
    path: PathBuf,
    /// `None` where there was none.
    content: Option<Vec<u8>>,
}

impl Earlier {
    fn of(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            content: fs::read(path).ok(),
        }
    }

    fn put_back(self, crate_folder: &Path) {
        match self.content {
            Some(content) => {
                let _ = self.path.parent().map(fs::create_dir_all);
                let _ = fs::write(&self.path, content);
            }
            None => {
                let _ = fs::remove_file(&self.path);
                remove_empty_parents(&self.path, crate_folder);
            }
        }
    }
}

/// Brings a run that died to its end, or takes away what it left.
///
/// # Errors
///
/// When the disk fails.
pub fn recover(crate_folder: &Path) -> Result<(), Problem> {
    let staging = crate_folder.join(STAGING);
    if staging.join(JOURNAL).exists() {
        finish(crate_folder, &mut Vec::new())
    } else if staging.exists() {
        fs::remove_dir_all(&staging).map_err(|error| failed("remove", &staging, &error))
    } else {
        Ok(())
    }
}

/// Makes the moves of the journal that have not been made yet; `earlier` is what
/// they change.
fn finish(crate_folder: &Path, earlier: &mut Vec<Earlier>) -> Result<(), Problem> {
    let staging = crate_folder.join(STAGING);
    let path = staging.join(JOURNAL);
    let text = fs::read_to_string(&path).map_err(|error| failed("read", &path, &error))?;
    let journal: Journal = serde_json::from_str(&text)
        .map_err(|error| failed("read", &path, &io::Error::other(error)))?;
    for (name, to) in &journal.moves {
        let (from, to) = (&staging.join(name), &crate_folder.join(to));
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).map_err(|error| failed("create", parent, &error))?;
        }
        earlier.push(Earlier::of(to));
        match move_file(from, to) {
            Ok(()) => {}
            // Moved before the run died.
            Err(error) if error.kind() == io::ErrorKind::NotFound && to.exists() => {}
            Err(error) => return Err(failed("write", to, &error)),
        }
    }
    for path in &journal.removals {
        let path = &crate_folder.join(path);
        earlier.push(Earlier::of(path));
        match fs::remove_file(path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed("remove", path, &error)),
        }
        remove_empty_parents(path, crate_folder);
    }
    fs::remove_dir_all(&staging).map_err(|error| failed("remove", &staging, &error))
}

/// Moves a file, also to another file system.
fn move_file(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            fs::copy(from, to)?;
            fs::remove_file(from)
        }
        result => result,
    }
}

/// Removes the folders that a removal has left empty.
fn remove_empty_parents(path: &Path, crate_folder: &Path) {
    for parent in path.ancestors().skip(1) {
        let inside = parent.file_name().is_some() && parent != crate_folder;
        // Only an empty folder can be removed this way.
        if !inside || fs::remove_dir(parent).is_err() {
            return;
        }
    }
}

/// Tells whether a run died here and is still to be brought to its end.
pub fn is_interrupted(crate_folder: &Path) -> bool {
    crate_folder.join(STAGING).exists()
}

/// Returns the files below `folder` that say that they are generated, sorted.
///
/// # Errors
///
/// When a folder cannot be read.
pub fn generated_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(failed("read", folder, &error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| failed("read", folder, &error))?;
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || name == "target" || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            // A folder with a manifest is another crate.
            if !path.join("Cargo.toml").exists() {
                found.extend(generated_files(&path)?);
            }
        } else if fs::read(&path).is_ok_and(|bytes| marker::is_marked(&path, &bytes)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// A checkout may have changed the line ends.
fn same_text(bytes: &[u8], content: &str) -> bool {
    bytes == content.as_bytes()
        || std::str::from_utf8(bytes).is_ok_and(|text| text.replace("\r\n", "\n") == content)
}

/// Writes a file and waits until it is on the disk.
fn write_through(path: &Path, content: &str) -> Result<(), Problem> {
    let write = || {
        let mut file = fs::File::create(path)?;
        file.write_all(content.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| failed("write", path, &error))
}

fn failed(verb: &str, path: &Path, error: &io::Error) -> Problem {
    Problem::new(format!("cannot {verb} `{}`: {error}", path.display())).advice(
        "check the folder's permissions and the space on the disk, and run the command again",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_that_fails_is_taken_back_with_those_before_it() {
        let folder = tempfile::tempdir().expect("there is a place for it");
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| {
            fs::create_dir_all(path(name).parent().expect("it is below the folder"))
                .and_then(|()| fs::write(path(name), text))
                .expect("the folder is ours");
        };
        write("a.rs", "old a");
        // A folder stands where a file is to be written.
        write("c.rs/d", "in the way");
        let writes = [("a.rs", "new a"), ("b/b.rs", "new b"), ("c.rs", "new c")];
        let plan = Plan {
            crate_folder: folder.path().to_owned(),
            writes: writes
                .map(|(name, text)| (path(name), text.to_owned()))
                .into(),
            removals: Vec::new(),
            created: BTreeSet::new(),
            foreign: Vec::new(),
            unchanged: 0,
        };

        let problem = plan.carry_out().expect_err("`c.rs` cannot be written");

        assert!(problem.message().contains("c.rs"), "{problem}");
        assert_eq!(
            fs::read_to_string(path("a.rs")).ok().as_deref(),
            Some("old a")
        );
        assert!(!path("b").exists());
        assert!(!path(STAGING).exists());
    }
}
