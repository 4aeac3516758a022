//! A limit for each wait while a body is sent, and none for their sum: how long the
//! whole takes is up to the size of the body.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::platform::{Instant, timeout_at};

/// When a part of a body was last sent.
#[derive(Clone, Debug)]
pub(super) struct Pulse(Arc<Mutex<Instant>>);

impl Pulse {
    /// Returns a pulse that beats now.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    pub(super) fn beat(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for `future`, or returns `None` once there was no beat for so long, or
    /// the deadline is over.
    pub(super) async fn within<F: Future>(
        &self,
        limit: Duration,
        deadline: Option<Instant>,
        future: F,
    ) -> Option<F::Output> {
        let mut future = pin!(future);
        loop {
            let silence = self.last().checked_add(limit);
            let Some(until) = silence.into_iter().chain(deadline).min() else {
                return Some(future.await);
            };
            if let Ok(output) = timeout_at(until, future.as_mut()).await {
                return Some(output);
            }
            let is_over = deadline.is_some_and(|deadline| deadline <= until);
            if is_over || self.last().checked_add(limit) == silence {
                return None;
            }
        }
    }
}
