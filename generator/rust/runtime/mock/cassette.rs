//! Records responses of the API, and replays them in tests without network access.

use std::fmt::{self, Debug, Formatter};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fs, process};

use http::StatusCode;

use super::super::api;
use super::super::call::Call;
use super::super::client::{Client, ClientBuilder};
use super::super::error::Error;
use super::super::middleware::{Attempt, AttemptResponse, Middleware, MiddlewareFuture, Next};
use super::recording::{self, Body, Exchange, Request, Response};
use super::redaction::Redaction;

/// The API key of a client that only replays.
const KEY: &str = "key-of-a-cassette";

/// Response headers that are not recorded: they describe the encoding or the connection, or contain
/// a session.
const UNRECORDED: [&str; 6] = [
    "connection",
    "content-encoding",
    "content-length",
    "keep-alive",
    "set-cookie",
    "transfer-encoding",
];

/// A [`Middleware`] that records requests and responses in a JSON file, or replays them without
/// network access.
///
/// ```ignore
/// let cassette = Cassette::open("tests/cassettes/assets.json")?;
/// let client = cassette.builder()?.build()?;
/// let assets = client.assets().list().send().await?;
/// cassette.save()?;
/// ```
///
/// # Replaying
///
/// For each request, the cassette returns the first recorded response with the same method, path,
/// query, and body that has not been replayed yet. If there is no such response, the call fails
/// with [`Error::Middleware`]. Each retry and each redirect is a separate request. The bodies of
/// forms and files are not compared.
///
/// # Recording
///
/// A streamed response starts after its body has been recorded completely. Failed connections are
/// not recorded. The file does not contain request headers. The API key, unless it is shorter than
/// 8 bytes, and the signatures of presigned URLs are replaced with `[redacted]`. Other secrets in
/// bodies are not redacted: review the file before you commit it.
#[derive(Clone)]
pub struct Cassette(Arc<Inner>);

struct Inner {
    path: PathBuf,
    tape: Tape,
}

enum Tape {
    /// The exchanges in the order of their requests. Those without a response are `None`.
    Recording(Mutex<Vec<Option<Exchange>>>),
    Replay(Mutex<Vec<Replayed>>),
}

struct Replayed {
    exchange: Exchange,
    is_over: bool,
}

impl Cassette {
    /// Creates a cassette that records. Call [`save`](Self::save) to write the file.
    pub fn record(path: impl Into<PathBuf>) -> Self {
        Self::new(path.into(), Tape::Recording(Mutex::default()))
    }

    /// Opens a file and replays its responses.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Middleware`] if the file cannot be read.
    pub fn replay(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        let text = fs::read_to_string(&path).map_err(|error| error.to_string());
        let exchanges = text.and_then(|text| recording::read(&text));
        let exchanges = exchanges.map_err(|reason| {
            let path = path.display();
            Error::middleware(format!("cannot read the cassette `{path}`: {reason}"))
        })?;
        let tape = exchanges.into_iter().map(|exchange| Replayed {
            exchange,
            is_over: false,
        });
        let tape = Tape::Replay(Mutex::new(tape.collect()));
        Ok(Self::new(path, tape))
    }

