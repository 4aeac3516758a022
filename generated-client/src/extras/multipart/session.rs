//! Upload sessions: how a file is split, and how far its chunks are.

use std::collections::{BTreeMap, HashMap};

use reqwest::header::HeaderMap;

use super::error::UploadError;
use super::file::SourceFile;
use crate::operations::multipart_upload::{CreateRequest, MultipartUpload};
use crate::types::{
    ChunkInfoStatus, IncompleteUploadSummary, MultipartAssetType, MultipartUploadStatusType,
    PresignedUrlChunk,
};

/// The most items that a page of the API has.
pub(super) const PAGE: i64 = 50;

pub(super) struct Session {
    pub(super) upload_id: String,
    pub(super) asset_id: Option<String>,
    /// What each chunk is sent along with.
    pub(super) headers: HeaderMap,
    length: u64,
    chunk_size: u64,
}

/// How far a session is.
pub(super) struct Status {
    pub(super) session: Option<MultipartUploadStatusType>,
    /// The chunks that are known, by number.
    pub(super) chunks: BTreeMap<u64, ChunkInfoStatus>,
}

impl Session {
    /// Creates a session, and returns the first addresses that come with it.
    pub(super) async fn create(
        group: &MultipartUpload,
        file: &SourceFile,
        filename: String,
        type_: MultipartAssetType,
        change: impl FnOnce(CreateRequest) -> CreateRequest,
    ) -> Result<(Self, Vec<PresignedUrlChunk>), UploadError> {
        let length = i64::try_from(file.length)
            .map_err(|_| UploadError::session("the file is too large for a session"))?;
        let answer = change(group.create(filename, type_, length)).send().await?;
        let upload_id = answer.upload_id.ok_or_else(|| lacks("an `upload_id`"))?;
        let chunk_size = answer.chunk_size.ok_or_else(|| lacks("a `chunk_size`"));
        let session = || {
            Ok(Self {
                asset_id: answer.asset_id,
                headers: headers(&answer.upload_headers)?,
                length: file.length,
                chunk_size: size(chunk_size?, answer.total_chunks, file)?,
                upload_id: upload_id.clone(),
            })
        };
        let session = session().map_err(|error: UploadError| error.of(&upload_id))?;
        Ok((session, answer.upload_urls))
    }

    /// Finds a session that is to be resumed with a file.
    pub(super) async fn find(
        group: &MultipartUpload,
        file: &SourceFile,
        upload_id: String,
    ) -> Result<Self, UploadError> {
        let chunk_size = async {
            let found = summary(group, &upload_id).await?;
            if u64::try_from(found.total_size) != Ok(file.length) {
                return Err(UploadError::session(format!(
                    "the session is for a file of {} bytes, and `{}` has {}",
                    found.total_size,
                    file.path.display(),
                    file.length
                )));
            }
            size(found.chunk_size, Some(found.total_chunks), file)
        };
        match chunk_size.await {
            Ok(chunk_size) => Ok(Self {
                upload_id,
                asset_id: None,
                headers: HeaderMap::new(),
                length: file.length,
                chunk_size,
            }),
            Err(error) => Err(error.of(&upload_id)),
        }
    }

    /// Returns how many chunks there are.
    pub(super) fn chunks(&self) -> u64 {
        self.length.div_ceil(self.chunk_size)
    }

    /// Returns where in the file a chunk begins, and how many bytes it has.
    pub(super) fn extent(&self, chunk: u64) -> (u64, u64) {
        let offset = (chunk - 1) * self.chunk_size;
        (offset, self.chunk_size.min(self.length - offset))
    }

    /// Asks how far the session and its chunks are.
    pub(super) async fn status(&self, group: &MultipartUpload) -> Result<Status, UploadError> {
        let mut status = Status {
            session: None,
            chunks: BTreeMap::new(),
        };
        let mut pages = group.get_status(&self.upload_id).page_limit(PAGE).pages();
        while let Some(page) = pages.next_page().await? {
            status.session = page.status.or(status.session);
            let known = page.uploaded_chunks.into_iter().filter_map(|chunk| {
                let index = u64::try_from(chunk.index?).ok()?;
                Some((index, chunk.status?))
            });
            status.chunks.extend(known);
        }
        Ok(status)
    }
}

impl Status {
    /// Returns whether the API has so many chunks and the file that they make.
    ///
    /// # Errors
    ///
    /// When it never will.
    pub(super) fn is_complete(&self, chunks: u64) -> Result<bool, UploadError> {
        match &self.session {
            Some(MultipartUploadStatusType::Completed) => Ok(true),
            Some(MultipartUploadStatusType::Failed) => Err(UploadError::failed()),
            Some(MultipartUploadStatusType::Expired) => Err(UploadError::expired()),
            Some(_) => Ok(false),
            None => Ok(self.incomplete(chunks).next().is_none()),
        }
    }

    /// Returns those of so many chunks that the API does not have.
    pub(super) fn incomplete(&self, chunks: u64) -> impl Iterator<Item = u64> {
        let is_complete = |chunk: &u64| self.chunks.get(chunk) == Some(&ChunkInfoStatus::Completed);
        (1..=chunks).filter(move |chunk| !is_complete(chunk))
    }
}

/// Finds a session among those that are not complete.
async fn summary(
    group: &MultipartUpload,
    upload_id: &str,
) -> Result<IncompleteUploadSummary, UploadError> {
    let mut uploads = group.list_incomplete_uploads().page_limit(PAGE).stream();
    while let Some(upload) = uploads.next_item().await? {
        if upload.upload_id == upload_id {
            return Ok(upload);
        }
    }
    Err(UploadError::session(
        "no such session is incomplete: it has ended, or is of another account",
    ))
}

/// Returns the size of chunks, if a file can be split that way.
fn size(chunk: i64, chunks: Option<i64>, file: &SourceFile) -> Result<u64, UploadError> {
    let size = u64::try_from(chunk).ok().filter(|size| *size > 0);
    let fits = |size: &u64| {
        let needed = file.length.div_ceil(*size);
        // Chunks are counted by the API's integers.
        i64::try_from(needed).is_ok_and(|needed| chunks.is_none_or(|chunks| chunks == needed))
    };
    size.filter(fits).ok_or_else(|| {
        let chunks = chunks.map_or_else(|| "unknown".to_owned(), |chunks| chunks.to_string());
        UploadError::session(format!(
            "the session does not fit: {chunks} chunks of {chunk} bytes are no file of {} bytes",
            file.length
        ))
    })
}

fn headers(named: &BTreeMap<String, String>) -> Result<HeaderMap, UploadError> {
    // `http` converts only this map.
    let named: HashMap<String, String> = named.clone().into_iter().collect();
    HeaderMap::try_from(&named)
        .map_err(|_| UploadError::session("the session asks for headers that cannot be sent"))
}

fn lacks(what: &str) -> UploadError {
    UploadError::session(format!("the new session has not {what}"))
}
