//! The command line of `apipages drift`: its base, its output formats, and its errors.

use serde_json::{Value, json};
use tests::command::{Outcome, run, xtask};
use tests::folder::copy;
use tests::{Workplace, case};

/// The schema of `--format json`.
const SCHEMA: &str = include_str!("../generator/drift/src/report.schema.json");

// The base of the comparison.

#[test]
fn without_a_change_there_is_nothing_to_tell() {
    let workplace = generated();
    let base = workplace.path("spec/openapi.json");
    let outcome = drift(
        &workplace,
        &["--base", &base.display().to_string(), "--check"],
    );
    let said = outcome.exits_with(0).stdout;
    assert!(said.ends_with("openapi.json: nothing changed.\n"), "{said}");
    assert_eq!(said.lines().count(), 1);
}

/// cargo-semver-checks reports a removed feature, and cargo public-api reports a public dependency.
/// Both may come from `[manifest]`, which describes the crate and not the API, so that a comparison
/// of two documents does not show them. The diff of `Cargo.toml` shows them. Derives and auto traits
/// depend on the generator. The diff of `api.txt` shows the derives.
#[test]
fn settings_of_the_manifest_are_in_the_diff_of_the_manifest_and_not_compared() {
    let workplace = generated();
    let manifest = workplace.read("client/Cargo.toml");
    let settings = workplace.read("spec/codegen.toml");
    let features = "\n[manifest.features]\nextra = []\n";
    workplace.write("spec/codegen.toml", &(settings + features));

    let outcome = drift(&workplace, &["--base", "spec/openapi.json"]).exits_with(0);
    assert!(
        outcome.stdout.ends_with("nothing changed.\n"),
        "{}",
        outcome.stdout
    );

    workplace.codegen(&[]).exits_with(0);
    let now = workplace.read("client/Cargo.toml");
    let added: Vec<&str> = now
        .lines()
        .filter(|line| !manifest.contains(line))
        .collect();
    let documented = r#"features = ["blocking", "extra", "mock", "tracing"]"#;
    assert_eq!(added, [documented, "extra = []"]);
}

