//! Decides whether a call is retried, and the delay before each retry.

use std::fmt::{self, Display, Formatter};
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use http::StatusCode;
use http::header::{DATE, HeaderMap, RETRY_AFTER};
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

/// The delay before the first retry; each further delay is twice as long. Random jitter adds
/// up to the same time again, so that many clients do not retry at once.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The maximum delay, without jitter.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// The jitter that is added to a delay that the server asks for, as a part of that delay.
const JITTER: f64 = 0.25;

/// Some servers send the delay in milliseconds under this name.
const RETRY_AFTER_MS: &str = "retry-after-ms";

/// Headers by which a server recognizes a request that it has already executed.
const IDEMPOTENCY_KEYS: [&str; 2] = ["idempotency-key", "x-idempotency-key"];

/// The attempts of one call: counts them, and decides whether there is another.
pub(super) struct Attempts {
    span: Span,
    made: u32,
    /// The number of requests that were sent: attempts and redirects.
    sent: u32,
    limit: Duration,
    retries: u32,
    /// The waits between attempts, from the first one on that is needed.
    waits: Option<ExponentialBackoff>,
    max_retry_after: Duration,
    deadline: Option<Deadline>,
    /// When the last attempt began.
    began: Instant,
    /// The API throttled the last attempt.
    is_throttled: bool,
    /// The tokens that the last retry took of the budget.
    cost: u32,
    /// The permit to send a request, if their number is limited.
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
    /// The body of the request was read, and cannot be read again.
    BodyIsRead,
    /// The body of the request cannot be opened again, because of this.
    Unopened(String),
    /// The API asks for a longer wait than the caller allows.
    RetryAfter { asked: Duration, limit: Duration },
    /// The wait would end after the deadline.
    Deadline { wait: Duration, time: Duration },
    /// Too many calls of the client were retried in vain.
    Budget,
}

impl Display for NotRepeated {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::BodyIsRead => {
                f.write_str("the file or stream that was sent can be read only once")
            }
            Self::Unopened(reason) => write!(f, "{}", OneLine(reason)),
            Self::RetryAfter { asked, limit } => {
                write!(
                    f,
                    "the API asks to wait for {asked:?}, and {limit:?} is the limit"
                )
            }
            Self::Deadline { wait, time } => {
                write!(
                    f,
                    "a wait of {wait:.1?} would end after the deadline of {time:?}"
                )
            }
            Self::Budget => {
                f.write_str("the retry budget of the client is empty: too many calls fail")
            }
        }
    }
}

impl Attempts {
    /// Returns the attempts of a call that begins now.
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
                // A time that no clock reaches is none.
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

    /// Counts another attempt, and returns the [`time`](Self::time) for it.
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

    /// Returns when the last attempt began.
    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// Returns the tokens that the last retry took of the budget.
    pub(super) fn cost(&self) -> u32 {
        self.cost
    }

    /// Returns `true` if the API throttled the last attempt.
    pub(super) fn is_throttled(&self) -> bool {
        self.is_throttled
    }

    /// Holds the permit of an attempt, in place of that of the attempt before.
    pub(super) fn hold(&mut self, permit: Option<OwnedSemaphorePermit>) {
        self.permit = permit;
    }

    /// Returns the permit of the attempt, which whoever reads the response holds.
    pub(super) fn take_permit(&mut self) -> Option<OwnedSemaphorePermit> {
        self.permit.take()
    }

    /// Sets the idempotency key of the call.
    pub(super) fn identify(&mut self, key: Arc<str>) {
        self.idempotency_key = Some(key);
    }

    /// Returns the limit, or what is left until the deadline if that is less.
    pub(super) fn time(&self, limit: Duration) -> Duration {
        match &self.deadline {
            Some(deadline) => limit.min(deadline.at.saturating_duration_since(Instant::now())),
            None => limit,
        }
    }

    /// Returns when the time for all attempts is over.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline.as_ref().map(|deadline| deadline.at)
    }

    /// Returns how long to wait before the next attempt, or that the call is over,
    /// and why if it could have succeeded yet.
    pub(super) fn wait(
        &mut self,
        request: &Request,
        error: &Error,
        budget: &RetryBudget,
    ) -> Result<Duration, Option<NotRepeated>> {
        self.permit = None;
        if !self.is_worth_repeating(request, error) {
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
            // A server that says "now" to all of its callers does not get them.
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

    /// Returns a wait with jitter, or why it cannot be waited for.
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
        // The jitter does not cost the call its last attempt.
        Ok(if left <= jittered { wait } else { jittered })
    }

    /// Returns the time that the API asks to wait if it throttled the last attempt, and the same
    /// time with jitter. A call without retries, or one that does not wait for so long, does not
    /// count.
    pub(super) fn throttled(&mut self, error: &Error) -> Option<(Duration, Duration)> {
        self.is_throttled = false;
        let asked = error.retry_after().filter(|asked| !asked.is_zero())?;
        let limit = self.max_retry_after;
        if !error.is_rate_limited() || self.retries == 0 || asked > limit {
            return None;
        }
        // No pause ends at a time that no clock reaches.
        Instant::now().checked_add(limit.min(asked.saturating_mul(2)))?;
        self.is_throttled = true;
        let jitter = jitter(asked).min(limit.saturating_sub(asked));
        let wait = self.within_deadline(asked, jitter).unwrap_or(asked);
        Some((asked, wait))
    }

    /// Returns `true` if another attempt may succeed, if the request can be sent again.
    pub(super) fn may_pass(&self, error: &Error) -> bool {
        error.may_pass() || self.may_be_executed(error)
    }

    /// Returns `true` if the request was sent and then timed out, and the API recognizes it if
    /// it is sent again.
    fn may_be_executed(&self, error: &Error) -> bool {
        let is_over = |deadline: &Deadline| Instant::now() >= deadline.at;
        self.idempotency_key.is_some()
            && error.is_timeout()
            && !error.is_connect()
            && !self.deadline.as_ref().is_some_and(is_over)
    }

    /// Returns the error that ends the call, with what is known of its attempts.
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

    /// Returns `true` if another attempt may succeed, and does no harm if the server has
    /// executed this one.
    ///
    /// Statuses 429 and 503 say that the request was refused, whatever the method. After other
    /// failures, the server may have executed the request. It is sent again if its method is
    /// idempotent according to RFC 9110, or if it has an idempotency key.
    fn is_worth_repeating(&self, request: &Request, error: &Error) -> bool {
        let is_idempotent = || {
            let mut keys = IDEMPOTENCY_KEYS.iter();
            request.method().is_idempotent()
                || self.idempotency_key.is_some()
                || keys.any(|key| request.headers().contains_key(*key))
        };
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

/// Returns the waits before so many further attempts.
pub(super) fn waits(retries: u32) -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(FIRST_WAIT)
        .with_max_delay(LONGEST_WAIT)
        .with_max_times(usize::try_from(retries).unwrap_or(usize::MAX))
        .with_jitter()
        .build()
}

/// Returns a random time that is added to a delay that the server asks for.
fn jitter(asked: Duration) -> Duration {
    let seconds = asked.as_secs_f64() * JITTER * fastrand::f64();
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// Returns the delay that the server asks for: in milliseconds, in seconds, or until a time,
/// which is compared with the server's clock if the server sends its time.
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

/// Returns the time of a number of seconds, which may have a fraction.
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
