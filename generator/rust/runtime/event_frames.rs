//! Splits a body into events, without decoding their data.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use futures_core::Stream;
use http::header::HeaderMap;
use sse_stream::{Sse, SseByteStream};

use super::byte_stream::ByteStream;
use super::charset::is_event_stream;
use super::error::Error;
use super::event_chunks::{Chunks, Progress};
use super::lines::Lines;
use super::read;

/// One event as received.
pub(super) struct Frame {
    /// The name of a Server-Sent Event.
    pub(super) name: Option<String>,
    /// The ID of a Server-Sent Event.
    pub(super) id: Option<String>,
    /// The reconnection delay of a Server-Sent Event.
    pub(super) retry: Option<Duration>,
    pub(super) data: Bytes,
    /// The body ended before the end of the event.
    pub(super) is_cut: bool,
}

/// The reason why an event stream failed.
pub(super) enum Failure {
    /// The response was not received completely.
    Answer(Error),
    /// The received data is not an event, for this reason.
    Event(String),
    /// The body ended in the middle of an event.
    Cut,
}

/// The events of a response, in one of two formats.
pub(super) struct Frames {
    format: Format,
    progress: Arc<Progress>,
}

enum Format {
    /// The format is not detected yet. `None` after the detection.
    Undecided(Option<Beginning>),
    ServerSent(Box<SseByteStream<Chunks>>),
    Lines(Lines),
}

impl Frames {
    /// Returns the events of a body.
    ///
    /// The content type of event streams is unreliable. The first line determines the format: it
    /// starts with a field name of Server-Sent Events, or with JSON. The content type decides only
    /// if the first line is neither.
    pub(super) fn new(headers: &HeaderMap, bytes: ByteStream) -> Self {
        let chunks = Chunks::new(bytes);
        Self {
            progress: chunks.progress(),
            format: Format::Undecided(Some(Beginning {
                chunks,
                head: BytesMut::new(),
                is_server_sent: is_event_stream(headers),
            })),
        }
    }

    /// Resets the byte count, because an event was found.
    pub(super) fn found_event(&self) {
        self.progress.found_event();
    }
}

impl Stream for Frames {
    type Item = Result<Frame, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Format::Undecided(beginning) = &mut this.format {
            let Some(undecided) = beginning else {
                return Poll::Ready(None);
            };
            let decided = ready!(undecided.poll_format(context));
            match (decided, beginning.take()) {
                (Ok(true), Some(beginning)) => {
                    let chunks = beginning.chunks.of_events(beginning.head.freeze());
                    this.format = Format::ServerSent(Box::new(SseByteStream::new(chunks)));
                }
                (Ok(false), Some(beginning)) => {
                    let chunks = beginning.chunks.of_lines(beginning.head.freeze());
                    this.format = Format::Lines(Lines::new(chunks));
                }
                (Err(error), _) => return Poll::Ready(Some(Err(Failure::Answer(error)))),
                (Ok(_), None) => return Poll::Ready(None),
            }
        }
        let frame = match &mut this.format {
            Format::Undecided(_) => None,
            Format::ServerSent(events) => {
                let event = ready!(Pin::new(events).poll_next(context));
                let is_cut = this.progress.is_over();
                event.map(|event| match event {
                    Ok(event) => Ok(Frame::new(event, is_cut)),
                    Err(sse_stream::Error::Utf8Parse(_)) if is_cut => Err(Failure::Cut),
                    Err(error) => Err(error.into()),
                })
            }
            Format::Lines(lines) => ready!(Pin::new(lines).poll_next(context))
                .map(|line| line.map(Frame::from).map_err(Failure::Answer)),
        };
        Poll::Ready(frame)
    }
}

/// The start of a body whose format is not detected yet.
struct Beginning {
    chunks: Chunks,
    head: BytesMut,
    /// The content type is `text/event-stream`.
    is_server_sent: bool,
}

impl Beginning {
    /// Reads until the format is detected. Returns `true` for Server-Sent Events.
    fn poll_format(&mut self, context: &mut Context<'_>) -> Poll<Result<bool, Error>> {
        loop {
            if let Some(is_server_sent) = self.format() {
                return Poll::Ready(Ok(is_server_sent));
            }
            match ready!(Pin::new(&mut self.chunks).poll_next(context)) {
                Some(Ok(chunk)) => self.head.extend_from_slice(&chunk),
                Some(Err(error)) => return Poll::Ready(Err(error)),
                None => return Poll::Ready(Ok(self.is_server_sent)),
            }
        }
    }

    /// Drops leading bytes that are not part of an event, and returns the format if enough bytes
    /// are buffered.
    fn format(&mut self) -> Option<bool> {
        let mark = read::BYTE_ORDER_MARK;
        // The result must not depend on chunk boundaries.
        loop {
            let white = self.head.len() - self.head.trim_ascii_start().len();
            self.head.advance(white);
            if !self.head.starts_with(mark) {
                break;
            }
            self.head.advance(mark.len());
        }
        let first = *self.head.first()?;
        if mark.starts_with(&self.head) {
            return None;
        }
        if matches!(first, b'{' | b'[' | b'"') {
            return Some(false);
        }
        let end = self.head.iter().position(|byte| b":\r\n".contains(byte));
        match end {
            Some(end) => {
                let name = self.head.get(..end).unwrap_or_default();
                Some(self.is_server_sent || FIELDS.contains(&name))
            }
            None if self.head.len() > LONGEST_FIELD => Some(self.is_server_sent),
            None => None,
        }
    }
}

/// The field names of Server-Sent Events. A comment has an empty name.
const FIELDS: [&[u8]; 5] = [b"", b"data", b"event", b"id", b"retry"];

/// The length of the longest of these names.
const LONGEST_FIELD: usize = 5;

impl Frame {
    fn new(event: Sse, is_cut: bool) -> Self {
        Self {
            name: event.event,
            id: event.id,
            retry: event.retry.map(Duration::from_millis),
            data: event.data.unwrap_or_default().into(),
            is_cut,
        }
    }
}

impl From<Bytes> for Frame {
    fn from(line: Bytes) -> Self {
        Self {
            name: None,
            id: None,
            retry: None,
            data: line.slice_ref(line.trim_ascii_end()),
            is_cut: false,
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
