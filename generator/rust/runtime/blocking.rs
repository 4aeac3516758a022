//! Calls from programs that do not use async.
//!
//! The thread of the caller runs the future of its call. One further thread in the process drives
//! the connections and the timers of all of them.

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

/// More steps than tokio gives a task before it has to yield.
const MOST_STEPS: usize = 1024;

/// The handle of the runtime that drives connections and timers.
static DRIVER: Mutex<Option<Handle>> = Mutex::new(None);

/// Runs a future on this thread until it is complete.
///
/// # Errors
///
/// [`Error::InvalidRequest`] in an async runtime, and if no thread can be started.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Error> {
    let mut result = None;
    run(pin!(async { result = Some(future.await) }))?;
    result.ok_or_else(|| RequestError::unnamed("the call did not complete").into())
}

/// Runs a future of any type, so that a program has this only once.
fn run(future: Pin<&mut dyn Future<Output = ()>>) -> Result<(), Error> {
    if is_in_task() {
        let message = "an async runtime cannot block: await `send()` there, \
            or call this in `tokio::task::spawn_blocking`";
        return Err(RequestError::unnamed(message).into());
    }
    let driver = driver().map_err(|error| {
        let message = format!("the thread for blocking calls does not start: {error}");
        RequestError::caused(message, error)
    })?;
    driver.block_on(future);
    Ok(())
}

/// Returns `true` in a task of tokio, where blocking would stop other tasks.
///
/// Threads for blocking code belong to a runtime as well, but only tasks have a budget of steps
/// between two yields.
fn is_in_task() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut context = Context::from_waker(Waker::noop());
    (0..MOST_STEPS).any(|_| pin!(consume_budget()).poll(&mut context).is_pending())
}

/// Returns the handle of the driver, whose thread starts with the first call.
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
    /// Those of the call, and [`Error::InvalidRequest`] in an async runtime, where `await` takes
    /// the place of this method.
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
    /// Those of [`Sending::wait`].
    pub fn wait(self) -> Result<Response<T>, Error> {
        block_on(self)?
    }
}

/// A stream as an iterator, which blocks the thread until the next item is received.
///
/// In an async runtime, each item is [`Error::InvalidRequest`].
#[must_use = "nothing is received until it is iterated over"]
pub struct Blocking<S>(S);

impl<S> Blocking<S> {
    /// Returns a stream as an iterator.
    pub(crate) fn new(stream: S) -> Self {
        Self(stream)
    }

    /// Returns the stream.
    pub fn into_inner(self) -> S {
        self.0
    }
}

impl<S, T, E> Iterator for Blocking<S>
where
    S: Stream<Item = Result<T, E>> + Unpin,
    E: From<Error>,
{
    type Item = Result<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = Pin::new(&mut self.0);
        let next = std::future::poll_fn(|context| stream.as_mut().poll_next(context));
        block_on(next).unwrap_or_else(|error| Some(Err(error.into())))
    }
}

impl<S> Deref for Blocking<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.0
    }
}

impl<S> DerefMut for Blocking<S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.0
    }
}

impl<S: fmt::Debug> fmt::Debug for Blocking<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blocking").field(&self.0).finish()
    }
}

impl<P, T> Items<P, T> {
    /// Returns the items as an iterator for programs that do not use async.
    pub fn into_blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }
}

impl<P> Pages<P> {
    /// Returns the pages as an iterator for programs that do not use async.
    pub fn into_blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }
}

impl<P> PagesWithResponse<P> {
    /// Returns the pages as an iterator for programs that do not use async.
    pub fn into_blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }
}

impl<T> EventStream<T> {
    /// Returns the events as an iterator for programs that do not use async.
    pub fn into_blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }
}

impl ByteStream {
    /// Returns the body as a reader for programs that do not use async.
    pub fn into_blocking(self) -> ByteReader {
        ByteReader {
            body: self,
            chunk: Bytes::new(),
        }
    }
}

/// The body of a response as a reader, which blocks the thread until the next chunk is received.
///
/// An error of [`Read`] contains the [`Error`] of the call.
pub struct ByteReader {
    body: ByteStream,
    /// The bytes that are received and not read.
    chunk: Bytes,
}

impl ByteReader {
    /// Returns the size of the whole body in bytes, where the API says it in advance. It does
    /// not change as the body is read.
    pub fn content_length(&self) -> Option<u64> {
        self.body.content_length()
    }

    /// Returns the rest of the body. Its size has no bound but memory.
    ///
    /// # Errors
    ///
    /// Those of [`ByteStream::chunk`].
    pub fn collect(self) -> Result<Bytes, Error> {
        let mut rest = Vec::new();
        self.write_to(&mut rest)?;
        Ok(rest.into())
    }

    /// Writes the rest of the body to a file or another writer, flushes it, and returns the
    /// number of bytes. No more than one chunk is held in memory.
    ///
    /// # Errors
    ///
    /// Those of [`ByteStream::write_to`].
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

    /// Waits for the next chunk if all of the last one is read. Returns `false` at the end.
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
