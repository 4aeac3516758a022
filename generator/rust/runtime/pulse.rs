//! The time limits of a request with a streamed body. The whole body has no time limit, because its
//! duration depends on its size.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::platform::{Instant, timeout_at};

/// The progress of sending a body.
#[derive(Clone, Debug)]
pub(super) struct Pulse(Arc<Mutex<State>>);

#[derive(Clone, Copy, Debug, PartialEq)]
struct State {
    /// When data was last read from the body.
    last: Instant,
    /// The body was read to its end.
    has_ended: bool,
}

impl Pulse {
    /// Creates a pulse that starts now.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            last: Instant::now(),
            has_ended: false,
        })))
    }

    /// Records that data was read from the body.
    pub(super) fn beat(&self) {
        *self.state() = State {
            last: Instant::now(),
            has_ended: false,
        };
    }

    /// Records that the body, or one of its files, was read to the end.
    pub(super) fn end(&self) {
        self.state().has_ended = true;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the response of a request.
    ///
    /// # Errors
    ///
    /// Returns the limit that was exceeded: `idle` while the body is sent, `time` after its end,
    /// or the deadline of the call.
    pub(super) async fn within<F: Future>(
        &self,
        idle: Duration,
        time: Duration,
        deadline: Option<Instant>,
        response: F,
    ) -> Result<F::Output, Duration> {
        let mut response = pin!(response);
        loop {
            let state = *self.state();
            let limit = if state.has_ended { time } else { idle };
            let silence = state.last.checked_add(limit);
            let Some(until) = silence.into_iter().chain(deadline).min() else {
                return Ok(response.await);
            };
            if let Ok(response) = timeout_at(until, response.as_mut()).await {
                return Ok(response);
            }
            let is_over = deadline.is_some_and(|deadline| deadline <= until);
            if is_over || *self.state() == state {
                return Err(limit);
            }
        }
    }
}
