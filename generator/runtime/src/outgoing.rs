//! Requests, with the bodies that are made anew for each attempt.

use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::{Request, RequestBuilder};

use super::error::RequestError;
use super::form::Form;
use super::platform;
use super::pulse::Pulse;
use super::upload::Upload;

/// A request that is ready to be sent, once or more than once.
#[derive(Debug)]
pub struct Outgoing {
    pub(super) request: Request,
    body: Option<Content>,
}

/// A body that is read while it is sent.
#[derive(Debug)]
enum Content {
    Form(Form),
    Upload {
        upload: Upload,
        media_type: Option<&'static str>,
    },
}

impl From<Request> for Outgoing {
    fn from(request: Request) -> Self {
        Self {
            request,
            body: None,
        }
    }
}

impl Outgoing {
    /// Returns the request with a body of `multipart/form-data`.
    pub fn multipart(request: Request, form: Form) -> Self {
        Self {
            request,
            body: Some(Content::Form(form)),
        }
    }

    /// Returns the request with a file as its body, of the media type that the API
    /// asks for, or of any.
    pub fn upload(request: Request, upload: &Upload, media_type: Option<&'static str>) -> Self {
        Self {
            request,
            body: Some(Content::Upload {
                upload: upload.clone(),
                media_type,
            }),
        }
    }

    /// Returns whether the body is read while it is sent, which takes as long as it
    /// takes, or has to be treated so because the HTTP client keeps no timeout.
    pub(super) fn is_streamed(&self) -> bool {
        self.body.is_some() || !platform::CLIENT_KEEPS_TIMEOUT
    }

    /// Returns whether the whole body can be sent, for the first time or again.
    pub(super) fn is_unread(&self) -> bool {
        match &self.body {
            None => true,
            Some(Content::Form(form)) => form.is_unread(),
            Some(Content::Upload { upload, .. }) => upload.is_unread(),
        }
    }

    /// Returns the request for one attempt.
    pub(super) async fn open(
        &self,
        client: &reqwest::Client,
        pulse: &Pulse,
    ) -> Result<Request, RequestError> {
        let mut request = self
            .request
            .try_clone()
            .ok_or_else(|| RequestError::unnamed("its body can be read only once"))?;
        match &self.body {
            None => Ok(request),
            Some(Content::Form(form)) => {
                // Only the form knows what separates its parts.
                request.headers_mut().remove(CONTENT_TYPE);
                let request = RequestBuilder::from_parts(client.clone(), request);
                form.add_to(request, pulse)
                    .await?
                    .build()
                    .map_err(|cause| RequestError::caused(cause.to_string(), cause))
            }
            Some(Content::Upload { upload, media_type }) => {
                let opened = upload.open(pulse).await?;
                let value = HeaderValue::from_str(upload.media_type(*media_type))
                    .map_err(|cause| RequestError::caused("its media type is none", cause))?;
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
