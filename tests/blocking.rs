//! Blocking calls of the client.

use httpmock::MockServer;
use serde_json::json;
use tests::command::{example_with, run};
use twelvelabs::{Client, mock, types};

fn client(server: &MockServer) -> Client {
    mock::client(server).expect("a client")
}

/// Mocks a list of two pages.
fn mock_assets(server: &MockServer) {
    for (page, names) in [("1", ["a.mp4", "b.mp4"].as_slice()), ("2", &["c.mp4"])] {
        let assets: Vec<_> = names.iter().map(|name| json!({"filename": name})).collect();
        mock::assets::list(server)
            .when(move |when| when.query_param("page", page))
            .then(|then| {
                then.status(200)
                    .json_body(json!({"data": assets, "page_info": {"total_page": 2}}))
            });
    }
}

#[test]
fn a_request_is_sent_without_a_runtime() {
    let server = MockServer::start();
    mock::assets::retrieve(&server).then(|then| {
        then.status(200)
            .json_body(json!({"_id": "1", "status": "ready"}))
    });
    let request = client(&server).assets().retrieve("1");
    let asset = request.send_blocking().expect("an asset");
    assert_eq!(asset.status, Some(types::AssetStatus::Ready));
}

#[test]
fn items_and_pages_are_iterators() {
    let server = MockServer::start();
    mock_assets(&server);
    let list = client(&server).assets().list();
    let items: Result<Vec<_>, _> = list.clone().stream_blocking().collect();
    let names = items.expect("assets").into_iter().map(|item| item.filename);
    assert_eq!(
        names.flatten().collect::<Vec<_>>(),
        ["a.mp4", "b.mp4", "c.mp4"]
    );
    let mut pages = list.pages_blocking();
    let first = pages.next().expect("a page").expect("the first page");
    assert_eq!(first.data.len(), 2);
    assert_eq!(pages.count(), 1);
}

#[test]
fn events_are_an_iterator() {
    let server = MockServer::start();
    mock::ungrouped::analyze_stream(&server).then(|then| {
        let body = "data: {\"event_type\": \"text_generation\", \"text\": \"A dog.\"}\n\n";
        then.status(200)
            .header("content-type", "text/event-stream")
            .body(body)
    });
    let video = types::VideoContextAssetId::new("a1");
    let request = client(&server).analyze_stream().video(video);
    let events = request.send_blocking().expect("events");
    let events: Result<Vec<_>, _> = events.collect();
    assert_eq!(events.expect("an event").len(), 1);
}

#[tokio::test]
async fn a_blocking_call_in_an_async_program_is_an_error() {
    let request = mock::client(&MockServer::start_async().await)
        .expect("a client")
        .assets()
        .list();
    let error = request.clone().send_blocking().expect_err("async");
    assert!(
        error
            .to_string()
            .contains("cannot block in an async runtime"),
        "{error}"
    );
    let mut items = request.stream_blocking();
    assert!(items.next().expect("an error").is_err());
}

#[test]
fn an_example_without_async_prints_all_assets() {
    let server = MockServer::start();
    mock_assets(&server);
    let mut example = example_with("blocking", &["blocking"]);
    example
        .env("TWELVE_LABS_API_KEY", "tlk_0123456789")
        .env("TWELVELABS_BASE_URL", server.base_url());
    assert_eq!(
        run(&mut example).exits_with(0).stdout,
        "a.mp4\nb.mp4\nc.mp4\n"
    );
}

#[test]
fn extras_need_no_runtime_either() {
    let server = MockServer::start();
    let lines = "{\"event_type\": \"text_generation\", \"text\": \"A dog\"}\n\
                 {\"event_type\": \"text_generation\", \"text\": \" runs.\"}\n";
    mock::ungrouped::analyze_stream(&server).then(|then| {
        then.status(200)
            .header("content-type", "application/x-ndjson")
            .body(lines)
    });
    let video = types::VideoContextAssetId::new("a1");
    let request = client(&server).analyze_stream().video(video);
    let text = request.send_blocking().expect("events").into_inner();
    let pieces: Result<Vec<String>, _> = text.into_text().into_blocking().collect();
    assert_eq!(pieces.expect("text"), ["A dog", " runs."]);

    let uploads = client(&server).multipart_upload();
    let kind = types::MultipartAssetType::Video;
    let upload = uploads.upload_file("no/such/file.mp4", kind);
    let error = upload.send_blocking().expect_err("there is no such file");
    assert!(error.to_string().contains("file.mp4"), "{error}");
}
