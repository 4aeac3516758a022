//! Streamed response bodies.

use std::io::Cursor;
use std::time::{Duration, Instant};

use crate::calls::Calls;
use crate::runtime::{ByteStream, Client, Error, Response};
use futures_core::Stream;
use tokio::io::AsyncReadExt;

use crate::server::{KEY, Server, Step, THINGS, answer, get};

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\n";

async fn bytes(server: &Server) -> Result<Response<ByteStream>, Error> {
    let client = Client::builder()
        .api_key(KEY)
        .base_url(&server.url)
        .timeout(Duration::from_secs(1))
        .idle_timeout(Duration::from_secs(1))
        .build()?;
    client.calls().bytes(get(&client, "/things"), &THINGS).await
}

fn send(text: &str) -> Step {
    Step::Send(text.as_bytes().to_vec())
}

fn wait(milliseconds: u64) -> Step {
    Step::Wait(Duration::from_millis(milliseconds))
}

#[tokio::test]
async fn chunks_arrive_one_by_one() {
    let server = Server::start(|_| vec![send(HEAD), send("abc"), wait(300), send("def")]).await;
    let mut stream = bytes(&server).await.unwrap().into_inner();
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "abc");
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "def");
    assert_eq!(stream.chunk().await.unwrap(), None);
    assert_eq!(stream.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn a_stream_may_take_longer_than_the_timeout() {
    let steps = || {
        let letters = ["a", "b", "c", "d", "e", "f"];
        let slowly = letters
            .into_iter()
            .flat_map(|letter| [wait(300), send(letter)]);
        [send(HEAD)].into_iter().chain(slowly).collect()
    };
    let server = Server::start(move |_| steps()).await;
    let stream = bytes(&server).await.unwrap().into_inner();
    assert_eq!(stream.collect().await.unwrap(), "abcdef");
}

#[tokio::test]
async fn silence_for_the_idle_timeout_ends_a_stream() {
    let server = Server::start(|_| vec![send(HEAD), send("abc"), wait(30_000)]).await;
    let mut stream = bytes(&server).await.unwrap().into_inner();
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "abc");
    let error = stream.chunk().await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.to_string(), "things_list: timed out: no data for 1s");
    assert_eq!(stream.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn a_slow_reader_is_not_mistaken_for_silence() {
    let server = Server::start(|_| vec![send(HEAD), send("abc"), wait(1_500), send("def")]).await;
    let mut stream = bytes(&server).await.unwrap().into_inner();
    stream.chunk().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(stream.chunk().await.unwrap().unwrap(), "def");
}

#[tokio::test]
async fn a_stream_that_does_not_begin_times_out() {
    let server = Server::start(|_| vec![wait(30_000)]).await;
    let error = bytes(&server).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.operation(), Some("things_list"));
}

#[tokio::test]
async fn a_stream_that_breaks_off_says_so() {
    let server = Server::start(|_| vec![send(HEAD), send("abc")]).await;
    let stream = bytes(&server).await.unwrap().into_inner();
    let error = stream.collect().await.unwrap_err();
    assert!(matches!(&error, Error::Transport(cause) if cause.is_body()));
    assert_eq!(error.operation(), Some("things_list"));
}

#[tokio::test]
async fn an_error_instead_of_a_stream_is_an_api_error() {
    let server = Server::answering(answer("404 Not Found", r#"{"message":"gone"}"#)).await;
    let error = bytes(&server).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.message(), Some("gone"));
}

#[tokio::test]
async fn an_error_that_never_ends_is_still_the_error() {
    let head = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 9\r\n\r\n";
    let server = Server::start(move |_| vec![send(head), send("abc"), wait(30_000)]).await;
    let error = bytes(&server).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 500);
    assert_eq!(error.body().unwrap(), "abc");
}

#[tokio::test]
async fn the_size_is_known_where_the_server_says_it() {
    let server = Server::answering(format!("{HEAD}abcdef")).await;
    let mut stream = bytes(&server).await.unwrap().into_inner();
    assert_eq!(stream.content_length(), Some(6));
    stream.chunk().await.unwrap();
    assert_eq!(stream.content_length(), Some(6));

    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let server = Server::answering(format!("{head}3\r\nabc\r\n0\r\n\r\n")).await;
    let stream = bytes(&server).await.unwrap().into_inner();
    assert_eq!(stream.content_length(), None);
    assert_eq!(stream.collect().await.unwrap(), "abc");
}

#[tokio::test]
async fn a_body_can_be_written_as_it_arrives() {
    let server = Server::start(|_| vec![send(HEAD), send("abc"), wait(300), send("def")]).await;
    let stream = bytes(&server).await.unwrap().into_inner();
    let (mut here, mut there) = tokio::io::duplex(64);
    let mut first = [0; 3];
    // The first bytes are written before the last bytes arrive.
    let read = async { there.read_exact(&mut first).await.map(|_| Instant::now()) };
    let write = async { (stream.write_to(&mut here).await, Instant::now()) };
    let (read, (written, end)) = tokio::join!(read, write);
    assert_eq!(written.unwrap(), 6);
    assert!(read.unwrap() < end);
    assert_eq!(&first, b"abc");
}

#[tokio::test]
async fn a_body_is_written_to_a_file_to_its_last_byte() {
    let body = "x".repeat(3 << 20);
    let server = Server::answering(answer("200 OK", &body)).await;
    let path = std::env::temp_dir().join(format!("client-runtime-{}", std::process::id()));
    let mut file = tokio::fs::File::create(&path).await.unwrap();
    let stream = bytes(&server).await.unwrap().into_inner();
    let written = stream.write_to(&mut file).await.unwrap();
    let found = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(written, 3 << 20);
    assert!(found == body.as_bytes());
}

#[tokio::test]
async fn a_body_that_cannot_be_written_says_so() {
    let server = Server::answering(format!("{HEAD}abcdef")).await;
    let stream = bytes(&server).await.unwrap().into_inner();
    let error = stream
        .write_to(&mut Cursor::new(&mut [0; 4][..]))
        .await
        .unwrap_err();
    assert!(matches!(&error, Error::Transport(cause) if cause.is_write() && !cause.is_body()));
    assert_eq!(error.operation(), Some("things_list"));
    assert!(
        error
            .to_string()
            .starts_with("things_list: could not write: ")
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_said_to_be_written() {
    let server = Server::start(|_| vec![send(HEAD), send("abc")]).await;
    let stream = bytes(&server).await.unwrap().into_inner();
    let mut body = Vec::new();
    let error = stream.write_to(&mut body).await.unwrap_err();
    assert!(matches!(&error, Error::Transport(cause) if cause.is_body()));
    assert_eq!(body, b"abc");
}

#[test]
fn it_is_a_stream_that_can_be_sent() {
    fn stream<T: Stream<Item = Result<bytes::Bytes, Error>> + Send + Unpin>() {}
    stream::<ByteStream>();
}
