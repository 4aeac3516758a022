//! `cargo xtask fetch` updates `spec/pages/` from a documentation site, and keeps existing pages if
//! the site or the connection fails.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use generator::output::Lock;
use tests::command::Outcome;
use tests::folder::Contents;
use tests::site::{Reply, Site};
use tests::{Workplace, case};

const LIST: &str = "spec/pages/pets/list.md";

// A site without faults.

#[test]
fn a_client_is_generated_from_what_was_fetched_into_an_empty_folder() {
    let site = pet_shop();
    let workplace = Workplace::empty();

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    expect("first_fetch", &site, &outcome);
    workplace.codegen(&[]).exits_with(0);
    let document = workplace.read("client/openapi.json");
    assert_eq!(document.matches("\"operationId\"").count(), 3);
}

#[test]
fn pages_stand_in_the_folders_of_their_urls_byte_for_byte() {
    let site = Site::start();
    let windows = page("list").replace('\n', "\r\n");
    let paths = [
        "/list.md",
        "/v1.3/api reference/list.md",
        "/%E3%83%9A/list.mdx",
    ];
    site.index(&paths);
    site.page("/list.md", &page("list"));
    site.page("/v1.3/api%20reference/list.md", &windows);
    site.page("/%E3%83%9A/list.mdx", &page("list"));
    let workplace = Workplace::empty();

    fetch(&workplace, &site, &[]).exits_with(0);

    assert_eq!(
        pages_of(&workplace),
        [
            "%E3%83%9A/list.mdx",
            "list.md",
            "v1.3/api reference/list.md"
        ]
    );
    assert_eq!(
        workplace.read("spec/pages/v1.3/api reference/list.md"),
        windows
    );
}

#[test]
fn pages_without_a_specification_are_left_out_and_counted() {
    let site = pet_shop();
    site.index(&["/pets/list.md", "/welcome.md", "/guides/start.md"]);
    site.page("/guides/start.md", "# Start\n\nBuy a pet.\n");
    let workplace = Workplace::empty();

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    assert_eq!(pages_of(&workplace), ["pets/list.md"]);
    said(
        &outcome,
        "1 page: 1 new, 0 changed (2 without a specification skipped)",
    );
}

#[test]
fn a_page_that_looks_as_if_its_specification_was_missing_is_left_out_with_a_warning() {
    let site = pet_shop();
    site.page(
        "/welcome.md",
        "# Feed\n\nGET https://api.example.com/v2/food\n",
    );
    let outcome = fetch(&Workplace::empty(), &site, &[]).exits_with(0);
    said(
        &outcome,
        "warning[missing-specification]: the page has a request line, but no OpenAPI specification",
    );
    said(&outcome, "/welcome.md:3:1]");
}

#[test]
fn the_index_is_named_in_the_settings_with_what_to_take_from_it() {
    let site = pet_shop();
    site.index(&["pets/list.md", "pets/create.md", "cats/list.md"]);
    let workplace = Workplace::empty();
    let settings = format!(
        "[fetch]\nindex = \"{}/llms.txt\"\ninclude = [\"/pets/\"]\nexclude = [\"/pets/c\"]\n",
        site.url
    );
    workplace.write("spec/codegen.toml", &settings);

    workplace.xtask(&["fetch", "--spec", "spec"]).exits_with(0);

    assert_eq!(pages_of(&workplace), ["pets/list.md"]);
    assert!(site.requests("/pets/create.md").is_empty());
}

#[test]
fn the_url_of_the_site_stands_for_its_index() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    workplace
        .xtask(&["fetch", "--spec", "spec", "--from", &site.url])
        .exits_with(0);
    assert_eq!(pages_of(&workplace).len(), 3);
}

#[test]
fn a_page_that_is_linked_to_more_than_once_is_fetched_once() {
    let site = pet_shop();
    let whole = format!("{}/pets/list.md", site.url);
    site.index(&["/pets/list.md", "pets/list.md#answers", &whole]);
    fetch(&Workplace::empty(), &site, &[]).exits_with(0);
    assert_eq!(site.requests("/pets/list.md").len(), 1);
}

#[test]
fn pages_are_fetched_at_once_up_to_a_bound() {
    let site = Site::start();
    let paths: Vec<String> = (0..12).map(|number| format!("/{number}.md")).collect();
    for path in &paths {
        let page = Reply::with("200 OK", &[], "# Words\n");
        site.reply(path, Reply::Late(Duration::from_millis(50), page.into()));
    }
    site.index(&paths.iter().map(String::as_str).collect::<Vec<_>>());

    fetch(&Workplace::empty(), &site, &["--jobs", "3"]).exits_with(0);

    let most = site.most_at_once();
    assert!((2..=3).contains(&most), "{most}");
}

// Section indexes.

/// Publishes an index with these links at a path.
fn section(site: &Site, path: &str, links: &[&str]) {
    let links = links.iter();
    let links: String = links.map(|link| format!("- [A page]({link})\n")).collect();
    site.reply(path, Reply::with("200 OK", &[], &links));
}

#[test]
fn an_index_that_lists_only_indexes_leads_to_their_pages() {
    let site = pet_shop();
    let whole = format!("{}/pets/llms.txt", site.url);
    site.index(&[&whole, "/guides/llms.txt", "/openapi.json"]);
    // A cycle is followed once.
    section(
        &site,
        "/pets/llms.txt",
        &["list.md", "/llms.txt", "more/llms.txt"],
    );
    section(
        &site,
        "/pets/more/llms.txt",
        &["/pets/create.md", "/pets/llms.txt"],
    );
    section(&site, "/guides/llms.txt", &["/welcome.md", "/pets/list.md"]);
    let workplace = Workplace::empty();

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    assert!(!outcome.stderr.contains("warning"), "{}", outcome.stderr);
    assert_eq!(pages_of(&workplace), ["pets/create.md", "pets/list.md"]);
    for path in ["/llms.txt", "/pets/llms.txt", "/pets/more/llms.txt"] {
        assert_eq!(site.requests(path).len(), 1, "{path}");
    }
}

