//! Chunked uploads.

use std::error::Error as _;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tempfile::NamedTempFile;
use twelvelabs::extras::{ChunkFailure, FileUpload, UploadCause, UploadError, UploadedFile};
use twelvelabs::types::MultipartAssetType;
use twelvelabs::{CallOptions, Client};

use super::platform::{CHUNK, Fault, Platform};
use super::server::{Reply, serve};

/// The timeout of an upload in a test.
const LIMIT: Duration = Duration::from_secs(30);

/// Writes a file of this size, in which no two chunks are equal.
fn file_of(length: usize) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(&content(length)).expect("room");
    file
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index / 7 % 251) as u8).collect()
}

fn upload(platform: &Platform, file: &NamedTempFile) -> FileUpload {
    let uploads = platform.client.multipart_upload();
    uploads.upload_file(file.path(), MultipartAssetType::Video)
}

async fn send(upload: FileUpload) -> Result<UploadedFile, UploadError> {
    let outcome = tokio::time::timeout(LIMIT, upload.send()).await;
    outcome.expect("an upload ends in time")
}

fn ok(_: u64, _: usize) -> Fault {
    Fault::None
}

#[tokio::test]
async fn a_file_is_uploaded_in_chunks_and_reported_in_batches() {
    let platform = Platform::sound().await;
    let length = 24 * CHUNK + 1;
    let uploaded = send(upload(&platform, &file_of(length)))
        .await
        .expect("it is uploaded");

    assert_eq!(uploaded.upload_id, "u1");
    assert_eq!(uploaded.asset_id.as_deref(), Some("a1"));
    assert_eq!(uploaded.url.as_deref(), Some("https://assets.example/a1"));
    assert!(platform.file() == content(length));
    let state = platform.state();
    assert_eq!(state.puts.len(), 25);
    assert_eq!(state.reports, [10, 10, 5]);
    assert_eq!(state.more, [(3, 23)]);
}

#[tokio::test]
async fn more_addresses_are_asked_for_fifty_at_a_time() {
    let platform = Platform::sound().await;
    send(upload(&platform, &file_of(120 * CHUNK)))
        .await
        .expect("it is uploaded");
    assert_eq!(platform.state().more, [(3, 50), (53, 50), (103, 18)]);
}

#[tokio::test]
async fn a_file_of_one_byte_is_one_chunk() {
    let platform = Platform::sound().await;
    send(upload(&platform, &file_of(1)))
        .await
        .expect("it is uploaded");
    assert_eq!(platform.file(), content(1));
    assert_eq!(platform.state().reports, [1]);
}

#[tokio::test]
async fn the_session_can_be_asked_for_differently() {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&bodies);
    let url = serve(move |request| {
        record.lock().expect("a list").push(request.json());
        async { Reply::status(400) }
    })
    .await;
    let uploads = super::server::client(&url).multipart_upload();
    let file = file_of(5);
    let upload = uploads
        .upload_file(file.path(), MultipartAssetType::Image)
        .session(|request| request.enable_thumbnail(true));
    let error = send(upload).await.expect_err("it is refused");
    assert_eq!(
        error.to_string(),
        "multipart_upload_create: 400 Bad Request"
    );
    assert_eq!(error.upload_id(), None);
    let bodies = bodies.lock().expect("a list");
    assert_eq!(bodies[0]["type"], "image");
    assert_eq!(bodies[0]["total_size"], 5);
    assert_eq!(bodies[0]["enable_thumbnail"], true);
}

