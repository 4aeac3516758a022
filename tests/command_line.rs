//! The command line of `cargo xtask codegen`.

use std::collections::BTreeMap;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::SystemTime;

use generator::Code;
use serde_json::Value;
use tests::command::{Outcome, cargo, program, run, xtask};
use tests::folder::{Contents, copy};
use tests::{Workplace, case, repository};

const OVERLAY_THAT_MATCHES_NOTHING: &str = "overlay: 1.0.0\n\
    info:\n  title: Corrections\n  version: 1.0.0\n\
    actions:\n  - target: $.paths['/cats']\n    remove: true\n";

const OVERLAY_OF_THE_TITLE: &str = "overlay: 1.0.0\n\
    info:\n  title: Corrections\n  version: 1.0.0\n\
    actions:\n  - target: $.info\n    update:\n      title: Zoo\n";

// Written files.

#[test]
fn it_says_what_it_did_on_standard_error() {
    let workplace = pet_shop();
    let outcome = workplace.codegen(&[]).exits_with(0);
    assert_eq!(outcome.stdout, "");
    let (did, took) = outcome
        .stderr
        .split_once("    Finished in ")
        .expect("a time");
    assert!(took.ends_with("s\n"), "{took}");
    expect("what_it_did", did);
}

#[test]
fn closed_pipes_do_not_end_a_run() {
    let workplace = pet_shop();
    let mut codegen = xtask();
    codegen.args(["codegen", "--spec", "spec", "--out", "client"]);
    for arguments in [&["--report", "report.json"][..], &["--check"]] {
        // The reader of the output has ended, like `head -1`.
        let mut run = codegen
            .args(arguments)
            .current_dir(workplace.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the built program");
        drop((run.stdout.take(), run.stderr.take()));
        assert!(run.wait().expect("its exit code").success());
    }
}

#[test]
fn a_second_run_rewrites_nothing() {
    let workplace = generated_pet_shop();
    let before = times(&workplace);
    let outcome = workplace.codegen(&[]).exits_with(0);
    assert!(
        outcome.stderr.contains("all unchanged"),
        "{}",
        outcome.stderr
    );
    assert_eq!(times(&workplace), before);
}

#[test]
fn a_run_that_finds_all_as_it_was_says_what_the_run_before_said() {
    let workplace = generated_pet_shop();
    let said = |outcome: &Outcome| {
        let said = outcome.stderr.split_once("    Finished in ");
        said.expect("a time").0.to_owned()
    };
    let first = workplace.codegen(&[]).exits_with(0);
    let second = workplace.codegen(&[]).exits_with(0);
    assert!(said(&first).ends_with("files, all unchanged\n"));
    assert_eq!(said(&second), said(&first));
}

#[test]
fn a_file_that_is_not_as_it_was_written_is_found_and_mended() {
    let workplace = generated_pet_shop();
    let before = workplace.contents();
    for path in ["client/src/types/mod.rs", "spec/openapi.json"] {
        workplace.write(path, &(workplace.read(path) + "\n"));
        workplace.codegen(&["--check"]).exits_with(1);
        workplace.codegen(&[]).exits_with(0);
        assert_eq!(before.differences(&workplace.contents()), [""; 0], "{path}");
    }
    for path in [
        "client/src/types/mod.rs",
        "client/CHANGELOG.md",
        "spec/openapi.json",
        "spec/released.json",
    ] {
        fs::remove_file(workplace.path(path)).expect("it is there");
        workplace.codegen(&["--check"]).exits_with(1);
        workplace.codegen(&[]).exits_with(0);
        assert_eq!(before.differences(&workplace.contents()), [""; 0], "{path}");
    }
}

#[test]
fn changed_settings_and_overlays_change_the_crate() {
    let workplace = generated_pet_shop();
    let settings = workplace.read("spec/codegen.toml");
    let overlay = workplace.read("spec/overlay.yaml");
    let client = || Contents::of(&workplace.path("client"));
    let before = client();
    for (path, text) in [
        ("spec/codegen.toml", settings.replace("Pet Shop", "Zoo")),
        ("spec/overlay.yaml", OVERLAY_OF_THE_TITLE.to_owned()),
    ] {
        workplace.write(path, &text);
        workplace.codegen(&[]).exits_with(0);
        assert_ne!(before.differences(&client()), [""; 0], "{path}");
        workplace.write("spec/codegen.toml", &settings);
        workplace.write("spec/overlay.yaml", &overlay);
        workplace.codegen(&[]).exits_with(0);
        assert_eq!(before.differences(&client()), [""; 0], "{path}");
    }
}

#[test]
fn a_version_that_was_lowered_is_refused() {
    let workplace = pet_shop();
    let settings = workplace.read("spec/codegen.toml");
    let version = |version: &str| {
        let settings =
            settings.replace("[crate]\n", &format!("[crate]\nversion = \"{version}\"\n"));
        workplace.write("spec/codegen.toml", &settings);
    };
    version("0.2.0");
    workplace.codegen(&[]).exits_with(0);
    let before = workplace.contents();
    version("0.1.0");
    let failed = workplace.codegen(&["--quiet"]).exits_with(1).stderr;
    assert!(
        failed.contains("version 0.1.0 is not higher than 0.2.0"),
        "{failed}"
    );
    version("0.2.0");
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);

    workplace.write("spec/released.json", "<<<<<<< HEAD\n");
    let failed = workplace.codegen(&["--quiet"]).exits_with(1).stderr;
    assert!(
        failed.contains("`spec/released.json` is not a merged document"),
        "{failed}"
    );
    assert!(
        failed.contains("restore the file, or remove it"),
        "{failed}"
    );
}

