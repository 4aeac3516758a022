//! Responses that are event streams.

use std::future::Future;
use std::time::Duration;

use crate::calls::Calls;
use crate::runtime::{Client, Error, EventStream};
use futures_core::Stream;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::runtime::read::Read;
use crate::runtime::write::Write;
use crate::runtime::{UnknownVariant, object, union};
use crate::server::{KEY, Server, THINGS, answer, get, read_request};

pub(crate) const SERVER_SENT: &str = "text/event-stream";
pub(crate) const LINES: &str = "application/x-ndjson";

#[derive(Clone, Debug, PartialEq)]
struct Word {
    text: String,
}

object! {
    Word {
        text: required "text",
    }
}

fn word(text: &str) -> Word {
    Word {
        text: text.to_owned(),
    }
}

/// The server end of a stream, controlled by the test.
pub(crate) struct Sender {
    stream: TcpStream,
}

impl Sender {
    pub(crate) async fn send(&mut self, chunk: impl AsRef<[u8]>) {
        let chunk = chunk.as_ref();
        let mut bytes = format!("{:x}\r\n", chunk.len()).into_bytes();
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
        self.stream.write_all(&bytes).await.unwrap();
    }

    /// Ends the body.
    pub(crate) async fn end(mut self) {
        self.stream.write_all(b"0\r\n\r\n").await.unwrap();
    }

    /// Closes the connection in the middle of the body.
    pub(crate) fn break_off(self) {}
}

/// Awaits a future, with a timeout that fails the test.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(20);
    tokio::time::timeout(limit, future).await.unwrap()
}

/// Returns both ends of an open stream.
pub(crate) async fn begin<T>(content_type: &str) -> (Sender, EventStream<T>)
where
    T: Read + Write + 'static,
{
    begin_within(Duration::from_secs(10), content_type).await
}

async fn begin_within<T>(timeout: Duration, content_type: &str) -> (Sender, EventStream<T>)
where
    T: Read + Write + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::builder()
        .api_key(KEY)
        .base_url(format!("http://{}", listener.local_addr().unwrap()))
        .idle_timeout(timeout)
        .build()
        .unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\nx-request-id: r1\r\ncontent-type: {content_type}\r\n\
         transfer-encoding: chunked\r\n\r\n"
    );
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        Sender { stream }
    };
    let request = get(&client, "/things");
    let call = client.calls().events(request, &THINGS);
    let (sender, events) = soon(async { tokio::join!(serve, call) }).await;
    (sender, events.unwrap().into_inner())
}

/// Returns the events in a complete body of one chunk, and the error after them, if any.
async fn read<T>(content_type: &str, body: impl AsRef<[u8]>) -> (Vec<T>, Option<Error>)
where
    T: Read + Write + 'static,
{
    let (mut sender, mut events) = begin(content_type).await;
    sender.send(body).await;
    sender.end().await;
    soon(all(&mut events)).await
}

/// Returns the remaining events of a stream, and its error, if any.
pub(crate) async fn all<T: Read + Write>(events: &mut EventStream<T>) -> (Vec<T>, Option<Error>) {
    let mut seen = Vec::new();
    loop {
        match events.next_event().await {
            Ok(Some(event)) => seen.push(event),
            Ok(None) => return (seen, None),
            Err(error) => {
                assert!(events.next_event().await.unwrap().is_none());
                return (seen, Some(error));
            }
        }
    }
}

async fn words(content_type: &str, body: impl AsRef<[u8]>) -> Vec<Word> {
    let (words, error) = read(content_type, body).await;
    assert!(error.is_none(), "{error:?}");
    words
}

