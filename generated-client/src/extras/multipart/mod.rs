//! Chunked file uploads: creates a session, sends chunks to the storage in parallel, reports them,
//! and confirms that all were received.

mod addresses;
mod error;
mod file;
mod session;
mod storage;
mod transfer;
mod waiting;

use std::fmt::{self, Debug, Formatter};
use std::path::PathBuf;
use std::time::Duration;

pub use error::{ChunkFailure, FailedChunk, UploadCause, UploadError};
use file::SourceFile;
use session::Session;
use transfer::Transfer;
pub use waiting::UploadWait;

use crate::operations::multipart_upload::{CreateRequest, MultipartUpload};
use crate::types::MultipartAssetType;

impl MultipartUpload {
    /// Uploads a file in chunks, several at a time.
    ///
    /// At most [`parallelism`](FileUpload::parallelism) chunks are in memory at a time. The API
    /// determines their size. A failed chunk is retried, with a new URL if its URL has expired. At
    /// the end, the API lists the received chunks, and missing chunks are sent once more. After the
    /// upload, the API validates the file: see
    /// [`wait_until_done`](crate::operations::assets::Assets::wait_until_done).
    ///
    /// Chunks are sent with the connection settings of the client, such as its proxy, or with its
    /// custom HTTP client, whose redirect policy and default headers then also apply. The API key
    /// is never sent to the storage.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use twelvelabs::{Client, types::MultipartAssetType};
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::from_env()?;
    /// let file = client
    ///     .multipart_upload()
    ///     .upload_file("path/to/video.mp4", MultipartAssetType::Video)
    ///     .on_progress(|progress| {
    ///         println!("{} of {} bytes", progress.bytes, progress.total_bytes);
    ///     })
    ///     .send()
    ///     .await?;
    /// if let Some(asset_id) = file.asset_id {
    ///     client.assets().wait_until_done(asset_id).send().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn upload_file(
        &self,
        path: impl Into<PathBuf>,
        type_: impl Into<MultipartAssetType>,
    ) -> FileUpload {
        let start = Start::New {
            filename: None,
            type_: type_.into(),
            change: Box::new(|request| request),
        };
        FileUpload::new(self.clone(), path.into(), start)
    }

    /// Resumes an interrupted upload of a file. Only missing chunks are sent. Sessions expire after
    /// 24 hours.
    ///
    /// [`UploadError::upload_id`], [`on_progress`](FileUpload::on_progress), and
    /// [`list_incomplete_uploads`](Self::list_incomplete_uploads) return the ID of the session. The
    /// file must be the one for which the session was created.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use twelvelabs::{Client, types::MultipartAssetType};
    ///
    /// # async fn example() -> Result<(), twelvelabs::extras::UploadError> {
    /// let client = Client::from_env()?;
    /// let uploads = client.multipart_upload();
    /// let path = "path/to/video.mp4";
    /// let upload = uploads.upload_file(path, MultipartAssetType::Video).send().await;
    /// if let Err(error) = upload {
    ///     let Some(upload_id) = error.upload_id() else {
    ///         return Err(error);
    ///     };
    ///     uploads.resume_file(upload_id, path).send().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn resume_file(
        &self,
        upload_id: impl Into<String>,
        path: impl Into<PathBuf>,
    ) -> FileUpload {
        FileUpload::new(self.clone(), path.into(), Start::Resumed(upload_id.into()))
    }
}

/// A chunked upload of a file: see [`MultipartUpload::upload_file`] and
/// [`MultipartUpload::resume_file`].
///
/// Dropping the future of [`send`](Self::send) stops the upload, which can be resumed.
#[must_use = "nothing is uploaded before `send`"]
pub struct FileUpload {
    group: MultipartUpload,
    path: PathBuf,
    start: Start,
    settings: Settings,
}

/// The start of an upload.
enum Start {
    New {
        filename: Option<String>,
        type_: MultipartAssetType,
        change: Box<dyn FnOnce(CreateRequest) -> CreateRequest + Send>,
    },
    Resumed(String),
}

/// The settings of an upload.
struct Settings {
    parallelism: usize,
    batch: usize,
    retries: u32,
    chunk_timeout: Duration,
    confirm_within: Duration,
    report: Box<dyn Fn(&UploadProgress) + Send + Sync>,
}

impl FileUpload {
    fn new(group: MultipartUpload, path: PathBuf, start: Start) -> Self {
        Self {
            group,
            path,
            start,
            settings: Settings {
                parallelism: 4,
                batch: 10,
                retries: 3,
                chunk_timeout: Duration::from_secs(300),
                confirm_within: Duration::from_secs(300),
                report: Box::new(|_| ()),
            },
        }
    }

