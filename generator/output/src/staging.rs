//! The folder in which a run stages its files. It is created for the run alone, so
//! that whatever else is in the staging folder of the crate stays as it is.

use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::failed;
use super::journal::Journal;
use pages::Problem;
use pages::marker;

/// The journal before it is complete.
const DRAFT: &str = "journal.new";

/// A replaced file on its way back into its place.
pub(super) const RESTORED: &str = "restored";

/// The name of a run's folder: `run-<process id>-<16 hexadecimal digits>`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct RunName(String);

impl RunName {
    fn new() -> Self {
        // The hasher is seeded at random, so no dependency is needed for it.
        let random = RandomState::new().build_hasher().finish();
        Self(format!("run-{}-{random:016x}", std::process::id()))
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        let (process, random) = name.strip_prefix("run-")?.split_once('-')?;
        let is_hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_random = random.len() == 16 && random.bytes().all(is_hexadecimal);
        let is_process =
            process.bytes().all(|byte| byte.is_ascii_digit()) && process.parse::<u32>().is_ok();
        (is_process && is_random).then(|| Self(name.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id of the process that runs.
    pub(super) fn process(&self) -> &str {
        self.0.split('-').nth(1).unwrap_or_default()
    }
}

impl TryFrom<String> for RunName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::parse(&name).ok_or_else(|| format!("`{name}` is not the name of a run"))
    }
}

impl From<RunName> for String {
    fn from(name: RunName) -> Self {
        name.0
    }
}

/// The folder of this run. It is removed when the value is dropped.
#[derive(Debug)]
pub(super) struct RunFolder {
    name: RunName,
    path: PathBuf,
    is_kept: bool,
}

impl RunFolder {
    /// Creates a folder in `staging`, which has to exist.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(super) fn create(staging: &Path) -> Result<Self, Problem> {
        let name = RunName::new();
        let path = staging.join(name.as_str());
        // A folder that is there already is an error: its files are not this run's.
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

    /// Leaves the folder to the next run.
    pub(super) fn keep(&mut self) {
        self.is_kept = true;
    }

    /// Writes a file that is to be moved.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(super) fn stage(&self, number: usize, content: &str) -> Result<(), Problem> {
        let path = self.path.join(number.to_string());
        write_new(&path, content.as_bytes()).map_err(|error| failed("write", &path, &error))
    }

    /// Writes the journal, complete or not at all. Once this succeeds, the run will be
    /// finished even if it dies.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(super) fn publish(&self, journal: &Journal, path: &Path) -> Result<(), Problem> {
        let draft = self.path.join(DRAFT);
        serde_json::to_vec(journal)
            .map_err(io::Error::other)
            .and_then(|text| write_new(&draft, &text))
            .and_then(|()| fs::rename(&draft, path))
            .map_err(|error| failed("write", path, &error))
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        if !self.is_kept {
            // Whatever cannot be removed is left to the next run.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Writes a new file and waits until it is on the disk.
pub(super) fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Returns the folders of runs in `staging`, the latest last.
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

/// Removes the folder of a run that died, if every file in it is provably the
/// generator's. Otherwise it stays, and changes nothing.
///
/// # Errors
///
/// When the disk fails.
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

/// Returns `true` if the file has a name and a content that only a run would write.
fn is_staged_file(path: &Path, run: &RunName) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let Ok(content) = fs::read(path) else {
        return false;
    };
    if name == DRAFT {
        let head = format!("{{\"format\":1,\"run\":\"{}\",", run.as_str());
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
    fn the_name_of_a_run_has_its_process() {
        let name = RunName::new();
        assert_eq!(name.process(), std::process::id().to_string());
        assert_eq!(RunName::parse(name.as_str()), Some(name));
    }

    #[test]
    fn names_of_other_files_are_no_runs() {
        for name in [
            "",
            "run",
            "run-1",
            "run-1-",
            "run--0123456789abcdef",
            "run-1-0123456789ABCDEF",
            "run-1-0123456789abcde",
            "run-1-0123456789abcdef0",
            "run-1-0123456789abcdef/..",
            "run-+1-0123456789abcdef",
            "run-4294967296-0123456789abcdef",
            "..",
        ] {
            assert_eq!(RunName::parse(name), None, "{name}");
        }
    }

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
        fs::write(&draft, "{\"format\":1}").expect("the folder is there");
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
