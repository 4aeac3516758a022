//! Mocks of paginated lists, for each kind of pagination.

use httpmock::MockServer;
use reqwest::{Method, Request};

use crate::calls::Calls;
use crate::runtime::mock::{Mocked, Pages, Reply, builder, client};
use crate::runtime::{CallOptions, Client, Error, ListPage, Operation, PagesWithResponse, object};
use crate::server::get;

const LIST: Operation = Operation::new("items_list", "/items");
const AT: Operation = Operation::new("items_at", "/items/at/{token}");

#[derive(Clone, Debug, PartialEq)]
struct Page {
    data: Vec<i64>,
    info: Option<Info>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Info {
    last: Option<i64>,
    more: Option<bool>,
    next: Option<String>,
}

object! {
    Page {
        data: required "data",
        info: optional "info",
    }
}

object! {
    Info {
        last: optional "last",
        more: optional "more",
        next: optional "next/page",
    }
}

/// The JSON pointer of the property `next/page`.
const NEXT: &str = "/info/next~1page";

fn page(data: &[i64]) -> Page {
    Page {
        data: data.to_vec(),
        info: None,
    }
}

fn with(data: &[i64], info: Info) -> Page {
    Page {
        info: Some(info),
        ..page(data)
    }
}

fn next(token: &str) -> Info {
    Info {
        next: Some(token.to_owned()),
        ..Info::default()
    }
}

fn three() -> [Page; 3] {
    [page(&[1, 2]), page(&[3]), page(&[4])]
}

/// The mock of a list, before its pagination is set.
fn mocked(server: &MockServer) -> Mocked<'_, Pages<Page>> {
    Mocked::new(server, "GET", LIST.path)
        .items_at("/data")
        .more_at("/info/more")
}

fn by_number(server: &MockServer) -> Mocked<'_, Pages<Page>> {
    mocked(server)
        .by_number("query.page", 1)
        .last_at("/info/last")
}

fn by_token(server: &MockServer) -> Mocked<'_, Pages<Page>> {
    mocked(server).by_token("query.token", NEXT)
}

fn read(page: &Page) -> ListPage<'_> {
    let info = page.info.as_ref();
    ListPage::of(&page.data)
        .last(info.and_then(|info| info.last))
        .more(info.and_then(|info| info.more))
        .next(info.and_then(|info| info.next.as_deref()))
}

async fn all(mut pages: PagesWithResponse<Page>) -> Result<Vec<Vec<i64>>, Error> {
    let mut all = Vec::new();
    while let Some(page) = pages.next_page().await? {
        all.push(page.into_inner().data);
    }
    Ok(all)
}

async fn numbers(client: &Client, first: i64) -> Result<Vec<Vec<i64>>, Error> {
    let client = client.clone();
    let fetch = move |page| {
        let request = get(&client, &format!("/items?page={page}"));
        client.calls().json(request, &LIST)
    };
    all(PagesWithResponse::by_number("list", first, fetch, read)).await
}

async fn offsets(client: &Client, first: i64) -> Result<Vec<Vec<i64>>, Error> {
    let client = client.clone();
    let fetch = move |offset| {
        let request = get(&client, &format!("/items?offset={offset}"));
        client.calls().json(request, &LIST)
    };
    all(PagesWithResponse::by_offset("list", first, fetch, read)).await
}

async fn tokens(client: &Client) -> Result<Vec<Vec<i64>>, Error> {
    let client = client.clone();
    let fetch = move |token: Option<String>| {
        let query = token.map_or(String::new(), |token| format!("?token={token}"));
        let request = get(&client, &format!("/items{query}"));
        client.calls().json(request, &LIST)
    };
    all(PagesWithResponse::by_token("list", fetch, read)).await
}

/// Requests each page at its URL, which is in the body or in the header `Link`.
async fn urls(client: &Client, is_link: bool) -> Result<Vec<Vec<i64>>, Error> {
    let client = client.clone();
    let fetch = move |url: Option<String>| {
        let options = CallOptions::new().list_page(url);
        let request = get(&client, "/items?size=2");
        client.calls().with_options(&options).json(request, &LIST)
    };
    all(match is_link {
        true => PagesWithResponse::by_link("list", fetch, read),
        false => PagesWithResponse::by_token("list", fetch, read),
    })
    .await
}

