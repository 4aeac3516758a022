//! Errors of sending a request and of receiving its response.

use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::error::innermost;
use super::one_line::{Attempts, NotRepeatedFor, OneLine};
use super::platform;
use super::retry::NotRepeated;
use super::upload::Unreadable;

/// An error of sending a request, or of receiving a complete response.
#[derive(Debug)]
pub struct TransportError {
    operation: Option<&'static str>,
    cause: Cause,
    limit: Option<Duration>,
    attempts: u32,
    /// Boxed, because it is rare and large.
    not_repeated: Option<Box<NotRepeated>>,
    idempotency_key: Option<Arc<str>>,
}

#[derive(Debug)]
enum Cause {
    Http(reqwest::Error),
    /// The response was not complete before the timeout.
    LateResponse,
    /// No data was received for this long.
    Silence(Duration),
    /// A body or an event is longer than this number of bytes.
    Oversized(&'static str, usize),
    /// The body ended in the middle of an event.
    CutEvent,
    /// The received data could not be written to the caller's writer.
    Unwritten(io::Error),
    /// The call, including all attempts, exceeded this deadline.
    Deadline(Duration),
    /// An upgraded connection failed.
    Connection(Box<dyn StdError + Send + Sync>),
}

impl TransportError {
    pub(super) fn new(operation: Option<&'static str>, cause: reqwest::Error) -> Self {
        // The URL may contain the key.
        Self::of(operation, Cause::Http(cause.without_url()))
    }

    pub(super) fn silent(operation: &'static str, limit: Duration) -> Self {
        Self::of(Some(operation), Cause::Silence(limit))
    }

    pub(super) fn late(operation: Option<&'static str>, deadline: Duration) -> Self {
        Self::of(operation, Cause::Deadline(deadline))
    }

    fn of(operation: Option<&'static str>, cause: Cause) -> Self {
        Self {
            operation,
            cause,
            limit: None,
            attempts: 1,
            not_repeated: None,
            idempotency_key: None,
        }
    }

    /// Creates the error for a response that timed out.
    pub(super) fn late_response(operation: &'static str) -> Self {
        Self::of(Some(operation), Cause::LateResponse)
    }

    /// Creates the error for a `what` that exceeds its maximum length.
    pub(super) fn oversized(operation: &'static str, what: &'static str, limit: usize) -> Self {
        Self::of(Some(operation), Cause::Oversized(what, limit))
    }

    /// Creates the error for a body that ended in the middle of an event.
    pub(super) fn cut_event(operation: &'static str) -> Self {
        Self::of(Some(operation), Cause::CutEvent)
    }

    pub(super) fn unwritten(operation: &'static str, cause: io::Error) -> Self {
        Self::of(Some(operation), Cause::Unwritten(cause))
    }

    /// Creates the error of an upgraded connection.
    #[allow(dead_code, reason = "an API may have no channels")]
    pub(super) fn connection(
        operation: &'static str,
        cause: Box<dyn StdError + Send + Sync>,
    ) -> Self {
        Self::of(Some(operation), Cause::Connection(cause))
    }

