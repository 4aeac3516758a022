//! The program that `cargo install` installs: its help, its output, and its packages.

use std::fs;
use std::path::{Component, Path};

use tests::command::{cargo, run, xtask_without_fetch};
use tests::folder::Contents;
use tests::{Workplace, repository};

/// The commands of the program.
const COMMANDS: [&str; 8] = [
    "codegen",
    "fetch",
    "update",
    "drift",
    "explain",
    "bench",
    "completions",
    "man",
];

/// The packages that the program consists of, and their folders.
const PACKAGES: [(&str, &str); 10] = [
    ("apipages", "generator/cli"),
    ("apipages-generator", "generator"),
    ("apipages-docs", "generator/docs"),
    ("apipages-names", "generator/names"),
    ("apipages-pages", "generator/pages"),
    ("apipages-openapi", "generator/openapi"),
    ("apipages-api", "generator/api"),
    ("apipages-rust", "generator/rust"),
    ("apipages-drift", "generator/drift"),
    ("apipages-output", "generator/output"),
];

// Help.

#[test]
fn the_version_is_that_of_the_package() {
    let version = Workplace::empty().xtask(&["--version"]).exits_with(0);
    assert_eq!(version.stdout, "cargo xtask 0.1.0\n");
}

#[test]
#[cfg(unix)]
fn a_program_without_the_feature_runs_commands_for_the_network_in_another_program() {
    use std::os::unix::fs::PermissionsExt as _;

    let workplace = Workplace::empty();
    workplace.write("cargo", "#!/bin/sh\necho \"$@\"\nexit 3\n");
    let cargo = workplace.path("cargo");
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).expect("a program");
    let runs = |arguments: &[&str]| {
        let mut program = xtask_without_fetch();
        let program = program.args(arguments).env("CARGO", &cargo);
        run(program.current_dir(workplace.path(".")))
    };
    let build = "run --quiet --profile xtask --package xtask --features fetch --bin xtask-fetch --";
    for arguments in [
        &["fetch", "--spec", "my spec"][..],
        &["update", "--dry-run"],
    ] {
        let stdout = runs(arguments).exits_with(3).stdout;
        assert_eq!(stdout, format!("{build} {}\n", arguments.join(" ")));
    }

    let help = runs(&["fetch", "--help"]).exits_with(0).stdout;
    assert!(help.contains("--prune"), "{help}");
    let wrong = runs(&["fetch", "--jobs", "0"]).exits_with(2);
    assert_eq!(wrong.stdout, "");
}

#[test]
fn the_help_of_each_command_ends_with_examples_and_exit_codes() {
    let workplace = Workplace::empty();
    let help = workplace.xtask(&["--help"]).exits_with(0).stdout;
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
        let help = workplace.xtask(&[command, "--help"]).exits_with(0).stdout;
        let examples = "\nExamples:\n  # ";
        let (_, end) = help.split_once(examples).expect(command);
        assert!(
            end.contains(&format!("\n  cargo xtask {command} ")),
            "{end}"
        );
        let (_, codes) = end.split_once("\n\nExit codes:\n").expect(command);
        let codes: Vec<&str> = codes.lines().filter_map(|line| line.get(..5)).collect();
        assert_eq!(codes, ["  0  ", "  1  ", "  2  "], "{command}");
    }
}

#[test]
fn completions_are_for_the_installed_program() {
    let workplace = Workplace::empty();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = workplace.xtask(&["completions", shell]).exits_with(0);
        for word in ["apipages", "codegen", "dry-run"] {
            assert!(script.stdout.contains(word), "{shell}: {word}");
        }
    }
    workplace.xtask(&["completions", "cmd"]).exits_with(2);
}

#[test]
fn each_command_has_a_man_page() {
    let workplace = Workplace::empty();
    workplace
        .xtask(&["man", "--out", "share/man1"])
        .exits_with(0);
    let page = workplace.read("share/man1/apipages.1");
    assert!(page.contains(".TH apipages 1"), "{page}");
    for command in COMMANDS {
        let page = workplace.read(&format!("share/man1/apipages-{command}.1"));
        assert!(page.contains("apipages"), "{page}");
        assert!(page.contains("Exit codes"), "{page}");
    }
}

// Output.

#[test]
fn colors_are_for_terminals_unless_they_are_asked_for() {
    let workplace = pet_shop();
    let escape = '\u{1b}';
    for (arguments, is_colored) in [
        (&[][..], false),
        (&["--color", "always"][..], true),
        (&["--color=never"][..], false),
    ] {
        let outcome = workplace.codegen(arguments).exits_with(0);
        assert_eq!(outcome.stderr.contains(escape), is_colored, "{arguments:?}");
    }
    workplace.codegen(&["--color", "green"]).exits_with(2);
}

