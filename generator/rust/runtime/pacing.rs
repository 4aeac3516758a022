//! Schedules attempts, by the limits that the caller sets and the delays that the API requests.
//!
//! A client, its clones, and its derived clients share one [`Pacing`].

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::call::Call;
use super::client::ClientBuilder;
use super::error::Error;
use super::operation::Operation;
use super::pace::{Pace, Recent, Refusal};
use super::platform::{Instant, timeout_at};
use super::rate_limit::RateLimit;
use super::retry::Attempts;
use super::retry_budget::RetryBudget;
use super::transport_error::TransportError;

/// The period for counting the successes of a client.
const PERIOD: Duration = Duration::from_secs(1);

/// The limits that a caller sets.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limits {
    rate: Option<(u32, Duration)>,
    concurrency: Option<usize>,
}

impl ClientBuilder {
    /// Limits the number of requests that start within any period of length `per`. Excess requests
    /// wait in order. There is no limit by default. Retries count toward the limit; redirects do
    /// not.
    ///
    /// The client, its clones, and its derived clients share the limit. The
    /// [`deadline`](Self::deadline) of a call includes the wait; its [`timeout`](Self::timeout)
    /// does not.
    ///
    /// The client also adapts to an unknown limit of the API: see the [crate
    /// documentation](crate#rate-limits).
    pub fn rate_limit(mut self, requests: u32, per: Duration) -> Self {
        self.limits.rate = Some((requests, per));
        self
    }

    /// Limits the number of concurrent requests. Excess requests wait. There is no limit by
    /// default.
    ///
    /// A request counts until its response body is read or dropped. A stream counts until it ends
    /// or is dropped, so a program that holds as many open streams as the limit cannot make another
    /// call. The client, its clones, and its derived clients share the limit.
    pub fn max_concurrent_requests(mut self, requests: usize) -> Self {
        self.limits.concurrency = Some(requests);
        self
    }
}

/// The shared state that schedules the attempts of a client, and its retry budget.
pub(super) struct Pacing {
    /// `false` if no attempt can have to wait. Attempts then skip the scheduling.
    is_on: AtomicBool,
    rate: Option<RateLimit>,
    concurrency: Option<Arc<Semaphore>>,
    /// The throttled buckets and their paces.
    paces: Mutex<Vec<(&'static str, Arc<Pace>)>>,
    created: Instant,
    /// The successes of all operations, in periods since `created`, as [`Recent::to_bits`].
    recent: AtomicU64,
    pub(super) budget: RetryBudget,
}

impl Pacing {
    /// Creates the pacing of a client.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidConfiguration`] if a limit is 0.
    pub(super) fn new(limits: Limits) -> Result<Self, Error> {
        let invalid = |message: &str| Err(Error::invalid(message, None));
        let rate = match limits.rate {
            Some((0, _)) => return invalid("the rate limit is 0 requests"),
            Some((_, per)) if per.is_zero() => return invalid("the period of the rate limit is 0"),
            Some((requests, per)) => {
                let requests = usize::try_from(requests).unwrap_or(usize::MAX);
                Some(RateLimit::new(requests, per))
            }
            None => None,
        };
        let concurrency = match limits.concurrency {
            Some(0) => return invalid("the limit of concurrent requests is 0"),
            Some(requests) => {
                let requests = requests.min(Semaphore::MAX_PERMITS);
                Some(Arc::new(Semaphore::new(requests)))
            }
            None => None,
        };
        Ok(Self {
            is_on: AtomicBool::new(rate.is_some() || concurrency.is_some()),
            rate,
            concurrency,
            paces: Mutex::default(),
            created: Instant::now(),
            recent: AtomicU64::default(),
            budget: RetryBudget::default(),
        })
    }

