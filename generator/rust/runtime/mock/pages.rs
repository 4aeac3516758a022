//! Mocked lists: selects the requested page, and links each page to the next one.

use std::sync::OnceLock;

use httpmock::{HttpMockRequest, HttpMockResponse};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The query parameter with the index of a page in generated page URLs.
const POSITION: &str = "mock_page";

/// The pagination of an operation. Parameters and fields of the body have the form `query.page`.
/// Properties of a page are JSON pointers.
#[derive(Clone, Debug, Default)]
pub(super) struct Paging {
    pub(super) advance: Advance,
    pub(super) items: &'static str,
    pub(super) last: Option<&'static str>,
    pub(super) count: Option<&'static str>,
    pub(super) total: Option<&'static str>,
    pub(super) more: Option<&'static str>,
    /// The path of the operation, with its parameters in braces.
    pub(super) template: &'static str,
    /// The URL of the server.
    pub(super) base_url: String,
}

/// The link from one page to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Advance {
    Number {
        parameter: &'static str,
        first: i64,
    },
    Offset {
        parameter: &'static str,
        first: i64,
    },
    Token {
        parameter: &'static str,
        next: &'static str,
    },
    /// The token is a property of the last item.
    LastItem {
        parameter: &'static str,
        id: &'static str,
    },
    Url {
        next: &'static str,
    },
    /// The URL is in a list of links.
    Relation(Relation),
    #[default]
    Link,
}

/// The link with the relation `next`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relation {
    /// The property of a page with the links.
    pub(super) links: &'static str,
    /// The name of a link's property with its relation.
    pub(super) name: &'static str,
    /// The name of a link's property with its URL.
    pub(super) url: &'static str,
}

