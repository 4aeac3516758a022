//! Options of a single call.

use std::time::Duration;

use crate::calls::Calls;
use crate::runtime::{CallOptions, ClientBuilder, Error, Operation, Response};
use serde_json::Value;

use crate::server::{KEY, Server, Step, THINGS, answer, get, header};

async fn call(server: &Server, options: &CallOptions) -> Result<Response<Value>, Error> {
    let client = server.client();
    let request = get(&client, "/things?page=1");
    client
        .calls()
        .with_options(options)
        .json(request, &THINGS)
        .await
}

async fn refusal(options: CallOptions) -> String {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let error = call(&server, &options).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)));
    assert_eq!(error.attempts(), 0);
    assert!(server.requests().is_empty());
    error.to_string()
}

#[tokio::test]
async fn headers_and_query_are_added_to_the_call() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let options = CallOptions::new()
        .header("X-Trace", "t1")
        .header("user-agent", "caller")
        .query("page", "2")
        .query("a b", "c&d=é");
    call(&server, &options).await.unwrap();

    assert_eq!(
        server.request_line(),
        "GET /things?page=1&page=2&a+b=c%26d%3D%C3%A9 HTTP/1.1"
    );
    let request = &server.requests()[0];
    assert_eq!(header(request, "x-trace"), Some("t1"));
    assert_eq!(header(request, "user-agent"), Some("caller"));
    assert_eq!(header(request, "x-api-key"), Some(KEY));
}

#[tokio::test]
async fn a_required_header_is_that_of_the_call_or_of_the_client() {
    const OPERATION: Operation =
        Operation::new("things_get", "/things").client_headers(&["example-tenant"]);
    let server = Server::answering(answer("200 OK", "{}")).await;
    let own = CallOptions::new().header("Example-Tenant", "own");
    for (tenant, options, expected) in [
        (Some("acme"), CallOptions::new(), Some("acme")),
        (Some("acme"), own.clone(), Some("own")),
        (None, own, Some("own")),
        (None, CallOptions::new(), None),
    ] {
        let builder = ClientBuilder::from_variables(|name| match name {
            "EXAMPLE_API_KEY" => Some(KEY.to_owned()),
            "EXAMPLE_TENANT" => tenant.map(str::to_owned),
            _ => None,
        });
        let client = builder.unwrap().base_url(&server.url).build().unwrap();
        let request = get(&client, "/things");
        let calls = client.calls().with_options(&options);
        let called: Result<Response<Value>, Error> = calls.json(request, &OPERATION).await;
        match expected {
            Some(expected) => {
                called.unwrap();
                let requests = server.requests();
                let sent = requests.last().and_then(|it| header(it, "example-tenant"));
                assert_eq!(sent, Some(expected));
            }
            None => assert_eq!(
                called.unwrap_err().to_string(),
                "things_get: invalid request: the header `example-tenant` is not set: set it with \
                 `ClientBuilder::tenant`, or in EXAMPLE_TENANT for `Client::from_env`"
            ),
        }
    }
}

#[tokio::test]
async fn a_header_replaces_the_one_of_the_same_name() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let options = CallOptions::new()
        .header("x-trace", "t1")
        .header("X-Trace", "t2");
    call(&server, &options).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(request.matches("x-trace: ").count(), 1);
    assert_eq!(header(request, "x-trace"), Some("t2"));
}

#[tokio::test]
async fn options_without_anything_change_nothing() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = server.client();
    let raw = client.calls().with_options(&CallOptions::new());
    raw.json::<Value>(get(&client, "/things"), &THINGS)
        .await
        .unwrap();
    assert_eq!(server.request_line(), "GET /things HTTP/1.1");
}

#[tokio::test]
async fn the_options_of_a_call_leave_the_client_as_it_is() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = server.client();
    let options = CallOptions::new().header("x-a", "1").header("x-a", "2");
    for calls in [client.calls().with_options(&options), client.calls()] {
        calls
            .json::<Value>(get(&client, "/things"), &THINGS)
            .await
            .unwrap();
    }

    let requests = server.requests();
    assert_eq!(header(&requests[0], "x-a"), Some("2"));
    assert_eq!(header(&requests[1], "x-a"), None);
}

#[tokio::test]
async fn an_invalid_header_is_an_error_without_its_value() {
    assert_eq!(
        refusal(CallOptions::new().header("x y", "secret")).await,
        "things_list: invalid request: `x y` is not a valid header name"
    );
    assert_eq!(
        refusal(CallOptions::new().header("x-y", "secret\r\nx-z: 1")).await,
        "things_list: invalid request: the value of the header `x-y` contains a character that is not allowed in a header"
    );
}

#[tokio::test]
async fn the_headers_of_the_client_alone_cannot_be_set() {
    for name in ["X-API-Key", "Host", "content-length", "Transfer-Encoding"] {
        let error = refusal(CallOptions::new().header(name, "1")).await;
        assert!(error.ends_with("is reserved for the client"), "{error}");
    }
}

#[tokio::test]
async fn a_timeout_holds_for_the_call() {
    let server = Server::start(|_| vec![Step::Wait(Duration::from_secs(30))]).await;
    let options = CallOptions::new().timeout(Duration::from_millis(100));
    let error = call(&server, &options).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.attempts(), 1);
}

#[test]
fn debug_shows_names_and_no_values() {
    let options = CallOptions::new()
        .retries(1)
        .header("authorization", "secret-1")
        .query("token", "secret-2");
    let text = format!("{options:?}");
    assert!(text.contains("retries: Some(1)"));
    assert!(text.contains(r#"headers: ["authorization"]"#));
    assert!(text.contains(r#"query: ["token"]"#));
    assert!(!text.contains("secret"));
}
