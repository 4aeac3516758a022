//! Waiters.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twelvelabs::types::{Asset, AssetStatus};
use twelvelabs::{Client, Error};
use twelvelabs::{WaitError, Waiting};

use super::server::{Reply, client, script, serve};

const SOON: Duration = Duration::from_millis(10);

/// Responds with the asset in these states, in order.
async fn assets(states: &[&str]) -> Client {
    let answers = states
        .iter()
        .map(|status| Reply::json(&json!({"_id": "a1", "status": status})))
        .collect();
    script(answers).await.0
}

fn wait(client: &Client) -> Waiting<Asset> {
    client.assets().wait_until_done("a1").interval(SOON)
}

/// Sends a wait that completes at the second request, and returns the requested path and the
/// response.
async fn done<T: Debug>(
    first: Value,
    second: Value,
    begin: impl FnOnce(Client) -> Waiting<T>,
) -> (String, T) {
    let (client, requests) = script(vec![Reply::json(&first), Reply::json(&second)]).await;
    let answer = begin(client)
        .interval(SOON)
        .send()
        .await
        .expect("it is done");
    let requests = requests.lock().expect("nobody panics with it");
    let targets: Vec<&str> = requests
        .iter()
        .map(|request| request.target.as_str())
        .collect();
    assert_eq!(targets.len(), 2);
    assert_eq!(targets[0], targets[1]);
    (targets[0].to_owned(), answer)
}

#[tokio::test]
async fn an_asset_is_waited_for() {
    let second = json!({"_id": "a1", "status": "ready", "filename": "a.mp4"});
    let (target, answer) = done(json!({"status": "processing"}), second.clone(), |client| {
        client.assets().wait_until_done("a1")
    })
    .await;
    assert_eq!((target.as_str(), json!(answer)), ("/assets/a1", second));
}

#[tokio::test]
async fn an_indexed_asset_is_waited_for() {
    let second = json!({"_id": "b1", "status": "ready"});
    let (target, answer) = done(json!({"status": "validating"}), second.clone(), |client| {
        client
            .indexes()
            .indexed_assets()
            .wait_until_done("i1", "b1")
    })
    .await;
    assert_eq!(
        (target.as_str(), json!(answer)),
        ("/indexes/i1/indexed-assets/b1", second)
    );
}

#[tokio::test]
async fn a_video_indexing_task_is_waited_for() {
    let second = json!({"_id": "t1", "status": "ready", "video_id": "v1"});
    let (target, answer) = done(json!({"status": "uploading"}), second.clone(), |client| {
        client.tasks().wait_until_done("t1")
    })
    .await;
    assert_eq!((target.as_str(), json!(answer)), ("/tasks/t1", second));
}

#[tokio::test]
async fn an_embedding_task_of_the_first_version_is_waited_for() {
    let second = json!({"_id": "t1", "status": "ready"});
    let (target, answer) = done(json!({"status": "processing"}), second.clone(), |client| {
        client.embed().tasks().wait_until_done("t1")
    })
    .await;
    assert_eq!(
        (target.as_str(), json!(answer)),
        ("/embed/tasks/t1/status", second)
    );
}

#[tokio::test]
async fn an_embedding_task_is_waited_for() {
    let second = json!({"_id": "t1", "status": "ready", "data": [{"embedding": [0.5, 0.25]}]});
    let (target, answer) = done(
        json!({"_id": "t1", "status": "processing"}),
        second.clone(),
        |client| client.embed().v2().tasks().wait_until_done("t1"),
    )
    .await;
    assert_eq!(
        (target.as_str(), json!(answer)),
        ("/embed-v2/tasks/t1", second)
    );
}

#[tokio::test]
async fn an_analysis_task_is_waited_for() {
    let task =
        |status| json!({"task_id": "t1", "status": status, "created_at": "2026-01-01T00:00:00Z"});
    let (target, answer) = done(task("queued"), task("ready"), |client| {
        client.analyze_async().tasks().wait_until_done("t1")
    })
    .await;
    assert_eq!(
        (target.as_str(), json!(answer)),
        ("/analyze/tasks/t1", task("ready"))
    );
}

