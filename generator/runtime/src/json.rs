//! Reading JSON as servers write it.

use serde::de::DeserializeOwned;
use serde_json::{Number, Value};

/// The largest number up to which every whole one is a float of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads the whole of a body as one JSON value, or returns where it failed.
///
/// A number such as `1.0` is taken where an integer is expected. Keeping track of
/// the place takes half as long again as reading, so that a body is read once more
/// to find it.
pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, (String, serde_json::Error)> {
    let error = match serde_json::from_slice(body) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    if error.is_data()
        && let Some(body) = with_integers(body)
        && let Ok(value) = serde_json::from_slice(&body)
    {
        return Ok(value);
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| (error.path().to_string(), error.into_inner()))?;
    json.end().map_err(|error| (".".to_owned(), error))?;
    Ok(value)
}

/// Returns a body with integers in place of the whole numbers that are written as
/// fractions, if it has any.
pub(super) fn with_integers(body: &[u8]) -> Option<Vec<u8>> {
    let mut value = serde_json::from_slice(body).ok()?;
    if make_integers(&mut value) == 0 {
        return None;
    }
    serde_json::to_vec(&value).ok()
}

/// Returns how many numbers have become integers.
fn make_integers(value: &mut Value) -> usize {
    match value {
        Value::Number(number) => match integer(number) {
            Some(integer) => {
                *number = integer;
                1
            }
            None => 0,
        },
        Value::Array(items) => items.iter_mut().map(make_integers).sum(),
        Value::Object(fields) => fields.values_mut().map(make_integers).sum(),
        _ => 0,
    }
}

fn integer(number: &Number) -> Option<Number> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    // The cast is exact within these bounds.
    (float.fract() == 0.0 && float.abs() <= EXACT).then(|| Number::from(float as i64))
}
