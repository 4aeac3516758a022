//! Reads a union without a discriminator: the variant that knows the most of a value.

use super::cursor::Cursor;
use super::fault::Result;
use super::notes::Unknown;

/// A variant of a union.
pub(crate) struct Variant<'a, U> {
    /// The variant is tried only if a property has one of these values, as [`Cursor::tag`]
    /// returns them.
    pub(crate) condition: Option<(&'a str, &'a [&'a str])>,
    /// Reads the next value as this variant.
    pub(crate) read: fn(&mut Cursor<'_>) -> Result<U>,
}

/// Reads the variant that knows the most properties of the next value. Of several that
/// know as many, it is the first. If no variant accepts the value, it is `unknown`.
///
/// A number such as `1.0` is an integer only if no variant accepts it as it is.
pub(crate) fn union<'a, U>(
    json: &mut Cursor<'a>,
    variants: &[Variant<'_, U>],
    unknown: fn(&mut Cursor<'_>) -> Result<U>,
) -> Result<U> {
    let start = json.clone();
    for is_strict in [true, false] {
        if start.is_strict && !is_strict {
            continue;
        }
        if let Some(value) = best(json, &start, variants, is_strict)? {
            return Ok(value);
        }
    }
    let value = unknown(json)?;
    json.note(Unknown::Variant);
    Ok(value)
}

/// Reads the best variant, or returns to the start of the value.
fn best<'a, U>(
    json: &mut Cursor<'a>,
    start: &Cursor<'a>,
    variants: &[Variant<'_, U>],
    is_strict: bool,
) -> Result<Option<U>> {
    let mut best: Option<(U, Cursor<'a>)> = None;
    for variant in variants {
        if !meets(start, variant.condition) {
            continue;
        }
        json.is_strict = is_strict;
        let read = (variant.read)(json);
        json.is_strict = start.is_strict;
        let end = json.clone();
        if let Ok(value) = read {
            let is_better = best
                .as_ref()
                .is_none_or(|(_, best)| end.unknown < best.unknown);
            if is_better {
                best = Some((value, end));
            }
        }
        if !json.return_to(start) {
            return Err(json.data("the value fits too many variants".to_owned()));
        }
        if best
            .as_ref()
            .is_some_and(|(_, end)| end.unknown == start.unknown)
        {
            break;
        }
    }
    Ok(best.map(|(value, end)| {
        json.go_to(end);
        value
    }))
}

/// Returns `true` if a property of the next value has one of the values.
fn meets(json: &Cursor<'_>, condition: Option<(&str, &[&str])>) -> bool {
    condition.is_none_or(|(name, values)| {
        let tag = json.tag(name);
        tag.is_some_and(|tag| values.contains(&&*tag))
    })
}
