//! A specification update, from one export to the next: the commands and output that a
//! maintainer sees, and the committed files.
//!
//! The exports are two folders of pages, in `cases/drift`, which a local site publishes one
//! after the other. The second export removes an operation, renames a setter, changes the type
//! of a field, makes a parameter required and a response field optional, replaces a value of
//! an enumeration, adds a field to a response and to a body, changes a description, and has
//! new pages that change the outcome of a naming rule.

use std::fs;
use std::path::Path;

use similar::TextDiff;
use tests::command::{Outcome, git};
use tests::folder::{self, Contents};
use tests::site::Site;
use tests::{Workplace, case};

#[test]
fn the_report_is_read_in_a_terminal_in_a_pull_request_and_by_programs() {
    let workplace = updated();
    for (format, name) in [
        ("text", "report.txt"),
        ("markdown", "report.md"),
        ("json", "report.json"),
    ] {
        let outcome = workplace.drift(&["--format", format]).exits_with(0);
        assert_eq!(outcome.stderr, "");
        expect(name, &outcome.stdout);
    }
}

#[test]
fn a_breaking_change_needs_a_version_that_says_so() {
    let workplace = updated();
    let outcome = workplace.drift(&["--check"]).exits_with(1);
    expect("check", &outcome.stderr);
    workplace.set_version("0.1.9");
    workplace.drift(&["--check"]).exits_with(1);
    workplace.set_version("0.2.0");
    workplace.drift(&["--check"]).exits_with(0);
}

#[test]
fn breaking_changes_of_several_commits_add_up() {
    let workplace = updated();
    workplace.codegen(&[]).exits_with(0);
    workplace.git(&["add", "."]);
    workplace.git(&["commit", "--quiet", "--message", "Update the pages"]);

    // Compared with its own commit, nothing has changed, and the version is still the first one.
    let outcome = workplace.drift(&["--check"]).exits_with(1);
    assert!(
        outcome.stdout.contains("nothing changed"),
        "{}",
        outcome.stdout
    );
    let expected = "error[breaking-change]: the version is too low for the breaking changes: 0.2.0 follows 0.1.0, \
                    but `codegen.toml` has 0.1.0\n";
    assert!(outcome.stderr.starts_with(expected), "{}", outcome.stderr);
    let released = ["--check", "--base", "spec/released.json"];
    workplace.drift(&released).exits_with(1);

    workplace.set_version("0.2.0");
    workplace.drift(&["--check"]).exits_with(0);
    workplace.codegen(&[]).exits_with(0);
    workplace.drift(&["--check"]).exits_with(0);
    workplace.drift(&released).exits_with(0);
}

#[test]
fn a_version_that_is_too_low_is_not_recorded() {
    let workplace = updated();
    workplace.set_version("0.1.1");
    let before = workplace.contents_of("client");
    let outcome = workplace.codegen(&[]).exits_with(1);
    let expected = "error[breaking-change]: the version is too low for the breaking changes: 0.2.0 follows 0.1.0, \
                    but `codegen.toml` has 0.1.1";
    assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
    assert_eq!(
        workplace.contents_of("client").differences(&before),
        [""; 0]
    );
}

#[test]
fn codegen_ends_with_a_summary() {
    let workplace = updated();
    let outcome = workplace.codegen(&[]).exits_with(0);
    let (_, summary) = outcome
        .stderr
        .split_once("   Comparing ")
        .expect("the document is another");
    let (summary, _) = summary.split_once("    Finished").expect("a time");
    expect("summary", &format!("   Comparing {summary}"));

    let again = workplace.codegen(&[]).exits_with(0);
    assert!(!again.stderr.contains("Comparing"), "{}", again.stderr);
}

#[test]
fn the_changelog_tells_what_is_unreleased_and_the_version_takes_it_over() {
    let workplace = updated();
    workplace.codegen(&[]).exits_with(0);
    expect("CHANGELOG.md", &workplace.read("client/CHANGELOG.md"));
    let unreleased = workplace.read("client/CHANGELOG.md");

    workplace.set_version("0.2.0");
    workplace.codegen(&[]).exits_with(0);

    let released = workplace.read("client/CHANGELOG.md");
    assert_eq!(
        unreleased.replacen("## Unreleased\n", "## 0.2.0\n", 1),
        released
    );
    assert_eq!(
        workplace.read("spec/released.json"),
        workplace.read("spec/openapi.json")
    );
}

#[test]
fn the_same_input_gives_the_same_bytes_however_it_was_come_by() {
    let in_two_steps = updated();
    in_two_steps.codegen(&[]).exits_with(0);
    in_two_steps.set_version("0.2.0");
    in_two_steps.codegen(&[]).exits_with(0);
    let in_one_step = updated();
    in_one_step.set_version("0.2.0");
    in_one_step.codegen(&[]).exits_with(0);
    let contents = in_one_step.without_git();
    assert_eq!(in_two_steps.without_git().differences(&contents), [""; 0]);

    // A second run, a check, and a check of a fresh clone find nothing to do.
    in_one_step.codegen(&[]).exits_with(0);
    in_one_step.codegen(&["--check"]).exits_with(0);
    assert_eq!(in_one_step.without_git().differences(&contents), [""; 0]);
    let clone = Workplace::empty();
    contents.write_to(&clone.path(""));
    clone.codegen(&["--check"]).exits_with(0);
}

