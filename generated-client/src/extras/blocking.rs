//! The extras for programs that do not use async.

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
    /// [`send`](Self::send) for programs that do not use async.
    ///
    /// # Errors
    ///
    /// See [`UploadError`].
    pub fn send_blocking(self) -> Result<UploadedFile, UploadError> {
        block_on(self.send())?
    }
}

impl UploadWait {
    /// [`send`](Self::send) for programs that do not use async.
    ///
    /// # Errors
    ///
    /// See [`UploadError`].
    pub fn send_blocking(self) -> Result<GetUploadStatusResponse, UploadError> {
        block_on(self.send())?
    }
}

impl FolderUpload {
    /// [`send`](Self::send) for programs that do not use async.
    ///
    /// # Errors
    ///
    /// See [`UploadError`].
    pub fn send_blocking(self) -> Result<FolderOutcome, UploadError> {
        block_on(self.send())?
    }
}

impl<R: Request> BulkCreate<R> {
    /// [`send`](Self::send) for programs that do not use async.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] in an async runtime. The failures of videos are in the outcome.
    pub fn send_blocking(self) -> Result<BulkOutcome<R::Output>, Error> {
        block_on(self.send())
    }
}

impl<E> TextStream<E> {
    /// Returns the pieces as an iterator for programs that do not use async.
    pub fn into_blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }
}

#[cfg(feature = "schema")]
impl ungrouped::AnalyzeRequest {
    /// [`send_parsed`](Self::send_parsed) for programs that do not use async.
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
    /// [`send_parsed`](Self::send_parsed) for programs that do not use async.
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
