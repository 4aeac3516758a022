//! A local documentation site that serves pages, and simulates faults of a server or a connection.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use crate::wiretap::read_request;

/// A site that runs until its test ends.
#[derive(Debug)]
pub struct Site {
    /// The URL of the site, without a trailing slash.
    pub url: String,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    replies: HashMap<String, Vec<Reply>>,
    requests: Vec<Request>,
    open: usize,
    most_open: usize,
}

/// A request as received.
#[derive(Clone, Debug)]
pub struct Request {
    /// The request line and the headers.
    pub head: String,
    /// The arrival time.
    pub at: Instant,
}

impl Request {
    /// Returns the value of the header with this lowercase name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key.to_ascii_lowercase() == name).then_some(value.trim())
        })
    }

    fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }
}

/// The response of the site to a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// These bytes, after which the connection is closed.
    Bytes(Vec<u8>),
    /// A page, or 304 (Not Modified) if the request has one of its validators.
    Page {
        /// The headers that identify the version, such as `ETag: "1"`.
        validators: Vec<String>,
        /// The page.
        text: String,
    },
    /// These bytes, after which the connection stays open without more data.
    Halting(Vec<u8>),
    /// No response for this time.
    Late(Duration, Box<Reply>),
    /// No response. The connection is closed.
    Nothing,
}

impl Reply {
    /// Returns a response with a status such as `404 Not Found`, headers, and a body.
    pub fn with(status: &str, headers: &[&str], body: &str) -> Self {
        let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        let length = body.len();
        Self::Bytes(
            format!(
                "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\
                 Connection: close\r\n\r\n{body}"
            )
            .into(),
        )
    }

    /// Creates a response with these bytes.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Bytes(bytes.into())
    }

    /// Creates a redirect to another URL.
    pub fn redirect(to: &str) -> Self {
        Self::with("302 Found", &[&format!("Location: {to}")], "")
    }
}

impl Site {
    /// Starts a site without a page.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port has a number");
        let shared = Arc::new(Mutex::new(Shared::default()));
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = Arc::clone(&served);
                thread::spawn(move || serve(stream, &served));
            }
        });
        Self {
            url: format!("http://{address}"),
            shared,
        }
    }

    /// Publishes an `llms.txt` with these links.
    pub fn index(&self, links: &[&str]) {
        let links: String = links
            .iter()
            .map(|link| format!("- [A page](<{link}>): what it is about\n"))
            .collect();
        self.reply(
            "/llms.txt",
            Reply::with("200 OK", &[], &format!("# Docs\n\n{links}")),
        );
    }

    /// Publishes a page with an ETag.
    pub fn page(&self, path: &str, text: &str) {
        let length = text.len();
        let sum: u64 = text
            .bytes()
            .fold(7, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
        let validators = vec![format!("ETag: \"{length}-{sum:x}\"")];
        let text = text.to_owned();
        self.reply(path, Reply::Page { validators, text });
    }

    /// Sets the response to all requests for a path.
    pub fn reply(&self, path: &str, reply: Reply) {
        self.replies(path, [reply]);
    }

    /// Sets the responses to the requests for a path, in order. The last response is repeated.
    pub fn replies(&self, path: &str, replies: impl Into<Vec<Reply>>) {
        self.lock().replies.insert(path.to_owned(), replies.into());
    }

    /// Returns the requests for a path.
    pub fn requests(&self, path: &str) -> Vec<Request> {
        let shared = self.lock();
        let of_path = shared
            .requests
            .iter()
            .filter(|request| request.path() == path);
        of_path.cloned().collect()
    }

    /// Forgets the requests.
    pub fn forget(&self) {
        self.lock().requests.clear();
    }

    /// Returns the maximum number of concurrent requests.
    pub fn most_at_once(&self) -> usize {
        self.lock().most_open
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().expect("nobody panics with it")
    }
}

fn serve(mut stream: TcpStream, shared: &Mutex<Shared>) {
    let Some(request) = received(&mut stream) else {
        return;
    };
    let reply = {
        let mut shared = shared.lock().expect("nobody panics with it");
        shared.open += 1;
        shared.most_open = shared.most_open.max(shared.open);
        shared.requests.push(request.clone());
        let replies = shared.replies.get_mut(request.path());
        replies.map_or_else(
            || Reply::with("404 Not Found", &[], "There is no such page.\n"),
            |replies| match replies.len() {
                1 => replies[0].clone(),
                _ => replies.remove(0),
            },
        )
    };
    answer(&mut stream, &request, reply);
    shared.lock().expect("nobody panics with it").open -= 1;
    // Unread data would make the system discard the sent data.
    let _ = stream.shutdown(Shutdown::Write);
    let _ = stream.read(&mut [0; 64]);
}

fn answer(stream: &mut TcpStream, request: &Request, reply: Reply) {
    let bytes = match reply {
        Reply::Nothing => return,
        Reply::Bytes(bytes) => bytes,
        Reply::Halting(bytes) => {
            // The caller closes the connection.
            let _ = stream
                .write_all(&bytes)
                .and_then(|()| stream.read(&mut [0]));
            return;
        }
        Reply::Late(wait, reply) => {
            sleep(wait);
            return answer(stream, request, *reply);
        }
        Reply::Page { validators, text } => {
            let headers: Vec<&str> = validators.iter().map(String::as_str).collect();
            let reply = if is_known(request, &validators) {
                Reply::with("304 Not Modified", &headers, "")
            } else {
                Reply::with("200 OK", &headers, &text)
            };
            return answer(stream, request, reply);
        }
    };
    // Ignore the error if the client has disconnected.
    let _ = stream.write_all(&bytes);
}

/// Returns `true` if a request has one of the validators.
fn is_known(request: &Request, validators: &[String]) -> bool {
    let conditions = ["if-none-match", "if-modified-since"];
    let known = conditions.iter().filter_map(|name| request.header(name));
    known.into_iter().any(|known| {
        let values = validators.iter().filter_map(|line| line.split_once(": "));
        values.into_iter().any(|(_, value)| value == known)
    })
}

fn received(stream: &mut TcpStream) -> Option<Request> {
    let head = read_request(stream);
    let at = Instant::now();
    head.ends_with("\r\n\r\n").then_some(Request { head, at })
}