#[tokio::test]
async fn a_list_of_one_numbered_page_ends_wherever_it_begins() -> Result<(), Error> {
    for first in [1, 7] {
        let server = MockServer::start_async().await;
        let client = client(&server)?;
        let list = by_number(&server).reply(&page(&[1, 2]));
        assert_eq!(numbers(&client, first).await?, [vec![1, 2], vec![]]);
        // A second walk returns the same pages.
        assert_eq!(numbers(&client, first).await?, [vec![1, 2], vec![]]);
        list.assert_calls(4);
    }
    Ok(())
}

#[tokio::test]
async fn a_page_that_promises_more_pages_is_the_only_one() -> Result<(), Error> {
    let promises = Info {
        last: Some(1000),
        more: Some(true),
        next: None,
    };
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let given = with(&[1], promises);
    by_number(&server).reply(&given);
    let request = get(&client, "/items?page=1");
    let response = client.calls().json::<Page>(request, &LIST).await?;
    assert_eq!(response.into_inner(), given);
    assert_eq!(numbers(&client, 1).await?, [vec![1], vec![]]);
    Ok(())
}

#[tokio::test]
async fn numbered_pages_come_in_order_and_then_the_end() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    by_number(&server).pages(&three());
    assert_eq!(numbers(&client, 1).await?, [&[1, 2][..], &[3], &[4], &[]]);
    assert_eq!(numbers(&client, 2).await?, [&[3][..], &[4], &[]]);
    assert_eq!(numbers(&client, 0).await?, [Vec::<i64>::new()]);
    Ok(())
}

#[tokio::test]
async fn the_end_is_stated_where_pages_have_a_property_for_it() -> Result<(), Error> {
    let wrong = |last, more| Info {
        last,
        more,
        next: None,
    };
    for info in [wrong(Some(1), None), wrong(None, Some(false))] {
        let server = MockServer::start_async().await;
        let client = client(&server)?;
        let pages = [&[1][..], &[2], &[3]].map(|data| with(data, info.clone()));
        let list = by_number(&server).pages(&pages);
        assert_eq!(numbers(&client, 1).await?, [[1], [2], [3]]);
        list.assert_calls(3);
    }
    Ok(())
}

#[tokio::test]
async fn the_number_of_pages_and_of_items_is_that_of_the_list() -> Result<(), Error> {
    type Set = for<'a> fn(Mocked<'a, Pages<Page>>) -> Mocked<'a, Pages<Page>>;
    let by_page: Set = |mocked| mocked.by_number("query.page", 0).pages_at("/info/last");
    let by_offset: Set = |mocked| mocked.by_offset("query.offset", 0).total_at("/info/last");
    for (set, query, expected) in [
        (by_page, "page=1", 2),
        (by_page, "page=9", 0),
        (by_offset, "offset=2", 3),
    ] {
        let server = MockServer::start_async().await;
        let client = client(&server)?;
        let info = Info {
            last: Some(100),
            ..Info::default()
        };
        let pages = [&[1, 2][..], &[3]].map(|data| with(data, info.clone()));
        set(mocked(&server)).pages(&pages);
        let request = get(&client, &format!("/items?{query}"));
        let page = client.calls().json::<Page>(request, &LIST).await?;
        let info = page.into_inner().info.expect("the info of the page");
        assert_eq!(info.last, Some(expected), "{query}");
    }
    Ok(())
}

#[tokio::test]
async fn an_offset_selects_the_page_and_its_first_item() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let mocked = || mocked(&server).by_offset("query.offset", 0);
    let list = mocked().pages(&three());
    assert_eq!(offsets(&client, 0).await?, [&[1, 2][..], &[3], &[4], &[]]);
    assert_eq!(offsets(&client, 1).await?, [&[2][..], &[3], &[4], &[]]);
    list.delete_async().await;
    mocked().reply(&page(&[1, 2]));
    assert_eq!(offsets(&client, 5).await?, [vec![1, 2], vec![]]);
    Ok(())
}

#[tokio::test]
async fn tokens_are_made_up() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let list = by_token(&server).pages(&three());
    assert_eq!(tokens(&client).await?, [&[1, 2][..], &[3], &[4]]);
    list.assert_calls(3);
    Ok(())
}

