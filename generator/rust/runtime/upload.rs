//! Files to send, from any source.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt::{self, Formatter};
use std::future::{Future, ready};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use super::byte_stream::ByteStream;
use super::error::RequestError;
use super::platform::{self, BoxFuture, BoxStream, SendOutsideBrowser, SharedOutsideBrowser};
use super::pulse::Pulse;

/// The maximum number of bytes that are read from a file at once.
pub(super) const CHUNK: usize = 128 << 10;

/// The media type of unknown content.
const UNKNOWN: &str = "application/octet-stream";

pub(super) type Chunks = BoxStream<io::Result<Bytes>>;
type Callback = platform::SharedReport<Progress>;

/// A file to send: its content, and its name and media type.
///
/// Methods that send a file accept everything that converts into an `Upload`: a path, bytes, a
/// [`tokio::fs::File`], or the [`ByteStream`] of another call. A `&str` or `String` is a path. To
/// send a text, use [`Upload::bytes`]. [`Upload::stream`] accepts any stream of bytes. The content
/// is streamed while it is sent, and is not buffered, except for bytes that are already in memory.
///
/// ```ignore
/// let video = Upload::path("a.mp4").on_progress(|progress| println!("{} bytes", progress.sent));
/// ```
///
/// Paths and bytes can be read again for a retry. A `File` and a stream can be read only
/// once: a call that has read them is not retried, and sending them again returns
/// [`Error::InvalidRequest`](super::Error::InvalidRequest). Clones share their content.
#[derive(Clone)]
pub struct Upload {
    content: Content,
    length: Option<u64>,
    file_name: Option<Cow<'static, str>>,
    content_type: Option<Cow<'static, str>>,
    progress: Option<Arc<Callback>>,
}

#[derive(Clone)]
enum Content {
    Bytes(Bytes),
    Path(PathBuf),
    /// Content that can be read once. `None` after it was read.
    Once(Arc<Mutex<Option<Once>>>),
}

enum Once {
    Unopened(BoxFuture<io::Result<Known>>),
    Open(Known),
}

/// The length of content, if known, and the content.
pub(super) type Known = (Option<u64>, Chunks);

/// The progress of sending a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The number of bytes sent so far. A retry restarts at zero.
    pub sent: u64,
    /// The total number of bytes, if known.
    pub total: Option<u64>,
}

impl Upload {
    /// Sends bytes as a file with this name.
    pub fn bytes(file_name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self::of(Content::Bytes(bytes.into())).file_name(file_name)
    }