#[test]
fn verbose_output_has_each_fix_each_file_and_the_time_of_each_stage() {
    let workplace = pet_shop();
    let said = workplace.codegen(&["--verbose"]).exits_with(0).stderr;
    for expected in [
        "       Fixed header-key at pages/",
        "      Adding client/src/lib.rs\n",
        "      Timing read ",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let said = workplace.codegen(&[]).exits_with(0).stderr;
    assert!(!said.contains("Fixed"), "{said}");
}

#[test]
fn options_of_the_output_stand_before_or_after_the_command() {
    let workplace = pet_shop();
    let codegen = ["codegen", "--spec", "spec", "--out", "client"];
    let before = workplace.xtask(&[&["--quiet"], &codegen[..]].concat());
    assert_eq!(before.exits_with(0).stderr, "");
    let both = ["--quiet", "--verbose"];
    workplace.codegen(&both).exits_with(2);
}

// A dry run.

#[test]
fn a_dry_run_lists_the_files_that_would_change_and_writes_nothing() {
    let workplace = pet_shop();
    let before = workplace.contents();
    let said = workplace.codegen(&["--dry-run"]).exits_with(0).stderr;
    assert!(said.contains("   Would add client/Cargo.toml\n"), "{said}");
    assert!(said.contains("   Would add spec/openapi.json\n"), "{said}");
    assert!(said.ends_with(", and wrote nothing\n"), "{said}");
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);

    workplace.codegen(&[]).exits_with(0);
    let said = workplace.codegen(&["--dry-run"]).exits_with(0).stderr;
    assert!(!said.contains("Would"), "{said}");
}

#[test]
fn a_dry_run_reports_the_effect_on_callers() {
    let workplace = pet_shop();
    workplace.codegen(&[]).exits_with(0);
    let page = workplace.contents();
    let page = page
        .paths()
        .into_iter()
        .find(|path| path.starts_with("spec/pages/"));
    fs::remove_file(workplace.path(page.expect("a page"))).expect("it is there");
    let before = workplace.contents();
    let said = workplace.codegen(&["--dry-run"]).exits_with(0).stderr;
    assert!(said.contains("Would remove client/src/"), "{said}");
    assert!(said.contains("Would change client/"), "{said}");
    assert!(said.contains("    Breaking "), "{said}");
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
}

#[test]
fn a_dry_run_fails_where_a_run_would() {
    let workplace = pet_shop();
    workplace.write("client/src/lib.rs", "// Written by hand.\n");
    let said = workplace.codegen(&["--dry-run"]).exits_with(1).stderr;
    assert!(said.contains("error[foreign-file]: "), "{said}");
    workplace.codegen(&["--dry-run", "--check"]).exits_with(2);
}

// Packages.

#[test]
fn the_packages_of_the_program_can_be_packaged() {
    let mut cargo = cargo();
    cargo.args([
        "package",
        "--offline",
        "--allow-dirty",
        "--no-verify",
        "--quiet",
    ]);
    for (name, _) in PACKAGES {
        cargo.args(["--package", name]);
    }
    run(&mut cargo).exits_with(0);
}

#[test]
fn a_package_reads_only_its_own_files() {
    for (name, folder) in PACKAGES {
        let sources = Contents::of(&repository(folder).join("src"));
        for (path, text) in sources.texts() {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for line in code.lines() {
                let reads = ["include_str!(", "include_bytes!(", "#[path = "];
                let Some(word) = reads.iter().find(|word| line.contains(**word)) else {
                    continue;
                };
                let (_, rest) = line.split_once(word).unwrap_or_default();
                let file = rest.split('"').nth(1).unwrap_or_default();
                let folder = Path::new("src").join(path);
                let folder = folder.parent().expect("a file is in a folder");
                assert!(stays_inside(&folder.join(file)), "{name}: {path}: {line}");
            }
        }
    }
}

/// Returns `true` if a path from the root of a package does not leave it.
fn stays_inside(path: &Path) -> bool {
    let mut depth = 0_i32;
    path.components().all(|component| {
        depth += match component {
            Component::ParentDir => -1,
            _ => 1,
        };
        depth >= 0
    })
}

#[test]
fn the_runtime_is_in_the_package_that_embeds_it() {
    let mut cargo = cargo();
    let arguments = [
        "--list",
        "--offline",
        "--allow-dirty",
        "--package",
        "apipages-rust",
    ];
    cargo.arg("package").args(arguments);
    let list = run(&mut cargo).exits_with(0).stdout;
    for file in [
        "runtime/lib.rs",
        "runtime/manifest.toml",
        "runtime/mock/mod.rs",
    ] {
        assert!(
            list.lines().any(|line| line.replace('\\', "/") == file),
            "{file}"
        );
    }
}

fn pet_shop() -> Workplace {
    Workplace::with_spec_of("pet_shop")
}
