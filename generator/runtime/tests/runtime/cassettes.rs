//! Responses that are recorded in a file and replayed.

use std::fs;
use std::path::PathBuf;

use http::Method;
use httpmock::MockServer;
use reqwest::Request;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::calls::{Calls, multipart, upload};
use crate::runtime::mock::{Cassette, builder};
use crate::runtime::{Client, Error, Form, Middleware, Operation, Upload};
use crate::server::get;

const ITEMS: Operation = Operation::new("items", "*");
const KEY: &str = "key-0123456789";

/// A folder with the path of a cassette in it.
fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("cassettes/items.json");
    (folder, path)
}

fn recording(server: &MockServer, cassette: &Cassette) -> Client {
    let builder = builder(server).api_key(KEY).middleware(cassette.clone());
    builder.build().unwrap()
}

/// Returns a client that replays the file at a path.
fn replaying(path: &PathBuf) -> Client {
    let cassette = Cassette::replay(path).unwrap();
    assert!(!cassette.is_recording());
    cassette.builder().unwrap().build().unwrap()
}

async fn json(client: &Client, path: &str) -> Result<Value, Error> {
    let response = client.calls().json(get(client, path), &ITEMS).await?;
    Ok(response.into_inner())
}

fn post(client: &Client, body: &Value) -> Request {
    let mut request = get(client, "/items");
    *request.method_mut() = Method::POST;
    let media_type = "application/json".parse().unwrap();
    request.headers_mut().insert("content-type", media_type);
    *request.body_mut() = Some(body.to_string().into());
    request
}

/// Responds to a path with a body of a media type.
fn answer(server: &MockServer, path: &str, media_type: &str, body: impl AsRef<[u8]>) {
    server.mock(|when, then| {
        when.path(path);
        then.status(200)
            .header("content-type", media_type)
            .body(body);
    });
}

#[tokio::test]
async fn equal_requests_get_their_responses_in_order() {
    let (_folder, path) = place();
    let server = MockServer::start_async().await;
    let cassette = Cassette::open(&path).unwrap();
    assert!(cassette.is_recording());
    let client = recording(&server, &cassette);
    for number in [1, 2] {
        let mock = server.mock(|when, then| {
            when.path("/items").query_param("page", "1");
            then.status(200).json_body(json!({"number": number}));
        });
        assert_eq!(
            json(&client, "/items?page=1&size=5").await.unwrap()["number"],
            number
        );
        mock.delete_async().await;
    }
    assert!(
        json(&client, "/items?page=2")
            .await
            .unwrap_err()
            .is_not_found()
    );
    cassette.save().unwrap();

    let client = replaying(&path);
    assert!(
        json(&client, "/items?page=2")
            .await
            .unwrap_err()
            .is_not_found()
    );
    for number in [1, 2] {
        assert_eq!(
            json(&client, "/items?size=5&page=1").await.unwrap()["number"],
            number
        );
    }
}

