//! Failures of a channel's connection.

use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::io;

use super::super::error::Error;
use super::super::transport_error::TransportError;
use super::close::CloseFrame;

/// The reason why a connection or a message failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The handshake response has the status 101 but is invalid.
    Handshake(&'static str),
    /// The server closed the connection with a code that is not normal.
    Closed(CloseFrame),
    /// The connection ended without a closing handshake.
    Lost(Option<io::Error>),
    /// The connection ended while a message was sent.
    Interrupted,
    /// The connection is closed.
    Ended,
    /// The server violated the protocol.
    Violation(String),
    /// A text is not UTF-8.
    Utf8,
    /// A received message is longer than this number of bytes.
    Oversized(usize),
    /// More than this number of bytes of messages are unread.
    Unread(usize),
    /// A message has the wrong kind for the channel.
    Unexpected(&'static str),
}

impl Failure {
    /// Returns `true` if reconnecting may succeed.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Lost(_) => true,
            Self::Closed(frame) => frame.may_pass(),
            _ => false,
        }
    }

    #[cold]
    pub(super) fn of(self, operation: &'static str) -> Error {
        TransportError::connection(operation, Box::new(self)).into()
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handshake(reason) => {
                write!(
                    f,
                    "the WebSocket handshake of the server is invalid: {reason}"
                )
            }
            Self::Closed(frame) => write!(f, "the server closed the connection with {frame}"),
            Self::Lost(None) => f.write_str("the connection was lost"),
            Self::Lost(Some(cause)) => write!(f, "the connection was lost: {cause}"),
            Self::Interrupted => f.write_str(
                "the connection was lost while a message was sent; it may not have been received",
            ),
            Self::Ended => f.write_str("the connection is closed"),
            Self::Violation(reason) => {
                write!(f, "the server violated the WebSocket protocol: {reason}")
            }
            Self::Utf8 => f.write_str("a text message from the server is not UTF-8"),
            Self::Oversized(limit) => {
                write!(f, "a message from the server is longer than {limit} bytes")
            }
            Self::Unread(limit) => {
                write!(
                    f,
                    "more than {limit} bytes of messages from the server are unread"
                )
            }
            Self::Unexpected(reason) => f.write_str(reason),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Lost(Some(cause)) => Some(cause),
            _ => None,
        }
    }
}

/// Close codes of channels.
impl Error {
    /// Returns the code with which the server closed the connection of a channel, if that caused
    /// the error.
    pub fn close_code(&self) -> Option<u16> {
        self.close_frame().map(CloseFrame::code)
    }

    /// Returns the reason with which the server closed the connection of a channel, if that caused
    /// the error. The reason is often empty.
    pub fn close_reason(&self) -> Option<&str> {
        self.close_frame().map(CloseFrame::reason)
    }

    fn close_frame(&self) -> Option<&CloseFrame> {
        let Self::Transport(error) = self else {
            return None;
        };
        match error.connection_cause()?.downcast_ref()? {
            Failure::Closed(frame) => Some(frame),
            _ => None,
        }
    }
}
