//! Writes an object: the values of its fields under their keys.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Result, Sink, Write};

/// The key of a property.
pub(crate) struct Key {
    name: &'static str,
    /// The property is omitted if its value is absent.
    is_optional: bool,
    /// The property is omitted from requests.
    is_read_only: bool,
}

impl Key {
    /// Creates the key of a property that is always written.
    pub(crate) const fn required(name: &'static str) -> Self {
        Self {
            name,
            is_optional: false,
            is_read_only: false,
        }
    }

    /// Creates the key of a property that is omitted if its value is absent.
    pub(crate) const fn optional(name: &'static str) -> Self {
        Self {
            name,
            is_optional: true,
            is_read_only: false,
        }
    }

    /// Creates the key of a property that is omitted from requests, or if its value is absent.
    pub(crate) const fn read_only(name: &'static str) -> Self {
        Self {
            name,
            is_optional: true,
            is_read_only: true,
        }
    }
}

/// The unknown properties of an object.
pub(crate) trait Entries {
    fn write_entries(&self, to: &mut dyn Sink) -> Result;
}

impl<T: Write> Entries for BTreeMap<String, T> {
    fn write_entries(&self, to: &mut dyn Sink) -> Result {
        for (key, value) in self {
            to.key(key)?;
            value.write(to)?;
        }
        Ok(())
    }
}

impl Entries for Map<String, Value> {
    fn write_entries(&self, to: &mut dyn Sink) -> Result {
        for (key, value) in self {
            to.key(key)?;
            to.value(value)?;
        }
        Ok(())
    }
}

/// Writes an object with these keys, each with the value at the same index.
pub(crate) fn object(
    to: &mut dyn Sink,
    keys: &[Key],
    values: &[&dyn Write],
    rest: Option<&dyn Entries>,
) -> Result {
    to.open_object()?;
    for (key, value) in keys.iter().zip(values) {
        if (key.is_optional && value.is_absent()) || (key.is_read_only && to.is_request()) {
            continue;
        }
        to.key(key.name)?;
        value.write(to)?;
    }
    if let Some(rest) = rest {
        rest.write_entries(to)?;
    }
    to.close_object()
}
