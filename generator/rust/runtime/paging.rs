//! Streams of the pages and the items of paginated lists.
//!
//! Closures implement the pagination of an operation; `list_walk` decides which page to
//! request next, and when to stop.

#![allow(dead_code, reason = "an API may have no paginated lists")]

use std::fmt::{self, Formatter};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use super::error::{Error, PagingError};
use super::list_walk::{ListPage, Next, Place, Walk, is_url};
use super::platform::{self, BoxFuture, SendOutsideBrowser};
use super::response::Response;

type Fetching<P> = BoxFuture<Result<Response<P>, Error>>;
type FetchAt<P> = platform::AskAt<Place, Result<Response<P>, Error>>;

/// The pages of a list, with one request per page.
///
/// A page is requested when it is polled, including the first page. Only one page is buffered.
/// Iteration ends after an error. Dropping this value cancels the pending request.
///
/// This type is a [`Stream`] of pages; [`next_page`](Self::next_page) works without a
/// dependency on a stream library.
#[must_use = "no page is requested until it is polled"]
pub struct Pages<P>(PagesWithResponse<P>);

/// The pages of a list, each with its status and headers. Otherwise, it is like [`Pages`].
#[must_use = "no page is requested until it is polled"]
pub struct PagesWithResponse<P> {
    operation: &'static str,
    /// The request that is being sent.
    fetching: Option<Fetching<P>>,
    state: State<P>,
}

enum State<P> {
    /// There may be more pages.
    Underway(Walk, Fetch<P>),
    /// The next page would be one that was already returned.
    Circle,
    Over,
}

/// The function that requests a page, and the function that reads its pagination properties.
struct Fetch<P> {
    fetch: Box<FetchAt<P>>,
    read: fn(&P) -> ListPage<'_>,
}

#[allow(dead_code, reason = "an API may not have all kinds of lists")]
impl<P> PagesWithResponse<P> {
    /// Creates a list with numbered pages, starting at the number `first`.
    ///
    /// The list ends at the last page number, at the page whose flag states that there is no next
    /// page, when the total number of items is reached, or at an empty page if the pages state no
    /// last number.
    #[doc(hidden)]
    pub fn by_number<F>(
        operation: &'static str,
        first: i64,
        mut fetch: impl FnMut(i64) -> F + SendOutsideBrowser + 'static,
        read: fn(&P) -> ListPage<'_>,
    ) -> Self
    where
        F: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    {
        Self::new(operation, Place::Number(first), read, move |place| {
            let number = match place {
                Place::Number(number) => *number,
                _ => first,
            };
            Box::pin(fetch(number))
        })
    }

    /// Creates a list with item offsets, starting at the item `first`. Each page starts after the
    /// items of the previous pages.
    ///
    /// The list ends at the page whose flag states that there is no next page, when the total
    /// number of items is reached, or at an empty page.
    #[doc(hidden)]
    pub fn by_offset<F>(
        operation: &'static str,
        first: i64,
        mut fetch: impl FnMut(i64) -> F + SendOutsideBrowser + 'static,
        read: fn(&P) -> ListPage<'_>,
    ) -> Self
    where
        F: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    {
        Self::new(operation, Place::Offset(first), read, move |place| {
            let offset = match place {
                Place::Offset(offset) => *offset,
                _ => first,
            };
            Box::pin(fetch(offset))
        })
    }

    /// Creates a list whose pages contain the token or the URL of the next page. The first page is
    /// requested with `None`.
    ///
    /// The list ends at a page without a token, or whose flag states that there is no next page.
    #[doc(hidden)]
    pub fn by_token<F>(
        operation: &'static str,
        fetch: impl FnMut(Option<String>) -> F + SendOutsideBrowser + 'static,
        read: fn(&P) -> ListPage<'_>,
    ) -> Self
    where
        F: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    {
        Self::by_text(operation, Place::Token(None), fetch, read)
    }

    /// Creates a list whose pages contain either the URL or the token of the next page. The first
    /// page is requested with neither. See [`by_token`](Self::by_token).
    #[doc(hidden)]
    pub fn by_url_or_token<F>(
        operation: &'static str,
        mut fetch: impl FnMut(Option<String>, Option<String>) -> F + SendOutsideBrowser + 'static,
        read: fn(&P) -> ListPage<'_>,
    ) -> Self
    where
        F: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    {
        let fetch = move |next: Option<String>| match next {
            Some(next) if is_url(&next) => fetch(Some(next), None),
            token => fetch(None, token),
        };
        Self::by_text(operation, Place::Token(None), fetch, read)
    }

    /// Creates a list with the URL of the next page in the response header `Link`. See
    /// [`by_token`](Self::by_token).
    #[doc(hidden)]
    pub fn by_link<F>(
        operation: &'static str,
        fetch: impl FnMut(Option<String>) -> F + SendOutsideBrowser + 'static,
        read: fn(&P) -> ListPage<'_>,
    ) -> Self
    where
        F: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    {
        Self::by_text(operation, Place::Link(None), fetch, read)
    }

