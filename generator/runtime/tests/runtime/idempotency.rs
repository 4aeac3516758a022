//! Idempotency keys: the operations that send them, their lifetime, and their sources.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{Method, Request};
use serde_json::Value;

use crate::calls::Calls;
use crate::runtime::{
    CallOptions, Client, Credential, CredentialFuture, CredentialProvider, Error, Operation,
    Response,
};
use crate::server::{KEY, Server, Step, THINGS, answer, get, header};

const CREATE: Operation = Operation::new("things_create", "/things").idempotency("idempotency-key");

fn post(client: &Client) -> Request {
    let mut request = get(client, "/things");
    *request.method_mut() = Method::POST;
    request
}

async fn create(client: &Client, options: &CallOptions) -> Result<Response<Value>, Error> {
    let calls = client.calls().with_options(options);
    calls.json(post(client), &CREATE).await
}

/// Starts a server that executes these steps in order, and repeats the last one.
async fn server(steps: Vec<Vec<Step>>) -> Server {
    let next = AtomicUsize::new(0);
    Server::start(move |_| {
        let next = next.fetch_add(1, Ordering::Relaxed);
        steps[next.min(steps.len() - 1)].clone()
    })
    .await
}

fn sends(response: impl Into<Vec<u8>>) -> Vec<Step> {
    vec![Step::Send(response.into())]
}

fn keys(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let keys = requests
        .iter()
        .map(|request| header(request, "idempotency-key").unwrap_or_default());
    keys.map(str::to_owned).collect()
}

fn is_uuid(key: &str) -> bool {
    let lengths: Vec<usize> = key.split('-').map(str::len).collect();
    let hex = |c: char| c == '-' || c.is_ascii_digit() || ('a'..='f').contains(&c);
    lengths == [8, 4, 4, 4, 12] && key.chars().all(hex) && key.as_bytes()[14] == b'4'
}

#[tokio::test]
async fn each_call_has_a_key_of_its_own() {
    let server = server(vec![sends(answer("200 OK", "7"))]).await;
    let client = server.client();
    for _ in 0..2 {
        create(&client, &CallOptions::new()).await.unwrap();
    }
    let keys = keys(&server);
    assert!(keys.iter().all(|key| is_uuid(key)), "{keys:?}");
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn other_operations_have_none() {
    let server = server(vec![sends(answer("200 OK", "7"))]).await;
    server.things::<Value>().await.unwrap();
    assert_eq!(keys(&server), [""]);
}

#[tokio::test]
async fn all_attempts_have_the_same_key_also_after_a_timeout_and_a_redirect() {
    let busy = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n";
    let moved = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /things\r\ncontent-length: 0\r\n\r\n";
    let steps = vec![
        vec![Step::Wait(Duration::from_secs(30))],
        sends(busy),
        sends(moved),
        sends(answer("200 OK", "7")),
    ];
    let server = server(steps).await;
    let options = CallOptions::new()
        .retries(2)
        .timeout(Duration::from_millis(200));
    create(&server.client(), &options).await.unwrap();
    let keys = keys(&server);
    assert_eq!(keys.len(), 4);
    assert!(
        is_uuid(&keys[0]) && keys.iter().all(|key| *key == keys[0]),
        "{keys:?}"
    );
}

#[tokio::test]
async fn a_call_that_times_out_to_the_last_has_its_key_in_the_error() {
    let waiting = vec![
        vec![Step::Wait(Duration::from_secs(30))],
        sends(answer("200 OK", "7")),
    ];
    let server = server(waiting).await;
    let options = CallOptions::new().timeout(Duration::from_millis(200));
    let client = server.client();
    let error = create(&client, &options).await.unwrap_err();
    assert!(error.is_timeout());
    let key = error.idempotency_key().unwrap().to_owned();
    assert!(is_uuid(&key));
    create(&client, &CallOptions::new().idempotency_key(&key))
        .await
        .unwrap();
    assert_eq!(keys(&server), [key.clone(), key]);
}

#[tokio::test]
async fn at_the_deadline_no_further_attempt_is_made() {
    let server = server(vec![vec![Step::Wait(Duration::from_secs(30))]]).await;
    let options = CallOptions::new()
        .retries(2)
        .deadline(Duration::from_millis(200));
    let error = create(&server.client(), &options).await.unwrap_err();
    assert!(error.is_timeout() && error.idempotency_key().is_some());
    assert_eq!(error.attempts(), 1);
    assert_eq!(
        error.to_string(),
        "things_create: timed out: no success within 200ms"
    );
}

#[tokio::test]
async fn an_error_of_the_api_has_the_key() {
    let server = server(vec![sends(answer("409 Conflict", "{}"))]).await;
    let error = create(&server.client(), &CallOptions::new())
        .await
        .unwrap_err();
    assert!(error.is_conflict());
    assert_eq!(error.idempotency_key(), Some(keys(&server)[0].as_str()));
    let Error::Api(error) = error else {
        panic!("{error}")
    };
    assert!(error.idempotency_key().is_some());
}

#[tokio::test]
async fn a_header_of_the_request_or_the_options_is_the_key() {
    let server = server(vec![sends(answer("500 Internal Server Error", "{}"))]).await;
    let client = server.client();
    let mut request = post(&client);
    let parameter = "of the parameter".parse().unwrap();
    request.headers_mut().insert("idempotency-key", parameter);
    let options = CallOptions::new().idempotency_key("of the options");
    let calls = client.calls().with_options(&options);
    let error = calls.json::<Value>(request, &CREATE).await.unwrap_err();
    assert_eq!(error.idempotency_key(), Some("of the parameter"));
    let options = options.header("Idempotency-Key", "of the header");
    let error = create(&client, &options).await.unwrap_err();
    assert_eq!(error.idempotency_key(), Some("of the header"));
    assert_eq!(keys(&server), ["of the parameter", "of the header"]);
}

#[tokio::test]
async fn a_key_that_is_not_sent_is_refused() {
    let server = server(vec![sends(answer("200 OK", "7"))]).await;
    let client = server.client();
    let key = CallOptions::new().idempotency_key("k");
    let calls = client.calls().with_options(&key);
    let error = calls
        .json::<Value>(post(&client), &THINGS)
        .await
        .unwrap_err();
    assert!(error.is_invalid());
    assert_eq!(
        error.to_string(),
        "things_list: invalid request: the operation does not support idempotency keys; if the \
         API has a header for them, set the header"
    );
    let key = CallOptions::new().idempotency_key("a\nb");
    let error = create(&client, &key).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)));
    assert_eq!(server.requests().len(), 0);
}

struct Renewed(AtomicUsize);

impl CredentialProvider for Renewed {
    fn credential(&self) -> CredentialFuture<'_> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move { Ok(Credential::new(format!("credential-{number}"))) })
    }
}

#[tokio::test]
async fn a_renewed_credential_keeps_the_key() {
    let steps = vec![
        sends(answer("401 Unauthorized", "{}")),
        sends(answer("200 OK", "7")),
    ];
    let server = server(steps).await;
    let client = Client::builder()
        .credentials(Renewed(AtomicUsize::new(0)))
        .base_url(&server.url)
        .build()
        .unwrap();
    create(&client, &CallOptions::new()).await.unwrap();
    let keys = keys(&server);
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_ne!(KEY, keys[0]);
}
