//! What may be asked of a single call, beside its parameters.

use std::fmt::{self, Formatter};
use std::time::Duration;

use http::header::{CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING};
use reqwest::Request;
use secrecy::SecretString;

use super::api;
use super::key::KeyLocation;

/// How often a call is repeated unless something else is asked for.
const RETRIES: u32 = 2;

/// The time for each attempt unless something else is asked for.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The longest wait that a server may ask for unless something else is said.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// What a single call does otherwise than the client does by default.
///
/// What is not set here stays as the client has it.
#[derive(Clone, Default)]
#[must_use = "options do nothing until a call is made with them"]
pub struct CallOptions {
    timeout: Option<Duration>,
    deadline: Option<Duration>,
    retries: Option<u32>,
    max_retry_after: Option<Duration>,
    key: Option<SecretString>,
    idempotency_key: Option<Box<str>>,
    headers: Pairs,
    query: Pairs,
    /// The URL of a list page, in place of the one that the parameters make.
    list_page: Option<Box<str>>,
}

impl CallOptions {
    /// Returns options that change nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the time for each attempt; see
    /// [`ClientBuilder::timeout`](super::ClientBuilder::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the time for the call with all of its attempts and the waits between
    /// them; see [`ClientBuilder::deadline`](super::ClientBuilder::deadline).
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets how often the call is repeated at most; see
    /// [`ClientBuilder::retries`](super::ClientBuilder::retries).
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// Sets the longest wait that the server may ask for; see
    /// [`ClientBuilder::max_retry_after`](super::ClientBuilder::max_retry_after).
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = Some(wait);
        self
    }

    /// Sets the API key of the call, in place of the client's.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(SecretString::from(key.into()));
        self
    }

    /// Sets the idempotency key of the call, by which the API recognizes that it has already
    /// executed the request, for instance that of a call that timed out:
    /// [`Error::idempotency_key`](super::Error::idempotency_key). A new call needs a new key.
    ///
    /// If it is not set, the client generates a key for each call of an operation that has one.
    /// The call of another operation is an
    /// [`Error::InvalidRequest`](super::Error::InvalidRequest).
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into().into());
        self
    }

    /// Adds a header, in place of one of the same name that the call would send.
    ///
    /// The call is an [`Error::InvalidRequest`](super::Error::InvalidRequest)
    /// when name or value are not fit for a header, and for those headers that
    /// are the client's own: the key's, `host`, `content-length` and
    /// `transfer-encoding`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends the id of the last event of a stream of events, [`EventStream::last_event_id`],
    /// so that an API that supports it continues after that event.
    ///
    /// [`EventStream::last_event_id`]: super::EventStream::last_event_id
    pub fn last_event_id(self, id: impl Into<String>) -> Self {
        self.header("last-event-id", id)
    }

    /// Adds a query parameter, after those that the call sends anyway, even if
    /// one of them has the same name. Name and value are given as they are, and
    /// encoded by the client.
    pub fn query(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((key.into(), value.into()));
        self
    }

    /// Sets the URL of the list page that is requested; `None` for the one that the
    /// parameters make.
    #[allow(dead_code, reason = "an API may have no lists whose pages have URLs")]
    pub(crate) fn list_page(mut self, url: Option<String>) -> Self {
        self.list_page = url.map(Into::into);
        self
    }

    /// Returns the URL of the list page that is requested.
    pub(super) fn list_page_url(&self) -> Option<&str> {
        self.list_page.as_deref()
    }

    /// Returns `true` if nothing is set.
    pub(super) fn is_empty(&self) -> bool {
        let Self {
            timeout: None,
            deadline: None,
            retries: None,
            max_retry_after: None,
            key: None,
            idempotency_key: None,
            headers,
            query,
            list_page: None,
        } = self
        else {
            return false;
        };
        headers.is_empty() && query.is_empty()
    }

    /// Returns these options, with what `options` sets in place of what these do.
    pub(super) fn with(&self, options: &Self) -> Self {
        Self {
            timeout: options.timeout.or(self.timeout),
            deadline: options.deadline.or(self.deadline),
            retries: options.retries.or(self.retries),
            max_retry_after: options.max_retry_after.or(self.max_retry_after),
            key: options.key.as_ref().or(self.key.as_ref()).cloned(),
            idempotency_key: options
                .idempotency_key
                .as_ref()
                .or(self.idempotency_key.as_ref())
                .cloned(),
            headers: both(&self.headers, &options.headers),
            query: both(&self.query, &options.query),
            list_page: options.list_page.clone(),
        }
    }

    pub(super) fn key(&self) -> Option<&SecretString> {
        self.key.as_ref()
    }

    pub(super) fn given_idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    pub(super) fn time_for_attempt(&self) -> Duration {
        self.timeout.unwrap_or(TIMEOUT)
    }

    pub(super) fn time_for_all(&self) -> Option<Duration> {
        self.deadline
    }

    pub(super) fn retry_limit(&self) -> u32 {
        self.retries.unwrap_or(RETRIES)
    }

    pub(super) fn retry_after_limit(&self) -> Duration {
        self.max_retry_after.unwrap_or(MAX_RETRY_AFTER)
    }

    /// Puts headers and query parameters on a request, or returns why they
    /// cannot be. No value is repeated there, for it may be a secret.
    pub(super) fn apply(&self, request: &mut Request) -> Result<(), String> {
        for (name, value) in &self.headers {
            let (name, value) = header(name, value)?;
            request.headers_mut().insert(name, value);
        }
        // Asking for the pairs is enough to leave a lone question mark. The URL of a list page
        // has its own query.
        if !self.query.is_empty() && self.list_page.is_none() {
            request
                .url_mut()
                .query_pairs_mut()
                .extend_pairs(&self.query);
        }
        Ok(())
    }
}

type Pairs = Vec<(String, String)>;

/// Returns one list after the other; mostly there is nothing in either.
fn both(first: &Pairs, second: &Pairs) -> Pairs {
    first.iter().chain(second).cloned().collect()
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let Ok(name) = HeaderName::try_from(name) else {
        return Err(format!("`{name}` is not the name of a header"));
    };
    // Another key would be told to whoever reads the call's options, another host
    // would get a request that is not meant for it, and another length would make one
    // request look like two.
    let mut keys = api::KEYS.iter().filter_map(KeyLocation::header);
    let is_key = keys.any(|key| name == key);
    if is_key || [HOST, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
        return Err(format!("the header `{name}` is set by the client alone"));
    }
    let Ok(mut value) = HeaderValue::try_from(value) else {
        return Err(format!(
            "the value for the header `{name}` holds a character that no header can carry"
        ));
    };
    value.set_sensitive(true);
    Ok((name, value))
}

impl fmt::Debug for CallOptions {
    /// Shows the names of headers and query parameters; their values may be
    /// secrets.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("deadline", &self.deadline)
            .field("retries", &self.retries)
            .field("max_retry_after", &self.max_retry_after)
            .field(
                "key",
                &self.key.as_ref().map(|_| format_args!("[redacted]")),
            )
            .field("idempotency_key", &self.idempotency_key)
            .field("headers", &Names(&self.headers))
            .field("query", &Names(&self.query))
            .finish()
    }
}

struct Names<'a>(&'a [(String, String)]);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}
