//! The mock server, for each kind of response.

use std::future::{Future as _, poll_fn};
use std::task::Poll;
use std::time::Duration;

use crate::calls::Calls;
use crate::runtime::mock::{Content, Empty, Events, Mocked, Reply, builder, client};
use crate::runtime::{Client, Error, Operation};
use http::StatusCode;
use httpmock::MockServer;
use reqwest::{Method, Request};
use serde_json::json;
use tokio::time::Instant;

const ITEM: Operation = Operation::new("items_get", "/items.v1/{item_id}");

fn get(client: &Client, path: &str) -> Request {
    let url = format!("{}{path}", client.base_url());
    Request::new(Method::GET, url.parse().unwrap())
}

fn mocked<T>(server: &MockServer) -> Mocked<'_, T> {
    Mocked::new(server, "GET", ITEM.path)
}

#[tokio::test]
async fn a_template_stands_for_every_value_and_no_other_path() {
    let server = MockServer::start_async().await;
    let item = mocked::<i64>(&server).reply(&7);
    let client = client(&server).unwrap();
    for path in ["/items.v1/a", "/items.v1/a%2Fb%20c"] {
        let answer = client.calls().json::<i64>(get(&client, path), &ITEM).await;
        assert_eq!(answer.unwrap().into_inner(), 7, "{path}");
    }
    const OTHER: Operation = Operation::new("items_get", "/items-v1/{id}");
    let answer = client
        .calls()
        .json::<i64>(get(&client, "/items-v1/a"), &OTHER);
    assert!(answer.await.unwrap_err().is_not_found());
    item.assert_calls(2);
}

#[tokio::test]
async fn events_bytes_and_nothing_are_answers() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let request = || get(&client, "/items.v1/a");

    let events = mocked::<Events<i64>>(&server).reply(&[1, 2]);
    let mut read = client
        .calls()
        .events::<i64>(request(), &ITEM)
        .await?
        .into_inner();
    assert_eq!(read.next_event().await?, Some(1));
    assert_eq!(read.next_event().await?, Some(2));
    assert_eq!(read.next_event().await?, None);
    events.delete_async().await;

    let content = mocked::<Content>(&server).reply([0, 255]);
    let bytes = client.calls().bytes(request(), &ITEM).await?.into_inner();
    assert_eq!(bytes.collect().await?, [0, 255][..]);
    content.delete_async().await;

    mocked::<Empty>(&server).reply();
    let answer = client.calls().empty(request(), &ITEM).await?;
    assert_eq!(answer.status(), 204);
    Ok(())
}

#[tokio::test]
async fn a_setting_in_the_body_tells_one_operation_from_another() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let post = || Mocked::<i64>::new(&server, "POST", ITEM.path);
    let whole = post().setting("stream", false).reply(&1);
    let events = post().setting("stream", true).reply(&2);
    let client = client(&server)?;
    for (body, expected) in [
        (r#"{"stream":false,"prompt":"a"}"#, 1),
        (r#"{"prompt":"a","stream":true}"#, 2),
    ] {
        let mut request = get(&client, "/items.v1/a");
        *request.method_mut() = Method::POST;
        *request.body_mut() = Some(body.into());
        let answer = client.calls().json::<i64>(request, &ITEM).await?;
        assert_eq!(answer.into_inner(), expected, "{body}");
    }
    whole.assert_calls(1);
    events.assert_calls(1);
    Ok(())
}

#[tokio::test]
async fn a_client_of_a_mock_server_may_have_other_options() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let failing = mocked::<i64>(&server).then(|then| then.status(503).header("retry-after", "0"));
    for (client, calls) in [
        (client(&server)?, 1),
        (builder(&server).retries(1).build()?, 3),
    ] {
        let request = get(&client, "/items.v1/a");
        client
            .calls()
            .json::<i64>(request, &ITEM)
            .await
            .unwrap_err();
        failing.assert_calls(calls);
    }
    Ok(())
}

#[tokio::test]
async fn a_mock_of_one_media_type_takes_no_other() {
    let server = MockServer::start_async().await;
    let client = client(&server).unwrap();
    let csv = mocked::<i64>(&server).media_type("text/csv").reply(&1);
    let sent = async |media_type: Option<&'static str>| {
        let mut request = get(&client, "/items.v1/a");
        if let Some(media_type) = media_type {
            let headers = request.headers_mut();
            headers.insert("content-type", media_type.parse().unwrap());
        }
        client.calls().json::<i64>(request, &ITEM).await
    };
    for media_type in [Some("text/csv"), Some("Text/CSV; charset=utf-8"), None] {
        assert_eq!(sent(media_type).await.unwrap().into_inner(), 1);
    }
    assert!(sent(Some("text/plain")).await.unwrap_err().is_not_found());
    csv.assert_calls(3);
}

