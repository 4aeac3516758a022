//! Platform-specific code for targets with threads, sockets, and files. `browser.rs` defines the
//! same items for WebAssembly.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::time::SystemTime;

use bytes::Bytes;
use futures_core::Stream;
use http::StatusCode;
use http::header::HeaderMap;
use reqwest::{Body, ClientBuilder, multipart};

use super::error::RequestError;
use super::request_builder::Build;
use super::upload::Opened;

pub(super) use super::connections::Connections;
pub(super) use super::file::open;
pub(super) use tokio::time::{Instant, Sleep, sleep, timeout, timeout_at};

/// `true` if requests have a custom `user-agent` header.
pub(super) const SENDS_USER_AGENT: bool = true;

/// [`Send`] on native targets. On WebAssembly, no bound: JavaScript objects cannot be sent to
/// another thread.
pub trait SendOutsideBrowser: Send {}

impl<T: Send> SendOutsideBrowser for T {}

/// [`Send`] and [`Sync`] on native targets. On WebAssembly, no bound.
pub trait SharedOutsideBrowser: Send + Sync {}

impl<T: Send + Sync + ?Sized> SharedOutsideBrowser for T {}

/// The reason why an HTTP client cannot be created.
type Failure = Box<dyn Error + Send + Sync>;

/// A future that borrows for `'a`.
pub(super) type BoxFutureIn<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
pub(super) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
/// A function that starts a call.
pub(super) type Ask<T> = dyn FnMut() -> BoxFuture<T> + Send;
/// A function that starts a call for a place in a list.
pub(super) type AskAt<P, T> = dyn FnMut(&P) -> BoxFuture<T> + Send;
/// A function that receives a value.
pub(super) type Report<T> = dyn FnMut(&T) + Send;
/// A function that receives values, and is shared by clones.
pub(super) type SharedReport<T> = dyn Fn(T) + Send + Sync;
/// A function that returns the items of a page.
pub(super) type ItemsOf<P, T> = dyn FnMut(P) -> Vec<T> + Send;
pub(super) type BoxBuild = Box<dyn Build + Send>;
/// A function that adds headers to requests.
pub(super) type SharedInject = dyn Fn(&mut HeaderMap) + Send + Sync;
pub(super) type BoxStream<T> = Pin<Box<dyn Stream<Item = T> + Send>>;

/// A response whose body is not read yet.
pub(super) type Received = reqwest::Response;

/// The body of a response, read with the method `chunk`.
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

/// Creates a response without a server.
pub(super) fn made(status: StatusCode, headers: HeaderMap, body: Bytes) -> Received {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.into()
}

pub(super) fn body_of(response: Received) -> ResponseBody {
    response
}

/// Returns the wall-clock time.
pub(super) fn system_time() -> SystemTime {
    SystemTime::now()
}

/// The ALPN protocols of requests.
pub(super) const ANY_HTTP: &[&str] = if cfg!(feature = "http2") {
    &["h2", "http/1.1"]
} else {
    &["http/1.1"]
};

/// Configures rustls with the crypto provider that the process has installed, or with `ring`.
/// `ring` compiles faster than the default provider of `reqwest`.
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

#[cfg(any(
    feature = "native-tls",
    all(feature = "rustls", not(target_os = "android"))
))]
const NO_CERTIFICATE: &str = "the PEM text of `root_certificates` contains no certificate";

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
            return Err(NO_CERTIFICATE.into());
        }
    }
    let provider = tls.crypto_provider().clone();
    let verifier = Verifier::new_with_extra_roots(certificates, provider)?;
    Ok(tls
        .dangerous()
        .with_custom_certificate_verifier(std::sync::Arc::new(verifier)))
}

/// On Android, the verifier trusts only the certificates of the system.
#[cfg(all(feature = "rustls", not(feature = "native-tls"), target_os = "android"))]
fn with_roots(
    _: TlsBuilder<rustls::WantsVerifier>,
    _: &[Bytes],
) -> Result<TlsBuilder<rustls::client::WantsClientCert>, Failure> {
    Err("`root_certificates` is not available on Android: add them to the system".into())
}

/// Uses the TLS library of the system, through `reqwest`.
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
        let bundle = reqwest::Certificate::from_pem_bundle(pem)?;
        if bundle.is_empty() {
            return Err(NO_CERTIFICATE.into());
        }
        certificates.extend(bundle);
    }
    Ok(builder.tls_certs_merge(certificates))
}

/// Without a TLS feature, there is no TLS.
#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
pub(super) fn with_tls(
    builder: ClientBuilder,
    roots: &[Bytes],
    _: &[&str],
) -> Result<ClientBuilder, Failure> {
    match roots {
        [] => Ok(builder),
        _ => Err("`root_certificates` requires the feature `rustls` or `native-tls`".into()),
    }
}

/// Returns a form that sends names unencoded. RFC 7578 forbids percent-encoded names, and few
/// servers decode them.
pub(super) fn form() -> multipart::Form {
    multipart::Form::new().percent_encode_noop()
}

/// Returns the content of an upload as a form part.
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
