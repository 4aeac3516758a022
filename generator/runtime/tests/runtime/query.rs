//! Query parameters of each type.

use std::collections::BTreeMap;

use http::header::{HeaderMap, HeaderValue};

use serde_json::json;

use crate::runtime::object;
use crate::runtime::open_enum;
use crate::runtime::write::Write;
use crate::runtime::{
    BuildError, Encoding, Form, Operation, Outgoing, Parameter, QueryParam, Raw, RequestBuilder,
    Style, UnknownValue,
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

/// Returns the request that the statements build for an operation.
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
fn absent_values_are_not_sent() {
    assert_eq!(query(None::<i64>).unwrap(), "");
    assert_eq!(query(Vec::<i64>::new()).unwrap(), "");
    assert_eq!(query(vec![Some(1), None]).unwrap(), "q=1");
}

/// Declares an operation with this description of the parameter `q`.
macro_rules! described {
    ($parameter:expr) => {{
        const OPERATION: Operation =
            Operation::new("things_list", "/things").parameters(&[$parameter]);
        &OPERATION
    }};
}

#[test]
fn a_value_may_be_json() {
    let described = described!(Parameter::styled("q", "q", Style::Json));
    let json = |value: Option<Range>| query_of(described, &value).unwrap();
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
    let renamed = described!(Parameter::new("q", "q[0]"));
    assert_eq!(query_of(renamed, &1).unwrap(), "q%5B0%5D=1");
    let built = build(described!(Parameter::new("q", "X-Q")), |request| {
        let mut headers = HeaderMap::new();
        headers.append("q", HeaderValue::from_static("1"));
        request.headers(headers)
    });
    let request = built.unwrap().request;
    assert_eq!(request.headers().get("x-q").unwrap(), "1");
    assert_eq!(request.headers().len(), 1);
}

#[test]
fn cookies_are_in_one_header() {
    const OPERATION: Operation = Operation::new("things_list", "/things").parameters(&[
        Parameter::cookie("cookie_a", "a"),
        Parameter::cookie("cookie_b", "b"),
    ]);
    let built = build(&OPERATION, |request| {
        let mut headers = HeaderMap::new();
        headers.append("cookie_b", HeaderValue::from_static("b=2"));
        headers.append("cookie_a", HeaderValue::from_static("a=1"));
        request.headers(headers)
    });
    let request = built.unwrap().request;
    assert_eq!(request.headers().get("cookie").unwrap(), "a=1; b=2");
    assert!(request.headers()["cookie"].is_sensitive());
    assert_eq!(request.headers().len(), 1);
}

#[test]
fn reserved_characters_of_a_value_stay_where_the_api_allows_them() {
    let described = described!(Parameter::reserved("q", "q", Style::DeepObject));
    let query = |value: &str| query_of(described, &value).unwrap();
    assert_eq!(query(":/?@!$()*,;=[]"), "q=:/?@!$()*,;=[]");
    // Special characters in a value cannot end the value or add a parameter.
    assert_eq!(query("a&b=c#d+e f%"), "q=a%26b=c%23d%2Be%20f%25");
    assert_eq!(query("%2F"), "q=%2F");
    let list = described!(Parameter::reserved("q", "q", Style::Form));
    assert_eq!(query_of(list, &["a/b", "c"]).unwrap(), "q=a/b,c");
}

#[test]
fn a_list_repeats_the_name() {
    assert_eq!(query(vec!["a", "b"]).unwrap(), "q=a&q=b");
    assert_eq!(query(Some(&vec![1, 2])).unwrap(), "q=1&q=2");
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
fn a_value_without_a_form_in_a_query_is_an_error() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(query(number).is_err());
    }
    let error = query(f32::NAN).unwrap_err();
    let text = format!("{error:?}");
    assert!(text.contains("`q`: NaN is not a finite number"), "{text}");
}

#[test]
fn an_item_with_members_has_its_index_in_the_name() {
    let objects = vec![named("a", 1), named("b", 2)];
    assert_eq!(
        query(objects).unwrap(),
        "q%5B0%5D%5Ba%5D=1&q%5B1%5D%5Bb%5D=2"
    );
    let lists = vec![vec![1, 2], vec![3]];
    assert_eq!(query(lists).unwrap(), "q%5B0%5D=1&q%5B0%5D=2&q%5B1%5D=3");
    let mixed = json!({"a": [{"b": [{"c": 1}]}, 2], "d": 3});
    assert_eq!(
        query(mixed)
            .unwrap()
            .replace("%5B", "[")
            .replace("%5D", "]"),
        "q[a][0][b][0][c]=1&q[a]=2&q[d]=3"
    );
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

// Forms follow the same rules.

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
fn a_form_has_lists_of_objects() {
    let lines = json!({"lines": [{"price": 1, "tax": {"rate": 2}}, {"price": 3}], "name": "n"});
    assert_eq!(
        form(lines).unwrap().replace("%5B", "[").replace("%5D", "]"),
        "lines[0][price]=1&lines[0][tax][rate]=2&lines[1][price]=3&name=n"
    );
}

#[test]
fn a_field_of_a_form_has_the_style_of_its_encoding() {
    const OPERATION: Operation = Operation::new("things_create", "/things")
        .encoding(Encoding::UrlEncoded)
        .fields(&[
            Parameter::styled("a", "a", Style::PipeDelimited),
            Parameter::styled("b", "b", Style::FormExploded),
            Parameter::styled("c", "c", Style::Json),
            Parameter::reserved("d", "d", Style::DeepObject),
        ]);
    let body = json!({"a": ["x", "y"], "b": {"k": "v"}, "c": [{"p": 1}], "d": "/", "e": "/"});
    let request = build(&OPERATION, |request| request.json(&&body))
        .unwrap()
        .request;
    let sent = request.body().and_then(|body| body.as_bytes()).unwrap();
    let expected = "a=x%7Cy&k=v&c=%5B%7B%22p%22%3A1%7D%5D&d=/&e=%2F";
    assert_eq!(String::from_utf8_lossy(sent), expected);
}

#[test]
fn a_field_that_a_form_cannot_hold_is_named() {
    let error = form(named("price", f64::NAN)).unwrap_err();
    let text = format!("{error:?}");
    assert!(
        text.contains("`price`: NaN is not a finite number"),
        "{text}"
    );
}

#[test]
fn an_optional_body_of_which_nothing_is_set_is_not_sent() {
    const JSON: Operation = Operation::new("things_create", "/things").optional_body();
    const FORM: Operation = JSON.encoding(Encoding::UrlEncoded);
    let nothing = json!({});
    for operation in [&JSON, &FORM] {
        let request = build(operation, |request| request.json(&&nothing))
            .unwrap()
            .request;
        assert!(request.body().is_none());
        assert!(request.headers().is_empty());
    }
    let set = build(&JSON, |request| request.json(&&json!({"a": null})))
        .unwrap()
        .request;
    assert_eq!(
        set.body().and_then(|body| body.as_bytes()),
        Some(&b"{\"a\":null}"[..])
    );
}

#[test]
fn a_form_is_an_object() {
    for error in [form(5), form("a"), form(["a"])] {
        assert!(error.is_err(), "{error:?}");
    }
}

// JSON values follow the same rules as API types.

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