#[tokio::test]
async fn the_file_name_is_the_files_own_or_another_one() {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&bodies);
    let url = serve(move |request| {
        record.lock().expect("a list").push(request.json());
        async { Reply::status(400) }
    })
    .await;
    let uploads = super::server::client(&url).multipart_upload();
    let file = file_of(5);
    let upload = || uploads.upload_file(file.path(), MultipartAssetType::Video);
    send(upload()).await.expect_err("it is refused");
    let named = upload().filename("holiday.mp4");
    send(named).await.expect_err("it is refused");
    let changed = upload().session(|request| request.enable_hls(true));
    let changed = changed.filename("b.mp4");
    send(changed).await.expect_err("it is refused");
    let bodies = bodies.lock().expect("a list");
    let own = file.path().file_name().expect("a name");
    assert_eq!(bodies[0]["filename"], own.to_string_lossy().as_ref());
    assert_eq!(bodies[1]["filename"], "holiday.mp4");
    assert_eq!(bodies[2]["filename"], "b.mp4");
    assert_eq!(bodies[2]["enable_hls"], true);
}

#[tokio::test]
async fn no_more_is_on_its_way_than_parallelism_allows() {
    let delay = |_, _| Fault::Delay(Duration::from_millis(20));
    let platform = Platform::faulty(delay, ok).await;
    send(upload(&platform, &file_of(30 * CHUNK)).parallelism(3))
        .await
        .expect("it is uploaded");
    assert_eq!(platform.state().most_in_flight, 3 * CHUNK);
}