#[test]
fn indexes_of_other_sites_and_folders_and_those_that_are_left_out_are_not_followed() {
    let site = pet_shop();
    let other = pet_shop();
    let elsewhere = format!("{}/llms.txt", other.url);
    let links = [
        "pets/llms.txt",
        "/llms.txt",
        "../v2/llms.txt",
        "old/llms.txt",
        &elsewhere,
    ];
    section(&site, "/v1/llms.txt", &links);
    section(&site, "/v1/pets/llms.txt", &["/pets/list.md"]);
    let workplace = Workplace::empty();
    let settings = format!(
        "[fetch]\nindex = \"{}/v1/llms.txt\"\nexclude = [\"/v1/old/\"]\n",
        site.url
    );
    workplace.write("spec/codegen.toml", &settings);

    workplace.xtask(&["fetch", "--spec", "spec"]).exits_with(0);

    assert_eq!(pages_of(&workplace), ["pets/list.md"]);
    for path in [
        "/llms.txt",
        "/v2/llms.txt",
        "/v1/../v2/llms.txt",
        "/v1/old/llms.txt",
    ] {
        assert!(site.requests(path).is_empty(), "{path}");
    }
    assert!(other.requests("/llms.txt").is_empty());
}

#[test]
fn the_number_and_the_depth_of_indexes_are_limited() {
    let site = pet_shop();
    let many: Vec<String> = (0..100)
        .map(|number| format!("/{number}/llms.txt"))
        .collect();
    for path in &many {
        section(&site, path, &["/pets/list.md"]);
    }
    site.index(&many.iter().map(String::as_str).collect::<Vec<_>>());
    let outcome = fetch(&Workplace::empty(), &site, &[]).exits_with(1);
    said(
        &outcome,
        &format!(
            "the index `{}/99/llms.txt` is not followed: there are more than 100 indexes",
            site.url
        ),
    );
    assert!(site.requests("/99/llms.txt").is_empty());

    let mut path = "/".to_owned();
    site.index(&["a/llms.txt", "/pets/list.md"]);
    for _ in 0..4 {
        path += "a/";
        section(&site, &format!("{path}llms.txt"), &["a/llms.txt"]);
    }
    let workplace = Workplace::empty();
    let outcome = fetch(&workplace, &site, &[]).exits_with(1);
    said(
        &outcome,
        &format!(
            "the index `{}/a/a/a/a/llms.txt` is not followed: it is more than 3 levels below the \
             first one",
            site.url
        ),
    );
    assert_eq!(site.requests("/a/a/a/llms.txt").len(), 1);
    assert!(site.requests("/a/a/a/a/llms.txt").is_empty());
    assert_eq!(pages_of(&workplace), ["pets/list.md"]);
}

#[test]
fn nothing_vanishes_while_the_index_of_a_section_cannot_be_had() {
    let site = pet_shop();
    let workplace = fetched(&site);
    site.index(&["/pets/list.md", "/more/llms.txt"]);
    let before = workplace.contents();

    let outcome = fetch(&workplace, &site, &["--prune"]).exits_with(1);

    said(&outcome, "/more/llms.txt` responds with 404 Not Found");
    assert!(
        !outcome.stderr.contains("unlisted-pages"),
        "{}",
        outcome.stderr
    );
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
}

#[test]
fn an_index_that_leads_to_no_page_says_what_it_lists() {
    let site = pet_shop();
    site.index(&["/guides/llms.txt", "/openapi.json", "https://example.com/"]);
    section(&site, "/guides/llms.txt", &["/start"]);
    let workplace = Workplace::empty();
    let outcome = fetch(&workplace, &site, &[]).exits_with(1);
    expect("index_without_pages", &site, &outcome);
    assert_eq!(workplace.contents().paths(), [""; 0]);
}

#[test]
fn settings_that_leave_out_all_pages_are_an_error() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    workplace.write("spec/codegen.toml", "[fetch]\ninclude = [\"/api/\"]\n");
    let outcome = fetch(&workplace, &site, &[]).exits_with(1);
    said(
        &outcome,
        "the index lists 4 pages, but `[fetch]` in `codegen.toml` excludes all of them",
    );
}

// Unchanged pages.

#[test]
fn a_second_run_asks_for_changes_alone_and_rewrites_nothing() {
    let site = pet_shop();
    let workplace = fetched(&site);
    let before = times(&workplace);
    site.forget();

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    said(&outcome, "3 pages, all unchanged (1 without");
    assert_eq!(times(&workplace), before);
    let requests = site.requests("/pets/list.md");
    let etag = requests[0].header("if-none-match").expect("a condition");
    assert!(
        workplace
            .read("spec/pages/.fetched.json")
            .contains(&etag.replace('"', "\\\""))
    );
}

#[test]
fn a_date_is_a_condition_where_the_site_has_no_etags() {
    let site = pet_shop();
    let date = "Tue, 03 Mar 2026 10:00:00 GMT";
    let validators = vec![format!("Last-Modified: {date}")];
    let text = page("list");
    site.reply("/pets/list.md", Reply::Page { validators, text });
    let workplace = fetched(&site);
    site.forget();

    fetch(&workplace, &site, &[]).exits_with(0);

    let requests = site.requests("/pets/list.md");
    assert_eq!(requests[0].header("if-modified-since"), Some(date));
}

#[test]
fn a_site_that_is_published_again_without_a_change_gives_no_difference() {
    let site = pet_shop();
    let workplace = fetched(&site);
    let before = workplace.contents();
    let validators = vec!["ETag: \"another\"".to_owned()];
    let text = page("list");
    site.reply("/pets/list.md", Reply::Page { validators, text });

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    said(&outcome, "3 pages, all unchanged");
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
}

#[test]
fn a_page_that_was_edited_or_removed_by_hand_is_fetched_anew() {
    let site = pet_shop();
    let workplace = fetched(&site);
    let before = workplace.contents();
    workplace.write(LIST, &page("list").replace("pets", "cats"));
    fs::remove_file(workplace.path("spec/pages/pets/create.md")).expect("it was fetched");
    site.forget();

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    said(&outcome, &format!("Replacing {LIST}, which was edited\n"));
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
    let asked = |path| site.requests(path)[0].header("if-none-match").is_some();
    assert!(!asked("/pets/list.md") && !asked("/pets/create.md") && asked("/pets/delete.md"));
}

