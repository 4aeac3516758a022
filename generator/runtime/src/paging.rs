//! Paginated lists: their pages, and the items on them.
//!
//! Closures implement the pagination of an operation; this module decides which page to
//! request next, and when to stop.

#![allow(dead_code, reason = "an API may have no lists that come in pages")]

use std::fmt::{self, Formatter};
use std::future::{Future, poll_fn};
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use super::error::{Error, PagingError};
use super::platform::{BoxFuture, SendOutsideBrowser};
use super::response::Response;

type Fetching<P> = BoxFuture<Result<Response<P>, Error>>;

/// The pages of a list, with one request per page.
///
/// Each page is requested when it is polled, including the first one; only one page is
/// buffered. Iteration ends after an error. Dropping this value cancels the pending request.
///
/// This type is a [`Stream`] of pages; [`next_page`](Self::next_page) works without a
/// dependency on a stream library.
#[must_use = "no page is requested until it is read"]
pub struct Pages<P>(PagesWithResponse<P>);

/// The pages of a list, each with its status and headers. It is otherwise the same as
/// [`Pages`].
#[must_use = "no page is requested until it is read"]
pub struct PagesWithResponse<P> {
    operation: &'static str,
    /// The request that is being sent.
    fetching: Option<Fetching<P>>,
    state: State<P>,
}

enum State<P> {
    /// There may be more pages.
    Underway(Box<dyn Order<P> + Send>),
    /// The next page would be one that was already returned.
    Circle,
    Over,
}

/// The step after a page.
enum Next {
    Page,
    Circle,
    End,
}

/// The order in which pages are fetched.
trait Order<P> {
    /// Requests the page whose turn it is.
    fn fetch(&mut self) -> Fetching<P>;

    /// Takes note of the page that came, and returns what comes after it.
    fn follow(&mut self, page: &P) -> Next;
}

impl<P> PagesWithResponse<P> {
    /// Returns the pages of a list whose pages have numbers, from the number
    /// `first` on.
    ///
    /// The list ends with the page whose number is `last`, and with one that has
    /// no items; the latter alone counts where `last` is not known or not above 0.
    /// A page that is the same as the one before is an error.
    #[doc(hidden)]
    pub fn by_number<F>(
        operation: &'static str,
        first: i64,
        fetch: impl FnMut(i64) -> F + Send + 'static,
        last: impl Fn(&P) -> Option<i64> + Send + 'static,
        items: impl Fn(&P) -> usize + Send + 'static,
    ) -> Self
    where
        P: fmt::Debug,
        F: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    {
        Self::new(
            operation,
            ByNumber {
                number: first,
                repeats: Repeats::default(),
                fetch,
                last,
                items,
            },
        )
    }

    /// Returns the pages of a list in which pages begin at an item, counted from
    /// the item `first` on.
    ///
    /// The list ends with the page that reaches the number `total` of items in
    /// the list, and with one that has no items; the latter alone counts where
    /// `total` is not known or not above 0. A page that is the same as the one
    /// before is an error.
    #[doc(hidden)]
    pub fn by_offset<F>(
        operation: &'static str,
        first: i64,
        fetch: impl FnMut(i64) -> F + Send + 'static,
        total: impl Fn(&P) -> Option<i64> + Send + 'static,
        items: impl Fn(&P) -> usize + Send + 'static,
    ) -> Self
    where
        P: fmt::Debug,
        F: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    {
        Self::new(
            operation,
            ByOffset {
                offset: first,
                repeats: Repeats::default(),
                fetch,
                total,
                items,
            },
        )
    }

    /// Returns the pages of a list in which each page has the token of the next
    /// one. The first is fetched with `None`.
    ///
    /// The list ends with a page without a token, or with one that is empty. A
    /// server that goes in circles is found out, and is an error.
    #[doc(hidden)]
    pub fn by_token<F>(
        operation: &'static str,
        fetch: impl FnMut(Option<String>) -> F + Send + 'static,
        next: impl Fn(&P) -> Option<String> + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    {
        Self::new(
            operation,
            ByToken {
                token: None,
                circle: Circle::default(),
                fetch,
                next,
            },
        )
    }

    fn new(operation: &'static str, order: impl Order<P> + Send + 'static) -> Self {
        Self {
            operation,
            fetching: None,
            state: State::Underway(Box::new(order)),
        }
    }

    /// Returns the same pages without status and headers.
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
    /// Returns the errors of the operation, and [`Error::Paging`] if the server returns a
    /// page that it had already returned. Iteration ends after an error.
    pub async fn next_page(&mut self) -> Result<Option<Response<P>>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }
}

