//! The client, and how it is configured.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::HeaderValue;
use reqwest::Url;
use secrecy::SecretString;

use super::api;
use super::call_options::CallOptions;
use super::credentials::{CredentialProvider, Provider};
use super::error::Error;
use super::keys::Keys;
use super::middleware::Middleware;
use super::pacing::{Limits, Pacing};
use super::platform::Connections;
use super::transport::Transport;

/// The longest body that is read as a whole unless something else is asked for, in
/// bytes.
const MAX_BODY: usize = 256 << 20;

/// A client of the API. Cloning it is cheap, and the clones share connections.
#[derive(Clone)]
pub struct Client {
    pub(super) transport: Arc<Transport>,
}

impl Client {
    /// Returns a client that calls with this key, and has defaults for the rest.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::build`].
    pub fn new(key: impl Into<String>) -> Result<Self, Error> {
        Self::builder().api_key(key).build()
    }

    /// Returns a client configured by environment variables; see
    /// [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// [`Error::MissingConfiguration`] when no variable holds a key, and those
    /// of [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Returns a builder, to configure a client step by step.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Returns a client whose calls have these options. It shares connections and keys with
    /// this one. Options of a single call override them.
    pub fn with_options(&self, options: CallOptions) -> Self {
        let mut transport = Transport::clone(&self.transport);
        transport.options = Arc::new(transport.options.with(&options));
        Self {
            transport: Arc::new(transport),
        }
    }

    /// Returns the address that the paths of all operations are below, without
    /// a slash at its end.
    pub fn base_url(&self) -> &str {
        &self.transport.base_url
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("transport", &self.transport)
            .finish()
    }
}

/// The configuration of a [`Client`]. Only the key has no default.
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    key: Option<SecretString>,
    /// The keys beside the first, by their positions.
    other_keys: Vec<Option<SecretString>>,
    provider: Option<Provider>,
    pub(super) oauth: Option<super::oauth::ClientCredentials>,
    base_url: String,
    pub(super) server_variables: super::server_variables::ServerVariables,
    /// The base URL is also that of operations with a server of their own.
    pub(crate) replaces_servers: bool,
    pub(super) options: CallOptions,
    pub(super) connections: Connections,
    pub(super) http_client: Option<reqwest::Client>,
    pub(super) middleware: Vec<Arc<dyn Middleware>>,
    pub(super) allow_plain_http: bool,
    user_agent: Option<String>,
    max_body: usize,
    pub(super) limits: Limits,
}

impl ClientBuilder {
    /// The default of [`timeout`](Self::timeout).
    pub const DEFAULT_TIMEOUT: Duration = api::TIMEOUT;

    fn new() -> Self {
        Self {
            key: None,
            other_keys: Vec::new(),
            provider: None,
            oauth: None,
            base_url: api::BASE_URL.to_owned(),
            server_variables: Default::default(),
            replaces_servers: false,
            options: CallOptions::new(),
            connections: Connections::default(),
            http_client: None,
            middleware: Vec::new(),
            allow_plain_http: false,
            user_agent: None,
            max_body: MAX_BODY,
            limits: Limits::default(),
        }
    }