#[test]
fn a_page_that_changed_is_rewritten_alone() {
    let site = pet_shop();
    let workplace = fetched(&site);
    let before = workplace.contents();
    site.page(
        "/pets/list.md",
        &page("list").replace("List pets", "All pets"),
    );

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    expect("changed_page", &site, &outcome);
    let changed = before.differences(&workplace.contents()).join(" ");
    assert_eq!(changed, format!("spec/pages/.fetched.json {LIST}"));
    assert!(workplace.read(LIST).contains("All pets"));
}

#[test]
fn a_site_that_changes_the_form_of_its_pages_is_fetched_as_before() {
    let site = pet_shop();
    let workplace = fetched(&site);
    for name in ["list", "delete"] {
        let text = page(name);
        let (head, _) = text.split_once("## OpenAPI").expect("a block");
        let prose = format!("{head}## Response\n\n### 200\n\nDone.\n\n- `any`\n");
        site.page(&format!("/pets/{name}.md"), &prose);
    }

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    expect("changed_form", &site, &outcome);
    let outcome = workplace.codegen(&[]).exits_with(0);
    said(&outcome, "3 pages in spec");
    said(&outcome, "Merging 3 operations");
    let again = fetch(&workplace, &site, &[]).exits_with(0);
    assert!(!again.stderr.contains("another form"), "{}", again.stderr);
}

// Pages that the site no longer lists.

#[test]
fn a_page_that_vanished_from_the_index_is_listed_and_stays() {
    let site = pet_shop();
    let workplace = fetched(&site);
    let before = workplace.contents();
    site.index(&["/pets/list.md", "/pets/create.md"]);

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    expect("vanished_page", &site, &outcome);
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
}

#[test]
fn pruning_removes_it_with_its_folder_and_nothing_that_was_not_fetched() {
    let site = pet_shop();
    site.index(&["/pets/list.md", "/old/delete.md"]);
    site.page("/old/delete.md", &page("delete"));
    let workplace = fetched(&site);
    workplace.write("spec/pages/pets/own.md", "# Mine\n");
    site.index(&["/pets/list.md"]);

    let outcome = fetch(&workplace, &site, &["--prune"]).exits_with(0);

    said(&outcome, "    Removing spec/pages/old/delete.md\n");
    assert_eq!(pages_of(&workplace), ["pets/list.md", "pets/own.md"]);
    assert!(!workplace.path("spec/pages/old").exists());
    let again = fetch(&workplace, &site, &["--prune"]).exits_with(0);
    assert!(!again.stderr.contains("Removing"), "{}", again.stderr);
}

#[test]
fn a_page_that_could_not_be_fetched_has_not_vanished() {
    let site = pet_shop();
    let workplace = fetched(&site);
    let before = workplace.contents();
    site.reply("/pets/list.md", Reply::with("404 Not Found", &[], ""));
    fetch(&workplace, &site, &["--prune"]).exits_with(1);
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
}

#[test]
fn nothing_is_pruned_while_a_link_cannot_be_followed_or_no_page_is_left() {
    for (links, code) in [
        (&["/pets/list.md", "/pets/create.md?v=2"][..], 1),
        (&["/pets/list.md", "http://127.0.0.2/pets/create.md"], 0),
        (&["/welcome.md"], 0),
    ] {
        let site = pet_shop();
        let workplace = fetched(&site);
        let pages = pages_of(&workplace);
        site.index(links);
        let outcome = fetch(&workplace, &site, &["--prune"]).exits_with(code);
        assert!(!outcome.stderr.contains("Removing"), "{}", outcome.stderr);
        said(&outcome, "help: `--prune` removed nothing, because ");
        assert_eq!(pages_of(&workplace), pages, "{links:?}");
    }
}

#[test]
fn a_page_that_was_edited_is_not_pruned() {
    let site = pet_shop();
    let workplace = fetched(&site);
    workplace.write("spec/pages/pets/create.md", "# Mine now\n");
    site.index(&["/pets/list.md"]);
    let outcome = fetch(&workplace, &site, &["--prune"]).exits_with(0);
    said(&outcome, "help: they were edited after they were fetched");
    assert_eq!(pages_of(&workplace), ["pets/create.md", "pets/list.md"]);
}

#[test]
fn an_index_that_cannot_be_had_or_names_no_page_changes_nothing() {
    let empty = Reply::with("200 OK", &[], "<html>Not here</html>");
    let gone = Reply::with("404 Not Found", &[], "");
    let half =
        Reply::bytes("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n- [List](/pets/list.md)\n");
    for (reply, what) in [
        (empty, "lists no page: it contains no links"),
        (gone, "responds with 404 Not Found"),
        (half, "was not received completely"),
    ] {
        let site = pet_shop();
        let workplace = fetched(&site);
        let before = workplace.contents();
        site.reply("/llms.txt", reply);

        let outcome = fetch(&workplace, &site, &["--prune"]).exits_with(1);

        said(&outcome, &format!("`{}/llms.txt` {what}", site.url));
        assert_eq!(before.differences(&workplace.contents()), [""; 0]);
    }
}

#[test]
fn a_dry_run_says_what_would_change_and_writes_nothing() {
    let site = pet_shop();
    let workplace = fetched(&site);
    site.index(&["/pets/list.md", "/pets/delete.md", "/pets/new.md"]);
    site.page(
        "/pets/list.md",
        &page("list").replace("List pets", "All pets"),
    );
    site.page("/pets/new.md", &page("create"));
    let before = workplace.contents();

    let outcome = fetch(&workplace, &site, &["--dry-run", "--prune"]).exits_with(0);

    expect("dry_run", &site, &outcome);
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);

    let empty = Workplace::empty();
    fetch(&empty, &site, &["--dry-run"]).exits_with(0);
    assert_eq!(empty.contents().paths(), [""; 0]);
}

// One page of each operation.

/// Returns a page of the project about an operation of the pet shop, without a URL of the site.
fn own_page(operation: &str) -> String {
    let mut lines: Vec<String> = page(operation).lines().map(str::to_owned).collect();
    lines.retain(|line| !line.starts_with("Reference:"));
    lines.join("\n") + "\n"
}

