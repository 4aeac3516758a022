//! Snapshots of the generated crate for the pet shop of `cases/pet_shop`.

use generator::{Output, Source, generate};
use tests::case;

#[test]
fn the_crate_has_these_files() {
    let output = pet_shop();
    let paths: Vec<&str> = output.files.files().map(|(path, _)| path).collect();
    expect("files", &paths.join("\n"));
}

#[test]
fn each_file_is_as_expected() {
    for (path, content) in pet_shop().files.files() {
        // The runtime is copied unchanged.
        let is_carried = path.starts_with("src/runtime/") && path != "src/runtime/api.rs";
        if path == "api.txt" {
            expect(path, &of_the_api(content));
        } else if !is_carried {
            expect(path, content);
        }
    }
}

/// Returns the lines of the API listing for operations and types, without the lines of the runtime.
fn of_the_api(listing: &str) -> String {
    let modules = ["pet_shop::operations", "pet_shop::types"];
    let is_of_api = |line: &&str| modules.iter().any(|module| line.contains(module));
    let lines: Vec<&str> = listing.lines().filter(is_of_api).collect();
    lines.join("\n")
}

#[test]
fn the_merged_document_is_as_expected() {
    expect("openapi.json", &pet_shop().openapi);
}

#[test]
fn the_same_pages_give_the_same_bytes() {
    assert_same(&pet_shop(), &pet_shop());
}

#[test]
fn the_order_of_the_pages_does_not_count() {
    let mut source = source();
    let expected = pet_shop();
    for _ in 1..source.pages.len() {
        source.pages.rotate_left(1);
        assert_same(&expected, &generate(&source).expect("good pages"));
    }
    source.pages.reverse();
    assert_same(&expected, &generate(&source).expect("good pages"));
}

fn source() -> Source {
    generator::read(&case("pet_shop/spec")).expect("the pet shop's pages")
}

fn pet_shop() -> Output {
    generate(&source()).expect("good pages")
}

#[track_caller]
fn assert_same(one: &Output, other: &Output) {
    assert_eq!(one.openapi, other.openapi);
    let pairs = one.files.files().zip(other.files.files());
    for ((path, content), (other_path, other_content)) in pairs {
        assert_eq!(path, other_path);
        assert!(content == other_content, "{path} differs");
    }
    assert_eq!(one.files, other.files);
}

#[track_caller]
fn expect(name: &str, content: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case("pet_shop/expected"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, content));
}