    /// Returns a builder with the key, and the base address where there is one,
    /// from environment variables. One that is empty counts as not set.
    ///
    /// # Errors
    ///
    /// [`Error::MissingConfiguration`], naming the variables, when none of them
    /// holds a key.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Returns what [`from_env`](Self::from_env) would with these variables.
    #[doc(hidden)]
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let key = api::KEY_VARIABLES.iter().find_map(|name| set(name));
        let key = key.or_else(|| super::basic_auth::from_variables(set));
        let others = api::OTHER_KEYS.iter();
        let other_keys: Vec<_> = others
            .map(|(_, name)| set(name).map(SecretString::from))
            .collect();
        let is_missing = key.is_none() && other_keys.iter().all(Option::is_none);
        let oauth = super::oauth::from_variables(set);
        let is_missing = is_missing && oauth.is_none();
        if is_missing && api::KEY_IS_REQUIRED {
            return Err(Error::missing(format!(
                "no API key for {}: set {}",
                api::TITLE,
                api::KEY_VARIABLES.join(" or ")
            )));
        }
        let builder = Self {
            key: key.map(SecretString::from),
            other_keys,
            oauth,
            ..Self::new()
        };
        Ok(match set(api::BASE_URL_VARIABLE) {
            Some(base_url) => builder.base_url(base_url),
            None => builder,
        })
    }

    /// Sets the API key. Where the API repeats it in an answer, errors show
    /// `[redacted]` in its place, unless it is shorter than 8 bytes.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(SecretString::from(key.into()));
        self.provider = None;
        self
    }

    /// Sets the source of the API key, in place of [`api_key`](Self::api_key).
    pub fn credentials(mut self, provider: impl CredentialProvider + 'static) -> Self {
        self.key = None;
        self.provider = Some(Provider::new(0, Arc::new(provider)));
        self
    }

    /// Sets the key at a position after the first.
    #[allow(dead_code, reason = "methods of generated crates call it")]
    pub(crate) fn other_key(mut self, position: usize, key: impl Into<String>) -> Self {
        let keys = self.other_keys.len().max(position);
        self.other_keys.resize(keys, None);
        if let Some(other) = position
            .checked_sub(1)
            .and_then(|at| self.other_keys.get_mut(at))
        {
            *other = Some(SecretString::from(key.into()));
        }
        self
    }

    /// Sets the URL that the paths of all operations are below, also of those that the API has
    /// on another server.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self.replaces_servers = true;
        self
    }

    /// Sets the time for each attempt of a call, from connecting to the end of
    /// the response body. The default is [`DEFAULT_TIMEOUT`](Self::DEFAULT_TIMEOUT). A call that
    /// timed out is not retried, unless the client sends an idempotency key with it.
    ///
    /// For a response that is read as a stream, this is the time until it begins. For a file
    /// that is sent, it begins when the file was sent.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// Sets the longest time without data while the body of a request or of a response is
    /// sent or received. The default is 60 seconds.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.idle_timeout(timeout);
        self
    }

    /// Sets a header of all calls; see [`CallOptions::header`]. A call can remove it with
    /// [`CallOptions::without_header`].
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options = self.options.header(name, value);
        self
    }

    /// Adds a query parameter to all calls. A call can remove it with
    /// [`CallOptions::without_query`].
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options = self.options.query(name, value);
        self
    }

    /// Sets the time for a call with all of its attempts and the waits between
    /// them. There is no such limit by default.
    ///
    /// At the deadline a call ends with an error of which
    /// [`is_timeout`](Error::is_timeout) is true. If there is no time for another
    /// attempt, the last one's error is returned at once. An answer that is read
    /// as a stream has to begin by then.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options = self.options.deadline(deadline);
        self
    }

    /// Sets how often a call is repeated at most, when it failed in a way that
    /// may pass. The default is 2, and 0 turns it off. These are repeated:
    ///
    /// - every call for which there was no connection, unless it could not be made
    ///   secure, or whose response has the status 429 or 503;
    /// - idempotent calls whose connection broke before a response, or whose response has
    ///   the status 408, 409, 425, 500 to 504, 520 to 524, or 529. These are calls by GET,
    ///   HEAD, PUT, DELETE, OPTIONS, and TRACE, and those with the header `idempotency-key`
    ///   or `x-idempotency-key`.
    ///
    /// The waits are 0.5 to 1 second, 1 to 2 seconds, and so on up to 8 to 16. If the
    /// response has the header `Retry-After` or `retry-after-ms`, the wait is that time and
    /// up to a quarter of it. A call with a body that is read from a
    /// stream is not repeated, nor one that timed out after it was sent or whose
    /// answer broke off. A call of an operation for which the client sends an idempotency key
    /// is retried after a timeout as well, unless the timeout is in the body of a response.
    ///
    /// If the API throttles a call, with the status 429 and one of these headers, all calls of
    /// the same operation wait, up to [`max_retry_after`](Self::max_retry_after), and those that
    /// were throttled go first. After that time, they
    /// begin one after another, at 80 percent of the rate at which the API accepted calls
    /// before. Each success raises the rate. An operation may share the limit of the API with
    /// others. The calls are not delayed any longer after 8 times that time without another such
    /// response. A call without retries delays no other call.
    ///
    /// The client, its clones, and the clients derived from it share a budget for retries, so
    /// that an API that is down does not get several times the requests: 500 tokens, of which a
    /// retry takes 5, or 10 after a timeout. A success gives back what the last retry of its
    /// call took, or else 1. If too few are left, the error is returned at once, and its text
    /// contains the reason. Calls that the API throttles take none.
    pub fn retries(mut self, retries: u32) -> Self {
        self.options = self.options.retries(retries);
        self
    }

    /// Sets the longest wait before a repetition that an answer's `Retry-After`
    /// may ask for; if it asks for more, the error is returned at once. The
    /// default is 60 seconds.
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.options = self.options.max_retry_after(wait);
        self
    }

    /// Sets how long the body of an answer may be that is read as a whole, in bytes;
    /// a longer one is an [`Error::Transport`]. The default is 256 MiB. It does not
    /// hold for answers that are read as a stream.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Sets the time for making a connection. The default is 10 seconds.
    ///
    /// It does not hold for one's own [`http_client`](Self::http_client).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connections.connect_timeout = timeout;
        self
    }

    /// Sets the HTTP client that sends the requests, for instance to share one or to configure a
    /// proxy.
    ///
    /// It follows redirects by its own policy. The default of `reqwest` follows them to other
    /// origins and takes the API key along, unless the header of the key is `authorization`,
    /// and it turns POST into GET. A timeout of the HTTP client applies beside
    /// [`timeout`](Self::timeout).
    ///
    /// The feature `rustls` of this crate does not select a crypto provider for clients that a
    /// program makes itself. They use the provider that the program installs, or that of the
    /// feature `rustls` of `reqwest`.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Sets whether the base address may be one of plain `http`, so that others
    /// on the way can read the key. Without it, only this machine may be called
    /// that way.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Sets what the calling program calls itself, such as `my-app/1.0`. It is
    /// put in front of what this crate calls itself.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Returns the client.
    ///
    /// # Errors
    ///
    /// [`Error::MissingConfiguration`] without a key;
    /// [`Error::InvalidConfiguration`] when the key or user agent is not fit for
    /// a header, the base address is not one to call, or the system has no TLS
    /// to offer, or when a [`rate_limit`](Self::rate_limit) or a limit of
    /// [concurrent requests](Self::max_concurrent_requests) is 0.
    pub fn build(self) -> Result<Client, Error> {
        #[cfg(feature = "websocket")]
        let websocket = super::websocket::Connector::new(&self);
        let user_agent = self.user_agent_header()?;
        let base_url = self.base_url.as_str();
        let base_url = &super::server_variables::filled(&self, base_url)?;
        let base_url = parse_base_url(base_url, self.allow_plain_http)?;
        let follows_redirects = self.http_client.is_none();
        let client = match self.http_client {
            Some(client) => client,
            None => self
                .connections
                .client(is_loopback(&base_url))
                .map_err(|error| Error::invalid("no HTTP client can be made", Some(error)))?,
        };
        let provider = self.provider;
        let oauth = super::oauth::provider(self.oauth, &client, &base_url, self.allow_plain_http)?;
        let provider = provider.or(oauth);
        let given = [self.key].into_iter().chain(self.other_keys);
        let keys = Keys::new(given, provider)?;
        let pacing = Arc::new(Pacing::new(self.limits)?);
        Ok(Client {
            transport: Arc::new(Transport {
                base_url: base_url.as_str().trim_end_matches('/').into(),
                replaces_servers: self.replaces_servers,
                client,
                follows_redirects,
                middleware: self.middleware.into(),
                keys: Arc::new(keys),
                user_agent,
                options: Arc::new(self.options),
                max_body: self.max_body,
                pacing,
                #[cfg(feature = "websocket")]
                websocket,
            }),
        })
    }

    fn user_agent_header(&self) -> Result<HeaderValue, Error> {
        let text = match &self.user_agent {
            Some(caller) => format!("{caller} {}", api::USER_AGENT),
            None => api::USER_AGENT.to_owned(),
        };
        HeaderValue::try_from(text)
            .map_err(|_| invalid("the user agent holds a character that no header can carry"))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.key.as_ref().map(|_| format_args!("[redacted]"));
        f.debug_struct("ClientBuilder")
            .field("key", &key)
            .field("options", &self.options)
            .field("connections", &self.connections)
            .field("allow_plain_http", &self.allow_plain_http)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

/// Returns the base address, if it is one to call.
///
/// The errors do not repeat it: it may hold a password, or be something else
/// that was meant to be secret.
fn parse_base_url(base_url: &str, allow_plain_http: bool) -> Result<Url, Error> {
    let url = Url::parse(base_url)
        .map_err(|error| Error::invalid("the base address is not a URL", Some(error.into())))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("the base address is not one of http or https"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("the base address has a query or a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("the base address has a user name or a password"));
    }
    if url.scheme() == "http" && !allow_plain_http && !is_loopback(&url) {
        return Err(invalid(
            "the base address is one of plain http, which shows the API key to others on the way: \
             use https, or call `ClientBuilder::allow_plain_http`",
        ));
    }
    Ok(url)
}

/// Returns whether an address is one of this machine, which nobody listens to on the way.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

fn invalid(message: &str) -> Error {
    Error::invalid(message, None)
}
