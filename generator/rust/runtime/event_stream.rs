//! A response that is a stream of events.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;

use super::byte_stream::ByteStream;
use super::call::Call;
use super::error::Error;
use super::events::Events;
use super::read::{self, Failure, Notes, Read};
use super::response::Response;
use super::write::Write;

/// The events of a response, each of which is returned as soon as it is complete.
///
/// The format is Server-Sent Events or newline-delimited JSON. It is detected from the first line,
/// regardless of the `content-type` of the response. In both formats, the data of an event is JSON
/// that deserializes as `T`. If the name of an event selects a variant of `T`, the name is
/// deserialized with the data. Comments, empty events, and keep-alive events such as `ping` are
/// skipped, unless `T` can represent them. The data `[DONE]` ends the stream. The maximum size of
/// an event, and of the skipped data between two events, is 64 MiB.
///
/// The client's idle timeout applies to each wait for more data. The stream ends after an error and
/// does not reconnect. To reconnect, use [`last_event_id`](Self::last_event_id) and
/// [`retry_after`](Self::retry_after). Dropping the stream closes the connection.
///
/// # Error events
///
/// An error event is returned as [`Error::Api`], with the status of the response, the event as the
/// body, and its code and message. An event is an error if its name is `error`, or if its data is
/// an object whose `error` is a string, an object, or a list. If `T` can represent an error event,
/// for example as a union with a variant for errors, the event is returned like any other. A
/// variant for unknown values does not count.
pub struct EventStream<T> {
    events: Events,
    decode: DecodeAs<T>,
}

/// Decodes an event. Also returns notes of unknown names and values.
type DecodeAs<T> = fn(&[u8]) -> Result<(T, Notes), Failure>;

impl<T> EventStream<T> {
    pub(super) fn new(call: Call, answer: Response<()>, bytes: ByteStream) -> Self
    where
        T: Read + Write,
    {
        Self {
            events: Events::new::<T>(call, answer, bytes),
            decode: read::decode,
        }
    }

    /// Returns the next event, or `None` at the end. This method is cancel safe.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Transport`] if the connection breaks, no data is received within the idle
    /// timeout, an event is too long, or the stream ends in the middle of an event. An unterminated
    /// event with complete data is returned before the error. Returns [`Error::Decode`] if the data
    /// of an event does not deserialize as `T`, with the data as the body. Returns [`Error::Api`]
    /// for an error event. The stream ends after each of these errors.
    pub async fn next_event(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// Returns the name of the last returned event: the field `event` of Server-Sent Events. Use
    /// the name if the data of the API's events does not contain it.
    pub fn event_name(&self) -> Option<&str> {
        self.events.name.as_deref()
    }

    /// Returns the last event ID that the API sent: the field `id` of Server-Sent Events. Some APIs
    /// resume the stream after this event if a new call sends the ID with
    /// [`CallOptions::last_event_id`](super::CallOptions::last_event_id).
    pub fn last_event_id(&self) -> Option<&str> {
        self.events.last_id.as_deref()
    }

    /// Returns the reconnection delay that the API requested: the last field `retry` of Server-Sent
    /// Events.
    pub fn retry_after(&self) -> Option<Duration> {
        self.events.retry
    }
}

impl<T> Stream for EventStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let decode = self.decode;
        let mut last = None;
        let mut keep = |data: &[u8]| match decode(data) {
            Ok((event, notes)) => {
                last = Some(event);
                Ok(notes)
            }
            Err(failure) => Err(failure),
        };
        let event = match ready!(self.events.poll_next(context, &mut keep)) {
            Some(Ok(())) => last.map(Ok),
            Some(Err(error)) => Some(Err(error)),
            None => None,
        };
        Poll::Ready(event)
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.events.fmt(f)
    }
}
