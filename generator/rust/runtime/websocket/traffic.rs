//! The messages of a connection in each direction, on every platform.

use bytes::Bytes;

use super::close::CloseFrame;
use super::message::Data;

/// A message of the client, or a frame of the protocol.
#[derive(Debug)]
pub(super) enum Outgoing {
    Text(String),
    Binary(Bytes),
    Ping(Bytes),
    Close(CloseFrame),
}

impl Outgoing {
    /// Returns the length of a message in bytes.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) | Self::Ping(bytes) => bytes.len(),
            Self::Close(_) => 0,
        }
    }
}

/// A message of the server, or a frame of the protocol.
#[derive(Debug)]
pub(super) enum Incoming {
    Message(Data),
    /// The server closes the connection.
    Close(CloseFrame),
    /// A frame of the protocol, which says that the server is there.
    Other,
}
