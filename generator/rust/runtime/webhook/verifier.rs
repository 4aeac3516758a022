//! The secrets of a receiver, and the requests that it accepts.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use secrecy::SecretString;

use super::super::platform;

/// The secrets of a webhook, and the requests that are accepted.
///
/// A text converts into one with that secret. Requests are accepted if they were signed at most
/// five minutes ago, or at most five minutes in the future.
#[derive(Clone)]
pub struct Verifier {
    pub(super) secrets: Vec<SecretString>,
    pub(super) tolerance: Duration,
    pub(super) on_replay: Option<Arc<Hook>>,
    now: Option<u64>,
}

/// A function that gets the id of a delivery, and returns `true` if it was seen before.
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

    /// Adds a secret. Requests that are signed with any of the secrets are accepted, so that
    /// secrets can be rotated.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secrets.push(SecretString::from(secret.into()));
        self
    }

    /// Sets how long ago a request may have been signed, and how far in the future. The default
    /// is five minutes. It has no effect if the API does not send a timestamp.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets a function that recognizes deliveries. It gets the id of a delivery, or its signature
    /// if the id is not signed, and returns `true` if it was seen before. Such a request is
    /// refused. The function is called only for requests with the right signature and age.
    ///
    /// Ids have to be remembered for twice the [tolerance](Self::tolerance). An API that delivers
    /// an event again may use the same id.
    #[must_use]
    pub fn on_replay(mut self, was_seen: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.on_replay = Some(Arc::new(was_seen));
        self
    }

    /// Sets the current time, in seconds since the beginning of 1970. Tests use it in place of
    /// the clock.
    #[must_use]
    pub fn at_unix_time(mut self, seconds: u64) -> Self {
        self.now = Some(seconds);
        self
    }

    /// Returns the current time, in seconds since the beginning of 1970.
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
