//! The events in the frames of a response, independently of their type.

use std::fmt;
use std::future::Future;
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
use super::platform::{self, Sleep};
use super::prepared_call::DISCARD_TIME;
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

/// The events of a response.
pub(super) struct Events {
    call: Call,
    answer: Response<()>,
    frames: Option<Frames>,
    /// The timer of reading the rest of the body after the end of the events.
    ending: Option<Pin<Box<Sleep>>>,
    pub(super) name: Option<String>,
    pub(super) last_id: Option<String>,
    pub(super) retry: Option<Duration>,
    /// The last returned event was unterminated.
    is_cut: bool,
    has_place: fn(&[u8], IsMeant) -> bool,
}

/// Decodes the data of an event, and keeps the decoded event. Returns notes of unknown names and
/// values.
pub(super) type Decode<'a> = dyn FnMut(&[u8]) -> Decoded + 'a;

type Decoded = Result<Notes, Mismatch>;

/// Returns `true` for the keys that the type must represent.
type IsMeant = fn(&str) -> bool;

impl Events {
    /// Returns the events of a response whose type is `T`.
    pub(super) fn new<T: Read + Write>(
        call: Call,
        answer: Response<()>,
        bytes: ByteStream,
    ) -> Self {
        Self {
            frames: Some(Frames::new(answer.headers(), bytes)),
            call,
            answer,
            ending: None,
            name: None,
            last_id: None,
            retry: None,
            is_cut: false,
            has_place: has_place::<T>,
        }
    }

    /// Finds the next event. After `Ok`, `decode` has kept it.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
        decode: &mut Decode<'_>,
    ) -> Poll<Option<Result<(), Error>>> {
        for _ in 0..MOST_SKIPPED {
            let Some(frames) = &mut self.frames else {
                return Poll::Ready(None);
            };
            if self.ending.is_some() {
                return self.poll_rest(context);
            }
            let event = match ready!(Pin::new(frames).poll_next(context)) {
                None if self.is_cut => Some(Err(self.cut())),
                None => {
                    self.frames = None;
                    None
                }
                Some(Err(failure)) => Some(Err(self.failure(failure))),
                Some(Ok(frame)) if frame.data.trim_ascii() == DONE => {
                    self.ending = Some(Box::pin(platform::sleep(DISCARD_TIME)));
                    continue;
                }
                Some(Ok(frame)) => {
                    self.open(&frame);
                    self.is_cut = frame.is_cut && !frame.data.trim_ascii().is_empty();
                    let event = self.read(&frame, decode);
                    self.is_cut &= event.is_some();
                    event
                }
            };
            if let Some(event) = event {
                match &self.frames {
                    Some(frames) if event.is_ok() => frames.found_event(),
                    _ => self.frames = None,
                }
                return Poll::Ready(Some(event));
            }
        }
        if self.frames.is_none() {
            return Poll::Ready(None);
        }
        // Yield to other tasks before skipping more.
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Reads the rest of the body, which most servers send at once, so that an HTTP/1.1 connection
    /// can be used again. Returns the end of the events.
    #[cold]
    fn poll_rest(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<(), Error>>> {
        if let (Some(frames), Some(ending)) = (&mut self.frames, &mut self.ending) {
            for _ in 0..MOST_SKIPPED {
                match Pin::new(&mut *frames).poll_next(context) {
                    Poll::Ready(Some(Ok(_))) => {}
                    Poll::Ready(_) => break,
                    Poll::Pending => {
                        ready!(ending.as_mut().poll(context));
                        break;
                    }
                }
            }
        }
        self.frames = None;
        Poll::Ready(None)
    }

    /// Reads the event in a frame. Returns `None` if the frame is a keep-alive.
    fn read(&self, frame: &Frame, decode: &mut Decode<'_>) -> Option<Result<(), Error>> {
        let is_named_error = self.name.as_deref() == Some(ERROR);
        let (data, decoded) = self.decode(frame, decode);
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
    fn decode(&self, frame: &Frame, decode: &mut Decode<'_>) -> (Bytes, Decoded) {
        let names = self.call.operation.event_name;
        let named = |as_text| names.and_then(|names| names.added_to(frame, as_text));
        let Some(data) = named(false) else {
            return (frame.data.clone(), decode(&frame.data));
        };
        let decoded = decode(&data);
        if decoded.is_err()
            && let Some(text) = named(true)
            && let Ok(notes) = decode(&text)
        {
            return (text, Ok(notes));
        }
        (data, decoded)
    }

    fn checked(&self, data: Bytes, decoded: Decoded) -> Result<(), Error> {
        match decoded {
            Ok(notes) => {
                trace::unknown(&self.call, &notes, &data);
                Ok(())
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

impl fmt::Debug for Events {
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
