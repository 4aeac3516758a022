//! A key that is sent in the query, against a listener on this machine. It is
//! compiled as a test of the generated crate.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use weather::{Client, Error};

#[tokio::test]
async fn the_key_is_in_the_query_and_in_no_error() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        BufReader::new(stream.try_clone().unwrap())
            .read_line(&mut line)
            .unwrap();
        let body = r#"{"sunny": 1, "asked": "for secret-key"}"#;
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        line
    });
    let client = Client::builder()
        .api_key("secret-key")
        .base_url(address)
        .retries(0)
        .build()
        .unwrap();
    let error = client.now("Rome").send().await.unwrap_err();
    assert_eq!(
        server.join().unwrap(),
        "GET /now?city=Rome&appid=secret-key HTTP/1.1\r\n"
    );
    assert!(matches!(error, Error::Decode(_)), "{error}");
    // Nobody listens any more: this error is about the address.
    let refused = client.now("Rome").send().await.unwrap_err();
    for error in [error, refused] {
        let told = format!("{error} {error:?}");
        assert!(!told.contains("secret-key"), "{told}");
    }
}

#[test]
fn without_a_key_there_is_no_client() {
    assert!(matches!(
        Client::builder().build(),
        Err(Error::MissingConfiguration(_))
    ));
}
