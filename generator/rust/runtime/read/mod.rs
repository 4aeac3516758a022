//! Reads JSON into the types of the API.
//!
//! Each type has one reader over a [`Cursor`], which is not generic over a
//! deserializer. So it is compiled once, in this crate, and not again in each program
//! that uses it. A [`Fault`] collects its path on the way out, so a body is read once.

#![allow(dead_code, unused_imports, reason = "an API may not need all of it")]

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
pub(crate) use object::{Required, Rest, Slot, object};
#[cfg(feature = "tracing")]
pub(super) use paths::paths;
pub(crate) use union::{Variant, union};

/// Where a body does not match its type, as a path such as `data[0].id`, and why.
pub(super) type Failure = (String, serde_json::Error);

/// A type that is read from JSON.
pub trait Read: Sized {
    /// `null` is a value of the type. Elsewhere, an optional property that is `null` is
    /// absent.
    const HAS_NULL: bool = false;

    /// Reads the next value.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, or not a value of this type.
    fn read(json: &mut Cursor<'_>) -> Result<Self>;
}

/// Reads a value of another crate's type.
pub(crate) fn external<T: DeserializeOwned>(json: &mut Cursor<'_>) -> Result<T> {
    let value = Value::read(json)?;
    serde_json::from_value(value).map_err(|error| json.data(error.to_string()))
}

/// What some servers write before a text to say that it is UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Returns a text without the mark.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

/// Reads all of a text as one value.
///
/// # Errors
///
/// If the text is not JSON, or not a value of this type.
pub fn from_slice<T: Read>(text: &[u8]) -> Result<T> {
    let mut slot = Required::default();
    fill(without_mark(text), &mut slot)?;
    Ok(slot.get())
}

/// Reads all of a body as one value. Returns what is unknown in it as well.
pub(super) fn decode<T: Read>(body: &[u8]) -> std::result::Result<(T, Notes), Failure> {
    let mut slot = Required::default();
    match decode_into(body, &mut slot) {
        Ok(notes) => Ok((slot.get(), notes)),
        Err(failure) => Err(failure),
    }
}

/// Reads all of a body into a slot. Returns what is unknown in it.
pub(super) fn decode_into(body: &[u8], slot: &mut dyn Slot) -> std::result::Result<Notes, Failure> {
    let body = without_mark(body);
    fill(body, slot).map_err(|fault| fault.locate(body))
}

fn fill(body: &[u8], slot: &mut dyn Slot) -> Result<Notes> {
    // The text before a byte that is not UTF-8 ends early, which has the path of the byte.
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