#[test]
fn a_page_that_the_site_moves_is_moved() {
    let site = pet_shop();
    let workplace = fetched(&site);
    site.index(&["/pets/list.md", "/animals/create.md", "/pets/delete.md"]);
    site.page("/animals/create.md", &page("create"));

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    said(
        &outcome,
        "Moving spec/pages/pets/create.md to animals/create.md",
    );
    assert_eq!(
        pages_of(&workplace),
        ["animals/create.md", "pets/delete.md", "pets/list.md"]
    );
    let again = fetch(&workplace, &site, &[]).exits_with(0);
    said(&again, "3 pages, all unchanged");
}

#[test]
fn a_moved_page_that_was_edited_stays() {
    let site = pet_shop();
    let workplace = fetched(&site);
    let edited = page("create").replacen("# ", "# Our own: ", 1);
    workplace.write("spec/pages/pets/create.md", &edited);
    site.index(&["/pets/list.md", "/animals/create.md", "/pets/delete.md"]);
    site.page("/animals/create.md", &page("create"));

    let outcome = fetch(&workplace, &site, &["--prune"]).exits_with(0);

    said(&outcome, "1 page is no longer in the index");
    assert_eq!(workplace.read("spec/pages/pets/create.md"), edited);
}

#[test]
fn a_page_that_was_edited_counts_as_one_of_the_project() {
    let site = pet_shop();
    site.index(&["/animals/create.md", "/pets/create.md"]);
    site.page("/animals/create.md", &page("create"));
    let workplace = fetched(&site);
    let edited = page("create").replace("Registers a pet that", "Adds a pet that");
    workplace.write("spec/pages/animals/create.md", &edited);

    let outcome = workplace.codegen(&[]).exits_with(0);

    said(&outcome, "the client uses spec/pages/pets/create.md:");
    said(&outcome, ", which was fetched");
    let pages = generator::read(&workplace.path("spec"))
        .expect("pages")
        .pages;
    let fetches: Vec<_> = pages.iter().map(|page| page.fetch).collect();
    assert_eq!(fetches, [None, Some(1)]);
}

#[test]
fn a_page_of_the_project_is_replaced_when_the_site_publishes_it() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    workplace.write("spec/codegen.toml", "");
    workplace.write("spec/pages/own/create.md", &own_page("create"));
    workplace.write("spec/pages/pets/delete.md", &own_page("delete"));
    let zoo = own_page("list").replace("/pets", "/zoo");
    workplace.write("spec/pages/zoo/list.md", &zoo);
    let list = "# Not on the site.\nown/create.md\n\npets/delete.md\nzoo/list.md\n";
    workplace.write("spec/own-pages.txt", list);

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    said(
        &outcome,
        "Replacing spec/pages/own/create.md, which the site publishes now as pets/create.md",
    );
    said(
        &outcome,
        "Replacing spec/pages/pets/delete.md, which the site publishes now as pets/delete.md",
    );
    assert!(!outcome.stderr.contains("unlisted-pages"));
    assert_eq!(
        pages_of(&workplace),
        [
            "pets/create.md",
            "pets/delete.md",
            "pets/list.md",
            "zoo/list.md"
        ]
    );
    assert_eq!(workplace.read("spec/pages/pets/delete.md"), page("delete"));
    assert_eq!(
        workplace.read("spec/own-pages.txt"),
        "# Not on the site.\n\nzoo/list.md\n"
    );
}

#[test]
fn pages_that_neither_the_site_nor_the_project_lists_are_named() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    workplace.write("spec/codegen.toml", "");
    let zoo = own_page("list").replace("/pets", "/zoo");
    workplace.write("spec/pages/zoo/list.md", &zoo);
    workplace.write("spec/pages/zoo/words.md", "# Words\n");
    workplace.write("spec/own-pages.txt", "zoo/none.md\n");

    let outcome = fetch(&workplace, &site, &["--prune"]).exits_with(0);

    said(
        &outcome,
        "1 page is not in the index, and was never fetched:\n     spec/pages/zoo/list.md",
    );
    said(
        &outcome,
        "`spec/own-pages.txt` lists 1 page that is missing:\n     spec/pages/zoo/none.md",
    );
    assert_eq!(workplace.read("spec/pages/zoo/list.md"), zoo);
}

#[test]
fn a_list_of_own_pages_goes_with_its_last_line() {
    let site = pet_shop();
    for (list, left) in [
        ("own/create.md\n", None),
        ("\nown/create.md\n\n", None),
        ("# Ours.\nown/create.md\n", Some("# Ours.\n")),
    ] {
        let workplace = Workplace::empty();
        workplace.write("spec/pages/own/create.md", &own_page("create"));
        workplace.write("spec/own-pages.txt", list);

        fetch(&workplace, &site, &["--dry-run"]).exits_with(0);
        assert_eq!(workplace.read("spec/own-pages.txt"), list);
        fetch(&workplace, &site, &[]).exits_with(0);

        let file = workplace.path("spec/own-pages.txt");
        assert_eq!(fs::read_to_string(file).ok().as_deref(), left, "{list:?}");
    }
}

#[test]
fn a_page_at_the_url_of_another_operation_stays_as_one_of_the_project() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    let own = page("delete")
        .replace("DELETE https", "PUT https")
        .replace("    delete:\n", "    put:\n");
    workplace.write("spec/pages/own/replace.md", &own);
    let keeping = "Keeping spec/pages/own/replace.md, which describes another operation at the URL of pets/delete.md\n";

    let outcome = fetch(&workplace, &site, &["--dry-run"]).exits_with(0);
    said(&outcome, "Would keep spec/pages/own/replace.md");
    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    said(&outcome, keeping);
    assert!(!outcome.stderr.contains("warning"), "{}", outcome.stderr);
    assert_eq!(workplace.read("spec/own-pages.txt"), "own/replace.md\n");
    assert_eq!(workplace.read("spec/pages/own/replace.md"), own);
    let again = fetch(&workplace, &site, &[]).exits_with(0);
    assert!(!again.stderr.contains("Keeping"), "{}", again.stderr);
}

