//! Authentication of a call: adds keys to its requests, and renews a key that the API rejects.

use std::sync::Arc;

use http::StatusCode;
use reqwest::Request;

use super::api;
use super::call::Call;
use super::credentials::Own;
use super::error::Error;
use super::key::Key;
use super::keys::Secrets;
use super::outgoing::Outgoing;
use super::platform::BoxBuild;

impl Call {
    /// Returns the secrets to redact from responses.
    pub(super) fn secrets(&self) -> Secrets<'_> {
        Secrets {
            keys: &self.transport.keys,
            own: self.own.as_ref(),
        }
    }

    /// Returns `true` if the call has its own key, from its options or from a provider.
    #[inline]
    pub(super) fn needs_credential(&self) -> bool {
        self.options.key().is_some() || self.transport.keys.provider.is_some()
    }

    /// Obtains the key of the call. If the previous key was rejected, obtains a new one.
    ///
    /// # Errors
    ///
    /// Returns the error of the provider, or [`Error::InvalidConfiguration`] if the key contains a
    /// character that is not allowed in a header.
    #[cold]
    pub(super) async fn authenticate(&mut self, is_rejected: bool) -> Result<(), Error> {
        if let Some(key) = self.options.key() {
            let key = Arc::new(Key::new(&api::KEYS[0], key.clone())?);
            self.own = Some(Own { position: 0, key });
            return Ok(());
        }
        let transport = Arc::clone(&self.transport);
        if let Some(provider) = transport.keys.provider_of(self.operation) {
            let rejected = self.own.take().filter(|_| is_rejected);
            let limit = self.options.time_for_attempt();
            self.own = Some(provider.key(rejected.as_ref(), limit).await?);
        }
        Ok(())
    }

    /// Returns `true` if the key was rejected and the provider may return a new one.
    pub(super) fn may_renew(&self, error: &Error) -> bool {
        error.status() == Some(StatusCode::UNAUTHORIZED)
            && self.own.is_some()
            && self.options.key().is_none()
    }

    /// Returns the request with a new key instead of the rejected one, or `None` if the body cannot
    /// be sent again.
    #[cold]
    pub(super) async fn renewed(
        &mut self,
        build: &mut BoxBuild,
    ) -> Result<Option<Outgoing>, Error> {
        self.authenticate(true).await?;
        let request = self.rebuild(build)?;
        Ok(request.is_unread().then_some(request))
    }

    /// Adds the keys of the call to a request.
    #[inline]
    pub(super) fn add_keys(&self, request: &mut Request) -> Result<(), Error> {
        let (keys, own) = (&self.transport.keys, self.own.as_ref());
        for position in keys.of(self.operation, own)? {
            if let Some(key) = keys.key(*position, own) {
                key.add_to(request);
            }
        }
        Ok(())
    }
}
