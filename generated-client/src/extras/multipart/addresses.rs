//! Where chunks are sent to. More addresses are asked for when there is none for a
//! chunk, many at once, since the chunks after it will need some as well.

use std::collections::BTreeMap;

use futures_util::lock::Mutex;
use reqwest::Url;

use super::error::{ChunkFailure, UploadCause, UploadError};
use crate::extras::backoff::retrying;
use crate::operations::multipart_upload::MultipartUpload;
use crate::runtime::is_loopback;
use crate::types::PresignedUrlChunk;

/// For how many chunks the API returns addresses at a time.
const MOST: u64 = 50;

pub(super) struct Addresses {
    group: MultipartUpload,
    upload_id: String,
    /// The number of chunks.
    chunks: u64,
    retries: u32,
    /// Those that are not used yet, by chunk. The lock is held while more are asked for,
    /// so that chunks that are sent at the same time do not ask for the same.
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

    /// Returns an address for a chunk that was not returned before.
    pub(super) async fn take(&self, chunk: u64) -> Result<Url, UploadError> {
        let mut unused = self.unused.lock().await;
        let address = match unused.remove(&chunk) {
            Some(address) => Some(address),
            None => {
                unused.extend(self.more(chunk).await?);
                unused.remove(&chunk)
            }
        };
        let address = address.ok_or_else(|| "the API returns no address for it".to_owned());
        address
            .and_then(|address| safe(&address))
            .map_err(|reason| {
                let failure = ChunkFailure::Address(reason);
                UploadCause::Chunk {
                    chunk,
                    attempts: 0,
                    failure,
                }
                .into()
            })
    }

    /// Asks for addresses for a chunk and those after it.
    async fn more(&self, chunk: u64) -> Result<impl Iterator<Item = (u64, String)>, UploadError> {
        let count = MOST.min(self.chunks - chunk + 1);
        let request = self.group.get_additional_presigned_urls(
            &self.upload_id,
            i64::try_from(chunk).unwrap_or(i64::MAX),
            i64::try_from(count).unwrap_or(i64::MAX),
        );
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

/// Returns an address to which nobody on the way sees what is sent. The error does not
/// repeat it: whoever has it can write there.
fn safe(address: &str) -> Result<Url, String> {
    let url = Url::parse(address).map_err(|error| format!("its address is not a URL: {error}"))?;
    if is_safe(&url) {
        Ok(url)
    } else {
        Err("its address is not one of https".to_owned())
    }
}

/// Returns whether what is sent to an address is seen by nobody on the way.
pub(super) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || url.scheme() == "http" && is_loopback(url)
}
