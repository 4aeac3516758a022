//! The storage for the chunks. It is a different host than the API, so its requests use the HTTP
//! client of the API but never contain the API key.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, Request, Response, Url};

use super::addresses::is_safe;
use super::error::ChunkFailure;
use crate::runtime::HttpClient;
use crate::{Client, Error};

/// The maximum number of consecutive redirects.
const REDIRECTS: usize = 10;

pub(super) struct Storage {
    client: HttpClient,
    /// The headers that are sent with each chunk.
    headers: HeaderMap,
    /// The timeout of each request.
    timeout: Duration,
}

impl Storage {
    /// Creates the storage client, with the connections of the API's client.
    pub(super) fn new(client: &Client, mut headers: HeaderMap, timeout: Duration) -> Self {
        headers
            .entry(CONTENT_TYPE)
            .or_insert(HeaderValue::from_static("application/octet-stream"));
        Self {
            client: client.http_client(),
            headers,
            timeout,
        }
    }

    /// Sends a chunk, and returns its ETag.
    pub(super) async fn put(&self, mut address: Url, chunk: Bytes) -> Result<String, ChunkFailure> {
        let mut redirects = 0;
        loop {
            let answer = self.put_once(address.clone(), chunk.clone()).await?;
            if answer.status().is_success() {
                return etag(&answer).ok_or(ChunkFailure::NoEtag);
            }
            match target(&address, &answer).filter(|_| redirects < REDIRECTS) {
                Some(target) => address = target,
                None => return Err(ChunkFailure::Status(answer.status())),
            }
            redirects += 1;
        }
    }

    async fn put_once(&self, address: Url, chunk: Bytes) -> Result<Response, ChunkFailure> {
        let mut request = Request::new(Method::PUT, address);
        *request.headers_mut() = self.headers.clone();
        *request.body_mut() = Some(chunk.into());
        *request.timeout_mut() = Some(self.timeout);
        self.client
            .execute(request)
            .await
            .map_err(|error| ChunkFailure::Transport(Error::from_reqwest(None, error)))
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
            Self::NoEtag | Self::Url(_) => false,
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

/// Returns the target of a redirect that keeps the method and the body, and leads to a safe URL.
fn target(from: &Url, answer: &Response) -> Option<Url> {
    let keeps_chunk = [
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    if !keeps_chunk.contains(&answer.status()) {
        return None;
    }
    let location = answer.headers().get(LOCATION)?.to_str().ok()?;
    from.join(location).ok().filter(is_safe)
}

fn etag(answer: &Response) -> Option<String> {
    let value = answer.headers().get(ETAG)?.to_str().ok()?;
    let etag = value.trim().trim_matches('"');
    (!etag.is_empty()).then(|| etag.to_owned())
}
