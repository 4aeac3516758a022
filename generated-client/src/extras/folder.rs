//! Uploads the files of a folder as assets, several at a time.

use std::fmt::{self, Debug, Formatter};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::{StreamExt, stream};

use super::multipart::{UploadCause, UploadError};
use crate::Upload;
use crate::operations::assets::{Assets, CreateRequest};
use crate::operations::multipart_upload::{self, MultipartUpload};
use crate::types::{MultipartAssetType, UploadMethod};

/// The maximum size in bytes of a file that one request uploads: 200 MB.
const DIRECT_LIMIT: u64 = 200_000_000;

impl Assets {
    /// Uploads the files of a folder as assets, several at a time.
    ///
    /// Files of up to 200 MB are sent with one request each, `POST /assets`. Larger videos, audio
    /// files, and images are sent in chunks: see [`MultipartUpload::upload_file`]. The file
    /// extension determines the type of a file. Hidden files and folders, whose names start with a
    /// dot, are skipped.
    ///
    /// After the upload, the platform validates each file: see
    /// [`wait_until_done`](Self::wait_until_done).
    ///
    /// # Example
    ///
    /// ```no_run
    /// use twelvelabs::Client;
    ///
    /// # async fn example() -> Result<(), twelvelabs::extras::UploadError> {
    /// let client = Client::from_env()?;
    /// let outcome = client
    ///     .assets()
    ///     .upload_folder("path/to/videos")
    ///     .extensions(["mp4", "mov"])
    ///     .parallelism(2)
    ///     .on_progress(|progress| {
    ///         println!("{} of {} files", progress.files, progress.total_files);
    ///     })
    ///     .send()
    ///     .await?;
    /// for asset in &outcome.uploaded {
    ///     println!("{}: {:?}", asset.path.display(), asset.asset_id);
    /// }
    /// for failure in &outcome.failed {
    ///     eprintln!("{}: {}", failure.path.display(), failure.error);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn upload_folder(&self, path: impl Into<PathBuf>) -> FolderUpload {
        FolderUpload {
            assets: self.clone(),
            path: path.into(),
            extensions: None,
            is_recursive: false,
            parallelism: 4,
            direct_limit: DIRECT_LIMIT,
            change: Box::new(|request| request),
            change_session: Arc::new(|request| request),
            report: Box::new(|_| ()),
        }
    }
}

/// Uploads the files of a folder: see [`Assets::upload_folder`].
///
/// Dropping the future of [`send`](Self::send) stops the upload.
#[must_use = "nothing is uploaded before `send`"]
pub struct FolderUpload {
    assets: Assets,
    path: PathBuf,
    extensions: Option<Vec<String>>,
    is_recursive: bool,
    parallelism: usize,
    direct_limit: u64,
    change: Box<Change<CreateRequest>>,
    change_session: Arc<Change<multipart_upload::CreateRequest>>,
    report: Box<dyn Fn(&FolderProgress) + Send + Sync>,
}

/// Changes a request before it is sent.
type Change<R> = dyn Fn(R) -> R + Send + Sync;

impl FolderUpload {
    /// Uploads only files with one of these extensions, such as `mp4`. Extensions are
    /// case-insensitive. By default, all files are uploaded.
    pub fn extensions(mut self, extensions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let extensions = extensions.into_iter().map(|extension| {
            let extension: String = extension.into();
            extension.trim_start_matches('.').to_owned()
        });
        self.extensions = Some(extensions.collect());
        self
    }

    /// Also uploads the files in subfolders. Symbolic links to folders are not followed.
    pub fn recursive(mut self) -> Self {
        self.is_recursive = true;
        self
    }

    /// Sets the maximum number of concurrent uploads. The default is 4. Up to four chunks of each
    /// chunked upload are held in memory.
    ///
    /// The client also delays calls that the API throttles: see
    /// [`ClientBuilder::rate_limit`](crate::ClientBuilder::rate_limit).
    pub fn parallelism(mut self, files: usize) -> Self {
        self.parallelism = files.max(1);
        self
    }

    /// Sets the size in bytes above which a file is sent in chunks. The default is 200 MB, the
    /// maximum that the API accepts in one request.
    pub fn direct_limit(mut self, bytes: u64) -> Self {
        self.direct_limit = bytes;
        self
    }

    /// Changes the requests of files that are sent with one request: `.asset(|request|
    /// request.enable_thumbnail(true))`.
    pub fn asset(
        mut self,
        change: impl Fn(CreateRequest) -> CreateRequest + Send + Sync + 'static,
    ) -> Self {
        self.change = Box::new(change);
        self
    }

    /// Changes the requests that create the sessions of files that are sent in chunks:
    /// `.session(|request| request.enable_thumbnail(true))`.
    pub fn session(
        mut self,
        change: impl Fn(multipart_upload::CreateRequest) -> multipart_upload::CreateRequest
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.change_session = Arc::new(change);
        self
    }

    /// Calls `report` before the first file, and after each file that was uploaded or failed.
    pub fn on_progress(mut self, report: impl Fn(&FolderProgress) + Send + Sync + 'static) -> Self {
        self.report = Box::new(report);
        self
    }

