//! A server that records the bytes of each request, including bytes that a mock does not check.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A server that sends the same response to every request and then closes the connection.
#[derive(Debug)]
pub struct Wiretap {
    /// The URL of the server.
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Wiretap {
    /// Starts a server that responds with a status such as `200 OK` and a body.
    pub fn answering(status: &str, body: &str) -> Self {
        let length = body.len();
        Self::sending(&format!(
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        ))
    }

    /// Starts a server that responds with these bytes.
    pub fn sending(answer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port has a number");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&requests);
        let answer = answer.to_owned();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let request = read_request(&mut stream);
                record.lock().expect("nobody panics with it").push(request);
                // Ignore the error if the client has disconnected.
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self {
            url: format!("http://{address}"),
            requests,
        }
    }

    /// Returns the first line of the only request.
    pub fn request_line(&self) -> String {
        let request = self.request();
        request.lines().next().unwrap_or_default().to_owned()
    }

    /// Returns the headers of the only request, sorted.
    pub fn headers(&self) -> Vec<String> {
        let request = self.request();
        let lines = request.lines().skip(1);
        let mut headers: Vec<String> = lines
            .take_while(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        headers.sort();
        headers
    }

    /// Returns the only request.
    pub fn request(&self) -> String {
        let requests = self.requests.lock().expect("nobody panics with it");
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }
}

/// Reads a request. Its body, if any, has a known length.
pub(crate) fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 1024];
    while !is_complete(&request) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(read) => request.extend_from_slice(&buffer[..read]),
        }
    }
    String::from_utf8_lossy(&request).into_owned()
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length = length.and_then(|length| length.parse().ok());
    body.len() >= length.unwrap_or(0)
}
