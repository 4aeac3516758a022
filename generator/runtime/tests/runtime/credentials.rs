//! The keys that a call sends, their sources, and their redaction everywhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::calls::Calls;
use crate::runtime::{
    CallOptions, Client, ClientBuilder, ClientCredentials, Credential, CredentialFuture,
    CredentialProvider, EnvironmentKey, Error, Operation,
};
use crate::server::{Server, Step, THINGS, answer, get, header};

const PUBLIC: Operation = Operation::new("things_list", "/things").security(&[]);
const OF_THE_APP: Operation = Operation::new("things_list", "/things").security(&[&[1]]);
const BOTH: Operation = Operation::new("things_list", "/things").security(&[&[1, 2], &[0, 2]]);

fn builder(server: &Server) -> ClientBuilder {
    Client::builder().base_url(&server.url).retries(0)
}

async fn call(client: &Client, operation: &'static Operation) -> Result<Value, Error> {
    let calls = client.calls();
    let response = calls
        .json::<Value>(get(client, "/things"), operation)
        .await?;
    Ok(response.into_inner())
}

/// A provider of the credentials `key-00000001`, `key-00000002`, and so on.
#[derive(Clone, Default)]
struct Counter {
    asked: Arc<AtomicUsize>,
    lifetime: Option<Duration>,
}

impl CredentialProvider for Counter {
    fn credential(&self) -> CredentialFuture<'_> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            let credential = Credential::new(format!("key-{number:08}"));
            Ok(match self.lifetime {
                Some(lifetime) => credential.expires_in(lifetime),
                None => credential,
            })
        })
    }
}

#[tokio::test]
async fn calls_that_wait_for_a_credential_share_it() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let counter = Counter::default();
    let client = builder(&server)
        .credentials(counter.clone())
        .build()
        .unwrap();
    let calls = (0..5).map(|_| call(&client, &THINGS));
    for result in futures_util::future::join_all(calls).await {
        result.unwrap();
    }
    call(&client, &THINGS).await.unwrap();
    assert_eq!(counter.asked.load(Ordering::SeqCst), 1);
    for request in server.requests() {
        assert_eq!(header(&request, "x-api-key"), Some("key-00000001"));
    }
}

#[tokio::test]
async fn a_credential_is_used_until_shortly_before_it_expires() {
    for (lifetime, asked) in [
        (Duration::ZERO, 2),
        (Duration::from_secs(10), 1),
        (Duration::from_secs(3600), 1),
    ] {
        let server = Server::answering(answer("200 OK", "{}")).await;
        let counter = Counter {
            lifetime: Some(lifetime),
            ..Counter::default()
        };
        let client = builder(&server)
            .credentials(counter.clone())
            .build()
            .unwrap();
        for _ in 0..2 {
            call(&client, &THINGS).await.unwrap();
        }
        assert_eq!(counter.asked.load(Ordering::SeqCst), asked, "{lifetime:?}");
    }
}