#[tokio::test]
async fn a_batch_is_waited_for() {
    let batch = |status| {
        json!({
            "batch_id": "b1", "analysis_mode": "general", "model_name": "m", "status": status,
            "total_items": 2, "queued_items": 0, "processing_items": 0, "ready_items": 1,
            "failed_items": 1, "canceled_items": 0,
            "created_at": "2026-01-01T00:00:00Z", "expires_at": "2026-01-02T00:00:00Z",
        })
    };
    let (target, answer) = done(batch("canceling"), batch("completed"), |client| {
        client.analyze_async().batches().wait_until_done("b1")
    })
    .await;
    assert_eq!(
        (target.as_str(), json!(answer)),
        ("/analyze/batches/b1", batch("completed"))
    );
}

#[tokio::test]
async fn an_item_of_a_knowledge_store_is_waited_for() {
    let item = |status| json!({"_id": "x1", "asset_type": "video", "status": status});
    let (target, answer) = done(item("queued"), item("ready"), |client| {
        client.knowledge_store_items().wait_until_done("k1", "x1")
    })
    .await;
    assert_eq!(
        (target.as_str(), json!(answer)),
        ("/knowledge-stores/k1/items/x1", item("ready"))
    );
}

#[tokio::test]
async fn a_failure_is_an_error_with_the_last_answer_and_the_reason() {
    let failed = json!({"_id": "a1", "status": "failed", "error": {"message": "no\nvideo"}});
    let (client, _) = script(vec![Reply::json(&failed)]).await;
    let error = wait(&client).send().await.expect_err("it failed");
    assert_eq!(error.to_string(), "asset `a1` failed: no video");
    let status = error.response().and_then(|asset| asset.status.clone());
    assert_eq!(status, Some(AssetStatus::Failed));
    assert!(
        matches!(error, WaitError::Failed { reason: Some(reason), .. } if reason == "no\nvideo")
    );
}

#[tokio::test]
async fn a_canceled_or_expired_task_has_failed() {
    let task = json!({"task_id": "t1", "status": "canceled", "created_at": "2026-01-01T00:00:00Z"});
    let (client, _) = script(vec![Reply::json(&task)]).await;
    let tasks = client.analyze_async().tasks();
    let error = tasks
        .wait_until_done("t1")
        .send()
        .await
        .expect_err("it was canceled");
    assert_eq!(
        error.to_string(),
        "analysis task `t1` failed: its status is `canceled`"
    );
}

#[tokio::test]
async fn several_are_waited_for_at_once_and_a_failure_does_not_end_the_others() {
    let url = serve(|request| async move {
        let status = if request.target.ends_with("bad") {
            "failed"
        } else {
            "ready"
        };
        Reply::json(&json!({"_id": request.target, "status": status}))
    })
    .await;
    let client = client(&url);
    let waits = ["a", "bad", "c"].map(|id| client.assets().wait_until_done(id).interval(SOON));
    let results = Waiting::send_all(waits).await;
    let texts = results.iter().map(|result| match result {
        Ok(asset) => asset.id.clone().expect("an id"),
        Err(error) => error.to_string(),
    });
    assert_eq!(
        texts.collect::<Vec<_>>(),
        ["/assets/a", "asset `bad` failed", "/assets/c"]
    );
}

