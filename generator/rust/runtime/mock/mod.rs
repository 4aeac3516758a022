//! A server on this machine that responds like the API, for the tests of programs that use this
//! crate, and recorded responses.
//!
//! The response to a call without a mock is 404, like that of an API for a missing resource.

mod cassette;
mod clock;
mod json_text;
mod pages;
mod recording;
mod redaction;
mod reply;
#[cfg(feature = "websocket")]
mod websocket;

use std::marker::PhantomData;

use httpmock::{HttpMockRequest, HttpMockResponse, Method, Mock, MockServer, Then, When};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub use cassette::Cassette;
pub use reply::Reply;
#[cfg(feature = "websocket")]
pub use websocket::{Channel, ChannelScript, ChannelServer, Handshake};

use self::clock::StillClock;
use self::pages::{Advance, Paging, SinglePage};
use self::reply::Script;
use super::client::{Client, ClientBuilder};
use super::error::Error;

/// Returns a client of the server. It does not retry, so that failures are quick.
///
/// In a test whose clock is paused, such as one with `#[tokio::test(start_paused = true)]`, the
/// time does not pass while a request is underway, and waits end at once: those between retries,
/// and those of the program.
///
/// # Errors
///
/// Those of [`ClientBuilder::build`].
pub fn client(server: &MockServer) -> Result<Client, Error> {
    builder(server).build()
}

/// Returns the builder of [`client`], for a client with other settings:
/// `mock::builder(&server).retries(2).build()`.
pub fn builder(server: &MockServer) -> ClientBuilder {
    Client::builder()
        .api_key("key-of-a-mock-server")
        .base_url(server.base_url())
        .retries(0)
        .middleware(StillClock)
}

/// An operation of a mock server whose response is to be set.
///
/// `T` is the response of the operation: a type of the API, [`Pages`], [`Events`], [`Content`], or
/// [`Empty`].
#[must_use = "the server has no response yet"]
pub struct Mocked<'a, T> {
    server: &'a MockServer,
    method: &'static str,
    narrow: Vec<Box<dyn FnOnce(When) -> When>>,
    paging: Paging,
    response: PhantomData<fn(T)>,
}

/// A response that is a page of a list, a `T`.
pub enum Pages<T> {
    #[doc(hidden)]
    Never(T),
}

/// A response of events, each a `T`.
pub enum Events<T> {
    #[doc(hidden)]
    Never(T),
}

/// A response of bytes or text.
pub enum Content {}

/// A response without a body.
pub enum Empty {}

impl<'a, T> Mocked<'a, T> {
    #[doc(hidden)]
    pub fn new(server: &'a MockServer, method: &'static str, template: &'static str) -> Self {
        Self {
            server,
            method,
            narrow: Vec::new(),
            paging: Paging {
                template,
                base_url: server.base_url(),
                ..Paging::default()
            },
            response: PhantomData,
        }
    }

    /// Restricts the requests to those with this field in their JSON body.
    #[doc(hidden)]
    pub fn setting(self, field: &str, value: bool) -> Self {
        let body = json!({ field: value }).to_string();
        self.when(|when| when.json_body_includes(body))
    }

    /// Restricts the requests to those with a body of this media type, or without a body.
    #[doc(hidden)]
    pub fn media_type(self, expected: &'static str) -> Self {
        let bare = |value: &str| {
            let value = value.split(';').next().unwrap_or_default();
            value.trim().to_ascii_lowercase()
        };
        let expected = bare(expected);
        self.when(move |when| {
            when.is_true(move |request| {
                let mut headers = request.headers_vec().iter();
                let sent = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
                sent.is_none_or(|(_, value)| bare(value) == expected)
            })
        })
    }

    /// Restricts the requests that match, for instance to a query parameter:
    /// `.when(|when| when.query_param("page", "2"))`.
    pub fn when(mut self, narrow: impl FnOnce(When) -> When + 'static) -> Self {
        self.narrow.push(Box::new(narrow));
        self
    }

    /// Responds with this status, and this body as JSON.
    pub fn fails(self, status: u16, body: impl Into<Value>) -> Mock<'a> {
        let body = body.into();
        self.then(|then| then.status(status).json_body(body))
    }

    /// Responds with one reply after another. The last one repeats.
    ///
    /// ```ignore
    /// mock::assets::retrieve(&server).replies([
    ///     Reply::failure(503, "maintenance"),
    ///     Reply::failure(429, "too many requests").header("retry-after", "1"),
    ///     Reply::value(&asset),
    /// ]);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there is no reply.
    pub fn replies(self, replies: impl IntoIterator<Item = Reply<T>>) -> Mock<'a> {
        let script = Script::new(replies, &self.paging);
        self.responds(move |request| script.respond(request))
    }

    /// Responds in a custom way, for instance after a delay.
    pub fn then(self, answer: impl FnOnce(Then) -> Then) -> Mock<'a> {
        self.server.mock(|when, then| {
            let when = when
                .method(Method::from(self.method))
                .path_matches(pattern(self.paging.template));
            self.narrow
                .into_iter()
                .fold(when, |when, narrow| narrow(when));
            answer(then);
        })
    }

    /// Responds depending on the request.
    fn responds<F>(self, respond: F) -> Mock<'a>
    where
        F: Fn(&HttpMockRequest) -> HttpMockResponse + Send + Sync + 'static,
    {
        self.then(|then| then.respond_with(respond))
    }
}

