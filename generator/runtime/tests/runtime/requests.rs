//! The bytes of requests, including their headers.

use std::future::Future;
use std::time::Duration;

use crate::calls::Calls;
use crate::runtime::{Call, CallOptions, Client, Error, Operation};
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::server::{KEY, Server, Step, THINGS, answer, get, header, http_client_builder, things};

const AGENT: &str = concat!("client-runtime/", env!("CARGO_PKG_VERSION"));

fn header_lines(request: &str) -> Vec<String> {
    let (head, _) = request.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.lines().skip(1).map(str::to_lowercase).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn nothing_is_sent_that_was_not_asked_for() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    server.things::<Value>().await.unwrap();

    assert_eq!(server.request_line(), "GET /things HTTP/1.1");
    assert_eq!(
        header_lines(&server.requests()[0]),
        [
            "accept-encoding: gzip".to_owned(),
            "accept: */*".to_owned(),
            format!("host: {}", server.url.trim_start_matches("http://")),
            format!("user-agent: {AGENT}"),
            format!("x-api-key: {KEY}"),
        ]
    );
}

#[tokio::test]
async fn a_body_brings_its_own_headers_alone() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = server.client();
    let call = Call::new(&client, &THINGS, &CallOptions::new());
    let call = call.prepare(|raw| {
        let url = format!("{}/things", raw.baseurl);
        raw.client.post(url).json(&&json!({"name": "a"})).build()
    });
    call.json::<Value>().await.unwrap();

    let request = &server.requests()[0];
    let names: Vec<_> = header_lines(request)
        .iter()
        .filter_map(|line| Some(line.split_once(": ")?.0.to_owned()))
        .collect();
    assert_eq!(
        names,
        [
            "accept-encoding",
            "accept",
            "content-length",
            "content-type",
            "host",
            "user-agent",
            "x-api-key"
        ]
    );
    assert!(request.ends_with(r#"{"name":"a"}"#));
}

#[tokio::test]
async fn paths_are_below_the_path_of_the_base_address() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(format!("{}/api/v2/", server.url))
        .build()
        .unwrap();
    things::<Value>(&client).await.unwrap();
    assert_eq!(server.request_line(), "GET /api/v2/things HTTP/1.1");
}

#[tokio::test]
async fn the_calling_program_is_named_before_the_crate() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(&server.url)
        .user_agent("my-app/1.0")
        .build()
        .unwrap();
    things::<Value>(&client).await.unwrap();
    let expected = format!("my-app/1.0 {AGENT}");
    assert_eq!(
        header(&server.requests()[0], "user-agent"),
        Some(&*expected)
    );
}

#[tokio::test]
async fn the_key_is_always_the_clients_and_the_user_agent_may_be_the_callers() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = server.client();
    let mut request = get(&client, "/things");
    for (name, value) in [("x-api-key", "another"), ("user-agent", "caller")] {
        let value = HeaderValue::from_static(value);
        request
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
    }
    client
        .calls()
        .json::<Value>(request, &THINGS)
        .await
        .unwrap();

    let request = &server.requests()[0];
    assert_eq!(header(request, "x-api-key"), Some(KEY));
    assert_eq!(header(request, "user-agent"), Some("caller"));
}

#[tokio::test]
async fn an_own_http_client_sends_the_key_and_keeps_the_timeout() {
    let server = Server::start(|_| vec![Step::Wait(Duration::from_secs(30))]).await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(&server.url)
        .http_client(http_client_builder().build().unwrap())
        .timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let error = things::<Value>(&client).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(header(&server.requests()[0], "x-api-key"), Some(KEY));
}

#[tokio::test]
async fn a_request_to_another_host_is_refused_before_the_key_is_sent() {
    let other = Server::answering(answer("200 OK", "{}")).await;
    let client = Client::new(KEY).unwrap();
    let url = format!("{}/things", other.url);
    let request = reqwest::Request::new(http::Method::GET, url.parse().unwrap());
    let error = client
        .calls()
        .json::<Value>(request, &THINGS)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)));
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_header_or_url_that_cannot_be_sent_is_an_invalid_request() {
    const OPERATION: Operation = Operation::new("things_list", "/things");
    let client = Client::new(KEY).unwrap();
    let call = || Call::new(&client, &OPERATION, &CallOptions::new());
    let of_header = call().prepare(|_| {
        let header = HeaderValue::from_str("a\nb");
        header.map(|_| unreachable!()).map_err(Into::into)
    });
    let error = of_header.json::<Value>().await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)));

    let of_url = call().prepare(|raw| raw.client.get("no address".to_owned()).build());
    let error = of_url.json::<Value>().await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)));
    assert_eq!(
        error.to_string(),
        "things_list: invalid request: relative URL without a base"
    );
}

