//! License files are written where there are none. They have no marker, so all others stay.

use std::fs;

use tests::Workplace;
use tests::command::Outcome;

const MIT: &str = "client/LICENSE-MIT";
const APACHE: &str = "client/LICENSE-APACHE";

/// Returns a workplace whose settings have these lines in `[crate]`.
fn workplace(lines: &str) -> Workplace {
    let workplace = Workplace::with_spec_of("pet_shop");
    set(&workplace, lines);
    workplace
}

fn set(workplace: &Workplace, lines: &str) {
    let settings = format!("[crate]\nname = \"pet-shop\"\n{lines}\n");
    workplace.write("spec/codegen.toml", &settings);
}

fn generated(workplace: &Workplace) -> Outcome {
    let outcome = workplace.codegen(&[]).exits_with(0);
    workplace.codegen(&["--check"]).exits_with(0);
    outcome
}

fn line<'a>(outcome: &'a Outcome, verb: &str) -> Option<&'a str> {
    let mut lines = outcome.stderr.lines();
    lines.find_map(|line| line.trim_start().strip_prefix(verb))
}

#[test]
fn each_license_that_is_named_is_a_file() {
    let workplace = workplace("license = \"MIT OR Apache-2.0\"");
    let outcome = generated(&workplace);
    let mit = workplace.read(MIT);
    assert!(mit.starts_with("MIT License\n\nCopyright (c) The authors of pet-shop\n\nPermission"));
    assert!(workplace.read(APACHE).contains("Version 2.0, January 2004"));
    assert_eq!(line(&outcome, "Note:"), None);

    // Authors that are set later are the holders of the copyright.
    let license = "license = \"MIT\"\nauthors = [\"Jane Doe <jane@example.com>\"]";
    set(&workplace, license);
    let outcome = generated(&workplace);
    let text = workplace.read(MIT);
    assert_eq!(text, mit.replace("The authors of pet-shop", "Jane Doe"));
    // Nobody can tell whether a person wanted the other file, so it stays.
    let expected = " client/LICENSE-APACHE, although `[crate]` does not name `Apache-2.0`";
    assert_eq!(line(&outcome, "Keeping"), Some(expected));
    assert!(workplace.path(APACHE).exists());
}

#[test]
fn a_license_file_that_a_person_wrote_or_changed_stays() {
    let workplace = workplace("license = \"MIT OR Apache-2.0\"");
    workplace.write(APACHE, "My own words.\n");
    generated(&workplace);
    let mit = workplace.read(MIT);
    let changed = mit.replace("The authors of pet-shop", "2026 Jane Doe");
    workplace.write(MIT, &changed);
    for license in ["MIT OR Apache-2.0", "MIT", "BSD-3-Clause"] {
        set(
            &workplace,
            &format!("license = \"{license}\"\nauthors = [\"Others\"]"),
        );
        generated(&workplace);
        assert_eq!(workplace.read(MIT), changed);
        assert_eq!(workplace.read(APACHE), "My own words.\n");
    }
}

#[test]
fn a_license_file_that_is_removed_is_written_again() {
    let workplace = workplace("license = \"MIT\"");
    generated(&workplace);
    let text = workplace.read(MIT);
    fs::remove_file(workplace.path(MIT)).expect("it is there");
    let check = workplace.codegen(&["--check"]).exits_with(1);
    let missing = "missing client/LICENSE-MIT";
    assert!(check.stderr.contains(missing), "{}", check.stderr);
    generated(&workplace);
    assert_eq!(workplace.read(MIT), text);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_license_of_a_workspace_stays() {
    let workplace = workplace("license = \"MIT\"");
    workplace.write("LICENSE-MIT", "The license of all crates.\n");
    workplace.write("client/notes", "");
    std::os::unix::fs::symlink("../LICENSE-MIT", workplace.path(MIT)).expect("a link");
    generated(&workplace);
    assert_eq!(workplace.read(MIT), "The license of all crates.\n");
}

#[test]
fn a_text_that_the_generator_does_not_have_is_asked_for_until_it_is_there() {
    let workplace = workplace("license = \"BSD-3-Clause\"");
    let expected = " the text of `BSD-3-Clause` is missing: write it to client/LICENSE";
    for _ in 0..2 {
        let outcome = generated(&workplace);
        assert_eq!(line(&outcome, "Note:"), Some(expected));
    }
    workplace.write("client/LICENSE", "Redistribution and use\n");
    assert_eq!(line(&generated(&workplace), "Note:"), None);
    assert!(!workplace.path(MIT).exists());
}

#[test]
fn a_crate_without_a_license_is_one_line_and_no_warning() {
    let expected = " the settings have no license, which `cargo publish` requires: set `license` \
                    under `[crate]` in `codegen.toml`";
    let workplace = workplace("");
    let arguments = ["--deny-warnings"];
    let outcome = workplace.codegen(&arguments).exits_with(0);
    assert_eq!(line(&outcome, "Note:"), Some(expected));
    assert_eq!(outcome.stderr.matches("license").count(), 2);
    // An unchanged run says it as well.
    let outcome = workplace.codegen(&[]).exits_with(0);
    assert_eq!(line(&outcome, "Note:"), Some(expected));
    assert!(!workplace.path(MIT).exists());
}