#[tokio::test]
async fn tokens_that_pages_have_are_kept_but_for_the_last() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let pages = [&[1][..], &[2], &[3]].map(|data| with(data, next("abc")));
    by_token(&server).pages(&pages);
    assert_eq!(tokens(&client).await?, [[1], [2], [3]]);
    let at = async |query: &str| {
        let request = get(&client, &format!("/items{query}"));
        let response = client.calls().json::<Page>(request, &LIST).await;
        response.map(|response| response.into_inner())
    };
    assert_eq!(at("").await?, pages[0]);
    assert_eq!(at("?token=abc").await?.data, [2]);
    Ok(())
}

#[tokio::test]
async fn a_page_with_a_token_is_the_only_one() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    by_token(&server).reply(&with(&[1], next("abc")));
    assert_eq!(tokens(&client).await?, [vec![1], vec![]]);
    assert_eq!(tokens(&client).await?, [vec![1], vec![]]);
    Ok(())
}

#[tokio::test]
async fn a_token_may_be_a_part_of_the_path() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let list = Mocked::<Pages<Page>>::new(&server, "GET", AT.path)
        .by_token("path.token", NEXT)
        .items_at("/data");
    list.pages(&three());
    let fetch = move |token: Option<String>| {
        let token = token.unwrap_or("first".to_owned());
        let request = get(&client, &format!("/items/at/{token}"));
        client.calls().json(request, &AT)
    };
    let pages = all(PagesWithResponse::by_token("list", fetch, read)).await?;
    assert_eq!(pages, [&[1, 2][..], &[3], &[4]]);
    Ok(())
}

#[tokio::test]
async fn urls_are_those_of_the_server() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let sized = || mocked(&server).when(|when| when.query_param("size", "2"));
    let list = sized().by_url(NEXT).pages(&three());
    assert_eq!(urls(&client, false).await?, [&[1, 2][..], &[3], &[4]]);
    list.assert_calls(3);
    list.delete_async().await;

    let one = sized()
        .by_url(NEXT)
        .reply(&with(&[1], next("?cursor=5&size=2")));
    assert_eq!(urls(&client, false).await?, [vec![1], vec![]]);
    one.delete_async().await;

    let list = sized().pages(&three());
    assert_eq!(urls(&client, true).await?, [&[1, 2][..], &[3], &[4]]);
    list.delete_async().await;
    sized().reply(&page(&[1]));
    assert_eq!(urls(&client, true).await?, [[1]]);
    Ok(())
}

#[derive(Clone, Debug, PartialEq)]
struct LinkedPage {
    data: Vec<i64>,
    links: Vec<Relation>,
}

#[derive(Clone, Debug, PartialEq)]
struct Relation {
    rel: String,
    method: String,
    href: String,
}

object! {
    LinkedPage {
        data: required "data",
        links: optional "links",
    }
}

object! {
    Relation {
        rel: required "rel",
        method: required "method",
        href: required "href",
    }
}

fn linked(data: &[i64], relations: &[&str]) -> LinkedPage {
    let link = |rel: &&str| Relation {
        rel: (*rel).to_owned(),
        method: "get".to_owned(),
        href: "https://api.test/items?after=1".to_owned(),
    };
    LinkedPage {
        data: data.to_vec(),
        links: relations.iter().map(link).collect(),
    }
}

#[tokio::test]
async fn links_with_relations_are_those_of_the_server() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let mocked = || {
        Mocked::<Pages<LinkedPage>>::new(&server, "GET", LIST.path)
            .items_at("/data")
            .by_relation("/links", "rel", "href")
    };
    let list = mocked().pages(&[
        linked(&[1, 2], &["previous", "next"]),
        linked(&[3], &["previous"]),
        linked(&[4], &["previous", "next"]),
    ]);
    let fetch = move |url: Option<String>| {
        let options = CallOptions::new().list_page(url);
        let request = get(&client, "/items?size=2");
        client.calls().with_options(&options).json(request, &LIST)
    };
    let mut pages = PagesWithResponse::by_token("list", fetch, |page: &LinkedPage| {
        let next = page.links.iter().find(|link| link.rel == "next");
        ListPage::of(&page.data).next(next.map(|link| link.href.as_str()))
    });
    let mut data = Vec::new();
    while let Some(page) = pages.next_page().await? {
        data.push(page.into_inner().data);
    }
    assert_eq!(data, [&[1, 2][..], &[3], &[4]]);
    list.assert_calls(3);
    Ok(())
}

