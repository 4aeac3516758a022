//! Shared code of the fuzz targets and the tests. `tests/fuzzing` runs it on the seeds.

#[path = "../../tests/fuzzing/choices.rs"]
mod choices;
#[path = "../../tests/fuzzing/document.rs"]
mod document;
#[path = "../../tests/fuzzing/events.rs"]
mod event_bytes;
#[path = "../../tests/fuzzing/targets.rs"]
mod targets;

/// Generates from arbitrary bytes as a page.
pub fn pages(bytes: &[u8]) {
    let _ = targets::pages(bytes);
}

/// Generates from a plain document. The bytes determine the structure.
pub fn documents(bytes: &[u8]) {
    let _ = targets::documents(bytes);
}

/// Generates from arbitrary bytes as the prose of a page.
pub fn prose(bytes: &[u8]) {
    let _ = targets::prose(bytes);
}

/// Reads arbitrary bytes as a response.
pub fn responses(bytes: &[u8]) {
    let _ = targets::responses(bytes);
}

/// Reads arbitrary bytes as the events of a response.
pub fn events(bytes: &[u8]) {
    let _ = event_bytes::run(bytes);
}
