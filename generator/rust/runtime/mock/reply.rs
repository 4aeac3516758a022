//! Sequences of mock responses.

use std::fmt::{self, Debug, Formatter};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicUsize, Ordering};

use httpmock::{HttpMockRequest, HttpMockResponse};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::pages::{List, Page, Paging};
use super::{Content, Empty, Events, Pages};

/// A response in the sequence of a mock; see [`Mocked::replies`](super::Mocked::replies).
///
/// `T` is the response of the operation, as for [`Mocked`](super::Mocked).
pub struct Reply<T> {
    response: HttpMockResponse,
    /// The pages of a list. The request selects the page.
    pages: Vec<Page>,
    of: PhantomData<fn(T)>,
}

impl<T> Reply<T> {
    /// Creates a response with a status and a JSON body.
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

    /// Sets the status, such as 202.
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
    /// Creates a response with a value.
    ///
    /// # Panics
    ///
    /// Panics if the value cannot be serialized as JSON.
    pub fn value(value: &T) -> Self {
        Self::new(200, Some("application/json"), json(value))
    }
}

impl<T: Serialize> Reply<Pages<T>> {
    /// Creates a response with a page, regardless of the requested page.
    ///
    /// # Panics
    ///
    /// Panics if the page cannot be serialized as JSON.
    pub fn page(page: &T) -> Self {
        Self::new(200, Some("application/json"), json(page))
    }
}

impl<T: Serialize + DeserializeOwned> Reply<Pages<T>> {
    /// Creates a response with the requested page of a list, like
    /// [`Mocked::pages`](super::Mocked::pages). Use it as the last reply.
    ///
    /// # Panics
    ///
    /// Panics if `pages` is empty, or if a page cannot be serialized as JSON.
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
    /// Creates a response with a stream of events.
    ///
    /// # Panics
    ///
    /// Panics if an event cannot be serialized as JSON.
    pub fn events(events: &[T]) -> Self {
        Self::new(200, Some("text/event-stream"), frames(events))
    }
}

impl Reply<Content> {
    /// Creates a response with bytes or text.
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
    #[allow(clippy::expect_used, reason = "a failed setup fails the test")]
    serde_json::to_string(value).expect("the value can be serialized as JSON")
}

/// Returns events as Server-Sent Events.
pub(super) fn frames<T: Serialize>(events: &[T]) -> String {
    let frames = events
        .iter()
        .map(|event| format!("data: {}\n\n", json(event)));
    frames.collect()
}

/// Creates a page of a list.
pub(super) fn page<T: Serialize + DeserializeOwned>(page: &T) -> Page {
    #[allow(clippy::expect_used, reason = "a failed setup fails the test")]
    let json = serde_json::to_value(page).expect("the page can be serialized as JSON");
    Page::new::<T>(json)
}

/// The responses of a mock. The last response is repeated.
pub(super) struct Script {
    scenes: Vec<Scene>,
    next: AtomicUsize,
}

struct Scene {
    response: HttpMockResponse,
    /// The list that provides the body.
    list: Option<List>,
}

impl Script {
    /// Creates the responses of a mock.
    ///
    /// # Panics
    ///
    /// Panics if `replies` is empty.
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
