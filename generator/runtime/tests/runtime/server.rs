//! A server that records each request as text and sends scripted responses.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::calls::Calls;
use crate::runtime::read::Read;
use crate::runtime::{Client, Error, Operation, Response};
use reqwest::{Method, Request};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

pub(crate) const KEY: &str = "key-0123456789";

/// Returns the builder of a caller's HTTP client.
pub(crate) fn http_client_builder() -> reqwest::ClientBuilder {
    // Another test may have installed it.
    let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy()
}

/// The action of the server after it has read a request.
#[derive(Clone)]
pub(crate) enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Sends nothing for this time.
    Wait(Duration),
}

pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<(Instant, String)>>>,
}

impl Server {
    /// Starts a server that sends the same response to every request.
    pub(crate) async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |_| vec![Step::Send(answer.clone())]).await
    }

    /// Starts a server that executes the steps of `script` for each request, and then closes the
    /// connection.
    pub(crate) async fn start(script: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&requests);
        let script = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&record), Arc::clone(&script)));
            }
        });
        Self { url, requests }
    }

    /// Returns the requests so far, each as received.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|(_, text)| text.clone()).collect()
    }

    /// Returns the arrival time of each request so far.
    pub(crate) fn times(&self) -> Vec<Instant> {
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|(time, _)| *time).collect()
    }

    /// Returns the first line of the only request.
    pub(crate) fn request_line(&self) -> String {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].lines().next().unwrap().to_owned()
    }

    /// Returns a client for this server, with retries disabled.
    pub(crate) fn client(&self) -> Client {
        Client::builder()
            .api_key(KEY)
            .base_url(&self.url)
            .timeout(Duration::from_secs(5))
            .retries(0)
            .build()
            .unwrap()
    }

    /// Calls `GET /things` and decodes the JSON response.
    pub(crate) async fn things<T: Read>(&self) -> Result<Response<T>, Error> {
        things(&self.client()).await
    }

    /// Calls `GET /things` and returns the error.
    pub(crate) async fn error(&self) -> Error {
        self.things::<serde_json::Value>().await.unwrap_err()
    }
}

async fn serve(
    mut stream: TcpStream,
    record: Arc<Mutex<Vec<(Instant, String)>>>,
    script: Arc<impl Fn(&str) -> Vec<Step>>,
) {
    let request = read_request(&mut stream).await;
    record
        .lock()
        .unwrap()
        .push((Instant::now(), request.clone()));
    for step in script(&request) {
        match step {
            Step::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Step::Wait(time) => sleep(time).await,
        }
    }
}

pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = header(head, "content-length").unwrap_or_default();
            if body.len() >= length.parse().unwrap_or(0) {
                return text.into_owned();
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return String::from_utf8_lossy(&request).into_owned(),
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
}

/// Returns the value of a header of a request as received.
pub(crate) fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
}

/// Returns a response with a status line such as `200 OK`, and a body.
pub(crate) fn answer(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nx-request-id: r1\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .into_bytes()
}

pub(crate) const THINGS: Operation = Operation::new("things_list", "/things");

/// Calls `GET /things` and decodes the JSON response.
pub(crate) async fn things<T: Read>(client: &Client) -> Result<Response<T>, Error> {
    client.calls().json(get(client, "/things"), &THINGS).await
}

/// Returns a `GET` request for a path below the base URL.
pub(crate) fn get(client: &Client, path: &str) -> Request {
    let url = format!("{}{path}", client.base_url());
    Request::new(Method::GET, url.parse().unwrap())
}

/// Starts a server that keeps its connections, and returns its URL and the number of connections.
/// `answer` returns the response to a request.
pub(crate) async fn keeping_alive(
    answer: impl Fn(&str) -> &'static str + Clone + Send + 'static,
) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                loop {
                    let request = read_request(&mut stream).await;
                    if request.is_empty()
                        || stream.write_all(answer(&request).as_bytes()).await.is_err()
                    {
                        return;
                    }
                }
            });
        }
    });
    (url, connections)
}
