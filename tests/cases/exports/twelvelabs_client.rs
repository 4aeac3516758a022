//! Forms that the client for Twelve Labs sends, tested with a local listener. This file is
//! compiled as a test of the generated crate.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use twelvelabs::{Client, Error, Upload};

/// Answers each request with this status and body, and tells what was asked.
fn serve(status: &'static str, answer: &'static str) -> (Client, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                reader.read_line(&mut head).unwrap();
            }
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nretry-after: 0\r\n\
                 content-length: {}\r\nconnection: close\r\n\r\n{answer}",
                answer.len()
            )
            .unwrap();
            sender
                .send((head, String::from_utf8(body).unwrap()))
                .unwrap();
        }
    });
    let client = Client::builder()
        .api_key("tlk_0123456789")
        .base_url(address)
        .build()
        .unwrap();
    (client, requests)
}

/// Returns the name, the file's name and the content of each part of a form.
fn parts(request: &(String, String)) -> Vec<(String, String, String)> {
    let (head, body) = request;
    let (_, boundary) = head.split_once("multipart/form-data; boundary=").unwrap();
    let boundary = boundary.lines().next().unwrap();
    let quoted = |text: &str, key: &str| {
        let (_, value) = text.split_once(&format!(" {key}=\"")).unwrap_or_default();
        value.split('"').next().unwrap_or_default().to_owned()
    };
    body.split(&format!("--{boundary}"))
        .filter_map(|part| part.strip_suffix("\r\n")?.split_once("\r\n\r\n"))
        .map(|(head, content)| {
            (
                quoted(head, "name"),
                quoted(head, "filename"),
                content.to_owned(),
            )
        })
        .collect()
}

fn part(name: &str, file_name: &str, content: &str) -> (String, String, String) {
    (name.to_owned(), file_name.to_owned(), content.to_owned())
}

/// A file that is gone with the test.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, content: &str) -> Self {
        let path = std::env::temp_dir().join(format!("{}-{name}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }

    fn name(&self) -> String {
        self.0.file_name().unwrap().to_string_lossy().into_owned()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn an_asset_is_created_from_a_file() {
    let (client, requests) = serve("201 Created", r#"{"_id": "a1"}"#);
    let file = Temporary::new("Grüße.mp4", "video");
    let create = || client.assets().create().method("direct").filename("a.mp4");
    let open = tokio::fs::File::open(file.path()).await.unwrap();
    for (request, file_name) in [
        (create().file(file.path()), file.name()),
        (create().file(open), "file".to_owned()),
        (
            create().file(Upload::bytes("b.mp4", "video")),
            "b.mp4".to_owned(),
        ),
    ] {
        let asset = request.send().await.unwrap();
        assert_eq!(asset.id.as_deref(), Some("a1"));
        let request = requests.recv().unwrap();
        assert!(request.0.starts_with("POST /assets "), "{}", request.0);
        let mut parts = parts(&request);
        parts.sort();
        assert_eq!(
            parts,
            [
                part("file", &file_name, "video"),
                part("filename", "", "a.mp4"),
                part("method", "", "direct"),
            ]
        );
    }
}

#[tokio::test]
async fn a_file_that_can_be_opened_again_is_sent_again() {
    let (client, requests) = serve("503 Service Unavailable", "");
    let file = Temporary::new("again.mp4", "video");
    let request = client.assets().create().file(file.path());
    let error = request.send().await.unwrap_err();
    assert_eq!(error.attempts(), 3);
    for request in requests.iter().take(3) {
        assert_eq!(parts(&request)[0].2, "video");
    }

    let open = tokio::fs::File::open(file.path()).await.unwrap();
    let request = client.assets().create().file(open);
    let error = request.clone().send().await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert!(
        error.to_string().contains("can be read only once"),
        "{error}"
    );
    let error = request.send().await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
}

#[tokio::test]
async fn a_search_may_have_a_picture_and_lists() {
    let (client, requests) = serve("200 OK", "{}");
    client
        .search()
        .create()
        .query_media_type("image")
        .query_media_file(Upload::bytes("a.png", "picture"))
        .search_options(["visual", "audio"])
        .adjust_confidence_level(0.5)
        .page_limit(10)
        .include_user_metadata(true)
        .send()
        .await
        .unwrap();
    let mut parts = parts(&requests.recv().unwrap());
    parts.sort();
    assert_eq!(
        parts,
        [
            part("adjust_confidence_level", "", "0.5"),
            part("include_user_metadata", "", "true"),
            part("page_limit", "", "10"),
            part("query_media_file", "a.png", "picture"),
            part("query_media_type", "", "image"),
            part("search_options", "", "audio"),
            part("search_options", "", "visual"),
        ]
    );
}
