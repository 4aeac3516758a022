//! What is not the same in a browser, as it is everywhere else: with threads, sockets and
//! files. `browser.rs` has the same names, and takes this module's place there.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use futures_core::Stream;
use reqwest::redirect::Policy;
use reqwest::{Body, Client, multipart};

use super::error::RequestError;
use super::outgoing::Outgoing;
use super::request_builder::{BuildError, Raw};
use super::upload::Opened;

pub(super) use super::file::open;
pub(super) use tokio::time::{Instant, Sleep, sleep, timeout, timeout_at};

/// Whether a request says what the calling program is.
pub(super) const SENDS_USER_AGENT: bool = true;

/// [`Send`], but for WebAssembly, where nothing that comes from the browser may leave its thread.
pub trait SendOutsideBrowser: Send {}

impl<T: Send> SendOutsideBrowser for T {}

pub(super) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
pub(super) type BoxBuild = Box<dyn Fn(Raw<'_>) -> Result<Outgoing, BuildError> + Send>;
pub(super) type BoxStream<T> = Pin<Box<dyn Stream<Item = T> + Send>>;

/// The body of a response, which its method `chunk` reads.
pub(super) type ResponseBody = reqwest::Response;

pub(super) fn box_build<F>(build: F) -> BoxBuild
where
    F: Fn(Raw<'_>) -> Result<Outgoing, BuildError> + Send + 'static,
{
    Box::new(build)
}

pub(super) fn body_of(response: reqwest::Response) -> ResponseBody {
    response
}

/// Returns the time by the clock on the wall.
pub(super) fn system_time() -> SystemTime {
    SystemTime::now()
}

/// Returns the client for an address, which may be one of this machine.
pub(super) fn http_client(is_loopback: bool, connect_timeout: Duration) -> reqwest::Result<Client> {
    let builder = Client::builder()
        .connect_timeout(connect_timeout)
        .redirect(Policy::none());
    // This machine is another one to a proxy, and the way there shows the key.
    let builder = if is_loopback {
        builder.no_proxy()
    } else {
        builder
    };
    builder.build()
}

/// Returns a form that sends names as they are: few servers decode what RFC 7578 rules
/// out.
pub(super) fn form() -> multipart::Form {
    multipart::Form::new().percent_encode_noop()
}

/// Returns the content of an upload as a part of a form.
pub(super) async fn part(content: Opened) -> Result<multipart::Part, RequestError> {
    let body = Body::wrap_stream(content.chunks);
    Ok(match content.length {
        Some(length) => multipart::Part::stream_with_length(body, length),
        None => multipart::Part::stream(body),
    })
}

/// Returns the content of an upload as a body.
pub(super) async fn body(content: Opened) -> Result<Body, RequestError> {
    Ok(Body::wrap_stream(content.chunks))
}

pub(super) fn is_connect(error: &reqwest::Error) -> bool {
    error.is_connect()
}
