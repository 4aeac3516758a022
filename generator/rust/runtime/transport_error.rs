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
    /// It is in a box because it is rare, and large.
    not_repeated: Option<Box<NotRepeated>>,
    idempotency_key: Option<Arc<str>>,
}

#[derive(Debug)]
enum Cause {
    Http(reqwest::Error),
    /// The response was not complete in time.
    LateResponse,
    /// No data was received for this time.
    Silence(Duration),
    /// A body or an event is longer than this number of bytes.
    Oversized(&'static str, usize),
    /// The body ended in the middle of an event.
    CutEvent,
    /// The received data could not be written to its destination.
    Unwritten(io::Error),
    /// The call with all of its attempts took longer than this.
    Deadline(Duration),
    /// A connection that is no longer one of HTTP failed.
    Connection(Box<dyn StdError + Send + Sync>),
}

impl TransportError {
    pub(super) fn new(operation: Option<&'static str>, cause: reqwest::Error) -> Self {
        // The address may hold the key.
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

    /// Returns the error for a response that is not complete in time.
    pub(super) fn late_response(operation: &'static str) -> Self {
        Self::of(Some(operation), Cause::LateResponse)
    }

    /// Returns the error for `what` is longer than it may be.
    pub(super) fn oversized(operation: &'static str, what: &'static str, limit: usize) -> Self {
        Self::of(Some(operation), Cause::Oversized(what, limit))
    }

    /// Returns the error of a body that ended in the middle of an event.
    pub(super) fn cut_event(operation: &'static str) -> Self {
        Self::of(Some(operation), Cause::CutEvent)
    }

    pub(super) fn unwritten(operation: &'static str, cause: io::Error) -> Self {
        Self::of(Some(operation), Cause::Unwritten(cause))
    }

    /// Returns the error of a connection that is no longer one of HTTP.
    #[allow(dead_code, reason = "an API may have no channels")]
    pub(super) fn connection(
        operation: &'static str,
        cause: Box<dyn StdError + Send + Sync>,
    ) -> Self {
        Self::of(Some(operation), Cause::Connection(cause))
    }

    /// Returns why a connection failed that is no longer one of HTTP.
    #[allow(dead_code, reason = "an API may have no channels")]
    pub(super) fn connection_cause(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.cause {
            Cause::Connection(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }

    /// Returns the same error of an attempt that had so much time.
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

    /// Returns the name of the operation, where the failure is known to be its.
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// Returns how many times the request was sent, or was about to be; this is
    /// what became of the last one.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the idempotency key of the call, if the operation has one.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// Returns whether the time ran out, to connect or for the call. In the first case
    /// [`is_connect`](Self::is_connect) is true as well.
    pub fn is_timeout(&self) -> bool {
        match &self.cause {
            Cause::Http(cause) => cause.is_timeout(),
            Cause::LateResponse | Cause::Silence(_) | Cause::Deadline(_) => true,
            Cause::Oversized(..) | Cause::CutEvent | Cause::Unwritten(_) | Cause::Connection(_) => {
                false
            }
        }
    }

    /// Returns whether there was no connection, so that nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(&self.cause, Cause::Http(cause) if platform::is_connect(cause))
    }

    /// Returns whether there was no connection because it could not be made secure,
    /// for instance because the server's certificate is not to be trusted. Such an
    /// error is one of [`is_connect`](Self::is_connect) as well, and does not pass.
    pub fn is_tls(&self) -> bool {
        self.is_connect() && matches!(&self.cause, Cause::Http(cause) if is_of_tls(cause))
    }

    /// Returns whether a body broke off.
    pub fn is_body(&self) -> bool {
        match &self.cause {
            Cause::Http(cause) => cause.is_body() || cause.is_decode(),
            cause => matches!(cause, Cause::CutEvent),
        }
    }

    /// Returns whether a body arrived, and could not be written to where the
    /// caller wanted it.
    pub fn is_write(&self) -> bool {
        matches!(&self.cause, Cause::Unwritten(_))
    }

    /// Returns whether the file or stream that was sent could not be read to its
    /// end.
    pub fn is_read(&self) -> bool {
        matches!(&self.cause, Cause::Http(cause) if innermost(cause).is::<Unreadable>())
    }

    /// Returns whether there was no connection, and there may be one a little later.
    pub(super) fn may_connect_later(&self) -> bool {
        self.is_connect() && !self.is_tls()
    }

    /// Returns `true` if the connection was made, and failed before a response was received.
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
            Cause::Silence(limit) => return write!(f, "timed out: silence for {limit:?}"),
            Cause::Oversized(what, limit) => {
                return write!(f, "{what} is longer than {} MiB", limit >> 20);
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
            "could not read what is sent"
        } else if self.is_connect() {
            "could not connect"
        } else if self.is_timeout() {
            return self.write_late(f);
        } else if self.is_body() {
            "the body broke off"
        } else {
            "no answer"
        })?;
        write!(f, ": {}", OneLine(&innermost(cause).to_string()))
    }
}

/// Returns whether an error is one of making a connection secure. The libraries that
/// do so have errors of their own, which differ in type, and not in what they are
/// about.
fn is_of_tls(error: &(dyn StdError + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        match (error.kind(), error.get_ref()) {
            // The other side has hung up, which may pass.
            (io::ErrorKind::UnexpectedEof, _) => return false,
            // What arrived is nothing that the protocol knows.
            (io::ErrorKind::InvalidData, _) => return true,
            // Its text and its source are those of the one inside.
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
