//! An answer cut into events, whatever these hold.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::header::{CONTENT_TYPE, HeaderMap};
use sse_stream::{Sse, SseByteStream};

use super::byte_stream::ByteStream;
use super::error::Error;
use super::lines::Lines;
use super::transport_error::TransportError;

/// The maximum length of an event, in bytes: an event is buffered until it is complete.
const EVENT_LIMIT: usize = 64 << 20;

/// One event as received.
pub(super) struct Frame {
    /// The name of the event, which only Server-Sent Events have.
    pub(super) name: Option<String>,
    /// The id of the event, which only Server-Sent Events have.
    pub(super) id: Option<String>,
    pub(super) data: Bytes,
}

/// The reason why a stream of events ended.
pub(super) enum Failure {
    /// The response was not received completely.
    Answer(Error),
    /// The received data is not an event, for this reason.
    Event(String),
}

/// The events of a response, in one of the two formats in which APIs send them.
pub(super) enum Frames {
    ServerSent(Box<SseByteStream<Limited>>),
    Lines(Lines),
}

impl Frames {
    /// Returns the events of a body in the format that its headers declare:
    /// Server-Sent Events, or else one JSON value per line.
    pub(super) fn new(headers: &HeaderMap, bytes: ByteStream) -> Self {
        if is_server_sent(headers) {
            Self::ServerSent(Box::new(SseByteStream::new(Limited::new(bytes))))
        } else {
            Self::Lines(Lines::new(bytes, EVENT_LIMIT))
        }
    }
}

impl Stream for Frames {
    type Item = Result<Frame, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let frame = match &mut *self {
            Self::ServerSent(events) => ready!(Pin::new(events).poll_next(context))
                .map(|event| event.map(Frame::from).map_err(Failure::from)),
            Self::Lines(lines) => ready!(Pin::new(lines).poll_next(context))
                .map(|line| line.map(Frame::from).map_err(Failure::Answer)),
        };
        Poll::Ready(frame)
    }
}

impl From<Sse> for Frame {
    fn from(event: Sse) -> Self {
        Self {
            name: event.event,
            id: event.id,
            data: event.data.unwrap_or_default().into(),
        }
    }
}

impl From<Bytes> for Frame {
    fn from(line: Bytes) -> Self {
        Self {
            name: None,
            id: None,
            data: line.slice_ref(line.trim_ascii_end()),
        }
    }
}

impl From<sse_stream::Error> for Failure {
    fn from(error: sse_stream::Error) -> Self {
        match error {
            sse_stream::Error::Body(cause) => match cause.downcast::<Error>() {
                Ok(error) => Self::Answer(*error),
                Err(cause) => Self::Event(cause.to_string()),
            },
            sse_stream::Error::Utf8Parse(cause) => Self::Event(cause.to_string()),
            error => Self::Event(error.to_string()),
        }
    }
}

fn is_server_sent(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/event-stream"))
}

/// A body with Server-Sent Events that limits the length of an event, because the
/// parser has no limit.
pub(super) struct Limited {
    bytes: ByteStream,
    /// The length of the current event, in bytes.
    length: usize,
    last: u8,
}

impl Limited {
    fn new(bytes: ByteStream) -> Self {
        Self {
            bytes,
            length: 0,
            last: 0,
        }
    }

    /// Counts a chunk, and returns whether no event in it is too long.
    fn admits(&mut self, chunk: &[u8]) -> bool {
        for byte in chunk {
            // An empty line ends an event. `\r\n` is one end of a line.
            let is_end = matches!((self.last, byte), (b'\n' | b'\r', b'\r') | (b'\n', b'\n'));
            self.length = if is_end { 0 } else { self.length + 1 };
            self.last = *byte;
            if self.length > EVENT_LIMIT {
                return false;
            }
        }
        true
    }
}

impl Stream for Limited {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = ready!(Pin::new(&mut self.bytes).poll_next(context));
        if let Some(Ok(bytes)) = &chunk
            && !self.admits(bytes)
        {
            let error = TransportError::oversized(self.bytes.operation(), "an event", EVENT_LIMIT);
            return Poll::Ready(Some(Err(error.into())));
        }
        Poll::Ready(chunk)
    }
}