#[tokio::test]
async fn the_file_is_readable() {
    let (_folder, path) = place();
    let server = MockServer::start_async().await;
    let cassette = Cassette::record(&path);
    let client = recording(&server, &cassette);
    server.mock(|when, then| {
        when.method("POST").path("/items");
        then.status(201)
            .header("content-type", "application/json; charset=utf-8")
            .header("link", "</a>; rel=\"next\"")
            .header("link", "</b>; rel=\"last\"")
            .header("set-cookie", "session=abc")
            .body(r#"{ "z": 1.10, "a": [1,2.50, 3], "b": [], "c": {"d": ["x, y", {}]} }"#);
    });
    answer(&server, "/text", "text/plain", "one\r\ntwo\n");
    answer(&server, "/bytes", "image/png", [0, 255]);
    let request = post(&client, &json!({"name": "a\"b"}));
    client.calls().json::<Value>(request, &ITEMS).await.unwrap();
    let text = client.calls().text(get(&client, "/text"), &ITEMS);
    text.await.unwrap();
    let bytes = client.calls().bytes(get(&client, "/bytes"), &ITEMS);
    bytes.await.unwrap();
    cassette.save().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let without_dates = text.lines().filter(|line| !line.contains("\"date\": "));
    let without_dates = without_dates.collect::<Vec<_>>().join("\n");
    let expected = r#"{
  "format": 1,
  "exchanges": [
    {
      "operation": "items",
      "request": {
        "method": "POST",
        "url": "/items",
        "json": {
          "name": "a\"b"
        }
      },
      "response": {
        "status": 201,
        "headers": {
          "content-type": "application/json; charset=utf-8",
          "link": [
            "</a>; rel=\"next\"",
            "</b>; rel=\"last\""
          ]
        },
        "json": {
          "z": 1.10,
          "a": [1, 2.50, 3],
          "b": [],
          "c": {
            "d": [
              "x, y",
              {}
            ]
          }
        }
      }
    },
    {
      "operation": "items",
      "request": {
        "method": "GET",
        "url": "/text"
      },
      "response": {
        "status": 200,
        "headers": {
          "content-type": "text/plain"
        },
        "text": [
          "one\r",
          "two",
          ""
        ]
      }
    },
    {
      "operation": "items",
      "request": {
        "method": "GET",
        "url": "/bytes"
      },
      "response": {
        "status": 200,
        "headers": {
          "content-type": "image/png"
        },
        "base64": "AP8="
      }
    }
  ]
}"#;
    let without_dates = without_dates.replace("utf-8\",\n        },", "utf-8\"\n        },");
    assert_eq!(
        without_dates.replace("\",\n        }", "\"\n        }"),
        expected
    );

    let client = replaying(&path);
    let request = post(&client, &json!({"name": "a\"b"}));
    let response = client.calls().json::<Value>(request, &ITEMS).await.unwrap();
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers().get_all("link").iter().count(), 2);
    assert_eq!(response.value()["c"]["d"][0], "x, y");
    let text = client.calls().text(get(&client, "/text"), &ITEMS);
    assert_eq!(text.await.unwrap().into_inner(), "one\r\ntwo\n");
    let bytes = client.calls().bytes(get(&client, "/bytes"), &ITEMS);
    let bytes = bytes.await.unwrap().into_inner();
    assert_eq!(bytes.collect().await.unwrap(), [0, 255][..]);
}

#[tokio::test]
async fn events_and_empty_responses_are_replayed() {
    let (_folder, path) = place();
    let server = MockServer::start_async().await;
    let cassette = Cassette::record(&path);
    let client = recording(&server, &cassette);
    answer(
        &server,
        "/events",
        "text/event-stream",
        "id: 5\ndata: 1\n\ndata: 2\n\n",
    );
    server.mock(|when, then| {
        when.path("/nothing");
        then.status(204);
    });
    let both = async |client: Client| {
        let events = client
            .calls()
            .events::<i64>(get(&client, "/events"), &ITEMS);
        let mut events = events.await.unwrap().into_inner();
        let mut all = Vec::new();
        while let Some(event) = events.next_event().await.unwrap() {
            all.push(event);
        }
        assert_eq!((all, events.last_event_id()), (vec![1, 2], Some("5")));
        let empty = client.calls().empty(get(&client, "/nothing"), &ITEMS);
        assert_eq!(empty.await.unwrap().status(), 204);
    };
    both(client).await;
    cassette.save().unwrap();
    both(replaying(&path)).await;
}

