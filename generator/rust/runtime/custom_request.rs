//! Requests to undocumented endpoints.

use bytes::Bytes;
use http::Method;
use http::header::HeaderMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::byte_stream::ByteStream;
use super::call::Call;
use super::call_options::CallOptions;
use super::client::Client;
use super::error::RequestError;
use super::form::Form;
use super::operation::{ANY_PATH, Operation};
use super::outgoing::{Content, Outgoing, Streamed};
use super::prepared_call::PreparedCall;
use super::request::{Request, Sealed};
use super::request_builder::{BuildError, Raw, RequestBuilder};
use super::sending::{Sending, SendingWithResponse};

static OPERATION: Operation = Operation::new("request", ANY_PATH);

impl Client {
    /// Creates a request to any endpoint, for example an undocumented one. It uses the key, the
    /// retries, and the error handling of the client.
    ///
    /// The path is relative to the [base URL](Self::base_url) and starts with `/`. Reserved
    /// characters in its values must be percent-encoded. A path outside the base URL is an
    /// [`Error::InvalidRequest`](super::Error::InvalidRequest).
    ///
    /// The request uses the default authentication of the API.
    pub fn request(&self, method: Method, path: impl Into<String>) -> CustomRequest {
        CustomRequest {
            client: self.clone(),
            options: CallOptions::new(),
            method,
            path: path.into(),
            content: None,
            error: None,
        }
    }
}

/// A request to any endpoint, created by [`Client::request`].
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct CustomRequest {
    client: Client,
    options: CallOptions,
    method: Method,
    path: String,
    content: Option<Content>,
    /// The reason why the body cannot be sent.
    error: Option<String>,
}

impl CustomRequest {
    /// Adds a query parameter. The name and the value are percent-encoded.
    pub fn query(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.options = self.options.query(name, value.to_string());
        self
    }

    /// Sets a header; see [`CallOptions::header`].
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options = self.options.header(name, value);
        self
    }

    /// Sets a JSON body.
    ///
    /// If the value cannot be serialized, sending returns
    /// [`Error::InvalidRequest`](super::Error::InvalidRequest).
    pub fn json<T: Serialize + ?Sized>(self, body: &T) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.bytes(body.into(), "application/json"),
            Err(error) => Self {
                error: Some(format!("the body cannot be serialized as JSON: {error}")),
                ..self
            },
        }
    }

    /// Sets a body of bytes. The default `content-type` is `application/octet-stream`.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        self.bytes(body.into(), "application/octet-stream")
    }

    /// Sets a `multipart/form-data` body.
    pub fn form(self, form: Form) -> Self {
        Self {
            content: Some(Content::Streamed(Streamed::Form(form))),
            ..self
        }
    }

    /// Sets options for this call. They override the options of the client.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = self.options.and(options);
        self
    }

    /// Sends the request and returns the response body.
    ///
    /// # Errors
    ///
    /// See [`Error`](super::Error).
    pub fn send(self) -> Sending<Bytes> {
        self.send_with_response().into_body()
    }

    /// Sends the request and blocks the thread until the response is received. See
    /// [`send`](Self::send).
    ///
    /// # Errors
    ///
    /// See [`Error`](super::Error).
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<Bytes, super::Error> {
        self.send().wait()
    }

    /// Sends the request and returns the body with its status and headers.
    ///
    /// # Errors
    ///
    /// See [`Error`](super::Error).
    pub fn send_with_response(self) -> SendingWithResponse<Bytes> {
        self.prepare().raw()
    }

    /// Sends the request and returns the response body as a stream of bytes.
    ///
    /// # Errors
    ///
    /// See [`Error`](super::Error).
    pub fn send_stream(self) -> Sending<ByteStream> {
        self.prepare().bytes().into_body()
    }

    /// Sends the request and deserializes the JSON response. An empty response is read as `null`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`](super::Error::Decode) if the response is not JSON or does not
    /// deserialize as `T`, and the errors of [`send`](Self::send).
    pub fn send_as<T: DeserializeOwned>(self) -> Sending<T> {
        Request::send_as(self)
    }

    fn bytes(self, body: Bytes, media_type: &'static str) -> Self {
        Self {
            content: Some(Content::Bytes { body, media_type }),
            ..self
        }
    }

    fn build(&self, raw: Raw<'_>) -> Result<Outgoing, BuildError> {
        if let Some(error) = &self.error {
            return Err(RequestError::unnamed(error).into());
        }
        let mut headers = HeaderMap::new();
        raw.client.describe(&mut headers);
        let url = [raw.baseurl, &self.path].concat();
        RequestBuilder::new(&OPERATION, self.method.clone(), url)
            .headers(headers)
            .set_content(Ok(self.content.clone()))
            .build()
    }
}

impl Sealed for CustomRequest {
    fn prepare(self) -> PreparedCall {
        let call = Call::new(&self.client, &OPERATION, &self.options);
        call.prepare(move |raw| self.build(raw))
    }
}

impl Request for CustomRequest {
    type Output = Bytes;

    fn send_with_response(self) -> SendingWithResponse<Bytes> {
        Self::send_with_response(self)
    }
}
