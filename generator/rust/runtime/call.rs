//! A call of an operation: its client, its options, and its errors.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::call_options::CallOptions;
use super::client::Client;
use super::credentials::Own;
use super::decode_error::DecodeError;
use super::error::Error;
use super::operation::Operation;
use super::response::Response;
use super::transport::Transport;

/// A call of an operation with its effective options. Cloning is cheap.
#[derive(Clone)]
pub struct Call {
    pub(super) transport: Arc<Transport>,
    pub(super) options: Arc<CallOptions>,
    pub(super) operation: &'static Operation,
    /// The key of this call, which replaces the client's key.
    pub(super) own: Option<Own>,
    /// The idempotency key, set at the first attempt.
    pub(super) idempotency_key: Option<Arc<str>>,
    /// The request accepts compressed responses, if the HTTP client can decompress them.
    pub(super) accepts_compressed: bool,
    /// The status 101 is a success: the connection switches to another protocol.
    pub(super) upgrades: bool,
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
    /// Creates a call. `options` override the options of the client.
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
            idempotency_key: None,
            accepts_compressed: true,
            upgrades: false,
        }
    }

    /// Returns the error for an event stream instead of a finite body.
    #[cold]
    pub(super) fn unexpected_events<B>(&self, response: Response<B>) -> Error {
        let error = serde::de::Error::custom("the response is an event stream");
        self.decode_error(response.map(|_| Bytes::new()), ".".to_owned(), error)
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
