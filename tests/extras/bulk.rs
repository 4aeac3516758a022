//! Bulk creation of tasks.

use std::io::Write as _;

use serde_json::json;
use tempfile::NamedTempFile;
use twelvelabs::Upload;
use twelvelabs::extras::BulkVideo;
use twelvelabs::types::VideoEmbeddingScope;

use super::server::{Reply, Request, script};

/// Returns the text of a form.
fn form(request: &Request) -> String {
    String::from_utf8_lossy(&request.body).into_owned()
}

/// Returns `true` if a form has a part with this text.
fn has_part(form: &str, name: &str, text: &str) -> bool {
    let mut parts = form.split("\r\n--");
    parts.any(|part| {
        part.contains(&format!("name=\"{name}\"")) && part.ends_with(&format!("\r\n\r\n{text}"))
    })
}

fn task(id: &str) -> Reply {
    Reply::json(&json!({"_id": id, "video_id": "v"}))
}

#[tokio::test]
async fn each_video_becomes_a_task_in_the_order_in_which_it_was_added() {
    let (client, requests) = script(vec![task("t1"), task("t2"), task("t3")]).await;
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(b"content").expect("room");
    #[expect(deprecated, reason = "it is tested")]
    let bulk = client.tasks().create_bulk("i1");
    let outcome = bulk
        .urls(["https://example.com/a.mp4"])
        .files([Upload::path(file.path()).file_name("b.mp4")])
        .files([Upload::bytes("c.mp4", "bytes")])
        .each(|request| request.enable_video_stream(true))
        .send()
        .await;

    assert!(outcome.failed.is_empty());
    let created = outcome.created.iter();
    let created: Vec<_> = created
        .map(|it| (it.position, it.video.to_string(), it.task.id.as_deref()))
        .collect();
    assert_eq!(
        created,
        [
            (0, "https://example.com/a.mp4".to_owned(), Some("t1")),
            (1, "b.mp4".to_owned(), Some("t2")),
            (2, "c.mp4".to_owned(), Some("t3")),
        ]
    );
    let requests = requests.lock().expect("nobody panics with it");
    let forms: Vec<String> = requests.iter().map(form).collect();
    for (request, form) in requests.iter().zip(&forms) {
        assert_eq!(
            (request.method.as_str(), request.target.as_str()),
            ("POST", "/tasks")
        );
        assert!(has_part(form, "index_id", "i1"), "{form}");
        assert!(has_part(form, "enable_video_stream", "true"), "{form}");
    }
    assert!(has_part(
        &forms[0],
        "video_url",
        "https://example.com/a.mp4"
    ));
    assert!(has_part(&forms[1], "video_file", "content"));
    assert!(has_part(&forms[2], "video_file", "bytes"));
}

#[tokio::test]
async fn a_failure_is_returned_with_its_video_and_does_not_end_the_others() {
    let (client, requests) = script(vec![task("t1"), Reply::status(400), task("t3")]).await;
    #[expect(deprecated, reason = "it is tested")]
    let bulk = client.tasks().create_bulk("i1");
    let outcome = bulk
        .urls(["https://example.com/a.mp4", "https://example.com/b.mp4"])
        .files(["/no/such/file.mp4"])
        .urls(["https://example.com/d.mp4"])
        .send()
        .await;

    let positions: Vec<usize> = outcome.created.iter().map(|it| it.position).collect();
    assert_eq!(positions, [0, 3]);
    let texts: Vec<String> = outcome.failed.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts[0],
        "https://example.com/b.mp4: tasks_create: 400 Bad Request"
    );
    assert!(
        texts[1].starts_with(
            "file.mp4: tasks_create: invalid request: could not open `/no/such/file.mp4`: "
        ),
        "{texts:?}"
    );
    assert_eq!(outcome.failed[0].position, 1);
    assert!(matches!(&outcome.failed[0].video, BulkVideo::Url(url) if url.ends_with("b.mp4")));
    assert!(matches!(outcome.failed[1].video, BulkVideo::File(_)));
    assert_eq!(requests.lock().expect("nobody panics with it").len(), 3);
}

#[tokio::test]
async fn nothing_is_sent_without_videos() {
    let (client, requests) = script(vec![task("t1")]).await;
    let outcome = client
        .embed()
        .tasks()
        .create_bulk("marengo3.0")
        .send()
        .await;
    assert!(outcome.created.is_empty() && outcome.failed.is_empty());
    assert!(requests.lock().expect("nobody panics with it").is_empty());
}

#[tokio::test]
async fn an_embedding_task_can_have_settings_of_its_own() {
    let (client, requests) = script(vec![task("e1"), task("e2")]).await;
    let video = BulkVideo::Url("https://example.com/b.mp4".to_owned());
    let outcome = client
        .embed()
        .tasks()
        .create_bulk("marengo3.0")
        .urls(["https://example.com/a.mp4"])
        .video(video, |request| request.video_clip_length(4.0))
        .each(|request| request.video_embedding_scope([VideoEmbeddingScope::Clip]))
        .send()
        .await;

    let created = outcome.created.iter();
    let created: Vec<_> = created.map(|it| it.task.id.as_deref()).collect();
    assert_eq!(created, [Some("e1"), Some("e2")]);
    let requests = requests.lock().expect("nobody panics with it");
    let forms: Vec<String> = requests.iter().map(form).collect();
    assert!(
        requests
            .iter()
            .all(|request| request.target == "/embed/tasks")
    );
    for form in &forms {
        assert!(has_part(form, "model_name", "marengo3.0"), "{form}");
        assert!(has_part(form, "video_embedding_scope", "clip"), "{form}");
    }
    assert!(!forms[0].contains("video_clip_length"));
    assert!(
        has_part(&forms[1], "video_clip_length", "4.0"),
        "{}",
        forms[1]
    );
    assert!(has_part(
        &forms[1],
        "video_url",
        "https://example.com/b.mp4"
    ));
}
