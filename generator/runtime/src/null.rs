//! Reading `null` as absence.

use serde::{Deserialize, Deserializer};

/// Reads a value, and `null` as the type's default.
///
/// Servers send `null` for a list or map that they have nothing for, where
/// their description says that it is left out.
///
/// # Errors
///
/// Anything else that is not a `T` is an error.
#[allow(dead_code, reason = "an API may have no optional lists or maps")]
pub fn null_as_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Default + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
