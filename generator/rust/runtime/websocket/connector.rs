//! The HTTP client of handshakes.

use std::sync::{Arc, OnceLock};

use reqwest::Url;

use super::super::call::Call;
use super::super::client::{ClientBuilder, is_loopback};
use super::super::connections::Connections;
use super::super::error::Error;
use super::super::transport::Transport;

/// The HTTP client of handshakes, which clients share that are derived from each other. It speaks
/// HTTP/1.1 only: a server that offers HTTP/2 would select that, and it has no upgrades.
#[derive(Clone)]
pub(in super::super) struct Connector(Arc<Settings>);

struct Settings {
    /// `None` if the HTTP client is one of the program.
    connections: Option<Connections>,
    allow_plain_http: bool,
    /// The clients for other machines and for this one, which have other proxies. Each is made
    /// when the first channel connects.
    clients: [OnceLock<reqwest::Client>; 2],
}

impl Connector {
    pub(in super::super) fn new(builder: &ClientBuilder) -> Self {
        let is_own = builder.http_client.is_some();
        Self(Arc::new(Settings {
            connections: (!is_own).then(|| builder.connections.clone()),
            allow_plain_http: builder.allow_plain_http,
            clients: Default::default(),
        }))
    }

    /// Returns the same call with this HTTP client, and with the URL of its channel as one of
    /// HTTP.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidConfiguration`] if others on the way could read the key.
    pub(super) fn upgrading(&self, mut call: Call) -> Result<Call, Error> {
        let mut transport = Transport::clone(&call.transport);
        if let Some(server) = call.operation.server
            && !transport.replaces_servers
        {
            transport.base_url = http_url(server).into();
            transport.replaces_servers = true;
        }
        let url = Url::parse(&transport.base_url)
            .map_err(|error| Error::invalid("the address of the channel", Some(error.into())))?;
        let is_loopback = is_loopback(&url);
        if url.scheme() != "https" && !is_loopback && !self.0.allow_plain_http {
            let message = "the address of the channel is one of plain ws, which shows the API key \
                to others on the way: use wss, or call `ClientBuilder::allow_plain_http`";
            return Err(Error::invalid(message, None));
        }
        if let Some(client) = self.client(is_loopback)? {
            transport.client = client;
        }
        call.transport = Arc::new(transport);
        call.upgrades = true;
        Ok(call)
    }

    fn client(&self, is_loopback: bool) -> Result<Option<reqwest::Client>, Error> {
        let Some(connections) = &self.0.connections else {
            return Ok(None);
        };
        let [others, this] = &self.0.clients;
        let place = if is_loopback { this } else { others };
        if let Some(client) = place.get() {
            return Ok(Some(client.clone()));
        }
        let client = connections
            .client_of(is_loopback, &["http/1.1"])
            .map_err(|error| Error::invalid("no HTTP client can be made", Some(error)))?;
        Ok(Some(place.get_or_init(|| client).clone()))
    }
}

/// Returns the URL of a channel as one of HTTP, which its handshake is sent by.
fn http_url(url: &str) -> String {
    match url.split_once("://") {
        Some(("wss", rest)) => format!("https://{rest}"),
        Some(("ws", rest)) => format!("http://{rest}"),
        _ => url.to_owned(),
    }
}
