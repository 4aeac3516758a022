//! Reads a union without a discriminator, as the variant that matches the most properties.

use std::borrow::Cow;

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

/// Reads the next value if it is this string. Otherwise reads nothing, and returns `false`.
pub(crate) fn is_text(json: &mut Cursor<'_>, text: &str) -> bool {
    let mut ahead = json.clone();
    let is_text = ahead.string("a string").is_ok_and(|string| string == text);
    if is_text {
        json.go_to(ahead);
    }
    is_text
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
    let mut last = None;
    for is_strict in [true, false] {
        if start.is_strict && !is_strict {
            continue;
        }
        if let Some(value) = best(json, &start, variants, is_strict, &mut last)? {
            return Ok(value);
        }
    }
    let value = unknown(json)?;
    json.note(Unknown::Variant);
    Ok(value)
}

/// The last property that was searched for a condition, and its value. Variants often have
/// conditions on the same property, which can be at the end of a long object.
type Last<'v, 'a> = Option<(&'v str, Option<Cow<'a, str>>)>;

/// Reads the best variant, or returns to the start of the value.
fn best<'a, 'v, U>(
    json: &mut Cursor<'a>,
    start: &Cursor<'a>,
    variants: &[Variant<'v, U>],
    is_strict: bool,
    last: &mut Last<'v, 'a>,
) -> Result<Option<U>> {
    let mut best: Option<(U, Cursor<'a>)> = None;
    let first = json.peek();
    for variant in variants {
        let may_start = |first: u8| variant.starts.is_empty() || variant.starts.contains(&first);
        if !first.is_some_and(may_start) || !meets(start, variant.condition, last) {
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
fn meets<'a, 'v>(
    json: &Cursor<'a>,
    condition: Option<(&'v str, &[&str])>,
    last: &mut Last<'v, 'a>,
) -> bool {
    let Some((name, values)) = condition else {
        return true;
    };
    let tag = match last {
        Some((searched, tag)) if *searched == name => tag,
        last => &mut last.insert((name, json.tag(name))).1,
    };
    tag.as_deref().is_some_and(|tag| values.contains(&tag))
}
