//! Blocking calls.

use std::io::{BufRead, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use http::Method;

use crate::runtime::{Blocking, Client, Error};
use crate::server::KEY;

/// Starts a server that sends the same response to each request.
fn server(response: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), response);
        }
    });
    url
}

fn answer(mut stream: TcpStream, response: &str) {
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let mut request = Vec::new();
    let mut buffer = [0; 1024];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer).unwrap() {
            0 => return,
            read => request.extend_from_slice(&buffer[..read]),
        }
    }
    stream.write_all(response.as_bytes()).unwrap();
}

const GREETING: &str =
    "HTTP/1.1 200 OK\r\ncontent-length: 11\r\nconnection: close\r\n\r\nhello\nworld";

fn client(url: &str) -> Client {
    Client::builder()
        .api_key(KEY)
        .base_url(url)
        .timeout(Duration::from_secs(5))
        .build()
        .unwrap()
}

fn greeting(client: &Client) -> Result<bytes::Bytes, Error> {
    client.request(Method::GET, "/greeting").send_blocking()
}

#[test]
fn a_call_needs_no_runtime() {
    let client = client(&server(GREETING));
    assert_eq!(greeting(&client).unwrap(), "hello\nworld");
    // The client reuses its connections.
    assert_eq!(greeting(&client).unwrap(), "hello\nworld");
}

#[test]
fn a_response_has_a_status_and_headers() {
    let client = client(&server(GREETING));
    let request = client.request(Method::GET, "/greeting");
    let response = request.send_with_response().wait().unwrap();
    assert_eq!(response.headers()["content-length"], "11");
}

#[test]
fn calls_of_several_threads_share_a_client() {
    let client = client(&server(GREETING));
    thread::scope(|scope| {
        let calls: Vec<_> = (0..8).map(|_| scope.spawn(|| greeting(&client))).collect();
        for call in calls {
            assert_eq!(call.join().unwrap().unwrap(), "hello\nworld");
        }
    });
}

#[test]
fn a_body_is_a_reader() {
    let client = client(&server(GREETING));
    let body = || {
        client
            .request(Method::GET, "/greeting")
            .send_stream()
            .wait()
    };
    let reader = body().unwrap().into_blocking();
    assert_eq!(reader.content_length(), Some(11));
    let lines: Result<Vec<String>, _> = reader.lines().collect();
    assert_eq!(lines.unwrap(), ["hello", "world"]);

    let mut file = Vec::new();
    let written = body().unwrap().into_blocking().write_to(&mut file).unwrap();
    assert_eq!((written, file), (11, b"hello\nworld".to_vec()));

    let mut reader = body().unwrap().into_blocking();
    let mut first = [0; 1];
    reader.read_exact(&mut first).unwrap();
    assert_eq!(reader.collect().unwrap(), "ello\nworld");
}

#[test]
fn an_error_of_a_reader_contains_that_of_the_call() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello";
    let client = client(&server(cut));
    let request = client.request(Method::GET, "/greeting");
    let mut reader = request.send_stream().wait().unwrap().into_blocking();
    let error = reader.read_to_string(&mut String::new()).unwrap_err();
    let cause = error.get_ref().unwrap().downcast_ref::<Error>().unwrap();
    assert!(matches!(cause, Error::Transport(_)), "{cause}");
}

/// Checks that a call fails before it is sent.
#[track_caller]
fn assert_refused(called: Result<bytes::Bytes, Error>) {
    let error = called.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "invalid request: cannot block in an async runtime: await `send()` instead, or call this in \
         `tokio::task::spawn_blocking`"
    );
}

#[tokio::test]
async fn a_task_that_would_block_its_runtime_is_refused() {
    let client = client("http://127.0.0.1:9");
    assert_refused(greeting(&client));
    // Later tasks on the same thread are also rejected.
    tokio::task::yield_now().await;
    assert_refused(greeting(&client));
    let spawned = tokio::spawn(async move { greeting(&client) });
    assert_refused(spawned.await.unwrap());
}

#[tokio::test]
async fn an_iterator_in_a_task_ends_after_its_error() {
    let stream = futures_util::stream::iter([Ok::<i32, Error>(1), Ok(2)]);
    let items: Vec<_> = Blocking::new(stream).collect();
    assert!(
        matches!(items[..], [Err(Error::InvalidRequest(_))]),
        "{items:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_of_a_runtime_with_several_threads_is_refused() {
    let client = client("http://127.0.0.1:9");
    let spawned = tokio::spawn(async move { greeting(&client) });
    assert_refused(spawned.await.unwrap());
}

#[tokio::test]
async fn a_thread_for_blocking_code_may_block() {
    let client = client(&server(GREETING));
    let called = tokio::task::spawn_blocking(move || greeting(&client));
    assert_eq!(called.await.unwrap().unwrap(), "hello\nworld");
}
