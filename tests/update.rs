//! `cargo xtask update` fetches the pages, generates the client, and reports the changes. The site
//! moves, renames, reformats, and removes pages.

use std::fs;

use tests::command::Outcome;
use tests::site::{Reply, Site};
use tests::{Workplace, case};

#[test]
fn the_first_update_generates_a_client_and_the_second_changes_nothing() {
    let (site, workplace) = pet_shop();

    let outcome = update(&workplace, &[]).exits_with(0);

    said(&outcome, "Fetched 3 pages: 3 new, 0 changed");
    let first = summary(&workplace);
    assert!(first.starts_with("## A new client\n"), "{first}");
    listed(
        &first,
        "New",
        &["`pets/create.md`", "`pets/delete.md`", "`pets/list.md`"],
    );
    assert_eq!(operations(&workplace), ["create", "delete", "list"]);
    let before = workplace.contents();
    site.forget();

    update(&workplace, &[]).exits_with(0);

    let second = summary(&workplace);
    assert!(
        second.starts_with("## What this means for callers: nothing changed\n"),
        "{second}"
    );
    assert!(second.contains("\n## Pages\n\nAll pages are unchanged.\n"));
    let command = "\nEquivalent command: `cargo xtask update --spec spec --out client`\n";
    assert!(second.ends_with(command), "{second}");
    let after = workplace.contents();
    assert_eq!(before.differences(&after), ["summary.md"]);
}

#[test]
fn a_page_that_moves_changes_nothing_for_callers() {
    let (site, workplace) = updated();
    site.index(&["/pets/list.md", "/pets/create.md", "/animals/remove.md"]);
    site.page("/animals/remove.md", &page("delete"));

    update(&workplace, &[]).exits_with(0);

    let text = summary(&workplace);
    assert!(text.contains("callers: nothing changed"), "{text}");
    listed(&text, "Moved", &["`pets/delete.md` to `animals/remove.md`"]);
    assert!(!text.contains("<b>New</b>"), "{text}");
    assert_eq!(operations(&workplace), ["create", "delete", "list"]);
    unchanged_again(&workplace);
}

#[test]
fn a_page_that_moves_and_changes_its_method_is_one_page() {
    let (site, workplace) = updated();
    site.index(&["/pets/list.md", "/pets/create.md", "/animals/remove.md"]);
    let post = page("delete")
        .replace("DELETE https", "POST https")
        .replace("    delete:\n", "    post:\n");
    site.page("/animals/remove.md", &post);

    let outcome = update(&workplace, &[]).exits_with(0);

    assert!(!outcome.stderr.contains("warning"), "{}", outcome.stderr);
    let text = summary(&workplace);
    listed(&text, "Moved", &["`pets/delete.md` to `animals/remove.md`"]);
    assert!(text.contains("callers: 1 changed"), "{text}");
    assert_eq!(operations(&workplace), ["create", "delete", "list"]);
    unchanged_again(&workplace);
}

#[test]
fn an_operation_that_is_renamed_is_one_operation() {
    let (site, workplace) = updated();
    let renamed = page("create")
        .replace("endpoint_pets.create", "endpoint_pets.register")
        .replace("operationId: create", "operationId: register");
    site.page("/pets/create.md", &renamed);

    update(&workplace, &[]).exits_with(0);

    let text = summary(&workplace);
    listed(&text, "Changed", &["`pets/create.md`"]);
    assert!(text.contains("pets().register"), "{text}");
    assert!(
        text.starts_with("## What this means for callers: 2 deprecated\n"),
        "{text}"
    );
    assert_eq!(operations(&workplace), ["delete", "list", "register"]);
    unchanged_again(&workplace);
}

#[test]
fn a_page_that_becomes_prose_breaks_no_call() {
    let (site, workplace) = updated();
    site.page("/pets/delete.md", PROSE);

    let outcome = update(&workplace, &[]).exits_with(0);

    said(&outcome, "1 page changed from OpenAPI to structured prose");
    let text = summary(&workplace);
    assert!(
        text.contains("1 page changed from OpenAPI to structured prose."),
        "{text}"
    );
    assert!(text.contains("callers: nothing changed\n"), "{text}");
    assert_eq!(operations(&workplace), ["create", "delete", "list"]);
    unchanged_again(&workplace);
}

