//! Waiters: poll an operation until its response has a final status.

#![allow(dead_code, reason = "an API may have nothing to wait for")]

use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Formatter};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use futures_util::future::join_all;

use super::error::Error;
use super::one_line::OneLine;
use super::platform::{self, SendOutsideBrowser, sleep, timeout};

/// The number of consecutive transient failures that end a wait.
const MOST_FAILURES: u32 = 5;

/// The growth factor of the intervals.
const GROWTH: f32 = 1.5;

/// The minimum interval, which protects the API from wrong settings.
const SHORTEST: Duration = Duration::from_millis(10);

/// The statuses that end a wait.
#[derive(Clone, Copy, Debug)]
pub struct FinalStatuses {
    /// The statuses of success.
    pub done: &'static [&'static str],
    /// The statuses of failure.
    pub failed: &'static [&'static str],
}

/// The progress that a response reports.
#[derive(Clone, Copy, Debug, Default)]
pub struct WaitProgress<'a> {
    /// The status.
    pub status: Option<&'a str>,
    /// The reason for a failure.
    pub reason: Option<&'a str>,
}

/// A wait until the API has finished processing a resource or a task. It returns the last response.
///
/// No request is sent before [`send`](Self::send). A request that fails with a transient error does
/// not end the wait, unless five consecutive requests fail. The wait continues if the status is
/// unknown to this version of the crate.
#[must_use = "no request is sent before `send`"]
pub struct Waiting<T> {
    what: String,
    ask: Box<Ask<T>>,
    progress: fn(&T) -> WaitProgress<'_>,
    statuses: FinalStatuses,
    interval: Duration,
    max_interval: Duration,
    deadline: Option<Duration>,
    report: Option<Box<platform::Report<T>>>,
}

/// A function that requests the current status.
type Ask<T> = platform::Ask<Result<T, Error>>;

impl<T> Waiting<T> {
    /// Creates a wait. `what` is the name of the resource in errors, `ask` requests its status, and
    /// `progress` reads a response.
    #[doc(hidden)]
    pub fn new<F>(
        what: String,
        statuses: FinalStatuses,
        mut ask: impl FnMut() -> F + SendOutsideBrowser + 'static,
        progress: fn(&T) -> WaitProgress<'_>,
    ) -> Self
    where
        F: Future<Output = Result<T, Error>> + SendOutsideBrowser + 'static,
    {
        Self {
            what,
            ask: Box::new(move || Box::pin(ask())),
            progress,
            statuses,
            interval: Duration::from_secs(5),
            max_interval: Duration::from_secs(60),
            deadline: None,
            report: None,
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
    pub fn on_progress(mut self, report: impl FnMut(&T) + SendOutsideBrowser + 'static) -> Self {
        self.report = Some(Box::new(report));
        self
    }

    /// Waits until the API has finished, and returns the last response.
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

    /// Waits for several resources or tasks concurrently, and returns the results in the order of
    /// `waits`. A failure does not end the other waits.
    pub async fn send_all(waits: impl IntoIterator<Item = Self>) -> Vec<Result<T, WaitError<T>>> {
        join_all(waits.into_iter().map(Self::send)).await
    }

    /// Blocks the thread until the wait ends. See [`send`](Self::send).
    ///
    /// # Errors
    ///
    /// See [`WaitError`].
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> Result<T, WaitError<T>> {
        super::block_on(self.send())?
    }

    /// Blocks the thread until all waits end. See [`send_all`](Self::send_all).
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] if it is called in an async runtime.
    #[cfg(feature = "blocking")]
    pub fn send_all_blocking(
        waits: impl IntoIterator<Item = Self>,
    ) -> Result<Vec<Result<T, WaitError<T>>>, Error> {
        super::block_on(Self::send_all(waits))
    }

    /// Polls until there is a result. `last` is the last response that was not final.
    async fn ask_until_done(&mut self, last: &mut Option<T>) -> Result<T, WaitError<T>> {
        let mut intervals = Intervals::new(self.interval, self.max_interval);
        loop {
            match (self.ask)().await {
                Ok(response) => {
                    intervals.succeed();
                    if let Some(report) = &mut self.report {
                        report(&response);
                    }
                    match self.statuses.stage((self.progress)(&response)) {
                        Stage::Underway => *last = Some(response),
                        Stage::Done => return Ok(response),
                        Stage::Failed(reason) => {
                            return Err(WaitError::Failed {
                                what: std::mem::take(&mut self.what),
                                reason,
                                response: Box::new(response),
                            });
                        }
                    }
                }
                Err(error) => intervals.tolerate(error)?,
            }
            sleep(intervals.next_wait()).await;
        }
    }
}

/// The stage of the resource or the task.
enum Stage {
    Underway,
    Done,
    /// It failed, with the reason if known.
    Failed(Option<String>),
}

impl FinalStatuses {
    fn stage(self, progress: WaitProgress<'_>) -> Stage {
        let Some(status) = progress.status else {
            return Stage::Underway;
        };
        if self.done.contains(&status) {
            return Stage::Done;
        }
        if !self.failed.contains(&status) {
            return Stage::Underway;
        }
        // The status `failed` would add nothing to the error message.
        let reason = progress.reason.map(str::to_owned);
        let stated = || (status != "failed").then(|| format!("its status is `{status}`"));
        Stage::Failed(reason.or_else(stated))
    }
}

/// The intervals between the requests of a wait, and its count of tolerated failures.
struct Intervals {
    waits: backon::ExponentialBackoff,
    longest: Duration,
    /// The number of consecutive failures.
    failures: u32,
}

impl Intervals {
    /// Creates intervals that grow from `first` to `longest`.
    fn new(first: Duration, longest: Duration) -> Self {
        let longest = longest.max(SHORTEST);
        let waits = ExponentialBuilder::new()
            .with_min_delay(first.max(SHORTEST).min(longest))
            .with_max_delay(longest)
            .with_factor(GROWTH)
            .without_max_times()
            .build();
        Self {
            waits,
            longest,
            failures: 0,
        }
    }

    /// Returns the next interval.
    fn next_wait(&mut self) -> Duration {
        self.waits.next().unwrap_or(self.longest)
    }

    /// Resets the failure count.
    fn succeed(&mut self) {
        self.failures = 0;
    }

    /// Counts a failure, or returns the error if it is permanent or too many failures occurred. The
    /// request only reads, so it can be repeated after any transport error.
    ///
    /// # Errors
    ///
    /// Returns the error that ends the wait.
    fn tolerate(&mut self, error: Error) -> Result<(), Error> {
        self.failures += 1;
        match error.may_pass_if_harmless() && self.failures < MOST_FAILURES {
            true => Ok(()),
            false => Err(error),
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
    /// The API reported a failure.
    Failed {
        /// The resource or the task, with its ID.
        what: String,
        /// The API's reason, if it returned one.
        reason: Option<String>,
        /// The response.
        response: Box<T>,
    },
    /// The deadline passed before the API finished.
    Deadline {
        /// The resource or the task, with its ID.
        what: String,
        /// The configured deadline.
        deadline: Duration,
        /// The last response, if any.
        last: Option<Box<T>>,
    },
}

impl<T> WaitError<T> {
    /// Returns the last response of the API, if any.
    pub fn response(&self) -> Option<&T> {
        match self {
            Self::Call(_) => None,
            Self::Failed { response, .. } => Some(response),
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
            // This error displays the text of the call's error, so the source is the inner source.
            Self::Call(error) => error.source(),
            Self::Failed { .. } | Self::Deadline { .. } => None,
        }
    }
}