#[test]
fn another_minimum_rust_version_is_a_change_that_is_counted_from_the_last_version() {
    let workplace = generated();
    let document = workplace.read("spec/openapi.json");
    assert!(!document.contains("x-rust-version"));
    let settings = workplace.read("spec/codegen.toml");
    let set = |version: &str| {
        let line = format!("[crate]\nrust-version = \"{version}\"\n");
        workplace.write("spec/codegen.toml", &settings.replace("[crate]\n", &line));
    };
    set("1.90");
    let base = ["--base", "spec/openapi.json", "--format", "json"];
    let report: Value =
        serde_json::from_str(&drift(&workplace, &base).exits_with(0).stdout).expect("JSON");
    let changes = report["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0]["kind"], "rust-version-changed");
    assert_eq!(changes[0]["effect"], "changed");
    assert_eq!(changes[0]["before"], "1.88");
    assert_eq!(changes[0]["after"], "1.90");

    workplace.codegen(&[]).exits_with(0);
    let document = workplace.read("spec/openapi.json");
    assert!(document.contains("\"x-rust-version\": \"1.90\""));
    let changelog = workplace.read("client/CHANGELOG.md");
    let unreleased = "the minimum Rust version changed";
    assert!(changelog.contains(unreleased), "{changelog}");
    assert!(
        !workplace
            .read("spec/released.json")
            .contains("x-rust-version")
    );

    // A setting that only names the default is none.
    set("1.88");
    workplace.codegen(&[]).exits_with(0);
    assert!(!workplace.read("client/CHANGELOG.md").contains(unreleased));
    assert!(
        !workplace
            .read("spec/openapi.json")
            .contains("x-rust-version")
    );
}

#[test]
fn another_default_timeout_is_a_change_of_behavior() {
    let workplace = generated();
    let settings = workplace.read("spec/codegen.toml");
    workplace.write(
        "spec/codegen.toml",
        &format!("{settings}\n[client]\ntimeout = 60\n"),
    );
    let base = ["--base", "spec/openapi.json", "--format", "json"];
    let report: Value =
        serde_json::from_str(&drift(&workplace, &base).exits_with(0).stdout).expect("JSON");
    let change = &report["changes"][0];
    assert_eq!(change["kind"], "timeout-changed");
    assert_eq!(change["effect"], "changed");
    assert_eq!([&change["before"], &change["after"]], ["600 s", "60 s"]);

    workplace.codegen(&[]).exits_with(0);
    let report: Value =
        serde_json::from_str(&drift(&workplace, &base).exits_with(0).stdout).expect("JSON");
    assert_eq!(report["changes"], Value::Array(Vec::new()));
}

#[test]
fn nothing_is_written() {
    let workplace = generated();
    workplace.write("spec/pages/pets/delete.md", &page());
    let before = workplace.contents();
    drift(&workplace, &["--base", "spec/openapi.json"]).exits_with(0);
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
}

#[test]
fn a_folder_of_bare_pages_is_compared_with_a_file() {
    let workplace = Workplace::empty();
    copy(&case("drift/before"), &workplace.path("pages"));
    let codegen = ["codegen", "--spec", "pages", "--out", "client"];
    workplace.xtask(&codegen).exits_with(0);
    copy(&case("drift/after"), &workplace.path("pages"));
    let arguments = ["drift", "--spec", "pages", "--base"];
    let file = [&arguments[..], &["client/openapi.json"]].concat();
    let said = workplace.xtask(&file).exits_with(0).stdout;
    assert!(said.starts_with("Breaking ("), "{said}");

    let revision = [&arguments[..], &["HEAD"]].concat();
    let failed = workplace.xtask(&revision).exits_with(1).stderr;
    assert!(failed.contains("`pages` has no `codegen.toml`"), "{failed}");
    assert!(failed.contains("`--base FILE`"), "{failed}");
}

#[test]
fn an_invalid_base_is_an_error_with_advice() {
    let workplace = generated();
    workplace.write("text.json", "no JSON");
    workplace.write("other.json", "{\"openapi\": \"3.1.0\"}");
    workplace.write("odd.json", "{\"x-generated-by\": \"\", \"paths\": []}");
    for (base, reason) in [
        (
            "HEAD",
            "is not in a git repository, and there is no file with this name",
        ),
        ("--no-such-option", "a revision cannot start with `-`"),
        ("text.json", "is not a merged document: it is not JSON"),
        (
            "other.json",
            "is not a merged document: it has no `x-generated-by`",
        ),
        (
            "odd.json",
            "is not a merged document: `/paths` should be an object",
        ),
    ] {
        let base = format!("--base={base}");
        let failed = drift(&workplace, &[&base]).exits_with(1);
        assert_eq!(failed.stdout, "");
        assert!(failed.stderr.contains(reason), "{}", failed.stderr);
        assert!(failed.stderr.contains("help: "), "{}", failed.stderr);
    }

    git(&workplace, &["init", "--quiet"]);
    git(&workplace, &["add", "text.json"]);
    git(&workplace, &["commit", "--quiet", "--message", "Begin"]);
    for (base, reason) in [
        ("nowhere", "there is no revision or file with this name"),
        ("HEAD", "it has no `spec/openapi.json`"),
    ] {
        let failed = drift(&workplace, &["--base", base]).exits_with(1);
        assert!(failed.stderr.contains(reason), "{}", failed.stderr);
    }
}

#[test]
fn a_folder_that_does_not_exist_is_named_before_its_base() {
    let workplace = Workplace::empty();
    let failed = drift(&workplace, &[]).exits_with(1);
    let said = "error[no-input]: there is no folder `spec`\n";
    assert!(failed.stderr.starts_with(said), "{}", failed.stderr);
}

#[test]
fn a_system_without_git_still_compares_with_files() {
    let workplace = generated();
    let without_git = |base: &str| {
        let mut xtask = xtask();
        xtask
            .args(["drift", "--spec", "spec", "--base", base])
            .current_dir(workplace.path(""))
            .env("PATH", "");
        run(&mut xtask)
    };
    without_git("spec/openapi.json").exits_with(0);
    let failed = without_git("HEAD").exits_with(1).stderr;
    assert!(failed.contains("cannot run git"), "{failed}");
}

#[test]
fn a_base_of_an_older_generator_does_not_say_its_version() {
    let workplace = generated();
    let openapi = workplace.read("spec/openapi.json");
    let old: String = openapi
        .split_inclusive('\n')
        .filter(|line| !line.contains("x-crate-version"))
        .collect();
    workplace.write("old.json", &old.replace("\"/pets\"", "\"/cats\""));
    let base = ["--base", "old.json", "--check"];
    let said = drift(&workplace, &base).exits_with(0).stdout;
    assert!(
        said.contains("the version of the base is unknown"),
        "{said}"
    );
    workplace.write("old.json", &old.replace("\"page\"", "\"sheet\""));
    let failed = drift(&workplace, &base).exits_with(1).stderr;
    assert!(
        failed.contains("there are breaking changes, and the version of the base is unknown"),
        "{failed}"
    );
}

#[test]
fn bad_usage_exits_with_2() {
    for wrong in [&["--format", "html"][..], &["HEAD"], &["--base"]] {
        drift(&generated(), wrong).exits_with(2);
    }
}

// Output formats.

#[test]
fn json_is_as_its_schema_says() {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    let name = "report.schema.json";
    compiler.add_resource(name, schema).expect("a name");
    let schema = compiler.compile(name, &mut schemas).expect("a schema");
    for report in reports() {
        if let Err(error) = schemas.validate(&report, schema) {
            panic!("{error:#}");
        }
    }
    // The validation can fail.
    assert!(schemas.validate(&json!({"changes": []}), schema).is_err());
}

#[test]
fn every_change_of_the_pages_of_now_has_a_place_in_them() {
    let [changed, _] = reports();
    let changes = changed["changes"].as_array().expect("a list");
    for change in changes {
        let is_gone = change["after"].is_null() && change["kind"] == "operation-removed";
        let (page, line) = (change["page"].as_str(), change["line"].as_u64());
        assert_eq!(page.is_none(), is_gone, "{change:#}");
        let (Some(page), Some(line)) = (page, line) else {
            continue;
        };
        let name = page.strip_prefix("pages/").expect("it is below the folder");
        let text = std::fs::read_to_string(case("drift/after").join(name)).expect("a page");
        let line = text
            .lines()
            .nth(line as usize - 1)
            .expect("the page has the line");
        if let Some(member) = change["member"]
            .as_str()
            .filter(|_| !change["after"].is_null())
        {
            let line = line.to_lowercase();
            assert!(line.contains(&member.to_lowercase()), "{line}: {change:#}");
        }
    }
}

/// Returns the report of an update, and the report without a change.
fn reports() -> [Value; 2] {
    let workplace = Workplace::empty();
    for (folder, export) in [("spec", "after"), ("old", "before")] {
        copy(
            &case("drift").join(export),
            &workplace.path(&format!("{folder}/pages")),
        );
        workplace.write(&format!("{folder}/codegen.toml"), "");
        let arguments = [
            "codegen",
            "--spec",
            folder,
            "--out",
            &format!("{folder}-client"),
        ];
        workplace.xtask(&arguments).exits_with(0);
    }
    ["old/openapi.json", "spec/openapi.json"].map(|base| {
        let outcome = drift(&workplace, &["--format", "json", "--base", base]).exits_with(0);
        serde_json::from_str(&outcome.stdout).expect("the report is JSON")
    })
}

/// A pet shop with a client, outside of a repository.
fn generated() -> Workplace {
    let workplace = Workplace::with_spec_of("pet_shop");
    workplace.codegen(&[]).exits_with(0);
    workplace
}

fn page() -> String {
    let page = std::fs::read_to_string(case("pet_shop/spec/pages/pets/delete.md"));
    page.expect("a page")
        .replace("Removes a pet", "Takes a pet away")
}

fn drift(workplace: &Workplace, arguments: &[&str]) -> Outcome {
    workplace.xtask(&[&["drift", "--spec", "spec"], arguments].concat())
}

fn git(workplace: &Workplace, arguments: &[&str]) {
    tests::command::git(&workplace.path(""), arguments);
}
