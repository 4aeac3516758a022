//! Upload sessions: the chunk layout of a file, and the status of its chunks.

use std::collections::{BTreeMap, HashMap};

use reqwest::header::HeaderMap;

use super::error::UploadError;
use super::file::SourceFile;
use crate::operations::multipart_upload::{CreateRequest, MultipartUpload};
use crate::types::{
    ChunkInfoStatus, IncompleteUploadSummary, MultipartAssetType, MultipartUploadStatusType,
    PresignedUrlChunk,
};

/// The maximum number of items on a list page.
pub(super) const PAGE: i64 = 50;

pub(super) struct Session {
    pub(super) upload_id: String,
    pub(super) asset_id: Option<String>,
    /// The headers that are sent with each chunk.
    pub(super) headers: HeaderMap,
    length: u64,
    chunk_size: u64,
}

/// The status of a session.
pub(super) struct Status {
    pub(super) session: Option<MultipartUploadStatusType>,
    /// The known chunks, by number.
    pub(super) chunks: BTreeMap<u64, ChunkInfoStatus>,
}

impl Session {
    /// Creates a session, and returns its first upload URLs.
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

    /// Finds the session to resume with a file.
    pub(super) async fn find(
        group: &MultipartUpload,
        file: &SourceFile,
        upload_id: String,
    ) -> Result<Self, UploadError> {
        let chunk_size = async {
            let found = summary(group, &upload_id).await?;
            if u64::try_from(found.total_size) != Ok(file.length) {
                return Err(UploadError::session(format!(
                    "the session is for a file of {} bytes, but `{}` has {}",
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

    /// Returns the number of chunks.
    pub(super) fn chunks(&self) -> u64 {
        self.length.div_ceil(self.chunk_size)
    }

    /// Returns the offset and the length of a chunk.
    pub(super) fn extent(&self, chunk: u64) -> (u64, u64) {
        let offset = (chunk - 1) * self.chunk_size;
        (offset, self.chunk_size.min(self.length - offset))
    }

    /// Retrieves the status of the session and its chunks.
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
    /// Returns `true` if the API has all chunks and has assembled the file.
    ///
    /// # Errors
    ///
    /// Returns an error if the upload cannot become complete.
    pub(super) fn is_complete(&self, chunks: u64) -> Result<bool, UploadError> {
        match &self.session {
            Some(MultipartUploadStatusType::Completed) => Ok(true),
            Some(MultipartUploadStatusType::Failed) => Err(UploadError::failed()),
            Some(MultipartUploadStatusType::Expired) => Err(UploadError::expired()),
            Some(_) => Ok(false),
            None => Ok(self.incomplete(chunks).next().is_none()),
        }
    }

    /// Returns the numbers of the chunks that the API does not have.
    pub(super) fn incomplete(&self, chunks: u64) -> impl Iterator<Item = u64> {
        let is_complete = |chunk: &u64| self.chunks.get(chunk) == Some(&ChunkInfoStatus::Completed);
        (1..=chunks).filter(move |chunk| !is_complete(chunk))
    }
}

/// Finds a session in the list of incomplete uploads.
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
        "there is no incomplete session with this ID: it has ended, or belongs to another account",
    ))
}

/// Returns the chunk size, if it matches the file and the number of chunks.
fn size(chunk: i64, chunks: Option<i64>, file: &SourceFile) -> Result<u64, UploadError> {
    let size = u64::try_from(chunk).ok().filter(|size| *size > 0);
    let fits = |size: &u64| {
        let needed = file.length.div_ceil(*size);
        // The API numbers chunks with `i64`.
        i64::try_from(needed).is_ok_and(|needed| chunks.is_none_or(|chunks| chunks == needed))
    };
    size.filter(fits).ok_or_else(|| {
        let chunks = chunks.map_or_else(|| "unknown".to_owned(), |chunks| chunks.to_string());
        UploadError::session(format!(
            "the session does not match: {chunks} chunks of {chunk} bytes are not a file of {} bytes",
            file.length
        ))
    })
}

fn headers(named: &BTreeMap<String, String>) -> Result<HeaderMap, UploadError> {
    // `http` supports the conversion only from this map type.
    let named: HashMap<String, String> = named.clone().into_iter().collect();
    HeaderMap::try_from(&named)
        .map_err(|_| UploadError::session("the session requires headers that are invalid"))
}

fn lacks(what: &str) -> UploadError {
    UploadError::session(format!("the new session lacks {what}"))
}
