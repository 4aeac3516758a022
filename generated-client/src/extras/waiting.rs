//! Waiting until the platform is done with a task or resource.

use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Formatter};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::{sleep, timeout};

use super::backoff::may_pass;
use crate::operations::{analyze_async, assets, embed, indexes, knowledge_store_items, tasks};
use crate::runtime::OneLine;
use crate::{Error, types};

/// The number of consecutive temporary failures that end a wait.
const MOST_FAILURES: u32 = 5;

/// The factor by which each interval is longer than the one before.
const GROWTH: f32 = 1.5;

/// The minimum interval, so that a wrong setting does not flood the API.
const SHORTEST: Duration = Duration::from_millis(10);

impl assets::Assets {
    /// Waits until an asset is `ready`, and returns it.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use twelvelabs::{Client, extras::WaitError, types::Asset};
    /// # async fn example(client: Client) -> Result<(), WaitError<Asset>> {
    /// let asset = client.assets().wait_until_done("asset_id").send().await?;
    /// println!("{:?} is ready", asset.filename);
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_done(&self, asset_id: impl Into<String>) -> Waiting<types::Asset> {
        let asset_id = asset_id.into();
        let what = format!("asset `{asset_id}`");
        let request = self.retrieve(asset_id);
        Waiting::new(
            what,
            move || request.clone().send(),
            |asset| match &asset.status {
                Some(types::AssetStatus::Ready) => Stage::Done,
                Some(types::AssetStatus::Failed) => {
                    failed(asset.error.as_ref().map(|error| error.message.as_str()))
                }
                _ => Stage::Underway,
            },
        )
    }
}

impl indexes::indexed_assets::IndexedAssets {
    /// Waits until an asset is indexed, and returns the indexed asset.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use twelvelabs::{Client, extras::WaitError, types::IndexedAssetDetailed};
    /// # async fn example(client: Client) -> Result<(), WaitError<IndexedAssetDetailed>> {
    /// let indexed = client
    ///     .indexes()
    ///     .indexed_assets()
    ///     .wait_until_done("index_id", "indexed_asset_id")
    ///     .on_progress(|indexed| println!("{:?}", indexed.status))
    ///     .send()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_done(
        &self,
        index_id: impl Into<String>,
        indexed_asset_id: impl Into<String>,
    ) -> Waiting<types::IndexedAssetDetailed> {
        let indexed_asset_id = indexed_asset_id.into();
        let what = format!("indexed asset `{indexed_asset_id}`");
        let request = self.retrieve(index_id, indexed_asset_id);
        Waiting::new(
            what,
            move || request.clone().send(),
            |indexed| match &indexed.status {
                Some(types::IndexedAssetStatus::Ready) => Stage::Done,
                Some(types::IndexedAssetStatus::Failed) => failed(None),
                _ => Stage::Underway,
            },
        )
    }
}

impl tasks::Tasks {
    /// Waits until a video is uploaded and indexed, and returns the task.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use twelvelabs::{Client, extras::WaitError, types::VideoIndexingTaskDetails};
    /// # async fn example(client: Client) -> Result<(), WaitError<VideoIndexingTaskDetails>> {
    /// let task = client.tasks().wait_until_done("task_id").send().await?;
    /// println!("{:?} can be searched", task.video_id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_done(
        &self,
        task_id: impl Into<String>,
    ) -> Waiting<types::VideoIndexingTaskDetails> {
        let task_id = task_id.into();
        let what = format!("video indexing task `{task_id}`");
        #[expect(deprecated, reason = "whoever has such a task has to wait for it")]
        let request = self.retrieve(task_id);
        Waiting::new(
            what,
            move || request.clone().send(),
            |task| by_name(task.status.as_deref()),
        )
    }
}

impl embed::tasks::Tasks {
    /// Waits until the embeddings are created, and returns the task's status.
    /// [`retrieve`](Self::retrieve) returns the embeddings.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use std::error::Error;
    /// # use twelvelabs::Client;
    /// # async fn example(client: Client) -> Result<(), Box<dyn Error>> {
    /// let tasks = client.embed().tasks();
    /// tasks.wait_until_done("task_id").send().await?;
    /// let task = tasks.retrieve("task_id").send().await?;
    /// println!("{:?}", task.video_embedding);
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_done(
        &self,
        task_id: impl Into<String>,
    ) -> Waiting<types::VideoEmbeddingTaskStatus> {
        let task_id = task_id.into();
        let what = format!("embedding task `{task_id}`");
        let request = self.status(task_id);
        Waiting::new(
            what,
            move || request.clone().send(),
            |task| by_name(task.status.as_deref()),
        )
    }
}