#[test]
fn only_what_changed_is_rewritten() {
    let workplace = generated_pet_shop();
    let before = times(&workplace);
    let page = workplace.read("spec/pages/pets/delete.md");
    let page = page.replace("There is no such pet.", "The pet is not here.");
    workplace.write("spec/pages/pets/delete.md", &page);

    workplace.codegen(&[]).exits_with(0);

    let after = times(&workplace);
    let rewritten: Vec<_> = after
        .iter()
        .filter(|(path, time)| before.get(*path) != Some(time))
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(
        rewritten,
        [
            "client/CHANGELOG.md",
            "client/src/operations/pets.rs",
            "spec/openapi.json",
            "spec/pages/pets/delete.md"
        ]
    );
}

#[test]
fn a_file_that_would_not_be_written_any_more_is_removed_with_its_folder() {
    let workplace = generated_pet_shop();
    let before = workplace.contents();
    workplace.write("client/src/old/cats.rs", &generated("// cats"));
    workplace.codegen(&[]).exits_with(0);
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
    assert!(!workplace.path("client/src/old").exists());
}

#[test]
fn foreign_files_are_never_changed() {
    let workplace = pet_shop();
    let own = [
        ("client/src/extras/mod.rs", "//! Written by hand.\n"),
        ("client/examples/cats.rs", "fn main() {}\n"),
        (
            "client/CHANGELOG.md",
            "# Changes\n\nGenerated by `apipages codegen`.\n",
        ),
        ("client/Cargo.lock", ""),
        ("client/target/debug/kept.rs", &generated("// built")),
        ("client/.hidden/kept.rs", &generated("// hidden")),
        ("spec/notes.txt", "What I know about pets.\n"),
    ];
    for (path, text) in own {
        workplace.write(path, text);
    }
    workplace.codegen(&[]).exits_with(0);
    workplace.codegen(&["--check"]).exits_with(0);
    for (path, text) in own {
        assert_eq!(workplace.read(path), text, "{path}");
    }
}

#[test]
fn a_generated_crate_in_a_folder_below_is_another_one_and_stays() {
    let workplace = pet_shop();
    let below = ["codegen", "--spec", "spec", "--out", "client/cats"];
    workplace.xtask(&below).exits_with(0);
    let before = Contents::of(&workplace.path("client/cats"));
    workplace.codegen(&[]).exits_with(0);
    let after = Contents::of(&workplace.path("client/cats"));
    assert_eq!(before.differences(&after), [""; 0]);
}

// In somebody's own workspace.

