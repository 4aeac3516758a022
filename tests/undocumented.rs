//! Use of undocumented features: additional properties, custom types, whole bodies, and
//! undocumented endpoints.

use httpmock::Method::{GET, POST};
use httpmock::MockServer;
use serde_json::{Value, json};
use tests::Workplace;
use tests::command::{example, run};
use tests::wiretap::Wiretap;
use twelvelabs::operations::assets::ListRequest;
use twelvelabs::operations::indexes::{CreateRequest, UpdateRequest};
use twelvelabs::types::{IndexesCreateRequest, IndexesUpdateRequest, NewIndexModel};
use twelvelabs::{Client, Method, Request};

const KEY: &str = "tlk_0123456789";

fn client(url: &str) -> Client {
    let builder = Client::builder().api_key(KEY).base_url(url);
    builder.build().expect("a valid configuration")
}

/// Returns the body of the only request.
fn body(wiretap: &Wiretap) -> Value {
    let request = wiretap.request();
    let body = request.split_once("\r\n\r\n").map(|(_, body)| body);
    serde_json::from_str(body.unwrap_or_default()).expect("JSON")
}

#[tokio::test]
async fn a_request_has_undocumented_properties() {
    let wiretap = Wiretap::answering("200 OK", "{}");
    let request = client(&wiretap.url).indexes().create("films", []);
    let request = request.body_field("retention", json!({"days": 30}));
    // Options that are set later do not remove the property.
    let options = twelvelabs::CallOptions::new().header("x-trace", "1");
    request
        .with_options(options)
        .send()
        .await
        .expect("an index");
    assert_eq!(
        body(&wiretap),
        json!({"index_name": "films", "models": [], "retention": {"days": 30}})
    );
}

#[tokio::test]
async fn an_analysis_of_nothing_is_not_sent_unless_a_property_is_added() {
    let wiretap = Wiretap::answering("200 OK", "{}");
    let client = client(&wiretap.url);
    let error = client
        .analyze()
        .send()
        .await
        .expect_err("nothing is analyzed");
    assert_eq!(
        error.to_string(),
        "analyze: invalid request: the body needs `video` or `image`"
    );
    let request = client
        .analyze()
        .body_field("video", "an undocumented video");
    request.send().await.expect("an analysis");
    assert_eq!(
        body(&wiretap),
        json!({"stream": false, "video": "an undocumented video"})
    );
}

#[tokio::test]
async fn an_option_is_passed_to_a_setter() {
    let list = |filename: Option<&str>, page: Option<i64>| {
        let wiretap = Wiretap::answering("200 OK", "{}");
        let request = client(&wiretap.url).assets().list();
        let request = request
            .maybe(filename, ListRequest::filename)
            .maybe(page, ListRequest::page);
        async move {
            request.send().await.expect("a list");
            let request = wiretap.request();
            request.lines().next().unwrap_or_default().to_owned()
        }
    };
    assert_eq!(list(None, None).await, "GET /assets HTTP/1.1");
    assert_eq!(
        list(Some("a.mp4"), Some(2)).await,
        "GET /assets?filename=a.mp4&page=2 HTTP/1.1"
    );
}

