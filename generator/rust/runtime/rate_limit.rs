//! The client-side rate limit.
//!
//! It is implemented here because a crate such as `governor` takes longer to build than the rest of
//! the runtime.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::Mutex;

use super::platform::{Instant, sleep};

/// A sliding-window limit of the attempts that start within any period.
///
/// A token bucket of the same size would allow twice as many attempts in one period: the full
/// bucket and the tokens that are added in the period.
pub(super) struct RateLimit {
    requests: usize,
    per: Duration,
    /// The start times of the last attempts. Attempts queue for the lock.
    starts: Mutex<VecDeque<Instant>>,
}

impl RateLimit {
    pub(super) fn new(requests: usize, per: Duration) -> Self {
        Self {
            requests,
            per,
            starts: Mutex::default(),
        }
    }

    /// Waits until another attempt may start. Attempts start in FIFO order.
    pub(super) async fn turn(&self) {
        let mut starts = self.starts.lock().await;
        let passed = |first: &Instant| Instant::now().saturating_duration_since(*first);
        // Keep only the attempts of the last period, regardless of the limit.
        while starts
            .front()
            .is_some_and(|first| passed(first) >= self.per)
        {
            starts.pop_front();
        }
        if starts.len() >= self.requests
            && let Some(first) = starts.front()
        {
            sleep(self.per.saturating_sub(passed(first))).await;
            starts.pop_front();
        }
        starts.push_back(Instant::now());
    }
}
