//! The examples of the client, such as `cargo run --package twelvelabs --example list_assets`, with
//! a local server.

use std::fs;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::SystemTime;

use httpmock::Method::{GET, POST, PUT};
use httpmock::{Method, MockServer};
use ring::hmac;
use serde_json::{Value, json};
use tempfile::{NamedTempFile, TempDir};
use tests::command::{Outcome, example, example_with, run};

const KEY: &str = "tlk_0123456789";

#[test]
fn it_prints_one_line_for_each_asset_of_all_pages() {
    let server = MockServer::start();
    let page = |number: &'static str, assets: serde_json::Value| {
        server.mock(|when, then| {
            when.method(GET)
                .path("/v1.3/assets")
                .header("x-api-key", KEY)
                .query_param("page", number);
            then.status(200).json_body(json!({
                "data": assets,
                "page_info": {"total_page": 2},
            }));
        })
    };
    let pages = [
        page(
            "1",
            json!([
                {"_id": "6298d673f1090f1100476d4c", "status": "ready", "filename": "01.mp4"},
                {"_id": "6298d673f1090f1100476d4d", "status": "processing", "filename": "02.mp4"},
            ]),
        ),
        page("2", json!([{"_id": "6298d673f1090f1100476d4e"}, {}])),
    ];

    let outcome = list_assets(&server).exits_with(0);

    insta::assert_snapshot!(outcome.stdout, @r"
    6298d673f1090f1100476d4c  ready       01.mp4
    6298d673f1090f1100476d4d  processing  02.mp4
    6298d673f1090f1100476d4e  -           -
    -                         -           -
    ");
    assert_eq!(outcome.stderr, "");
    for page in pages {
        page.assert();
    }
}

#[test]
fn it_prints_why_it_failed_and_exits_with_1() {
    let server = MockServer::start();
    server.mock(|when, then| {
        when.method(GET).path("/v1.3/assets");
        then.status(401)
            .json_body(json!({"code": "api_key_invalid", "message": "The API key is invalid."}));
    });
    let outcome = list_assets(&server).exits_with(1);
    assert_eq!(outcome.stdout, "");
    assert_eq!(
        outcome.stderr,
        "error: assets_list: 401 Unauthorized: api_key_invalid: The API key is invalid.\n"
    );
}

#[test]
fn it_says_what_to_set_when_there_is_no_key() {
    let outcome = run(example("list_assets")
        .env_remove("TWELVE_LABS_API_KEY")
        .env_remove("TWELVELABS_API_KEY"))
    .exits_with(1);
    assert_eq!(
        outcome.stderr,
        "error: no API key for Twelve Labs: call `ClientBuilder::api_key`, or set \
         TWELVE_LABS_API_KEY or TWELVELABS_API_KEY and call `Client::from_env`\n"
    );
}

