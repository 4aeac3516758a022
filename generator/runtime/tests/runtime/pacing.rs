//! The scheduling of calls: limits of the caller, delays that a server requests, and the retry
//! budget.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::Value;

use crate::calls::Calls;
use crate::runtime::{ByteStream, CallOptions, Client, ClientBuilder, Error, Operation, Response};
use crate::server::{KEY, Server, Step, THINGS, answer, get, things};

const THROTTLED: &str = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\n\
                         connection: close\r\n\r\n";

fn builder(server: &Server) -> ClientBuilder {
    Client::builder().api_key(KEY).base_url(&server.url)
}

/// The window in which a server counts requests.
#[derive(Clone, Copy, Debug)]
enum Window {
    /// Within any second.
    Sliding,
    /// Within each second since its start.
    Fixed,
    /// With a token bucket.
    Bucket,
}

/// Starts a server that accepts `limit` requests per second, and throttles the others.
async fn limited(limit: usize, window: Window) -> Server {
    const SECOND: Duration = Duration::from_secs(1);
    let start = Instant::now();
    let accepted: Mutex<VecDeque<Instant>> = Mutex::default();
    Server::start(move |_| {
        let mut accepted = accepted.lock().unwrap();
        let now = Instant::now();
        let interval = SECOND / u32::try_from(limit).unwrap();
        let is_past = |at: &Instant| match window {
            Window::Sliding => now - *at >= SECOND,
            Window::Fixed => (*at - start).as_secs() < (now - start).as_secs(),
            Window::Bucket => *at <= now,
        };
        while accepted.front().is_some_and(is_past) {
            accepted.pop_front();
        }
        let answer = if accepted.len() < limit {
            // The bucket refills one token at a time.
            let last = accepted.back().copied().unwrap_or(now);
            accepted.push_back(match window {
                Window::Bucket => last + interval,
                _ => now,
            });
            answer("200 OK", "7")
        } else {
            THROTTLED.into()
        };
        vec![Step::Send(answer)]
    })
    .await
}

/// Starts a server that throttles the first requests and accepts the others.
async fn throttling(first: usize) -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |_| {
        let is_first = count.fetch_add(1, Ordering::Relaxed) < first;
        let answer = match is_first {
            true => THROTTLED.into(),
            false => answer("200 OK", "7"),
        };
        vec![Step::Send(answer)]
    })
    .await
}

async fn call(
    client: &Client,
    operation: &'static Operation,
    options: &CallOptions,
) -> Result<Response<Value>, Error> {
    let request = get(client, operation.path);
    let calls = client.calls().with_options(options);
    calls.json(request, operation).await
}

fn within(range: std::ops::Range<f32>, time: Duration) {
    assert!(range.contains(&time.as_secs_f32()), "{time:?}");
}

#[tokio::test]
async fn forty_calls_at_once_succeed_although_the_server_accepts_eight_per_second() {
    let windows = [Window::Sliding, Window::Fixed, Window::Bucket];
    join_all(windows.map(|window| async move {
        let server = limited(8, window).await;
        let client = builder(&server).build().unwrap();
        let begin = Instant::now();
        let results = join_all((0..40).map(|_| things::<Value>(&client))).await;
        let failed = results.iter().filter(|result| result.is_err()).count();
        assert_eq!(failed, 0, "{window:?}");
        // At least three seconds, because of the server's limit.
        within(3.0..20.0, begin.elapsed());
        // Only a few requests more than those that the server throttled at first.
        let requests = server.requests().len();
        assert!(requests < 40 + 32 + 20, "{window:?}: {requests}");
    }))
    .await;
}

#[tokio::test]
async fn calls_that_wait_for_a_permit_also_wait_for_the_pause() {
    let server = throttling(1).await;
    let client = builder(&server).max_concurrent_requests(1).build().unwrap();
    for result in join_all((0..3).map(|_| things::<Value>(&client))).await {
        result.unwrap();
    }
    let times = server.times();
    assert_eq!(times.len(), 4);
    within(0.95..3.0, times[1] - times[0]);
}

#[tokio::test]
async fn calls_that_wait_for_the_rate_limit_also_wait_for_the_pause() {
    let server = throttling(1).await;
    let client = builder(&server)
        .rate_limit(1, Duration::from_millis(200))
        .build()
        .unwrap();
    for result in join_all((0..2).map(|_| things::<Value>(&client))).await {
        result.unwrap();
    }
    let times = server.times();
    assert_eq!(times.len(), 3);
    within(0.95..3.0, times[1] - times[0]);
}

