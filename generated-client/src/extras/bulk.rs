//! Creates tasks for many videos, with one request per video. A failure does not stop the others.

use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Formatter};

use crate::operations::{embed, tasks};
use crate::runtime::OneLine;
use crate::{Error, Request, Upload};

impl tasks::Tasks {
    /// Creates a video indexing task for each video, sequentially.
    ///
    /// Each video is sent with the deprecated operation [`create`](Self::create), `POST /tasks`.
    /// New programs should create assets, for example with
    /// [`upload_folder`](crate::operations::assets::Assets::upload_folder), and add them to the
    /// index with
    /// [`indexed_assets.create`](crate::operations::indexes::indexed_assets::IndexedAssets::create).
    ///
    /// # Example
    ///
    /// ```no_run
    /// use twelvelabs::Client;
    ///
    /// # async fn example() -> Result<(), twelvelabs::Error> {
    /// let client = Client::from_env()?;
    /// # #[expect(deprecated)]
    /// let outcome = client
    ///     .tasks()
    ///     .create_bulk("index_id")
    ///     .files(["path/to/a.mp4", "path/to/b.mp4"])
    ///     .urls(["https://example.com/c.mp4"])
    ///     .each(|request| request.enable_video_stream(true))
    ///     .send()
    ///     .await;
    /// for created in &outcome.created {
    ///     println!("{}: task {:?}", created.video, created.task.id);
    /// }
    /// for failure in &outcome.failed {
    ///     eprintln!("{failure}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[deprecated(
        note = "use `assets().upload_folder()` or `assets().create()`, and then `indexes().indexed_assets().create()`"
    )]
    pub fn create_bulk(&self, index_id: impl Into<String>) -> BulkCreate<tasks::CreateRequest> {
        #[expect(deprecated, reason = "this method wraps the deprecated operation")]
        let request = self.create(index_id);
        BulkCreate::new(request, |request, video| match video {
            BulkVideo::File(file) => request.video_file(file),
            BulkVideo::Url(url) => request.video_url(url),
        })
    }
}

impl embed::tasks::Tasks {
    /// Creates a video embedding task for each video, sequentially.
    ///
    /// Each video is sent with [`create`](Self::create), `POST /embed/tasks`, of the first version
    /// of the embedding API. Twelve Labs plans to deprecate this version. New programs should use
    /// [`embed.v2.tasks.create`](crate::operations::embed::v2::tasks::Tasks::create).
    ///
    /// # Example
    ///
    /// ```no_run
    /// use twelvelabs::{Client, types::VideoEmbeddingScope};
    ///
    /// # async fn example() -> Result<(), twelvelabs::Error> {
    /// let client = Client::from_env()?;
    /// let outcome = client
    ///     .embed()
    ///     .tasks()
    ///     .create_bulk("marengo3.0")
    ///     .urls(["https://example.com/a.mp4"])
    ///     .video("path/to/b.mp4", |request| request.video_clip_length(4.0))
    ///     .each(|request| request.video_embedding_scope([VideoEmbeddingScope::Clip]))
    ///     .send()
    ///     .await;
    /// for created in &outcome.created {
    ///     println!("{}: task {:?}", created.video, created.task.id);
    /// }
    /// for failure in &outcome.failed {
    ///     eprintln!("{failure}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_bulk(
        &self,
        model_name: impl Into<String>,
    ) -> BulkCreate<embed::tasks::CreateRequest> {
        BulkCreate::new(self.create(model_name), |request, video| match video {
            BulkVideo::File(file) => request.video_file(file),
            BulkVideo::Url(url) => request.video_url(url),
        })
    }
}

/// Creates a task for each video.
///
/// The requests are sent sequentially, in the order in which the videos were added. A failure does
/// not stop the others.
#[must_use = "no request is sent before `send`"]
pub struct BulkCreate<R> {
    /// The request without its video.
    request: R,
    add: fn(R, BulkVideo) -> R,
    videos: Vec<(BulkVideo, Option<Change<R>>)>,
}

type Change<R> = Box<dyn FnOnce(R) -> R + Send>;