#[derive(Clone, Debug, PartialEq)]
struct KeyedPage {
    data: Vec<Keyed>,
    more: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Keyed {
    id: String,
}

object! {
    KeyedPage {
        data: optional "data",
        more: required "has_more",
    }
}

object! {
    Keyed {
        id: required "id",
    }
}

fn keyed(ids: &[&str]) -> KeyedPage {
    let item = |id: &&str| Keyed {
        id: (*id).to_owned(),
    };
    KeyedPage {
        data: ids.iter().map(item).collect(),
        more: true,
    }
}

fn by_last_item(server: &MockServer) -> Mocked<'_, Pages<KeyedPage>> {
    Mocked::new(server, "GET", LIST.path)
        .items_at("/data")
        .more_at("/has_more")
        .by_last_item("query.after", "id")
}

#[tokio::test]
async fn the_last_item_leads_to_the_next_page() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let list = by_last_item(&server).pages(&[keyed(&["a", "b"]), keyed(&["c"]), keyed(&["d"])]);
    let fetch = move |after: Option<String>| {
        let after = after.map_or_else(String::new, |after| format!("&after={after}"));
        let request = get(&client, &format!("/items?size=2{after}"));
        client.calls().json(request, &LIST)
    };
    let mut pages = PagesWithResponse::by_token("list", fetch, |page: &KeyedPage| {
        let last = page.data.last();
        ListPage::of(&page.data)
            .more(Some(page.more))
            .next(last.map(|item| item.id.as_str()))
    });
    let mut data = Vec::new();
    while let Some(page) = pages.next_page().await? {
        data.push(page.into_inner().data);
    }
    let expected = [&["a", "b"][..], &["c"], &["d"]].map(|ids| keyed(ids).data);
    assert_eq!(data, expected);
    list.assert_calls(3);
    Ok(())
}

#[tokio::test]
#[should_panic(expected = "two pages end with the item `b`")]
async fn pages_end_with_different_items() {
    let server = MockServer::start_async().await;
    by_last_item(&server).pages(&[keyed(&["a", "b"]), keyed(&["b"])]);
}

#[tokio::test]
async fn a_page_may_be_the_list() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let list = Mocked::<Pages<Vec<i64>>>::new(&server, "GET", LIST.path).by_number("query.page", 0);
    list.pages(&[vec![1], vec![2]]);
    let fetch = move |page| {
        let request = get(&client, &format!("/items?page={page}"));
        client.calls().json::<Vec<i64>>(request, &LIST)
    };
    let pages = PagesWithResponse::by_number("list", 0, fetch, ListPage::of);
    let mut items = pages.into_bodies().items(|page| page);
    let mut all = Vec::new();
    while let Some(item) = items.next_item().await? {
        all.push(item);
    }
    assert_eq!(all, [1, 2]);
    Ok(())
}

#[tokio::test]
async fn a_failure_may_precede_the_pages() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = builder(&server).retries(1).build()?;
    let unavailable = Reply::failure(503, "busy").header("retry-after-ms", "1");
    let list = by_number(&server).replies([unavailable, Reply::pages(&three())]);
    assert_eq!(numbers(&client, 1).await?, [&[1, 2][..], &[3], &[4], &[]]);
    list.assert_calls(5);
    Ok(())
}

#[tokio::test]
async fn a_page_may_change_from_request_to_request() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let pages = [with(&[], next("abc")), page(&[1])];
    by_token(&server).replies([Reply::page(&pages[0]), Reply::page(&pages[1])]);
    for page in pages {
        let response = client.calls().json::<Page>(get(&client, "/items"), &LIST);
        assert_eq!(response.await?.into_inner(), page);
    }
    Ok(())
}

#[derive(Clone, Debug)]
struct Strict {
    data: Vec<i64>,
    info: Option<Sized>,
}

