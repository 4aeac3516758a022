//! Compares the Twelve Labs client with the official Python SDK: for the same arguments, it sends
//! the same request, and it round-trips every response of the API.
//!
//! `fixtures/parity/` contains each call of the SDK (`twelvelabs` 1.3.6): its arguments and its
//! request. `calls/` contains the same calls in Rust, written by hand like a user would write them.
//! All arguments are set, so that defaults of the SDK, such as `page=1`, make no difference. The
//! responses follow `spec/openapi.json`.

mod answers;
mod calls;
mod request;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use similar::TextDiff;

use answers::{Fields, operations};
use calls::Call;
use request::Request;
use server::Server;

/// A fixture, and the function that converts the request of the SDK into the request of the client.
type Difference = (&'static str, fn(&mut Request));

/// Intentional differences between the requests.
const DIFFERENCES: &[Difference] = &[
    ("indexes/videos/list", own_fields_by_their_name),
    ("indexes/videos/list.half_ranges", own_fields_by_their_name),
    ("indexes/videos/list.numbers", own_fields_by_their_name),
];

/// For this list, the SDK sends user metadata filters as plain parameters, so that a field named
/// `page` or `filename` replaces the parameter. The client sends them like both do in
/// `indexes.indexed_assets.list`.
fn own_fields_by_their_name(request: &mut Request) {
    for field in ["category", "views", "public"] {
        if let Some(values) = request.query.remove(field) {
            let name = format!("user_metadata[{field}]");
            request.query.insert(name, values);
        }
    }
}

#[test]
fn each_fixture_has_a_call_and_each_call_has_a_fixture() {
    let called: Vec<_> = calls::recorded().iter().map(|(name, _)| *name).collect();
    let fixtures = fixtures();
    assert_eq!(
        called.iter().copied().collect::<BTreeSet<_>>(),
        fixtures.keys().map(String::as_str).collect(),
    );
    assert_eq!(called.len(), fixtures.len(), "a fixture has two calls");
    for (name, _) in DIFFERENCES {
        assert!(called.contains(name), "{name} is called by nothing");
    }
}

#[test]
fn each_operation_is_called() {
    let calls = calls::all();
    let called: BTreeSet<_> = calls.iter().map(|(name, _)| operation_of(name)).collect();
    let operations = operations();
    assert_eq!(called, operations.keys().cloned().collect());
}

#[tokio::test]
async fn a_call_sends_what_the_sdk_sends() {
    let server = Server::start().await;
    let operations = operations();
    let mut fixtures = fixtures();
    let mut failures = String::new();
    for (name, call) in calls::recorded() {
        let mut expected = fixtures.remove(name).expect("each call has a fixture");
        let operation = &operations[&operation_of(name)];
        let answer = operation.answers(Fields::All).swap_remove(0);
        let (_, sent) = server.call(call, operation, &answer).await;
        if let Some((_, change)) = DIFFERENCES.iter().find(|(of, _)| *of == name) {
            assert_ne!(sent, expected, "{name} is no difference any more");
            change(&mut expected);
        }
        if sent != expected {
            failures += &difference(name, &expected, &sent);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[tokio::test]
async fn an_answer_with_every_field_is_read_and_written_back() {
    every_answer_is_read_and_written_back(Fields::All).await;
}

#[tokio::test]
async fn an_answer_with_what_is_required_alone_is_read_and_written_back() {
    every_answer_is_read_and_written_back(Fields::Required).await;
}

async fn every_answer_is_read_and_written_back(fields: Fields) {
    let server = Server::start().await;
    let operations = operations();
    let one_call_each: BTreeMap<String, Call> = calls::all()
        .into_iter()
        .map(|call| (operation_of(call.0), call))
        .collect();
    let mut failures = String::new();
    for (name, (_, call)) in one_call_each {
        let operation = &operations[&name];
        for answer in operation.answers(fields) {
            match server.call(call, operation, &answer).await.0 {
                Ok(read) if read.json != answer => {
                    failures += &difference(&name, &answer, &read.json);
                }
                // A variant or a value of the document must not be read as unknown.
                Ok(read) if read.shown.contains("Unknown(") => {
                    failures += &format!("{name}: not known: {}\n", read.shown);
                }
                Ok(_) => {}
                Err(error) => failures += &format!("{name}: {error}\n{answer}\n"),
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Returns the ID in `spec/openapi.json` of a fixture's operation: `indexes/videos/list.numbers`
/// belongs to `indexes_videos_list`.
fn operation_of(fixture: &str) -> String {
    let (operation, _variant) = fixture.split_once('.').unwrap_or((fixture, ""));
    operation.replace('/', "_")
}

/// Returns the requests of the SDK, by the path of the fixture without `.json`.
fn fixtures() -> BTreeMap<String, Request> {
    let mut fixtures = BTreeMap::new();
    let folder = tests::repository("tests/fixtures/parity");
    for path in tests::folder::Contents::of(&folder).paths() {
        let fixture: Value = read(&folder.join(path));
        let name = path.trim_end_matches(".json").to_owned();
        fixtures.insert(name, Request::recorded(&fixture["request"]));
    }
    fixtures
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn difference(name: &str, expected: &impl std::fmt::Debug, found: &impl std::fmt::Debug) -> String {
    let (expected, found) = (format!("{expected:#?}"), format!("{found:#?}"));
    let diff = TextDiff::from_lines(&expected, &found);
    format!("{name}\n{}\n", diff.unified_diff().context_radius(3))
}
