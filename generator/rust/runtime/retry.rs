//! Decides whether a call is retried, and the delay before each retry.

use std::fmt::{self, Display, Formatter};
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use http::header::{DATE, HeaderMap, RETRY_AFTER};
use http::{Method, StatusCode};
use httpdate::parse_http_date;
use reqwest::Request;
use tokio::sync::OwnedSemaphorePermit;

use super::call_options::CallOptions;
use super::error::Error;
use super::one_line::OneLine;
use super::platform::{Instant, system_time};
use super::retry_budget::RetryBudget;
use super::trace::Span;
use super::transport_error::TransportError;

/// The delay before the first retry. Each further delay is twice as long. Random jitter of up to
/// the same length is added, so that clients do not all retry at once.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The maximum delay, without jitter.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// The maximum jitter that is added to a delay that the server requests, as a fraction of that
/// delay.
const JITTER: f64 = 0.25;

/// A header with the delay in milliseconds, which some servers send.
const RETRY_AFTER_MS: &str = "retry-after-ms";

/// Headers that let a server recognize a request that it has already executed.
const IDEMPOTENCY_KEYS: [&str; 2] = ["idempotency-key", "x-idempotency-key"];

/// The attempts of one call: counts them, and decides whether there is another.
pub(super) struct Attempts {
    span: Span,
    made: u32,
    /// The number of requests that were sent: attempts and redirects.
    sent: u32,
    limit: Duration,
    retries: u32,
    /// The delays between attempts, created when the first delay is needed.
    waits: Option<ExponentialBackoff>,
    max_retry_after: Duration,
    deadline: Option<Deadline>,
    /// When the last attempt started.
    began: Instant,
    /// The API throttled the last attempt.
    is_throttled: bool,
    /// The number of budget tokens that the last retry took.
    cost: u32,
    /// The concurrency permit, if concurrent requests are limited.
    permit: Option<OwnedSemaphorePermit>,
    idempotency_key: Option<Arc<str>>,
}

struct Deadline {
    at: Instant,
    time: Duration,
}

/// The reason why a call is not retried, although it may succeed later.
#[derive(Debug)]
pub(super) enum NotRepeated {
    /// The request body was read and cannot be read again.
    BodyIsRead,
    /// The request body cannot be reopened, for this reason.
    Unopened(String),
    /// The API rejected the credential, and there is no new one, for this reason.
    Credential(String),
    /// The API requested a longer delay than the caller accepts.
    RetryAfter { asked: Duration, limit: Duration },
    /// The delay would end after the deadline.
    Deadline { wait: Duration, time: Duration },
    /// The retry budget of the client is exhausted.
    Budget,
}

impl Display for NotRepeated {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::BodyIsRead => {
                f.write_str("the file or stream that was sent can be read only once")
            }
            Self::Unopened(reason) | Self::Credential(reason) => write!(f, "{}", OneLine(reason)),
            Self::RetryAfter { asked, limit } => {
                write!(
                    f,
                    "the API requested a delay of {asked:?}, and the limit is {limit:?}"
                )
            }
            Self::Deadline { wait, time } => {
                write!(
                    f,
                    "a delay of {wait:.1?} would exceed the deadline of {time:?}"
                )
            }
            Self::Budget => {
                f.write_str("the retry budget of the client is exhausted: too many calls failed")
            }
        }
    }
}

impl Attempts {
    /// Creates the attempts of a call that starts now.
    pub(super) fn new(options: &CallOptions, span: Span) -> Self {
        let now = Instant::now();
        Self {
            span,
            made: 0,
            sent: 0,
            limit: options.time_for_attempt(),
            retries: options.retry_limit(),
            waits: None,
            max_retry_after: options.retry_after_limit(),
            deadline: options.time_for_all().and_then(|time| {
                // A deadline that overflows the clock is ignored.
                let at = now.checked_add(time)?;
                Some(Deadline { at, time })
            }),
            began: now,
            is_throttled: false,
            cost: 0,
            permit: None,
            idempotency_key: None,
        }
    }

    /// Returns the span of the call.
    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Counts an attempt and returns its [`time`](Self::time).
    pub(super) fn begin(&mut self, limit: Duration) -> Duration {
        self.made = self.made.saturating_add(1);
        self.span.attempt(self.made);
        self.began = Instant::now();
        self.limit = self.time(limit);
        self.limit
    }