#[test]
fn a_list_of_own_pages_that_names_something_else_is_an_error_before_anything_is_written() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    workplace.write("spec/own-pages.txt", "# Pages\n../outside.md\n");

    let outcome = fetch(&workplace, &site, &[]).exits_with(1);

    said(
        &outcome,
        "`../outside.md` in line 2 is not the path of a page",
    );
    assert!(site.requests("/pets/list.md").is_empty());
}

#[test]
fn a_record_of_the_first_format_is_read_and_written_anew_with_the_next_change() {
    let site = pet_shop();
    let workplace = fetched(&site);
    let record = "spec/pages/.fetched.json";
    let new = workplace.read(record);
    assert!(new.contains("\"format\": 2") && new.contains("\"fetch\": 1"));
    let old = new
        .replace("  \"format\": 2,\n", "")
        .replace(",\n      \"fetch\": 1", "");
    workplace.write(record, &old);
    fetch(&workplace, &site, &[]).exits_with(0);
    assert_eq!(workplace.read(record), old);

    site.page(
        "/pets/list.md",
        &page("list").replace("List pets", "All pets"),
    );
    fetch(&workplace, &site, &[]).exits_with(0);

    let changed = workplace.read(record);
    assert_eq!(changed.matches("\"fetch\": 1").count(), 2, "{changed}");
    assert_eq!(changed.matches("\"fetch\": 2").count(), 1);

    workplace.write(record, &new.replace("\"format\": 2", "\"format\": 3"));
    let outcome = fetch(&workplace, &site, &[]).exits_with(1);
    said(&outcome, "its format 3 is not supported");
}

// Allowed warnings.

#[test]
fn the_settings_can_allow_the_warnings_of_a_fetch() {
    let site = pet_shop();
    let workplace = fetched(&site);
    site.index(&[
        "/pets/list.md",
        "/welcome.md",
        "https://docs.example.com/pets/delete.md",
    ]);
    site.page(
        "/welcome.md",
        "# Feed\n\nGET https://api.example.com/v2/food\n",
    );
    let zoo = own_page("list").replace("/pets", "/zoo");
    workplace.write("spec/pages/zoo/list.md", &zoo);
    let places = [
        ("unlisted-pages", "pages/pets/create.md".to_owned()),
        ("unlisted-pages", "spec/pages/zoo/list.md".to_owned()),
        (
            "refused-link",
            "https://docs.example.com/pets/delete.md".to_owned(),
        ),
        ("missing-specification", format!("{}/welcome.md", site.url)),
    ];
    let entry = |(code, place): &(&str, String)| {
        format!("[[allow]]\ncode = \"{code}\"\nplace = \"{place}\"\nreason = \"it is\"\n\n")
    };
    let settings: String = places.iter().map(entry).collect();
    workplace.write("spec/codegen.toml", &settings);

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);

    said(
        &outcome,
        "    Allowing 4 warnings with `[[allow]]` in `codegen.toml`\n",
    );
    assert_eq!(
        outcome.stderr.matches("warning[").count(),
        1,
        "{}",
        outcome.stderr
    );
    said(
        &outcome,
        "1 page is no longer in the index:\n     spec/pages/pets/delete.md\n",
    );
    // Generating the client cannot cause these warnings.
    let outcome = workplace.codegen(&[]).exits_with(0);
    assert!(
        !outcome.stderr.contains("unused-allow"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn an_entry_that_allows_no_warning_of_a_complete_fetch_is_a_warning() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    workplace.write(
        "spec/codegen.toml",
        "[[allow]]\ncode = \"unlisted-pages\"\nplace = \"pages/gone.md\"\nreason = \"it is\"\n\n\
         [[allow]]\ncode = \"no-key\"\nreason = \"no fetch causes it\"\n",
    );
    let unused =
        "warning[unused-allow]: there is no warning `unlisted-pages` in `pages/gone.md` to accept";

    let outcome = fetch(&workplace, &site, &[]).exits_with(0);
    said(&outcome, unused);
    assert!(!outcome.stderr.contains("no-key"), "{}", outcome.stderr);

    site.reply("/pets/list.md", Reply::with("404 Not Found", &[], ""));
    let outcome = fetch(&workplace, &site, &[]).exits_with(1);
    assert!(
        !outcome.stderr.contains("unused-allow"),
        "{}",
        outcome.stderr
    );
}

// Faults: the old page is kept, and the others are updated.

#[test]
fn a_page_that_is_not_there() {
    fails(
        "missing_page",
        Reply::with("404 Not Found", &[], "Nothing here."),
    );
}

#[test]
fn a_server_that_is_busy_each_time() {
    let site = fails(
        "busy_server",
        Reply::with("503 Service Unavailable", &[], ""),
    );
    assert_eq!(site.requests("/pets/list.md").len(), 4);
}

#[test]
fn a_server_that_asks_to_come_back_much_later_is_not_asked_again() {
    let later = Reply::with("429 Too Many Requests", &["Retry-After: 3600"], "");
    let site = fails("much_later", later);
    assert_eq!(site.requests("/pets/list.md").len(), 1);
}

#[test]
fn a_connection_that_ends_without_an_answer() {
    let (_, outcome) = fails_with(Reply::Nothing, &[]);
    said(&outcome, "error[download-failed]: cannot reach `");
    said(&outcome, " (4 attempts)\n");
}

#[test]
fn a_body_that_ends_before_its_length() {
    let body = page("list");
    let half = &body[..body.len() / 2];
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{half}");
    fails("short_body", Reply::bytes(head));
}

#[test]
fn a_body_in_chunks_without_the_last() {
    let body = page("list");
    let length = body.len();
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let (_, outcome) = fails_with(Reply::bytes(format!("{head}{length:x}\r\n{body}\r\n")), &[]);
    said(&outcome, "/pets/list.md` was not received completely: ");
}

#[test]
fn a_page_that_ends_inside_a_block() {
    let body = page("list");
    let half = &body[..body.len() / 2];
    fails("open_block", Reply::with("200 OK", &[], half));
}

#[test]
fn a_page_that_carries_no_specification_any_more() {
    fails(
        "only_words",
        Reply::with("200 OK", &[], "# List pets\n\nSoon.\n"),
    );
}

#[test]
fn a_page_whose_specification_cannot_be_read() {
    let body = page("list").replace("openapi: 3.1.1", "openapi: 4.0.0");
    fails("unknown_version", Reply::with("200 OK", &[], &body));
}

#[test]
fn a_page_whose_reference_points_to_nothing() {
    let reference = "$ref: '#/components/schemas/Pet'";
    let broken = page("list").replace(reference, "$ref: '#/components/schemas/Nowhere'");
    let site = fails("dangling_reference", Reply::with("200 OK", &[], &broken));

    // A page that replaces no valid one is kept, and codegen reports it.
    let workplace = Workplace::empty();
    fetch(&workplace, &site, &[]).exits_with(0);
    assert_eq!(workplace.read("spec/pages/pets/list.md"), broken);
    fetch(&workplace, &site, &[]).exits_with(0);
}

#[test]
fn a_page_that_is_not_utf_8() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n# \xff\xfe\n\n";
    fails("not_utf_8", Reply::bytes(*head));
}