impl embed::v2::tasks::Tasks {
    /// Waits until the embeddings are created, and returns the task with them.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use twelvelabs::{Client, extras::WaitError, types::EmbeddingTask};
    /// # async fn example(client: Client) -> Result<(), WaitError<EmbeddingTask>> {
    /// let tasks = client.embed().v2().tasks();
    /// let task = tasks.wait_until_done("task_id").send().await?;
    /// for segment in task.data.unwrap_or_default() {
    ///     let embedding: Vec<f32> = segment.embedding;
    ///     println!("{} values", embedding.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_done(&self, task_id: impl Into<String>) -> Waiting<types::EmbeddingTask> {
        let task_id = task_id.into();
        let what = format!("embedding task `{task_id}`");
        let request = self.retrieve(task_id);
        Waiting::new(
            what,
            move || request.clone().send(),
            |task| match task.status {
                types::EmbeddingTaskStatus::Ready => Stage::Done,
                types::EmbeddingTaskStatus::Failed => {
                    failed(task.error.as_ref().map(|error| error.message.as_str()))
                }
                _ => Stage::Underway,
            },
        )
    }
}

impl analyze_async::tasks::Tasks {
    /// Waits until an analysis has a result, and returns the task with it. A canceled task is
    /// an error.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use twelvelabs::{Client, extras::WaitError, types::AnalyzeTask};
    /// # async fn example(client: Client) -> Result<(), WaitError<AnalyzeTask>> {
    /// let tasks = client.analyze_async().tasks();
    /// let task = tasks.wait_until_done("task_id").send().await?;
    /// println!("{:?}", task.result);
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_done(&self, task_id: impl Into<String>) -> Waiting<types::AnalyzeTask> {
        let task_id = task_id.into();
        let what = format!("analysis task `{task_id}`");
        let request = self.retrieve(task_id);
        Waiting::new(
            what,
            move || request.clone().send(),
            |task| {
                let reason = task.error.as_ref().map(|error| error.message.as_str());
                match task.status {
                    types::AnalyzeTaskStatus::Ready => Stage::Done,
                    types::AnalyzeTaskStatus::Failed => failed(reason),
                    types::AnalyzeTaskStatus::Canceled => {
                        failed(reason.or(Some("it was canceled")))
                    }
                    _ => Stage::Underway,
                }
            },
        )
    }
}

impl analyze_async::batches::Batches {
    /// Waits until all items of a batch are done, including failed items, and returns the
    /// batch. A canceled or expired batch is an error.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use std::error::Error;
    /// # use twelvelabs::Client;
    /// # async fn example(client: Client) -> Result<(), Box<dyn Error>> {
    /// let batches = client.analyze_async().batches();
    /// batches.wait_until_done("batch_id").send().await?;
    /// let mut results = batches.results("batch_id").send().await?;
    /// while let Some(result) = results.next_event().await? {
    ///     println!("{result:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_done(&self, batch_id: impl Into<String>) -> Waiting<types::AnalyzeBatch> {
        let batch_id = batch_id.into();
        let what = format!("batch `{batch_id}`");
        let request = self.retrieve(batch_id);
        Waiting::new(
            what,
            move || request.clone().send(),
            |batch| match batch.status {
                types::BatchStatus::Completed => Stage::Done,
                types::BatchStatus::Canceled => failed(Some("it was canceled")),
                types::BatchStatus::Expired => failed(Some("it has expired")),
                _ => Stage::Underway,
            },
        )
    }
}

impl knowledge_store_items::KnowledgeStoreItems {
    /// Waits until an item of a knowledge store is `ready`, and returns it.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # use twelvelabs::{Client, extras::WaitError, types::KnowledgeStoreItem};
    /// # async fn example(client: Client) -> Result<(), WaitError<KnowledgeStoreItem>> {
    /// let items = client.knowledge_store_items();
    /// let item = items.wait_until_done("knowledge_store_id", "item_id").send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_done(
        &self,
        knowledge_store_id: impl Into<String>,
        item_id: impl Into<String>,
    ) -> Waiting<types::KnowledgeStoreItem> {
        let item_id = item_id.into();
        let what = format!("item `{item_id}`");
        let request = self.retrieve(knowledge_store_id, item_id);
        Waiting::new(
            what,
            move || request.clone().send(),
            |item| match &item.status {
                Some(types::KnowledgeStoreItemStatus::Ready) => Stage::Done,
                Some(types::KnowledgeStoreItemStatus::Failed) => failed(None),
                _ => Stage::Underway,
            },
        )
    }
}

/// The progress of the platform, by its last response.
enum Stage {
    Underway,
    Done,
    /// The platform failed, for this reason if known.
    Failed(Option<String>),
}

fn failed(reason: Option<&str>) -> Stage {
    Stage::Failed(reason.map(str::to_owned))
}

/// Returns the stage for a status that is a string.
fn by_name(status: Option<&str>) -> Stage {
    match status {
        Some("ready") => Stage::Done,
        Some("failed") => failed(None),
        _ => Stage::Underway,
    }
}

