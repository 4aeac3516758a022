//! Delays between retries.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use crate::Error;

/// The maximum delay before a retry, without jitter.
const LONGEST_WAIT: Duration = Duration::from_secs(8);

/// Returns the delays before a number of retries. The first delay is 0.5 to 1 second.
pub(super) fn waits(retries: u32) -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(500))
        .with_max_delay(LONGEST_WAIT)
        .with_max_times(usize::try_from(retries).unwrap_or(usize::MAX))
        .with_jitter()
        .build()
}

/// Makes a call that is safe to repeat, with retries.
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
        match waits.next().filter(|_| error.may_pass_if_harmless()) {
            Some(wait) => tokio::time::sleep(wait).await,
            None => return Err(error),
        }
    }
}
