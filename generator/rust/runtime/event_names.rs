//! Names of events. A name selects a variant of a union, or identifies a keep-alive event.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::event_frames::Frame;
use super::operation::EventName;
use super::read;

/// Names of events that servers send to keep a connection alive.
const PINGS: [&str; 5] = ["ping", "heartbeat", "keep-alive", "keepalive", "keep_alive"];

/// Parts of the names in [`PINGS`]. Each name contains one of them.
const WORDS: [&[u8; 4]; 3] = [b"ping", b"beat", b"keep"];

/// The maximum length of the data of a ping that has no name, in bytes.
const LONGEST_PING: usize = 128;

/// Properties that contain the kind of an event.
const KINDS: [&str; 3] = ["type", "event", "kind"];

impl EventName {
    /// Adds the name to the JSON of an event that does not contain it. If `as_text` is `true`, the
    /// data becomes a string, even if it is JSON.
    pub(super) fn added_to(self, frame: &Frame, as_text: bool) -> Option<Bytes> {
        let name = frame.name.as_deref().filter(|name| !name.is_empty());
        // Most events are complete without a name.
        let name = name.or((!self.fields.is_empty()).then_some("message"))?;
        let data = read::without_mark(&frame.data);
        let value = match as_text {
            true => None,
            false => serde_json::from_slice(data).ok(),
        };
        let mut object = match (value, self.fields.is_empty()) {
            (Some(Value::Object(object)), _) if object.contains_key(self.property) => return None,
            (Some(Value::Object(object)), true) => object,
            (None, true) if data.is_empty() => Map::new(),
            (_, true) => return None,
            (value, false) => {
                let value = value.or_else(|| {
                    let text = std::str::from_utf8(data).ok()?;
                    (!text.is_empty()).then(|| text.into())
                });
                self.envelope(frame, value)
            }
        };
        object.insert(self.property.to_owned(), name.into());
        serde_json::to_vec(&object).ok().map(Bytes::from)
    }

    /// Returns the fields of an event.
    fn envelope(self, frame: &Frame, data: Option<Value>) -> Map<String, Value> {
        let fields = self.fields.iter().filter_map(|field| {
            let value = match *field {
                "data" => data.clone()?,
                "id" => frame.id.clone()?.into(),
                _ => u64::try_from(frame.retry?.as_millis()).ok()?.into(),
            };
            Some(((*field).to_owned(), value))
        });
        fields.collect()
    }
}

/// Returns `true` if the name or the data identifies a keep-alive event.
pub(super) fn is_ping(frame: &Frame) -> bool {
    let is_one = |name: &str| PINGS.iter().any(|ping| name.eq_ignore_ascii_case(ping));
    if frame.name.as_deref().is_some_and(is_one) {
        return true;
    }
    // Parsing is slower than this search, and most events are no keep-alive.
    if frame.data.len() > LONGEST_PING || !may_be_ping(&frame.data) {
        return false;
    }
    match serde_json::from_slice(&frame.data) {
        Ok(Value::String(text)) => is_one(&text),
        Ok(Value::Object(object)) => {
            let mut kinds = KINDS.iter().filter_map(|kind| object.get(*kind)?.as_str());
            kinds.any(is_one)
        }
        Ok(_) => false,
        Err(_) => std::str::from_utf8(&frame.data).is_ok_and(|text| is_one(text.trim())),
    }
}

/// Returns `true` if the data contains one of the [`WORDS`], or an escape that can hide one.
fn may_be_ping(data: &[u8]) -> bool {
    let is_word = |four: &[u8]| WORDS.iter().any(|word| four.eq_ignore_ascii_case(*word));
    data.windows(4).any(is_word) || data.contains(&b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_keep_alive_event_contains_a_word() {
        for name in PINGS {
            assert!(may_be_ping(name.to_uppercase().as_bytes()), "{name}");
        }
        assert!(may_be_ping(b"{\"type\":\"\\u0070ing\"}"));
        assert!(!may_be_ping(b"{\"type\":\"text\",\"text\":\"a\"}"));
    }
}
