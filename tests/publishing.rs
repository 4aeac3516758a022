//! A generated crate can be published: its package has what users need, and nothing else.

use tests::command::{cargo, cargo_in, run};
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
    let outcome = run(cargo_in(&workplace.path("client")).args(package)).exits_with(0);
    // The only thing that such a crate lacks is what nobody has told.
    let warnings: Vec<&str> = outcome
        .stderr
        .lines()
        .filter(|it| it.starts_with("warning"))
        .collect();
    let metadata =
        "warning: manifest has no license, license-file, documentation, homepage or repository";
    assert_eq!(warnings, [metadata]);
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
    let folder = tests::folder::Contents::of(&tests::repository("generated-client/examples"));
    let expected: Vec<String> = folder
        .paths()
        .iter()
        .map(|path| format!("examples/{path}"))
        .collect();
    assert_eq!(examples, expected);
    assert!(listed.stdout.contains("src/extras/mod.rs"));
}
