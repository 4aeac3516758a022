//! Runs commands like their users: the built program, its exit code, and its output.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::repository;

/// The timeout of a command in a test, including the time to build.
const LIMIT: Duration = Duration::from_secs(600);

/// The outcome of a command.
#[derive(Debug)]
pub struct Outcome {
    /// The exit code, or `None` if a signal ended the command.
    pub code: Option<i32>,
    /// The text printed to standard output.
    pub stdout: String,
    /// The text printed to standard error.
    pub stderr: String,
}

impl Outcome {
    /// Returns the outcome, if the command exited with this code.
    ///
    /// # Panics
    ///
    /// Panics with the output of the command if it exited with another code.
    #[track_caller]
    pub fn exits_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        self
    }
}

/// Returns the built `cargo xtask` without arguments.
pub fn xtask() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    program(PROGRAM.get_or_init(|| {
        build(&[
            "--package",
            "xtask",
            "--features",
            "fetch",
            "--bin",
            "xtask-fetch",
        ])
    }))
}

/// Returns `cargo xtask` without arguments, built without the feature `fetch`.
pub fn xtask_without_fetch() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    program(PROGRAM.get_or_init(|| build(&["--package", "xtask"])))
}

/// Returns a copy of `cargo xtask` without arguments, which does not write notes to the user's
/// cache folder.
pub fn program(path: &Path) -> Command {
    let mut command = plain(Command::new(path));
    for variable in ["XDG_CACHE_HOME", "LOCALAPPDATA"] {
        command.env(variable, repository("target/test-caches"));
    }
    command.env_remove("CARGO_TARGET_DIR");
    command
}

/// Returns an example of the generated client, built.
pub fn example(name: &str) -> Command {
    example_with(name, &[])
}

/// Returns an example of the client, built with these features.
pub fn example_with(name: &str, features: &[&str]) -> Command {
    let features = features.join(",");
    let example = ["--package", "twelvelabs", "--example", name];
    let program = build(&[&example[..], &["--features", &features]].concat());
    plain(Command::new(program))
}

/// Returns `cargo`, in the repository.
pub fn cargo() -> Command {
    let mut cargo = plain(Command::new(env!("CARGO")));
    cargo.current_dir(repository(""));
    cargo
}

/// Returns `rustfmt` of the toolchain that builds the tests.
pub fn rustfmt() -> Command {
    plain(Command::new(
        Path::new(env!("CARGO")).with_file_name("rustfmt"),
    ))
}

/// Returns `cargo` in the folder of a generated crate, with warnings of the compiler and of rustdoc
/// as errors. All generated crates share one target folder.
pub fn cargo_in(folder: &Path) -> Command {
    // Use the dependency versions that this workspace has already downloaded.
    std::fs::copy(repository("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
    let mut cargo = cargo();
    cargo
        .arg("--offline")
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", built(""))
        .env("RUSTFLAGS", "-D warnings")
        .env("RUSTDOCFLAGS", "-D warnings");
    cargo
}

/// Returns a path in the folder where generated crates are built.
pub fn built(path: &str) -> PathBuf {
    repository("target/exports").join(path)
}

/// Runs git in a folder, without the user's configuration.
pub fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.arg("-C").arg(folder).args([
        "-c",
        "user.name=Somebody",
        "-c",
        "user.email=somebody@library.example",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "core.autocrlf=false",
    ]);
    run(git.args(arguments)).exits_with(0);
}

/// Runs a command to its end.
///
/// # Panics
///
/// Panics if the command cannot be run, or does not end before the timeout.
pub fn run(command: &mut Command) -> Outcome {
    // Files instead of pipes, which would have to be read while the command runs.
    let [mut stdout, mut stderr] = [(), ()].map(|()| tempfile::tempfile().expect("a file"));
    let [out, err] = [&stdout, &stderr].map(|file| file.try_clone().expect("the same file"));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let code = wait(&mut child, LIMIT);
    Outcome {
        code,
        stdout: text(&mut stdout),
        stderr: text(&mut stderr),
    }
}

/// Waits for a command and returns its exit code.
///
/// # Panics
///
/// Panics if the command does not end before the timeout, and kills it.
pub fn wait(child: &mut Child, limit: Duration) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("the command can be waited for") {
            return status.code();
        }
        if start.elapsed() > limit {
            let ended = child.kill();
            panic!("the command took longer than {limit:?} ({ended:?})");
        }
        sleep(Duration::from_millis(5));
    }
}

/// Removes environment variables that affect the output.
fn plain(mut command: Command) -> Command {
    command.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE");
    command
}

/// Builds a program of this workspace and returns its path.
fn build(arguments: &[&str]) -> PathBuf {
    let outcome = run(cargo()
        .args(["build", "--quiet", "--message-format", "json"])
        .args(arguments))
    .exits_with(0);
    outcome
        .stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .next_back()
        .expect("cargo says where it put the program")
}

fn text(file: &mut File) -> String {
    let mut bytes = Vec::new();
    file.rewind()
        .and_then(|()| file.read_to_end(&mut bytes))
        .expect("what was written can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}
