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

/// Runs a target on its seeds.
fn seeds(target: &str, run: fn(&[u8])) {
    let folder = repository("fuzz/corpus").join(target);
    let mut seeds = 0;
    for entry in fs::read_dir(&folder).expect("a folder of seeds") {
        let path = entry.expect("a seed").path();
        println!("{}", path.display());
        run(&fs::read(&path).expect("bytes"));
        seeds += 1;
    }
    assert!(seeds > 0, "{} has no seeds", folder.display());
}

#[test]
fn pages() {
    seeds("pages", targets::pages);
}

#[test]
fn documents() {
    seeds("documents", targets::documents);
}

#[test]
fn prose() {
    seeds("prose", targets::prose);
}

#[test]
fn responses() {
    seeds("responses", targets::responses);
}

#[test]
fn events() {
    seeds("events", events::run);
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
