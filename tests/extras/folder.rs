//! Folder uploads.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tokio::time::sleep;
use twelvelabs::extras::{FolderOutcome, FolderUpload, UploadCause};
use twelvelabs::{Client, types::UserMetadataValue};

use super::platform::{CHUNK, Platform};
use super::server::{Reply, Request, client, serve};

/// Creates a folder with files of these sizes.
fn folder(files: &[(&str, usize)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, size) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("room");
        fs::write(path, vec![b'x'; *size]).expect("room");
    }
    folder
}

/// Returns the file name in a form.
fn file_name(request: &Request) -> String {
    let form = String::from_utf8_lossy(&request.body).into_owned();
    let (_, rest) = form.split_once("filename=\"").expect("a file");
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Returns a client whose asset IDs are the file names. A file with `bad` in its name is rejected.
async fn api() -> (Client, Arc<Mutex<Vec<Request>>>) {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&requests);
    let url = serve(move |request| {
        let name = file_name(&request);
        record.lock().expect("a list").push(request);
        async move {
            match name.contains("bad") {
                true => Reply::status(400),
                false => Reply::json(&json!({"_id": name, "status": "processing"})),
            }
        }
    })
    .await;
    (client(&url), requests)
}

async fn send(upload: FolderUpload) -> FolderOutcome {
    upload.send().await.expect("a folder")
}

/// Returns the IDs of the assets, sorted by path.
fn ids(outcome: &FolderOutcome) -> Vec<&str> {
    let uploaded = outcome.uploaded.iter();
    uploaded.filter_map(|it| it.asset_id.as_deref()).collect()
}

#[tokio::test]
async fn each_file_becomes_an_asset_and_failures_keep_their_path() {
    let folder = folder(&[("b.mp4", 3), ("bad.mp4", 3), ("a.mov", 3), ("sub/c.mp4", 3)]);
    fs::write(folder.path().join(".hidden.mp4"), "x").expect("room");
    let (client, requests) = api().await;
    let outcome = send(client.assets().upload_folder(folder.path())).await;

    assert_eq!(ids(&outcome), ["a.mov", "b.mp4"]);
    assert_eq!(outcome.uploaded[0].path, folder.path().join("a.mov"));
    let [failure] = outcome.failed.as_slice() else {
        panic!("{outcome:?}");
    };
    assert_eq!(failure.path, folder.path().join("bad.mp4"));
    assert_eq!(failure.error.to_string(), "assets_create: 400 Bad Request");
    let requests = requests.lock().expect("a list");
    assert!(requests.iter().all(|request| request.target == "/assets"));
    assert_eq!(requests.len(), 3);
}

#[tokio::test]
async fn only_files_with_an_extension_are_uploaded_also_below() {
    let files = [
        ("a.MP4", 3),
        ("b.txt", 3),
        ("c", 3),
        ("sub/d.mov", 3),
        ("sub/.e/f.mp4", 3),
    ];
    let folder = folder(&files);
    let (client, _) = api().await;
    let upload = client.assets().upload_folder(folder.path());
    let outcome = send(upload.extensions(["mp4", ".mov"]).recursive()).await;
    assert_eq!(ids(&outcome), ["a.MP4", "d.mov"]);
}

#[tokio::test]
async fn large_files_are_sent_in_chunks() {
    let platform = Platform::sound().await;
    let folder = folder(&[("a.mp4", 2 * CHUNK + 1)]);
    let upload = platform.client.assets().upload_folder(folder.path());
    let upload = upload.direct_limit(CHUNK as u64);
    let outcome = send(upload).await;
    assert_eq!(ids(&outcome), ["a1"]);
    assert_eq!(platform.file().len(), 2 * CHUNK + 1);
    assert_eq!(platform.state().reports, [3]);
}

#[tokio::test]
async fn documents_are_never_sent_in_chunks() {
    let folder = folder(&[("a.pdf", 50)]);
    let (client, _) = api().await;
    let upload = client
        .assets()
        .upload_folder(folder.path())
        .direct_limit(10);
    assert_eq!(ids(&send(upload).await), ["a.pdf"]);
}

#[tokio::test]
async fn requests_of_assets_can_be_changed() {
    let folder = folder(&[("a.mp4", 3)]);
    let (client, requests) = api().await;
    let upload = client.assets().upload_folder(folder.path());
    send(upload.asset(|request| request.enable_thumbnail(true))).await;
    let requests = requests.lock().expect("a list");
    let form = String::from_utf8_lossy(&requests[0].body);
    assert!(
        form.contains("name=\"enable_thumbnail\"\r\n\r\ntrue"),
        "{form}"
    );
}

