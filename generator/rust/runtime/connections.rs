//! Connection settings: proxies, certificates, and the pool.

use std::error::Error as StdError;
use std::fmt::{self, Formatter};
use std::time::Duration;

use bytes::Bytes;
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy};

use super::client::ClientBuilder;
use super::platform;

/// The default connect timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The configuration of connections.
#[derive(Clone)]
pub(super) struct Connections {
    pub(super) connect_timeout: Duration,
    /// `None` for the proxy of the system or the environment.
    proxy: Option<ProxyChoice>,
    /// PEM texts with certificates that are trusted in addition to the system's.
    roots: Vec<Bytes>,
    pool_idle_timeout: Option<Duration>,
    pool_max_idle: Option<usize>,
}

#[derive(Clone)]
enum ProxyChoice {
    None,
    Url(String),
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            connect_timeout: CONNECT_TIMEOUT,
            proxy: None,
            roots: Vec::new(),
            pool_idle_timeout: None,
            pool_max_idle: None,
        }
    }
}

impl Connections {
    /// Creates the HTTP client for a URL, which may be a loopback URL.
    pub(super) fn client(
        &self,
        is_loopback: bool,
    ) -> Result<Client, Box<dyn StdError + Send + Sync>> {
        self.client_of(is_loopback, platform::ANY_HTTP)
    }

    /// Creates the HTTP client for a URL and a list of ALPN protocols.
    pub(super) fn client_of(
        &self,
        is_loopback: bool,
        protocols: &[&str],
    ) -> Result<Client, Box<dyn StdError + Send + Sync>> {
        let mut builder = platform::with_tls(Client::builder(), &self.roots, protocols)?;
        builder = match &self.proxy {
            // A proxy would resolve the loopback address to itself, and the connection is not
            // encrypted.
            None if is_loopback => builder.no_proxy(),
            None => builder,
            Some(ProxyChoice::None) => builder.no_proxy(),
            // The URL may contain a password.
            Some(ProxyChoice::Url(url)) => {
                builder.proxy(Proxy::all(url).map_err(|_| "the URL of the proxy is invalid")?)
            }
        };
        if let Some(timeout) = self.pool_idle_timeout {
            builder = builder.pool_idle_timeout(timeout);
        }
        if let Some(connections) = self.pool_max_idle {
            builder = builder.pool_max_idle_per_host(connections);
        }
        let builder = builder
            .connect_timeout(self.connect_timeout)
            .redirect(Policy::none());
        Ok(builder.build()?)
    }
}

/// Connection settings. They do not apply to a custom [`http_client`](Self::http_client).
impl ClientBuilder {
    /// Sets the URL of a proxy for all requests, such as `http://user:password@proxy.test:8080`. By
    /// default, the client uses the proxy of the environment or the system, and no proxy for
    /// loopback addresses.
    ///
    /// [`build`](Self::build) returns an error if the URL is invalid.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.connections.proxy = Some(ProxyChoice::Url(url.into()));
        self
    }

    /// Disables proxies, including the proxy of the environment or the system.
    pub fn no_proxy(mut self) -> Self {
        self.connections.proxy = Some(ProxyChoice::None);
        self
    }

    /// Trusts the certificates in this PEM text, in addition to those of the system.
    ///
    /// [`build`](Self::build) returns an error if the text contains no valid certificate.
    pub fn root_certificates(mut self, pem: impl Into<Bytes>) -> Self {
        self.connections.roots.push(pem.into());
        self
    }

    /// Sets the time after which an unused connection is closed. The default is 90 seconds.
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.connections.pool_idle_timeout = Some(timeout);
        self
    }

    /// Sets the maximum number of unused connections per host. There is no limit by default; 0
    /// closes each connection after its request.
    pub fn pool_max_idle_per_host(mut self, connections: usize) -> Self {
        self.connections.pool_max_idle = Some(connections);
        self
    }
}

impl fmt::Debug for Connections {
    /// Omits the URL of the proxy, which may contain a password.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections")
            .field("connect_timeout", &self.connect_timeout)
            .field("has_proxy", &self.proxy.is_some())
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .field("pool_max_idle_per_host", &self.pool_max_idle)
            .finish_non_exhaustive()
    }
}