#[tokio::test]
async fn each_event_is_handed_out_before_the_next_is_sent() {
    for (content_type, [first, second]) in [
        (
            SERVER_SENT,
            ["data: {\"text\":\"a\"}\n\n", "data: {\"text\":\"b\"}\n\n"],
        ),
        (
            SERVER_SENT,
            ["data: {\"text\":\"a\"}\r\r", "data: {\"text\":\"b\"}\r\r"],
        ),
        (LINES, ["{\"text\":\"a\"}\n", "{\"text\":\"b\"}\n"]),
    ] {
        let (mut sender, mut events) = begin(content_type).await;
        sender.send(first).await;
        assert_eq!(soon(events.next_event()).await.unwrap(), Some(word("a")));
        sender.send(second).await;
        assert_eq!(soon(events.next_event()).await.unwrap(), Some(word("b")));
        sender.end().await;
        assert_eq!(soon(events.next_event()).await.unwrap(), None);
        assert_eq!(soon(events.next_event()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn the_content_type_decides_on_the_format() {
    let server_sent = "data: {\"text\":\"a\"}\n\n";
    for content_type in [SERVER_SENT, "Text/Event-Stream ; charset=utf-8"] {
        assert_eq!(words(content_type, server_sent).await, [word("a")]);
    }
    let lines = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
    for content_type in [LINES, "application/jsonl", "application/json", "text/plain"] {
        assert_eq!(words(content_type, lines).await, [word("a"), word("b")]);
    }
}

#[tokio::test]
async fn a_chunk_may_end_in_a_line_or_a_character() {
    for (content_type, body) in [
        (SERVER_SENT, "data: {\"text\":\"é🎬\"}\r\n\r\n"),
        (LINES, "{\"text\":\"é🎬\"}\r\n"),
    ] {
        let (mut sender, mut events) = begin(content_type).await;
        for byte in body.as_bytes() {
            sender.send([*byte]).await;
        }
        assert_eq!(soon(events.next_event()).await.unwrap(), Some(word("é🎬")));
        sender.end().await;
        assert_eq!(soon(events.next_event()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_comment_that_keeps_the_connection_alive_is_no_event() {
    let server_sent = ": ping\n\n\n\n:\n\ndata\n\ndata:\n\nevent: ping\n\nretry: 7\n\nnew-field: 1\n\
                       data: {\"text\":\"a\"}\n: in the middle\n\n: ping\n\n";
    assert_eq!(words(SERVER_SENT, server_sent).await, [word("a")]);
    let lines = "\n\r\n  \n{\"text\":\"a\"}\n\n\n";
    assert_eq!(words(LINES, lines).await, [word("a")]);
}

#[tokio::test]
async fn done_is_the_end() {
    for (content_type, body) in [
        (
            SERVER_SENT,
            "data: {\"text\":\"a\"}\n\ndata: [DONE]\n\ndata: x\n\n",
        ),
        (LINES, "{\"text\":\"a\"}\n[DONE]\nx\n"),
    ] {
        let (mut sender, mut events) = begin(content_type).await;
        sender.send(body).await;
        // The connection may stay open.
        let (words, error) = soon(all::<Word>(&mut events)).await;
        assert!(error.is_none());
        assert_eq!(words, [word("a")]);
    }
}

#[tokio::test]
async fn data_may_have_several_lines() {
    let body = "data: {\ndata:\"text\":\ndata:  \"a\"}\n\n";
    assert_eq!(words(SERVER_SENT, body).await, [word("a")]);
}

#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_an_event() {
    let body = "\u{feff}data: {\"text\":\"\u{feff}\"}\n\n";
    assert_eq!(words(SERVER_SENT, body).await, [word("\u{feff}")]);
}

#[tokio::test]
async fn a_stream_may_hold_nothing() {
    for content_type in [SERVER_SENT, LINES] {
        let (sender, mut events) = begin::<Word>(content_type).await;
        sender.end().await;
        assert_eq!(soon(events.next_event()).await.unwrap(), None);
    }
    let server = Server::answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    let client = server.client();
    let call = client
        .calls()
        .events::<Word>(get(&client, "/things"), &THINGS);
    let mut events = call.await.unwrap().into_inner();
    assert_eq!(events.next_event().await.unwrap(), None);
}

#[tokio::test]
async fn the_last_line_may_lack_its_end() {
    let body = "{\"text\":\"a\"}\n{\"text\":\"b\"}";
    assert_eq!(words(LINES, body).await, [word("a"), word("b")]);
}

#[tokio::test]
async fn a_last_line_that_is_broken_off_is_an_error() {
    let (seen, error) = read::<Word>(LINES, "{\"text\":\"a\"}\n{\"text\":").await;
    assert_eq!(seen, [word("a")]);
    let error = error.unwrap();
    assert_eq!(error.body().unwrap(), "{\"text\":");
    assert_eq!(
        error.to_string(),
        "things_list: 200 OK: the body is not JSON: \
         EOF while parsing a value at line 1 column 8"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_an_error_and_no_end() {
    for (content_type, body) in [
        (SERVER_SENT, "data: {\"text\":\"a\"}\n\n"),
        (SERVER_SENT, "data: {\"text\":\"a\"}\n\ndata: {"),
        (LINES, "{\"text\":\"a\"}\n"),
        (LINES, "{\"text\":\"a\"}\n{\"text\":\"b\"}"),
    ] {
        let (mut sender, mut events) = begin::<Word>(content_type).await;
        sender.send(body).await;
        sender.break_off();
        let (words, error) = soon(all(&mut events)).await;
        assert_eq!(words, [word("a")]);
        assert!(matches!(error, Some(Error::Transport(cause)) if cause.is_body()));
    }
}

#[tokio::test]
async fn silence_for_the_idle_timeout_ends_a_stream() {
    let timeout = Duration::from_millis(500);
    let (mut sender, mut events) = begin_within::<Word>(timeout, SERVER_SENT).await;
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(200)).await;
        sender.send(": ping\n\n").await;
    }
    sender.send("data: {\"text\":\"a\"}\n\n").await;
    assert_eq!(soon(events.next_event()).await.unwrap(), Some(word("a")));
    assert!(soon(events.next_event()).await.unwrap_err().is_timeout());
    assert_eq!(soon(events.next_event()).await.unwrap(), None);
}

#[tokio::test]
async fn an_error_among_the_events_is_an_api_error() {
    let data = r#"{"error":{"code":"overloaded","message":"Try later."}}"#;
    for (content_type, body) in [
        (
            SERVER_SENT,
            format!("data: {{\"text\":\"a\"}}\n\ndata: {data}\n\n"),
        ),
        (
            SERVER_SENT,
            format!("data: {{\"text\":\"a\"}}\n\nevent: error\ndata: {data}\n\n"),
        ),
        (
            LINES,
            format!("{{\"text\":\"a\"}}\n{data}\n{{\"text\":\"b\"}}\n"),
        ),
    ] {
        let (seen, error) = read::<Word>(content_type, body).await;
        assert_eq!(seen, [word("a")]);
        let error = error.unwrap();
        assert!(matches!(error, Error::Api(_)));
        assert_eq!(error.code(), Some("overloaded"));
        assert_eq!(error.message(), Some("Try later."));
        assert_eq!(error.body().unwrap(), data);
        assert_eq!(error.headers().unwrap()["x-request-id"], "r1");
        assert_eq!(
            error.to_string(),
            "things_list: 200 OK: overloaded: Try later."
        );
    }
}

#[tokio::test]
async fn an_event_named_error_is_one_whatever_its_data() {
    for (data, line) in [
        ("data: overloaded\n", "200 OK: overloaded"),
        ("data: {\"code\":\"c\",\"message\":\"m\"}\n", "200 OK: c: m"),
        ("", "200 OK"),
    ] {
        let body = format!("event: error\n{data}\n");
        let (_, error) = read::<Word>(SERVER_SENT, body).await;
        let error = error.unwrap();
        assert!(matches!(error, Error::Api(_)));
        assert_eq!(error.to_string(), format!("things_list: {line}"));
    }
}

#[derive(Debug, PartialEq)]
struct Sparse {
    text: Option<String>,
    next: Option<Box<Sparse>>,
}

object! {
    Sparse {
        text: optional "text",
        next: optional "next",
    }
}

#[tokio::test]
async fn a_type_that_takes_any_object_does_not_swallow_an_error() {
    for (content_type, body) in [
        (LINES, "{\"text\":\"a\",\"new\":1}\n{\"error\":\"m\"}\n"),
        (
            SERVER_SENT,
            "data: {\"text\":\"a\"}\n\nevent: error\ndata: {\"message\":\"m\"}\n\n",
        ),
    ] {
        let (seen, error) = read::<Sparse>(content_type, body).await;
        assert_eq!(seen[0].text.as_deref(), Some("a"));
        assert_eq!(seen.len(), 1);
        assert_eq!(error.unwrap().message(), Some("m"));
        let (_, error) = read::<Option<Sparse>>(content_type, body).await;
        assert_eq!(error.unwrap().message(), Some("m"));
    }
}

#[tokio::test]
async fn no_error_and_an_error_further_in_are_no_error() {
    let body =
        "{\"error\":null}\n{\"error\":\"\"}\n{\"error\":false}\n{\"next\":{\"error\":\"m\"}}\n";
    let (seen, error) = read::<Sparse>(LINES, body).await;
    assert!(error.is_none());
    assert_eq!(seen.len(), 4);
}

#[derive(Clone, Debug, PartialEq)]
struct Problem {
    error: Value,
}

object! {
    Problem {
        error: required "error",
    }
}

#[derive(Clone, Debug, PartialEq)]
enum WordOrError {
    Word(Word),
    Error(Problem),
    Unknown(UnknownVariant),
}

union! {
    WordOrError {
        Word(Word),
        Error(Problem),
        ..Unknown
    }
}

#[tokio::test]
async fn an_error_that_the_type_has_a_place_for_is_an_event() {
    let body = "event: error\ndata: {\"error\":{\"code\":\"c\"}}\n\ndata: {\"text\":\"a\"}\n\n";
    let (seen, error) = read::<WordOrError>(SERVER_SENT, body).await;
    assert!(error.is_none());
    let first = WordOrError::Error(Problem {
        error: json!({"code": "c"}),
    });
    assert_eq!(seen, [first, WordOrError::Word(word("a"))]);

    // A type that accepts any JSON does not represent errors.
    let (seen, error) = read::<Value>(SERVER_SENT, body).await;
    assert!(seen.is_empty());
    assert_eq!(error.unwrap().code(), Some("c"));
}

/// A union with a variant for unknown values.
#[derive(Clone, Debug, PartialEq)]
enum WordOrUnknown {
    Word(Word),
    Unknown(UnknownVariant),
}

union! {
    WordOrUnknown {
        Word(Word),
        ..Unknown
    }
}

#[tokio::test]
async fn to_keep_what_is_not_known_is_no_place_for_an_error() {
    for (content_type, body) in [
        (
            LINES,
            "{\"text\":\"a\"}\n{\"kind\":\"new\"}\n{\"kind\":\"error\",\"error\":{\"message\":\"m\"}}\n",
        ),
        (
            LINES,
            "{\"text\":\"a\"}\n{\"kind\":\"new\"}\n{\"text\":\"b\",\"error\":\"m\"}\n",
        ),
        (
            SERVER_SENT,
            "data: {\"text\":\"a\"}\n\ndata: {\"kind\":\"new\"}\n\nevent: error\ndata: {\"message\":\"m\"}\n\n",
        ),
    ] {
        let (seen, error) = read::<WordOrUnknown>(content_type, body).await;
        let known = WordOrUnknown::Word(word("a"));
        assert_eq!(seen[0], known);
        assert!(matches!(
            &seen[1],
            WordOrUnknown::Unknown(unknown) if *unknown.json() == json!({"kind": "new"})
        ));
        assert_eq!(seen.len(), 2);
        assert_eq!(error.unwrap().message(), Some("m"));
    }
}

#[tokio::test]
async fn data_of_another_form_is_an_error_that_says_where() {
    for (content_type, body) in [
        (
            SERVER_SENT,
            "data: [{\"text\":\"a\"},\ndata: {\"text\":7}]\n\ndata: []\n\n",
        ),
        (LINES, "[{\"text\":\"a\"}, {\"text\":7}]\n[]\n"),
    ] {
        let (seen, error) = read::<Vec<Word>>(content_type, body).await;
        assert!(seen.is_empty());
        match error {
            Some(Error::Decode(error)) => {
                assert_eq!(error.path(), "[1].text");
                assert_eq!(error.status(), 200);
                assert_eq!(error.headers()["x-request-id"], "r1");
                assert!(error.body().starts_with(b"[{\"text\":\"a\"},"));
                assert!(error.body().ends_with(b"{\"text\":7}]"));
                assert!(error.excerpt().contains("{\"text\":7}"));
            }
            error => panic!("{error:?}"),
        }
    }
}

#[tokio::test]
async fn an_event_that_is_not_utf8_is_an_error() {
    let (_, error) = read::<Word>(SERVER_SENT, b"data: {\"text\":\"\xff\"}\n\n").await;
    assert_eq!(
        error.unwrap().to_string(),
        "things_list: 200 OK: the body does not match: \
         invalid utf-8 sequence of 1 bytes from index 9"
    );
    let (_, error) = read::<Word>(LINES, b"{\"text\":\"\xff\"}\n").await;
    let error = error.unwrap();
    assert!(matches!(error, Error::Decode(_)));
    assert_eq!(&error.body().unwrap()[..], b"{\"text\":\"\xff\"}");
}

#[tokio::test]
async fn a_key_that_the_server_repeats_is_redacted() {
    for data in [
        format!("{{\"text\":[\"{KEY}\"]}}"),
        format!("\"{KEY}\""),
        format!("{{\"error\":\"Bad key {KEY}\"}}"),
    ] {
        for (content_type, body) in [
            (SERVER_SENT, format!("data: {data}\n\n")),
            (LINES, format!("{data}\n")),
        ] {
            let (_, error) = read::<Word>(content_type, body).await;
            let error = error.unwrap();
            let body = String::from_utf8_lossy(error.body().unwrap()).into_owned();
            assert!(body.contains("[redacted]"));
            assert!(!format!("{error} {error:?} {body}").contains(KEY));
        }
    }
}

#[tokio::test]
async fn an_event_is_held_up_to_a_limit() {
    for (content_type, beginning) in [(SERVER_SENT, "data: "), (LINES, "[")] {
        let (mut sender, mut events) = begin::<Value>(content_type).await;
        let sending = async {
            sender.send(beginning).await;
            let chunk = vec![b' '; 1 << 20];
            // The client closes the connection before it has read everything.
            let mut bytes = b"100000\r\n".to_vec();
            bytes.extend_from_slice(&chunk);
            bytes.extend_from_slice(b"\r\n");
            for _ in 0..80 {
                if sender.stream.write_all(&bytes).await.is_err() {
                    break;
                }
            }
        };
        let (_, error) = soon(async { tokio::join!(sending, events.next_event()) }).await;
        let error = error.unwrap_err();
        assert!(!error.is_timeout());
        assert_eq!(
            error.to_string(),
            "things_list: an event is longer than 64 MiB"
        );
    }
}

#[tokio::test]
async fn the_limit_is_for_one_event_and_not_for_their_sum() {
    let (mut sender, mut events) = begin::<Value>(SERVER_SENT).await;
    let sending = async {
        for end in ["\n\n", "\r\n\r\n", "\r\r"] {
            let event = format!("data: \"{}\"{end}", "x".repeat(30 << 20));
            sender.send(&event).await;
        }
        sender.end().await;
    };
    let (_, (seen, error)) = soon(async { tokio::join!(sending, all(&mut events)) }).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection() {
    for content_type in [SERVER_SENT, LINES] {
        let (mut sender, events) = begin::<Word>(content_type).await;
        drop(events);
        let mut rest = Vec::new();
        // The stream ends or is reset: in both cases, the client has disconnected.
        let _ = soon(sender.stream.read_to_end(&mut rest)).await;
        assert!(rest.is_empty());
    }
}

#[tokio::test]
async fn an_error_status_is_the_ordinary_error() {
    let server = Server::answering(answer("404 Not Found", r#"{"message":"gone"}"#)).await;
    let client = server.client();
    let call = client
        .calls()
        .events::<Word>(get(&client, "/things"), &THINGS);
    let error = call.await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.message(), Some("gone"));
}

#[tokio::test]
async fn name_and_id_of_the_last_event_can_be_asked_for() {
    let (mut sender, mut events) = begin::<Word>(SERVER_SENT).await;
    assert_eq!((events.event_name(), events.last_event_id()), (None, None));
    let data = "data: {\"text\":\"a\"}\n\n";
    sender
        .send(format!("event: word\nid: 7\n{data}{data}"))
        .await;
    sender.send(format!("id: 8\n\n{data}id:\n{data}")).await;
    for (name, id) in [
        (Some("word"), Some("7")),
        (None, Some("7")),
        (None, Some("8")),
        (None, None),
    ] {
        assert_eq!(soon(events.next_event()).await.unwrap(), Some(word("a")));
        assert_eq!((events.event_name(), events.last_event_id()), (name, id));
    }
    assert!(!format!("{events:?}").contains(KEY));
}

#[tokio::test]
async fn dropping_the_wait_for_an_event_loses_nothing() {
    let (mut sender, mut events) = begin::<Word>(SERVER_SENT).await;
    sender.send("data: {\"text\":").await;
    let waiting = tokio::time::timeout(Duration::from_millis(200), events.next_event());
    assert!(waiting.await.is_err());
    sender.send("\"a\"}\n\n").await;
    assert_eq!(soon(events.next_event()).await.unwrap(), Some(word("a")));
}

#[test]
fn it_is_a_stream_that_can_be_sent() {
    fn stream<T: Stream<Item = Result<Word, Error>> + Send + Unpin + 'static>() {}
    stream::<EventStream<Word>>();
}