#[tokio::test]
async fn neither_keys_nor_signatures_are_written() {
    let (_folder, path) = place();
    let server = MockServer::start_async().await;
    let cassette = Cassette::record(&path);
    let client = recording(&server, &cassette);
    let signed = "https://b.example/k?X-Amz-Expires=60&x-amz-signature=SECRET1\
                  &X-Amz-Credential=SECRET2%2Fus&X-Amz-Security-Token=SECRET3";
    let body = json!({
        "key": KEY.to_uppercase(),
        "url": signed,
        "cdn": "https://c.example/k?Policy=SECRET4&Signature=SECRET5~_&Key-Pair-Id=SECRET6",
        "html": "<a href=\"https://d.example/?sv=1&amp;sig=SECRET7&amp;se=2\">",
        "nested": "/login?to=https%3A%2F%2Fe.example%2F%3Fsig%3DSECRET8%26x%3D1",
        "token": "OTHER-SECRET==",
        "session": "session-secret",
        "kept": "a signature=kept and the policy=kept",
    });
    // Some servers escape characters that are special in HTML.
    let escaped = body.to_string().replace("&x-amz", "\\u0026x-amz");
    let escaped = escaped.replace("SECRET1", "a\\/SECRET1\\u003d");
    server.mock(|when, then| {
        when.path("/items");
        then.status(200)
            .header("content-type", "application/json")
            .header("x-echo", format!("Bearer {KEY}"))
            .header("X-Api-Key", "SECRET9")
            .header("content-location", "/k?SIG=SECRET10#top")
            .body(escaped);
    });
    let mut sent = post(
        &client,
        &json!({"url": signed, "key": KEY, "token": "other-secret=="}),
    );
    let url = format!("{}/items?note={KEY}&Signature=SECRET11", client.base_url());
    *sent.url_mut() = url.parse().unwrap();
    let mut other = http::HeaderValue::from_static("Basic other-secret==");
    other.set_sensitive(true);
    sent.headers_mut().insert("x-other", other);
    let cookies = "theme=dark; session=session-secret".parse().unwrap();
    sent.headers_mut().insert("cookie", cookies);
    let request = sent.try_clone().unwrap();
    let response = client.calls().json::<Value>(request, &ITEMS).await.unwrap();
    let received = signed.replace("SECRET1", "a/SECRET1=");
    assert_eq!(response.value()["url"], received);
    cassette.save().unwrap();

    let text = fs::read_to_string(&path).unwrap();
    let lower = text.to_ascii_lowercase();
    assert!(!lower.contains("secret"), "{text}");
    assert!(!lower.contains(KEY), "{text}");
    for kept in [
        "X-Amz-Expires=60",
        "se=2",
        "%26x%3D1",
        "a signature=kept and the policy=kept",
        "SIG=[redacted]#top",
        "\"url\": \"/items?note=[redacted]&Signature=[redacted]\"",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }

    // A different key and different signatures match the same request.
    let client = replaying(&path);
    let mut request = post(
        &client,
        &json!({
            "url": signed.replace("SECRET", "OTHER"),
            "key": "key-of-a-cassette",
            "token": "other-secret==",
        }),
    );
    *request.headers_mut() = sent.headers().clone();
    let url = format!(
        "{}/items?note=key-of-a-cassette&Signature=b",
        client.base_url()
    );
    *request.url_mut() = url.parse().unwrap();
    client.calls().json::<Value>(request, &ITEMS).await.unwrap();
}

#[tokio::test]
async fn keys_in_queries_are_neither_written_nor_compared() {
    let (_folder, path) = place();
    let server = MockServer::start_async().await;
    let cassette = Cassette::record(&path);
    let client = recording(&server, &cassette);
    let body = json!({"next": "/items?page=2&ACCESS_KEY=secret-two", "echo": "SECRET-ONE"});
    answer(&server, "/items", "application/json", body.to_string());
    let sent = "/items?page=1&Access_Key=secret-one";
    json(&client, sent).await.unwrap();
    cassette.save().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.to_ascii_lowercase().contains("secret"), "{text}");
    let url = "\"url\": \"/items?page=1&Access_Key=[redacted]\"";
    assert!(text.contains(url), "{text}");
    let client = replaying(&path);
    json(&client, "/items?access_key=another-one&page=1")
        .await
        .unwrap();
}

#[tokio::test]
async fn bodies_of_forms_and_files_are_not_compared() {
    let (_folder, path) = place();
    let server = MockServer::start_async().await;
    let cassette = Cassette::record(&path);
    answer(&server, "/items", "application/json", "7");
    let both = async |client: Client, content: &'static str| {
        let request = || {
            let mut request = get(&client, "/items");
            *request.method_mut() = Method::POST;
            request
        };
        let file = || Upload::bytes("a.mp4", content);
        let form = multipart(request(), Form::new().file("file", &file()));
        client.calls().json::<i64>(form, &ITEMS).await.unwrap();
        let file = upload(request(), &file(), Some("video/mp4"));
        client.calls().json::<i64>(file, &ITEMS).await.unwrap();
    };
    both(recording(&server, &cassette), "a").await;
    cassette.save().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("\"unrecorded\": \"multipart/form-data\""),
        "{text}"
    );
    both(replaying(&path), "b").await;
}