#[tokio::test]
async fn the_storage_gets_the_headers_of_the_session_and_never_the_key() {
    let platform = Platform::sound().await;
    send(upload(&platform, &file_of(3 * CHUNK)))
        .await
        .expect("it is uploaded");
    let state = platform.state();
    for headers in &state.put_headers {
        let value = |name| {
            headers
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        assert_eq!(value("x-storage-class"), Some("standard"));
        assert_eq!(value("content-type"), Some("application/octet-stream"));
        assert_eq!(value("content-length"), Some("1000"));
        assert!(!format!("{headers:?}").contains(super::server::KEY));
    }
}

#[tokio::test]
async fn progress_begins_with_the_session_and_ends_with_the_file() {
    let platform = Platform::sound().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let report = Arc::clone(&seen);
    let file = file_of(2 * CHUNK + 500);
    let upload = upload(&platform, &file).on_progress(move |progress| {
        assert_eq!(
            (progress.upload_id.as_str(), progress.total_chunks),
            ("u1", 3)
        );
        assert_eq!(progress.total_bytes, 2500);
        report
            .lock()
            .expect("a list")
            .push((progress.chunks, progress.bytes));
    });
    send(upload.parallelism(1)).await.expect("it is uploaded");
    let seen = seen.lock().expect("a list");
    assert_eq!(*seen, [(0, 0), (1, 1000), (2, 2000), (3, 2500)]);
}

// Transient faults.

#[tokio::test]
async fn a_chunk_whose_connection_breaks_is_sent_again_to_the_same_address() {
    let faults = |chunk, before| match (chunk, before) {
        (1, 0) => Fault::Drop,
        (2, 0) => Fault::DropAnswer,
        _ => Fault::None,
    };
    let platform = Platform::faulty(faults, ok).await;
    send(upload(&platform, &file_of(2 * CHUNK)))
        .await
        .expect("it is uploaded");
    assert!(platform.file() == content(2 * CHUNK));
    let state = platform.state();
    assert_eq!(state.puts.len(), 4);
    assert!(state.more.is_empty());
}

#[tokio::test]
async fn a_chunk_that_takes_too_long_is_sent_again() {
    let faults = |chunk, before| match (chunk, before) {
        (1, 0) => Fault::Delay(LIMIT),
        _ => Fault::None,
    };
    let platform = Platform::faulty(faults, ok).await;
    let file = file_of(2 * CHUNK);
    let upload = upload(&platform, &file).chunk_timeout(Duration::from_millis(200));
    send(upload).await.expect("it is uploaded");
    let mut puts = platform.state().puts.clone();
    puts.sort_unstable();
    assert_eq!(puts, [1, 1, 2]);
}

#[tokio::test]
async fn a_busy_storage_is_asked_again() {
    let faults = |_, before| match before {
        0 => Fault::Status(503),
        _ => Fault::None,
    };
    let platform = Platform::faulty(faults, ok).await;
    send(upload(&platform, &file_of(2 * CHUNK)))
        .await
        .expect("it is uploaded");
    assert_eq!(platform.state().puts.len(), 4);
}

#[tokio::test]
async fn an_address_that_has_expired_is_replaced() {
    let platform = Platform::sound().await;
    platform.state().oldest = 1;
    send(upload(&platform, &file_of(2 * CHUNK)).parallelism(1))
        .await
        .expect("it is uploaded");
    assert!(platform.file() == content(2 * CHUNK));
    let state = platform.state();
    assert_eq!(state.puts, [1, 1, 2]);
    assert_eq!(state.more, [(1, 2)]);
}

#[tokio::test]
async fn a_report_whose_answer_is_lost_is_made_again() {
    let faults = |number, _| match number {
        1 => Fault::DropAnswer,
        2 => Fault::Drop,
        _ => Fault::None,
    };
    let platform = Platform::faulty(ok, faults).await;
    send(upload(&platform, &file_of(2 * CHUNK)))
        .await
        .expect("it is uploaded");
    let state = platform.state();
    assert_eq!(state.reports, [2, 2, 2]);
    assert_eq!(state.puts.len(), 2);
}

#[tokio::test]
async fn a_report_that_the_api_forgets_is_made_again_without_the_chunks() {
    let faults = |number, _| match number {
        1 => Fault::Forget,
        _ => Fault::None,
    };
    let platform = Platform::faulty(ok, faults).await;
    send(upload(&platform, &file_of(4 * CHUNK)).batch(2))
        .await
        .expect("it is uploaded");
    let state = platform.state();
    assert_eq!(state.reports, [2, 2, 2]);
    assert_eq!(state.puts.len(), 4);
}

#[tokio::test]
async fn a_chunk_that_the_api_finds_to_have_failed_is_sent_again() {
    let platform = Platform::sound().await;
    let state = platform.clone();
    // Detected after all chunks are reported, and fixed by the next report.
    let file = file_of(3 * CHUNK);
    let upload = upload(&platform, &file).on_progress(move |progress| {
        let mut state = state.state();
        if progress.chunks == 3 && state.puts.len() == 3 {
            state.failed.insert(2);
        }
    });
    let uploaded = send(upload.parallelism(1).batch(1))
        .await
        .expect("it is uploaded");
    assert_eq!(uploaded.asset_id.as_deref(), Some("a1"));
    assert_eq!(platform.state().puts, [1, 2, 3, 2]);
}

// Permanent faults.

#[tokio::test]
async fn a_chunk_that_is_never_taken_is_an_error_and_the_others_are_reported() {
    let faults = |chunk, _| match chunk {
        3 => Fault::Status(500),
        _ => Fault::None,
    };
    let platform = Platform::faulty(faults, ok).await;
    let file = file_of(5 * CHUNK);
    let upload = upload(&platform, &file).retries(1).parallelism(2);
    let error = send(upload).await.expect_err("a chunk is refused");
    assert_eq!(
        error.to_string(),
        "could not send chunk 3: the storage responded with 500 Internal Server Error \
         (after 2 attempts) (upload `u1`)"
    );
    assert_eq!(error.upload_id(), Some("u1"));
    assert!(matches!(
        error.cause(),
        UploadCause::Chunk { chunk: 3, attempts: 2, failure: ChunkFailure::Status(status) }
            if status.as_u16() == 500
    ));
    let state = platform.state();
    assert!(
        state.reported.is_superset(&[1, 2, 4, 5].into()),
        "{:?}",
        state.reported
    );
}

#[tokio::test]
async fn an_address_that_is_refused_for_good_is_an_error() {
    let platform = Platform::faulty(|_, _| Fault::Status(403), ok).await;
    let file = file_of(CHUNK);
    let upload = upload(&platform, &file).retries(1);
    let error = send(upload).await.expect_err("the chunk is refused");
    assert!(error.to_string().contains("403 Forbidden"), "{error}");
    assert_eq!(platform.state().more, [(1, 1)]);
}

#[tokio::test]
async fn a_refusal_that_does_not_pass_is_an_error_at_once() {
    let platform = Platform::faulty(|_, _| Fault::Status(404), ok).await;
    let error = send(upload(&platform, &file_of(CHUNK)))
        .await
        .expect_err("the chunk is refused");
    assert_eq!(
        error.to_string(),
        "could not send chunk 1: the storage responded with 404 Not Found (upload `u1`)"
    );
    assert_eq!(platform.state().puts, [1]);
}

#[tokio::test]
async fn a_storage_without_etags_is_an_error() {
    let platform = Platform::sound().await;
    platform.state().is_without_etags = true;
    let error = send(upload(&platform, &file_of(CHUNK)))
        .await
        .expect_err("there is no proof");
    assert_eq!(
        error.to_string(),
        "could not send chunk 1: the storage responded without an ETag (upload `u1`)"
    );
}

#[tokio::test]
async fn a_storage_that_cannot_be_reached_is_an_error_without_its_address() {
    let platform = Platform::sound().await;
    platform.state().address = Some("http://127.0.0.1:1/secret".to_owned());
    let file = file_of(CHUNK);
    let upload = upload(&platform, &file).retries(0);
    let error = send(upload).await.expect_err("there is no storage");
    let text = format!("{error} {error:?} {:?}", error.source());
    assert!(text.contains("could not connect"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn an_address_of_plain_http_is_refused() {
    let platform = Platform::sound().await;
    platform.state().address = Some("http://storage.example".to_owned());
    let error = send(upload(&platform, &file_of(CHUNK)))
        .await
        .expect_err("others could read it");
    assert_eq!(
        error.to_string(),
        "could not send chunk 1: its URL is not https (upload `u1`)"
    );
}

#[tokio::test]
async fn a_redirect_is_followed_only_where_the_chunk_stays_what_it_is() {
    for (status, to, is_followed) in [
        (307, None, true),
        (308, None, true),
        (301, None, false),
        (303, None, false),
        (307, Some("http://storage.example"), false),
    ] {
        let platform = Platform::sound().await;
        let to = to.unwrap_or(platform.storage()).to_owned();
        let redirecting = serve(move |request| {
            let location = format!("{to}{}", request.target);
            async move { Reply::status(status).with_header("location", location) }
        })
        .await;
        platform.state().address = Some(redirecting);
        let file = file_of(CHUNK);
        let outcome = send(upload(&platform, &file).retries(0)).await;
        assert_eq!(outcome.is_ok(), is_followed, "{status}: {outcome:?}");
        let state = platform.state();
        assert_eq!(!state.stored.is_empty(), is_followed, "{status}");
        assert!(!format!("{:?}", state.put_headers).contains(super::server::KEY));
    }
}

#[tokio::test]
async fn chunks_are_sent_through_the_proxy_of_the_client() {
    let targets = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&targets);
    let proxy = serve(move |request| {
        record
            .lock()
            .expect("a list")
            .push(format!("{} {}", request.method, request.target));
        let reply = match (request.method.as_str(), request.target.ends_with("uploads")) {
            ("PUT", _) => Reply::status(200).with_header("etag", "e1"),
            ("POST", true) => Reply::json(&json!({
                "upload_id": "u1",
                "upload_urls": [{"chunk_index": 1, "url": "http://localhost:9/chunk"}],
                "chunk_size": CHUNK,
                "total_chunks": 1,
            })),
            ("POST", false) => Reply::json(&json!({"asset_id": "a1"})),
            _ => Reply::json(&json!({
                "status": "completed",
                "uploaded_chunks": [{"index": 1, "status": "completed"}],
                "page_info": {"page": 1, "total_page": 1},
            })),
        };
        async { reply }
    })
    .await;
    let builder = Client::builder().api_key("tlk_0123456789").proxy(proxy);
    let client = builder.base_url("http://localhost:9").build();
    let uploads = client.expect("a client").multipart_upload();
    let file = file_of(5);
    send(uploads.upload_file(file.path(), MultipartAssetType::Video))
        .await
        .expect("it is uploaded");
    let targets = targets.lock().expect("a list");
    assert_eq!(
        targets[..2],
        [
            "POST http://localhost:9/assets/multipart-uploads",
            "PUT http://localhost:9/chunk"
        ]
    );
}

#[tokio::test]
async fn the_retries_of_an_upload_replace_those_of_the_client() {
    let platform = Platform::faulty(ok, |_, _| Fault::Status(503)).await;
    let options = CallOptions::new().retries(2);
    let uploads = platform.client.with_options(options).multipart_upload();
    let file = file_of(5);
    let upload = uploads.upload_file(file.path(), MultipartAssetType::Video);
    send(upload.retries(1)).await.expect_err("no report passes");
    assert_eq!(platform.state().reports, [1, 1]);
}

#[tokio::test]
async fn an_api_that_never_confirms_is_an_error() {
    let platform = Platform::faulty(ok, |_, _| Fault::Forget).await;
    let file = file_of(2 * CHUNK);
    let upload = upload(&platform, &file).confirm_within(Duration::from_secs(1));
    let error = send(upload).await.expect_err("the reports are forgotten");
    assert_eq!(
        error.to_string(),
        "2 of the sent chunks are not confirmed by the API (upload `u1`)"
    );
    assert!(matches!(error.cause(), UploadCause::Unconfirmed { chunks } if *chunks == [1, 2]));

    let platform = Platform::sound().await;
    platform.state().status = Some("active");
    let upload = self::upload(&platform, &file).confirm_within(Duration::ZERO);
    let error = send(upload).await.expect_err("the file is not made whole");
    assert_eq!(
        error.to_string(),
        "all chunks were received, but the upload is not complete yet (upload `u1`)"
    );
}

#[tokio::test]
async fn a_session_that_ends_is_an_error() {
    for (status, message) in [
        (
            "failed",
            "the API reported that the upload failed (upload `u1`)",
        ),
        (
            "expired",
            "the session has expired: sessions end after 24 hours (upload `u1`)",
        ),
    ] {
        let platform = Platform::sound().await;
        platform.state().status = Some(status);
        let error = send(upload(&platform, &file_of(CHUNK)))
            .await
            .expect_err("it ended");
        assert_eq!(error.to_string(), message);
    }
}

#[tokio::test]
async fn a_session_that_splits_the_file_wrongly_is_an_error() {
    for size in [0, -1, 999] {
        let platform = Platform::sound().await;
        platform.state().chunk_size = Some(size);
        let error = send(upload(&platform, &file_of(5 * CHUNK)))
            .await
            .expect_err("it cannot be split");
        assert_eq!(
            error.to_string(),
            format!(
                "the session does not match: 5 chunks of {size} bytes are not a file of 5000 bytes \
                 (upload `u1`)"
            )
        );
        assert!(platform.state().puts.is_empty());
    }
}

#[tokio::test]
async fn a_file_that_is_missing_or_empty_or_none_is_an_error_before_anything_is_sent() {
    let platform = Platform::sound().await;
    let folder = tempfile::tempdir().expect("a folder");
    let uploads = platform.client.multipart_upload();
    for (path, reason) in [
        (folder.path().join("none.mp4"), "os error 2"),
        (folder.path().to_owned(), "it is not a regular file"),
        (
            file_of(0).into_temp_path().keep().expect("a file"),
            "it is empty",
        ),
    ] {
        let upload = uploads.upload_file(&path, MultipartAssetType::Video);
        let error = send(upload).await.expect_err("there is nothing to upload");
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("could not read `{}`: ", path.display())),
            "{text}"
        );
        assert!(text.contains(reason), "{text}");
        assert_eq!(error.upload_id(), None);
    }
    assert_eq!(platform.state().total_size, 0);
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_uploaded_is_an_error() {
    let platform = Platform::sound().await;
    let file = file_of(3 * CHUNK);
    let path = file.path().to_owned();
    let upload = upload(&platform, &file)
        .parallelism(1)
        .on_progress(move |progress| {
            if progress.chunks == 1 {
                std::fs::write(&path, content(3 * CHUNK + 1)).expect("room");
            }
        });
    let error = send(upload).await.expect_err("it is another file");
    assert!(
        error
            .to_string()
            .contains("it was changed while it was uploaded"),
        "{error}"
    );
}

// Resuming.

#[tokio::test]
async fn only_what_has_not_arrived_is_sent_when_an_upload_is_resumed() {
    let platform = Platform::faulty(
        |chunk, before| match (chunk, before) {
            (60, 0) => Fault::Status(404),
            _ => Fault::None,
        },
        ok,
    )
    .await;
    let file = file_of(100 * CHUNK);
    let error = send(upload(&platform, &file).parallelism(1))
        .await
        .expect_err("a chunk is refused");
    let before = platform.state().puts.len();

    let upload_id = error.upload_id().expect("there is a session");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let report = Arc::clone(&seen);
    let upload = platform
        .client
        .multipart_upload()
        .resume_file(upload_id, file.path())
        .on_progress(move |progress| report.lock().expect("a list").push(progress.chunks));
    let uploaded = send(upload.parallelism(1)).await.expect("it is uploaded");

    assert_eq!(uploaded.asset_id.as_deref(), Some("a1"));
    assert!(platform.file() == content(100 * CHUNK));
    assert_eq!(
        platform.state().puts[before..],
        (60..=100).collect::<Vec<_>>()
    );
    assert_eq!(
        *seen.lock().expect("a list"),
        (59..=100).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn nothing_is_sent_where_nothing_is_left() {
    let platform = Platform::sound().await;
    let file = file_of(2 * CHUNK);
    send(upload(&platform, &file))
        .await
        .expect("it is uploaded");
    let uploads = platform.client.multipart_upload();
    let uploaded = send(uploads.resume_file("u1", file.path())).await;
    assert_eq!(uploaded.expect("it is complete").asset_id, None);
    assert_eq!(platform.state().puts.len(), 2);
}

#[tokio::test]
async fn a_session_is_resumed_with_its_own_file_alone() {
    let platform = Platform::sound().await;
    platform.state().total_size = 3000;
    let file = file_of(2999);
    let resume = |id: &str| {
        platform
            .client
            .multipart_upload()
            .resume_file(id, file.path())
    };
    let error = send(resume("u1")).await.expect_err("it is another file");
    let text = error.to_string();
    assert!(
        text.starts_with("the session is for a file of 3000 bytes, but `"),
        "{text}"
    );
    let error = send(resume("u2"))
        .await
        .expect_err("there is no such session");
    assert_eq!(
        error.to_string(),
        "there is no incomplete session with this ID: it has ended, or belongs to another account (upload `u2`)"
    );
    assert!(matches!(error.cause(), UploadCause::Session { .. }));
}

#[test]
fn uploads_and_their_errors_go_from_thread_to_thread_and_errors_are_small() {
    fn crosses<T: Send + 'static>(_: &T) {}
    let uploads = super::server::client("http://127.0.0.1:1").multipart_upload();
    let upload = || uploads.upload_file("a.mp4", MultipartAssetType::Video);
    crosses(&upload());
    crosses(&upload().send());
    fn is_shared<T: Send + Sync + std::error::Error>() {}
    is_shared::<UploadError>();
    assert_eq!(size_of::<UploadError>(), size_of::<usize>());
}
