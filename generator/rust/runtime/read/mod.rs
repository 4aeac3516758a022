//! Reads JSON into the types of the API.
//!
//! Each type has one reader over a [`Cursor`]. The reader is not generic over a deserializer, so it
//! is compiled once, in this crate, and not in each program that uses it. A [`Fault`] collects its
//! path while it is returned, so a body is read only once.

#![allow(dead_code, unused_imports, reason = "an API may not use all of it")]

mod cursor;
mod fault;
mod notes;
mod object;
#[cfg(feature = "tracing")]
mod paths;
mod union;
mod values;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _};
use serde_json::Value;

pub use cursor::Cursor;
pub use fault::{Fault, Result};
pub(crate) use notes::{Notes, Unknown};
pub(crate) use object::{Keys, Required, Rest, Slot, object};
#[cfg(feature = "tracing")]
pub(super) use paths::paths;
pub(crate) use union::{Variant, is_text, union};

/// The path of a mismatch, such as `data[0].id`, and the error.
pub(super) type Failure = (String, serde_json::Error);

/// A type that can be read from JSON.
pub trait Read: Sized {
    /// `true` if `null` is a value of the type. For other types, a `null` optional property is read
    /// as absent.
    const HAS_NULL: bool = false;

    /// The first bytes of the JSON values that can be read as this type. Empty means all.
    const STARTS: &'static [u8] = b"";

    /// Reads the next value.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not JSON, or not a value of this type.
    fn read(json: &mut Cursor<'_>) -> Result<Self>;
}

/// Reads a value of another crate's type.
pub(crate) fn external<T: DeserializeOwned>(json: &mut Cursor<'_>) -> Result<T> {
    let value = Value::read(json)?;
    serde_json::from_value(value).map_err(|error| json.data(format_args!("{error}")))
}

/// The UTF-8 byte order mark, which some servers send.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Removes the byte order mark.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

/// Reads a whole text as one value.
///
/// # Errors
///
/// Returns an error if the text is not JSON, or not a value of this type.
pub fn from_slice<T: Read>(text: &[u8]) -> Result<T> {
    let mut slot = Required::default();
    fill(without_mark(text), &mut slot)?;
    Ok(slot.get())
}

/// Reads a whole body as one value. Also returns notes of unknown names and values.
pub(super) fn decode<T: Read>(body: &[u8]) -> std::result::Result<(T, Notes), Failure> {
    let mut slot = Required::default();
    match decode_into(body, &mut slot) {
        Ok(notes) => Ok((slot.get(), notes)),
        Err(failure) => Err(failure),
    }
}

/// Reads a whole body into a slot. Returns notes of unknown names and values.
pub(super) fn decode_into(body: &[u8], slot: &mut dyn Slot) -> std::result::Result<Notes, Failure> {
    let body = without_mark(body);
    fill(body, slot).map_err(|fault| fault.locate(body))
}

fn fill(body: &[u8], slot: &mut dyn Slot) -> Result<Notes> {
    // If a byte is not UTF-8, reading the text before it fails at the path of the byte.
    let (text, is_whole) = match std::str::from_utf8(body) {
        Ok(text) => (text, true),
        Err(error) => {
            let valid = body.get(..error.valid_up_to()).unwrap_or_default();
            (std::str::from_utf8(valid).unwrap_or_default(), false)
        }
    };
    let mut json = Cursor::new(text);
    slot.fill(&mut json)?;
    if is_whole {
        json.end()?;
        Ok(json.notes)
    } else {
        Err(json.syntax())
    }
}

/// Reads a type for a caller that uses `serde`.
pub(crate) fn deserialize<'de, T: Read, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<T, D::Error> {
    of_value(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Reads a type from a value in memory.
pub(super) fn of_value<T: Read>(value: &Value) -> Result<T> {
    from_slice(value.to_string().as_bytes())
}
