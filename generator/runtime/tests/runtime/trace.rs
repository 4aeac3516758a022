//! The span of a call, and how it records the end of the call.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::calls::{Calls, upload};
use crate::runtime::{
    Attempt, CallOptions, Client, CredentialFuture, CredentialProvider, Error, Middleware,
    MiddlewareFuture, Next, Upload,
};
use http::HeaderValue;
use reqwest::{Body, Method};
use tokio::net::TcpSocket;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Metadata, Subscriber};

use crate::runtime::websocket::Text;
use crate::server::{KEY, Server, Step, THINGS, answer, get, header, things};
use crate::websocket::plain;

/// The fields of the span of the only call.
#[derive(Clone, Default)]
struct Fields(Arc<Mutex<BTreeMap<&'static str, String>>>);

impl Fields {
    /// Starts to record the spans of this thread.
    fn note() -> (Self, DefaultGuard) {
        let fields = Self::default();
        (fields.clone(), set_default(fields))
    }

    fn set(&self, name: &'static str, value: &str) {
        self.0.lock().unwrap().insert(name, value.to_owned());
    }

    /// Returns a field, which is empty if it is not recorded.
    fn get(&self, name: &str) -> String {
        self.0
            .lock()
            .unwrap()
            .get(name)
            .cloned()
            .unwrap_or_default()
    }

    /// Returns the status, the kind of the error, and the span status.
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

    fn enter(&self, _: &Id) {
        self.set("is inside", "yes");
    }

    fn exit(&self, _: &Id) {
        self.set("is inside", "no");
    }
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

#[tokio::test]
async fn the_span_follows_the_conventions_of_open_telemetry() {
    let server = Server::answering(answer("200 OK", "[1, 2]")).await;
    let client = server.client();
    let port = server.url.rsplit(':').next().unwrap();
    let (fields, _guard) = Fields::note();
    let mut request = get(&client, "/things");
    *request.method_mut() = Method::PUT;
    *request.body_mut() = Some(Body::from("four"));
    let calls = client.calls();
    calls.json::<Vec<u8>>(request, &THINGS).await.unwrap();
    for (name, value) in [
        ("otel.name", "PUT /things"),
        ("otel.kind", "client"),
        ("operation", "things_list"),
        ("attempt", "1"),
        ("http.request.method", "PUT"),
        ("url.template", "/things"),
        ("server.address", "127.0.0.1"),
        ("server.port", port),
        ("http.request.body.size", "4"),
        ("http.request.resend_count", ""),
        ("http.response.status_code", "200"),
        ("http.response.body.size", "6"),
        ("error.type", ""),
        ("otel.status_code", ""),
    ] {
        assert_eq!(fields.get(name), value, "{name}");
    }
}

#[tokio::test]
async fn requests_that_are_sent_again_are_counted_also_after_redirects() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let head = match count.fetch_add(1, Ordering::Relaxed) {
            0 => "503 X\r\nretry-after-ms: 1",
            1 => "307 X\r\nlocation: /moved",
            _ => "404 X",
        };
        let head = format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        vec![Step::Send(head.into())]
    })
    .await;
    let client = server.client();
    let (fields, _guard) = Fields::note();
    let raw = client.calls().with_options(&CallOptions::new().retries(1));
    raw.json::<u8>(get(&client, "/things"), &THINGS)
        .await
        .unwrap_err();
    assert_eq!(fields.get("attempt"), "2");
    assert_eq!(fields.get("http.request.resend_count"), "2");
    assert_eq!(fields.get("http.response.body.size"), "0");
    assert_eq!(fields.end(), ["404", "404", "ERROR"]);
}

#[tokio::test]
async fn the_length_of_a_file_is_the_size_of_the_request() {
    let server = Server::answering(answer("200 OK", "7")).await;
    let client = server.client();
    let (fields, _guard) = Fields::note();
    let mut request = get(&client, "/things");
    *request.method_mut() = Method::POST;
    let request = upload(request, &Upload::bytes("1.txt", "text"), None);
    let calls = client.calls();
    calls.json::<u8>(request, &THINGS).await.unwrap();
    assert_eq!(fields.get("http.request.body.size"), "4");
}

#[tokio::test]
async fn a_trace_is_propagated_inside_the_span_of_the_call() {
    let server = Server::answering(answer("200 OK", "7")).await;
    let (fields, _guard) = Fields::note();
    let span = fields.clone();
    let client = Client::builder()
        .api_key(KEY)
        .base_url(&server.url)
        .propagate_trace(move |headers| {
            let is_inside = HeaderValue::try_from(span.get("is inside")).unwrap();
            headers.insert("x-inside", is_inside);
        });
    things::<u8>(&client.build().unwrap()).await.unwrap();
    assert_eq!(header(&server.requests()[0], "x-inside"), Some("yes"));
}

#[tokio::test]
async fn the_span_of_a_channel_is_that_of_its_handshake() {
    let (fields, _guard) = Fields::note();
    // The span is disabled if a thread without a subscriber reaches it first.
    drop(plain::<Text, Text>().await);
    tracing::callsite::rebuild_interest_cache();
    let (_peer, _socket) = plain::<Text, Text>().await;
    assert_eq!(fields.end(), ["101", "", ""]);
    assert_eq!(fields.get("http.request.method"), "GET");
}

#[tokio::test]
async fn a_middleware_that_fails_is_told_apart() {
    struct Failing;

    impl Middleware for Failing {
        fn call<'a>(&'a self, _: Attempt, _: Next<'a>) -> MiddlewareFuture<'a> {
            Box::pin(async { Err(Error::middleware("no key")) })
        }
    }

    let (fields, _guard) = Fields::note();
    let client = Client::builder().api_key(KEY).middleware(Failing);
    things::<u8>(&client.build().unwrap()).await.unwrap_err();
    assert_eq!(fields.end(), ["", "middleware", "ERROR"]);
}

#[tokio::test]
async fn the_span_of_a_call_without_a_credential_ends_with_the_reason() {
    struct Sealed;

    impl CredentialProvider for Sealed {
        fn credential(&self) -> CredentialFuture<'_> {
            Box::pin(async { Err(Error::credential("the vault is sealed")) })
        }
    }

    let (fields, _guard) = Fields::note();
    tracing::callsite::rebuild_interest_cache();
    let client = Client::builder().credentials(Sealed).build().unwrap();
    things::<u8>(&client).await.unwrap_err();
    assert_eq!(fields.end(), ["", "credential", "ERROR"]);
}
