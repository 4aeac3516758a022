//! The typed socket of a channel.

use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::header::{HeaderMap, SEC_WEBSOCKET_PROTOCOL};

use super::super::error::{Error, RequestError};
use super::super::platform::BoxFuture;
use super::super::prepared_call::PreparedCall;
use super::super::write::Write;
use super::close::{self, CloseFrame};
use super::link::{Link, Outbound};
use super::message::{Binary, Frames, Messages, Receive, Text, text_of};
use super::options::SocketOptions;

/// The maximum length of the data of a ping in bytes.
const LONGEST_PING: usize = 125;

/// The types of the messages of both directions.
type Kinds<S, R> = PhantomData<fn() -> (S, R)>;

impl PreparedCall {
    /// Connects to a channel, on which the client sends `S` and the server sends `R`.
    pub fn connect<S, R>(self, options: SocketOptions) -> Connecting<S, R> {
        let operation = self.call.operation.id;
        Connecting {
            operation,
            link: Box::pin(Link::connect(self, options)),
            kinds: PhantomData,
        }
    }
}

/// The pending handshake of a channel, which returns the [`Socket`].
///
/// The request is built and sent when the future is first polled. Dropping the future cancels the
/// handshake.
#[must_use = "the channel does not connect until the future is awaited"]
pub struct Connecting<S, R> {
    operation: &'static str,
    link: BoxFuture<Result<Link, Error>>,
    kinds: Kinds<S, R>,
}

impl<S, R> Future for Connecting<S, R> {
    type Output = Result<Socket<S, R>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let link = ready!(self.link.as_mut().poll(context))?;
        Poll::Ready(Ok(Socket::new(Arc::new(link))))
    }
}

impl<S, R> fmt::Debug for Connecting<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connecting")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

/// An open channel, on which the client sends `S` and the server sends `R`.
///
/// `S` and `R` are kinds of messages: [`Messages`], [`Frames`], [`Binary`], [`Text`], or
/// [`Nothing`](super::Nothing). The socket is a [`Stream`] of the messages of the server.
/// [`split`](Self::split) returns a half for each direction, for use in two tasks.
///
/// # Polling
///
/// The socket has no background task. It responds to pings, sends pings, and reconnects only while
/// the socket or its receiver is polled. Messages are received one at a time, when they are polled.
///
/// # The end
///
/// The stream ends if the server closes the connection with the code 1000 or 1001, or without a
/// code, and after [`close`](Self::close). Any other code is an error with [`Error::close_code`]. A
/// lost connection is also an error. The stream ends after these errors. If a message does not
/// match its type or has the wrong kind, the stream returns an error and continues.
///
/// Dropping the socket, or both halves, drops the connection without a closing handshake.
///
/// # The handshake
///
/// The handshake uses the key, the headers, the middleware, the timeout, and the retries of other
/// calls. A response without an upgrade is returned as [`Error::Api`]. An open channel does not
/// count as a [concurrent request](super::super::ClientBuilder::max_concurrent_requests).
///
/// Upgrades require HTTP/1.1. If the program sets a custom
/// [`http_client`](super::super::ClientBuilder::http_client) and the server supports HTTP/2, build
/// the HTTP client with `http1_only()`.
///
/// # Browsers
///
/// In a browser, the channel uses the browser's WebSocket. It cannot send custom headers, so the
/// API must accept its key in the query or in a message. It cannot send pings, and does not report
/// why a handshake failed.
///
/// # Cancellation
///
/// Receiving is cancel safe: no message is lost if the future is dropped. If the future of
/// [`send`](Self::send) is dropped, the message is sent completely, not sent, or sent with the next
/// message.
pub struct Socket<S, R> {
    link: Arc<Link>,
    kinds: Kinds<S, R>,
}

/// The sending half of a [`Socket`].
pub struct Sender<S> {
    link: Arc<Link>,
    kind: PhantomData<fn() -> S>,
}

/// The receiving half of a [`Socket`]: a [`Stream`] of the messages of the server.
///
/// The receiver must be polled to respond to pings and to reconnect.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Receiver<R> {
    link: Arc<Link>,
    kind: PhantomData<fn() -> R>,
}

impl<S, R> Socket<S, R> {
    fn new(link: Arc<Link>) -> Self {
        Self {
            link,
            kinds: PhantomData,
        }
    }

    /// Splits the socket into a sender and a receiver. The connection is dropped when both halves
    /// are dropped.
    pub fn split(self) -> (Sender<S>, Receiver<R>) {
        let sender = Sender {
            link: Arc::clone(&self.link),
            kind: PhantomData,
        };
        let receiver = Receiver {
            link: self.link,
            kind: PhantomData,
        };
        (sender, receiver)
    }

    /// Closes the connection with the code 1000. See [`close_with`](Self::close_with).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`close_with`](Self::close_with).
    pub async fn close(&mut self) -> Result<(), Error> {
        self.close_with(close::NORMAL, "").await
    }

