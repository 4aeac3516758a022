//! Blocking calls, for programs without an async runtime.
//!
//! The calling thread runs the future of its call. One additional thread per process drives the
//! connections and the timers of all calls.

#![allow(dead_code, reason = "an API may have no streams")]

use std::fmt;
use std::future::{Future, pending};
use std::io::{self, BufRead, Read, Write};
use std::ops::{Deref, DerefMut};
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Waker};
use std::thread;

use bytes::{Buf, Bytes};
use futures_core::Stream;
use tokio::runtime::{Builder, Handle};
use tokio::task::coop::consume_budget;

use super::byte_stream::ByteStream;
use super::error::{Error, RequestError};
use super::event_stream::EventStream;
use super::paging::{Items, Pages, PagesWithResponse};
use super::response::Response;
use super::sending::{Sending, SendingWithResponse};
use super::transport_error::TransportError;

/// More steps than the cooperative budget of a tokio task.
const MOST_STEPS: usize = 1024;

/// The handle of the runtime that drives connections and timers.
static DRIVER: Mutex<Option<Handle>> = Mutex::new(None);

/// Runs a future on this thread until it is complete.
///
/// # Errors
///
/// Returns [`Error::InvalidRequest`] if it is called in an async runtime, or if the background
/// thread cannot be started.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Error> {
    let mut result = None;
    run(pin!(async { result = Some(future.await) }))?;
    result.ok_or_else(|| RequestError::unnamed("the call did not complete").into())
}

/// Runs a future. The function is not generic, so a program contains it once.
fn run(future: Pin<&mut dyn Future<Output = ()>>) -> Result<(), Error> {
    if is_in_task() {
        let message = "cannot block in an async runtime: await `send()` instead, \
            or call this in `tokio::task::spawn_blocking`";
        return Err(RequestError::unnamed(message).into());
    }
    let driver = driver().map_err(|error| {
        let message = format!("could not start the thread for blocking calls: {error}");
        RequestError::caused(message, error)
    })?;
    driver.block_on(future);
    Ok(())
}

/// Returns `true` if it is called in a tokio task, where blocking would stop other tasks.
///
/// Threads of `spawn_blocking` also have a runtime handle, but only tasks have a cooperative
/// budget.
fn is_in_task() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut context = Context::from_waker(Waker::noop());
    (0..MOST_STEPS).any(|_| pin!(consume_budget()).poll(&mut context).is_pending())
}

/// Returns the handle of the driver. The first call starts its thread.
fn driver() -> io::Result<Handle> {
    let mut driver = DRIVER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*driver {
        return Ok(handle.clone());
    }
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name(concat!(env!("CARGO_PKG_NAME"), "-blocking").to_owned())
        .spawn(move || runtime.block_on(pending::<()>()))?;
    *driver = Some(handle.clone());
    Ok(handle)
}

impl<T> Sending<T> {
    /// Sends the request and blocks the thread until the response is received.
    ///
    /// # Errors
    ///
    /// Returns the errors of the call, and [`Error::InvalidRequest`] if it is called in an async
    /// runtime. Use `await` there.
    pub fn wait(self) -> Result<T, Error> {
        block_on(self)?
    }
}

impl<T> SendingWithResponse<T> {
    /// Sends the request and blocks the thread until the response is received. See
    /// [`Sending::wait`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Sending::wait`].
    pub fn wait(self) -> Result<Response<T>, Error> {
        block_on(self)?
    }
}

/// A blocking iterator over a stream. Each item blocks the thread until it is received.
///
/// In an async runtime, the only item is [`Error::InvalidRequest`].
#[must_use = "nothing is received until it is iterated over"]
pub struct Blocking<S> {
    stream: S,
    /// The thread could not be blocked. The iterator then ends, because the next item would be the
    /// same error.
    is_refused: bool,
}

impl<S> Blocking<S> {
    /// Creates an iterator over a stream.
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            is_refused: false,
        }
    }

    /// Returns the underlying stream.
    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<S, T, E> Iterator for Blocking<S>
where
    S: Stream<Item = Result<T, E>> + Unpin,
    E: From<Error>,
{
    type Item = Result<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_refused {
            return None;
        }
        let mut stream = Pin::new(&mut self.stream);
        let next = std::future::poll_fn(|context| stream.as_mut().poll_next(context));
        match block_on(next) {
            Ok(item) => item,
            Err(error) => {
                self.is_refused = true;
                Some(Err(error.into()))
            }
        }
    }
}

impl<S> Deref for Blocking<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.stream
    }
}

impl<S> DerefMut for Blocking<S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.stream
    }
}

impl<S: fmt::Debug> fmt::Debug for Blocking<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blocking").field(&self.stream).finish()
    }
}

impl<P, T> Items<P, T> {
    /// Converts this stream into a blocking iterator over the items.
    pub fn into_blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }
}

impl<P> Pages<P> {
    /// Converts this stream into a blocking iterator over the pages.
    pub fn into_blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }
}

impl<P> PagesWithResponse<P> {
    /// Converts this stream into a blocking iterator over the pages.
    pub fn into_blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }
}

impl<T> EventStream<T> {
    /// Converts this stream into a blocking iterator over the events.
    pub fn into_blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }
}

impl ByteStream {
    /// Converts this stream into a blocking reader.
    pub fn into_blocking(self) -> ByteReader {
        ByteReader {
            body: self,
            chunk: Bytes::new(),
        }
    }
}

/// A blocking reader of a response body. Reading blocks the thread until the next chunk is
/// received.
///
/// The errors of [`Read`] wrap the [`Error`] of the call.
pub struct ByteReader {
    body: ByteStream,
    /// The received bytes that are not read yet.
    chunk: Bytes,
}

impl ByteReader {
    /// Returns the size of the whole body in bytes, if the response has the header
    /// `content-length`. The value does not change while the body is read.
    pub fn content_length(&self) -> Option<u64> {
        self.body.content_length()
    }

    /// Reads the rest of the body into memory. Its size is not limited.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ByteStream::chunk`].
    pub fn collect(self) -> Result<Bytes, Error> {
        let mut rest = Vec::new();
        self.write_to(&mut rest)?;
        Ok(rest.into())
    }

    /// Writes the rest of the body to a writer, flushes the writer, and returns the number of bytes
    /// written. Only one chunk at a time is held in memory.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ByteStream::write_to`].
    pub fn write_to<W: Write + ?Sized>(mut self, writer: &mut W) -> Result<u64, Error> {
        let operation = self.body.operation();
        let fail = |cause| TransportError::unwritten(operation, cause);
        let mut written = 0;
        while self.fill()? {
            let chunk = std::mem::take(&mut self.chunk);
            writer.write_all(&chunk).map_err(fail)?;
            written += chunk.len() as u64;
        }
        writer.flush().map_err(fail)?;
        Ok(written)
    }

    /// Waits for the next chunk if the current one has been read. Returns `false` at the end.
    fn fill(&mut self) -> Result<bool, Error> {
        while self.chunk.is_empty() {
            match block_on(self.body.chunk())?? {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(false),
            }
        }
        Ok(true)
    }
}

impl BufRead for ByteReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.fill().map_err(io::Error::other)?;
        Ok(&self.chunk)
    }

    fn consume(&mut self, amount: usize) {
        self.chunk.advance(amount);
    }
}

impl Read for ByteReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl fmt::Debug for ByteReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteReader")
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
