//! Paginated searches.

use serde_json::{Value, json};
use twelvelabs::operations::search::CreateRequest;
use twelvelabs::types::SearchOption;
use twelvelabs::{CallOptions, Client, Error};

use super::server::{Reply, Request, script};

fn page(videos: &[&str], next: Option<&str>) -> Reply {
    let data: Vec<Value> = videos.iter().map(|id| json!({"video_id": id})).collect();
    Reply::json(&json!({"data": data, "page_info": {"next_page_token": next}}))
}

fn search(client: &Client) -> CreateRequest {
    let search = client.search().create("i1", [SearchOption::Visual]);
    search.query_text("a dog").include_user_metadata(true)
}

fn lines(requests: &[Request]) -> Vec<String> {
    let line = |request: &Request| format!("{} {}", request.method, request.target);
    requests.iter().map(line).collect()
}

#[tokio::test]
async fn the_matches_of_all_pages_are_one_stream() {
    let (client, requests) = script(vec![
        page(&["v1", "v2"], Some("p2")),
        page(&[], Some("p3")),
        page(&["v3"], None),
    ])
    .await;
    let mut matches = search(&client)
        .with_options(CallOptions::new().header("x-trace", "t1"))
        .stream();
    let mut videos = Vec::new();
    while let Some(item) = matches.next_item().await.expect("good pages") {
        videos.extend(item.video_id);
    }
    assert_eq!(videos, ["v1", "v2", "v3"]);
    let requests = requests.lock().expect("a list");
    assert_eq!(
        lines(&requests),
        [
            "POST /search",
            "GET /search/p2?include_user_metadata=true",
            "GET /search/p3?include_user_metadata=true",
        ]
    );
    assert!(
        requests
            .iter()
            .all(|request| request.header("x-trace") == Some("t1"))
    );
}

#[tokio::test]
async fn a_page_is_fetched_when_its_first_match_is_asked_for() {
    let (client, requests) = script(vec![page(&["v1"], Some("p2")), page(&["v2"], None)]).await;
    let count = || requests.lock().expect("a list").len();
    let mut matches = search(&client).stream();
    assert_eq!(count(), 0);
    matches.next_item().await.expect("a page");
    assert_eq!(count(), 1);
    matches.next_item().await.expect("a page");
    assert_eq!(count(), 2);
    assert!(matches.next_item().await.expect("the end").is_none());
    assert_eq!(count(), 2);
}

#[tokio::test]
async fn there_is_nothing_after_an_error() {
    let (client, requests) = script(vec![page(&["v1"], Some("p2")), Reply::status(400)]).await;
    let mut matches = search(&client).stream();
    assert!(matches.next_item().await.expect("a page").is_some());
    let error = matches.next_item().await.expect_err("the page has expired");
    assert_eq!(error.operation(), Some("search_retrieve"));
    assert!(matches.next_item().await.expect("the end").is_none());
    assert_eq!(requests.lock().expect("a list").len(), 2);
}

#[tokio::test]
async fn a_token_that_comes_again_is_an_error() {
    let (client, requests) = script(vec![page(&["v1"], Some("p2"))]).await;
    let mut matches = search(&client).stream();
    let mut count = 0;
    let error = loop {
        match matches.next_item().await {
            Ok(item) => count += usize::from(item.is_some()),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Paging(_)));
    assert_eq!(count, 2);
    assert_eq!(requests.lock().expect("a list").len(), 2);
}
