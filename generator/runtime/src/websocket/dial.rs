//! Connections of a channel: the handshake, and the next one if a connection is lost.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::ExponentialBackoff;
use http::header::{
    CONNECTION, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS,
    SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::Upgraded;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::super::api_error::ApiError;
use super::super::call::Call;
use super::super::error::Error;
use super::super::platform::{self, BoxBuild, Instant, Received};
use super::super::prepared_call::PreparedCall;
use super::super::request_builder::Raw;
use super::super::response::Response;
use super::super::retry::{self, NotRepeated};
use super::super::transport_error::TransportError;
use super::failure::Failure;
use super::options::SocketOptions;

/// The maximum wait before a connection that received messages is replaced, in milliseconds.
const JITTER: u64 = 100;

/// The bytes that are read at once.
const READ_BUFFER: usize = 32 << 10;

/// The space for frames of the protocol beside a message that is sent.
const CONTROL_FRAMES: usize = 1 << 10;

pub(super) type Connection = WebSocketStream<Upgraded>;

/// A connection after its handshake.
pub(super) struct Opened {
    pub(super) connection: Box<Connection>,
    pub(super) response: Response<()>,
}

/// The key of the last handshake that was built.
type HandshakeKey = Arc<Mutex<String>>;

/// Makes the connections of a channel.
pub(super) struct Dialer {
    call: Call,
    build: BoxBuild,
    key: HandshakeKey,
    pub(super) options: SocketOptions,
    /// The number of connections that may yet be made.
    left: u32,
    /// The waits between connections that receive nothing.
    waits: Option<ExponentialBackoff>,
}

impl Dialer {
    /// Returns the dialer of a channel.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] for options that are not valid, and
    /// [`Error::InvalidConfiguration`] for a URL that is not one to connect to.
    pub(super) fn new(call: PreparedCall, options: SocketOptions) -> Result<Self, Error> {
        let PreparedCall { call, build } = call;
        let id = call.operation.id;
        options.check().map_err(|error| error.of(id))?;
        let connector = call.transport.websocket.clone();
        let call = connector.upgrading(call)?;
        let key = HandshakeKey::default();
        let protocols = options.protocols.join(", ");
        Ok(Self {
            call,
            build: handshake(build, Arc::clone(&key), protocols),
            key,
            left: options.reconnects,
            options,
            waits: None,
        })
    }

    pub(super) fn call(&self) -> &Call {
        &self.call
    }

    /// Returns the maximum length of a message.
    pub(super) fn max_message_size(&self) -> usize {
        let limit = self.options.max_message_size;
        limit.unwrap_or(self.call.transport.max_body)
    }

    /// Returns `true` if another connection may be made.
    pub(super) fn may_reconnect(&self) -> bool {
        self.left > 0
    }

    /// Connects.
    pub(super) async fn open(&mut self) -> Result<Opened, Error> {
        let call = &mut self.call;
        if call.needs_credential() {
            call.authenticate(false).await?;
        }
        let request = call.build(&mut self.build)?;
        let mut attempts = call.begin(&request);
        let span = attempts.span();
        let send = call.send(request, &mut self.build, &mut attempts);
        let (response, limit) = span.around(send).await?;
        let until = limit.until;
        match self.switch(response, until).await {
            Ok(opened) => Ok(opened),
            Err(error) => Err(attempts.end(error)),
        }
    }

    /// Connects again after a connection was lost with this error.
    pub(super) async fn reopen(
        mut self: Box<Self>,
        lost: Error,
        received: bool,
    ) -> (Box<Self>, Result<Opened, Error>) {
        let opened = self.after(lost, received).await;
        (self, opened)
    }

    async fn after(&mut self, lost: Error, received: bool) -> Result<Opened, Error> {
        self.left = self.left.saturating_sub(1);
        let pacing = Arc::clone(&self.call.transport.pacing);
        if pacing.budget.take(lost.is_timeout()).is_none() {
            return Err(lost.not_repeated(NotRepeated::Budget));
        }
        let wait = match received {
            true => {
                self.waits = None;
                Duration::from_millis(fastrand::u64(..JITTER))
            }
            false => {
                let waits = self.waits.get_or_insert_with(|| retry::waits(u32::MAX));
                waits.next().unwrap_or_default()
            }
        };
        platform::sleep(wait).await;
        self.open().await
    }

    /// Takes the connection of a response, which has no longer the protocol HTTP.
    async fn switch(
        &mut self,
        response: Response<Received>,
        until: Option<Instant>,
    ) -> Result<Opened, Error> {
        let id = self.call.operation.id;
        let (status, headers, received) = response.into_parts();
        if status != http::StatusCode::SWITCHING_PROTOCOLS {
            let body = self.call.read(platform::body_of(received), until).await?;
            let body = self.call.secrets().without(body);
            return Err(ApiError::new(id, status, headers, body, false).into());
        }
        self.check(&headers)
            .map_err(|reason| Failure::Handshake(reason).of(id))?;
        let upgraded = received
            .upgrade()
            .await
            .map_err(|cause| TransportError::new(Some(id), cause))?;
        let stream = WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(self.config()));
        Ok(Opened {
            connection: Box::new(stream.await),
            response: Response::new(status, headers, ()),
        })
    }

    fn config(&self) -> WebSocketConfig {
        let limit = self.max_message_size();
        WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_write_buffer_size(limit.saturating_add(CONTROL_FRAMES))
            .max_message_size(Some(limit))
            .max_frame_size(Some(limit))
    }

    /// Checks the headers of a response with the status 101 as RFC 6455 demands.
    fn check(&self, headers: &HeaderMap) -> Result<(), &'static str> {
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
            return Err("its header `sec-websocket-accept` does not fit the request");
        }
        if headers.contains_key(SEC_WEBSOCKET_EXTENSIONS) {
            return Err("it has an extension that was not offered");
        }
        let mut protocols = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
        let is_offered = |name: &HeaderValue| {
            let mut offered = self.options.protocols.iter();
            offered.any(|offered| offered.as_bytes() == name.as_bytes())
        };
        if !protocols.next().is_none_or(is_offered) || protocols.next().is_some() {
            return Err("it has a subprotocol that was not offered");
        }
        Ok(())
    }
}

/// Returns the function that builds the request of a handshake, each with a new key.
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
            // Some APIs take a key there.
            let mut protocols = HeaderValue::try_from(&protocols)?;
            protocols.set_sensitive(true);
            headers.insert(SEC_WEBSOCKET_PROTOCOL, protocols);
        }
        *key.lock().unwrap_or_else(PoisonError::into_inner) = text;
        Ok(outgoing)
    })
}