    /// Uploads the files, and returns the assets and the failures, each sorted by path. A failure
    /// does not stop the others.
    ///
    /// # Errors
    ///
    /// Returns [`UploadCause::File`] if the folder or a subfolder cannot be read. In that case,
    /// nothing is sent.
    pub async fn send(self) -> Result<FolderOutcome, UploadError> {
        let files = self.files().await?;
        let mut progress = FolderProgress {
            files: 0,
            failed: 0,
            total_files: files.len(),
            bytes: 0,
            total_bytes: files.iter().map(|file| file.length).sum(),
            path: None,
        };
        (self.report)(&progress);
        let mut uploads = stream::iter(files)
            .map(|file| async {
                let outcome = self.upload(&file).await;
                (file, outcome)
            })
            .buffer_unordered(self.parallelism);
        let mut folder = FolderOutcome {
            uploaded: Vec::new(),
            failed: Vec::new(),
        };
        while let Some((file, outcome)) = uploads.next().await {
            progress.files += 1;
            progress.bytes += file.length;
            progress.path = Some(file.path.clone());
            let path = file.path;
            match outcome {
                Ok(asset_id) => folder.uploaded.push(FolderAsset { path, asset_id }),
                Err(error) => {
                    progress.failed += 1;
                    folder.failed.push(FolderFailure { path, error });
                }
            }
            (self.report)(&progress);
        }
        drop(uploads);
        folder.uploaded.sort_by(|a, b| a.path.cmp(&b.path));
        folder.failed.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(folder)
    }

    /// Returns the files to upload, sorted by path.
    async fn files(&self) -> Result<Vec<File>, UploadError> {
        let mut files = Vec::new();
        let mut folders = vec![self.path.clone()];
        while let Some(folder) = folders.pop() {
            let entries = self.entries(&folder, &mut folders, &mut files);
            entries.await.map_err(|source| UploadCause::File {
                path: folder.clone(),
                source,
            })?;
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// Adds the files and the subfolders of a folder.
    async fn entries(
        &self,
        folder: &Path,
        folders: &mut Vec<PathBuf>,
        files: &mut Vec<File>,
    ) -> io::Result<()> {
        let mut entries = tokio::fs::read_dir(folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            if entry.file_type().await?.is_dir() {
                if self.is_recursive {
                    folders.push(path);
                }
                continue;
            }
            if !self.is_wanted(&path) {
                continue;
            }
            // A broken link is reported as a failed file.
            match tokio::fs::metadata(&path).await {
                Ok(metadata) if !metadata.is_file() => {}
                metadata => files.push(File {
                    path,
                    length: metadata.map_or(0, |metadata| metadata.len()),
                }),
            }
        }
        Ok(())
    }

    fn is_wanted(&self, path: &Path) -> bool {
        let Some(extensions) = &self.extensions else {
            return true;
        };
        let extension = path.extension().unwrap_or_default();
        extensions
            .iter()
            .any(|wanted| extension.eq_ignore_ascii_case(wanted))
    }

    /// Uploads a file, and returns the ID of its asset.
    async fn upload(&self, file: &File) -> Result<Option<String>, UploadError> {
        let in_chunks = (file.length > self.direct_limit).then(|| kind(&file.path));
        if let Some(Some(kind)) = in_chunks {
            let uploads = MultipartUpload::new(self.assets.client.clone());
            let upload = uploads.upload_file(&file.path, kind);
            let change = Arc::clone(&self.change_session);
            let uploaded = upload
                .session(move |request| change(request))
                .send()
                .await?;
            return Ok(uploaded.asset_id);
        }
        let request = self.assets.create(UploadMethod::Direct);
        let request = request.file(Upload::path(&file.path));
        Ok((self.change)(request).send().await?.id)
    }
}

impl Debug for FolderUpload {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("FolderUpload")
            .field("path", &self.path)
            .field("extensions", &self.extensions)
            .field("recursive", &self.is_recursive)
            .field("parallelism", &self.parallelism)
            .field("direct_limit", &self.direct_limit)
            .finish_non_exhaustive()
    }
}

/// A file to upload.
struct File {
    path: PathBuf,
    length: u64,
}

/// Returns the asset type of a file by its extension, if it can be sent in chunks.
fn kind(path: &Path) -> Option<MultipartAssetType> {
    let media_type = mime_guess::from_path(path).first_raw()?;
    let (kind, _) = media_type.split_once('/')?;
    match kind {
        "video" => Some(MultipartAssetType::Video),
        "audio" => Some(MultipartAssetType::Audio),
        "image" => Some(MultipartAssetType::Image),
        _ => None,
    }
}

/// The progress of a folder upload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FolderProgress {
    /// The number of files that were uploaded or failed so far.
    pub files: usize,
    /// The number of files that failed so far.
    pub failed: usize,
    /// The total number of files.
    pub total_files: usize,
    /// The number of bytes in the files that were uploaded or failed so far.
    pub bytes: u64,
    /// The total size of the files in bytes.
    pub total_bytes: u64,
    /// The last processed file, or `None` before the first.
    pub path: Option<PathBuf>,
}

/// The assets of a folder, and the failures.
#[derive(Debug)]
#[non_exhaustive]
pub struct FolderOutcome {
    /// The uploaded files, sorted by path.
    pub uploaded: Vec<FolderAsset>,
    /// The failed files, sorted by path.
    pub failed: Vec<FolderFailure>,
}

/// An uploaded file of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FolderAsset {
    /// The path of the file.
    pub path: PathBuf,
    /// The ID of the asset, if the API returned it.
    pub asset_id: Option<String>,
}

/// A file of a folder that could not be uploaded.
#[derive(Debug)]
#[non_exhaustive]
pub struct FolderFailure {
    /// The path of the file.
    pub path: PathBuf,
    /// The error. If it has an [`upload_id`](UploadError::upload_id), the upload can be resumed:
    /// see [`MultipartUpload::resume_file`].
    pub error: UploadError,
}