    /// Sends the file at a path, under its file name. The file is opened when the request is sent,
    /// and reopened for each retry.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Self {
            file_name: name.map(Cow::Owned),
            ..Self::of(Content::Path(path))
        }
    }

    /// Sends the chunks of a stream. If the stream returns an error, the call fails.
    pub fn stream<S, B, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + SendOutsideBrowser + 'static,
        B: Into<Bytes>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let chunks: Chunks = Box::pin(Plain(Box::pin(stream)));
        Self::once(ready(Ok((None, chunks))))
    }

    /// Sets the length of a stream in bytes, which is sent as the content length. The call fails if
    /// the stream is shorter or longer. The setting applies to streams, pipes, and devices. It has
    /// no effect on bytes and regular files, whose length is known.
    #[must_use]
    pub fn length(mut self, length: u64) -> Self {
        self.length = Some(length);
        self
    }

    /// Sets the file name to send. The default is the name of the file, or the name of the form
    /// field if the content has no name.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(Cow::Owned(name.into()));
        self
    }

    /// Sets the media type to send, such as `video/mp4`. The default is derived from the
    /// file name.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(Cow::Owned(media_type.into()));
        self
    }

    /// Calls `report` for each chunk of the content that is sent, or once if it is empty.
    #[must_use]
    pub fn on_progress(
        mut self,
        report: impl Fn(Progress) + SharedOutsideBrowser + 'static,
    ) -> Self {
        self.progress = Some(Arc::new(report));
        self
    }

    fn of(content: Content) -> Self {
        Self {
            content,
            length: None,
            file_name: None,
            content_type: None,
            progress: None,
        }
    }

    /// Sends content that is opened when it is sent and can be read once.
    pub(super) fn once(
        content: impl Future<Output = io::Result<Known>> + SendOutsideBrowser + 'static,
    ) -> Self {
        let once = Once::Unopened(Box::pin(content));
        Self::of(Content::Once(Arc::new(Mutex::new(Some(once)))))
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// Returns the media type that was set, or else the one that the API expects, or else the one
    /// for the file extension.
    pub(super) fn media_type<'a>(&'a self, asked_for: Option<&'a str>) -> &'a str {
        let guessed = || mime_guess::from_path(self.name()?).first_raw();
        self.content_type
            .as_deref()
            .or(asked_for)
            .or_else(guessed)
            .unwrap_or(UNKNOWN)
    }

    /// Returns `true` if all of the content can still be read.
    pub(super) fn is_unread(&self) -> bool {
        match &self.content {
            Content::Bytes(_) | Content::Path(_) => true,
            Content::Once(once) => lock(once).is_some(),
        }
    }

    /// Opens the content for one attempt. Reads are recorded in `pulse`.
    pub(super) async fn open(&self, pulse: &Pulse) -> Result<Opened, RequestError> {
        let (known, chunks) = match &self.content {
            Content::Bytes(bytes) => {
                let chunks: Chunks = Box::pin(Slices(bytes.clone()));
                (Some(bytes.len() as u64), chunks)
            }
            Content::Path(path) => platform::open(path).await.map_err(|cause| {
                let message = format!("could not open `{}`: {cause}", path.display());
                RequestError::caused(message, cause)
            })?,
            Content::Once(once) => {
                let known = open_once(once)
                    .await
                    .map_err(|cause| RequestError::caused(cause.to_string(), cause))?;
                let chunks: Chunks = Box::pin(OnFirstRead::Waits(Arc::clone(once)));
                (known, chunks)
            }
        };
        let length = known.or(self.length);
        let chunks = Counted {
            chunks: match known {
                Some(left) => Box::pin(Cut { chunks, left }),
                None => chunks,
            },
            count: 0,
            total: length,
            last: None,
            ended: false,
            progress: self.progress.clone(),
            pulse: pulse.clone(),
        };
        if length == Some(0) {
            // Content of length 0 is never polled.
            chunks.report();
        }
        Ok(Opened { length, chunks })
    }
}

/// The content of an upload, for one attempt.
pub(super) struct Opened {
    pub(super) length: Option<u64>,
    pub(super) chunks: Counted,
}

impl From<&str> for Upload {
    /// Sends the file at a path. To send a text, use [`Upload::bytes`].
    fn from(path: &str) -> Self {
        Self::path(path)
    }
}

impl From<String> for Upload {
    /// Sends the file at a path. To send a text, use [`Upload::bytes`].
    fn from(path: String) -> Self {
        Self::path(path)
    }
}

impl From<&String> for Upload {
    /// Sends the file at a path. To send a text, use [`Upload::bytes`].
    fn from(path: &String) -> Self {
        Self::path(path)
    }
}