/// Waits until the platform is done, and returns its last response.
///
/// No request is sent before [`send`](Self::send). A request that fails temporarily does not
/// end the wait, unless five consecutive requests fail. The wait continues on a status that
/// this version of the crate does not know.
#[must_use = "no request is sent before `send`"]
pub struct Waiting<T> {
    what: String,
    ask: Box<dyn FnMut() -> BoxFuture<'static, Result<T, Error>> + Send>,
    stage: fn(&T) -> Stage,
    interval: Duration,
    max_interval: Duration,
    deadline: Option<Duration>,
    report: Box<dyn FnMut(&T) + Send>,
}

impl<T> Waiting<T> {
    fn new<F>(
        what: String,
        mut ask: impl FnMut() -> F + Send + 'static,
        stage: fn(&T) -> Stage,
    ) -> Self
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        Self {
            what,
            ask: Box::new(move || ask().boxed()),
            stage,
            interval: Duration::from_secs(5),
            max_interval: Duration::from_secs(60),
            deadline: None,
            report: Box::new(|_| ()),
        }
    }

    /// Sets the interval between the first two requests. Each further interval is 1.5 times as
    /// long, up to [`max_interval`](Self::max_interval). The default is 5 seconds, and the
    /// minimum is 10 milliseconds.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// Sets the maximum interval between two requests. The default is one minute.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval;
        self
    }

    /// Sets the deadline of the wait, after which it returns [`WaitError::Deadline`]. There
    /// is no deadline by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Calls `report` with each response, including the last one.
    pub fn on_progress(mut self, report: impl FnMut(&T) + Send + 'static) -> Self {
        self.report = Box::new(report);
        self
    }

    /// Waits until the platform is done, and returns its last response.
    ///
    /// # Errors
    ///
    /// See [`WaitError`].
    pub async fn send(mut self) -> Result<T, WaitError<T>> {
        let mut last = None;
        let Some(deadline) = self.deadline else {
            return self.ask_until_done(&mut last).await;
        };
        match timeout(deadline, self.ask_until_done(&mut last)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(WaitError::Deadline {
                what: self.what,
                deadline,
                last: last.map(Box::new),
            }),
        }
    }

    /// Polls until there is a result to return. `last` is the last response without a result.
    async fn ask_until_done(&mut self, last: &mut Option<T>) -> Result<T, WaitError<T>> {
        let interval = self.interval.max(SHORTEST);
        let mut waits = ExponentialBuilder::new()
            .with_min_delay(interval.min(self.max_interval.max(SHORTEST)))
            .with_max_delay(self.max_interval.max(SHORTEST))
            .with_factor(GROWTH)
            .without_max_times()
            .build();
        let mut failures = 0;
        loop {
            match (self.ask)().await {
                Ok(answer) => {
                    failures = 0;
                    (self.report)(&answer);
                    match (self.stage)(&answer) {
                        Stage::Underway => *last = Some(answer),
                        Stage::Done => return Ok(answer),
                        Stage::Failed(reason) => {
                            return Err(WaitError::Failed {
                                what: std::mem::take(&mut self.what),
                                reason,
                                answer: Box::new(answer),
                            });
                        }
                    }
                }
                Err(error) => {
                    failures += 1;
                    if failures == MOST_FAILURES || !may_pass(&error) {
                        return Err(error.into());
                    }
                }
            }
            sleep(waits.next().unwrap_or(self.max_interval)).await;
        }
    }
}

impl<T> Debug for Waiting<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting")
            .field("what", &self.what)
            .field("interval", &self.interval)
            .field("max_interval", &self.max_interval)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// An error of a wait.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError<T> {
    /// A request failed.
    Call(Error),
    /// The platform reported a failure.
    Failed {
        /// The task or resource, for instance an asset and its id.
        what: String,
        /// The platform's reason, if it returned one.
        reason: Option<String>,
        /// The response.
        answer: Box<T>,
    },
    /// The deadline passed before the platform was done.
    Deadline {
        /// The task or resource, for instance an asset and its id.
        what: String,
        /// The configured deadline.
        deadline: Duration,
        /// The last response, if any.
        last: Option<Box<T>>,
    },
}

impl<T> WaitError<T> {
    /// Returns the last response of the platform, if any.
    pub fn answer(&self) -> Option<&T> {
        match self {
            Self::Call(_) => None,
            Self::Failed { answer, .. } => Some(answer),
            Self::Deadline { last, .. } => last.as_deref(),
        }
    }
}

impl<T> From<Error> for WaitError<T> {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl<T> Display for WaitError<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => Display::fmt(error, f),
            Self::Failed { what, reason, .. } => {
                write!(f, "{} failed", OneLine(what))?;
                match reason {
                    Some(reason) => write!(f, ": {}", OneLine(reason)),
                    None => Ok(()),
                }
            }
            Self::Deadline { what, deadline, .. } => {
                write!(f, "{} is not done after {deadline:?}", OneLine(what))
            }
        }
    }
}

impl<T: Debug> StdError for WaitError<T> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // Its text is this error's own.
            Self::Call(error) => error.source(),
            Self::Failed { .. } | Self::Deadline { .. } => None,
        }
    }
}
