//! Paginated lists.

use std::collections::HashMap;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::calls::Calls;
use crate::runtime::{
    CallOptions, Client, Error, Items, ListPage, Operation, Pages, PagesWithResponse, Response,
};
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use crate::runtime::object;
use crate::runtime::write::{self, Sink, Write};
use crate::server::{KEY, Server, Step, THINGS, answer, get, header, things};

#[derive(Debug)]
struct Page {
    data: Vec<i64>,
    total: Option<i64>,
    next: Option<String>,
}

object! {
    Page {
        data: required "data",
        total: optional "total",
        next: optional "next",
    }
}

/// The requests so far, in order.
type Asked<T> = Arc<Mutex<Vec<T>>>;

fn page(data: &[i64], total: impl Into<Option<i64>>) -> Page {
    Page {
        data: data.to_vec(),
        total: total.into(),
        next: None,
    }
}

/// The result of a fetch.
type Fetched = std::future::Ready<Result<Response<Page>, Error>>;

fn with_response(page: Page) -> Response<Page> {
    Response::new(StatusCode::OK, HeaderMap::new(), page)
}

/// Returns a fetch that records its arguments.
fn fetch<T: Clone>(
    answer: impl Fn(T) -> Result<Page, Error>,
) -> (Asked<T>, impl FnMut(T) -> Fetched) {
    let asked = Asked::default();
    let record = Arc::clone(&asked);
    let fetch = move |place: T| {
        record.lock().unwrap().push(place.clone());
        std::future::ready(answer(place).map(with_response))
    };
    (asked, fetch)
}

/// Returns the pagination properties of a page.
fn read(page: &Page) -> ListPage<'_> {
    ListPage::of(&page.data)
        .last(page.total)
        .next(page.next.as_deref())
}

fn by_number(
    answer: impl Fn(i64) -> Result<Page, Error> + Send + 'static,
) -> (Asked<i64>, Pages<Page>) {
    let (asked, fetch) = fetch(answer);
    let pages = PagesWithResponse::by_number("list", 1, fetch, read).into_bodies();
    (asked, pages)
}

fn by_token(
    next: impl Fn(Option<&str>) -> Option<&'static str> + Send + 'static,
) -> (Asked<Option<String>>, Pages<Page>) {
    let (asked, fetch) = fetch(move |token: Option<String>| {
        Ok(Page {
            next: next(token.as_deref()).map(str::to_owned),
            ..page(&[1], None)
        })
    });
    (
        asked,
        PagesWithResponse::by_token("list", fetch, read).into_bodies(),
    )
}

async fn all(pages: Pages<Page>) -> Result<Vec<i64>, Error> {
    let mut items = pages.items(|page| page.data);
    let mut all = Vec::new();
    while let Some(item) = items.next_item().await? {
        all.push(item);
    }
    assert!(items.next_item().await?.is_none());
    Ok(all)
}

fn failure() -> Error {
    crate::runtime::Client::new("").unwrap_err()
}

#[tokio::test]
async fn nothing_is_fetched_before_it_is_asked_for() {
    let (asked, mut pages) = by_number(|number| Ok(page(&[number], 3)));
    assert!(asked.lock().unwrap().is_empty());
    pages.next_page().await.unwrap();
    assert_eq!(*asked.lock().unwrap(), [1]);

    let mut items = pages.items(|page| page.data);
    assert_eq!(*asked.lock().unwrap(), [1]);
    assert_eq!(items.next_item().await.unwrap(), Some(2));
    assert_eq!(*asked.lock().unwrap(), [1, 2]);
}

#[tokio::test]
async fn numbered_pages_end_with_the_last() {
    let (asked, pages) = by_number(|number| Ok(page(&[number, number], 3)));
    assert_eq!(all(pages).await.unwrap(), [1, 1, 2, 2, 3, 3]);
    assert_eq!(*asked.lock().unwrap(), [1, 2, 3]);
}

#[tokio::test]
async fn numbered_pages_without_a_last_end_with_an_empty_one() {
    for total in [None, Some(0), Some(-1)] {
        let (asked, pages) = by_number(move |number| {
            let items: &[i64] = if number < 3 { &[number] } else { &[] };
            Ok(page(items, total))
        });
        assert_eq!(all(pages).await.unwrap(), [1, 2]);
        assert_eq!(*asked.lock().unwrap(), [1, 2, 3]);
    }
}

