//! A server whose responses are created by a function.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use twelvelabs::Client;

pub(crate) const KEY: &str = "tlk_0123456789";

/// A complete request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path with its query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }
}

/// The response to a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    HangUp,
}

impl Reply {
    pub(crate) fn json(body: &Value) -> Self {
        Self::status(200).with_body(body)
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Answer {
            status: 200,
            headers: Vec::new(),
            body: text.into(),
        }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Answer {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.into()));
        }
        self
    }

    fn with_body(mut self, value: &Value) -> Self {
        if let Self::Answer { body, .. } = &mut self {
            *body = value.to_string();
        }
        self
    }
}

/// Starts a server, and returns its URL.
pub(crate) async fn serve<F, R>(answer: F) -> String
where
    F: Fn(Request) -> R + Clone + Send + 'static,
    R: Future<Output = Reply> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("the port has a number");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                if let Some(request) = read(&mut stream).await {
                    let reply = answer(request).await;
                    write(&mut stream, reply).await;
                }
            });
        }
    });
    format!("http://{address}")
}

/// Starts a server that sends these responses in order, and repeats the last one. Returns its
/// client and the received requests.
pub(crate) async fn script(answers: Vec<Reply>) -> (Client, Arc<Mutex<Vec<Request>>>) {
    let requests = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&requests);
    let url = serve(move |request| {
        let mut record = record.lock().expect("nobody panics with it");
        let reply = answers.get(record.len()).or(answers.last()).cloned();
        record.push(request);
        async move { reply.expect("a response") }
    })
    .await;
    (client(&url), requests)
}

/// Returns a client with retries disabled.
pub(crate) fn client(url: &str) -> Client {
    let builder = Client::builder().api_key(KEY).base_url(url).retries(0);
    builder.build().expect("an address on this machine")
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ').map(str::to_owned);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut request = Request {
        method: first.next()?,
        target: first.next()?,
        headers,
        body: bytes.split_off(end + 4),
    };
    let length = request
        .header("content-length")
        .unwrap_or("0")
        .parse()
        .ok()?;
    while request.body.len() < length {
        if stream.read_buf(&mut request.body).await.ok()? == 0 {
            return None;
        }
    }
    Some(request)
}

async fn write(stream: &mut TcpStream, reply: Reply) {
    let Reply::Answer {
        status,
        headers,
        body,
    } = reply
    else {
        return;
    };
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status} -\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    // Ignore the error if the client has disconnected.
    let _ = stream.write_all(text.as_bytes()).await;
}
