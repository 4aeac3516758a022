//! The responses of a mock, one after another.

use std::fmt::{self, Debug, Formatter};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicUsize, Ordering};

use httpmock::{HttpMockRequest, HttpMockResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::pages::{List, Page, Paging};
use super::{Content, Empty, Events, Pages};

/// One of several responses of a mock, see [`Mocked::replies`](super::Mocked::replies).
///
/// `T` is the response of the operation, like that of [`Mocked`](super::Mocked).
pub struct Reply<T> {
    response: HttpMockResponse,
    /// The pages of a list, from which a request selects the body.
    pages: Vec<Page>,
    of: PhantomData<fn(T)>,
}

impl<T> Reply<T> {
    /// Creates a response with this status, and this body as JSON.
    pub fn failure(status: u16, body: impl Into<Value>) -> Self {
        Self::new(status, Some("application/json"), body.into().to_string())
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let headers = self.response.headers.get_or_insert_default();
        headers.push((name.into(), value.into()));
        self
    }

    /// Sets another status, such as 202.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.response.status = Some(status);
        self
    }

    fn new(status: u16, media_type: Option<&str>, body: impl Into<Vec<u8>>) -> Self {
        let media_type = media_type.map(|value| ("content-type".to_owned(), value.to_owned()));
        Self {
            response: HttpMockResponse {
                status: Some(status),
                headers: Some(media_type.into_iter().collect()),
                body: Some(body.into().into()),
            },
            pages: Vec::new(),
            of: PhantomData,
        }
    }
}

impl<T: Serialize> Reply<T> {
    /// Creates a response with this value.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be serialized as JSON.
    pub fn value(value: &T) -> Self {
        Self::new(200, Some("application/json"), json(value))
    }
}

impl<T: Serialize> Reply<Pages<T>> {
    /// Creates a response with this page, whatever page is requested.
    ///
    /// # Panics
    ///
    /// Panics if the page cannot be serialized as JSON.
    pub fn page(page: &T) -> Self {
        Self::new(200, Some("application/json"), json(page))
    }
}

impl<T: Serialize + DeserializeOwned> Reply<Pages<T>> {
    /// Creates responses with the pages of a list, like
    /// [`Mocked::pages`](super::Mocked::pages). They are selected by the request, so this is the
    /// last reply.
    ///
    /// # Panics
    ///
    /// Panics if there is no page, or a page cannot be serialized as JSON.
    pub fn pages(pages: &[T]) -> Self {
        assert!(!pages.is_empty(), "a list has at least one page");
        let pages = pages.iter().map(page);
        Self {
            pages: pages.collect(),
            ..Self::new(200, Some("application/json"), "")
        }
    }
}

impl<T: Serialize> Reply<Events<T>> {
    /// Creates a response with these events.
    ///
    /// # Panics
    ///
    /// Panics if an event cannot be serialized as JSON.
    pub fn events(events: &[T]) -> Self {
        Self::new(200, Some("text/event-stream"), frames(events))
    }
}

impl Reply<Content> {
    /// Creates a response with these bytes, or this text.
    pub fn content(bytes: impl AsRef<[u8]>) -> Self {
        Self::new(200, None, bytes.as_ref())
    }
}

impl Reply<Empty> {
    /// Creates a response without a body.
    pub fn empty() -> Self {
        Self::new(204, None, "")
    }
}

impl<T> Debug for Reply<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.response.status)
            .field("pages", &self.pages.len())
            .finish_non_exhaustive()
    }
}

pub(super) fn json(value: &impl Serialize) -> String {
    #[allow(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    serde_json::to_string(value).expect("the value has a form in JSON")
}

/// Returns the text of events.
pub(super) fn frames<T: Serialize>(events: &[T]) -> String {
    let frames = events
        .iter()
        .map(|event| format!("data: {}\n\n", json(event)));
    frames.collect()
}

/// Returns a page of a list.
pub(super) fn page<T: Serialize + DeserializeOwned>(page: &T) -> Page {
    #[allow(
        clippy::expect_used,
        reason = "a test that cannot be set up has failed"
    )]
    let json = serde_json::to_value(page).expect("the page has a form in JSON");
    Page::new::<T>(json)
}

/// The responses of a mock, of which the last one repeats.
pub(super) struct Script {
    scenes: Vec<Scene>,
    next: AtomicUsize,
}

struct Scene {
    response: HttpMockResponse,
    /// The list that has the body.
    list: Option<List>,
}

impl Script {
    /// Returns the responses of a mock of an operation with this pagination.
    ///
    /// # Panics
    ///
    /// Panics if there are none.
    pub(super) fn new<T>(replies: impl IntoIterator<Item = Reply<T>>, paging: &Paging) -> Self {
        let scenes = replies.into_iter().map(|reply| Scene {
            response: reply.response,
            list: (!reply.pages.is_empty()).then(|| List::new(paging.clone(), reply.pages)),
        });
        let scenes: Vec<Scene> = scenes.collect();
        assert!(!scenes.is_empty(), "a mock has at least one response");
        let next = AtomicUsize::new(0);
        Self { scenes, next }
    }

    /// Returns the response to the next request.
    pub(super) fn respond(&self, request: &HttpMockRequest) -> HttpMockResponse {
        let position = self.next.fetch_add(1, Ordering::Relaxed);
        let Scene { response, list } = &self.scenes[position.min(self.scenes.len() - 1)];
        match list {
            None => response.clone(),
            Some(list) => list.respond(response.clone(), request),
        }
    }
}
