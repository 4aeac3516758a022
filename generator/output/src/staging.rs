//! The folder in which a run stages its files. It belongs only to this run, so that other contents
//! of the crate's staging folder are not changed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::failed;
use super::journal::{FORMAT, Journal};
use super::path::{Until, write_new};
use super::run_name::RunName;
use pages::Problem;
use pages::marker;

/// The journal before it is complete.
const DRAFT: &str = "journal.new";

/// A replaced file that is being restored.
pub(super) const RESTORED: &str = "restored";

/// The folder of this run. It is removed when the value is dropped.
#[derive(Debug)]
pub(super) struct RunFolder {
    name: RunName,
    path: PathBuf,
    is_kept: bool,
}

impl RunFolder {
    /// Creates a folder in `staging`, which must exist.
    ///
    /// # Errors
    ///
    /// If the disk fails.
    pub(super) fn create(staging: &Path) -> Result<Self, Problem> {
        let name = RunName::new();
        let path = staging.join(name.as_str());
        // An existing folder is an error, because its files do not belong to this run.
        fs::create_dir(&path).map_err(|error| failed("create", &path, &error))?;
        Ok(Self {
            name,
            path,
            is_kept: false,
        })
    }

    pub(super) fn name(&self) -> &RunName {
        &self.name
    }

    /// Keeps the folder for the next run.
    pub(super) fn keep(&mut self) {
        self.is_kept = true;
    }

    /// Writes a file that will be moved.
    ///
    /// # Errors
    ///
    /// If the disk fails.
    pub(super) fn stage(&self, number: usize, content: &str, until: Until) -> Result<(), Problem> {
        let path = self.path.join(number.to_string());
        write_new(&path, content.as_bytes(), until).map_err(|error| failed("write", &path, &error))
    }

    /// Writes the journal atomically. After this, the run will be finished even if it crashes.
    ///
    /// # Errors
    ///
    /// If the disk fails.
    pub(super) fn publish(
        &self,
        journal: &Journal,
        path: &Path,
        until: Until,
    ) -> Result<(), Problem> {
        let draft = self.path.join(DRAFT);
        serde_json::to_vec(journal)
            .map_err(io::Error::other)
            .and_then(|text| write_new(&draft, &text, until))
            .and_then(|()| fs::rename(&draft, path))
            .map_err(|error| failed("write", path, &error))
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        if !self.is_kept {
            // Files that cannot be removed are left for the next run.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Returns the folders of runs in `staging`, latest last.
pub(super) fn run_folders(staging: &Path) -> Vec<RunName> {
    let entries = fs::read_dir(staging).into_iter().flatten().flatten();
    let mut runs: Vec<_> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| {
            let name = RunName::parse(entry.file_name().to_str()?)?;
            let changed = entry.metadata().and_then(|metadata| metadata.modified());
            Some((changed.ok(), name))
        })
        .collect();
    runs.sort_by_key(|(changed, _)| *changed);
    runs.into_iter().map(|(_, name)| name).collect()
}

/// Removes the folder of a crashed run, if every file in it is provably generated. Otherwise, it is
/// kept, and has no effect.
///
/// # Errors
///
/// If the disk fails.
pub(super) fn remove_dead_run(folder: &Path, name: &RunName) -> Result<(), Problem> {
    let read = |error: io::Error| failed("read", folder, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(read)? {
        let entry = entry.map_err(read)?;
        let is_file = entry.file_type().map_err(read)?.is_file();
        if !is_file || !is_staged_file(&entry.path(), name) {
            return Ok(());
        }
        files.push(entry.path());
    }
    for file in files {
        super::remove_file(&file)?;
    }
    fs::remove_dir(folder).map_err(|error| failed("remove", folder, &error))
}

/// Returns `true` if the file has a name and content that only a run would write.
fn is_staged_file(path: &Path, run: &RunName) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let Ok(content) = fs::read(path) else {
        return false;
    };
    if name == DRAFT {
        let head = format!("{{\"format\":{FORMAT},\"run\":\"{}\",", run.as_str());
        return content.starts_with(head.as_bytes()) || head.as_bytes().starts_with(&content);
    }
    // A number is written without leading zeros.
    let is_number = name
        .parse()
        .is_ok_and(|number: usize| number.to_string() == name);
    (is_number || name == RESTORED) && marker::is_generated_in_part(&content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_draft_of_a_journal_begins_with_its_format_and_run() {
        let staging = tempfile::tempdir().expect("a folder");
        let run = RunFolder::create(staging.path()).expect("it is new");
        let draft = run.path.join(DRAFT);
        let text = serde_json::to_vec(&Journal::new(run.name(), None)).expect("plain data");
        for end in 0..=text.len() {
            fs::write(&draft, &text[..end]).expect("the folder is there");
            assert!(is_staged_file(&draft, run.name()), "{end}");
        }
        fs::write(&draft, format!("{{\"format\":{FORMAT}}}")).expect("the folder is there");
        assert!(!is_staged_file(&draft, run.name()));
    }

    #[test]
    fn a_dead_run_with_somebody_elses_file_stays() {
        let staging = tempfile::tempdir().expect("a folder");
        let name = RunName::new();
        let folder = staging.path().join(name.as_str());
        let marked = format!("{}\n", marker::RUST);
        for (file, content) in [("0", "by hand\n"), ("00", &marked), ("notes.rs", &marked)] {
            fs::create_dir(&folder).expect("it is not there");
            fs::write(folder.join("1"), &marked).expect("the folder is there");
            fs::write(folder.join(file), content).expect("the folder is there");
            remove_dead_run(&folder, &name).expect("the folder can be read");
            assert!(
                folder.join("1").exists() && folder.join(file).exists(),
                "{file}"
            );
            fs::remove_file(folder.join(file)).expect("it is there");
            remove_dead_run(&folder, &name).expect("the folder can be read");
            assert!(!folder.exists());
        }
    }
}
