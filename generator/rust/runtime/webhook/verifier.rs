//! The secrets and the acceptance rules of a receiver.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use secrecy::SecretString;

use super::super::platform;

/// The secrets of a webhook, and the rules for accepting requests.
///
/// A string converts into a verifier with that secret. By default, timestamps may be up to five
/// minutes in the past or in the future.
#[derive(Clone)]
pub struct Verifier {
    pub(super) secrets: Vec<SecretString>,
    pub(super) tolerance: Duration,
    pub(super) on_replay: Option<Arc<Hook>>,
    now: Option<u64>,
}

/// A function that receives a delivery ID, and returns `true` if it was seen before.
pub(super) type Hook = dyn Fn(&str) -> bool + Send + Sync;

impl Verifier {
    /// Creates a verifier with one secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self {
            secrets: vec![SecretString::from(secret.into())],
            tolerance: Duration::from_secs(5 * 60),
            on_replay: None,
            now: None,
        }
    }

    /// Adds a secret, to support rotation. Requests that are signed with any of the secrets are
    /// accepted.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secrets.push(SecretString::from(secret.into()));
        self
    }

    /// Sets the maximum difference between the timestamp and the current time, in both directions.
    /// The default is five minutes. It has no effect if the API does not send a timestamp.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets a function that detects replayed deliveries. It receives the delivery ID, or the
    /// signature if the ID is not signed, and returns `true` if the delivery was seen before. Such
    /// a request is rejected. The function is called only for requests with a valid signature and
    /// timestamp.
    ///
    /// Remember the IDs for twice the [tolerance](Self::tolerance). An API may use the same ID when
    /// it redelivers an event.
    #[must_use]
    pub fn on_replay(mut self, was_seen: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.on_replay = Some(Arc::new(was_seen));
        self
    }

    /// Sets the current time, in seconds since the Unix epoch. The default is the system clock. Use
    /// it in tests.
    #[must_use]
    pub fn at_unix_time(mut self, seconds: u64) -> Self {
        self.now = Some(seconds);
        self
    }

    /// Returns the current time, in seconds since the Unix epoch.
    pub(super) fn unix_time(&self) -> u64 {
        self.now.unwrap_or_else(|| {
            let since = platform::system_time().duration_since(SystemTime::UNIX_EPOCH);
            since.map_or(0, |since| since.as_secs())
        })
    }
}

impl From<&str> for Verifier {
    fn from(secret: &str) -> Self {
        Self::new(secret)
    }
}

impl From<String> for Verifier {
    fn from(secret: String) -> Self {
        Self::new(secret)
    }
}

impl From<&String> for Verifier {
    fn from(secret: &String) -> Self {
        Self::new(secret.as_str())
    }
}

impl From<&Verifier> for Verifier {
    fn from(verifier: &Verifier) -> Self {
        verifier.clone()
    }
}

impl Debug for Verifier {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("secrets", &self.secrets.len())
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}