#[test]
fn a_crate_in_a_workspace_is_a_member_of_it() {
    for (lists, out) in [
        ("members = [\"app\", \"client\"]", "client"),
        ("members = [\"app\", \"crates/*\"]", "crates/client"),
    ] {
        let workplace = workspace(lists);
        let outcome = workplace.xtask(&["codegen", "--spec", "spec", "--out", out]);
        let said = outcome.exits_with(0).stderr;
        assert!(!said.contains("Missing"), "{said}");
        let manifest = workplace.read(&format!("{out}/Cargo.toml"));
        assert!(!manifest.contains("[workspace]"), "{manifest}");
        assert_eq!(root_of(&workplace, out), root_of(&workplace, "app"));
    }
}

#[test]
fn a_crate_that_the_workspace_excludes_stands_alone() {
    let workplace = workspace("members = [\"app\"]\nexclude = [\"client\"]");
    let said = workplace.codegen(&[]).exits_with(0).stderr;
    assert!(!said.contains("Missing"), "{said}");
    assert!(
        workplace
            .read("client/Cargo.toml")
            .ends_with("\n[workspace]\n")
    );
    let root = root_of(&workplace, "client");
    assert_ne!(root, root_of(&workplace, "app"));
}

#[test]
fn a_crate_that_the_workspace_does_not_list_is_told_to_be_added() {
    let workplace = workspace("members = [\"app\"]");
    let line = "     Missing `client` in `members` of `[workspace]` in Cargo.toml: add it\n";
    // Unchanged runs return immediately, and still print it.
    for _ in 0..2 {
        let said = workplace.codegen(&[]).exits_with(0).stderr;
        assert!(said.contains(line), "{said}");
    }
    assert!(!workplace.read("client/Cargo.toml").contains("[workspace]"));
    workplace.codegen(&["--check"]).exits_with(0);

    workplace.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"app\", \"client\"]\n",
    );
    let said = workplace.codegen(&[]).exits_with(0).stderr;
    assert!(!said.contains("Missing"), "{said}");
    root_of(&workplace, "client");
}

/// Returns a workspace with these lists, a package `app`, and pages.
fn workspace(lists: &str) -> Workplace {
    let workplace = pet_shop();
    workplace.write(
        "Cargo.toml",
        &format!("[workspace]\n{lists}\nresolver = \"3\"\n"),
    );
    let app = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    workplace.write("app/Cargo.toml", app);
    workplace.write("app/src/lib.rs", "");
    workplace
}

/// Returns the manifest of the workspace of a package, as cargo finds it.
fn root_of(workplace: &Workplace, package: &str) -> String {
    let locate = ["locate-project", "--workspace", "--message-format", "plain"];
    let metadata = [
        "metadata",
        "--offline",
        "--no-deps",
        "--format-version",
        "1",
    ];
    let folder = workplace.path(package);
    run(cargo().args(metadata).current_dir(&folder)).exits_with(0);
    run(cargo().args(locate).current_dir(&folder))
        .exits_with(0)
        .stdout
}

#[test]
fn a_file_in_the_way_is_an_error_and_stays() {
    for path in ["client/Cargo.toml", "client/src/lib.rs"] {
        let workplace = pet_shop();
        workplace.write(path, "written = \"by hand\"\n");
        let before = workplace.contents();
        let outcome = workplace.codegen(&[]).exits_with(1);
        assert_eq!(before.differences(&workplace.contents()), [""; 0]);
        let expected = format!("error[foreign-file]: `{path}` is in the way");
        assert!(outcome.stderr.contains(&expected), "{}", outcome.stderr);
    }
}

#[test]
fn a_merged_document_that_says_nothing_of_its_origin_is_in_the_way_in_the_crate_only() {
    let workplace = pet_shop();
    workplace.write("spec/openapi.json", "{}\n");
    workplace.codegen(&[]).exits_with(0);
    workplace.codegen(&["--check"]).exits_with(0);

    let workplace = Workplace::empty();
    copy(&case("pet_shop/spec/pages"), &workplace.path("spec"));
    workplace.write("client/openapi.json", "{}\n");
    let outcome = workplace.codegen(&[]).exits_with(1);
    let expected = "error[foreign-file]: `client/openapi.json` is in the way";
    assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
    assert_eq!(workplace.read("client/openapi.json"), "{}\n");
}

