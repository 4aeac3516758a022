//! An answer that is read event by event, each as it arrives.

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

/// Some APIs end a stream of events with this data, which is not JSON.
const DONE: &[u8] = b"[DONE]";

/// The maximum number of frames that are skipped without giving other tasks a turn.
const MOST_SKIPPED: u32 = 256;

/// By this name an API says that an event is an error.
const ERROR: &str = "error";

/// The events of a response, each of which is returned as soon as it is complete.
///
/// The events are Server-Sent Events, or each line is a JSON value. The first line tells the
/// formats apart, whatever the `content-type` of the response is. In both formats, the data of
/// an event is JSON that deserializes as `T`. If the name of an event selects a variant of
/// `T`, it is read with the data. Comments, empty events, and events such as `ping`, which APIs
/// send to keep connections alive, are skipped, unless `T` can represent them. The data
/// `[DONE]` ends the stream. An event may be up to 64 MiB long, and so may be what is skipped
/// between two events.
///
/// The client's idle timeout applies to each wait for more data. The stream ends after an
/// error, and does not reconnect: [`last_event_id`](Self::last_event_id) and
/// [`retry_after`](Self::retry_after) are kept for a caller that does. Dropping it closes the
/// connection.
///
/// # Error events
///
/// An error event is returned as [`Error::Api`], with the status of the response, the
/// event as the body, and its code and message. An event is an error if its name is
/// `error`, or if its data is an object whose `error` is a string, an object, or a list.
/// If `T` can represent such an event, for instance a union with a variant for errors, it
/// is returned like any other event. A variant for unknown values does not count.
pub struct EventStream<T> {
    call: Call,
    answer: Response<()>,
    frames: Option<Frames>,
    name: Option<String>,
    last_id: Option<String>,
    retry: Option<Duration>,
    /// The event that was handed out last lacked its end.
    is_cut: bool,
    decode: fn(&[u8]) -> Decoded<T>,
    has_place: fn(&[u8], IsMeant) -> bool,
}

/// An event with what is unknown in it.
type Decoded<T> = Result<(T, Notes), Mismatch>;

/// Returns `true` for the keys that an event must have a place for.
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
    /// Returns [`Error::Transport`] if the connection breaks, nothing is received within
    /// the idle timeout, an event is too long, or the stream ends in the middle of an event, which
    /// is returned before the error if its data is complete; [`Error::Decode`] if the data of an event
    /// does not deserialize as `T`, with the data as the body; and [`Error::Api`] for an
    /// error event. The stream ends after each of these errors.
    pub async fn next_event(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// Returns the event in a frame, or `None` if the frame only keeps the connection alive.
    fn read(&self, frame: &Frame) -> Option<Result<T, Error>> {
        let is_named_error = self.name.as_deref() == Some(ERROR);
        let (data, decoded) = self.decode(frame);
        if frame.data.trim_ascii().is_empty() && !is_named_error {
            // The name may be all that an event consists of.
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
            // A type that cannot represent the error would silently drop it.
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

    /// Decodes the data of a frame, with its name if its type has that. Returns the JSON as
    /// well.
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

    /// Returns the error of a stream that ended in the middle of an event.
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

    /// Keeps what a frame says beside its data.
    fn open(&mut self, frame: &Frame) {
        if let Some(id) = &frame.id {
            self.last_id = Some(id.clone()).filter(|id| !id.is_empty());
        }
        self.retry = frame.retry.or(self.retry);
        self.name = frame.name.clone().filter(|name| !name.is_empty());
    }
}

impl<T> EventStream<T> {
    /// Returns the name of the last event that was handed out, for APIs that do
    /// not repeat it in the data: the field `event` of Server-Sent Events.
    pub fn event_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the last event id that the API sent: the field `id` of Server-Sent Events.
    /// Some APIs let a later call continue from there: it sends the id with
    /// [`CallOptions::last_event_id`](super::CallOptions::last_event_id).
    pub fn last_event_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// Returns the time that the API asks to wait before reconnecting: the last field `retry`
    /// of Server-Sent Events.
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
        // Other tasks get a turn before more is skipped.
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

/// Returns whether an object says that something is wrong.
fn holds_error(data: &[u8]) -> bool {
    // Few events do, and the others need not be read once more.
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

/// Returns whether `T` has a place for these keys of an object, which it does not
/// only keep as it keeps any other.
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
