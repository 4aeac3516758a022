//! The pacing of throttled calls: a pause as long as the API requests, followed by a rate that is
//! learned from the number of accepted calls.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as Line;

use super::platform::{Instant, sleep};

/// The fraction of the learned rate that is used.
const SHARE: f64 = 0.8;

/// The factor by which each success raises a known rate.
const GROWTH: f64 = 1.01;

/// The minimum number of successes for a known rate. With fewer successes, the rate may be the
/// caller's pace instead of the API's limit.
const KNOWN: f64 = 4.0;

/// The number of windows without throttling after which a pace ends.
const WINDOWS: u32 = 8;

/// The lateness of an attempt that does not delay the next one.
const SLACK: Duration = Duration::from_millis(5);

/// The number of successes in a period and in the previous period.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Recent {
    period: u32,
    before: u16,
    current: u16,
}

impl Recent {
    /// Adds a success in a period.
    pub(super) fn add(self, period: u32) -> Self {
        let moved = self.moved_to(period);
        Self {
            current: moved.current.saturating_add(1),
            ..moved
        }
    }

    fn moved_to(self, period: u32) -> Self {
        match period.checked_sub(self.period) {
            None | Some(0) => self,
            Some(1) => Self {
                period,
                before: self.current,
                current: 0,
            },
            Some(_) => Self {
                period,
                ..Self::default()
            },
        }
    }

    /// Estimates the number of successes in the last period before `now`. `now` is measured in
    /// periods.
    pub(super) fn last(self, now: f64) -> f64 {
        let moved = self.moved_to(whole(now));
        f64::from(moved.current) + f64::from(moved.before) * (1.0 - now.fract())
    }

    pub(super) fn to_bits(self) -> u64 {
        u64::from(self.period) << 32 | u64::from(self.before) << 16 | u64::from(self.current)
    }

    pub(super) fn from_bits(bits: u64) -> Self {
        let sixteen = |shift: u32| u16::try_from(bits >> shift & 0xffff).unwrap_or(u16::MAX);
        Self {
            period: u32::try_from(bits >> 32).unwrap_or(u32::MAX),
            before: sixteen(16),
            current: sixteen(0),
        }
    }
}

/// Returns the number of the period that contains a time.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates after 136 years"
)]
pub(super) fn whole(periods: f64) -> u32 {
    periods as u32
}

/// A response with the status 429 and the header `Retry-After`.
pub(super) struct Refusal {
    /// When the attempt started.
    pub(super) began: Instant,
    /// The delay that the API requested.
    pub(super) asked: Duration,
    /// The delay with jitter.
    pub(super) wait: Duration,
}

/// The pace of the operations of one rate limit bucket. Their attempts start one at a time.
pub(super) struct Pace {
    /// Calls that were not throttled queue here first, so that throttled calls overtake them.
    others: Line<()>,
    /// The next attempt to start waits here.
    next: Line<()>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// No attempt starts before this time.
    until: Instant,
    /// The earliest start of the next attempt.
    next: Instant,
    /// When the pace was learned. Attempts that started earlier do not reflect it.
    learned: Instant,
    /// The window of the API's rate limit, assumed to be the requested delay.
    window: Duration,
    /// The estimated number of attempts that the API allows per window.
    allowed: f64,
    /// The counted successes in the window before throttling. `None` if they are unknown: `allowed`
    /// then grows fast until the API throttles again.
    counted: Option<f64>,
    /// The successes since the pace was learned, in periods of one window.
    recent: Recent,
}

impl State {
    fn interval(&self) -> Duration {
        self.window.div_f64((SHARE * self.allowed).max(1.0))
    }

    /// Returns the time since the pace was learned, in windows.
    fn windows(&self, at: Instant) -> f64 {
        let time = at.saturating_duration_since(self.learned).as_secs_f64();
        time / self.window.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    fn is_known(&self) -> bool {
        self.counted.is_some_and(|counted| counted >= KNOWN)
    }

    fn learn(&mut self, allowed: f64, is_counted: bool, now: Instant, refusal: &Refusal) {
        self.allowed = allowed;
        self.counted = is_counted.then_some(allowed);
        self.window = refusal.asked;
        self.learned = now;
        self.recent = Recent::default();
        self.next = self.until;
    }

    fn pause(&mut self, now: Instant, refusal: &Refusal) {
        // The jitter of calls that are throttled at the same time does not accumulate.
        let is_paused = now
            .checked_add(refusal.asked)
            .is_some_and(|asked| self.until >= asked);
        if !is_paused && let Some(until) = now.checked_add(refusal.wait) {
            self.until = until;
        }
    }
}

impl Pace {
    /// Creates the pace after the first throttled attempt. `allowed` is the number of previous
    /// successes. `is_counted` is `true` if they were counted for at least the requested delay.
    pub(super) fn new(refusal: &Refusal, allowed: f64, is_counted: bool) -> Self {
        let now = Instant::now();
        let mut state = State {
            until: now,
            next: now,
            learned: now,
            window: refusal.asked,
            allowed,
            counted: None,
            recent: Recent::default(),
        };
        state.pause(now, refusal);
        state.learn(allowed, is_counted, now, refusal);
        Self {
            others: Line::new(()),
            next: Line::new(()),
            state: Mutex::new(state),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records that the API throttled an attempt.
    pub(super) fn refuse(&self, refusal: &Refusal) {
        let now = Instant::now();
        let mut state = self.state();
        state.pause(now, refusal);
        if refusal.began > state.learned {
            let allowed = state.recent.last(state.windows(now));
            state.learn(allowed, true, now, refusal);
        }
    }

    /// Records that the API accepted an attempt that started at this time.
    pub(super) fn accept(&self, began: Instant) {
        let mut state = self.state();
        if began <= state.learned {
            state.allowed += 1.0;
            state.counted = state.counted.map(|counted| counted + 1.0);
            return;
        }
        if state.is_known() {
            state.allowed *= GROWTH;
        } else {
            state.allowed += 1.0;
        }
        let window = whole(state.windows(began));
        state.recent = state.recent.add(window);
    }

    /// Returns `true` if no attempt was throttled in the last [`WINDOWS`] windows.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        let state = self.state();
        let quiet = now.saturating_duration_since(state.until);
        quiet > state.window.saturating_mul(WINDOWS)
    }

    /// Waits until an attempt may start. Throttled calls go first.
    pub(super) async fn turn(&self, is_throttled: bool) {
        let _place = match is_throttled {
            true => None,
            false => Some(self.others.lock().await),
        };
        let _place = (self.next.lock().await, _place);
        while let Err(wait) = self.begin() {
            sleep(wait).await;
        }
    }

    /// Returns `true` if the API has throttled an attempt since this time.
    pub(super) fn is_throttled_since(&self, time: Instant) -> bool {
        let state = self.state();
        state.learned > time || state.until > Instant::now()
    }

    /// Starts an attempt, or returns the minimum time to wait.
    fn begin(&self) -> Result<(), Duration> {
        let now = Instant::now();
        let mut state = self.state();
        let at = state.until.max(state.next);
        let wait = at.saturating_duration_since(now);
        if !wait.is_zero() {
            return Err(wait);
        }
        let from = now.checked_sub(SLACK).map_or(now, |late| late.max(at));
        let interval = state.interval();
        state.next = from.checked_add(interval).unwrap_or(now);
        Ok(())
    }
}
