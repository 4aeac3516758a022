//! Requests that did not get there, and answers that did not get back whole.

use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::time::Duration;

use super::error::innermost;
use super::one_line::OneLine;

/// Why there is no whole answer.
#[derive(Debug)]
pub struct TransportError {
    operation: Option<&'static str>,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Http(reqwest::Error),
    /// Nothing arrived for so long.
    Silence(Duration),
    /// An event is longer than so many bytes.
    Oversized(usize),
    /// What arrived could not be written to where it should go.
    Unwritten(io::Error),
}

impl TransportError {
    pub(super) fn new(operation: Option<&'static str>, cause: reqwest::Error) -> Self {
        Self {
            operation,
            cause: Cause::Http(cause),
        }
    }

    pub(super) fn silent(operation: &'static str, limit: Duration) -> Self {
        Self {
            operation: Some(operation),
            cause: Cause::Silence(limit),
        }
    }

    pub(super) fn oversized(operation: &'static str, limit: usize) -> Self {
        Self {
            operation: Some(operation),
            cause: Cause::Oversized(limit),
        }
    }

    pub(super) fn unwritten(operation: &'static str, cause: io::Error) -> Self {
        Self {
            operation: Some(operation),
            cause: Cause::Unwritten(cause),
        }
    }

    /// Returns the name of the operation, where the failure is known to be its.
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// Returns whether the time ran out, to connect or for the call.
    pub fn is_timeout(&self) -> bool {
        match &self.cause {
            Cause::Http(cause) => cause.is_timeout(),
            Cause::Silence(_) => true,
            Cause::Oversized(_) | Cause::Unwritten(_) => false,
        }
    }

    /// Returns whether there was no connection, so that nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(&self.cause, Cause::Http(cause) if cause.is_connect())
    }

    /// Returns whether a body broke off.
    pub fn is_body(&self) -> bool {
        matches!(&self.cause, Cause::Http(cause) if cause.is_body() || cause.is_decode())
    }

    /// Returns whether a body arrived, and could not be written to where the
    /// caller wanted it.
    pub fn is_write(&self) -> bool {
        matches!(&self.cause, Cause::Unwritten(_))
    }
}

impl Display for TransportError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "{operation}: ")?;
        }
        let cause = match &self.cause {
            Cause::Silence(limit) => return write!(f, "timed out: silence for {limit:?}"),
            Cause::Oversized(limit) => {
                return write!(f, "an event is longer than {} MiB", limit >> 20);
            }
            Cause::Unwritten(cause) => {
                return write!(f, "could not write: {}", OneLine(&cause.to_string()));
            }
            Cause::Http(cause) => cause,
        };
        f.write_str(if self.is_connect() {
            "could not connect"
        } else if self.is_timeout() {
            return f.write_str("timed out");
        } else if self.is_body() {
            "the body broke off"
        } else {
            "could not send"
        })?;
        write!(f, ": {}", OneLine(&innermost(cause).to_string()))
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.cause {
            Cause::Http(cause) => Some(cause),
            Cause::Unwritten(cause) => Some(cause),
            Cause::Silence(_) | Cause::Oversized(_) => None,
        }
    }
}
