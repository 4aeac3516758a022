//! Calls that are retried, and calls that are not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::calls::{self, Calls};
use crate::runtime::{Call, CallOptions, Client, Error, Operation, Outgoing, Response, Upload};
use futures_util::future::join_all;
use reqwest::{Body, Method, Request};
use serde_json::Value;
use tokio::net::{TcpListener, TcpSocket};

use crate::server::{KEY, Server, Step, THINGS, answer, get};

/// A header that requests an almost immediate retry.
const SOON: &str = "retry-after-ms: 1";

const UNAVAILABLE: &str = "503 Service Unavailable";

/// Returns a response with this status and this header line.
fn refusal(status: &str, header: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{header}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .into_bytes()
}

/// Starts a server that sends these responses in order, and repeats the last one.
async fn server(answers: Vec<Vec<u8>>) -> Server {
    let next = AtomicUsize::new(0);
    Server::start(move |_| {
        let next = next.fetch_add(1, Ordering::Relaxed);
        vec![Step::Send(answers[next.min(answers.len() - 1)].clone())]
    })
    .await
}

/// Returns the default options of a client.
fn by_default() -> CallOptions {
    CallOptions::new().retries(2)
}

async fn call(
    server: &Server,
    method: Method,
    options: &CallOptions,
) -> Result<Response<Value>, Error> {
    let client = server.client();
    let mut request = get(&client, "/things");
    *request.method_mut() = method;
    client
        .calls()
        .with_options(options)
        .json(request, &THINGS)
        .await
}

#[tokio::test]
async fn a_request_is_built_once_for_each_attempt() {
    for (method, status, built) in [
        (Method::GET, "500 Oh No", 2),
        (Method::GET, "400 Bad Request", 1),
        (Method::POST, UNAVAILABLE, 2),
    ] {
        let server = server(vec![refusal(status, SOON)]).await;
        let client = server.client();
        let mut request = get(&client, "/things");
        *request.method_mut() = method.clone();
        let builds = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&builds);
        let call = Call::new(&client, &THINGS, &by_default().retries(1)).prepare(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            Ok(Outgoing::new(request.try_clone().unwrap(), None))
        });
        call.empty().await.unwrap_err();
        assert_eq!(builds.load(Ordering::Relaxed), built, "{method} {status}");
    }
}

/// Returns the number of requests of a call to a server that always returns an error. Fails if the
/// call takes long.
async fn requests(method: Method, status: &str) -> usize {
    let server = server(vec![refusal(status, SOON)]).await;
    let error = call(&server, method, &by_default().retries(1)).await;
    assert_eq!(
        error.unwrap_err().attempts() as usize,
        server.requests().len()
    );
    server.requests().len()
}

fn seconds(range: std::ops::Range<f32>, time: Duration) {
    assert!(range.contains(&time.as_secs_f32()), "{time:?}");
}

#[tokio::test]
async fn a_call_is_repeated_twice_by_default() {
    let limited = refusal("429 Too Many Requests", "x: y");
    let server = server(vec![limited.clone(), limited, answer("200 OK", "7")]).await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(&server.url)
        .build()
        .unwrap();
    let answer = crate::server::things::<u8>(&client).await.unwrap();
    assert_eq!(answer.into_inner(), 7);

    // The delay doubles each time, plus up to 100 percent of jitter.
    let times = server.times();
    assert_eq!(times.len(), 3);
    seconds(0.49..3.0, times[1] - times[0]);
    seconds(0.99..4.0, times[2] - times[1]);
}

#[tokio::test]
async fn retry_after_sets_the_delay() {
    let date = "date: Tue, 24 Nov 2026 00:00:00 GMT\r\nretry-after: Tue, 24 Nov 2026 00:00:01 GMT";
    for header in ["retry-after: 1", date] {
        let server = server(vec![
            refusal(UNAVAILABLE, header),
            refusal(UNAVAILABLE, header),
            answer("200 OK", "7"),
        ])
        .await;
        call(&server, Method::POST, &by_default()).await.unwrap();
        let times = server.times();
        seconds(0.99..3.0, times[1] - times[0]);
        seconds(0.99..3.0, times[2] - times[1]);
    }
}

#[tokio::test]
async fn a_time_that_has_passed_is_no_reason_to_come_back_at_once() {
    for header in [
        "retry-after: 0",
        "retry-after: Thu, 01 Jan 1970 00:00:00 GMT",
    ] {
        let server = server(vec![refusal(UNAVAILABLE, header), answer("200 OK", "7")]).await;
        call(&server, Method::GET, &by_default()).await.unwrap();
        let times = server.times();
        seconds(0.49..3.0, times[1] - times[0]);
    }
}

