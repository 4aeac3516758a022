//! Requests with streamed bodies, which are reopened for each attempt.

use std::fmt::{self, Formatter};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::Request;

use super::error::RequestError;
use super::form::Form;
use super::platform;
use super::pulse::Pulse;
use super::transport::HttpClient;
use super::upload::Upload;

/// A request that is ready to be sent, once or several times.
#[derive(Debug)]
pub struct Outgoing {
    /// The request without its streamed body. It is boxed, because it is large and passed through
    /// many functions.
    pub request: Box<Request>,
    body: Option<Streamed>,
}

/// The body of a request before it is sent.
#[derive(Clone)]
pub enum Content {
    /// A buffered body with its media type.
    Bytes {
        /// The bytes.
        body: Bytes,
        /// The media type.
        media_type: &'static str,
    },
    /// A streamed body, which is read while it is sent.
    Streamed(Streamed),
}

/// A streamed body, which is read while it is sent.
#[derive(Clone, Debug)]
pub enum Streamed {
    /// A form.
    Form(Form),
    /// A file, with the media type that the API expects.
    Upload {
        /// The file.
        upload: Upload,
        /// The media type.
        media_type: Option<&'static str>,
    },
}

impl fmt::Debug for Content {
    /// Shows the length of a buffered body, but not the body.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes { body, media_type } => f
                .debug_struct("Bytes")
                .field("length", &body.len())
                .field("media_type", media_type)
                .finish(),
            Self::Streamed(body) => f.debug_tuple("Streamed").field(body).finish(),
        }
    }
}

impl Outgoing {
    /// Creates a request with a body. An existing `content-type` header is kept.
    pub fn new(request: Request, content: Option<Content>) -> Self {
        let mut outgoing = Self {
            request: Box::new(request),
            body: None,
        };
        match content {
            None => {}
            Some(Content::Bytes { body, media_type }) => outgoing.set_bytes(body, media_type),
            Some(Content::Streamed(body)) => outgoing.body = Some(body),
        }
        outgoing
    }

    /// Sets a buffered body. An existing `content-type` header is kept.
    pub(super) fn set_bytes(&mut self, body: Bytes, media_type: &'static str) {
        let headers = self.request.headers_mut();
        let media_type = HeaderValue::from_static(media_type);
        headers.entry(CONTENT_TYPE).or_insert(media_type);
        *self.request.body_mut() = Some(body.into());
    }

    /// Returns the body if it is streamed.
    pub(super) fn streamed_mut(&mut self) -> Option<&mut Streamed> {
        self.body.as_mut()
    }

    /// Removes the body if it is an empty form.
    pub(super) fn leave_out_empty_form(&mut self) {
        if matches!(&self.body, Some(Streamed::Form(form)) if form.is_empty()) {
            self.body = None;
        }
    }

    /// Returns `true` if the body is streamed. Sending it is limited by the idle timeout only.
    pub(super) fn is_streamed(&self) -> bool {
        self.body.is_some()
    }

    /// Returns `true` if the whole body can be sent, or sent again.
    pub(super) fn is_unread(&self) -> bool {
        match &self.body {
            None => true,
            Some(Streamed::Form(form)) => form.is_unread(),
            Some(Streamed::Upload { upload, .. }) => upload.is_unread(),
        }
    }

    /// Returns the request for one attempt.
    pub(super) async fn open(
        self,
        http: &HttpClient,
        pulse: &Pulse,
    ) -> Result<Request, RequestError> {
        let mut request = *self.request;
        match &self.body {
            None => Ok(request),
            Some(Streamed::Form(form)) => {
                // The form sets its own content type, with the boundary.
                request.headers_mut().remove(CONTENT_TYPE);
                form.open(pulse)
                    .await?
                    .add_to(http.builder(request))
                    .build()
                    .map_err(|cause| RequestError::caused(cause.to_string(), cause))
            }
            Some(Streamed::Upload { upload, media_type }) => {
                let opened = upload.open(pulse).await?;
                let value = HeaderValue::from_str(upload.media_type(*media_type))
                    .map_err(|cause| RequestError::caused("its media type is invalid", cause))?;
                let headers = request.headers_mut();
                headers.entry(CONTENT_TYPE).or_insert(value);
                if let Some(length) = opened.length {
                    headers.insert(CONTENT_LENGTH, length.into());
                }
                *request.body_mut() = Some(platform::body(opened).await?);
                Ok(request)
            }
        }
    }
}
