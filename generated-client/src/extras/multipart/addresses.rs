//! The upload URLs of chunks. If a chunk has no URL, URLs for the chunk and the following chunks
//! are requested in one batch.

use std::collections::BTreeMap;

use futures_util::lock::Mutex;
use reqwest::Url;

use super::error::{ChunkFailure, UploadCause, UploadError};
use crate::CallOptions;
use crate::extras::backoff::retrying;
use crate::operations::multipart_upload::MultipartUpload;
use crate::runtime::is_loopback;
use crate::types::PresignedUrlChunk;

/// The maximum number of URLs that the API returns at a time.
const MOST: u64 = 50;

pub(super) struct Addresses {
    group: MultipartUpload,
    upload_id: String,
    /// The number of chunks.
    chunks: u64,
    retries: u32,
    /// The unused URLs, by chunk. The lock is held while URLs are requested, so that concurrent
    /// chunks do not request the same URLs.
    unused: Mutex<BTreeMap<u64, String>>,
}

impl Addresses {
    pub(super) fn new(
        group: MultipartUpload,
        upload_id: String,
        chunks: u64,
        retries: u32,
        first: Vec<PresignedUrlChunk>,
    ) -> Self {
        Self {
            group,
            upload_id,
            chunks,
            retries,
            unused: Mutex::new(by_chunk(first).collect()),
        }
    }

    /// Returns an unused URL for a chunk.
    pub(super) async fn take(&self, chunk: u64) -> Result<Url, UploadError> {
        let mut unused = self.unused.lock().await;
        let address = match unused.remove(&chunk) {
            Some(address) => Some(address),
            None => {
                unused.extend(self.more(chunk).await?);
                unused.remove(&chunk)
            }
        };
        let address = address.ok_or_else(|| "the API returned no URL for it".to_owned());
        address
            .and_then(|address| safe(&address))
            .map_err(|reason| {
                let failure = ChunkFailure::Url(reason);
                UploadCause::Chunk {
                    chunk,
                    attempts: 0,
                    failure,
                }
                .into()
            })
    }

    /// Requests URLs for a chunk and the following chunks.
    async fn more(&self, chunk: u64) -> Result<impl Iterator<Item = (u64, String)>, UploadError> {
        let count = MOST.min(self.chunks - chunk + 1);
        let request = self
            .group
            .get_additional_presigned_urls(
                &self.upload_id,
                i64::try_from(chunk).unwrap_or(i64::MAX),
                i64::try_from(count).unwrap_or(i64::MAX),
            )
            .with_options(CallOptions::new().retries(0));
        let answer = retrying(self.retries, || request.clone().send()).await?;
        Ok(by_chunk(answer.upload_urls))
    }
}

fn by_chunk(addresses: Vec<PresignedUrlChunk>) -> impl Iterator<Item = (u64, String)> {
    addresses.into_iter().filter_map(|address| {
        let chunk = u64::try_from(address.chunk_index?).ok()?;
        Some((chunk, address.url?))
    })
}

/// Parses a URL and checks that it is encrypted or local. The error does not contain the URL,
/// because it grants write access.
fn safe(address: &str) -> Result<Url, String> {
    let url = Url::parse(address).map_err(|error| format!("its URL is invalid: {error}"))?;
    if is_safe(&url) {
        Ok(url)
    } else {
        Err("its URL is not https".to_owned())
    }
}

/// Returns `true` if data that is sent to a URL is encrypted or stays on this machine.
pub(super) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || url.scheme() == "http" && is_loopback(url)
}