#[test]
fn a_change_that_is_taken_back_leaves_no_trace() {
    let workplace = updated();
    let before = workplace.contents_of("client");
    workplace.codegen(&[]).exits_with(0);
    workplace.take("before");
    workplace.codegen(&[]).exits_with(0);
    assert_eq!(
        workplace.contents_of("client").differences(&before),
        [""; 0]
    );
}

#[test]
fn the_diff_of_the_client_is_what_changed() {
    let workplace = updated();
    let [client, openapi] = [
        workplace.contents_of("client"),
        workplace.contents_of("spec"),
    ];
    workplace.codegen(&[]).exits_with(0);
    let diff = diff(&client, &workplace.contents_of("client"));
    expect("client.diff", &without(&diff, "CHANGELOG.md"));
    let diff = self::diff(&openapi, &workplace.contents_of("spec"));
    expect("openapi.diff", &diff);
}

#[test]
fn an_operation_that_is_added_adds_lines_and_moves_none() {
    let workplace = generated();
    fs::remove_file(workplace.path("spec/pages/books/delete.md")).expect("it is there");
    workplace.codegen(&[]).exits_with(0);
    let before = [
        workplace.contents_of("client"),
        workplace.contents_of("spec"),
    ];

    workplace.take("before");
    workplace.codegen(&[]).exits_with(0);

    let after = [
        workplace.contents_of("client"),
        workplace.contents_of("spec"),
    ];
    for (before, after) in before.iter().zip(&after) {
        let diff = without(&diff(before, after), "CHANGELOG.md");
        let removed: Vec<&str> = diff
            .lines()
            .filter(|line| line.starts_with('-') && !line.starts_with("---"))
            // The imports of a file are on one line.
            .filter(|line| !line.starts_with("-use "))
            // The sentence about the group lists its operations.
            .filter(|line| !line.ends_with("Add, list, and get books."))
            .collect();
        assert_eq!(removed, [""; 0]);
        assert!(diff.contains("delete"), "{diff}");
    }
}

/// A repository with the client of the first export, committed.
fn generated() -> Repository {
    let repository = Repository {
        workplace: Workplace::empty(),
        site: Site::start(),
    };
    let settings = fs::read(case("drift/codegen.toml")).expect("the settings");
    folder::write(&repository.path("spec/codegen.toml"), settings);
    repository.take("before");
    repository.codegen(&[]).exits_with(0);
    repository.git(&["init", "--quiet"]);
    repository.git(&["add", "."]);
    repository.git(&["commit", "--quiet", "--message", "Add the client"]);
    repository
}

/// The same repository with the pages of the second export.
fn updated() -> Repository {
    let repository = generated();
    repository.take("after");
    repository
}

/// A workplace that is a git repository, and the site that its pages come from.
struct Repository {
    workplace: Workplace,
    site: Site,
}

impl std::ops::Deref for Repository {
    type Target = Workplace;

    fn deref(&self) -> &Workplace {
        &self.workplace
    }
}

impl Repository {
    /// Publishes an export on the site, and fetches it.
    fn take(&self, export: &str) {
        let pages = Contents::of(&case("drift").join(export));
        for path in pages.paths() {
            self.site.page(&format!("/{path}"), &pages.text(path));
        }
        self.site.index(&pages.paths());
        let from = &self.site.url;
        self.xtask(&["fetch", "--spec", "spec", "--from", from, "--prune"])
            .exits_with(0);
    }

    fn set_version(&self, version: &str) {
        let settings = self.read("spec/codegen.toml");
        let lines = settings
            .lines()
            .map(|line| match line.strip_prefix("version") {
                Some(_) => format!("version = \"{version}\"\n"),
                None => format!("{line}\n"),
            });
        self.write("spec/codegen.toml", &lines.collect::<String>());
    }

    fn drift(&self, arguments: &[&str]) -> Outcome {
        self.xtask(&[&["drift", "--spec", "spec"], arguments].concat())
    }

    fn git(&self, arguments: &[&str]) {
        git(&self.path(""), arguments);
    }

    /// Returns all files except those of git, with the URL of the site replaced.
    fn without_git(&self) -> Contents {
        let contents = self.contents().outside(".git");
        contents.outside("spec/pages/.fetched.json")
    }

    fn contents_of(&self, folder: &str) -> Contents {
        Contents::of(&self.path(folder))
    }
}

/// Writes the diff of two folders, without the pages and the runtime.
fn diff(before: &Contents, after: &Contents) -> String {
    let mut text = String::new();
    for path in before.differences(after) {
        if path.starts_with("pages/") {
            continue;
        }
        let (old, new) = (before.text(path), after.text(path));
        let diff = TextDiff::from_lines(&old, &new);
        let mut diff = diff.unified_diff();
        let name = |text: &str| if text.is_empty() { "/dev/null" } else { path }.to_owned();
        diff.context_radius(1).header(&name(&old), &name(&new));
        text.push_str(&diff.to_string());
    }
    text
}

/// Excludes a file from a diff.
fn without(diff: &str, path: &str) -> String {
    let mut is_left_out = false;
    let lines = diff.split_inclusive('\n').filter(|line| {
        if let Some(name) = line.strip_prefix("--- ") {
            is_left_out = name.trim() == path;
        }
        !is_left_out
    });
    lines.collect()
}

#[track_caller]
fn expect(name: &str, content: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(&case("drift/expected")));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, content));
}
