//! Error responses of the API.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Formatter};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::charset;
use super::error_message;
use super::one_line::{Attempts, NotRepeatedFor, OneLine};
use super::read;
use super::retry::{self, NotRepeated};

/// A response with a status outside 200 to 299, or an error event of an event stream.
///
/// Contains the status, the headers, and up to 1 MiB of the body, in any format. The body of an
/// error event is its data. If the body contains the API key, verbatim or escaped, the key is
/// replaced with `[redacted]`. Keys shorter than 8 bytes are not redacted, because short strings
/// would match unrelated text.
pub struct ApiError {
    operation: &'static str,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    is_truncated: bool,
    code: Option<String>,
    message: Option<String>,
    docs_url: Option<String>,
    redirect: Option<String>,
    retry_after: Option<Duration>,
    attempts: u32,
    not_repeated: Option<NotRepeated>,
    idempotency_key: Option<Arc<str>>,
}

impl ApiError {
    pub(super) fn new(
        operation: &'static str,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        is_truncated: bool,
    ) -> Self {
        let value = serde_json::from_slice(read::without_mark(&body)).unwrap_or(Value::Null);
        Self {
            operation,
            status,
            retry_after: retry::retry_after(&headers),
            headers,
            body,
            is_truncated,
            attempts: 1,
            not_repeated: None,
            idempotency_key: None,
            code: error_message::code(&value),
            message: error_message::message(&value),
            docs_url: error_message::named(&value, "docs_url"),
            redirect: None,
        }
    }

    /// Adds the reason why a redirect was not followed.
    pub(super) fn redirected(self, redirect: Option<String>) -> Self {
        Self { redirect, ..self }
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the status, which is 200 to 299 for an error event.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body as received.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the body as text, decoded with the charset of the `content-type` header, or as UTF-8
    /// if the header has none. Invalid characters are replaced with `U+FFFD`.
    pub fn text(&self) -> Cow<'_, str> {
        charset::text(&self.headers, &self.body)
    }

    /// Deserializes the body as JSON. Use this method for properties other than the
    /// [`code`](Self::code) and the [`message`](Self::message).
    ///
    /// # Errors
    ///
    /// Returns an error if the body is not JSON, or does not deserialize as `T`.
    pub fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(read::without_mark(&self.body))
    }

    /// Returns `true` if the body is incomplete, because it is longer than 1 MiB or the connection
    /// failed.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// Returns the API's error code: the string or number `code` of the body, of the object `error`
    /// or `detail` in it, or of the first object of the list `errors`; or the string `error` of a
    /// body with an `error_description`. An empty code, message, or URL is returned as `None`.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns the API's error message: the string `message` of the body, or of the object `error`
    /// or `detail` in it; otherwise the `error_description`, `detail`, `errors`, `error`, or
    /// `title` of the body. Up to ten messages of a list are joined.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns the URL of a page about the error: the string `docs_url` of the same object
    /// as the [`code`](Self::code).
    pub fn docs_url(&self) -> Option<&str> {
        self.docs_url.as_deref()
    }

    /// Returns the API's request ID, from the header `x-request-id` or a similar header. Include
    /// the ID in support requests.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// Returns the time that the API asks to wait before a retry: the header `retry-after-ms`,
    /// or `Retry-After`, in seconds or as a date.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns the number of attempts, including the last one, which returned this error.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the idempotency key of the call, if the operation has one.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// Returns `true` if the status indicates a transient error.
    pub(super) fn is_temporary(&self) -> bool {
        matches!(
            self.status.as_u16(),
            408 | 409 | 425 | 429 | 500..=504 | 520..=524 | 529
        )
    }

    pub(super) fn set_attempts(&mut self, attempts: u32, idempotency_key: Option<&Arc<str>>) {
        self.attempts = attempts;
        self.idempotency_key = idempotency_key.cloned();
    }

    pub(super) fn set_not_repeated(&mut self, reason: NotRepeated) {
        self.not_repeated = Some(reason);
    }
}

/// Headers in which servers and proxies return a request ID.
const REQUEST_IDS: [&str; 4] = [
    "x-request-id",
    "request-id",
    "x-amzn-requestid",
    "x-correlation-id",
];

/// Returns the request ID that the server assigned.
pub(super) fn request_id(headers: &HeaderMap) -> Option<&str> {
    REQUEST_IDS
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}

impl Display for ApiError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.status.as_str())?;
        if let Some(reason) = self.status.canonical_reason() {
            write!(f, " {reason}")?;
        }
        if let Some(code) = &self.code {
            write!(f, ": {}", OneLine(code))?;
        }
        if let Some(message) = &self.message {
            write!(f, ": {}", OneLine(message))?;
        } else if let Some(redirect) = &self.redirect {
            write!(f, ": {}", OneLine(redirect))?;
        } else if self.code.is_none() && !self.body.is_empty() {
            write!(f, ": {}", OneLine(&self.text()))?;
        }
        Attempts(self.attempts).fmt(f)?;
        NotRepeatedFor(self.not_repeated.as_ref()).fmt(f)
    }
}

impl Debug for ApiError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body", &format_args!("{}", OneLine(&self.text())))
            .field("is_truncated", &self.is_truncated)
            .field("retry_after", &self.retry_after)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

impl StdError for ApiError {}
