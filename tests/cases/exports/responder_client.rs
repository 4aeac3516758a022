//! Lists, streams, and responses of the responder client, tested with a local listener. This
//! file is compiled as a test of the generated crate.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use responder::{CallOptions, Client, Error, types};

/// Serves these responses, one after the other, and records the requests. `{url}` in a
/// response is the URL of the server.
fn serve(responses: Vec<Vec<u8>>) -> (Client, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    thread::spawn(move || {
        for response in responses {
            let (mut stream, _) = listener.accept().unwrap();
            stream
                .set_read_timeout(Some(Duration::from_secs(10)))
                .unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                reader.read_line(&mut head).unwrap();
            }
            let head = head.to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            reader.read_exact(&mut vec![0; length]).unwrap();
            stream.write_all(&response).unwrap();
            sender.send(head).unwrap();
        }
    });
    let client = Client::builder()
        .api_key("secret-0123456789")
        .base_url(address)
        .retries(1)
        .build()
        .unwrap();
    (client, requests)
}

/// Returns a response with these header lines.
fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} S\r\n{headers}connection: close\r\n\r\n");
    [head.as_bytes(), body.as_ref()].concat()
}

fn json(body: &str) -> Vec<u8> {
    response("200", "content-type: application/json\r\n", body)
}

fn events(content_type: &str, body: &str) -> Vec<u8> {
    response("200", content_type, body)
}