#[test]
fn a_folder_of_bare_pages_is_never_written_to() {
    let workplace = Workplace::empty();
    copy(&case("pet_shop/spec/pages"), &workplace.path("spec"));
    let before = Contents::of(&workplace.path("spec"));
    workplace.codegen(&[]).exits_with(0);
    let after = Contents::of(&workplace.path("spec"));
    assert_eq!(before.differences(&after), [""; 0]);
    assert!(workplace.read("client/openapi.json").contains("\"3.0.3\""));
    workplace.codegen(&["--check"]).exits_with(0);
}

#[test]
fn a_single_file_of_pages_is_read_as_a_folder_of_one() {
    let workplace = pet_shop();
    workplace
        .xtask(&[
            "codegen",
            "--spec",
            "spec/pages/pets/list.md",
            "--out",
            "client",
        ])
        .exits_with(0);
    let document = workplace.read("client/openapi.json");
    assert_eq!(document.matches("operationId").count(), 1);
    assert!(!workplace.path("spec/pages/pets/openapi.json").exists());
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_ends_the_run_before_anything_is_written() {
    let workplace = pet_shop();
    let gone = workplace.path("spec/pages/gone.md");
    std::os::unix::fs::symlink("nowhere", &gone).expect("a link");
    let outcome = workplace.codegen(&[]).exits_with(1);
    assert!(
        outcome
            .stderr
            .contains("error[unreadable-file]: cannot read `spec/pages/gone.md`: "),
        "{}",
        outcome.stderr
    );
    assert!(!workplace.path("client").exists());
}

#[cfg(unix)]
#[test]
fn a_page_that_is_a_link_to_a_device_is_not_read() {
    let workplace = Workplace::empty();
    workplace.write("spec/pages/list.md", "");
    let link = workplace.path("spec/pages/endless.md");
    std::os::unix::fs::symlink("/dev/zero", link).expect("a link");
    let outcome = workplace.codegen(&[]).exits_with(1);
    let message = "endless.md`: it is not a regular file";
    assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
}

#[test]
fn a_crate_in_an_empty_folder_builds_by_itself_without_a_warning() {
    let workplace = pet_shop();
    // A fixed path, so that cargo can reuse the build.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = target.join("pet_shop");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an earlier run made it");
    }
    fs::create_dir(&folder).expect("an empty folder");
    let out = folder.to_str().expect("the target folder has a plain name");
    workplace
        .xtask(&["codegen", "--spec", "spec", "--out", out])
        .exits_with(0);

    // The lock file, so that cargo uses the downloaded and built dependencies.
    fs::copy(repository("Cargo.lock"), folder.join("Cargo.lock")).expect("a new file");
    let outcome = run(cargo()
        .args(["check", "--offline", "--all-targets"])
        .env("CARGO_TARGET_DIR", target.parent().unwrap_or(target))
        .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
        .current_dir(&folder))
    .exits_with(0);
    assert!(!outcome.stderr.contains("warning"), "{}", outcome.stderr);
}

