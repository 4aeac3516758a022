//! How parameters of each type stand in a query.

use std::collections::BTreeMap;

use crate::runtime::{Error, Query, UrlEncoded};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    MovingPicture,
}

#[derive(Serialize)]
struct Range {
    from: f64,
    to: Option<f64>,
    tags: Vec<&'static str>,
}

fn query<T: Serialize>(value: T) -> Result<String, Error> {
    let request = reqwest::Client::new()
        .get("https://h.example/")
        .query(&Query::new().add("q", &value))
        .build()?;
    Ok(request.url().query().unwrap_or_default().to_owned())
}

#[test]
fn a_scalar_is_name_and_value() {
    assert_eq!(query(5_i64).unwrap(), "q=5");
    assert_eq!(query(true).unwrap(), "q=true");
    assert_eq!(query("a b&c=d/é").unwrap(), "q=a+b%26c%3Dd%2F%C3%A9");
    assert_eq!(query("").unwrap(), "q=");
    assert_eq!(query(Some("a")).unwrap(), "q=a");
    assert_eq!(query(Kind::MovingPicture).unwrap(), "q=moving_picture");
}

#[test]
fn a_float_is_the_shortest_text_that_reads_back() {
    assert_eq!(query(1.0_f64).unwrap(), "q=1.0");
    assert_eq!(query(0.1_f64).unwrap(), "q=0.1");
    assert_eq!(query(0.1_f32).unwrap(), "q=0.1");
}

#[test]
fn what_is_absent_is_not_sent() {
    assert_eq!(query(None::<i64>).unwrap(), "");
    assert_eq!(query(()).unwrap(), "");
    assert_eq!(query(Vec::<i64>::new()).unwrap(), "");
    assert_eq!(query(vec![Some(1), None]).unwrap(), "q=1");
}

#[test]
fn a_list_may_be_joined() {
    let joined = |list: &[&str], separator| {
        let request = reqwest::Client::new()
            .get("https://h.example/")
            .query(&Query::new().add_joined("q", &list, separator))
            .build()
            .unwrap();
        request.url().query().unwrap_or_default().to_owned()
    };
    assert_eq!(joined(&["a", "b"], ","), "q=a%2Cb");
    assert_eq!(joined(&["a", "b"], "|"), "q=a%7Cb");
    assert_eq!(joined(&[], ","), "");
}

#[test]
fn a_value_may_be_json() {
    let json = |value: Option<Range>| {
        let request = reqwest::Client::new()
            .get("https://h.example/")
            .query(&Query::new().add_json("q", &value))
            .build()
            .unwrap();
        let pairs = request.url().query_pairs().into_owned();
        pairs.map(|(_, value)| value).collect::<String>()
    };
    let range = Range {
        from: 0.5,
        to: None,
        tags: vec!["a"],
    };
    assert_eq!(json(Some(range)), r#"{"from":0.5,"to":null,"tags":["a"]}"#);
    assert_eq!(json(None), "");
}

#[test]
fn a_list_repeats_the_name() {
    assert_eq!(query(vec!["a", "b"]).unwrap(), "q=a&q=b");
    assert_eq!(query(Some(&vec![1, 2])).unwrap(), "q=1&q=2");
    assert_eq!(query((1, "a")).unwrap(), "q=1&q=a");
}

#[test]
fn an_object_has_its_fields_in_brackets() {
    let range = Range {
        from: 0.5,
        to: None,
        tags: vec!["a", "b"],
    };
    let fields = "q%5Bfrom%5D=0.5&q%5Btags%5D=a&q%5Btags%5D=b";
    assert_eq!(query(range).unwrap(), fields);

    let nested = BTreeMap::from([(7, BTreeMap::from([("a", true)]))]);
    assert_eq!(query(nested).unwrap(), "q%5B7%5D%5Ba%5D=true");
}

#[test]
fn what_has_no_form_in_a_query_is_refused() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(query(number).is_err());
    }
    let error = query(f32::NAN).unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)));
    assert_eq!(
        error.to_string(),
        "invalid request: `q`: NaN is not a finite number"
    );

    let objects = vec![BTreeMap::from([("a", 1)])];
    assert!(query(objects).is_err());
}

#[test]
fn parameters_add_up() {
    let request = reqwest::Client::new()
        .get("https://h.example/")
        .query(&Query::new().add("a", &1))
        .query(&Query::new().add("b", &None::<i64>))
        .query(&Query::new().add("c", &["x", "y"]))
        .build()
        .unwrap();
    assert_eq!(request.url().query(), Some("a=1&c=x&c=y"));
}

// A form is written by the same rules.

fn form<T: Serialize>(value: T) -> Result<String, Error> {
    let request = reqwest::Client::new()
        .post("https://h.example/")
        .form(&UrlEncoded(&value))
        .build()?;
    let body = request.body().and_then(|body| body.as_bytes());
    Ok(String::from_utf8_lossy(body.unwrap_or_default()).into_owned())
}

#[test]
fn a_form_has_the_fields_of_an_object() {
    let range = Range {
        from: 0.5,
        to: None,
        tags: vec!["a b", "c"],
    };
    assert_eq!(form(&range).unwrap(), "from=0.5&tags=a+b&tags=c");
    let nested = BTreeMap::from([("range", range)]);
    assert_eq!(
        form(nested).unwrap(),
        "range%5Bfrom%5D=0.5&range%5Btags%5D=a+b&range%5Btags%5D=c"
    );
}

#[test]
fn a_form_is_an_object() {
    for error in [form(5), form("a"), form(["a"])] {
        assert!(matches!(error, Err(Error::InvalidRequest(_))), "{error:?}");
    }
}
