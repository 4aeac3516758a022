//! Invalid input ends a run with one error that contains the problem, its place, and advice, and
//! nothing is written. A page that cannot be read is only a warning if there are other pages.
//!
//! Each case is a folder of `cases/broken_pages`, with the specification in `spec/` and the output
//! of the command in `stderr.snap`.

use std::collections::BTreeSet;
use std::fs;

use tests::{Workplace, case};

/// Defines a test for each case, with the name of its folder.
macro_rules! refused {
    ($($name:ident),* $(,)?) => {
        const CASES: &[&str] = &[$(stringify!($name)),*];

        $(
            #[test]
            fn $name() {
                is_refused(stringify!($name));
            }
        )*
    };
}

refused! {
    a_folder_that_does_not_exist,
    a_folder_without_pages,
    pages_that_describe_no_operation,
    a_page_without_a_specification,
    a_specification_that_is_cut_short,
    a_specification_that_is_not_yaml,
    a_specification_of_an_unknown_version,
    a_specification_of_swagger,
    a_reference_to_nowhere,
    a_page_that_is_not_utf_8,
    a_setting_that_is_not_known,
    a_crate_name_that_cargo_refuses,
    an_overlay_that_is_not_one,
    an_overlay_with_a_wrong_target,
    an_overlay_with_a_wrong_update,
}

/// The cases whose only page cannot be read.
const UNREADABLE: [&str; 6] = [
    "a_page_that_is_not_utf_8",
    "a_reference_to_nowhere",
    "a_specification_of_an_unknown_version",
    "a_specification_of_swagger",
    "a_specification_that_is_cut_short",
    "a_specification_that_is_not_yaml",
];

/// Returns the pet shop with the page `pets/list.md` of a case.
fn pet_shop_with(name: &str) -> Workplace {
    let workplace = Workplace::with_spec_of("pet_shop");
    fs::remove_file(workplace.path("spec/overlay.yaml")).expect("the pet shop has an overlay");
    let page = "spec/pages/pets/list.md";
    fs::copy(
        case("broken_pages").join(name).join(page),
        workplace.path(page),
    )
    .expect("the case has the page");
    workplace
}

#[test]
fn a_page_that_cannot_be_read_costs_no_other() {
    for name in UNREADABLE {
        let workplace = pet_shop_with(name);
        let outcome = workplace.codegen(&[]).exits_with(0);
        let document = workplace.read("spec/openapi.json");
        assert_eq!(document.matches("operationId").count(), 2, "{name}");
        assert!(!document.contains("pets_list\""), "{name}");

        let refused = fs::read_to_string(case("broken_pages").join(name).join("stderr.snap"));
        let refused = refused.expect("what is printed if there is no other page");
        let error = refused.lines().find(|line| line.starts_with("error["));
        let warning = error.expect("an error").replacen("error", "warning", 1);
        let warning = format!("{warning}; the operations of the page are not in the client\n");
        assert!(outcome.stderr.contains(&warning), "{}", outcome.stderr);
        assert_eq!(outcome.stderr.matches("warning[").count(), 1, "{name}");
    }
}

#[test]
fn a_page_that_cannot_be_read_can_be_denied() {
    let workplace = pet_shop_with(UNREADABLE[0]);
    let before = workplace.contents();
    workplace.codegen(&["--deny-warnings"]).exits_with(1);
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
}

#[test]
fn a_page_with_many_specifications_is_read_as_many_pages() {
    let workplace = Workplace::with_spec_of("pet_shop");
    workplace.codegen(&[]).exits_with(0);
    let expected = workplace.contents();

    // The same pages in one file, without titles, and one page twice.
    let pages = ["list", "create", "delete", "list"].map(|name| {
        let path = workplace.path(&format!("spec/pages/pets/{name}.md"));
        let page = fs::read_to_string(path).expect("a page of the pet shop");
        page.replace("# ", "## ")
    });
    fs::remove_dir_all(workplace.path("spec/pages/pets")).expect("the pages");
    workplace.write(
        "spec/pages/guide.md",
        &format!("# Pets\n\n{}", pages.concat()),
    );
    let outcome = workplace.codegen(&["--deny-warnings"]).exits_with(0);
    assert!(
        outcome.stderr.contains("Reading 1 page in"),
        "{}",
        outcome.stderr
    );
    let generated = workplace.contents();
    let differences = expected.differences(&generated);
    let in_client = |path: &&&str| path.starts_with("client/src");
    assert_eq!(
        differences.iter().filter(in_client).count(),
        0,
        "{differences:?}"
    );
}

#[test]
fn every_case_has_a_test() {
    let folders: BTreeSet<String> = fs::read_dir(case("broken_pages"))
        .expect("the folder of cases")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    let tests = CASES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(folders, tests);
}

fn is_refused(name: &str) {
    let folder = format!("broken_pages/{name}");
    let workplace = Workplace::with_spec_of(&folder);
    write_earlier_client(&workplace);
    let before = workplace.contents();

    let outcome = workplace.codegen(&[]).exits_with(1);

    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
    assert_eq!(outcome.stdout, "");
    assert_eq!(outcome.stderr.matches("error[").count(), 1);
    assert!(outcome.stderr.contains("help: "));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case(&folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("stderr", outcome.stderr));
}

/// Writes the files of an earlier run, which a successful run would change or remove.
fn write_earlier_client(workplace: &Workplace) {
    let mark = "Generated by `apipages codegen`. Do not edit by hand.";
    workplace.write("client/Cargo.toml", &format!("# {mark}\n"));
    workplace.write("client/src/lib.rs", &format!("// {mark}\n"));
    workplace.write("client/src/gone.rs", &format!("// {mark}\n"));
    workplace.write("client/openapi.json", "{\"openapi\": \"3.0.3\"}\n");
    if workplace.path("spec").exists() {
        workplace.write("spec/openapi.json", "{\"openapi\": \"3.0.3\"}\n");
    }
}
