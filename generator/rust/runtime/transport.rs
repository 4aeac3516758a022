//! The shared state of a client: connections, keys, and configuration.

use std::fmt;
use std::sync::Arc;

use http::header::HeaderValue;

use super::call_options::CallOptions;
use super::keys::Keys;
use super::middleware::Layers;
use super::pacing::Pacing;

/// The state that a client shares with its clones and calls. A copy shares connections and keys.
#[derive(Clone)]
pub(super) struct Transport {
    /// The base URL, without a trailing slash.
    pub(super) base_url: Box<str>,
    /// The base URL also replaces the servers of operations that define their own.
    pub(super) replaces_servers: bool,
    pub(super) client: reqwest::Client,
    /// `true` if the runtime follows redirects instead of the HTTP client.
    pub(super) follows_redirects: bool,
    pub(super) middleware: Layers,
    pub(super) keys: Arc<Keys>,
    pub(super) user_agent: HeaderValue,
    pub(super) options: Arc<CallOptions>,
    pub(super) max_body: usize,
    pub(super) pacing: Arc<Pacing>,
    #[cfg(feature = "websocket")]
    pub(super) websocket: super::websocket::Connector,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("base_url", &self.base_url)
            .field("keys", &format_args!("[redacted]"))
            .field("user_agent", &self.user_agent)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
