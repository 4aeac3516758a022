//! A response that is a stream of events.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use serde::de::Error as _;
use serde_json::Value;

use super::api_error::ApiError;
use super::byte_stream::ByteStream;
use super::call::Call;
use super::error::Error;
use super::event_frames::{Failure, Frame, Frames};
use super::event_names;
use super::read::{self, Failure as Mismatch, Notes, Read};
use super::response::Response;
use super::trace;
use super::transport_error::TransportError;
use super::write::{self, Write};

/// The data that marks the end of the stream in some APIs. It is not JSON.
const DONE: &[u8] = b"[DONE]";

/// The maximum number of frames that are skipped before yielding to other tasks.
const MOST_SKIPPED: u32 = 256;

/// The name of an error event.
const ERROR: &str = "error";

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
    call: Call,
    answer: Response<()>,
    frames: Option<Frames>,
    name: Option<String>,
    last_id: Option<String>,
    retry: Option<Duration>,
    /// The last returned event was unterminated.
    is_cut: bool,
    decode: fn(&[u8]) -> Decoded<T>,
    has_place: fn(&[u8], IsMeant) -> bool,
}

/// A decoded event with notes of unknown names and values.
type Decoded<T> = Result<(T, Notes), Mismatch>;

/// Returns `true` for the keys that the type must represent.
type IsMeant = fn(&str) -> bool;