    /// Closes the connection with a code and a reason, and waits for the closing handshake.
    ///
    /// Messages that arrive before the closing handshake completes are dropped. To receive them,
    /// close the [`Sender`] instead. Valid codes are 1000 to 1003, 1007 to 1014, and the codes 3000
    /// to 4999 of the API. The maximum length of the reason is 123 bytes.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidRequest`] for an invalid code or reason, and [`Error::Transport`] if
    /// the server does not close the connection within
    /// [`SocketOptions::close_timeout`](super::SocketOptions::close_timeout). In that case, the
    /// connection is dropped.
    pub async fn close_with(&mut self, code: u16, reason: impl Into<String>) -> Result<(), Error> {
        close_link(&self.link, code, reason.into()).await?;
        poll_fn(|context| {
            while ready!(self.link.poll_receive(context)).is_some() {}
            Poll::Ready(())
        })
        .await;
        self.link.closed()
    }
}

impl<S> Sender<S> {
    /// Closes the connection with the code 1000. See [`close_with`](Self::close_with).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`close_with`](Self::close_with).
    pub async fn close(&mut self) -> Result<(), Error> {
        self.close_with(close::NORMAL, "").await
    }

    /// Closes the connection with a code and a reason. The [`Receiver`] still returns messages
    /// until the server closes the connection, for up to
    /// [`SocketOptions::close_timeout`](super::SocketOptions::close_timeout), and then ends.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Socket::close_with`].
    pub async fn close_with(&mut self, code: u16, reason: impl Into<String>) -> Result<(), Error> {
        close_link(&self.link, code, reason.into()).await
    }
}

async fn close_link(link: &Link, code: u16, reason: String) -> Result<(), Error> {
    let frame = CloseFrame::checked(code, reason).map_err(|error| link.invalid(error))?;
    link.begin_close(frame);
    poll_fn(|context| link.poll_close(context)).await
}

async fn send(link: &Link, mut outbound: Outbound) -> Result<(), Error> {
    link.check_length(outbound.len())?;
    poll_fn(|context| link.poll_send(context, &mut outbound)).await
}

async fn send_json(link: &Link, text: super::super::write::Result<String>) -> Result<(), Error> {
    let text =
        text.map_err(|cause| link.invalid(RequestError::caused(cause.to_string(), cause)))?;
    send(link, Outbound::text(text)).await
}

async fn ping(link: &Link, data: Bytes) -> Result<(), Error> {
    if data.len() > LONGEST_PING {
        let message = "the data of a ping is longer than 125 bytes";
        return Err(link.invalid(RequestError::unnamed(message)));
    }
    send(link, Outbound::ping(data)).await
}

async fn flush(link: &Link) -> Result<(), Error> {
    let mut nothing = Outbound::nothing();
    poll_fn(|context| link.poll_send(context, &mut nothing)).await
}

/// Implements the common methods of the socket and the sender.
macro_rules! sending {
    ($($place:ident<$kind:ident $(, $other:ident)?>),*) => {$(
        impl<T: Write $(, $other)?> $place<Messages<T> $(, $other)?> {
            /// Sends a message. Completes when the message has been written to the connection,
            /// which applies the backpressure of a slow server.
            ///
            /// # Errors
            ///
            /// Returns [`Error::InvalidRequest`] if the message cannot be serialized as JSON or is
            /// too long, and [`Error::Transport`] if the connection is closed.
            pub async fn send(&mut self, message: impl Into<T>) -> Result<(), Error> {
                let text = text_of(&message.into());
                send_json(&self.link, text).await
            }
        }

        impl<T: Write $(, $other)?> $place<Frames<T> $(, $other)?> {
            /// Sends a message as JSON in a text frame. Completes when the message has been written
            /// to the connection, which applies the backpressure of a slow server.
            ///
            /// # Errors
            ///
            /// Returns [`Error::InvalidRequest`] if the message cannot be serialized as JSON or is
            /// too long, and [`Error::Transport`] if the connection is closed.
            pub async fn send(&mut self, message: impl Into<T>) -> Result<(), Error> {
                let text = text_of(&message.into());
                send_json(&self.link, text).await
            }

            /// Sends bytes in a binary frame. See [`send`](Self::send).
            ///
            /// # Errors
            ///
            /// Returns the errors of [`send`](Self::send).
            pub async fn send_binary(&mut self, bytes: impl Into<Bytes>) -> Result<(), Error> {
                send(&self.link, Outbound::binary(bytes.into())).await
            }
        }

        impl $(<$other>)? $place<Binary $(, $other)?> {
            /// Sends bytes in a binary frame. Completes when the bytes have been written to the
            /// connection, which applies the backpressure of a slow server.
            ///
            /// # Errors
            ///
            /// Returns [`Error::InvalidRequest`] if the bytes are too long, and
            /// [`Error::Transport`] if the connection is closed.
            pub async fn send_binary(&mut self, bytes: impl Into<Bytes>) -> Result<(), Error> {
                send(&self.link, Outbound::binary(bytes.into())).await
            }
        }

        impl $(<$other>)? $place<Text $(, $other)?> {
            /// Sends a text. Completes when the text has been written to the connection, which
            /// applies the backpressure of a slow server.
            ///
            /// # Errors
            ///
            /// Returns [`Error::InvalidRequest`] if the text is too long, and [`Error::Transport`]
            /// if the connection is closed.
            pub async fn send(&mut self, text: impl Into<String>) -> Result<(), Error> {
                send(&self.link, Outbound::text(text.into())).await
            }
        }

        impl<$kind $(, $other)?> $place<$kind $(, $other)?> {
            /// Sends a ping with up to 125 bytes of data. The pong is not returned. To send pings
            /// regularly and check for responses, use
            /// [`SocketOptions::ping_interval`](super::SocketOptions::ping_interval).
            ///
            /// # Errors
            ///
            /// Returns [`Error::InvalidRequest`] if the data is longer, and [`Error::Transport`] if
            /// the connection is closed.
            pub async fn ping(&mut self, data: impl Into<Bytes>) -> Result<(), Error> {
                ping(&self.link, data.into()).await
            }

            /// Waits until messages of canceled `send` calls have been written to the connection.
            ///
            /// # Errors
            ///
            /// Returns [`Error::Transport`] if the connection is closed.
            pub async fn flush(&mut self) -> Result<(), Error> {
                flush(&self.link).await
            }
        }
    )*};
}

