//! The client and its builder.

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
use super::transport::{HttpClient, Transport};

/// The default maximum length of a body that is read into memory, in bytes.
const MAX_BODY: usize = 256 << 20;

/// A client of the API. Cloning is cheap, and clones share connections.
#[derive(Clone)]
pub struct Client {
    pub(super) transport: Arc<Transport>,
}

impl Client {
    /// Creates a client with an API key and default settings.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ClientBuilder::build`].
    pub fn new(key: impl Into<String>) -> Result<Self, Error> {
        Self::builder().api_key(key).build()
    }

    /// Creates a client configured by environment variables; see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// Returns [`Error::MissingConfiguration`] if no variable contains a key, and the errors of
    /// [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Returns a builder for a client with custom settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Returns a derived client whose calls use these options. It shares connections and keys with
    /// this client. The options of a single call take precedence.
    pub fn with_options(&self, options: CallOptions) -> Self {
        let mut transport = Transport::clone(&self.transport);
        transport.options = Arc::new(transport.options.with(&options));
        Self {
            transport: Arc::new(transport),
        }
    }

    /// Returns the base URL, to which the paths of operations are appended, without a trailing
    /// slash.
    pub fn base_url(&self) -> &str {
        &self.transport.base_url
    }

    /// Returns the HTTP client, which adds no keys to requests.
    #[allow(dead_code, reason = "a crate may have no extras")]
    pub(crate) fn http_client(&self) -> HttpClient {
        self.transport.http.clone()
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
    /// The keys after the first, by their indexes.
    other_keys: Vec<Option<SecretString>>,
    provider: Option<Provider>,
    pub(super) oauth: Option<super::oauth::ClientCredentials>,
    base_url: String,
    pub(super) server_variables: super::server_variables::ServerVariables,
    /// The base URL also replaces the servers of operations that define their own.
    pub(crate) replaces_servers: bool,
    /// The position of the environment.
    pub(crate) environment: usize,
    pub(super) options: CallOptions,
    pub(super) connections: Connections,
    pub(super) http_client: Option<HttpClient>,
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
            environment: 0,
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

    /// Creates a builder that reads the API key, and optionally the base URL, from environment
    /// variables. Empty variables are ignored.
    ///
    /// If no variable contains a key, another method can set it, such as
    /// [`credentials`](Self::credentials).
    ///
    /// # Errors
    ///
    /// Currently never fails. [`build`](Self::build) returns [`Error::MissingConfiguration`] if no
    /// key is set. Its message lists the variables.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Implements [`from_env`](Self::from_env) for the given variables.
    #[doc(hidden)]
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let key = api::KEY_VARIABLES.iter().find_map(|name| set(name));
        let key = key.or_else(|| super::basic_auth::from_variables(set));
        let others = api::OTHER_KEYS.iter();
        let other_keys: Vec<_> = others
            .map(|(_, name)| set(name).map(SecretString::from))
            .collect();
        let oauth = super::oauth::from_variables(set);
        let builder = Self {
            key: key.map(SecretString::from),
            other_keys,
            oauth,
            ..Self::new()
        };
        let builder = super::constant_headers::from_variables(builder, set);
        Ok(match set(api::BASE_URL_VARIABLE) {
            Some(base_url) => builder.base_url(base_url),
            None => builder,
        })
    }