#[test]
fn extras_are_a_module_of_the_crate_with_lines_of_the_manifest_and_stay_as_they_are() {
    let workplace = pet_shop();
    let config = workplace.read("spec/codegen.toml").replace(
        "license = \"MIT\"\n",
        "license = \"MIT\"\n\
         [manifest.dependencies]\nbytes = { version = \"1\", features = [\"serde\"] }\nitoa = \"1\"\n\
         [manifest.dev-dependencies]\ntempfile = \"3\"\n\
         [manifest.features]\nfast = [\"dep:itoa\"]\n",
    );
    workplace.write("spec/codegen.toml", &config);
    let by_hand = "//! Written by hand.\n";
    workplace.write("client/src/extras/mod.rs", by_hand);
    workplace.codegen(&[]).exits_with(0);
    workplace.codegen(&["--check"]).exits_with(0);

    assert_eq!(workplace.read("client/src/extras/mod.rs"), by_hand);
    let library = workplace.read("client/src/lib.rs");
    assert!(library.contains("//! # Extras\n") && library.contains("\npub mod extras;\n"));
    let manifest = workplace.read("client/Cargo.toml");
    let tables: BTreeMap<&str, Vec<&str>> = manifest
        .split("\n[")
        .filter_map(|table| table.split_once("]\n"))
        .map(|(name, lines)| (name, lines.lines().collect()))
        .collect();
    assert!(tables["features"].contains(&"fast = [\"dep:itoa\"]"));
    assert!(tables["dependencies"].contains(&"itoa = \"1\""));
    assert!(
        tables["dependencies"].contains(&"bytes = { version = \"1\", features = [\"serde\"] }")
    );
    assert!(!tables["dependencies"].contains(&"bytes = \"1\""));
    assert!(tables["dev-dependencies"].contains(&"tempfile = \"3\""));
}

// --check

#[test]
fn a_check_of_a_new_folder_lists_what_is_missing_and_writes_nothing() {
    let workplace = pet_shop();
    let before = workplace.contents();
    let outcome = workplace.codegen(&["--check", "--quiet"]).exits_with(1);
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
    assert!(!workplace.path("client").exists());
    expect("check_of_a_new_folder", &outcome.stderr);
}

#[test]
fn a_check_after_a_run_finds_nothing() {
    let workplace = generated_pet_shop();
    let outcome = workplace.codegen(&["--check", "--quiet"]).exits_with(0);
    assert_eq!(outcome.stderr, "");
}

#[test]
fn a_check_names_what_is_stale_and_left_over_and_the_command_that_mends_it() {
    let workplace = generated_pet_shop();
    let lib = workplace.read("client/src/lib.rs");
    workplace.write("client/src/lib.rs", &(lib + "// A remark.\n"));
    workplace.write("client/src/cats.rs", &generated("// cats"));
    fs::remove_file(workplace.path("client/README.md")).expect("it was written");
    let before = workplace.contents();

    let outcome = workplace.codegen(&["--check", "--quiet"]).exits_with(1);

    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
    expect("check_of_a_changed_folder", &outcome.stderr);
    workplace.codegen(&[]).exits_with(0);
    workplace.codegen(&["--check"]).exits_with(0);
}

#[test]
fn a_checkout_with_windows_line_ends_is_not_stale() {
    let workplace = generated_pet_shop();
    for path in [
        "client/src/lib.rs",
        "client/Cargo.toml",
        "spec/openapi.json",
    ] {
        workplace.write(path, &workplace.read(path).replace('\n', "\r\n"));
    }
    workplace.codegen(&["--check"]).exits_with(0);
}

#[test]
fn a_copy_of_the_program_changes_only_the_workspace_that_it_is_called_in() {
    let workplace = pet_shop();
    workplace.write("Cargo.toml", "[workspace]\nresolver = \"3\"\n");
    let elsewhere = Workplace::empty();
    let copy = elsewhere.path(&format!("copied-xtask{EXE_SUFFIX}"));
    fs::copy(xtask().get_program(), &copy).expect("the program is copied");
    let committed = Contents::of(&repository("generated-client"));

    for folder in ["", "spec", "spec/pages"] {
        let folder = workplace.path(folder);
        run(program(&copy).arg("codegen").current_dir(folder)).exits_with(0);
    }

    assert!(workplace.path("generated-client/Cargo.toml").exists());
    let notes = fs::read_dir(workplace.path("target/codegen-notes")).expect("the notes");
    assert_eq!(notes.count(), 3);
    assert_eq!(fs::read_dir(elsewhere.path("")).expect("it").count(), 1);
    assert!(Contents::of(&repository("generated-client")) == committed);
}

