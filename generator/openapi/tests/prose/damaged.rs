//! Pages that are truncated, shuffled, or much too large.

use std::fs;
use std::path::{Path, PathBuf};

use pages::SourceFile;
use proptest::prelude::*;

use crate::read;

/// Returns the texts of all pages that were written for tests.
fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/prose");
    let mut folders: Vec<PathBuf> = vec![root];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of pages") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                texts.push(fs::read_to_string(path).expect("a page"));
            }
        }
    }
    texts.sort();
    assert!(texts.len() > 5);
    texts
}

/// One change of a text, at a place between 0 and 1.
#[derive(Clone, Debug)]
enum Damage {
    Remove,
    Repeat,
    Indent,
    Cut,
    Insert(String),
}

fn damage() -> impl Strategy<Value = (f64, Damage)> {
    let text = prop_oneof![
        Just("- `a` (object, required".to_owned()),
        Just("## Types".to_owned()),
        Just("### A".to_owned()),
        Just("```".to_owned()),
        Just("Reference: https://a.example".to_owned()),
        "[-` ()a,:]{0,12}",
        "\\PC{0,12}",
    ];
    let damage = prop_oneof![
        Just(Damage::Remove),
        Just(Damage::Repeat),
        Just(Damage::Indent),
        Just(Damage::Cut),
        text.prop_map(Damage::Insert),
    ];
    (0.0..1.0, damage)
}

fn damaged(text: &str, changes: &[(f64, Damage)]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (place, damage) in changes {
        let index = (lines.len() as f64 * place) as usize;
        if index >= lines.len() {
            continue;
        }
        match damage {
            Damage::Remove => drop(lines.remove(index)),
            Damage::Repeat => lines.insert(index, lines[index].clone()),
            Damage::Indent => lines[index].insert_str(0, "  "),
            Damage::Cut => {
                let middle = lines[index].chars().count() / 2;
                lines[index] = lines[index].chars().take(middle).collect();
            }
            Damage::Insert(text) => lines.insert(index, text.clone()),
        }
    }
    lines.join("\n") + "\n"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_damaged_page_is_read_or_refused(
        page in 0..texts().len(),
        changes in proptest::collection::vec(damage(), 1..8),
    ) {
        let text = damaged(&texts()[page], &changes);
        if let Ok((documents, _)) = read(&[SourceFile::new("page.md", &text)]) {
            for document in &documents {
                // Each place is on the page.
                let line = document.place("/paths").line();
                prop_assert!(line >= 1 && line <= text.lines().count());
            }
        }
    }
}

/// Returns a page whose response has these lines.
fn page(lines: &str) -> String {
    format!(
        "# Huge\n\nGET https://a.example/huge\n\nReference: https://a.example/docs/huge\n\n\
         ## Response\n\n### 200\n\n{lines}"
    )
}

#[test]
fn huge_pages_take_time_in_proportion_to_their_size() {
    let properties: String = (0..50_000)
        .map(|index| format!("- `p{index}` (string, required)\n"))
        .collect();
    let deep: String = (0..2_000)
        .map(|depth| format!("{}- `p` (object, required)\n", "  ".repeat(depth)))
        .collect();
    let label = format!("- `p` ({}string, required)\n", "list of ".repeat(100_000));
    let union = format!("- `p` ({}, required)\n", ["object"; 20_000].join(" or "));
    let variants: String = (0..20_000)
        .map(|index| format!("- `type`: `v{index}` (Same)\n"))
        .collect();
    let types: String = (0..20_000)
        .map(|index| format!("### T{index}\n\n"))
        .collect();
    let types = format!("- `T`\n\n## Types\n\n{types}");
    let nested: String = (0..6)
        .map(|depth| format!("{}- `p` (object, required)\n", "  ".repeat(depth)))
        .collect();
    let cut: String = (0..5_000)
        .map(|index| format!("{}- `v{index}` (enum, required)\n", "  ".repeat(6)))
        .collect();
    let whole: String = (0..5_000)
        .map(|index| format!("  - `v{index}` (enum, required)\n    - Allowed values: `a`\n"))
        .collect();
    let cut = format!("{nested}{cut}- `q` (object, required)\n{whole}");
    for lines in [properties, deep, label, union, variants, types, cut] {
        let (documents, _) = read(&[SourceFile::new("page.md", &page(&lines))]).expect("a page");
        assert_eq!(documents.len(), 1);
    }
}
