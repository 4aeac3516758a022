//! The pace of the calls that an API throttles: a pause, as long as the API asks for, and then a
//! rate that is learned from the number of calls that it accepted.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex as Line;

use super::platform::{Instant, sleep};

/// The part of the learned rate that is used.
const SHARE: f64 = 0.8;

/// The factor by which each success raises a rate that is known.
const GROWTH: f64 = 1.01;

/// The number of successes from which a rate counts as known. With fewer, the pace may be that
/// of the caller, and not the limit of the API.
const KNOWN: f64 = 4.0;

/// A pace ends when nothing was throttled for so many windows.
const WINDOWS: u32 = 8;

/// How late an attempt may begin without a delay of the next one.
const SLACK: Duration = Duration::from_millis(5);

/// The number of successes in one period, and in the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Recent {
    period: u32,
    before: u16,
    current: u16,
}

impl Recent {
    /// Returns the numbers with another success in this period.
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

    /// Returns the number of successes in the time of one period before `now`, which is
    /// counted in periods.
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

/// Returns the number of a period that a time is in.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and no client is used for 136 years"
)]
pub(super) fn whole(periods: f64) -> u32 {
    periods as u32
}

/// A response with the status 429 and the header `Retry-After`.
pub(super) struct Refusal {
    /// When the attempt began.
    pub(super) began: Instant,
    /// The time that the API asks to wait.
    pub(super) asked: Duration,
    /// The same time with jitter.
    pub(super) wait: Duration,
}

/// The pace of the operations of one bucket. Their attempts begin one after another.
pub(super) struct Pace {
    /// Calls wait in line here first, so that those that were throttled overtake them.
    others: Line<()>,
    /// The attempt that begins next waits here.
    next: Line<()>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// No attempt begins before.
    until: Instant,
    /// When the next attempt may begin.
    next: Instant,
    /// When the pace was learned. Attempts that began before do not show its effect.
    learned: Instant,
    /// The time in which the API allows some attempts: that which it asked to wait.
    window: Duration,
    /// The number of attempts that the API allows in a window.
    allowed: f64,
    /// The successes in a window before, if they were counted. Otherwise the number that the API
    /// allows is not known, and grows fast until the API refuses an attempt.
    counted: Option<f64>,
    /// The successes since then, in periods of a window.
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
        // Calls that are refused at the same time do not add their jitter.
        let is_paused = now
            .checked_add(refusal.asked)
            .is_some_and(|asked| self.until >= asked);
        if !is_paused && let Some(until) = now.checked_add(refusal.wait) {
            self.until = until;
        }
    }
}

impl Pace {
    /// Returns the pace after the first refusal. `allowed` is the number of successes in the
    /// time before that. It is counted if that time is as long as the API asks to wait.
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

    /// Notes that the API refused an attempt.
    pub(super) fn refuse(&self, refusal: &Refusal) {
        let now = Instant::now();
        let mut state = self.state();
        state.pause(now, refusal);
        if refusal.began > state.learned {
            let allowed = state.recent.last(state.windows(now));
            state.learn(allowed, true, now, refusal);
        }
    }

    /// Notes that the API accepted an attempt that began at this time.
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

    /// Returns `true` if no attempt was refused for some time.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        let state = self.state();
        let quiet = now.saturating_duration_since(state.until);
        quiet > state.window.saturating_mul(WINDOWS)
    }

    /// Waits until an attempt may begin. Calls that were throttled go first.
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

    /// Begins an attempt, or returns how long it has to wait at least.
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
