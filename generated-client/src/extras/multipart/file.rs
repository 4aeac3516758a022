//! The file to upload, read one chunk at a time.

use std::io::{Error, ErrorKind, SeekFrom};
use std::path::PathBuf;
use std::time::SystemTime;

use bytes::Bytes;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::error::UploadError;

pub(super) struct SourceFile {
    pub(super) path: PathBuf,
    pub(super) length: u64,
    modified: Option<SystemTime>,
}

impl SourceFile {
    /// Checks a file, which must not be empty.
    pub(super) async fn open(path: PathBuf) -> Result<Self, UploadError> {
        let fail = |source| UploadError::file(&path, source);
        let metadata = tokio::fs::metadata(&path).await.map_err(fail)?;
        if !metadata.is_file() {
            let message = "it is not a regular file";
            return Err(fail(Error::new(ErrorKind::InvalidInput, message)));
        }
        if metadata.len() == 0 {
            return Err(fail(Error::new(ErrorKind::InvalidInput, "it is empty")));
        }
        // Check that the file is readable before a session is created.
        File::open(&path).await.map_err(fail)?;
        let (length, modified) = (metadata.len(), metadata.modified().ok());
        Ok(Self {
            path,
            length,
            modified,
        })
    }

    /// Returns the name of the file without its folder.
    pub(super) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Reads `length` bytes at `offset`, which must exist.
    pub(super) async fn read(&self, offset: u64, length: u64) -> Result<Bytes, UploadError> {
        self.try_read(offset, length)
            .await
            .map_err(|source| UploadError::file(&self.path, source))
    }

    async fn try_read(&self, offset: u64, length: u64) -> Result<Bytes, Error> {
        let mut file = File::open(&self.path).await?;
        let metadata = file.metadata().await?;
        if (metadata.len(), metadata.modified().ok()) != (self.length, self.modified) {
            return Err(Error::other("it was changed while it was uploaded"));
        }
        file.seek(SeekFrom::Start(offset)).await?;
        let length = usize::try_from(length).map_err(|_| ErrorKind::OutOfMemory)?;
        let mut chunk = Vec::new();
        chunk.try_reserve_exact(length)?;
        chunk.resize(length, 0);
        file.read_exact(&mut chunk).await?;
        Ok(chunk.into())
    }
}
