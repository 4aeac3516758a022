//! Two runs never write one crate at the same time.

use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use generator::output::Writer;
use tests::Workplace;
use tests::command::{wait, xtask};

const LIMIT: Duration = Duration::from_secs(60);

fn start(workplace: &Workplace) -> Child {
    xtask()
        .args(["codegen", "--quiet", "--spec", "spec", "--out", "client"])
        .current_dir(workplace.path(""))
        .stderr(Stdio::null())
        .spawn()
        .expect("the command is built")
}

fn hold(workplace: &Workplace) -> Writer {
    Writer::open(
        &workplace.path("client"),
        &workplace.path("spec/openapi.json"),
    )
    .expect("nobody else is writing")
}

#[test]
fn runs_at_the_same_time_leave_the_crate_of_one_run() {
    let clean = Workplace::with_spec_of("pet_shop");
    clean.codegen(&[]).exits_with(0);
    let workplace = Workplace::with_spec_of("pet_shop");
    let mut runs = [0; 4].map(|_| start(&workplace));
    for run in &mut runs {
        assert_eq!(wait(run, LIMIT), Some(0));
    }
    assert_eq!(clean.contents().differences(&workplace.contents()), [""; 0]);
    assert!(!workplace.path("client/.codegen").exists());
}

#[test]
fn a_run_waits_for_one_that_is_about_to_end() {
    let workplace = Workplace::with_spec_of("pet_shop");
    let other = hold(&workplace);
    let mut run = start(&workplace);
    sleep(Duration::from_secs(2));
    assert!(
        run.try_wait().expect("it is ours").is_none(),
        "it did not wait"
    );
    assert!(!workplace.path("client/Cargo.toml").exists());
    drop(other);
    assert_eq!(wait(&mut run, LIMIT), Some(0));
}

#[test]
fn a_run_that_waited_in_vain_names_the_other_and_changes_nothing() {
    let workplace = Workplace::with_spec_of("pet_shop");
    let _other = hold(&workplace);
    let before = workplace.contents();
    let outcome = workplace.codegen(&["--quiet"]).exits_with(1);
    let process = std::process::id();
    let expected =
        format!("error[run-in-progress]: another run (process {process}) is writing to `client`");
    assert!(outcome.stderr.contains(&expected), "{}", outcome.stderr);
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
    // The command does not write, so it does not wait.
    workplace.codegen(&["--check"]).exits_with(1);
}
