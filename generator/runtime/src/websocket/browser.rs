//! Channels in browsers, where connecting is an error.
//!
//! A browser sends no headers of the program in a handshake, so most APIs would not receive
//! their key. The types are those of other platforms, so that programs compile.

#![allow(dead_code, unused_imports, reason = "there are no connections")]

mod close;
mod failure;
mod message;
mod options;
mod socket;

pub use close::CloseFrame;
pub use message::{Binary, Frame, Frames, Messages, Nothing, Receive, Text};
pub use options::SocketOptions;
pub use socket::{Connecting, Receiver, Sender, Socket};

use super::client::ClientBuilder;
use super::error::{Error, RequestError};

/// The HTTP client of handshakes, of which there are none.
#[derive(Clone)]
pub(super) struct Connector;

impl Connector {
    pub(super) fn new(_: &ClientBuilder) -> Self {
        Self
    }

    /// Returns the error of connecting.
    fn refuse(&self, operation: &'static str) -> Error {
        let message = "channels are not available in browsers";
        RequestError::new(operation, message.to_owned()).into()
    }
}

/// The connection, of which there is none.
mod link {
    use std::task::{Context, Poll};

    use bytes::Bytes;

    use super::super::error::{Error, RequestError};
    use super::super::prepared_call::PreparedCall;
    use super::super::response::Response;
    use super::close::CloseFrame;
    use super::message::{Data, Decoded};
    use super::options::SocketOptions;

    pub(super) enum Link {}

    pub(super) struct Outbound;

    impl Outbound {
        pub(super) fn text(_: String) -> Self {
            Self
        }

        pub(super) fn binary(_: Bytes) -> Self {
            Self
        }

        pub(super) fn ping(_: Bytes) -> Self {
            Self
        }

        pub(super) fn nothing() -> Self {
            Self
        }

        pub(super) fn len(&self) -> usize {
            0
        }
    }

    impl Link {
        pub(super) async fn connect(call: PreparedCall, _: SocketOptions) -> Result<Self, Error> {
            let call = call.call;
            Err(call.transport.websocket.refuse(call.operation.id))
        }

        pub(super) fn operation(&self) -> &'static str {
            match *self {}
        }

        pub(super) fn connections(&self) -> u32 {
            match *self {}
        }

        pub(super) fn close_frame(&self) -> Option<CloseFrame> {
            match *self {}
        }

        pub(super) fn response(&self) -> Response<()> {
            match *self {}
        }

        pub(super) fn check_length(&self, _: usize) -> Result<(), Error> {
            match *self {}
        }

        pub(super) fn invalid(&self, _: RequestError) -> Error {
            match *self {}
        }

        pub(super) fn item<T>(&self, _: Decoded<T>) -> Result<T, Error> {
            match *self {}
        }

        pub(super) fn poll_receive(
            &self,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Data, Error>>> {
            match *self {}
        }

        pub(super) fn poll_send(
            &self,
            _: &mut Context<'_>,
            _: &mut Outbound,
        ) -> Poll<Result<(), Error>> {
            match *self {}
        }

        pub(super) fn begin_close(&self, _: CloseFrame) {
            match *self {}
        }

        pub(super) fn poll_close(&self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
            match *self {}
        }

        pub(super) fn closed(&self) -> Result<(), Error> {
            match *self {}
        }
    }
}
