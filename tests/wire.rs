//! The Twelve Labs client on the wire: the requests of `client.assets().list()` to a local server,
//! and its handling of responses.

use std::collections::{BTreeMap, HashMap};
use std::error::Error as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::time::Duration;

use httpmock::Method::GET;
use httpmock::{Mock, MockServer, Then};
use serde_json::json;
use tempfile::NamedTempFile;
use tests::wiretap::Wiretap;
use twelvelabs::operations::assets::{Assets, ListRequest, ReplaceUserMetadataRequest};
use twelvelabs::types::{
    AssetList, AssetMethod, AssetStatus, AssetType, UploadMethod, UserMetadataValue,
};
use twelvelabs::{Client, Error, Upload, types};

const KEY: &str = "tlk_0123456789";

// Requests.

#[tokio::test]
async fn every_parameter_is_sent_and_lists_repeat_their_name() {
    let wiretap = Wiretap::answering("200 OK", "{}");
    client(&wiretap.url)
        .assets()
        .list()
        .page(2)
        .page_limit(50)
        .asset_ids(["a 1", "b&2"])
        .asset_types([AssetType::Video, AssetType::from("hologram")])
        .send()
        .await
        .expect("an empty page");
    assert_eq!(
        wiretap.request_line(),
        "GET /assets?asset_ids=a+1&asset_ids=b%262&asset_types=video&asset_types=hologram\
         &page=2&page_limit=50 HTTP/1.1"
    );
}

#[tokio::test]
async fn unset_values_are_not_sent() {
    let wiretap = Wiretap::answering("200 OK", "{}");
    list(&wiretap.url).send().await.expect("an empty page");
    assert_eq!(wiretap.request_line(), "GET /assets HTTP/1.1");
}

#[tokio::test]
async fn an_empty_list_is_not_sent() {
    let wiretap = Wiretap::answering("200 OK", "{}");
    let request = list(&wiretap.url).asset_ids([""; 0]);
    request.send().await.expect("an empty page");
    assert_eq!(wiretap.request_line(), "GET /assets HTTP/1.1");
}

/// Returns the metadata that a request sends.
async fn metadata(replace: impl FnOnce(Assets) -> ReplaceUserMetadataRequest) -> serde_json::Value {
    let wiretap = Wiretap::answering("204 No Content", "");
    let request = replace(client(&wiretap.url).assets());
    request.send().await.expect("no content");
    let request = wiretap.request();
    let (_, body) = request.split_once("\r\n\r\n").expect("a body");
    let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
    body["user_metadata"].clone()
}

#[tokio::test]
async fn metadata_is_given_as_pairs_or_as_a_map() {
    let texts = [("title", "Dune"), ("year", "2021")];
    assert_eq!(
        metadata(|assets| assets.replace_user_metadata("a1", texts)).await,
        json!({"title": "Dune", "year": "2021"})
    );
    assert_eq!(
        metadata(|assets| assets.replace_user_metadata("a1", [("year", 2021)])).await,
        json!({"year": 2021})
    );
    let map = HashMap::from([("tags".to_owned(), vec!["a".to_owned()])]);
    assert_eq!(
        metadata(|assets| assets.replace_user_metadata("a1", map)).await,
        json!({"tags": ["a"]})
    );
    let mixed: [(&str, UserMetadataValue); 2] = [("title", "Dune".into()), ("year", 2021.into())];
    assert_eq!(
        metadata(|assets| assets.replace_user_metadata("a1", mixed)).await,
        json!({"title": "Dune", "year": 2021})
    );
}

#[tokio::test]
async fn a_value_of_metadata_can_be_null() {
    let pairs = [("title", Some("Dune".into())), ("year", None)];
    assert_eq!(
        metadata(|assets| assets.replace_user_metadata("a1", pairs)).await,
        json!({"title": "Dune", "year": null})
    );
    let map: BTreeMap<String, Option<UserMetadataValue>> =
        BTreeMap::from([("year".to_owned(), None)]);
    assert_eq!(
        metadata(|assets| assets.replace_user_metadata("a1", map)).await,
        json!({"year": null})
    );
}

