//! Reads an object, each property into the slot for its key.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Read;
use super::cursor::Cursor;
use super::fault::Result;
use super::notes::Unknown;
use super::values;

/// The storage for a property.
pub(crate) trait Slot {
    fn fill(&mut self, json: &mut Cursor<'_>) -> Result;

    /// Returns `true` if a required property is missing.
    fn is_missing(&self) -> bool {
        false
    }
}

/// The storage for unknown properties.
pub(crate) trait Rest {
    fn keep(&mut self, key: &str, json: &mut Cursor<'_>) -> Result;
}

/// A required property.
#[derive(Debug)]
pub(crate) struct Required<T>(Option<T>);

impl<T> Default for Required<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Required<T> {
    /// Returns the value.
    #[allow(clippy::expect_used, reason = "it cannot fail after a successful read")]
    pub(crate) fn get(self) -> T {
        self.0.expect("the slot is filled after a successful read")
    }
}

impl<T: Read> Slot for Required<T> {
    fn fill(&mut self, json: &mut Cursor<'_>) -> Result {
        assign(&mut self.0, T::read(json))
    }

    fn is_missing(&self) -> bool {
        self.0.is_none()
    }
}

impl<T: Read> Slot for Option<T> {
    fn fill(&mut self, json: &mut Cursor<'_>) -> Result {
        if !T::HAS_NULL && json.null() {
            *self = None;
            return Ok(());
        }
        assign(self, T::read(json))
    }
}

/// Stores a value that was read. The function is short, because it is compiled for each type.
fn assign<T>(place: &mut Option<T>, read: Result<T>) -> Result {
    match read {
        Ok(value) => {
            *place = Some(value);
            Ok(())
        }
        Err(fault) => Err(fault),
    }
}

impl<T: Read> Slot for Vec<T> {
    fn fill(&mut self, json: &mut Cursor<'_>) -> Result {
        self.clear();
        if json.null() {
            return Ok(());
        }
        values::list(json, self)
    }
}

impl<T: Read> Slot for BTreeMap<String, T> {
    fn fill(&mut self, json: &mut Cursor<'_>) -> Result {
        self.clear();
        if json.null() {
            return Ok(());
        }
        values::map(json, self)
    }
}

impl Slot for Map<String, Value> {
    fn fill(&mut self, json: &mut Cursor<'_>) -> Result {
        *self = Option::read(json)?.unwrap_or_default();
        Ok(())
    }
}

impl<T: Read> Rest for BTreeMap<String, T> {
    fn keep(&mut self, key: &str, json: &mut Cursor<'_>) -> Result {
        match T::read(json) {
            Ok(value) => {
                self.insert(key.to_owned(), value);
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    }
}

impl Rest for Map<String, Value> {
    fn keep(&mut self, key: &str, json: &mut Cursor<'_>) -> Result {
        self.insert(key.to_owned(), Value::read(json)?);
        Ok(())
    }
}

/// The keys of an object.
#[derive(Debug)]
pub(crate) struct Keys {
    keys: &'static [&'static str],
    /// In JSON, no key is written with escapes.
    are_plain: bool,
}

impl Keys {
    pub(crate) const fn new(keys: &'static [&'static str]) -> Self {
        let mut are_plain = true;
        let mut index = 0;
        while index < keys.len() {
            let key = keys[index].as_bytes();
            let mut byte = 0;
            while byte < key.len() {
                if matches!(key[byte], b'"' | b'\\') {
                    are_plain = false;
                }
                byte += 1;
            }
            index += 1;
        }
        Self { keys, are_plain }
    }

    /// Reads the next key and its index. Servers mostly write properties in the declared order, so
    /// the search starts at `next`.
    fn read<'a>(
        &self,
        json: &mut Cursor<'a>,
        next: usize,
    ) -> Result<(Cow<'a, str>, Option<usize>)> {
        if self.are_plain
            && let Some(expected) = self.keys.get(next)
            && json.skip_key(expected)?
        {
            return Ok((Cow::Borrowed(expected), Some(next)));
        }
        let key = json.next_key()?;
        let (before, after) = self.keys.split_at_checked(next).unwrap_or_default();
        let index = after.iter().position(|known| *known == key);
        let index = index.map(|index| next + index);
        let index = index.or_else(|| before.iter().position(|known| *known == key));
        Ok((key, index))
    }
}

/// Reads an object with these keys, each into the slot at the same index.
pub(crate) fn object(
    json: &mut Cursor<'_>,
    name: &str,
    keys: &Keys,
    slots: &mut [&mut dyn Slot],
    mut rest: Option<&mut dyn Rest>,
) -> Result {
    if json.peek() != Some(b'{') {
        return Err(json.other(&format!("struct {name}")));
    }
    json.open_object(name)?;
    let mut is_first = true;
    let mut next = 0;
    while json.has_property(is_first)? {
        is_first = false;
        let (key, index) = keys.read(json, next)?;
        let slot = index.and_then(|index| slots.get_mut(index));
        let read = match (slot, &mut rest) {
            (Some(slot), _) => slot.fill(json),
            (None, Some(rest)) => rest.keep(&key, json),
            (None, None) => {
                json.unknown += 1;
                json.skip().map(|_| json.note(Unknown::Field))
            }
        };
        read.map_err(|fault| fault.under_key(&key))?;
        next = index.map_or(next, |index| index + 1);
    }
    let missing = slots.iter().position(|slot| slot.is_missing());
    match missing.and_then(|index| keys.keys.get(index)) {
        None => Ok(()),
        Some(key) => Err(json.data(format_args!("missing field `{key}`"))),
    }
}
