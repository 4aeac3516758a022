//! Splits a body into lines.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use super::error::Error;
use super::event_chunks::Chunks;

/// The lines of a body. Each includes its final `\n`, except possibly the last.
pub(super) struct Lines {
    chunks: Chunks,
    held: BytesMut,
    /// The number of buffered bytes that were already searched for the end of a line.
    searched: usize,
}

impl Lines {
    /// Creates the lines of a body.
    pub(super) fn new(chunks: Chunks) -> Self {
        Self {
            chunks,
            held: BytesMut::new(),
            searched: 0,
        }
    }

    /// Returns the first complete line of the buffer.
    fn whole_line(&mut self) -> Option<Bytes> {
        let unsearched = &self.held[self.searched..];
        let Some(end) = unsearched.iter().position(|byte| *byte == b'\n') else {
            self.searched = self.held.len();
            return None;
        };
        let line = self.held.split_to(self.searched + end + 1);
        self.searched = 0;
        Some(line.freeze())
    }

    fn rest(&mut self) -> Option<Bytes> {
        self.searched = 0;
        let rest = self.held.split();
        (!rest.is_empty()).then(|| rest.freeze())
    }
}

impl Stream for Lines {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(line) = self.whole_line() {
                return Poll::Ready(Some(Ok(line)));
            }
            match ready!(Pin::new(&mut self.chunks).poll_next(context)) {
                Some(Ok(chunk)) => self.held.extend_from_slice(&chunk),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(self.rest().map(Ok)),
            }
        }
    }
}