sending!(Socket<S, R>, Sender<S>);

/// Implements the common methods of the socket and the receiver.
macro_rules! receiving {
    ($($place:ident<$($other:ident)?; $kind:ident>),*) => {$(
        impl<$($other,)? $kind: Receive> $place<$($other,)? $kind> {
            /// Returns the next message, or `None` at the end. This method is cancel safe.
            ///
            /// # Errors
            ///
            /// Returns [`Error::Decode`] if a message does not deserialize as its type, with the
            /// message as the body, and [`Error::Transport`] if a message has the wrong kind. The
            /// stream continues after these errors. It ends after any other error:
            /// [`Error::Transport`] if the connection is lost, or if the server closes it with a
            /// code other than 1000 or 1001, violates the protocol, or sends a message that is too
            /// long; and the errors of reconnecting.
            pub async fn next_message(&mut self) -> Result<Option<$kind::Item>, Error> {
                poll_fn(|context| Pin::new(&mut *self).poll_next(context))
                    .await
                    .transpose()
            }
        }

        impl<$($other,)? $kind> $place<$($other,)? $kind> {
            /// Returns the frame with which the server closed the connection, if any.
            pub fn close_frame(&self) -> Option<CloseFrame> {
                self.link.close_frame()
            }

            /// Returns the number of connections so far: 1 plus the number of reconnections. See
            /// [`SocketOptions::reconnect`](super::SocketOptions::reconnect).
            pub fn connections(&self) -> u32 {
                self.link.connections()
            }

            /// Returns the headers of the last handshake response.
            pub fn headers(&self) -> HeaderMap {
                self.link.response().headers().clone()
            }

            /// Returns the subprotocol that the server selected. See
            /// [`SocketOptions::protocol`](super::SocketOptions::protocol).
            pub fn protocol(&self) -> Option<String> {
                let response = self.link.response();
                let protocol = response.headers().get(SEC_WEBSOCKET_PROTOCOL)?;
                protocol.to_str().ok().map(str::to_owned)
            }
        }

        impl<$($other,)? $kind: Receive> Stream for $place<$($other,)? $kind> {
            type Item = Result<$kind::Item, Error>;

            fn poll_next(
                self: Pin<&mut Self>,
                context: &mut Context<'_>,
            ) -> Poll<Option<Self::Item>> {
                Poll::Ready(match ready!(self.link.poll_receive(context)) {
                    Some(Ok(data)) => Some(self.link.item($kind::decode(data))),
                    Some(Err(error)) => Some(Err(error)),
                    None => None,
                })
            }
        }
    )*};
}

receiving!(Socket<S; R>, Receiver<; R>);

impl<S, R> fmt::Debug for Socket<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe("Socket", &self.link, f)
    }
}

impl<S> fmt::Debug for Sender<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe("Sender", &self.link, f)
    }
}

impl<R> fmt::Debug for Receiver<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe("Receiver", &self.link, f)
    }
}

fn describe(name: &str, link: &Link, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.debug_struct(name)
        .field("operation", &link.operation())
        .field("connections", &link.connections())
        .field("close_frame", &link.close_frame())
        .finish_non_exhaustive()
}