#[tokio::test]
async fn a_wait_beyond_the_bound_is_not_waited_for() {
    let century = "retry-after: 3155760000";
    let endless = "retry-after: 99999999999999999999999999";
    let date = "date: Tue, 24 Nov 2026 00:00:00 GMT\r\nretry-after: Tue, 24 Nov 2026 00:01:01 GMT";
    for (header, seconds) in [
        ("retry-after: 61", 61),
        (century, 3_155_760_000),
        (endless, u64::MAX),
        (date, 61),
    ] {
        let server = server(vec![refusal(UNAVAILABLE, header)]).await;
        let begin = Instant::now();
        let error = call(&server, Method::GET, &by_default()).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(seconds)));
        assert_eq!(error.attempts(), 1);
        assert!(begin.elapsed() < Duration::from_secs(1));
    }
}

#[tokio::test]
async fn the_bound_can_be_another_one() {
    let server = server(vec![refusal(UNAVAILABLE, "retry-after: 2")]).await;
    let options = by_default().max_retry_after(Duration::from_millis(1999));
    let error = call(&server, Method::GET, &options).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn an_invalid_retry_after_is_ignored() {
    for header in [
        "retry-after: soon",
        "retry-after: -1",
        "retry-after: 1.",
        "retry-after: 1e3",
        "retry-after: inf",
        "retry-after-ms: .5",
        "retry-after:",
        "x: y",
    ] {
        let server = server(vec![refusal(UNAVAILABLE, header)]).await;
        let error = call(&server, Method::GET, &by_default().retries(0)).await;
        assert_eq!(error.unwrap_err().retry_after(), None, "{header}");
    }
}

/// Methods, in the order of the table: the first six are idempotent according to RFC 9110.
const METHODS: [Method; 8] = [
    Method::GET,
    Method::HEAD,
    Method::PUT,
    Method::DELETE,
    Method::OPTIONS,
    Method::TRACE,
    Method::POST,
    Method::PATCH,
];

#[tokio::test]
async fn the_method_and_the_status_decide_whether_a_request_is_sent_again() {
    const EVERY: [usize; 8] = [2; 8];
    const IDEMPOTENT: [usize; 8] = [2, 2, 2, 2, 2, 2, 1, 1];
    const NONE: [usize; 8] = [1; 8];
    for (expected, statuses) in [
        (EVERY, &[429, 503][..]),
        (IDEMPOTENT, &[408, 409, 425, 500, 501, 502, 504]),
        (IDEMPOTENT, &[520, 521, 522, 523, 524, 529]),
        (
            NONE,
            &[
                301, 400, 401, 403, 404, 410, 422, 424, 428, 505, 511, 519, 525, 530, 599,
            ],
        ),
    ] {
        for status in statuses {
            let status = format!("{status} A");
            let made = METHODS.map(|method| requests(method, &status));
            assert_eq!(join_all(made).await, expected, "{status}");
        }
    }
}

#[tokio::test]
async fn an_idempotency_key_makes_every_method_idempotent() {
    for name in ["idempotency-key", "X-Idempotency-Key"] {
        let options = by_default().retries(1).header(name, "7");
        for (status, expected) in [("409 A", 2), ("500 A", 2), ("529 A", 2), ("400 A", 1)] {
            let server = server(vec![refusal(status, SOON)]).await;
            call(&server, Method::POST, &options).await.unwrap_err();
            assert_eq!(server.requests().len(), expected, "{status}");
        }
        let server = mute().await;
        call(&server, Method::POST, &options).await.unwrap_err();
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn the_delay_that_a_server_asks_for_may_have_a_fraction() {
    for (header, expected) in [
        ("retry-after: 2", 2000),
        ("retry-after: 1.5", 1500),
        ("retry-after: 0.25", 250),
        ("retry-after-ms: 1250", 1250),
        ("retry-after-ms: 62.5\r\nretry-after: 9", 62),
        ("retry-after-ms: soon\r\nretry-after: 9", 9000),
    ] {
        let server = server(vec![refusal(UNAVAILABLE, header)]).await;
        let error = call(&server, Method::GET, &by_default().retries(0)).await;
        let delay = error.unwrap_err().retry_after().unwrap();
        assert_eq!(delay.as_millis(), expected, "{header}");
    }
}

#[tokio::test]
async fn the_delay_before_a_retry_is_never_below_the_one_that_the_server_asks_for() {
    let delays = (0..20).map(|_| async {
        let answers = vec![
            refusal(UNAVAILABLE, "retry-after-ms: 400"),
            answer("200 OK", "7"),
        ];
        let server = server(answers).await;
        call(&server, Method::POST, &by_default()).await.unwrap();
        let times = server.times();
        (times[1] - times[0]).as_millis()
    });
    let delays = join_all(delays).await;
    assert!(delays.iter().all(|delay| *delay >= 399), "{delays:?}");
    let (least, most) = (delays.iter().min().unwrap(), delays.iter().max().unwrap());
    // The jitter is up to 100 ms.
    assert!(most - least > 20, "{delays:?}");
}

#[tokio::test]
async fn the_error_says_how_many_attempts_there_were() {
    let server = server(vec![refusal(UNAVAILABLE, "x: y")]).await;
    let error = call(&server, Method::GET, &by_default()).await.unwrap_err();
    assert_eq!(error.attempts(), 3);
    assert_eq!(
        error.to_string(),
        "things_list: 503 Service Unavailable (after 3 attempts)"
    );
}

#[tokio::test]
async fn a_success_that_does_not_match_keeps_the_count() {
    let server = server(vec![refusal(UNAVAILABLE, "x: y"), answer("200 OK", "{")]).await;
    let error = call(&server, Method::GET, &by_default()).await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)));
    assert_eq!(error.attempts(), 2);
    assert!(error.to_string().ends_with(" (after 2 attempts)"));
}

