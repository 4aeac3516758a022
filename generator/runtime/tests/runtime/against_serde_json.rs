//! Compares the reader and the writer with `serde_json`, for tests and for fuzzing.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::runtime::object;
use crate::runtime::read::{Read, from_slice};
use crate::runtime::write::to_json;

#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    text: Option<String>,
    count: Option<i64>,
    small: Option<u8>,
    share: Option<f64>,
    flag: Option<bool>,
    items: Vec<i64>,
    named: BTreeMap<String, String>,
    next: Option<Box<Thing>>,
    any: Option<Value>,
}

object! {
    Thing {
        text: optional "text",
        count: optional "count",
        small: optional "small",
        share: optional "share",
        flag: optional "flag",
        items: optional "items",
        named: optional "named",
        next: optional "next",
        any: optional "any",
    }
}

/// The same type with a reader of `serde`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Twin {
    text: Option<String>,
    count: Option<i64>,
    small: Option<u8>,
    share: Option<f64>,
    flag: Option<bool>,
    items: Option<Vec<i64>>,
    named: Option<BTreeMap<String, String>>,
    next: Option<Box<Twin>>,
    any: Option<Value>,
    /// Without this field, `serde` also reads a list as the struct.
    #[serde(flatten)]
    _rest: BTreeMap<String, Value>,
}

/// Checks that both readers accept a body and read the same value, or that both reject it. Also
/// checks that the value is written like `serde_json` writes it, and round-trips.
///
/// Unlike `serde_json`, the reader accepts `1.0` and `-0` as integers.
pub fn compare(body: &[u8]) {
    let shown = || String::from_utf8_lossy(body).into_owned();
    // Unlike `serde_json`, the reader accepts a byte order mark.
    if body.starts_with(b"\xef\xbb\xbf") {
        return;
    }
    let ours = from_slice::<Value>(body);
    let theirs = serde_json::from_slice::<Value>(body);
    match (&ours, &theirs) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(ours, theirs, "{}", shown());
            assert_eq!(to_json(ours).unwrap(), theirs.to_string());
        }
        (Err(_), Err(_)) => {}
        _ => panic!("{}: {ours:?}, {theirs:?}", shown()),
    }
    match (
        from_slice::<Thing>(body),
        serde_json::from_slice::<Twin>(body),
    ) {
        (Ok(ours), Ok(theirs)) => {
            assert!(same(&ours, &theirs), "{}", shown());
            let text = to_json(&ours).unwrap();
            assert_eq!(text, serde_json::to_string(&ours).unwrap());
            assert_eq!(from_slice::<Thing>(text.as_bytes()).unwrap(), ours);
        }
        (Err(_), Err(_)) => {}
        (Ok(_), Err(_)) if has_lenient_numbers(body) => {}
        // The last property with a repeated name is used.
        (_, Err(error)) if error.to_string().starts_with("duplicate field") => {}
        (ours, theirs) => panic!("{}: {ours:?}, {theirs:?}", shown()),
    }
}

fn has_lenient_numbers(body: &[u8]) -> bool {
    let is_lenient = |pair: &[u8]| pair == b"-0" || matches!(pair[1], b'.' | b'e' | b'E');
    body.windows(2).any(is_lenient)
}

fn same(ours: &Thing, theirs: &Twin) -> bool {
    // `serde_json` rounds the last digit of a float differently.
    let is_close = |(ours, theirs): (f64, f64)| (ours - theirs).abs() <= theirs.abs() * 1e-15;
    ours.text == theirs.text
        && ours.count == theirs.count
        && ours.small == theirs.small
        && ours.share.is_some() == theirs.share.is_some()
        && ours.share.zip(theirs.share).is_none_or(is_close)
        && ours.flag == theirs.flag
        && ours.items == *theirs.items.as_deref().unwrap_or_default()
        && ours.named == theirs.named.clone().unwrap_or_default()
        && ours.any == theirs.any
        && match (&ours.next, &theirs.next) {
            (Some(ours), Some(theirs)) => same(ours, theirs),
            (None, None) => true,
            _ => false,
        }
}
