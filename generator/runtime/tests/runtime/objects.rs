//! Structs that are JSON objects.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::runtime::object;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asset {
    pub id: Option<String>,
    pub labels: Vec<String>,
    pub counts: BTreeMap<String, i64>,
}

object! {
    Asset {
        id: optional "_id",
        labels: optional "labels",
        counts: optional "counts",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub name: String,
    pub emails: Vec<String>,
    pub parent: Option<Box<Person>>,
}

object! {
    Person {
        name: required "name",
        emails: required "e-mails",
        parent: nullable "parent",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub name: String,
    pub numbers: BTreeMap<String, i64>,
}

object! {
    Settings {
        name: required "name",
        ..numbers
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Anything {
    pub extra: serde_json::Map<String, Value>,
}

object! {
    Anything {
        ..extra
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Nothing {}

object! {
    Nothing {}
}

fn read<T: serde::de::DeserializeOwned>(json: &Value) -> Result<T, String> {
    let text = json.to_string();
    let value = serde_json::from_str(&text).map_err(|error| error.to_string());
    // A value in memory is read like its JSON text.
    assert_eq!(
        serde_json::from_value::<T>(json.clone()).is_ok(),
        value.is_ok()
    );
    value
}

fn write(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

#[test]
fn an_object_is_written_as_it_was_read() {
    let json = json!({"_id": "a", "labels": ["b"], "counts": {"c": 1}});
    let asset: Asset = read(&json).unwrap();
    assert_eq!(asset.id.as_deref(), Some("a"));
    assert_eq!(asset.labels, ["b"]);
    assert_eq!(asset.counts["c"], 1);
    assert_eq!(write(asset), json);
}

#[test]
fn properties_are_written_in_the_order_of_the_fields() {
    let person = Person {
        name: "Ada".to_owned(),
        emails: Vec::new(),
        parent: None,
    };
    assert_eq!(
        serde_json::to_string(&person).unwrap(),
        r#"{"name":"Ada","e-mails":[],"parent":null}"#
    );
}

#[test]
fn an_optional_property_may_be_absent_or_null_and_is_omitted() {
    for json in [
        json!({}),
        json!({"_id": null, "labels": null, "counts": null}),
    ] {
        let asset: Asset = read(&json).unwrap();
        assert_eq!(asset, Asset::default());
        assert_eq!(write(asset), json!({}));
    }
}

#[test]
fn a_nullable_property_may_be_absent_or_null_and_is_written_as_null() {
    for rest in ["", r#","parent":null"#] {
        let json = format!(r#"{{"name":"a","e-mails":[]{rest}}}"#);
        let person: Person = serde_json::from_str(&json).unwrap();
        assert_eq!(person.parent, None);
        assert_eq!(write(person)["parent"], Value::Null);
    }
}

#[test]
fn a_required_property_is_neither_absent_nor_null() {
    let error = read::<Person>(&json!({"e-mails": []})).unwrap_err();
    assert_eq!(error, "missing field `name`");
    assert!(read::<Person>(&json!({"name": null, "e-mails": []})).is_err());
    let error = read::<Person>(&json!({"name": "a", "emails": []})).unwrap_err();
    assert!(error.starts_with("missing field `e-mails`"), "{error}");
}

#[test]
fn a_key_may_be_written_with_escapes() {
    let asset: Asset = serde_json::from_str(r#"{"\u005fid":"a"}"#).unwrap();
    assert_eq!(asset.id.as_deref(), Some("a"));
}

#[test]
fn a_property_without_a_field_is_ignored_whatever_it_holds() {
    let json = json!({"new": {"a": [1, {"b": null}]}, "_id": "a", "id": 7});
    assert_eq!(read::<Asset>(&json).unwrap().id.as_deref(), Some("a"));
    assert_eq!(read::<Nothing>(&json), Ok(Nothing {}));
    assert_eq!(write(Nothing {}), json!({}));
}

#[test]
fn a_property_without_a_field_is_kept_where_there_is_a_place() {
    let json = json!({"name": "a", "one": 1, "two": 2});
    let settings: Settings = read(&json).unwrap();
    assert_eq!(
        settings.numbers,
        BTreeMap::from([("one".to_owned(), 1), ("two".to_owned(), 2)])
    );
    assert_eq!(write(settings), json);
    assert!(read::<Settings>(&json!({"name": "a", "one": "1"})).is_err());

    let json = json!({"a": [null], "b": {"c": 1}});
    assert_eq!(write(read::<Anything>(&json).unwrap()), json);
}

#[test]
fn a_value_that_is_not_an_object_is_an_error_with_its_name() {
    for json in [json!([]), json!("a"), json!(null)] {
        let error = read::<Asset>(&json).unwrap_err();
        assert!(error.contains("expected struct Asset"), "{error}");
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Dated {
    pub at: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    pub seen: Vec<DateTime<Utc>>,
    pub by_name: BTreeMap<String, Option<DateTime<Utc>>>,
}

object! {
    Dated {
        at: required "at",
        until: optional "until",
        ended: nullable "ended",
        seen: optional "seen",
        by_name: optional "by_name",
    }
}

#[test]
fn a_date_has_a_fraction_and_an_offset_or_not() {
    let read = |text: &str| {
        let json = json!({"at": text, "until": text, "ended": text, "seen": [text, text]});
        read::<Dated>(&json).map(|dated| {
            assert_eq!([dated.until, dated.ended], [Some(dated.at); 2]);
            assert_eq!(dated.seen, [dated.at; 2]);
            dated.at.to_rfc3339()
        })
    };
    for (text, expected) in [
        ("2024-01-31T12:30:00Z", "2024-01-31T12:30:00+00:00"),
        ("2024-01-31T12:30:00.25Z", "2024-01-31T12:30:00.250+00:00"),
        ("2024-01-31T12:30:00+02:00", "2024-01-31T10:30:00+00:00"),
        (
            "2024-01-31 12:30:00.5-0100",
            "2024-01-31T13:30:00.500+00:00",
        ),
        // A time without an offset is UTC.
        ("2024-01-31T12:30:00", "2024-01-31T12:30:00+00:00"),
        (
            "2024-01-31 12:30:00.123456",
            "2024-01-31T12:30:00.123456+00:00",
        ),
    ] {
        assert_eq!(read(text).unwrap(), expected, "{text}");
    }
    for text in ["", "yesterday", "2024-13-01T00:00:00Z"] {
        let error = read(text).unwrap_err();
        let expected = format!(
            "invalid value: string {text:?}, \
             expected a date and time such as 2024-01-31T12:00:00Z"
        );
        assert!(error.ends_with(&expected), "{error}");
    }
}

/// `chrono` reads these texts, or rejects them.
#[test]
fn a_time_is_read_as_chrono_reads_it() {
    for text in [
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z",
        "2024-02-29T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2024-01-31T23:59:60Z",
        "2024-01-31T23:59:60.5Z",
        "2024-01-31T24:00:00Z",
        "2024-01-31T12:60:00Z",
        "2024-01-31T12:30:00z",
        "2024-01-31t12:30:00Z",
        "2024-01-31T12:30:00.Z",
        "2024-01-31T12:30:00.000000001Z",
        "2024-01-31T12:30:00.0000000019Z",
        "2024-01-31T12:30:00.5ZZ",
        "2024-1-31T12:30:00Z",
        "+024-01-31T12:30:00Z",
        "2024-01-31T12:30:-1Z",
        "2024-01-31T12:30:0 Z",
        "2024-01-31T12:30:00.-5Z",
    ] {
        let read = read::<Dated>(&json!({"at": text})).ok();
        let expected = text.parse::<DateTime<Utc>>().ok();
        assert_eq!(read.map(|dated| dated.at), expected, "{text}");
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Quoted {
    pub first: i64,
    pub second: Option<i64>,
}

object! {
    Quoted {
        first: required "a\":1,\"b",
        second: optional "c\\",
    }
}

#[test]
fn a_key_is_compared_after_its_escapes_are_read() {
    let quoted = Quoted {
        first: 1,
        second: Some(2),
    };
    let json = write(quoted.clone());
    assert_eq!(json, json!({"a\":1,\"b": 1, "c\\": 2}));
    assert_eq!(read::<Quoted>(&json).unwrap(), quoted);
    // The same bytes without escapes are two other properties.
    let others = json!({"a": 1, "b": 1});
    assert!(read::<Quoted>(&others).is_err());
    let escaped = r#"{"id": 1, "_\u0069d": "x"}"#;
    let asset: Asset = crate::runtime::read::from_slice(escaped.as_bytes()).unwrap();
    assert_eq!(asset.id.as_deref(), Some("x"));
}

#[test]
fn a_date_that_is_optional_may_be_absent_or_null() {
    let at = "2024-01-31T00:00:00Z";
    for json in [
        json!({"at": at}),
        json!({"at": at, "until": null, "ended": null, "seen": null, "by_name": null}),
    ] {
        let dated: Dated = read(&json).unwrap();
        assert_eq!(write(dated), json!({"at": at, "ended": null}));
    }
    let named = json!({"at": at, "ended": null, "by_name": {"a": null, "b": at}});
    assert_eq!(write(read::<Dated>(&named).unwrap()), named);
    assert!(read::<Dated>(&json!({"at": null})).is_err());
}
