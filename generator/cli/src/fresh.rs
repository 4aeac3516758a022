//! Detects whether a run of `apipages codegen` would change anything.
//!
//! A run writes a note of its inputs and outputs. The note is stored in the target folder of the
//! current workspace, so that it is not committed and is removed by `cargo clean`. Outside of a
//! workspace, it is stored in the user's cache folder. A note is valid only for the same program,
//! and only if no input and no output has changed. `--check` ignores notes.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use generator::Source;
use generator::output::{generated_files, is_interrupted, license_files};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::workspace::notes;

/// The inputs and outputs of a run.
#[derive(Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Note {
    program: u64,
    read: u64,
    /// Hashes of contents, by path.
    written: BTreeMap<PathBuf, u64>,
    /// The printed output of the run, which an unchanged run prints again.
    pub(crate) said: Vec<(String, String)>,
}

/// The location of the note for a pair of folders.
pub(crate) struct Notes {
    file: PathBuf,
    program: u64,
    read: u64,
}

impl Notes {
    /// Returns the location for runs from `spec` to `out`, or `None` if the program cannot be
    /// identified or there is no folder for notes.
    pub(crate) fn of(source: &Source, spec: &Path, out: &Path) -> Option<Self> {
        let program = std::env::current_exe().ok()?;
        let metadata = program.metadata().ok()?;
        let built = metadata.modified().ok()?;
        let built = built.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        // The output of a run depends on the current folder.
        let folders = [Path::new("."), spec, out].map(|folder| std::path::absolute(folder).ok());
        let name = format!("{:016x}.json", hash(&folders));
        Some(Self {
            file: notes()?.join("codegen-notes").join(name),
            program: hash(&(&program, metadata.len(), built)),
            read: hash_of(source),
        })
    }

    /// Returns the note, if nothing has changed since it was written.
    pub(crate) fn fresh(&self, out: &Path, beside: &[PathBuf]) -> Option<Note> {
        if is_interrupted(out) {
            return None;
        }
        let note: Note = serde_json::from_slice(&fs::read(&self.file).ok()?).ok()?;
        let is_same = note.program == self.program && note.read == self.read;
        (is_same && written(out, beside)? == note.written).then_some(note)
    }

    /// Writes a note of the current files. Without a note, the next run is complete, so failures
    /// are ignored.
    pub(crate) fn leave(&self, out: &Path, beside: &[PathBuf], said: Vec<(String, String)>) {
        let Some(written) = written(out, beside) else {
            return;
        };
        let note = Note {
            program: self.program,
            read: self.read,
            written,
            said,
        };
        let _ = self.save(&note);
    }

    fn save(&self, note: &Note) -> std::io::Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
            forget_the_oldest(folder)?;
        }
        // Concurrent runs write complete notes, and the last one is kept.
        let draft = self.file.with_extension(std::process::id().to_string());
        fs::write(&draft, serde_json::to_vec(note)?)?;
        fs::rename(&draft, &self.file)
    }
}

/// The maximum number of stored notes, so that notes of deleted folders are dropped.
const MOST: usize = 20;

fn forget_the_oldest(folder: &Path) -> std::io::Result<()> {
    let entries = fs::read_dir(folder)?.flatten();
    let mut notes: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    notes.sort_unstable();
    for (_, note) in notes.iter().rev().skip(MOST) {
        fs::remove_file(note)?;
    }
    Ok(())
}

/// Hashes the files that a run owns in the crate and next to the pages, and the license files.
fn written(out: &Path, beside: &[PathBuf]) -> Option<BTreeMap<PathBuf, u64>> {
    let in_crate = generated_files(out).ok()?;
    let licenses = license_files(out).into_iter();
    let paths = in_crate.into_iter().chain(licenses);
    let paths: Vec<_> = paths.chain(beside.iter().cloned()).collect();
    let hashes = paths.into_par_iter().map(|path| {
        let content = fs::read(&path).ok()?;
        Some((path, hash(&content)))
    });
    hashes.collect()
}

fn hash_of(source: &Source) -> u64 {
    let mut hasher = DefaultHasher::new();
    let settings = source.config.iter().chain(&source.overlay);
    for file in source.pages.iter().chain(settings) {
        (file.name(), file.text(), &file.undecoded, file.fetch).hash(&mut hasher);
    }
    source.surroundings.hash(&mut hasher);
    hasher.finish()
}

fn hash(value: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
