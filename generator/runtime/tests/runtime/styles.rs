//! The text of parameters in each location, style, and type: the table of OpenAPI 3.1.1.

use serde_json::{Value, json};

use crate::runtime::object;
use crate::runtime::{
    BuildError, Encoding, Operation, Parameter, PathParam, QueryParam, Raw, Style, cookie_param,
    encode_path, header_param,
};

#[derive(Clone, Debug, PartialEq)]
struct Color {
    r: i64,
    g: Option<i64>,
    b: String,
}

object! {
    Color {
        r: required "R",
        g: optional "G",
        b: required "B",
    }
}

/// Returns the color of the OpenAPI tables. Its properties are not in alphabetical order.
fn color() -> Color {
    Color {
        r: 100,
        g: Some(200),
        b: "15 0".to_owned(),
    }
}

/// Declares an operation whose parameter `c` has this style.
macro_rules! in_query {
    ($style:expr) => {{
        const OPERATION: Operation = Operation::new("colors_get", "/colors")
            .parameters(&[Parameter::styled("c", "c", $style)]);
        &OPERATION
    }};
}

fn query(operation: &'static Operation, values: [&Value; 3]) -> [String; 4] {
    let [empty, text, list] = values;
    let send = |value: &dyn Fn(Raw<'_>) -> Result<String, BuildError>| {
        value(Raw::new("https://h.example", operation)).unwrap()
    };
    macro_rules! sent {
        ($value:expr) => {
            send(&|raw| {
                let request = raw.client.get(format!("{}/colors", raw.baseurl));
                let built = request.query(&QueryParam::new("c", &$value)).build()?;
                Ok(built.request.url().query().unwrap_or_default().to_owned())
            })
        };
    }
    [sent!(empty), sent!(text), sent!(list), sent!(color())]
}

/// The values of the table: an empty text, a text, a list, and an object.
fn values() -> (Value, Value, Value) {
    (json!(""), json!("a/b"), json!(["blue", "b,k", 5, null]))
}

#[test]
fn a_query_follows_style_and_explode() {
    let (empty, text, list) = values();
    for (operation, expected) in [
        (
            in_query!(Style::FormExploded),
            ["c=", "c=a%2Fb", "c=blue&c=b%2Ck&c=5", "R=100&G=200&B=15+0"],
        ),
        (
            in_query!(Style::Form),
            ["c=", "c=a%2Fb", "c=blue,b%2Ck,5", "c=R,100,G,200,B,15+0"],
        ),
        (
            in_query!(Style::SpaceDelimited),
            [
                "c=",
                "c=a%2Fb",
                "c=blue%20b%2Ck%205",
                "c=R%20100%20G%20200%20B%2015+0",
            ],
        ),
        (
            in_query!(Style::PipeDelimited),
            [
                "c=",
                "c=a%2Fb",
                "c=blue%7Cb%2Ck%7C5",
                "c=R%7C100%7CG%7C200%7CB%7C15+0",
            ],
        ),
        (
            in_query!(Style::DeepObject),
            [
                "c=",
                "c=a%2Fb",
                "c=blue&c=b%2Ck&c=5",
                "c%5BR%5D=100&c%5BG%5D=200&c%5BB%5D=15+0",
            ],
        ),
    ] {
        assert_eq!(query(operation, [&empty, &text, &list]), expected);
    }
}

#[test]
fn read_only_properties_are_in_no_parameter() {
    struct Pet {
        id: Option<i64>,
        name: String,
    }
    object! {
        Pet {
            id: read_only "id",
            name: required "name",
        }
    }
    let pet = Pet {
        id: Some(1),
        name: "a".to_owned(),
    };
    for (operation, expected) in [
        (in_query!(Style::FormExploded), "name=a"),
        (in_query!(Style::Form), "c=name,a"),
        (in_query!(Style::DeepObject), "c%5Bname%5D=a"),
    ] {
        let raw = Raw::new("https://h.example", operation);
        let request = raw.client.get(format!("{}/colors", raw.baseurl));
        let built = request.query(&QueryParam::new("c", &pet)).build().unwrap();
        assert_eq!(built.request.url().query(), Some(expected));
    }
    let path = PathParam::new("c", &pet, Style::SimpleExploded).unwrap();
    assert_eq!(encode_path(&path.to_string()), "name=a");

    const FORM: Operation = Operation::new("pets_create", "/pets").encoding(Encoding::UrlEncoded);
    let raw = Raw::new("https://h.example", &FORM);
    let built = raw.client.post(raw.baseurl.to_owned()).json(&&pet).build();
    let request = built.unwrap().request;
    let body = request.body().and_then(|body| body.as_bytes());
    assert_eq!(body, Some(&b"name=a"[..]));
}

