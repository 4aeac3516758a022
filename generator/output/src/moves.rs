//! Makes the moves and removals of a journal, and rolls them back if one fails.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::failed;
use super::journal::{Digest, Journal, Move, Removal};
use super::layout::{Layout, Target, move_file};
use super::path::{Until, write_new};
use super::staging::RESTORED;
use pages::Problem;

/// The failure of a journal whose moves were not all made.
#[derive(Debug)]
pub(super) enum Failure {
    /// All files are unchanged.
    TakenBack(Problem),
    /// Some files are changed. The journal can still be finished.
    Unfinished(Problem),
}

/// A completed change.
struct Made {
    target: Target,
    /// The original location of a moved file.
    staged: Option<PathBuf>,
    /// The content that was replaced or removed.
    earlier: Option<Vec<u8>>,
}

/// Makes the moves and removals of the journal that are not made yet.
///
/// # Errors
///
/// If a symbolic link is in the way, or the disk fails.
pub(super) fn make(layout: &Layout, journal: &Journal) -> Result<(), Failure> {
    let staging = layout.staging().join(journal.run.as_str());
    let run = journal.run.as_str();
    let mut made = Vec::new();
    let moves = journal
        .moves
        .iter()
        .map(|entry| make_move(layout, &staging, run, entry));
    let removals = journal.removals.iter().map(|entry| remove(layout, entry));
    for change in moves.chain(removals) {
        match change {
            Ok(change) => made.extend(change),
            Err(problem) => {
                let taken_back = made
                    .into_iter()
                    .rev()
                    .try_for_each(|made| take_back(layout, &staging, run, made));
                return Err(match taken_back {
                    Ok(()) => Failure::TakenBack(problem),
                    // The first failure is reported.
                    Err(_) => Failure::Unfinished(problem),
                });
            }
        }
    }
    Ok(())
}

/// Moves a staged file to its target. Returns `None` if it is already there.
fn make_move(
    layout: &Layout,
    staging: &Path,
    run: &str,
    entry: &Move,
) -> Result<Option<Made>, Problem> {
    let earlier = layout.read(&entry.to)?;
    if earlier.as_deref().map(Digest::of).as_ref() == Some(&entry.after) {
        return Ok(None);
    }
    let staged = staging.join(entry.staged.to_string());
    let to = layout.resolve(&entry.to);
    let moved = match move_file(&staged, &to, run) {
        // Most files have a folder. `read` has checked the existing ones.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            layout.create_folders(&entry.to).and_then(|()| {
                move_file(&staged, &to, run).map_err(|error| failed("write", &to, &error))
            })
        }
        moved => moved.map_err(|error| failed("write", &to, &error)),
    };
    if let Err(problem) = moved {
        layout.remove_empty_folders(&entry.to);
        return Err(problem);
    }
    Ok(Some(Made {
        target: entry.to.clone(),
        staged: Some(staged),
        earlier,
    }))
}

/// Removes a file. Returns `None` if it does not exist.
fn remove(layout: &Layout, entry: &Removal) -> Result<Option<Made>, Problem> {
    let target = entry.target();
    let earlier = layout.read(&target)?;
    if earlier.is_some() {
        super::remove_file(&layout.resolve(&target))?;
    }
    // A crashed run may have removed only the file.
    layout.remove_empty_folders(&target);
    Ok(earlier.map(|earlier| Made {
        target,
        staged: None,
        earlier: Some(earlier),
    }))
}

/// Rolls back a change. Each step leaves a journal that can be finished, in case the run crashes
/// here.
fn take_back(layout: &Layout, staging: &Path, run: &str, made: Made) -> Result<(), Problem> {
    let path = layout.resolve(&made.target);
    let steps = || -> io::Result<()> {
        let restored = staging.join(RESTORED);
        if let Some(content) = &made.earlier {
            write_new(&restored, content, Until::OnDisk)?;
        }
        if let Some(staged) = &made.staged {
            move_file(&path, staged, run)?;
        }
        if made.earlier.is_some() {
            layout
                .create_folders(&made.target)
                .map_err(io::Error::other)?;
            move_file(&restored, &path, run)?;
        }
        Ok(())
    };
    steps().map_err(|error| failed("restore", &path, &error))?;
    if fs::symlink_metadata(&path).is_err() {
        layout.remove_empty_folders(&made.target);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::path::CratePath;
    use super::super::staging::RunFolder;
    use super::*;

    fn target(path: &str) -> Target {
        Target::File(CratePath::parse(path).expect("a plain path"))
    }

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
        // A folder is in the place of a file to be written.
        write("c/c.rs/d", "in the way");
        fs::create_dir(path(".codegen")).expect("it is new");
        let layout = Layout::new(folder.path(), &path("openapi.json")).expect("a folder");
        let run = RunFolder::create(&layout.staging()).expect("it is new");
        let mut journal = Journal::new(run.name(), None);
        for (staged, name) in ["a.rs", "b/b.rs", "c/c.rs"].into_iter().enumerate() {
            let content = format!("new {name}");
            run.stage(staged, &content, Until::Readable)
                .expect("the folder is there");
            journal.moves.push(Move {
                staged,
                to: target(name),
                before: None,
                after: Digest::of(content.as_bytes()),
            });
        }

        let failure = make(&layout, &journal).expect_err("`c.rs` cannot be written");

        let Failure::TakenBack(problem) = failure else {
            panic!("{failure:?}");
        };
        assert!(problem.message().contains("c.rs"), "{problem}");
        assert_eq!(
            fs::read_to_string(path("a.rs")).ok().as_deref(),
            Some("old a")
        );
        assert!(!path("b").exists());
        // The journal can still be finished.
        let staged = |number: &str| path(".codegen").join(run.name().as_str()).join(number);
        assert!(["0", "1", "2"].iter().all(|number| staged(number).exists()));
        drop(run);
        assert_eq!(
            fs::read_dir(path(".codegen")).expect("it is there").count(),
            0
        );
    }
}
