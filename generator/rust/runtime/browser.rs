//! The counterpart of `native.rs` for WebAssembly, where the browser (or another JavaScript host)
//! provides the clock, the connections, and redirects.

use std::error::Error;
use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use gloo_timers::future::TimeoutFuture;
use http::StatusCode;
use http::header::HeaderMap;
use reqwest::{Body, Client, multipart};
use web_time::web::SystemTimeExt;

use super::error::RequestError;
use super::request_builder::Build;
use super::upload::{Known, Opened};

pub(super) use gloo_timers::future::TimeoutFuture as Sleep;
pub(super) use web_time::Instant;

/// A browser sends its own `user-agent`. A custom value would need a CORS preflight, which few APIs
/// allow.
pub(super) const SENDS_USER_AGENT: bool = false;

/// [`Send`] on native targets. On WebAssembly, no bound: JavaScript objects cannot be sent to
/// another thread.
pub trait SendOutsideBrowser {}

impl<T> SendOutsideBrowser for T {}

/// [`Send`] and [`Sync`] on native targets. On WebAssembly, no bound.
pub trait SharedOutsideBrowser {}

impl<T: ?Sized> SharedOutsideBrowser for T {}

/// A future that borrows for `'a`.
pub(super) type BoxFutureIn<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;
pub(super) type BoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;
/// A function that starts a call.
pub(super) type Ask<T> = dyn FnMut() -> BoxFuture<T>;
/// A function that starts a call for a place in a list.
pub(super) type AskAt<P, T> = dyn FnMut(&P) -> BoxFuture<T>;
/// A function that receives a value.
pub(super) type Report<T> = dyn FnMut(&T);
/// A function that receives values, and is shared by clones.
pub(super) type SharedReport<T> = dyn Fn(T);
/// A function that returns the items of a page.
pub(super) type ItemsOf<P, T> = dyn FnMut(P) -> Vec<T>;
pub(super) type BoxBuild = Box<dyn Build>;
/// A function that adds headers to requests.
pub(super) type SharedInject = dyn Fn(&mut HeaderMap);
pub(super) type BoxStream<T> = Pin<Box<dyn Stream<Item = T>>>;

/// A response whose body is not read yet.
pub(super) struct Received {
    status: StatusCode,
    headers: HeaderMap,
    content_length: Option<u64>,
    body: BoxStream<reqwest::Result<Bytes>>,
}

/// The body of a response, read with the method `chunk`.
pub(super) struct ResponseBody(BoxStream<reqwest::Result<Bytes>>);

pub(super) fn box_build<F>(build: F) -> BoxBuild
where
    F: Build + 'static,
{
    Box::new(build)
}

pub(super) fn received(mut response: reqwest::Response) -> Received {
    Received {
        status: response.status(),
        content_length: response.content_length(),
        headers: std::mem::take(response.headers_mut()),
        body: Box::pin(response.bytes_stream()),
    }
}

/// Creates a response without a server.
pub(super) fn made(status: StatusCode, headers: HeaderMap, body: Bytes) -> Received {
    Received {
        status,
        headers,
        content_length: Some(body.len() as u64),
        body: Box::pin(Whole(Some(body))),
    }
}

impl Received {
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    pub(super) fn content_length(&self) -> Option<u64> {
        self.content_length
    }

    pub(super) fn bytes_stream(self) -> BoxStream<reqwest::Result<Bytes>> {
        self.body
    }
}

/// A body of one chunk.
struct Whole(Option<Bytes>);

impl Stream for Whole {
    type Item = reqwest::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

pub(super) fn body_of(response: Received) -> ResponseBody {
    ResponseBody(response.bytes_stream())
}

impl ResponseBody {
    pub(super) async fn chunk(&mut self) -> reqwest::Result<Option<Bytes>> {
        poll_fn(|context| self.0.as_mut().poll_next(context))
            .await
            .transpose()
    }
}

/// The error of a timeout.
pub(super) struct Elapsed;

/// Returns a timer. The time is limited to 24 days: a browser fires longer timers immediately.
pub(super) fn sleep(time: Duration) -> Sleep {
    const LONGEST: u32 = i32::MAX.unsigned_abs();
    // Rounded up, because callers compare the clock again after the timer.
    let milliseconds = time.as_nanos().div_ceil(1_000_000);
    TimeoutFuture::new(u32::try_from(milliseconds).map_or(LONGEST, |time| time.min(LONGEST)))
}

pub(super) async fn timeout<F: Future>(time: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    let mut timer = pin!(sleep(time));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        Poll::Pending => timer.as_mut().poll(context).map(|()| Err(Elapsed)),
    })
    .await
}

pub(super) async fn timeout_at<F: Future>(at: Instant, future: F) -> Result<F::Output, Elapsed> {
    timeout(at.saturating_duration_since(Instant::now()), future).await
}

/// Returns the wall-clock time.
pub(super) fn system_time() -> SystemTime {
    web_time::SystemTime::now().to_std()
}

/// The browser manages connections and proxies.
#[derive(Clone, Debug, Default)]
pub(super) struct Connections {
    pub(super) connect_timeout: Duration,
}

impl Connections {
    pub(super) fn client(&self, _: bool) -> Result<Client, Box<dyn Error + Send + Sync>> {
        Ok(Client::builder().build()?)
    }
}

/// Returns an error: there is no file system.
pub(super) async fn open(_: &Path) -> io::Result<Known> {
    let message = "files cannot be opened by path in a browser: send bytes or a stream";
    Err(io::Error::new(ErrorKind::Unsupported, message))
}

/// Returns a form. The browser sends names unencoded.
pub(super) fn form() -> multipart::Form {
    multipart::Form::new()
}

/// Returns the content of an upload as a form part.
pub(super) async fn part(content: Opened) -> Result<multipart::Part, RequestError> {
    Ok(multipart::Part::stream(body(content).await?))
}

/// Reads the whole content of an upload into a body, because `reqwest` cannot stream request bodies
/// in browsers.
pub(super) async fn body(mut content: Opened) -> Result<Body, RequestError> {
    let mut whole = BytesMut::new();
    let chunks = &mut content.chunks;
    while let Some(chunk) = poll_fn(|context| Pin::new(&mut *chunks).poll_next(context)).await {
        let chunk = chunk.map_err(|cause| {
            let message = format!("could not read the request body: {cause}");
            RequestError::caused(message, cause)
        })?;
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze().into())
}

/// A browser does not report why a request failed.
pub(super) fn is_connect(_: &reqwest::Error) -> bool {
    false
}
