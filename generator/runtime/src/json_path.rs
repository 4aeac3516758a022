//! Places in JSON, such as `data[1].status`, and what is wrong at them.

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use serde_json::value::RawValue;

/// The place of the whole.
pub(super) const ROOT: &str = ".";

/// Why a value does not match, and at which place in it.
///
/// A union reads its forms from a value of its own, so that whoever reads the union
/// does not see the places in it. It tells them in the text of its error, which is
/// what this is written as and read from.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) path: String,
    pub(super) reason: String,
}

impl Fault {
    /// Returns the fault at a path for this reason, or at the place inside of it that
    /// the reason names.
    pub(super) fn new(path: String, reason: &str) -> Self {
        let inner = reason
            .strip_prefix("at `")
            .and_then(|rest| rest.split_once("`: "));
        match inner {
            Some((inner, reason)) => Self {
                path: join(path, inner),
                reason: reason.to_owned(),
            },
            None => Self {
                path,
                reason: reason.to_owned(),
            },
        }
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.path != ROOT {
            write!(f, "at `{}`: ", self.path)?;
        }
        f.write_str(&self.reason)
    }
}

fn join(outer: String, inner: &str) -> String {
    if outer == ROOT {
        inner.to_owned()
    } else if inner.starts_with('[') {
        outer + inner
    } else {
        format!("{outer}.{inner}")
    }
}

/// Returns where in a text the value at a path is.
pub(super) fn find(json: &str, path: &str) -> Option<Range<usize>> {
    found(json, path, false).into_iter().next()
}

/// Returns where in a text the values are at a path and at those that differ from it
/// in their indices alone, in their order.
pub(super) fn find_alike(json: &str, path: &str) -> Vec<Range<usize>> {
    found(json, path, true)
}

fn found(json: &str, path: &str, alike: bool) -> Vec<Range<usize>> {
    let Ok(root) = serde_json::from_str::<&RawValue>(json) else {
        return Vec::new();
    };
    let mut values = Vec::new();
    let path = if path == ROOT { "" } else { path };
    walk(root, path, alike, &mut values);
    let places = values.into_iter().map(|value| {
        let start = value.get().as_ptr() as usize - json.as_ptr() as usize;
        start..start + value.get().len()
    });
    places.collect()
}

fn walk<'a>(value: &'a RawValue, path: &str, alike: bool, found: &mut Vec<&'a RawValue>) {
    let index = path.strip_prefix('[').and_then(|path| path.split_once(']'));
    if path.is_empty() {
        found.push(value);
    } else if let Some((index, rest)) = index {
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        let index = index.parse().ok();
        let items: Vec<&RawValue> = serde_json::from_str(value.get()).unwrap_or_default();
        for (position, item) in items.into_iter().enumerate() {
            if alike || index == Some(position) {
                walk(item, rest, alike, found);
            }
        }
    } else {
        let fields: HashMap<String, &RawValue> =
            serde_json::from_str(value.get()).unwrap_or_default();
        // A key may have a dot in it.
        let longest = fields
            .iter()
            .filter_map(|(key, field)| Some((below(path, key)?, field)))
            .min_by_key(|(rest, _)| rest.len());
        if let Some((rest, field)) = longest {
            walk(field, rest, alike, found);
        }
    }
}

/// Returns what is left of a path below a key that it begins with.
fn below<'a>(path: &'a str, key: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(key)?;
    if rest.is_empty() || rest.starts_with('[') {
        return Some(rest);
    }
    rest.strip_prefix('.')
}
