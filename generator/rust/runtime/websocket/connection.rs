//! The connection of a channel, implemented with `tungstenite`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream as _;
use futures_util::Sink as _;
use reqwest::Upgraded;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite;
use tungstenite::error::ProtocolError;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{self, Message, Role, WebSocketConfig};

use super::close::CloseFrame;
use super::failure::Failure;
use super::message::Data;
use super::traffic::{Incoming, Outgoing};

/// The size of the read buffer in bytes.
const READ_BUFFER: usize = 32 << 10;

/// The extra space for control frames in the write buffer, in bytes.
const CONTROL_FRAMES: usize = 1 << 10;

/// A connection after its handshake.
pub(super) struct Connection {
    stream: WebSocketStream<Upgraded>,
    max_message_size: usize,
}

impl Connection {
    /// Creates a connection from an upgraded HTTP connection.
    pub(super) async fn of(upgraded: Upgraded, max_message_size: usize) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_write_buffer_size(max_message_size.saturating_add(CONTROL_FRAMES))
            .max_message_size(Some(max_message_size))
            .max_frame_size(Some(max_message_size));
        let stream = WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config));
        Self {
            stream: stream.await,
            max_message_size,
        }
    }

    /// Receives the next message or frame. The library responds to pings.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Incoming, Failure>>> {
        let message = match ready!(Pin::new(&mut self.stream).poll_next(context)) {
            Some(Ok(message)) => message,
            Some(Err(cause)) => return Poll::Ready(Some(Err(self.failure(cause)))),
            None => return Poll::Ready(None),
        };
        Poll::Ready(Some(Ok(match message {
            Message::Text(text) => Incoming::Message(Data {
                bytes: text.into(),
                is_text: true,
            }),
            Message::Binary(bytes) => Incoming::Message(Data {
                bytes,
                is_text: false,
            }),
            Message::Close(frame) => Incoming::Close(match frame {
                Some(frame) => {
                    CloseFrame::received(frame.code.into(), frame.reason.as_str().to_owned())
                }
                None => CloseFrame::empty(),
            }),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Incoming::Other,
        })))
    }

    /// Puts a message into the write buffer, which must be flushed before.
    pub(super) fn start_send(&mut self, outgoing: Outgoing) -> Result<(), Failure> {
        let message = match outgoing {
            Outgoing::Text(text) => Message::Text(text.into()),
            Outgoing::Binary(bytes) => Message::Binary(bytes),
            Outgoing::Ping(data) => Message::Ping(data),
            Outgoing::Close(frame) => Message::Close(Some(protocol::CloseFrame {
                code: CloseCode::from(frame.code()),
                reason: frame.reason().into(),
            })),
        };
        let sent = Pin::new(&mut self.stream).start_send(message);
        sent.map_err(|cause| self.failure(cause))
    }

    /// Flushes the write buffer.
    pub(super) fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        let flushed = ready!(Pin::new(&mut self.stream).poll_flush(context));
        Poll::Ready(flushed.map_err(|cause| self.failure(cause)))
    }

    /// Converts an error of reading or writing.
    fn failure(&self, cause: tungstenite::Error) -> Failure {
        match cause {
            tungstenite::Error::Io(cause) => Failure::Lost(Some(cause)),
            tungstenite::Error::Capacity(_) => Failure::Oversized(self.max_message_size),
            tungstenite::Error::Utf8(_) => Failure::Utf8,
            tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                Failure::Lost(None)
            }
            tungstenite::Error::ConnectionClosed
            | tungstenite::Error::AlreadyClosed
            | tungstenite::Error::Protocol(ProtocolError::SendAfterClosing) => Failure::Ended,
            tungstenite::Error::Protocol(cause) => Failure::Violation(cause.to_string()),
            other => Failure::Violation(other.to_string()),
        }
    }
}