#[tokio::test]
async fn a_response_is_read_as_another_type() {
    let wiretap = Wiretap::answering("200 OK", r#"{"_id": 5}"#);
    let request = || client(&wiretap.url).assets().retrieve("a");
    assert!(request().send().await.is_err());
    let asset: Value = request().send_as().await.expect("any JSON");
    assert_eq!(asset, json!({"_id": 5}));
}

#[tokio::test]
async fn generic_code_reads_responses_as_another_type() {
    async fn id(request: impl Request) -> Value {
        let response: Value = request.send_as().await.expect("any JSON");
        response["_id"].clone()
    }
    let wiretap = Wiretap::answering("200 OK", r#"{"_id": 5}"#);
    assert_eq!(id(client(&wiretap.url).assets().retrieve("a")).await, 5);
}

#[tokio::test]
async fn a_response_keeps_its_bytes() {
    let sent = r#"{"_id": "a",  "unknown": [1]}"#;
    let wiretap = Wiretap::answering("200 OK", sent);
    let request = client(&wiretap.url).assets().retrieve("a");
    let response = request.send_with_response().await.expect("an asset");
    assert_eq!(response.bytes(), sent);
    assert_eq!(response.value().id.as_deref(), Some("a"));
}

#[tokio::test]
async fn a_whole_body_takes_the_place_of_the_arguments() {
    let stored = json!({
        "index_name": "films",
        "models": [{"model_name": "marengo3.0", "model_options": ["visual"]}],
    });
    let wiretap = Wiretap::answering("200 OK", "{}");
    let read: IndexesCreateRequest = serde_json::from_value(stored.clone()).expect("a body");
    assert_eq!(read.models, [NewIndexModel::new(vec!["visual".to_owned()])]);
    let request = CreateRequest::from_body(&client(&wiretap.url), read);
    request.send().await.expect("an index");
    assert_eq!(body(&wiretap), stored);
}

#[tokio::test]
async fn parameters_stay_arguments_beside_a_whole_body() {
    let wiretap = Wiretap::answering("200 OK", "");
    let update = IndexesUpdateRequest::new("films");
    let request = UpdateRequest::from_body(&client(&wiretap.url), "i1", update);
    request.send().await.expect("no content");
    assert_eq!(wiretap.request_line(), "PUT /indexes/i1 HTTP/1.1");
    assert_eq!(body(&wiretap), json!({"index_name": "films"}));
}

#[tokio::test]
async fn an_endpoint_without_a_method_is_called() {
    let wiretap = Wiretap::answering("200 OK", r#"{"minutes": 7}"#);
    let client = client(&format!("{}/v1.3", wiretap.url));
    let request = client
        .request(Method::GET, "/usage")
        .query("period", "month");
    let usage: Value = request.send_as().await.expect("any JSON");
    assert_eq!(usage["minutes"], 7);
    let line = "GET /v1.3/usage?period=month HTTP/1.1";
    assert_eq!(wiretap.request_line(), line);
    assert!(wiretap.headers().contains(&format!("x-api-key: {KEY}")));
}

#[test]
fn a_type_keeps_unknown_properties_where_the_overlay_says_so() {
    let workplace = Workplace::with_spec_of("pet_shop");
    let mut overlay = workplace.read("spec/overlay.yaml");
    overlay.push_str(
        "  - target: $.components.schemas.Pet\n    description: Pets have more properties.\n    \
         update: {additionalProperties: true}\n",
    );
    workplace.write("spec/overlay.yaml", &overlay);
    workplace.codegen(&[]).exits_with(0);
    let pet = workplace.read("client/src/types/pet.rs");
    let field = "pub extra: serde_json::Map<String, serde_json::Value>,";
    assert!(pet.contains(field), "{pet}");
}

#[test]
fn the_example_runs() {
    let server = MockServer::start();
    server.mock(|when, then| {
        when.method(POST)
            .path("/v1.3/indexes")
            .json_body_includes(r#"{"index_name": "films", "retention": {"days": 30}}"#);
        then.status(201)
            .json_body(json!({"_id": "i1", "expires_at": "2026-12-31"}));
    });
    server.mock(|when, then| {
        when.method(POST)
            .path("/v1.3/indexes")
            .json_body(json!({"index_name": "series", "models": []}));
        then.status(201).body(r#"{"_id":"i2"}"#);
    });
    server.mock(|when, then| {
        when.method(GET)
            .path("/v1.3/usage")
            .query_param("period", "month");
        then.status(200).json_body(json!({"minutes": 7}));
    });
    let outcome = run(example("undocumented")
        .env("TWELVE_LABS_API_KEY", KEY)
        .env("TWELVELABS_BASE_URL", server.url("/v1.3")))
    .exits_with(0);
    insta::assert_snapshot!(outcome.stdout, @r#"
    created "i1" until "2026-12-31"
    received 12 bytes
    used 7 minutes
    "#);
}