#[tokio::test]
async fn a_file_can_be_given_as_a_path() {
    let mut file = NamedTempFile::with_suffix(".mp4").expect("a file");
    file.write_all(b"content").expect("room");
    let path = file.path().to_str().expect("a text").to_owned();
    let uploads = [
        Upload::from(path.as_str()),
        Upload::from(&path),
        Upload::from(path),
    ];
    for upload in uploads {
        let wiretap = Wiretap::answering("200 OK", "{}");
        let request = client(&wiretap.url).assets().create(UploadMethod::Direct);
        request.file(upload).send().await.expect("an asset");
        let request = wiretap.request();
        assert!(
            request.contains(".mp4\"\r\nContent-Type: video/mp4\r\n\r\ncontent\r\n"),
            "{request}"
        );
    }
}

#[tokio::test]
async fn the_path_is_below_the_base_address() {
    for end in ["", "/"] {
        let server = MockServer::start_async().await;
        let mock = server
            .mock_async(|when, then| {
                when.method(GET).path("/v1.3/assets");
                then.status(200).json_body(json!({}));
            })
            .await;
        let request = list(&format!("{}/v1.3{end}", server.base_url()));
        request.send().await.expect("an empty page");
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn the_base_address_is_that_of_the_api_by_default() {
    let client = Client::new(KEY).expect("a key is all that is needed");
    assert_eq!(client.base_url(), "https://api.twelvelabs.io/v1.3");
}

#[tokio::test]
async fn the_headers_are_those_that_the_api_asks_for_and_no_others() {
    let wiretap = Wiretap::answering("200 OK", "{}");
    list(&wiretap.url).send().await.expect("an empty page");
    let host = wiretap.url.trim_start_matches("http://");
    assert_eq!(
        wiretap.headers(),
        [
            "accept-encoding: gzip".to_owned(),
            "accept: application/json".to_owned(),
            format!("host: {host}"),
            format!("user-agent: twelvelabs/{}", version_of_the_client()),
            format!("x-api-key: {KEY}"),
        ]
    );
}

#[tokio::test]
async fn a_request_may_be_kept_and_sent_twice() {
    let server = MockServer::start_async().await;
    let mock = answer(&server, |then| then.status(200).json_body(json!({}))).await;
    let request = list(&server.base_url()).page(3);
    request.clone().send().await.expect("an empty page");
    request.send().await.expect("an empty page");
    mock.assert_calls_async(2).await;
}

#[test]
fn a_request_can_be_shown_and_it_and_its_future_can_go_to_another_thread() {
    fn goes_anywhere<T: Send>(thing: T) -> T {
        thing
    }
    let request = goes_anywhere(list("http://127.0.0.1:9"));
    assert!(format!("{request:?}").contains("ListRequest"));
    drop(goes_anywhere(request.clone().send()));
    drop(goes_anywhere(request.send_with_response()));
}

// Successful responses.

#[test]
fn a_struct_that_is_sent_is_made_of_what_it_requires_and_knows_its_form() {
    let video = types::VideoContextUrl::new("https://example.com/a.mp4");
    assert_eq!(
        serde_json::to_value(types::VideoContext::from(video)).expect("JSON"),
        json!({"type": "url", "url": "https://example.com/a.mp4"})
    );
}

#[tokio::test]
async fn a_page_has_assets_and_says_which_page_it_is() {
    let page = page_from(json!({
        "data": [{
            "_id": "6298d673f1090f1100476d4c",
            "method": "direct",
            "status": "ready",
            "filename": "01.mp4",
            "file_type": "video/mp4",
            "created_at": "2024-01-01T00:00:00Z",
        }],
        "page_info": {"limit_per_page": 10, "page": 1, "total_page": 2, "total_results": 11},
    }))
    .await;

    let asset = &page.data[0];
    assert_eq!(asset.id.as_deref(), Some("6298d673f1090f1100476d4c"));
    assert_eq!(asset.method, Some(AssetMethod::Direct));
    assert_eq!(asset.status, Some(AssetStatus::Ready));
    assert_eq!(asset.filename.as_deref(), Some("01.mp4"));
    assert_eq!(asset.file_type.as_deref(), Some("video/mp4"));
    let created_at = asset.created_at.expect("a time").to_string();
    assert_eq!(created_at, "2024-01-01 00:00:00 UTC");

    let info = page.page_info.expect("it was sent");
    assert_eq!(info.limit_per_page, Some(10));
    assert_eq!(info.page, Some(1));
    assert_eq!(info.total_page, Some(2));
    assert_eq!(info.total_results, Some(11));
}

#[tokio::test]
async fn a_value_from_a_newer_server_is_kept_as_it_came() {
    let page = page_from(json!({"data": [{"method": "satellite", "status": "ready"}]})).await;
    let method = page.data[0].method.clone().expect("it was sent");
    assert!(matches!(method, AssetMethod::Unknown(_)), "{method:?}");
    assert_eq!(method.as_str(), "satellite");
    let sent_back = serde_json::to_value(&page).expect("it came as JSON");
    assert_eq!(
        sent_back,
        json!({"data": [{"method": "satellite", "status": "ready"}]})
    );
}

#[tokio::test]
async fn a_field_from_a_newer_server_is_ignored() {
    let page = page_from(json!({"data": [{"_id": "a", "new": {"deep": [1]}}], "newer": 1})).await;
    assert_eq!(page.data[0].id.as_deref(), Some("a"));
}

#[tokio::test]
async fn null_is_absence() {
    let asset = page_from(json!({
        "data": [{
            "_id": null, "method": null, "status": null,
            "filename": null, "file_type": null, "created_at": null,
        }],
        "page_info": {"page": null},
    }))
    .await;
    let absent = page_from(json!({"data": [{}], "page_info": {}})).await;
    assert_eq!(asset, absent);

    let nothing = page_from(json!({"data": null, "page_info": null})).await;
    assert_eq!(nothing, AssetList::default());
}

#[tokio::test]
async fn an_answer_can_be_had_with_its_status_and_headers() {
    let server = MockServer::start_async().await;
    answer(&server, |then| {
        then.status(203)
            .header("x-ratelimit-remaining", "9")
            .json_body(json!({"data": [{"_id": "a"}]}))
    })
    .await;
    let request = list(&server.base_url());
    let response = request.send_with_response().await.expect("a page");
    assert_eq!(response.status(), 203);
    assert_eq!(response.headers()["x-ratelimit-remaining"], "9");
    assert_eq!(response.value().data.len(), 1);
    assert_eq!(response.into_inner().data[0].id.as_deref(), Some("a"));
}

// Error responses.

#[tokio::test]
async fn an_error_has_the_status_and_what_the_api_says_about_it() {
    let body = r#"{"code":"parameter_invalid","message":"The page must be positive."}"#;
    let error = error_from(|then| then.status(400).header("x-request-id", "r1").body(body)).await;
    let Error::Api(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.status(), 400);
    assert_eq!(error.headers()["x-request-id"], "r1");
    assert_eq!(error.code(), Some("parameter_invalid"));
    assert_eq!(error.message(), Some("The page must be positive."));
    assert_eq!(error.body(), body);
    assert_eq!(
        error.to_string(),
        "assets_list: 400 Bad Request: parameter_invalid: The page must be positive."
    );
}

#[tokio::test]
async fn an_error_without_a_body_has_its_status() {
    let error = error_from(|then| then.status(400)).await;
    assert_eq!(error.status().expect("a response"), 400);
    assert_eq!(error.code(), None);
    assert_eq!(error.message(), None);
    assert_eq!(error.to_string(), "assets_list: 400 Bad Request");
}

#[tokio::test]
async fn an_error_that_is_a_web_page_keeps_it() {
    let page = "<html>\n<h1>Not Found</h1>\n</html>";
    let error = error_from(|then| then.status(404).body(page)).await;
    assert!(error.is_not_found());
    assert_eq!(error.code(), None);
    assert_eq!(error.body().expect("a response"), page);
    assert!(error.to_string().contains("404 Not Found"));
}

#[tokio::test]
async fn an_error_of_the_server_is_worth_another_try() {
    let body = r#"{"code":"internal_server_error","message":"Try again."}"#;
    let error = error_from(|then| then.status(500).body(body)).await;
    assert_eq!(error.status().expect("a response"), 500);
    assert_eq!(error.code(), Some("internal_server_error"));
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_success_that_does_not_match_says_where() {
    let body = r#"{"data":[{"_id":"a"},{"_id":7}]}"#;
    let error = error_from(|then| then.status(200).body(body)).await;
    let Error::Decode(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.path(), "data[1]._id");
    assert_eq!(error.status(), 200);
    assert_eq!(error.body(), body);
    assert!(error.to_string().contains("`data[1]._id`"));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_page() {
    let wiretap = Wiretap::sending("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"data\":[");
    let error = list(&wiretap.url).send().await.expect_err("half a body");
    let Error::Transport(error) = error else {
        panic!("{error:?}")
    };
    assert!(error.is_body() && !error.is_timeout());
    assert_eq!(error.operation(), Some("assets_list"));
}

#[tokio::test]
async fn a_server_that_is_too_slow_is_a_timeout() {
    let server = MockServer::start_async().await;
    answer(&server, |then| {
        then.status(200).delay(Duration::from_secs(20)).body("{}")
    })
    .await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(server.base_url())
        .timeout(Duration::from_millis(300))
        .build()
        .expect("a good configuration");
    let error = client.assets().list().send().await.expect_err("no answer");
    assert!(error.is_timeout(), "{error:?}");
    assert!(error.to_string().starts_with("assets_list: timed out"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("the port has a number");
    drop(listener);
    let request = list(&format!("http://{address}"));
    let error = request.send().await.expect_err("nobody answers");
    assert!(error.is_connect(), "{error:?}");
}

// The key.

#[test]
fn the_key_is_not_shown_by_client_builder_or_request() {
    let builder = Client::builder().api_key(KEY);
    assert_hidden(&format!("{builder:?} {builder:#?}"));
    let client = builder.build().expect("a key is all that is needed");
    let request = client.assets().list().page(1);
    assert_hidden(&format!("{client:?} {client:#?}"));
    assert_hidden(&format!("{request:?} {request:#?} {:?}", client.assets()));
}

#[tokio::test]
async fn the_key_is_not_shown_by_any_error() {
    let errors = [
        error_from(|then| then.status(401).body("unauthorized")).await,
        error_from(|then| then.status(200).body("no JSON")).await,
        list("http://127.0.0.1:9").send().await.expect_err("nobody"),
        Client::new(format!("{KEY}\n")).expect_err("no header can carry it"),
    ];
    for error in errors {
        assert_hidden(&everything_said_by(&error));
    }
}

#[tokio::test]
async fn the_key_is_not_shown_where_the_server_repeats_it_to_refuse_it() {
    let error = error_from(|then| then.status(401).body(format!("bad key {KEY}"))).await;
    assert_hidden(&everything_said_by(&error));
}

#[tokio::test]
async fn the_key_is_not_shown_where_the_server_repeats_it_in_a_header() {
    let error = error_from(|then| then.status(401).header("x-got-key", KEY)).await;
    assert_hidden(&everything_said_by(&error));
}

#[tokio::test]
async fn the_key_is_not_shown_where_the_server_repeats_it_in_a_success() {
    let error = error_from(|then| then.status(200).json_body(json!({ "data": KEY }))).await;
    assert_hidden(&everything_said_by(&error));
}

fn client(base_url: &str) -> Client {
    Client::builder()
        .api_key(KEY)
        .base_url(base_url)
        .timeout(Duration::from_secs(10))
        .build()
        .expect("a good configuration")
}

fn list(base_url: &str) -> ListRequest {
    client(base_url).assets().list()
}

/// Sets the response of the server to every request.
async fn answer(server: &MockServer, with: impl FnOnce(Then) -> Then) -> Mock<'_> {
    server
        .mock_async(|when, then| {
            when.method(GET).path("/assets").header("x-api-key", KEY);
            with(then);
        })
        .await
}

/// Lists the assets of a server that responds with this body.
async fn page_from(body: serde_json::Value) -> AssetList {
    let server = MockServer::start_async().await;
    answer(&server, |then| then.status(200).json_body(body)).await;
    let page = list(&server.base_url()).send().await;
    page.expect("the body is a page")
}

/// Returns the error of listing the assets of a server that responds with this.
async fn error_from(with: impl FnOnce(Then) -> Then) -> Error {
    let server = MockServer::start_async().await;
    answer(&server, with).await;
    let page = list(&server.base_url()).send().await;
    page.expect_err("the response is not a page")
}

/// Returns all texts of an error and its causes.
fn everything_said_by(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(" {error} {error:?}");
        cause = error.source();
    }
    text
}

#[track_caller]
fn assert_hidden(text: &str) {
    assert!(!text.contains(KEY), "the key is shown: {text}");
}

fn version_of_the_client() -> String {
    let manifest = std::fs::read_to_string(tests::repository("generated-client/Cargo.toml"));
    let manifest = manifest.expect("the client has a manifest");
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("version = "));
    version.unwrap_or_default().trim_matches('"').to_owned()
}