    /// Sets the file name of the asset. The default is the name of the file. This setting has no
    /// effect on a resumed upload, which already has a session.
    pub fn filename(mut self, name: impl Into<String>) -> Self {
        if let Start::New { filename, .. } = &mut self.start {
            *filename = Some(name.into());
        }
        self
    }

    /// Changes the request that creates the session, for example to set metadata:
    /// `.session(|request| request.enable_thumbnail(true))`. This setting has no effect on a
    /// resumed upload, which already has a session.
    pub fn session(
        mut self,
        change: impl FnOnce(CreateRequest) -> CreateRequest + Send + 'static,
    ) -> Self {
        if let Start::New { change: held, .. } = &mut self.start {
            *held = Box::new(change);
        }
        self
    }

    /// Sets the maximum number of chunks that are sent, and held in memory, at a time. The default
    /// is 4.
    pub fn parallelism(mut self, chunks: usize) -> Self {
        self.settings.parallelism = chunks.max(1);
        self
    }

    /// Sets the number of chunks per report to the API. The default is 10.
    pub fn batch(mut self, chunks: usize) -> Self {
        self.settings.batch = chunks.max(1);
        self
    }

    /// Sets the maximum number of retries of a chunk or a report. The default is 3, with a delay of
    /// 0.5 to 1 second that doubles with each retry, or the delay that the API requests if it is
    /// longer. This setting replaces the retries of the client.
    pub fn retries(mut self, retries: u32) -> Self {
        self.settings.retries = retries;
        self
    }

    /// Sets the timeout of each attempt to send a chunk. The default is 5 minutes.
    pub fn chunk_timeout(mut self, timeout: Duration) -> Self {
        self.settings.chunk_timeout = timeout;
        self
    }

    /// Sets the time to wait for the API to confirm the file after all chunks are sent. The
    /// default is 5 minutes.
    pub fn confirm_within(mut self, time: Duration) -> Self {
        self.settings.confirm_within = time;
        self
    }

    /// Calls `report` after the session is created, and after each sent chunk.
    pub fn on_progress(mut self, report: impl Fn(&UploadProgress) + Send + Sync + 'static) -> Self {
        self.settings.report = Box::new(report);
        self
    }

    /// Uploads the file, and waits until the API confirms that it is complete.
    ///
    /// # Errors
    ///
    /// See [`UploadCause`] for the causes. Chunks that were sent completely are kept, and the
    /// upload can be resumed: see [`MultipartUpload::resume_file`].
    pub async fn send(self) -> Result<UploadedFile, UploadError> {
        let file = SourceFile::open(self.path).await?;
        let resumes = matches!(self.start, Start::Resumed(_));
        let (session, addresses) = match self.start {
            Start::New {
                filename,
                type_,
                change,
            } => {
                let filename = filename.unwrap_or_else(|| file.name());
                Session::create(&self.group, &file, filename, type_, change).await?
            }
            Start::Resumed(upload_id) => (
                Session::find(&self.group, &file, upload_id).await?,
                Vec::new(),
            ),
        };
        let upload_id = session.upload_id.clone();
        let outcome = async {
            let transfer = Transfer::new(self.group, file, session, addresses, self.settings);
            if resumes {
                transfer.catch_up().await?;
            }
            transfer.run().await
        };
        outcome.await.map_err(|error| error.of(&upload_id))
    }
}

impl Debug for FileUpload {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileUpload")
            .field("path", &self.path)
            .field("parallelism", &self.settings.parallelism)
            .field("batch", &self.settings.batch)
            .field("retries", &self.settings.retries)
            .field("chunk_timeout", &self.settings.chunk_timeout)
            .field("confirm_within", &self.settings.confirm_within)
            .finish_non_exhaustive()
    }
}

/// The progress of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadProgress {
    /// The ID of the session, for resuming the upload.
    pub upload_id: String,
    /// The number of chunks stored so far, including those sent before the upload was resumed.
    pub chunks: u64,
    /// The total number of chunks.
    pub total_chunks: u64,
    /// The number of bytes in the chunks stored so far.
    pub bytes: u64,
    /// The size of the file in bytes.
    pub total_bytes: u64,
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadedFile {
    /// The ID of the session.
    pub upload_id: String,
    /// The ID of the asset. The API returns it for a new session and for a report. It is `None` if
    /// a resumed upload had nothing left to report.
    pub asset_id: Option<String>,
    /// The URL of the asset, if the API returned one.
    pub url: Option<String>,
}
