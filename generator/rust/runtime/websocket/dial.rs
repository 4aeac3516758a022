//! Connects a channel, and reconnects it if the connection is lost.

use std::sync::Arc;
use std::time::Duration;

use backon::ExponentialBackoff;

use super::super::call::Call;
use super::super::error::Error;
use super::super::platform::{self, BoxBuild};
use super::super::prepared_call::PreparedCall;
use super::super::response::Response;
use super::super::retry::{self, NotRepeated};
use super::connection::Connection;
use super::handshake::Handshake;
use super::options::SocketOptions;

/// The maximum delay before reconnecting after a connection that received messages, in
/// milliseconds.
const JITTER: u64 = 100;

/// A connection after its handshake.
pub(super) struct Opened {
    pub(super) connection: Box<Connection>,
    pub(super) response: Response<()>,
}

/// Makes the connections of a channel.
pub(super) struct Dialer {
    call: Call,
    build: BoxBuild,
    handshake: Handshake,
    pub(super) options: SocketOptions,
    /// The number of remaining reconnections.
    left: u32,
    /// The delays between connections that receive no message.
    waits: Option<ExponentialBackoff>,
}

impl Dialer {
    /// Creates the dialer of a channel.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] for invalid options, and [`Error::InvalidConfiguration`]
    /// for an invalid URL.
    pub(super) fn new(call: PreparedCall, options: SocketOptions) -> Result<Self, Error> {
        let PreparedCall { call, build } = call;
        let id = call.operation.id;
        options.check().map_err(|error| error.of(id))?;
        let (call, build, handshake) = Handshake::prepare(call, build, &options)?;
        Ok(Self {
            call,
            build,
            handshake,
            left: options.reconnects,
            options,
            waits: None,
        })
    }

    pub(super) fn call(&self) -> &Call {
        &self.call
    }

    /// Returns the maximum length of a message.
    pub(super) fn max_message_size(&self) -> usize {
        let limit = self.options.max_message_size;
        limit.unwrap_or(self.call.transport.max_body)
    }

    /// Returns `true` if reconnections are left.
    pub(super) fn may_reconnect(&self) -> bool {
        self.left > 0
    }

    /// Connects.
    pub(super) async fn open(&mut self) -> Result<Opened, Error> {
        super::super::server_variables::locate(&mut self.call)?;
        let limit = self.max_message_size();
        let (call, build) = (&mut self.call, &mut self.build);
        let opened = self.handshake.open(call, build, &self.options, limit);
        opened.await
    }

    /// Reconnects after a connection was lost with this error.
    pub(super) async fn reopen(
        mut self: Box<Self>,
        lost: Error,
        received: bool,
    ) -> (Box<Self>, Result<Opened, Error>) {
        let opened = self.after(lost, received).await;
        (self, opened)
    }

    async fn after(&mut self, lost: Error, received: bool) -> Result<Opened, Error> {
        self.left = self.left.saturating_sub(1);
        let pacing = Arc::clone(&self.call.transport.pacing);
        if pacing.budget.take(lost.is_timeout()).is_none() {
            return Err(lost.not_repeated(NotRepeated::Budget));
        }
        let wait = match received {
            true => {
                self.waits = None;
                Duration::from_millis(fastrand::u64(..JITTER))
            }
            false => {
                let waits = self.waits.get_or_insert_with(|| retry::waits(u32::MAX));
                waits.next().unwrap_or_default()
            }
        };
        platform::sleep(wait).await;
        self.open().await
    }
}
