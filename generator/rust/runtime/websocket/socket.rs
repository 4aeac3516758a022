//! The socket of a channel, with the types of its messages.

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

/// The handshake of a channel in flight, which returns the [`Socket`].
///
/// The request is built and sent when this is first polled. Dropping it cancels the handshake.
#[must_use = "a channel does not connect until it is awaited"]
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
/// Both are kinds of messages: [`Messages`], [`Frames`], [`Binary`], [`Text`], or
/// [`Nothing`](super::Nothing). The socket is a [`Stream`] of the messages of the server.
/// [`split`](Self::split) returns a half for each direction, for use in two tasks.
///
/// # Polling
///
/// The socket does nothing in the background. It responds to pings of the server, sends pings,
/// and connects again only while the socket, or its receiver, is polled. Messages are received one
/// at a time, as they are asked for.
///
/// # The end
///
/// The stream ends if the server closes the connection with the code 1000 or 1001, or without a
/// code, and after [`close`](Self::close). Any other code is an error, with
/// [`Error::close_code`], and so is a connection that is lost. The stream ends after such an
/// error. A message that does not match the type, or has another kind, is an error after which the
/// stream continues.
///
/// Dropping the socket, or both halves, drops the connection without a closing handshake.
///
/// # The handshake
///
/// The handshake has the key, the headers, the middleware, the timeout, and the retries of other
/// calls. A response without an upgrade is an [`Error::Api`]. An open channel is not one of the
/// [concurrent requests](super::super::ClientBuilder::max_concurrent_requests).
///
/// Upgrades need HTTP/1.1. If the program sets its own
/// [`http_client`](super::super::ClientBuilder::http_client), and the server offers HTTP/2, that
/// client has to be built with `http1_only()`.
///
/// # Browsers
///
/// A browser makes the connection itself. It sends no headers of the program, so that the API has to
/// take its key in the query or in a message, and no pings. It does not tell why a handshake failed.
///
/// # Cancellation
///
/// No message is lost if the future of a method that receives is dropped. If the future of
/// [`send`](Self::send) is dropped, the message was sent completely, or not at all, or is sent
/// with the next one.
pub struct Socket<S, R> {
    link: Arc<Link>,
    kinds: Kinds<S, R>,
}

/// The half of a [`Socket`] that sends.
pub struct Sender<S> {
    link: Arc<Link>,
    kind: PhantomData<fn() -> S>,
}

/// The half of a [`Socket`] that receives: a [`Stream`] of the messages of the server.
///
/// It has to be polled for pings to be answered, and for a new connection in place of one that is
/// lost.
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

    /// Returns a half for each direction. The connection is dropped when both are.
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
    /// Those of [`close_with`](Self::close_with).
    pub async fn close(&mut self) -> Result<(), Error> {
        self.close_with(close::NORMAL, "").await
    }

    /// Closes the connection with a code and a reason, and waits for the server to do the same.
    ///
    /// Messages that are received in the meantime are dropped. To receive them, close the
    /// [`Sender`] instead. The code is 1000 to 1003, 1007 to 1014, or one of the API, from 3000 to
    /// 4999. The reason has up to 123 bytes.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidRequest`] for another code or a longer reason, and [`Error::Transport`] if
    /// the server does not close the connection within
    /// [`SocketOptions::close_timeout`](super::SocketOptions::close_timeout). The connection is
    /// dropped then.
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
    /// Those of [`close_with`](Self::close_with).
    pub async fn close(&mut self) -> Result<(), Error> {
        self.close_with(close::NORMAL, "").await
    }

    /// Closes the connection with a code and a reason. The [`Receiver`] receives what the server
    /// sends before it does the same, for up to
    /// [`SocketOptions::close_timeout`](super::SocketOptions::close_timeout), and then ends.
    ///
    /// # Errors
    ///
    /// Those of [`Socket::close_with`].
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