#[test]
fn a_page_that_is_compressed_without_a_request_for_it() {
    fails(
        "compressed",
        Reply::with("200 OK", &["Content-Encoding: gzip"], "…"),
    );
}

#[test]
fn a_page_that_is_too_large() {
    let body = "#".repeat((8 << 20) + 1);
    fails("too_large", Reply::with("200 OK", &[], &body));
    let endless = "HTTP/1.1 200 OK\r\n\r\n".to_owned() + &body;
    let (_, outcome) = fails_with(Reply::bytes(endless), &[]);
    said(&outcome, "/pets/list.md` is larger than 8 MiB");
}

#[test]
fn a_page_that_takes_too_long() {
    let site = pet_shop();
    let workplace = fetched(&site);
    let late = Reply::Late(Duration::from_secs(20), Reply::Nothing.into());
    let page = Reply::with(
        "200 OK",
        &[],
        &page("list").replace("List pets", "All pets"),
    );
    site.replies("/pets/list.md", [late, page]);
    site.forget();

    fetch(&workplace, &site, &["--timeout", "1"]).exits_with(0);

    assert!(workplace.read(LIST).contains("All pets"));
    assert_eq!(site.requests("/pets/list.md").len(), 2);
}

#[test]
fn a_body_that_stops_coming() {
    let body = page("list");
    let length = body.len() + 1;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
    let halting = Reply::Halting(head.into());
    let (_, outcome) = fails_with(halting, &["--timeout", "1"]);
    said(
        &outcome,
        "/pets/list.md` took longer than 1 s (4 attempts)\n",
    );
}

#[test]
fn a_redirect_to_another_host() {
    let other = pet_shop();
    let (site, outcome) = fails_with(Reply::redirect(&format!("{}/pets/list.md", other.url)), &[]);
    let text = outcome.stderr.replace(&other.url, "[OTHER SITE]");
    snapshot(
        "redirect_to_another_host",
        &text.replace(&site.url, "[SITE]"),
    );
    assert!(other.requests("/pets/list.md").is_empty());
}

#[test]
fn a_redirect_that_leads_round_in_a_circle() {
    fails("redirect_in_a_circle", Reply::redirect("/pets/list.md"));
}

#[test]
fn a_site_that_is_not_there() {
    let workplace = Workplace::empty();
    let url = "http://127.0.0.1:1/llms.txt";
    let outcome = workplace
        .xtask(&["fetch", "--spec", "spec", "--from", url])
        .exits_with(1);
    said(
        &outcome,
        &format!("error[download-failed]: cannot reach `{url}`: "),
    );
    assert_eq!(workplace.contents().paths(), [""; 0]);
}

#[test]
fn a_page_that_is_new_and_faulty_is_not_written() {
    let site = pet_shop();
    site.reply(
        "/pets/list.md",
        Reply::with("500 Internal Server Error", &[], ""),
    );
    let workplace = Workplace::empty();
    fetch(&workplace, &site, &[]).exits_with(1);
    assert_eq!(pages_of(&workplace), ["pets/create.md", "pets/delete.md"]);
}

// Transient faults.

#[test]
fn transient_failures_are_retried() {
    let good = Reply::with("200 OK", &[], &page("list"));
    for fault in [
        Reply::with("500 Internal Server Error", &[], ""),
        Reply::bytes("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n# List"),
        Reply::Nothing,
    ] {
        let site = pet_shop();
        site.replies("/pets/list.md", [fault, good.clone()]);
        let workplace = fetched(&site);
        assert_eq!(workplace.read(LIST), page("list"));
    }
}

#[test]
fn a_server_is_asked_again_when_it_said() {
    let busy = Reply::with("429 Too Many Requests", &["Retry-After: 1"], "");
    let site = pet_shop();
    site.replies(
        "/pets/list.md",
        [busy, Reply::with("200 OK", &[], &page("list"))],
    );
    fetched(&site);
    let requests = site.requests("/pets/list.md");
    assert!(requests[1].at - requests[0].at >= Duration::from_secs(1));
}

#[test]
fn redirects_on_the_site_are_followed() {
    let site = pet_shop();
    site.index(&["/pets/list.md"]);
    site.reply("/pets/list.md", Reply::redirect("/moved/list.md"));
    site.page("/moved/list.md", &page("list"));
    let workplace = fetched(&site);
    assert_eq!(pages_of(&workplace), ["pets/list.md"]);
}

#[test]
fn links_are_relative_to_where_the_index_was_found() {
    let site = pet_shop();
    site.reply("/llms.txt", Reply::redirect("/v2/llms.txt"));
    site.reply(
        "/v2/llms.txt",
        Reply::with(
            "200 OK",
            &[],
            "[List](pets/list.md) [Create](./pets/create.md) [Delete](../pets/delete.md)",
        ),
    );
    site.page("/v2/pets/list.md", &page("list"));
    site.page("/v2/pets/create.md", &page("create"));
    let workplace = fetched(&site);
    let pages = ["pets/delete.md", "v2/pets/create.md", "v2/pets/list.md"];
    assert_eq!(pages_of(&workplace), pages);
}