    /// Counts a request that is about to be sent.
    pub(super) fn send(&mut self, request: &Request) {
        self.span.send(request, self.sent);
        self.sent = self.sent.saturating_add(1);
    }

    /// Returns the number of the attempt.
    pub(super) fn number(&self) -> u32 {
        self.made
    }

    /// Returns the start time of the last attempt.
    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// Returns the number of budget tokens that the last retry took.
    pub(super) fn cost(&self) -> u32 {
        self.cost
    }

    /// Returns `true` if the API throttled the last attempt.
    pub(super) fn is_throttled(&self) -> bool {
        self.is_throttled
    }

    /// Holds the permit of an attempt, and releases the permit of the previous attempt.
    pub(super) fn hold(&mut self, permit: Option<OwnedSemaphorePermit>) {
        self.permit = permit;
    }

    /// Takes the permit, which the reader of the response then holds.
    pub(super) fn take_permit(&mut self) -> Option<OwnedSemaphorePermit> {
        self.permit.take()
    }

    /// Sets the idempotency key of the call.
    pub(super) fn identify(&mut self, key: Arc<str>) {
        self.idempotency_key = Some(key);
    }

    /// Returns the limit, or the time until the deadline if it is shorter.
    pub(super) fn time(&self, limit: Duration) -> Duration {
        match &self.deadline {
            Some(deadline) => limit.min(deadline.at.saturating_duration_since(Instant::now())),
            None => limit,
        }
    }

    /// Returns the deadline of the call.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline.as_ref().map(|deadline| deadline.at)
    }

    /// Returns the delay before the next attempt. Returns an error if the call is not retried, with
    /// the reason if the failure is transient. `has_key` returns `true` if the request has an
    /// idempotency key. It is called only if this is decisive.
    pub(super) fn wait(
        &mut self,
        method: &Method,
        has_key: impl FnOnce() -> bool,
        error: &Error,
        budget: &RetryBudget,
    ) -> Result<Duration, Option<NotRepeated>> {
        self.permit = None;
        if self.retries == 0 || !self.is_worth_repeating(method, has_key, error) {
            return Err(None);
        }
        let retries = self.retries;
        let waits = self.waits.get_or_insert_with(|| waits(retries));
        let own = waits.next().ok_or(None)?;
        let limit = self.max_retry_after;
        let (wait, jitter) = match error.retry_after() {
            Some(asked) if asked > limit => {
                return Err(Some(NotRepeated::RetryAfter { asked, limit }));
            }
            // A delay of 0 is ignored, so that clients do not all retry immediately.
            Some(Duration::ZERO) | None => (own, Duration::ZERO),
            Some(asked) => (asked, jitter(asked)),
        };
        let wait = self.within_deadline(wait, jitter)?;
        self.cost = match self.is_throttled {
            true => 0,
            false => budget
                .take(error.is_timeout())
                .ok_or(Some(NotRepeated::Budget))?,
        };
        Ok(wait)
    }

    /// Adds jitter to a delay. Returns an error if the delay would exceed the deadline.
    fn within_deadline(&self, wait: Duration, jitter: Duration) -> Result<Duration, NotRepeated> {
        let jittered = wait.saturating_add(jitter);
        let Some(Deadline { at, time }) = &self.deadline else {
            return Ok(jittered);
        };
        let left = at.saturating_duration_since(Instant::now());
        if left <= wait {
            let time = *time;
            return Err(NotRepeated::Deadline { wait, time });
        }
        // If only the jitter would exceed the deadline, the jitter is dropped.
        Ok(if left <= jittered { wait } else { jittered })
    }

    /// If the API throttled the last attempt, returns the requested delay, without and with jitter.
    /// Returns `None` if retries are disabled or the delay exceeds the limit.
    pub(super) fn throttled(&mut self, error: &Error) -> Option<(Duration, Duration)> {
        self.is_throttled = false;
        let asked = error.retry_after().filter(|asked| !asked.is_zero())?;
        let limit = self.max_retry_after;
        if !error.is_rate_limited() || self.retries == 0 || asked > limit {
            return None;
        }
        // Ignore a pause that would overflow the clock.
        Instant::now().checked_add(limit.min(asked.saturating_mul(2)))?;
        self.is_throttled = true;
        let jitter = jitter(asked).min(limit.saturating_sub(asked));
        let wait = self.within_deadline(asked, jitter).unwrap_or(asked);
        Some((asked, wait))
    }

    /// Returns `true` if another attempt may succeed, provided that the request can be sent again.
    pub(super) fn may_pass(&self, error: &Error) -> bool {
        error.may_pass() || self.may_be_executed(error)
    }

    /// Returns `true` if the request timed out after it was sent, and has an idempotency key.
    fn may_be_executed(&self, error: &Error) -> bool {
        let is_over = |deadline: &Deadline| Instant::now() >= deadline.at;
        self.idempotency_key.is_some()
            && error.is_timeout()
            && !error.is_connect()
            && !self.deadline.as_ref().is_some_and(is_over)
    }

    /// Completes the error that ends the call with the attempts, the limits, and the idempotency
    /// key.
    pub(super) fn end(&self, error: Error) -> Error {
        let error = match (error, &self.deadline) {
            (Error::Transport(error), Some(deadline))
                if error.is_timeout() && Instant::now() >= deadline.at =>
            {
                TransportError::late(error.operation(), deadline.time).into()
            }
            (Error::Transport(error), _) => error.within(self.limit).into(),
            (error, _) => error,
        };
        let error = error.after(self.made, self.idempotency_key.as_ref());
        self.span.fail(&error);
        error
    }

    /// Returns `true` if another attempt may succeed and is safe even if the server has executed
    /// this one.
    ///
    /// With the statuses 429 and 503, the server has not executed the request. After other
    /// failures, it may have executed the request, so the request is retried only if its method is
    /// idempotent according to RFC 9110 or it has an idempotency key.
    fn is_worth_repeating(
        &self,
        method: &Method,
        has_key: impl FnOnce() -> bool,
        error: &Error,
    ) -> bool {
        let is_idempotent =
            || method.is_idempotent() || self.idempotency_key.is_some() || has_key();
        match error {
            Error::Api(error) => match error.status() {
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => true,
                _ => error.is_temporary() && is_idempotent(),
            },
            Error::Transport(transport) => {
                transport.may_connect_later()
                    || transport.is_broken_connection() && is_idempotent()
                    || self.may_be_executed(error)
            }
            _ => false,
        }
    }
}

