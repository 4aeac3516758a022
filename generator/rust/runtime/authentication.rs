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
use super::platform::{self, BoxBuild};
use super::retry::Attempts;
use super::transport_error::TransportError;

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
        self.options.key().is_some() || !self.transport.keys.providers.is_empty()
    }

    /// Obtains the key of the call. If the previous key was rejected, obtains a new one.
    ///
    /// # Errors
    ///
    /// Returns the error of the provider, [`Error::Transport`] at the deadline of the call,
    /// [`Error::MissingConfiguration`] if the operation does not use the key of the call, or
    /// [`Error::InvalidConfiguration`] if the key contains a character that is not allowed in a
    /// header.
    #[cold]
    pub(super) async fn authenticate(
        &mut self,
        is_rejected: bool,
        attempts: &Attempts,
    ) -> Result<(), Error> {
        let transport = Arc::clone(&self.transport);
        if let Some(key) = self.options.key() {
            if let Some(position) = transport.keys.position_of_own(self.operation)?
                && let Some(location) = api::KEYS.get(position)
            {
                let key = Arc::new(Key::new(location, key.clone())?);
                self.own = Some(Own { position, key });
            }
            return Ok(());
        }
        if let Some(provider) = transport.keys.provider_of(self.operation) {
            let rejected = self.own.take().filter(|_| is_rejected);
            let obtain = provider.key(rejected.as_ref(), self.options.time_for_attempt());
            let own = match attempts.deadline() {
                None => obtain.await?,
                Some(deadline) => platform::timeout_at(deadline, obtain)
                    .await
                    .map_err(|_| TransportError::late_response(self.operation.id))??,
            };
            self.own = Some(own);
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
        attempts: &Attempts,
    ) -> Result<Option<Outgoing>, Error> {
        self.authenticate(true, attempts).await?;
        let request = self.rebuild(build)?;
        Ok(request.is_unread().then_some(request))
    }

    /// Adds the keys of the call to a request.
    #[inline]
    pub(super) fn add_keys(&self, request: &mut Request) -> Result<(), Error> {
        let (keys, own) = (&self.transport.keys, self.own.as_ref());
        for position in keys.of(self.operation, own)? {
            match keys.key(*position, own) {
                Some(key) => key.add_to(request),
                // A request without the key would be rejected, or executed for someone else.
                None => return Err(keys.missing(self.operation)),
            }
        }
        Ok(())
    }
}
