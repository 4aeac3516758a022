//! Default options of a client, and derived clients.

use std::time::Duration;

use serde_json::Value;

use crate::calls::Calls;
use crate::runtime::{CallOptions, Client, ClientBuilder};
use crate::server::{KEY, Server, answer, get, header, things};

fn builder(server: &Server) -> ClientBuilder {
    Client::builder().api_key(KEY).base_url(&server.url)
}

async fn call(client: &Client, options: CallOptions) {
    let request = get(client, "/things");
    let calls = client.calls().with_options(&options);
    calls
        .json::<Value>(request, &crate::server::THINGS)
        .await
        .unwrap();
}

#[tokio::test]
async fn all_calls_have_the_headers_and_query_parameters_of_the_client() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server)
        .header("x-tenant", "t1")
        .query("region", "eu")
        .build()
        .unwrap();
    call(&client, CallOptions::new()).await;
    assert_eq!(server.request_line(), "GET /things?region=eu HTTP/1.1");
    assert_eq!(header(&server.requests()[0], "x-tenant"), Some("t1"));
}

#[tokio::test]
async fn a_call_removes_what_the_client_adds() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server)
        .header("x-tenant", "t1")
        .query("region", "eu")
        .query("kept", "1")
        .build()
        .unwrap();
    let options = CallOptions::new()
        .without_header("X-Tenant")
        .without_query("region");
    call(&client, options).await;
    assert_eq!(server.request_line(), "GET /things?kept=1 HTTP/1.1");
    assert_eq!(header(&server.requests()[0], "x-tenant"), None);
}

#[tokio::test]
async fn a_removed_query_parameter_stays_removed_if_more_options_are_added() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server).query("tenant", "a").build().unwrap();
    let request = client.request(http::Method::GET, "/things");
    request
        .with_options(CallOptions::new().without_query("tenant"))
        .with_options(CallOptions::new().header("x-job", "7"))
        .send()
        .await
        .unwrap();
    assert_eq!(server.request_line(), "GET /things HTTP/1.1");
}

#[tokio::test]
async fn a_call_replaces_what_the_client_adds() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server)
        .header("x-tenant", "t1")
        .query("region", "eu")
        .build()
        .unwrap();
    let options = CallOptions::new()
        .header("x-tenant", "t2")
        .without_query("region")
        .query("region", "us");
    call(&client, options).await;
    assert_eq!(server.request_line(), "GET /things?region=us HTTP/1.1");
    assert_eq!(header(&server.requests()[0], "x-tenant"), Some("t2"));
}

#[tokio::test]
async fn the_key_cannot_be_removed() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server).build().unwrap();
    let options = CallOptions::new().without_header("x-api-key");
    let calls = client.calls().with_options(&options);
    let request = get(&client, "/things");
    let call = calls.json::<Value>(request, &crate::server::THINGS);
    assert_eq!(
        call.await.unwrap_err().to_string(),
        "things_list: invalid request: the header `x-api-key` is reserved for the client"
    );
}

#[tokio::test]
async fn a_derived_client_has_its_own_options_and_shares_the_rest() {
    let server = Server::answering(answer("500 Oh No", "{}")).await;
    let client = builder(&server)
        .header("x-tenant", "t1")
        .retries(0)
        .build()
        .unwrap();
    let derived = client.with_options(CallOptions::new().header("x-job", "7"));
    let patient = derived.with_options(CallOptions::new().retries(1));
    for (client, attempts) in [(&client, 1), (&derived, 1), (&patient, 2)] {
        let error = things::<Value>(client).await.unwrap_err();
        assert_eq!(error.attempts(), attempts);
    }
    let requests = server.requests();
    let jobs = requests.iter().map(|request| header(request, "x-job"));
    assert_eq!(
        jobs.collect::<Vec<_>>(),
        [None, Some("7"), Some("7"), Some("7")]
    );
    let is_of_tenant = |request: &String| header(request, "x-tenant") == Some("t1");
    assert!(requests.iter().all(is_of_tenant));
    assert_eq!(derived.base_url(), client.base_url());
}

#[tokio::test]
async fn options_of_a_call_override_those_of_a_derived_client() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server).build().unwrap();
    let derived = client.with_options(
        CallOptions::new()
            .header("x-job", "7")
            .timeout(Duration::from_secs(1)),
    );
    call(&derived, CallOptions::new().header("x-job", "8")).await;
    assert_eq!(header(&server.requests()[0], "x-job"), Some("8"));
}
