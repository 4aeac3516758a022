//! Dates with times as servers write them: with a fraction of a second or without,
//! and sometimes without saying of which time zone they are.

#![allow(
    dead_code,
    unused_imports,
    reason = "an API may have some of these only"
)]

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};

/// A property of an object that is always there.
pub(crate) mod required_date_time {
    pub(crate) use super::super::object::required::{finish, write};
    pub(crate) use super::read;
}

/// One that is left out when it is absent.
pub(crate) mod optional_date_time {
    pub(crate) use super::super::object::optional::{finish, write};
    pub(crate) use super::read_optional as read;
}

/// One that is written as `null` when it is absent.
pub(crate) mod nullable_date_time {
    pub(crate) use super::super::object::nullable::{finish, write};
    pub(crate) use super::read_optional as read;
}

/// Reads dates and times of RFC 3339. One without an offset is taken as UTC.
pub(crate) fn read<'de, A, T>(map: &mut A) -> Result<T, A::Error>
where
    A: MapAccess<'de>,
    T: OfMoments,
{
    map.next_value().map(T::new)
}

/// Reads what [`read`] reads, and `null` as absence.
pub(crate) fn read_optional<'de, A, T>(map: &mut A) -> Result<T, A::Error>
where
    A: MapAccess<'de>,
    T: Default + OfMoments,
{
    let moments = map.next_value::<Option<T::Moments>>()?;
    Ok(moments.map_or_else(T::default, T::new))
}

/// A date and time, or what holds some.
pub(crate) trait OfMoments {
    /// The same with dates and times as they are read.
    type Moments: for<'de> Deserialize<'de>;

    fn new(moments: Self::Moments) -> Self;
}

impl OfMoments for DateTime<Utc> {
    type Moments = Moment;

    fn new(Moment(moment): Moment) -> Self {
        moment
    }
}

impl<T: OfMoments> OfMoments for Option<T> {
    type Moments = Option<T::Moments>;

    fn new(moments: Self::Moments) -> Self {
        moments.map(T::new)
    }
}

impl<T: OfMoments> OfMoments for Vec<T> {
    type Moments = Vec<T::Moments>;

    fn new(moments: Self::Moments) -> Self {
        moments.into_iter().map(T::new).collect()
    }
}

impl<K, T> OfMoments for HashMap<K, T>
where
    K: Eq + Hash + for<'de> Deserialize<'de>,
    T: OfMoments,
{
    type Moments = HashMap<K, T::Moments>;

    fn new(moments: Self::Moments) -> Self {
        let moments = moments.into_iter();
        moments.map(|(key, moment)| (key, T::new(moment))).collect()
    }
}

pub(crate) struct Moment(DateTime<Utc>);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(MomentVisitor).map(Self)
    }
}

struct MomentVisitor;

impl Visitor<'_> for MomentVisitor {
    type Value = DateTime<Utc>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date and time such as 2024-01-31T12:00:00Z")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if let Ok(moment) = text.parse() {
            return Ok(moment);
        }
        let without_offset: Result<NaiveDateTime, _> = text.replacen(' ', "T", 1).parse();
        without_offset
            .map(|moment| moment.and_utc())
            .map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}