    fn by_text<F>(
        operation: &'static str,
        first: Place,
        mut fetch: impl FnMut(Option<String>) -> F + SendOutsideBrowser + 'static,
        read: fn(&P) -> ListPage<'_>,
    ) -> Self
    where
        F: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    {
        Self::new(operation, first, read, move |place| {
            let text = match place {
                Place::Token(text) | Place::Link(text) => text.clone(),
                _ => None,
            };
            Box::pin(fetch(text))
        })
    }

    fn new(
        operation: &'static str,
        first: Place,
        read: fn(&P) -> ListPage<'_>,
        fetch: impl FnMut(&Place) -> Fetching<P> + SendOutsideBrowser + 'static,
    ) -> Self {
        let fetch = Box::new(fetch);
        Self {
            operation,
            fetching: None,
            state: State::Underway(Walk::from(first), Fetch { fetch, read }),
        }
    }

    /// Converts this stream into a stream of pages without status and headers.
    pub fn into_bodies(self) -> Pages<P> {
        Pages(self)
    }

    /// Returns the next page, or `None` at the end.
    ///
    /// This method is cancel safe: after the future is dropped, the next call continues
    /// with the same request.
    ///
    /// # Errors
    ///
    /// Returns the errors of the operation, and [`Error::Paging`] if the next page was already
    /// returned or its URL has another origin. Iteration ends after an error.
    pub async fn next_page(&mut self) -> Result<Option<Response<P>>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }
}

impl<P> Pages<P> {
    /// Converts this stream into a stream of items. `items` extracts the items of a page.
    #[doc(hidden)]
    pub fn items<T>(
        self,
        items: impl FnMut(P) -> Vec<T> + SendOutsideBrowser + 'static,
    ) -> Items<P, T> {
        Items {
            pages: self,
            page: Vec::new().into_iter(),
            items: Box::new(items),
        }
    }

    /// Returns the next page, or `None` at the end. See [`PagesWithResponse::next_page`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`PagesWithResponse::next_page`].
    pub async fn next_page(&mut self) -> Result<Option<P>, Error> {
        let page = self.0.next_page().await?;
        Ok(page.map(Response::into_inner))
    }
}

impl<P> Stream for Pages<P> {
    type Item = Result<P, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let page = ready!(Pin::new(&mut self.0).poll_next(context));
        Poll::Ready(page.map(|page| page.map(Response::into_inner)))
    }
}

impl<P> Stream for PagesWithResponse<P> {
    type Item = Result<Response<P>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let (walk, fetch) = match &mut this.state {
            State::Underway(walk, fetch) => (walk, fetch),
            State::Circle => {
                this.state = State::Over;
                return Poll::Ready(Some(Err(PagingError::repeats(this.operation).into())));
            }
            State::Over => return Poll::Ready(None),
        };
        let fetching = this
            .fetching
            .get_or_insert_with(|| (fetch.fetch)(walk.place()));
        let page = ready!(fetching.as_mut().poll(context));
        this.fetching = None;
        let next = page.as_ref().map_or(Next::End, |page| {
            walk.follow((fetch.read)(page.value()), page.headers())
        });
        match next {
            Next::Page => {}
            Next::Circle => this.state = State::Circle,
            Next::End => this.state = State::Over,
        }
        Poll::Ready(Some(page))
    }
}

impl<P> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt("Pages", f)
    }
}

impl<P> fmt::Debug for PagesWithResponse<P> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.fmt("PagesWithResponse", f)
    }
}

impl<P> PagesWithResponse<P> {
    fn fmt(&self, name: &str, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("operation", &self.operation)
            .field("is_over", &matches!(self.state, State::Over))
            .finish_non_exhaustive()
    }
}

/// The items of a paginated list.
///
/// The next page is requested after the last item of the current page. Otherwise, this type is like
/// [`Pages`].
#[must_use = "no page is requested until an item is polled"]
pub struct Items<P, T> {
    pages: Pages<P>,
    page: vec::IntoIter<T>,
    items: Box<platform::ItemsOf<P, T>>,
}

impl<P, T> Items<P, T> {
    /// Returns the next item, or `None` at the end.
    ///
    /// This method is cancel safe: after the future is dropped, the next call continues
    /// with the same request.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Pages::next_page`].
    pub async fn next_item(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| self.poll_item(context)).await.transpose()
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                Some(Ok(page)) => self.page = (self.items)(page).into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// No field is structurally pinned.
impl<P, T> Unpin for Items<P, T> {}

impl<P, T> Stream for Items<P, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(context)
    }
}

impl<P, T> fmt::Debug for Items<P, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("left_on_page", &self.page.len())
            .finish_non_exhaustive()
    }
}