impl Relation {
    fn is_next(self, link: &Value) -> bool {
        link[self.name] == "next"
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub(super) struct Page {
    json: Value,
    /// Returns `true` if the JSON deserializes as a page.
    is_page: fn(&Value) -> bool,
}

impl Page {
    /// Creates a page from JSON.
    pub(super) fn new<T: DeserializeOwned>(json: Value) -> Self {
        Self {
            json,
            is_page: |json| serde_json::from_value::<T>(json.clone()).is_ok(),
        }
    }

    fn items(&self, paging: &Paging) -> usize {
        let items = self.json.pointer(paging.items).and_then(Value::as_array);
        items.map_or(0, Vec::len)
    }

    /// Removes the first `items` items.
    fn skip(&mut self, items: usize, paging: &Paging) {
        let list = self.json.pointer_mut(paging.items);
        if let Some(list) = list.and_then(Value::as_array_mut) {
            list.drain(..items.min(list.len()));
        }
    }

    /// Sets a property if it exists.
    fn replace(&mut self, pointer: Option<&str>, value: impl Into<Value>) {
        let property = pointer.and_then(|pointer| self.json.pointer_mut(pointer));
        if let Some(property) = property.filter(|property| !property.is_null()) {
            *property = value.into();
        }
    }

    /// Sets the token or the URL of the next page.
    ///
    /// # Panics
    ///
    /// Panics if the parent object is absent and has other required properties.
    fn lead(&mut self, pointer: &str, next: &str) {
        let next = match next.parse::<i64>() {
            Ok(number) if !self.accepts_text(pointer) => number.into(),
            _ => next.into(),
        };
        self.set(pointer, next, "set its parent object in each page");
    }

    /// Returns `true` if a property can be a text, and not only a number.
    fn accepts_text(&self, pointer: &str) -> bool {
        let mut json = self.json.clone();
        set(&mut json, pointer, "1".into());
        (self.is_page)(&json) || !(self.is_page)(&self.json)
    }

    /// Sets a property.
    ///
    /// # Panics
    ///
    /// Panics with the advice if the JSON no longer deserializes as a page.
    fn set(&mut self, pointer: &str, value: Value, advice: &str) {
        let was_page = (self.is_page)(&self.json);
        set(&mut self.json, pointer, value);
        let property = pointer.trim_start_matches('/').replace('/', ".");
        assert!(
            !was_page || (self.is_page)(&self.json),
            "`{property}` cannot be set: {advice}",
        );
    }

    /// Sets the URL of the link with the relation `next`. A new link has the other properties of
    /// the page's first link.
    ///
    /// # Panics
    ///
    /// Panics if the page has no links, and a link has other required properties.
    fn lead_by(&mut self, relation: Relation, next: &str) {
        self.end_of(relation);
        let links = self.json.pointer(relation.links).and_then(Value::as_array);
        let mut links = links.cloned().unwrap_or_default();
        let mut link = links.first().cloned().unwrap_or_default();
        link[relation.name] = "next".into();
        link[relation.url] = next.into();
        links.push(link);
        self.set(relation.links, links.into(), "set a link in each page");
    }

    /// Removes the link with the relation `next`.
    fn end_of(&mut self, relation: Relation) {
        let links = self.json.pointer_mut(relation.links);
        if let Some(links) = links.and_then(Value::as_array_mut) {
            links.retain(|link| !relation.is_next(link));
        }
    }

    /// Removes the token or the URL of the next page. If the property is required, sets it to
    /// `null`, an empty string, or zero.
    fn end(&mut self, pointer: &str) {
        if self.json.pointer(pointer).is_none() {
            return;
        }
        let mut without = self.json.clone();
        remove(&mut without, pointer);
        let [null, empty, zero] = [Value::Null, "".into(), 0.into()].map(|nothing| {
            let mut json = self.json.clone();
            set(&mut json, pointer, nothing);
            json
        });
        let mut candidates = [without, null, empty, zero].into_iter();
        if let Some(json) = candidates.find(|json| (self.is_page)(json)) {
            self.json = json;
        }
    }

    /// Returns a page without items or a next page.
    fn after(&self, paging: &Paging) -> Self {
        let mut page = self.clone();
        page.skip(usize::MAX, paging);
        for end in [paging.last, paging.count, paging.total] {
            page.replace(end, 0);
        }
        page.replace(paging.more, false);
        match paging.advance {
            Advance::Token { next, .. } | Advance::Url { next } => page.end(next),
            Advance::Relation(relation) => page.end_of(relation),
            Advance::Number { .. }
            | Advance::Offset { .. }
            | Advance::LastItem { .. }
            | Advance::Link => {}
        }
        page
    }

    fn id_of_last_item(&self, paging: &Paging) -> Option<String> {
        let Advance::LastItem { id, .. } = paging.advance else {
            return None;
        };
        let items = self.json.pointer(paging.items)?.as_array()?;
        token(&items.last()?[id])
    }

    /// Returns the token or the URL of the next page.
    fn next(&self, paging: &Paging) -> Option<String> {
        match paging.advance {
            Advance::LastItem { .. } => self.id_of_last_item(paging),
            Advance::Token { next, .. } | Advance::Url { next } => token(self.json.pointer(next)?),
            Advance::Relation(relation) => {
                let links = self.json.pointer(relation.links)?.as_array()?;
                let link = links.iter().find(|link| relation.is_next(link))?;
                token(&link[relation.url])
            }
            Advance::Number { .. } | Advance::Offset { .. } | Advance::Link => None,
        }
    }
}

/// The pages of a mock.
pub(super) struct List {
    paging: Paging,
    pages: Vec<Page>,
    /// The page after the last one.
    end: Page,
    /// The tokens of the second and later pages.
    tokens: Vec<String>,
    /// The token of the first request, if it is not the token of a known page.
    start: OnceLock<String>,
}

impl List {
    /// Creates a list, and links each page to the next one.
    pub(super) fn new(paging: Paging, pages: Vec<Page>) -> Self {
        let mut list = Self {
            end: pages[pages.len() - 1].after(&paging),
            paging,
            pages,
            tokens: Vec::new(),
            start: OnceLock::new(),
        };
        let items = list.pages.iter().map(|page| page.items(&list.paging)).sum();
        for position in 0..list.pages.len() {
            list.lead(position, items);
        }
        list
    }

    /// Links a page to the next one, or ends the list. `items` is the number of all items.
    fn lead(&mut self, position: usize, items: usize) {
        let count = self.pages.len();
        let is_last = position + 1 == count;
        let page = &mut self.pages[position];
        page.replace(self.paging.count, count);
        page.replace(self.paging.total, items);
        page.replace(self.paging.more, !is_last);
        if let Advance::Number { first, .. } = self.paging.advance {
            page.replace(self.paging.last, last_number(first, count));
        }
        let next = match self.paging.advance {
            Advance::Token { next, .. } | Advance::Url { next } => next,
            Advance::Relation(relation) if is_last => return page.end_of(relation),
            Advance::LastItem { .. } => {
                let token = page.id_of_last_item(&self.paging).unwrap_or_default();
                assert!(
                    token.is_empty() || !self.tokens.contains(&token),
                    "two pages end with the item `{token}`: their last items need different ids",
                );
                self.tokens.push(token);
                return;
            }
            _ => return,
        };
        if is_last {
            page.end(next);
            return;
        }
        let given = page.json.pointer(next).and_then(token);
        let given = given.filter(|token| !token.is_empty() && !self.tokens.contains(token));
        let token = given.unwrap_or_else(|| match page.accepts_text(next) {
            true => format!("page-{}", position + 2),
            false => (position + 2).to_string(),
        });
        page.lead(next, &token);
        self.tokens.push(token);
    }

    /// Returns the response with the requested page.
    pub(super) fn respond(
        &self,
        mut response: HttpMockResponse,
        request: &HttpMockRequest,
    ) -> HttpMockResponse {
        let (position, skipped) = self.asked(request);
        let mut page = self.pages.get(position).unwrap_or(&self.end).clone();
        page.skip(skipped, &self.paging);
        if position + 1 < self.pages.len() {
            let url = || self.url(request, position + 1);
            match self.paging.advance {
                Advance::Url { next } => page.lead(next, &url()),
                Advance::Relation(relation) => page.lead_by(relation, &url()),
                Advance::Link => {
                    let link = ("link".to_owned(), format!("<{}>; rel=\"next\"", url()));
                    response.headers.get_or_insert_default().push(link);
                }
                Advance::Number { .. }
                | Advance::Offset { .. }
                | Advance::Token { .. }
                | Advance::LastItem { .. } => {}
            }
        }
        response.body = Some(page.json.to_string().into());
        response
    }

    /// Returns the index of the requested page, and the number of items to skip in it. The index
    /// after the last page is the end of the list.
    fn asked(&self, request: &HttpMockRequest) -> (usize, usize) {
        let end = (self.pages.len(), 0);
        let parameter = |name| parameter(request, name, self.paging.template);
        match self.paging.advance {
            Advance::Number {
                parameter: name,
                first,
            } => {
                let number = number(parameter(name), first);
                let position = number.checked_sub(first).map(usize::try_from);
                position.and_then(Result::ok).map_or(end, |it| (it, 0))
            }
            Advance::Offset {
                parameter: name,
                first,
            } => {
                let offset = number(parameter(name), first).checked_sub(first);
                let Some(mut offset) = offset.and_then(|it| usize::try_from(it).ok()) else {
                    return end;
                };
                for (position, page) in self.pages.iter().enumerate() {
                    let items = page.items(&self.paging);
                    if offset < items {
                        return (position, offset);
                    }
                    offset -= items;
                }
                end
            }
            Advance::Token {
                parameter: name, ..
            }
            | Advance::LastItem {
                parameter: name, ..
            } => {
                let Some(token) = parameter(name).filter(|token| !token.is_empty()) else {
                    return (0, 0);
                };
                let mut tokens = self.tokens.iter();
                match tokens.position(|known| *known == token) {
                    Some(position) => (position + 1, 0),
                    // The first request may also have a token.
                    None if *self.start.get_or_init(|| token.clone()) == token => (0, 0),
                    None => end,
                }
            }
            Advance::Url { .. } | Advance::Relation(_) | Advance::Link => {
                let position = query(request, POSITION);
                (position.map_or(0, |it| it.parse().unwrap_or(end.0)), 0)
            }
        }
    }

    /// Returns the URL of a page: the URL of the request with the index of the page.
    fn url(&self, request: &HttpMockRequest, position: usize) -> String {
        let uri = request.uri();
        let query = uri.query().unwrap_or_default().split('&');
        let is_kept = |pair: &&str| !pair.is_empty() && !pair.starts_with(POSITION);
        let mut pairs: Vec<String> = query.filter(is_kept).map(str::to_owned).collect();
        pairs.push(format!("{POSITION}={position}"));
        let (base_url, path) = (&self.paging.base_url, uri.path());
        format!("{base_url}{path}?{}", pairs.join("&"))
    }
}

/// A mock of one page. The first requested page is returned unchanged. All later pages are empty.
pub(super) struct SinglePage {
    paging: Paging,
    page: Page,
    end: Page,
    /// The number or the offset of the page.
    start: OnceLock<i64>,
}

impl SinglePage {
    /// Creates a mock of a page.
    pub(super) fn new(paging: Paging, page: Page) -> Self {
        Self {
            end: page.after(&paging),
            paging,
            page,
            start: OnceLock::new(),
        }
    }

    /// Returns the body of the response to a request.
    pub(super) fn body(&self, request: &HttpMockRequest) -> String {
        let page = match self.is_after(request) {
            true => &self.end,
            false => &self.page,
        };
        page.json.to_string()
    }

    /// Returns `true` if the request is for a later page.
    fn is_after(&self, request: &HttpMockRequest) -> bool {
        let parameter = |name| parameter(request, name, self.paging.template);
        let next = self.page.next(&self.paging);
        match self.paging.advance {
            Advance::Number {
                parameter: name,
                first,
            }
            | Advance::Offset {
                parameter: name,
                first,
            } => {
                let number = number(parameter(name), first);
                *self.start.get_or_init(|| number) != number
            }
            Advance::Token {
                parameter: name, ..
            }
            | Advance::LastItem {
                parameter: name, ..
            } => {
                let token = parameter(name);
                token.is_some() && next == token
            }
            Advance::Url { .. } | Advance::Relation(_) => {
                next.is_some_and(|next| leads_to(&next, request))
            }
            Advance::Link => false,
        }
    }
}

/// Returns `true` if an absolute or relative URL is the URL of the request.
fn leads_to(url: &str, request: &HttpMockRequest) -> bool {
    let uri = request.uri();
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |start| &rest[start..]) == target,
        None => match url.strip_prefix('?') {
            Some(query) => uri.query() == Some(query),
            None => url == target,
        },
    }
}

