//! The feature `mock` of the Twelve Labs client: tests of a program that uses the client without
//! the API. They include the examples in the documentation of the module.

use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use tokio::time::Instant;
use twelvelabs::mock::{self, Cassette, MockServer, Reply};
use twelvelabs::types::{
    Asset, AssetList, AssetStatus, BatchItemStatus, BatchResultItem, ImageSearchHit,
    KnowledgeStoreSearchQuery, PageInfo, SearchItem, SearchKnowledgeStoreHit,
    SearchKnowledgeStoreOptions, SearchKnowledgeStoreResponse, SearchPageInfo, SearchResults,
};
use twelvelabs::webhooks::{self, ErrorKind, Event};
use twelvelabs::{Client, Error};

fn asset(id: &str) -> Asset {
    Asset::new().id(id).status(AssetStatus::Ready)
}

fn page() -> AssetList {
    AssetList::new().data(vec![asset("a1")])
}

/// Returns the ids of all assets.
async fn ids(client: &Client) -> Result<Vec<String>, Error> {
    let mut assets = client.assets().list().stream();
    let mut ids = Vec::new();
    while let Some(asset) = assets.next_item().await? {
        ids.extend(asset.id);
    }
    Ok(ids)
}

#[tokio::test]
async fn an_operation_responds_with_a_value() {
    let server = MockServer::start_async().await;
    let mocked = mock::assets::list(&server).reply(&page());
    let client = mock::client(&server).expect("a server on this machine");
    let response = client.assets().list().send().await.expect("a response");
    assert_eq!(response, page());
    mocked.assert();
}

#[tokio::test]
async fn a_failure_is_an_error_at_once() {
    let server = MockServer::start_async().await;
    let mocked = mock::assets::list(&server).fails(429, json!({"code": "too_many"}));
    let client = mock::client(&server).expect("a server on this machine");
    let error = client.assets().list().send().await.expect_err("a failure");
    assert!(error.is_rate_limited());
    assert_eq!(error.code(), Some("too_many"));
    mocked.assert_calls(1);
}

#[tokio::test]
async fn a_response_may_be_for_some_requests_alone() {
    let server = MockServer::start_async().await;
    let second = mock::assets::list(&server)
        .when(|when| when.query_param("page", "2"))
        .reply(&page());
    let client = mock::client(&server).expect("a server on this machine");
    let list = || client.assets().list();
    list().page(2).send().await.expect("a response");
    assert!(list().send().await.is_err_and(|error| error.is_not_found()));
    second.assert_calls(1);
}

#[tokio::test]
async fn a_response_may_be_custom() {
    let server = MockServer::start_async().await;
    mock::assets::list(&server).then(|then| then.status(200).body("no JSON"));
    let client = mock::client(&server).expect("a server on this machine");
    let error = client.assets().list().send().await.expect_err("no JSON");
    assert!(error.to_string().contains("the body is not JSON"));
}

#[tokio::test]
async fn the_mock_of_a_page_ends_the_list() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    mock::assets::list(&server).reply(&page());
    assert_eq!(ids(&mock::client(&server)?).await?, ["a1"]);
    Ok(())
}

#[tokio::test]
async fn the_pages_of_a_list_are_one_expression() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let info = PageInfo::new().total_page(1);
    let pages = ["a1", "a2"].map(|id| AssetList::new().data(vec![asset(id)]));
    mock::assets::list(&server).pages(&pages.map(|page| page.page_info(info.clone())));
    let client = mock::client(&server)?;
    assert_eq!(ids(&client).await?, ["a1", "a2"]);
    let second = client.assets().list().page(2).send().await?;
    assert_eq!(second.data, [asset("a2")]);
    Ok(())
}

#[tokio::test]
async fn a_search_has_its_token_in_the_body() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let hits = [1, 2, 3].map(|rank| SearchKnowledgeStoreHit::from(ImageSearchHit::new(rank, "i")));
    let page = |hit: &SearchKnowledgeStoreHit| {
        let options = SearchKnowledgeStoreOptions::new();
        SearchKnowledgeStoreResponse::new(vec![hit.clone()], options)
    };
    let mocked = mock::knowledge_stores::search(&server).pages(&hits.each_ref().map(page));
    let client = mock::client(&server)?;
    let query = KnowledgeStoreSearchQuery::new("a dog");
    let search = client.knowledge_stores().search("store", query);
    let mut items = search.page_size(1).stream();
    for hit in hits {
        assert_eq!(items.next_item().await?, Some(hit));
    }
    assert_eq!(items.next_item().await?, None);
    mocked.assert_calls(3);
    Ok(())
}

#[tokio::test]
async fn the_tokens_of_pages_are_made_up() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let pages = ["v1", "v2", "v3"]
        .map(|id| SearchResults::new().data(vec![SearchItem::new().video_id(id)]));
    let mocked = mock::search::retrieve(&server).pages(&pages);
    let client = mock::client(&server)?;
    let mut items = client.search().retrieve("of the first page").stream();
    for id in ["v1", "v2", "v3"] {
        let item = items.next_item().await?.expect("an item");
        assert_eq!(item.video_id.as_deref(), Some(id));
    }
    assert_eq!(items.next_item().await?, None);
    mocked.assert_calls(3);

    let ends = SearchResults::new().page_info(SearchPageInfo::new().next_page_token("abc"));
    mocked.delete_async().await;
    mock::search::retrieve(&server).reply(&ends);
    let mut pages = client.search().retrieve("of the first page").pages();
    assert_eq!(pages.next_page().await?, Some(ends));
    let end = pages.next_page().await?.and_then(|page| page.page_info);
    assert_eq!(end.and_then(|info| info.next_page_token), None);
    assert_eq!(pages.next_page().await?, None);
    Ok(())
}