#[tokio::test]
async fn a_rejected_credential_is_replaced_and_the_call_repeated_once() {
    let server = Server::start(|request| {
        let is_first = header(request, "x-api-key") == Some("key-00000001");
        let status = if is_first {
            "401 Unauthorized"
        } else {
            "200 OK"
        };
        vec![Step::Send(answer(status, "{}"))]
    })
    .await;
    let counter = Counter::default();
    let client = builder(&server)
        .credentials(counter.clone())
        .build()
        .unwrap();
    let calls = (0..3).map(|_| call(&client, &THINGS));
    for result in futures_util::future::join_all(calls).await {
        result.unwrap();
    }
    assert_eq!(counter.asked.load(Ordering::SeqCst), 2);
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn a_call_that_is_rejected_twice_fails() {
    let body = "{\"message\": \"no key-00000002\"}";
    let server = Server::answering(answer("401 Unauthorized", body)).await;
    let counter = Counter::default();
    let client = builder(&server)
        .credentials(counter.clone())
        .build()
        .unwrap();
    let error = call(&client, &THINGS).await.unwrap_err();
    assert_eq!(error.attempts(), 2);
    assert_eq!(server.requests().len(), 2);
    assert_eq!(error.message(), Some("no [redacted]"));
}

#[tokio::test]
async fn a_key_that_does_not_change_is_not_sent_again() {
    let server = Server::answering(answer("401 Unauthorized", "{}")).await;
    let client = server.client();
    assert_eq!(call(&client, &THINGS).await.unwrap_err().attempts(), 1);
    let options = CallOptions::new().api_key("key-of-the-call");
    let client = builder(&server)
        .credentials(Counter::default())
        .build()
        .unwrap();
    let calls = client.calls().with_options(&options);
    let error = calls.json::<Value>(get(&client, "/things"), &THINGS).await;
    assert_eq!(error.unwrap_err().attempts(), 1);
    let last = server.requests().pop().unwrap();
    assert_eq!(header(&last, "x-api-key"), Some("key-of-the-call"));
    assert!(!format!("{options:?}").contains("key-of-the-call"));
}

#[tokio::test]
async fn a_provider_without_a_credential_fails_the_call_before_it_is_sent() {
    struct Broken;
    impl CredentialProvider for Broken {
        fn credential(&self) -> CredentialFuture<'_> {
            Box::pin(async { Err(Error::credential("the vault is sealed")) })
        }
    }
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server).credentials(Broken).build().unwrap();
    let error = call(&client, &THINGS).await.unwrap_err();
    assert!(matches!(error, Error::Credential(_)), "{error:?}");
    assert_eq!(error.to_string(), "no credential: the vault is sealed");
    assert_eq!(server.requests(), [""; 0]);
}

#[tokio::test]
async fn a_provider_has_the_time_of_an_attempt() {
    struct Silent;
    impl CredentialProvider for Silent {
        fn credential(&self) -> CredentialFuture<'_> {
            Box::pin(std::future::pending())
        }
    }
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server)
        .credentials(Silent)
        .timeout(Duration::from_millis(50));
    let error = call(&client.build().unwrap(), &THINGS).await.unwrap_err();
    assert!(error.to_string().contains("within 50ms"), "{error}");
}

#[tokio::test]
async fn a_provider_has_the_time_until_the_deadline() {
    struct Silent;
    impl CredentialProvider for Silent {
        fn credential(&self) -> CredentialFuture<'_> {
            Box::pin(std::future::pending())
        }
    }
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server)
        .credentials(Silent)
        .deadline(Duration::from_millis(50));
    let error = call(&client.build().unwrap(), &THINGS).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(
        error.to_string(),
        "things_list: timed out: no success within 50ms"
    );
}

#[tokio::test]
async fn a_rejected_credential_without_a_new_one_is_the_error_of_the_api() {
    #[derive(Default)]
    struct Once(AtomicUsize);
    impl CredentialProvider for Once {
        fn credential(&self) -> CredentialFuture<'_> {
            Box::pin(async {
                match self.0.fetch_add(1, Ordering::SeqCst) {
                    0 => Ok(Credential::new("key-00000001")),
                    _ => Err(Error::credential("the vault is sealed")),
                }
            })
        }
    }
    let body = "{\"message\": \"the key has expired\"}";
    let server = Server::answering(answer("401 Unauthorized", body)).await;
    let client = builder(&server).credentials(Once::default());
    let error = call(&client.build().unwrap(), &THINGS).await.unwrap_err();
    assert_eq!(error.message(), Some("the key has expired"));
    let text = error.to_string();
    assert!(
        text.ends_with("(not retried: no credential: the vault is sealed)"),
        "{text}"
    );
}

#[tokio::test]
async fn a_provider_replaces_the_key_of_a_variable_that_is_not_set() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let builder = ClientBuilder::from_variables(|_| None).unwrap();
    let builder = builder.credentials(Counter::default());
    let client = builder.base_url(&server.url).build().unwrap();
    call(&client, &THINGS).await.unwrap();
    let request = server.requests().pop().unwrap();
    assert_eq!(header(&request, "x-api-key"), Some("key-00000001"));
}

