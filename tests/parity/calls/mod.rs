//! The calls, by group: the fixture of each call, and the call in Rust.

mod analyze;
mod analyze_async;
mod assets;
mod data_connectors;
mod embed;
mod embed_v2;
mod entity_collections;
mod indexes;
mod knowledge_stores;
mod multipart_upload;
mod responses;
mod search;
mod tasks;
mod unrecorded;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::pin::Pin;

use serde::Serialize;
use serde_json::{Map, Value, json};
use twelvelabs::types::UserMetadataValue;
use twelvelabs::{Client, Error, EventStream, Upload};

/// The path of a fixture without `.json`, and the call with the same request.
pub(crate) type Call = (&'static str, fn(&Client) -> Sent);

/// A call in flight. It is boxed, so that not every test is compiled with all calls.
pub(crate) type Sent = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

/// The result of a call.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The value, or all events, written as JSON again.
    pub(crate) json: Value,
    /// The `Debug` text of the value.
    pub(crate) shown: String,
}

/// Returns the calls that the SDK also has.
pub(crate) fn recorded() -> Vec<Call> {
    [
        analyze::CALLS,
        analyze_async::CALLS,
        assets::CALLS,
        data_connectors::CALLS,
        embed::CALLS,
        embed_v2::CALLS,
        entity_collections::CALLS,
        indexes::CALLS,
        knowledge_stores::CALLS,
        multipart_upload::CALLS,
        responses::CALLS,
        search::CALLS,
        tasks::CALLS,
    ]
    .concat()
}

/// Returns all calls.
pub(crate) fn all() -> Vec<Call> {
    [recorded(), unrecorded::CALLS.to_vec()].concat()
}

fn value<T>(answer: impl Future<Output = Result<T, Error>> + Send + 'static) -> Sent
where
    T: Serialize + Debug,
{
    Box::pin(async move { answer.await.map(Answer::of) })
}

fn events<T>(answer: impl Future<Output = Result<EventStream<T>, Error>> + Send + 'static) -> Sent
where
    T: serde::de::DeserializeOwned + Serialize + Debug + Send,
{
    Box::pin(async move {
        let mut stream = answer.await?;
        let mut events = Vec::new();
        while let Some(event) = stream.next_event().await? {
            events.push(event);
        }
        Ok(Answer::of(events))
    })
}

impl Answer {
    fn of(value: impl Serialize + Debug) -> Self {
        Self {
            json: serde_json::to_value(&value).expect("answers are JSON"),
            shown: format!("{value:?}"),
        }
    }
}

// Shared arguments.

const INDEX: &str = "6298d673f1090f1100476d4c";
const ASSET: &str = "6298d673f1090f1100476d4d";
const OTHER_ASSET: &str = "6298d673f1090f1100476d4e";
const TASK: &str = "6298d673f1090f1100476d50";
const CONNECTION: &str = "6298d673f1090f1100476d58";
const VIDEO_URL: &str = "https://example.com/a video.mp4?x=1&y=2";
const CREATED_AT: &str = "2024-08-16T16:53:59Z";
const UPDATED_AT: &str = "2024-08-17T16:53:59+02:00";

fn video() -> Upload {
    Upload::bytes("a.mp4", "a video").content_type("video/mp4")
}

fn image() -> Upload {
    Upload::bytes("an image.jpg", "an image").content_type("image/jpeg")
}

fn sound() -> Upload {
    Upload::bytes("a.wav", "a sound").content_type("audio/wav")
}

fn user_metadata() -> BTreeMap<String, Option<UserMetadataValue>> {
    let tags = vec!["sea".to_owned(), "boat".to_owned()];
    BTreeMap::from([
        ("title".to_owned(), Some("A day at sea".into())),
        ("views".to_owned(), Some(1200.into())),
        ("rating".to_owned(), Some(4.5.into())),
        ("public".to_owned(), Some(true.into())),
        ("tags".to_owned(), Some(tags.into())),
        ("gone".to_owned(), None),
    ])
}

/// A JSON Schema for the response.
fn schema() -> Map<String, Value> {
    let schema = json!({
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "score": {"type": "number", "minimum": 0.5},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["title"],
    });
    object(schema)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is no object"),
    }
}
