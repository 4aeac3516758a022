//! Dates with times as servers write them: with a fraction of a second or without,
//! and sometimes without saying of which time zone they are.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// Reads a date and time of RFC 3339. One without an offset is taken as UTC.
///
/// # Errors
///
/// Anything else is an error.
#[allow(dead_code, reason = "an API may have no date that is required")]
pub fn date_time<'de, D>(deserializer: D) -> Result<DateTime<Utc>, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(DateTimeVisitor)
}

/// Reads what [`date_time`] reads, and `null` as absence.
///
/// # Errors
///
/// Anything else is an error.
#[allow(dead_code, reason = "an API may have no date that is optional")]
pub fn optional_date_time<'de, D>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error>
where
    D: Deserializer<'de>,
{
    let moment = Option::<Moment>::deserialize(deserializer)?;
    Ok(moment.map(|Moment(moment)| moment))
}

struct Moment(DateTime<Utc>);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        date_time(deserializer).map(Self)
    }
}

struct DateTimeVisitor;

impl Visitor<'_> for DateTimeVisitor {
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
