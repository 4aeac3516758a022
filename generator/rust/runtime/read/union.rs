//! Reads a union without a discriminator, as the variant that matches the most properties.

use super::cursor::Cursor;
use super::fault::Result;
use super::notes::Unknown;

/// A variant of a union.
pub(crate) struct Variant<'a, U> {
    /// The variant is tried only if the value starts with one of these bytes. Empty means all.
    pub(crate) starts: &'static [u8],
    /// The variant is tried only if a property has one of these values, in the form of
    /// [`Cursor::tag`].
    pub(crate) condition: Option<(&'a str, &'a [&'a str])>,
    /// Reads the next value as this variant.
    pub(crate) read: fn(&mut Cursor<'_>) -> Result<U>,
}

/// Reads the next value as the variant with the fewest unknown properties. In a tie, the first
/// variant is selected. If no variant accepts the value, it is read as `unknown`.
///
/// A number such as `1.0` is read as an integer only if no variant accepts it otherwise.
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
    let first = json.peek();
    for variant in variants {
        let may_start = |first: u8| variant.starts.is_empty() || variant.starts.contains(&first);
        if !first.is_some_and(may_start) || !meets(start, variant.condition) {
            continue;
        }
        json.is_strict = is_strict;
        json.is_trial = true;
        let read = (variant.read)(json);
        json.is_strict = start.is_strict;
        json.is_trial = start.is_trial;
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
            return Err(json.data(format_args!("the value matches too many variants")));
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

/// Returns `true` if the condition is met by the next value.
fn meets(json: &Cursor<'_>, condition: Option<(&str, &[&str])>) -> bool {
    condition.is_none_or(|(name, values)| {
        let tag = json.tag(name);
        tag.is_some_and(|tag| values.contains(&&*tag))
    })
}
