//! Middleware around each attempt of a call.

use std::error::Error as StdError;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use reqwest::Body;
use serde_json::{Value, json};

use crate::calls::{Calls, upload};
use crate::runtime::{
    Attempt, AttemptResponse, CallOptions, Client, ClientBuilder, Error, Middleware,
    MiddlewareFuture, Next, Upload,
};
use crate::server::{KEY, Server, Step, THINGS, answer, get, header, things};

/// A middleware that changes the attempt with a function.
struct Before<F>(F);

impl<F: Fn(&mut Attempt) + Send + Sync> Middleware for Before<F> {
    fn call<'a>(&'a self, mut attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        (self.0)(&mut attempt);
        next.run(attempt)
    }
}

/// A middleware that responds without a server.
struct Instead<F>(F);

impl<F: Fn(&Attempt) -> Result<AttemptResponse, Error> + Send + Sync> Middleware for Instead<F> {
    fn call<'a>(&'a self, attempt: Attempt, _: Next<'a>) -> MiddlewareFuture<'a> {
        Box::pin(async move { (self.0)(&attempt) })
    }
}

/// A middleware that records its calls and responses.
#[derive(Clone)]
struct Log {
    name: &'static str,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Log {
    fn named(&self, name: &'static str) -> Self {
        let lines = Arc::clone(&self.lines);
        Self { name, lines }
    }

    fn new() -> Self {
        let lines = Arc::default();
        Self { name: "", lines }
    }

    fn add(&self, line: String) {
        self.lines.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

impl Middleware for Log {
    fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        Box::pin(async move {
            let (name, number) = (self.name, attempt.number());
            let path = attempt.url().rsplit('/').next().unwrap_or_default();
            self.add(format!("{name} sends {number} /{path}"));
            let response = next.run(attempt).await?;
            self.add(format!("{name} receives {}", response.status().as_u16()));
            Ok(response)
        })
    }
}

/// A middleware that buffers the response body.
struct Buffer(Arc<Mutex<Bytes>>);

impl Middleware for Buffer {
    fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        Box::pin(async move {
            let (mut response, body) = next.run(attempt).await?.buffered().await?;
            *self.0.lock().unwrap() = body;
            let value = HeaderValue::from_static("yes");
            response.headers_mut().insert("x-buffered", value);
            Ok(response)
        })
    }
}

fn builder(server: &Server) -> ClientBuilder {
    Client::builder()
        .api_key(KEY)
        .base_url(&server.url)
        .timeout(Duration::from_secs(5))
        .retries(0)
}

async fn call(builder: ClientBuilder) -> Result<Value, Error> {
    let response = things::<Value>(&builder.build().unwrap()).await?;
    Ok(response.into_inner())
}

#[tokio::test]
async fn the_first_is_outermost() {
    let server = Server::answering(answer("200 OK", "7")).await;
    let log = Log::new();
    let builder = builder(&server)
        .middleware(log.named("a"))
        .middleware(Arc::new(log.named("b")));
    assert_eq!(call(builder).await.unwrap(), 7);
    assert_eq!(
        log.lines(),
        [
            "a sends 1 /things",
            "b sends 1 /things",
            "b receives 200",
            "a receives 200"
        ]
    );
}

#[tokio::test]
async fn it_is_called_for_each_retry_and_each_redirect() {
    let count = AtomicU32::new(0);
    let server = Server::start(move |_| {
        let step = match count.fetch_add(1, Ordering::Relaxed) {
            0 => "HTTP/1.1 503 X\r\nretry-after-ms: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                .into(),
            1 => "HTTP/1.1 307 X\r\nlocation: /moved\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                .into(),
            _ => answer("200 OK", "7"),
        };
        vec![Step::Send(step)]
    })
    .await;
    let log = Log::new();
    let builder = builder(&server).retries(1).middleware(log.named("it"));
    assert_eq!(call(builder).await.unwrap(), 7);
    assert_eq!(
        log.lines(),
        [
            "it sends 1 /things",
            "it receives 503",
            "it sends 2 /things",
            "it receives 307",
            "it sends 2 /moved",
            "it receives 200"
        ]
    );
}

#[tokio::test]
async fn it_sees_the_request_and_can_change_its_headers() {
    let server = Server::answering(answer("200 OK", "7")).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&seen);
    let builder = builder(&server).middleware(Before(move |attempt: &mut Attempt| {
        let body = attempt.body().map(<[u8]>::to_vec);
        let body = String::from_utf8(body.unwrap()).unwrap();
        note.lock().unwrap().extend([
            attempt.operation().to_owned(),
            attempt.path_template().to_owned(),
            attempt.method().to_string(),
            body.clone(),
            attempt.headers()["x-api-key"].to_str().unwrap().to_owned(),
        ]);
        let signature = HeaderValue::try_from(format!("signed {body}")).unwrap();
        attempt.headers_mut().insert("x-api-key", signature);
    }));
    let client = builder.build().unwrap();
    let mut request = get(&client, "/things");
    *request.method_mut() = Method::PUT;
    *request.body_mut() = Some(Body::from("text"));
    let calls = client.calls();
    calls.json::<Value>(request, &THINGS).await.unwrap();

    let seen = seen.lock().unwrap();
    assert_eq!(*seen, ["things_list", "/things", "PUT", "text", KEY]);
    let sent = &server.requests()[0];
    assert_eq!(header(sent, "x-api-key"), Some("signed text"));
}