impl<P> Pages<P> {
    /// Returns the items of all pages; `items` takes them out of a page.
    #[doc(hidden)]
    pub fn items<T>(self, items: impl FnMut(P) -> Vec<T> + Send + 'static) -> Items<P, T> {
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
    /// Those of [`PagesWithResponse::next_page`].
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
        let order = match &mut this.state {
            State::Underway(order) => order,
            State::Circle => {
                this.state = State::Over;
                return Poll::Ready(Some(Err(PagingError::repeats(this.operation).into())));
            }
            State::Over => return Poll::Ready(None),
        };
        let fetching = this.fetching.get_or_insert_with(|| order.fetch());
        let page = ready!(fetching.as_mut().poll(context));
        this.fetching = None;
        let next = page
            .as_ref()
            .map_or(Next::End, |page| order.follow(page.value()));
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

/// The items of a list that comes in pages, one after another.
///
/// A page is fetched when the items of the one before are used up; otherwise
/// this is as [`Pages`].
#[must_use = "no page is fetched until an item is asked for"]
pub struct Items<P, T> {
    pages: Pages<P>,
    page: vec::IntoIter<T>,
    items: Box<dyn FnMut(P) -> Vec<T> + Send>,
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

// Nothing in it is pinned: items are moved out one by one.
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

struct ByNumber<F, L, I> {
    number: i64,
    repeats: Repeats,
    fetch: F,
    last: L,
    items: I,
}

impl<P, R, F, L, I> Order<P> for ByNumber<F, L, I>
where
    P: fmt::Debug,
    F: FnMut(i64) -> R,
    R: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    L: Fn(&P) -> Option<i64>,
    I: Fn(&P) -> usize,
{
    fn fetch(&mut self) -> Fetching<P> {
        Box::pin((self.fetch)(self.number))
    }

    fn follow(&mut self, page: &P) -> Next {
        let is_last = reaches(self.number, (self.last)(page));
        // An empty page ends the list of a server that promises ever more.
        if is_last || (self.items)(page) == 0 {
            return Next::End;
        }
        if self.repeats.with(page) {
            return Next::Circle;
        }
        advance(&mut self.number, 1)
    }
}

struct ByOffset<F, L, I> {
    offset: i64,
    repeats: Repeats,
    fetch: F,
    total: L,
    items: I,
}

impl<P, R, F, L, I> Order<P> for ByOffset<F, L, I>
where
    P: fmt::Debug,
    F: FnMut(i64) -> R,
    R: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    L: Fn(&P) -> Option<i64>,
    I: Fn(&P) -> usize,
{
    fn fetch(&mut self) -> Fetching<P> {
        Box::pin((self.fetch)(self.offset))
    }

    fn follow(&mut self, page: &P) -> Next {
        let items = (self.items)(page);
        if items == 0 {
            return Next::End;
        }
        if self.repeats.with(page) {
            return Next::Circle;
        }
        let next = advance(&mut self.offset, i64::try_from(items).unwrap_or(i64::MAX));
        if reaches(self.offset, (self.total)(page)) {
            return Next::End;
        }
        next
    }
}

/// Finds out whether a server sends one page over and over, by a hash of the page
/// before: no more than one page is held.
#[derive(Default)]
struct Repeats(Option<u64>);

impl Repeats {
    fn with(&mut self, page: &dyn fmt::Debug) -> bool {
        let mut hasher = DefaultHasher::new();
        let is_written = write!(Hashed(&mut hasher), "{page:?}").is_ok();
        let hash = is_written.then(|| hasher.finish());
        let before = std::mem::replace(&mut self.0, hash);
        hash.is_some() && hash == before
    }
}

/// A writer that keeps a hash of what is written.
struct Hashed<'a>(&'a mut DefaultHasher);

impl Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Hasher::write(self.0, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns whether a position is the end of the list or beyond; 0 is what some
/// servers say for an end that they do not know.
fn reaches(position: i64, end: Option<i64>) -> bool {
    end.is_some_and(|end| end > 0 && position >= end)
}

fn advance(position: &mut i64, by: i64) -> Next {
    match position.checked_add(by) {
        Some(next) => {
            *position = next;
            Next::Page
        }
        None => Next::End,
    }
}

struct ByToken<F, N> {
    token: Option<String>,
    circle: Circle,
    fetch: F,
    next: N,
}

impl<P, R, F, N> Order<P> for ByToken<F, N>
where
    F: FnMut(Option<String>) -> R,
    R: Future<Output = Result<Response<P>, Error>> + SendOutsideBrowser + 'static,
    N: Fn(&P) -> Option<String>,
{
    fn fetch(&mut self) -> Fetching<P> {
        Box::pin((self.fetch)(self.token.take()))
    }

    fn follow(&mut self, page: &P) -> Next {
        let Some(token) = (self.next)(page).filter(|token| !token.is_empty()) else {
            return Next::End;
        };
        if self.circle.closes_with(&token) {
            return Next::Circle;
        }
        self.token = Some(token);
        Next::Page
    }
}

/// Finds out by Brent's algorithm, which holds a single token, whether tokens
/// come again: at once when one does twice in a row, and in a longer circle by
/// the time that it has been gone through three times.
#[derive(Default)]
struct Circle {
    held: String,
    /// How many tokens have come since the one that is held, and how many are to
    /// come until another is.
    since: u64,
    until: u64,
}

impl Circle {
    fn closes_with(&mut self, token: &str) -> bool {
        if self.held == token {
            return true;
        }
        if self.since == self.until {
            token.clone_into(&mut self.held);
            self.since = 0;
            self.until = self.until.saturating_mul(2).max(1);
        }
        self.since = self.since.saturating_add(1);
        false
    }
}
