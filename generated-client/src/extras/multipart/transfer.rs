//! The transfer of a file: sends and reports chunks until the API confirms the file.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::Url;
use tokio::time::sleep;

use super::addresses::Addresses;
use super::error::{UploadCause, UploadError};
use super::file::SourceFile;
use super::session::{Session, Status};
use super::storage::Storage;
use super::{Settings, UploadProgress, UploadedFile};
use crate::CallOptions;
use crate::extras::backoff::{retrying, waits};
use crate::operations::multipart_upload::MultipartUpload;
use crate::types::{ChunkInfoStatus, CompletedChunk, CompletedChunkProofType, PresignedUrlChunk};

/// The minimum and the maximum interval for polling whether the API has the file.
const FIRST_CHECK: Duration = Duration::from_millis(500);
const LONGEST_CHECK: Duration = Duration::from_secs(10);

pub(super) struct Transfer {
    group: MultipartUpload,
    file: SourceFile,
    session: Session,
    addresses: Addresses,
    storage: Storage,
    settings: Settings,
    state: Mutex<State>,
}

/// The state of the transfer.
#[derive(Default)]
struct State {
    /// The stored chunks. Chunks that were sent by this transfer have their report.
    taken: BTreeMap<u64, Option<CompletedChunk>>,
    /// The total size of the stored chunks.
    bytes: u64,
    unreported: Vec<CompletedChunk>,
    /// The fields of the responses to reports.
    asset_id: Option<String>,
    url: Option<String>,
}

impl Transfer {
    /// Creates the transfer of a file, with the first upload URLs of its session.
    pub(super) fn new(
        group: MultipartUpload,
        file: SourceFile,
        mut session: Session,
        addresses: Vec<PresignedUrlChunk>,
        settings: Settings,
    ) -> Self {
        let headers = std::mem::take(&mut session.headers);
        Self {
            storage: Storage::new(&group.client, headers, settings.chunk_timeout),
            addresses: Addresses::new(
                group.clone(),
                session.upload_id.clone(),
                session.chunks(),
                settings.retries,
                addresses,
            ),
            group,
            file,
            session,
            settings,
            state: Mutex::default(),
        }
    }

    /// Loads the status of a resumed upload.
    pub(super) async fn catch_up(&self) -> Result<(), UploadError> {
        let status = self.session.status(&self.group).await?;
        self.note(&status);
        Ok(())
    }

    /// Sends and reports the remaining chunks until the API confirms the file.
    pub(super) async fn run(self) -> Result<UploadedFile, UploadError> {
        self.report_progress();
        let mut checks = checks(self.settings.confirm_within);
        loop {
            self.send_missing().await?;
            let status = self.session.status(&self.group).await?;
            if status.is_complete(self.session.chunks())? {
                return Ok(self.uploaded());
            }
            self.note(&status);
            let Some(wait) = checks.next() else {
                let chunks = status.incomplete(self.session.chunks()).collect();
                return Err(UploadCause::Unconfirmed { chunks }.into());
            };
            sleep(wait).await;
        }
    }

    /// Sends the missing chunks, several at a time, and reports the sent chunks. Sent chunks are
    /// reported even if another chunk fails, so that they are not sent again when the upload is
    /// resumed.
    async fn send_missing(&self) -> Result<(), UploadError> {
        let missing: Vec<u64> = {
            let state = self.state();
            let all = 1..=self.session.chunks();
            all.filter(|chunk| !state.taken.contains_key(chunk))
                .collect()
        };
        let sent = stream::iter(missing)
            .map(|chunk| self.send(chunk))
            .buffer_unordered(self.settings.parallelism)
            .try_for_each(|()| ready(Ok(())))
            .await;
        let rest = std::mem::take(&mut self.state().unreported);
        for batch in rest.chunks(self.settings.batch) {
            let reported = self.report(batch.to_vec()).await;
            if sent.is_ok() {
                reported?;
            }
        }
        sent
    }

