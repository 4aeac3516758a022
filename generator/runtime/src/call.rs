//! A call of an operation: its client, its options, and its errors.

use std::sync::Arc;

use bytes::Bytes;

use super::call_options::CallOptions;
use super::client::Client;
use super::decode_error::DecodeError;
use super::error::Error;
use super::operation::Operation;
use super::response::Response;
use super::transport::Transport;

/// A call of an operation with the options that hold for it. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Call {
    pub(super) transport: Arc<Transport>,
    pub(super) options: Arc<CallOptions>,
    pub(super) operation: &'static Operation,
    /// The response may be compressed, if the HTTP client can read it.
    pub(super) accepts_compressed: bool,
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
            accepts_compressed: true,
        }
    }

    /// Returns the error for a response that does not have the expected type.
    pub(super) fn decode_error(
        &self,
        response: Response<Bytes>,
        path: String,
        error: serde_json::Error,
    ) -> Error {
        let response = response.map(|body| self.transport.key.without(body));
        let path = self.transport.key.without_in(path);
        let text = error.to_string();
        let redacted = self.transport.key.without_in(text.clone());
        let error = if redacted == text {
            error
        } else {
            serde::de::Error::custom(redacted)
        };
        DecodeError::new(self.operation.id, response, path, error).into()
    }
}
