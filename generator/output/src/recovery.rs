//! Finishes a crashed run, after every entry of its journal is verified.
//!
//! The journal and the staged files are not trusted. A move is made only if the staged file is
//! generated and has the recorded hash, and if its target is absent, already has the new content,
//! or is a generated file with the recorded hash. The same applies to removals. If one entry fails,
//! nothing is changed.

use std::collections::BTreeSet;
use std::path::Path;

use super::journal::{Digest, Journal, Move, Removal, unusable};
use super::layout::{Layout, Target};
use super::moves::{self, Failure};
use super::path::{self, CratePath};
use super::run_name::RunName;
use super::staging;
use pages::Problem;
use pages::marker;

/// Finishes the run that the journal of the crate describes, if there is one.
///
/// # Errors
///
/// If the journal cannot be verified, or the disk fails.
pub(super) fn finish(layout: &Layout) -> Result<(), Problem> {
    let path = layout.journal();
    let Some(journal) = Journal::read(&path)? else {
        return Ok(());
    };
    verify(layout, &journal).map_err(|reason| unusable(&path, &reason))?;
    match moves::make(layout, &journal) {
        Ok(()) => super::remove_file(&path),
        // The journal is kept, so that a later run can finish it.
        Err(Failure::TakenBack(problem) | Failure::Unfinished(problem)) => Err(problem),
    }
}

/// Removes the folders of crashed runs, if they are provably theirs.
///
/// # Errors
///
/// If the disk fails.
pub(super) fn remove_dead_runs(layout: &Layout, own: &RunName) -> Result<(), Problem> {
    let folder = layout.staging();
    for run in staging::run_folders(&folder) {
        if run != *own {
            staging::remove_dead_run(&folder.join(run.as_str()), &run)?;
        }
    }
    Ok(())
}

/// Checks the whole journal. The error is the reason why it cannot be used.
fn verify(layout: &Layout, journal: &Journal) -> Result<(), String> {
    verify_document_folder(layout, journal)?;
    let run_folder = layout.staging().join(journal.run.as_str());
    path::check_folders(std::iter::once(run_folder.clone())).map_err(reason)?;
    verify_uniqueness(layout, journal)?;
    for entry in &journal.moves {
        verify_move(layout, &run_folder, entry)?;
    }
    for entry in &journal.removals {
        verify_removal(layout, entry)?;
    }
    Ok(())
}

/// Checks that no file is written, removed, or moved twice.
fn verify_uniqueness(layout: &Layout, journal: &Journal) -> Result<(), String> {
    let mut staged = BTreeSet::new();
    if let Some(entry) = journal
        .moves
        .iter()
        .find(|entry| !staged.insert(entry.staged))
    {
        return Err(format!("it moves the staged file {} twice", entry.staged));
    }
    let removals = journal.removals.iter().map(Removal::target);
    let mut targets = BTreeSet::new();
    for target in journal
        .moves
        .iter()
        .map(|entry| entry.to.clone())
        .chain(removals)
    {
        if !targets.insert(target.clone()) {
            return Err(format!("it names `{}` twice", shown(layout, &target)));
        }
    }
    Ok(())
}

/// Checks that the location of the merged documents is the same as in the journal.
fn verify_document_folder(layout: &Layout, journal: &Journal) -> Result<(), String> {
    let is_outside = |entry: &Move| !matches!(entry.to, Target::File(_));
    if !journal.moves.iter().any(is_outside) {
        return Ok(());
    }
    let own = layout.document_folder().map_err(reason)?;
    if own.is_some() && journal.document_folder == own {
        return Ok(());
    }
    Err(match &journal.document_folder {
        Some(other) => format!(
            "it was made for another folder of the specification, `{other}` relative to the \
             crate (to finish the run, use this folder as `--spec`)"
        ),
        None => "it names files outside the crate without their folder".to_owned(),
    })
}

fn verify_move(layout: &Layout, run_folder: &Path, entry: &Move) -> Result<(), String> {
    let name = shown(layout, &entry.to);
    verify_scope(layout, &entry.to)?;
    let current = layout.read(&entry.to).map_err(reason)?;
    let current_digest = current.as_deref().map(Digest::of);
    if current_digest.as_ref() == Some(&entry.after) {
        return Ok(());
    }
    if let Some(content) = &current {
        if !layout.may_replace(&entry.to, content) {
            return Err(format!("`{name}` is not generated"));
        }
        if current_digest != entry.before {
            return Err(format!("`{name}` has changed since then"));
        }
    }
    let staged = run_folder.join(entry.staged.to_string());
    let content = path::read_file(&staged).map_err(reason)?;
    let content = content.ok_or_else(|| format!("the new content of `{name}` is missing"))?;
    if Digest::of(&content) != entry.after {
        return Err(format!(
            "the new content of `{name}` does not match the record"
        ));
    }
    if !layout.is_ours(&entry.to, &content) {
        return Err(format!(
            "the new content of `{name}` is not marked as generated"
        ));
    }
    Ok(())
}

fn verify_removal(layout: &Layout, entry: &Removal) -> Result<(), String> {
    let target = &entry.target();
    let name = shown(layout, target);
    verify_scope(layout, target)?;
    let Some(content) = layout.read(target).map_err(reason)? else {
        return Ok(());
    };
    // As in a regular run, only files with a marker line can be removed.
    if !marker::is_marked(Path::new(entry.path.as_str()), &content) {
        return Err(format!("`{name}` is not generated"));
    }
    if Digest::of(&content) != entry.before {
        return Err(format!("`{name}` has changed since then"));
    }
    Ok(())
}

/// Checks that a file of the crate is not in a nested crate.
fn verify_scope(layout: &Layout, target: &Target) -> Result<(), String> {
    let Target::File(path) = target else {
        return Ok(());
    };
    let mut folders = CratePath::folders(path, layout.crate_folder());
    match folders.find(|folder| path::is_crate(folder)) {
        Some(folder) => Err(format!("`{}` is another crate", folder.display())),
        None => Ok(()),
    }
}

fn shown(layout: &Layout, target: &Target) -> String {
    layout.resolve(target).display().to_string()
}

fn reason(problem: Problem) -> String {
    problem.message().to_owned()
}
