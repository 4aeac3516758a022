//! The code that the fuzz targets share with the tests: `tests/fuzzing` runs it on the seeds.

#[path = "../../tests/fuzzing/choices.rs"]
mod choices;
#[path = "../../tests/fuzzing/document.rs"]
mod document;
#[path = "../../tests/fuzzing/events.rs"]
mod event_bytes;
#[path = "../../tests/fuzzing/targets.rs"]
mod targets;

/// Any bytes as a page.
pub fn pages(bytes: &[u8]) {
    targets::pages(bytes);
}

/// A plain document whose structure the bytes choose.
pub fn documents(bytes: &[u8]) {
    targets::documents(bytes);
}

/// Any bytes as the prose of a page.
pub fn prose(bytes: &[u8]) {
    targets::prose(bytes);
}

/// Any bytes as a response.
pub fn responses(bytes: &[u8]) {
    targets::responses(bytes);
}

/// Any bytes as the events of a response.
pub fn events(bytes: &[u8]) {
    event_bytes::run(bytes);
}
