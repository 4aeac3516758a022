//! Waiting for an upload of another process.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use twelvelabs::Client;
use twelvelabs::extras::{UploadCause, UploadWait};

use super::server::{Reply, script};

const SOON: Duration = Duration::from_millis(10);

fn wait(client: &Client) -> UploadWait {
    client
        .multipart_upload()
        .wait_until_done("u1")
        .interval(SOON)
}

/// The status of a session on one of several list pages.
fn status(status: &str, failed: usize, chunks: Value, pages: usize) -> Reply {
    Reply::json(&json!({
        "upload_id": "u1",
        "status": status,
        "uploaded_chunks": chunks,
        "chunks_completed": 1,
        "chunks_failed": failed,
        "chunks_pending": 1,
        "page_info": {"page": 1, "total_page": pages},
    }))
}

#[tokio::test]
async fn an_upload_is_waited_for_by_its_id() {
    let pending = json!([{"index": 1, "status": "pending"}]);
    let answers = vec![
        status("active", 0, pending, 3),
        status("completed", 0, json!([]), 3),
    ];
    let (client, requests) = script(answers).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let report = Arc::clone(&seen);
    let wait = wait(&client).on_progress(move |status| {
        let mut seen = report.lock().expect("a list");
        seen.push(status.status.clone().map(|status| status.to_string()));
    });
    let last = wait.send().await.expect("it is complete");

    assert_eq!(last.upload_id.as_deref(), Some("u1"));
    let seen = seen.lock().expect("a list");
    assert_eq!(
        *seen,
        [Some("active".to_owned()), Some("completed".to_owned())]
    );
    let requests = requests.lock().expect("nobody panics with it");
    // The other list pages are not needed.
    assert_eq!(requests.len(), 2);
    assert!(
        requests[0]
            .target
            .starts_with("/assets/multipart-uploads/u1?")
    );
}

#[tokio::test]
async fn an_error_names_the_failed_chunks_of_all_list_pages() {
    let first = json!([
        {"index": 1, "status": "completed"},
        {"index": 2, "status": "failed", "error": "wrong checksum"},
    ]);
    let second = json!([{"index": 51, "status": "failed"}]);
    let answers = vec![
        status("active", 2, first, 2),
        status("active", 2, second, 2),
    ];
    let (client, _) = script(answers).await;
    let error = wait(&client).send().await.expect_err("chunks failed");
    assert_eq!(
        error.to_string(),
        "the API reported failed chunks: 2 (wrong checksum), 51 (upload `u1`)"
    );
    assert_eq!(error.upload_id(), Some("u1"));
    let UploadCause::Failed { chunks } = error.cause() else {
        panic!("{error:?}");
    };
    let chunks: Vec<_> = chunks
        .iter()
        .map(|it| (it.chunk, it.reason.as_deref()))
        .collect();
    assert_eq!(chunks, [(2, Some("wrong checksum")), (51, None)]);
}

#[tokio::test]
async fn an_error_names_ten_failed_chunks_and_counts_the_others() {
    let chunks: Vec<Value> = (1..=12)
        .map(|index| json!({"index": index, "status": "failed"}))
        .collect();
    let (client, _) = script(vec![status("failed", 12, json!(chunks), 1)]).await;
    let error = wait(&client).send().await.expect_err("chunks failed");
    assert_eq!(
        error.to_string(),
        "the API reported failed chunks: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, and 2 more (upload `u1`)"
    );
}

#[tokio::test]
async fn a_session_that_ended_is_an_error() {
    for (name, text) in [
        (
            "failed",
            "the API reported that the upload failed (upload `u1`)",
        ),
        (
            "expired",
            "the session has expired: sessions end after 24 hours (upload `u1`)",
        ),
    ] {
        let (client, _) = script(vec![status(name, 0, json!([]), 1)]).await;
        let error = wait(&client).send().await.expect_err("it ended");
        assert_eq!(error.to_string(), text);
        assert!(matches!(error.cause(), UploadCause::Session { .. }));
    }
}

#[tokio::test]
async fn chunks_decide_if_the_session_has_no_status() {
    let answer = |second: &str| {
        Reply::json(&json!({
            "uploaded_chunks": [
                {"index": 1, "status": "completed"},
                {"index": 2, "status": second},
            ],
            "page_info": {"page": 1, "total_page": 1},
        }))
    };
    let (client, requests) = script(vec![answer("pending"), answer("completed")]).await;
    wait(&client).send().await.expect("it is complete");
    assert_eq!(requests.lock().expect("nobody panics with it").len(), 2);
}

#[tokio::test]
async fn a_deadline_ends_the_wait_and_keeps_the_last_status() {
    let (client, _) = script(vec![status("active", 0, json!([]), 1)]).await;
    let wait = wait(&client).deadline(Duration::from_millis(200));
    let error = wait.send().await.expect_err("it takes too long");
    assert_eq!(
        error.to_string(),
        "the upload is not complete after 200ms: 1 chunks are complete, and 1 are pending \
         (upload `u1`)"
    );
    assert!(matches!(
        error.cause(),
        UploadCause::Deadline { last: Some(_), .. }
    ));
}

#[tokio::test]
async fn temporary_failures_do_not_end_the_wait_unless_there_are_five() {
    let mut answers = vec![Reply::status(503); 4];
    answers.push(status("completed", 0, json!([]), 1));
    let (client, _) = script(answers).await;
    wait(&client).send().await.expect("it is complete");

    let (client, requests) = script(vec![Reply::status(503)]).await;
    let error = wait(&client).send().await.expect_err("it fails");
    assert!(matches!(error.cause(), UploadCause::Call(_)), "{error}");
    assert_eq!(requests.lock().expect("nobody panics with it").len(), 5);
}