// Nothing is written outside of the pages folder.

#[test]
fn links_that_lead_out_of_the_folder_are_refused() {
    for link in [
        "../list.md",
        "/../list.md",
        "/pets/../../list.md",
        "/%2e%2e/list.md",
        "/..%2flist.md",
        "/..%5clist.md",
        "..\\list.md",
        "//127.0.0.1/list.md",
        "/pets//list.md",
        "C:/list.md",
        "file:///list.md",
        "/.git/list.md",
        "/pets/list.md?a=/../../list",
    ] {
        let site = pet_shop();
        site.index(&[link, "/pets/list.md"]);
        let workplace = Workplace::empty();

        let outcome = fetch(&workplace, &site, &[]);

        assert_eq!(pages_of(&workplace), ["pets/list.md"], "{link}");
        assert_eq!(workplace.contents().paths().len(), 2, "{link}");
        let is_elsewhere = link.starts_with("//");
        assert_eq!(
            outcome.code,
            Some(i32::from(!is_elsewhere)),
            "{link}: {}",
            outcome.stderr
        );
        let what = if is_elsewhere {
            "1 link leads to another host"
        } else {
            "is rejected: "
        };
        said(&outcome, what);
    }
}

#[test]
fn names_that_some_system_reads_otherwise_are_refused() {
    let site = pet_shop();
    site.index(&[
        "/con.md",
        "/pets/a:b.md",
        "/pets/a%3F.md",
        "/lpt1/a.md",
        "/pets./a.md",
        "/pets/list.md",
    ]);
    let workplace = Workplace::empty();
    let outcome = fetch(&workplace, &site, &[]).exits_with(1);
    expect("refused_names", &site, &outcome);
    assert_eq!(pages_of(&workplace), ["pets/list.md"]);
}

#[test]
fn two_links_that_differ_only_in_case_are_both_refused() {
    let site = pet_shop();
    let workplace = fetched(&site);
    let before = workplace.contents();
    site.index(&[
        "/pets/List.md",
        "/pets/list.md",
        "/pets/create.md",
        "/Pets/delete.md",
    ]);
    for path in ["/pets/List.md", "/Pets/delete.md"] {
        site.page(path, &page("list").replace("List pets", "All pets"));
    }

    let outcome = fetch(&workplace, &site, &["--prune"]).exits_with(1);

    expect("links_that_differ_in_case", &site, &outcome);
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
}

#[test]
fn a_page_cannot_be_a_folder_with_pages() {
    let site = pet_shop();
    site.index(&["/pets.md", "/pets.md/list.md"]);
    site.page("/pets.md", &page("list"));
    let workplace = Workplace::empty();
    let outcome = fetch(&workplace, &site, &[]).exits_with(1);
    said(&outcome, "`pets.md` cannot be both a page and a folder");
    assert_eq!(pages_of(&workplace), ["pets.md"]);
}

#[test]
fn links_to_other_hosts_are_left_out_and_listed() {
    let site = pet_shop();
    site.index(&["/pets/list.md", "https://docs.example.com/pets/delete.md"]);
    let workplace = Workplace::empty();
    let outcome = fetch(&workplace, &site, &[]).exits_with(0);
    expect("links_to_other_hosts", &site, &outcome);
    assert_eq!(pages_of(&workplace), ["pets/list.md"]);
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    for (link, target) in [
        ("spec/pages", "outside"),
        ("spec/pages/pets", "outside"),
        ("spec/pages/pets/list.md", "outside/list.md"),
        ("spec/pages/.fetched.json", "outside/list.md"),
    ] {
        let site = pet_shop();
        let workplace = Workplace::empty();
        workplace.write("outside/list.md", "# Mine\n");
        let link = workplace.path(link);
        fs::create_dir_all(link.parent().expect("a folder")).expect("the workplace is ours");
        std::os::unix::fs::symlink(workplace.path(target), &link).expect("a link");
        let before = Contents::of(&workplace.path("outside"));

        let outcome = fetch(&workplace, &site, &["--prune"]).exits_with(1);

        said(
            &outcome,
            "is a link, and pages are not written through links",
        );
        let after = Contents::of(&workplace.path("outside"));
        assert_eq!(before.differences(&after), [""; 0]);
        assert!(link.is_symlink());
    }
}

#[test]
fn the_record_of_fetched_pages_cannot_lead_out_of_the_folder() {
    let site = pet_shop();
    let workplace = fetched(&site);
    workplace.write("spec/codegen.toml", "");
    workplace.write("spec/own.md", "# Mine\n");
    let state = workplace.read("spec/pages/.fetched.json");
    workplace.write(
        "spec/pages/.fetched.json",
        &state.replace("pets/list.md", "../own.md"),
    );
    let before = workplace.contents();

    let outcome = fetch(&workplace, &site, &["--prune"]).exits_with(1);

    said(
        &outcome,
        "error[invalid-record]: `spec/pages/.fetched.json` is invalid: ",
    );
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
}

#[test]
fn two_fetches_do_not_write_at_the_same_time() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    let lock = Lock::acquire(&workplace.path("spec")).expect("it is free");
    let outcome = fetch(&workplace, &site, &[]).exits_with(1);
    said(
        &outcome,
        "error[run-in-progress]: another run is writing to `spec`",
    );
    fetch(&workplace, &site, &["--dry-run"]).exits_with(0);
    drop(lock);
    fetch(&workplace, &site, &[]).exits_with(0);
    assert!(!workplace.path("spec/.codegen").exists());
}

#[test]
fn leftovers_of_a_killed_run_are_ignored() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    workplace.write("spec/pages/pets/.list.md.fetching", "# List");
    fetch(&workplace, &site, &[]).exits_with(0);
    assert!(!workplace.path("spec/pages/pets/.list.md.fetching").exists());
    assert_eq!(workplace.read(LIST), page("list"));
}

