//! Middleware: user code around each attempt of a call, inside the retry loop.

#![allow(dead_code, reason = "a program may not use it")]

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

use bytes::Bytes;
use http::header::HeaderMap;
use http::{Extensions, Method, StatusCode};
use reqwest::Request;

use super::call::Call;
use super::client::ClientBuilder;
use super::error::Error;
use super::operation::Operation;
use super::platform::{self, BoxFutureIn, Received, SharedInject, SharedOutsideBrowser};
#[cfg(feature = "mock")]
use super::transport_error::TransportError;

/// Code that wraps each attempt of a call, for example metrics, request signing, caching, or
/// recording.
///
/// ```ignore
/// impl Middleware for Metrics {
///     fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
///         Box::pin(async move {
///             let (operation, start) = (attempt.operation(), Instant::now());
///             let response = next.run(attempt).await?;
///             self.count(operation, response.status(), start.elapsed());
///             Ok(response)
///         })
///     }
/// }
/// ```
///
/// Add a middleware to a client with
/// [`ClientBuilder::middleware`](super::ClientBuilder::middleware).
///
/// A middleware is called for each request that a call sends, including retries, redirects, and the
/// request with a new key after a 401. It is not called for redirects that a browser or a custom
/// HTTP client follows. The time limits of the call include the middleware. The response that a
/// middleware returns is handled like a response of the server: depending on its status, it is
/// retried, redirected, or returned as an error.
pub trait Middleware: SharedOutsideBrowser {
    /// Sends the attempt with [`Next::run`], or returns a response without sending it.
    ///
    /// # Errors
    ///
    /// Return the errors of [`Next::run`] unchanged. Create other errors with
    /// [`Error::middleware`]; they end the call without a retry.
    fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a>;
}

/// The future returned by [`Middleware::call`].
pub type MiddlewareFuture<'a> = BoxFutureIn<'a, Result<AttemptResponse, Error>>;

impl<M: Middleware + ?Sized> Middleware for Arc<M> {
    fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        self.as_ref().call(attempt, next)
    }
}

/// The middleware of a client, the outermost first.
pub(super) type Layers = Box<[Arc<dyn Middleware>]>;

impl ClientBuilder {
    /// Adds a [`Middleware`] around each attempt of a call. The middleware that is added first is
    /// the outermost: it is called first, and receives the response last.
    ///
    /// Requests of a credential provider bypass the middleware.
    pub fn middleware(mut self, middleware: impl Middleware + 'static) -> Self {
        self.middleware.push(Arc::new(middleware));
        self
    }

    /// Adds headers that continue a trace, such as `traceparent`, to each attempt.
    ///
    /// The function is called inside the span of the call, if the feature `tracing` is enabled.
    /// With OpenTelemetry, use it to inject the current context:
    ///
    /// ```ignore
    /// builder.propagate_trace(|headers| {
    ///     let context = tracing::Span::current().context();
    ///     global::get_text_map_propagator(|propagator| {
    ///         propagator.inject_context(&context, &mut HeaderInjector(headers));
    ///     });
    /// })
    /// ```
    ///
    /// The function is added as a [`middleware`](Self::middleware). Middleware that is added later
    /// can read and sign the headers.
    pub fn propagate_trace(
        self,
        inject: impl Fn(&mut HeaderMap) + SharedOutsideBrowser + 'static,
    ) -> Self {
        self.middleware(Propagation(Box::new(inject)))
    }
}

/// Adds headers to each attempt.
struct Propagation(Box<SharedInject>);

impl Middleware for Propagation {
    fn call<'a>(&'a self, mut attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        (self.0)(attempt.headers_mut());
        next.run(attempt)
    }
}

/// One request of a call, before it is sent.
///
/// `Debug` omits the body, the query of the URL, and sensitive headers such as the API key.
pub struct Attempt {
    request: Request,
    operation: &'static Operation,
    number: u32,
    extensions: Extensions,
}

impl Attempt {
    /// Returns the name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation.id
    }

    /// Returns the path template, relative to the base URL, with parameters in braces. It is `*`
    /// for a request of [`Client::request`](super::Client::request).
    pub fn path_template(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the number of the attempt, starting at 1. A redirected request has the number of the
    /// original attempt.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// Returns the URL. It contains the key if the API expects the key in the query.
    pub fn url(&self) -> &str {
        self.request.url().as_str()
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// Returns a mutable reference to the headers, including the header with the key.
    ///
    /// Mark secret values with [`HeaderValue::set_sensitive`](http::HeaderValue::set_sensitive).
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.request.headers_mut()
    }

    /// Returns the body, or `None` if the body is streamed, such as a file or a form with files. It
    /// is empty if the request has no body.
    pub fn body(&self) -> Option<&[u8]> {
        match self.request.body() {
            Some(body) => body.as_bytes(),
            None => Some(&[]),
        }
    }

    /// Returns the extensions: the values of
    /// [`CallOptions::extension`](super::CallOptions::extension), and the values that outer
    /// middleware added.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Returns a mutable reference to the extensions. Inner middleware sees the changes. Each
    /// attempt starts with the extensions of the call.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.extensions
    }
}