#[test]
fn a_program_without_async_waits_as_well() {
    let server = httpmock::MockServer::start();
    server.mock(|when, then| {
        when.path("/assets/a1");
        then.status(200).json_body(json!({"status": "ready"}));
    });
    let client = twelvelabs::mock::client(&server).expect("a client");
    let asset = wait(&client).send_blocking().expect("it is ready");
    assert_eq!(asset.status, Some(AssetStatus::Ready));
    let all = Waiting::send_all_blocking([wait(&client), wait(&client)]).expect("no runtime");
    assert!(all.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_deadline_is_an_error_with_the_last_answer() {
    let client = assets(&["processing"]).await;
    let start = Instant::now();
    let deadline = Duration::from_millis(100);
    let error = wait(&client)
        .deadline(deadline)
        .send()
        .await
        .expect_err("it is late");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(error.to_string(), "asset `a1` is not done after 100ms");
    let status = error.response().and_then(|asset| asset.status.clone());
    assert_eq!(status, Some(AssetStatus::Processing));
    assert!(matches!(error, WaitError::Deadline { deadline: limit, .. } if limit == deadline));
}

#[tokio::test]
async fn a_deadline_holds_while_no_answer_comes() {
    let url = serve(|_| std::future::pending()).await;
    let waiting = wait(&client(&url)).deadline(Duration::from_millis(50));
    let error = waiting.send().await.expect_err("it is late");
    assert!(matches!(error, WaitError::Deadline { last: None, .. }));
}

#[tokio::test]
async fn each_answer_is_reported() {
    let client = assets(&["processing", "hibernating", "ready"]).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let report = Arc::clone(&seen);
    wait(&client)
        .on_progress(move |asset| report.lock().expect("a list").push(asset.status.clone()))
        .send()
        .await
        .expect("it is ready");
    let seen = seen.lock().expect("a list").clone();
    let seen: Vec<String> = seen
        .into_iter()
        .flatten()
        .map(|status| status.to_string())
        .collect();
    assert_eq!(seen, ["processing", "hibernating", "ready"]);
}

#[tokio::test]
async fn the_waits_grow_up_to_the_longest() {
    let times = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&times);
    let url = serve(move |_| {
        let mut times = record.lock().expect("a list");
        times.push(Instant::now());
        let status = if times.len() < 5 {
            "processing"
        } else {
            "ready"
        };
        async move { Reply::json(&json!({"status": status})) }
    })
    .await;
    let milliseconds = Duration::from_millis;
    wait(&client(&url))
        .interval(milliseconds(100))
        .max_interval(milliseconds(200))
        .send()
        .await
        .expect("it is ready");
    let times = times.lock().expect("a list");
    let waits = times.windows(2).map(|pair| pair[1] - pair[0]);
    for (wait, least) in waits.zip([100, 150, 200, 200]) {
        // The additional time is the call itself, on a machine that may be busy.
        assert!(
            wait >= milliseconds(least),
            "{wait:?} is less than {least} ms"
        );
        assert!(
            wait < milliseconds(least + 1000),
            "{wait:?} is much more than {least} ms"
        );
    }
}

#[tokio::test]
async fn a_failure_in_passing_does_not_end_the_wait() {
    let ready = Reply::json(&json!({"status": "ready"}));
    let (client, requests) = script(vec![
        Reply::status(503),
        Reply::HangUp,
        Reply::status(429),
        Reply::status(500),
        ready,
    ])
    .await;
    wait(&client).send().await.expect("it is ready");
    assert_eq!(requests.lock().expect("a list").len(), 5);
}

#[tokio::test]
async fn five_failures_in_a_row_end_the_wait() {
    let (client, requests) = script(vec![Reply::status(503)]).await;
    let error = wait(&client).send().await.expect_err("there is no answer");
    assert!(matches!(error, WaitError::Call(Error::Api(_))));
    assert_eq!(requests.lock().expect("a list").len(), 5);
}

#[tokio::test]
async fn a_failure_that_does_not_pass_ends_the_wait_at_once() {
    let (client, requests) = script(vec![Reply::status(404)]).await;
    let error = wait(&client)
        .send()
        .await
        .expect_err("there is no such asset");
    assert_eq!(error.to_string(), "assets_retrieve: 404 Not Found");
    assert!(matches!(error, WaitError::Call(error) if error.is_not_found()));
    assert_eq!(requests.lock().expect("a list").len(), 1);
}

#[test]
fn waits_and_their_errors_go_from_thread_to_thread_and_errors_are_small() {
    fn crosses<T: Send + 'static>(_: &T) {}
    let client = client("http://127.0.0.1:1");
    crosses(&wait(&client));
    crosses(&wait(&client).send());
    fn is_shared<T: Send + Sync + std::error::Error>() {}
    is_shared::<WaitError<Asset>>();
    assert!(size_of::<WaitError<Asset>>() <= 64);
}
