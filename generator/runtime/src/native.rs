//! What is not the same in a browser, as it is everywhere else: with threads, sockets and
//! files. `browser.rs` has the same names, and takes this module's place there.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_core::Stream;
use http::StatusCode;
use http::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Body, Client, ClientBuilder, multipart};

use super::error::RequestError;
use super::request_builder::Build;
use super::upload::Opened;

pub(super) use super::file::open;
pub(super) use tokio::time::{Instant, Sleep, sleep, timeout, timeout_at};

/// Whether a request says what the calling program is.
pub(super) const SENDS_USER_AGENT: bool = true;

/// [`Send`], but for WebAssembly, where nothing that comes from the browser may leave its thread.
pub trait SendOutsideBrowser: Send {}

impl<T: Send> SendOutsideBrowser for T {}

/// [`Send`] and [`Sync`], but for WebAssembly.
pub trait SharedOutsideBrowser: Send + Sync {}

impl<T: Send + Sync + ?Sized> SharedOutsideBrowser for T {}

/// A future that borrows for `'a`.
pub(super) type BoxFutureIn<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
pub(super) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
pub(super) type BoxBuild = Box<dyn Build + Send>;
/// A function that adds headers to requests.
pub(super) type SharedInject = dyn Fn(&mut HeaderMap) + Send + Sync;
pub(super) type BoxStream<T> = Pin<Box<dyn Stream<Item = T> + Send>>;

/// A response whose body is not read yet.
pub(super) type Received = reqwest::Response;

/// The body of a response, which its method `chunk` reads.
pub(super) type ResponseBody = reqwest::Response;

pub(super) fn box_build<F>(build: F) -> BoxBuild
where
    F: Build + Send + 'static,
{
    Box::new(build)
}

pub(super) fn received(response: reqwest::Response) -> Received {
    response
}

/// Returns a response that no server sent.
pub(super) fn made(status: StatusCode, headers: HeaderMap, body: Bytes) -> Received {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.into()
}

pub(super) fn body_of(response: Received) -> ResponseBody {
    response
}

/// Returns the time by the clock on the wall.
pub(super) fn system_time() -> SystemTime {
    SystemTime::now()
}

/// Returns the HTTP client for a URL, which may be one of this machine.
pub(super) fn http_client(
    is_loopback: bool,
    connect_timeout: Duration,
) -> Result<Client, Box<dyn Error + Send + Sync>> {
    let builder = http_client_builder(is_loopback)?
        .connect_timeout(connect_timeout)
        .redirect(Policy::none());
    Ok(builder.build()?)
}

/// Returns the builder of an HTTP client that has TLS and, if it is used for this machine, no
/// proxy: to a proxy, this machine is another one, and the connection is not encrypted.
pub(crate) fn http_client_builder(
    is_loopback: bool,
) -> Result<ClientBuilder, Box<dyn Error + Send + Sync>> {
    let builder = with_tls(Client::builder())?;
    Ok(match is_loopback {
        true => builder.no_proxy(),
        false => builder,
    })
}

/// Sets up TLS by rustls: with the crypto provider of the process if it has installed one, and
/// with `ring` otherwise. It takes less time to compile than the default of `reqwest`.
#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
fn with_tls(builder: ClientBuilder) -> Result<ClientBuilder, rustls::Error> {
    use rustls::crypto::{CryptoProvider, ring};
    use rustls_platform_verifier::BuilderVerifierExt;

    let installed = CryptoProvider::get_default().cloned();
    let provider = installed.unwrap_or_else(|| ring::default_provider().into());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(builder.tls_backend_preconfigured(tls))
}

/// Leaves TLS to `reqwest`, which uses the library of the system.
#[cfg(not(all(feature = "rustls", not(feature = "native-tls"))))]
fn with_tls(builder: ClientBuilder) -> Result<ClientBuilder, reqwest::Error> {
    Ok(builder)
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
