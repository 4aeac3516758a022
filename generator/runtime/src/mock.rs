//! A server on this machine that answers as the API would, for the tests of
//! programs that use this crate.
//!
//! A call that nothing was said of is answered with 404, which is also what an API says
//! of what is not there.

use std::marker::PhantomData;

use httpmock::{Method, Mock, MockServer, Then, When};
use serde::Serialize;
use serde_json::{Value, json};

use super::client::{Client, ClientBuilder};
use super::error::Error;

/// Returns a client of the server. It repeats no call, so that failures are quick.
///
/// # Errors
///
/// Those of [`ClientBuilder::build`].
pub fn client(server: &MockServer) -> Result<Client, Error> {
    builder(server).build()
}

/// Returns what [`client`] is built from, for a client that differs in something else:
/// `mock::builder(&server).retries(2).build()`.
pub fn builder(server: &MockServer) -> ClientBuilder {
    Client::builder()
        .api_key("key-of-a-mock-server")
        .base_url(server.base_url())
        .retries(0)
}

/// An operation of a mock server whose response is to be set.
///
/// `T` is the response of the operation: a type of the API, [`Events`], [`Content`], or
/// [`Empty`].
#[must_use = "the server does not know what to answer"]
pub struct Mocked<'a, T> {
    server: &'a MockServer,
    method: &'static str,
    path: String,
    narrow: Vec<Box<dyn FnOnce(When) -> When>>,
    answer: PhantomData<fn(T)>,
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
    pub fn new(server: &'a MockServer, method: &'static str, template: &str) -> Self {
        Self {
            server,
            method,
            path: pattern(template),
            narrow: Vec::new(),
            answer: PhantomData,
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

    /// Responds in a custom way, for instance after a delay.
    pub fn then(self, answer: impl FnOnce(Then) -> Then) -> Mock<'a> {
        self.server.mock(|when, then| {
            let when = when
                .method(Method::from(self.method))
                .path_matches(self.path);
            self.narrow
                .into_iter()
                .fold(when, |when, narrow| narrow(when));
            answer(then);
        })
    }
}

impl<'a, T: Serialize> Mocked<'a, T> {
    /// Responds with this value.
    pub fn answers(self, value: &T) -> Mock<'a> {
        self.then(|then| then.status(200).json_body_obj(value))
    }
}

impl<'a, T: Serialize> Mocked<'a, Events<T>> {
    /// Responds with these events.
    ///
    /// # Panics
    ///
    /// Panics if an event cannot be serialized as JSON.
    pub fn answers(self, events: &[T]) -> Mock<'a> {
        let mut body = String::new();
        for event in events {
            #[allow(
                clippy::expect_used,
                reason = "a test that cannot be set up has failed"
            )]
            let data = serde_json::to_string(event).expect("the event has a form in JSON");
            body.push_str(&format!("data: {data}\n\n"));
        }
        self.then(|then| {
            then.status(200)
                .header("content-type", "text/event-stream")
                .body(body)
        })
    }
}

impl<'a> Mocked<'a, Content> {
    /// Answers with these bytes, or this text.
    pub fn answers(self, bytes: impl AsRef<[u8]>) -> Mock<'a> {
        self.then(|then| then.status(200).body(bytes))
    }
}

impl<'a> Mocked<'a, Empty> {
    /// Answers with success.
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
