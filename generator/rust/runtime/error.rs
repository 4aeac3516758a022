//! The error type of the crate and its queries.

use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderMap;

use super::api_error::{ApiError, request_id};
use super::decode_error::DecodeError;
use super::one_line::{Attempts, OneLine};
use super::retry::NotRepeated;
use super::transport_error::TransportError;

type Source = Box<dyn StdError + Send + Sync>;

/// An error of an operation, or of creating a client.
///
/// The message of an error is one line, with the operation and the innermost cause. It does not
/// contain the API key, even if a response does, unless the key is shorter than 8 bytes.
#[non_exhaustive]
pub enum Error {
    /// The API returned a status outside 200 to 299, or sent an error event.
    Api(Box<ApiError>),
    /// The request could not be sent, or its response was not received completely.
    Transport(Box<TransportError>),
    /// The response was successful, but its body does not match the documented type.
    Decode(Box<DecodeError>),
    /// The arguments are invalid. No request was sent.
    InvalidRequest(Box<RequestError>),
    /// The next page of a list cannot be requested, because the API already returned it or its URL
    /// has another origin.
    Paging(Box<PagingError>),
    /// A credential provider failed. The request of the call was not sent.
    Credential(Box<CredentialError>),
    /// A [`Middleware`](super::Middleware) failed.
    Middleware(Box<MiddlewareError>),
    /// A required setting is missing, such as the API key.
    MissingConfiguration(Box<ConfigurationError>),
    /// A setting of the client is invalid.
    InvalidConfiguration(Box<ConfigurationError>),
}