#[test]
fn allowed_warnings_are_counted_and_reported_and_only_new_ones_are_denied() {
    let workplace = pet_shop();
    let settings = workplace.read("spec/codegen.toml");
    workplace.write("spec/overlay.yaml", OVERLAY_THAT_MATCHES_NOTHING);
    let arguments = ["--deny-warnings", "--report", "report.json"];
    workplace.codegen(&arguments).exits_with(1);

    let allow = "\n[[allow]]\ncode = \"unmatched-action\"\nplace = \"overlay.yaml\"\n\
                 reason = \"the cats come back in spring\"\n";
    workplace.write("spec/codegen.toml", &(settings.clone() + allow));
    let outcome = workplace.codegen(&arguments).exits_with(0);
    let line = "    Allowing 1 warning with `[[allow]]` in `codegen.toml`\n";
    assert!(outcome.stderr.contains(line), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("warning["), "{}", outcome.stderr);
    let report: Value = serde_json::from_str(&workplace.read("report.json")).expect("JSON");
    assert_eq!(report["warnings"].as_array().map(Vec::len), Some(0));
    let allowed = &report["allowed"][0];
    assert_eq!(allowed["code"], "unmatched-action");
    assert_eq!(allowed["page"], "overlay.yaml");
    assert_eq!(allowed["allowed_because"], "the cats come back in spring");

    fs::remove_file(workplace.path("spec/overlay.yaml")).expect("it is there");
    let outcome = workplace.codegen(&arguments).exits_with(1);
    let unused =
        "warning[unused-allow]: there is no warning `unmatched-action` in `overlay.yaml` to accept";
    assert!(outcome.stderr.contains(unused), "{}", outcome.stderr);
}

#[test]
fn outside_of_a_workspace_the_crate_needs_a_folder() {
    let workplace = pet_shop();
    let outcome = workplace.xtask(&["codegen"]).exits_with(1);
    let expected = "error[output-needed]: `--out` is required for the crate of `spec`: the current \
                    folder is not in a Cargo workspace, which has the default folder\n  \
                    help: set its folder with `--out`";
    assert!(outcome.stderr.starts_with(expected), "{}", outcome.stderr);
}

#[test]
fn it_works_from_a_folder_below_the_workspace() {
    let below = repository("tests/cases");
    let check = ["xtask", "codegen", "--check"];
    run(cargo().args(check).current_dir(&below)).exits_with(0);
    let named = ["--spec", "../../spec", "--out", "../../generated-client"];
    run(cargo().args(check).args(named).current_dir(&below)).exits_with(0);
}

// --report, --quiet, --deny-warnings

#[test]
fn the_report_says_the_same_as_json() {
    let workplace = pet_shop();
    workplace.write("spec/overlay.yaml", OVERLAY_THAT_MATCHES_NOTHING);
    workplace
        .codegen(&["--report", "report.json"])
        .exits_with(0);

    let mut report: Value =
        serde_json::from_str(&workplace.read("report.json")).expect("the report is JSON");
    is_as_its_schema_says(&report);
    let files: Vec<String> = serde_json::from_value(report["files"].take()).expect("a list");
    let client = Contents::of(&workplace.path("client"));
    assert_eq!(files, client.paths());
    expect("report", &format!("{report:#}"));
}

#[test]
fn the_report_of_a_run_that_fails_has_the_error() {
    let workplace = pet_shop();
    workplace.write("spec/overlay.yaml", "overlay: 2.0.0\n");
    workplace
        .codegen(&["--report", "report.json"])
        .exits_with(1);
    let report: Value =
        serde_json::from_str(&workplace.read("report.json")).expect("the report is JSON");
    is_as_its_schema_says(&report);
    assert_eq!(report["error"]["code"], "invalid-overlay");
    assert_eq!(report["error"]["page"], "overlay.yaml");
    assert_eq!(report["error"]["line"], 1);
}

/// Checks a report and its codes against the schema.
fn is_as_its_schema_says(report: &Value) {
    let schema: Value =
        serde_json::from_str(include_str!("../generator/report.schema.json")).expect("JSON");
    let listed: Vec<&str> = schema["$defs"]["problem"]["properties"]["code"]["enum"]
        .as_array()
        .expect("the codes")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(listed, codes);
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    let name = "report.schema.json";
    compiler.add_resource(name, schema).expect("a name");
    let schema = compiler.compile(name, &mut schemas).expect("a schema");
    if let Err(error) = schemas.validate(report, schema) {
        panic!("{error:#}");
    }
}

