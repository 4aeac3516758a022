//! The handshake of a channel, performed by the browser.

use http::StatusCode;
use http::header::{HeaderMap, HeaderValue, SEC_WEBSOCKET_PROTOCOL};

use super::super::call::Call;
use super::super::error::{Error, RequestError};
use super::super::platform::{self, BoxBuild};
use super::super::response::Response;
use super::super::transport_error::TransportError;
use super::Connector;
use super::connection::Connection;
use super::dial::Opened;
use super::options::SocketOptions;

/// The handshakes of a channel.
pub(super) struct Handshake;

impl Handshake {
    /// Returns the call of a channel and the function that builds its requests, unchanged.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] for an option that browsers do not support.
    pub(super) fn prepare(
        call: Call,
        build: BoxBuild,
        options: &SocketOptions,
    ) -> Result<(Call, BoxBuild, Self), Error> {
        if options.ping_interval.is_some() {
            let message = "a browser cannot send pings: do not set a ping interval".to_owned();
            return Err(RequestError::new(call.operation.id, message).into());
        }
        // The browser provides the HTTP client.
        let Connector = call.transport.websocket;
        Ok((call, build, Self))
    }

    /// Connects to the URL of the request. Its headers are not sent.
    pub(super) async fn open(
        &self,
        call: &mut Call,
        build: &mut BoxBuild,
        options: &SocketOptions,
        max_message_size: usize,
    ) -> Result<Opened, Error> {
        let id = call.operation.id;
        let outgoing = call.rebuild(build)?;
        let attempts = call.begin(&outgoing);
        let url = outgoing.request.url().as_str();
        let url = match url.strip_prefix("http") {
            Some(rest) => format!("ws{rest}"),
            None => url.to_owned(),
        };
        let protocols = &options.protocols;
        let mut connection =
            Connection::new(&url, protocols, max_message_size).map_err(|failure| failure.of(id))?;
        let time = attempts.time(call.options.time_for_attempt());
        match platform::timeout(time, connection.opened()).await {
            Ok(opened) => opened.map_err(|failure| failure.of(id))?,
            Err(_) => return Err(TransportError::late_response(id).into()),
        }
        let mut headers = HeaderMap::new();
        if let Some(protocol) = connection.protocol()
            && let Ok(protocol) = HeaderValue::try_from(protocol)
        {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        Ok(Opened {
            connection: Box::new(connection),
            response: Response::new(StatusCode::SWITCHING_PROTOCOLS, headers, ()),
        })
    }
}
