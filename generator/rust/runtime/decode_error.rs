//! Successful responses whose body does not match the documented type.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Formatter};

use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderMap;

use super::one_line::{Attempts, OneLine};
use super::response::Response;

/// The number of bytes on each side of the mismatch in an excerpt.
const EXCERPT: usize = 100;

/// A body that does not match the documented type, with the JSON path and the cause.
pub struct DecodeError {
    operation: &'static str,
    answer: Response<Bytes>,
    path: String,
    source: serde_json::Error,
    attempts: u32,
}

impl DecodeError {
    pub(super) fn new(
        operation: &'static str,
        answer: Response<Bytes>,
        path: String,
        source: serde_json::Error,
    ) -> Self {
        Self {
            operation,
            answer,
            path,
            source,
            attempts: 1,
        }
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the status, 200 to 299, or 101 for a channel message.
    pub fn status(&self) -> StatusCode {
        self.answer.status()
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        self.answer.headers()
    }

    /// Returns the body as received.
    pub fn body(&self) -> &Bytes {
        self.answer.value()
    }

    /// Returns the JSON path of the mismatch in the body, such as `data[1].status`, or `.`
    /// for the whole body.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns up to 200 bytes of the body around the mismatch, with invalid UTF-8 replaced
    /// with `U+FFFD`.
    pub fn excerpt(&self) -> Cow<'_, str> {
        let body = self.body();
        let fault = self.offset().min(body.len());
        let start = fault.saturating_sub(EXCERPT);
        let end = body.len().min(fault + EXCERPT);
        String::from_utf8_lossy(&body[start..end])
    }

    /// Returns the number of attempts, including the last one, whose response has this error.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(super) fn set_attempts(&mut self, attempts: u32) {
        self.attempts = attempts;
    }

    /// Returns the offset in the body at which the parser failed.
    fn offset(&self) -> usize {
        let lines_before = self.source.line().saturating_sub(1);
        self.body()
            .split_inclusive(|byte| *byte == b'\n')
            .take(lines_before)
            .map(<[u8]>::len)
            .sum::<usize>()
            + self.source.column()
    }
}

impl Display for DecodeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: ", self.operation, self.status())?;
        if !self.source.is_data() {
            f.write_str("the body is not JSON: ")?;
        } else if self.path == "." {
            f.write_str("the body does not match: ")?;
        } else {
            write!(f, "the body does not match at `{}`: ", OneLine(&self.path))?;
        }
        write!(
            f,
            "{}{}",
            OneLine(&self.source.to_string()),
            Attempts(self.attempts)
        )
    }
}

impl Debug for DecodeError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("operation", &self.operation)
            .field("status", &self.status())
            .field("headers", &self.headers())
            .field("path", &self.path)
            .field("excerpt", &self.excerpt())
            .field("source", &self.source)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

impl StdError for DecodeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.source)
    }
}
