//! Compares the reader of a client on bytes with `serde_json`, which reads a `Value` first. Both
//! must accept a body and read equal values, or both must reject it.
//!
//! A body with duplicate property names may be read differently. Both use the last property. But
//! the reader of a client also rejects duplicates of the wrong type, and selects the variant of a
//! union by the first. Only `serde_json` parses the numbers of unknown properties, and rejects a
//! number that is out of range.

use std::collections::BTreeSet;
use std::fmt::{self, Debug};

use serde::de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Number, Value};

use crate::runtime::read::{Read, from_slice};

/// Reads a body with both readers.
///
/// # Panics
///
/// Panics if the results differ, or if a value does not round-trip.
pub fn compare<T>(body: &[u8])
where
    T: Read + DeserializeOwned + Serialize + Debug,
{
    // Unlike `serde_json`, the reader accepts a byte order mark.
    if body.starts_with(b"\xef\xbb\xbf") {
        return;
    }
    let shown = || String::from_utf8_lossy(body).into_owned();
    match (from_slice::<T>(body), serde_json::from_slice::<T>(body)) {
        (Ok(ours), Ok(theirs)) => {
            let text = json(&ours).to_string();
            let again = from_slice::<T>(text.as_bytes()).expect("what was written is read");
            let [ours_json, theirs_json, again_json] = [&ours, &theirs, &again].map(json);
            let is_same = same(&ours_json, &theirs_json) && same(&ours_json, &again_json);
            assert!(
                is_same || repeats_a_name(body),
                "{}: {ours:?}, {theirs:?}, {again:?}",
                shown()
            );
        }
        (Err(_), Err(_)) => {}
        (Err(_), Ok(_)) | (Ok(_), Err(_)) if repeats_a_name(body) => {}
        (Ok(_), Err(error)) if error.to_string().starts_with("number out of range") => {}
        (ours, theirs) => panic!("{}: {ours:?}, {theirs:?}", shown()),
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("it is written")
}

/// Returns `true` if two values are equal, except for the last digit of a float, which `serde_json`
/// rounds differently.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || is_close(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let is_same = |(key, one): (&String, &Value)| {
                other.get(key).is_some_and(|other| same(one, other))
            };
            one.len() == other.len() && one.iter().all(is_same)
        }
        (one, other) => one == other,
    }
}

fn is_close(one: &Number, other: &Number) -> bool {
    if !one.is_f64() || !other.is_f64() {
        return false;
    }
    let numbers = one.as_f64().zip(other.as_f64());
    numbers.is_some_and(|(one, other)| (one - other).abs() <= one.abs() * 1e-15)
}

/// Returns `true` if an object in a body has two properties with one name.
fn repeats_a_name(body: &[u8]) -> bool {
    serde_json::from_slice::<Distinct>(body).is_err()
}

/// JSON in which no object has two properties with one name.
struct Distinct;

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Distinct {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        let mut names = BTreeSet::new();
        while let Some((name, Self)) = entries.next_entry::<String, Self>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("two properties have one name"));
            }
        }
        Ok(self)
    }
}
