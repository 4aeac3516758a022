//! The rate limit that a caller sets.
//!
//! This is small enough to be part of the runtime: a crate such as `governor` would take more
//! time to build, in each program that uses the client, than the rest of the runtime.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::Mutex;

use super::platform::{Instant, sleep};

/// A maximum of attempts that start within any period of some length.
///
/// A token bucket of the same size would let twice as many start in one period: a full bucket,
/// and those that are added meanwhile.
pub(super) struct RateLimit {
    requests: usize,
    per: Duration,
    /// The times at which the last attempts started. Attempts wait in line for it.
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

    /// Waits until another attempt may begin. Attempts begin in the order in which they wait.
    pub(super) async fn turn(&self) {
        let mut starts = self.starts.lock().await;
        let passed = |first: &Instant| Instant::now().saturating_duration_since(*first);
        // Only the attempts of the last period are kept, however high the limit is.
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
