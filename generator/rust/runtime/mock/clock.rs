//! Prevents a paused tokio clock from advancing while a request is in flight.
//!
//! A paused `tokio` clock advances to the next timer when all tasks are idle. A task that waits for
//! a socket is idle, so the clock would advance to the timeout of the request. The clock does not
//! advance while a blocking task runs.

use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};

use super::super::middleware::{Attempt, Middleware, MiddlewareFuture, Next};

/// The maximum time for which the clock is held, measured by the system clock.
const LONGEST: Duration = Duration::from_secs(60);

/// A middleware that holds the clock until the response and its body have been received.
pub(super) struct StillClock;

impl Middleware for StillClock {
    fn call<'a>(&'a self, attempt: Attempt, next: Next<'a>) -> MiddlewareFuture<'a> {
        let Some(hold) = Hold::new() else {
            return next.run(attempt);
        };
        Box::pin(async move {
            let response = next.run(attempt).await?.arrived().await;
            drop(hold);
            response
        })
    }
}

/// A blocking task that ends when this value is dropped.
struct Hold {
    _task: Sender<()>,
}

impl Hold {
    /// Starts the task if the runtime supports a paused clock.
    fn new() -> Option<Self> {
        let runtime = Handle::try_current().ok()?;
        if runtime.runtime_flavor() != RuntimeFlavor::CurrentThread {
            return None;
        }
        let (task, end) = mpsc::channel();
        runtime.spawn_blocking(move || end.recv_timeout(LONGEST));
        Some(Self { _task: task })
    }
}
