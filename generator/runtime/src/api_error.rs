//! Error responses of the API.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Formatter};
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::one_line::{Attempts, NotRepeatedFor, OneLine};
use super::retry::{self, NotRepeated};

/// A response with a status outside 200 to 299, or an error event of an event stream.
///
/// Contains the status, the headers, and up to 1 MiB of the body, in any format. The body of
/// an error event is its data. If the body contains the API key, as is or escaped, the key is
/// replaced with `[redacted]`. Keys shorter than 8 bytes are not searched for, because they
/// would match by chance.
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
}

impl ApiError {
    pub(super) fn new(
        operation: &'static str,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        is_truncated: bool,
    ) -> Self {
        let value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let message = ["error", "detail"].map(|key| text(&value, key));
        Self {
            operation,
            status,
            retry_after: retry::retry_after(&headers),
            headers,
            body,
            is_truncated,
            attempts: 1,
            not_repeated: None,
            code: find(&value, code),
            message: find(&value, |object| text(object, "message"))
                .or(message.into_iter().flatten().next()),
            docs_url: find(&value, |object| text(object, "docs_url")),
            redirect: None,
        }
    }

    /// Returns the same error of a redirect, with why it is not followed.
    pub(super) fn redirected(self, redirect: Option<String>) -> Self {
        Self { redirect, ..self }
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the status, which is one of 200 to 299 for an event.
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

    /// Returns the body as text, with `U+FFFD` for what is not UTF-8.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Returns the body read as JSON, for what an API says of an error beyond its
    /// [`code`](Self::code) and [`message`](Self::message).
    ///
    /// # Errors
    ///
    /// When the body is no JSON, or has another form than `T`.
    pub fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.body)
    }

    /// Returns whether the body is only the beginning of what was to come,
    /// because it is longer than 1 MiB or broke off.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// Returns the API's own code for what is wrong: the string or number `code` of
    /// the body, or of the object `error` or `detail` in it. One that is empty counts
    /// as none, as do an empty message and address.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns the API's own words for what is wrong: the string `message` of
    /// the body, or of the object `error` or `detail` in it, or one of those
    /// two itself where it is a string.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Returns the address of a page about what is wrong: the string `docs_url`
    /// from where [`code`](Self::code) is from.
    pub fn docs_url(&self) -> Option<&str> {
        self.docs_url.as_deref()
    }

    /// Returns the API's name for the request, by which its makers can find it: the
    /// header `x-request-id` or one like it.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// Returns how long the API asks to wait before another try, which the
    /// header `Retry-After` says in seconds or as a date.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns how many times the request was sent; this is what the last answer
    /// said.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns whether the status is one of a fault that may pass.
    pub(super) fn is_temporary(&self) -> bool {
        matches!(self.status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
    }

    pub(super) fn set_attempts(&mut self, attempts: u32) {
        self.attempts = attempts;
    }

    pub(super) fn set_not_repeated(&mut self, reason: NotRepeated) {
        self.not_repeated = Some(reason);
    }
}

/// Headers in which servers and what stands before them name a request.
const REQUEST_IDS: [&str; 4] = [
    "x-request-id",
    "request-id",
    "x-amzn-requestid",
    "x-correlation-id",
];

/// Returns the name that a request has on the other side.
pub(super) fn request_id(headers: &HeaderMap) -> Option<&str> {
    REQUEST_IDS
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}

/// Returns what is found in the body or in an object that it wraps errors in.
fn find(body: &Value, read: impl Fn(&Value) -> Option<String>) -> Option<String> {
    [Some(body), body.get("error"), body.get("detail")]
        .into_iter()
        .flatten()
        .find_map(read)
}

/// Returns the string under a key, if it says anything.
fn text(object: &Value, key: &str) -> Option<String> {
    let text = object.get(key)?.as_str()?;
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// Returns the code, which some APIs write as a number.
fn code(object: &Value) -> Option<String> {
    let number = || object.get("code")?.as_number().map(ToString::to_string);
    text(object, "code").or_else(number)
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
        NotRepeatedFor(&self.not_repeated).fmt(f)
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
