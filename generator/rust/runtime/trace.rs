//! A span for each call, if the feature `tracing` is enabled.
//!
//! The span follows OpenTelemetry's conventions for HTTP client spans. It contains names, numbers,
//! the server, and the path template, but no value from the caller or the API, and therefore no
//! secret. It ends when the response has been read or the call has failed. If the response is a
//! stream, the span ends when the stream starts, and does not record errors of the stream.

#[cfg(feature = "tracing")]
use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use http::StatusCode;
#[cfg(feature = "tracing")]
use http::header::{CONTENT_LENGTH, HeaderMap};
use reqwest::Request;

use super::call::Call;
use super::error::Error;
#[cfg(feature = "tracing")]
use super::operation::ANY_PATH;
use super::operation::Operation;
use super::read::Notes;
#[cfg(feature = "tracing")]
use super::read::{Unknown, paths};

/// The span of a call.
#[derive(Clone)]
pub(super) struct Span {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl Span {
    /// Creates the span of a call, as a child of the current span. Fields are named according to
    /// OpenTelemetry's conventions, if these define a name.
    pub(super) fn new(operation: &Operation, request: &Request) -> Self {
        let (method, url) = (request.method().as_str(), request.url());
        let template = (operation.path != ANY_PATH).then_some(operation.path);
        let space = if template.is_some() { " " } else { "" };
        let span = tracing::info_span!(
            "call",
            otel.name = %format_args!("{method}{space}{}", template.unwrap_or_default()),
            otel.kind = "client",
            operation = operation.id,
            http.request.method = method,
            url.template = template,
            server.address = url.host_str(),
            server.port = url.port_or_known_default(),
            attempt = tracing::field::Empty,
            http.request.body.size = tracing::field::Empty,
            http.request.resend_count = tracing::field::Empty,
            http.response.status_code = tracing::field::Empty,
            http.response.body.size = tracing::field::Empty,
            error.type = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        );
        Self { span }
    }

    /// Records the number of the attempt.
    pub(super) fn attempt(&self, number: u32) {
        self.span.record("attempt", number);
    }

    /// Records a request. `resends` is the number of previous requests of the call.
    pub(super) fn send(&self, request: &Request, resends: u32) {
        if resends > 0 {
            self.span.record("http.request.resend_count", resends);
        } else if let Some(body) = request.body() {
            let size = body.as_bytes().map(|body| body.len() as u64);
            let size = size.or_else(|| content_length(request.headers()));
            self.span.record("http.request.body.size", size);
        }
    }

    /// Records the final response of the call, and the size of its body on the wire.
    pub(super) fn receive(&self, status: StatusCode, size: Option<u64>) {
        let status = status.as_u16();
        self.span.record("http.response.status_code", status);
        self.span.record("http.response.body.size", size);
    }

    /// Records that the call failed, and the kind of the error.
    pub(super) fn fail(&self, error: &Error) {
        if let Error::Api(error) = error {
            self.receive(error.status(), content_length(error.headers()));
        }
        self.span.record("error.type", kind(error).as_ref());
        self.span.record("otel.status_code", "ERROR");
    }

    /// Emits an event for a retry.
    pub(super) fn repeat(&self, error: &Error, wait: Duration) {
        self.span.in_scope(|| {
            // The error message is not recorded, because it may contain data of the API.
            let status = error.status().map(|status| status.as_u16());
            tracing::debug!(status, ?wait, "retrying after a transient error");
        });
    }

    /// Emits an event inside the span for each unknown name or value in a response.
    #[cold]
    pub(super) fn unknown(&self, call: &Call, notes: &Notes, body: &[u8]) {
        self.span.in_scope(|| unknown(call, notes, body));
    }

    /// Runs a future inside the span.
    pub(super) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(future, self.span.clone())
    }
}

/// Emits an event for each unknown name or value in a body.
///
/// The events contain the JSON path, but not the value. The API key is redacted in the path, which
/// can contain map keys from the response.
#[cfg(feature = "tracing")]
pub(super) fn unknown(call: &Call, notes: &Notes, body: &[u8]) {
    const TARGET: &str = concat!(env!("CARGO_CRATE_NAME"), "::unknown");
    if notes.is_empty() || !tracing::event_enabled!(target: TARGET, tracing::Level::DEBUG) {
        return;
    }
    for (unknown, path) in paths(notes, body) {
        let kind = match unknown {
            Unknown::Field => "field",
            Unknown::Value => "value",
            Unknown::Variant => "variant",
        };
        let path = call.secrets().without_in(path);
        tracing::debug!(
            target: TARGET,
            operation = call.operation.id,
            kind,
            path = path.as_str(),
            "the response contains a name or value that is unknown to this version"
        );
    }
}

/// Returns the length of a body from its headers, if present.
#[cfg(feature = "tracing")]
fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Returns the status of an error response, or a fixed identifier for other errors.
#[cfg(feature = "tracing")]
fn kind(error: &Error) -> Cow<'static, str> {
    let word = match error {
        Error::Api(error) => return error.status().as_str().to_owned().into(),
        Error::Transport(error) if error.is_tls() => "tls",
        Error::Transport(error) if error.is_connect() => "connect",
        Error::Transport(error) if error.is_timeout() => "timeout",
        Error::Transport(_) => "transport",
        Error::Decode(_) => "decode",
        Error::InvalidRequest(_) => "invalid_request",
        Error::Credential(_) => "credential",
        Error::Middleware(_) => "middleware",
        _ => "_OTHER",
    };
    word.into()
}

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(super) fn new(_: &Operation, _: &Request) -> Self {
        Self {}
    }

    pub(super) fn attempt(&self, _: u32) {}

    pub(super) fn send(&self, _: &Request, _: u32) {}

    pub(super) fn receive(&self, _: StatusCode, _: Option<u64>) {}

    pub(super) fn fail(&self, _: &Error) {}

    pub(super) fn repeat(&self, _: &Error, _: Duration) {}

    pub(super) fn unknown(&self, _: &Call, _: &Notes, _: &[u8]) {}

    pub(super) fn around<F: Future>(&self, future: F) -> F {
        future
    }
}

#[cfg(not(feature = "tracing"))]
#[inline]
pub(super) fn unknown(_: &Call, _: &Notes, _: &[u8]) {}
