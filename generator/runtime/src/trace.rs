//! A span for each call, if the feature `tracing` is enabled.
//!
//! The span contains names, numbers, and the template of the path, but no value that the
//! caller or the API sent, and so no secret. It ends when the response was read or the call
//! failed. If the response is a stream, the span ends when the stream starts, and does not
//! record errors of the stream.

#[cfg(feature = "tracing")]
use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use http::{Method, StatusCode};

use super::error::Error;
use super::operation::Operation;

/// The span of a call.
#[derive(Clone)]
pub(super) struct Span {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(feature = "tracing")]
impl Span {
    /// Returns the span of a call that begins now, inside the one that the caller
    /// is in. The fields are named by OpenTelemetry's conventions, where they have
    /// a name.
    pub(super) fn new(operation: &Operation, method: &Method) -> Self {
        let span = tracing::info_span!(
            "call",
            operation = operation.id,
            http.request.method = method.as_str(),
            url.template = operation.path,
            http.response.status_code = tracing::field::Empty,
            attempt = tracing::field::Empty,
            error.type = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        );
        Self { span }
    }

    /// Notes the number of the attempt that begins.
    pub(super) fn attempt(&self, number: u32) {
        self.span.record("attempt", number);
    }

    /// Records the status of the final response of the call.
    pub(super) fn answer(&self, status: StatusCode) {
        let status = status.as_u16();
        self.span.record("http.response.status_code", status);
    }

    /// Notes that the call failed, and by what kind of error.
    pub(super) fn fail(&self, error: &Error) {
        if let Some(status) = error.status() {
            self.answer(status);
        }
        self.span.record("error.type", kind(error).as_ref());
        self.span.record("otel.status_code", "ERROR");
    }

    /// Tells that there is going to be another attempt.
    pub(super) fn repeat(&self, error: &Error, wait: Duration) {
        self.span.in_scope(|| {
            // The text of an error may contain data that the API sent, so it is not recorded.
            let status = error.status().map(|status| status.as_u16());
            tracing::debug!(status, ?wait, "retrying a call that failed temporarily");
        });
    }

    /// Runs a future inside the span.
    pub(super) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(future, self.span.clone())
    }
}

/// Returns the status that the API refused a call with, or one of few words for
/// another error.
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
        _ => "_OTHER",
    };
    word.into()
}

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(super) fn new(_: &Operation, _: &Method) -> Self {
        Self {}
    }

    pub(super) fn attempt(&self, _: u32) {}

    pub(super) fn answer(&self, _: StatusCode) {}

    pub(super) fn fail(&self, _: &Error) {}

    pub(super) fn repeat(&self, _: &Error, _: Duration) {}

    pub(super) fn around<F: Future>(&self, future: F) -> F {
        future
    }
}
