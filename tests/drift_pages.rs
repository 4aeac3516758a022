//! Drift between the lowered pages before and after a change: exactly the changed facts are
//! reported.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use generator::api::Api;
use generator::drift::{BaseDocument, Change, Drift, Effect, Kind, compare};
use generator::{Problem, Source, SourceFile};
use semver::Version;
use tests::folder::Contents;
use tests::{repository, shared};

/// A replacement in the pages, and the expected changes.
struct Case {
    from: &'static str,
    to: &'static str,
    changes: &'static [(Kind, Effect, &'static str)],
}

const CASES: &[Case] = &[
    Case {
        from: "explode: true",
        to: "explode: false",
        changes: &[(Kind::ParameterStyleChanged, Effect::Changed, "genres")],
    },
    Case {
        from: "maximum: 50",
        to: "maximum: 20",
        changes: &[
            (Kind::LimitChanged, Effect::Changed, "limit"),
            (Kind::DocumentationChanged, Effect::Documentation, "limit"),
        ],
    },
    Case {
        from: "            type: array\n            items:\n              type: string\n",
        to: "            type: array\n            uniqueItems: true\n            items:\n              type: string\n              maxLength: 9\n",
        changes: &[
            (Kind::LimitChanged, Effect::Changed, "genres"),
            (Kind::LimitChanged, Effect::Changed, "genres"),
        ],
    },
    Case {
        from: "                type: array\n                items:\n",
        to: "                type: array\n                maxItems: 3\n                items:\n",
        changes: &[],
    },
    Case {
        from: "        title:\n          type: string\n",
        to: "        title:\n          type: string\n          format: email\n",
        changes: &[(Kind::FormatChanged, Effect::Changed, "title")],
    },
    Case {
        from: "    type_:Photo:\n      type: object\n",
        to: "    type_:Photo:\n      type: object\n      minProperties: 2\n",
        changes: &[(Kind::LimitChanged, Effect::Changed, "")],
    },
    Case {
        from: "            application/json:\n              schema:\n                type: array",
        to: "            application/vnd.books+json:\n              schema:\n                type: array",
        changes: &[(Kind::ResponseFormatChanged, Effect::Changed, "200")],
    },
    Case {
        from: "          schema:\n            type: integer\n",
        to: "          schema:\n            deprecated: true\n            type: integer\n",
        changes: &[(Kind::MemberDeprecated, Effect::Changed, "limit")],
    },
    Case {
        from: "        pages:\n",
        to: "        pages:\n          format: int64\n",
        changes: &[],
    },
    Case {
        from: "        camera:\n",
        to: "        Camera:\n",
        changes: &[(Kind::PropertyNameChanged, Effect::Changed, "camera")],
    },
    Case {
        from: "kind",
        to: "Kind",
        changes: &[
            (Kind::DiscriminatorChanged, Effect::Changed, ""),
            (Kind::PropertyNameChanged, Effect::Changed, "kind"),
            (Kind::PropertyNameChanged, Effect::Changed, "kind"),
        ],
    },
    Case {
        from: "description: Lists the books.",
        to: "description: Lists all books.",
        changes: &[(Kind::DocumentationChanged, Effect::Documentation, "")],
    },
    Case {
        from: "        - name: limit\n",
        to: "        - name: shelf\n          in: query\n          schema: {type: string}\n        - name: limit\n",
        changes: &[(Kind::SetterAdded, Effect::Added, "shelf")],
    },
    Case {
        from: "application/json:\n            schema:\n              type: object",
        to: "application/x-www-form-urlencoded:\n            schema:\n              type: object",
        changes: &[(Kind::BodyEncodingChanged, Effect::Changed, "")],
    },
    Case {
        from: "application/json:\n            schema:\n              type: object",
        to: "multipart/form-data:\n            schema:\n              type: object",
        changes: &[
            (Kind::BodyEncodingChanged, Effect::Changed, ""),
            (Kind::TypeEncodingChanged, Effect::Breaking, ""),
        ],
    },
    Case {
        from: "book_id",
        to: "id",
        changes: &[(Kind::ArgumentRenamed, Effect::Changed, "id")],
    },
    Case {
        from: "                fast:\n",
        to: "                fast:\n                  default: true\n",
        changes: &[
            (Kind::DefaultValueChanged, Effect::Changed, "fast"),
            (Kind::DocumentationChanged, Effect::Documentation, "fast"),
            (Kind::DocumentationChanged, Effect::Documentation, "fast"),
        ],
    },
    Case {
        from: "put:",
        to: "patch:",
        changes: &[(Kind::OperationMoved, Effect::Changed, "")],
    },
    Case {
        from: "                shelf:\n",
        to: "                shelf:\n                  deprecated: true\n",
        changes: &[(Kind::MemberDeprecated, Effect::Changed, "shelf")],
    },
    Case {
        from: "'404':",
        to: "'409':",
        changes: &[
            (Kind::StatusRemoved, Effect::Changed, "404"),
            (Kind::StatusAdded, Effect::Changed, "409"),
        ],
    },
];

