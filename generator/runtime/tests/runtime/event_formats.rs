//! Event formats and names under any content type, and keep-alive events.

use std::time::Duration;

use serde_json::json;

use crate::calls::Calls;
use crate::events::{LINES, SERVER_SENT, all, begin, soon};
use crate::runtime::read::Read;
use crate::runtime::write::Write;
use crate::runtime::{CallOptions, Error, EventStream, Operation, UnknownVariant, object, union};
use crate::server::{Server, Step, get, header};

#[derive(Clone, Debug, PartialEq)]
struct Word {
    text: String,
}

object! {
    Word {
        text: required "text",
    }
}

/// Returns the events in a body with this content type, and the error after them.
async fn read(content_type: &str, body: impl AsRef<[u8]>) -> (Vec<String>, Option<Error>) {
    let (mut sender, mut events) = begin::<Word>(content_type).await;
    sender.send(body).await;
    sender.end().await;
    let (words, error) = soon(all(&mut events)).await;
    (words.into_iter().map(|word| word.text).collect(), error)
}

#[tokio::test]
async fn the_first_line_tells_the_formats_apart_under_any_content_type() {
    let events = ["data: {\"text\":\"a\"}\n\n", "data: {\"text\":\"b\"}\n\n"].concat();
    let lines = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n";
    for content_type in [
        SERVER_SENT,
        LINES,
        "text/plain; charset=utf-8",
        "application/octet-stream",
        "application/json",
        "odd",
        "",
    ] {
        for before in [
            "",
            "\u{feff}",
            "\n\n",
            ": hello\n\n",
            "event: x\nid: 1\n",
            "retry:5\n",
        ] {
            let (words, error) = read(content_type, format!("{before}{events}")).await;
            assert!(error.is_none(), "{content_type} {before}: {error:?}");
            assert_eq!(words, ["a", "b"], "{content_type} {before}");
        }
        for before in ["", "\u{feff}", "\r\n \n"] {
            let (words, error) = read(content_type, format!("{before}{lines}")).await;
            assert!(error.is_none(), "{content_type} {before}: {error:?}");
            assert_eq!(words, ["a", "b"], "{content_type} {before}");
        }
    }
}

#[tokio::test]
async fn pings_never_end_a_stream() {
    let mut body = String::new();
    for ping in [
        ": comment",
        ":",
        "event: ping",
        "event: ping\ndata",
        "event: ping\ndata: {}",
        "event: ping\ndata: {\"time\":1}",
        "event: PING\ndata: 2026-11-29",
        "event: heartbeat\ndata: null",
        "event: keep-alive\ndata: {\"text\":7}",
        "data:",
        "data:  ",
        "data: ping",
        "data: \"heartbeat\"",
        "data: {\"type\":\"ping\"}",
        "id: 7",
        "retry: 10",
    ] {
        body.push_str(&format!("{ping}\n\ndata: {{\"text\":\"a\"}}\n\n"));
    }
    let (words, error) = read(SERVER_SENT, body).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(words.len(), 16);
    let lines = "{\"type\":\"ping\"}\n{\"text\":\"a\"}\nping\n{\"event\":\"keepalive\",\"n\":1}\n";
    let (words, error) = read(LINES, lines).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(words, ["a"]);
}

#[tokio::test]
async fn a_ping_that_the_type_knows_is_an_event() {
    let body = "event: ping\ndata: {\"text\":\"a\"}\n\ndata: {\"text\":\"ping\"}\n\n";
    assert_eq!(read(SERVER_SENT, body).await.0, ["a", "ping"]);
}

#[tokio::test]
async fn an_event_that_lacks_its_end_is_reported() {
    const CUT: &str = "things_list: the stream ended in the middle of an event";
    for (rest, expected) in [
        // A complete event is not lost.
        ("data: {\"text\":\"b\"}", &["a", "b"][..]),
        ("data: {\"text\":\"b\"}\n", &["a", "b"]),
        ("data: {\"text\":\"b\"}\r", &["a", "b"]),
        ("data: {\"text\":", &["a"]),
        ("data: {\"te", &["a"]),
        ("data: x\nevent: y\n", &["a"]),
    ] {
        let body = format!("data: {{\"text\":\"a\"}}\n\n{rest}");
        let (words, error) = read(SERVER_SENT, &body).await;
        assert_eq!(words, expected, "{rest}");
        let error = error.unwrap();
        assert_eq!(error.to_string(), CUT, "{rest}");
        assert!(matches!(error, Error::Transport(error) if error.is_body()));
    }
    let (_, error) = read(SERVER_SENT, b"data: {\"text\":\"\xf0\x9f").await;
    assert_eq!(error.unwrap().to_string(), CUT);
}