#[test]
fn a_page_that_vanishes_stays_until_it_is_pruned_and_may_return() {
    let (site, workplace) = updated();
    site.index(&["/pets/list.md", "/pets/create.md"]);

    update(&workplace, &[]).exits_with(0);
    let text = summary(&workplace);
    assert!(text.contains("callers: nothing changed"), "{text}");
    listed(&text, "Not on the site, and kept", &["`pets/delete.md`"]);

    update(&workplace, &["--prune"]).exits_with(0);
    let text = summary(&workplace);
    listed(&text, "Removed", &["`pets/delete.md`"]);
    assert!(text.contains("callers: 1 breaking"), "{text}");
    assert!(text.contains("cargo xtask update --prune"), "{text}");
    assert_eq!(operations(&workplace), ["create", "list"]);

    site.index(&["/pets/list.md", "/pets/create.md", "/pets/delete.md"]);
    update(&workplace, &["--prune"]).exits_with(0);
    let text = summary(&workplace);
    listed(&text, "New", &["`pets/delete.md`"]);
    assert!(text.contains("callers: 1 added"), "{text}");
    assert_eq!(operations(&workplace), ["create", "delete", "list"]);
}

#[test]
fn a_page_that_cannot_be_fetched_holds_up_no_other() {
    let (site, workplace) = updated();
    site.reply("/pets/list.md", Reply::with("404 Not Found", &[], ""));
    site.page(
        "/pets/delete.md",
        &page("delete").replace("found a home", "left"),
    );

    let outcome = update(&workplace, &[]).exits_with(1);

    said(
        &outcome,
        "error[pages-not-updated]: 1 page is not up to date",
    );
    let text = summary(&workplace);
    let missing = format!("`{}/pets/list.md` responds with 404 Not Found", site.url);
    listed(&text, "Not up to date", &[&missing]);
    listed(&text, "Changed", &["`pets/delete.md`"]);
    assert!(workplace.read("spec/openapi.json").contains("left"));
    assert_eq!(operations(&workplace), ["create", "delete", "list"]);
}

#[test]
fn a_page_that_is_broken_is_named_with_its_line() {
    let (site, workplace) = updated();
    site.page("/pets/list.md", &page("list").replace("paths:", "\tpaths:"));

    update(&workplace, &[]).exits_with(1);

    let text = summary(&workplace);
    let place = format!(" `{}/pets/list.md:17`\n", site.url);
    assert!(text.contains("<b>Not up to date</b> (1)"), "{text}");
    assert!(text.contains(&place), "{text}");
    assert_eq!(operations(&workplace), ["create", "delete", "list"]);
}

#[test]
fn settings_that_are_added_later_keep_the_history() {
    let (site, workplace) = pet_shop();
    fs::remove_file(workplace.path("spec/codegen.toml")).expect("it is there");
    let from = format!("{}/llms.txt", site.url);
    update(&workplace, &["--from", &from]).exits_with(0);
    let renamed = page("create")
        .replace("endpoint_pets.create", "endpoint_pets.register")
        .replace("operationId: create", "operationId: register");
    site.page("/pets/create.md", &renamed);
    update(&workplace, &["--from", &from]).exits_with(0);
    workplace.write("spec/codegen.toml", "[crate]\nversion = \"0.1.1\"\n");

    let outcome = update(&workplace, &["--from", &from]).exits_with(0);

    said(
        &outcome,
        "Keeping client/openapi.json and client/released.json: spec/openapi.json replaces them, so \
         you can remove them",
    );
    let changelog = workplace.read("client/CHANGELOG.md");
    let entry = "## 0.1.1\n\n### Deprecated\n\n- `pets().register()`: it was `pets().create()`.\n";
    assert!(changelog.contains(entry), "{changelog}");
    assert!(workplace.read("client/api.txt").contains("#[deprecated]"));
}

#[test]
fn a_page_of_the_project_stays_until_that_of_the_site_can_be_fetched() {
    let (site, workplace) = updated();
    workplace.write("spec/pages/pets/adopt.md", &page("create"));
    workplace.write("spec/own-pages.txt", "pets/adopt.md\npets/gone.md\n");
    site.index(&["/pets/list.md", "/pets/adopt.md", "/pets/delete.md"]);
    site.reply("/pets/adopt.md", Reply::with("404 Not Found", &[], ""));

    let outcome = update(&workplace, &[]).exits_with(1);

    said(
        &outcome,
        "`spec/own-pages.txt` lists 1 page that is missing:\n     spec/pages/pets/gone.md\n",
    );
    assert!(workplace.path("spec/pages/pets/adopt.md").exists());
    assert!(
        workplace
            .read("spec/own-pages.txt")
            .contains("pets/adopt.md")
    );
}

