//! Delays between retries.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use crate::Error;

/// The maximum delay before a retry, without jitter.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// The maximum delay that is accepted from the API, which is the default of the client.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// Returns the delays before a number of retries. The first delay is 0.5 to 1 second.
pub(super) fn waits(retries: u32) -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(500))
        .with_max_delay(LONGEST_WAIT)
        .with_max_times(usize::try_from(retries).unwrap_or(usize::MAX))
        .with_jitter()
        .build()
}

/// Makes a call that is safe to repeat, with retries. The retries of the call itself must be
/// disabled. A delay that the API requests is respected if it is at most [`LONGEST_ASKED`].
pub(super) async fn retrying<T, F>(retries: u32, call: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let mut waits = waits(retries);
    loop {
        let error = match call().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let asked = error.retry_after().unwrap_or_default();
        let may_pass = error.may_pass_if_harmless() && asked <= LONGEST_ASKED;
        match waits.next().filter(|_| may_pass) {
            Some(wait) => tokio::time::sleep(wait.max(asked)).await,
            None => return Err(error),
        }
    }
}
