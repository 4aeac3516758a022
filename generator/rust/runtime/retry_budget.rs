//! The retry budget of a client: it stops retries when most calls fail, so that clients do not
//! multiply the load of an API that is down.
//!
//! The numbers are those of the standard retry mode of the AWS SDK for Rust.

use std::sync::atomic::{AtomicU32, Ordering};

/// The number of tokens that a client begins with, and the most that it has.
const CAPACITY: u32 = 500;

/// The cost of a retry.
const RETRY: u32 = 5;

/// The cost of a retry after a timeout.
const RETRY_AFTER_TIMEOUT: u32 = 10;

/// The tokens that a success gives back if its last retry cost nothing.
const SUCCESS: u32 = 1;

/// The tokens that are left for retries. A retry takes some, and a success gives some back.
pub(super) struct RetryBudget(AtomicU32);

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicU32::new(CAPACITY))
    }
}

impl RetryBudget {
    /// Takes the tokens for a retry. Returns their number, or `None` if too few are left.
    pub(super) fn take(&self, is_after_timeout: bool) -> Option<u32> {
        let cost = match is_after_timeout {
            true => RETRY_AFTER_TIMEOUT,
            false => RETRY,
        };
        let take = |left: u32| left.checked_sub(cost);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.is_ok().then_some(cost)
    }

    /// Gives back what the last retry of a call cost.
    #[cold]
    pub(super) fn give_back(&self, tokens: u32) {
        let add = |left: u32| Some(left.saturating_add(tokens).min(CAPACITY));
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    /// Counts a success whose last retry had this cost.
    #[inline]
    pub(super) fn succeed(&self, cost: u32) {
        if self.0.load(Ordering::Relaxed) < CAPACITY {
            self.give_back(cost.max(SUCCESS));
        }
    }
}
