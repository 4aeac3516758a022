//! Keys of several operations, alternatives of authentication, and access tokens, against a
//! listener on this machine. It is compiled as a test of the generated crate.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use harbor::{Client, ClientBuilder, ClientCredentials, Error};

/// A server that accepts one token at a time, and lists the requests: the path, and the headers
/// that hold a key.
#[derive(Clone, Default)]
struct Server {
    requests: Arc<Mutex<Vec<String>>>,
    /// The number of tokens so far.
    tokens: Arc<Mutex<usize>>,
}

impl Server {
    fn start(&self) -> ClientBuilder {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = self.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                server.answer(stream.unwrap());
            }
        });
        Client::builder().base_url(url).retries(0)
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let path = line.split(' ').nth(1).unwrap().to_owned();
        let (mut keys, mut length) = (Vec::new(), 0);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            match name.to_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap(),
                name @ ("authorization" | "cookie" | "x-app") => {
                    keys.push(format!("{name}: {value}"));
                }
                _ => {}
            }
        }
        reader.read_exact(&mut vec![0; length]).unwrap();
        keys.sort_unstable();
        let tokens = &mut *self.tokens.lock().unwrap();
        let (status, body) = match path.as_str() {
            "/oauth/token" => {
                *tokens += 1;
                let token = format!("{{\"access_token\":\"token-{tokens}\",\"expires_in\":3600}}");
                ("200 OK", token)
            }
            // The first token is revoked.
            _ if keys.contains(&"authorization: Bearer token-1".to_owned()) => {
                ("401 Unauthorized", "{}".to_owned())
            }
            _ => ("200 OK", "{\"ok\":true}".to_owned()),
        };
        let request = [vec![path], keys].concat().join(", ");
        self.requests.lock().unwrap().push(request);
        write!(
            stream,
            "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn each_operation_sends_its_own_keys() {
    let server = Server::default();
    let client = server.start().api_key("app-0123").key("key-0123");
    let client = client.staff("Aladdin", "open sesame").build().unwrap();
    client.ships().list().send().await.unwrap();
    client.tides().get().send().await.unwrap();
    client.gates().open().send().await.unwrap();
    assert_eq!(
        server.requests(),
        [
            "/ships, cookie: key=key-0123, x-app: app-0123",
            "/tides",
            "/gates/open, authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        ]
    );
}

#[tokio::test]
async fn a_token_is_obtained_and_replaced_when_it_is_rejected() {
    let server = Server::default();
    let credentials = ClientCredentials::new("id", "secret");
    let client = server
        .start()
        .client_credentials(credentials)
        .build()
        .unwrap();
    client.tides().get().send().await.unwrap();
    client.ships().list().send().await.unwrap();
    client.ships().list().send().await.unwrap();
    assert_eq!(
        server.requests(),
        [
            "/tides",
            "/oauth/token, authorization: Basic aWQ6c2VjcmV0",
            "/ships, authorization: Bearer token-1",
            "/oauth/token, authorization: Basic aWQ6c2VjcmV0",
            "/ships, authorization: Bearer token-2",
            "/ships, authorization: Bearer token-2",
        ]
    );
}

#[tokio::test]
async fn a_key_that_is_missing_is_named() {
    let one = Client::builder().api_key("app-0123").build().unwrap_err();
    assert!(matches!(one, Error::MissingConfiguration(_)), "{one}");
    let server = Server::default();
    let client = server.start().api_key("app-0123").key("key-0123");
    let error = client
        .build()
        .unwrap()
        .gates()
        .open()
        .send()
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("`ClientBuilder::staff`"),
        "{error}"
    );
    assert!(server.requests().is_empty());
}

#[test]
fn the_environment_has_variables_for_all_keys() {
    let variables = |name: &str| match name {
        "HARBOR_CLIENT_ID" | "HARBOR_CLIENT_SECRET" => Some("a".to_owned()),
        _ => None,
    };
    ClientBuilder::from_variables(variables)
        .unwrap()
        .build()
        .unwrap();
    let variables = |name: &str| match name {
        "HARBOR_API_KEY" | "HARBOR_KEY" => Some("a".to_owned()),
        _ => None,
    };
    ClientBuilder::from_variables(variables)
        .unwrap()
        .build()
        .unwrap();
}
