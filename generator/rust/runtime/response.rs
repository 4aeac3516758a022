//! Successful responses.

use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderMap;

/// A successful response: a value, with its status, headers, and body.
#[derive(Clone, Debug)]
pub struct Response<T> {
    status: StatusCode,
    headers: HeaderMap,
    value: T,
    body: Bytes,
}

impl<T> Response<T> {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, value: T) -> Self {
        Self {
            status,
            headers,
            value,
            body: Bytes::new(),
        }
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

    /// Returns the body that the value was decoded from, as received and decompressed. It is
    /// empty if the value is a stream, or if the operation has no response body.
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// Returns the same response with the value that `change` makes of this one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            status: self.status,
            headers: self.headers,
            value: change(self.value),
            body: self.body,
        }
    }
}

impl Response<Bytes> {
    /// Returns the response with the value that its body was decoded to.
    pub(super) fn decoded<U>(self, value: U) -> Response<U> {
        Response {
            status: self.status,
            headers: self.headers,
            value,
            body: self.value,
        }
    }
}
