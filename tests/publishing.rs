//! A generated crate can be published: its package has what users need, and nothing else.

use serde_yaml::Value;
use tests::command::{cargo, cargo_in, run};
use tests::folder::Contents;
use tests::{Workplace, case};

/// Cargo adds these to each package.
const OF_CARGO: [&str; 4] = [
    ".cargo_vcs_info.json",
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
];

/// Returns the files of a package without those in `src/`, after checking that it has a library.
fn beside_sources(list: &str) -> Vec<String> {
    let files: Vec<String> = list.lines().map(|line| line.replace('\\', "/")).collect();
    assert!(files.iter().any(|file| file == "src/lib.rs"), "{files:?}");
    assert!(files.iter().any(|file| file == "src/runtime/mod.rs"));
    let is_other = |file: &String| !file.starts_with("src/") && !OF_CARGO.contains(&file.as_str());
    files.into_iter().filter(is_other).collect()
}

fn packaged(workplace: &Workplace) -> Vec<String> {
    let list = ["package", "--list", "--allow-dirty"];
    let listed = run(cargo_in(&workplace.path("client")).args(list)).exits_with(0);
    beside_sources(&listed.stdout)
}

#[test]
fn a_package_holds_sources_examples_licenses_readme_and_changelog() {
    let workplace = Workplace::with_spec_of("pet_shop");
    for (path, text) in [
        ("client/examples/first.rs", "fn main() {}\n"),
        ("client/examples/data/pet.json", "{}\n"),
        ("client/notes.txt", "private\n"),
        ("client/docs/guide.md", "A guide.\n"),
        ("client/.env", "PET_SHOP_API_KEY=secret\n"),
    ] {
        workplace.write(path, text);
    }
    workplace.codegen(&[]).exits_with(0);
    let always = [
        "CHANGELOG.md",
        "LICENSE-MIT",
        "README.md",
        "examples/data/pet.json",
        "examples/first.rs",
    ];
    assert_eq!(packaged(&workplace), always);

    let settings = workplace.read("spec/codegen.toml");
    let include = "[crate]\ninclude = [\"/docs/**\"]\n";
    workplace.write("spec/codegen.toml", &settings.replace("[crate]\n", include));
    workplace.codegen(&[]).exits_with(0);
    let mut files = always.to_vec();
    files.insert(3, "docs/guide.md");
    assert_eq!(packaged(&workplace), files);
}

#[test]
fn the_package_of_bare_pages_has_no_document_and_is_built_by_cargo() {
    let workplace = Workplace::empty();
    let pages = case("pet_shop/spec/pages").display().to_string();
    let arguments = ["codegen", "--spec", &pages, "--out", "client"];
    workplace.xtask(&arguments).exits_with(0);
    for document in [
        "client/openapi.json",
        "client/released.json",
        "client/api.txt",
    ] {
        assert!(workplace.path(document).exists());
    }
    assert_eq!(packaged(&workplace), ["CHANGELOG.md", "README.md"]);

    // What `cargo publish --dry-run` does, without the registry.
    let package = ["package", "--allow-dirty", "--quiet"];
    run(cargo_in(&workplace.path("client")).args(package)).exits_with(0);
}

#[test]
fn the_package_of_the_committed_client_has_all_of_its_examples() {
    let list = [
        "package",
        "--package",
        "twelvelabs",
        "--list",
        "--allow-dirty",
        "--offline",
    ];
    let listed = run(cargo().args(list)).exits_with(0);
    let files = beside_sources(&listed.stdout);
    let (examples, others): (Vec<String>, Vec<String>) = files
        .into_iter()
        .partition(|file| file.starts_with("examples/"));
    assert_eq!(
        others,
        ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"]
    );
    let folder = Contents::of(&tests::repository("generated-client/examples"));
    let expected: Vec<String> = folder
        .paths()
        .iter()
        .map(|path| format!("examples/{path}"))
        .collect();
    assert_eq!(examples, expected);
    assert!(listed.stdout.contains("src/extras/mod.rs"));
}

/// The files that `tests` of `[crate]` asks for, which the pages of a pet shop have operations for.
const OF_TESTS: [&str; 4] = [
    ".github/workflows/ci.yml",
    "examples/first_call.rs",
    "tests/operations/calls.rs",
    "tests/operations/main.rs",
];

/// Returns a workplace whose settings ask for tests.
fn with_tests() -> Workplace {
    let workplace = Workplace::with_spec_of("pet_shop");
    ask_for_tests(&workplace, true);
    workplace
}

fn ask_for_tests(workplace: &Workplace, tests: bool) {
    let text = format!("[crate]\nname = \"pet-shop\"\nlicense = \"MIT\"\ntests = {tests}\n");
    workplace.write("spec/codegen.toml", &text);
}

