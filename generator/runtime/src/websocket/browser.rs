//! Channels in browsers, which have a WebSocket of their own. They are not available there yet.

use super::client::ClientBuilder;

/// The connections of channels.
#[derive(Clone)]
pub(super) struct Connector;

impl Connector {
    pub(super) fn new(_: &ClientBuilder) -> Self {
        Self
    }
}
