//! Events about unknown names and values in a response.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use futures_util::TryStreamExt;
use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::calls::Calls;
use crate::runtime::read::Read;
use crate::runtime::write::Write;
use crate::runtime::{UnknownValue, UnknownVariant, object, open_enum, union};
use crate::server::{KEY, Server, THINGS, answer, get};

#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    Ready,
    Unknown(UnknownValue),
}

open_enum! {
    Status {
        Ready = "ready",
        ..Unknown
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    pub status: Option<Status>,
    pub parts: Vec<Thing>,
    pub by_name: BTreeMap<String, Thing>,
    pub content: Option<Content>,
    pub choice: Option<Choice>,
    pub open: Option<Open>,
    pub any: Option<Value>,
}

object! {
    Thing {
        status: optional "status",
        parts: optional "parts",
        by_name: optional "by_name",
        content: optional "content",
        choice: optional "choice",
        open: optional "open",
        any: optional "any",
    }
}

/// Stores all properties.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    pub status: Option<Status>,
    pub rest: BTreeMap<String, Value>,
}

object! {
    Open {
        status: optional "status",
        ..rest
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    pub r#type: Option<String>,
    pub text: String,
    pub status: Option<Status>,
}

object! {
    Text {
        r#type: optional "type",
        text: required "text",
        status: optional "status",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub text: String,
    pub url: String,
    pub size: Option<i64>,
}

object! {
    Picture {
        text: required "text",
        url: required "url",
        size: optional "size",
    }
}

/// Selected by a property.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Text(Text),
    Unknown(UnknownVariant),
}

union! {
    Content by "type" {
        Text(Text) = "text",
        ..Unknown
    }
}

/// Tried in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    Text(Text),
    Picture(Picture),
    Unknown(UnknownVariant),
}

union! {
    Choice {
        Text(Text),
        Picture(Picture),
        ..Unknown
    }
}

/// Records the events about unknown names and values, one line per event.
#[derive(Clone)]
struct Events {
    lines: Arc<Mutex<Vec<String>>>,
    level: Level,
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let value = format!("{value:?}").replace('"', "");
        self.0.insert(field.name(), value);
    }
}

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "runtime::unknown" && *metadata.level() <= self.level
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        assert_eq!(fields.0["operation"], "things_list");
        assert_eq!(
            fields.0["message"],
            "the response contains a name or value that is unknown to this version"
        );
        assert_eq!(fields.0.len(), 4);
        let line = format!("{} {}", fields.0["kind"], fields.0["path"]);
        self.lines.lock().unwrap().push(line);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Events {
    fn of_level(level: Level) -> Self {
        let lines = Arc::default();
        Self { lines, level }
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

/// Returns the events of a call whose response has this body.
async fn events<T: Read>(body: &str) -> Vec<String> {
    let server = Server::answering(answer("200 OK", body)).await;
    let events = Events::of_level(Level::DEBUG);
    let _guard = tracing::subscriber::set_default(events.clone());
    server.things::<T>().await.unwrap();
    events.lines()
}

#[tokio::test]
async fn a_response_of_known_values_has_no_events() {
    let body = r#"{
        "status": "ready", "parts": [{"status": null}], "any": {"more": 1},
        "content": {"type": "text", "text": "a"}, "choice": {"text": "a", "url": "b"}
    }"#;
    assert_eq!(events::<Thing>(body).await, [""; 0]);
    assert_eq!(events::<Value>(body).await, [""; 0]);
}

#[tokio::test]
async fn fields_and_values_have_paths_through_lists_and_maps() {
    let body = r#"[
        {"status": "ready"},
        {"new": {"status": "x"}, "parts": [{}, {"status": "waiting", "also": [1, 2]}]},
        {"by_name": {"a b": {"status": "gone"}}}
    ]"#;
    assert_eq!(
        events::<Vec<Thing>>(body).await,
        [
            "field [1].new",
            "value [1].parts[1].status",
            "field [1].parts[1].also",
            "value [2].by_name.a b.status",
        ]
    );
}

#[tokio::test]
async fn a_value_as_a_whole_has_a_path() {
    assert_eq!(events::<Status>(r#" "waiting" "#).await, ["value ."]);
    assert_eq!(events::<Content>("{}").await, ["variant ."]);
    assert_eq!(events::<Status>("\u{feff}\"waiting\"").await, ["value ."]);
}

#[tokio::test]
async fn fields_that_a_map_keeps_are_known() {
    let body = r#"{"open": {"new": 1, "status": "waiting"}}"#;
    assert_eq!(events::<Thing>(body).await, ["value open.status"]);
}

#[tokio::test]
async fn unknown_variants_have_no_events_inside() {
    let body = r#"{"content": {"type": "sound", "x": {"y": 1}}, "choice": [7]}"#;
    assert_eq!(
        events::<Thing>(body).await,
        ["variant content", "variant choice"]
    );
}

#[tokio::test]
async fn variants_that_are_tried_and_not_taken_have_no_events() {
    // `Text` is tried first, and has neither `url` nor `size`.
    let body = r#"{"choice": {"text": "a", "url": "b", "size": 1, "new": 2}, "end": 3}"#;
    assert_eq!(
        events::<Thing>(body).await,
        ["field choice.new", "field end"]
    );
    // `Picture` lacks its `url`.
    let body = r#"{"choice": {"size": 1, "text": "a", "status": "waiting"}}"#;
    assert_eq!(
        events::<Thing>(body).await,
        ["field choice.size", "value choice.status"]
    );
}

#[tokio::test]
async fn the_number_of_events_of_a_response_is_limited() {
    let body = format!("[{}]", vec![r#"{"new": 1}"#; 100].join(","));
    let events = events::<Vec<Thing>>(&body).await;
    assert_eq!(events.len(), 32);
    assert_eq!(events[31], "field [31].new");
}

#[tokio::test]
async fn a_path_does_not_show_the_key() {
    let body = format!(r#"{{"by_name": {{"{KEY}": {{"new": 1}}}}}}"#);
    assert_eq!(
        events::<Thing>(&body).await,
        ["field by_name.[redacted].new"]
    );
}

#[tokio::test]
async fn there_are_no_events_below_the_level_of_the_subscriber() {
    let server = Server::answering(answer("200 OK", r#"{"new": 1}"#)).await;
    let events = Events::of_level(Level::INFO);
    let _guard = tracing::subscriber::set_default(events.clone());
    server.things::<Thing>().await.unwrap();
    assert_eq!(events.lines(), [""; 0]);
}

/// Returns the trace events of an event stream.
async fn events_of_stream<T: Read + Write>(body: &str) -> Vec<String> {
    let server = Server::answering(answer("200 OK", body)).await;
    let client = server.client();
    let events = Events::of_level(Level::DEBUG);
    let _guard = tracing::subscriber::set_default(events.clone());
    let call = client.calls().events::<T>(get(&client, "/things"), &THINGS);
    let mut stream = call.await.unwrap().into_inner();
    while stream.try_next().await.unwrap().is_some() {}
    events.lines()
}

#[tokio::test]
async fn each_event_of_a_stream_is_looked_at() {
    let body = "data: {\"status\": \"ready\"}\n\ndata: {\"parts\": [{\"new\": 1}]}\n\n";
    assert_eq!(
        events_of_stream::<Thing>(body).await,
        ["field parts[0].new"]
    );
}

#[tokio::test]
async fn pings_of_a_stream_are_not_unknown() {
    let body = "event: ping\ndata: {\"type\": \"ping\"}\n\ndata: {\"type\": \"sound\"}\n\n";
    assert_eq!(events_of_stream::<Content>(body).await, ["variant ."]);
}
