//! Successful responses, and the values that they deserialize as.

use crate::calls::Calls;
use crate::runtime::Error;
use serde_json::{Value, json};

use crate::runtime::object;
use crate::server::{Server, THINGS, answer, get, header};

#[derive(Debug)]
struct Things {
    data: Vec<i64>,
}

object! {
    Things {
        data: required "data",
    }
}

#[tokio::test]
async fn an_answer_has_value_status_and_headers() {
    let server = Server::answering(answer("201 Created", r#"{"data":[1]}"#)).await;
    let answer = server.things::<Things>().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["x-request-id"], "r1");
    assert_eq!(answer.value().data, [1]);
    assert_eq!(answer.map(|things| things.data.len()).into_inner(), 1);
}

#[tokio::test]
async fn an_answer_without_content_is_its_status() {
    for raw in [
        answer("204 No Content", ""),
        answer("200 OK", ""),
        answer("202 Accepted", "not looked at"),
    ] {
        let server = Server::answering(raw).await;
        let client = server.client();
        let request = get(&client, "/things");
        let answer = client.calls().empty(request, &THINGS).await.unwrap();
        assert!(answer.status().is_success());
        assert_eq!(answer.headers()["x-request-id"], "r1");
        assert_eq!(answer.request_id(), Some("r1"));
        let status = answer.status();
        let (same, headers, ()) = answer.into_parts();
        assert_eq!(same, status);
        assert_eq!(headers["x-request-id"], "r1");
    }
}

#[tokio::test]
async fn an_empty_body_is_the_absence_of_a_value() {
    for body in ["", " \r\n"] {
        let server = Server::answering(answer("200 OK", body)).await;
        let absent = server.things::<Option<Things>>().await.unwrap();
        assert!(absent.value().is_none());
        assert_eq!(absent.status(), 200);

        // This response is always present.
        let error = server.things::<Things>().await.unwrap_err();
        let said = "things_list: 200 OK: the body is not JSON: EOF while parsing a value";
        assert!(error.to_string().starts_with(said), "{error}");
    }
}

#[tokio::test]
async fn a_number_out_of_the_range_of_its_type_is_an_error_at_its_path() {
    #[derive(Debug)]
    struct Point {
        x: f32,
        rest: Vec<f64>,
    }
    object! {
        Point {
            x: required "x",
            rest: optional "rest",
        }
    }
    for (body, path) in [
        (r#"{"x":3.4e39}"#, "x"),
        (r#"{"x":-3.5e38}"#, "x"),
        (r#"{"x":1,"rest":[1,1e309]}"#, "rest[1]"),
    ] {
        let server = Server::answering(answer("200 OK", body)).await;
        let error = server.things::<Point>().await.unwrap_err();
        let said = format!(
            "things_list: 200 OK: the body does not match at `{path}`: number out of range"
        );
        assert!(error.to_string().starts_with(&said), "{error}");
    }
    let server = Server::answering(answer("200 OK", r#"{"x":3.4e38,"rest":[1e308]}"#)).await;
    let point = server.things::<Point>().await.unwrap().into_inner();
    assert_eq!((point.x, point.rest), (3.4e38, vec![1e308]));
}

#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_a_body() {
    let server = Server::answering(answer("200 OK", "\u{feff}{\"data\":[1]}")).await;
    let things = server.things::<Things>().await.unwrap();
    assert_eq!(things.value().data, [1]);
}

/// `{"data":[1,2]}` as gzip.
const COMPRESSED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\x4a\x49\x2c\x49\x54\xb2\x8a\x36\xd4\x31\x8a\xad\x05\x00\x8e\x58\x98\x08\x0e\x00\x00\x00";

/// Returns a response with these header lines and this body.
fn raw(headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\n{headers}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[cfg(feature = "gzip")]
#[tokio::test]
async fn compressed_responses_are_asked_for_and_read() {
    let server = Server::answering(raw("content-encoding: gzip\r\n", COMPRESSED)).await;
    let things = server.things::<Things>().await.unwrap();
    assert_eq!(things.value().data, [1, 2]);
    assert_eq!(
        header(&server.requests()[0], "accept-encoding"),
        Some("gzip")
    );

    let error = "HTTP/1.1 400 A\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n";
    let server = Server::answering([error.as_bytes(), COMPRESSED].concat()).await;
    let error = server.error().await;
    assert_eq!(error.body().unwrap(), "{\"data\":[1,2]}");
}

#[tokio::test]
async fn streams_of_bytes_and_events_are_not_asked_for_in_compressed_form() {
    let server = Server::answering(raw("", b"")).await;
    let client = server.client();
    let request = || get(&client, "/things");
    client.calls().bytes(request(), &THINGS).await.unwrap();
    let events = client.calls().events::<Value>(request(), &THINGS);
    events.await.unwrap();
    for request in server.requests() {
        assert_eq!(header(&request, "accept-encoding"), Some("identity"));
    }
}

#[tokio::test]
async fn a_text_is_read_in_the_encoding_that_the_response_names() {
    for (content_type, body, expected) in [
        ("text/html; charset=iso-8859-1", &b"caf\xe9"[..], "café"),
        ("text/html;Charset=\"ISO-8859-1\"", b"caf\xe9", "café"),
        (
            "text/plain; format=flowed; charset=windows-1252",
            b"\x93\x80\x94",
            "“€”",
        ),
        ("text/plain; charset=utf-16", b"\xff\xfea\x00\xe9\x00", "aé"),
        ("text/plain; charset=utf-16be", b"\x00a\x00\xe9", "aé"),
        ("text/plain; charset=shift_jis", b"\x83\x65", "テ"),
        ("text/html", "café".as_bytes(), "café"),
        ("text/plain; charset=odd", "café".as_bytes(), "café"),
        // The byte order mark takes precedence over the header.
        (
            "text/plain; charset=iso-8859-1",
            b"\xef\xbb\xbfcaf\xc3\xa9",
            "café",
        ),
    ] {
        let headers = format!("content-type: {content_type}\r\n");
        let server = Server::answering(raw(&headers, body)).await;
        let client = server.client();
        let request = get(&client, "/things");
        let answer = client.calls().text(request, &THINGS).await.unwrap();
        assert_eq!(answer.value(), expected, "{content_type}");
    }
}

#[tokio::test]
async fn json_and_errors_may_be_in_another_encoding_as_well() {
    let headers = "content-type: application/json; charset=iso-8859-1\r\n";
    let server = Server::answering(raw(headers, b"[\"caf\xe9\"]")).await;
    let names = server.things::<Vec<String>>().await.unwrap();
    assert_eq!(*names.value(), ["café"]);

    let head = "HTTP/1.1 400 A\r\ncontent-type: text/html; charset=iso-8859-1\r\nconnection: close";
    let answer = [head.as_bytes(), b"\r\n\r\ncaf\xe9"].concat();
    let error = Server::answering(answer).await.error().await;
    assert_eq!(error.to_string(), "things_list: 400 Bad Request: café");
}

#[tokio::test]
async fn a_text_is_read_as_it_is() {
    for (body, text) in [
        (&b""[..], ""),
        (
            "1\n00:01 --> 00:02\nGrüße".as_bytes(),
            "1\n00:01 --> 00:02\nGrüße",
        ),
        (b"\xffa", "\u{fffd}a"),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        let server = Server::answering([head.as_bytes(), body].concat()).await;
        let client = server.client();
        let request = get(&client, "/things");
        let answer = client.calls().text(request, &THINGS).await.unwrap();
        assert_eq!(answer.value(), text);
    }
}

#[tokio::test]
async fn a_clone_of_the_client_calls_the_same_server() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = server.client().clone();
    crate::server::things::<Value>(&client).await.unwrap();
    assert_eq!(server.requests().len(), 1);
}

#[derive(Debug)]
struct Counted {
    count: i64,
    share: f64,
    other: Option<u32>,
    any: serde_json::Value,
}

object! {
    Counted {
        count: required "count",
        share: required "share",
        other: optional "other",
        any: required "any",
    }
}

#[tokio::test]
async fn a_whole_number_may_be_written_as_a_fraction() {
    let body = r#"{"count":3.0,"share":2,"other":-0.0,"any":[1.5,"1.0"]}"#;
    let server = Server::answering(answer("200 OK", body)).await;
    let counted = server.things::<Counted>().await.unwrap().into_inner();
    assert_eq!((counted.count, counted.other), (3, Some(0)));
    assert_eq!(counted.share, 2.0);
    assert_eq!(counted.any, serde_json::json!([1.5, "1.0"]));
}

#[tokio::test]
async fn a_number_of_any_kind_stays_as_it_is_written() {
    let one = r#"{"count":1920.0,"share":0,"any":{"n":1.0,"count":2.0}}"#;
    let body = format!("[{}]", [one; 200].join(","));
    let server = Server::answering(answer("200 OK", &body)).await;
    let all = server.things::<Vec<Counted>>().await.unwrap().into_inner();
    assert_eq!(all.len(), 200);
    for counted in all {
        assert_eq!(counted.count, 1920);
        assert_eq!(counted.any, json!({"count": 2.0, "n": 1.0}));
    }
}

#[tokio::test]
async fn a_number_that_is_accepted_is_not_at_fault() {
    let body = "{\"other\":1.0,\"count\":1e3,\n\"share\":\"3\",\"any\":0}";
    let server = Server::answering(answer("200 OK", body)).await;
    let error = server.things::<Counted>().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "things_list: 200 OK: the body does not match at `share`: \
         invalid type: string \"3\", expected f64 at line 2 column 11"
    );
}

#[tokio::test]
async fn a_number_in_place_of_a_text_is_named_as_it_is_written() {
    let server = Server::answering(answer("200 OK", r#"["a",1.0]"#)).await;
    let error = server.things::<Vec<String>>().await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("at `[1]`: invalid type: floating point `1.0`, expected a string")
    );
}

#[tokio::test]
async fn a_key_may_have_dots() {
    type Counts = std::collections::BTreeMap<String, std::collections::BTreeMap<String, i64>>;
    let body = r#"{"a":{"b.c":1},"a.b":{"c":2.0,"c.d":3.0}}"#;
    let server = Server::answering(answer("200 OK", body)).await;
    let counts = server.things::<Counts>().await.unwrap().into_inner();
    assert_eq!(counts["a.b"]["c.d"], 3);
}

#[tokio::test]
async fn a_fraction_is_no_whole_number() {
    for count in ["3.5", "1e300", "\"3.0\""] {
        let body = format!(r#"{{"count":{count},"share":0,"any":0}}"#);
        let server = Server::answering(answer("200 OK", &body)).await;
        let error = server.things::<Counted>().await.unwrap_err();
        assert!(matches!(&error, Error::Decode(error) if error.path() == "count"));
    }
}
