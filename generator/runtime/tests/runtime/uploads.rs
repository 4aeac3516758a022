//! Files and forms on the wire, read by an independent parser.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::calls::{self, Calls, multipart};
use crate::runtime::object;
use crate::runtime::{
    CallOptions, Client, Content, Error, Form, Operation, Outgoing, Progress, Raw, Response, Upload,
};
use bytes::Bytes;
use futures_util::stream;
use proptest::collection::vec;
use proptest::prelude::*;
use reqwest::{Method, Request};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::server::{KEY, Server as Scripted, Step, answer, header};

const FILES: Operation = Operation::new("files_create", "/files");

// Contents of forms.

#[tokio::test]
async fn values_are_written_by_their_shape() {
    #[derive(Serialize)]
    struct Options {
        speed: f32,
    }
    let form = Form::new()
        .field("text", &"Grüße, \"all\"\r\n")
        .field("number", &0.1_f32)
        .field("integer", &i64::MAX)
        .field("flag", &true)
        .field("list", &["a", "b"])
        .field("options", &Options { speed: 0.5 })
        .field("objects", &[json!({"a": 1}), json!({"a": [2]})])
        .field("absent", &None::<String>)
        .field("nothing", &[""; 0])
        .json("tags", &["a", "b"])
        .json("none", &None::<String>);
    let parts = send(form).await;
    let parts: Vec<(&str, Option<&str>, &str)> = parts
        .iter()
        .map(|part| {
            assert_eq!(part.file_name, None);
            let text = std::str::from_utf8(&part.content).unwrap();
            (part.name.as_str(), part.content_type.as_deref(), text)
        })
        .collect();
    let json = Some("application/json");
    assert_eq!(
        parts,
        [
            ("text", None, "Grüße, \"all\"\r\n"),
            ("number", None, "0.1"),
            ("integer", None, "9223372036854775807"),
            ("flag", None, "true"),
            ("list", None, "a"),
            ("list", None, "b"),
            ("options", json, r#"{"speed":0.5}"#),
            ("objects", json, r#"{"a":1}"#),
            ("objects", json, r#"{"a":[2]}"#),
            ("tags", json, r#"["a","b"]"#),
        ]
    );
}

#[tokio::test]
async fn read_only_properties_are_in_no_part() {
    struct Pet {
        id: Option<String>,
        name: String,
    }
    object! {
        Pet {
            id: read_only "id",
            name: required "name",
        }
    }
    let pet = |name: &str| Pet {
        id: Some("1".to_owned()),
        name: name.to_owned(),
    };
    let form = Form::new()
        .part("pet", &pet("a"))
        .part("pets", &vec![pet("b"), pet("c")])
        .part("text", &"d".to_owned())
        .part("absent", &None::<Pet>)
        .json_part("all", &vec![pet("e")])
        .json_part("none", &None::<Pet>);
    let parts = send(form).await;
    let parts: Vec<(&str, &str)> = parts
        .iter()
        .map(|part| {
            let text = std::str::from_utf8(&part.content).unwrap();
            (part.name.as_str(), text)
        })
        .collect();
    assert_eq!(
        parts,
        [
            ("pet", r#"{"name":"a"}"#),
            ("pets", r#"{"name":"b"}"#),
            ("pets", r#"{"name":"c"}"#),
            ("text", "d"),
            ("all", r#"[{"name":"e"}]"#),
        ]
    );
}

#[test]
fn a_part_that_is_not_a_finite_number_is_an_error_that_names_its_field() {
    for form in [
        Form::new().part("speed", &f64::NAN),
        Form::new().json_part("speed", &f64::NAN),
    ] {
        let raw = Raw::new("https://h.example", &FILES);
        let request = raw.client.post(raw.baseurl.to_owned()).json(&&form);
        let text = format!("{:?}", request.build().unwrap_err());
        assert!(
            text.contains("the field `speed` cannot be sent in a form"),
            "{text}"
        );
        assert!(text.contains("finite"), "{text}");
    }
}

#[tokio::test]
async fn a_form_without_fields_is_a_form() {
    let server = Server::answering(vec![answer("200 OK", "1")]).await;
    server.send(Form::new()).await.unwrap();
    let request = &server.requests()[0];
    let content_type = header(&request.head, "content-type").unwrap();
    let boundary = multer::parse_boundary(content_type).unwrap();
    assert_eq!(request.body, format!("--{boundary}--\r\n").as_bytes());
    assert!(parts(request).await.is_empty());
}

#[tokio::test]
async fn files_have_the_names_and_types_that_they_are_given_or_have() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Grüße 1.mp4");
    std::fs::write(&path, "video").unwrap();
    let open = tokio::fs::File::open(&path).await.unwrap();
    let chunks = [Ok::<_, io::Error>("one, "), Ok("two")];
    let form = Form::new()
        .file("path", &path.as_path().into())
        .file("open", &open.into())
        .file("named", &Upload::bytes("a \"b\"\r\n\0.PNG", "image"))
        .file(
            "typed",
            &Upload::from(Bytes::from("x")).content_type("audio/x-own; rate=8"),
        )
        .file(
            "stream",
            &Upload::stream(stream::iter(chunks)).file_name("a.txt"),
        )
        .files("many", &[Upload::bytes("1", "1"), Upload::bytes("2", "2")])
        .files("none", &None);
    let parts = send(form).await;
    let parts: Vec<[&str; 4]> = parts
        .iter()
        .map(|part| {
            [
                part.name.as_str(),
                part.file_name.as_deref().unwrap(),
                part.content_type.as_deref().unwrap(),
                std::str::from_utf8(&part.content).unwrap(),
            ]
        })
        .collect();
    let bytes = "application/octet-stream";
    assert_eq!(
        parts,
        [
            ["path", "Grüße 1.mp4", "video/mp4", "video"],
            ["open", "open", bytes, "video"],
            ["named", "a \"b\"%0D%0A%00.PNG", "image/png", "image"],
            ["typed", "typed", "audio/x-own; rate=8", "x"],
            ["stream", "a.txt", "text/plain", "one, two"],
            ["many", "1", bytes, "1"],
            ["many", "2", bytes, "2"],
        ]
    );
}

#[tokio::test]
async fn content_of_any_size_arrives_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for size in [0, 1, 8 << 20] {
        let content: Vec<u8> = (0..size).map(|i| (i % 251) as u8).collect();
        let path = folder.path().join(format!("日本語-{size}.bin"));
        std::fs::write(&path, &content).unwrap();
        let pieces: Vec<Result<Bytes, io::Error>> = content
            .chunks(1000)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        let uploads = [
            Upload::from(path.clone()),
            Upload::bytes("日本語", content.clone()),
            std::fs::File::open(&path).unwrap().into(),
            Upload::stream(stream::iter(pieces)).length(size as u64),
        ];
        let server = Server::answering(vec![answer("200 OK", "1"); 2]).await;
        let form = Form::new().files("file", &uploads);
        server.send(form).await.unwrap();
        let request = &server.requests()[0];
        // All lengths are known, so the length of the body is known.
        let length = header(&request.head, "content-length").unwrap();
        assert_eq!(length, request.body.len().to_string());
        for part in parts(request).await {
            assert!(part.content == content, "{part:?}");
        }

        server.upload(&uploads[0], None).await.unwrap();
        let request = &server.requests()[1];
        assert_eq!(
            header(&request.head, "content-length").unwrap(),
            size.to_string()
        );
        assert!(request.body == content);
    }
}

#[tokio::test]
async fn a_stream_of_unknown_length_is_sent_in_chunks() {
    let server = Server::answering(vec![answer("200 OK", "1"); 2]).await;
    let make = || Upload::stream(stream::iter([Ok::<_, io::Error>("abc"), Ok("def")]));
    server.upload(&make(), None).await.unwrap();
    server
        .send(Form::new().file("file", &make()))
        .await
        .unwrap();
    let requests = server.requests();
    for request in &requests {
        assert_eq!(header(&request.head, "content-length"), None);
        assert_eq!(header(&request.head, "transfer-encoding"), Some("chunked"));
    }
    assert_eq!(requests[0].body, b"abcdef");
    assert_eq!(parts(&requests[1]).await[0].content, b"abcdef");
}

#[tokio::test]
async fn a_received_body_can_be_sent() {
    let from = Server::answering(vec![answer("200 OK", "content")]).await;
    let to = Server::answering(vec![answer("200 OK", "1")]).await;
    let stream = from.client().calls().bytes(from.post(), &FILES).await;
    let stream = stream.unwrap().into_inner();
    to.upload(&stream.into(), None).await.unwrap();
    let request = &to.requests()[0];
    assert_eq!(header(&request.head, "content-length"), Some("7"));
    assert_eq!(request.body, b"content");
}

#[tokio::test]
async fn an_open_file_is_sent_from_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    std::fs::write(&path, "0123456789").unwrap();
    let mut file = tokio::fs::File::open(&path).await.unwrap();
    file.read_exact(&mut [0; 4]).await.unwrap();
    let server = Server::answering(vec![answer("200 OK", "1")]).await;
    server.upload(&file.into(), None).await.unwrap();
    assert_eq!(server.requests()[0].body, b"456789");
}

#[tokio::test]
async fn a_body_has_the_type_that_was_set_or_asked_for_or_follows_from_its_name() {
    let bytes = || Upload::bytes("a.mp3", "x");
    for (upload, asked_for, sent) in [
        (bytes(), None, "audio/mpeg"),
        (bytes(), Some("audio/wav"), "audio/wav"),
        (
            bytes().content_type("audio/ogg"),
            Some("audio/wav"),
            "audio/ogg",
        ),
        (Upload::from(b"x"), None, "application/octet-stream"),
    ] {
        let server = Server::answering(vec![answer("200 OK", "1")]).await;
        server.upload(&upload, asked_for).await.unwrap();
        let head = &server.requests()[0].head;
        assert_eq!(header(head, "content-type"), Some(sent));
    }
}

#[tokio::test]
async fn a_header_of_the_call_replaces_the_type_of_a_file_and_not_that_of_a_form() {
    let server = Server::answering(vec![answer("200 OK", "1"); 2]).await;
    let options = CallOptions::new().header("content-type", "text/x-own");
    let raw = server.client().calls().with_options(&options);
    let upload = calls::upload(server.post(), &Upload::bytes("a.mp3", "x"), None);
    raw.json::<Value>(upload, &FILES).await.unwrap();
    let form = multipart(server.post(), Form::new().field("a", &1));
    raw.json::<Value>(form, &FILES).await.unwrap();
    let requests = server.requests();
    assert_eq!(
        header(&requests[0].head, "content-type"),
        Some("text/x-own")
    );
    assert_eq!(parts(&requests[1]).await[0].content, b"1");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_names_and_contents_arrive_in_whatever_pieces_they_are_sent(
        // Parsers disagree about the meaning of a backslash.
        field in "[^\\p{C}\\\\]{1,8}",
        file_name in "[^\\p{C}\\\\]{0,12}",
        text in "(?s).{0,40}",
        pieces in vec(vec(any::<u8>(), 0..80), 0..8),
    ) {
        let content = pieces.concat();
        let length = content.len() as u64;
        let stream = stream::iter(pieces.into_iter().map(Ok::<_, io::Error>));
        let upload = Upload::stream(stream).length(length).file_name(file_name.clone());
        let form = Form::new().field(field.clone(), &text).file("file", &upload);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let parts = runtime.block_on(send(form));
        prop_assert_eq!(&parts[0].name, &field.replace('"', "%22"));
        prop_assert_eq!(&parts[0].content, text.as_bytes());
        prop_assert_eq!(parts[1].file_name.as_ref(), Some(&file_name));
        prop_assert_eq!(&parts[1].content, &content);
        prop_assert_eq!(parts.len(), 2);
    }
}

// Progress reports.

#[tokio::test]
async fn progress_is_told_up_to_the_end() {
    let size = (1 << 20) + 1;
    let told = Arc::new(Mutex::new(Vec::<Progress>::new()));
    let record = Arc::clone(&told);
    let upload = Upload::bytes("a", vec![7; size])
        .on_progress(move |progress| record.lock().unwrap().push(progress));
    let server = Server::answering(vec![answer("200 OK", "1")]).await;
    server
        .send(Form::new().file("file", &upload))
        .await
        .unwrap();
    let told = told.lock().unwrap();
    assert!(told.len() > 1);
    assert!(told.windows(2).all(|pair| pair[0].sent < pair[1].sent));
    assert!(
        told.iter()
            .all(|progress| progress.total == Some(size as u64))
    );
    assert_eq!(told.last().unwrap().sent, size as u64);
}

#[tokio::test]
async fn progress_of_nothing_is_told_once() {
    let server = Server::answering(vec![answer("200 OK", "1"); 4]).await;
    let nothing = || stream::empty::<io::Result<Bytes>>();
    for (make, total) in [
        (
            &(|| Upload::bytes("a", "")) as &dyn Fn() -> Upload,
            Some(0_u64),
        ),
        (&|| Upload::stream(nothing()), None),
    ] {
        for is_form in [false, true] {
            let told = Arc::new(Mutex::new(Vec::<Progress>::new()));
            let record = Arc::clone(&told);
            let upload = make().on_progress(move |progress| record.lock().unwrap().push(progress));
            match is_form {
                true => server.send(Form::new().file("file", &upload)).await,
                false => server.upload(&upload, None).await,
            }
            .unwrap();
            let told = told.lock().unwrap();
            assert_eq!(told.len(), 1, "{total:?} {is_form}");
            assert_eq!((told[0].sent, told[0].total), (0, total));
        }
    }
}

#[test]
fn debug_shows_the_fields_of_a_form_and_not_their_values() {
    let form = Form::new()
        .field("title", "secret")
        .json("options", &["secret"])
        .file("file", &Upload::bytes("a.mp4", "secret"));
    let content = Content::Bytes {
        body: "secret".into(),
        media_type: "text/plain",
    };
    assert_eq!(
        format!("{form:?} {content:?}"),
        r#"Form { fields: {"title": 6 bytes, "options": 10 bytes, "file": Upload { file_name: "a.mp4", length: 6, .. }}, error: None } Bytes { length: 6, media_type: "text/plain" }"#
    );
}

#[test]
fn debug_says_what_a_file_is_and_not_what_is_in_it() {
    let bytes = Upload::bytes("a.mp4", "secret").content_type("video/mp4");
    assert_eq!(
        format!("{bytes:?}"),
        r#"Upload { file_name: "a.mp4", content_type: "video/mp4", length: 6, .. }"#
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    std::fs::write(&path, "secret").unwrap();
    let shown = format!("{:?}", Upload::from(&path));
    assert!(shown.starts_with(r#"Upload { file_name: "a.mp4", path: "#));
    assert!(shown.ends_with(r#"a.mp4", .. }"#));
    let file = std::fs::File::open(&path).unwrap();
    assert_eq!(
        format!("{:?}", Upload::from(file)),
        "Upload { length: Some(6), .. }"
    );
    let gone = Upload::from(PathBuf::from("folder/a.mp4"));
    assert_eq!(
        format!("{gone:?}"),
        r#"Upload { file_name: "a.mp4", path: "folder/a.mp4", .. }"#
    );
}

// Retries.

#[tokio::test]
async fn a_replayable_body_is_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, "path").unwrap();
    let busy = answer("503 Service Unavailable", "");
    let server = Server::answering(vec![busy.clone(), busy, answer("200 OK", "1")]).await;
    let form = Form::new()
        .file("path", &path.into())
        .file("bytes", &Upload::bytes("b", "bytes"));
    let raw = server
        .client()
        .calls()
        .with_options(&CallOptions::new().retries(2));
    let outgoing = multipart(server.post(), form);
    raw.json::<Value>(outgoing, &FILES).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        let parts = parts(request).await;
        assert_eq!(parts[0].content, b"path");
        assert_eq!(parts[1].content, b"bytes");
    }
}

#[tokio::test]
async fn a_stream_is_not_sent_again_and_the_error_states_why() {
    let server = Server::answering(vec![answer("503 Service Unavailable", "busy")]).await;
    let upload = Upload::stream(stream::iter([Ok::<_, io::Error>("a")]));
    let form = Form::new().file("file", &upload);
    let raw = server
        .client()
        .calls()
        .with_options(&CallOptions::new().retries(2));
    let outgoing = multipart(server.post(), form.clone());
    let error = raw.json::<Value>(outgoing, &FILES).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert_eq!(
        error.to_string(),
        "files_create: 503 Service Unavailable: busy \
         (not retried: the file or stream that was sent can be read only once)"
    );

    let error = server.send(form).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "files_create: invalid request: the file or stream was already sent and can be sent \
         only once; send a path or bytes"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_upload_can_be_sent_after_a_failed_connection() {
    // No server listens at first.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let upload = Upload::stream(stream::iter([Ok::<_, io::Error>("a")]));
    let client = client(&format!("http://{address}"));
    let request = Request::new(
        Method::POST,
        format!("http://{address}/files").parse().unwrap(),
    );
    let outgoing = calls::upload(request, &upload, None);
    let error = client
        .calls()
        .json::<Value>(outgoing, &FILES)
        .await
        .unwrap_err();
    assert!(error.is_connect(), "{error}");

    let server = Server::answering(vec![answer("200 OK", "1")]).await;
    server.upload(&upload, None).await.unwrap();
    assert_eq!(server.requests()[0].body, b"a");
}

// Failures.

#[tokio::test]
async fn a_file_that_grows_is_sent_with_its_first_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    std::fs::write(&path, vec![b'a'; 1 << 20]).unwrap();
    let grown = path.clone();
    let upload = Upload::path(&path).on_progress(move |progress| {
        assert_eq!(progress.total, Some(1 << 20));
        let mut file = std::fs::File::options().append(true).open(&grown).unwrap();
        std::io::Write::write_all(&mut file, b"b").unwrap();
    });
    let server = Server::answering(vec![answer("200 OK", "1")]).await;
    server.upload(&upload, None).await.unwrap();
    assert!(server.requests()[0].body == vec![b'a'; 1 << 20]);
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_named() {
    let server = Server::answering(vec![]).await;
    let upload = Upload::path("no/such/file.mp4");
    let error = server.upload(&upload, None).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
    let text = error.to_string();
    let start = "files_create: invalid request: could not open `no/such/file.mp4`: ";
    assert!(text.starts_with(start), "{text}");
    assert_eq!(error.attempts(), 0);

    let folder = tempfile::tempdir().unwrap();
    let error = server.upload(&folder.path().into(), None).await;
    assert!(matches!(error, Err(Error::InvalidRequest(_))), "{error:?}");
}

#[tokio::test]
async fn a_media_type_that_is_none_is_refused() {
    let server = Server::answering(vec![]).await;
    for name in ["no\nmedia type", "text/plain; a=\"\r\nb: c\""] {
        let upload = Upload::bytes("a", "a").content_type(name);
        let form = Form::new().file("file", &upload);
        for error in [server.send(form).await, server.upload(&upload, None).await] {
            assert!(matches!(error, Err(Error::InvalidRequest(_))), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_stream_that_fails_or_has_another_length_ends_the_call() {
    fn stream_of(last: io::Result<&'static str>) -> Upload {
        Upload::stream(stream::iter([Ok("abc"), last]))
    }
    let unread = || stream_of(Err(io::Error::other("no disk")));
    let short = || stream_of(Ok("d")).length(9);
    let long = || stream_of(Ok("d")).length(3);
    let longer = || stream_of(Ok("d")).length(2);
    let cases: [(&dyn Fn() -> Upload, _); 4] = [
        (&unread, "no disk"),
        (&short, "the content ends after 4 of 9 bytes"),
        (&long, "the content continues after 3 bytes"),
        (&longer, "the content continues after 2 bytes"),
    ];
    for (upload, said) in cases {
        let server = Server::answering(vec![answer("200 OK", "1")]).await;
        for is_form in [false, true] {
            let outgoing = |request| match is_form {
                true => multipart(request, Form::new().file("file", &upload())),
                false => calls::upload(request, &upload(), None),
            };
            let mut request = server.post();
            *request.method_mut() = Method::PUT;
            let raw = server
                .client()
                .calls()
                .with_options(&CallOptions::new().retries(1));
            let error = raw
                .json::<Value>(outgoing(request), &FILES)
                .await
                .unwrap_err();
            let Error::Transport(cause) = &error else {
                panic!("{error:?}");
            };
            // Reading the content again fails in the same way.
            assert!(cause.is_read() && cause.attempts() == 1, "{error:?}");
            let text = format!("files_create: could not read the request body: {said}");
            assert_eq!(error.to_string(), text);
        }
    }
}

#[tokio::test]
async fn the_idle_timeout_is_for_each_wait_and_not_for_the_whole_body() {
    // Each chunk takes most of the idle timeout, and all chunks together take much longer.
    let chunks = stream::unfold(0, |sent| async move {
        tokio::time::sleep(Duration::from_millis(120)).await;
        (sent < 6).then_some((Ok::<_, io::Error>("part"), sent + 1))
    });
    let server = Server::answering(vec![answer("200 OK", "1")]).await;
    let options = CallOptions::new().idle_timeout(Duration::from_millis(500));
    let raw = server.client().calls().with_options(&options);
    let outgoing = calls::upload(server.post(), &Upload::stream(chunks), None);
    raw.json::<Value>(outgoing, &FILES).await.unwrap();

    let silent = stream::pending::<Result<Bytes, io::Error>>();
    let outgoing = calls::upload(server.post(), &Upload::stream(silent), None);
    let error = raw.json::<Value>(outgoing, &FILES).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    let silence = "files_create: timed out: no data for 500ms";
    assert_eq!(error.to_string(), silence);
}

#[tokio::test]
async fn a_response_to_a_file_has_the_whole_timeout_after_the_end_of_the_file() {
    let wait = || vec![Step::Wait(Duration::from_millis(900))];
    let server = Scripted::start(move |_| wait()).await;
    let options = CallOptions::new().idle_timeout(Duration::from_millis(200));
    for (timeout, expected) in [(400, "no data for 400ms"), (60_000, "connection")] {
        let options = options.clone().timeout(Duration::from_millis(timeout));
        let raw = server.client().calls().with_options(&options);
        let url = format!("{}/files", server.url);
        let request = Request::new(Method::POST, url.parse().unwrap());
        let outgoing = calls::upload(request, &Upload::from(b"content"), None);
        let error = raw.json::<Value>(outgoing, &FILES).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn the_deadline_is_for_the_whole_body() {
    let chunks = stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Ok::<_, io::Error>("part"), ()))
    });
    let server = Server::answering(vec![]).await;
    let options = CallOptions::new().deadline(Duration::from_millis(300));
    let raw = server.client().calls().with_options(&options);
    let outgoing = calls::upload(server.post(), &Upload::stream(chunks), None);
    let error = raw.json::<Value>(outgoing, &FILES).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(error.to_string().contains("within 300ms"), "{error}");
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_body_ends_the_call() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            reader.read_line(&mut head).await.unwrap();
        }
        // The rest stays unread until the caller disconnects.
        let mut stream = reader.into_inner();
        let refusal = answer("401 Unauthorized", "no");
        stream.write_all(&refusal).await.unwrap();
        tokio::time::sleep(Duration::from_secs(20)).await;
    });
    let request = Request::new(Method::POST, format!("{url}/files").parse().unwrap());
    let upload = Upload::from(vec![0; 32 << 20]);
    let outgoing = calls::upload(request, &upload, None);
    let error = client(&url)
        .calls()
        .json::<Value>(outgoing, &FILES)
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 401, "{error}");
}

/// A request as received.
#[derive(Clone, Debug)]
struct Received {
    head: String,
    body: Vec<u8>,
}

/// A server that records each request, and sends these responses in order.
struct Server {
    url: String,
    requests: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    async fn answering(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&requests);
        let mut answers = VecDeque::from(answers);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let Ok(request) = receive(&mut stream).await else {
                    continue;
                };
                record.lock().unwrap().push(request);
                let answer = answers.pop_front().unwrap_or_default();
                // Ignore the error if the client has disconnected.
                let _ = stream.write_all(&answer).await;
            }
        });
        Self { url, requests }
    }

    fn requests(&self) -> Vec<Received> {
        self.requests.lock().unwrap().clone()
    }

    fn client(&self) -> Client {
        client(&self.url)
    }

    fn post(&self) -> Request {
        let url = format!("{}/files", self.url);
        Request::new(Method::POST, url.parse().unwrap())
    }

    async fn send(&self, form: Form) -> Result<Response<Value>, Error> {
        let outgoing = multipart(self.post(), form);
        self.client().calls().json(outgoing, &FILES).await
    }

    async fn upload(
        &self,
        upload: &Upload,
        media_type: Option<&'static str>,
    ) -> Result<Response<Value>, Error> {
        let outgoing = calls::upload(self.post(), upload, media_type);
        self.client().calls().json(outgoing, &FILES).await
    }
}

/// Returns a client with retries disabled.
fn client(url: &str) -> Client {
    Client::builder()
        .api_key(KEY)
        .base_url(url)
        .timeout(Duration::from_secs(20))
        .retries(0)
        .build()
        .unwrap()
}

async fn receive(stream: &mut TcpStream) -> io::Result<Received> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let mut body = Vec::new();
    if header(&head, "transfer-encoding").is_some() {
        let mut size = String::new();
        while size != "0\r\n" {
            size.clear();
            reader.read_line(&mut size).await?;
            let length = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            let start = body.len();
            body.resize(start + length + 2, 0);
            reader.read_exact(&mut body[start..]).await?;
            body.truncate(start + length);
        }
    } else {
        let length = header(&head, "content-length").unwrap_or("0");
        body.resize(length.parse().map_err(io::Error::other)?, 0);
        reader.read_exact(&mut body).await?;
    }
    Ok(Received { head, body })
}

/// A part of a form, as `multer` reads it.
struct Part {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    content: Vec<u8>,
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} ({:?}, {} bytes)",
            self.name,
            self.file_name,
            self.content.len()
        )
    }
}

async fn parts(request: &Received) -> Vec<Part> {
    let content_type = header(&request.head, "content-type").unwrap();
    let boundary = multer::parse_boundary(content_type).unwrap();
    let body = Bytes::from(request.body.clone());
    let body = stream::iter([Ok::<_, io::Error>(body)]);
    let mut form = multer::Multipart::new(body, boundary);
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await.unwrap() {
        parts.push(Part {
            name: field.name().unwrap().to_owned(),
            file_name: field.file_name().map(str::to_owned),
            content_type: field.content_type().map(ToString::to_string),
            content: field.bytes().await.unwrap().to_vec(),
        });
    }
    parts
}

/// Sends a form and returns its parts as received.
async fn send(form: Form) -> Vec<Part> {
    let server = Server::answering(vec![answer("200 OK", "1")]).await;
    server.send(form).await.unwrap();
    parts(&server.requests()[0]).await
}
