//! Undocumented properties of bodies.

use serde_json::json;

use crate::calls::Calls;
use crate::runtime::{
    Call, CallOptions, Client, Encoding, Error, Form, Operation, RequestBody, Upload,
};
use crate::server::{KEY, Server, answer};

const JSON: Operation = Operation::new("things_create", "/things").optional_body();
const FORM: Operation = Operation::new("things_create", "/things")
    .optional_body()
    .encoding(Encoding::UrlEncoded);
const TEXT: Operation = Operation::new("things_create", "/things").encoding(Encoding::Text);

/// Sends a body with additional properties, and returns the body that the server received.
async fn sent<B>(
    operation: &'static Operation,
    body: B,
    options: CallOptions,
) -> Result<String, Error>
where
    B: RequestBody + Send + 'static,
{
    let server = Server::answering(answer("200 OK", "null")).await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(&server.url)
        .build()?;
    let call = Call::new(&client, operation, &options).prepare(move |raw| {
        let url = format!("{}/things", raw.baseurl);
        raw.client.post(url).json(&&body).build()
    });
    call.empty().await?;
    let requests = server.requests();
    Ok(requests[0].split_once("\r\n\r\n").unwrap().1.to_owned())
}

fn options() -> CallOptions {
    CallOptions::new()
        .body_field("new", json!({"deep": [1, null]}))
        .body_field("a", "other")
}

#[tokio::test]
async fn properties_are_added_to_json_and_replace_documented_ones() {
    let body = json!({"a": 1, "big": 12345678901234567890_u64});
    let body = sent(&JSON, body, options()).await.unwrap();
    assert_eq!(
        body,
        r#"{"a":"other","big":12345678901234567890,"new":{"deep":[1,null]}}"#
    );
}

#[tokio::test]
async fn an_optional_body_consists_of_them_if_nothing_else_is_set() {
    let body = sent(&JSON, json!({}), options()).await.unwrap();
    assert_eq!(body, r#"{"a":"other","new":{"deep":[1,null]}}"#);
    let body = sent(&FORM, json!({}), CallOptions::new().body_field("a", 1));
    assert_eq!(body.await.unwrap(), "a=1");
    let body = sent(&JSON, Form::new(), CallOptions::new().body_field("a", 1));
    let body = body.await.unwrap();
    assert!(body.contains("name=\"a\"\r\n\r\n1\r\n"), "{body}");
}

#[tokio::test]
async fn an_empty_optional_form_is_still_left_out() {
    let body = sent(&JSON, Form::new(), CallOptions::new()).await.unwrap();
    assert_eq!(body, "");
}

#[tokio::test]
async fn properties_are_added_to_a_url_encoded_form() {
    let body = json!({"a": {"b": 1}, "c": ["d", "e"]});
    let body = sent(&FORM, body, options()).await.unwrap();
    assert_eq!(body, "c=d&c=e&new%5Bdeep%5D=1&a=other");
}

#[tokio::test]
async fn properties_are_added_to_a_form_of_parts() {
    let form = Form::new().field("a", "first").field("b", "kept");
    let body = sent(&JSON, form, options()).await.unwrap();
    assert!(body.contains("name=\"b\"\r\n\r\nkept\r\n"), "{body}");
    assert!(body.contains("name=\"a\"\r\n\r\nother\r\n"), "{body}");
    assert!(body.contains(r#"{"deep":[1,null]}"#), "{body}");
    assert!(!body.contains("first"), "{body}");
}

#[tokio::test]
async fn a_body_without_properties_takes_none() {
    let said = "things_create: invalid request: properties cannot be added to a body that is \
                neither an object nor a form";
    let error = sent(&TEXT, "text".to_owned(), options()).await.unwrap_err();
    assert_eq!(error.to_string(), said);
    let error = sent(&JSON, json!([1]), options()).await.unwrap_err();
    assert_eq!(error.to_string(), said);
    let error = sent(&JSON, Upload::from(b"file"), options())
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), said);
}

#[tokio::test]
async fn a_value_that_cannot_be_json_is_an_error() {
    let options = CallOptions::new().body_field("a", std::collections::BTreeMap::from([((), 1)]));
    let error = sent(&JSON, json!({}), options).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "things_create: invalid request: the value of `a` cannot be serialized as JSON: key must be a string"
    );
}

#[test]
fn debug_shows_their_names_alone() {
    let text = format!("{:?}", options());
    assert!(text.contains(r#"body_fields: ["new", "a"]"#), "{text}");
    assert!(!text.contains("other"), "{text}");
}