#[tokio::test]
async fn a_request_without_a_response_is_an_error_that_names_both() {
    let (_folder, path) = place();
    let server = MockServer::start_async().await;
    let cassette = Cassette::record(&path);
    let client = recording(&server, &cassette);
    answer(&server, "/items", "application/json", "7");
    json(&client, "/items?page=1").await.unwrap();
    let request = post(&client, &json!({"a": 1}));
    client.calls().json::<Value>(request, &ITEMS).await.unwrap();
    cassette.save().unwrap();

    let client = replaying(&path);
    let text = |error: Error| {
        let text = error.to_string();
        assert!(matches!(error, Error::Middleware(_)), "{text}");
        text.replace(&path.display().to_string(), "items.json")
    };
    let missing = json(&client, "/items?page=2").await.unwrap_err();
    assert_eq!(
        text(missing),
        "items: middleware failed: `GET /items?page=2` is not in the cassette `items.json`, which \
         has `GET /items?page=1`, `POST /items`"
    );
    let request = post(&client, &json!({"a": 2}));
    let other = client.calls().json::<Value>(request, &ITEMS).await;
    assert_eq!(
        text(other.unwrap_err()),
        "items: middleware failed: `POST /items` is recorded with another body in the cassette \
         `items.json`: `{\"a\":2}` was sent, but `{\"a\":1}` is recorded"
    );
    json(&client, "/items?page=1").await.unwrap();
    let again = json(&client, "/items?page=1").await.unwrap_err();
    assert_eq!(
        text(again),
        "items: middleware failed: `GET /items?page=1` is recorded once in the cassette \
         `items.json`, but was sent again"
    );
}

#[tokio::test]
async fn a_file_is_replaced_as_a_whole_when_it_is_saved() {
    let (folder, path) = place();
    let server = MockServer::start_async().await;
    answer(&server, "/items", "application/json", "7");
    Cassette::record(&path).save().unwrap();
    let old = fs::read_to_string(&path).unwrap();

    let cassette = Cassette::record(&path);
    let client = recording(&server, &cassette);
    json(&client, "/items").await.unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), old);
    cassette.save().unwrap();
    assert_ne!(fs::read_to_string(&path).unwrap(), old);
    let files = fs::read_dir(path.parent().unwrap()).unwrap();
    assert_eq!(files.count(), 1);

    let folder = Cassette::record(folder.path().join("cassettes"));
    let error = folder.save().unwrap_err().to_string();
    assert!(
        error.starts_with("middleware failed: cannot write the cassette"),
        "{error}"
    );
}

#[tokio::test]
async fn a_request_that_was_not_answered_is_not_recorded() {
    let (_folder, path) = place();
    let cassette = Cassette::record(&path);
    let client = Client::builder()
        .api_key(KEY)
        .base_url("http://127.0.0.1:1")
        .retries(0)
        .middleware(cassette.clone());
    assert!(
        json(&client.build().unwrap(), "/items")
            .await
            .unwrap_err()
            .is_connect()
    );
    cassette.save().unwrap();
    let error = json(&replaying(&path), "/items")
        .await
        .unwrap_err()
        .to_string();
    assert!(error.ends_with("which is empty"), "{error}");
}

#[test]
fn a_file_that_is_no_cassette_is_an_error_with_its_path() {
    let (folder, path) = place();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for (text, reason) in [
        ("{", "EOF while parsing"),
        ("{}", "`format` is missing"),
        (
            r#"{"format": 2}"#,
            "its format is 2, but this version reads 1: record it again",
        ),
        (
            r#"{"format": 1, "exchanges": [{}]}"#,
            "exchange 1: `request` is missing",
        ),
    ] {
        fs::write(&path, text).unwrap();
        let error = Cassette::replay(&path).unwrap_err().to_string();
        assert!(
            error.contains("items.json`: ") && error.contains(reason),
            "{error}"
        );
    }
    let missing = Cassette::replay(folder.path().join("other.json")).unwrap_err();
    assert!(missing.to_string().contains("other.json"), "{missing}");
}

#[test]
fn a_cassette_is_a_middleware_that_threads_share() {
    fn check(_: impl Middleware + Clone + Send + Sync + 'static) {}
    check(Cassette::record("a.json"));
}
