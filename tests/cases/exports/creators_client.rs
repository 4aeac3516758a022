//! Settings, constants, and lists of an API of the second generation, against a listener on
//! this machine. It is compiled as a test of the generated crate.

use std::future::poll_fn;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

#[cfg(feature = "webhooks")]
use creators::http::HeaderMap;
use creators::types::{AccountsDetailsPatchRequestItem, AccountsDetailsPatchResponseItem};
#[cfg(feature = "webhooks")]
use creators::webhooks::{ErrorKind, Event, Verifier};
use creators::{Client, Environment};
use futures_core::Stream;

/// A request: its first line, its headers in lower case, and its body.
struct Sent {
    line: String,
    headers: Vec<String>,
    body: String,
}

/// Returns a client, and the requests that get these responses, one after the other.
fn answered(responses: &[&'static str]) -> (Client, JoinHandle<Vec<Sent>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let responses = responses.to_vec();
    let server = thread::spawn(move || {
        let answer = |json: &str| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut lines = Vec::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                match line.trim() {
                    "" => break,
                    line => lines.push(line.to_owned()),
                }
            }
            let line = lines.remove(0);
            let headers: Vec<String> = lines.iter().map(|line| line.to_lowercase()).collect();
            let length = headers
                .iter()
                .find_map(|header| header.strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n\
                 content-length: {}\r\n\r\n{json}",
                json.len()
            )
            .unwrap();
            let body = String::from_utf8(body).unwrap();
            Sent {
                line,
                headers,
                body,
            }
        };
        responses.into_iter().map(answer).collect()
    });
    let client = Client::builder()
        .basic_auth("Aladdin", "open sesame")
        .creators_api_version("2026-02-28")
        .base_url(url)
        .build()
        .unwrap();
    (client, server)
}

#[test]
fn a_client_calls_the_environment_that_it_is_given() {
    let url = |environment: Option<Environment>| {
        let builder = Client::builder().api_key("me:secret");
        let builder = match environment {
            Some(environment) => builder.environment(environment),
            None => builder,
        };
        builder.build().unwrap().base_url().to_owned()
    };
    assert_eq!(url(None), "https://api.creators.example/v1");
    assert_eq!(
        url(Some(Environment::Sandbox)),
        "https://sandbox.creators.example/v1"
    );
    assert_eq!(Environment::default(), Environment::Production);
}

#[tokio::test]
async fn a_list_is_read_to_its_end_with_joined_ids_and_the_headers_of_the_client() {
    let (client, server) = answered(&[
        r#"{"data": [{"name": "a", "startedAt": "2026-01-31T10:00:00Z"}],
            "pagination": {"page": 1.0, "hasMore": true}}"#,
        r#"{"data": [{"name": "b", "startedAt": "2026-02-01"}],
            "pagination": {"page": 2, "hasMore": false}}"#,
    ]);
    let list = client.chats().list_chats().ids(["a", "b"]).size(1);
    let mut chats = Box::pin(list.stream());
    let mut days = Vec::new();
    while let Some(chat) = poll_fn(|context| chats.as_mut().poll_next(context)).await {
        days.push(chat.unwrap().started_at.to_string());
    }
    assert_eq!(days, ["2026-01-31", "2026-02-01"]);
    let sent = server.join().unwrap();
    assert!(sent[0].line.contains("ids=a,b") || sent[0].line.contains("ids=a%2Cb"));
    assert!(sent[1].line.contains("page=2"), "{}", sent[1].line);
    for header in [
        "authorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq==",
        "x-creators-api-version: 2026-02-28",
    ] {
        assert!(
            sent[0].headers.contains(&header.to_owned()),
            "{:?}",
            sent[0].headers
        );
    }
}

#[tokio::test]
async fn each_operation_of_one_path_sends_its_own_constants() {
    let (client, server) = answered(&[r#"{"counted": 3}"#, r#"{"closed": 2}"#]);
    let counted = client.remote().chats_count(1).send().await.unwrap();
    let closed = client.remote().chats_close(2).send().await.unwrap();
    assert_eq!((counted.counted, closed.closed), (3, 2));
    let sent = server.join().unwrap();
    assert_eq!(sent[0].line, "POST /call HTTP/1.1");
    assert_eq!(
        sent[0].body,
        r#"{"jsonrpc":"2.0","method":"chats.count","id":1}"#
    );
    assert_eq!(
        sent[1].body,
        r#"{"jsonrpc":"2.0","method":"chats.close","id":2}"#
    );
}

#[tokio::test]
async fn variants_are_called_by_what_tells_them_apart() {
    let (client, server) = answered(&[r#"[{"cardNumber": "4"}, {"iban": "X"}, {"new": 1}]"#]);
    let changes = [AccountsDetailsPatchRequestItem::from(
        creators::types::AccountsDetailsPatchRequestItemRemove::new("/name"),
    )];
    let methods = client
        .accounts()
        .details()
        .patch("id", changes)
        .idempotency_key("key")
        .send()
        .await
        .unwrap();
    assert!(matches!(
        methods[..],
        [
            AccountsDetailsPatchResponseItem::CardNumber(_),
            AccountsDetailsPatchResponseItem::Iban(_),
            AccountsDetailsPatchResponseItem::Unknown(_),
        ]
    ));
    let sent = server.join().unwrap();
    assert_eq!(sent[0].body, r#"[{"op":"remove","path":"/name"}]"#);
    assert!(sent[0].headers.contains(&"idempotency-key: key".to_owned()));
}

#[cfg(feature = "webhooks")]
#[test]
fn events_are_verified_by_the_headers_of_their_pages() {
    const SIGNATURES: [&str; 3] = [
        "v1,TXg20vuF7Yb6N/PlSgUnuhhM+GuxKu9f+XhCIlUdbnY=",
        "v1,gYyHeeMZIMj63eKYF3s3usFfWfSVvGFa4P1xq6R8wxA=",
        "v1,REO6BkTr64jqCw+YTTntA3jDD8ytSWscWvMcSEz8W1o=",
    ];
    let verifier = Verifier::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let verifier = verifier.at_unix_time(1_700_000_000);
    let event = |body: &str, signature: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("svix-id", "msg_1".parse().unwrap());
        headers.insert("svix-timestamp", "1700000000".parse().unwrap());
        headers.insert("svix-signature", signature.parse().unwrap());
        Event::from_request(&headers, body.as_bytes(), &verifier)
    };
    let started = event(r#"{"chat":"c1"}"#, SIGNATURES[0]).unwrap();
    assert!(matches!(started, Event::ChatStarted(event) if event.chat == "c1"));
    let ended = event(r#"{"chat":"c1","reason":"left"}"#, SIGNATURES[1]).unwrap();
    assert!(matches!(ended, Event::ChatEnded(event) if event.reason == "left"));
    let other = event(r#"{"other":1}"#, SIGNATURES[2]).unwrap();
    assert!(matches!(other, Event::Unknown(_)), "{other:?}");
    let wrong = event(r#"{"chat":"c2"}"#, SIGNATURES[0]).unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::WrongSignature);
    let unverified = Event::from_body_unverified(b"{").unwrap_err();
    assert_eq!(unverified.kind(), ErrorKind::Body);
}