#[tokio::test]
async fn text_after_the_last_event_may_be_incomplete() {
    for rest in [
        "",
        "\n",
        "data: [DONE]",
        "data: [DONE]\n",
        ": bye",
        "event: ping\n",
        "id: 7",
    ] {
        let body = format!("data: {{\"text\":\"a\"}}\n\n{rest}");
        let (words, error) = read(SERVER_SENT, &body).await;
        assert!(error.is_none(), "{rest}: {error:?}");
        assert_eq!(words, ["a"], "{rest}");
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Said {
    event: String,
    data: Word,
    id: Option<String>,
}

object! {
    Said {
        event: required "event",
        data: required "data",
        id: optional "id",
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Stopped {
    event: String,
    data: Option<String>,
}

object! {
    Stopped {
        event: required "event",
        data: optional "data",
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Event {
    Said(Said),
    Stopped(Stopped),
    Unknown(UnknownVariant),
}

union! {
    Event by "event" {
        Said(Said) = "text",
        Stopped(Stopped) = "stop",
        ..Unknown
    }
}

/// Returns the event stream of a body.
async fn stream<T>(operation: &'static Operation, body: &'static str) -> EventStream<T>
where
    T: Read + Write + 'static,
{
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    let server = Server::answering(format!("{head}{body}")).await;
    let client = server.client();
    let call = client.calls().events(get(&client, "/things"), operation);
    call.await.unwrap().into_inner()
}

#[tokio::test]
async fn the_name_of_an_event_selects_its_variant() {
    const OPERATION: Operation =
        Operation::new("talk", "/things").event_name("event", &["data", "id"]);
    let body = "id: 4\nevent: text\ndata: {\"text\":\"hi\"}\n\n\
                event: text\ndata: {\"event\":\"text\",\"data\":{\"text\":\"all\"}}\n\n\
                event: ping\ndata: {}\n\n\
                event: stop\n\n\
                event: stop\ndata: bye\n\n\
                event: stop\ndata: 5\n\n\
                event: new\ndata: [1]\n\n";
    let mut events = stream::<Event>(&OPERATION, body).await;
    let (seen, error) = all(&mut events).await;
    assert!(error.is_none(), "{error:?}");
    let said = |text: &str, id: Option<&str>| {
        Event::Said(Said {
            event: "text".to_owned(),
            data: Word {
                text: text.to_owned(),
            },
            id: id.map(str::to_owned),
        })
    };
    let stopped = |data: Option<&str>| {
        Event::Stopped(Stopped {
            event: "stop".to_owned(),
            data: data.map(str::to_owned),
        })
    };
    let known = [
        said("hi", Some("4")),
        said("all", None),
        stopped(None),
        stopped(Some("bye")),
        stopped(Some("5")),
    ];
    assert_eq!(seen[..5], known);
    let json = json!({"event": "new", "data": [1]});
    assert!(matches!(&seen[5], Event::Unknown(unknown) if *unknown.json() == json));
    assert_eq!(seen.len(), 6);
}

#[tokio::test]
async fn an_error_event_of_an_envelope_is_an_api_error() {
    const OPERATION: Operation = Operation::new("talk", "/things").event_name("event", &["data"]);
    let body = "event: error\ndata: {\"code\":\"c\",\"message\":\"m\"}\n\n";
    let mut events = stream::<Event>(&OPERATION, body).await;
    let (seen, error) = all(&mut events).await;
    assert!(seen.is_empty());
    assert_eq!(error.unwrap().to_string(), "talk: 200 OK: c: m");
}

#[derive(Clone, Debug, PartialEq)]
enum Delta {
    Word(Word),
    Unknown(UnknownVariant),
}

union! {
    Delta by "type" {
        Word(Word) = "word",
        ..Unknown
    }
}

#[tokio::test]
async fn the_name_of_an_event_is_the_discriminator_that_its_data_lacks() {
    const OPERATION: Operation = Operation::new("talk", "/things").event_name("type", &[]);
    let body = "event: word\ndata: {\"text\":\"a\"}\n\n\
                event: other\ndata: {\"type\":\"word\",\"text\":\"b\"}\n\n\
                data: {\"type\":\"word\",\"text\":\"c\"}\n\n";
    let mut events = stream::<Delta>(&OPERATION, body).await;
    let (seen, error) = all(&mut events).await;
    assert!(error.is_none(), "{error:?}");
    let word = |text: &str| {
        Delta::Word(Word {
            text: text.to_owned(),
        })
    };
    assert_eq!(seen, [word("a"), word("b"), word("c")]);
}

#[tokio::test]
async fn a_caller_can_reconnect_where_the_stream_ended() {
    const OPERATION: Operation = Operation::new("talk", "/things");
    let body = "retry: 1500\nid: 7\ndata: {\"text\":\"a\"}\n\nid: 8\nretry: x\n\ndata: {";
    let mut events = stream::<Word>(&OPERATION, body).await;
    let (_, error) = all(&mut events).await;
    assert!(error.is_some());
    assert_eq!(events.last_event_id(), Some("8"));
    assert_eq!(events.retry_after(), Some(Duration::from_millis(1500)));

    let server = Server::answering("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await;
    let client = server.client();
    let options = CallOptions::new().last_event_id("8");
    let calls = client.calls().with_options(&options);
    let call = calls.events::<Word>(get(&client, "/things"), &OPERATION);
    assert_eq!(
        call.await.unwrap().into_inner().next_event().await.unwrap(),
        None
    );
    assert_eq!(header(&server.requests()[0], "last-event-id"), Some("8"));
}

#[tokio::test]
async fn endless_lines_without_an_event_leave_other_tasks_their_turn_and_end() {
    for (content_type, line) in [(LINES, "\n"), (SERVER_SENT, ":\n\n"), ("", " \n")] {
        let chunk = line.repeat((1 << 20) / line.len());
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n\r\n");
        let server = Server::start(move |_| {
            let chunks = std::iter::repeat_n(Step::Send(chunk.clone().into()), 100);
            let head = Step::Send(head.clone().into());
            std::iter::once(head).chain(chunks).collect()
        })
        .await;
        let client = server.client();
        let request = get(&client, "/things");
        const OPERATION: Operation = Operation::new("things_list", "/things");
        let call = client.calls().events::<Word>(request, &OPERATION);
        let mut events = call.await.unwrap().into_inner();
        let error = soon(events.next_event()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "things_list: an event is longer than 64 MiB"
        );
    }
}
