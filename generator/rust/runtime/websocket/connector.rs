//! The HTTP client of handshakes.

use std::sync::{Arc, OnceLock};

use reqwest::Url;

use super::super::call::Call;
use super::super::client::{ClientBuilder, is_loopback};
use super::super::connections::Connections;
use super::super::error::Error;
use super::super::transport::{HttpClient, Transport};

/// The HTTP client of handshakes, shared by derived clients. It supports only HTTP/1.1, because
/// servers prefer HTTP/2 if it is offered, and HTTP/2 has no upgrades.
#[derive(Clone)]
pub(in super::super) struct Connector(Arc<Settings>);

struct Settings {
    /// `None` for a custom HTTP client.
    connections: Option<Connections>,
    allow_plain_http: bool,
    /// The clients for remote and for loopback hosts, which use different proxies. Each is created
    /// when the first channel connects.
    clients: [OnceLock<HttpClient>; 2],
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

    /// Returns the call with this HTTP client, and with the URL of the channel converted to HTTP.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidConfiguration`] if the key would be sent unencrypted, and
    /// [`Error::InvalidRequest`] if the URL of the channel is incomplete.
    pub(super) fn upgrading(&self, mut call: Call) -> Result<Call, Error> {
        super::super::server_variables::locate(&mut call)?;
        let mut transport = Transport::clone(&call.transport);
        if let Some(server) = call.server()
            && !transport.replaces_servers
        {
            transport.base_url = server.into();
            transport.replaces_servers = true;
        }
        transport.base_url = http_url(&transport.base_url).into();
        let url = Url::parse(&transport.base_url).map_err(|error| {
            Error::invalid("the URL of the channel is invalid", Some(error.into()))
        })?;
        let is_loopback = is_loopback(&url);
        if url.scheme() != "https" && !is_loopback && !self.0.allow_plain_http {
            let message = "the URL of the channel is plain ws, which would send the API key \
                unencrypted: use wss, or call `ClientBuilder::allow_plain_http`";
            return Err(Error::invalid(message, None));
        }
        if let Some(client) = self.client(is_loopback)? {
            transport.http = client;
        }
        call.transport = Arc::new(transport);
        call.upgrades = true;
        Ok(call)
    }

    fn client(&self, is_loopback: bool) -> Result<Option<HttpClient>, Error> {
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
            .map_err(|error| Error::invalid("could not create the HTTP client", Some(error)))?;
        Ok(Some(place.get_or_init(|| HttpClient::new(client)).clone()))
    }
}

/// Converts the URL of a channel to HTTP, for the handshake.
fn http_url(url: &str) -> String {
    match url.split_once("://") {
        Some(("wss", rest)) => format!("https://{rest}"),
        Some(("ws", rest)) => format!("http://{rest}"),
        _ => url.to_owned(),
    }
}
