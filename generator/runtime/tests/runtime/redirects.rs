//! Redirects are followed only to the origin of the request.

use std::time::Duration;

use crate::calls::{self, Calls};
use crate::runtime::{Client, Error, Outgoing, Upload};
use reqwest::{Body, Method, Request};
use serde_json::Value;

use crate::server::{KEY, Server, Step, THINGS, answer, get, header, http_client_builder, things};

fn redirect(location: &str) -> Vec<u8> {
    redirect_by("307 Temporary Redirect", &format!("location: {location}"))
}

/// Returns a response with this status and this header line.
fn redirect_by(status: &str, header: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{header}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .into_bytes()
}

/// Starts a server that redirects from `/things` to `/moved`.
async fn moved(status: &'static str) -> Server {
    Server::start(move |request| {
        let is_moved = request.contains(" /moved?");
        vec![Step::Send(if is_moved {
            answer("200 OK", "7")
        } else {
            redirect_by(status, "location: /moved?token=secret")
        })]
    })
    .await
}

/// Returns a request by this method, with a body.
fn request(server: &Server, method: Method) -> Request {
    let mut request = get(&server.client(), "/things");
    *request.method_mut() = method;
    *request.body_mut() = Some(Body::from("body"));
    request
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_with_the_key() {
    let server = Server::start(|request| {
        vec![Step::Send(if request.starts_with("GET /things ") {
            redirect("/moved")
        } else {
            answer("200 OK", r#"{"a":1}"#)
        })]
    })
    .await;
    let answer = server.things::<Value>().await.unwrap();
    assert_eq!(answer.value()["a"], 1);

    let second = &server.requests()[1];
    assert!(second.starts_with("GET /moved "));
    assert_eq!(header(second, "x-api-key"), Some(KEY));
    assert_eq!(header(second, "referer"), None);
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_an_error_and_the_other_hears_nothing() {
    let other = Server::answering(answer("200 OK", "{}")).await;
    let server = Server::answering(redirect(&format!("{}/things", other.url))).await;
    let error = server.error().await;

    assert!(matches!(error, Error::Api(_)));
    assert_eq!(
        error.to_string(),
        format!(
            "things_list: 307 Temporary Redirect: redirect to {}/things not followed: \
             its target has another origin",
            other.url
        )
    );
    assert_eq!(
        error.headers().unwrap()["location"],
        format!("{}/things", other.url)
    );
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn another_name_of_the_same_machine_is_another_origin() {
    let other = Server::answering(answer("200 OK", "{}")).await;
    let location = other.url.replace("127.0.0.1", "localhost");
    let server = Server::answering(redirect(&location)).await;
    assert_eq!(server.error().await.status().unwrap(), 307);
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn ten_redirects_are_followed_and_no_more() {
    let server = Server::answering(redirect("/things")).await;
    assert_eq!(server.error().await.status().unwrap(), 307);
    assert_eq!(server.requests().len(), 11);
}

#[tokio::test]
async fn the_method_and_the_body_stay_as_they_are() {
    for status in ["307 Temporary Redirect", "308 Permanent Redirect"] {
        let server = moved(status).await;
        let request = request(&server, Method::POST);
        let raw = server.client().calls();
        raw.json::<u8>(request, &THINGS).await.unwrap();
        let second = &server.requests()[1];
        assert!(second.starts_with("POST /moved?"), "{second}");
        assert!(second.ends_with("\r\n\r\nbody"), "{second}");
    }
}

#[tokio::test]
async fn no_call_that_changes_something_becomes_one_that_reads() {
    for status in ["301 Moved Permanently", "302 Found", "303 See Other"] {
        for method in [Method::POST, Method::PATCH, Method::PUT, Method::DELETE] {
            let server = moved(status).await;
            let request = request(&server, method.clone());
            let raw = server.client().calls();
            let error = raw.json::<u8>(request, &THINGS).await.unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "things_list: {status}: redirect to {}/moved not followed: \
                     it would change {method} to GET",
                    server.url
                )
            );
            assert_eq!(server.requests().len(), 1);
        }
        let server = moved(status).await;
        assert_eq!(server.things::<u8>().await.unwrap().into_inner(), 7);
    }
}

#[tokio::test]
async fn a_file_that_can_be_opened_again_is_sent_to_where_it_is_redirected() {
    let server = moved("307 Temporary Redirect").await;
    let raw = server.client().calls();
    let request = || {
        let mut request = get(&server.client(), "/things");
        *request.method_mut() = Method::POST;
        request
    };
    let upload = Upload::bytes("a.bin", "content");
    let outgoing = calls::upload(request(), &upload, None);
    raw.json::<u8>(outgoing, &THINGS).await.unwrap();
    assert!(server.requests()[1].ends_with("\r\n\r\ncontent"));

    let chunks = futures_util::stream::iter([Ok::<_, std::io::Error>("content")]);
    let upload = Upload::stream(chunks);
    let outgoing = calls::upload(request(), &upload, None);
    let error = raw.json::<u8>(outgoing, &THINGS).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 307);
    let error = error.to_string();
    assert!(error.ends_with("can be read only once"), "{error}");
}

#[tokio::test]
async fn a_redirect_to_nowhere_says_so_and_304_is_none() {
    for header in ["x: y", "location: http://"] {
        let server = Server::answering(redirect_by("302 Found", header)).await;
        assert_eq!(
            server.error().await.to_string(),
            "things_list: 302 Found: redirect not followed: it has no valid `location` header"
        );
    }
    let server = Server::answering(redirect_by("304 Not Modified", "location: /moved")).await;
    assert_eq!(
        server.error().await.to_string(),
        "things_list: 304 Not Modified"
    );
}

#[tokio::test]
async fn the_http_client_of_the_caller_keeps_its_policy() {
    let server = moved("302 Found").await;
    for (policy, succeeds) in [
        (reqwest::redirect::Policy::default(), true),
        (reqwest::redirect::Policy::none(), false),
    ] {
        let http_client = http_client_builder().redirect(policy);
        let client = Client::builder()
            .api_key(KEY)
            .base_url(&server.url)
            .http_client(http_client.build().unwrap())
            .build()
            .unwrap();
        assert_eq!(things::<u8>(&client).await.is_ok(), succeeds);
    }
}

#[tokio::test]
async fn the_time_for_an_attempt_holds_for_all_redirects() {
    let server = Server::start(|_| {
        let wait = Step::Wait(Duration::from_millis(150));
        vec![wait, Step::Send(redirect("/things"))]
    })
    .await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(&server.url)
        .timeout(Duration::from_millis(400))
        .build()
        .unwrap();
    assert!(things::<Value>(&client).await.unwrap_err().is_timeout());
    assert!(server.requests().len() < 4);
}