impl<T> EventStream<T> {
    pub(super) fn new(call: Call, answer: Response<()>, bytes: ByteStream) -> Self
    where
        T: Read + Write,
    {
        Self {
            frames: Some(Frames::new(answer.headers(), bytes)),
            call,
            answer,
            name: None,
            last_id: None,
            retry: None,
            is_cut: false,
            decode: read::decode,
            has_place: has_place::<T>,
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

    /// Returns the event in a frame, or `None` if the frame is a keep-alive.
    fn read(&self, frame: &Frame) -> Option<Result<T, Error>> {
        let is_named_error = self.name.as_deref() == Some(ERROR);
        let (data, decoded) = self.decode(frame);
        if frame.data.trim_ascii().is_empty() && !is_named_error {
            // An event may consist of only a name.
            let is_event = decoded.is_ok() && (self.has_place)(&data, |_| true);
            return (is_event && !data.is_empty()).then(|| self.checked(data, decoded));
        }
        if event_names::is_ping(frame) {
            let is_event = decoded.is_ok() && data.trim_ascii() != b"{}";
            if !(is_event && (self.has_place)(&data, |_| true)) {
                return None;
            }
        }
        let is_error = match &decoded {
            // A type that cannot represent the error would drop its content.
            Ok(_) if is_named_error => !(self.has_place)(&data, |_| true),
            Ok(_) => holds_error(&data) && !(self.has_place)(&data, |key| key == ERROR),
            Err(_) => is_named_error || holds_error(&frame.data),
        };
        if is_error {
            return Some(Err(self.api_error(frame.data.clone())));
        }
        if frame.is_cut && decoded.is_err() {
            return Some(Err(self.cut()));
        }
        Some(self.checked(data, decoded))
    }

    /// Decodes the data of a frame, with the name if the type uses it. Also returns the JSON.
    fn decode(&self, frame: &Frame) -> (Bytes, Decoded<T>) {
        let names = self.call.operation.event_name;
        let named = |as_text| names.and_then(|names| names.added_to(frame, as_text));
        let Some(data) = named(false) else {
            return (frame.data.clone(), (self.decode)(&frame.data));
        };
        let decoded = (self.decode)(&data);
        if decoded.is_err()
            && let Some(text) = named(true)
            && let Ok(event) = (self.decode)(&text)
        {
            return (text, Ok(event));
        }
        (data, decoded)
    }

    fn checked(&self, data: Bytes, decoded: Decoded<T>) -> Result<T, Error> {
        match decoded {
            Ok((event, notes)) => {
                trace::unknown(&self.call, &notes, &data);
                Ok(event)
            }
            Err((path, error)) => Err(self.decode_error(data, path, error)),
        }
    }

    /// Returns the error for a stream that ended in the middle of an event.
    fn cut(&self) -> Error {
        TransportError::cut_event(self.call.operation.id).into()
    }

    fn api_error(&self, data: Bytes) -> Error {
        let answer = self
            .answer
            .clone()
            .map(|()| self.call.secrets().without(data));
        let (status, headers, body) = answer.into_parts();
        ApiError::new(self.call.operation.id, status, headers, body, false).into()
    }

    fn decode_error(&self, data: Bytes, path: String, error: serde_json::Error) -> Error {
        let answer = self.answer.clone().map(|()| data);
        self.call.decode_error(answer, path, error)
    }

    fn failure(&self, failure: Failure) -> Error {
        match failure {
            Failure::Answer(error) => error,
            Failure::Cut => self.cut(),
            Failure::Event(reason) => {
                let error = serde_json::Error::custom(reason);
                self.decode_error(Bytes::new(), ".".to_owned(), error)
            }
        }
    }

    /// Stores the name, the ID, and the retry delay of a frame.
    fn open(&mut self, frame: &Frame) {
        if let Some(id) = &frame.id {
            self.last_id = Some(id.clone()).filter(|id| !id.is_empty());
        }
        self.retry = frame.retry.or(self.retry);
        self.name = frame.name.clone().filter(|name| !name.is_empty());
    }
}

impl<T> EventStream<T> {
    /// Returns the name of the last returned event: the field `event` of Server-Sent Events. Use
    /// the name if the data of the API's events does not contain it.
    pub fn event_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the last event ID that the API sent: the field `id` of Server-Sent Events. Some APIs
    /// resume the stream after this event if a new call sends the ID with
    /// [`CallOptions::last_event_id`](super::CallOptions::last_event_id).
    pub fn last_event_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// Returns the reconnection delay that the API requested: the last field `retry` of Server-Sent
    /// Events.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry
    }
}

impl<T> Stream for EventStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        for _ in 0..MOST_SKIPPED {
            let Some(frames) = &mut this.frames else {
                return Poll::Ready(None);
            };
            let event = match ready!(Pin::new(frames).poll_next(context)) {
                None if this.is_cut => Some(Err(this.cut())),
                None => {
                    this.frames = None;
                    None
                }
                Some(Err(failure)) => Some(Err(this.failure(failure))),
                Some(Ok(frame)) if frame.data.trim_ascii() == DONE => {
                    this.frames = None;
                    None
                }
                Some(Ok(frame)) => {
                    this.open(&frame);
                    this.is_cut = frame.is_cut && !frame.data.trim_ascii().is_empty();
                    let event = this.read(&frame);
                    this.is_cut &= event.is_some();
                    event
                }
            };
            if let Some(event) = event {
                match &this.frames {
                    Some(frames) if event.is_ok() => frames.found_event(),
                    _ => this.frames = None,
                }
                return Poll::Ready(Some(event));
            }
        }
        if this.frames.is_none() {
            return Poll::Ready(None);
        }
        // Yield to other tasks before skipping more.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("operation", &self.call.operation.id)
            .field("event_name", &self.name)
            .field("last_event_id", &self.last_id)
            .field("retry_after", &self.retry)
            .finish_non_exhaustive()
    }
}

/// Returns `true` if `error` is a non-empty string, an object, or a list.
fn holds_error(data: &[u8]) -> bool {
    // Skip parsing for the events without this key, which are most of them.
    if !std::str::from_utf8(data).is_ok_and(|text| text.contains("\"error\"")) {
        return false;
    }
    let value: Option<Value> = serde_json::from_slice(data).ok();
    match value.as_ref().and_then(|value| value.get(ERROR)) {
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Object(_) | Value::Array(_)) => true,
        _ => false,
    }
}

/// Returns `true` if `T` has fields for these keys of an object, and does not store them as unknown
/// properties.
fn has_place<T: Read + Write>(data: &[u8], is_meant: IsMeant) -> bool {
    const ANY_OTHER: &str = "\u{0}any other";
    let Ok(Value::Object(mut object)) = serde_json::from_slice(data) else {
        return true;
    };
    let meant: Vec<String> = object.keys().filter(|key| is_meant(key)).cloned().collect();
    object.insert(ANY_OTHER.to_owned(), Value::Null);
    let event = read::of_value::<T>(&Value::Object(object));
    match event.map(|event| write::to_value(&event)) {
        Ok(Ok(Value::Object(kept))) => {
            !kept.contains_key(ANY_OTHER) && meant.iter().all(|key| kept.contains_key(key))
        }
        _ => false,
    }
}
