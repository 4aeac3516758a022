//! Options of a call other than its parameters.

use std::fmt::{self, Formatter};
use std::time::Duration;

use http::Extensions;
use http::header::{CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING};
use reqwest::Url;
use secrecy::SecretString;
use serde::Serialize;

use super::api;
use super::body_fields::BodyFields;
use super::error::RequestError;
use super::key::KeyLocation;
use super::operation::Operation;
use super::outgoing::Outgoing;

/// The default number of retries.
const RETRIES: u32 = 2;

/// The default idle timeout, without data, while a body is sent or received.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// The default maximum delay that is accepted from `Retry-After`.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// Options of a single call, or of the calls of a
/// [derived client](super::Client::with_options).
///
/// Options that are not set are inherited from the client.
#[derive(Clone, Default)]
#[must_use = "options do nothing until a call is made with them"]
pub struct CallOptions {
    timeout: Option<Duration>,
    idle_timeout: Option<Duration>,
    deadline: Option<Duration>,
    retries: Option<u32>,
    max_retry_after: Option<Duration>,
    key: Option<SecretString>,
    /// Boxed, because requests contain their options and are moved often, and most have no changes.
    changes: Option<Box<Changes>>,
}

/// Changes to a request.
#[derive(Default)]
struct Changes {
    idempotency_key: Option<Box<str>>,
    /// Headers to set, or to remove if there is no value.
    headers: Vec<(String, Option<String>)>,
    query: Vec<(String, String)>,
    /// The names of the client's query parameters to remove.
    without_query: Vec<String>,
    body_fields: BodyFields,
    /// Values for the middleware of the client.
    extensions: Extensions,
    /// The URL of a list page, which replaces the URL built from the parameters.
    list_page: Option<Box<str>>,
}

/// A derived implementation would be compiled in each program that reads a list.
impl Clone for Changes {
    fn clone(&self) -> Self {
        Self {
            idempotency_key: self.idempotency_key.clone(),
            headers: self.headers.clone(),
            query: self.query.clone(),
            without_query: self.without_query.clone(),
            body_fields: self.body_fields.clone(),
            extensions: self.extensions.clone(),
            list_page: self.list_page.clone(),
        }
    }
}