    /// Sets the API key. If a response contains the key, errors show `[redacted]` instead, unless
    /// the key is shorter than 8 bytes.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(SecretString::from(key.into()));
        self.provider = None;
        super::oauth::replaced(&mut self.oauth, 0);
        self
    }

    /// Sets a provider of the API key, instead of a fixed [`api_key`](Self::api_key).
    pub fn credentials(mut self, provider: impl CredentialProvider + 'static) -> Self {
        self.key = None;
        self.provider = Some(Provider::new(0, Arc::new(provider)));
        self
    }

    /// Sets the key at an index after the first.
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
        super::oauth::replaced(&mut self.oauth, position);
        self
    }

    /// Sets the base URL of all operations, including operations that the API serves from another
    /// host.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self.replaces_servers = true;
        self
    }

    /// Sets the timeout of each attempt, from connecting to the end of the response body. The
    /// default is [`DEFAULT_TIMEOUT`](Self::DEFAULT_TIMEOUT). A call that timed out is retried only
    /// if the client sends an idempotency key.
    ///
    /// For a streamed response, the timeout ends when the response headers are received. For a file
    /// upload, the timeout starts when the file has been sent.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// Sets the timeout without data while a request body is sent or a response body is received.
    /// The default is 60 seconds.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.idle_timeout(timeout);
        self
    }

    /// Sets a header for all calls; see [`CallOptions::header`]. A call can remove it with
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

    /// Sets the time limit of a call, including all attempts and the delays between them. There is
    /// no limit by default.
    ///
    /// At the deadline, a call returns an error for which [`is_timeout`](Error::is_timeout) is
    /// `true`. If no time is left for another attempt, the error of the last attempt is returned
    /// immediately. A streamed response must start before the deadline.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.options = self.options.deadline(deadline);
        self
    }

    /// Sets the maximum number of retries of a call that fails with a transient error. The default
    /// is 2; 0 disables retries. The client retries:
    ///
    /// - any call that fails to connect, except if the TLS handshake fails;
    /// - any call whose response has the status 429 or 503;
    /// - idempotent calls whose connection failed before a response was received, or whose response
    ///   has the status 408, 409, 425, 500 to 504, 520 to 524, or 529. Idempotent calls use the
    ///   methods GET, HEAD, PUT, DELETE, OPTIONS, or TRACE, or have the header `idempotency-key` or
    ///   `x-idempotency-key`;
    /// - calls that timed out before the response headers were received, if the client sends an
    ///   idempotency key.
    ///
    /// The client does not retry:
    ///
    /// - any other call that timed out after the request was sent;
    /// - a call whose request body is a stream that was read;
    /// - a call whose successful response was interrupted in its body.
    ///
    /// The delay before the first retry is 0.5 to 1 second. It doubles with each retry, up to 8 to
    /// 16 seconds. A response can set the delay: see [`max_retry_after`](Self::max_retry_after).
    /// The [crate documentation](crate#retries) describes the retry budget of a client.
    pub fn retries(mut self, retries: u32) -> Self {
        self.options = self.options.retries(retries);
        self
    }

    /// Sets the maximum delay that is accepted from the header `Retry-After` or `retry-after-ms`. If
    /// a response requests a longer delay, its error is returned immediately. The default is 60
    /// seconds.
    ///
    /// The client waits for the requested time plus up to 25 percent. A delay of 0 and a date in the
    /// past are ignored. If the status is 429, other calls wait too: see the [crate
    /// documentation](crate#rate-limits).
    pub fn max_retry_after(mut self, wait: Duration) -> Self {
        self.options = self.options.max_retry_after(wait);
        self
    }

    /// Sets the maximum length of a response body in bytes. A longer body is an
    /// [`Error::Transport`]. The default is 256 MiB. The limit does not apply to streamed
    /// responses.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Sets the connect timeout. The default is 10 seconds.
    ///
    /// It does not apply to a custom [`http_client`](Self::http_client).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connections.connect_timeout = timeout;
        self
    }

    /// Sets a custom HTTP client, for example to share a connection pool.
    ///
    /// The HTTP client follows redirects according to its own policy. The default policy of
    /// `reqwest` follows redirects to other origins, forwards the API key unless its header is
    /// `authorization`, and changes POST to GET. A timeout of the HTTP client applies in addition
    /// to [`timeout`](Self::timeout).
    ///
    /// The feature `rustls` of this crate does not select a crypto provider for custom HTTP
    /// clients. They use the provider that the program installs, or the one of `reqwest`'s feature
    /// `rustls`.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(HttpClient::new(client));
        self
    }

    /// Allows a base URL with the scheme `http`. The API key is then sent unencrypted. By default,
    /// `http` is allowed only for loopback addresses.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Sets the program's product token, such as `my-app/1.0`, which is prepended to the
    /// `user-agent` of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Creates the client.
    ///
    /// # Errors
    ///
    /// Returns [`Error::MissingConfiguration`] if a required key is not set, and
    /// [`Error::InvalidConfiguration`] if:
    ///
    /// - a key or the user agent contains a character that is not allowed in a header;
    /// - the base URL, or a URL to which the client would send a secret, is invalid or not
    ///   encrypted;
    /// - the base URL has a user name, a password, a query, or a fragment;
    /// - a value for a part of the base URL is invalid;
    /// - the URL of the proxy or a root certificate is invalid, or TLS cannot be initialized;
    /// - the [rate limit](Self::rate_limit), its period, or the limit of [concurrent
    ///   requests](Self::max_concurrent_requests) is 0.
    pub fn build(self) -> Result<Client, Error> {
        #[cfg(feature = "websocket")]
        let websocket = super::websocket::Connector::new(&self);
        let user_agent = self.user_agent_header()?;
        let base_url = self.base_url.as_str();
        let base_url = &super::server_variables::filled(&self, base_url)?;
        let base_url = parse_base_url(base_url, self.allow_plain_http)?;
        let follows_redirects = self.http_client.is_none();
        let http = match self.http_client {
            Some(http) => http,
            None => self
                .connections
                .client(is_loopback(&base_url))
                .map(HttpClient::new)
                .map_err(|error| Error::invalid("could not create the HTTP client", Some(error)))?,
        };
        let providers: Vec<Provider> = self.provider.into_iter().collect();
        let oauth = self.oauth.map(|oauth| oauth.retrying(&self.options));
        let oauth = super::oauth::provider(oauth, &http, &base_url, self.allow_plain_http)?;
        let providers = super::oauth::added(providers, oauth);
        let given = [self.key].into_iter().chain(self.other_keys);
        let keys = Keys::new(given, providers)?;
        let pacing = Arc::new(Pacing::new(self.limits)?);
        Ok(Client {
            transport: Arc::new(Transport {
                base_url: base_url.as_str().trim_end_matches('/').into(),
                replaces_servers: self.replaces_servers,
                environment: self.environment,
                server_variables: self.server_variables.of_base(&self.base_url),
                http,
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
        HeaderValue::try_from(text).map_err(|_| {
            invalid("the user agent contains a character that is not allowed in a header")
        })
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

/// Parses and checks the base URL.
///
/// The errors do not contain the URL, which may contain a password or another secret.
fn parse_base_url(base_url: &str, allow_plain_http: bool) -> Result<Url, Error> {
    let url = Url::parse(base_url)
        .map_err(|error| Error::invalid("the base URL is invalid", Some(error.into())))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("the base URL is neither http nor https"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("the base URL has a query or a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("the base URL has a user name or a password"));
    }
    if url.scheme() == "http" && !allow_plain_http && !is_loopback(&url) {
        return Err(invalid(
            "the base URL is plain http, which would send the API key unencrypted: \
             use https, or call `ClientBuilder::allow_plain_http`",
        ));
    }
    Ok(url)
}

/// Returns `true` if the host of a URL is a loopback address.
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
