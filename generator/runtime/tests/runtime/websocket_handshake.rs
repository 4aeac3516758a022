//! Handshakes of channels, which are regular calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;

use crate::calls::Calls as _;
use crate::events::soon;
use crate::runtime::websocket::{Messages, Nothing, Socket, SocketOptions, Text};
use crate::runtime::{
    Attempt, CallOptions, Client, Error, Middleware, MiddlewareFuture, Next, Operation,
};
use crate::server::{KEY, answer, get, header, read_request};
use crate::tls::acceptor;
use crate::websocket::{CHANNEL, Server, Word, accepted, connect, switching};

/// Returns the result of a handshake with a response made from the valid head.
async fn handshake(response: impl Fn(&str) -> Vec<u8>) -> Result<Socket<Text, Text>, Error> {
    handshake_with(SocketOptions::new(), response).await
}

async fn handshake_with(
    options: SocketOptions,
    response: impl Fn(&str) -> Vec<u8>,
) -> Result<Socket<Text, Text>, Error> {
    let server = Server::start().await;
    let client = server.client();
    let serve = async {
        let (mut stream, request) = server.request().await;
        let _ = stream.write_all(&response(&request)).await;
        stream
    };
    let connecting = connect(&client, options);
    soon(async { tokio::join!(serve, connecting) }).await.1
}

#[tokio::test]
async fn a_handshake_is_a_request_with_the_key_of_the_client() {
    let server = Server::start().await;
    let client = server.builder().header("x-team", "blue").build().unwrap();
    let request = get(&client, "/realtime?model_id=m");
    let options = SocketOptions::new().protocol("v2").protocol("v1");
    let connecting = client
        .calls()
        .connect::<Text, Text>(request, &CHANNEL, options);
    let serve = async {
        let (mut stream, request) = server.request().await;
        let head = format!("{}sec-websocket-protocol: v1\r\n\r\n", switching(&request));
        stream.write_all(head.as_bytes()).await.unwrap();
        (stream, request)
    };
    let ((_stream, request), socket) = soon(async { tokio::join!(serve, connecting) }).await;
    let socket = socket.unwrap();
    assert!(
        request.starts_with("GET /realtime?model_id=m HTTP/1.1\r\n"),
        "{request}"
    );
    for (name, value) in [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-protocol", "v2, v1"),
        ("x-api-key", KEY),
        ("x-team", "blue"),
    ] {
        assert_eq!(header(&request, name), Some(value), "{request}");
    }
    assert_eq!(header(&request, "sec-websocket-key").unwrap().len(), 24);
    assert_eq!(request.matches(KEY).count(), 1);
    assert_eq!(socket.protocol().as_deref(), Some("v1"));
    assert_eq!(socket.headers()["x-request-id"], "r1");
    assert_eq!(socket.connections(), 1);
}

#[tokio::test]
async fn a_refused_handshake_is_the_error_of_the_api() {
    let body = r#"{"code":"quota","message":"too many channels"}"#;
    let error = handshake(|_| answer("402 Payment Required", body))
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 402);
    assert_eq!(error.code(), Some("quota"));
    assert_eq!(error.body().unwrap(), body);
}

#[tokio::test]
async fn a_success_that_is_not_an_upgrade_is_an_error_with_its_body() {
    let error = handshake(|_| answer("200 OK", "a page")).await.unwrap_err();
    assert!(matches!(error, Error::Api(_)), "{error}");
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.body().unwrap(), "a page");
}

#[tokio::test]
async fn a_response_that_does_not_fit_the_handshake_is_an_error() {
    let replaced = |from: &'static str, to: &'static str| {
        move |request: &str| {
            let head = switching(request);
            assert!(head.contains(from), "{head}");
            format!("{}\r\n", head.replace(from, to)).into_bytes()
        }
    };
    let cases = [
        (
            "sec-websocket-accept: ",
            "sec-websocket-accept: a",
            "sec-websocket-accept",
        ),
        (
            "sec-websocket-accept: ",
            "x-accept: ",
            "sec-websocket-accept",
        ),
        ("upgrade: websocket", "upgrade: h2c", "upgrade"),
        ("connection: Upgrade", "connection: close", "connection"),
        (
            "x-request-id: r1",
            "sec-websocket-extensions: permessage-deflate",
            "extension",
        ),
        (
            "x-request-id: r1",
            "sec-websocket-protocol: v1",
            "subprotocol",
        ),
    ];
    for (from, to, expected) in cases {
        let error = handshake(replaced(from, to)).await.unwrap_err();
        assert!(matches!(error, Error::Transport(_)), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.to_string().contains("handshake"), "{error}");
    }
    let options = SocketOptions::new().protocol("v2");
    let other = replaced("x-request-id: r1", "sec-websocket-protocol: v1");
    assert!(handshake_with(options, other).await.is_err());
}

