//! Waiting for an upload that is known by its id, for instance because another process sends
//! the chunks.

use std::fmt::{self, Debug, Formatter};
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::error::{FailedChunk, UploadCause, UploadError};
use super::session::PAGE;
use crate::Error;
use crate::operations::multipart_upload::MultipartUpload;
use crate::runtime::Intervals;
use crate::types::{ChunkInfoStatus, GetUploadStatusResponse, MultipartUploadStatusType};

impl MultipartUpload {
    /// Waits until an upload is complete, and returns its last status.
    ///
    /// [`upload_file`](Self::upload_file) already waits for this. Use this method for an upload
    /// whose chunks another process sends. Afterwards the API still validates the file: see
    /// [`wait_until_done`](crate::operations::assets::Assets::wait_until_done) of assets.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use twelvelabs::{Client, extras::UploadError};
    /// # async fn example(client: Client) -> Result<(), UploadError> {
    /// let uploads = client.multipart_upload();
    /// let status = uploads
    ///     .wait_until_done("upload_id")
    ///     .deadline(Duration::from_secs(3600))
    ///     .send()
    ///     .await?;
    /// println!("{:?} bytes", status.uploaded_size);
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_done(&self, upload_id: impl Into<String>) -> UploadWait {
        UploadWait {
            group: self.clone(),
            upload_id: upload_id.into(),
            interval: Duration::from_secs(5),
            max_interval: Duration::from_secs(60),
            deadline: None,
            report: Box::new(|_| ()),
        }
    }
}

/// Waits until an upload is complete: see [`MultipartUpload::wait_until_done`].
///
/// No request is sent before [`send`](Self::send). A request that fails temporarily does not
/// end the wait, unless five consecutive requests fail.
#[must_use = "no request is sent before `send`"]
pub struct UploadWait {
    group: MultipartUpload,
    upload_id: String,
    interval: Duration,
    max_interval: Duration,
    deadline: Option<Duration>,
    report: Box<dyn FnMut(&GetUploadStatusResponse) + Send>,
}

impl UploadWait {
    /// Sets the interval between the first two requests. Each further interval is 1.5 times as
    /// long, up to [`max_interval`](Self::max_interval). The default is 5 seconds, and the
    /// minimum is 10 milliseconds.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets the maximum interval between two requests. The default is one minute.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval;
        self
    }

    /// Sets the deadline of the wait, after which it returns [`UploadCause::Deadline`]. There
    /// is no deadline by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Calls `report` with each status, including the last one. Its `uploaded_chunks` are the
    /// first 50 chunks of the file, or all chunks if some failed.
    pub fn on_progress(
        mut self,
        report: impl FnMut(&GetUploadStatusResponse) + Send + 'static,
    ) -> Self {
        self.report = Box::new(report);
        self
    }

    /// Waits until the upload is complete, and returns its last status.
    ///
    /// # Errors
    ///
    /// Returns [`UploadCause::Failed`] with the failed chunks, [`UploadCause::Session`] if the
    /// session failed or expired, [`UploadCause::Deadline`], and [`UploadCause::Call`].
    pub async fn send(mut self) -> Result<GetUploadStatusResponse, UploadError> {
        let mut last = None;
        let outcome = match self.deadline {
            None => self.poll_until_done(&mut last).await,
            Some(deadline) => match timeout(deadline, self.poll_until_done(&mut last)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(UploadCause::Deadline {
                    deadline,
                    last: last.map(Box::new),
                }
                .into()),
            },
        };
        outcome.map_err(|error| error.of(&self.upload_id))
    }

    /// Polls until there is a result to return. `last` is the last status without a result.
    async fn poll_until_done(
        &mut self,
        last: &mut Option<GetUploadStatusResponse>,
    ) -> Result<GetUploadStatusResponse, UploadError> {
        let mut intervals = Intervals::new(self.interval, self.max_interval);
        loop {
            match self.status().await {
                Ok(status) => {
                    intervals.succeed();
                    (self.report)(&status);
                    if is_complete(&status)? {
                        return Ok(status);
                    }
                    *last = Some(status);
                }
                Err(error) => intervals.tolerate(error)?,
            }
            sleep(intervals.next_wait()).await;
        }
    }

    /// Retrieves the status. Its chunks are those of the first list page, unless the others
    /// are needed.
    async fn status(&self) -> Result<GetUploadStatusResponse, Error> {
        let mut pages = self
            .group
            .get_status(&self.upload_id)
            .page_limit(PAGE)
            .pages();
        let Some(mut status) = pages.next_page().await? else {
            return Ok(GetUploadStatusResponse::new());
        };
        if needs_chunks(&status) {
            while let Some(page) = pages.next_page().await? {
                status.uploaded_chunks.extend(page.uploaded_chunks);
            }
        }
        Ok(status)
    }
}

impl Debug for UploadWait {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadWait")
            .field("upload_id", &self.upload_id)
            .field("interval", &self.interval)
            .field("max_interval", &self.max_interval)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// Returns `true` if the counts of a status do not suffice to judge it.
fn needs_chunks(status: &GetUploadStatusResponse) -> bool {
    match status.status {
        Some(MultipartUploadStatusType::Completed | MultipartUploadStatusType::Expired) => false,
        Some(MultipartUploadStatusType::Failed) | None => true,
        Some(_) => status.chunks_failed != Some(0),
    }
}

/// Returns `true` if the upload is complete.
///
/// # Errors
///
/// Returns an error if the upload cannot become complete by waiting.
fn is_complete(status: &GetUploadStatusResponse) -> Result<bool, UploadError> {
    match status.status {
        Some(MultipartUploadStatusType::Completed) => return Ok(true),
        Some(MultipartUploadStatusType::Expired) => {
            return Err(UploadError::expired());
        }
        _ => {}
    }
    let failed: Vec<FailedChunk> = status
        .uploaded_chunks
        .iter()
        .filter(|chunk| chunk.status == Some(ChunkInfoStatus::Failed))
        .map(|chunk| FailedChunk {
            chunk: chunk
                .index
                .and_then(|index| index.try_into().ok())
                .unwrap_or(0),
            reason: chunk.error.clone(),
        })
        .collect();
    if !failed.is_empty() {
        return Err(UploadCause::Failed { chunks: failed }.into());
    }
    match status.status {
        Some(MultipartUploadStatusType::Failed) => Err(UploadError::failed()),
        Some(_) => Ok(false),
        None => {
            let mut chunks = status.uploaded_chunks.iter();
            let is_whole = chunks.all(|chunk| chunk.status == Some(ChunkInfoStatus::Completed));
            Ok(is_whole && !status.uploaded_chunks.is_empty())
        }
    }
}