#[tokio::test]
async fn replies_come_one_after_another_and_the_last_repeats() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let item = mocked::<i64>(&server).replies([
        Reply::failure(503, "busy"),
        Reply::failure(429, json!({"code": "slow_down"})).header("retry-after", "2"),
        Reply::value(&1).status(202),
        Reply::value(&2),
    ]);
    let call = || {
        client
            .calls()
            .json::<i64>(get(&client, "/items.v1/a"), &ITEM)
    };
    assert_eq!(
        call().await.unwrap_err().status(),
        Some(StatusCode::SERVICE_UNAVAILABLE)
    );
    let throttled = call().await.unwrap_err();
    assert_eq!(throttled.retry_after(), Some(Duration::from_secs(2)));
    assert_eq!(throttled.code(), Some("slow_down"));
    let accepted = call().await?;
    assert_eq!(
        (accepted.status().as_u16(), accepted.into_inner()),
        (202, 1)
    );
    for _ in 0..2 {
        assert_eq!(call().await?.into_inner(), 2);
    }
    item.assert_calls(5);
    Ok(())
}

#[tokio::test]
async fn replies_are_events_bytes_and_nothing() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = builder(&server).retries(1).build()?;
    let request = || get(&client, "/items.v1/a");
    let at_once = || ("retry-after-ms", "1");
    fn busy<T>((name, value): (&str, &str)) -> Reply<T> {
        Reply::failure(503, "busy").header(name, value)
    }

    let events = mocked::<Events<i64>>(&server).replies([busy(at_once()), Reply::events(&[1, 2])]);
    let read = client.calls().events::<i64>(request(), &ITEM).await?;
    let mut read = read.into_inner();
    assert_eq!(read.next_event().await?, Some(1));
    assert_eq!(read.next_event().await?, Some(2));
    assert_eq!(read.next_event().await?, None);
    events.assert_calls(2);
    events.delete_async().await;

    let content = mocked::<Content>(&server).replies([busy(at_once()), Reply::content([0, 255])]);
    let bytes = client.calls().bytes(request(), &ITEM).await?.into_inner();
    assert_eq!(bytes.content_length(), Some(2));
    assert_eq!(bytes.collect().await?, [0, 255][..]);
    content.delete_async().await;

    mocked::<Empty>(&server).replies([busy(at_once()), Reply::empty()]);
    let response = client.calls().empty(request(), &ITEM).await?;
    assert_eq!(response.status(), 204);
    Ok(())
}

#[tokio::test]
#[should_panic = "a mock has at least one response"]
async fn a_mock_without_replies_is_refused() {
    let server = MockServer::start_async().await;
    mocked::<i64>(&server).replies([]);
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_stands_still_while_a_request_is_underway() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = builder(&server).timeout(Duration::from_millis(1)).build()?;
    let late = Duration::from_millis(50);
    mocked::<Content>(&server).then(|then| then.status(200).body("late").delay(late));
    let start = Instant::now();
    let bytes = client.calls().bytes(get(&client, "/items.v1/a"), &ITEM);
    assert_eq!(bytes.await?.into_inner().collect().await?, "late");
    assert_eq!(start.elapsed(), Duration::ZERO);

    let other = Client::builder()
        .api_key("key-0123456789")
        .base_url(server.base_url())
        .timeout(Duration::from_millis(1))
        .build()?;
    let bytes = other.calls().bytes(get(&other, "/items.v1/a"), &ITEM);
    assert!(bytes.await.unwrap_err().is_timeout());
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_skips_the_waits_between_retries() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = builder(&server).retries(2).build()?;
    let item = mocked::<i64>(&server).replies([
        Reply::failure(503, "busy").header("retry-after", "30"),
        Reply::failure(503, "busy").header("retry-after", "50"),
        Reply::value(&7),
    ]);
    let (start, real) = (Instant::now(), std::time::Instant::now());
    let value = client
        .calls()
        .json::<i64>(get(&client, "/items.v1/a"), &ITEM);
    assert_eq!(value.await?.into_inner(), 7);
    assert!(start.elapsed() >= Duration::from_secs(80));
    assert!(real.elapsed() < Duration::from_secs(30));
    item.assert_calls(3);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_advances_after_a_call_is_dropped() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let late = Duration::from_millis(200);
    mocked::<i64>(&server).then(|then| then.status(200).body("7").delay(late));
    let real = std::time::Instant::now();
    {
        let call = client
            .calls()
            .json::<i64>(get(&client, "/items.v1/a"), &ITEM);
        let mut call = std::pin::pin!(call);
        for _ in 0..3 {
            let polled = poll_fn(|context| Poll::Ready(call.as_mut().poll(context)));
            assert!(polled.await.is_pending());
            tokio::task::yield_now().await;
        }
    }
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert!(real.elapsed() < Duration::from_secs(30));
    Ok(())
}
