//! Blocking variants of the extras.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
#[cfg(feature = "schema")]
use serde::de::DeserializeOwned;

use super::bulk::{BulkCreate, BulkOutcome};
use super::folder::{FolderOutcome, FolderUpload};
use super::multipart::{FileUpload, UploadError, UploadWait, UploadedFile};
#[cfg(feature = "schema")]
use super::output::OutputError;
use super::text::TextStream;
#[cfg(feature = "schema")]
use crate::operations::{responses, ungrouped};
use crate::runtime::{Request, block_on};
use crate::types::GetUploadStatusResponse;
use crate::{Blocking, Error};

impl FileUpload {
    /// Blocks the thread until the result is available. See [`send`](Self::send).
    ///
    /// # Errors
    ///
    /// See [`UploadError`].
    pub fn send_blocking(self) -> Result<UploadedFile, UploadError> {
        block_on(self.send())?
    }
}

impl UploadWait {
    /// Blocks the thread until the result is available. See [`send`](Self::send).
    ///
    /// # Errors
    ///
    /// See [`UploadError`].
    pub fn send_blocking(self) -> Result<GetUploadStatusResponse, UploadError> {
        block_on(self.send())?
    }
}

impl FolderUpload {
    /// Blocks the thread until the result is available. See [`send`](Self::send).
    ///
    /// # Errors
    ///
    /// See [`UploadError`].
    pub fn send_blocking(self) -> Result<FolderOutcome, UploadError> {
        block_on(self.send())?
    }
}

impl<R: Request> BulkCreate<R> {
    /// Blocks the thread until the result is available. See [`send`](Self::send).
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] if it is called in an async runtime. The outcome contains
    /// the failures of videos.
    pub fn send_blocking(self) -> Result<BulkOutcome<R::Output>, Error> {
        block_on(self.send())
    }
}

impl<E> TextStream<E> {
    /// Converts this stream into a blocking iterator over the pieces.
    pub fn into_blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }
}

#[cfg(feature = "schema")]
impl ungrouped::AnalyzeRequest {
    /// Blocks the thread until the result is available. See [`send_parsed`](Self::send_parsed).
    ///
    /// # Errors
    ///
    /// See [`OutputError`].
    pub fn send_parsed_blocking<T>(self) -> Result<T, OutputError>
    where
        T: JsonSchema + DeserializeOwned,
    {
        block_on(self.send_parsed())?
    }
}

#[cfg(feature = "schema")]
impl responses::CreateRequest {
    /// Blocks the thread until the result is available. See [`send_parsed`](Self::send_parsed).
    ///
    /// # Errors
    ///
    /// See [`OutputError`].
    pub fn send_parsed_blocking<T>(self) -> Result<T, OutputError>
    where
        T: JsonSchema + DeserializeOwned,
    {
        block_on(self.send_parsed())?
    }
}
