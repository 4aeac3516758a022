//! Runs the functions of the fuzz targets on their seeds.
//!
//! `fuzz/` runs the same functions on arbitrary bytes. The seeds of the targets `llms_txt` and
//! `reader` are tested next to their code.

mod choices;
mod document;
mod events;
mod targets;

use std::fs;

use tests::command::{cargo_in, run};
use tests::{Workplace, repository};

use choices::Choices;

/// Runs a target on its seeds, of which it must accept at least `expected`.
fn seeds(target: &str, expected: usize, run: fn(&[u8]) -> bool) {
    let folder = repository("fuzz/corpus").join(target);
    let mut accepted = 0;
    for entry in fs::read_dir(&folder).expect("a folder of seeds") {
        let path = entry.expect("a seed").path();
        let is_accepted = run(&fs::read(&path).expect("bytes"));
        println!("{}: accepted: {is_accepted}", path.display());
        accepted += usize::from(is_accepted);
    }
    let folder = folder.display();
    assert!(
        accepted >= expected,
        "{accepted} of the seeds in {folder} are accepted"
    );
}

#[test]
fn pages() {
    seeds("pages", 5, targets::pages);
}

#[test]
fn documents() {
    seeds("documents", 9, targets::documents);
}

#[test]
fn prose() {
    seeds("prose", 4, targets::prose);
}

#[test]
fn responses() {
    seeds("responses", 4, targets::responses);
}

#[test]
fn events() {
    seeds("events", 3, events::run);
}

/// Generates from documents of pseudorandom bytes. `FUZZING_DOCUMENTS` is their number.
#[test]
fn documents_of_any_bytes() {
    let count = std::env::var("FUZZING_DOCUMENTS").map_or(60, |it| it.parse().expect("a number"));
    for number in 0..count {
        targets::documents(&bytes(number));
    }
}

/// Returns pseudorandom bytes.
fn bytes(number: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..900).map(|_| next()).collect()
}

/// `FUZZING_SAMPLE` is a number that selects the document of the crate.
#[test]
fn the_crate_of_a_random_document_compiles() {
    let number = std::env::var("FUZZING_SAMPLE").map_or(5, |it| it.parse().expect("a number"));
    let workplace = Workplace::empty();
    let document = document::of(&mut Choices::new(&bytes(number)));
    workplace.write("odd.json", &document.to_string());
    let arguments = [
        "codegen", "--spec", "odd.json", "--out", "client", "--quiet",
    ];
    workplace.xtask(&arguments).exits_with(0);
    let client = workplace.path("client");
    run(cargo_in(&client).args(["check", "--features", "mock,tracing"])).exits_with(0);
}
