//! Files, pipes, and devices as the content of an upload.

use std::io::{self, ErrorKind, Seek};
use std::path::Path;

use tokio::fs::File;
use tokio::io::AsyncSeekExt;
use tokio_util::io::ReaderStream;

use super::upload::{CHUNK, Chunks, Known, Upload};

impl From<File> for Upload {
    /// Sends an open file from its current position to its end.
    fn from(file: File) -> Self {
        match file.try_into_std() {
            Ok(file) => file.into(),
            // An operation on the file is pending, so the length is determined when it is sent.
            Err(file) => Self::once(rest(file)),
        }
    }
}

impl From<std::fs::File> for Upload {
    /// Sends an open file from its current position to its end.
    fn from(mut file: std::fs::File) -> Self {
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file);
        let position = file.stream_position().ok();
        let upload = Self::once(rest(File::from_std(file)));
        match metadata.zip(position) {
            Some((metadata, position)) => upload.length(metadata.len().saturating_sub(position)),
            None => upload,
        }
    }
}

/// Opens the file at a path, and returns its length if known.
pub(super) async fn open(path: &Path) -> io::Result<Known> {
    let file = File::open(path).await?;
    let metadata = file.metadata().await?;
    if metadata.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    // The length of a pipe or a device is reported as 0.
    let length = metadata.is_file().then_some(metadata.len());
    Ok((length, read(file)))
}

/// Returns the rest of an open file, and its length if known.
async fn rest(mut file: File) -> io::Result<Known> {
    let metadata = file.metadata().await?;
    if !metadata.is_file() {
        return Ok((None, read(file)));
    }
    let position = file.stream_position().await?;
    let length = metadata.len().saturating_sub(position);
    Ok((Some(length), read(file)))
}

fn read(file: File) -> Chunks {
    Box::pin(ReaderStream::with_capacity(file, CHUNK))
}