#[test]
fn a_path_follows_style_and_explode() {
    let (empty, text, list) = values();
    let path = |style, value: &dyn crate::runtime::write::Write| {
        let parameter = PathParam::new("c", value, style).unwrap();
        encode_path(&parameter.to_string())
    };
    for (style, expected) in [
        (
            Style::Simple,
            ["", "a%2Fb", "blue,b%2Ck,5", "R,100,G,200,B,15%200"],
        ),
        (
            Style::SimpleExploded,
            ["", "a%2Fb", "blue,b%2Ck,5", "R=100,G=200,B=15%200"],
        ),
        (
            Style::Label,
            [".", ".a%2Fb", ".blue,b%2Ck,5", ".R,100,G,200,B,15%200"],
        ),
        (
            Style::LabelExploded,
            [".", ".a%2Fb", ".blue.b%2Ck.5", ".R=100.G=200.B=15%200"],
        ),
        (
            Style::Matrix,
            [
                ";c",
                ";c=a%2Fb",
                ";c=blue,b%2Ck,5",
                ";c=R,100,G,200,B,15%200",
            ],
        ),
        (
            Style::MatrixExploded,
            [
                ";c",
                ";c=a%2Fb",
                ";c=blue;c=b%2Ck;c=5",
                ";R=100;G=200;B=15%200",
            ],
        ),
    ] {
        let sent = [
            path(style, &empty),
            path(style, &text),
            path(style, &list),
            path(style, &color()),
        ];
        assert_eq!(sent, expected, "{style:?}");
    }
}

#[test]
fn a_header_is_simple_and_not_encoded() {
    let (empty, text, list) = values();
    for (style, object) in [
        (Style::Simple, "R,100,G,200,B,15 0"),
        (Style::SimpleExploded, "R=100,G=200,B=15 0"),
    ] {
        let header = |value: &dyn crate::runtime::write::Write| {
            header_param("c", value, style).unwrap().unwrap()
        };
        let sent = [
            header(&empty),
            header(&text),
            header(&list),
            header(&color()),
        ];
        assert_eq!(sent, ["", "a/b", "blue,b,k,5", object]);
    }
}

#[test]
fn a_cookie_is_a_form() {
    let (empty, text, list) = values();
    for (style, several, object) in [
        (Style::Form, "c=blue,b%2Ck,5", "c=R,100,G,200,B,15%200"),
        (
            Style::FormExploded,
            "c=blue; c=b%2Ck; c=5",
            "R=100; G=200; B=15%200",
        ),
    ] {
        let cookie = |value: &dyn crate::runtime::write::Write| {
            cookie_param("c", value, style).unwrap().unwrap()
        };
        let sent = [
            cookie(&empty),
            cookie(&text),
            cookie(&list),
            cookie(&color()),
        ];
        assert_eq!(sent, ["c=", "c=a%2Fb", several, object]);
    }
}

#[test]
fn a_value_may_be_json_in_each_location() {
    let list = json!(["a"]);
    let path = PathParam::new("c", &list, Style::Json).unwrap();
    assert_eq!(encode_path(&path.to_string()), "%5B%22a%22%5D");
    let header = header_param("c", &list, Style::Json).unwrap();
    assert_eq!(header.as_deref(), Some("[\"a\"]"));
    let cookie = cookie_param("c", &list, Style::Json).unwrap();
    assert_eq!(cookie.as_deref(), Some("c=%5B%22a%22%5D"));
}

#[test]
fn values_nested_deeper_than_a_style_are_json() {
    let nested = json!({"a": {"b": 1}, "c": [2]});
    let header = header_param("c", &nested, Style::SimpleExploded).unwrap();
    assert_eq!(header.as_deref(), Some("a={\"b\":1},c=[2]"));
}

#[test]
fn an_absent_value_is_not_sent_and_a_path_refuses_it() {
    let style = Style::Simple;
    for absent in [json!(null), json!([]), json!({})] {
        assert_eq!(header_param("c", &absent, style).unwrap(), None);
        let error = PathParam::new("c", &absent, style).unwrap_err();
        assert!(
            format!("{error:?}").contains("`c`: it is empty"),
            "{error:?}"
        );
    }
    let error = header_param("c", &f64::NAN, style).unwrap_err();
    assert!(format!("{error:?}").contains("`c`: NaN"), "{error:?}");
}
