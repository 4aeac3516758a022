//! The shared state of a client: connections, keys, and configuration.

use std::fmt;
use std::sync::Arc;

use http::header::HeaderValue;
use reqwest::{Request, RequestBuilder};

use super::call_options::CallOptions;
use super::keys::Keys;
use super::middleware::Layers;
use super::pacing::Pacing;
use super::platform::{BoxFuture, SharedOutsideBrowser};

/// The state that a client shares with its clones and calls. A copy shares connections and keys.
#[derive(Clone)]
pub(super) struct Transport {
    /// The base URL, without a trailing slash.
    pub(super) base_url: Box<str>,
    /// The base URL also replaces the servers of operations that define their own.
    pub(super) replaces_servers: bool,
    /// The position of the environment among those of the API.
    pub(super) environment: usize,
    pub(super) server_variables: super::server_variables::ServerVariables,
    pub(super) http: HttpClient,
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

/// A future of a response whose body is not read.
pub(crate) type Execution = BoxFuture<reqwest::Result<reqwest::Response>>;

/// The HTTP client. Clones share connections.
///
/// It is a trait object, so that the debug information of code that handles a client ends here.
/// Otherwise, each module would contain descriptions of all types of the HTTP client, about 70 KB,
/// and debug builds would take longer to compile and link.
#[derive(Clone)]
pub(crate) struct HttpClient(Arc<dyn Http>);

impl HttpClient {
    pub(crate) fn new(client: reqwest::Client) -> Self {
        Self(Arc::new(client))
    }

    /// Sends a request, and waits for the response headers.
    pub(crate) fn execute(&self, request: Request) -> Execution {
        self.0.execute(request)
    }

    /// Returns a builder for a request.
    pub(crate) fn builder(&self, request: Request) -> RequestBuilder {
        self.0.builder(request)
    }
}

trait Http: SharedOutsideBrowser {
    fn execute(&self, request: Request) -> Execution;

    fn builder(&self, request: Request) -> RequestBuilder;
}

impl Http for reqwest::Client {
    fn execute(&self, request: Request) -> Execution {
        Box::pin(self.execute(request))
    }

    fn builder(&self, request: Request) -> RequestBuilder {
        RequestBuilder::from_parts(self.clone(), request)
    }
}
