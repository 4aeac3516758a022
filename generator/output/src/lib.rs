//! Reads the input of a run, and writes the generated files: all or none, only those that changed,
//! and never files that are not generated. It is the only layer that changes the disk.
//!
//! The crate's folder can come from an archive or a pull request, so its contents are not trusted.
//! A [`Writer`] holds a lock, stages new contents in its own folder, lists the moves in a journal,
//! and then makes them. If a move fails, the previous moves are rolled back. A run that crashes
//! before its journal is complete has changed nothing. A run that crashes later is finished by the
//! next run, after every entry of the journal is verified.

#![forbid(unsafe_code)]

mod fetched;
mod history;
mod input;
mod journal;
mod layout;
mod lock;
mod moves;
mod path;
mod plan;
mod recovery;
mod run_name;
mod staging;

use std::fs;
use std::io;
use std::path::Path;

use api::Api;
use layout::Layout;
pub use lock::Lock;
use moves::Failure;
use openapi::{Config, Report};
use pages::{Code, Problem};
use rust::Crate;
use staging::RunFolder;

pub use fetched::{FETCHED, sha256};
pub use history::{CHANGELOG, History, released_path};
pub use input::{
    OWN_PAGES, holds_bare_pages, is_laid_out, read, read_config, read_released, read_settings,
};
pub use plan::{Difference, Plan};

/// The folder in the crate for temporary files of a run.
const STAGING: &str = ".codegen";

/// The file in [`STAGING`] that lists the moves of a run.
const JOURNAL: &str = "journal.json";

/// The result of a run, which a [`Writer`] writes.
#[derive(Debug)]
pub struct Output {
    /// The merged document, OpenAPI 3.0.3 as JSON.
    pub openapi: String,
    /// The merged document of the last version, which [`Output::record`] sets.
    pub released: Option<String>,
    /// The files of the client crate.
    pub files: Crate,
    /// The report of the run.
    pub report: Report,
    /// The settings of the run.
    pub config: Config,
    /// The model that the crate was emitted from.
    pub api: Api,
}

/// The exclusive right to write a crate. It ends when the value is dropped.
#[derive(Debug)]
pub struct Writer {
    // Fields are dropped in this order, so that the lock is released last.
    run: RunFolder,
    layout: Layout,
    _lock: Lock,
}

/// The numbers of files that a run wrote, left unchanged, and removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Files that were created or replaced.
    pub written: usize,
    /// Files that already had the generated content.
    pub unchanged: usize,
    /// Files that are no longer generated.
    pub removed: usize,
}

impl Writer {
    /// Waits for other runs that write to `crate_folder`, and finishes an interrupted run. The
    /// merged document is written to `openapi`.
    ///
    /// # Errors
    ///
    /// If another run does not end, the interrupted run cannot be verified, or the disk fails. In
    /// this case, nothing is changed.
    pub fn open(crate_folder: &Path, openapi: &Path) -> Result<Self, Problem> {
        let layout = Layout::new(crate_folder, openapi)?;
        let lock = Lock::acquire(crate_folder)?;
        let run = RunFolder::create(&layout.staging())?;
        recovery::finish(&layout)?;
        recovery::remove_dead_runs(&layout, run.name())?;
        Ok(Self {
            run,
            layout,
            _lock: lock,
        })
    }

    /// Writes the files that differ, and removes those that are no longer generated.
    ///
    /// # Errors
    ///
    /// If a file that is not generated or a symbolic link is in the way, or the disk fails. In this
    /// case, nothing is changed.
    pub fn write(&mut self, output: &Output) -> Result<Written, Problem> {
        let plan = Plan::compare(output, &self.layout)?;
        plan.check_ownership()?;
        let written = plan.summary();
        if written.written + written.removed > 0 {
            self.carry_out(&plan)?;
        }
        Ok(written)
    }

    fn carry_out(&mut self, plan: &Plan) -> Result<(), Problem> {
        let journal = plan.stage(&self.layout, &self.run)?;
        let path = self.layout.journal();
        self.run.publish(&journal, &path, plan.until())?;
        match moves::make(&self.layout, &journal) {
            Ok(()) => remove_file(&path),
            Err(Failure::TakenBack(problem)) => {
                remove_file(&path)?;
                Err(problem)
            }
            Err(Failure::Unfinished(problem)) => {
                // The next run uses the journal to finish the moves that cannot be rolled back now.
                self.run.keep();
                Err(problem)
            }
        }
    }
}

/// Returns `true` if an interrupted run may have left files in the crate, including only its lock.
/// A completed run removes its staging folder.
pub fn is_interrupted(crate_folder: &Path) -> bool {
    fs::symlink_metadata(crate_folder.join(STAGING)).is_ok()
}

pub use path::{generated_files, license_files};

fn remove_file(path: &Path) -> Result<(), Problem> {
    fs::remove_file(path).map_err(|error| failed("remove", path, &error))
}

/// Returns the problem of a failed disk operation on `path`.
fn failed(verb: &str, path: &Path, error: &io::Error) -> Problem {
    Problem::new(
        Code::DiskFailure,
        format!("cannot {verb} `{}`: {error}", path.display()),
    )
    .advice(
        "check the folder's permissions and the free space on the disk, and run the \
             command again",
    )
}