    /// Returns the cause of an upgraded connection's failure.
    #[allow(dead_code, reason = "an API may have no channels")]
    pub(super) fn connection_cause(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.cause {
            Cause::Connection(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }

    /// Adds the timeout of the attempt.
    pub(super) fn within(self, limit: Duration) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    pub(super) fn set_attempts(&mut self, attempts: u32, idempotency_key: Option<&Arc<str>>) {
        self.attempts = attempts;
        self.idempotency_key = idempotency_key.cloned();
    }

    pub(super) fn set_not_repeated(&mut self, reason: NotRepeated) {
        self.not_repeated = Some(Box::new(reason));
    }

    /// Returns the name of the operation, if known.
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// Returns the number of attempts. This is the error of the last attempt.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the idempotency key of the call, if the operation has one.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// Returns `true` if the call timed out. If connecting timed out,
    /// [`is_connect`](Self::is_connect) also returns `true`.
    pub fn is_timeout(&self) -> bool {
        match &self.cause {
            Cause::Http(cause) => cause.is_timeout(),
            Cause::LateResponse | Cause::Silence(_) | Cause::Deadline(_) => true,
            Cause::Oversized(..) | Cause::CutEvent | Cause::Unwritten(_) | Cause::Connection(_) => {
                false
            }
        }
    }

    /// Returns `true` if connecting failed. No request was sent.
    pub fn is_connect(&self) -> bool {
        matches!(&self.cause, Cause::Http(cause) if platform::is_connect(cause))
    }

    /// Returns `true` if the TLS handshake failed, for example because the server's certificate is
    /// not trusted. [`is_connect`](Self::is_connect) also returns `true`. The client does not retry
    /// such errors.
    pub fn is_tls(&self) -> bool {
        self.is_connect() && matches!(&self.cause, Cause::Http(cause) if is_of_tls(cause))
    }

    /// Returns `true` if the connection failed before the end of the response body.
    pub fn is_body(&self) -> bool {
        match &self.cause {
            Cause::Http(cause) => cause.is_body() || cause.is_decode(),
            cause => matches!(cause, Cause::CutEvent),
        }
    }

    /// Returns `true` if the response body could not be written to the caller's writer.
    pub fn is_write(&self) -> bool {
        matches!(&self.cause, Cause::Unwritten(_))
    }

    /// Returns `true` if the file or the stream of the request body could not be read.
    pub fn is_read(&self) -> bool {
        matches!(&self.cause, Cause::Http(cause) if innermost(cause).is::<Unreadable>())
    }

    /// Returns `true` if connecting failed but may succeed later.
    pub(super) fn may_connect_later(&self) -> bool {
        self.is_connect() && !self.is_tls()
    }

    /// Returns `true` if an established connection failed before a response was received.
    pub(super) fn is_broken_connection(&self) -> bool {
        let is_request = matches!(&self.cause, Cause::Http(cause) if cause.is_request());
        is_request && !self.is_connect() && !self.is_timeout() && !self.is_read()
    }

    fn write_late(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.limit {
            Some(limit) => write!(f, "timed out: no complete response within {limit:?}"),
            None => f.write_str("timed out"),
        }
    }

    fn write_cause(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let cause = match &self.cause {
            Cause::LateResponse => return self.write_late(f),
            Cause::Silence(limit) => return write!(f, "timed out: no data for {limit:?}"),
            Cause::Oversized(what, limit) => {
                return match limit >> 20 {
                    0 => write!(f, "{what} is longer than {limit} bytes"),
                    mebibytes => write!(f, "{what} is longer than {mebibytes} MiB"),
                };
            }
            Cause::CutEvent => return f.write_str("the stream ended in the middle of an event"),
            Cause::Unwritten(cause) => {
                return write!(f, "could not write: {}", OneLine(&cause.to_string()));
            }
            Cause::Connection(cause) => return OneLine(&cause.to_string()).fmt(f),
            Cause::Deadline(time) => return write!(f, "timed out: no success within {time:?}"),
            Cause::Http(cause) => cause,
        };
        f.write_str(if self.is_read() {
            "could not read the request body"
        } else if self.is_connect() {
            "could not connect"
        } else if self.is_timeout() {
            return self.write_late(f);
        } else if self.is_body() {
            "the connection failed before the end of the response body"
        } else {
            "no response"
        })?;
        write!(f, ": {}", OneLine(&innermost(cause).to_string()))
    }
}

/// Returns `true` if an error is a TLS error. The TLS libraries have different error types, so the
/// text of the error is checked.
fn is_of_tls(error: &(dyn StdError + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        match (error.kind(), error.get_ref()) {
            // The server closed the connection, which may be transient.
            (io::ErrorKind::UnexpectedEof, _) => return false,
            // The received data violates the TLS protocol.
            (io::ErrorKind::InvalidData, _) => return true,
            // Its text and its source are those of the inner error.
            (_, Some(inner)) => return is_of_tls(inner),
            (_, None) => {}
        }
    }
    let text = error.to_string().to_lowercase();
    let is_said = |word| text.contains(word);
    ["tls", "ssl", "certificate"].into_iter().any(is_said) || error.source().is_some_and(is_of_tls)
}

impl Display for TransportError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "{operation}: ")?;
        }
        self.write_cause(f)?;
        Attempts(self.attempts).fmt(f)?;
        NotRepeatedFor(self.not_repeated.as_deref()).fmt(f)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.cause {
            Cause::Http(cause) => Some(cause),
            Cause::Unwritten(cause) => Some(cause),
            Cause::Connection(cause) => Some(cause.as_ref()),
            Cause::LateResponse
            | Cause::Silence(_)
            | Cause::Oversized(..)
            | Cause::CutEvent
            | Cause::Deadline(_) => None,
        }
    }
}
