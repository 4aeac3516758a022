//! Files that are uploaded in chunks: the session, the chunks that go to the storage
//! while others do, the reports of them, and the proof that all have arrived.

mod addresses;
mod error;
mod file;
mod session;
mod storage;
mod transfer;

use std::fmt::{self, Debug, Formatter};
use std::path::PathBuf;
use std::time::Duration;

pub use error::{ChunkFailure, UploadCause, UploadError};
use file::SourceFile;
use session::Session;
use transfer::Transfer;

use crate::operations::multipart_upload::{CreateRequest, MultipartUpload};
use crate::types::MultipartAssetType;

impl MultipartUpload {
    /// Uploads a file in chunks, several at a time.
    ///
    /// The file is read a chunk at a time, so that no more is in memory than
    /// [`parallelism`](FileUpload::parallelism) chunks, whose size the API decides on. A
    /// chunk that was not taken is sent again, to a new address if its own has expired. At
    /// the end the API is asked whether all of them have arrived, and those that have not
    /// are sent once more. It then still checks the file: see
    /// [`wait_until_done`](crate::operations::assets::Assets::wait_until_done).
    ///
    /// The addresses of the storage work without the API key, which is never sent there:
    /// the chunks go by an HTTP client of their own.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use std::error::Error;
    /// # use twelvelabs::{Client, types::MultipartAssetType};
    /// # async fn example(client: Client) -> Result<(), Box<dyn Error>> {
    /// let file = client
    ///     .multipart_upload()
    ///     .upload_file("path/to/video.mp4", MultipartAssetType::Video)
    ///     .on_progress(|progress| println!("{} of {} bytes", progress.bytes, progress.total_bytes))
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
            type_: type_.into(),
            change: Box::new(|request| request),
        };
        FileUpload::new(self.clone(), path.into(), start)
    }

    /// Goes on with the upload of a file that was not sent to its end, within 24 hours:
    /// only those chunks are sent that have not arrived.
    ///
    /// The session is told by [`UploadError::upload_id`], by
    /// [`on_progress`](FileUpload::on_progress), and by
    /// [`list_incomplete_uploads`](Self::list_incomplete_uploads). The file has to be the
    /// one that the session was created for.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use twelvelabs::{Client, extras::UploadError, types::MultipartAssetType};
    /// # async fn example(client: Client) -> Result<(), UploadError> {
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

/// The upload of a file in chunks: see [`MultipartUpload::upload_file`] and
/// [`MultipartUpload::resume_file`].
///
/// Dropping the future of [`send`](Self::send) ends the upload; it can be resumed.
#[must_use = "nothing is uploaded before `send`"]
pub struct FileUpload {
    group: MultipartUpload,
    path: PathBuf,
    start: Start,
    settings: Settings,
}

/// Where an upload begins.
enum Start {
    New {
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

    /// Changes the request that creates the session, for instance to give the file another
    /// name or metadata, as in
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

    /// Sets how many chunks are sent, and held in memory, at a time. The default is 4.
    pub fn parallelism(mut self, chunks: usize) -> Self {
        self.settings.parallelism = chunks.max(1);
        self
    }

    /// Sets how many chunks are reported to the API at a time. The default is 10.
    pub fn batch(mut self, chunks: usize) -> Self {
        self.settings.batch = chunks.max(1);
        self
    }

    /// Sets how often a chunk is sent again at most when it was not taken, and a report
    /// when it was not answered. The default is 3, with waits of half a second to a second,
    /// twice that, and so on.
    pub fn retries(mut self, retries: u32) -> Self {
        self.settings.retries = retries;
        self
    }

    /// Sets the time for each attempt to send a chunk. The default is 5 minutes.
    pub fn chunk_timeout(mut self, timeout: Duration) -> Self {
        self.settings.chunk_timeout = timeout;
        self
    }

    /// Sets how long to wait for the API to say that it has the file, once all chunks are
    /// sent. The default is 5 minutes.
    pub fn confirm_within(mut self, time: Duration) -> Self {
        self.settings.confirm_within = time;
        self
    }

    /// Calls `report` when there is a session, and after each chunk that was sent.
    pub fn on_progress(mut self, report: impl Fn(&UploadProgress) + Send + Sync + 'static) -> Self {
        self.settings.report = Box::new(report);
        self
    }

    /// Uploads the file, and returns once the API says that it has all of it.
    ///
    /// # Errors
    ///
    /// See [`UploadCause`] for the causes. Chunks that were sent completely are kept, and the
    /// upload can be resumed: see [`MultipartUpload::resume_file`].
    pub async fn send(self) -> Result<UploadedFile, UploadError> {
        let file = SourceFile::open(self.path).await?;
        let resumes = matches!(self.start, Start::Resumed(_));
        let (session, addresses) = match self.start {
            Start::New { type_, change } => {
                Session::create(&self.group, &file, type_, change).await?
            }
            Start::Resumed(upload_id) => (
                Session::find(&self.group, &file, upload_id).await?,
                Vec::new(),
            ),
        };
        let upload_id = session.upload_id.clone();
        let outcome = async {
            let transfer = Transfer::new(self.group, file, session, addresses, self.settings)?;
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

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadProgress {
    /// Identifies the session, by which the upload can be resumed.
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

/// A file that is uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadedFile {
    /// Identifies the session.
    pub upload_id: String,
    /// Identifies the asset that the file becomes. The API tells it with a new session and
    /// with a report, so that it is not known where nothing was left to report.
    pub asset_id: Option<String>,
    /// The address of the asset, where the API told it.
    pub url: Option<String>,
}
