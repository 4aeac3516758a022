//! Calls in flight: futures that are compiled with this crate.
//!
//! All operations share one future type. Only the function that decodes the response differs, which
//! reduces the compile time of programs.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;

use super::byte_stream::ByteStream;
use super::call::Call;
use super::charset;
use super::error::Error;
use super::event_stream::EventStream;
use super::operation::Operation;
use super::platform::{BoxFuture, Received};
use super::read::{self, Read, Required, Slot};
use super::response::Response;
use super::retry::Attempts;
use super::write::Write;

/// A call in flight that returns the response body.
///
/// The request is built and sent when the future is first polled. Dropping the future cancels the
/// call.
#[must_use = "the request is not sent until the future is awaited"]
pub struct Sending<T>(SendingWithResponse<T>);

/// A call in flight that returns the response with its status and headers. Otherwise, it is like
/// [`Sending`].
#[must_use = "the request is not sent until the future is awaited"]
pub struct SendingWithResponse<T> {
    operation: &'static str,
    call: InFlight<T>,
}

/// A call, by how its response is read.
enum InFlight<T> {
    Whole(Replying<Bytes>, Decode<Bytes, T>),
    Unread(Replying<Received>, Decode<Received, T>),
}

pub(super) type Replying<B> = BoxFuture<Result<Reply<B>, Error>>;
type Decode<B, T> = fn(Reply<B>) -> Result<Response<T>, Error>;

impl<T> SendingWithResponse<T> {
    /// Creates a call that reads the whole body and then decodes it.
    pub(super) fn whole(
        operation: &Operation,
        reply: Replying<Bytes>,
        decode: Decode<Bytes, T>,
    ) -> Self {
        Self {
            operation: operation.id,
            call: InFlight::Whole(reply, decode),
        }
    }

    /// Creates a call that does not read the body.
    pub(super) fn unread(
        operation: &Operation,
        reply: Replying<Received>,
        decode: Decode<Received, T>,
    ) -> Self {
        Self {
            operation: operation.id,
            call: InFlight::Unread(reply, decode),
        }
    }

    /// Converts this future into one that returns only the response body.
    pub fn into_body(self) -> Sending<T> {
        Sending(self)
    }
}

impl<T> Future for SendingWithResponse<T> {
    type Output = Result<Response<T>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // It is compiled for each type in the program, so it is written without closures and `?`.
        let response = match &mut self.call {
            InFlight::Whole(reply, decode) => match reply.as_mut().poll(context) {
                Poll::Ready(Ok(reply)) => decode(reply),
                Poll::Ready(Err(error)) => Err(error),
                Poll::Pending => return Poll::Pending,
            },
            InFlight::Unread(reply, decode) => match reply.as_mut().poll(context) {
                Poll::Ready(Ok(reply)) => decode(reply),
                Poll::Ready(Err(error)) => Err(error),
                Poll::Pending => return Poll::Pending,
            },
        };
        Poll::Ready(response)
    }
}

impl<T> Future for Sending<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match Pin::new(&mut self.0).poll(context) {
            Poll::Ready(Ok(response)) => Poll::Ready(Ok(response.into_inner())),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<T> fmt::Debug for SendingWithResponse<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendingWithResponse")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Sending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending")
            .field("operation", &self.0.operation)
            .finish_non_exhaustive()
    }
}

/// A successful response, before it is decoded.
pub(super) struct Reply<B> {
    pub(super) call: Call,
    pub(super) response: Response<B>,
    pub(super) attempts: Attempts,
}

impl Reply<Bytes> {
    pub(super) fn json<T: Read>(self) -> Result<Response<T>, Error> {
        let mut slot = Required::default();
        match self.read_into(&mut slot) {
            Ok(response) => Ok(response.decoded(slot.get())),
            Err(error) => Err(error),
        }
    }

    /// Reads the body into a slot, and returns the response. It is not generic, so that
    /// [`json`](Self::json) is short.
    fn read_into(self, slot: &mut dyn Slot) -> Result<Response<Bytes>, Error> {
        match self.read(slot) {
            Ok(()) => Ok(self.response),
            Err(failure) => Err(self.mismatch(failure)),
        }
    }

    fn read(&self, slot: &mut dyn Slot) -> Result<(), read::Failure> {
        let mut decode = |body: &[u8]| {
            let notes = read::decode_into(body, slot)?;
            if !notes.is_empty() {
                self.attempts.span().unknown(&self.call, &notes, body);
            }
            Ok(())
        };
        let body: &[u8] = match self.response.status() {
            // A response without content is decoded as `null`.
            StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT => b"null",
            _ => self.response.value(),
        };
        let read = decode(body);
        // An empty body is decoded as `null` if the type allows it. Otherwise, the error is that
        // the body is not JSON.
        if read.is_err() && body.trim_ascii().is_empty() {
            return decode(b"null").or(read);
        }
        if read.is_err()
            && let Some(text) = charset::other_text(self.response.headers(), body)
        {
            return decode(text.as_bytes()).or(read);
        }
        read
    }

    #[cold]
    fn mismatch(self, (path, error): read::Failure) -> Error {
        let response = self.response;
        let error = self.call.decode_error(response, path, error);
        self.attempts.end(error)
    }

    pub(super) fn text(self) -> Result<Response<String>, Error> {
        let text = charset::text(self.response.headers(), self.response.value()).into_owned();
        Ok(self.response.decoded(text))
    }

    pub(super) fn raw(self) -> Result<Response<Bytes>, Error> {
        let body = self.response.value().clone();
        Ok(self.response.decoded(body))
    }

    pub(super) fn empty(self) -> Result<Response<()>, Error> {
        Ok(self.response.map(drop))
    }

    /// Deserializes JSON as a type of the caller.
    pub(super) fn json_as<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        match serde_json::from_slice(&self.json_text()) {
            Ok(value) => Ok(self.response.decoded(value)),
            // serde reports the line and the column of an error, but not its path.
            Err(error) => Err(self.mismatch((".".to_owned(), error))),
        }
    }

    /// Returns the body as JSON in UTF-8. A response without content is `null`.
    fn json_text(&self) -> Cow<'_, [u8]> {
        let body = read::without_mark(self.response.value());
        if body.trim_ascii().is_empty() {
            return Cow::Borrowed(b"null");
        }
        match charset::other_text(self.response.headers(), body) {
            Some(text) if std::str::from_utf8(body).is_err() => {
                Cow::Owned(text.into_owned().into_bytes())
            }
            _ => Cow::Borrowed(body),
        }
    }
}

impl Reply<Received> {
    pub(super) fn bytes(mut self) -> Result<Response<ByteStream>, Error> {
        let id = self.call.operation.id;
        let limit = self.call.options.idle_time();
        let permit = self.attempts.take_permit();
        let stream = |body| ByteStream::new(id, limit, body).holding(permit);
        Ok(self.response.map(stream))
    }

    pub(super) fn events<T: Read + Write>(self) -> Result<Response<EventStream<T>>, Error> {
        let call = self.call.clone();
        let (status, headers, bytes) = self.bytes()?.into_parts();
        let response = Response::new(status, headers.clone(), ());
        let events = EventStream::new(call, response, bytes);
        Ok(Response::new(status, headers, events))
    }
}
