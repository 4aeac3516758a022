//! The feature `tracing` of the Twelve Labs client: the trace of a call, which does not contain the
//! key.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use httpmock::MockServer;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use twelvelabs::Client;

const KEY: &str = "tlk_0123456789";

/// Records the trace, one line per span or event.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<String>>);

impl Notes {
    fn note(&self, what: &str, values: impl FnOnce(&mut Values<'_>)) {
        let mut notes = self.0.lock().expect("no test has panicked");
        notes.push_str(what);
        values(&mut Values(&mut notes));
        notes.push('\n');
    }

    fn read(&self) -> String {
        self.0.lock().expect("no test has panicked").clone()
    }
}

struct Values<'a>(&'a mut String);

impl Visit for Values<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("twelvelabs")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.note(span.metadata().name(), |values| span.record(values));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, record: &Record<'_>) {
        self.note("  ", |values| record.record(values));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        // The duration of a delay is random.
        self.note(&format!("  {}", event.metadata().level()), |values| {
            event.record(&mut |field: &Field, value: &dyn Debug| {
                if field.name() != "wait" {
                    values.record_debug(field, value);
                }
            });
        });
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Lists assets from a server with this response, and returns the trace.
async fn traced(status: u16, retries: u32) -> String {
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.path("/assets");
            then.status(status)
                .header("retry-after", "1")
                .json_body(json!({"message": format!("the key is {KEY}")}));
        })
        .await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(server.base_url())
        .retries(retries)
        .build()
        .expect("a client");
    let notes = Notes::default();
    let guard = tracing::subscriber::set_default(notes.clone());
    let request = client.assets().list().asset_ids(["private"]);
    let _ = request.send().await;
    drop(guard);
    let port = format!("server.port={}", server.port());
    notes.read().replace(&port, "server.port=1")
}

#[tokio::test]
async fn a_call_is_a_span_by_the_conventions_of_open_telemetry() {
    insta::assert_snapshot!(traced(200, 2).await, @r#"
    call otel.name=GET /assets otel.kind="client" operation="assets_list" http.request.method="GET" url.template="/assets" server.address="127.0.0.1" server.port=1
       attempt=1
       http.response.status_code=200
       http.response.body.size=39
      DEBUG message=the response contains a name or value that is unknown to this version operation="assets_list" kind="field" path="message"
    "#);
}

#[tokio::test]
async fn each_attempt_is_told_and_no_secret() {
    let trace = traced(429, 1).await;
    insta::assert_snapshot!(trace, @r#"
    call otel.name=GET /assets otel.kind="client" operation="assets_list" http.request.method="GET" url.template="/assets" server.address="127.0.0.1" server.port=1
       attempt=1
      DEBUG message=retrying after a transient error status=429
       attempt=2
       http.request.resend_count=1
       http.response.status_code=429
       http.response.body.size=39
       error.type="429"
       otel.status_code="ERROR"
    "#);
    assert!(!trace.contains(KEY) && !trace.contains("private"));
}
