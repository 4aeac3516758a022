//! Redirects are followed to where the request was sent, and nowhere else.

use client_runtime::Error;
use serde_json::Value;

use crate::server::{KEY, Server, Step, answer, header};

fn redirect(location: &str) -> Vec<u8> {
    format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .into_bytes()
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
        "things_list: 307 Temporary Redirect: redirect not followed"
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
