//! `cargo bench -p benches --bench first_build`: measures the first `cargo xtask codegen` of a
//! clone, which builds the program and generates the client. The dependencies have to be
//! downloaded.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The goal for the whole command, on an idle machine with two cores.
const GOAL: Duration = Duration::from_secs(60);

/// The unit of times in `/proc`.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Fallible<()> {
    let repository = fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))?;
    let folder = Folder::new(repository.join("target/first-build"))?;
    println!("{:<8} {:>10} {:>12}", "", "wall", "processor");

    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--offline", "--locked"]);
    build.args(["--profile", "xtask", "--package", "xtask"]);
    build.env("CARGO_TARGET_DIR", &folder.0);
    // Other values than those of the profile.
    build.env_remove("CARGO_INCREMENTAL");
    let built = measured("build", build.current_dir(&repository))?;

    let program = format!("xtask/xtask{}", std::env::consts::EXE_SUFFIX);
    let mut codegen = Command::new(folder.0.join(program));
    codegen.args(["codegen", "--quiet", "--out"]);
    codegen.arg(folder.0.join("client"));
    let generated = measured("codegen", codegen.current_dir(&repository))?;

    let total = built + generated;
    println!(
        "{:<8} {:>9.1}s {:>13} goal {} s",
        "total",
        total.as_secs_f64(),
        "",
        GOAL.as_secs()
    );
    Ok(())
}

/// Runs a command, prints its times, and returns its wall time.
fn measured(name: &str, command: &mut Command) -> Fallible<Duration> {
    let (start, before) = (Instant::now(), processor_seconds());
    let status = command.status()?;
    let (wall, after) = (start.elapsed(), processor_seconds());
    if !status.success() {
        return Err(format!("{command:?} failed").into());
    }
    let processor = before
        .zip(after)
        .map_or("unknown".into(), |(before, after)| {
            format!("{:.1}s", after - before)
        });
    println!("{name:<8} {:>9.1}s {processor:>12}", wall.as_secs_f64());
    Ok(wall)
}

/// Returns the processor time of all processes that this one waited for. It is unknown on systems
/// without `/proc`.
fn processor_seconds() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program can contain spaces. `cutime` and `cstime` are the 14th and the 15th
    // field after it.
    let (_, fields) = text.rsplit_once(") ")?;
    let ticks = fields.split(' ').skip(13).take(2);
    let ticks = ticks.map(|ticks| ticks.parse::<f64>().ok());
    let ticks: f64 = ticks.sum::<Option<f64>>()?;
    Some(ticks / TICKS_PER_SECOND)
}

/// An empty folder, which is removed when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(path: PathBuf) -> Fallible<Self> {
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What remains is in the target folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}
