//! Idempotency keys, which let an API recognize a request that it has already executed.

use std::sync::Arc;

use http::header::HeaderValue;
use reqwest::Request;

use super::call::Call;
use super::error::{Error, RequestError};
use super::retry::Attempts;

impl Call {
    /// Sets the idempotency key of the call, from a parameter or header, from the options, or
    /// generated. All attempts use the same key.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] if the options set a key and the operation does not
    /// support one, or if the key contains a character that is not allowed in a header.
    #[cold]
    pub(super) fn identify(
        &mut self,
        request: &mut Request,
        attempts: &mut Attempts,
    ) -> Result<(), Error> {
        let Some(name) = self.operation.idempotency else {
            let message = "the operation does not support idempotency keys; if the API has a \
                           header for them, set the header";
            return Err(RequestError::new(self.operation.id, message.to_owned()).into());
        };
        let key: Arc<str> = match (
            request.headers().get(name),
            self.options.given_idempotency_key(),
        ) {
            (Some(sent), _) => String::from_utf8_lossy(sent.as_bytes()).into(),
            (None, Some(key)) => key.into(),
            (None, None) => new_key(fastrand::u128(..)).into(),
        };
        attempts.identify(Arc::clone(&key));
        self.idempotency_key = Some(key);
        self.add_idempotency_key(request)
    }

    /// Adds the idempotency key of the call to a request that does not have one.
    pub(super) fn add_idempotency_key(&self, request: &mut Request) -> Result<(), Error> {
        if let (Some(name), Some(key)) = (self.operation.idempotency, &self.idempotency_key)
            && !request.headers().contains_key(name)
        {
            let value = HeaderValue::try_from(&**key).map_err(|cause| {
                let message =
                    "the idempotency key contains a character that is not allowed in a header";
                RequestError::caused(message, cause).of(self.operation.id)
            })?;
            request.headers_mut().insert(name, value);
        }
        Ok(())
    }
}

/// Returns random bits as a UUID of version 4 (RFC 9562).
fn new_key(random: u128) -> String {
    let version = 4 << 76 | random & !(0xf << 76);
    let variant = 0b10 << 62 | version & !(0b11 << 62);
    let digits = format!("{variant:032x}");
    [0..8, 8..12, 12..16, 16..20, 20..32]
        .map(|part| digits.get(part).unwrap_or_default())
        .join("-")
}