impl Error {
    /// Returns the status of the response, if the error is [`Error::Api`] or [`Error::Decode`].
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status()),
            Self::Decode(error) => Some(error.status()),
            _ => None,
        }
    }

    /// Returns the headers of the response, if the error is [`Error::Api`] or [`Error::Decode`].
    pub fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Self::Api(error) => Some(error.headers()),
            Self::Decode(error) => Some(error.headers()),
            _ => None,
        }
    }

    /// Returns the body of the response, if the error is [`Error::Api`] or [`Error::Decode`]. The
    /// body of an error response can be incomplete; see [`ApiError::is_truncated`].
    pub fn body(&self) -> Option<&Bytes> {
        match self {
            Self::Api(error) => Some(error.body()),
            Self::Decode(error) => Some(error.body()),
            _ => None,
        }
    }

    /// Returns the API's error code, if the response contains one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.code(),
            _ => None,
        }
    }

    /// Returns the API's error message, if the response contains one.
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.message(),
            _ => None,
        }
    }

    /// Returns the URL of a page about the error, if the response contains one.
    pub fn docs_url(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.docs_url(),
            _ => None,
        }
    }

    /// Returns the API's request ID, for support requests, if the response has a header such as
    /// `x-request-id`.
    pub fn request_id(&self) -> Option<&str> {
        self.headers().and_then(request_id)
    }

    /// Returns the name of the operation, if the error belongs to one.
    pub fn operation(&self) -> Option<&'static str> {
        match self {
            Self::Api(error) => Some(error.operation()),
            Self::Decode(error) => Some(error.operation()),
            Self::Transport(error) => error.operation(),
            Self::InvalidRequest(error) => error.operation(),
            Self::Paging(error) => Some(error.operation()),
            Self::Middleware(error) => error.operation(),
            Self::Credential(_) | Self::MissingConfiguration(_) | Self::InvalidConfiguration(_) => {
                None
            }
        }
    }

    /// Returns `true` if the request timed out. If connecting timed out,
    /// [`is_connect`](Self::is_connect) also returns `true`.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_timeout())
    }

    /// Returns `true` if connecting failed. No request was sent.
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_connect())
    }

    /// Returns `true` if the TLS handshake failed, for example because the server's certificate is
    /// not trusted.
    pub fn is_tls(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_tls())
    }

    /// Returns `true` if the status is 400 or 422, or if the arguments are invalid and no request
    /// was sent. Repeating the same call fails again.
    pub fn is_invalid(&self) -> bool {
        matches!(self, Self::InvalidRequest(_))
            || self.is_answer(StatusCode::BAD_REQUEST)
            || self.is_answer(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// Returns `true` if the status is 401: the API key is missing or invalid.
    pub fn is_unauthorized(&self) -> bool {
        self.is_answer(StatusCode::UNAUTHORIZED)
    }

    /// Returns `true` if the status is 403: the API key does not allow the call.
    pub fn is_forbidden(&self) -> bool {
        self.is_answer(StatusCode::FORBIDDEN)
    }

    /// Returns `true` if the status is 409.
    pub fn is_conflict(&self) -> bool {
        self.is_answer(StatusCode::CONFLICT)
    }

    /// Returns `true` if the status is 404.
    pub fn is_not_found(&self) -> bool {
        self.is_answer(StatusCode::NOT_FOUND)
    }

    /// Returns `true` if the status is 429.
    pub fn is_rate_limited(&self) -> bool {
        self.is_answer(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns `true` if the same call may succeed later: connecting failed or timed out, or the
    /// status is 408, 409, 425, 429, 500 to 504, 520 to 524, or 529. A [failed TLS
    /// handshake](Self::is_tls) is not retryable.
    ///
    /// The client has already retried the call, up to the configured number of retries, if its
    /// method and its body allow retries.
    ///
    /// A request that timed out or lost its connection after it was sent may have been executed,
    /// and is not retryable. A call with an [`idempotency_key`](Self::idempotency_key) can be
    /// repeated with the same key.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Api(error) => error.is_temporary(),
            Self::Transport(error) => error.may_connect_later(),
            _ => false,
        }
    }

    /// Returns `true` if another attempt may succeed, provided that the request can be sent again.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Api(error) => error.is_temporary(),
            Self::Transport(error) => error.may_connect_later() || error.is_broken_connection(),
            _ => false,
        }
    }

    /// Returns `true` if the same call may succeed later, for a call that can safely be executed
    /// twice. Such a call is retryable even if it may already have been executed.
    #[allow(dead_code, reason = "an API may have nothing to wait for")]
    pub(crate) fn may_pass_if_harmless(&self) -> bool {
        self.is_retryable() || matches!(self, Self::Transport(_)) && !self.is_tls()
    }

    /// Returns the delay before a retry that the API requested, if any.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api(error) => error.retry_after(),
            _ => None,
        }
    }

    /// Returns the idempotency key of the call, if the operation has one and the error is
    /// [`Error::Api`] or [`Error::Transport`].
    ///
    /// A call that timed out may have been executed. If it is repeated with the same key, with
    /// [`CallOptions::idempotency_key`](super::CallOptions::idempotency_key), the API executes it
    /// once.
    pub fn idempotency_key(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.idempotency_key(),
            Self::Transport(error) => error.idempotency_key(),
            _ => None,
        }
    }

    /// Returns the number of attempts to send the request of the call. It is 0 if there was none,
    /// for example because an argument is invalid or a credential could not be obtained.
    pub fn attempts(&self) -> u32 {
        match self {
            Self::Api(error) => error.attempts(),
            Self::Decode(error) => error.attempts(),
            Self::Transport(error) => error.attempts(),
            Self::Middleware(error) => error.attempts(),
            _ => 0,
        }
    }

    /// Adds the reason why the call was not retried.
    pub(super) fn not_repeated(mut self, reason: NotRepeated) -> Self {
        match &mut self {
            Self::Api(error) => error.set_not_repeated(reason),
            Self::Transport(error) => error.set_not_repeated(reason),
            _ => {}
        }
        self
    }

    /// Adds the number of attempts and the idempotency key of the call.
    pub(super) fn after(mut self, attempts: u32, key: Option<&Arc<str>>) -> Self {
        match &mut self {
            Self::Api(error) => error.set_attempts(attempts, key),
            Self::Decode(error) => error.set_attempts(attempts),
            Self::Transport(error) => error.set_attempts(attempts, key),
            Self::Middleware(error) => error.attempts = attempts,
            _ => {}
        }
        self
    }

    fn is_answer(&self, status: StatusCode) -> bool {
        matches!(self, Self::Api(error) if error.status() == status)
    }

    /// Returns the inner error, which implements `Display` and `source`.
    fn inner(&self) -> &(dyn StdError + 'static) {
        match self {
            Self::Api(error) => error.as_ref(),
            Self::Transport(error) => error.as_ref(),
            Self::Decode(error) => error.as_ref(),
            Self::InvalidRequest(error) => error.as_ref(),
            Self::Paging(error) => error.as_ref(),
            Self::Credential(error) => error.as_ref(),
            Self::Middleware(error) => error.as_ref(),
            Self::MissingConfiguration(error) | Self::InvalidConfiguration(error) => error.as_ref(),
        }
    }

    /// Converts an error of `reqwest`.
    pub(crate) fn from_reqwest(operation: Option<&'static str>, cause: reqwest::Error) -> Self {
        let cause = cause.without_url();
        if cause.is_builder() {
            let message = innermost(&cause).to_string();
            let error = RequestError::caused(message, cause);
            RequestError { operation, ..error }.into()
        } else {
            TransportError::new(operation, cause).into()
        }
    }

    /// Creates the error of a [`CredentialProvider`](super::CredentialProvider) that cannot return
    /// a credential.
    pub fn credential(reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Credential(Box::new(CredentialError(reason.into())))
    }

    /// Creates the error of a [`Middleware`](super::Middleware) that fails.
    pub fn middleware(reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        MiddlewareError::new(reason.into()).into()
    }

    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self::MissingConfiguration(Box::new(ConfigurationError {
            message: message.into(),
            source: None,
        }))
    }

    pub(crate) fn invalid(message: impl Into<String>, source: Option<Source>) -> Self {
        Self::InvalidConfiguration(Box::new(ConfigurationError {
            message: message.into(),
            source,
        }))
    }
}