impl Debug for Attempt {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let url = self.request.url();
        let origin = url.origin().ascii_serialization();
        f.debug_struct("Attempt")
            .field("operation", &self.operation.id)
            .field("number", &self.number)
            .field("method", self.request.method())
            .field("url", &format_args!("{origin}{}", url.path()))
            .field("headers", self.request.headers())
            .finish_non_exhaustive()
    }
}

/// The rest of the chain: the inner middleware and the HTTP client.
pub struct Next<'a> {
    call: &'a Call,
    rest: &'a [Arc<dyn Middleware>],
}

impl<'a> Next<'a> {
    /// Returns the call.
    #[cfg(feature = "mock")]
    pub(super) fn call(&self) -> &'a Call {
        self.call
    }

    /// Sends an attempt and waits for the response headers.
    pub fn run(self, attempt: Attempt) -> MiddlewareFuture<'a> {
        let call = self.call;
        match self.rest.split_first() {
            Some((first, rest)) => first.call(attempt, Next { call, rest }),
            None => Box::pin(async move {
                let response = call.transport.http.execute(attempt.request).await;
                match response {
                    Ok(response) => Ok(AttemptResponse::received(call, response)),
                    Err(cause) => Err(Error::from_reqwest(Some(call.operation.id), cause)),
                }
            }),
        }
    }
}

impl Debug for Next<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next")
            .field("operation", &self.call.operation.id)
            .finish_non_exhaustive()
    }
}

/// The response to an attempt, before its body is read.
pub struct AttemptResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
}

enum Body {
    Whole(Bytes),
    /// The response without its headers, and its call, which has the limits for the body.
    Unread(Received, Call),
}

impl AttemptResponse {
    /// Creates a response, for example from a cache.
    pub fn new(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        let body = Body::Whole(body.into());
        Self {
            status,
            headers,
            body,
        }
    }

    fn received(call: &Call, response: reqwest::Response) -> Self {
        let mut response = platform::received(response);
        let mut headers = std::mem::take(response.headers_mut());
        call.secrets().hide_in(&mut headers);
        Self {
            status: response.status(),
            headers,
            body: Body::Unread(response, call.clone()),
        }
    }

    /// Returns the status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns a mutable reference to the headers.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// Reads the whole body, and returns it together with a response that still contains it. The
    /// body is decompressed.
    ///
    /// A caller that streams the response receives no data until the body is complete.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Transport`] if the connection fails before the end of the body, or if the
    /// body is longer than [`ClientBuilder::max_body`](super::ClientBuilder::max_body).
    pub async fn buffered(self) -> Result<(Self, Bytes), Error> {
        let body = match self.body {
            Body::Whole(body) => body,
            Body::Unread(..) if self.is_upgrade() => return Ok((self, Bytes::new())),
            Body::Unread(response, call) => call.read(platform::body_of(response), None).await?,
        };
        let response = Self {
            body: Body::Whole(body.clone()),
            ..self
        };
        Ok((response, body))
    }

    /// Reads the whole body, without a length limit, and returns a response that contains it.
    #[cfg(feature = "mock")]
    pub(super) async fn arrived(self) -> Result<Self, Error> {
        let body = match self.body {
            Body::Whole(body) => body,
            Body::Unread(..) if self.is_upgrade() => return Ok(self),
            Body::Unread(response, call) => {
                let mut response = platform::body_of(response);
                let fail = |cause| TransportError::new(Some(call.operation.id), cause);
                let mut body = Vec::new();
                while let Some(chunk) = response.chunk().await.map_err(fail)? {
                    body.extend_from_slice(&chunk);
                }
                body.into()
            }
        };
        Ok(Self {
            body: Body::Whole(body),
            ..self
        })
    }

    /// Returns `true` if the connection was upgraded to another protocol, so the response has no
    /// body.
    fn is_upgrade(&self) -> bool {
        self.status == StatusCode::SWITCHING_PROTOCOLS
    }

    fn into_received(self) -> Received {
        match self.body {
            Body::Whole(body) => platform::made(self.status, self.headers, body),
            Body::Unread(mut response, _) => {
                *response.headers_mut() = self.headers;
                response
            }
        }
    }
}

impl Debug for AttemptResponse {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

impl Call {
    /// Sends a request through the middleware of the client.
    #[cold]
    pub(super) async fn send_through(
        &self,
        request: Request,
        number: u32,
    ) -> Result<Received, Error> {
        let attempt = Attempt {
            request,
            operation: self.operation,
            number,
            extensions: self.options.extensions(),
        };
        let next = Next {
            call: self,
            rest: &self.transport.middleware,
        };
        match next.run(attempt).await {
            Ok(response) => Ok(response.into_received()),
            Err(Error::Middleware(error)) => {
                let secrets = self.secrets();
                Err(error
                    .of(self.operation.id, |text| secrets.without_in(text))
                    .into())
            }
            Err(error) => Err(error),
        }
    }
}
