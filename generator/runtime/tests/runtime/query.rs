//! How parameters of each type stand in a query.

use std::collections::BTreeMap;

use http::header::{HeaderMap, HeaderValue};

use serde_json::json;

use crate::runtime::object;
use crate::runtime::open_enum;
use crate::runtime::write::Write;
use crate::runtime::{
    BuildError, Encoding, Operation, Outgoing, Parameter, QueryParam, Raw, RequestBuilder, Style,
    UnknownValue,
};

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    MovingPicture,
    Unknown(UnknownValue),
}

open_enum! {
    Kind {
        MovingPicture = "moving_picture",
        ..Unknown
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Range {
    from: f64,
    to: Option<f64>,
    tags: Vec<String>,
}

object! {
    Range {
        from: required "from",
        to: nullable "to",
        tags: required "tags",
    }
}

/// Returns the request that statements build for this operation.
fn build(
    operation: &'static Operation,
    statements: impl FnOnce(RequestBuilder) -> RequestBuilder,
) -> Result<Outgoing, BuildError> {
    let raw = Raw::new("https://h.example", operation);
    statements(raw.client.post(format!("{}/things", raw.baseurl))).build()
}

fn query_of<T: Write>(operation: &'static Operation, value: &T) -> Result<String, BuildError> {
    let built = build(operation, |request| {
        request.query(&QueryParam::new("q", value))
    })?;
    Ok(built.request.url().query().unwrap_or_default().to_owned())
}

fn query<T: Write>(value: T) -> Result<String, BuildError> {
    const OPERATION: Operation = Operation::new("things_list", "/things");
    query_of(&OPERATION, &value)
}

fn named<T>(key: &str, value: T) -> BTreeMap<String, T> {
    BTreeMap::from([(key.to_owned(), value)])
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
    assert_eq!(query(Vec::<i64>::new()).unwrap(), "");
    assert_eq!(query(vec![Some(1), None]).unwrap(), "q=1");
}

/// Declares an operation whose parameter `q` has this style.
macro_rules! styled {
    ($name:literal, $style:expr) => {{
        const OPERATION: Operation =
            Operation::new("things_list", "/things").parameters(&[Parameter {
                name: "q",
                wire: $name,
                style: $style,
            }]);
        &OPERATION
    }};
}

#[test]
fn a_list_may_be_joined() {
    let by_comma = styled!("q", Style::Joined(","));
    assert_eq!(query_of(by_comma, &["a", "b"]).unwrap(), "q=a%2Cb");
    assert_eq!(query_of(by_comma, &[""; 0]).unwrap(), "");
    let by_pipe = styled!("q", Style::Joined("|"));
    assert_eq!(query_of(by_pipe, &["a", "b"]).unwrap(), "q=a%7Cb");
}

#[test]
fn a_value_may_be_json() {
    let json = |value: Option<Range>| query_of(styled!("q", Style::Json), &value).unwrap();
    let range = Range {
        from: 0.5,
        to: None,
        tags: vec!["a".to_owned()],
    };
    let encoded = "q=%7B%22from%22%3A0.5%2C%22to%22%3Anull%2C%22tags%22%3A%5B%22a%22%5D%7D";
    assert_eq!(json(Some(range)), encoded);
    assert_eq!(json(None), "");
}

#[test]
fn a_parameter_is_sent_by_its_name_on_the_wire() {
    let renamed = styled!("q[0]", Style::Form);
    assert_eq!(query_of(renamed, &1).unwrap(), "q%5B0%5D=1");
    let built = build(styled!("X-Q", Style::Form), |request| {
        let mut headers = HeaderMap::new();
        headers.append("q", HeaderValue::from_static("1"));
        request.headers(headers)
    });
    let request = built.unwrap().request;
    assert_eq!(request.headers().get("x-q").unwrap(), "1");
    assert_eq!(request.headers().len(), 1);
}

#[test]
fn a_list_repeats_the_name() {
    assert_eq!(query(vec!["a", "b"]).unwrap(), "q=a&q=b");
    assert_eq!(query(Some(&vec![1, 2])).unwrap(), "q=1&q=2");
    assert_eq!(query(vec![vec![1], vec![2]]).unwrap(), "q=1&q=2");
}

#[test]
fn an_object_has_its_fields_in_brackets() {
    let range = Range {
        from: 0.5,
        to: None,
        tags: vec!["a".to_owned(), "b".to_owned()],
    };
    let fields = "q%5Bfrom%5D=0.5&q%5Btags%5D=a&q%5Btags%5D=b";
    assert_eq!(query(range).unwrap(), fields);

    let nested = named("b", named("a", true));
    assert_eq!(query(nested).unwrap(), "q%5Bb%5D%5Ba%5D=true");
}

#[test]
fn what_has_no_form_in_a_query_is_refused() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(query(number).is_err());
    }
    let error = query(f32::NAN).unwrap_err();
    let text = format!("{error:?}");
    assert!(text.contains("`q`: NaN is not a finite number"), "{text}");

    let objects = vec![named("a", 1)];
    assert!(query(objects).is_err());
}

#[test]
fn parameters_add_up() {
    const OPERATION: Operation = Operation::new("things_list", "/things");
    let built = build(&OPERATION, |request| {
        request
            .query(&QueryParam::new("a", &1))
            .query(&QueryParam::new("b", &None::<i64>))
            .query(&QueryParam::new("c", &["x", "y"]))
    });
    let request = built.unwrap().request;
    assert_eq!(request.url().query(), Some("a=1&c=x&c=y"));
}

// A form is written by the same rules.

fn form<T: Write>(value: T) -> Result<String, BuildError> {
    const OPERATION: Operation =
        Operation::new("things_create", "/things").encoding(Encoding::UrlEncoded);
    let request = build(&OPERATION, |request| request.json(&&value))?.request;
    let body = request.body().and_then(|body| body.as_bytes());
    Ok(String::from_utf8_lossy(body.unwrap_or_default()).into_owned())
}

#[test]
fn a_form_has_the_fields_of_an_object() {
    let range = Range {
        from: 0.5,
        to: None,
        tags: vec!["a b".to_owned(), "c".to_owned()],
    };
    assert_eq!(form(&range).unwrap(), "from=0.5&tags=a+b&tags=c");
    let nested = named("range", range);
    assert_eq!(
        form(nested).unwrap(),
        "range%5Bfrom%5D=0.5&range%5Btags%5D=a+b&range%5Btags%5D=c"
    );
}

#[test]
fn a_form_is_an_object() {
    for error in [form(5), form("a"), form(["a"])] {
        assert!(error.is_err(), "{error:?}");
    }
}

// Any JSON is written by the same rules as the types of an API.

#[test]
fn a_value_of_any_type_is_written_by_its_shape() {
    let value = json!({"a": [1, "b"], "c": {"d": true, "e": null}});
    assert_eq!(
        query(value).unwrap(),
        "q%5Ba%5D=1&q%5Ba%5D=b&q%5Bc%5D%5Bd%5D=true"
    );
    assert_eq!(query(json!("a")).unwrap(), "q=a");
    assert_eq!(query(json!(1.0)).unwrap(), "q=1.0");
}
