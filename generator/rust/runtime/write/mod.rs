//! Writes the types of the API, as JSON and as query parameters.
//!
//! Each type has one writer to a [`Sink`], which is not generic over a serializer. So it is
//! compiled once, in this crate, for bodies, forms, and queries. `serde::Serialize` of a type
//! goes through its writer as well.

#![allow(dead_code, unused_imports, reason = "an API may not need all of it")]

mod json;
mod object;
mod tree;
mod values;

use std::fmt::{self, Display, Formatter};

use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;

pub(super) use tree::Tree;

pub(crate) use object::{Entries, Key, object};

/// A type that is written as JSON.
pub trait Write {
    /// Writes the value.
    ///
    /// # Errors
    ///
    /// If the format of the sink cannot hold the value. JSON cannot hold a number that is not
    /// finite.
    fn write(&self, to: &mut dyn Sink) -> Result;

    /// Returns `true` if an optional property with this value is left out.
    fn is_absent(&self) -> bool {
        false
    }
}

/// A receiver of a value, in the order of its JSON text.
///
/// # Errors
///
/// Each method fails if the value cannot stand here in the format of the sink.
pub trait Sink {
    /// Returns `true` if the value is sent in a request, which leaves out properties that only
    /// responses have.
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
    /// Receives a number of single precision.
    fn single(&mut self, value: f32) -> Result;
    /// Receives a number of double precision.
    fn double(&mut self, value: f64) -> Result;
    /// Receives a string.
    fn string(&mut self, value: &str) -> Result;
    /// Receives a whole value.
    fn value(&mut self, value: &Value) -> Result;
    /// Begins a list. Its items follow.
    fn open_list(&mut self) -> Result;
    /// Ends a list.
    fn close_list(&mut self) -> Result;
    /// Begins an object. A key and a value follow for each property.
    fn open_object(&mut self) -> Result;
    /// Receives the key of the next value.
    fn key(&mut self, key: &str) -> Result;
    /// Ends an object.
    fn close_object(&mut self) -> Result;
}

/// The result of writing.
pub type Result<T = ()> = std::result::Result<T, Error>;

/// The error of a value that the format of a sink cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    /// Returns the error of a value that cannot be sent for this reason.
    #[cold]
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// Returns the error of a number that is infinite or no number.
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
/// If a number is not finite.
pub fn to_json(value: &dyn Write) -> Result<String> {
    json::text(value)
}

/// Returns a value in memory.
///
/// # Errors
///
/// If the writer of the value fails.
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
