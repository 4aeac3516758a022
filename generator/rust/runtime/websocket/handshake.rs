//! The handshake of a channel, sent as a call of the client.

use std::sync::{Arc, Mutex, PoisonError};

use http::header::{
    CONNECTION, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS,
    SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::super::api_error::ApiError;
use super::super::call::Call;
use super::super::error::Error;
use super::super::platform::{self, BoxBuild, Instant, Received};
use super::super::request_builder::Raw;
use super::super::response::Response;
use super::super::transport_error::TransportError;
use super::connection::Connection;
use super::dial::Opened;
use super::failure::Failure;
use super::options::SocketOptions;

/// The `sec-websocket-key` of the last handshake request.
type HandshakeKey = Arc<Mutex<String>>;

/// The handshakes of a channel.
pub(super) struct Handshake {
    key: HandshakeKey,
}

impl Handshake {
    /// Converts the call of a channel, and the function that builds its requests, into handshakes.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidConfiguration`] for an invalid URL.
    pub(super) fn prepare(
        call: Call,
        build: BoxBuild,
        options: &SocketOptions,
    ) -> Result<(Call, BoxBuild, Self), Error> {
        let connector = call.transport.websocket.clone();
        let call = connector.upgrading(call)?;
        let key = HandshakeKey::default();
        let protocols = options.protocols.join(", ");
        let build = handshake(build, Arc::clone(&key), protocols);
        Ok((call, build, Self { key }))
    }

    /// Connects.
    pub(super) async fn open(
        &self,
        call: &mut Call,
        build: &mut BoxBuild,
        options: &SocketOptions,
        max_message_size: usize,
    ) -> Result<Opened, Error> {
        let request = call.build(build)?;
        let mut attempts = call.begin(&request);
        let span = attempts.span();
        let send = call.send(request, build, &mut attempts);
        let (response, limit) = span.around(send).await?;
        let switched = self.switch(call, response, limit.until, options, max_message_size);
        switched.await.map_err(|error| attempts.end(error))
    }

    /// Takes the upgraded connection of a response.
    async fn switch(
        &self,
        call: &Call,
        response: Response<Received>,
        until: Option<Instant>,
        options: &SocketOptions,
        max_message_size: usize,
    ) -> Result<Opened, Error> {
        let id = call.operation.id;
        let (status, headers, received) = response.into_parts();
        if status != http::StatusCode::SWITCHING_PROTOCOLS {
            let body = call.read(platform::body_of(received), until).await?;
            let body = call.secrets().without(body);
            return Err(ApiError::new(id, status, headers, body, false).into());
        }
        self.check(&headers, options)
            .map_err(|reason| Failure::Handshake(reason).of(id))?;
        let upgraded = received
            .upgrade()
            .await
            .map_err(|cause| TransportError::new(Some(id), cause))?;
        let connection = Connection::of(upgraded, max_message_size).await;
        Ok(Opened {
            connection: Box::new(connection),
            response: Response::new(status, headers, ()),
        })
    }

    /// Checks the headers of a response with the status 101, as RFC 6455 requires.
    fn check(&self, headers: &HeaderMap, options: &SocketOptions) -> Result<(), &'static str> {
        let has = |name: HeaderName, token: &str| {
            let mut values = headers.get_all(name).iter();
            values.any(|value| {
                let mut tokens = value.as_bytes().split(|byte| *byte == b',');
                tokens.any(|found| found.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
            })
        };
        if !has(UPGRADE, "websocket") {
            return Err("its header `upgrade` is not `websocket`");
        }
        if !has(CONNECTION, "upgrade") {
            return Err("its header `connection` is not `upgrade`");
        }
        let key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        let expected = derive_accept_key(key.as_bytes());
        let accept = headers.get(SEC_WEBSOCKET_ACCEPT);
        if accept.map(HeaderValue::as_bytes) != Some(expected.as_bytes()) {
            return Err("its header `sec-websocket-accept` does not match the request");
        }
        if headers.contains_key(SEC_WEBSOCKET_EXTENSIONS) {
            return Err("it has an extension that was not offered");
        }
        let mut protocols = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
        let is_offered = |name: &HeaderValue| {
            let mut offered = options.protocols.iter();
            offered.any(|offered| offered.as_bytes() == name.as_bytes())
        };
        if !protocols.next().is_none_or(is_offered) || protocols.next().is_some() {
            return Err("it has a subprotocol that was not offered");
        }
        Ok(())
    }
}

/// Returns the function that builds handshake requests, each with a new `sec-websocket-key`.
fn handshake(build: BoxBuild, key: HandshakeKey, protocols: String) -> BoxBuild {
    platform::box_build(move |raw: Raw<'_>| {
        let mut outgoing = build.build(raw)?;
        let text = generate_key();
        let headers = outgoing.request.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        headers.insert(SEC_WEBSOCKET_KEY, HeaderValue::try_from(&text)?);
        if !protocols.is_empty() {
            // Sensitive, because some APIs expect an API key in the subprotocol.
            let mut protocols = HeaderValue::try_from(&protocols)?;
            protocols.set_sensitive(true);
            headers.insert(SEC_WEBSOCKET_PROTOCOL, protocols);
        }
        *key.lock().unwrap_or_else(PoisonError::into_inner) = text;
        Ok(outgoing)
    })
}