#[tokio::test]
async fn a_response_that_is_not_http_is_an_error() {
    let endless = |_: &str| {
        let mut head = b"HTTP/1.1 101 Switching Protocols\r\nx-endless: ".to_vec();
        head.resize(2 << 20, b'a');
        head
    };
    assert!(matches!(handshake(endless).await, Err(Error::Transport(_))));
    let garbage = |_: &str| b"\x81\x05hello\r\n\r\n".to_vec();
    assert!(matches!(handshake(garbage).await, Err(Error::Transport(_))));
}

#[tokio::test]
async fn a_server_that_does_not_respond_is_waited_for_as_long_as_a_call() {
    let server = Server::start().await;
    let client = server
        .builder()
        .timeout(Duration::from_millis(30))
        .build()
        .unwrap();
    let error = soon(connect::<Text, Text>(&client, SocketOptions::new()))
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn a_handshake_is_retried_like_other_calls_with_a_new_key() {
    let server = Server::start().await;
    let client = server.builder().retries(1).build().unwrap();
    let serve = async {
        let (mut stream, first) = server.request().await;
        let refusal = "HTTP/1.1 503 Unavailable\r\nretry-after-ms: 1\r\nconnection: close\r\n\
            content-length: 0\r\n\r\n";
        stream.write_all(refusal.as_bytes()).await.unwrap();
        drop(stream);
        let (stream, second) = server.request().await;
        (accepted(stream, &second).await, first, second)
    };
    let connecting = connect::<Text, Text>(&client, SocketOptions::new());
    let ((_peer, first, second), socket) = soon(async { tokio::join!(serve, connecting) }).await;
    socket.unwrap();
    let key = |request| header(request, "sec-websocket-key").unwrap().to_owned();
    assert_ne!(key(&first), key(&second));
}

struct Count(Arc<AtomicU32>);

impl Middleware for Count {
    fn call<'a>(&'a self, mut attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        self.0.fetch_add(1, Ordering::SeqCst);
        attempt
            .headers_mut()
            .insert("x-signed", "yes".parse().unwrap());
        Box::pin(async move {
            let response = next.run(attempt).await?;
            assert_eq!(response.status(), 101);
            // A response without a body is unchanged.
            let (response, body) = response.buffered().await?;
            assert!(body.is_empty());
            Ok(response)
        })
    }
}