#[tokio::test]
async fn a_server_that_sends_one_page_over_and_over_is_an_error() {
    for total in [None, Some(0), Some(-1)] {
        let (asked, pages) = by_number(move |_| Ok(page(&[7], total)));
        assert!(matches!(all(pages).await, Err(Error::Paging(_))));
        assert_eq!(*asked.lock().unwrap(), [1, 2]);

        let (asked, fetch) = fetch(move |_: i64| Ok(page(&[7], total)));
        let pages = PagesWithResponse::by_offset("list", 0, fetch, read).into_bodies();
        assert!(matches!(all(pages).await, Err(Error::Paging(_))));
        assert_eq!(*asked.lock().unwrap(), [0, 1]);
    }
}

#[tokio::test]
async fn a_list_that_promises_ever_more_ends_with_an_empty_page() {
    let (asked, pages) = by_number(|number| {
        let items: &[i64] = if number < 3 { &[7] } else { &[] };
        Ok(page(items, number + 1))
    });
    assert_eq!(all(pages).await.unwrap(), [7, 7]);
    assert_eq!(*asked.lock().unwrap(), [1, 2, 3]);
}

#[tokio::test]
async fn an_empty_page_before_the_last_does_not_end_a_list() {
    let (asked, pages) = by_number(|number| {
        let items: &[i64] = if number == 2 || number == 3 {
            &[]
        } else {
            &[number]
        };
        Ok(page(items, 4))
    });
    assert_eq!(all(pages).await.unwrap(), [1, 4]);
    assert_eq!(*asked.lock().unwrap(), [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_list_of_empty_pages_alone_is_an_error() {
    let (asked, pages) = by_number(|_| Ok(page(&[], 1_000_000)));
    assert!(matches!(all(pages).await, Err(Error::Paging(_))));
    assert_eq!(asked.lock().unwrap().len(), 101);
}

#[tokio::test]
async fn a_flag_ends_a_list_whatever_else_a_page_says() {
    let numbered = |is_last: fn(i64) -> bool| {
        let (asked, fetch) = fetch(move |number: i64| {
            Ok(Page {
                next: Some(is_last(number).to_string()),
                ..page(&[number], 9)
            })
        });
        fn read(page: &Page) -> ListPage<'_> {
            let more = page.next.as_deref() == Some("false");
            ListPage::of(&page.data).last(page.total).more(Some(more))
        }
        (
            asked,
            PagesWithResponse::by_number("list", 1, fetch, read).into_bodies(),
        )
    };
    let (asked, pages) = numbered(|number| number == 3);
    assert_eq!(all(pages).await.unwrap(), [1, 2, 3]);
    assert_eq!(asked.lock().unwrap().len(), 3);

    let (asked, fetch) = fetch(|token: Option<String>| {
        let next = token.map_or("a".to_owned(), |token| token + "a");
        Ok(Page {
            next: Some(next),
            ..page(&[1], None)
        })
    });
    fn read(page: &Page) -> ListPage<'_> {
        let next = page.next.as_deref();
        ListPage::of(&page.data)
            .next(next)
            .more(Some(next != Some("aa")))
    }
    let pages = PagesWithResponse::by_token("list", fetch, read).into_bodies();
    assert_eq!(all(pages).await.unwrap(), [1, 1]);
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_page_that_comes_again_after_others_is_an_error() {
    for length in [1, 2, 3, 100] {
        let (asked, pages) = by_number(move |number| Ok(page(&[number % length], None)));
        assert!(matches!(all(pages).await, Err(Error::Paging(_))));
        assert_eq!(
            asked.lock().unwrap().len(),
            usize::try_from(length).unwrap() + 1
        );
    }
}

#[tokio::test]
async fn pages_of_a_list_with_a_known_end_can_be_equal() {
    const ITEMS: [i64; 4] = [7, 8, 7, 9];
    let item = |number: i64| ITEMS[usize::try_from(number).unwrap()];
    let (asked, pages) = by_number(move |number| Ok(page(&[item(number - 1)], 4)));
    assert_eq!(all(pages).await.unwrap(), ITEMS);
    assert_eq!(*asked.lock().unwrap(), [1, 2, 3, 4]);

    let (asked, fetch) = fetch(move |offset| Ok(page(&[item(offset)], 4)));
    let pages = PagesWithResponse::by_offset("list", 0, fetch, read_total).into_bodies();
    assert_eq!(all(pages).await.unwrap(), ITEMS);
    assert_eq!(*asked.lock().unwrap(), [0, 1, 2, 3]);
}

#[tokio::test]
async fn a_server_that_repeats_the_first_page_of_a_list_with_a_known_end_is_an_error() {
    let (asked, pages) = by_number(|_| Ok(page(&[1, 2], 9)));
    assert!(matches!(all(pages).await, Err(Error::Paging(_))));
    assert_eq!(*asked.lock().unwrap(), [1, 2]);
}

#[tokio::test]
async fn the_order_of_a_map_does_not_make_another_page() {
    #[derive(Debug)]
    struct Maps {
        data: Vec<HashMap<String, Value>>,
    }
    let asked = Arc::new(Mutex::new(0));
    let record = Arc::clone(&asked);
    let fetch = move |_: i64| {
        *record.lock().unwrap() += 1;
        // Each of these maps has a different order.
        let keys = ["a", "b", "c", "d", "e", "f"];
        let map = || {
            keys.map(|key| (key.to_owned(), json!({key: [1.5, null]})))
                .into()
        };
        let maps = Maps {
            data: vec![map(), map()],
        };
        std::future::ready(Ok(Response::new(StatusCode::OK, HeaderMap::new(), maps)))
    };
    let mut pages =
        PagesWithResponse::by_number("list", 1, fetch, |page: &Maps| ListPage::of(&page.data));
    assert!(pages.next_page().await.unwrap().is_some());
    assert!(pages.next_page().await.unwrap().is_some());
    assert!(matches!(pages.next_page().await, Err(Error::Paging(_))));
    assert_eq!(*asked.lock().unwrap(), 2);
}

/// A map with an arbitrary order of entries.
impl Write for HashMap<String, Value> {
    fn write(&self, to: &mut dyn Sink) -> write::Result {
        to.open_object()?;
        for (key, value) in self {
            to.key(key)?;
            to.value(value)?;
        }
        to.close_object()
    }
}

/// Returns the pages of `GET /things`, by URLs of the property `next` or the header `Link`.
fn by_url(server: &Server, by_link: bool) -> PagesWithResponse<Page> {
    let client = server.client();
    let fetch = move |url: Option<String>| {
        let options = CallOptions::new().query("size", "2").list_page(url);
        let request = get(&client, "/things");
        client.calls().with_options(&options).json(request, &THINGS)
    };
    match by_link {
        true => PagesWithResponse::by_link("list", fetch, |page| ListPage::of(&page.data)),
        false => PagesWithResponse::by_token("list", fetch, read),
    }
}

/// Returns a response with a page, and the URL of its next page.
fn linked(item: i64, next: Option<&str>) -> Vec<u8> {
    let body = json!({"data": [item], "next": next}).to_string();
    let link = next.map_or(String::new(), |next| {
        format!("link: </first>; rel=first, <{next}>; title=\"a, <b>\"; rel=\"prefetch next\"\r\n")
    });
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\n{link}content-length: {length}\r\nconnection: close");
    format!("{head}\r\n\r\n{body}").into_bytes()
}

#[tokio::test]
async fn urls_are_followed_within_the_origin() {
    for by_link in [false, true] {
        let server = Server::start(|request| {
            let host = header(request, "host").unwrap();
            let at = |path: &str| request.starts_with(&format!("GET {path} "));
            let answer = if at("/things?size=2") {
                linked(1, Some("/things?after=1&size=2"))
            } else if at("/things?after=1&size=2") {
                linked(2, Some(&format!("http://{host}/v2/things?page=a%20b#top")))
            } else if at("/v2/things?page=a%20b&size=2") {
                linked(3, None)
            } else {
                answer("404 Not Found", "")
            };
            vec![Step::Send(answer)]
        })
        .await;
        let mut pages = by_url(&server, by_link);
        let mut items = Vec::new();
        while let Some(page) = pages.next_page().await.unwrap() {
            assert_eq!(page.status(), StatusCode::OK);
            assert!(page.headers().contains_key("content-length"));
            items.extend(page.into_inner().data);
        }
        assert_eq!(items, [1, 2, 3]);
        for request in server.requests() {
            assert_eq!(header(&request, "x-api-key"), Some(KEY), "{request}");
        }
    }
}

#[tokio::test]
async fn the_url_of_a_page_gets_the_missing_parameters_and_the_key_once() {
    const BY_KEY: Operation = Operation::new("things_list", "/things").security(&[&[4]]);
    let server = Server::start(|request| {
        let path = request.split(' ').nth(1).unwrap();
        let next = match path.contains("page=2") {
            true => None,
            false => Some("/things?page=2&tag=c%20d&access_key=repeated&tag=e"),
        };
        vec![Step::Send(linked(1, next))]
    })
    .await;
    let client = Client::builder()
        .api_key(KEY)
        .other_key(4, "access-0001")
        .base_url(&server.url)
        .query("tenant", "t1")
        .query("tag", "a")
        .build()
        .unwrap();
    let fetch = move |url: Option<String>| {
        let options = CallOptions::new().list_page(url);
        let request = get(&client, "/things");
        client.calls().with_options(&options).json(request, &BY_KEY)
    };
    let mut pages = PagesWithResponse::by_token("list", fetch, read);
    while pages.next_page().await.unwrap().is_some() {}
    let requests = server.requests();
    let paths = requests.iter().map(|it| it.split(' ').nth(1).unwrap());
    assert_eq!(
        paths.collect::<Vec<_>>(),
        [
            "/things?tenant=t1&tag=a&access_key=access-0001",
            "/things?page=2&tag=c%20d&tag=e&tenant=t1&access_key=access-0001",
        ]
    );
}

#[tokio::test]
async fn each_value_is_a_url_or_a_token() {
    let values = [
        ("https://api.test/things?after=1", true),
        ("HTTP://api.test", true),
        ("/things?after=1", true),
        ("//api.test/things", true),
        ("?after=1", true),
        ("dXNlcjox/+==", false),
        ("things?after=1", false),
        ("user:5", false),
        ("2024-01-01T00:00:00Z", false),
        ("12:30", false),
    ];
    let asked = Asked::default();
    let record = Arc::clone(&asked);
    let mut rest = values.into_iter();
    let fetch = move |url: Option<String>, token: Option<String>| {
        record.lock().unwrap().push((url, token));
        let next = rest.next().map(|(value, _)| value.to_owned());
        let page = Page {
            next,
            ..page(&[1], None)
        };
        std::future::ready(Ok(with_response(page)))
    };
    let pages = PagesWithResponse::by_url_or_token("list", fetch, read).into_bodies();
    assert_eq!(all(pages).await.unwrap().len(), values.len() + 1);
    let expected = values.map(|(value, is_url)| match is_url {
        true => (Some(value.to_owned()), None),
        false => (None, Some(value.to_owned())),
    });
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0], (None, None));
    assert_eq!(asked[1..], expected);
}