/// Returns `true` if the headers of a request contain an idempotency key.
pub(super) fn has_idempotency_key(headers: &HeaderMap) -> bool {
    let mut keys = IDEMPOTENCY_KEYS.iter();
    keys.any(|key| headers.contains_key(*key))
}

/// Returns the delays before a number of retries.
pub(super) fn waits(retries: u32) -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(FIRST_WAIT)
        .with_max_delay(LONGEST_WAIT)
        .with_max_times(usize::try_from(retries).unwrap_or(usize::MAX))
        .with_jitter()
        .build()
}

/// Returns the random jitter for a delay that the server requests.
fn jitter(asked: Duration) -> Duration {
    let seconds = asked.as_secs_f64() * JITTER * fastrand::f64();
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// Returns the delay that the server requests: in milliseconds, in seconds, or until a date. A date
/// is compared with the `date` header of the response if there is one, otherwise with the local
/// clock.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let milliseconds = text(headers, RETRY_AFTER_MS).and_then(seconds);
    if let Some(delay) = milliseconds {
        return Some(delay / 1000);
    }
    let value = text(headers, RETRY_AFTER.as_str())?;
    if let Some(delay) = seconds(value) {
        return Some(delay);
    }
    let until = parse_http_date(value).ok()?;
    let now = text(headers, DATE.as_str())
        .and_then(|date| parse_http_date(date).ok())
        .unwrap_or_else(system_time);
    Some(until.duration_since(now).unwrap_or_default())
}

/// Parses a number of seconds, with an optional fraction.
fn seconds(number: &str) -> Option<Duration> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_number =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let whole = Duration::from_secs(whole.parse().unwrap_or(u64::MAX));
    let fraction = format!("0.{fraction}").parse().unwrap_or(0.0);
    Some(whole.saturating_add(Duration::from_secs_f64(fraction)))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}
