//! The span of a call, and how it records the end of the call.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::calls::Calls;
use crate::runtime::{CallOptions, Client};
use tokio::net::TcpSocket;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Metadata, Subscriber};

use crate::server::{KEY, Server, Step, THINGS, answer, get, things};

/// The fields of the span of the only call.
#[derive(Clone, Default)]
struct Fields(Arc<Mutex<BTreeMap<&'static str, String>>>);

impl Fields {
    /// Begins to note what this thread traces.
    fn note() -> (Self, DefaultGuard) {
        let fields = Self::default();
        (fields.clone(), set_default(fields))
    }

    /// Returns the status, the kind of the error, and the word for how it ended.
    fn end(&self) -> [String; 3] {
        let fields = self.0.lock().unwrap();
        [
            "http.response.status_code",
            "error.type",
            "otel.status_code",
        ]
        .map(|name| fields.get(name).cloned().unwrap_or_default())
    }
}

impl Visit for &Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let value = format!("{value:?}").replace('"', "");
        self.0.lock().unwrap().insert(field.name(), value);
    }
}

impl Subscriber for Fields {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("runtime")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut &*self);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, record: &Record<'_>) {
        record.record(&mut &*self);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn the_answer_ends_a_call() {
    for (status, body, end) in [
        ("200 OK", "7", ["200", "", ""]),
        ("200 OK", "[]", ["200", "decode", "ERROR"]),
        ("404 Not Found", "", ["404", "404", "ERROR"]),
    ] {
        let server = Server::answering(answer(status, body)).await;
        let (fields, _guard) = Fields::note();
        let _ = server.things::<u8>().await;
        assert_eq!(fields.end(), end);
    }
}

#[tokio::test]
async fn a_call_without_an_answer_says_what_failed() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let refusing = format!("http://{}", socket.local_addr().unwrap());
    let silent = Server::answering("").await;
    for (base_url, kind) in [(&refusing, "connect"), (&silent.url, "transport")] {
        let client = Client::builder().api_key(KEY).base_url(base_url).retries(0);
        let (fields, _guard) = Fields::note();
        things::<u8>(&client.build().unwrap()).await.unwrap_err();
        assert_eq!(fields.end(), ["", kind, "ERROR"]);
    }
}

#[tokio::test]
async fn a_call_that_was_not_sent_says_so() {
    let server = Server::answering(answer("200 OK", "7")).await;
    let client = server.client();
    let (fields, _guard) = Fields::note();
    let raw = client
        .calls()
        .with_options(&CallOptions::new().header("x y", "z"));
    raw.json::<u8>(get(&client, "/things"), &THINGS)
        .await
        .unwrap_err();
    assert_eq!(fields.end(), ["", "invalid_request", "ERROR"]);
}

#[tokio::test]
async fn the_status_of_an_attempt_before_is_not_that_of_the_call() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let first = count.fetch_add(1, Ordering::Relaxed) == 0;
        let answer = answer("503 Service Unavailable", "");
        first.then_some(Step::Send(answer)).into_iter().collect()
    })
    .await;
    let client = server.client();
    let (fields, _guard) = Fields::note();
    let raw = client.calls().with_options(&CallOptions::new().retries(1));
    raw.json::<u8>(get(&client, "/things"), &THINGS)
        .await
        .unwrap_err();
    assert_eq!(fields.end(), ["", "transport", "ERROR"]);
}
