//! Errors of an upload.

use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::StatusCode;

use crate::Error;
use crate::runtime::OneLine;
use crate::types::GetUploadStatusResponse;

/// The maximum number of failed chunks in an error message.
const NAMED: usize = 10;

/// An error of an upload, with the ID of the session for resuming it.
#[derive(Debug)]
pub struct UploadError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    upload_id: Option<String>,
    cause: UploadCause,
}

/// The cause of a failed upload.
#[derive(Debug)]
#[non_exhaustive]
pub enum UploadCause {
    /// The file cannot be read, or was changed during the upload.
    File {
        /// The path of the file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// An operation of the API failed.
    Call(Error),
    /// A chunk could not be sent to the storage.
    Chunk {
        /// The number of the chunk, starting at 1.
        chunk: u64,
        /// The number of attempts.
        attempts: u32,
        /// The failure of the last attempt.
        failure: ChunkFailure,
    },
    /// The session has ended, does not match the file, or contains invalid data.
    Session {
        /// The reason.
        reason: String,
    },
    /// All chunks were sent and reported, but the API did not confirm the file.
    Unconfirmed {
        /// The numbers of the unconfirmed chunks, starting at 1.
        chunks: Vec<u64>,
    },
    /// The API reported failed chunks. [`MultipartUpload::resume_file`] sends them again.
    ///
    /// [`MultipartUpload::resume_file`]: crate::operations::multipart_upload::MultipartUpload::resume_file
    Failed {
        /// The failed chunks.
        chunks: Vec<FailedChunk>,
    },
    /// The deadline passed before the upload was complete.
    Deadline {
        /// The configured deadline.
        deadline: Duration,
        /// The last status, if any.
        last: Option<Box<GetUploadStatusResponse>>,
    },
}

/// A failed chunk, as reported by the API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedChunk {
    /// The number of the chunk, starting at 1.
    pub chunk: u64,
    /// The reason, if the API returned one.
    pub reason: Option<String>,
}

/// The reason why a chunk could not be sent to the storage.
#[derive(Debug)]
#[non_exhaustive]
pub enum ChunkFailure {
    /// The connection failed, or no response was received.
    Transport(Error),
    /// The response has a status outside 200 to 299.
    Status(StatusCode),
    /// The response has no ETag, which is required to report the chunk.
    NoEtag,
    /// There is no URL for the chunk, or the URL is invalid or not encrypted.
    Url(String),
}

impl UploadError {
    /// Returns the cause of the failure.
    pub fn cause(&self) -> &UploadCause {
        &self.0.cause
    }

    /// Returns the ID of the session, if there is one. The upload can be resumed, unless the
    /// [cause](Self::cause) is [`UploadCause::Session`].
    pub fn upload_id(&self) -> Option<&str> {
        self.0.upload_id.as_deref()
    }

    pub(super) fn file(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        UploadCause::File { path, source }.into()
    }

    pub(super) fn session(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        UploadCause::Session { reason }.into()
    }

    pub(super) fn failed() -> Self {
        Self::session("the API reported that the upload failed")
    }

    pub(super) fn expired() -> Self {
        Self::session("the session has expired: sessions end after 24 hours")
    }

    /// Adds the ID of the session.
    pub(super) fn of(mut self, upload_id: &str) -> Self {
        self.0.upload_id = Some(upload_id.to_owned());
        self
    }
}

impl From<UploadCause> for UploadError {
    fn from(cause: UploadCause) -> Self {
        let upload_id = None;
        Self(Box::new(Inner { upload_id, cause }))
    }
}

impl From<Error> for UploadError {
    fn from(error: Error) -> Self {
        UploadCause::Call(error).into()
    }
}

impl Display for UploadError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self.cause(), f)?;
        match self.upload_id() {
            Some(upload_id) => write!(f, " (upload `{}`)", OneLine(upload_id)),
            None => Ok(()),
        }
    }
}

impl Display for UploadCause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => {
                let path = path.display().to_string();
                let source = source.to_string();
                write!(
                    f,
                    "could not read `{}`: {}",
                    OneLine(&path),
                    OneLine(&source)
                )
            }
            Self::Call(error) => Display::fmt(error, f),
            Self::Chunk {
                chunk,
                attempts,
                failure,
            } => {
                write!(f, "could not send chunk {chunk}: {failure}")?;
                match attempts {
                    0 | 1 => Ok(()),
                    attempts => write!(f, " (after {attempts} attempts)"),
                }
            }
            Self::Session { reason } => write!(f, "{}", OneLine(reason)),
            Self::Unconfirmed { chunks } if chunks.is_empty() => {
                f.write_str("all chunks were received, but the upload is not complete yet")
            }
            Self::Unconfirmed { chunks } => write!(
                f,
                "{} of the sent chunks are not confirmed by the API",
                chunks.len()
            ),
            Self::Failed { chunks } => name_failed(chunks, f),
            Self::Deadline { deadline, last } => {
                write!(f, "the upload is not complete after {deadline:?}")?;
                let last = last.as_ref();
                match last.and_then(|last| last.chunks_completed.zip(last.chunks_pending)) {
                    Some((completed, pending)) => write!(
                        f,
                        ": {completed} chunks are complete, and {pending} are pending"
                    ),
                    None => Ok(()),
                }
            }
        }
    }
}

/// Writes the numbers and the reasons of failed chunks.
fn name_failed(chunks: &[FailedChunk], f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str("the API reported failed chunks: ")?;
    for (position, failed) in chunks.iter().take(NAMED).enumerate() {
        if position > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{}", failed.chunk)?;
        if let Some(reason) = &failed.reason {
            write!(f, " ({})", OneLine(reason))?;
        }
    }
    match chunks.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => write!(f, ", and {more} more"),
    }
}

impl Display for ChunkFailure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => Display::fmt(error, f),
            Self::Status(status) => write!(f, "the storage responded with {status}"),
            Self::NoEtag => f.write_str("the storage responded without an ETag"),
            Self::Url(reason) => write!(f, "{}", OneLine(reason)),
        }
    }
}

impl StdError for UploadError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // This error displays the texts of these errors.
        match self.cause() {
            UploadCause::Call(error) => error.source(),
            UploadCause::Chunk {
                failure: ChunkFailure::Transport(error),
                ..
            } => error.source(),
            UploadCause::File { source, .. } => Some(source),
            _ => None,
        }
    }
}