    /// Replays the file if it exists. Otherwise, records a new file.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`replay`](Self::replay).
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        match path.exists() {
            true => Self::replay(path),
            false => Ok(Self::record(path)),
        }
    }

    fn new(path: PathBuf, tape: Tape) -> Self {
        Self(Arc::new(Inner { path, tape }))
    }

    /// Returns `true` if the cassette records.
    pub fn is_recording(&self) -> bool {
        matches!(self.0.tape, Tape::Recording(_))
    }

    /// Returns the builder of a client that uses this cassette. A recording client is configured by
    /// [environment variables](ClientBuilder::from_env). A replaying client does not need a key.
    ///
    /// To use the cassette with another client, pass it to [`ClientBuilder::middleware`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ClientBuilder::from_env`].
    pub fn builder(&self) -> Result<ClientBuilder, Error> {
        let builder = match self.is_recording() {
            true => ClientBuilder::from_env()?,
            false => (1..api::KEYS.len()).fold(Client::builder().api_key(KEY), |it, position| {
                it.other_key(position, KEY)
            }),
        };
        Ok(builder.middleware(self.clone()))
    }

    /// Writes the file if the cassette records. An existing file is replaced atomically.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Middleware`] if the file cannot be written.
    pub fn save(&self) -> Result<(), Error> {
        let Tape::Recording(tape) = &self.0.tape else {
            return Ok(());
        };
        let exchanges: Vec<Exchange> = lock(tape).iter().flatten().cloned().collect();
        let path = &self.0.path;
        write(path, &recording::write(&exchanges)).map_err(|error| {
            let path = path.display();
            Error::middleware(format!("cannot write the cassette `{path}`: {error}"))
        })
    }

    async fn recorded(
        &self,
        tape: &Mutex<Vec<Option<Exchange>>>,
        attempt: Attempt,
        next: Next<'_>,
    ) -> Result<AttemptResponse, Error> {
        let redaction = Redaction::new(&attempt, next.call());
        let request = request(&attempt, next.call(), &redaction);
        let operation = attempt.operation().to_owned();
        let position = {
            let mut tape = lock(tape);
            tape.push(None);
            tape.len() - 1
        };
        let (response, body) = next.run(attempt).await?.buffered().await?;
        let headers = response.headers().iter();
        let headers = headers.filter(|(name, _)| !UNRECORDED.contains(&name.as_str()));
        let headers = headers.map(|(name, value)| {
            let value = redaction.header(name.as_str(), value.as_bytes());
            (name.as_str().to_owned(), value)
        });
        let exchange = Exchange {
            operation,
            request,
            response: Response {
                status: response.status().as_u16(),
                headers: headers.collect(),
                body: Body::new(redaction.body(&body), response.headers()),
            },
        };
        if let Some(place) = lock(tape).get_mut(position) {
            *place = Some(exchange);
        }
        Ok(response)
    }

    fn replayed(
        &self,
        tape: &Mutex<Vec<Replayed>>,
        request: &Request,
    ) -> Result<AttemptResponse, Error> {
        let mut tape = lock(tape);
        let mut unused = tape.iter_mut().filter(|it| !it.is_over);
        let Some(found) = unused.find(|it| request.is_like(&it.exchange.request)) else {
            let reason = self.missing(&tape, request);
            return Err(Error::middleware(reason));
        };
        found.is_over = true;
        let response = &found.exchange.response;
        let status = StatusCode::from_u16(response.status).map_err(Error::middleware)?;
        let (headers, body) = (response.header_map(), response.body.bytes());
        Ok(AttemptResponse::new(status, headers, body))
    }

    /// Returns the message for a request without a recorded response.
    fn missing(&self, tape: &[Replayed], request: &Request) -> String {
        let path = self.0.path.display();
        let recorded = || tape.iter().map(|it| &it.exchange.request);
        let count = recorded().filter(|it| request.is_like(it)).count();
        if count > 0 {
            let times = match count {
                1 => "once".to_owned(),
                count => format!("{count} times"),
            };
            return format!(
                "{request} is recorded {times} in the cassette `{path}`, but was sent again"
            );
        }
        if let Some(other) = recorded().find(|it| request.is_for_same(it)) {
            return format!(
                "{request} is recorded with another body in the cassette `{path}`: {} was sent, \
                 but {} is recorded",
                request.body, other.body
            );
        }
        let mut requests: Vec<String> = recorded().map(Request::to_string).collect();
        requests.dedup();
        match requests.is_empty() {
            true => format!("{request} is not in the cassette `{path}`, which is empty"),
            false => format!(
                "{request} is not in the cassette `{path}`, which has {}",
                requests.join(", ")
            ),
        }
    }
}

impl Middleware for Cassette {
    fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        match &self.0.tape {
            Tape::Recording(tape) => Box::pin(self.recorded(tape, attempt, next)),
            Tape::Replay(tape) => {
                let redaction = Redaction::new(&attempt, next.call());
                let request = request(&attempt, next.call(), &redaction);
                let response = self.replayed(tape, &request);
                Box::pin(async { response })
            }
        }
    }
}

impl Debug for Cassette {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cassette")
            .field("path", &self.0.path)
            .field("is_recording", &self.is_recording())
            .finish_non_exhaustive()
    }
}

/// Returns the recorded form of a request.
fn request(attempt: &Attempt, call: &Call, redaction: &Redaction<'_>) -> Request {
    let url = attempt.url();
    let below = url.strip_prefix(&*call.transport.base_url);
    let url = below.filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let media_type = recording::media_type(attempt.headers()).unwrap_or_default();
    let is_form = media_type.starts_with("multipart/");
    Request {
        method: attempt.method().to_string(),
        url: redaction.text(url.unwrap_or(attempt.url())),
        body: match attempt.body().filter(|_| !is_form) {
            Some(body) => Body::new(redaction.body(body), attempt.headers()),
            None => Body::Unrecorded(media_type),
        },
    }
}

/// Replaces a file atomically.
fn write(path: &Path, text: &str) -> io::Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{count}.tmp", process::id()));
    let staged = path.with_file_name(name);
    let written = fs::write(&staged, text).and_then(|()| fs::rename(&staged, path));
    if written.is_err() {
        // The original error is more useful than a failed removal.
        let _ = fs::remove_file(&staged);
    }
    written
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
