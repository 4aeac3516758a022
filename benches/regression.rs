//! `cargo bench -p benches --bench regression -- REVISION`: compares the committed client with that
//! of another Git revision. Fails if a build or a call has become more than 5% slower.
//!
//! Run it before a release, with the revision of the last release. All builds alternate. Times are
//! processor times, of which the medians are compared.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use benches::cost::{Cost, Fallible, alternately, exit_code};
use benches::instructions;
use benches::pages::{PAGES, Page};
use benches::server::{Server, arguments};
use benches::subject::{Mode, Subject, copy_folder, repository};

/// The number of builds of each row.
const ROUNDS: usize = 5;

/// The maximum accepted ratio.
const LIMIT: f64 = 1.05;

const PROGRAMS: [(&str, &str); 2] = [
    ("ten_calls", include_str!("programs/ten_calls.rs")),
    ("list_calls", include_str!("programs/list_calls.rs")),
];

fn main() -> ExitCode {
    exit_code(run())
}

fn run() -> Fallible<ExitCode> {
    let arguments = arguments();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", page] => Page::serve(page).map(|()| ExitCode::SUCCESS),
        [revision] => compare(revision),
        _ => Err("pass the Git revision to compare with, such as that of the last release".into()),
    }
}

/// Prints the table, and fails if a row is slower than accepted.
fn compare(revision: &str) -> Fallible<ExitCode> {
    let before = subject("before", |folder| check_out(revision, folder))?;
    let after = subject("after", |folder| {
        copy_folder(&repository().join("generated-client"), folder)
    })?;
    let both = [&after, &before];
    println!("{:<40} {:>12} {:>12} {:>6}", "", "now", revision, "ratio");
    let mut is_accepted = true;
    let mut row = |name: &str, [now, then]: [f64; 2]| {
        let ratio = now / then;
        println!("{name:<40} {now:>12.2} {then:>12.2} {ratio:>6.3}");
        is_accepted &= ratio <= LIMIT;
    };
    if instructions::can_be_counted() {
        let programs = [
            after.release_binary("list_calls")?,
            before.release_binary("list_calls")?,
        ];
        for page in &PAGES {
            let server = Server::start(&["serve", page.name])?;
            let [now, then] = programs
                .each_ref()
                .map(|program| instructions::of_one_call(program, &[&server.url]));
            row(&format!("call, {}, instructions", page.name), [now?, then?]);
        }
    } else {
        println!("Valgrind, which counts the instructions of calls, is not installed");
    }
    for mode in [Mode::Debug, Mode::Release] {
        let costs = alternately(both, ROUNDS, |subject, _| subject.build_client(mode))?;
        let seconds = costs.map(|cost| cost.processor);
        row(&format!("crate, {}, seconds", mode.name()), seconds);
    }
    for mode in Mode::ALL {
        let costs = alternately(both, ROUNDS, |subject, round| {
            subject.rebuild("ten_calls", mode, round)
        })?;
        let seconds = costs.map(|cost| cost.processor);
        row(
            &format!("program, edited, {}, seconds", mode.name()),
            seconds,
        );
    }
    if is_accepted {
        return Ok(ExitCode::SUCCESS);
    }
    println!("A ratio exceeds {LIMIT}.");
    Ok(ExitCode::FAILURE)
}

fn subject(name: &str, client: impl FnOnce(&Path) -> Fallible<()>) -> Fallible<Subject> {
    Subject::new(name, "twelvelabs", &PROGRAMS, client)
}

/// Writes the client of a Git revision into a folder.
fn check_out(revision: &str, folder: &Path) -> Fallible<()> {
    let archive = folder.with_extension("tar");
    let mut git = Command::new("git");
    git.args(["archive", "--format=tar", "--output"]);
    git.arg(&archive)
        .arg(format!("{revision}:generated-client"));
    Cost::of(git.current_dir(repository()))?;
    let mut unpack = Command::new("tar");
    unpack.arg("-xf").arg(&archive).arg("-C").arg(folder);
    Cost::of(&mut unpack)?;
    Ok(fs::remove_file(archive)?)
}