#[test]
fn the_futures_of_all_kinds_of_answer_are_send() {
    fn send(_: impl Future + Send) {}
    let client = Client::new(KEY).unwrap();
    const OPERATION: Operation = Operation::new("a", "/a");
    send(client.calls().json::<Value>(get(&client, "/a"), &OPERATION));
    send(client.calls().empty(get(&client, "/a"), &OPERATION));
    send(async {
        let answer = client.calls().bytes(get(&client, "/a"), &OPERATION).await?;
        answer.into_inner().collect().await
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_at_once_share_a_client_and_get_each_its_own_answer() {
    let server = Server::start(|request| {
        let line = request.lines().next().unwrap();
        let (_, rest) = line.split_once("n=").unwrap();
        let number = rest.split(' ').next().unwrap();
        vec![Step::Send(answer("200 OK", number))]
    })
    .await;
    let client = server.client();
    let calls: Vec<_> = (0..1000)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move {
                let options = CallOptions::new()
                    .query("n", number.to_string())
                    .timeout(Duration::from_secs(60))
                    .retries(5);
                let raw = client.calls().with_options(&options);
                let answer = raw.json::<u32>(get(&client, "/things"), &THINGS).await;
                assert_eq!(answer.unwrap().into_inner(), number);
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(server.requests().len(), 1000);
}

// An operation may define its own server.

async fn call_of_other_server(client: &Client, base_url: &str) -> Result<(), Error> {
    let base_url: &'static str = base_url.to_owned().leak();
    let operation = Operation::new("files_create", "/files").servers(vec![base_url].leak());
    let operation: &'static Operation = Box::leak(Box::new(operation));
    let call = Call::new(client, operation, &CallOptions::new());
    let call = call.prepare(|raw| raw.client.get(format!("{}/files", raw.baseurl)).build());
    call.empty().await.map(drop)
}

#[tokio::test]
async fn an_operation_on_another_server_is_called_there() {
    let other = Server::answering(answer("200 OK", "{}")).await;
    let client = Client::builder().api_key(KEY).build().unwrap();
    let base_url = format!("{}/v2", other.url);
    call_of_other_server(&client, &base_url).await.unwrap();
    assert_eq!(other.request_line(), "GET /v2/files HTTP/1.1");
}

#[tokio::test]
async fn an_operation_is_called_at_its_server_in_the_environment() {
    let [production, sandbox] = [
        Server::answering(answer("200 OK", "{}")).await,
        Server::answering(answer("200 OK", "{}")).await,
    ];
    let urls = [&production.url, &sandbox.url].map(|url| &*url.clone().leak());
    let operation = Operation::new("files_create", "/files").servers(Box::leak(Box::new(urls)));
    let operation: &'static Operation = Box::leak(Box::new(operation));
    for environment in [1, 0, 7] {
        let mut builder = Client::builder().api_key(KEY);
        builder.environment = environment;
        let client = builder.build().unwrap();
        let call = Call::new(&client, operation, &CallOptions::new());
        let call = call.prepare(|raw| raw.client.get(format!("{}/files", raw.baseurl)).build());
        call.empty().await.unwrap();
    }
    assert_eq!(
        [production.requests().len(), sandbox.requests().len()],
        [2, 1]
    );
}

#[tokio::test]
async fn a_base_url_that_is_set_is_that_of_all_operations() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = server.client();
    let elsewhere = "https://files.invalid/v2";
    call_of_other_server(&client, elsewhere).await.unwrap();
    assert_eq!(server.request_line(), "GET /files HTTP/1.1");
}

#[tokio::test]
async fn variables_fill_in_the_server_of_an_operation() {
    let other = Server::answering(answer("200 OK", "{}")).await;
    let host = other.url.strip_prefix("http://").unwrap();
    let client = Client::builder().api_key(KEY).server_variable(2, host);
    let client = client.build().unwrap();
    call_of_other_server(&client, "http://{index_host}/{version}")
        .await
        .unwrap();
    assert_eq!(other.request_line(), "GET /v1/files HTTP/1.1");
    assert_eq!(client.base_url(), "https://api.example.com/v1");
}

#[tokio::test]
async fn the_host_of_an_operation_ignores_case() {
    let other = Server::answering(answer("200 OK", "{}")).await;
    let port = other.url.rsplit_once(':').unwrap().1;
    let client = Client::builder()
        .api_key(KEY)
        .server_variable(2, format!("LocalHost:{port}"));
    let client = client.build().unwrap();
    call_of_other_server(&client, "http://{index_host}")
        .await
        .unwrap();
    assert_eq!(other.request_line(), "GET /files HTTP/1.1");
}

#[tokio::test]
async fn a_variable_without_a_default_needs_a_value() {
    let client = Client::builder().api_key(KEY).build().unwrap();
    let error = call_of_other_server(&client, "https://{index_host}/v2");
    let error = error.await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)));
    assert_eq!(
        error.to_string(),
        "files_create: invalid request: the URL of its server is incomplete: set the value with \
         `ClientBuilder::index_host`"
    );
}

#[tokio::test]
async fn a_base_url_that_is_set_needs_no_variables() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = server.client();
    let elsewhere = "https://{index_host}/v2";
    call_of_other_server(&client, elsewhere).await.unwrap();
    assert_eq!(server.request_line(), "GET /files HTTP/1.1");
}

#[tokio::test]
async fn a_base_url_with_a_variable_without_a_default_needs_its_value() {
    let builder = |template: &str| {
        let mut builder = Client::builder().api_key(KEY).base_url(template);
        // As set by an environment.
        builder.replaces_servers = false;
        builder
    };
    let client = builder("https://{index_host}").build().unwrap();
    let call = Call::new(&client, &THINGS, &CallOptions::new());
    let call = call.prepare(|raw| raw.client.get(format!("{}/things", raw.baseurl)).build());
    let text = call.empty().await.unwrap_err().to_string();
    assert!(text.contains("`ClientBuilder::index_host`"), "{text}");
    // An operation on another server does not need it.
    let server = Server::answering(answer("200 OK", "{}")).await;
    call_of_other_server(&client, &server.url).await.unwrap();

    let host = server.url.strip_prefix("http://").unwrap();
    let client = builder("http://{index_host}").server_variable(2, host);
    assert_eq!(client.build().unwrap().base_url(), server.url);
}
