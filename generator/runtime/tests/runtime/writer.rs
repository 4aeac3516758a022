//! Values that are written as JSON and other formats.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::runtime::write::{Write, to_json};
use crate::runtime::{Nullable, object};

#[derive(Clone, Debug, PartialEq)]
struct Measure {
    width: f32,
    height: f64,
    count: u64,
    offset: i64,
    note: Option<Nullable<String>>,
    rows: Vec<Vec<bool>>,
    extra: BTreeMap<String, Value>,
}

object! {
    Measure {
        width: required "width",
        height: required "height",
        count: required "count",
        offset: required "offset",
        note: optional "note",
        rows: optional "rows",
        ..extra
    }
}

fn measure() -> Measure {
    Measure {
        width: 0.1,
        height: 1.0,
        count: u64::MAX,
        offset: i64::MIN,
        note: Some(Nullable::Null),
        rows: vec![vec![true, false], Vec::new()],
        extra: BTreeMap::from([("more".to_owned(), json!({"a": [1, "\u{1}\"é"]}))]),
    }
}

const TEXT: &str = concat!(
    r#"{"width":0.1,"height":1.0,"count":18446744073709551615,"offset":-9223372036854775808,"#,
    r#""note":null,"rows":[[true,false],[]],"more":{"a":[1,"\u0001\"é"]}}"#,
);

#[test]
fn an_object_is_written_in_the_order_of_its_fields() {
    assert_eq!(to_json(&measure()).unwrap(), TEXT);
}

#[derive(Clone, Debug, PartialEq)]
struct Account {
    id: Option<String>,
    name: String,
}

object! {
    Account {
        id: read_only "id",
        name: required "name",
    }
}

#[test]
fn requests_leave_out_what_only_responses_have() {
    let text = r#"{"id":"a1","name":"Ada"}"#;
    let account: Account = serde_json::from_str(text).unwrap();
    assert_eq!(to_json(&account).unwrap(), r#"{"name":"Ada"}"#);
    assert_eq!(serde_json::to_string(&account).unwrap(), text);
}

#[test]
fn serde_writes_the_same_as_the_client() {
    assert_eq!(serde_json::to_string(&measure()).unwrap(), TEXT);
}

#[test]
fn empty_lists_and_objects_have_no_commas() {
    assert_eq!(to_json(&Vec::<i64>::new()).unwrap(), "[]");
    assert_eq!(to_json(&BTreeMap::<String, i64>::new()).unwrap(), "{}");
    assert_eq!(
        to_json(&vec![vec![""; 0], vec![""]]).unwrap(),
        r#"[[],[""]]"#
    );
}

#[test]
fn a_number_that_is_not_finite_is_refused() {
    let mut wide = measure();
    wide.height = f64::INFINITY;
    for value in [
        &f32::NAN as &dyn Write,
        &wide,
        &vec![Some(f64::NEG_INFINITY)],
    ] {
        let error = to_json(value).unwrap_err().to_string();
        assert!(error.ends_with("is not a finite number"), "{error}");
    }
}

#[test]
fn times_and_dates_are_texts() {
    let time: DateTime<Utc> = "2024-01-31T12:00:00.5+01:00".parse().unwrap();
    assert_eq!(to_json(&time).unwrap(), r#""2024-01-31T11:00:00.500Z""#);
    let date: NaiveDate = "2024-01-31".parse().unwrap();
    assert_eq!(to_json(&date).unwrap(), r#""2024-01-31""#);
}
