//! Keeps a paused clock still while a request is underway.
//!
//! A clock that `tokio` has paused advances to the next timer as soon as no task can run. A task
//! that waits for a socket cannot run, so the clock would advance to the timeout of the request.
//! It does not advance while a blocking task runs.

use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};

use super::super::middleware::{Attempt, Middleware, MiddlewareFuture, Next};

/// The time after which the clock advances although there is no response. It is measured by the
/// clock of the system.
const LONGEST: Duration = Duration::from_secs(60);

/// Keeps the clock still until the response to an attempt has arrived with its body.
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

/// A blocking task, which ends when this is dropped.
struct Hold {
    _task: Sender<()>,
}

impl Hold {
    /// Begins the task, if the clock of the runtime can be paused.
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
