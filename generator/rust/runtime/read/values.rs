//! Readers of standard types.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::cursor::{Cursor, is_integer};
use super::fault::Result;
use super::{Read, Rest};

/// The largest number up to which every integer is exactly representable as `f64`.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// The first bytes of a number.
const NUMBER: &[u8] = b"-0123456789";

impl Read for bool {
    const STARTS: &'static [u8] = b"tf";

    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        json.boolean()
    }
}

impl Read for String {
    const STARTS: &'static [u8] = b"\"";

    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        json.string("a string").map(Into::into)
    }
}

/// Reads an integer, which may be written as `1.0`.
fn integer<T: FromStr + TryFrom<i64>>(json: &mut Cursor<'_>, expected: &str) -> Result<T> {
    if let Some((integer, length)) = json.short_integer()
        && let Ok(integer) = T::try_from(integer)
    {
        json.advance(length);
        return Ok(integer);
    }
    let number = json.number(expected)?;
    if let Ok(integer) = number.parse() {
        return Ok(integer);
    }
    let (kind, found) = match is_integer(number) {
        // `-0` is an integer that unsigned types do not parse.
        true => ("value: integer", (number == "-0").then_some(0)),
        false if json.is_strict => ("type: floating point", None),
        false => ("type: floating point", whole(number)),
    };
    let integer = found.and_then(|integer| T::try_from(integer).ok());
    integer.ok_or_else(|| {
        json.data(format_args!(
            "invalid {kind} `{number}`, expected {expected}"
        ))
    })
}

/// Returns the value of a number with a fraction or an exponent, if it is an integer.
fn whole(number: &str) -> Option<i64> {
    let float: f64 = number.parse().ok()?;
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the cast is exact within these bounds"
    )]
    let integer = float as i64;
    (float.fract() == 0.0 && float.abs() <= MAX_EXACT).then_some(integer)
}

macro_rules! integers {
    ($($ty:ident)*) => {
        $(impl Read for $ty {
            const STARTS: &'static [u8] = NUMBER;

            fn read(json: &mut Cursor<'_>) -> Result<Self> {
                integer(json, stringify!($ty))
            }
        })*
    };
}
integers!(i8 i16 i32 i64 u8 u16 u32 u64);

impl Read for f64 {
    const STARTS: &'static [u8] = NUMBER;

    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        match json.number("f64")?.parse::<Self>() {
            Ok(float) if float.is_finite() => Ok(float),
            _ => Err(json.data(format_args!("number out of range"))),
        }
    }
}

impl Read for f32 {
    const STARTS: &'static [u8] = NUMBER;

    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        match json.number("f32")?.parse::<Self>() {
            Ok(float) if float.is_finite() => Ok(float),
            _ => Err(json.data(format_args!("number out of range"))),
        }
    }
}

impl Read for Value {
    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        let value = json.skip()?;
        serde_json::from_str(value).map_err(|error| json.data(format_args!("{error}")))
    }
}

impl Read for Map<String, Value> {
    const STARTS: &'static [u8] = b"{";

    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        if json.peek() != Some(b'{') {
            return Err(json.other("a map"));
        }
        match Value::read(json)? {
            Value::Object(map) => Ok(map),
            _ => Ok(Self::new()),
        }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        if json.null() {
            return Ok(None);
        }
        T::read(json).map(Some)
    }
}

impl<T: Read> Read for Box<T> {
    const STARTS: &'static [u8] = T::STARTS;

    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        T::read(json).map(Self::new)
    }
}

impl<T: Read> Read for Vec<T> {
    const STARTS: &'static [u8] = b"[";

    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        let mut items = Self::new();
        match list(json, &mut items) {
            Ok(()) => Ok(items),
            Err(fault) => Err(fault),
        }
    }
}

impl<T: Read> Read for BTreeMap<String, T> {
    const STARTS: &'static [u8] = b"{";

    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        let mut entries = Self::new();
        map(json, &mut entries)?;
        Ok(entries)
    }
}

/// A collection that can be read from a list.
pub(super) trait Items {
    fn add(&mut self, json: &mut Cursor<'_>) -> Result;
}

impl<T: Read> Items for Vec<T> {
    fn add(&mut self, json: &mut Cursor<'_>) -> Result {
        match T::read(json) {
            Ok(item) => {
                self.push(item);
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    }
}

pub(super) fn list(json: &mut Cursor<'_>, items: &mut dyn Items) -> Result {
    json.open_list()?;
    let mut index = 0;
    while json.has_item(index == 0)? {
        items.add(json).map_err(|fault| fault.under_index(index))?;
        index += 1;
    }
    Ok(())
}

pub(super) fn map(json: &mut Cursor<'_>, entries: &mut dyn Rest) -> Result {
    json.open_object("a map")?;
    let mut is_first = true;
    while let Some(key) = json.key(is_first)? {
        is_first = false;
        entries
            .keep(&key, json)
            .map_err(|fault| fault.under_key(&key))?;
    }
    Ok(())
}
