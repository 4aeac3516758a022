//! A local server that sends the given response to each call, and records the request.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use httpmock::MockServer;
use httpmock::prelude::{HttpMockRequest, HttpMockResponse};
use serde_json::Value;
use twelvelabs::{Client, Error};

use crate::answers::Operation;
use crate::calls::{Answer, Sent};
use crate::request::{BASE, Request};

/// A server for all calls, and the client that calls it.
pub(crate) struct Server {
    client: Client,
    answer: Arc<Mutex<HttpMockResponse>>,
    requests: Arc<Mutex<Vec<HttpMockRequest>>>,
    _server: MockServer,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let server = MockServer::start_async().await;
        let answer = Arc::new(Mutex::new(HttpMockResponse::builder().build()));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (next, record) = (Arc::clone(&answer), Arc::clone(&requests));
        let respond = move |request: &HttpMockRequest| {
            record
                .lock()
                .expect("nobody panics with it")
                .push(request.clone());
            next.lock().expect("nobody panics with it").clone()
        };
        server
            .mock_async(|when, then| {
                when.any_request();
                then.respond_with(respond);
            })
            .await;
        let client = Client::builder()
            .api_key("tlk_secret")
            .base_url(format!("{}{BASE}", server.base_url()))
            .deadline(Duration::from_secs(10))
            .retries(0)
            .build()
            .expect("a good configuration");
        Self {
            client,
            answer,
            requests,
            _server: server,
        }
    }

    /// Makes a call, sends its response, and returns the result of the client and its request.
    pub(crate) async fn call(
        &self,
        call: fn(&Client) -> Sent,
        operation: &Operation,
        answer: &Value,
    ) -> (Result<Answer, Error>, Request) {
        *self.answer.lock().expect("nobody panics with it") = operation.respond(answer);
        let read = call(&self.client).await;
        let requests = std::mem::take(&mut *self.requests.lock().expect("nobody panics with it"));
        assert_eq!(requests.len(), 1, "a call is one request: {read:?}");
        (read, Request::received(&requests[0]).await)
    }
}
