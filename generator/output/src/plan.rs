//! Compares the generated files with the existing ones.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::journal::{Digest, Journal, Move, Removal};
use super::layout::{Layout, Target};
use super::path::{CratePath, Until, generated_files};
use super::staging::RunFolder;
use super::{Written, path};
use crate::Output;
use pages::marker::COMMAND;
use pages::{Code, Problem};
use rayon::prelude::*;

/// The files to write and to remove.
#[derive(Debug)]
pub struct Plan {
    writes: Vec<Write>,
    removals: Vec<(PathBuf, Removal)>,
    /// Files in the way that are not generated.
    foreign: Vec<PathBuf>,
    unchanged: usize,
}

#[derive(Debug)]
struct Write {
    path: PathBuf,
    target: Target,
    content: String,
    /// The content that is replaced; `None` if the file is new.
    before: Option<Digest>,
}

/// The difference between a file and the generated content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The file does not exist.
    Missing,
    /// The content of the file differs.
    Stale,
    /// The file is no longer generated.
    LeftOver,
    /// A file that the generator does not own is in the way.
    InTheWay,
}

impl Plan {
    /// Compares `output` with the files in `crate_folder`, and the merged document with
    /// the file at `openapi`. Nothing is written. To write the files, use a
    /// [`Writer`](super::Writer).
    ///
    /// # Errors
    ///
    /// If a file or a folder cannot be read, or a symbolic link is in the way.
    pub fn new(output: &Output, crate_folder: &Path, openapi: &Path) -> Result<Self, Problem> {
        Self::compare(output, &Layout::new(crate_folder, openapi)?)
    }

    pub(super) fn compare(output: &Output, layout: &Layout) -> Result<Self, Problem> {
        let mut plan = Self {
            writes: Vec::new(),
            removals: Vec::new(),
            foreign: Vec::new(),
            unchanged: 0,
        };
        plan.add(layout, layout.document(), &output.openapi)?;
        if let Some(released) = &output.released {
            plan.add(layout, layout.released(), released)?;
        }
        let mut expected = BTreeSet::from([layout.resolve(&layout.document())]);
        for (path, content) in output.files.files() {
            let target = Target::File(CratePath::parse(path).ok_or_else(|| impossible(path))?);
            expected.insert(layout.resolve(&target));
            plan.add(layout, target, content)?;
        }
        for path in generated_files(layout.crate_folder())? {
            if !expected.contains(&path) {
                plan.remove(layout, path)?;
            }
        }
        Ok(plan)
    }

    fn add(&mut self, layout: &Layout, target: Target, content: &str) -> Result<(), Problem> {
        let path = layout.resolve(&target);
        let is_license = target.license().is_some();
        if is_license && path::is_link(&path) {
            // Workspaces link the license files of their members.
            self.unchanged += 1;
            return Ok(());
        }
        let there = layout.read(&target)?;
        match &there {
            Some(bytes) if same_text(bytes, content) => self.unchanged += 1,
            // A person may have put another one there, with another copyright.
            Some(bytes) if is_license && !layout.may_replace(&target, bytes) => {
                self.unchanged += 1;
            }
            Some(bytes) if !layout.may_replace(&target, bytes) => self.foreign.push(path),
            _ => self.writes.push(Write {
                path,
                target,
                content: content.to_owned(),
                before: there.as_deref().map(Digest::of),
            }),
        }
        Ok(())
    }

    fn remove(&mut self, layout: &Layout, file: PathBuf) -> Result<(), Problem> {
        // Another process may have removed it after it was listed.
        let Some(content) = path::read_file(&file)? else {
            return Ok(());
        };
        if let Some(path) = CratePath::of(&file, layout.crate_folder()) {
            let before = Digest::of(&content);
            self.removals.push((file, Removal { path, before }));
        }
        Ok(())
    }

    /// Returns the files that differ, sorted.
    pub fn differences(&self) -> Vec<(Difference, &Path)> {
        let writes = self.writes.iter().map(|write| match write.before {
            Some(_) => (Difference::Stale, write.path.as_path()),
            None => (Difference::Missing, write.path.as_path()),
        });
        let removals = self.removals.iter();
        let removals = removals.map(|(path, _)| (Difference::LeftOver, path.as_path()));
        let foreign = self.foreign.iter();
        let foreign = foreign.map(|path| (Difference::InTheWay, path.as_path()));
        let mut all: Vec<_> = writes.chain(removals).chain(foreign).collect();
        all.sort_by_key(|(_, path)| *path);
        all
    }

    /// Returns the numbers of files, assuming that the plan is executed.
    pub(super) fn summary(&self) -> Written {
        Written {
            written: self.writes.len(),
            unchanged: self.unchanged,
            removed: self.removals.len(),
        }
    }

    /// Checks that no file that is not generated is in the way.
    ///
    /// # Errors
    ///
    /// If there is such a file. The problem names the first one.
    pub fn check_ownership(&self) -> Result<(), Problem> {
        match self.foreign.first() {
            None => Ok(()),
            Some(path) => Err(Problem::new(
                Code::ForeignFile,
                format!(
                    "`{}` is in the way: it was not written by `{COMMAND}`",
                    path.display()
                ),
            )
            .advice("move the file, or choose another folder with `--out`")),
        }
    }

    /// Returns the state that staged files and the journal must have before files are moved. A run
    /// that only adds files does not wait for the disk, because a power failure can only lose what
    /// the next run generates again.
    pub(super) fn until(&self) -> Until {
        let replaces = self.writes.iter().any(|write| write.before.is_some());
        match replaces || !self.removals.is_empty() {
            true => Until::OnDisk,
            false => Until::Readable,
        }
    }

    /// Stages the new contents, and returns the journal of their moves.
    pub(super) fn stage(&self, layout: &Layout, run: &RunFolder) -> Result<Journal, Problem> {
        let mut journal = Journal::new(run.name(), layout.document_folder()?);
        let until = self.until();
        let moves: Vec<Result<Move, Problem>> = self
            .writes
            .par_iter()
            .enumerate()
            .map(|(staged, write)| {
                run.stage(staged, &write.content, until)?;
                Ok(Move {
                    staged,
                    to: write.target.clone(),
                    before: write.before.clone(),
                    after: Digest::of(write.content.as_bytes()),
                })
            })
            .collect();
        journal.moves = moves.into_iter().collect::<Result<_, Problem>>()?;
        let removals = self.removals.iter().map(|(_, removal)| removal.clone());
        journal.removals.extend(removals);
        Ok(journal)
    }
}

/// Returns the problem of a file that the generator must not write.
fn impossible(path: &str) -> Problem {
    Problem::new(
        Code::InvalidOutput,
        format!("the generated file `{path}` is not inside the crate"),
    )
    .advice(format!(
        "this is a bug in `{COMMAND}`: report it with the page that causes it"
    ))
}

/// Compares text, ignoring line endings, which a checkout may have changed.
fn same_text(bytes: &[u8], content: &str) -> bool {
    bytes == content.as_bytes()
        || std::str::from_utf8(bytes).is_ok_and(|text| text.replace("\r\n", "\n") == content)
}
