//! `cargo bench -p benches --bench builds`: compares the build times of the client, and of a
//! program with ten calls, with those of a client that openapi-to-rust generates from the same
//! document.
//!
//! The program `openapi-to-rust` is looked up in `PATH` (`-- --peer PROGRAM` selects another one):
//! `cargo install --locked openapi-to-rust --version 0.23.0`. Cargo may download dependencies of
//! its client. `-- --spec FOLDER` compares the crates that are generated from other pages, without
//! the programs. `-- --only TEXT` measures the rows whose names contain the text. All builds
//! alternate, and the medians are printed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use benches::cost::{Cost, Fallible, alternately, exit_code};
use benches::server::arguments;
use benches::subject::{Mode, Subject, copy_folder, repository};

/// The number of builds of each row.
const ROUNDS: usize = 3;

const PROGRAM: &str = "ten_calls";
const OWN_PROGRAM: &str = include_str!("programs/ten_calls.rs");
const PEER_PROGRAM: &str = include_str!("programs/ten_calls_of_the_peer.rs");

fn main() -> ExitCode {
    exit_code(run().map(|()| ExitCode::SUCCESS))
}

fn run() -> Fallible<()> {
    let mut peer = PathBuf::from("openapi-to-rust");
    let mut spec = None;
    let mut table = Table::default();
    let mut words = arguments().into_iter();
    while let Some(word) = words.next() {
        let value = words.next();
        match (word.as_str(), value) {
            ("--peer", Some(program)) => peer = fs::canonicalize(program)?,
            ("--spec", Some(folder)) => spec = Some(fs::canonicalize(folder)?),
            ("--only", Some(text)) => table.only = text,
            _ => {
                let usage = "`--peer PROGRAM`, `--spec FOLDER`, or `--only TEXT`";
                return Err(format!("`{word}` is not {usage}").into());
            }
        }
    }
    if Command::new(&peer).arg("--version").output().is_err() {
        println!(
            "{} is not installed: nothing compared\n\
             help: cargo install --locked openapi-to-rust --version 0.23.0",
            peer.display()
        );
        return Ok(());
    }
    match spec {
        None => committed_client(&table, &peer),
        Some(spec) => other_client(&table, &peer, &spec),
    }
}

/// Compares the committed client and programs that use it.
fn committed_client(table: &Table, peer: &Path) -> Fallible<()> {
    let own = Subject::new("own", "twelvelabs", &[(PROGRAM, OWN_PROGRAM)], |folder| {
        copy_folder(&repository().join("generated-client"), folder)
    })?;
    let document = repository().join("spec/openapi.json");
    let peer = Subject::new("peer", "peer", &[(PROGRAM, PEER_PROGRAM)], |folder| {
        generate_peer(peer, &document, folder)
    })?;
    let both = [&own, &peer];
    table.header();
    crates(table, both, [0.6, 1.0])?;
    for (mode, goal) in Mode::ALL.into_iter().zip([0.5, 0.7, 0.25]) {
        let name = format!("program, edited, {}", mode.name());
        table.times(&name, goal, || {
            alternately(both, ROUNDS, |subject, round| {
                subject.rebuild(PROGRAM, mode, round)
            })
        })?;
    }
    table.times("program, first build", 0.7, || {
        alternately(both, 1, |subject, _| subject.first_build(PROGRAM))
    })?;
    table.numbers("program, release, bytes", Some(1.0), both, |subject| {
        Ok(fs::metadata(subject.release_binary(PROGRAM)?)?.len())
    })?;
    table.numbers("program, LLVM IR lines", None, both, |subject| {
        Ok(subject.llvm_lines(PROGRAM)? as u64)
    })
}

/// Compares the crates that are generated from a folder of pages.
fn other_client(table: &Table, peer: &Path, spec: &Path) -> Fallible<()> {
    let mut document = PathBuf::new();
    let own = Subject::new("own-of-pages", "client", &[], |folder| {
        let mut codegen = Command::new(env!("CARGO"));
        codegen.args(["xtask", "codegen", "--quiet", "--spec"]);
        codegen.arg(spec).arg("--out").arg(folder);
        Cost::of(codegen.current_dir(repository()))?;
        document = folder.join("openapi.json");
        Ok(())
    })?;
    let peer = Subject::new("peer-of-pages", "peer", &[], |folder| {
        generate_peer(peer, &document, folder)
    })?;
    table.header();
    crates(table, [&own, &peer], [0.45, 1.0])
}

fn crates(table: &Table, both: [&Subject; 2], goals: [f64; 2]) -> Fallible<()> {
    for (mode, goal) in [Mode::Debug, Mode::Release].into_iter().zip(goals) {
        table.times(&format!("crate, {}", mode.name()), goal, || {
            alternately(both, ROUNDS, |subject, _| subject.build_client(mode))
        })?;
    }
    Ok(())
}

/// Generates the client of openapi-to-rust as the package `peer`.
fn generate_peer(program: &Path, document: &Path, folder: &Path) -> Fallible<()> {
    let mut generate = Command::new(program);
    Cost::of(generate.arg("generate").arg(document).current_dir(folder))?;
    fs::write(folder.join("src/lib.rs"), "pub mod generated;\n")?;
    let dependencies = fs::read_to_string(folder.join("src/generated/REQUIRED_DEPS.toml"))?;
    let manifest = format!(
        "[package]\nname = \"peer\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n{dependencies}"
    );
    Ok(fs::write(folder.join("Cargo.toml"), manifest)?)
}

/// The printed table.
#[derive(Debug, Default)]
struct Table {
    /// Only rows whose names contain this text are measured.
    only: String,
}

impl Table {
    fn header(&self) {
        println!(
            "{:<28} {:>12} {:>12} {:>6} {:>12} {:>12} {:>6} {:>6}",
            "", "wall", "peer", "ratio", "processor", "peer", "ratio", "goal"
        );
    }

    fn times(
        &self,
        name: &str,
        goal: f64,
        measure: impl FnOnce() -> Fallible<[Cost; 2]>,
    ) -> Fallible<()> {
        if !name.contains(&self.only) {
            return Ok(());
        }
        let [own, peer] = measure()?;
        println!(
            "{name:<28} {:>11.2}s {:>11.2}s {:>6.2} {:>11.2}s {:>11.2}s {:>6.2} {goal:>6.2}",
            own.wall,
            peer.wall,
            own.wall / peer.wall,
            own.processor,
            peer.processor,
            own.processor / peer.processor,
        );
        Ok(())
    }

    fn numbers(
        &self,
        name: &str,
        goal: Option<f64>,
        both: [&Subject; 2],
        measure: impl Fn(&Subject) -> Fallible<u64>,
    ) -> Fallible<()> {
        if !name.contains(&self.only) {
            return Ok(());
        }
        let [own, peer] = [measure(both[0])?, measure(both[1])?];
        let ratio = own as f64 / peer as f64;
        let goal = goal.map(|goal| format!("{goal:.2}")).unwrap_or_default();
        println!(
            "{name:<28} {own:>12} {peer:>12} {ratio:>6.2} {:>32} {goal:>6}",
            ""
        );
        Ok(())
    }
}
