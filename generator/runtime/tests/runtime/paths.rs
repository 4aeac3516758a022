//! Path parameters cannot change the structure of a path.

use crate::calls::Calls;
use crate::runtime::{Error, Operation, encode_path};
use serde_json::Value;

use crate::server::{Server, answer, get};

const PART: Operation = Operation::new("parts_retrieve", "/things/{id}/parts/{part}");

async fn part(server: &Server, id: &str, part: &str) -> Result<(), Error> {
    let client = server.client();
    let path = format!("/things/{}/parts/{}", encode_path(id), encode_path(part));
    let request = get(&client, &path);
    client.calls().json::<Value>(request, &PART).await.map(drop)
}

#[tokio::test]
async fn a_value_is_one_segment_whatever_it_holds() {
    let segments = [
        ("a-b_c.d~e", "a-b_c.d~e"),
        ("a b", "a%20b"),
        ("../../x", "..%2F..%2Fx"),
        ("/", "%2F"),
        ("\\..\\", "%5C..%5C"),
        ("?a=b", "%3Fa%3Db"),
        ("#a", "%23a"),
        ("%2e%2e", "%252e%252e"),
        ("a\nb\t", "a%0Ab%09"),
        ("é漢", "%C3%A9%E6%BC%A2"),
        ("...", "..."),
    ];
    for (value, segment) in segments {
        let server = Server::answering(answer("200 OK", "{}")).await;
        part(&server, value, "1").await.unwrap();
        let expected = format!("GET /things/{segment}/parts/1 HTTP/1.1");
        assert_eq!(server.request_line(), expected);
    }
}

#[tokio::test]
async fn a_value_that_would_lead_elsewhere_is_refused_and_nothing_sent() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let values = [
        ("", "1"),
        (".", "1"),
        ("..", "1"),
        ("a", ""),
        ("a", "."),
        ("a", ".."),
        ("..", ".."),
    ];
    for (id, last) in values {
        let error = part(&server, id, last).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{id:?} {last:?}");
        assert_eq!(error.operation(), Some("parts_retrieve"));
        assert_eq!(
            error.to_string(),
            "parts_retrieve: invalid request: a parameter of the path \
             `/things/{id}/parts/{part}` is empty or changes the path"
        );
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_slash_at_the_end_of_a_template_is_sent() {
    let server = Server::answering(answer("200 OK", "{}")).await;
    let client = server.client();
    const OPERATIONS: [Operation; 2] = [
        Operation::new("root", "/"),
        Operation::new("root", "/things/"),
    ];
    for operation in &OPERATIONS {
        let request = get(&client, operation.path);
        client
            .calls()
            .json::<Value>(request, operation)
            .await
            .unwrap();
    }
    const OPERATION: Operation = Operation::new("root", "/things/{id}/");
    let request = get(&client, "/things//");
    assert!(
        client
            .calls()
            .json::<Value>(request, &OPERATION)
            .await
            .is_err()
    );
}