#[test]
fn upload_and_wait_ends_when_the_video_can_be_searched() {
    let server = MockServer::start();
    let storage = server.url("/bucket/1");
    let video = NamedTempFile::new().expect("a file");
    std::fs::write(video.path(), "moving pictures").expect("room");
    let session = "/v1.3/assets/multipart-uploads";
    answer(
        &server,
        POST,
        session,
        json!({
            "upload_id": "u1", "asset_id": "a1", "chunk_size": 100, "total_chunks": 1,
            "upload_urls": [{"chunk_index": 1, "url": storage}],
        }),
    );
    let chunk = server.mock(|when, then| {
        when.method(PUT)
            .path("/bucket/1")
            .body("moving pictures")
            .header_missing("x-api-key");
        then.status(200).header("etag", "\"e1\"");
    });
    let session = format!("{session}/u1");
    answer(&server, POST, &session, json!({"asset_id": "a1"}));
    answer(&server, GET, &session, json!({"status": "completed"}));
    answer(&server, GET, "/v1.3/assets/a1", json!({"status": "ready"}));
    answer(
        &server,
        POST,
        "/v1.3/indexes/i1/indexed-assets",
        json!({"_id": "x1"}),
    );
    answer(
        &server,
        GET,
        "/v1.3/indexes/i1/indexed-assets/x1",
        json!({"status": "ready"}),
    );

    let video = video.path().to_str().expect("a path in UTF-8");
    let outcome = client("upload_and_wait", &server, &[video, "i1"]).exits_with(0);

    insta::assert_snapshot!(outcome.stdout, @r"
    0 of 15 bytes
    15 of 15 bytes
    asset a1 is ready
    indexed asset x1 can be searched
    ");
    chunk.assert();
}

#[test]
fn upload_folder_prints_the_assets_and_the_failures() {
    let server = MockServer::start();
    for (content, status, body) in [
        ("good", 201, json!({"_id": "a1", "status": "processing"})),
        ("bad", 400, json!({"message": "not a video"})),
    ] {
        server.mock(|when, then| {
            when.method(POST)
                .path("/v1.3/assets")
                .body_includes(content);
            then.status(status).json_body(body);
        });
    }
    let folder = TempDir::new().expect("a folder");
    for (name, content) in [("1.mp4", "good"), ("2.mov", "bad"), ("3.txt", "text")] {
        std::fs::write(folder.path().join(name), content).expect("room");
    }
    let path = folder.path().display().to_string();
    let outcome = client("upload_folder", &server, &[&path]).exits_with(1);
    let file = |name| folder.path().join(name).display().to_string();
    assert_eq!(
        outcome.stdout,
        format!(
            "0 of 2 files\n1 of 2 files\n2 of 2 files\n{}: asset a1\n",
            file("1.mp4")
        )
    );
    assert_eq!(
        outcome.stderr,
        format!(
            "{}: assets_create: 400 Bad Request: not a video\n",
            file("2.mov")
        )
    );
}

#[test]
fn webhooks_prints_the_events_that_the_platform_has_signed() {
    const SECRET: &str = "a secret";
    let mut child = example_with("webhooks", &["webhooks"])
        .arg("127.0.0.1:0")
        .env("TWELVE_LABS_WEBHOOK_SECRET", SECRET)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the example runs");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let mut next = || lines.next().expect("a line").expect("UTF-8");
    let address = next().replace("listening on ", "");
    let body = json!({
        "id": "whe_1", "created_at": "2026-11-01T10:00:00.5+09:00", "type": "index.task.ready",
        "data": {
            "id": "t1", "status": "ready", "metadata": {"duration": 30}, "tags": [],
            "models": [{"name": "marengo3.0", "options": ["visual"]}],
        },
    });
    let body = body.to_string();
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.expect("a date after 1970").as_secs();
    let signed = |body: &str| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        let tag = hmac::sign(&key, format!("{now}.{body}").as_bytes());
        let digits = tag.as_ref().iter().map(|byte| format!("{byte:02x}"));
        format!("t={now},v1={}", digits.collect::<String>())
    };
    let deliver = |body: &str, signature: &str| {
        let mut stream = TcpStream::connect(&address).expect("it listens");
        write!(
            stream,
            "POST /webhooks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             tl-signature: {signature}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("it reads");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("a response");
        response.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    let own = signed(&body);
    assert_eq!(deliver(&body, &own), "204");
    assert_eq!(next(), "t1 can be searched");
    assert_eq!(deliver(&body, &own), "204");
    assert_eq!(next(), "a replay");
    assert_eq!(deliver(&body.replace("t1", "t2"), &own), "401");
    assert_eq!(next(), "refused: the signature does not match the body");
    let batch = r#"{"type": "analyze.batch.completed"}"#;
    assert_eq!(deliver(batch, &signed(batch)), "204");
    let line = next();
    assert!(line.starts_with("unknown event: Unknown("), "{line}");
    let broken = r#"{"type": "index.task.ready"}"#;
    assert_eq!(deliver(broken, &signed(broken)), "500");
    child.kill().expect("it still runs");
    child.wait().expect("it ends");
}

#[test]
fn search_prints_the_matches_of_all_pages() {
    let server = MockServer::start();
    answer(
        &server,
        POST,
        "/v1.3/search",
        json!({
            "data": [{"video_id": "v1", "start": 1.5, "end": 3}],
            "page_info": {"next_page_token": "p2"},
        }),
    );
    answer(
        &server,
        GET,
        "/v1.3/search/p2",
        json!({
            "data": [{"video_id": "v2", "start": 0, "end": 2.25}],
            "page_info": {},
        }),
    );
    let outcome = client("search", &server, &["i1", "a dog"]).exits_with(0);
    insta::assert_snapshot!(outcome.stdout, @r"
    v1  1.5 s to 3.0 s
    v2  0.0 s to 2.2 s
    ");
}

#[test]
fn analyze_stream_prints_the_text_as_it_comes() {
    let server = MockServer::start();
    server.mock(|when, then| {
        when.method(POST).path("/v1.3/analyze").json_body_includes(
            r#"{"stream": true, "prompt": "What happens?",
                "video": {"type": "asset_id", "asset_id": "a1"}}"#,
        );
        then.status(200)
            .header("content-type", "application/x-ndjson")
            .body(concat!(
                "{\"event_type\": \"stream_start\"}\n",
                "{\"event_type\": \"text_generation\", \"text\": \"A dog \"}\n",
                "{\"event_type\": \"text_generation\", \"text\": \"runs.\"}\n",
                "{\"event_type\": \"stream_end\"}\n",
            ));
    });
    let outcome = client("analyze_stream", &server, &["a1", "What happens?"]).exits_with(0);
    assert_eq!(outcome.stdout, "A dog runs.\n");
}

#[test]
fn bulk_embeddings_writes_a_line_for_each_segment() {
    let server = MockServer::start();
    for (task, url) in [
        ("t1", "https://a.example/1.mp4"),
        ("t2", "https://a.example/2.mp4"),
    ] {
        server.mock(|when, then| {
            let source = json!({"video": {"media_source": {"url": url}}});
            when.method(POST)
                .path("/v1.3/embed-v2/tasks")
                .json_body_includes(source.to_string());
            then.status(200)
                .json_body(json!({"_id": task, "status": "processing"}));
        });
        answer(
            &server,
            GET,
            &format!("/v1.3/embed-v2/tasks/{task}"),
            json!({
                "_id": task, "status": "ready",
                "data": [
                    {"embedding": [0.5, 0.25], "start_sec": 0, "end_sec": 6},
                    {"embedding": [1], "start_sec": 6, "end_sec": 9.5},
                ],
            }),
        );
    }
    let file = NamedTempFile::new().expect("a file");
    let path = file.path().to_str().expect("a path in UTF-8");
    let arguments = [path, "https://a.example/1.mp4", "https://a.example/2.mp4"];
    let outcome = client("bulk_embeddings", &server, &arguments).exits_with(0);
    insta::assert_snapshot!(outcome.stdout, @r"
    https://a.example/1.mp4: 2 segments
    https://a.example/2.mp4: 2 segments
    ");
    let written = std::fs::read_to_string(path).expect("the file is there");
    let lines: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(
        lines[3],
        json!({"video": "https://a.example/2.mp4", "start": 6.0, "end": 9.5, "embedding": [1.0]})
    );
}

#[test]
fn list_everything_prints_what_the_account_has() {
    let server = MockServer::start();
    let page = |items: Value| json!({"data": items, "page_info": {"page": 1, "total_page": 1}});
    let list = |path: &str, items: Value| answer(&server, GET, path, page(items));
    list(
        "/v1.3/indexes",
        json!([{"_id": "i1", "index_name": "films"}]),
    );
    list(
        "/v1.3/indexes/i1/indexed-assets",
        json!([{"_id": "x1", "system_metadata": {"filename": "02.mp4"}}]),
    );
    list(
        "/v1.3/entity-collections",
        json!([{"_id": "c1", "name": "cast"}]),
    );
    list(
        "/v1.3/knowledge-stores",
        json!([{"_id": "k1", "name": "notes"}]),
    );
    list("/v1.3/assets", json!([{"_id": "a1", "filename": "01.mp4"}]));
    let outcome = client("list_everything", &server, &[]).exits_with(0);
    insta::assert_snapshot!(outcome.stdout, @r"
    index i1 films
      indexed asset x1 02.mp4
    entity collection c1 cast
    knowledge store k1 notes
    asset a1 01.mp4
    ");
}

#[test]
fn metrics_counts_requests_by_operation_and_status() {
    let server = MockServer::start();
    for (number, status) in [("1", 200), ("2", 404)] {
        server.mock(|when, then| {
            when.method(GET)
                .path("/v1.3/assets")
                .query_param("page", number);
            then.status(status)
                .json_body(json!({"data": [{"_id": "a1"}], "page_info": {"total_page": 2}}));
        });
    }
    let outcome = client("metrics", &server, &[]).exits_with(1);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    let [asset, ok, failed] = lines.as_slice() else {
        panic!("{lines:?}");
    };
    assert_eq!(*asset, "a1");
    assert!(ok.starts_with("assets_list  200  1 requests  "), "{ok}");
    assert!(
        failed.starts_with("assets_list  404  1 requests  "),
        "{failed}"
    );
    assert!(ok.ends_with("s on average"), "{ok}");
}

#[test]
fn request_signing_signs_method_path_and_body() {
    let server = MockServer::start();
    server.mock(|when, then| {
        when.method(POST)
            .path("/v1.3/entity-collections")
            .header("x-api-key", KEY)
            // printf 'POST\n/v1.3/entity-collections\n{"name":"cast"}' |
            //   openssl dgst -sha256 -hmac secret
            .header(
                "x-signature",
                "1a931c6346d1efe33c456969aaef7c8c7c3f29fa268129cdb1c0240637fdd83e",
            );
        then.status(201)
            .json_body(json!({"_id": "c1", "name": "cast"}));
    });
    let program = || client_command("request_signing", &server, &["cast"]);
    let outcome = run(program().env("SIGNING_KEY", "secret")).exits_with(0);
    assert_eq!(outcome.stdout, "created c1\n");
    let outcome = run(program().env_remove("SIGNING_KEY")).exits_with(1);
    assert_eq!(outcome.stderr, "error: no signing key: set SIGNING_KEY\n");
}

#[test]
fn response_cache_uses_a_response_again_that_has_not_changed() {
    let server = MockServer::start();
    let path = "/v1.3/assets/a1";
    let first = server.mock(|when, then| {
        when.method(GET).path(path).header_missing("if-none-match");
        then.status(200)
            .header("etag", "\"e1\"")
            .json_body(json!({"_id": "a1", "status": "ready"}));
    });
    let second = server.mock(|when, then| {
        when.method(GET)
            .path(path)
            .header("if-none-match", "\"e1\"");
        then.status(304);
    });
    let outcome = client("response_cache", &server, &["a1"]).exits_with(0);
    insta::assert_snapshot!(outcome.stdout, @r"
    a1 is ready
    from the cache:
    a1 is ready
    ");
    first.assert();
    second.assert();
}

#[test]
fn record_replay_needs_no_server_after_the_first_time() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("assets.json");
    let cassette = |mode: &str, server: &MockServer| {
        run(example_with("record_replay", &["mock"])
            .arg(mode)
            .arg(&path)
            .env("TWELVE_LABS_API_KEY", KEY)
            .env("TWELVELABS_BASE_URL", server.url("/v1.3")))
    };
    let recorded = {
        let server = MockServer::start();
        for (number, id) in [("1", "a1"), ("2", "a2")] {
            server.mock(|when, then| {
                when.method(GET)
                    .path("/v1.3/assets")
                    .query_param("page", number);
                then.status(200)
                    .header("x-echo", KEY)
                    .json_body(json!({"data": [{"_id": id}], "page_info": {"total_page": 2}}));
            });
        }
        cassette("record", &server).exits_with(0)
    };
    assert_eq!(recorded.stdout, "a1\na2\n");
    let written = fs::read_to_string(&path).expect("the file is there");
    assert!(written.contains("\"url\": \"/assets?page=2\""), "{written}");
    assert!(!written.contains(KEY), "{written}");

    let empty = MockServer::start();
    let replayed = cassette("replay", &empty).exits_with(0);
    assert_eq!(replayed.stdout, recorded.stdout);

    // A failed run does not change the file.
    cassette("record", &empty).exits_with(1);
    assert_eq!(fs::read_to_string(&path).expect("the same file"), written);

    let changed = written.replace("page=1", "page=7");
    fs::write(&path, changed).expect("room");
    let outcome = cassette("replay", &empty).exits_with(1);
    let expected =
        "error: assets_list: middleware failed: `GET /assets?page=1` is not in the cassette";
    assert!(outcome.stderr.starts_with(expected), "{}", outcome.stderr);

    let usage = "error: usage: record_replay record|replay FILE\n";
    let without_file = run(&mut example_with("record_replay", &["mock"])).exits_with(1);
    assert_eq!(without_file.stderr, usage);
}

#[test]
fn paced_calls_prints_the_status_of_each_asset() {
    let server = MockServer::start();
    for (id, status) in [("a1", "ready"), ("a2", "processing")] {
        let path = format!("/v1.3/assets/{id}");
        answer(&server, GET, &path, json!({"_id": id, "status": status}));
    }
    let outcome = client("paced_calls", &server, &["a1", "a2", "a1"]).exits_with(0);
    insta::assert_snapshot!(outcome.stdout, @r"
    a1: ready
    a2: processing
    a1: ready
    ");
}

#[test]
fn create_once_sends_the_same_key_after_a_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/v1.3", listener.local_addr().expect("an address"));
    let server = thread::spawn(move || {
        let task = r#"{"task_id":"t1","status":"queued"}"#;
        let answers = ["", task].map(|body| {
            let (mut stream, _) = listener.accept().expect("a connection");
            let key = key_of(&stream);
            if !body.is_empty() {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                write!(stream, "{head}{body}").expect("an open connection");
            }
            (key, stream)
        });
        answers.map(|(key, _)| key)
    });
    let outcome = run(example("create_once")
        .args(["a1", "What happens?"])
        .env("TWELVE_LABS_API_KEY", KEY)
        .env("TWELVELABS_BASE_URL", address))
    .exits_with(0);
    assert_eq!(outcome.stdout, "task t1 is queued\n");
    let [first, second] = server.join().expect("two requests");
    assert_eq!(first.len(), 36);
    assert_eq!(first, second);
}

/// Reads the head of a request, and returns its idempotency key.
fn key_of(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream).lines();
    let lines = lines.map(|line| line.expect("a line"));
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let mut keys = head.iter();
    let key = keys.find_map(|line| line.strip_prefix("idempotency-key: "));
    key.unwrap_or_default().to_owned()
}

#[test]
fn errors_handles_each_kind_of_error() {
    let cases = [
        (
            200,
            json!({"task_id": "t1", "status": "canceled"}),
            "canceled",
        ),
        (
            409,
            json!({"message": "done"}),
            "there is nothing to cancel",
        ),
        (404, json!({}), "there is nothing to cancel"),
        (400, json!({"message": "no id"}), "invalid: no id"),
        (
            401,
            json!({"code": "api_key_invalid", "message": "The key has expired."}),
            "check the API key: The key has expired.",
        ),
        (
            403,
            json!({"code": "forbidden", "message": "Not yours."}),
            "check the API key: Not yours.",
        ),
    ];
    for (status, body, expected) in cases {
        let server = MockServer::start();
        server.mock(|when, then| {
            when.method(POST).path("/v1.3/analyze/tasks/t1/cancel");
            then.status(status).json_body(body);
        });
        let outcome = client("errors", &server, &["t1"]).exits_with(0);
        assert_eq!(outcome.stdout, format!("{expected}\n"));
    }
}

#[test]
fn unknown_values_prints_the_paths_of_what_is_unknown() {
    let server = MockServer::start();
    answer(
        &server,
        GET,
        "/v1.3/assets/a1",
        json!({"_id": "a1", "status": "dreaming", "owner": {"id": 1}}),
    );
    let mut command = example_with("unknown_values", &["tracing"]);
    command
        .arg("a1")
        .env("TWELVE_LABS_API_KEY", KEY)
        .env("TWELVELABS_BASE_URL", server.url("/v1.3"));
    let outcome = run(&mut command).exits_with(0);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    let [value, field, id] = lines.as_slice() else {
        panic!("{lines:?}");
    };
    assert!(
        value.ends_with(r#"operation="assets_retrieve" kind="value" path="status""#),
        "{value}"
    );
    assert!(
        field.ends_with(r#"operation="assets_retrieve" kind="field" path="owner""#),
        "{field}"
    );
    assert_eq!(*id, "a1");
}

#[test]
fn they_say_what_arguments_they_take() {
    let server = MockServer::start();
    for (name, usage) in [
        ("upload_and_wait", "VIDEO INDEX_ID"),
        ("upload_folder", "FOLDER"),
        ("search", "INDEX_ID TEXT"),
        ("analyze_stream", "ASSET_ID PROMPT"),
        ("bulk_embeddings", "FILE VIDEO_URL…"),
        ("request_signing", "NAME"),
        ("response_cache", "ASSET_ID"),
        ("create_once", "ASSET_ID PROMPT"),
        ("errors", "TASK_ID"),
    ] {
        let outcome = client(name, &server, &[]).exits_with(1);
        assert_eq!(outcome.stderr, format!("error: usage: {name} {usage}\n"));
    }
}

/// Mocks the response to requests for a path.
fn answer(server: &MockServer, method: Method, path: &str, body: Value) {
    server.mock(|when, then| {
        when.method(method).path(path).header("x-api-key", KEY);
        then.status(200).json_body(body);
    });
}

fn list_assets(server: &MockServer) -> Outcome {
    client("list_assets", server, &[])
}

/// Runs an example with the URL of the server.
fn client(name: &str, server: &MockServer, arguments: &[&str]) -> Outcome {
    run(&mut client_command(name, server, arguments))
}

fn client_command(name: &str, server: &MockServer, arguments: &[&str]) -> Command {
    let mut command = example(name);
    command
        .args(arguments)
        .env("TWELVE_LABS_API_KEY", KEY)
        .env("TWELVELABS_BASE_URL", format!("{}/v1.3", server.base_url()));
    command
}