#[test]
fn a_report_that_cannot_be_written_ends_the_run_before_anything_is() {
    let workplace = pet_shop();
    let before = workplace.contents();
    let outcome = workplace
        .codegen(&["--report", "no-such-folder/report.json", "--quiet"])
        .exits_with(1);
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
    let said = "error[disk-failure]: cannot write `no-such-folder/report.json`: ";
    assert!(outcome.stderr.starts_with(said), "{}", outcome.stderr);
}

#[test]
fn quiet_prints_nothing_but_errors() {
    let workplace = pet_shop();
    workplace.write("spec/overlay.yaml", OVERLAY_THAT_MATCHES_NOTHING);
    let outcome = workplace.codegen(&["--quiet"]).exits_with(0);
    assert_eq!((outcome.stdout, outcome.stderr), Default::default());

    workplace.write("spec/codegen.toml", "[crat]\n");
    let outcome = workplace.codegen(&["--quiet"]).exits_with(1);
    assert!(
        outcome.stderr.contains("error[invalid-setting]: "),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_warning_that_is_denied_ends_the_run_before_anything_is_written() {
    let workplace = pet_shop();
    workplace.write("spec/overlay.yaml", OVERLAY_THAT_MATCHES_NOTHING);
    let before = workplace.contents();
    let outcome = workplace.codegen(&["--deny-warnings"]).exits_with(1);
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
    expect("denied_warning", &outcome.stderr);

    workplace.codegen(&[]).exits_with(0);
    workplace
        .codegen(&["--check", "--deny-warnings"])
        .exits_with(1);
}

#[test]
fn nothing_to_warn_of_is_nothing_to_deny() {
    pet_shop().codegen(&["--deny-warnings"]).exits_with(0);
}

// Invalid usage.

#[test]
fn bad_usage_exits_with_2_and_writes_nothing() {
    let wrong: [&[&str]; 5] = [
        &[],
        &["codegne"],
        &["codegen", "--chek"],
        &["codegen", "--spec"],
        &["codegen", "spec"],
    ];
    for arguments in wrong {
        let workplace = pet_shop();
        let before = workplace.contents();
        let outcome = workplace.xtask(arguments).exits_with(2);
        assert!(outcome.stderr.contains("--help"), "{arguments:?}");
        assert_eq!(before.differences(&workplace.contents()), [""; 0]);
    }
}

#[test]
fn the_pages_of_another_api_do_not_take_the_place_of_the_committed_client() {
    let workplace = pet_shop();
    workplace.write("Cargo.toml", "[workspace]\n");
    copy(&workplace.path("spec"), &workplace.path("other"));
    let outcome = workplace
        .xtask(&["codegen", "--spec", "other", "--check"])
        .exits_with(1);
    let expected = "`--out` is required for the crate of `other`: the default folder \
                    `generated-client` is for the crate of `spec`";
    assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("--out"), "{}", outcome.stderr);
}

#[test]
fn help_is_no_error() {
    let outcome = Workplace::empty()
        .xtask(&["codegen", "--help"])
        .exits_with(0);
    expect("help", &outcome.stdout);
}

fn pet_shop() -> Workplace {
    Workplace::with_spec_of("pet_shop")
}

fn generated_pet_shop() -> Workplace {
    let workplace = pet_shop();
    workplace.codegen(&[]).exits_with(0);
    workplace
}

/// Returns the text of a file with the marker of generated files.
fn generated(text: &str) -> String {
    format!("// Generated by `apipages codegen`. Do not edit by hand.\n{text}\n")
}

/// Returns the modification time of each file.
fn times(workplace: &Workplace) -> BTreeMap<String, SystemTime> {
    let contents = workplace.contents();
    let time = |path: &&str| {
        let metadata = fs::metadata(workplace.path(path)).expect("it was listed");
        metadata.modified().expect("the file system keeps times")
    };
    let paths = contents.paths();
    paths
        .iter()
        .map(|path| ((*path).to_owned(), time(path)))
        .collect()
}

#[track_caller]
fn expect(name: &str, content: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case("command_line"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, content));
}
