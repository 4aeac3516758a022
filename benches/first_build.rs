//! `cargo bench -p benches --bench first_build`: measures the first `cargo xtask codegen` of a
//! clone, which builds the program and generates the client. The dependencies have to be
//! downloaded.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use benches::cost::{Cost, Fallible, exit_code};
use benches::subject::repository;

/// The goal for the whole command, on an idle machine with two cores.
const GOAL_SECONDS: u32 = 60;

fn main() -> ExitCode {
    exit_code(run().map(|()| ExitCode::SUCCESS))
}

fn run() -> Fallible<()> {
    let folder = repository().join("target/first-build");
    fs::create_dir_all(&folder)?;
    let folder = fs::canonicalize(folder)?;
    let result = measure(&folder);
    fs::remove_dir_all(&folder)?;
    result
}

fn measure(target: &Path) -> Fallible<()> {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--offline", "--locked"]);
    build.args(["--profile", "xtask", "--package", "xtask"]);
    build.env("CARGO_TARGET_DIR", target);
    // Other values than those of the profile.
    build.env_remove("CARGO_INCREMENTAL");
    let built = Cost::of(build.current_dir(repository()))?;

    let program = format!("xtask/xtask{}", std::env::consts::EXE_SUFFIX);
    let mut codegen = Command::new(target.join(program));
    codegen.args(["codegen", "--quiet", "--out"]);
    codegen.arg(target.join("client"));
    let generated = Cost::of(codegen.current_dir(repository()))?;

    println!("{:<8} {:>10} {:>12}", "", "wall", "processor");
    for (name, cost) in [("build", built), ("codegen", generated)] {
        println!("{name:<8} {:>9.1}s {:>11.1}s", cost.wall, cost.processor);
    }
    let total = built.wall + generated.wall;
    println!(
        "{:<8} {total:>9.1}s {:>12} goal {GOAL_SECONDS} s",
        "total", ""
    );
    Ok(())
}
