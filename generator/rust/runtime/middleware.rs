//! Middleware: code of the caller around each attempt of a call, below the retries.

#![allow(dead_code, reason = "a program may use none of it")]

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

/// Code around each attempt of a call: metrics, signatures, caches, recordings.
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
/// [`ClientBuilder::middleware`](super::ClientBuilder::middleware) adds it to a client.
///
/// It is called for each request that a call sends: again for each retry, for each redirect that
/// is followed, and for the request with another key after a 401. It is not called for redirects
/// that a browser or a custom HTTP client follows. The time limits of the call include it. The
/// response that it returns is treated like one that the server sends: it is retried, redirected,
/// or an error depending on its status.
pub trait Middleware: SharedOutsideBrowser {
    /// Sends the attempt with [`Next::run`], or returns a response without sending it.
    ///
    /// # Errors
    ///
    /// Errors of [`Next::run`] are passed on. [`Error::middleware`] makes an error of any other
    /// reason, which ends the call without a retry.
    fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a>;
}

/// The future of [`Middleware::call`].
pub type MiddlewareFuture<'a> = BoxFutureIn<'a, Result<AttemptResponse, Error>>;

impl<M: Middleware + ?Sized> Middleware for Arc<M> {
    fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        self.as_ref().call(attempt, next)
    }
}

/// The middleware of a client; the first is the outermost.
pub(super) type Layers = Box<[Arc<dyn Middleware>]>;

impl ClientBuilder {
    /// Adds a [`Middleware`] around each attempt of a call. The first that is added is the
    /// outermost: it is called first, and receives the response last.
    ///
    /// Requests that a provider of credentials sends do not pass it.
    pub fn middleware(mut self, middleware: impl Middleware + 'static) -> Self {
        self.middleware.push(Arc::new(middleware));
        self
    }

    /// Adds headers that continue a trace, such as `traceparent`, to each attempt.
    ///
    /// The function is called inside the span of the call, if the feature `tracing` is enabled.
    /// With OpenTelemetry, it injects the current context:
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
    /// It is a [`middleware`](Self::middleware): one that is added later sees these headers, and
    /// can sign them.
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
/// `Debug` shows neither its body, nor the query of its URL, nor headers that are marked as
/// sensitive, such as the one with the key.
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

    /// Returns the path below the base URL, with its parameters in braces; `*` for a request of
    /// [`Client::request`](super::Client::request).
    pub fn path_template(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the number of the attempt: 1 for the first one. A redirect has the number of the
    /// attempt that is redirected.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the method.
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// Returns the URL. It contains the key if the API expects it in the query.
    pub fn url(&self) -> &str {
        self.request.url().as_str()
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// Returns the headers for changes. The header with the key is one of them.
    ///
    /// Mark secrets with [`HeaderValue::set_sensitive`](http::HeaderValue::set_sensitive).
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.request.headers_mut()
    }

    /// Returns the body, which is empty if there is none; `None` if it is read while it is sent,
    /// as files and forms with files are.
    pub fn body(&self) -> Option<&[u8]> {
        match self.request.body() {
            Some(body) => body.as_bytes(),
            None => Some(&[]),
        }
    }

    /// Returns the values of the call, [`CallOptions::extension`](super::CallOptions::extension),
    /// and those that middleware added for the middleware inside of it.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Returns the values for changes, which the middleware inside of this one sees. Each attempt
    /// begins with those of the call.
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

/// The rest of the way to the server: the other middleware, and the HTTP client.
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

    /// Sends an attempt, and waits for the beginning of its response.
    pub fn run(self, attempt: Attempt) -> MiddlewareFuture<'a> {
        let call = self.call;
        match self.rest.split_first() {
            Some((first, rest)) => first.call(attempt, Next { call, rest }),
            None => Box::pin(async move {
                let response = call.transport.client.execute(attempt.request).await;
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
    /// The response without its headers, and its call, which limits the body.
    Unread(Received, Call),
}

impl AttemptResponse {
    /// Returns a response that no server sent.
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

    /// Returns the headers for changes.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// Reads the whole body, and returns it beside a response that still has it. The body is
    /// not compressed.
    ///
    /// A caller that reads the response as a stream receives nothing before the body is complete.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] if the body breaks off, or is longer than
    /// [`ClientBuilder::max_body`](super::ClientBuilder::max_body).
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

    /// Reads the whole body, whatever its length, and returns a response that has it.
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

    /// Returns `true` if the response has no body, and its connection has another protocol now.
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
