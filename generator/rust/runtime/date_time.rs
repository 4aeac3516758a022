//! Readers of dates and times. Servers may omit the fraction of a second and the offset.

#![allow(dead_code, reason = "an API may have only dates, or only times")]

use std::fmt::{self, Display, Formatter};

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};

use super::read::{Cursor, Fault, Read, Result};
use super::write::{self, Sink, Write};

impl Read for DateTime<Utc> {
    const STARTS: &'static [u8] = b"\"";

    /// Reads an RFC 3339 time. A time without an offset is UTC.
    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        const EXPECTED: &str = "a date and time such as 2024-01-31T12:00:00Z";
        let text = json.string(EXPECTED)?;
        time(&text).ok_or_else(|| mismatch(json, &text, EXPECTED))
    }
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    let with_offset = || text.parse().ok();
    let without_offset = || text.replacen(' ', "T", 1).parse::<NaiveDateTime>().ok();
    common_time(text)
        .or_else(with_offset)
        .or_else(|| without_offset().map(|time| time.and_utc()))
}

/// Reads the format that most servers write, `2024-01-31T12:00:00Z` with an optional fraction, in a
/// tenth of the time of the general parser. Returns `None` for all other texts.
fn common_time(text: &str) -> Option<DateTime<Utc>> {
    let (time, fraction) = text.as_bytes().split_first_chunk()?;
    let &[
        y,
        e,
        a,
        r,
        b'-',
        m,
        o,
        b'-',
        d,
        day,
        b'T',
        h,
        hour,
        b':',
        n,
        min,
        b':',
        s,
        second,
    ] = time
    else {
        return None;
    };
    let date = NaiveDate::from_ymd_opt(
        number(&[y, e, a, r])?.try_into().ok()?,
        number(&[m, o])?,
        number(&[d, day])?,
    )?;
    let nanoseconds = match fraction.strip_suffix(b"Z")? {
        [] => 0,
        [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => {
            let scale = 9 - u32::try_from(digits.len()).ok()?;
            number(digits)? * 10_u32.pow(scale)
        }
        _ => return None,
    };
    let (hour, minute) = (number(&[h, hour])?, number(&[n, min])?);
    let time = date.and_hms_nano_opt(hour, minute, number(&[s, second])?, nanoseconds)?;
    Some(time.and_utc())
}

/// Returns the number that at most nine digits represent.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        Some(number * 10 + digit)
    })
}

#[cold]
fn mismatch(json: &Cursor<'_>, text: &str, expected: &str) -> Box<Fault> {
    json.data(format_args!(
        "invalid value: string {text:?}, expected {expected}"
    ))
}

impl Read for NaiveDate {
    const STARTS: &'static [u8] = b"\"";

    /// Reads a date. The time of a date with a time is ignored.
    fn read(json: &mut Cursor<'_>) -> Result<Self> {
        const EXPECTED: &str = "a date such as 2024-01-31";
        let text = json.string(EXPECTED)?;
        let date = text.parse().ok();
        date.or_else(|| date_of_time(&text))
            .ok_or_else(|| mismatch(json, &text, EXPECTED))
    }
}

/// Returns the date of a date with a time, in the offset of the text.
fn date_of_time(text: &str) -> Option<NaiveDate> {
    time(text)?;
    text.get(..10)?.parse().ok()
}

impl Write for DateTime<Utc> {
    fn write(&self, to: &mut dyn Sink) -> write::Result {
        to.string(&Rfc3339(*self).to_string())
    }
}

impl Write for NaiveDate {
    fn write(&self, to: &mut dyn Sink) -> write::Result {
        to.string(&self.to_string())
    }
}

/// A time in a path or a header, formatted as RFC 3339 like in bodies. The `Display` of `DateTime`
/// is not RFC 3339.
#[derive(Clone, Copy, Debug)]
pub struct Rfc3339(pub DateTime<Utc>);

impl Display for Rfc3339 {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}
