//! What a successful answer becomes.

use client_runtime::null_as_default;
use serde::Deserialize;
use serde_json::Value;

use crate::server::{Server, THINGS, answer, get};

#[derive(Debug, Deserialize)]
struct Things {
    #[serde(default, deserialize_with = "null_as_default")]
    data: Vec<i64>,
    #[serde(default, deserialize_with = "null_as_default")]
    next: Option<String>,
}

#[tokio::test]
async fn an_answer_has_value_status_and_headers() {
    let server = Server::answering(answer("201 Created", r#"{"data":[1]}"#)).await;
    let answer = server.things::<Things>().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["x-request-id"], "r1");
    assert_eq!(answer.value().data, [1]);
    assert_eq!(answer.map(|things| things.data.len()).into_inner(), 1);
}

#[tokio::test]
async fn null_is_absence_and_a_field_nobody_knows_is_ignored() {
    let body = r#"{"data":null,"next":null,"new":{"a":[]}}"#;
    let server = Server::answering(answer("200 OK", body)).await;
    let things = server.things::<Things>().await.unwrap().into_inner();
    assert!(things.data.is_empty());
    assert_eq!(things.next, None);
}

#[test]
fn null_alone_is_the_default() {
    let read = |json| serde_json::from_str::<Things>(json);
    assert!(read("{}").unwrap().data.is_empty());
    assert!(read(r#"{"data":"a"}"#).is_err());
    assert!(read(r#"{"data":[null]}"#).is_err());
}

#[tokio::test]
async fn an_answer_without_content_is_its_status() {
    for raw in [
        answer("204 No Content", ""),
        answer("200 OK", ""),
        answer("202 Accepted", "not looked at"),
    ] {
        let server = Server::answering(raw).await;
        let client = server.client();
        let request = get(&client, "/things");
        let answer = client.raw().empty(request, &THINGS).await.unwrap();
        assert!(answer.status().is_success());
        assert_eq!(answer.headers()["x-request-id"], "r1");
    }
}

#[tokio::test]
async fn a_text_is_read_as_it_is() {
    for (body, text) in [
        (&b""[..], ""),
        (
            "1\n00:01 --> 00:02\nGrüße".as_bytes(),
            "1\n00:01 --> 00:02\nGrüße",
        ),
        (b"\xffa", "\u{fffd}a"),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        let server = Server::answering([head.as_bytes(), body].concat()).await;
        let client = server.client();
        let request = get(&client, "/things");
        let answer = client.raw().text(request, &THINGS).await.unwrap();
        assert_eq!(answer.value(), text);
    }
}

#[tokio::test]
async fn a_clone_of_the_client_calls_the_same_server() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = server.client().clone();
    crate::server::things::<Value>(&client).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}
