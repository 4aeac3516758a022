//! The retry budget of a client. It stops retries when most calls fail, so that clients do not
//! multiply the load of an API that is down.
//!
//! The numbers are those of the standard retry mode of the AWS SDK for Rust.

use std::sync::atomic::{AtomicU32, Ordering};

/// The initial and maximum number of tokens.
const CAPACITY: u32 = 500;

/// The cost of a retry.
const RETRY: u32 = 5;

/// The cost of a retry after a timeout.
const RETRY_AFTER_TIMEOUT: u32 = 10;

/// The tokens that a success returns if its last retry took no tokens.
const SUCCESS: u32 = 1;

/// The remaining tokens. A retry takes tokens, and a success returns tokens.
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

    /// Returns the tokens of a call's last retry to the budget.
    #[cold]
    pub(super) fn give_back(&self, tokens: u32) {
        let add = |left: u32| Some(left.saturating_add(tokens).min(CAPACITY));
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    /// Records a success whose last retry had this cost.
    #[inline]
    pub(super) fn succeed(&self, cost: u32) {
        if self.0.load(Ordering::Relaxed) < CAPACITY {
            self.give_back(cost.max(SUCCESS));
        }
    }
}