#[tokio::test]
async fn calls_of_a_throttled_operation_wait_and_others_do_not() {
    const OTHERS: Operation = Operation::new("others_list", "/others");
    let server = throttling(1).await;
    let client = builder(&server).build().unwrap();
    let first = tokio::spawn({
        let client = client.clone();
        async move { things::<Value>(&client).await }
    });
    while server.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begin = Instant::now();
    call(&client, &OTHERS, &CallOptions::new()).await.unwrap();
    within(0.0..0.7, begin.elapsed());
    let second = call(&client, &THINGS, &CallOptions::new()).await;
    assert!(second.is_ok());
    within(0.7..5.0, begin.elapsed());
    first.await.unwrap().unwrap();
    let paths = server.requests();
    let paths = paths
        .iter()
        .map(|request| request.split(' ').nth(1).unwrap());
    let expected = ["/things", "/others", "/things", "/things"];
    assert_eq!(paths.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn operations_of_one_bucket_wait_together() {
    const ONE: Operation = Operation::new("ones_list", "/ones").bucket("numbers");
    const TWO: Operation = Operation::new("twos_list", "/twos").bucket("numbers");
    let server = throttling(1).await;
    let client = builder(&server).build().unwrap();
    let short = CallOptions::new().deadline(Duration::from_millis(200));
    // The delay exceeds the deadline of the call, but other calls are still delayed.
    let error = call(&client, &ONE, &short).await.unwrap_err();
    assert!(error.is_rate_limited());
    let begin = Instant::now();
    call(&client, &TWO, &CallOptions::new()).await.unwrap();
    within(0.7..5.0, begin.elapsed());
}

#[tokio::test]
async fn a_call_that_waits_for_others_ends_at_its_deadline() {
    let server = throttling(1).await;
    let client = builder(&server).build().unwrap();
    let short = CallOptions::new().deadline(Duration::from_millis(200));
    call(&client, &THINGS, &short).await.unwrap_err();
    let error = call(&client, &THINGS, &short).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.attempts(), 0);
    assert_eq!(
        error.to_string(),
        "things_list: timed out: no success within 200ms"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_call_without_retries_delays_no_other() {
    let server = throttling(1).await;
    let client = builder(&server).build().unwrap();
    let once = CallOptions::new().retries(0);
    let begin = Instant::now();
    let error = call(&client, &THINGS, &once).await.unwrap_err();
    assert!(error.is_rate_limited());
    call(&client, &THINGS, &once).await.unwrap();
    within(0.0..0.7, begin.elapsed());
}

#[tokio::test]
async fn a_rate_limit_delays_calls_and_is_shared_by_clones_and_derived_clients() {
    let server = Server::answering(answer("200 OK", "7")).await;
    let limit = Duration::from_millis(300);
    let client = builder(&server).rate_limit(3, limit).build().unwrap();
    let derived = client.with_options(CallOptions::new().header("x-job", "7"));
    let clients = [client.clone(), client, derived];
    let calls = clients.iter().cycle().take(8).map(things::<Value>);
    let begin = Instant::now();
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    within(0.6..5.0, begin.elapsed());
    let times = server.times();
    // Requests take some time to arrive.
    let first = times[3] - times[0];
    assert!(first >= Duration::from_millis(250), "{first:?}");
}

#[tokio::test]
async fn a_deadline_includes_the_wait_for_a_rate_limit() {
    let server = Server::answering(answer("200 OK", "7")).await;
    let client = builder(&server)
        .rate_limit(1, Duration::from_secs(3600))
        .deadline(Duration::from_millis(200))
        .build()
        .unwrap();
    things::<Value>(&client).await.unwrap();
    let error = things::<Value>(&client).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn no_more_requests_are_sent_at_the_same_time_than_the_limit_allows() {
    let slow = |_: &str| {
        vec![
            Step::Wait(Duration::from_millis(100)),
            Step::Send(answer("200 OK", "7")),
        ]
    };
    let server = Server::start(slow).await;
    let client = builder(&server).max_concurrent_requests(2).build().unwrap();
    let begin = Instant::now();
    let results = join_all((0..6).map(|_| things::<Value>(&client))).await;
    assert!(results.iter().all(Result::is_ok));
    within(0.3..5.0, begin.elapsed());
}

#[tokio::test]
async fn a_stream_counts_until_it_ends_or_is_dropped() {
    let server = Server::answering(answer("200 OK", "7")).await;
    let client = builder(&server)
        .max_concurrent_requests(1)
        .deadline(Duration::from_millis(200))
        .build()
        .unwrap();
    let stream = || async {
        let request = get(&client, "/things");
        let response = client.calls().bytes(request, &THINGS).await;
        response.map(Response::into_inner)
    };
    let mut first: ByteStream = stream().await.unwrap();
    assert!(stream().await.unwrap_err().is_timeout());
    while first.chunk().await.unwrap().is_some() {}
    let second = stream().await.unwrap();
    assert!(stream().await.unwrap_err().is_timeout());
    drop(second);
    stream().await.unwrap();
}

#[tokio::test]
async fn a_permit_is_free_while_a_call_waits_for_its_next_attempt() {
    let count = AtomicUsize::new(0);
    let busy = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n";
    let server = Server::start(move |_| {
        let is_first = count.fetch_add(1, Ordering::Relaxed) == 0;
        let answer = match is_first {
            true => busy.into(),
            false => answer("200 OK", "7"),
        };
        vec![Step::Send(answer)]
    })
    .await;
    let client = builder(&server).max_concurrent_requests(1).build().unwrap();
    let begin = Instant::now();
    let later = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        things::<Value>(&client).await.unwrap();
        begin.elapsed()
    };
    let (first, later) = tokio::join!(things::<Value>(&client), later);
    first.unwrap();
    within(0.0..0.9, later);
}

#[test]
fn a_limit_of_nothing_is_refused() {
    let of = |limited: fn(ClientBuilder) -> ClientBuilder| {
        let error = limited(Client::builder().api_key(KEY)).build().unwrap_err();
        assert!(matches!(error, Error::InvalidConfiguration(_)));
        error.to_string()
    };
    let second = |builder: ClientBuilder| builder.rate_limit(0, Duration::from_secs(1));
    assert_eq!(of(second), "the rate limit is 0 requests");
    let never = |builder: ClientBuilder| builder.rate_limit(1, Duration::ZERO);
    assert_eq!(of(never), "the period of the rate limit is 0");
    let none = |builder: ClientBuilder| builder.max_concurrent_requests(0);
    assert_eq!(of(none), "the limit of concurrent requests is 0");
}

#[tokio::test]
async fn an_empty_budget_ends_retries_and_successes_fill_it() {
    let is_up = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let state = std::sync::Arc::clone(&is_up);
    let server = Server::start(move |_| {
        let response = match state.load(Ordering::Relaxed) {
            true => answer("200 OK", "7"),
            false => b"HTTP/1.1 503 Service Unavailable\r\nretry-after-ms: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec(),
        };
        vec![Step::Send(response)]
    })
    .await;
    let client = builder(&server).build().unwrap();
    // 500 tokens are 100 retries.
    let errors = join_all((0..60).map(|_| things::<Value>(&client))).await;
    let attempts: u32 = errors
        .iter()
        .map(|error| error.as_ref().unwrap_err().attempts())
        .sum();
    assert_eq!(attempts, 60 + 100);
    let error = things::<Value>(&client).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "things_list: 503 Service Unavailable (not retried: the retry budget of the client is \
         exhausted: too many calls failed)"
    );
    assert_eq!(error.status().unwrap(), 503);

    is_up.store(true, Ordering::Relaxed);
    for _ in 0..5 {
        things::<Value>(&client).await.unwrap();
    }
    is_up.store(false, Ordering::Relaxed);
    let error = things::<Value>(&client).await.unwrap_err();
    assert_eq!(error.attempts(), 2);
}

#[tokio::test]
async fn throttled_calls_take_nothing_of_the_budget() {
    let soon = "HTTP/1.1 429 Too Many Requests\r\nretry-after-ms: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let server = Server::answering(soon).await;
    let client = builder(&server).build().unwrap();
    let retries = CallOptions::new().retries(120);
    let error = call(&client, &THINGS, &retries).await.unwrap_err();
    assert_eq!(error.attempts(), 121);
    let request = get(&client, "/things");
    assert_eq!(request.method(), Method::GET);
}
