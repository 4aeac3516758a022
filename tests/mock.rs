//! The feature `mock` of the Twelve Labs client: how a program that uses the client
//! is tested without the API.

use serde_json::json;
use twelvelabs::mock::{self, MockServer};
use twelvelabs::types::{Asset, AssetList, AssetStatus};

fn page() -> AssetList {
    let asset = Asset::new().id("a1").status(AssetStatus::Ready);
    AssetList::new().data(vec![asset])
}

#[tokio::test]
async fn an_operation_answers_as_it_is_told() {
    let server = MockServer::start_async().await;
    let mocked = mock::assets::list(&server).answers(&page());
    let client = mock::client(&server).expect("a server on this machine");
    let answer = client.assets().list().send().await.expect("a response");
    assert_eq!(answer, page());
    mocked.assert();
}

#[tokio::test]
async fn a_failure_is_an_error_at_once() {
    let server = MockServer::start_async().await;
    let mocked = mock::assets::list(&server).fails(429, json!({"code": "too_many"}));
    let client = mock::client(&server).expect("a server on this machine");
    let error = client.assets().list().send().await.expect_err("a failure");
    assert!(error.is_rate_limited());
    assert_eq!(error.code(), Some("too_many"));
    mocked.assert_calls(1);
}

#[tokio::test]
async fn an_answer_may_be_for_some_requests_alone() {
    let server = MockServer::start_async().await;
    let second = mock::assets::list(&server)
        .when(|when| when.query_param("page", "2"))
        .answers(&page());
    let client = mock::client(&server).expect("a server on this machine");
    let list = || client.assets().list();
    list().page(2).send().await.expect("a response");
    assert!(list().send().await.is_err_and(|error| error.is_not_found()));
    second.assert_calls(1);
}

#[tokio::test]
async fn an_answer_may_be_of_ones_own() {
    let server = MockServer::start_async().await;
    mock::assets::list(&server).then(|then| then.status(200).body("no JSON"));
    let client = mock::client(&server).expect("a server on this machine");
    let error = client.assets().list().send().await.expect_err("no JSON");
    assert!(error.to_string().contains("the body is not JSON"));
}