#[tokio::test]
async fn a_variable_of_the_environment_is_a_provider() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    // `PATH` is set wherever tests run.
    let missing = builder(&server).credentials(EnvironmentKey::new("NO_SUCH_VARIABLE"));
    let error = call(&missing.build().unwrap(), &THINGS).await.unwrap_err();
    assert!(error.to_string().contains("NO_SUCH_VARIABLE"), "{error}");
    let found = builder(&server).credentials(EnvironmentKey::new("PATH"));
    call(&found.build().unwrap(), &THINGS).await.unwrap();
    let path = std::env::var("PATH").unwrap();
    assert_eq!(
        header(&server.requests()[0], "x-api-key"),
        Some(path.as_str())
    );
}

#[tokio::test]
async fn an_operation_without_keys_sends_none() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    call(&server.client(), &PUBLIC).await.unwrap();
    let counter = Counter::default();
    let client = builder(&server)
        .credentials(counter.clone())
        .build()
        .unwrap();
    call(&client, &PUBLIC).await.unwrap();
    assert_eq!(counter.asked.load(Ordering::SeqCst), 0);
    for request in server.requests() {
        assert_eq!(header(&request, "x-api-key"), None);
    }
}

#[tokio::test]
async fn an_operation_sends_its_own_keys_and_other_operations_do_not() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server)
        .api_key("key-0123")
        .other_key(1, "app-0123")
        .build()
        .unwrap();
    call(&client, &OF_THE_APP).await.unwrap();
    call(&client, &THINGS).await.unwrap();
    let keys = |request: &String| {
        ["x-api-key", "x-app-id"].map(|name| header(request, name).map(str::to_owned))
    };
    let sent: Vec<_> = server.requests().iter().map(keys).collect();
    let some = |key: &str| Some(key.to_owned());
    assert_eq!(sent, [[None, some("app-0123")], [some("key-0123"), None]]);
}

#[tokio::test]
async fn the_first_alternative_with_all_keys_is_sent() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server).api_key("key-0123").other_key(2, "s-0123");
    call(&client.clone().build().unwrap(), &BOTH).await.unwrap();
    call(&client.other_key(1, "app-0123").build().unwrap(), &BOTH)
        .await
        .unwrap();
    let [first, second] = &server.requests()[..] else {
        panic!("two requests were expected");
    };
    assert_eq!(header(first, "x-api-key"), Some("key-0123"));
    assert_eq!(header(second, "x-api-key"), None);
    assert_eq!(header(second, "x-app-id"), Some("app-0123"));
    for request in [first, second] {
        assert_eq!(header(request, "cookie"), Some("session=s-0123"));
    }
}

#[tokio::test]
async fn a_missing_key_is_named_by_the_method_that_sets_it() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let error = call(&server.client(), &BOTH).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`things_list` requires another key: call `ClientBuilder::app_id` and \
         `ClientBuilder::session` or `ClientBuilder::api_key` and `ClientBuilder::session`"
    );
    assert_eq!(server.requests(), [""; 0]);
    let error = Client::builder().build().unwrap_err().to_string();
    assert!(
        error.contains("`ClientBuilder::api_key` or `ClientBuilder::token`"),
        "{error}"
    );
}

/// Starts a server with tokens at `/oauth/token`.
async fn server_of_tokens(token: &'static str) -> Server {
    Server::start(move |request| {
        let body = match request.starts_with("POST /oauth/token") {
            true => token,
            false => "{}",
        };
        vec![Step::Send(answer("200 OK", body))]
    })
    .await
}

const TOKEN: &str = "{\"access_token\": \"token-0123\", \"expires_in\": 3600}";

