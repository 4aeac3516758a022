//! Writes the types of the API as JSON and as query parameters.
//!
//! Each type has one writer to a [`Sink`]. The writer is not generic over a serializer, so it is
//! compiled once, in this crate, for bodies, forms, and queries. The `serde::Serialize`
//! implementations also use the writers.

#![allow(dead_code, unused_imports, reason = "an API may not use all of it")]

mod json;
mod object;
mod tree;
mod values;

use std::fmt::{self, Display, Formatter};

use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;

pub(super) use tree::Tree;

pub(crate) use object::{Entries, Key, object};

/// A type that can be written as JSON.
pub trait Write {
    /// Writes the value.
    ///
    /// # Errors
    ///
    /// Returns an error if the format of the sink cannot represent the value. JSON cannot represent
    /// a number that is not finite.
    fn write(&self, to: &mut dyn Sink) -> Result;

    /// Returns `true` if an optional property with this value is omitted.
    fn is_absent(&self) -> bool {
        false
    }
}

/// A receiver of the events of a value, in the order of its JSON text.
///
/// # Errors
///
/// Each method returns an error if the format of the sink does not allow the value here.
pub trait Sink {
    /// Returns `true` if the value is sent in a request. Read-only properties are then omitted.
    fn is_request(&self) -> bool {
        true
    }

    /// Receives `null`.
    fn null(&mut self) -> Result;
    /// Receives a boolean.
    fn boolean(&mut self, value: bool) -> Result;
    /// Receives a signed integer.
    fn signed(&mut self, value: i64) -> Result;
    /// Receives an unsigned integer.
    fn unsigned(&mut self, value: u64) -> Result;
    /// Receives a single-precision number.
    fn single(&mut self, value: f32) -> Result;
    /// Receives a double-precision number.
    fn double(&mut self, value: f64) -> Result;
    /// Receives a string.
    fn string(&mut self, value: &str) -> Result;
    /// Receives a JSON value.
    fn value(&mut self, value: &Value) -> Result;
    /// Starts a list. Its items follow.
    fn open_list(&mut self) -> Result;
    /// Ends a list.
    fn close_list(&mut self) -> Result;
    /// Starts an object. A key and a value follow for each property.
    fn open_object(&mut self) -> Result;
    /// Receives the key of the next value.
    fn key(&mut self, key: &str) -> Result;
    /// Ends an object.
    fn close_object(&mut self) -> Result;
}

/// The result of writing.
pub type Result<T = ()> = std::result::Result<T, Error>;

/// The error of a value that the format of a sink cannot represent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    /// Creates an error with a reason.
    #[cold]
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// Creates the error of a number that is infinite or NaN.
    #[cold]
    pub(super) fn not_finite(number: impl Display) -> Self {
        Self(format!("{number} is not a finite number"))
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Returns a value as JSON text.
///
/// # Errors
///
/// Returns an error if a number is not finite.
pub fn to_json(value: &dyn Write) -> Result<String> {
    json::text(value)
}

/// Converts a value into a [`Value`].
///
/// # Errors
///
/// Returns an error if the writer of the value fails.
pub(super) fn to_value(value: &dyn Write) -> Result<Value> {
    serde_json::to_value(Tree::of(value)?).map_err(|error| Error::new(error.to_string()))
}

/// Writes a value of another crate's type.
pub(crate) fn external<T: Serialize>(value: &T, to: &mut dyn Sink) -> Result {
    let value = serde_json::to_value(value).map_err(|error| Error::new(error.to_string()))?;
    to.value(&value)
}

/// Writes a value for a caller that uses `serde`.
pub(crate) fn serialize<S: Serializer>(
    value: &dyn Write,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    Tree::of(value)
        .map_err(S::Error::custom)?
        .serialize(serializer)
}