#[tokio::test]
async fn a_stream_has_its_events() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let events = ["t1", "t2"].map(|id| BatchResultItem::new(id, BatchItemStatus::Ready));
    mock::analyze_async::batches::results(&server)
        .replies([Reply::failure(404, "not yet"), Reply::events(&events)]);
    let client = mock::client(&server)?;
    let results = || client.analyze_async().batches().results("batch_id").send();
    assert!(results().await.is_err_and(|error| error.is_not_found()));
    let mut stream = results().await?;
    for event in events {
        assert_eq!(stream.next_event().await?, Some(event));
    }
    assert_eq!(stream.next_event().await?, None);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn retries_take_no_time_while_the_clock_is_paused() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let mocked = mock::assets::retrieve(&server).replies([
        Reply::failure(503, "maintenance"),
        Reply::failure(429, "too many requests").header("retry-after", "60"),
        Reply::value(&asset("a1")),
    ]);
    let client = mock::builder(&server).retries(2).build()?;
    let (start, real) = (Instant::now(), std::time::Instant::now());
    assert_eq!(client.assets().retrieve("a1").send().await?, asset("a1"));
    assert!(start.elapsed() > Duration::from_secs(60));
    assert!(real.elapsed() < Duration::from_secs(30));
    mocked.assert_calls(3);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_wait_takes_no_time_while_the_clock_is_paused() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let processing = Asset::new().id("a1").status(AssetStatus::Processing);
    let replies = [&processing, &processing, &asset("a1")].map(Reply::value);
    let mocked = mock::assets::retrieve(&server).replies(replies);
    let client = mock::client(&server)?;
    let real = std::time::Instant::now();
    let wait = client.assets().wait_until_done("a1");
    let done = wait.interval(Duration::from_secs(3600)).send().await;
    assert_eq!(done.expect("it is ready"), asset("a1"));
    assert!(real.elapsed() < Duration::from_secs(30));
    mocked.assert_calls(3);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_loop_takes_no_time_while_the_clock_is_paused() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let (unfinished, finished) = (Asset::new().id("a1"), asset("a1"));
    let mocked = mock::assets::retrieve(&server)
        .replies([Reply::value(&unfinished), Reply::value(&finished)]);
    let client = mock::client(&server)?;
    let real = std::time::Instant::now();
    while client.assets().retrieve("a1").send().await? != finished {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
    assert!(real.elapsed() < Duration::from_secs(30));
    mocked.assert_calls(2);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_wait_expires_while_the_clock_is_paused() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    mock::assets::retrieve(&server).reply(&Asset::new().status(AssetStatus::Processing));
    let client = mock::client(&server)?;
    let wait = client.assets().wait_until_done("a1");
    let wait = wait.deadline(Duration::from_secs(600)).send().await;
    let error = wait.expect_err("the deadline");
    assert_eq!(error.to_string(), "asset `a1` is not done after 600s");
    Ok(())
}

#[tokio::test]
async fn recorded_responses_need_neither_a_server_nor_a_key() -> Result<(), Error> {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("cassettes/assets.json");
    let server = MockServer::start_async().await;
    mock::assets::list(&server).pages(&["a1", "a2"].map(|id| {
        let list = AssetList::new().data(vec![asset(id)]);
        list.page_info(PageInfo::new().total_page(2))
    }));
    let cassette = Cassette::open(&path)?;
    assert!(cassette.is_recording());
    let client = mock::builder(&server)
        .middleware(cassette.clone())
        .build()?;
    assert_eq!(ids(&client).await?, ["a1", "a2"]);
    cassette.save()?;
    drop(server);

    let cassette = Cassette::open(&path)?;
    assert!(!cassette.is_recording());
    let client = cassette.builder()?.build()?;
    assert_eq!(ids(&client).await?, ["a1", "a2"]);
    cassette.save()?;
    Ok(())
}

#[test]
fn requests_are_signed_for_tests_of_a_server() {
    let body = br#"{
        "id": "whe_1", "created_at": "2026-11-01T10:00:00.5+09:00", "type": "analyze.task.failed",
        "data": {"id": "t1", "status": "failed", "reason": "a reason"}
    }"#;
    let headers = webhooks::sign(body, "a secret").expect("a secret");
    let event = Event::from_request(&headers, body, "a secret").expect("it is signed");
    let Event::AnalyzeTaskFailed(event) = event else {
        panic!("another event: {event:?}");
    };
    assert_eq!(
        event.created_at.to_rfc3339(),
        "2026-11-01T01:00:00.500+00:00"
    );
    assert_eq!(event.data.extra["reason"], "a reason");
    let wrong = Event::from_request(&headers, body, "another secret").expect_err("it is not");
    assert_eq!(wrong.kind(), ErrorKind::WrongSignature);
}
