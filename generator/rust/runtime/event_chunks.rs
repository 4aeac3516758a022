//! The chunks of an event stream body, with limits.
//!
//! A server that keeps sending data without events must neither block the task nor keep the call
//! alive. Both limits apply to all formats.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use super::byte_stream::ByteStream;
use super::error::Error;
use super::transport_error::TransportError;

/// The maximum number of bytes without a complete event. Events are buffered until they are
/// complete.
const EVENT_LIMIT: usize = 64 << 20;

/// The maximum number of chunks that are read before yielding to other tasks.
const MOST_IN_A_ROW: u32 = 32;

/// The terminator of an event. It is appended to the body, so that the parser returns an
/// unterminated last event.
const END_OF_EVENT: &[u8] = b"\n\n";

/// The chunks of an event stream body.
pub(super) struct Chunks {
    bytes: ByteStream,
    /// The start of the body, which was read to detect the format.
    head: Bytes,
    progress: Arc<Progress>,
    in_a_row: u32,
    /// Terminate the last event if the body does not.
    ends_event: bool,
}

/// The progress of reading a body. It is shared, because the event parser owns the chunks.
#[derive(Default)]
pub(super) struct Progress {
    /// The number of bytes since the last event.
    unused: AtomicUsize,
    is_over: AtomicBool,
}

impl Progress {
    /// Resets the byte count, because an event was found.
    pub(super) fn found_event(&self) {
        self.unused.store(0, Ordering::Relaxed);
    }

    /// Returns `true` if the body has ended. An event that is parsed afterwards is unterminated.
    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

impl Chunks {
    /// Creates the chunks of a body.
    pub(super) fn new(bytes: ByteStream) -> Self {
        Self {
            bytes,
            head: Bytes::new(),
            progress: Arc::default(),
            in_a_row: 0,
            ends_event: false,
        }
    }

    /// Returns the shared progress.
    pub(super) fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Prepends `head`, for a parser of Server-Sent Events.
    pub(super) fn of_events(self, head: Bytes) -> Self {
        Self {
            head,
            ends_event: true,
            ..self
        }
    }

    /// Prepends `head`, for events that are lines.
    pub(super) fn of_lines(self, head: Bytes) -> Self {
        Self { head, ..self }
    }

    /// Counts a chunk, and returns an error above the limit without an event.
    fn count(&mut self, chunk: Bytes) -> Result<Bytes, Error> {
        self.in_a_row += 1;
        let before = self
            .progress
            .unused
            .fetch_add(chunk.len(), Ordering::Relaxed);
        if before.saturating_add(chunk.len()) > EVENT_LIMIT {
            let id = self.bytes.operation();
            return Err(TransportError::oversized(id, "an event", EVENT_LIMIT).into());
        }
        Ok(chunk)
    }
}

impl Stream for Chunks {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if !this.head.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut this.head))));
        }
        if this.in_a_row == MOST_IN_A_ROW {
            this.in_a_row = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        match Pin::new(&mut this.bytes).poll_next(context) {
            Poll::Ready(Some(chunk)) => {
                let chunk = chunk.and_then(|chunk| this.count(chunk));
                Poll::Ready(Some(chunk))
            }
            Poll::Ready(None) => {
                let was_over = this.progress.is_over.swap(true, Ordering::Relaxed);
                let end = this.ends_event && !was_over;
                Poll::Ready(end.then(|| Ok(Bytes::from_static(END_OF_EVENT))))
            }
            Poll::Pending => {
                this.in_a_row = 0;
                Poll::Pending
            }
        }
    }
}