impl From<PathBuf> for Upload {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for Upload {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl From<&PathBuf> for Upload {
    fn from(path: &PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<ByteStream> for Upload {
    /// Forwards the response of an operation while it is received.
    fn from(stream: ByteStream) -> Self {
        let length = stream.content_length();
        Self {
            length,
            ..Self::stream(stream)
        }
    }
}

impl From<Bytes> for Upload {
    fn from(bytes: Bytes) -> Self {
        Self::of(Content::Bytes(bytes))
    }
}

impl From<Vec<u8>> for Upload {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&'static [u8]> for Upload {
    fn from(bytes: &'static [u8]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

impl<const LENGTH: usize> From<&'static [u8; LENGTH]> for Upload {
    fn from(bytes: &'static [u8; LENGTH]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

impl fmt::Debug for Upload {
    /// Shows the source and the known length of the content, but not the content. Does not access
    /// the file of a path.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Upload");
        if let Some(name) = &self.file_name {
            debug.field("file_name", name);
        }
        if let Some(media_type) = &self.content_type {
            debug.field("content_type", media_type);
        }
        match &self.content {
            Content::Bytes(bytes) => debug.field("length", &bytes.len()),
            Content::Path(path) => debug.field("path", path),
            Content::Once(_) => debug.field("length", &self.length),
        };
        debug.finish_non_exhaustive()
    }
}

fn lock(once: &Mutex<Option<Once>>) -> std::sync::MutexGuard<'_, Option<Once>> {
    once.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens content that can be read only once, and returns its length if known.
async fn open_once(once: &Mutex<Option<Once>>) -> io::Result<Option<u64>> {
    let content = lock(once).take().ok_or_else(|| {
        io::Error::other(
            "the file or stream was already sent and can be sent only once; send a path or bytes",
        )
    })?;
    let (length, chunks) = match content {
        Once::Unopened(opening) => opening.await?,
        Once::Open(known) => known,
    };
    *lock(once) = Some(Once::Open((length, chunks)));
    Ok(length)
}

/// Bytes in memory, split into chunks.
struct Slices(Bytes);

impl Stream for Slices {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let end = self.0.len().min(CHUNK);
        let slice = self.0.split_to(end);
        Poll::Ready((!slice.is_empty()).then_some(Ok(slice)))
    }
}

/// Adapts the chunk and error types of a stream.
struct Plain<S>(Pin<Box<S>>);

impl<S, B, E> Stream for Plain<S>
where
    S: Stream<Item = Result<B, E>>,
    B: Into<Bytes>,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.0.as_mut().poll_next(context));
        Poll::Ready(next.map(|chunk| chunk.map(Into::into).map_err(io::Error::other)))
    }
}

/// Content that can be read once. It is taken by the attempt that first reads it, so an attempt
/// that fails earlier leaves it available.
enum OnFirstRead {
    Waits(Arc<Mutex<Option<Once>>>),
    Reads(Chunks),
}

impl Stream for OnFirstRead {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Self::Waits(once) = &*self {
            let taken = lock(once).take();
            let chunks = match taken {
                Some(Once::Open((_, chunks))) => chunks,
                Some(Once::Unopened(_)) | None => {
                    let message = "another call is reading the same file or stream";
                    return Poll::Ready(Some(Err(io::Error::other(message))));
                }
            };
            *self = Self::Reads(chunks);
        }
        match &mut *self {
            Self::Waits(_) => Poll::Ready(None),
            Self::Reads(chunks) => chunks.as_mut().poll_next(context),
        }
    }
}

/// The reason why content could not be read while it was sent.
#[derive(Debug)]
pub(super) struct Unreadable(io::Error);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Unreadable {}

/// Truncates content to the length that was determined when it was opened, because a file may have
/// grown.
struct Cut {
    chunks: Chunks,
    left: u64,
}

impl Stream for Cut {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let next = ready!(self.chunks.as_mut().poll_next(context));
        Poll::Ready(next.map(|chunk| {
            let mut chunk = chunk?;
            chunk.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
            self.left -= chunk.len() as u64;
            Ok(chunk)
        }))
    }
}

/// Counts the bytes of content while they are read.
pub(super) struct Counted {
    chunks: Chunks,
    count: u64,
    total: Option<u64>,
    /// The last chunk, held back until the length is verified.
    last: Option<Bytes>,
    ended: bool,
    progress: Option<Arc<Callback>>,
    pulse: Pulse,
}

impl Counted {
    fn report(&self) {
        if let Some(report) = &self.progress {
            report(Progress {
                sent: self.count,
                total: self.total,
            });
        }
    }

    /// Returns the held chunk at the end of the content, or an error if the content is too short.
    fn end(&mut self) -> Option<Result<Bytes, Unreadable>> {
        self.ended = true;
        self.pulse.end();
        match self.total {
            Some(total) if self.count < total => {
                let message = format!("the content ends after {} of {total} bytes", self.count);
                let error = io::Error::new(ErrorKind::UnexpectedEof, message);
                return Some(Err(Unreadable(error)));
            }
            None if self.count == 0 => self.report(),
            _ => {}
        }
        let last = self.last.take()?;
        self.report();
        Some(Ok(last))
    }
}

impl Stream for Counted {
    type Item = Result<Bytes, Unreadable>;

    /// Returns an error if the content is shorter or longer than the announced length. The last
    /// chunk is held back until the end of the content, because the connection stops polling once
    /// it has the announced number of bytes.
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while !self.ended {
            let next = ready!(self.chunks.as_mut().poll_next(context));
            let next = next.transpose().map_err(Unreadable)?;
            self.pulse.beat();
            let Some(chunk) = next else {
                return Poll::Ready(self.end());
            };
            if chunk.is_empty() {
                continue;
            }
            self.count += chunk.len() as u64;
            match self.total {
                Some(total) if self.count > total => {
                    let message = format!("the content continues after {total} bytes");
                    return Poll::Ready(Some(Err(Unreadable(io::Error::other(message)))));
                }
                Some(total) if self.count == total => self.last = Some(chunk),
                _ => {
                    self.report();
                    return Poll::Ready(Some(Ok(chunk)));
                }
            }
        }
        Poll::Ready(None)
    }
}
