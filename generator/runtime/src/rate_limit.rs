//! The rate limit that a caller sets.
//!
//! This is small enough to be part of the runtime: a crate such as `governor` would take more
//! time to build, in each program that uses the client, than the rest of the runtime.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::Mutex;

use super::platform::{Instant, sleep};

/// A number of attempts that may begin within any period of some length.
///
/// A token bucket of the same size would let twice as many begin in one period: a full bucket,
/// and those that are added meanwhile.
pub(super) struct RateLimit {
    requests: usize,
    per: Duration,
    /// When the last attempts began. Attempts wait in line for it.
    begun: Mutex<VecDeque<Instant>>,
}

impl RateLimit {
    pub(super) fn new(requests: usize, per: Duration) -> Self {
        Self {
            requests,
            per,
            begun: Mutex::default(),
        }
    }

    /// Waits until another attempt may begin. Attempts begin in the order in which they wait.
    pub(super) async fn turn(&self) {
        let mut begun = self.begun.lock().await;
        let passed = |first: &Instant| Instant::now().saturating_duration_since(*first);
        // Only the attempts of the last period are kept, however high the limit is.
        while begun.front().is_some_and(|first| passed(first) >= self.per) {
            begun.pop_front();
        }
        if begun.len() >= self.requests
            && let Some(first) = begun.front()
        {
            sleep(self.per.saturating_sub(passed(first))).await;
            begun.pop_front();
        }
        begun.push_back(Instant::now());
    }
}