    /// Sends a chunk, and reports a batch when it is full.
    async fn send(&self, chunk: u64) -> Result<(), UploadError> {
        let (offset, length) = self.session.extent(chunk);
        // URLs are taken in the order of the chunks. File reads may complete in any order.
        let address = self.addresses.take(chunk).await?;
        let bytes = self.file.read(offset, length).await?;
        let completed = CompletedChunk {
            chunk_index: signed(chunk),
            proof: self.put(chunk, address, bytes).await?,
            proof_type: CompletedChunkProofType::Etag,
            chunk_size: signed(length),
        };
        let batch = {
            let mut state = self.state();
            if state.taken.insert(chunk, Some(completed.clone())).is_none() {
                state.bytes += length;
            }
            state.unreported.push(completed);
            if state.unreported.len() < self.settings.batch {
                Vec::new()
            } else {
                std::mem::take(&mut state.unreported)
            }
        };
        self.report_progress();
        self.report(batch).await
    }

    /// Sends a chunk to the storage, with retries, and returns its ETag.
    async fn put(&self, chunk: u64, mut address: Url, bytes: Bytes) -> Result<String, UploadError> {
        let mut waits = waits(self.settings.retries);
        let mut attempts = 0;
        loop {
            attempts += 1;
            let failure = match self.storage.put(address.clone(), bytes.clone()).await {
                Ok(etag) => return Ok(etag),
                Err(failure) => failure,
            };
            let Some(wait) = waits.next().filter(|_| failure.may_pass()) else {
                return Err(UploadCause::Chunk {
                    chunk,
                    attempts,
                    failure,
                }
                .into());
            };
            sleep(wait).await;
            if failure.wants_address() {
                address = self.addresses.take(chunk).await?;
            }
        }
    }

    /// Reports chunks. Repeating a report is safe.
    async fn report(&self, batch: Vec<CompletedChunk>) -> Result<(), UploadError> {
        if batch.is_empty() {
            return Ok(());
        }
        let request = self
            .group
            .report_chunk_batch(&self.session.upload_id, batch)
            .with_options(CallOptions::new().retries(0));
        let answer = retrying(self.settings.retries, || request.clone().send()).await?;
        let mut state = self.state();
        state.asset_id = answer.asset_id.or(state.asset_id.take());
        state.url = answer.url.or(state.url.take());
        Ok(())
    }

    /// Applies the status that the API returned: failed chunks are sent again, and lost reports are
    /// repeated.
    fn note(&self, status: &Status) {
        let mut state = self.state();
        let state = &mut *state;
        for chunk in 1..=self.session.chunks() {
            match status.chunks.get(&chunk) {
                Some(ChunkInfoStatus::Completed) => {
                    state.taken.entry(chunk).or_default();
                }
                Some(ChunkInfoStatus::Failed) => {
                    state.taken.remove(&chunk);
                }
                _ => match state.taken.get(&chunk) {
                    Some(Some(proof)) => state.unreported.push(proof.clone()),
                    _ => {
                        state.taken.remove(&chunk);
                    }
                },
            }
        }
        let taken = state.taken.keys();
        state.bytes = taken.map(|chunk| self.session.extent(*chunk).1).sum();
    }

    fn report_progress(&self) {
        let (chunks, bytes) = {
            let state = self.state();
            (state.taken.len() as u64, state.bytes)
        };
        let progress = UploadProgress {
            upload_id: self.session.upload_id.clone(),
            chunks,
            total_chunks: self.session.chunks(),
            bytes,
            total_bytes: self.file.length,
        };
        (self.settings.report)(&progress);
    }

    fn uploaded(self) -> UploadedFile {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        UploadedFile {
            upload_id: self.session.upload_id,
            asset_id: self.session.asset_id.or(state.asset_id),
            url: state.url,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the intervals for polling whether the API has the file.
fn checks(limit: Duration) -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(FIRST_CHECK)
        .with_max_delay(LONGEST_CHECK)
        .without_max_times()
        .with_total_delay(Some(limit))
        .build()
}

/// Converts a number to `i64`. The numbers of a session always fit.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