#[tokio::test]
async fn requests_of_sessions_can_be_changed() {
    let folder = folder(&[("a.mp4", 3)]);
    let sessions = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&sessions);
    let url = serve(move |request| {
        record.lock().expect("a list").push(request.json());
        async { Reply::status(400) }
    })
    .await;
    let upload = super::server::client(&url)
        .assets()
        .upload_folder(folder.path());
    let note = UserMetadataValue::from("from a folder");
    let upload = upload
        .direct_limit(0)
        .session(move |request| request.user_metadata([("note", note.clone())]));
    assert_eq!(send(upload).await.failed.len(), 1);
    let sessions = sessions.lock().expect("a list");
    assert_eq!(sessions[0]["filename"], "a.mp4");
    assert_eq!(sessions[0]["user_metadata"]["note"], "from a folder");
}

#[tokio::test]
async fn progress_begins_before_the_first_file_and_ends_with_the_last() {
    let folder = folder(&[("a.mp4", 3), ("bad.mp4", 4)]);
    let (client, _) = api().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let report = Arc::clone(&seen);
    let upload = client.assets().upload_folder(folder.path()).parallelism(1);
    let upload = upload.on_progress(move |progress| {
        assert_eq!((progress.total_files, progress.total_bytes), (2, 7));
        let name = progress.path.as_deref().and_then(Path::file_name);
        let name = name.map(|name| name.to_string_lossy().into_owned());
        let counts = (progress.files, progress.failed, progress.bytes);
        report.lock().expect("a list").push((counts, name));
    });
    send(upload).await;
    let seen = seen.lock().expect("a list");
    assert_eq!(
        *seen,
        [
            ((0, 0, 0), None),
            ((1, 0, 3), Some("a.mp4".to_owned())),
            ((2, 1, 7), Some("bad.mp4".to_owned())),
        ]
    );
}

#[tokio::test]
async fn no_more_files_are_on_their_way_than_parallelism_allows() {
    let files: Vec<String> = (0..9).map(|number| format!("{number}.mp4")).collect();
    let files: Vec<(&str, usize)> = files.iter().map(|name| (name.as_str(), 1)).collect();
    let folder = folder(&files);
    let counts = Arc::new(Mutex::new((0, 0)));
    let record = Arc::clone(&counts);
    let url = serve(move |_| {
        let record = Arc::clone(&record);
        async move {
            {
                let mut counts = record.lock().expect("counts");
                counts.0 += 1;
                counts.1 = counts.1.max(counts.0);
            }
            sleep(Duration::from_millis(20)).await;
            record.lock().expect("counts").0 -= 1;
            Reply::json(&json!({"_id": "a"}))
        }
    })
    .await;
    let upload = client(&url).assets().upload_folder(folder.path());
    let outcome = send(upload.parallelism(3)).await;
    assert_eq!(outcome.uploaded.len(), 9);
    let (_, most) = *counts.lock().expect("counts");
    assert!((2..=3).contains(&most), "{most}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_read_is_an_error() {
    let (client, _) = api().await;
    let upload = client.assets().upload_folder("/no/such/folder");
    let error = upload.send().await.expect_err("there is no folder");
    let text = error.to_string();
    assert!(
        text.starts_with("could not read `/no/such/folder`: "),
        "{text}"
    );
    assert!(matches!(error.cause(), UploadCause::File { .. }));
}

#[cfg(unix)]
#[tokio::test]
async fn links_to_files_are_files_and_links_to_folders_are_not_followed() {
    use std::os::unix::fs::symlink;

    let folder = folder(&[("real/a.mp4", 3)]);
    let path = |name: &str| folder.path().join(name);
    symlink(path("real/a.mp4"), path("b.mp4")).expect("a link");
    symlink(path("gone.mp4"), path("c.mp4")).expect("a link");
    symlink(folder.path(), path("real/loop")).expect("a link");
    let (client, _) = api().await;
    let outcome = send(client.assets().upload_folder(folder.path()).recursive()).await;
    assert_eq!(ids(&outcome), ["b.mp4", "a.mp4"]);
    assert_eq!(outcome.failed.len(), 1);
    assert_eq!(outcome.failed[0].path, path("c.mp4"));
}
