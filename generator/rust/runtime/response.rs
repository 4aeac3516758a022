//! Successful responses.

use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderMap;

use super::api_error::request_id;

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

    /// Returns the status, the headers, and the value.
    pub fn into_parts(self) -> (StatusCode, HeaderMap, T) {
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

    /// Returns the status, 200 to 299.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the API's request ID, from the header `x-request-id` or a similar header. Include
    /// the ID in support requests.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// Returns the decompressed body that the value was decoded from. It is empty if the value is a
    /// stream, or if the operation has no response body.
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// Maps the value with `change`, and keeps the status, headers, and body.
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
    /// Replaces the value with the decoded body.
    pub(super) fn decoded<U>(self, value: U) -> Response<U> {
        Response {
            status: self.status,
            headers: self.headers,
            value,
            body: self.value,
        }
    }
}
