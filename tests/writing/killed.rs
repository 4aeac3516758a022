//! Runs that are killed at any time.

use std::path::Path;
use std::time::{Duration, Instant};

use generator::output::{Plan, Writer};
use generator::{History, Output, generate};
use tests::Workplace;
use tests::command::{wait, xtask};
use tests::folder::Contents;

/// The number of runs that are killed.
const KILLS: u64 = 200;

#[test]
fn a_run_that_is_killed_leaves_the_old_crate_or_the_new_one() {
    let workplace = Workplace::with_spec_of("pet_shop");
    workplace.codegen(&[]).exits_with(0);
    let new = workplace.contents();
    let output = output_of(&workplace);
    let old = Old::of(&workplace);
    let (whole, writing) = durations(&workplace, &old);
    let mut random = Random(0x5eed);

    for number in 0..KILLS {
        // Most runs are killed while files are written, which is a small part of a run.
        let (sign, longest) = match number % 4 {
            0 => ("spec", whole),
            1 | 2 => ("client/.codegen", writing),
            _ => ("client/.codegen/journal.json", writing / 4),
        };
        let delay = random.below(longest);
        old.put_back(&workplace);
        run_and_kill(&workplace, &workplace.path(sign), delay);
        let case = format!("kill {number}, {delay:?} after `{sign}` was there");

        let mut next = open(&workplace);
        let left = workplace.contents().outside("client/.codegen");
        assert!(
            left == old.0 || left == new,
            "{case}: a mixture\nnot as before: {:?}\nnot as after: {:?}",
            left.differences(&old.0),
            left.differences(&new),
        );
        next.write(&output).expect(&case);
        drop(next);
        assert_eq!(new.differences(&workplace.contents()), [""; 0], "{case}");
        assert!(!workplace.path("client/.codegen").exists(), "{case}");
    }
    workplace.codegen(&["--check"]).exits_with(0);
}

#[test]
fn a_run_after_a_killed_one_gives_what_a_clean_run_gives() {
    let workplace = Workplace::with_spec_of("pet_shop");
    workplace.codegen(&[]).exits_with(0);
    let new = workplace.contents();
    let old = Old::of(&workplace);
    let (_, writing) = durations(&workplace, &old);
    let mut random = Random(0xc1ea);
    for _ in 0..8 {
        old.put_back(&workplace);
        let delay = random.below(writing);
        run_and_kill(&workplace, &workplace.path("client/.codegen"), delay);
        workplace.codegen(&["--quiet"]).exits_with(0);
        assert_eq!(new.differences(&workplace.contents()), [""; 0], "{delay:?}");
    }
}

#[test]
fn a_recovery_from_a_kill_may_be_killed_as_well() {
    kill_recoveries(6);
}

/// This test takes several minutes: `cargo test -p tests --test writing -- --ignored`.
#[test]
#[ignore = "it takes some minutes"]
fn a_thousand_recoveries_may_be_killed() {
    kill_recoveries(500);
}

/// Kills runs, and then the runs that recover from them. The result does not differ from a clean
/// run, and foreign files are unchanged.
fn kill_recoveries(count: usize) {
    let workplace = Workplace::with_spec_of("pet_shop");
    workplace.codegen(&[]).exits_with(0);
    let foreign = ["client/src/notes.rs", "client/.codegen.txt"];
    let write_foreign = || foreign.map(|path| workplace.write(path, "// Not generated.\n"));
    write_foreign();
    let new = workplace.contents();
    Old::of(&workplace);
    write_foreign();
    let old = Old(workplace.contents());
    let (_, writing) = durations(&workplace, &old);
    let mut random = Random(0xdead);
    for number in 0..count {
        old.put_back(&workplace);
        for _ in 0..2 {
            let sign = workplace.path("client/.codegen");
            run_and_kill(&workplace, &sign, random.below(writing));
        }
        workplace.codegen(&["--quiet"]).exits_with(0);
        let contents = workplace.contents();
        assert_eq!(
            new.differences(&contents),
            [""; 0],
            "after {number} recoveries"
        );
    }
}

/// Returns the output of a run, generated in this process because that is faster.
fn output_of(workplace: &Workplace) -> Output {
    let [spec, client, openapi] =
        ["spec", "client", "spec/openapi.json"].map(|path| workplace.path(path));
    let source = generator::read(&spec).expect("the pages can be read");
    let mut output = generate(&source).expect("the pages are good");
    let history = History::read(&client, &openapi).expect("a run just wrote it");
    output.record(&history).expect("a run just wrote it");
    let plan = Plan::new(&output, &client, &openapi).expect("the crate can be read");
    assert!(
        plan.differences().is_empty(),
        "it is what the command writes"
    );
    output
}

fn open(workplace: &Workplace) -> Writer {
    Writer::open(
        &workplace.path("client"),
        &workplace.path("spec/openapi.json"),
    )
    .expect("what is left can be finished")
}

/// Returns the duration of a run, and the lifetime of its staging folder.
fn durations(workplace: &Workplace, old: &Old) -> (Duration, Duration) {
    old.put_back(workplace);
    let start = Instant::now();
    let mut writing = None;
    let mut run = spawn(workplace);
    while run.try_wait().expect("it is ours").is_none() {
        if writing.is_none() && workplace.path("client/.codegen").exists() {
            writing = Some(Instant::now());
        }
    }
    (
        start.elapsed(),
        writing.map_or(start.elapsed(), |writing| writing.elapsed()),
    )
}

/// Runs the command and kills it some time after a file appears, unless it has ended.
fn run_and_kill(workplace: &Workplace, sign: &Path, delay: Duration) {
    let mut run = spawn(workplace);
    let mut seen = None;
    while run.try_wait().expect("it is ours").is_none() {
        if seen.is_none() && sign.exists() {
            seen = Some(Instant::now());
        }
        if seen.is_some_and(|seen| seen.elapsed() >= delay) {
            // The process may have ended.
            let _ = run.kill();
            break;
        }
    }
    wait(&mut run, Duration::from_secs(60));
}

fn spawn(workplace: &Workplace) -> std::process::Child {
    xtask()
        .args(["codegen", "--quiet", "--spec", "spec", "--out", "client"])
        .current_dir(workplace.path(""))
        .spawn()
        .expect("the command is built")
}

/// Pseudorandom numbers (SplitMix64), the same in every run of the test.
struct Random(u64);

impl Random {
    fn below(&mut self, longest: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let fraction = (bits ^ (bits >> 31)) as f64 / u64::MAX as f64;
        longest.mul_f64(fraction)
    }
}

/// A crate in which every fourth file must be rewritten, and one file must be removed. Syncing each
/// file to the disk would take most of the test's time.
struct Old(Contents);

impl Old {
    fn of(workplace: &Workplace) -> Self {
        let contents = workplace.contents();
        let in_crate = contents
            .paths()
            .into_iter()
            .filter(|path| path.starts_with("client/"));
        for path in in_crate.step_by(4).chain(["spec/openapi.json"]) {
            workplace.write(path, &(workplace.read(path) + "\n"));
        }
        let lib = workplace.read("client/src/lib.rs");
        workplace.write("client/src/gone/cats.rs", &lib);
        Self(workplace.contents())
    }

    fn put_back(&self, workplace: &Workplace) {
        self.0.write_to(&workplace.path(""));
    }
}
