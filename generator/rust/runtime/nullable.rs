//! Values of properties for which `null` differs from absence.

#![allow(dead_code, reason = "an API may have no such properties")]

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::read::{Cursor, Read, Result};
use super::write::{self, Sink, Write};

/// A value or `null`, for an optional property for which `null` differs from absence.
///
/// `None` omits the property, `Some(Nullable::Null)` sends `null`, and
/// `Some(Nullable::Value(value))` sends a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nullable<T> {
    /// `null`
    Null,
    /// A value.
    Value(T),
}

impl<T> Nullable<T> {
    /// Returns a reference to the value, if there is one.
    pub fn as_option(&self) -> Option<&T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// Returns the value, if there is one.
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Nullable<String> {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Read> Read for Nullable<T> {
    const HAS_NULL: bool = true;

    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        Option::<T>::read(json).map(Into::into)
    }
}

impl<T: Write> Write for Nullable<T> {
    fn write(&self, to: &mut dyn Sink) -> write::Result {
        self.as_option().write(to)
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.as_option().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(Into::into)
    }
}
