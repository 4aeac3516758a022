//! The types that progenitor's statements use to build a request.
//!
//! The statements are generated for `reqwest` and `progenitor-client`. This module implements the
//! methods that the statements call. Facts that the statements do not contain, such as the media
//! type of a body, are in the [`Operation`].

use http::Method;
use http::header::{ACCEPT, COOKIE, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue};
use reqwest::{Request, Url};

use super::error::{Error, RequestError};
use super::form::Form;
use super::operation::{Encoding, Operation};
use super::outgoing::{Content, Outgoing, Streamed};
use super::query::{self, Query};
use super::upload::Upload;
use super::write::{self, Write};

/// The receiver of the generated functions that build requests.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    /// Starts requests.
    pub client: Builders,
    /// The base URL, to which the paths of operations are appended.
    pub baseurl: &'a str,
}

impl<'a> Raw<'a> {
    /// Creates a receiver for an operation and a server.
    pub fn new(baseurl: &'a str, operation: &'static Operation) -> Self {
        let client = Builders { operation };
        Self { client, baseurl }
    }
}

/// The `self.client` of the statements.
#[derive(Clone, Copy, Debug)]
pub struct Builders {
    operation: &'static Operation,
}

macro_rules! methods {
    ($($name:ident: $method:ident,)*) => {
        #[allow(dead_code, reason = "an API may not use all methods")]
        impl Builders {
            $(
            /// Starts a request with this method.
            pub fn $name(self, url: String) -> RequestBuilder {
                RequestBuilder::new(self.operation, Method::$method, url)
            })*
        }
    };
}

methods! {
    delete: DELETE,
    get: GET,
    head: HEAD,
    options: OPTIONS,
    patch: PATCH,
    post: POST,
    put: PUT,
}

impl Builders {
    /// Adds the headers of the operation's description. This call replaces progenitor's
    /// `api-version` header.
    pub fn describe(self, headers: &mut HeaderMap) {
        // Reserves space for the key, the `user-agent`, and other later headers.
        headers.reserve(4);
        super::constant_headers::add(headers);
        if let Some(media_type) = self.operation.accept {
            headers.insert(ACCEPT, HeaderValue::from_static(media_type));
        }
    }
}

/// A request under construction. Its parts are boxed, because each method of the statements moves
/// the builder.
#[derive(Debug)]
pub struct RequestBuilder(Box<Parts>);

#[derive(Debug)]
struct Parts {
    operation: &'static Operation,
    method: Method,
    url: String,
    headers: HeaderMap,
    query: Query,
    content: Option<Content>,
    /// The first error of an argument.
    error: Option<RequestError>,
}

impl RequestBuilder {
    pub(super) fn new(operation: &'static Operation, method: Method, url: String) -> Self {
        Self(Box::new(Parts {
            operation,
            method,
            url,
            headers: HeaderMap::new(),
            query: Query::default(),
            content: None,
            error: None,
        }))
    }

    /// Adds a query parameter.
    #[allow(dead_code, reason = "an API may have no query parameters")]
    pub fn query<T: Write>(mut self, parameter: &QueryParam<'_, T>) -> Self {
        self.0.add_query(parameter.name, parameter.value);
        self
    }

    /// Sets the body, in the encoding of the operation. The default is JSON.
    #[allow(dead_code, reason = "an API may have no bodies")]
    pub fn json<B: RequestBody + ?Sized>(self, body: &&B) -> Self {
        let content = body.content(self.0.operation);
        self.set_content(content)
    }

    /// Sets the encoded body, or the error of encoding it.
    pub(super) fn set_content(mut self, content: Result<Option<Content>, RequestError>) -> Self {
        match content {
            Ok(content) => self.0.content = content,
            Err(error) => self.0.fail(error),
        }
        self
    }

    /// Sets the headers.
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        self.0.headers = headers;
        self
    }

    /// Returns the request.
    pub fn build(self) -> Result<Outgoing, BuildError> {
        self.0.build()
    }
}

impl Parts {
    fn add_query(&mut self, name: &str, value: &dyn Write) {
        let described = self.operation.parameter(name);
        if let Err(error) = query::add(&mut self.query, name, value, described) {
            let name = described.map_or(name, |described| described.wire);
            self.fail(RequestError::unnamed(format!("`{name}`: {error}")));
        }
    }