#[tokio::test]
async fn no_retries_are_none() {
    let server = server(vec![refusal(UNAVAILABLE, "retry-after: 1")]).await;
    let error = call(&server, Method::GET, &by_default().retries(0)).await;
    assert_eq!(error.unwrap_err().attempts(), 1);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn answers_of_all_kinds_are_asked_for_again() {
    let answers = || vec![refusal(UNAVAILABLE, "x: y"), answer("200 OK", "7")];
    let (first, second) = (server(answers()).await, server(answers()).await);
    let options = by_default();
    let empty = async {
        let client = first.client();
        let raw = client.calls().with_options(&options);
        raw.empty(get(&client, "/things"), &THINGS).await.unwrap();
    };
    let bytes = async {
        let client = second.client();
        let raw = client.calls().with_options(&options);
        let answer = raw.bytes(get(&client, "/things"), &THINGS).await.unwrap();
        assert_eq!(answer.into_inner().collect().await.unwrap(), "7");
    };
    tokio::join!(empty, bytes);
}

#[tokio::test]
async fn a_body_is_sent_again_unchanged() {
    let server = server(vec![refusal(UNAVAILABLE, "x: y"), answer("200 OK", "7")]).await;
    let client = server.client();
    let mut request = get(&client, "/things");
    *request.method_mut() = Method::POST;
    *request.body_mut() = Some(Body::from("the same"));
    let options = by_default().header("x-trace", "t").query("a", "b");
    let raw = client.calls().with_options(&options);
    raw.json::<Value>(request, &THINGS).await.unwrap();

    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0], requests[1]);
    assert!(requests[0].starts_with("POST /things?a=b HTTP/1.1"));
    assert!(requests[0].ends_with("\r\n\r\nthe same"));
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_whatever_the_method() {
    // Bound but not listening, so that no other process takes the port.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let client = Client::builder()
        .api_key(KEY)
        .base_url(format!("http://{}", socket.local_addr().unwrap()))
        .retries(1)
        .build()
        .unwrap();
    let url = format!("{}/things", client.base_url()).parse().unwrap();
    let request = Request::new(Method::POST, url);
    let error = client
        .calls()
        .json::<Value>(request, &THINGS)
        .await
        .unwrap_err();
    assert!(error.is_connect());
    assert_eq!(error.attempts(), 2);
    assert!(error.to_string().ends_with(" (after 2 attempts)"));
}

