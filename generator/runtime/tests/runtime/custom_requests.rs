//! Requests to undocumented endpoints.

use std::time::Duration;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::runtime::{CallOptions, Client, Error, Form, Request};
use crate::server::{KEY, Server, Step, answer, header};

#[derive(Debug, Deserialize, PartialEq)]
struct Usage {
    minutes: u32,
}

/// Returns the text after the head of a request.
fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").unwrap().1
}

#[tokio::test]
async fn an_undocumented_endpoint_is_called_with_the_clients_key() {
    let server = Server::answering(answer("200 OK", r#"{"minutes":7}"#)).await;
    let usage: Usage = server
        .client()
        .request(Method::POST, "/usage/a%2Fb")
        .query("from", "2026-01-01")
        .query("limit", 5)
        .header("x-preview", "on")
        .json(&["a"])
        .send_as()
        .await
        .unwrap();
    assert_eq!(usage, Usage { minutes: 7 });
    assert_eq!(
        server.request_line(),
        "POST /usage/a%2Fb?from=2026-01-01&limit=5 HTTP/1.1"
    );
    let request = &server.requests()[0];
    assert_eq!(header(request, "x-api-key"), Some(KEY));
    assert_eq!(header(request, "x-preview"), Some("on"));
    assert_eq!(header(request, "content-type"), Some("application/json"));
    assert_eq!(header(request, "example-version"), Some("2025-06-26"));
    assert_eq!(body(request), r#"["a"]"#);
}

#[tokio::test]
async fn the_whole_response_is_at_hand() {
    let server = Server::answering(answer("202 Accepted", "not JSON")).await;
    let request = server.client().request(Method::GET, "/raw");
    let response = request.send_with_response().await.unwrap();
    assert_eq!(response.status(), 202);
    assert_eq!(response.bytes(), "not JSON");
    assert_eq!(response.into_inner(), "not JSON");
}

#[tokio::test]
async fn a_body_of_another_media_type_is_sent() {
    let server = Server::answering(answer("200 OK", "")).await;
    let request = || server.client().request(Method::PUT, "/raw");
    request().body("a,b").send().await.unwrap();
    let csv = request().body("a,b").header("content-type", "text/csv");
    csv.send().await.unwrap();
    let form = request().form(Form::new().field("a", &1));
    form.send().await.unwrap();
    let requests = server.requests();
    let media_types: Vec<_> = requests
        .iter()
        .map(|request| header(request, "content-type").unwrap())
        .collect();
    assert_eq!(media_types[..2], ["application/octet-stream", "text/csv"]);
    assert!(media_types[2].starts_with("multipart/form-data; boundary="));
    assert_eq!(body(&requests[0]), "a,b");
}

#[tokio::test]
async fn an_undocumented_endpoint_has_the_retries_and_errors_of_the_others() {
    let server = Server::answering(answer("500 Oh No", r#"{"code":"c","message":"m"}"#)).await;
    let request = server.client().request(Method::GET, "/usage");
    let options = CallOptions::new()
        .retries(1)
        .deadline(Duration::from_secs(5));
    let error = request.with_options(options).send().await.unwrap_err();
    assert_eq!(error.code(), Some("c"));
    assert_eq!(error.attempts(), 2);
    assert_eq!(
        error.to_string(),
        "request: 500 Internal Server Error: c: m (after 2 attempts)"
    );
}

#[tokio::test]
async fn a_path_outside_the_base_url_is_refused() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(format!("{}/v1", server.url))
        .build()
        .unwrap();
    for path in [
        "/../other",
        "/a/../../other",
        "/%2e%2e/other",
        "other",
        "@other.test/",
        ".other.test/",
        ":80/",
    ] {
        let error = client.request(Method::GET, path).send().await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{path}: {error}");
    }
    assert!(server.requests().is_empty());
    for (path, expected) in [
        ("/a/../b", "/v1/b"),
        ("//other.test/", "/v1//other.test/"),
        ("?a=1", "/v1?a=1"),
    ] {
        client.request(Method::GET, path).send().await.unwrap();
        let requests = server.requests();
        let line = requests.last().unwrap().lines().next().unwrap();
        assert_eq!(line, format!("GET {expected} HTTP/1.1"));
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_json_is_not_sent() {
    struct Unwritable;
    impl Serialize for Unwritable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no"))
        }
    }
    let server = Server::answering(answer("200 OK", "{}")).await;
    let request = || server.client().request(Method::POST, "/usage");
    let error = request().json(&Unwritable).send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "request: invalid request: the body cannot be serialized as JSON: no"
    );
    for form in [
        Form::new().field("unit", &Unwritable),
        Form::new().field("unit", &Unwritable).field("month", &7),
    ] {
        let error = request().form(form).send().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "request: invalid request: the field `unit` cannot be sent in a form: no"
        );
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_response_of_another_type_is_an_error_with_its_body() {
    let server = Server::answering(answer("200 OK", r#"{"minutes":"7"}"#)).await;
    let request = server.client().request(Method::GET, "/usage");
    let error = request.send_as::<Usage>().await.unwrap_err();
    assert_eq!(error.body().unwrap(), r#"{"minutes":"7"}"#);
    let text = error.to_string();
    assert!(
        text.starts_with("request: 200 OK: the body does not match: invalid type: string"),
        "{text}"
    );
}

#[tokio::test]
async fn an_empty_response_is_null() {
    let server = Server::start(|_| vec![Step::Send(answer("204 No Content", ""))]).await;
    let request = server.client().request(Method::DELETE, "/usage");
    let none = request.send_as::<Option<Usage>>().await.unwrap();
    assert_eq!(none, None);
}

#[tokio::test]
async fn a_response_is_read_as_a_stream() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    let server = Server::answering(format!("{head}data: 1\n\n")).await;
    let request = || server.client().request(Method::GET, "/events");
    let stream = request().send_stream().await.unwrap();
    assert_eq!(stream.collect().await.unwrap(), "data: 1\n\n");
    let error = request().send().await.unwrap_err();
    assert!(error.to_string().contains("event stream"), "{error}");
}

#[tokio::test]
async fn generic_code_sends_it_like_any_request() {
    async fn send<R: Request>(request: R) -> Result<R::Output, Error> {
        request.send().await
    }
    let server = Server::answering(answer("200 OK", "ok")).await;
    let request = server.client().request(Method::GET, "/usage");
    assert_eq!(send(request).await.unwrap(), "ok");
}
