//! Reading JSON as servers write it.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, Error};

use super::json_path::{self, Fault};

/// The largest number up to which every whole one is a float of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// How often a body is read again with integers in one place more. Alike places, which
/// differ only in their indices, are one.
const MOST_READINGS: usize = 64;

/// Where a body does not match, and why.
type Failure = (String, serde_json::Error);

/// Reads the whole of a body as one JSON value, or returns where it failed.
///
/// A number such as `1.0` is taken where an integer is expected. Keeping track of
/// the place takes half as long again as reading, so that a body is read once more
/// to find it.
pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok(value);
    }
    let mut body = Cow::Borrowed(body);
    let mut failure = match read(&body) {
        Ok(value) => return Ok(value),
        Err(failure) => failure,
    };
    for _ in 0..MOST_READINGS {
        let (path, error) = &failure;
        let Some(again) = with_integers(&body, path).filter(|_| error.is_data()) else {
            break;
        };
        match read(&again) {
            Ok(value) => return Ok(value),
            // It is no integer that is wanted there.
            Err((next, _)) if next == *path => break,
            Err(next) => failure = next,
        }
        body = Cow::Owned(again);
    }
    Err(failure)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| located(body, error.path().to_string(), error.into_inner()))?;
    json.end()
        .map_err(|error| (json_path::ROOT.to_owned(), error))?;
    Ok(value)
}

/// Returns a failure with the place that a union named in its error, in the path and
/// in the line and column, which are else those after the union.
fn located(body: &[u8], path: String, error: serde_json::Error) -> Failure {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let reason = text.strip_suffix(&position).unwrap_or(&text);
    let fault = Fault::new(path.clone(), reason);
    if fault.path == path && error.line() > 0 {
        return (path, error);
    }
    let position = position_after(body, &fault.path).unwrap_or(position);
    let error = serde_json::Error::custom(fault.reason + &position);
    (fault.path, error)
}

/// Returns the line and column at which the value at a path ends, in the words from
/// which `serde_json` takes them.
fn position_after(body: &[u8], path: &str) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let end = json_path::find(text, path)?.end;
    let (mut line, mut column) = (1, end);
    if let Some((before, last)) = text[..end].rsplit_once('\n') {
        line += before.matches('\n').count() + 1;
        column = last.len();
    }
    Some(format!(" at line {line} column {column}"))
}

/// Returns a body with integers in place of the whole numbers that are written as
/// fractions at a path, or one alike, if there are any.
fn with_integers(body: &[u8], path: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let mut again = text.to_owned();
    // From the last to the first, for the others to stay where they are.
    for place in json_path::find_alike(text, path).into_iter().rev() {
        if let Some(integer) = integer(&text[place.clone()]) {
            // As wide as before, so that what follows has the same line and column.
            let width = place.len();
            again.replace_range(place, &format!("{integer:<width$}"));
        }
    }
    (again != text).then(|| again.into_bytes())
}

/// Returns the integer that a number stands for that is written as a fraction.
pub(super) fn integer(json: &str) -> Option<i64> {
    if json.parse::<i64>().is_ok() {
        return None;
    }
    let float: f64 = json.parse().ok()?;
    // The cast is exact within these bounds.
    (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
}
