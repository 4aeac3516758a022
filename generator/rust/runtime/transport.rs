//! What all calls of a client share: connections, the key, and the configuration.

use std::fmt;
use std::sync::Arc;

use http::header::HeaderValue;

use super::call_options::CallOptions;
use super::keys::Keys;
use super::middleware::Layers;
use super::pacing::Pacing;

/// The configuration of a client, which its clones and their calls share. A copy has the same
/// connections and keys.
#[derive(Clone)]
pub(super) struct Transport {
    /// The URL that the paths of all operations are below, without a slash at its end.
    pub(super) base_url: Box<str>,
    /// The base URL is also that of operations with a server of their own.
    pub(super) replaces_servers: bool,
    pub(super) client: reqwest::Client,
    /// Whether redirects are followed by calls, and not by the HTTP client.
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