#[tokio::test]
async fn middleware_sees_the_handshake_and_its_response() {
    let server = Server::start().await;
    let count = Arc::new(AtomicU32::new(0));
    let client = server
        .builder()
        .middleware(Count(Arc::clone(&count)))
        .build()
        .unwrap();
    let connecting = connect::<Text, Text>(&client, SocketOptions::new());
    let ((_peer, request), socket) =
        soon(async { tokio::join!(server.accept(), connecting) }).await;
    socket.unwrap();
    assert_eq!(header(&request, "x-signed"), Some("yes"));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

const ELSEWHERE: Operation =
    Operation::new("speech_realtime", "/realtime").servers(&["wss://speech.example.invalid/v1"]);
const OPEN: Operation =
    Operation::new("speech_realtime", "/realtime").servers(&["ws://speech.example.invalid/v1"]);

async fn at_server(client: &Client, operation: &'static Operation) -> Error {
    let request = |raw: crate::runtime::Raw<'_>| {
        let url = format!("{}/realtime", raw.baseurl);
        raw.client.get(url).build()
    };
    let call = crate::runtime::Call::new(client, operation, &CallOptions::new());
    let call = call.prepare(request);
    soon(call.connect::<Text, Text>(SocketOptions::new()))
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_server_by_wss_is_called_by_https() {
    let client = Client::builder().api_key(KEY).retries(0).build().unwrap();
    let error = at_server(&client, &ELSEWHERE).await;
    assert!(error.is_connect(), "{error:?}");
}

const CHOSEN: Operation =
    Operation::new("speech_realtime", "/realtime").servers(&["ws://{index_host}/v2"]);

#[tokio::test]
async fn variables_fill_in_the_server_of_a_channel() {
    let server = Server::start().await;
    let host = server.url.strip_prefix("http://").unwrap();
    let builder = Client::builder().api_key(KEY).retries(0);
    let client = builder.clone().server_variable(2, host).build().unwrap();
    let serve = async {
        let (mut stream, request) = server.request().await;
        let _ = stream.write_all(&answer("404 Not Found", "{}")).await;
        request
    };
    let (request, _) = soon(async { tokio::join!(serve, at_server(&client, &CHOSEN)) }).await;
    assert!(
        request.starts_with("GET /v2/realtime HTTP/1.1\r\n"),
        "{request}"
    );
    let error = at_server(&builder.build().unwrap(), &CHOSEN).await;
    let text = error.to_string();
    assert!(text.contains("`ClientBuilder::index_host`"), "{text}");
}

#[tokio::test]
async fn a_server_that_offers_http_2_is_connected_to_by_http_1() {
    let server = Server::start().await;
    let url = server.url.replace("http://", "https://");
    let authority: &[u8] = include_bytes!("tls/authority.pem");
    let client = server.builder().base_url(url).root_certificates(authority);
    let client = client.build().unwrap();
    let serve = async {
        let (stream, _) = server.listener.accept().await.unwrap();
        let tls = acceptor(&["h2", "http/1.1"]).accept(stream).await;
        let mut stream = tls.unwrap();
        let request = read_request(&mut stream).await;
        let head = format!("{}\r\n", switching(&request));
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(b"\x81\x06secure").await.unwrap();
        stream.flush().await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        stream
    };
    let connecting = connect::<Text, Text>(&client, SocketOptions::new());
    let (_stream, socket) = soon(async { tokio::join!(serve, connecting) }).await;
    let message = soon(socket.unwrap().next_message()).await.unwrap();
    assert_eq!(message.as_deref(), Some("secure"));
}

#[tokio::test]
async fn a_server_by_ws_is_refused_unless_it_is_this_machine_or_allowed() {
    let builder = Client::builder().api_key(KEY).retries(0);
    let client = builder.clone().build().unwrap();
    let error = at_server(&client, &OPEN).await;
    assert!(matches!(error, Error::InvalidConfiguration(_)), "{error:?}");
    assert!(error.to_string().contains("wss"), "{error}");
    let client = builder.allow_plain_http(true).build().unwrap();
    assert!(at_server(&client, &OPEN).await.is_connect());
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_refused() {
    let other = Server::start().await;
    let to = format!("{}/realtime", other.url);
    let error = handshake(|_| {
        format!("HTTP/1.1 307 Redirect\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n").into_bytes()
    });
    let error = error.await.unwrap_err();
    assert_eq!(error.status().unwrap(), 307);
    assert!(error.to_string().contains("another origin"), "{error}");
    let none = tokio::time::timeout(Duration::from_millis(20), other.listener.accept());
    assert!(none.await.is_err());
}

#[tokio::test]
async fn a_redirect_at_the_same_origin_is_followed() {
    let server = Server::start().await;
    let client = server.client();
    let serve = async {
        let (mut stream, _) = server.request().await;
        let redirect = "HTTP/1.1 307 Redirect\r\nlocation: /other\r\nconnection: close\r\n\
            content-length: 0\r\n\r\n";
        stream.write_all(redirect.as_bytes()).await.unwrap();
        drop(stream);
        server.accept().await
    };
    let connecting = connect::<Text, Text>(&client, SocketOptions::new());
    let ((_peer, request), socket) = soon(async { tokio::join!(serve, connecting) }).await;
    socket.unwrap();
    assert!(request.starts_with("GET /other "), "{request}");
}

#[tokio::test]
async fn options_that_are_not_valid_are_refused_before_anything_is_sent() {
    let server = Server::start().await;
    let client = server.client();
    for options in [
        SocketOptions::new().ping_interval(Duration::ZERO),
        SocketOptions::new().protocol(""),
        SocketOptions::new().protocol("a, b"),
        SocketOptions::new().protocol("a\r\nx: y"),
    ] {
        let error = soon(connect::<Text, Text>(&client, options))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    }
    let none = tokio::time::timeout(Duration::from_millis(20), server.listener.accept());
    assert!(none.await.is_err());
}

#[tokio::test]
async fn a_derived_client_and_an_own_http_client_connect() {
    let server = Server::start().await;
    let own = crate::server::http_client_builder().build().unwrap();
    for client in [
        server
            .client()
            .with_options(CallOptions::new().header("x-a", "b")),
        server.builder().http_client(own).build().unwrap(),
    ] {
        let connecting = connect::<Nothing, Messages<Word>>(&client, SocketOptions::new());
        let ((_peer, _), socket) = soon(async { tokio::join!(server.accept(), connecting) }).await;
        socket.unwrap();
    }
}

#[tokio::test]
async fn a_call_that_is_not_a_channel_does_not_switch_protocols() {
    let server = Server::start().await;
    let client = server.client();
    let serve = async {
        let (mut stream, _) = server.request().await;
        let head = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
    };
    let call = crate::server::things::<serde_json::Value>(&client);
    let ((), result) = soon(async { tokio::join!(serve, call) }).await;
    assert!(result.is_err());
}