impl<'a, T: Serialize> Mocked<'a, T> {
    /// Responds with this value.
    pub fn answers(self, value: &T) -> Mock<'a> {
        self.then(|then| then.status(200).json_body_obj(value))
    }
}

impl<'a, T: Serialize + DeserializeOwned> Mocked<'a, Pages<T>> {
    /// Responds with this page of a list. The pages after it have no items, so that the list
    /// ends.
    ///
    /// If pages are numbered, this is the page with the number that is requested first.
    ///
    /// # Panics
    ///
    /// Panics if the page cannot be serialized as JSON.
    pub fn answers(self, page: &T) -> Mock<'a> {
        let page = SinglePage::new(self.paging.clone(), reply::page(page));
        self.responds(move |request| {
            HttpMockResponse::builder()
                .status(200)
                .header("content-type", "application/json")
                .body(page.body(request))
                .build()
        })
    }

    /// Responds with the pages of a list, from its first page to its last. The page after it has
    /// no items.
    ///
    /// The tokens and URLs that lead from one page to the next are made up. A token that a page
    /// has is kept. The number of the last page, and the property that says whether there is a
    /// next page, are set where a page has them.
    ///
    /// # Panics
    ///
    /// Panics if there is no page, if a page cannot be serialized as JSON, or if the token or the
    /// URL of the next page belongs to an object that is not set and needs other properties.
    pub fn pages(self, pages: &[T]) -> Mock<'a> {
        self.replies([Reply::pages(pages)])
    }

    fn advance(mut self, advance: Advance) -> Self {
        self.paging.advance = advance;
        self
    }

    /// Pages have a number, which is a parameter such as `query.page`.
    #[doc(hidden)]
    pub fn by_number(self, parameter: &'static str, first: i64) -> Self {
        self.advance(Advance::Number { parameter, first })
    }

    /// The number of the first item of a page is a parameter.
    #[doc(hidden)]
    pub fn by_offset(self, parameter: &'static str, first: i64) -> Self {
        self.advance(Advance::Offset { parameter, first })
    }

    /// The token of a page is a parameter, and the property at the JSON pointer `next` of the page
    /// before it.
    #[doc(hidden)]
    pub fn by_token(self, parameter: &'static str, next: &'static str) -> Self {
        self.advance(Advance::Token { parameter, next })
    }

    /// The URL of a page is a property of the page before it.
    #[doc(hidden)]
    pub fn by_url(self, next: &'static str) -> Self {
        self.advance(Advance::Url { next })
    }

    /// Sets the property that holds the items of a page.
    #[doc(hidden)]
    pub fn items_at(mut self, pointer: &'static str) -> Self {
        self.paging.items = pointer;
        self
    }

    /// Sets the property that holds the number of the last page.
    #[doc(hidden)]
    pub fn last_at(mut self, pointer: &'static str) -> Self {
        self.paging.last = Some(pointer);
        self
    }

    /// Sets the property that says whether there is a next page.
    #[doc(hidden)]
    pub fn more_at(mut self, pointer: &'static str) -> Self {
        self.paging.more = Some(pointer);
        self
    }
}

impl<'a, T: Serialize> Mocked<'a, Events<T>> {
    /// Responds with these events.
    ///
    /// # Panics
    ///
    /// Panics if an event cannot be serialized as JSON.
    pub fn answers(self, events: &[T]) -> Mock<'a> {
        let body = reply::frames(events);
        self.then(|then| {
            then.status(200)
                .header("content-type", "text/event-stream")
                .body(body)
        })
    }
}

impl<'a> Mocked<'a, Content> {
    /// Responds with these bytes, or this text.
    pub fn answers(self, bytes: impl AsRef<[u8]>) -> Mock<'a> {
        self.then(|then| then.status(200).body(bytes))
    }
}

impl<'a> Mocked<'a, Empty> {
    /// Responds with success.
    pub fn answers(self) -> Mock<'a> {
        self.then(|then| then.status(204))
    }
}

/// Returns the pattern of the paths that a template stands for.
fn pattern(template: &str) -> String {
    let mut pattern = String::from("^");
    let mut in_parameter = false;
    for c in template.chars() {
        match c {
            '{' => {
                in_parameter = true;
                pattern.push_str("[^/]+");
            }
            '}' => in_parameter = false,
            _ if in_parameter => {}
            c if c.is_alphanumeric() || c == '/' => pattern.push(c),
            c => {
                pattern.push('\\');
                pattern.push(c);
            }
        }
    }
    pattern.push('$');
    pattern
}
