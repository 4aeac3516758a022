//! Files on a disk and the like as the content of an upload.

use std::io::{self, ErrorKind, Seek};
use std::path::Path;

use tokio::fs::File;
use tokio::io::AsyncSeekExt;
use tokio_util::io::ReaderStream;

use super::upload::{CHUNK, Chunks, Known, Upload};

impl From<File> for Upload {
    /// Sends an open file from where it stands to its end.
    fn from(file: File) -> Self {
        match file.try_into_std() {
            Ok(file) => file.into(),
            // It is being read: its length is found out when it is sent.
            Err(file) => Self::once(rest(file)),
        }
    }
}

impl From<std::fs::File> for Upload {
    /// Sends an open file from where it stands to its end.
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

/// Opens the file at a path, and returns its length where that is known.
pub(super) async fn open(path: &Path) -> io::Result<Known> {
    let file = File::open(path).await?;
    let metadata = file.metadata().await?;
    if metadata.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    // A pipe or a device has a length of 0, whatever comes out of it.
    let length = metadata.is_file().then_some(metadata.len());
    Ok((length, read(file)))
}

/// Returns what is left of an open file, and its length where that is known.
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
