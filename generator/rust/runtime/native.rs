//! What is not the same in a browser, as it is everywhere else: with threads, sockets and
//! files. `browser.rs` has the same names, and takes this module's place there.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::time::SystemTime;

use bytes::Bytes;
use futures_core::Stream;
use http::StatusCode;
use http::header::HeaderMap;
use reqwest::{Body, Client, ClientBuilder, multipart};

use super::error::RequestError;
use super::request_builder::Build;
use super::upload::Opened;

pub(super) use super::connections::Connections;
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

/// Why no HTTP client can be made.
type Failure = Box<dyn Error + Send + Sync>;

/// A future that borrows for `'a`.
pub(super) type BoxFutureIn<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
pub(super) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
/// A function that begins a call.
pub(super) type Ask<T> = dyn FnMut() -> BoxFuture<T> + Send;
/// A function that begins a call at a place.
pub(super) type AskAt<P, T> = dyn FnMut(&P) -> BoxFuture<T> + Send;
/// A function that is told of a value.
pub(super) type Report<T> = dyn FnMut(&T) + Send;
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

/// Returns the builder of an HTTP client that has TLS and, if it is used for this machine, no
/// proxy: to a proxy, this machine is another one, and the connection is not encrypted.
#[allow(dead_code, reason = "a crate may have no extras")]
pub(crate) fn http_client_builder(is_loopback: bool) -> Result<ClientBuilder, Failure> {
    let builder = with_tls(Client::builder(), &[], ANY_HTTP)?;
    Ok(match is_loopback {
        true => builder.no_proxy(),
        false => builder,
    })
}

/// The protocols of requests, as ALPN calls them.
pub(super) const ANY_HTTP: &[&str] = &["h2", "http/1.1"];

/// Sets up TLS by rustls: with the crypto provider of the process if it has installed one, and
/// with `ring` otherwise. It takes less time to compile than the default of `reqwest`.
#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
pub(super) fn with_tls(
    builder: ClientBuilder,
    roots: &[Bytes],
    protocols: &[&str],
) -> Result<ClientBuilder, Failure> {
    use rustls::crypto::{CryptoProvider, ring};
    use rustls_platform_verifier::BuilderVerifierExt;

    let installed = CryptoProvider::get_default().cloned();
    let provider = installed.unwrap_or_else(|| ring::default_provider().into());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?;
    let tls = match roots {
        [] => tls.with_platform_verifier()?,
        roots => with_roots(tls, roots)?,
    };
    let mut tls = tls.with_no_client_auth();
    let protocols = protocols.iter();
    tls.alpn_protocols = protocols.map(|name| name.as_bytes().to_vec()).collect();
    Ok(builder.tls_backend_preconfigured(tls))
}

#[cfg(all(feature = "rustls", not(feature = "native-tls")))]
type TlsBuilder<State> = rustls::ConfigBuilder<rustls::ClientConfig, State>;

/// Trusts certificates in addition to those of the system.
#[cfg(all(
    feature = "rustls",
    not(feature = "native-tls"),
    not(target_os = "android")
))]
fn with_roots(
    tls: TlsBuilder<rustls::WantsVerifier>,
    roots: &[Bytes],
) -> Result<TlsBuilder<rustls::client::WantsClientCert>, Failure> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    use rustls_platform_verifier::Verifier;

    let mut certificates = Vec::new();
    for pem in roots {
        let count = certificates.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            certificates.push(certificate?);
        }
        if certificates.len() == count {
            return Err("the PEM text of `root_certificates` contains no certificate".into());
        }
    }
    let provider = tls.crypto_provider().clone();
    let verifier = Verifier::new_with_extra_roots(certificates, provider)?;
    Ok(tls
        .dangerous()
        .with_custom_certificate_verifier(std::sync::Arc::new(verifier)))
}

/// The verifier of Android trusts only what the system trusts.
#[cfg(all(feature = "rustls", not(feature = "native-tls"), target_os = "android"))]
fn with_roots(
    _: TlsBuilder<rustls::WantsVerifier>,
    _: &[Bytes],
) -> Result<TlsBuilder<rustls::client::WantsClientCert>, Failure> {
    Err("`root_certificates` is not available on Android: add them to the system".into())
}

/// Leaves TLS to `reqwest`, which uses the library of the system.
#[cfg(feature = "native-tls")]
pub(super) fn with_tls(
    builder: ClientBuilder,
    roots: &[Bytes],
    protocols: &[&str],
) -> Result<ClientBuilder, Failure> {
    let builder = match protocols {
        ["http/1.1"] => builder.http1_only(),
        _ => builder,
    };
    let mut certificates = Vec::new();
    for pem in roots {
        certificates.extend(reqwest::Certificate::from_pem_bundle(pem)?);
    }
    Ok(builder.tls_certs_merge(certificates))
}

/// There is no TLS without a feature for it.
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
pub(super) fn with_tls(
    builder: ClientBuilder,
    roots: &[Bytes],
    _: &[&str],
) -> Result<ClientBuilder, Failure> {
    match roots {
        [] => Ok(builder),
        _ => Err("`root_certificates` needs the feature `rustls` or `native-tls`".into()),
    }
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