#[tokio::test]
async fn client_credentials_are_exchanged_for_a_token_once() {
    let server = server_of_tokens(TOKEN).await;
    let credentials = ClientCredentials::new("my id", "a:secret");
    let client = builder(&server)
        .client_credentials(credentials)
        .build()
        .unwrap();
    for _ in 0..2 {
        call(&client, &THINGS).await.unwrap();
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /oauth/token HTTP/1.1"), "{head}");
    // `my+id:a%3Asecret`
    assert_eq!(
        header(head, "authorization"),
        Some("Basic bXkraWQ6YSUzQXNlY3JldA==")
    );
    assert_eq!(
        header(head, "content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(body, "grant_type=client_credentials&scope=read+write");
    for request in &requests[1..] {
        assert_eq!(header(request, "authorization"), Some("Bearer token-0123"));
    }
}

#[tokio::test]
async fn client_credentials_may_be_in_the_body_with_other_scopes() {
    let server = server_of_tokens(TOKEN).await;
    let credentials = ClientCredentials::new("id", "secret")
        .in_body()
        .scopes(["read"]);
    let credentials = credentials.token_url(format!("{}/oauth/token/v2", server.url));
    let client = builder(&server)
        .client_credentials(credentials)
        .build()
        .unwrap();
    call(&client, &THINGS).await.unwrap();
    let request = &server.requests()[0];
    assert!(request.starts_with("POST /oauth/token/v2"), "{request}");
    assert_eq!(header(request, "authorization"), None);
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        body,
        "grant_type=client_credentials&scope=read&client_id=id&client_secret=secret"
    );
}

#[tokio::test]
async fn secrets_and_tokens_are_in_no_error_and_no_debug_output() {
    let refusal = "{\"message\": \"no secret-0123 here\"}";
    let server =
        Server::start(move |_| vec![Step::Send(answer("401 Unauthorized", refusal))]).await;
    let credentials = ClientCredentials::new("id", "secret-0123");
    let shown = format!("{credentials:?} {:?}", Credential::new("secret-0123"));
    let client = builder(&server)
        .client_credentials(credentials)
        .build()
        .unwrap();
    let error = call(&client, &THINGS).await.unwrap_err();
    assert_eq!(error.message(), Some("no [redacted] here"));
    let shown = format!("{shown} {client:?} {error} {error:?}");
    assert!(!shown.contains("secret-0123"), "{shown}");
}

#[tokio::test]
async fn a_response_without_a_token_is_an_error() {
    let server = server_of_tokens("{\"token\": \"t\"}").await;
    let credentials = ClientCredentials::new("id", "secret");
    let client = builder(&server)
        .client_credentials(credentials)
        .build()
        .unwrap();
    let error = call(&client, &THINGS).await.unwrap_err();
    assert!(error.to_string().contains("no `access_token`"), "{error}");
}

#[tokio::test]
async fn a_transient_failure_of_the_token_endpoint_is_retried() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |request| {
        let answer = match request.starts_with("POST /oauth/token") {
            true if asked.fetch_add(1, Ordering::SeqCst) == 0 => {
                answer("503 Service Unavailable", "")
            }
            true => answer("200 OK", TOKEN),
            false => answer("200 OK", "{}"),
        };
        vec![Step::Send(answer)]
    })
    .await;
    let client = builder(&server)
        .retries(1)
        .client_credentials(ClientCredentials::new("id", "secret"))
        .build()
        .unwrap();
    call(&client, &THINGS).await.unwrap();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_response_of_the_token_endpoint_has_a_maximum_length() {
    let server = Server::answering(answer("200 OK", &" ".repeat((1 << 20) + 1))).await;
    let client = builder(&server)
        .client_credentials(ClientCredentials::new("id", "secret"))
        .build()
        .unwrap();
    let error = call(&client, &THINGS).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "token: the response body is longer than 1 MiB"
    );
}

/// Calls an operation with a key for this call, and returns the sent keys: `x-api-key`,
/// `authorization`, and `cookie`.
async fn sent(
    server: &Server,
    builder: ClientBuilder,
    operation: &'static Operation,
    key: &str,
) -> Result<[Option<String>; 3], Error> {
    let client = builder.build()?;
    let options = CallOptions::new().api_key(key);
    let calls = client.calls().with_options(&options);
    calls
        .json::<Value>(get(&client, "/things"), operation)
        .await?;
    let request = server.requests().pop().unwrap();
    Ok(["x-api-key", "authorization", "cookie"]
        .map(|name| header(&request, name).map(str::to_owned)))
}