#[tokio::test]
async fn it_passes_values_to_the_middleware_inside() {
    #[derive(Clone)]
    struct Tenant(&'static str);

    let server = Server::answering(answer("200 OK", "7")).await;
    let builder = builder(&server)
        .middleware(Before(|attempt: &mut Attempt| {
            attempt.extensions_mut().insert(Tenant("acme"));
        }))
        .middleware(Before(|attempt: &mut Attempt| {
            let Tenant(name) = attempt.extensions().get().cloned().unwrap();
            let name = HeaderValue::from_static(name);
            attempt.headers_mut().insert("x-tenant", name);
        }));
    call(builder).await.unwrap();
    let sent = &server.requests()[0];
    assert_eq!(header(sent, "x-tenant"), Some("acme"));
}

#[tokio::test]
async fn it_finds_the_values_of_the_call_and_of_the_client_in_each_attempt() {
    #[derive(Clone)]
    struct Tenant(&'static str);
    #[derive(Clone)]
    struct Region(&'static str);

    let server = Server::answering(answer("500 Oh No", "{}")).await;
    let send = |attempt: &mut Attempt| {
        let Tenant(tenant) = attempt.extensions().get().cloned().unwrap();
        let Region(region) = attempt.extensions().get().cloned().unwrap();
        let value = HeaderValue::from_str(&format!("{tenant} {region}")).unwrap();
        attempt.headers_mut().insert("x-origin", value);
    };
    let client = builder(&server).middleware(Before(send)).build().unwrap();
    let options = CallOptions::new()
        .extension(Tenant("default"))
        .extension(Region("eu"));
    let client = client.with_options(options);
    let options = CallOptions::new().extension(Tenant("acme")).retries(1);
    let request = get(&client, "/things");
    let calls = client.calls().with_options(&options);
    calls.json::<Value>(request, &THINGS).await.unwrap_err();
    let requests = server.requests();
    let origins = requests.iter().map(|request| header(request, "x-origin"));
    let expected = Some("acme eu");
    assert_eq!(origins.collect::<Vec<_>>(), [expected, expected]);
}

#[tokio::test]
async fn a_body_that_is_read_while_it_is_sent_is_not_shown() {
    let server = Server::answering(answer("200 OK", "7")).await;
    let has_body = Arc::new(Mutex::new(None));
    let note = Arc::clone(&has_body);
    let builder = builder(&server).middleware(Before(move |attempt: &mut Attempt| {
        *note.lock().unwrap() = Some(attempt.body().is_some());
    }));
    let client = builder.build().unwrap();
    let mut request = get(&client, "/things");
    *request.method_mut() = Method::POST;
    let request = upload(request, &Upload::bytes("1.txt", "text"), None);
    let calls = client.calls();
    calls.json::<Value>(request, &THINGS).await.unwrap();
    assert_eq!(*has_body.lock().unwrap(), Some(false));
    assert!(server.requests()[0].ends_with("\r\n\r\ntext"));
}

#[tokio::test]
async fn it_can_respond_without_a_server() {
    let server = Server::answering("").await;
    let builder = builder(&server).middleware(Instead(|_: &Attempt| {
        let body = json!({"a": 1}).to_string();
        let mut headers = HeaderMap::new();
        headers.insert("x-from", HeaderValue::from_static("cache"));
        Ok(AttemptResponse::new(StatusCode::OK, headers, body))
    }));
    let client = builder.build().unwrap();
    let response = things::<Value>(&client).await.unwrap();
    assert_eq!(response.value()["a"], 1);
    assert_eq!(response.headers()["x-from"], "cache");

    let bytes = client.calls().bytes(get(&client, "/things"), &THINGS);
    let bytes = bytes.await.unwrap().into_inner();
    assert_eq!(bytes.content_length(), Some(7));
    assert_eq!(bytes.collect().await.unwrap(), r#"{"a":1}"#);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn its_response_is_retried_like_one_of_the_server() {
    let server = Server::answering("").await;
    let count = AtomicU32::new(0);
    let builder = builder(&server)
        .retries(1)
        .middleware(Instead(move |_: &Attempt| {
            let is_first = count.fetch_add(1, Ordering::Relaxed) == 0;
            let mut headers = HeaderMap::new();
            headers.insert("retry-after-ms", HeaderValue::from_static("1"));
            Ok(match is_first {
                true => AttemptResponse::new(StatusCode::SERVICE_UNAVAILABLE, headers, ""),
                false => AttemptResponse::new(StatusCode::OK, headers, "7"),
            })
        }));
    assert_eq!(call(builder).await.unwrap(), 7);
}

#[tokio::test]
async fn it_can_read_the_body_and_pass_it_on() {
    let server = Server::answering(answer("200 OK", r#"{"a":1}"#)).await;
    let body = Arc::new(Mutex::new(Bytes::new()));
    let builder = builder(&server).middleware(Buffer(Arc::clone(&body)));
    let response = things::<Value>(&builder.build().unwrap()).await.unwrap();
    assert_eq!(response.value()["a"], 1);
    assert_eq!(response.headers()["x-buffered"], "yes");
    assert_eq!(response.headers()["x-request-id"], "r1");
    assert_eq!(*body.lock().unwrap(), r#"{"a":1}"#);
}

#[tokio::test]
async fn the_size_of_a_body_that_it_reads_is_limited() {
    let server = Server::answering(answer("200 OK", "12345678")).await;
    let body = Arc::new(Mutex::new(Bytes::new()));
    let builder = builder(&server).max_body(7).middleware(Buffer(body));
    let error = call(builder).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error}");
    assert!(
        error.to_string().contains("is longer than 7 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn its_error_ends_the_call_and_names_the_operation_and_the_cause() {
    let server = Server::answering(answer("200 OK", "7")).await;
    let count = Arc::new(AtomicU32::new(0));
    let calls = Arc::clone(&count);
    let builder = builder(&server)
        .retries(2)
        .middleware(Instead(move |_: &Attempt| {
            calls.fetch_add(1, Ordering::Relaxed);
            Err(Error::middleware("no signing\nkey"))
        }));
    let error = call(builder).await.unwrap_err();
    assert!(matches!(error, Error::Middleware(_)));
    let text = "things_list: middleware failed: no signing key";
    assert_eq!(error.to_string(), text);
    assert_eq!(error.operation(), Some("things_list"));
    assert_eq!(error.attempts(), 1);
    assert_eq!(error.source().unwrap().to_string(), "no signing\nkey");
    assert!(!error.is_retryable());
    assert_eq!(count.load(Ordering::Relaxed), 1);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn the_timeout_includes_it() {
    struct Slow;

    impl Middleware for Slow {
        fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
            Box::pin(async move {
                tokio::time::sleep(Duration::from_secs(60)).await;
                next.run(attempt).await
            })
        }
    }

    let server = Server::answering(answer("200 OK", "7")).await;
    let builder = builder(&server)
        .timeout(Duration::from_millis(50))
        .middleware(Slow);
    assert!(call(builder).await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn nothing_that_it_can_print_shows_a_key() {
    struct Print(Arc<Mutex<String>>);

    impl Middleware for Print {
        fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
            Box::pin(async move {
                let text = format!("{attempt:?} {next:?} ");
                let response = next.run(attempt).await?;
                *self.0.lock().unwrap() = format!("{text} {response:?}");
                Ok(response)
            })
        }
    }

    let reply = format!("HTTP/1.1 200 X\r\nx-echo: {KEY}\r\ncontent-length: 1\r\n\r\n7");
    let server = Server::answering(reply).await;
    let printed = Arc::new(Mutex::new(String::new()));
    let builder = builder(&server).middleware(Print(Arc::clone(&printed)));
    let client = builder.build().unwrap();
    let options = CallOptions::new()
        .query("key", "secret-in-query")
        .header("x-own", "secret-in-header");
    let calls = client.calls().with_options(&options);
    calls
        .json::<Value>(get(&client, "/things"), &THINGS)
        .await
        .unwrap();
    let printed = printed.lock().unwrap();
    assert!(
        printed.contains("things_list") && printed.contains("x-echo"),
        "{printed}"
    );
    assert!(
        !printed.contains(KEY) && !printed.contains("secret"),
        "{printed}"
    );
}

#[tokio::test]
async fn an_error_that_repeats_the_key_is_shown_without_it() {
    let server = Server::answering("").await;
    let builder = builder(&server).middleware(Instead(|attempt: &Attempt| {
        let key = attempt.headers()["x-api-key"].to_str().unwrap();
        Err(Error::middleware(format!("refused {key}")))
    }));
    let error = call(builder).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "things_list: middleware failed: refused [redacted]"
    );
}

#[tokio::test]
async fn a_trace_continues_in_the_headers_of_each_attempt() {
    let server = Server::answering(
        "HTTP/1.1 503 X\r\nretry-after-ms: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    )
    .await;
    let count = AtomicU32::new(1);
    let builder = builder(&server).retries(1).propagate_trace(move |headers| {
        let count = count.fetch_add(1, Ordering::Relaxed);
        let value = HeaderValue::try_from(format!("00-trace-{count}-01")).unwrap();
        headers.insert("traceparent", value);
    });
    call(builder).await.unwrap_err();
    let requests = server.requests();
    let parents: Vec<_> = requests
        .iter()
        .map(|request| header(request, "traceparent").unwrap())
        .collect();
    assert_eq!(parents, ["00-trace-1-01", "00-trace-2-01"]);
}