/// Returns the files of the crate that `tests` asks for.
fn of_tests(workplace: &Workplace) -> Vec<String> {
    let files = Contents::of(&workplace.path("client"));
    let folders = [".github/", "examples/", "tests/"];
    let is_one = |path: &&str| folders.iter().any(|folder| path.starts_with(folder));
    files
        .paths()
        .into_iter()
        .filter(is_one)
        .map(str::to_owned)
        .collect()
}

#[test]
fn tests_examples_and_a_workflow_come_and_go_with_their_setting() {
    let workplace = with_tests();
    workplace.codegen(&[]).exits_with(0);
    workplace.codegen(&["--check"]).exits_with(0);
    assert_eq!(of_tests(&workplace), OF_TESTS);
    let package = packaged(&workplace);
    assert!(
        package.contains(&"examples/first_call.rs".to_owned()),
        "{package:?}"
    );
    assert!(
        !package.iter().any(|file| file.starts_with("tests/")),
        "{package:?}"
    );

    workplace.write("client/examples/mine.rs", "fn main() {}\n");
    ask_for_tests(&workplace, false);
    workplace.codegen(&[]).exits_with(0);
    workplace.codegen(&["--check"]).exits_with(0);
    assert_eq!(of_tests(&workplace), ["examples/mine.rs"]);
    assert!(!workplace.path("client/.github").exists());
}

#[test]
fn a_workflow_that_a_person_wrote_is_in_the_way_and_stays() {
    let workplace = with_tests();
    let path = "client/.github/workflows/ci.yml";
    workplace.write(path, "name: Mine\n");
    workplace.write("client/.github/workflows/other.yml", "name: Other\n");
    let outcome = workplace.codegen(&[]).exits_with(1);
    let expected = format!("error[foreign-file]: `{path}` is in the way");
    assert!(outcome.stderr.contains(&expected), "{}", outcome.stderr);
    ask_for_tests(&workplace, false);
    workplace.codegen(&[]).exits_with(0);
    assert_eq!(workplace.read(path), "name: Mine\n");
}

#[test]
fn a_member_of_a_workspace_has_no_workflow() {
    let workplace = with_tests();
    workplace.write("Cargo.toml", "[workspace]\nmembers = [\"client\"]\n");
    workplace.codegen(&[]).exits_with(0);
    assert_eq!(of_tests(&workplace), OF_TESTS[1..]);
}

#[test]
fn the_workflow_has_pinned_actions_and_reads_only() {
    let workplace = with_tests();
    workplace.codegen(&[]).exits_with(0);
    let text = workplace.read("client/.github/workflows/ci.yml");
    let workflow: Value = serde_yaml::from_str(&text).expect("YAML");
    let permissions: Value = serde_yaml::from_str("contents: read").expect("YAML");
    assert_eq!(workflow["permissions"], permissions);
    let check = &workflow["jobs"]["check"];
    assert!(check.get("permissions").is_none());
    let toolchains: Value = serde_yaml::from_str("[stable, '1.88']").expect("YAML");
    assert_eq!(check["strategy"]["matrix"]["toolchain"], toolchains);
    // The actions are those of this repository.
    let own = std::fs::read_to_string(tests::repository(".github/workflows/ci.yml"));
    let own = own.expect("a workflow");
    let uses: Vec<&str> = text.lines().filter(|line| line.contains("uses:")).collect();
    assert_eq!(uses.len(), 1);
    assert!(
        uses.iter().all(|line| own.contains(line.trim())),
        "{uses:?}"
    );
    for step in [
        "fmt --check",
        "clippy --all-targets",
        "test --features",
        "doc --no-deps",
    ] {
        assert!(text.contains(&format!("run: cargo {step}")), "{text}");
    }
    assert!(
        text.contains("--features blocking,mock,tracing\n"),
        "{text}"
    );
}

#[test]
fn no_text_of_a_page_is_in_tests_and_examples() {
    let workplace = Workplace::empty();
    let page = "openapi: 3.1.0\ninfo: {title: Pets, version: '1', description: Secret words.}\n\
                servers: [{url: https://api.pets.example}]\npaths:\n  /pets/{pet_id}:\n    get:\n      \
                operationId: get\n      summary: Secret words.\n      description: Secret words.\n      \
                parameters: [{name: pet_id, in: path, required: true, description: Secret words., \
                schema: {type: string, example: Secret words., default: Secret words.}}]\n      \
                responses: {'200': {description: Secret words., content: {application/json: {schema: \
                {type: object, required: [name], properties: {name: {type: string, example: Secret \
                words., description: Secret words.}}}}}}}\n";
    workplace.write("spec/pages/pets.yaml", page);
    ask_for_tests(&workplace, true);
    workplace.codegen(&[]).exits_with(0);
    let files = of_tests(&workplace);
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        let text = workplace.read(&format!("client/{file}"));
        assert!(!text.contains("Secret"), "{file}: {text}");
    }
}