#[tokio::test]
async fn the_key_of_a_call_is_sent_where_the_operation_expects_a_key() {
    const WITH_TOKEN: Operation = Operation::new("things_list", "/things").security(&[&[3]]);
    let server = Server::answering(answer("200 OK", "{}")).await;
    let some = |text: &str| Some(text.to_owned());
    let oauth = ClientCredentials::new("id", "secret");
    for client in [
        builder(&server).other_key(3, "token-0123"),
        builder(&server).client_credentials(oauth),
    ] {
        let keys = sent(&server, client.clone(), &WITH_TOKEN, "own").await;
        assert_eq!(keys.unwrap(), [None, some("Bearer own"), None]);
        let keys = sent(&server, client, &THINGS, "own").await;
        assert_eq!(keys.unwrap(), [some("own"), None, None]);
    }
    // The alternative with this key is selected, although another one is complete.
    let client = builder(&server)
        .api_key("key-0123")
        .other_key(1, "app-0123")
        .other_key(2, "s-0123");
    let keys = sent(&server, client, &BOTH, "own").await;
    assert_eq!(keys.unwrap(), [some("own"), None, some("session=s-0123")]);
}

#[tokio::test]
async fn the_key_of_a_call_is_refused_if_the_operation_does_not_use_it() {
    const OTHERS: Operation = Operation::new("things_list", "/things").security(&[&[1, 2]]);
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = builder(&server)
        .api_key("key-0123")
        .other_key(1, "app-0123")
        .other_key(2, "s-0123");
    let error = sent(&server, client, &OTHERS, "own").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`things_list` does not use the key of `CallOptions::api_key` alone: call \
         `ClientBuilder::app_id` and `ClientBuilder::session`"
    );
    assert_eq!(server.requests(), [""; 0]);
}

#[tokio::test]
async fn each_operation_uses_the_provider_of_its_key() {
    const WITH_TOKEN: Operation = Operation::new("things_list", "/things").security(&[&[3]]);
    let server = server_of_tokens(TOKEN).await;
    let client = builder(&server)
        .credentials(Counter::default())
        .client_credentials(ClientCredentials::new("id", "secret"))
        .build()
        .unwrap();
    call(&client, &THINGS).await.unwrap();
    call(&client, &WITH_TOKEN).await.unwrap();
    let [first, _, third] = &server.requests()[..] else {
        panic!("three requests were expected");
    };
    assert_eq!(header(first, "x-api-key"), Some("key-00000001"));
    assert_eq!(header(third, "authorization"), Some("Bearer token-0123"));
}

#[tokio::test]
async fn a_token_replaces_client_credentials_from_variables() {
    const WITH_TOKEN: Operation = Operation::new("things_list", "/things").security(&[&[3]]);
    let server = Server::answering(answer("200 OK", "{}")).await;
    let variable = |name: &str| match name {
        "EXAMPLE_CLIENT_ID" | "EXAMPLE_CLIENT_SECRET" => Some("secret".to_owned()),
        _ => None,
    };
    let client = ClientBuilder::from_variables(variable).unwrap();
    let client = client.other_key(3, "token-0123").base_url(&server.url);
    call(&client.build().unwrap(), &WITH_TOKEN).await.unwrap();
    let request = server.requests().pop().unwrap();
    assert_eq!(header(&request, "authorization"), Some("Bearer token-0123"));
}

#[test]
fn a_secret_is_not_sent_over_plain_http() {
    let credentials = ClientCredentials::new("id", "secret").token_url("http://a.example/token");
    let error = Client::builder().client_credentials(credentials).build();
    assert!(
        matches!(error, Err(Error::InvalidConfiguration(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_key_in_another_case_or_cut_short_is_redacted() {
    for (body, expected) in [
        ("no KEY-0123456789 here", "no [redacted] here"),
        ("no key-012345... here", "no [redacted]... here"),
        ("no key-01 here", "no key-01 here"),
    ] {
        let body = format!("{{\"message\": \"{body}\"}}");
        let server = Server::answering(answer("403 Forbidden", &body)).await;
        let error = call(&server.client(), &THINGS).await.unwrap_err();
        assert_eq!(error.message(), Some(expected));
    }
}