/// Starts a server that closes the connection after a request, without a response.
async fn mute() -> Server {
    Server::start(|_| Vec::new()).await
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again_where_twice_is_the_same_as_once() {
    let options = by_default().retries(1);
    for (method, expected) in [(Method::GET, 2), (Method::POST, 1)] {
        let server = mute().await;
        let error = call(&server, method, &options).await.unwrap_err();
        assert!(!error.is_connect() && !error.is_timeout() && !error.is_retryable());
        assert_eq!(error.attempts(), expected);
        assert_eq!(server.requests().len(), expected as usize);
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_asked_for_again() {
    let server = server(vec![
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_vec(),
    ])
    .await;
    let error = call(&server, Method::GET, &by_default()).await.unwrap_err();
    assert!(matches!(error, Error::Transport(error) if error.is_body()));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_call_that_timed_out_is_not_repeated() {
    let server = Server::start(|_| vec![Step::Wait(Duration::from_secs(30))]).await;
    let options = by_default().timeout(Duration::from_millis(100));
    let error = call(&server, Method::GET, &options).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn no_attempt_begins_after_the_deadline() {
    let server = server(vec![refusal(UNAVAILABLE, "retry-after: 1")]).await;
    let options = by_default()
        .retries(9)
        .deadline(Duration::from_millis(1500));
    let begin = Instant::now();
    let error = call(&server, Method::GET, &options).await.unwrap_err();
    // Immediately, because another attempt would exceed the deadline.
    seconds(0.99..1.5, begin.elapsed());
    assert_eq!(error.status().unwrap(), 503);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn at_the_deadline_a_call_ends_as_timed_out() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{";
    let before = vec![Step::Wait(Duration::from_secs(30))];
    let within = vec![Step::Send(head.into()), Step::Wait(Duration::from_secs(30))];
    let options = CallOptions::new().deadline(Duration::from_millis(200));
    for steps in [before, within] {
        let server = Server::start(move |_| steps.clone()).await;
        let begin = Instant::now();
        let error = call(&server, Method::GET, &options).await.unwrap_err();
        seconds(0.19..3.0, begin.elapsed());
        assert!(error.is_timeout());
        assert_eq!(
            error.to_string(),
            "things_list: timed out: no success within 200ms"
        );
    }
}

#[tokio::test]
async fn a_stream_has_to_begin_by_the_deadline_and_may_last_longer() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na";
    let steps = vec![
        Step::Send(head.into()),
        Step::Wait(Duration::from_millis(400)),
        Step::Send("b".into()),
    ];
    let server = Server::start(move |_| steps.clone()).await;
    let client = server.client();
    let options = CallOptions::new().deadline(Duration::from_millis(200));
    let raw = client.calls().with_options(&options);
    let answer = raw.bytes(get(&client, "/things"), &THINGS).await.unwrap();
    assert_eq!(answer.into_inner().collect().await.unwrap(), "ab");
}

#[tokio::test]
async fn a_time_beyond_all_clocks_is_no_limit() {
    let server = Server::answering(answer("200 OK", "7")).await;
    let options = CallOptions::new()
        .deadline(Duration::MAX)
        .timeout(Duration::MAX)
        .max_retry_after(Duration::MAX)
        .retries(u32::MAX);
    call(&server, Method::GET, &options).await.unwrap();
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_is_not_repeated() {
    let server = server(vec![refusal(UNAVAILABLE, "retry-after: 1")]).await;
    let options = by_default();
    let calling = call(&server, Method::GET, &options);
    let ended = tokio::time::timeout(Duration::from_millis(500), calling).await;
    assert!(ended.is_err());
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_refused_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::builder()
        .api_key(KEY)
        .base_url(format!("http://{}", listener.local_addr().unwrap()))
        .build()
        .unwrap();
    const OPERATION: Operation = Operation::new("things_get", "/things/{id}");
    let request = get(&client, "/things/");
    let error = client.calls().json::<Value>(request, &OPERATION).await;
    assert_eq!(error.unwrap_err().attempts(), 0);
}

#[tokio::test]
async fn a_file_that_is_gone_by_the_next_attempt_does_not_hide_what_became_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, "a").unwrap();
    let gone = path.clone();
    let server = Server::start(move |_| {
        std::fs::remove_file(&gone).unwrap();
        vec![Step::Send(answer(UNAVAILABLE, "busy"))]
    })
    .await;
    let client = server.client();
    let mut request = get(&client, "/things");
    *request.method_mut() = Method::PUT;
    let outgoing = calls::upload(request, &Upload::path(path), None);
    let raw = client.calls().with_options(&by_default());
    let error = raw.json::<Value>(outgoing, &THINGS).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    assert_eq!(error.attempts(), 1);
    let text = error.to_string();
    let said = "things_list: 503 Service Unavailable: busy (not retried: could not open";
    assert!(text.starts_with(said), "{text}");
    assert!(text.contains("a.txt"), "{text}");
}

#[tokio::test]
async fn an_error_that_would_have_passed_says_why_it_was_not_waited_for() {
    let server = server(vec![refusal("429 Too Many Requests", "retry-after: 120")]).await;
    let longer = by_default().max_retry_after(Duration::from_secs(300));
    for (options, reason) in [
        (
            by_default(),
            " (not retried: the API requested a delay of 120s, and the limit is 60s)",
        ),
        (
            longer.deadline(Duration::from_secs(90)),
            " (not retried: a delay of 120.0s would exceed the deadline of 90s)",
        ),
        (by_default().retries(0), ""),
    ] {
        let error = call(&server, Method::GET, &options).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("things_list: 429 Too Many Requests{reason}")
        );
    }
}