fn last_number(first: i64, count: usize) -> i64 {
    first.saturating_add(i64::try_from(count).unwrap_or(i64::MAX) - 1)
}

fn number(text: Option<String>, default: i64) -> i64 {
    text.and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Returns a token as text, which is also a number in JSON.
fn token(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn query(request: &HttpMockRequest, name: &str) -> Option<String> {
    let mut pairs = request.query_params().into_iter();
    pairs.find(|(key, _)| key == name).map(|(_, value)| value)
}

/// Returns the value of a parameter such as `query.page`, or of a field of the body.
fn parameter(request: &HttpMockRequest, parameter: &str, template: &str) -> Option<String> {
    let (location, name) = parameter.split_once('.')?;
    let header = |name: &str| {
        let mut headers = request.headers_vec().iter();
        let header = headers.find(|(key, _)| key.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value.clone())
    };
    match location {
        "path" => {
            let uri = request.uri();
            let place = format!("{{{name}}}");
            let mut segments = template.split('/').zip(uri.path().split('/'));
            segments.find_map(|(template, segment)| {
                let (before, after) = template.split_once(&place)?;
                let value = segment.strip_prefix(before)?.strip_suffix(after)?;
                Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
            })
        }
        "header" => header(name),
        "cookie" => {
            let cookies = header("cookie")?;
            let mut cookies = cookies
                .split(';')
                .filter_map(|pair| pair.trim().split_once('='));
            let cookie = cookies.find(|(key, _)| *key == name);
            cookie.map(|(_, value)| value.to_owned())
        }
        "body" => match serde_json::from_slice::<Value>(request.body_ref()) {
            Ok(body) => token(&body[name]),
            Err(_) => form_field(request, name),
        },
        _ => query(request, name),
    }
}

/// Returns the value of a field in a form.
fn form_field(request: &HttpMockRequest, name: &str) -> Option<String> {
    let mut fields = form_urlencoded::parse(request.body_ref());
    let field = fields.find(|(key, _)| key == name);
    field.map(|(_, value)| value.into_owned())
}

/// Returns the names in a JSON pointer.
fn names(pointer: &str) -> impl Iterator<Item = String> + '_ {
    let names = pointer.split('/').skip(1);
    names.map(|name| name.replace("~1", "/").replace("~0", "~"))
}

/// Sets a property. Missing parent objects are created.
fn set(json: &mut Value, pointer: &str, value: Value) {
    let mut place = json;
    for name in names(pointer) {
        if place.is_null() {
            *place = Map::new().into();
        }
        let Value::Object(object) = place else {
            return;
        };
        place = object.entry(name).or_insert(Value::Null);
    }
    *place = value;
}

/// Removes a property.
fn remove(json: &mut Value, pointer: &str) {
    let Some((parent, _)) = pointer.rsplit_once('/') else {
        return;
    };
    let name = names(pointer).last().unwrap_or_default();
    let parent = json.pointer_mut(parent);
    if let Some(object) = parent.and_then(Value::as_object_mut) {
        object.remove(&name);
    }
}