/// Implements what both the socket and its sender do.
macro_rules! sending {
    ($($place:ident<$kind:ident $(, $other:ident)?>),*) => {$(
        impl<T: Write $(, $other)?> $place<Messages<T> $(, $other)?> {
            /// Sends a message. Returns when it was written to the connection, so that a server
            /// that reads slowly slows down the program, and memory does not grow.
            ///
            /// # Errors
            ///
            /// [`Error::InvalidRequest`] if the message cannot be JSON, or is too long, and
            /// [`Error::Transport`] if there is no connection any longer.
            pub async fn send(&mut self, message: impl Into<T>) -> Result<(), Error> {
                let text = text_of(&message.into());
                send_json(&self.link, text).await
            }
        }

        impl<T: Write $(, $other)?> $place<Frames<T> $(, $other)?> {
            /// Sends a message as JSON in a text frame. Returns when it was written to the
            /// connection, so that a server that reads slowly slows down the program, and memory
            /// does not grow.
            ///
            /// # Errors
            ///
            /// [`Error::InvalidRequest`] if the message cannot be JSON, or is too long, and
            /// [`Error::Transport`] if there is no connection any longer.
            pub async fn send(&mut self, message: impl Into<T>) -> Result<(), Error> {
                let text = text_of(&message.into());
                send_json(&self.link, text).await
            }

            /// Sends bytes in a binary frame. See [`send`](Self::send).
            ///
            /// # Errors
            ///
            /// Those of [`send`](Self::send).
            pub async fn send_binary(&mut self, bytes: impl Into<Bytes>) -> Result<(), Error> {
                send(&self.link, Outbound::binary(bytes.into())).await
            }
        }

        impl $(<$other>)? $place<Binary $(, $other)?> {
            /// Sends bytes in a binary frame. Returns when they were written to the connection,
            /// so that a server that reads slowly slows down the program, and memory does not
            /// grow.
            ///
            /// # Errors
            ///
            /// [`Error::InvalidRequest`] if the bytes are too long, and [`Error::Transport`] if
            /// there is no connection any longer.
            pub async fn send_binary(&mut self, bytes: impl Into<Bytes>) -> Result<(), Error> {
                send(&self.link, Outbound::binary(bytes.into())).await
            }
        }

        impl $(<$other>)? $place<Text $(, $other)?> {
            /// Sends a text. Returns when it was written to the connection, so that a server that
            /// reads slowly slows down the program, and memory does not grow.
            ///
            /// # Errors
            ///
            /// [`Error::InvalidRequest`] if the text is too long, and [`Error::Transport`] if
            /// there is no connection any longer.
            pub async fn send(&mut self, text: impl Into<String>) -> Result<(), Error> {
                send(&self.link, Outbound::text(text.into())).await
            }
        }

        impl<$kind $(, $other)?> $place<$kind $(, $other)?> {
            /// Sends a ping with up to 125 bytes of data. The response of the server is not
            /// returned. [`SocketOptions::ping_interval`](super::SocketOptions::ping_interval)
            /// sends pings and checks that there are responses.
            ///
            /// # Errors
            ///
            /// [`Error::InvalidRequest`] if the data is longer, and [`Error::Transport`] if there
            /// is no connection any longer.
            pub async fn ping(&mut self, data: impl Into<Bytes>) -> Result<(), Error> {
                ping(&self.link, data.into()).await
            }

            /// Waits until the messages were written to the connection whose sending was
            /// cancelled.
            ///
            /// # Errors
            ///
            /// [`Error::Transport`] if there is no connection any longer.
            pub async fn flush(&mut self) -> Result<(), Error> {
                flush(&self.link).await
            }
        }
    )*};
}

sending!(Socket<S, R>, Sender<S>);

/// Implements what both the socket and its receiver do.
macro_rules! receiving {
    ($($place:ident<$($other:ident)?; $kind:ident>),*) => {$(
        impl<$($other,)? $kind: Receive> $place<$($other,)? $kind> {
            /// Returns the next message, or `None` at the end. This method is cancel safe.
            ///
            /// # Errors
            ///
            /// [`Error::Decode`] for a message that is not the JSON of its type, with the message
            /// as the body, and [`Error::Transport`] for one of another kind. The stream
            /// continues after these. It ends after any other error: [`Error::Transport`] if the
            /// connection is lost, if the server closes it with a code that is neither 1000 nor
            /// 1001, violates the protocol, or sends a message that is too long, and the errors
            /// of connecting again.
            pub async fn next_message(&mut self) -> Result<Option<$kind::Item>, Error> {
                poll_fn(|context| Pin::new(&mut *self).poll_next(context))
                    .await
                    .transpose()
            }
        }

        impl<$($other,)? $kind> $place<$($other,)? $kind> {
            /// Returns the frame with which the server closed the connection, if it did.
            pub fn close_frame(&self) -> Option<CloseFrame> {
                self.link.close_frame()
            }

            /// Returns the number of connections so far: 1, and 1 more for each that was lost and
            /// replaced. See [`SocketOptions::reconnect`](super::SocketOptions::reconnect).
            pub fn connections(&self) -> u32 {
                self.link.connections()
            }

            /// Returns the headers of the response to the handshake of the last connection.
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
