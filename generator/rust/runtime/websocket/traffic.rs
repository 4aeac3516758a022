//! Platform-independent messages in each direction.

use bytes::Bytes;

use super::close::CloseFrame;
use super::message::Data;

/// A message or a control frame of the client.
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

/// A message or a control frame of the server.
#[derive(Debug)]
pub(super) enum Incoming {
    Message(Data),
    /// The server closes the connection.
    Close(CloseFrame),
    /// Another control frame, which shows that the server responds.
    Other,
}