    fn build(mut self) -> Result<Outgoing, BuildError> {
        if let Some(error) = self.error {
            return Err(BuildError(error));
        }
        // An empty query would add a question mark to the URL.
        if !self.query.as_str().is_empty() {
            self.url.push('?');
            self.url.push_str(self.query.as_str());
        }
        let url = Url::parse(&self.url)
            .map_err(|cause| BuildError(RequestError::caused(cause.to_string(), cause)))?;
        for parameter in self.operation.parameters {
            if let Some(value) = self.headers.remove(parameter.name) {
                if parameter.is_cookie {
                    add_cookie(&mut self.headers, value)?;
                    continue;
                }
                let name = HeaderName::try_from(parameter.wire).map_err(|cause| {
                    RequestError::caused(
                        format!("`{}` is not a valid header name", parameter.wire),
                        cause,
                    )
                });
                self.headers.insert(name.map_err(BuildError)?, value);
            }
        }
        let mut request = Request::new(self.method, url);
        *request.headers_mut() = self.headers;
        Ok(Outgoing::new(request, self.content))
    }

    fn fail(&mut self, error: RequestError) {
        self.error.get_or_insert(error);
    }
}

/// Appends cookies to the cookies of a request.
pub(super) fn add_cookie(
    headers: &mut HeaderMap,
    cookie: HeaderValue,
) -> Result<(), InvalidHeaderValue> {
    let mut cookies = match headers.get(COOKIE) {
        None => cookie,
        Some(others) => {
            HeaderValue::from_bytes(&[others.as_bytes(), b"; ", cookie.as_bytes()].concat())?
        }
    };
    // Cookies often contain session keys.
    cookies.set_sensitive(true);
    headers.insert(COOKIE, cookies);
    Ok(())
}

/// A query parameter, by its name in the statements.
#[derive(Debug)]
pub struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

#[allow(dead_code, reason = "an API may have no query parameters")]
impl<'a, T> QueryParam<'a, T> {
    /// Creates a parameter with a name and a value.
    pub fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

/// A value that can be sent as a body.
pub trait RequestBody {
    /// Returns the body in the encoding of the operation, or `None` if the body is optional and has
    /// no set properties.
    fn content(&self, operation: &Operation) -> Result<Option<Content>, RequestError>;
}

impl<T: Write> RequestBody for T {
    fn content(&self, operation: &Operation) -> Result<Option<Content>, RequestError> {
        encoded(self, operation)
    }
}

impl<T: Write> RequestBody for [T] {
    fn content(&self, operation: &Operation) -> Result<Option<Content>, RequestError> {
        encoded(&self, operation)
    }
}

impl RequestBody for str {
    fn content(&self, operation: &Operation) -> Result<Option<Content>, RequestError> {
        encoded(&self, operation)
    }
}

fn encoded(value: &dyn Write, operation: &Operation) -> Result<Option<Content>, RequestError> {
    let body = match operation.encoding {
        Encoding::Json => write::to_json(value),
        Encoding::UrlEncoded => query::url_encoded(value, operation.fields),
        Encoding::Text => query::text(value),
    };
    let body = body.map_err(|cause| RequestError::caused(cause.to_string(), cause))?;
    if operation.has_optional_body && ["", "{}", "null"].contains(&body.as_str()) {
        return Ok(None);
    }
    Ok(Some(Content::Bytes {
        body: body.into(),
        media_type: operation.media_type_of_body(),
    }))
}

impl RequestBody for Form {
    /// An optional form without fields is removed when the request is completed.
    fn content(&self, _: &Operation) -> Result<Option<Content>, RequestError> {
        let form = self.checked()?;
        Ok(Some(Content::Streamed(Streamed::Form(form))))
    }
}

impl RequestBody for Upload {
    fn content(&self, operation: &Operation) -> Result<Option<Content>, RequestError> {
        Ok(Some(Content::Streamed(Streamed::Upload {
            upload: self.clone(),
            media_type: operation.media_type,
        })))
    }
}

/// A function that builds a request. It is called for each attempt.
///
/// Unlike `Fn`, this trait has only one method, which reduces the compile time of each operation.
pub(super) trait Build {
    /// Builds the request.
    fn build(&self, raw: Raw<'_>) -> Result<Outgoing, BuildError>;
}

impl<F: Fn(Raw<'_>) -> Result<Outgoing, BuildError>> Build for F {
    fn build(&self, raw: Raw<'_>) -> Result<Outgoing, BuildError> {
        self(raw)
    }
}

/// The reason why a request cannot be built.
#[derive(Debug)]
pub struct BuildError(RequestError);

impl BuildError {
    /// Converts the error, with the ID of the operation.
    pub(super) fn of(self, operation: &'static str) -> Error {
        self.0.of(operation).into()
    }
}

impl From<RequestError> for BuildError {
    fn from(error: RequestError) -> Self {
        Self(error)
    }
}

impl From<InvalidHeaderValue> for BuildError {
    fn from(cause: InvalidHeaderValue) -> Self {
        let message = "an argument contains a character that is not allowed in a header";
        Self(RequestError::caused(message, cause))
    }
}
