//! A local mock server of the API and recorded responses, for tests of programs that use this
//! crate.
//!
//! A call without a matching mock receives the status 404.

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
use self::pages::{Advance, Paging, Relation, SinglePage};
use self::reply::Script;
use super::client::{Client, ClientBuilder};
use super::error::Error;

/// Creates a client of the mock server, with retries disabled.
///
/// In a test with a paused clock, such as `#[tokio::test(start_paused = true)]`, time does not
/// advance while a request is in flight. Delays between retries and sleeps of the program complete
/// immediately.
///
/// # Errors
///
/// Returns the errors of [`ClientBuilder::build`].
pub fn client(server: &MockServer) -> Result<Client, Error> {
    builder(server).build()
}

/// Returns the builder of [`client`], to change its settings:
/// `mock::builder(&server).retries(2).build()`.
pub fn builder(server: &MockServer) -> ClientBuilder {
    Client::builder()
        .api_key("key-of-a-mock-server")
        .constant_headers()
        .base_url(server.base_url())
        .retries(0)
        .middleware(StillClock)
}

/// A mock of an operation, before its response is set.
///
/// `T` is the response of the operation: an API type, [`Pages`], [`Events`], [`Content`], or
/// [`Empty`].
#[must_use = "a mock does nothing until its response is set"]
pub struct Mocked<'a, T> {
    server: &'a MockServer,
    method: &'static str,
    narrow: Vec<Box<dyn FnOnce(When) -> When>>,
    paging: Paging,
    response: PhantomData<fn(T)>,
}

/// The pages of a list, each of type `T`.
pub enum Pages<T> {
    #[doc(hidden)]
    Never(T),
}

/// A stream of events, each of type `T`.
pub enum Events<T> {
    #[doc(hidden)]
    Never(T),
}

/// Bytes or text.
pub enum Content {}

/// No body.
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

    /// Matches only requests with this property in their JSON body.
    #[doc(hidden)]
    pub fn setting(self, field: &str, value: bool) -> Self {
        let body = json!({ field: value }).to_string();
        self.when(|when| when.json_body_includes(body))
    }

    /// Matches only requests with a body of this media type, or without a body.
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

    /// Restricts the matching requests, for example by a query parameter:
    /// `.when(|when| when.query_param("page", "2"))`.
    pub fn when(mut self, narrow: impl FnOnce(When) -> When + 'static) -> Self {
        self.narrow.push(Box::new(narrow));
        self
    }

    /// Responds with a status and a JSON body.
    pub fn fails(self, status: u16, body: impl Into<Value>) -> Mock<'a> {
        let body = body.into();
        self.then(|then| then.status(status).json_body(body))
    }

    /// Responds with one reply after another. The last reply is repeated.
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
    /// Panics if `replies` is empty.
    pub fn replies(self, replies: impl IntoIterator<Item = Reply<T>>) -> Mock<'a> {
        let script = Script::new(replies, &self.paging);
        self.responds(move |request| script.respond(request))
    }

    /// Responds with a custom response, for example with a delay.
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

    /// Responds with a function of the request.
    fn responds<F>(self, respond: F) -> Mock<'a>
    where
        F: Fn(&HttpMockRequest) -> HttpMockResponse + Send + Sync + 'static,
    {
        self.then(|then| then.respond_with(respond))
    }
}

impl<'a, T: Serialize> Mocked<'a, T> {
    /// Responds with a value.
    pub fn reply(self, value: &T) -> Mock<'a> {
        self.then(|then| then.status(200).json_body_obj(value))
    }
}

