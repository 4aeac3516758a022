//! The lock that prevents two runs from writing to one folder at the same time.
//!
//! It is an advisory lock of the operating system on an empty file, so it is released even if the
//! process crashes. The run that holds the lock removes the file. A run that waited for the removed
//! file detects that the file was replaced or removed, and starts over. The process ID is in the
//! name of the run's folder, so that a run never writes to a file that already existed.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use fs4::TryLockError;

use super::path::{check_folders, is_link, link_in_the_way};
use super::{STAGING, failed, staging};
use pages::{Code, Problem};

const NAME: &str = "lock";

/// The maximum wait for another run. Writing takes only a fraction of it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The time between two attempts.
const PAUSE: Duration = Duration::from_millis(20);

/// The lock of a folder that runs write to, which is released when it is dropped.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    /// Closing the file releases the lock.
    _file: File,
    _folders: Folders,
}

impl Lock {
    /// Waits for the lock, and creates the folders of its file.
    ///
    /// # Errors
    ///
    /// If another run holds the lock for too long, a symbolic link or another file is in the way,
    /// or the disk fails.
    pub fn acquire(folder: &Path) -> Result<Self, Problem> {
        Self::acquire_within(folder, PATIENCE)
    }

    fn acquire_within(folder: &Path, patience: Duration) -> Result<Self, Problem> {
        let start = Instant::now();
        let staging = folder.join(STAGING);
        let path = staging.join(NAME);
        let mut folders = Folders(Vec::new());
        loop {
            folders.create(folder)?;
            if let Some(file) = attempt(&staging, &path)? {
                return Ok(Self {
                    path,
                    _file: file,
                    _folders: folders,
                });
            }
            if start.elapsed() >= patience {
                return Err(held(folder, &staging));
            }
            sleep(PAUSE);
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The lock is still held. A file that cannot be removed is empty, and is kept.
        let _ = fs::remove_file(&self.path);
    }
}

/// Tries to lock the file once. Returns `None` if another run holds it or has just removed it.
fn attempt(staging: &Path, path: &Path) -> Result<Option<File>, Problem> {
    check_folders(std::iter::once(staging.to_owned()))?;
    let Some(file) = open(path)? else {
        return Ok(None);
    };
    // Since Rust 1.89, the standard library has a method of this name.
    match fs4::FileExt::try_lock(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(failed("lock", path, &error)),
    }
    let is_in_place = is_in_place(&file, path).map_err(|error| failed("lock", path, &error))?;
    Ok(is_in_place.then_some(file))
}

/// Opens or creates the empty file. Returns `None` if another run creates or removes it at the same
/// time.
fn open(path: &Path) -> Result<Option<File>, Problem> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => return Err(link_in_the_way(path)),
        Ok(metadata) if metadata.is_file() && metadata.len() == 0 => {}
        Ok(_) => {
            return Err(Problem::new(
                Code::ForeignFile,
                format!(
                    "`{}` is in the way: it is not the generator's lock, which is an empty file",
                    path.display()
                ),
            )
            .advice("inspect it, move it, and run the command again"));
        }
        // A new file is never created through a link.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            options.create_new(true);
        }
        Err(error) => return Err(failed("inspect", path, &error)),
    }
    match options.open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if is_momentary(&error) => Ok(None),
        Err(error) => Err(failed("open", path, &error)),
    }
}

/// Returns `true` for transient failures, which occur while another run starts or ends.
fn is_momentary(error: &io::Error) -> bool {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists => true,
        // On Windows, a file that is being removed cannot be opened.
        io::ErrorKind::PermissionDenied => cfg!(windows),
        _ => false,
    }
}

