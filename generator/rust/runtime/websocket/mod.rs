//! Channels: operations that open a WebSocket, on which both sides send messages.
//!
//! The handshake is a regular call. This module implements the connection after the handshake.
//!
//! ```ignore
//! let mut socket = client.speech().realtime().connect().await?;
//! socket.send(start).await?;
//! while let Some(message) = socket.next_message().await? {
//!     println!("{message:?}");
//! }
//! ```

#![allow(dead_code, unused_imports, reason = "an API may not use all of it")]

mod close;
mod connection;
mod connector;
mod dial;
mod failure;
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

pub(super) use connector::Connector;