#[tokio::test]
async fn a_token_after_a_url_is_sent_with_the_parameters() {
    let server = Server::start(|request| {
        let at = |path: &str| request.starts_with(&format!("GET {path} "));
        let answer = if at("/things") {
            linked(1, Some("?page=2"))
        } else if at("/things?page=2") {
            linked(2, Some("a b"))
        } else if at("/things?cursor=a+b") {
            linked(3, Some("//other.test/things"))
        } else {
            answer("404 Not Found", "")
        };
        vec![Step::Send(answer)]
    })
    .await;
    let client = server.client();
    let fetch = move |url: Option<String>, token: Option<String>| {
        let mut options = CallOptions::new().list_page(url);
        if let Some(token) = token {
            options = options.query("cursor", token);
        }
        let request = get(&client, "/things");
        client.calls().with_options(&options).json(request, &THINGS)
    };
    let mut pages = PagesWithResponse::by_url_or_token("list", fetch, read).into_bodies();
    for item in [1, 2, 3] {
        assert_eq!(pages.next_page().await.unwrap().unwrap().data, [item]);
    }
    let error = pages.next_page().await.unwrap_err();
    assert!(error.to_string().contains("another origin"), "{error}");
}

#[tokio::test]
async fn a_url_at_another_origin_is_an_error_and_not_requested() {
    let other = Server::answering(linked(2, None)).await;
    for by_link in [false, true] {
        let next = format!("{}/things?secret=1", other.url);
        let server = Server::answering(linked(1, Some(&next))).await;
        let mut pages = by_url(&server, by_link);
        assert!(pages.next_page().await.unwrap().is_some());
        let error = pages.next_page().await.unwrap_err();
        assert!(matches!(error, Error::Paging(_)));
        assert_eq!(
            error.to_string(),
            format!(
                "things_list: the next page is not requested, because its URL has another origin: {}",
                other.url
            )
        );
        assert!(pages.next_page().await.unwrap().is_none());
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn a_url_that_comes_again_is_an_error() {
    let server = Server::answering(linked(1, Some("/things"))).await;
    let mut pages = by_url(&server, false);
    assert!(pages.next_page().await.unwrap().is_some());
    assert!(pages.next_page().await.unwrap().is_some());
    assert!(matches!(pages.next_page().await, Err(Error::Paging(_))));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn numbers_end_where_they_end() {
    let (asked, fetch) = fetch(|_: i64| Ok(page(&[7], None)));
    let pages = PagesWithResponse::by_number("list", i64::MAX, fetch, read).into_bodies();
    assert_eq!(all(pages).await.unwrap(), [7]);
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_count_of_pages_ends_a_list_whose_first_page_has_the_number_0() {
    for (count, expected) in [
        (Some(3), vec![0, 1, 2]),
        (Some(1), vec![0]),
        // The end is not known.
        (Some(0), vec![0, 1, 2, 3, 4]),
        (None, vec![0, 1, 2, 3, 4]),
    ] {
        let (asked, fetch) = fetch(move |number: i64| {
            let items: Vec<_> = (number..4).take(1).collect();
            Ok(page(&items, count))
        });
        let pages = PagesWithResponse::by_number("list", 0, fetch, |page: &Page| {
            ListPage::of(&page.data).pages(page.total)
        });
        all(pages.into_bodies()).await.unwrap();
        assert_eq!(*asked.lock().unwrap(), expected);
    }
}

/// Returns the pagination properties of a page with the total number of items.
fn read_total(page: &Page) -> ListPage<'_> {
    ListPage::of(&page.data).total(page.total)
}

#[tokio::test]
async fn a_total_ends_a_list() {
    for (first, total, expected) in [
        (0, Some(5), vec![0, 2, 4]),
        (3, Some(5), vec![3]),
        (0, None, vec![0, 2, 4, 5]),
        (0, Some(0), vec![0, 2, 4, 5]),
        // It does not count the items.
        (0, Some(1), vec![0, 2, 4, 5]),
        (0, Some(3), vec![0, 2, 4, 5]),
        (0, Some(9), vec![0, 2, 4, 5]),
    ] {
        let (asked, fetch) = fetch(move |offset: i64| {
            let items: Vec<_> = (offset..5).take(2).collect();
            Ok(page(&items, total))
        });
        let pages = PagesWithResponse::by_offset("list", first, fetch, read_total).into_bodies();
        assert_eq!(all(pages).await.unwrap(), Vec::from_iter(first..5));
        assert_eq!(*asked.lock().unwrap(), expected, "{first} of {total:?}");
    }
}

#[tokio::test]
async fn a_total_ends_numbered_pages_after_all_items() {
    for (first, total, expected) in [
        (1, Some(5), vec![1, 2, 3]),
        (1, Some(4), vec![1, 2]),
        (1, Some(9), vec![1, 2, 3, 4]),
        (1, None, vec![1, 2, 3, 4]),
        // The number of items on the pages before the first requested one is not known.
        (2, Some(5), vec![2, 3, 4]),
    ] {
        let (asked, fetch) = fetch(move |number: i64| {
            let items: Vec<_> = (2 * number - 2..5).take(2).collect();
            Ok(page(&items, total))
        });
        let pages = PagesWithResponse::by_number("list", first, fetch, read_total).into_bodies();
        all(pages).await.unwrap();
        assert_eq!(*asked.lock().unwrap(), expected, "{first} of {total:?}");
    }
}

#[tokio::test]
async fn a_total_counts_from_the_first_item() {
    let (asked, fetch) = fetch(|offset: i64| {
        let items: Vec<_> = (offset..=5).take(2).collect();
        Ok(page(&items, 5))
    });
    let pages = PagesWithResponse::by_offset("list", 1, fetch, |page: &Page| {
        read_total(page).first_item(1)
    });
    assert_eq!(all(pages.into_bodies()).await.unwrap(), [1, 2, 3, 4, 5]);
    assert_eq!(*asked.lock().unwrap(), [1, 3, 5]);
}

#[tokio::test]
async fn a_flag_takes_precedence_over_a_total() {
    let (asked, fetch) = fetch(|offset: i64| {
        let items: Vec<_> = (offset..5).take(2).collect();
        Ok(page(&items, 2))
    });
    let pages = PagesWithResponse::by_offset("list", 0, fetch, |page: &Page| {
        read_total(page).more(Some(page.data.len() == 2))
    });
    assert_eq!(all(pages.into_bodies()).await.unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(*asked.lock().unwrap(), [0, 2, 4]);
}

#[tokio::test]
async fn tokens_lead_from_page_to_page() {
    for end in [None, Some("")] {
        let (asked, pages) = by_token(move |token| match token {
            None => Some("a"),
            Some("a") => Some("b"),
            _ => end,
        });
        assert_eq!(all(pages).await.unwrap(), [1, 1, 1]);
        let asked = asked.lock().unwrap();
        assert_eq!(*asked, [None, Some("a".to_owned()), Some("b".to_owned())]);
    }
}

#[tokio::test]
async fn a_number_below_1_is_no_token() {
    for end in [None, Some(0), Some(-1)] {
        let (asked, fetch) = fetch(move |token: Option<String>| {
            Ok(Page {
                total: token.is_none().then_some(7).or(end),
                ..page(&[1], None)
            })
        });
        let pages = PagesWithResponse::by_token("list", fetch, |page: &Page| {
            ListPage::of(&page.data).next_number(page.total)
        });
        let pages = pages.into_bodies();
        assert_eq!(all(pages).await.unwrap(), [1, 1]);
        assert_eq!(*asked.lock().unwrap(), [None, Some("7".to_owned())]);
    }
}

#[tokio::test]
async fn a_token_that_comes_again_at_once_is_an_error_after_its_page() {
    let (asked, mut pages) = by_token(|_| Some("a"));
    assert!(pages.next_page().await.unwrap().is_some());
    assert!(pages.next_page().await.unwrap().is_some());
    let error = pages.next_page().await.err().unwrap();
    assert!(matches!(error, Error::Paging(_)));
    assert_eq!(error.operation(), Some("list"));
    assert_eq!(
        error.to_string(),
        "list: the list repeats itself: the API returned the same page or token twice"
    );
    assert!(pages.next_page().await.unwrap().is_none());
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_circle_is_found_out_however_long_it_is_and_wherever_it_begins() {
    for (before, length) in [(0, 2), (0, 3), (1, 1), (5, 7), (100, 1), (0, 100)] {
        let next = move |token: i64| match token + 1 {
            next if next == before + length => before,
            next => next,
        };
        let (asked, fetch) = fetch(move |token: Option<String>| {
            let token = token.map_or(-1, |token| token.parse().unwrap());
            Ok(Page {
                next: Some(next(token).to_string()),
                ..page(&[token], None)
            })
        });
        let pages = PagesWithResponse::by_token("list", fetch, read).into_bodies();
        assert!(matches!(all(pages).await, Err(Error::Paging(_))));
        let asked = asked.lock().unwrap().len();
        let bound = 3 * usize::try_from(before.max(length)).unwrap() + 3;
        assert!(asked <= bound, "{before} {length}: {asked}");
    }
}

#[tokio::test]
async fn nothing_comes_after_an_error() {
    let (asked, mut pages) = by_number(|number| match number {
        2 => Err(failure()),
        _ => Ok(page(&[7], 9)),
    });
    assert!(pages.next_page().await.unwrap().is_some());
    assert!(pages.next_page().await.is_err());
    assert!(pages.next_page().await.unwrap().is_none());
    assert_eq!(*asked.lock().unwrap(), [1, 2]);
}

#[tokio::test]
async fn items_before_an_error_are_given_out() {
    let (_, pages) = by_number(|number| match number {
        2 => Err(failure()),
        _ => Ok(page(&[7, 8], 9)),
    });
    let mut items = pages.items(|page| page.data);
    assert_eq!(items.next_item().await.unwrap(), Some(7));
    assert_eq!(items.next_item().await.unwrap(), Some(8));
    assert!(items.next_item().await.is_err());
    assert!(items.next_item().await.unwrap().is_none());
}

#[tokio::test]
async fn a_page_is_not_lost_when_waiting_for_it_is_given_up() {
    let (asked, mut fetch) = fetch(|number| Ok(page(&[number], 2)));
    let slow = move |number| {
        let page = fetch(number);
        async move {
            tokio::time::sleep(Duration::from_millis(100)).await;
            page.await
        }
    };
    let mut pages = PagesWithResponse::by_number("list", 1, slow, read).into_bodies();
    let waited = tokio::time::timeout(Duration::from_millis(10), pages.next_page()).await;
    assert!(waited.is_err());
    let page = pages.next_page().await.unwrap().unwrap();
    assert_eq!(page.data, [1]);
    assert_eq!(*asked.lock().unwrap(), [1]);
}

#[tokio::test]
async fn pages_have_the_status_and_headers_that_they_came_with() {
    let (_, fetch) = fetch(|number| Ok(page(&[number], 2)));
    let mut pages = PagesWithResponse::by_number("list", 1, fetch, read);
    for number in [1, 2] {
        let page = pages.next_page().await.unwrap().unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!(page.value().data, [number]);
    }
    assert!(pages.next_page().await.unwrap().is_none());
}

#[test]
fn they_are_streams_that_can_be_sent() {
    fn stream<S: Stream<Item = Result<T, Error>> + Send + Unpin + std::fmt::Debug, T>() {}
    stream::<Pages<Page>, Page>();
    stream::<PagesWithResponse<Page>, Response<Page>>();
    stream::<Items<Page, i64>, i64>();

    let mut pages =
        PagesWithResponse::by_token("list", |_| pending::<Result<Response<Page>, Error>>(), read)
            .into_bodies();
    let mut context = Context::from_waker(Waker::noop());
    assert!(matches!(
        Pin::new(&mut pages).poll_next(&mut context),
        Poll::Pending
    ));
    assert_eq!(
        format!("{pages:?}"),
        r#"Pages { operation: "list", is_over: false, .. }"#
    );
}

/// Returns the numbered pages of `GET /things`.
fn listed(server: &Server) -> Pages<Page> {
    let client = server.client();
    let fetch = move |number: i64| {
        let client = client.clone();
        async move {
            let request = get(&client, &format!("/things?page={number}"));
            client.calls().json(request, &THINGS).await
        }
    };
    PagesWithResponse::by_number("list", 1, fetch, read).into_bodies()
}

#[tokio::test]
async fn a_hundred_thousand_items_take_one_request_a_page() {
    let server = Server::start(|request| {
        let (_, rest) = request.split_once("page=").unwrap();
        let number: i64 = rest.split(' ').next().unwrap().parse().unwrap();
        let data: Vec<_> = ((number - 1) * 1000..number * 1000).collect();
        let body = json!({"data": data, "total": 100}).to_string();
        vec![Step::Send(answer("200 OK", &body))]
    })
    .await;
    let mut items = listed(&server).items(|page| page.data);
    let mut expected = 0;
    while let Some(item) = items.next_item().await.unwrap() {
        assert_eq!(item, expected);
        expected += 1;
    }
    assert_eq!(expected, 100_000);
    assert_eq!(server.requests().len(), 100);
}

/// Waits until the client closes the first connection.
async fn closed(listener: TcpListener, began: Arc<tokio::sync::Notify>) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut buffer = [0; 4096];
    while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
        began.notify_one();
    }
}

/// Drops a future after its request has arrived, and waits until the connection is closed.
async fn give_up<F: Future>(calling: impl FnOnce(crate::runtime::Client) -> F) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = crate::runtime::Client::builder()
        .api_key("key-0123456789")
        .base_url(format!("http://{}", listener.local_addr().unwrap()))
        .build()
        .unwrap();
    let began = Arc::new(tokio::sync::Notify::new());
    let closing = tokio::spawn(closed(listener, Arc::clone(&began)));
    tokio::select! {
        _ = calling(client) => panic!("there is no response"),
        () = began.notified() => {}
    }
    tokio::time::timeout(Duration::from_secs(5), closing)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_call_or_list_that_is_dropped_closes_its_connection() {
    give_up(|client| async move { things::<Page>(&client).await }).await;
    give_up(|client| async move {
        let fetch = move |_| {
            let client = client.clone();
            async move { things::<Page>(&client).await }
        };
        let mut pages = PagesWithResponse::by_token("list", fetch, read).into_bodies();
        pages.next_page().await
    })
    .await;
}
