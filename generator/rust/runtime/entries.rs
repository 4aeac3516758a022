//! Converts iterators of name-value pairs into maps.

#![allow(dead_code, reason = "an API may have no maps")]

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::nullable::Nullable;

/// Collects pairs into a map. The last value of a repeated name is kept.
pub(crate) fn entries<K, T, V>(pairs: impl IntoIterator<Item = (K, T)>) -> BTreeMap<String, V>
where
    K: Into<String>,
    T: Into<V>,
{
    let pairs = pairs.into_iter();
    pairs
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// Collects pairs into a map whose values can be `null`.
pub(crate) fn nullable_entries<K, T, V>(
    pairs: impl IntoIterator<Item = (K, T)>,
) -> BTreeMap<String, Option<V>>
where
    K: Into<String>,
    T: Into<Nullable<V>>,
{
    let pairs = pairs.into_iter();
    pairs
        .map(|(name, value)| (name.into(), value.into().into_option()))
        .collect()
}

/// Collects pairs into a JSON object.
pub(crate) fn properties<K, T>(pairs: impl IntoIterator<Item = (K, T)>) -> Map<String, Value>
where
    K: Into<String>,
    T: Into<Value>,
{
    let pairs = pairs.into_iter();
    pairs
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_of_pairs_is_a_map() {
        let map: BTreeMap<String, String> = entries([("a", "x"), ("b", "y"), ("a", "z")]);
        let expected = [("a", "z"), ("b", "y")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(map, BTreeMap::from(expected));
        assert_eq!(entries::<_, _, String>(map.clone()), map);
    }

    #[test]
    fn entries_can_be_null() {
        let map: BTreeMap<String, Option<String>> = nullable_entries([("a", "x")]);
        assert_eq!(map["a"].as_deref(), Some("x"));
        let map = nullable_entries::<_, _, String>([("a", Some("x".to_owned())), ("b", None)]);
        assert_eq!(map["b"], None);
        assert_eq!(nullable_entries::<_, _, String>(map.clone()), map);
    }

    #[test]
    fn properties_have_values_of_json() {
        let object = properties([("a", Value::from(1)), ("b", "x".into())]);
        assert_eq!(Value::from(object), serde_json::json!({"a": 1, "b": "x"}));
        assert_eq!(properties([("a", true)])["a"], true);
    }
}