impl<'a, T: Serialize + DeserializeOwned> Mocked<'a, Pages<T>> {
    /// Responds with a list of this one page. Requests for later pages receive a page without
    /// items.
    ///
    /// If pages are numbered, the page has the number of the first request.
    ///
    /// # Panics
    ///
    /// Panics if the page cannot be serialized as JSON.
    pub fn reply(self, page: &T) -> Mock<'a> {
        let page = SinglePage::new(self.paging.clone(), reply::page(page));
        self.responds(move |request| {
            HttpMockResponse::builder()
                .status(200)
                .header("content-type", "application/json")
                .body(page.body(request))
                .build()
        })
    }

    /// Responds with the pages of a list, in order. Requests for a page after the last receive a
    /// page without items.
    ///
    /// The tokens and the URLs of next pages are generated, unless a page already has a token. If a
    /// page has a property for the number of the last page, or for whether there is a next page,
    /// the property is set.
    ///
    /// # Panics
    ///
    /// Panics if `pages` is empty, if a page cannot be serialized as JSON, or if the token or the
    /// URL of the next page belongs to an object that is absent and has other required properties.
    /// Also panics if the identifier of the last item leads to the next page, and two pages end with
    /// the same one.
    pub fn pages(self, pages: &[T]) -> Mock<'a> {
        self.replies([Reply::pages(pages)])
    }

    fn advance(mut self, advance: Advance) -> Self {
        self.paging.advance = advance;
        self
    }

    /// Pages are numbered by a parameter such as `query.page`.
    #[doc(hidden)]
    pub fn by_number(self, parameter: &'static str, first: i64) -> Self {
        self.advance(Advance::Number { parameter, first })
    }

    /// A parameter is the number of the first item of the page.
    #[doc(hidden)]
    pub fn by_offset(self, parameter: &'static str, first: i64) -> Self {
        self.advance(Advance::Offset { parameter, first })
    }

    /// A parameter is the token of the page. The previous page has the token at the JSON pointer
    /// `next`.
    #[doc(hidden)]
    pub fn by_token(self, parameter: &'static str, next: &'static str) -> Self {
        self.advance(Advance::Token { parameter, next })
    }

    /// A parameter is the property `id` of the last item on the previous page.
    #[doc(hidden)]
    pub fn by_last_item(self, parameter: &'static str, id: &'static str) -> Self {
        self.advance(Advance::LastItem { parameter, id })
    }

    /// The previous page has the URL of the page at a JSON pointer.
    #[doc(hidden)]
    pub fn by_url(self, next: &'static str) -> Self {
        self.advance(Advance::Url { next })
    }

    /// The previous page has the URL of the page in a list of links, in the link with the relation
    /// `next`.
    #[doc(hidden)]
    pub fn by_relation(self, links: &'static str, name: &'static str, url: &'static str) -> Self {
        self.advance(Advance::Relation(Relation { links, name, url }))
    }

    /// Sets the property with the items of a page.
    #[doc(hidden)]
    pub fn items_at(mut self, pointer: &'static str) -> Self {
        self.paging.items = pointer;
        self
    }

    /// Sets the property with the number of the last page.
    #[doc(hidden)]
    pub fn last_at(mut self, pointer: &'static str) -> Self {
        self.paging.last = Some(pointer);
        self
    }

    /// Sets the property with the number of pages.
    #[doc(hidden)]
    pub fn pages_at(mut self, pointer: &'static str) -> Self {
        self.paging.count = Some(pointer);
        self
    }

    /// Sets the property with the total number of items.
    #[doc(hidden)]
    pub fn total_at(mut self, pointer: &'static str) -> Self {
        self.paging.total = Some(pointer);
        self
    }

    /// Sets the property that states whether there is a next page.
    #[doc(hidden)]
    pub fn more_at(mut self, pointer: &'static str) -> Self {
        self.paging.more = Some(pointer);
        self
    }
}

impl<'a, T: Serialize> Mocked<'a, Events<T>> {
    /// Responds with a stream of events.
    ///
    /// # Panics
    ///
    /// Panics if an event cannot be serialized as JSON.
    pub fn reply(self, events: &[T]) -> Mock<'a> {
        let body = reply::frames(events);
        self.then(|then| {
            then.status(200)
                .header("content-type", "text/event-stream")
                .body(body)
        })
    }
}

impl<'a> Mocked<'a, Content> {
    /// Responds with bytes or text.
    pub fn reply(self, bytes: impl AsRef<[u8]>) -> Mock<'a> {
        self.then(|then| then.status(200).body(bytes))
    }
}

impl<'a> Mocked<'a, Empty> {
    /// Responds with a success status and no body.
    pub fn reply(self) -> Mock<'a> {
        self.then(|then| then.status(204))
    }
}

/// Returns the regular expression for the paths of a template.
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