impl CallOptions {
    /// Creates options with nothing set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the timeout of each attempt; see
    /// [`ClientBuilder::timeout`](super::ClientBuilder::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the timeout without data while a body is sent or received; see
    /// [`ClientBuilder::idle_timeout`](super::ClientBuilder::idle_timeout).
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = Some(timeout);
        self
    }

    /// Sets the time limit of the whole call, including all attempts and the delays between them;
    /// see [`ClientBuilder::deadline`](super::ClientBuilder::deadline).
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sets the maximum number of retries; see
    /// [`ClientBuilder::retries`](super::ClientBuilder::retries).
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// Sets the maximum delay that is accepted from `Retry-After`; see
    /// [`ClientBuilder::max_retry_after`](super::ClientBuilder::max_retry_after).
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.max_retry_after = Some(wait);
        self
    }

    /// Sets the API key of the call, overriding the client's key. An operation that does not use
    /// the API key gets it as another key if that key is sufficient alone. Otherwise, the call
    /// returns [`Error::MissingConfiguration`](super::Error::MissingConfiguration), unless the
    /// operation uses no key.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(SecretString::from(key.into()));
        self
    }

    /// Sets the idempotency key of the call. The API uses the key to recognize a request that it
    /// has already executed. To repeat a call that timed out, pass its
    /// [`Error::idempotency_key`](super::Error::idempotency_key). A new call needs a new key.
    ///
    /// By default, the client generates a key for each call of an operation that supports one. For
    /// other operations, a call with this option returns
    /// [`Error::InvalidRequest`](super::Error::InvalidRequest).
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.changes().idempotency_key = Some(key.into().into());
        self
    }

    /// Sets a header, replacing any header with the same name.
    ///
    /// The call returns [`Error::InvalidRequest`](super::Error::InvalidRequest) if the name or the
    /// value is invalid, or if the header is reserved for the client: the header of the API key,
    /// `host`, `content-length`, and `transfer-encoding`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let header = (name.into(), Some(value.into()));
        self.changes().headers.push(header);
        self
    }

    /// Removes a header that the client or the operation sets. Headers reserved for the client
    /// cannot be removed; see [`header`](Self::header).
    pub fn without_header(mut self, name: impl Into<String>) -> Self {
        self.changes().headers.push((name.into(), None));
        self
    }

    /// Sends the header `last-event-id` with the ID of the last received event; see
    /// [`EventStream::last_event_id`]. An API that supports this header resumes the stream after
    /// that event.
    ///
    /// [`EventStream::last_event_id`]: super::EventStream::last_event_id
    pub fn last_event_id(self, id: impl Into<String>) -> Self {
        self.header("last-event-id", id)
    }

    /// Appends a query parameter, even if another parameter has the same name. The name and the
    /// value are percent-encoded.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let parameter = (name.into(), value.into());
        self.changes().query.push(parameter);
        self
    }

    /// Removes the query parameters of this name that
    /// [`ClientBuilder::query`](super::ClientBuilder::query) adds to all calls.
    pub fn without_query(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        let changes = self.changes();
        changes.query.retain(|(other, _)| *other != name);
        changes.without_query.push(name);
        self
    }

    /// Adds an undocumented property to a JSON or form body, replacing any documented property with
    /// the same name.
    ///
    /// The call returns [`Error::InvalidRequest`](super::Error::InvalidRequest) if the value cannot
    /// be serialized as JSON, or if the body is neither a JSON object nor a form.
    pub fn body_field(mut self, name: impl Into<String>, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value);
        self.changes().body_fields.push(name.into(), value);
        self
    }

    /// Attaches a value for the client's [`Middleware`](super::Middleware), which reads it by type
    /// from [`Attempt::extensions`](super::Attempt::extensions). The value is not sent to the API.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.changes().extensions.insert(value);
        self
    }

    /// Sets the URL of the list page to request. `None` means the URL built from the parameters.
    #[allow(dead_code, reason = "an API may have no lists whose pages have URLs")]
    pub(crate) fn list_page(mut self, url: Option<String>) -> Self {
        if url.is_some() || self.changes.is_some() {
            self.changes().list_page = url.map(Into::into);
        }
        self
    }

    /// Returns these options, overridden by the ones that `options` sets.
    pub(crate) fn and(self, options: Self) -> Self {
        match self.is_empty() {
            true => options,
            false => self.with(&options),
        }
    }

    /// Adds the query parameters to the URL of a list page. Most servers repeat the parameters of
    /// the request in that URL, so parameters whose names are in it are not added.
    #[cold]
    pub(super) fn add_missing_query(&self, url: &mut Url) {
        let names: Vec<String> = url
            .query_pairs()
            .map(|(name, _)| name.into_owned())
            .collect();
        let query = self.changes.iter().flat_map(|changes| &changes.query);
        let mut missing = query.filter(|(name, _)| !names.contains(name)).peekable();
        if missing.peek().is_some() {
            url.query_pairs_mut().extend_pairs(missing);
        }
    }

    fn changes(&mut self) -> &mut Changes {
        self.changes.get_or_insert_default()
    }

    /// Returns the URL of the list page to request.
    pub(super) fn list_page_url(&self) -> Option<&str> {
        self.changes.as_ref()?.list_page.as_deref()
    }

    /// Checks that all properties of at least one alternative are set. Each property is its name,
    /// and `true` if the body contains it.
    ///
    /// # Errors
    ///
    /// Returns an error unless all properties of at least one alternative are in the body or added
    /// with [`body_field`](Self::body_field).
    #[allow(dead_code, reason = "an API may have no such bodies")]
    pub(crate) fn require_any(
        &self,
        alternatives: &[&[(&'static str, bool)]],
    ) -> Result<(), RequestError> {
        let is_added = |name: &str| {
            let mut added = self.changes.iter().flat_map(|it| it.body_fields.names());
            added.any(|added| added == name)
        };
        let is_set = |(name, is_set): &(&'static str, bool)| *is_set || is_added(name);
        if alternatives.iter().any(|all| all.iter().all(is_set)) {
            return Ok(());
        }
        let alternatives = alternatives.iter().map(|all| {
            let names = all.iter().map(|(name, _)| format!("`{name}`"));
            names.collect::<Vec<_>>().join(" and ")
        });
        let alternatives = alternatives.collect::<Vec<_>>().join(" or ");
        Err(RequestError::unnamed(format!(
            "the body needs {alternatives}"
        )))
    }

    /// Returns `true` if nothing is set.
    pub(super) fn is_empty(&self) -> bool {
        matches!(
            self,
            Self {
                timeout: None,
                idle_timeout: None,
                deadline: None,
                retries: None,
                max_retry_after: None,
                key: None,
                changes: None,
            }
        )
    }

    /// Returns these options, overridden by the ones that `options` sets.
    pub(super) fn with(&self, options: &Self) -> Self {
        let changes = match (&self.changes, &options.changes) {
            (Some(first), Some(second)) => Some(Box::new(first.with(second))),
            (first, second) => second.as_ref().or(first.as_ref()).cloned(),
        };
        Self {
            timeout: options.timeout.or(self.timeout),
            idle_timeout: options.idle_timeout.or(self.idle_timeout),
            deadline: options.deadline.or(self.deadline),
            retries: options.retries.or(self.retries),
            max_retry_after: options.max_retry_after.or(self.max_retry_after),
            key: options.key.as_ref().or(self.key.as_ref()).cloned(),
            changes,
        }
    }

    /// Returns the values for the middleware of the client.
    pub(super) fn extensions(&self) -> Extensions {
        let changes = self.changes.as_ref();
        changes.map_or_else(Extensions::new, |changes| changes.extensions.clone())
    }

    pub(super) fn key(&self) -> Option<&SecretString> {
        self.key.as_ref()
    }

    pub(super) fn given_idempotency_key(&self) -> Option<&str> {
        self.changes.as_ref()?.idempotency_key.as_deref()
    }

    pub(super) fn time_for_attempt(&self) -> Duration {
        self.timeout.unwrap_or(api::TIMEOUT)
    }

    /// Returns the idle timeout.
    pub(super) fn idle_time(&self) -> Duration {
        self.idle_timeout.unwrap_or(IDLE_TIMEOUT)
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

    /// Applies the changes to a request. The text of an error does not contain values, which may be
    /// secrets.
    #[inline]
    pub(super) fn apply(
        &self,
        outgoing: &mut Outgoing,
        operation: &Operation,
    ) -> Result<(), RequestError> {
        match &self.changes {
            Some(changes) => changes.apply(outgoing, operation),
            None => Ok(()),
        }
    }
}

impl Changes {
    /// Returns these changes followed by `others`.
    fn with(&self, others: &Self) -> Self {
        let query = self.query.iter();
        let query = query.filter(|(name, _)| !others.without_query.contains(name));
        let key = others.idempotency_key.as_ref();
        let mut extensions = self.extensions.clone();
        extensions.extend(others.extensions.clone());
        Self {
            extensions,
            idempotency_key: key.or(self.idempotency_key.as_ref()).cloned(),
            headers: self
                .headers
                .iter()
                .chain(&others.headers)
                .cloned()
                .collect(),
            query: query.chain(&others.query).cloned().collect(),
            // Options may be combined again, with those of a client.
            without_query: [&self.without_query[..], &others.without_query[..]].concat(),
            body_fields: self.body_fields.with(&others.body_fields),
            list_page: others.list_page.clone(),
        }
    }

    #[cold]
    fn apply(&self, outgoing: &mut Outgoing, operation: &Operation) -> Result<(), RequestError> {
        if !self.body_fields.is_empty() {
            self.body_fields.add_to(outgoing, operation)?;
        }
        let request = &mut outgoing.request;
        for (name, value) in &self.headers {
            let name = header_name(name)?;
            match value {
                Some(value) => {
                    let value = header_value(&name, value)?;
                    request.headers_mut().insert(name, value);
                }
                None => {
                    request.headers_mut().remove(name);
                }
            }
        }
        // `query_pairs_mut` adds a question mark even if no pair follows. The URL of a list page
        // is set later: see `add_missing_query`.
        if !self.query.is_empty() && self.list_page.is_none() {
            request
                .url_mut()
                .query_pairs_mut()
                .extend_pairs(&self.query);
        }
        Ok(())
    }
}

/// Parses a header name, and rejects the names that are reserved for the client.
fn header_name(name: &str) -> Result<HeaderName, RequestError> {
    let Ok(name) = HeaderName::try_from(name) else {
        let message = format!("`{name}` is not a valid header name");
        return Err(RequestError::unnamed(message));
    };
    // `Debug` of the options would reveal a key, a different `host` would misroute the request, and
    // a different length would allow request smuggling.
    let mut keys = api::KEYS.iter().filter_map(KeyLocation::header);
    let is_key = keys.any(|key| name == key);
    if is_key || [HOST, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name) {
        let message = format!("the header `{name}` is reserved for the client");
        return Err(RequestError::unnamed(message));
    }
    Ok(name)
}

fn header_value(name: &HeaderName, value: &str) -> Result<HeaderValue, RequestError> {
    let Ok(mut value) = HeaderValue::try_from(value) else {
        return Err(RequestError::unnamed(format!(
            "the value of the header `{name}` contains a character that is not allowed in a header"
        )));
    };
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for CallOptions {
    /// Shows the names of headers, query parameters, and properties, but not their values, which
    /// may be secrets.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let key = self.key.as_ref().map(|_| format_args!("[redacted]"));
        let none = Changes::default();
        let changes = self.changes.as_deref().unwrap_or(&none);
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("deadline", &self.deadline)
            .field("retries", &self.retries)
            .field("max_retry_after", &self.max_retry_after)
            .field("key", &key)
            .field(
                "headers",
                &changes.headers.iter().map(|it| &it.0).collect::<Vec<_>>(),
            )
            .field(
                "query",
                &changes.query.iter().map(|it| &it.0).collect::<Vec<_>>(),
            )
            .field(
                "body_fields",
                &changes.body_fields.names().collect::<Vec<_>>(),
            )
            .field("idempotency_key", &changes.idempotency_key)
            .finish()
    }
}
