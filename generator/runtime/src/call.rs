//! A call of an operation: its client, its options, and its errors.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;

use super::api;
use super::call_options::CallOptions;
use super::client::Client;
use super::credentials::Own;
use super::decode_error::DecodeError;
use super::error::Error;
use super::key::Key;
use super::keys::Secrets;
use super::operation::Operation;
use super::response::Response;
use super::transport::Transport;

/// A call of an operation with the options that hold for it. Cloning it is cheap.
#[derive(Clone)]
pub struct Call {
    pub(super) transport: Arc<Transport>,
    pub(super) options: Arc<CallOptions>,
    pub(super) operation: &'static Operation,
    /// The key of this call alone.
    pub(super) own: Option<Own>,
    /// The response may be compressed, if the HTTP client can read it.
    pub(super) accepts_compressed: bool,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("transport", &self.transport)
            .field("options", &self.options)
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

impl Call {
    /// Returns a call by a client, which differs by these options from other calls.
    pub fn new(client: &Client, operation: &'static Operation, options: &CallOptions) -> Self {
        let transport = Arc::clone(&client.transport);
        let options = if options.is_empty() {
            Arc::clone(&transport.options)
        } else {
            Arc::new(transport.options.with(options))
        };
        Self {
            transport,
            options,
            operation,
            own: None,
            accepts_compressed: true,
        }
    }

    /// Returns the secrets that no text of a response may show.
    pub(super) fn secrets(&self) -> Secrets<'_> {
        Secrets {
            keys: &self.transport.keys,
            own: self.own.as_ref(),
        }
    }

    /// Returns `true` if the key of the call is not one of the client's.
    #[inline]
    pub(super) fn needs_credential(&self) -> bool {
        self.options.key().is_some() || self.transport.keys.provider.is_some()
    }

    /// Obtains the key of the call, another one if the last one was rejected.
    ///
    /// # Errors
    ///
    /// That of the provider, and [`Error::InvalidConfiguration`] for a key that no header can
    /// carry.
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

    /// Returns `true` if the provider may have another key than the one that was rejected.
    pub(super) fn may_renew(&self, error: &Error) -> bool {
        error.status() == Some(StatusCode::UNAUTHORIZED)
            && self.own.is_some()
            && self.options.key().is_none()
    }

    /// Returns the error for a response that does not have the expected type.
    pub(super) fn decode_error(
        &self,
        response: Response<Bytes>,
        path: String,
        error: serde_json::Error,
    ) -> Error {
        let response = response.map(|body| self.secrets().without(body));
        let path = self.secrets().without_in(path);
        let text = error.to_string();
        let redacted = self.secrets().without_in(text.clone());
        let error = if redacted == text {
            error
        } else {
            serde::de::Error::custom(redacted)
        };
        DecodeError::new(self.operation.id, response, path, error).into()
    }
}
