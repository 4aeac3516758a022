//! Symbolic links below the crate's folder are not followed. A link in the way is an error with its
//! path.

use std::fs;
use std::os::unix::fs::symlink;

use tests::Workplace;

use crate::journal::{DeadRun, RUN, digest, generated, staged};

fn link(workplace: &Workplace, to: &str, at: &str) {
    let at = workplace.path(at);
    fs::create_dir_all(at.parent().expect("it is in the workplace")).expect("a folder");
    symlink(workplace.path(to), at).expect("the name is free");
}

// Files that a run writes.

#[test]
fn a_link_in_place_of_a_file_or_folder_of_the_crate_is_an_error() {
    for (to, at) in [
        ("outside", "client/src"),
        ("outside", "client/src/runtime"),
        ("outside/lib.rs", "client/src/lib.rs"),
        ("nowhere", "client/README.md"),
        ("outside/openapi.json", "spec/openapi.json"),
        ("outside", "client/.codegen"),
        ("nowhere", "client/.codegen/lock"),
        ("outside/lib.rs", "client/.codegen/journal.json"),
    ] {
        let workplace = Workplace::with_spec_of("pet_shop");
        workplace.write("outside/lib.rs", &generated("// outside"));
        workplace.write("outside/gone.rs", &generated("// outside"));
        workplace.write("outside/openapi.json", "{}");
        link(&workplace, to, at);
        let before = workplace.contents();

        let outcome = workplace.codegen(&["--quiet"]).exits_with(1);

        let expected = format!("error[symbolic-link]: `{at}` is in the way: it is a symbolic link");
        assert!(outcome.stderr.contains(&expected), "{}", outcome.stderr);
        assert_eq!(before.differences(&workplace.contents()), [""; 0], "{at}");
    }
}

#[test]
fn a_link_that_appears_after_a_run_is_noticed_by_the_next() {
    let workplace = Workplace::with_spec_of("pet_shop");
    workplace.codegen(&[]).exits_with(0);
    fs::rename(workplace.path("client/src"), workplace.path("outside")).expect("the name is free");
    link(&workplace, "outside", "client/src");
    let before = workplace.contents();
    for arguments in [&["--check", "--quiet"][..], &["--quiet"]] {
        let outcome = workplace.codegen(arguments).exits_with(1);
        assert!(
            outcome.stderr.contains("`client/src` is in the way"),
            "{}",
            outcome.stderr
        );
        assert_eq!(before.differences(&workplace.contents()), [""; 0]);
    }
}

#[test]
fn a_link_beside_generated_files_stays_and_is_not_followed() {
    let workplace = Workplace::with_spec_of("pet_shop");
    workplace.write("outside/lib.rs", &generated("// outside"));
    link(&workplace, "outside", "client/src/linked");
    link(&workplace, "outside/lib.rs", "client/src/linked.rs");
    workplace.codegen(&[]).exits_with(0);
    assert_eq!(workplace.read("outside/lib.rs"), generated("// outside"));
    for path in ["client/src/linked", "client/src/linked.rs"] {
        assert!(workplace.path(path).is_symlink(), "{path}");
    }
}

#[test]
fn the_folder_that_the_command_line_names_may_be_a_link() {
    let workplace = Workplace::with_spec_of("pet_shop");
    fs::create_dir(workplace.path("crate")).expect("it is new");
    link(&workplace, "crate", "client");
    workplace.codegen(&[]).exits_with(0);
    assert!(workplace.path("crate/src/lib.rs").is_file());
}

// Paths in a journal.

#[test]
fn a_journal_that_leads_through_a_link_changes_nothing() {
    let run_folder = format!("client/.codegen/{RUN}");
    for (at, to, culprit) in [
        ("client/src/deep", "outside", "client/src/deep"),
        ("client/src/gone", "outside", "client/src/gone"),
        ("client/src/a.rs", "outside/c.rs", "client/src/a.rs"),
        ("spec/openapi.json", "outside/c.rs", "spec/openapi.json"),
        (&staged(0), "outside/c.rs", &staged(0)),
        (&run_folder, "outside", &run_folder),
        ("client/src", "outside", "client/src"),
    ] {
        let died = DeadRun::new();
        died.write_journal();
        let path = died.workplace.path(at);
        // The link points to the original folder, so that it is the only fault.
        let kept = died.workplace.path(to);
        if path.is_dir() {
            fs::rename(&path, &kept).expect("the name is free");
        } else if path.is_file() {
            fs::create_dir(died.workplace.path("outside")).expect("it is new");
            fs::rename(&path, &kept).expect("the name is free");
        } else {
            fs::create_dir(&kept).expect("it is new");
        }
        link(&died.workplace, to, at);
        let before = died.workplace.contents();

        let problem = died.open().expect_err(at);

        let culprit = died.workplace.path(culprit).display().to_string();
        let message = problem.message();
        assert!(
            message.contains(&culprit) && message.contains("symbolic link"),
            "{message}"
        );
        assert_eq!(
            before.differences(&died.workplace.contents()),
            [""; 0],
            "{at}"
        );
    }
}

#[test]
fn a_staged_link_to_a_secret_is_not_read_into_the_crate() {
    let mut died = DeadRun::new();
    let secret = generated("// secret");
    died.workplace.write("secret.rs", &secret);
    died.set("/moves/0/after", digest(&secret));
    died.write_journal();
    fs::remove_file(died.workplace.path(&staged(0))).expect("it is there");
    link(&died.workplace, "secret.rs", &staged(0));
    died.open().expect_err("the staged file is a link");
    assert_eq!(
        died.workplace.read("client/src/a.rs"),
        generated("// old a")
    );
}
