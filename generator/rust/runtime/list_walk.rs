//! Pagination state: which page is next, and where the list ends.
//!
//! A server may return the same page repeatedly, or an endless list of pages. The walk detects
//! both, and stores only hashes. Pages of a list with a known end are not compared, because they
//! can be equal.

#![allow(dead_code, reason = "an API may have no paginated lists")]

use std::borrow::Cow;
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

use http::header::{HeaderMap, LINK};
use reqwest::Url;
use serde_json::Value;

use super::write::{self, Write};

/// The number of previous pages that a page is compared with.
const REMEMBERED: usize = 4096;

/// The number of consecutive empty pages after which a list is considered endless.
const MOST_EMPTY: u32 = 100;

/// A list page: its items and its pagination properties.
#[derive(Default)]
pub struct ListPage<'a> {
    items: usize,
    list: Option<&'a dyn Write>,
    last: Option<i64>,
    total: Option<i64>,
    first_item: i64,
    more: Option<bool>,
    next: Option<Cow<'a, str>>,
}

impl ListPage<'_> {
    /// Creates a page with these items.
    #[allow(clippy::ptr_arg, reason = "a slice is no trait object")]
    pub fn of<T: Write>(items: &Vec<T>) -> ListPage<'_> {
        ListPage {
            items: items.len(),
            list: Some(items),
            ..ListPage::default()
        }
    }
}

impl<'a> ListPage<'a> {
    /// Sets the number of the last page. Values below 1 are ignored, because some servers send them
    /// for an unknown end.
    pub fn last(mut self, last: Option<i64>) -> Self {
        self.last = last.filter(|last| *last > 0);
        self
    }

    /// Sets the number of pages, if the first page has the number 0. Values below 1 are ignored, as
    /// in [`last`](Self::last).
    pub fn pages(mut self, count: Option<i64>) -> Self {
        self.last = count.filter(|count| *count > 0).map(|count| count - 1);
        self
    }

    /// Sets the total number of items. A total that is less than the number of items on the page is
    /// ignored, because it does not count them.
    pub fn total(mut self, total: Option<i64>) -> Self {
        let items = i64::try_from(self.items).unwrap_or(i64::MAX);
        self.total = total.filter(|total| *total >= items.max(1));
        self
    }

    /// Sets the number of the first item of the list, if it is not 0.
    pub fn first_item(mut self, first: i64) -> Self {
        self.first_item = first;
        self
    }

    /// Returns the number after the last item of the list.
    fn end_of_items(&self) -> Option<i64> {
        Some(self.total?.saturating_add(self.first_item))
    }

    /// Sets the flag that states whether there is a next page.
    pub fn more(mut self, more: Option<bool>) -> Self {
        self.more = more;
        self
    }

    /// Sets the token or the URL of the next page.
    pub fn next(mut self, next: Option<&'a str>) -> Self {
        self.next = next.map(Cow::Borrowed);
        self
    }

    /// Sets the token of the next page, if it is a number. Values below 1 are ignored, because some
    /// servers send them at the end.
    pub fn next_number(mut self, next: Option<i64>) -> Self {
        let next = next.filter(|next| *next > 0);
        self.next = next.map(|next| Cow::Owned(next.to_string()));
        self
    }

    /// Sets the identifier of the last item as the token of the next page, if it is a number.
    pub fn next_id(mut self, id: Option<i128>) -> Self {
        self.next = id.map(|id| Cow::Owned(id.to_string()));
        self
    }

    /// Returns a hash of the items and the pagination properties. The order of properties and of
    /// map entries does not matter.
    fn hash(&self) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        let items = write::to_value(self.list?).ok()?;
        hash(&items, &mut hasher);
        (self.last, self.more).hash(&mut hasher);
        Some(hasher.finish())
    }
}

/// The position of a page in its list.
pub(super) enum Place {
    /// The number of the page.
    Number(i64),
    /// The number of its first item.
    Offset(i64),
    /// The token or the URL from the previous page. `None` for the first page.
    Token(Option<String>),
    /// The URL from the header `Link` of the previous page. `None` for the first page.
    Link(Option<String>),
}

/// The step after a page.
pub(super) enum Next {
    Page,
    Circle,
    End,
}

/// The pagination state of a list.
pub(super) struct Walk {
    place: Place,
    seen: Seen,
    /// The number of items on the previous pages.
    items: i64,
    /// The number of consecutive empty pages.
    empty: u32,
    /// The number of the last page, according to the previous page.
    last: Option<i64>,
    /// The number of all items, according to the previous page.
    total: Option<i64>,
    /// The number of pages with items.
    compared: u32,
}

impl Walk {
    /// Creates a walk that starts at this position.
    pub(super) fn from(place: Place) -> Self {
        Self {
            place,
            seen: Seen::default(),
            items: 0,
            empty: 0,
            last: None,
            total: None,
            compared: 0,
        }
    }

    /// Returns the position of the next page to request.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Moves to the next page, if there is one.
    pub(super) fn follow(&mut self, page: ListPage<'_>, headers: &HeaderMap) -> Next {
        if page.more == Some(false) {
            return Next::End;
        }
        let next = match self.place {
            Place::Token(_) => page.next,
            Place::Link(_) => next_link(headers).map(Cow::Borrowed),
            Place::Number(_) | Place::Offset(_) => return self.count(&page),
        };
        let Some(next) = next.filter(|next| !next.is_empty()) else {
            return Next::End;
        };
        let mut hasher = DefaultHasher::new();
        next.hash(&mut hasher);
        if self.seen.again(hasher.finish()) {
            return Next::Circle;
        }
        let next = Some(next.into_owned());
        self.place = match self.place {
            Place::Link(_) => Place::Link(next),
            _ => Place::Token(next),
        };
        Next::Page
    }