#[test]
fn each_change_of_the_pages_is_reported() {
    let pages = files(&repository("tests/cases/drift/facts"));
    let base = lowered(&pages);
    for Case { from, to, changes } in CASES {
        let now = lowered(&replaced(&pages, from, to));
        let mut expected = changes.to_vec();
        expected.sort();
        let found = compare(&base, &now);
        assert_eq!(short(&found), expected, "{to}");
    }
}

#[test]
fn two_changes_of_the_pages_are_both_reported() {
    let pages = files(&repository("tests/cases/drift/facts"));
    let base = lowered(&pages);
    for (index, one) in CASES.iter().enumerate() {
        for other in &CASES[index + 1..] {
            if one.from == other.from {
                continue;
            }
            let once = replaced(&pages, one.from, one.to);
            let both = replaced(&once, other.from, other.to);
            let mut expected = [one.changes, other.changes].concat();
            expected.sort();
            let found = compare(&base, &lowered(&both));
            assert_eq!(short(&found), expected, "{} and {}", one.to, other.to);
        }
    }
}

#[test]
fn the_report_of_an_update_has_the_lines_of_the_pages() {
    let folder = repository("tests/cases/drift");
    let [before, after] = ["before", "after"].map(|name| files(&folder.join(name)));
    let version = Version::new(0, 1, 0);
    let base = BaseDocument::new("HEAD", Some(version.clone()), lowered(&before));
    let now = lowered_since(&after, &before);
    let drift = Drift::new(&base, &now, version).locate(&now, &after);
    let snapshot = fs::read_to_string(folder.join("expected/report.md.snap"));
    let snapshot = snapshot.expect("a snapshot");
    let (_, expected) = snapshot.split_once("---\n## ").expect("a heading");
    assert_eq!(drift.to_markdown(60_000), format!("## {expected}"));
}

#[test]
fn a_report_that_is_too_long_keeps_what_breaks_callers() {
    let folder = repository("tests/cases/drift");
    let [before, after] = ["before", "after"].map(|name| files(&folder.join(name)));
    let base = BaseDocument::new("HEAD", None, lowered(&before));
    let drift = Drift::new(&base, &lowered(&after), Version::new(0, 1, 0));
    let whole = drift.to_markdown(60_000);
    let (breaking, _) = whole.split_once("<details>").expect("other changes");

    let short = drift.to_markdown(whole.len() - 1);
    assert!(short.starts_with(breaking), "{short}");
    for longest in 300..whole.len() {
        let text = drift.to_markdown(longest);
        assert!(text.len() <= longest, "{longest}: {text}");
        assert_eq!(text.matches("```").count() % 2, 0, "{longest}: {text}");
        let opened = text.matches("<details>").count();
        assert_eq!(
            opened,
            text.matches("</details>").count(),
            "{longest}: {text}"
        );
    }
}