/// A derived implementation would be compiled in each program that prints an error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let variant = match self {
            Self::Api(_) => "Api",
            Self::Transport(_) => "Transport",
            Self::Decode(_) => "Decode",
            Self::InvalidRequest(_) => "InvalidRequest",
            Self::Paging(_) => "Paging",
            Self::Credential(_) => "Credential",
            Self::Middleware(_) => "Middleware",
            Self::MissingConfiguration(_) => "MissingConfiguration",
            Self::InvalidConfiguration(_) => "InvalidConfiguration",
        };
        f.debug_tuple(variant).field(&self.inner()).finish()
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self.inner(), f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner().source()
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::Transport(Box::new(error))
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode(Box::new(error))
    }
}

impl From<PagingError> for Error {
    fn from(error: PagingError) -> Self {
        Self::Paging(Box::new(error))
    }
}

impl From<MiddlewareError> for Error {
    fn from(error: MiddlewareError) -> Self {
        Self::Middleware(Box::new(error))
    }
}

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        Self::InvalidRequest(Box::new(error))
    }
}

/// The reason why a provider did not return a credential.
#[derive(Debug)]
pub struct CredentialError(Source);

impl Display for CredentialError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let reason = innermost(&*self.0).to_string();
        write!(f, "no credential: {}", OneLine(&reason))
    }
}

impl StdError for CredentialError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}

/// The reason why a [`Middleware`](super::Middleware) failed.
#[derive(Debug)]
pub struct MiddlewareError {
    operation: Option<&'static str>,
    reason: String,
    source: Source,
    attempts: u32,
}

impl MiddlewareError {
    fn new(source: Source) -> Self {
        Self {
            operation: None,
            reason: innermost(&*source).to_string(),
            source,
            attempts: 1,
        }
    }

    /// Adds the operation, and replaces the text of the reason.
    #[cold]
    pub(super) fn of(self, operation: &'static str, reason: impl FnOnce(String) -> String) -> Self {
        Self {
            operation: Some(operation),
            reason: reason(self.reason),
            ..self
        }
    }

    /// Returns the name of the operation, if a call returned the error.
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// Returns the number of attempts, including the last one, in which the middleware failed.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl Display for MiddlewareError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "{operation}: ")?;
        }
        write!(f, "middleware failed: {}", OneLine(&self.reason))?;
        Attempts(self.attempts).fmt(f)
    }
}

impl StdError for MiddlewareError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}

/// The reason why the arguments of a call are invalid.
#[derive(Debug)]
pub struct RequestError {
    operation: Option<&'static str>,
    message: String,
    source: Option<Source>,
}

impl RequestError {
    pub(super) fn new(operation: &'static str, message: String) -> Self {
        Self {
            operation: Some(operation),
            message,
            source: None,
        }
    }

    /// Creates an error without an operation.
    pub(super) fn unnamed(message: impl Into<String>) -> Self {
        Self {
            operation: None,
            message: message.into(),
            source: None,
        }
    }

    /// Creates an error with a source. `message` contains the text of the source.
    pub(super) fn caused(message: impl Into<String>, cause: impl Into<Source>) -> Self {
        Self {
            source: Some(cause.into()),
            ..Self::unnamed(message)
        }
    }

    /// Adds the operation.
    pub(super) fn of(self, operation: &'static str) -> Self {
        Self {
            operation: Some(operation),
            ..self
        }
    }

    /// Returns the name of the operation, if known.
    pub fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// Returns the message without a prefix.
    pub(super) fn message(&self) -> &str {
        &self.message
    }
}

impl Display for RequestError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.operation {
            write!(f, "{operation}: ")?;
        }
        write!(f, "invalid request: {}", OneLine(&self.message))
    }
}

impl StdError for RequestError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        source(&self.source)
    }
}

/// A list whose next page cannot be requested, because it was already returned or its URL has
/// another origin.
#[derive(Debug)]
pub struct PagingError {
    operation: &'static str,
    reason: String,
}

impl PagingError {
    /// Creates an error with a reason.
    pub(super) fn new(operation: &'static str, reason: String) -> Self {
        Self { operation, reason }
    }

    pub(super) fn repeats(operation: &'static str) -> Self {
        let reason = "the list repeats itself: the API returned the same page or token twice";
        Self::new(operation, reason.to_owned())
    }

    /// Returns the name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }
}

impl Display for PagingError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, OneLine(&self.reason))
    }
}

impl StdError for PagingError {}

/// The reason why a client cannot be created.
#[derive(Debug)]
pub struct ConfigurationError {
    message: String,
    source: Option<Source>,
}

impl Display for ConfigurationError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match source(&self.source) {
            Some(source) => write!(f, ": {}", OneLine(&innermost(source).to_string())),
            None => Ok(()),
        }
    }
}

impl StdError for ConfigurationError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        source(&self.source)
    }
}

fn source(source: &Option<Source>) -> Option<&(dyn StdError + 'static)> {
    source.as_ref().map(|source| source.as_ref() as _)
}

/// Returns the last error of the source chain: the root cause.
pub(super) fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost
}