#[test]
fn a_folder_of_bare_pages_is_never_written_to() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    workplace.write("spec/list.md", &page("list"));
    let before = workplace.contents();
    let outcome = fetch(&workplace, &site, &[]).exits_with(1);
    said(
        &outcome,
        "error[invalid-output]: `spec` contains pages itself, but pages are fetched into `spec/pages`",
    );
    assert_eq!(before.differences(&workplace.contents()), [""; 0]);
}

#[test]
fn a_readme_makes_no_folder_of_bare_pages() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    workplace.write(
        "spec/README.md",
        "# Pet shop\n\nThe pages come from the site.\n",
    );

    fetch(&workplace, &site, &[]).exits_with(0);

    let outcome = workplace.codegen(&[]).exits_with(0);
    said(&outcome, "Reading 3 pages in spec\n");
    workplace.write("spec/README.md", &page("list"));
    let outcome = fetch(&workplace, &site, &[]).exits_with(1);
    said(&outcome, "`spec` contains pages itself");
}

// The command line.

#[test]
fn without_an_index_it_says_where_to_name_one() {
    let workplace = Workplace::with_spec_of("pet_shop");
    let outcome = workplace.xtask(&["fetch", "--spec", "spec"]).exits_with(1);
    snapshot("no_index", &outcome.stderr);
}

#[test]
fn an_index_that_is_no_url_is_refused() {
    for from in [
        "docs.example.com",
        "file:///llms.txt",
        "https://me:word@docs.example.com/",
    ] {
        let workplace = Workplace::empty();
        let outcome = workplace
            .xtask(&["fetch", "--spec", "spec", "--from", from])
            .exits_with(1);
        said(
            &outcome,
            &format!("error[invalid-index]: `{from}` is not a valid index URL: "),
        );
    }
}

#[test]
fn quiet_prints_nothing_but_errors() {
    let site = pet_shop();
    let workplace = Workplace::empty();
    let outcome = fetch(&workplace, &site, &["--quiet"]).exits_with(0);
    assert_eq!((outcome.stdout, outcome.stderr), Default::default());

    site.reply("/pets/list.md", Reply::with("404 Not Found", &[], ""));
    site.index(&["/pets/list.md", "/pets/create.md"]);
    let outcome = fetch(&workplace, &site, &["--quiet"]).exits_with(1);
    assert!(outcome.stderr.starts_with("error["), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("warning"), "{}", outcome.stderr);
}

#[test]
fn help_lists_the_options() {
    let outcome = Workplace::empty().xtask(&["fetch", "--help"]).exits_with(0);
    snapshot("help", &outcome.stdout);
}

/// Returns a page of the pet shop.
fn page(name: &str) -> String {
    let path = case("pet_shop/spec/pages/pets")
        .join(name)
        .with_extension("md");
    fs::read_to_string(path).expect("a page of the pet shop")
}

/// Returns a site with the pages of the pet shop: three operations and a guide.
fn pet_shop() -> Site {
    let site = Site::start();
    let names = ["create", "delete", "list"];
    for name in names {
        site.page(&format!("/pets/{name}.md"), &page(name));
    }
    site.page("/welcome.md", "# Welcome\n\nTo the pet shop.\n");
    site.index(&[
        "/welcome.md",
        "/pets/create.md",
        "/pets/delete.md",
        "/pets/list.md",
    ]);
    site
}

/// Runs `cargo xtask fetch --spec spec` with the index of the site.
fn fetch(workplace: &Workplace, site: &Site, arguments: &[&str]) -> Outcome {
    let index = format!("{}/llms.txt", site.url);
    workplace.xtask(&[&["fetch", "--spec", "spec", "--from", &index], arguments].concat())
}

/// Returns a workplace with the pages of the site.
fn fetched(site: &Site) -> Workplace {
    let workplace = Workplace::empty();
    fetch(&workplace, site, &[]).exits_with(0);
    workplace
}

/// Fetches again from a site with this response for one page: the page is kept, another changed
/// page is written, and the command fails.
fn fails_with(fault: Reply, arguments: &[&str]) -> (Site, Outcome) {
    let site = pet_shop();
    let workplace = fetched(&site);
    let before = workplace.contents();
    site.reply("/pets/list.md", fault);
    site.page(
        "/pets/delete.md",
        &page("delete").replace("Removes", "Takes away"),
    );
    site.forget();

    let outcome = fetch(&workplace, &site, arguments).exits_with(1);

    let changed = before.differences(&workplace.contents()).join(" ");
    assert_eq!(
        changed,
        "spec/pages/.fetched.json spec/pages/pets/delete.md"
    );
    said(&outcome, &format!("{}/pets/list.md", site.url));
    (site, outcome)
}

/// Does the same, and compares the output with a snapshot.
#[track_caller]
fn fails(name: &str, fault: Reply) -> Site {
    let (site, outcome) = fails_with(fault, &[]);
    expect(name, &site, &outcome);
    site
}

/// Returns the pages of the workplace, without the state file.
fn pages_of(workplace: &Workplace) -> Vec<String> {
    let contents = Contents::of(&workplace.path("spec/pages"));
    let pages = contents
        .paths()
        .into_iter()
        .filter(|path| !path.starts_with('.'));
    pages.map(str::to_owned).collect()
}

/// Returns the modification time of each file.
fn times(workplace: &Workplace) -> Vec<(String, SystemTime)> {
    let contents = workplace.contents();
    let time = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    let times = contents.paths().into_iter().map(|path| {
        let time = time(&workplace.path(path)).expect("the file system keeps times");
        (path.to_owned(), time)
    });
    times.collect()
}

#[track_caller]
fn said(outcome: &Outcome, what: &str) {
    assert!(outcome.stderr.contains(what), "{what}\n{}", outcome.stderr);
}

/// Compares the output with a snapshot, without ports and times.
#[track_caller]
fn expect(name: &str, site: &Site, outcome: &Outcome) {
    let text = outcome.stderr.replace(&site.url, "[SITE]");
    let lines = text
        .lines()
        .map(|line| match line.split_once("Finished in ") {
            Some((start, rest)) => {
                let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
                format!("{start}Finished in [TIME]{rest}\n")
            }
            None => format!("{line}\n"),
        });
    snapshot(name, &lines.collect::<String>());
}

#[track_caller]
fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case("fetch"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
