//! An answer that is read event by event, each as it arrives.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use serde::Serialize;
use serde::de::Error as _;
use serde_json::Value;

use super::api_error::ApiError;
use super::byte_stream::ByteStream;
use super::call::Call;
use super::error::Error;
use super::event_frames::{Failure, Frame, Frames};
use super::read::{self, Failure as Mismatch, Read};
use super::response::Response;

/// By this data, which is no JSON, some APIs say that there are no more events.
const DONE: &[u8] = b"[DONE]";

/// By this name an API says that an event is an error.
const ERROR: &str = "error";

/// The events of an answer, each of which is handed out as soon as it is whole.
///
/// They come as Server-Sent Events where the answer's `content-type` is
/// `text/event-stream`, and else as JSON values, one in each line. In both, an
/// event's data is JSON of the form `T`. Comments and empty events, by which
/// APIs keep connections alive, are passed over, and data of `[DONE]` is the end.
/// One event may take up to 64 MiB.
///
/// The client's timeout holds for each wait for more of the answer. The stream
/// ends after an error, and does not connect again. Dropping it closes the
/// connection.
///
/// # Errors among the events
///
/// An event that is an error is [`Error::Api`], with the answer's status, the
/// event as its body, and the code and message in it. It is one when it is named
/// `error`, or its data is an object with an `error` that is a string, an object
/// or a list. Where `T` has a place for such an event, as a union with a form for
/// errors has, it is handed out like any other; to be kept as a form that is not
/// known is no such place.
pub struct EventStream<T> {
    call: Call,
    answer: Response<()>,
    frames: Option<Frames>,
    name: Option<String>,
    last_id: Option<String>,
    decode: fn(&[u8]) -> Result<T, Mismatch>,
    has_place: fn(&[u8], IsMeant) -> bool,
}

/// Returns `true` for the keys that an event must have a place for.
type IsMeant = fn(&str) -> bool;

impl<T> EventStream<T> {
    pub(super) fn new(call: Call, answer: Response<()>, bytes: ByteStream) -> Self
    where
        T: Read + Serialize,
    {
        Self {
            frames: Some(Frames::new(answer.headers(), bytes)),
            call,
            answer,
            name: None,
            last_id: None,
            decode: read::decode,
            has_place: has_place::<T>,
        }
    }

    /// Returns the next event, or `None` at the end. Nothing is lost if this is
    /// dropped while it waits.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] when the answer breaks off, nothing arrives within
    /// the timeout, or an event is too long; [`Error::Decode`] when an event's
    /// data is not of the form `T`, with the data as its body; [`Error::Api`]
    /// when the event is an error. The stream ends after any of them.
    pub async fn next_event(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }

    /// Returns the event in a frame.
    fn read(&self, data: Bytes) -> Result<T, Error> {
        let is_named_error = self.name.as_deref() == Some(ERROR);
        let decoded = (self.decode)(&data);
        let is_error = match &decoded {
            // A type without a place for the error would lose it in silence.
            Ok(_) if is_named_error => !(self.has_place)(&data, |_| true),
            Ok(_) => holds_error(&data) && !(self.has_place)(&data, |key| key == ERROR),
            Err(_) => is_named_error || holds_error(&data),
        };
        if is_error {
            return Err(self.api_error(data));
        }
        decoded.map_err(|(path, error)| self.decode_error(data, path, error))
    }

    fn api_error(&self, data: Bytes) -> Error {
        let answer = self
            .answer
            .clone()
            .map(|()| self.call.transport.key.without(data));
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
            Failure::Event(reason) => {
                let error = serde_json::Error::custom(reason);
                self.decode_error(Bytes::new(), ".".to_owned(), error)
            }
        }
    }

    /// Takes what a frame says beside its data, and returns the data if there is
    /// an event in it.
    fn open(&mut self, frame: Frame) -> Option<Bytes> {
        if let Some(id) = frame.id {
            self.last_id = Some(id).filter(|id| !id.is_empty());
        }
        let is_error = frame.name.as_deref() == Some(ERROR);
        if frame.data.trim_ascii().is_empty() && !is_error {
            return None;
        }
        self.name = frame.name.filter(|name| !name.is_empty());
        Some(frame.data)
    }
}

impl<T> EventStream<T> {
    /// Returns the name of the last event that was handed out, for APIs that do
    /// not repeat it in the data: the field `event` of Server-Sent Events.
    pub fn event_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the last id that the API sent with an event, by which some let a
    /// later call go on from there: the field `id` of Server-Sent Events.
    pub fn last_event_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }
}

impl<T> Stream for EventStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        while let Some(frames) = &mut this.frames {
            let event = match ready!(Pin::new(frames).poll_next(context)) {
                None => break,
                Some(Err(failure)) => Err(this.failure(failure)),
                Some(Ok(frame)) => match this.open(frame) {
                    None => continue,
                    Some(data) if data.trim_ascii() == DONE => break,
                    Some(data) => this.read(data),
                },
            };
            if event.is_err() {
                this.frames = None;
            }
            return Poll::Ready(Some(event));
        }
        this.frames = None;
        Poll::Ready(None)
    }
}

impl<T> fmt::Debug for EventStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("operation", &self.call.operation.id)
            .field("event_name", &self.name)
            .field("last_event_id", &self.last_id)
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
fn has_place<T: Read + Serialize>(data: &[u8], is_meant: IsMeant) -> bool {
    const ANY_OTHER: &str = "\u{0}any other";
    let Ok(Value::Object(mut object)) = serde_json::from_slice(data) else {
        return true;
    };
    let meant: Vec<String> = object.keys().filter(|key| is_meant(key)).cloned().collect();
    object.insert(ANY_OTHER.to_owned(), Value::Null);
    let event = read::of_value::<T>(&Value::Object(object));
    match event.map(serde_json::to_value) {
        Ok(Ok(Value::Object(kept))) => {
            !kept.contains_key(ANY_OTHER) && meant.iter().all(|key| kept.contains_key(key))
        }
        _ => false,
    }
}