/// Returns `true` if the open file is the one at `path`.
fn is_in_place(file: &File, path: &Path) -> io::Result<bool> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if is_momentary(&error) => return Ok(false),
        Err(error) => return Err(error),
    };
    if metadata.is_symlink() {
        return Ok(false);
    }
    let open = same_file::Handle::from_file(file.try_clone()?)?;
    match same_file::Handle::from_path(path) {
        Ok(there) => Ok(open == there),
        Err(error) if is_momentary(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns the problem of another run that writes to the folder.
fn held(folder: &Path, staging: &Path) -> Problem {
    let process = match staging::run_folders(staging).last() {
        Some(run) => format!(" (process {})", run.process()),
        None => String::new(),
    };
    Problem::new(
        Code::RunInProgress,
        format!("another run{process} is writing to `{}`", folder.display()),
    )
    .advice("wait until it has finished, and run the command again")
}

/// The folders that were created for the lock. They are removed with it if they are empty.
#[derive(Debug)]
struct Folders(Vec<PathBuf>);

impl Folders {
    /// Creates the staging folder of the locked folder, and its parents.
    fn create(&mut self, locked: &Path) -> Result<(), Problem> {
        let staging = locked.join(STAGING);
        let mut missing: Vec<&Path> = staging
            .ancestors()
            .take_while(|folder| !folder.as_os_str().is_empty())
            .take_while(|folder| fs::symlink_metadata(folder).is_err())
            .collect();
        while let Some(folder) = missing.pop() {
            match fs::create_dir(folder) {
                Ok(()) => self.remember(folder),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                // A run that ended has removed the parent folder: try again.
                Err(error) if error.kind() == io::ErrorKind::NotFound && !is_link(locked) => {
                    return Ok(());
                }
                Err(error) => return Err(failed("create", folder, &error)),
            }
        }
        // An empty staging folder can be removed, even if another run created it.
        self.remember(&staging);
        Ok(())
    }

    fn remember(&mut self, folder: &Path) {
        if !self.0.iter().any(|known| known == folder) {
            self.0.push(folder.to_owned());
        }
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        // Only an empty folder can be removed this way, or a link on Windows.
        let remove = |folder: &Path| !is_link(folder) && fs::remove_dir(folder).is_ok();
        while self.0.pop().is_some_and(|folder| remove(&folder)) {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_is_held_by_one_and_leaves_nothing() {
        let workplace = tempfile::tempdir().expect("a folder");
        let client = workplace.path().join("deep/client");
        let lock = Lock::acquire(&client).expect("it is free");
        let run = staging::RunFolder::create(&client.join(STAGING)).expect("it is new");

        let problem = Lock::acquire_within(&client, PAUSE).expect_err("it is held");
        let process = format!("another run (process {})", std::process::id());
        assert!(problem.message().contains(&process), "{problem}");

        drop((run, lock));
        assert!(!workplace.path().join("deep").exists());
        Lock::acquire(&client).expect("it is free again");
    }

    #[test]
    fn the_file_of_a_dead_run_blocks_nobody() {
        let client = tempfile::tempdir().expect("a folder");
        fs::create_dir(client.path().join(STAGING)).expect("it is new");
        fs::write(client.path().join(STAGING).join(NAME), "").expect("the folder is there");
        drop(Lock::acquire(client.path()).expect("nobody holds it"));
        assert!(!client.path().join(STAGING).exists());
    }

    #[test]
    fn many_runs_hold_the_lock_one_after_another() {
        let client = tempfile::tempdir().expect("a folder");
        let inside = client.path().join("inside");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        let _lock = Lock::acquire(client.path()).expect("others are quick");
                        fs::create_dir(&inside).expect("nobody else is here");
                        fs::remove_dir(&inside).expect("nobody else is here");
                    }
                });
            }
        });
        assert!(!client.path().join(STAGING).exists());
    }

    #[test]
    fn a_file_with_content_is_somebody_elses() {
        let client = tempfile::tempdir().expect("a folder");
        let path = client.path().join(STAGING).join(NAME);
        fs::create_dir(client.path().join(STAGING)).expect("it is new");
        fs::write(&path, "mine").expect("the folder is there");
        let problem = Lock::acquire(client.path()).expect_err("it has content");
        assert!(problem.message().contains("is in the way"), "{problem}");
        assert_eq!(fs::read_to_string(&path).ok().as_deref(), Some("mine"));
    }

    #[cfg(unix)]
    #[test]
    fn no_symbolic_link_is_followed() {
        let workplace = tempfile::tempdir().expect("a folder");
        let path = |name: &str| workplace.path().join(name);
        let link = |to: &str, at: &str| {
            std::os::unix::fs::symlink(path(to), path(at)).expect("it is new");
        };
        fs::create_dir_all(path("a/.codegen")).expect("it is new");
        fs::create_dir_all(path("b")).expect("it is new");
        fs::create_dir_all(path("elsewhere")).expect("it is new");
        link("not-there", "a/.codegen/lock");
        link("elsewhere", "b/.codegen");
        for (client, culprit) in [("a", "lock"), ("b", ".codegen")] {
            let problem = Lock::acquire(&path(client)).expect_err("a link is in the way");
            assert!(problem.message().contains(culprit), "{problem}");
            assert!(problem.message().contains("symbolic link"), "{problem}");
        }
        assert!(!path("not-there").exists());
        assert_eq!(
            fs::read_dir(path("elsewhere"))
                .expect("it is there")
                .count(),
            0
        );
    }
}