/// Returns the first lines of the requests.
fn lines(requests: &Receiver<String>) -> Vec<String> {
    let lines = requests.try_iter();
    lines
        .map(|head| head.lines().next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn an_empty_list_page_before_the_last_does_not_end_the_list() {
    let (client, requests) = serve(vec![
        json(r#"{"data":[{"id":"a"}],"page_info":{"page":1,"total_page":3}}"#),
        json(r#"{"data":[],"page_info":{"page":2,"total_page":3}}"#),
        json(r#"{"data":[{"id":"b"}],"page_info":{"page":3,"total_page":3}}"#),
    ]);
    let mut items = client.numbered().list().stream();
    let mut ids = Vec::new();
    while let Some(item) = items.next_item().await.unwrap() {
        ids.push(item.id);
    }
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(lines(&requests).len(), 3);
}

#[tokio::test]
async fn a_list_page_that_comes_again_is_an_error_after_two_requests() {
    let page = |keys: [&str; 6]| {
        let meta = keys.map(|key| format!("\"{key}\":\"v\"")).join(",");
        json(&format!(
            r#"{{"data":[{{"id":"a","meta":{{{meta}}}}},{{"id":"b"}}],"page_info":{{"total_page":48}}}}"#
        ))
    };
    let (client, requests) = serve(vec![
        page(["a", "b", "c", "d", "e", "f"]),
        page(["f", "e", "d", "c", "b", "a"]),
    ]);
    let mut pages = client.numbered().list().pages_with_response();
    let first = pages.next_page().await.unwrap().unwrap();
    assert_eq!(first.status(), 200);
    assert_eq!(first.headers()["content-type"], "application/json");
    assert!(pages.next_page().await.unwrap().is_some());
    assert!(matches!(pages.next_page().await, Err(Error::Paging(_))));
    assert_eq!(lines(&requests).len(), 2);
}

#[tokio::test]
async fn has_more_ends_a_list() {
    let (client, requests) = serve(vec![
        json(r#"{"data":[{"id":"a"}],"page_info":{"total_page":9},"has_more":true}"#),
        json(r#"{"data":[{"id":"b"}],"page_info":{"total_page":9},"has_more":false}"#),
    ]);
    let mut pages = client.numbered().list().pages();
    while pages.next_page().await.unwrap().is_some() {}
    assert_eq!(lines(&requests).len(), 2);
}

#[tokio::test]
async fn the_next_list_page_is_found_by_a_url() {
    let (client, requests) = serve(vec![
        json(r#"{"results":["a"],"links":{"next":"/linked?at=2"}}"#),
        json(r#"{"results":["b"],"links":{"next":null}}"#),
        json(r#"{"rows":["c"],"following":"?at=2"}"#),
        json(r#"{"rows":["d"]}"#),
        response("200", "link: </headed?at=2>; rel=\"next\"\r\n", r#"["e"]"#),
        response("200", "link: </headed>; rel=\"prev\"\r\n", r#"["f"]"#),
        json(r#"{"data":["g"],"last_id":"x","has_more":true}"#),
        json(r#"{"data":["h"],"last_id":"y","has_more":false}"#),
    ]);
    let mut items = Vec::new();
    let mut linked = client.linked().list().size(1).stream();
    while let Some(item) = linked.next_item().await.unwrap() {
        items.push(item);
    }
    let mut described = client.described().list().stream();
    while let Some(item) = described.next_item().await.unwrap() {
        items.push(item);
    }
    let mut headed = client.headed().list().stream();
    while let Some(item) = headed.next_item().await.unwrap() {
        items.push(item);
    }
    let mut cursors = client.cursors().list().stream();
    while let Some(item) = cursors.next_item().await.unwrap() {
        items.push(item);
    }
    assert_eq!(items, ["a", "b", "c", "d", "e", "f", "g", "h"]);
    assert_eq!(
        lines(&requests),
        [
            "get /linked?size=1 http/1.1",
            "get /linked?at=2 http/1.1",
            "get /described http/1.1",
            "get /described?at=2 http/1.1",
            "get /headed http/1.1",
            "get /headed?at=2 http/1.1",
            "get /cursors http/1.1",
            "get /cursors?after=x http/1.1",
        ]
    );
}

#[tokio::test]
async fn a_list_page_of_another_origin_is_an_error() {
    let body = r#"{"results":["a"],"links":{"next":"https://other.example/linked"}}"#;
    let (client, _requests) = serve(vec![json(body)]);
    let mut pages = client.linked().list().pages();
    assert!(pages.next_page().await.unwrap().is_some());
    let error = pages.next_page().await.unwrap_err();
    assert!(matches!(error, Error::Paging(_)), "{error}");
    assert!(error.to_string().contains("https://other.example"));
}

#[tokio::test]
async fn the_name_of_an_event_selects_the_variant() {
    let body = "event: text\ndata: {\"t\":\"hi\"}\n\n: comment\n\nevent: ping\ndata: 1\n\n\
                event: stop\ndata: bye\n\nevent: stop\n\n";
    let (client, requests) = serve(vec![events("content-type: text/event-stream\r\n", body)]);
    let mut stream = client.events().talk("q").send().await.unwrap();
    let first = stream.next_event().await.unwrap().unwrap();
    assert!(
        matches!(&first, types::TalkEvent::Text(event) if event.data.t == "hi"),
        "{first:?}"
    );
    for expected in [Some("bye"), None] {
        let event = stream.next_event().await.unwrap().unwrap();
        assert!(
            matches!(&event, types::TalkEvent::Stop(stop) if stop.data.as_deref() == expected),
            "{event:?}"
        );
    }
    assert!(stream.next_event().await.unwrap().is_none());
    let request = requests.recv().unwrap();
    assert!(request.contains("accept-encoding: identity"), "{request}");
}

#[tokio::test]
async fn events_are_read_under_any_content_type_and_reported_if_they_are_cut() {
    for content_type in [
        "",
        "content-type: text/plain\r\n",
        "content-type: application/octet-stream\r\n",
    ] {
        let body = "retry: 20\nid: 7\ndata: {\"text\":\"a\"}\n\ndata: {\"text\":\"";
        let (client, _requests) = serve(vec![events(content_type, body)]);
        let mut stream = client.events().words("q").send().await.unwrap();
        assert_eq!(stream.next_event().await.unwrap().unwrap().text, "a");
        let error = stream.next_event().await.unwrap_err();
        let said = "the stream ended in the middle of an event";
        assert!(error.to_string().ends_with(said), "{error}");
        assert_eq!(stream.last_event_id(), Some("7"));
        assert_eq!(stream.retry_after(), Some(Duration::from_millis(20)));
    }
}

#[tokio::test]
async fn responses_are_read_as_they_are_meant() {
    let latin = "content-type: text/html; charset=iso-8859-1\r\n";
    let (client, requests) = serve(vec![
        response("200", latin, b"caf\xe9"),
        response("204", "", ""),
        response("200", "content-length: 0\r\n", ""),
        json("\u{feff}{\"state\":\"done\"}"),
        json(r#"{"share":3.4e39}"#),
    ]);
    assert_eq!(client.reports().get().send().await.unwrap(), "café");
    let request = requests.recv().unwrap();
    assert!(request.contains("accept-encoding: gzip"), "{request}");
    assert!(client.jobs().get().send().await.unwrap().is_none());
    assert!(client.jobs().get().send().await.unwrap().is_none());
    let job = client.jobs().get().send().await.unwrap().unwrap();
    assert_eq!(job.state.as_deref(), Some("done"));
    let error = client.jobs().get().send().await.unwrap_err();
    assert!(
        matches!(&error, Error::Decode(error) if error.path() == "share"),
        "{error}"
    );
}

#[tokio::test]
async fn a_request_with_an_idempotency_key_is_retried() {
    let soon = "retry-after-ms: 1\r\n";
    let (client, requests) = serve(vec![
        response("500", soon, ""),
        json(r#"{"state":"new"}"#),
        response(
            "500",
            soon,
            r#"{"statusCode":500,"message":["a","b"],"error":"E"}"#,
        ),
    ]);
    let start = client.jobs().start("q").idempotency_key("k");
    assert_eq!(start.send().await.unwrap().state, "new");
    let once = CallOptions::new().retries(0);
    let start = client.jobs().start("q").with_options(once);
    let error = start.send().await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    let generated = error.idempotency_key().unwrap();
    assert_eq!(
        error.to_string(),
        "jobs_start: 500 Internal Server Error: a; b"
    );
    let keys: Vec<String> = requests.try_iter().map(|head| key(&head)).collect();
    assert_eq!(keys, ["k", "k", generated]);
}

/// Returns the idempotency key of a request.
fn key(head: &str) -> String {
    let mut keys = head.lines();
    let key = keys.find_map(|line| line.strip_prefix("idempotency-key: "));
    key.unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_body_of_an_error_has_the_documented_type() {
    let problem = r#"{"reason":"q is empty","fields":["q"]}"#;
    let (client, _requests) = serve(vec![response("422", "", problem)]);
    let error = client.jobs().start("").send().await.unwrap_err();
    assert!(error.is_invalid());
    let Error::Api(error) = error else {
        panic!("{error}");
    };
    let body: types::JobProblem = error.json().unwrap();
    assert_eq!(body.reason, "q is empty");
    assert_eq!(body.fields, ["q"]);
}