impl<R: Request> BulkCreate<R> {
    fn new(request: R, add: fn(R, BulkVideo) -> R) -> Self {
        Self {
            request,
            add,
            videos: Vec::new(),
        }
    }

    /// Adds videos to upload: paths, bytes, or other values that convert into an [`Upload`].
    pub fn files(mut self, files: impl IntoIterator<Item = impl Into<Upload>>) -> Self {
        let files = files.into_iter();
        self.videos
            .extend(files.map(|file| (BulkVideo::File(file.into()), None)));
        self
    }

    /// Adds the public URLs of videos.
    pub fn urls(mut self, urls: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let urls = urls.into_iter();
        self.videos
            .extend(urls.map(|url| (BulkVideo::Url(url.into()), None)));
        self
    }

    /// Adds a video with individual settings, which `change` sets. `change` is applied after
    /// [`each`](Self::each).
    pub fn video(
        mut self,
        video: impl Into<BulkVideo>,
        change: impl FnOnce(R) -> R + Send + 'static,
    ) -> Self {
        self.videos.push((video.into(), Some(Box::new(change))));
        self
    }

    /// Changes the requests of all videos, including videos that are added later.
    pub fn each(mut self, change: impl FnOnce(R) -> R) -> Self {
        self.request = change(self.request);
        self
    }

    /// Sends the requests, and returns the tasks and the failures. Without videos, no request is
    /// sent.
    pub async fn send(self) -> BulkOutcome<R::Output> {
        let mut outcome = BulkOutcome {
            created: Vec::new(),
            failed: Vec::new(),
        };
        for (position, (video, change)) in self.videos.into_iter().enumerate() {
            let request = match change {
                Some(change) => change(self.request.clone()),
                None => self.request.clone(),
            };
            match (self.add)(request, video.clone()).send().await {
                Ok(task) => outcome.created.push(BulkCreated {
                    position,
                    video,
                    task,
                }),
                Err(error) => outcome.failed.push(BulkFailure {
                    position,
                    video,
                    error,
                }),
            }
        }
        outcome
    }
}

impl<R: Debug> Debug for BulkCreate<R> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let videos: Vec<_> = self.videos.iter().map(|(video, _)| video).collect();
        f.debug_struct("BulkCreate")
            .field("request", &self.request)
            .field("videos", &videos)
            .finish_non_exhaustive()
    }
}

/// The source of a video. A string converts into a file path. For a URL, use [`BulkVideo::Url`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BulkVideo {
    /// A file to upload.
    File(Upload),
    /// The public URL of a video that the platform downloads.
    Url(String),
}

impl<T: Into<Upload>> From<T> for BulkVideo {
    fn from(file: T) -> Self {
        Self::File(file.into())
    }
}

impl Display for BulkVideo {
    /// Displays the file name or the URL.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => f.write_str(file.name().unwrap_or("unnamed file")),
            Self::Url(url) => f.write_str(url),
        }
    }
}

/// The tasks that were created, and the failures.
#[derive(Debug)]
#[non_exhaustive]
pub struct BulkOutcome<T> {
    /// The created tasks, in the order of their videos.
    pub created: Vec<BulkCreated<T>>,
    /// The failed videos, in order.
    pub failed: Vec<BulkFailure>,
}

/// A task that was created.
#[derive(Debug)]
#[non_exhaustive]
pub struct BulkCreated<T> {
    /// The position of the video among all videos, starting at 0.
    pub position: usize,
    /// The video.
    pub video: BulkVideo,
    /// The created task.
    pub task: T,
}

/// A video whose task could not be created.
#[derive(Debug)]
#[non_exhaustive]
pub struct BulkFailure {
    /// The position of the video among all videos, starting at 0.
    pub position: usize,
    /// The video. Paths and bytes can be sent again.
    pub video: BulkVideo,
    /// The error of the request.
    pub error: Error,
}

impl Display for BulkFailure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let video = self.video.to_string();
        write!(f, "{}: {}", OneLine(&video), self.error)
    }
}

impl StdError for BulkFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // This error displays the text of the inner error.
        self.error.source()
    }
}
