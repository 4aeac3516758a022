//! A successful answer.

use http::StatusCode;
use http::header::HeaderMap;

/// What an operation answered: a value, with the status and headers it came with.
#[derive(Clone, Debug)]
pub struct Response<T> {
    status: StatusCode,
    headers: HeaderMap,
    value: T,
}

impl<T> Response<T> {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, value: T) -> Self {
        Self {
            status,
            headers,
            value,
        }
    }

    /// Returns the response with another value.
    pub(super) fn with<U>(self, value: U) -> Response<U> {
        Response::new(self.status, self.headers, value)
    }

    pub(super) fn into_parts(self) -> (StatusCode, HeaderMap, T) {
        (self.status, self.headers, self.value)
    }

    /// Returns the value, without status and headers.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Returns a reference to the value.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Returns the status, which is one of 200 to 299.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the same answer with the value that `change` makes of this one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response::new(self.status, self.headers, change(self.value))
    }
}