#[test]
fn the_changes_of_other_pages_are_reported() {
    let Some(folder) = shared("cases/drift") else {
        return;
    };
    let base = lowered(&files(&folder.join("base")));
    let changed = |kind| (kind, Effect::Changed);
    for (name, expected) in [
        (
            "22-param-explode-false",
            &[changed(Kind::ParameterStyleChanged)][..],
        ),
        (
            "52-body-media-json-to-multipart",
            &[
                (Kind::TypeEncodingChanged, Effect::Breaking),
                changed(Kind::BodyEncodingChanged),
            ],
        ),
        (
            "b6-prop-wire-rename-same-rust",
            &[changed(Kind::PropertyNameChanged)],
        ),
        (
            "m1-explode+description",
            &[
                changed(Kind::ParameterStyleChanged),
                (Kind::DocumentationChanged, Effect::Documentation),
            ],
        ),
        (
            "m4-explode+setter-added",
            &[
                (Kind::SetterAdded, Effect::Added),
                changed(Kind::ParameterStyleChanged),
            ],
        ),
        ("n7-int64", &[]),
        (
            "p1-409+setter",
            &[
                (Kind::SetterAdded, Effect::Added),
                changed(Kind::StatusAdded),
            ],
        ),
        (
            "p4-status+setter",
            &[
                (Kind::SetterAdded, Effect::Added),
                changed(Kind::StatusRemoved),
                changed(Kind::StatusAdded),
            ],
        ),
        (
            "p9-discriminator-prop-same-rust",
            &[
                changed(Kind::PropertyNameChanged),
                changed(Kind::PropertyNameChanged),
                changed(Kind::DiscriminatorChanged),
            ],
        ),
    ] {
        let changes = compare(&base, &lowered(&files(&folder.join(name))));
        let found: Vec<(Kind, Effect)> = changes.iter().map(|it| (it.kind, it.effect)).collect();
        assert_eq!(found, expected, "{name}");
    }
    let urlencoded = lowered(&files(&folder.join("51-body-media-json-to-urlencoded")));
    let changes = compare(&base, &urlencoded);
    let is_encoding = |change: &Change| change.kind == Kind::BodyEncodingChanged;
    assert!(changes.iter().any(is_encoding), "{changes:#?}");
}

/// Returns the kinds, effects, and subjects of the changes, sorted.
fn short(changes: &[Change]) -> Vec<(Kind, Effect, &str)> {
    let mut short: Vec<(Kind, Effect, &str)> = changes
        .iter()
        .map(|change| {
            let member = change.member.as_deref().unwrap_or_default();
            (change.kind, change.effect, member)
        })
        .collect();
    short.sort();
    short
}

fn replaced(pages: &[Arc<SourceFile>], from: &str, to: &str) -> Vec<Arc<SourceFile>> {
    let is_there = pages.iter().any(|page| page.text().contains(from));
    assert!(is_there, "no page has {from:?}");
    pages
        .iter()
        .map(|page| SourceFile::new(page.name(), &page.text().replace(from, to)))
        .collect()
}

/// Reads the pages in a folder and its subfolders.
fn files(folder: &Path) -> Vec<Arc<SourceFile>> {
    let contents = Contents::of(folder);
    let pages = contents.texts();
    let files: Vec<_> = pages
        .map(|(path, text)| SourceFile::new(&format!("pages/{path}"), &text))
        .collect();
    assert!(!files.is_empty(), "no page is in {}", folder.display());
    files
}

/// Lowers pages like a run.
fn lowered(pages: &[Arc<SourceFile>]) -> Api {
    try_lowered(pages).expect("the pages are good")
}

/// Lowers pages like a run after a release with other pages.
fn lowered_since(pages: &[Arc<SourceFile>], released: &[Arc<SourceFile>]) -> Api {
    let released = Source {
        pages: released.to_vec(),
        ..Source::default()
    };
    let released = generator::generate(&released).expect("the pages are good");
    let source = Source {
        pages: pages.to_vec(),
        released: Some(SourceFile::new("released.json", &released.openapi)),
        ..Source::default()
    };
    let (api, _) = generator::model(&source).expect("the pages are good");
    api
}

fn try_lowered(pages: &[Arc<SourceFile>]) -> Result<Api, Problem> {
    let source = Source {
        pages: pages.to_vec(),
        ..Source::default()
    };
    generator::model(&source).map(|(api, _)| api)
}
