//! Channels in browsers, whose own WebSocket makes the connection.
//!
//! A browser sends neither headers of the program nor pings, and does not tell why a handshake
//! failed. The rest is what other platforms have.

#![allow(dead_code, unused_imports, reason = "an API may not need all of it")]

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

/// The HTTP client of handshakes, which the browser has.
#[derive(Clone)]
pub(super) struct Connector;

impl Connector {
    pub(super) fn new(_: &ClientBuilder) -> Self {
        Self
    }
}
