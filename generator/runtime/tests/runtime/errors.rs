//! The errors that callers receive.

use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

use crate::runtime::{ApiError, Client, DecodeError, Error};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};

use crate::runtime::object;
use crate::server::{KEY, Server, Step, answer, things};

#[derive(Debug)]
struct Things {
    data: Vec<Thing>,
}

object! {
    Things {
        data: required "data",
    }
}

#[derive(Debug)]
struct Thing {
    status: String,
}

object! {
    Thing {
        status: required "status",
    }
}

async fn error(status: &str, body: &str) -> Error {
    Server::answering(answer(status, body)).await.error().await
}

async fn api_error(status: &str, body: &str) -> ApiError {
    match error(status, body).await {
        Error::Api(error) => *error,
        error => panic!("{error:?}"),
    }
}

async fn decode_error(body: &str) -> Box<DecodeError> {
    let server = Server::answering(answer("200 OK", body)).await;
    match server.things::<Things>().await.unwrap_err() {
        Error::Decode(error) => error,
        error => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn an_api_error_keeps_all_that_the_answer_said() {
    let body = r#"{"code":"parameter_invalid","message":"The page must be positive.","docs_url":"https://d.example"}"#;
    let error = api_error("400 Bad Request", body).await;
    assert_eq!(error.operation(), "things_list");
    assert_eq!(error.status(), 400);
    assert_eq!(error.headers()["x-request-id"], "r1");
    assert_eq!(error.code(), Some("parameter_invalid"));
    assert_eq!(error.message(), Some("The page must be positive."));
    assert_eq!(error.docs_url(), Some("https://d.example"));
    assert_eq!(error.request_id(), Some("r1"));
    assert_eq!(error.text(), body);
    let read: HashMap<String, String> = error.json().unwrap();
    assert_eq!(read["docs_url"], "https://d.example");
    assert!(error.json::<Vec<String>>().is_err());
    assert!(!error.is_truncated());
    assert_eq!(
        error.to_string(),
        "things_list: 400 Bad Request: parameter_invalid: The page must be positive."
    );
}

#[tokio::test]
async fn the_questions_can_be_asked_of_any_error() {
    let body = r#"{"code":"a","message":"b","docs_url":"c"}"#;
    let error = error("400 Bad Request", body).await;
    assert_eq!(error.status().unwrap(), 400);
    assert_eq!(error.headers().unwrap()["x-request-id"], "r1");
    assert_eq!(error.body().unwrap(), body);
    assert_eq!(error.code(), Some("a"));
    assert_eq!(error.message(), Some("b"));
    assert_eq!(error.docs_url(), Some("c"));
    assert_eq!(error.request_id(), Some("r1"));
    assert_eq!(error.operation(), Some("things_list"));
    assert!(!error.is_timeout() && !error.is_connect());
    assert!(error.source().is_none());
}

#[tokio::test]
async fn code_and_message_are_found_where_apis_put_them() {
    let places = [
        (
            r#"{"error":{"code":"c","message":"m"}}"#,
            Some("c"),
            Some("m"),
        ),
        (
            r#"{"detail":{"code":"c","message":"m"}}"#,
            Some("c"),
            Some("m"),
        ),
        (r#"{"error":"m"}"#, None, Some("m")),
        (r#"{"error":"short","message":"long"}"#, None, Some("long")),
        (r#"{"detail":"m"}"#, None, Some("m")),
        (r#"{"code":7,"message":["m"]}"#, Some("7"), Some("m")),
        (
            r#"{"statusCode":400,"message":["a","b"],"error":"Bad Request"}"#,
            None,
            Some("a; b"),
        ),
        (
            r#"{"error":"invalid_grant","error_description":"m"}"#,
            Some("invalid_grant"),
            Some("m"),
        ),
        (
            r#"{"detail":[{"loc":["body","items",0,"name"],"msg":"field required"},{"msg":"b"}]}"#,
            None,
            Some("body.items.0.name: field required; b"),
        ),
        (
            r#"{"errors":[{"code":"c","title":"t","detail":"d"},{"title":"t"},"text",7]}"#,
            Some("c"),
            Some("d; t; text"),
        ),
        (r#"{"errors":[{"message":"m"}]}"#, None, Some("m")),
        (
            r#"{"detail":"d","errors":[{"parameter":"order.amount","message":"must be positive"}]}"#,
            None,
            Some("d (order.amount: must be positive)"),
        ),
        (
            r#"{"error":{"message":"m","errors":[{"path":"a","message":"b"},{"message":"c"}]}}"#,
            None,
            Some("m (a: b; c)"),
        ),
        (r#"{"message":"m","errors":["m"]}"#, None, Some("m")),
        (
            r#"{"title":"Invalid","status":400,"errors":{"age":["too low","odd"],"name":["m"]}}"#,
            None,
            Some("age: too low; odd; name: m"),
        ),
        (
            r#"{"type":"https://e.example","title":"t","status":404,"detail":"d"}"#,
            None,
            Some("d"),
        ),
        (r#"{"type":"about:blank","title":"t"}"#, None, Some("t")),
        (r#"{"error":{"message":["a","b"]}}"#, None, Some("a; b")),
        (r#"{"error":{"msg":"m"}}"#, None, Some("m")),
        ("\u{feff}{\"message\":\"m\"}", None, Some("m")),
        (
            r#"{"message":["1","2","3","4","5","6","7","8","9","10","11"]}"#,
            None,
            Some("1; 2; 3; 4; 5; 6; 7; 8; 9; 10; …"),
        ),
        (r#"{"error":{"code":-4.5}}"#, Some("-4.5"), None),
        (r#"{"code":"","message":" "}"#, None, None),
        (r#"{"code":"","error":{"code":"c"}}"#, Some("c"), None),
        (r#"{"code":true,"error":7}"#, None, None),
        (r#"["m"]"#, None, Some("m")),
        (
            r#"[{"code":"c","message":"m"},{"code":"d","message":"n"}]"#,
            Some("c"),
            Some("m; n"),
        ),
        ("[]", None, None),
        ("[[1]]", None, None),
    ];
    for (body, code, message) in places {
        let error = api_error("422 Unprocessable Entity", body).await;
        assert_eq!((error.code(), error.message()), (code, message), "{body}");
    }
}

#[tokio::test]
async fn any_body_of_an_error_is_kept() {
    let lines = [
        ("400 Bad Request", "", "400 Bad Request"),
        (
            "404 Not Found",
            "<html>\n  <h1>Not here</h1>\n</html>",
            "404 Not Found: <html> <h1>Not here</h1> </html>",
        ),
        (
            "500 Internal Server Error",
            r#"{"code":"a","messa"#,
            r#"500 Internal Server Error: {"code":"a","messa"#,
        ),
        ("599 Odd", "odd", "599: odd"),
        (
            "400 Bad Request",
            r#"{"code":"","message":""}"#,
            r#"400 Bad Request: {"code":"","message":""}"#,
        ),
        (
            "400 Bad Request",
            r#"{"code":4001}"#,
            "400 Bad Request: 4001",
        ),
    ];
    for (status, body, line) in lines {
        let error = api_error(status, body).await;
        assert_eq!(error.text(), body);
        assert_eq!(error.to_string(), format!("things_list: {line}"));
    }
}

#[tokio::test]
async fn an_error_is_one_line_of_bounded_length() {
    let message = format!("a\\nb\\u001b[31m {}", "x".repeat(1000));
    let line = error("400 Bad Request", &format!(r#"{{"message":"{message}"}}"#)).await;
    let line = line.to_string();
    assert!(line.starts_with(r"things_list: 400 Bad Request: a b\u{1b}[31m xxx"));
    assert!(line.ends_with("x…"));
    assert!(line.chars().count() < 400);
}

#[tokio::test]
async fn an_error_is_shown_in_the_order_in_which_it_is_written() {
    let error = error(
        "400 Bad Request",
        "{\"message\":\"a\u{202e}b\\u2066c é 語\"}",
    )
    .await;
    assert_eq!(
        error.to_string(),
        r"things_list: 400 Bad Request: a\u{202e}b\u{2066}c é 語"
    );
}

#[tokio::test]
async fn the_body_of_an_error_is_bounded() {
    let error = api_error("500 Internal Server Error", &"x".repeat(3 << 20)).await;
    assert_eq!(error.body().len(), 1 << 20);
    assert!(error.is_truncated());
    assert!(format!("{error} {error:?}").len() < 2000);
}

#[tokio::test]
async fn an_error_whose_body_breaks_off_is_still_that_error() {
    let raw = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 100\r\n\r\n{\"code\"";
    match Server::answering(raw).await.error().await {
        Error::Api(error) => {
            assert_eq!(error.status(), 503);
            assert_eq!(error.text(), r#"{"code""#);
            assert!(error.is_truncated());
        }
        error => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn a_key_that_the_server_repeats_is_redacted() {
    let body = format!(r#"{{"message":"Bad key {KEY}"}}"#);
    let error = error("401 Unauthorized", &body).await;
    assert_eq!(error.message(), Some("Bad key [redacted]"));
    let body = String::from_utf8_lossy(error.body().unwrap()).into_owned();
    assert!(!format!("{error} {error:?} {body}").contains(KEY));
}

/// Returns all texts of the error for a response.
async fn told(key: &str, status: &str, body: &str) -> String {
    let server = Server::answering(answer(status, body)).await;
    let client = Client::builder()
        .api_key(key)
        .base_url(&server.url)
        .build()
        .unwrap();
    let error = things::<Things>(&client).await.unwrap_err();
    let body = String::from_utf8_lossy(error.body().unwrap()).into_owned();
    let excerpt = match &error {
        Error::Decode(error) => error.excerpt().into_owned(),
        _ => String::new(),
    };
    let parts = [error.code(), error.message(), error.docs_url()];
    format!("{error} {error:?} {parts:?} {body} {excerpt}")
}

#[tokio::test]
async fn a_key_is_redacted_in_whatever_way_the_server_writes_it() {
    let key = r#"tlk/SEC"SEC<\é%"#;
    let escaped = [
        r#"tlk/SEC\"SEC<\\é%"#,
        r#"tlk\/SEC\"SEC\u003c\\\u00e9%"#,
        r#"\u0074lk\u002FSEC\u0022SEC\u003C\u005C\u00E9%"#,
    ];
    let mut answers = Vec::new();
    for written in escaped {
        let code = format!(r#"{{"code":"{written}","docs_url":"{written}"}}"#);
        let message = format!(r#"{{"message":"bad {written}!"}}"#);
        let value = format!(r#"{{"data":"{written}"}}"#);
        let path = format!(r#"{{"data":[{{"status":7,"{written}":1}}]}}"#);
        answers.extend([code, message].map(|body| ("401 Unauthorized", body)));
        answers.extend([value, path].map(|body| ("200 OK", body)));
    }
    for written in [key, "tlk%2FSEC%22SEC%3c%5C%c3%A9%25"] {
        answers.push(("401 Unauthorized", format!("<p>{written}</p>")));
    }
    for (status, body) in answers {
        let told = told(key, status, &body).await;
        assert!(!told.contains("SEC"), "{told}");
        assert!(told.contains("[redacted]"), "{told}");
    }
}

#[tokio::test]
async fn a_message_with_a_redacted_key_is_read_all_the_same() {
    let body = r#"{"message":"bad key tlk\/SECRET\"SECRET!"}"#;
    let told = told("tlk/SECRET\"SECRET", "401 Unauthorized", body).await;
    assert!(told.starts_with("things_list: 401 Unauthorized: bad key [redacted]! "));
}

#[tokio::test]
async fn some_statuses_are_worth_another_try() {
    for (status, retryable) in [
        ("400 A", false),
        ("404 A", false),
        ("408 A", true),
        ("409 A", true),
        ("425 A", true),
        ("429 A", true),
        ("500 A", true),
        ("501 A", true),
        ("502 A", true),
        ("503 A", true),
        ("504 A", true),
        ("505 A", false),
        ("520 A", true),
        ("525 A", false),
        ("529 A", true),
    ] {
        let error = error(status, "").await;
        assert_eq!(error.is_retryable(), retryable, "{status}");
        assert_eq!(error.is_not_found(), status == "404 A");
        assert_eq!(error.is_rate_limited(), status == "429 A");
    }
}

#[tokio::test]
async fn a_body_that_does_not_match_says_where() {
    let body = r#"{"data":[{"status":"ready"},{"status":null}]}"#;
    let error = decode_error(body).await;
    assert_eq!(error.path(), "data[1].status");
    assert_eq!(error.status(), 200);
    assert_eq!(error.headers()["x-request-id"], "r1");
    assert_eq!(error.body(), body);
    assert!(error.source().is_some());
    assert_eq!(
        error.to_string(),
        "things_list: 200 OK: the body does not match at `data[1].status`: \
         invalid type: null, expected a string at line 1 column 42"
    );
}

#[tokio::test]
async fn a_body_that_does_not_match_shows_an_excerpt_around_the_fault() {
    let lines = format!("{{\"data\":[\n{}", "{\"status\":\"ready\"},\n".repeat(100));
    let error = decode_error(&format!("{lines}{{\"status\":7}},\n{}", " ".repeat(500))).await;
    assert_eq!(error.path(), "data[100].status");
    assert!(error.excerpt().contains(r#"{"status":7}"#));
    assert!(error.excerpt().len() <= 200);
    assert!(!error.to_string().contains('\n'));
}

#[tokio::test]
async fn a_success_that_is_not_json_says_so() {
    let lines = [
        ("<html>", "expected value at line 1 column 1"),
        ("", "EOF while parsing a value at line 1 column 0"),
        (
            r#"{"data":[]} x"#,
            "trailing characters at line 1 column 13",
        ),
    ];
    for (body, reason) in lines {
        let error = decode_error(body).await;
        assert_eq!(error.path(), ".");
        assert_eq!(error.body(), body);
        assert_eq!(
            error.to_string(),
            format!("things_list: 200 OK: the body is not JSON: {reason}")
        );
    }
}

#[tokio::test]
async fn a_body_that_does_not_match_as_a_whole_names_no_path() {
    let error = decode_error("7").await;
    assert!(
        error
            .to_string()
            .starts_with("things_list: 200 OK: the body does not match: ")
    );
}

#[tokio::test]
async fn a_success_whose_body_breaks_off_is_a_transport_error() {
    let raw = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":[";
    match Server::answering(raw).await.error().await {
        Error::Transport(error) => {
            assert!(error.is_body() && !error.is_timeout() && !error.is_connect());
            assert_eq!(error.operation(), Some("things_list"));
            assert!(error.to_string().starts_with(
                "things_list: the connection failed before the end of the response body: "
            ));
            assert!(error.source().is_some());
        }
        error => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn a_request_that_was_sent_without_an_answer_is_not_said_to_be_unsent() {
    for answer in ["", "HTTP/1.1 ", "HTTP/9.1 200 OK\r\n\r\n", "SMTP\r\n\r\n"] {
        let server = Server::answering(answer).await;
        let error = server.error().await;
        assert!(matches!(error, Error::Transport(_)), "{error:?}");
        assert!(!error.is_connect() && !error.is_timeout() && !error.is_retryable());
        let text = error.to_string();
        assert!(text.starts_with("things_list: no response: "), "{text}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_server_that_takes_too_long_is_a_timeout() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{";
    let before = vec![Step::Wait(Duration::from_secs(30))];
    let within = vec![Step::Send(head.into()), Step::Wait(Duration::from_secs(30))];
    for steps in [before, within] {
        let server = Server::start(move |_| steps.clone()).await;
        let client = Client::builder()
            .api_key(KEY)
            .base_url(&server.url)
            .timeout(Duration::from_millis(200))
            .build()
            .unwrap();
        let error = things::<Value>(&client).await.unwrap_err();
        assert!(error.is_timeout() && !error.is_connect() && !error.is_retryable());
        assert_eq!(
            error.to_string(),
            "things_list: timed out: no complete response within 200ms"
        );
    }
}

#[tokio::test]
async fn a_refused_connection_is_told_apart_and_worth_another_try() {
    // Bound but not listening, so that no other process takes the port.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let base_url = format!("http://{}", socket.local_addr().unwrap());
    let client = Client::builder()
        .api_key(KEY)
        .base_url(base_url)
        .build()
        .unwrap();
    let error = things::<Value>(&client).await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable() && !error.is_timeout());
    assert!(
        error
            .to_string()
            .starts_with("things_list: could not connect: ")
    );
    assert!(!format!("{error} {error:?}").contains(KEY));
}

#[test]
fn errors_are_small_and_go_anywhere() {
    fn anywhere<T: std::error::Error + Send + Sync + 'static>() {}
    anywhere::<Error>();
    assert!(size_of::<Error>() <= 16);
}

/// Returns the error for an `https` server that responds to the handshake with these bytes.
async fn handshake(answer: &'static [u8]) -> Error {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer).await;
        }
    });
    let client = Client::builder()
        .api_key(KEY)
        .base_url(base_url)
        .retries(1)
        .build()
        .unwrap();
    things::<Value>(&client).await.unwrap_err()
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_secure_is_told_apart_and_not_tried_again() {
    let error = handshake(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    assert!(error.is_tls() && error.is_connect(), "{error:?}");
    assert!(!error.is_timeout() && !error.is_retryable());
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn a_server_that_hangs_up_before_the_connection_is_secure_is_tried_again() {
    let error = handshake(b"").await;
    assert!(error.is_connect() && !error.is_tls(), "{error:?}");
    assert!(error.is_retryable());
    assert_eq!(error.attempts(), 2);
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let server = Server::start(move |_| {
        let more = std::iter::repeat_n(Step::Send(chunk.clone().into()), 1000);
        [Step::Send(head.into())].into_iter().chain(more).collect()
    })
    .await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(&server.url)
        .max_body(1 << 20)
        .build()
        .unwrap();
    let error = things::<Value>(&client).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "things_list: the response body is longer than 1 MiB"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_error_has_questions_about_its_status() {
    type Question = fn(&Error) -> bool;
    let questions: [Question; 6] = [
        Error::is_invalid,
        Error::is_unauthorized,
        Error::is_forbidden,
        Error::is_not_found,
        Error::is_conflict,
        Error::is_rate_limited,
    ];
    for (status, expected) in [
        ("400 Bad Request", 0),
        ("422 Unprocessable Entity", 0),
        ("401 Unauthorized", 1),
        ("403 Forbidden", 2),
        ("404 Not Found", 3),
        ("409 Conflict", 4),
        ("429 Too Many Requests", 5),
    ] {
        let error = error(status, "").await;
        let answers = questions.map(|question| question(&error));
        let expected: [bool; 6] = std::array::from_fn(|index| index == expected);
        assert_eq!(answers, expected, "{status}");
    }
}

#[tokio::test]
async fn events_in_place_of_json_are_an_error_at_once() {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream; charset=utf-8\r\n\r\ndata: 1\n\n";
    let server =
        Server::start(move |_| vec![Step::Send(head.into()), Step::Wait(Duration::from_secs(30))])
            .await;
    let error = server.error().await;
    assert!(matches!(error, Error::Decode(_)));
    assert_eq!(
        error.to_string(),
        "things_list: 200 OK: the body does not match: the response is an event stream"
    );
    assert_eq!(error.body().unwrap(), "");
}
