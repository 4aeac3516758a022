//! Proxies, certificates, the connection pool, and timeouts.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;

use crate::calls::Calls;
use crate::runtime::{Client, ClientBuilder, Error};
use crate::server::{KEY, Server, Step, THINGS, answer, get, keeping_alive, things};

fn builder(server: &Server) -> ClientBuilder {
    Client::builder().api_key(KEY).base_url(&server.url)
}

#[tokio::test]
async fn requests_are_sent_to_the_proxy() {
    let proxy = Server::answering(answer("200 OK", "5")).await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url("http://api.test/v1")
        .allow_plain_http(true)
        .proxy(&proxy.url)
        .build()
        .unwrap();
    let response = client.request(http::Method::GET, "/things").send().await;
    assert_eq!(response.unwrap(), "5");
    let line = "GET http://api.test/v1/things HTTP/1.1";
    assert_eq!(proxy.request_line(), line);
}

#[tokio::test]
async fn a_proxy_is_used_also_for_this_machine_unless_there_is_to_be_none() {
    let server = Server::answering(answer("200 OK", "5")).await;
    let proxy = Server::answering(answer("200 OK", "6")).await;
    let client = builder(&server).proxy(&proxy.url).build().unwrap();
    assert_eq!(*things::<i64>(&client).await.unwrap().value(), 6);
    let client = builder(&server)
        .proxy(&proxy.url)
        .no_proxy()
        .build()
        .unwrap();
    assert_eq!(*things::<i64>(&client).await.unwrap().value(), 5);
}

#[test]
fn an_invalid_proxy_is_an_error_that_does_not_show_its_password() {
    let builder = Client::builder()
        .api_key(KEY)
        .proxy("http://user:hidden@:80");
    assert!(!format!("{builder:?}").contains("hidden"));
    let error = builder.build().unwrap_err();
    assert!(matches!(error, Error::InvalidConfiguration(_)));
    assert_eq!(
        error.to_string(),
        "could not create the HTTP client: the URL of the proxy is invalid"
    );
}

#[test]
fn a_text_without_certificates_is_an_error() {
    let builder = Client::builder().api_key(KEY).root_certificates("no PEM");
    let error = builder.build().unwrap_err();
    assert!(matches!(error, Error::InvalidConfiguration(_)));
    assert_eq!(
        error.to_string(),
        "could not create the HTTP client: the PEM text of `root_certificates` contains no certificate"
    );
}

#[tokio::test]
async fn an_unused_connection_is_kept_unless_the_pool_is_limited() {
    for (limit, expected) in [(None, 1), (Some(0), 2)] {
        let (url, connections) = keeping_alive(|_| EMPTY).await;
        let mut builder = Client::builder()
            .api_key(KEY)
            .base_url(url)
            .pool_idle_timeout(Duration::from_secs(60));
        if let Some(limit) = limit {
            builder = builder.pool_max_idle_per_host(limit);
        }
        let client = builder.build().unwrap();
        for _ in 0..2 {
            things::<Value>(&client).await.unwrap();
        }
        assert_eq!(connections.load(Ordering::SeqCst), expected);
    }
}

const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

fn client_of(url: String) -> Client {
    Client::builder()
        .api_key(KEY)
        .base_url(url)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_connection_is_used_again_after_a_body_that_nobody_reads() {
    let chunked =
        |_: &str| "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    let (url, connections) = keeping_alive(chunked).await;
    let client = client_of(url);
    for _ in 0..3 {
        let call = client.calls().empty(get(&client, "/things"), &THINGS);
        call.await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_connection_is_used_again_after_a_redirect() {
    let (url, connections) = keeping_alive(|request| match request.starts_with("GET /things ") {
        true => "HTTP/1.1 307 -\r\nlocation: /moved\r\ntransfer-encoding: chunked\r\n\r\n5\r\nmoved\r\n0\r\n\r\n",
        false => EMPTY,
    })
    .await;
    things::<Value>(&client_of(url)).await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_connection_is_used_again_after_the_last_event() {
    let (url, connections) = keeping_alive(|_| {
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n\
         17\r\ndata: 1\n\ndata: [DONE]\n\n\r\n0\r\n\r\n"
    })
    .await;
    let client = client_of(url);
    for _ in 0..2 {
        let call = client
            .calls()
            .events::<i64>(get(&client, "/things"), &THINGS);
        let mut events = call.await.unwrap().into_inner();
        while events.next_event().await.unwrap().is_some() {}
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_body_without_an_end_does_not_delay_a_call() {
    let endless = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n";
    let (url, _) = keeping_alive(move |_| endless).await;
    let client = client_of(url);
    let begin = std::time::Instant::now();
    let call = client.calls().empty(get(&client, "/things"), &THINGS);
    call.await.unwrap();
    assert!(begin.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_call_may_take_ten_minutes_by_default() {
    assert_eq!(ClientBuilder::DEFAULT_TIMEOUT, Duration::from_secs(600));
}

#[tokio::test]
async fn a_body_that_stalls_is_an_error_long_before_the_timeout() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n123";
    let server =
        Server::start(|_| vec![Step::Send(head.into()), Step::Wait(Duration::from_secs(60))]).await;
    let client = builder(&server)
        .idle_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let error = things::<Value>(&client).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(
        error.to_string(),
        "things_list: timed out: no data for 200ms"
    );
}

#[tokio::test]
async fn a_response_may_begin_after_the_idle_timeout() {
    let server = Server::start(|_| {
        vec![
            Step::Wait(Duration::from_millis(400)),
            Step::Send(answer("200 OK", "5")),
        ]
    })
    .await;
    let client = builder(&server)
        .idle_timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    assert_eq!(*things::<i64>(&client).await.unwrap().value(), 5);
}