#[test]
fn an_operation_that_the_site_does_not_publish_stays_beside_one_with_its_address() {
    let (_site, workplace) = pet_shop();
    let own = page("delete")
        .replace("DELETE https", "PUT https")
        .replace("    delete:\n", "    put:\n")
        .replace("endpoint_pets.delete", "endpoint_pets.replace")
        .replace("operationId: delete", "operationId: replace");
    workplace.write("spec/pages/own/replace.md", &own);
    workplace.write("spec/own-pages.txt", "own/replace.md\n");

    update(&workplace, &[]).exits_with(0);

    assert_eq!(workplace.read("spec/own-pages.txt"), "own/replace.md\n");
    let title = "The project's own, at the URL of another operation";
    let item = "`own/replace.md`, at the URL of `pets/delete.md`";
    listed(&summary(&workplace), title, &[item]);
    assert_eq!(
        operations(&workplace),
        ["create", "delete", "list", "replace"]
    );
    unchanged_again(&workplace);
}

#[test]
fn a_page_of_the_site_replaces_the_page_of_the_project() {
    let (site, workplace) = pet_shop();
    let own = |text: String| {
        let lines = text.lines().filter(|line| !line.starts_with("Reference:"));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    workplace.write("spec/pages/own/create.md", &own(page("create")));
    workplace.write("spec/pages/own/list.md", &own(page("list")));
    workplace.write("spec/own-pages.txt", "own/create.md\nown/list.md\n");
    site.index(&["/pets/create.md"]);
    workplace
        .xtask(&["codegen", "--spec", "spec", "--out", "client"])
        .exits_with(0);

    let outcome = update(&workplace, &[]).exits_with(0);

    assert!(!outcome.stderr.contains("warning"), "{}", outcome.stderr);
    let text = summary(&workplace);
    let moved = "`own/create.md` to `pets/create.md`";
    listed(&text, "Now published by the site", &[moved]);
    assert_eq!(workplace.read("spec/own-pages.txt"), "own/list.md\n");
    assert_eq!(operations(&workplace), ["create", "list"]);
}

#[test]
fn warnings_are_told_when_they_are_new() {
    let (site, workplace) = updated();
    let lines = page("create")
        .lines()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let is_of_guide =
        |line: &&String| !line.starts_with("POST ") && !line.starts_with("Reference:");
    let guide = lines.iter().filter(is_of_guide);
    let guide: String = guide.map(|line| format!("{line}\n")).collect();
    let guide = guide.replace("'201':", "'200':");
    site.page("/guide.md", &guide);
    site.index(&[
        "/pets/list.md",
        "/pets/create.md",
        "/pets/delete.md",
        "/guide.md",
    ]);

    update(&workplace, &[]).exits_with(0);
    let text = summary(&workplace);
    assert!(text.contains("\n## New warnings\n"), "{text}");
    assert!(text.contains("- `duplicate-operation` "), "{text}");
    assert!(
        text.contains("the operation's own page `pages/guide.md:"),
        "{text}"
    );

    update(&workplace, &[]).exits_with(0);
    assert!(!summary(&workplace).contains("New warnings"));
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let (site, workplace) = updated();
    site.index(&["/pets/list.md", "/animals/create.md"]);
    let changed = page("create").replace(
        "- name\n      responses",
        "- name\n                - kind\n      responses",
    );
    site.page("/animals/create.md", &changed);
    let before = workplace.contents();

    update(&workplace, &["--prune", "--dry-run"]).exits_with(0);

    let planned = summary(&workplace);
    assert!(planned.contains("breaking"), "{planned}");
    let after = workplace.contents();
    assert_eq!(before.differences(&after), ["summary.md"]);
    update(&workplace, &["--prune"]).exits_with(0);
    assert_eq!(summary(&workplace), planned);
}

#[test]
fn a_dry_run_keeps_a_page_that_the_site_publishes_in_its_place() {
    let (_site, workplace) = pet_shop();
    workplace.write("spec/pages/pets/create.md", &page("create"));
    workplace.write("spec/own-pages.txt", "pets/create.md\n");
    workplace
        .xtask(&["codegen", "--spec", "spec", "--out", "client"])
        .exits_with(0);

    update(&workplace, &["--dry-run"]).exits_with(0);

    let text = summary(&workplace);
    assert!(text.contains("callers: 3 added"), "{text}");
    assert!(!text.contains("reaking"), "{text}");
}

#[test]
fn a_dry_run_may_be_the_first() {
    let (_site, workplace) = pet_shop();
    update(&workplace, &["--dry-run"]).exits_with(0);
    assert!(summary(&workplace).starts_with("## A new client\n"));
    assert!(!workplace.path("client").exists());
    assert!(!workplace.path("spec/pages").exists());
}

#[test]
fn a_new_workspace_needs_only_the_address_of_the_site() {
    let (site, _) = pet_shop();
    let workplace = Workplace::empty();
    workplace.write("Cargo.toml", "[workspace]\nmembers = [\"app\"]\n");
    let from = format!("{}/llms.txt", site.url);

    let outcome = workplace.xtask(&["update", "--from", &from]).exits_with(0);

    assert!(workplace.path("spec/pages/pets/create.md").is_file());
    assert!(workplace.path("generated-client/Cargo.toml").is_file());
    let line = "Missing `generated-client` in `members` of `[workspace]` in Cargo.toml: add it\n";
    said(&outcome, line);
}

#[test]
fn a_site_that_is_down_changes_nothing() {
    let (site, workplace) = updated();
    site.reply("/llms.txt", Reply::with("404 Not Found", &[], ""));
    let before = workplace.contents();

    let outcome = update(&workplace, &["--prune"]).exits_with(1);

    said(&outcome, "error[download-failed]");
    said(
        &outcome,
        "help: pass the URL of the site's `llms.txt` with `--from`",
    );
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
}

/// The page of `delete`, as prose.
const PROSE: &str = "\
# Remove a pet

DELETE https://api.example.com/v2/pets/{pet-id}

Removes a pet that has found a home.


Reference: https://docs.example.com/reference/pets/delete

## Authentication

- `x-api-key` header (required) — API Key authentication via header

## Request

### Path parameters

- `pet-id` (string, required) — The id of the pet.

## Response

### 204

The pet has been removed.

No response body

## Errors

### 404 Not Found Error

There is no such pet.

- `any`
";

/// Returns a page of the pet shop.
fn page(name: &str) -> String {
    let path = case("pet_shop/spec/pages/pets")
        .join(name)
        .with_extension("md");
    fs::read_to_string(path).expect("a page of the pet shop")
}

/// Returns the site of the pet shop, and a workplace that fetches from it.
fn pet_shop() -> (Site, Workplace) {
    let site = Site::start();
    for name in ["create", "delete", "list"] {
        site.page(&format!("/pets/{name}.md"), &page(name));
    }
    site.index(&["/pets/create.md", "/pets/delete.md", "/pets/list.md"]);
    let workplace = Workplace::empty();
    let settings = format!(
        "[crate]\nname = \"pets\"\nversion = \"0.1.0\"\n\n[fetch]\nindex = \"{}/llms.txt\"\n",
        site.url
    );
    workplace.write("spec/codegen.toml", &settings);
    (site, workplace)
}

/// Returns a workplace that was updated from the site once.
fn updated() -> (Site, Workplace) {
    let (site, workplace) = pet_shop();
    update(&workplace, &[]).exits_with(0);
    (site, workplace)
}

fn update(workplace: &Workplace, arguments: &[&str]) -> Outcome {
    let own = [
        "update",
        "--spec",
        "spec",
        "--out",
        "client",
        "--summary",
        "summary.md",
    ];
    workplace.xtask(&[&own, arguments].concat())
}

/// Updates again, which changes nothing.
fn unchanged_again(workplace: &Workplace) {
    let before = workplace.contents();
    update(workplace, &[]).exits_with(0);
    assert_eq!(before.differences(&workplace.contents()), ["summary.md"]);
    assert!(summary(workplace).contains("All pages are unchanged."));
}

fn summary(workplace: &Workplace) -> String {
    workplace.read("summary.md")
}

/// Checks a list of the summary.
#[track_caller]
fn listed(summary: &str, title: &str, items: &[&str]) {
    let items: String = items.iter().map(|item| format!("- {item}\n")).collect();
    let number = items.lines().count();
    let list = format!("<summary><b>{title}</b> ({number})</summary>\n\n{items}\n</details>\n");
    assert!(summary.contains(&list), "{list}\n\nis not in\n\n{summary}");
}

#[track_caller]
fn said(outcome: &Outcome, text: &str) {
    assert!(outcome.stderr.contains(text), "{}", outcome.stderr);
}

/// Returns the methods of the client, sorted.
fn operations(workplace: &Workplace) -> Vec<String> {
    let document = workplace.read("spec/openapi.json");
    let ids = document.split("\"operationId\": \"pets_").skip(1);
    let ids = ids.filter_map(|rest| rest.split('"').next());
    let mut ids: Vec<String> = ids.map(str::to_owned).collect();
    ids.sort();
    ids
}
