//! Waits for an upload by its ID, for example if another process sends the chunks.

use std::time::Duration;

use super::error::{FailedChunk, UploadCause, UploadError};
use super::session::PAGE;
use crate::Error;
use crate::operations::multipart_upload::MultipartUpload;
use crate::runtime::{FinalStatuses, WaitError, WaitProgress, Waiting};
use crate::types::{ChunkInfoStatus, GetUploadStatusResponse, MultipartUploadStatusType};

impl MultipartUpload {
    /// Waits until an upload is complete, and returns its last status.
    ///
    /// [`upload_file`](Self::upload_file) already waits for this. Use this method if another
    /// process sends the chunks. After the upload, the API validates the file: see
    /// [`wait_until_done`](crate::operations::assets::Assets::wait_until_done) of assets.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use twelvelabs::Client;
    ///
    /// # async fn example() -> Result<(), twelvelabs::extras::UploadError> {
    /// let client = Client::from_env()?;
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
        const STATUSES: FinalStatuses = FinalStatuses {
            done: &["complete"],
            failed: &["failed"],
        };
        let (group, upload_id) = (self.clone(), upload_id.into());
        let id = upload_id.clone();
        let ask = move || {
            let (group, id) = (group.clone(), id.clone());
            async move { status(&group, &id).await }
        };
        let what = format!("upload `{upload_id}`");
        let waiting = Waiting::new(what, STATUSES, ask, |status| WaitProgress {
            status: Some(match is_complete(status) {
                Ok(true) => "complete",
                Ok(false) => "underway",
                Err(_) => "failed",
            }),
            reason: None,
        });
        UploadWait { upload_id, waiting }
    }
}

/// Waits until an upload is complete: see [`MultipartUpload::wait_until_done`].
///
/// No request is sent before [`send`](Self::send). A request that fails with a transient error does
/// not end the wait, unless five consecutive requests fail.
#[derive(Debug)]
#[must_use = "no request is sent before `send`"]
pub struct UploadWait {
    upload_id: String,
    waiting: Waiting<GetUploadStatusResponse>,
}

impl UploadWait {
    /// Sets the interval between the first two requests: see [`Waiting::interval`].
    pub fn interval(mut self, interval: Duration) -> Self {
        self.waiting = self.waiting.interval(interval);
        self
    }

    /// Sets the maximum interval between two requests: see [`Waiting::max_interval`].
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.waiting = self.waiting.max_interval(interval);
        self
    }

    /// Sets the deadline of the wait, after which it returns [`UploadCause::Deadline`]. There
    /// is no deadline by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.waiting = self.waiting.deadline(deadline);
        self
    }

    /// Calls `report` with each status, including the last one. Its `uploaded_chunks` are the
    /// first 50 chunks of the file, or all chunks if some failed.
    pub fn on_progress(
        mut self,
        report: impl FnMut(&GetUploadStatusResponse) + Send + 'static,
    ) -> Self {
        self.waiting = self.waiting.on_progress(report);
        self
    }

    /// Waits until the upload is complete, and returns its last status.
    ///
    /// # Errors
    ///
    /// Returns [`UploadCause::Failed`] with the failed chunks, [`UploadCause::Session`] if the
    /// session failed or expired, [`UploadCause::Deadline`], and [`UploadCause::Call`].
    pub async fn send(self) -> Result<GetUploadStatusResponse, UploadError> {
        self.waiting.send().await.map_err(|error| {
            let error: UploadError = match error {
                WaitError::Call(error) => error.into(),
                WaitError::Deadline { deadline, last, .. } => {
                    UploadCause::Deadline { deadline, last }.into()
                }
                WaitError::Failed { response, .. } => is_complete(&response)
                    .err()
                    .unwrap_or_else(UploadError::failed),
            };
            error.of(&self.upload_id)
        })
    }
}

/// Retrieves the status. It contains the chunks of the first list page, or of all list pages if
/// they are needed.
async fn status(
    group: &MultipartUpload,
    upload_id: &str,
) -> Result<GetUploadStatusResponse, Error> {
    let mut pages = group.get_status(upload_id).page_limit(PAGE).pages();
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

/// Returns `true` if the counts of a status are not sufficient to evaluate it.
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
/// Returns an error if the upload cannot become complete.
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