    /// Returns `true` if an attempt may have to wait.
    #[inline]
    pub(super) fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    fn paces(&self) -> MutexGuard<'_, Vec<(&'static str, Arc<Pace>)>> {
        self.paces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the pace of a throttled bucket, and removes expired paces.
    fn pace(&self, bucket: &str) -> Option<Arc<Pace>> {
        let mut paces = self.paces();
        let now = Instant::now();
        // Waiting calls hold a reference.
        paces.retain(|(_, pace)| Arc::strong_count(pace) > 1 || !pace.is_over(now));
        if paces.is_empty() && self.rate.is_none() && self.concurrency.is_none() {
            self.is_on.store(false, Ordering::Relaxed);
        }
        let mut paces = paces.iter();
        let (_, pace) = paces.find(|(name, _)| *name == bucket)?;
        Some(Arc::clone(pace))
    }

    /// Waits until an attempt may start. The caller holds the permit until the response is read.
    async fn turn(&self, bucket: &str, is_throttled: bool) -> Option<OwnedSemaphorePermit> {
        loop {
            let mut turn = None;
            if let Some(pace) = self.pace(bucket) {
                pace.turn(is_throttled).await;
                turn = Some(Instant::now());
            }
            let permit = match &self.concurrency {
                Some(permits) => Arc::clone(permits).acquire_owned().await.ok(),
                None => None,
            };
            // A call that has to wait again takes no slot of the rate limit.
            if self.is_throttled_since(turn, bucket) {
                continue;
            }
            if let Some(rate) = &self.rate {
                rate.turn().await;
                if self.is_throttled_since(turn, bucket) {
                    continue;
                }
            }
            return permit;
        }
    }

    /// Returns `true` if the API has throttled a bucket since a turn in its pace, or at all if
    /// there was no turn.
    fn is_throttled_since(&self, turn: Option<Instant>, bucket: &str) -> bool {
        let pace = self.pace(bucket);
        pace.is_some_and(|pace| turn.is_none_or(|turn| pace.is_throttled_since(turn)))
    }

    /// Records that the API throttled an attempt.
    fn refuse(&self, bucket: &'static str, refusal: &Refusal) {
        let mut paces = self.paces();
        match paces.iter().find(|(name, _)| *name == bucket) {
            Some((_, pace)) => pace.refuse(refusal),
            None => {
                let periods = Instant::now()
                    .saturating_duration_since(self.created)
                    .as_secs_f64();
                let recent = Recent::from_bits(self.recent.load(Ordering::Relaxed));
                let is_counted = (PERIOD..=PERIOD * 2).contains(&refusal.asked);
                let pace = Pace::new(refusal, recent.last(periods), is_counted);
                paces.push((bucket, Arc::new(pace)));
                self.is_on.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Records that the API accepted the last attempt of a call.
    #[inline]
    pub(super) fn accept(&self, operation: &'static Operation, attempts: &Attempts) {
        self.budget.succeed(attempts.cost());
        self.count(attempts.began());
        if self.is_on() {
            self.accept_at_pace(operation, attempts.began());
        }
    }

    fn count(&self, began: Instant) {
        // `PERIOD` is one second.
        let periods = began.saturating_duration_since(self.created).as_secs();
        let period = u32::try_from(periods).unwrap_or(u32::MAX);
        let add = |recent| Some(Recent::from_bits(recent).add(period).to_bits());
        let _ = self
            .recent
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    #[cold]
    fn accept_at_pace(&self, operation: &'static Operation, began: Instant) {
        if let Some(pace) = self.pace(operation.bucket_name()) {
            pace.accept(began);
        }
    }
}

impl fmt::Debug for Pacing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pacing")
            .field("is_on", &self.is_on())
            .finish_non_exhaustive()
    }
}

impl Call {
    /// Waits until an attempt may start.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Transport`] at the deadline of the call.
    #[cold]
    pub(super) async fn turn(&self, attempts: &mut Attempts) -> Result<(), Error> {
        // Release the permit of the previous attempt.
        attempts.hold(None);
        let pacing = &self.transport.pacing;
        let turn = pacing.turn(self.operation.bucket_name(), attempts.is_throttled());
        let permit = match attempts.deadline() {
            None => turn.await,
            Some(deadline) => timeout_at(deadline, turn)
                .await
                .map_err(|_| TransportError::late_response(self.operation.id))?,
        };
        attempts.hold(permit);
        Ok(())
    }

    /// Pauses the calls of a bucket if the API throttled a call and requested a delay. Returns
    /// `true` if the pause replaces the call's own retry delay.
    #[cold]
    pub(super) fn pause(&self, error: &Error, attempts: &mut Attempts) -> bool {
        let Some((asked, wait)) = attempts.throttled(error) else {
            return false;
        };
        let began = attempts.began();
        let refusal = Refusal { began, asked, wait };
        self.transport
            .pacing
            .refuse(self.operation.bucket_name(), &refusal);
        true
    }
}
