//! Channels in browsers, which use the browser's WebSocket.
//!
//! A browser does not send custom headers or pings, and does not report why a handshake failed.
//! Everything else works as on other platforms.

#![allow(dead_code, unused_imports, reason = "an API may not use all of it")]

mod close;
#[path = "browser_connection.rs"]
mod connection;
mod dial;
mod failure;
#[path = "browser_handshake.rs"]
mod handshake;
mod link;
mod message;
mod options;
mod socket;
mod traffic;

pub use close::CloseFrame;
pub use message::{Binary, Frame, Frames, Messages, Nothing, Receive, Text};
pub use options::SocketOptions;
pub use socket::{Connecting, Receiver, Sender, Socket};

use super::client::ClientBuilder;

/// A placeholder for the HTTP client of handshakes, which the browser provides.
#[derive(Clone)]
pub(super) struct Connector;

impl Connector {
    pub(super) fn new(_: &ClientBuilder) -> Self {
        Self
    }
}