    /// Moves to the next page of a list whose pages or items are counted.
    fn count(&mut self, page: &ListPage<'_>) -> Next {
        let (position, step) = match self.place {
            Place::Offset(offset) => (offset, page.items),
            Place::Number(number) => {
                if page.last.is_some_and(|last| number >= last) {
                    return Next::End;
                }
                (number, 1)
            }
            Place::Token(_) | Place::Link(_) => return Next::End,
        };
        // An end that increases with each page is ignored.
        let is_stable = |end: Option<i64>, before: Option<i64>| match (end, before) {
            (Some(end), Some(before)) => end <= before,
            (end, _) => end.is_some(),
        };
        let has_last = is_stable(page.last, self.last);
        let is_bounded = has_last || is_stable(page.total, self.total);
        let is_promised = has_last || page.last.is_none() && page.more == Some(true);
        (self.last, self.total) = (page.last, page.total);
        if page.items == 0 && (step == 0 || !is_promised) {
            return Next::End;
        }
        if page.items > 0 {
            self.empty = 0;
            if self.is_repeated(page, is_bounded) {
                return Next::Circle;
            }
        } else {
            self.empty += 1;
            if self.empty > MOST_EMPTY {
                return Next::Circle;
            }
        }
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        let Some(next) = position.checked_add(step) else {
            return Next::End;
        };
        self.place = match self.place {
            Place::Offset(_) => Place::Offset(next),
            _ => Place::Number(next),
        };
        match self.reaches_total(page) {
            true => Next::End,
            false => Next::Page,
        }
    }

    /// Returns `true` if the same page has come before. Pages of a list with a known end can be equal.
    /// Only the first two of them are compared, because a server that ignores the number of the page
    /// repeats the first one.
    fn is_repeated(&mut self, page: &ListPage<'_>, is_bounded: bool) -> bool {
        self.compared += 1;
        let is_compared = !is_bounded || page.items > 1 && self.compared <= 2;
        is_compared && page.hash().is_some_and(|hash| self.seen.again(hash))
    }

    /// Adds the items of a page, and returns `true` if the list has no more items. A flag of the page
    /// takes precedence, and a total that the pages exceed is ignored, because some servers do not
    /// count all items.
    fn reaches_total(&mut self, page: &ListPage<'_>) -> bool {
        let items = i64::try_from(page.items).unwrap_or(i64::MAX);
        self.items = self.items.saturating_add(items);
        let (next, end) = match self.place {
            Place::Number(_) => (self.items, page.total),
            Place::Offset(next) => (next, page.end_of_items()),
            Place::Token(_) | Place::Link(_) => return false,
        };
        page.more != Some(true) && end == Some(next)
    }
}

/// The hashes of the last pages or tokens.
#[derive(Default)]
struct Seen(VecDeque<u64>);

impl Seen {
    /// Stores a hash, and returns `true` if it was already stored.
    fn again(&mut self, hash: u64) -> bool {
        if self.0.contains(&hash) {
            return true;
        }
        if self.0.len() == REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(hash);
        false
    }
}

/// Hashes a value. The order of the properties of an object does not matter.
fn hash(value: &Value, hasher: &mut DefaultHasher) {
    match value {
        Value::Null => 0.hash(hasher),
        Value::Bool(value) => value.hash(hasher),
        Value::Number(number) => number.to_string().hash(hasher),
        Value::String(text) => text.hash(hasher),
        Value::Array(items) => {
            items.len().hash(hasher);
            for item in items {
                hash(item, hasher);
            }
        }
        Value::Object(properties) => {
            let properties = properties.iter().map(|(name, value)| {
                let mut hasher = DefaultHasher::new();
                name.hash(&mut hasher);
                hash(value, &mut hasher);
                hasher.finish()
            });
            properties.fold(0, u64::wrapping_add).hash(hasher);
        }
    }
}

/// Returns `true` if the reference to the next page is a URL: an absolute one with a host, or a
/// relative one that begins with `/` or `?`. Any other value is a token. For example, `user:5` is a
/// token, although it parses as a URL without a host.
pub(super) fn is_url(next: &str) -> bool {
    next.starts_with(['/', '?']) || Url::parse(next).is_ok_and(|url| url.has_host())
}

/// Returns the URL of the next page from the header `Link` (RFC 8288).
fn next_link(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(LINK).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .find_map(|value| {
            let mut rest = value;
            loop {
                let (url, parameters) = rest.split_once('<')?.1.split_once('>')?;
                let (parameters, after) = link_parameters(parameters);
                if is_next(parameters) {
                    return Some(url.trim());
                }
                rest = after;
            }
        })
}

/// Splits the parameters of a link from the following links.
fn link_parameters(text: &str) -> (&str, &str) {
    let mut is_quoted = false;
    let end = text.find(|character| {
        is_quoted ^= character == '"';
        character == ',' && !is_quoted
    });
    text.split_at(end.unwrap_or(text.len()))
}

/// Returns `true` if the parameters of a link contain `rel="next"`.
fn is_next(parameters: &str) -> bool {
    parameters.split(';').any(|parameter| {
        let Some((name, value)) = parameter.split_once('=') else {
            return false;
        };
        let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
        name.trim().eq_ignore_ascii_case("rel")
            && relations.any(|relation| relation.eq_ignore_ascii_case("next"))
    })
}
