//! A response body that is read as it arrives.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::OwnedSemaphorePermit;

use super::error::Error;
use super::platform::{BoxStream, Received, Sleep, sleep};
use super::transport_error::TransportError;

/// The body of a response as a stream of chunks.
///
/// The client's idle timeout applies to each wait for the next chunk, not to the whole body.
/// The stream ends after an error.
pub struct ByteStream {
    operation: &'static str,
    limit: Duration,
    content_length: Option<u64>,
    wait: Option<Pin<Box<Sleep>>>,
    chunks: Option<BoxStream<reqwest::Result<Bytes>>>,
    /// The concurrency permit of the request, held until the end of the body.
    permit: Option<OwnedSemaphorePermit>,
}

impl ByteStream {
    pub(super) fn new(operation: &'static str, limit: Duration, response: Received) -> Self {
        Self {
            operation,
            limit,
            content_length: response.content_length(),
            wait: None,
            chunks: Some(Box::pin(response.bytes_stream())),
            permit: None,
        }
    }

    /// Holds the concurrency permit of the request until the end of the body.
    pub(super) fn holding(self, permit: Option<OwnedSemaphorePermit>) -> Self {
        Self { permit, ..self }
    }

    /// Drops the connection and the permit.
    fn end(&mut self) {
        self.chunks = None;
        self.permit = None;
    }

    pub(super) fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the size of the whole body in bytes, if the response has the header
    /// `content-length`. The value does not change while chunks are read.
    pub fn content_length(&self) -> Option<u64> {
        self.content_length
    }

    /// Returns the next chunk, or `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Transport`] if the connection fails before the end of the body, or if no
    /// data is received within the idle timeout.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// Reads the rest of the body into memory. Its size is not limited.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`chunk`](Self::chunk).
    pub async fn collect(mut self) -> Result<Bytes, Error> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(body.into())
    }

    /// Writes the rest of the body to a writer such as a `tokio::fs::File`, flushes the writer, and
    /// returns the number of bytes written. Only one chunk at a time is held in memory.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`chunk`](Self::chunk), and [`Error::Transport`] if writing fails;
    /// [`TransportError::is_write`] then returns `true`. Bytes that were already written are kept.
    pub async fn write_to<W>(mut self, writer: &mut W) -> Result<u64, Error>
    where
        W: AsyncWrite + Unpin + ?Sized,
    {
        let operation = self.operation;
        let fail = |cause| TransportError::unwritten(operation, cause);
        let mut written = 0;
        while let Some(chunk) = self.chunk().await? {
            writer.write_all(&chunk).await.map_err(fail)?;
            written += chunk.len() as u64;
        }
        writer.flush().await.map_err(fail)?;
        Ok(written)
    }

    fn fail(&mut self, error: TransportError) -> Poll<Option<Result<Bytes, Error>>> {
        self.end();
        Poll::Ready(Some(Err(error.into())))
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(chunks) = &mut this.chunks else {
            return Poll::Ready(None);
        };
        match chunks.as_mut().poll_next(context) {
            Poll::Ready(Some(Ok(chunk))) => {
                this.wait = None;
                Poll::Ready(Some(Ok(chunk)))
            }
            Poll::Ready(Some(Err(cause))) => {
                let error = TransportError::new(Some(this.operation), cause);
                this.fail(error)
            }
            Poll::Ready(None) => {
                this.end();
                Poll::Ready(None)
            }
            Poll::Pending => {
                // The timeout starts at this poll, because the caller may be slow to poll again.
                let wait = this.wait.get_or_insert_with(|| Box::pin(sleep(this.limit)));
                ready!(wait.as_mut().poll(context));
                let error = TransportError::silent(this.operation, this.limit);
                this.fail(error)
            }
        }
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("operation", &self.operation)
            .field("content_length", &self.content_length)
            .finish_non_exhaustive()
    }
}