#[derive(Clone, Debug)]
struct Sized {
    size: i64,
    next: String,
}

object! {
    Strict {
        data: required "data",
        info: optional "info",
    }
}

object! {
    Sized {
        size: required "size",
        next: required "next",
    }
}

#[tokio::test]
#[should_panic = "`info.next` cannot be set: set its parent object in each page"]
async fn a_page_without_a_place_for_its_token_is_refused() {
    let server = MockServer::start_async().await;
    let page = Strict {
        data: vec![1],
        info: None,
    };
    let list = Mocked::<Pages<Strict>>::new(&server, "GET", LIST.path)
        .by_token("query.token", "/info/next")
        .items_at("/data");
    list.pages(&[page.clone(), page]);
}

#[tokio::test]
async fn the_last_page_has_an_empty_token_if_it_needs_one() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let page = Strict {
        data: vec![1],
        info: Some(Sized {
            size: 1,
            next: "abc".to_owned(),
        }),
    };
    let list = Mocked::<Pages<Strict>>::new(&server, "GET", LIST.path)
        .by_token("query.token", "/info/next")
        .items_at("/data");
    list.pages(&[page.clone(), page]);
    let request = get(&client, "/items?token=abc");
    let last = client.calls().json::<Strict>(request, &LIST).await?;
    assert_eq!(last.into_inner().info.unwrap().next, "");
    Ok(())
}

#[derive(Clone, Debug, PartialEq)]
struct Counted {
    data: Vec<i64>,
    next: Option<i64>,
}

object! {
    Counted {
        data: required "data",
        next: optional "next",
    }
}

fn counted(data: &[i64], next: Option<i64>) -> Counted {
    Counted {
        data: data.to_vec(),
        next,
    }
}

#[tokio::test]
async fn a_token_may_be_a_number() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let client = client(&server)?;
    let pages = [
        counted(&[1], Some(70)),
        counted(&[2], None),
        counted(&[3], Some(5)),
    ];
    let list = Mocked::<Pages<Counted>>::new(&server, "GET", LIST.path)
        .by_token("query.token", "/next")
        .items_at("/data")
        .pages(&pages);
    let fetch = move |token: Option<String>| {
        let token = token.map_or_else(String::new, |token| format!("?token={token}"));
        client
            .calls()
            .json(get(&client, &format!("/items{token}")), &LIST)
    };
    let mut pages = PagesWithResponse::by_token("list", fetch, |page: &Counted| {
        ListPage::of(&page.data).next_number(page.next)
    });
    let mut all = Vec::new();
    while let Some(page) = pages.next_page().await? {
        all.push(page.into_inner());
    }
    let expected = [
        counted(&[1], Some(70)),
        counted(&[2], Some(3)),
        counted(&[3], None),
    ];
    assert_eq!(all, expected);
    list.assert_calls(3);
    Ok(())
}

#[tokio::test]
async fn a_field_of_the_body_selects_the_page() -> Result<(), Error> {
    for (media_type, write) in [
        (
            "application/json",
            (|token| format!(r#"{{"name": "a", "next token": "{token}"}}"#)) as fn(&str) -> String,
        ),
        ("application/x-www-form-urlencoded", |token| {
            format!("name=a&next%20token={}", token.replace(' ', "+"))
        }),
    ] {
        let server = MockServer::start_async().await;
        let client = client(&server)?;
        let list = Mocked::<Pages<Page>>::new(&server, "POST", LIST.path)
            .by_token("body.next token", NEXT)
            .items_at("/data")
            .pages(&[with(&[1], next("a b")), page(&[2]), page(&[3])]);
        let fetch = move |token: Option<String>| {
            let url = format!("{}/items", client.base_url()).parse().unwrap();
            let mut request = Request::new(Method::POST, url);
            let body = token.map_or_else(String::new, |token| write(&token));
            request
                .headers_mut()
                .insert("content-type", media_type.parse().unwrap());
            *request.body_mut() = Some(body.into());
            client.calls().json(request, &LIST)
        };
        let pages = all(PagesWithResponse::by_token("list", fetch, read)).await?;
        assert_eq!(pages, [[1], [2], [3]]);
        list.assert_calls(3);
    }
    Ok(())
}
