//! The storage for the chunks. It is a different host than the API, and has a separate HTTP client,
//! so the API key is never sent to it.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderValue};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Method, Request, Response, Url};

use super::addresses::is_safe;
use super::error::ChunkFailure;
use crate::Error;
use crate::runtime::{HttpClient, http_client_builder};

/// The connect timeout.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum number of consecutive redirects.
const REDIRECTS: usize = 10;

pub(super) struct Storage {
    client: HttpClient,
    /// The headers that are sent with each chunk.
    headers: HeaderMap,
}

impl Storage {
    /// Creates the storage client. The storage is on this machine if the API is.
    pub(super) fn new(
        is_local: bool,
        mut headers: HeaderMap,
        timeout: Duration,
    ) -> Result<Self, Error> {
        headers
            .entry(CONTENT_TYPE)
            .or_insert(HeaderValue::from_static("application/octet-stream"));
        let builder = http_client_builder(is_local)
            .map_err(|error| Error::invalid("could not create the HTTP client", Some(error)))?
            .connect_timeout(CONNECT_TIMEOUT)
            // The URL of a chunk is a secret, because it grants write access.
            .referer(false)
            .timeout(timeout)
            .redirect(Policy::custom(follow));
        let client = builder.build();
        let client = client.map_err(|error| Error::from_reqwest(None, error))?;
        Ok(Self {
            client: HttpClient::new(client),
            headers,
        })
    }

    /// Sends a chunk, and returns its ETag.
    pub(super) async fn put(&self, address: Url, chunk: Bytes) -> Result<String, ChunkFailure> {
        let mut request = Request::new(Method::PUT, address);
        *request.headers_mut() = self.headers.clone();
        *request.body_mut() = Some(chunk.into());
        let answer = self
            .client
            .execute(request)
            .await
            .map_err(|error| ChunkFailure::Transport(Error::from_reqwest(None, error)))?;
        if !answer.status().is_success() {
            return Err(ChunkFailure::Status(answer.status()));
        }
        etag(&answer).ok_or(ChunkFailure::NoEtag)
    }
}

impl ChunkFailure {
    /// Returns `true` if sending the chunk again may succeed.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Transport(error) => error.may_pass_if_harmless(),
            Self::Status(status) => {
                self.wants_address()
                    || status.is_server_error()
                    || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(status)
            }
            Self::NoEtag | Self::Address(_) => false,
        }
    }

    /// Returns `true` if the chunk needs a new URL. Storages respond with 403 to an expired URL,
    /// and with 400 if the signing credentials have expired.
    pub(super) fn wants_address(&self) -> bool {
        matches!(
            self,
            Self::Status(StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST)
        )
    }
}

/// Follows redirects that keep the method and the body, and lead to a safe URL.
fn follow(attempt: Attempt<'_>) -> Action {
    let keeps_chunk = [
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    let is_followed = keeps_chunk.contains(&attempt.status())
        && is_safe(attempt.url())
        && attempt.previous().len() <= REDIRECTS;
    if is_followed {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

fn etag(answer: &Response) -> Option<String> {
    let value = answer.headers().get(ETAG)?.to_str().ok()?;
    let etag = value.trim().trim_matches('"');
    (!etag.is_empty()).then(|| etag.to_owned())
}
