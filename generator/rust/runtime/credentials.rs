//! Credentials that are obtained at run time, such as tokens that expire.
//!
//! A [`CredentialProvider`] returns credentials. The client caches a credential until it expires.
//! Concurrent calls share one request for a credential.

#![allow(dead_code, reason = "an API may not use all of it")]

use std::fmt::{self, Formatter};
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Mutex;

use super::api;
use super::error::Error;
use super::key::Key;
use super::platform::{self, BoxFutureIn, Instant, SharedOutsideBrowser};

/// A credential is renewed this long before it expires, so that it does not expire in transit.
const MARGIN: Duration = Duration::from_secs(30);

/// A source of credentials.
///
/// ```ignore
/// impl CredentialProvider for Vault {
///     fn credential(&self) -> CredentialFuture<'_> {
///         Box::pin(async move {
///             let token = self.read().await.map_err(Error::credential)?;
///             Ok(Credential::new(token).expires_in(Duration::from_secs(300)))
///         })
///     }
/// }
/// ```
///
/// The client caches the credential until it expires. If the API responds with the status 401, the
/// client obtains a new credential and retries the call once.
pub trait CredentialProvider: SharedOutsideBrowser {
    /// Returns a credential.
    ///
    /// # Errors
    ///
    /// Returns an error if no credential is available. [`Error::credential`] wraps any error.
    fn credential(&self) -> CredentialFuture<'_>;
}

/// The future returned by [`CredentialProvider::credential`].
pub type CredentialFuture<'a> = BoxFutureIn<'a, Result<Credential, Error>>;

/// A key or a token, sent where the API expects its key. Used as a provider, it returns itself for
/// all calls.
#[derive(Clone)]
pub struct Credential {
    secret: SecretString,
    lifetime: Option<Duration>,
}

impl Credential {
    /// Creates a credential that does not expire.
    pub fn new(secret: impl Into<String>) -> Self {
        Self {
            secret: SecretString::from(secret.into()),
            lifetime: None,
        }
    }

    /// Sets the lifetime of the credential, from now. The default is unlimited.
    #[must_use]
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("secret", &format_args!("[redacted]"))
            .field("lifetime", &self.lifetime)
            .finish()
    }
}

impl CredentialProvider for Credential {
    fn credential(&self) -> CredentialFuture<'_> {
        Box::pin(ready(Ok(self.clone())))
    }
}

/// A key in an environment variable. The variable is read again if the API responds with the status
/// 401.
#[derive(Clone, Debug)]
pub struct EnvironmentKey(String);

impl EnvironmentKey {
    /// Creates a provider that reads this variable.
    pub fn new(variable: impl Into<String>) -> Self {
        Self(variable.into())
    }
}

impl CredentialProvider for EnvironmentKey {
    fn credential(&self) -> CredentialFuture<'_> {
        let key = std::env::var(&self.0).ok().filter(|key| !key.is_empty());
        let missing = || Error::missing(format!("no API key: set {}", self.0));
        Box::pin(ready(key.map(Credential::new).ok_or_else(missing)))
    }
}

/// The key of a single call.
#[derive(Clone)]
pub(super) struct Own {
    /// The index of the key in the keys of the API.
    pub(super) position: usize,
    pub(super) key: Arc<Key>,
}

/// A provider with its cached credential.
#[derive(Clone)]
pub(super) struct Provider {
    pub(super) position: usize,
    source: Arc<dyn CredentialProvider>,
    /// Locked while a credential is obtained, so that concurrent calls wait for the same
    /// credential.
    last: Arc<Mutex<Option<Obtained>>>,
}

struct Obtained {
    key: Arc<Key>,
    /// The time from which the credential is no longer used.
    until: Option<Instant>,
}

impl Obtained {
    fn is_usable(&self, rejected: Option<&Own>) -> bool {
        let is_rejected = rejected.is_some_and(|own| Arc::ptr_eq(&own.key, &self.key));
        !is_rejected && self.until.is_none_or(|until| Instant::now() < until)
    }
}

impl Provider {
    /// Creates a provider for the key at an index.
    pub(super) fn new(position: usize, source: Arc<dyn CredentialProvider>) -> Self {
        let last = Arc::default();
        Self {
            position,
            source,
            last,
        }
    }

    /// Returns the cached credential, or a new one if the cached credential has expired or was
    /// rejected.
    ///
    /// # Errors
    ///
    /// Returns the error of the source, or [`Error::Credential`] if the source does not return
    /// within `limit`.
    pub(super) async fn key(&self, rejected: Option<&Own>, limit: Duration) -> Result<Own, Error> {
        let key = platform::timeout(limit, self.last_or_new(rejected)).await;
        let late = |_| {
            Error::credential(format!(
                "the provider did not return a credential within {limit:?}"
            ))
        };
        Ok(Own {
            position: self.position,
            key: key.map_err(late)??,
        })
    }

    async fn last_or_new(&self, rejected: Option<&Own>) -> Result<Arc<Key>, Error> {
        let mut last = self.last.lock().await;
        if let Some(last) = last.as_ref().filter(|last| last.is_usable(rejected)) {
            return Ok(Arc::clone(&last.key));
        }
        let Credential { secret, lifetime } = self.source.credential().await?;
        let location = api::KEYS.get(self.position).unwrap_or(&api::KEYS[0]);
        let key = Arc::new(Key::new(location, secret)?);
        *last = Some(Obtained {
            key: Arc::clone(&key),
            // Even a credential with a short lifetime is used for some time.
            until: lifetime
                .map(|lifetime| lifetime.saturating_sub(MARGIN.min(lifetime / 2)))
                .and_then(|lifetime| Instant::now().checked_add(lifetime)),
        });
        Ok(key)
    }
}
