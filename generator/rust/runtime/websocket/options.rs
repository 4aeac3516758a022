//! The options of a channel.

use std::fmt::{self, Debug, Formatter};
use std::time::Duration;

use super::super::error::RequestError;

/// The default of [`SocketOptions::close_timeout`].
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The options of a channel.
///
/// The options of the request apply to the handshake, for example its timeout and its retries.
#[derive(Clone)]
#[non_exhaustive]
pub struct SocketOptions {
    pub(super) ping_interval: Option<Duration>,
    pub(super) reconnects: u32,
    pub(super) max_message_size: Option<usize>,
    pub(super) close_timeout: Duration,
    pub(super) protocols: Vec<String>,
}

impl SocketOptions {
    /// Creates the default options.
    pub fn new() -> Self {
        Self {
            ping_interval: None,
            reconnects: 0,
            max_message_size: None,
            close_timeout: CLOSE_TIMEOUT,
            protocols: Vec::new(),
        }
    }

    /// Sends pings at this interval while the socket or its receiver is polled. If no data is
    /// received within the interval after a ping, the connection fails. By default, no pings are
    /// sent. Browsers do not support pings: connecting returns an error.
    #[must_use]
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.ping_interval = Some(interval);
        self
    }

    /// Sets the maximum total number of reconnections after lost connections. The default is 0.
    ///
    /// The new connection uses the same request, with the current key of the credential provider.
    /// If the lost connection received messages, the delay before reconnecting is up to 100
    /// milliseconds. Otherwise, it is the delay of
    /// [`ClientBuilder::retries`](super::super::ClientBuilder::retries). The handshake is retried
    /// like other calls, and takes tokens from the retry budget.
    ///
    /// No message is sent twice. If the connection is lost while a message is sent, `send` returns
    /// an error. Later messages wait for the new connection. The messages of the lost connection
    /// are not sent again, so the server may have lost its state.
    ///
    /// The channel does not reconnect after the program closes it, after a protocol violation, or
    /// after the codes 1000, 1002, 1003, 1005, and 1007 to 1010.
    #[must_use]
    pub fn reconnect(mut self, max: u32) -> Self {
        self.reconnects = max;
        self
    }

    /// Sets the maximum length of a message in bytes, in both directions. The default is
    /// [`ClientBuilder::max_body`](super::super::ClientBuilder::max_body).
    #[must_use]
    pub fn max_message_size(mut self, bytes: usize) -> Self {
        self.max_message_size = Some(bytes);
        self
    }

    /// Sets the timeout of the closing handshake. The default is 5 seconds.
    #[must_use]
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }

    /// Offers a subprotocol. The server selects one of the offered subprotocols, or none; see
    /// [`Socket::protocol`](super::Socket::protocol).
    #[must_use]
    pub fn protocol(mut self, name: impl Into<String>) -> Self {
        self.protocols.push(name.into());
        self
    }

    /// Checks the options.
    pub(super) fn check(&self) -> Result<(), RequestError> {
        if self
            .ping_interval
            .is_some_and(|interval| interval.is_zero())
        {
            return Err(RequestError::unnamed("the ping interval is 0"));
        }
        let is_token = |name: &String| {
            let is_allowed = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&c);
            !name.is_empty() && name.bytes().all(is_allowed)
        };
        if !self.protocols.iter().all(is_token) {
            let message = "the name of a subprotocol contains an invalid character";
            return Err(RequestError::unnamed(message));
        }
        Ok(())
    }
}

impl Debug for SocketOptions {
    /// Omits the subprotocols, because some APIs expect a key there.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketOptions")
            .field("ping_interval", &self.ping_interval)
            .field("reconnect", &self.reconnects)
            .field("max_message_size", &self.max_message_size)
            .field("close_timeout", &self.close_timeout)
            .finish_non_exhaustive()
    }
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self::new()
    }
}
