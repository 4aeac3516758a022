//! The connection of a channel, shared by its sender and its receiver.
//!
//! There is no background task: polling either side drives the connection. Each event of the
//! connection wakes both sides, because one side may have to continue the work of the other.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};

use bytes::Bytes;

use super::super::call::Call;
use super::super::error::{Error, RequestError};
use super::super::platform::{BoxFuture, Sleep, sleep};
use super::super::prepared_call::PreparedCall;
use super::super::response::Response;
use super::super::trace;
use super::super::transport_error::TransportError;
use super::close::CloseFrame;
use super::connection::Connection;
use super::dial::{Dialer, Opened};
use super::failure::Failure;
use super::message::{Data, Decoded, Rejected};
use super::options::SocketOptions;
use super::traffic::{Incoming, Outgoing};

type Timer = Pin<Box<Sleep>>;

/// The maximum number of control frames that are read before yielding to other tasks.
const MOST_SKIPPED: u32 = 64;

/// A connection that a sender and a receiver share.
pub(super) struct Link {
    call: Call,
    max_message_size: usize,
    state: Mutex<State>,
    wakers: Arc<Wakers>,
    /// A waker that wakes both sides.
    waker: Waker,
}

struct State {
    phase: Phase,
    /// `None` while reconnecting.
    dialer: Option<Box<Dialer>>,
    response: Response<()>,
    /// The number of connections so far.
    connections: u32,
    /// The current connection received a message.
    received: bool,
    keep_alive: Option<KeepAlive>,
    /// The frame with which the server closed the connection.
    close_frame: Option<CloseFrame>,
    closing: Closing,
    /// The timeout of the closing handshake.
    close_timer: Option<Timer>,
    /// The closing handshake timed out.
    is_late: bool,
    /// The error that ended the channel, until the receiver returns it.
    error: Option<Error>,
}

enum Phase {
    Open(Box<Connection>),
    Connecting(BoxFuture<(Box<Dialer>, Result<Opened, Error>)>),
    Ended,
}

/// The state of a close that the program requested.
enum Closing {
    No,
    /// The frame is not in the write buffer yet.
    Asked(CloseFrame),
    Sent,
}

/// The pings of a connection.
struct KeepAlive {
    timer: Timer,
    /// Data was received since the last ping, or no ping was sent.
    is_heard: bool,
}

/// The side of a channel that polls.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Sender,
    Receiver,
}

/// The tasks that wait for the connection.
#[derive(Default)]
struct Wakers(Mutex<[Option<Waker>; 2]>);

impl Wakers {
    fn register(&self, side: Side, waker: &Waker) {
        let mut wakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [sender, receiver] = &mut *wakers;
        let place = match side {
            Side::Sender => sender,
            Side::Receiver => receiver,
        };
        match place {
            Some(known) => known.clone_from(waker),
            None => *place = Some(waker.clone()),
        }
    }
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let wakers = {
            let mut wakers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *wakers)
        };
        wakers.into_iter().flatten().for_each(Waker::wake);
    }
}

/// A message while it is sent.
pub(super) struct Outbound {
    message: Option<Outgoing>,
    /// The number of the connection whose write buffer contains the message.
    connection: u32,
}

impl Outbound {
    fn new(message: Outgoing) -> Self {
        Self {
            message: Some(message),
            connection: 0,
        }
    }

    pub(super) fn text(text: String) -> Self {
        Self::new(Outgoing::Text(text))
    }

    pub(super) fn binary(bytes: Bytes) -> Self {
        Self::new(Outgoing::Binary(bytes))
    }

    pub(super) fn ping(data: Bytes) -> Self {
        Self::new(Outgoing::Ping(data))
    }

    /// Creates an empty message, which only flushes the write buffer.
    pub(super) fn nothing() -> Self {
        Self {
            message: None,
            connection: 0,
        }
    }

    /// Returns the length of the message in bytes.
    pub(super) fn len(&self) -> usize {
        self.message.as_ref().map_or(0, Outgoing::len)
    }
}

impl Link {
    /// Connects to a channel.
    pub(super) async fn connect(call: PreparedCall, options: SocketOptions) -> Result<Self, Error> {
        let mut dialer = Box::new(Dialer::new(call, options)?);
        let opened = dialer.open().await?;
        Ok(Self::new(dialer, opened))
    }

    fn new(dialer: Box<Dialer>, opened: Opened) -> Self {
        let wakers = Arc::new(Wakers::default());
        let waker = Waker::from(Arc::clone(&wakers));
        let mut state = State {
            phase: Phase::Ended,
            response: opened.response.clone(),
            connections: 0,
            received: false,
            keep_alive: None,
            close_frame: None,
            closing: Closing::No,
            close_timer: None,
            is_late: false,
            error: None,
            dialer: None,
        };
        let call = dialer.call().clone();
        let max_message_size = dialer.max_message_size();
        state.begin(dialer, opened);
        Self {
            call,
            max_message_size,
            state: Mutex::new(state),
            wakers,
            waker,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn operation(&self) -> &'static str {
        self.call.operation.id
    }

    pub(super) fn connections(&self) -> u32 {
        self.state().connections
    }

    pub(super) fn close_frame(&self) -> Option<CloseFrame> {
        self.state().close_frame.clone()
    }

    pub(super) fn response(&self) -> Response<()> {
        self.state().response.clone()
    }

    /// Returns an error if a message of this length is too long.
    pub(super) fn check_length(&self, length: usize) -> Result<(), Error> {
        if length <= self.max_message_size {
            return Ok(());
        }
        let message = format!(
            "a message of {length} bytes is longer than the limit of {} bytes",
            self.max_message_size
        );
        Err(RequestError::new(self.operation(), message).into())
    }

    /// Creates an error for an invalid message.
    #[cold]
    pub(super) fn invalid(&self, error: RequestError) -> Error {
        error.of(self.operation()).into()
    }

    /// Creates the close frame of the server, with keys redacted in its reason.
    fn end(&self, frame: CloseFrame) -> CloseFrame {
        let reason = frame.reason().to_owned();
        CloseFrame::received(frame.code(), self.call.secrets().without_in(reason))
    }

    /// Converts a decoded message into an item or an error of the channel.
    pub(super) fn item<T>(&self, decoded: Decoded<T>) -> Result<T, Error> {
        match decoded.0 {
            Ok((item, None)) => Ok(item),
            Ok((item, Some(unknown))) => {
                let (notes, bytes) = &*unknown;
                trace::unknown(&self.call, notes, bytes);
                Ok(item)
            }
            Err(rejected) => Err(self.rejected(rejected)),
        }
    }

    #[cold]
    fn rejected(&self, rejected: Rejected) -> Error {
        match rejected {
            Rejected::Mismatch(bytes, (path, error)) => {
                let response = self.response().map(|()| bytes);
                self.call.decode_error(response, path, error)
            }
            Rejected::Kind(reason) => Failure::Unexpected(reason).of(self.operation()),
        }
    }

    /// Receives the next message.
    pub(super) fn poll_receive(
        &self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Data, Error>>> {
        self.wakers.register(Side::Receiver, context.waker());
        let both = &mut Context::from_waker(&self.waker);
        let mut guard = self.state();
        let state = &mut *guard;
        for _ in 0..MOST_SKIPPED {
            ready!(state.poll_connected(both));
            if let Closing::Asked(_) = state.closing {
                let _ = state.poll_close(both);
            }
            let Phase::Open(connection) = &mut state.phase else {
                return Poll::Ready(state.error.take().map(Err));
            };
            if state.close_frame.is_some() {
                // The library put the reply to the close frame into the write buffer.
                let flushed = connection.poll_flush(both);
                if flushed.is_pending() && !state.poll_close_timer(both) {
                    return Poll::Pending;
                }
                self.finish(state);
                continue;
            }
            let incoming = match connection.poll_next(both) {
                Poll::Ready(Some(incoming)) => incoming,
                Poll::Ready(None) => {
                    self.lose(state, Failure::Lost(None));
                    continue;
                }
                Poll::Pending => {
                    if state.poll_close_timer(both) {
                        state.phase = Phase::Ended;
                        continue;
                    }
                    match state.poll_keep_alive(both) {
                        Poll::Pending => return Poll::Pending,
                        Poll::Ready(limit) => {
                            let error = TransportError::silent(self.operation(), limit);
                            state.retire(error.into(), true);
                            continue;
                        }
                    }
                }
            };
            if let Some(keep_alive) = &mut state.keep_alive {
                keep_alive.is_heard = true;
            }
            let data = match incoming {
                Ok(Incoming::Message(data)) => data,
                Ok(Incoming::Close(frame)) => {
                    state.close_frame = Some(self.end(frame));
                    state.limit_closing();
                    continue;
                }
                Ok(Incoming::Other) => continue,
                Err(failure) => {
                    self.lose(state, failure);
                    continue;
                }
            };
            state.received = true;
            return Poll::Ready(Some(Ok(data)));
        }
        drop(guard);
        // Yield to other tasks before skipping more.
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Sends a message, and flushes the write buffer.
    pub(super) fn poll_send(
        &self,
        context: &mut Context<'_>,
        outbound: &mut Outbound,
    ) -> Poll<Result<(), Error>> {
        self.wakers.register(Side::Sender, context.waker());
        let both = &mut Context::from_waker(&self.waker);
        let mut guard = self.state();
        let state = &mut *guard;
        ready!(state.poll_connected(both));
        let is_queued = outbound.message.is_none() && outbound.connection > 0;
        if is_queued && outbound.connection != state.connections {
            return Poll::Ready(Err(Failure::Interrupted.of(self.operation())));
        }
        let connections = state.connections;
        let is_closing = state.close_frame.is_some() || !matches!(state.closing, Closing::No);
        let Phase::Open(connection) = &mut state.phase else {
            let failure = match is_queued {
                true => Failure::Interrupted,
                false => Failure::Ended,
            };
            return Poll::Ready(Err(failure.of(self.operation())));
        };
        let fail = |failure: Failure| failure.of(self.operation());
        if outbound.message.is_some() {
            if is_closing {
                return Poll::Ready(Err(Failure::Ended.of(self.operation())));
            }
            // Flush first, so that the write buffer contains at most one message.
            ready!(connection.poll_flush(both)).map_err(fail)?;
            if let Some(message) = outbound.message.take() {
                outbound.connection = connections;
                connection.start_send(message).map_err(fail)?;
            }
        }
        connection.poll_flush(both).map_err(fail)
    }

    /// Starts to close the connection.
    pub(super) fn begin_close(&self, frame: CloseFrame) {
        let mut state = self.state();
        if !matches!(state.closing, Closing::No) {
            return;
        }
        if let Phase::Connecting(_) = state.phase {
            state.phase = Phase::Ended;
            drop(state);
            // The other side may be waiting for the connection.
            self.waker.wake_by_ref();
            return;
        }
        state.closing = Closing::Asked(frame);
        state.limit_closing();
        drop(state);
        self.waker.wake_by_ref();
    }

    /// Sends the close frame.
    pub(super) fn poll_close(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.wakers.register(Side::Sender, context.waker());
        let both = &mut Context::from_waker(&self.waker);
        let mut state = self.state();
        match state.poll_close(both) {
            Poll::Ready(()) => Poll::Ready(Ok(())),
            Poll::Pending if state.poll_close_timer(both) => {
                state.phase = Phase::Ended;
                drop(state);
                self.waker.wake_by_ref();
                Poll::Ready(self.closed())
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// Returns the result of the closing handshake.
    pub(super) fn closed(&self) -> Result<(), Error> {
        let mut state = self.state();
        if !std::mem::take(&mut state.is_late) {
            return Ok(());
        }
        let limit = state
            .dialer
            .as_ref()
            .map(|dialer| dialer.options.close_timeout);
        let limit = limit.unwrap_or_default();
        Err(TransportError::silent(self.operation(), limit).into())
    }

    /// Ends the connection after the closing handshake.
    fn finish(&self, state: &mut State) {
        let failure = match (&state.closing, &state.close_frame) {
            (Closing::No, Some(frame))
                if !frame.is_normal() || state.may_reconnect() && frame.may_pass() =>
            {
                Failure::Closed(frame.clone())
            }
            _ => {
                state.phase = Phase::Ended;
                return;
            }
        };
        self.lose(state, failure);
    }

    /// Ends a failed connection.
    #[cold]
    fn lose(&self, state: &mut State, failure: Failure) {
        let may_pass = failure.may_pass();
        state.retire(failure.of(self.operation()), may_pass);
    }
}

impl State {
    /// Starts to use a connection.
    fn begin(&mut self, dialer: Box<Dialer>, opened: Opened) {
        self.phase = Phase::Open(opened.connection);
        self.response = opened.response;
        self.connections = self.connections.saturating_add(1);
        self.received = false;
        self.close_frame = None;
        self.close_timer = None;
        self.is_late = false;
        self.keep_alive = dialer.options.ping_interval.map(|interval| KeepAlive {
            timer: Box::pin(sleep(interval)),
            is_heard: true,
        });
        self.dialer = Some(dialer);
    }

    fn may_reconnect(&self) -> bool {
        let dialer = self.dialer.as_ref();
        matches!(self.closing, Closing::No) && dialer.is_some_and(|dialer| dialer.may_reconnect())
    }

    /// Ends a connection with an error, or starts to reconnect.
    fn retire(&mut self, error: Error, may_pass: bool) {
        self.phase = Phase::Ended;
        self.keep_alive = None;
        if !matches!(self.closing, Closing::No) {
            return;
        }
        if may_pass
            && self.may_reconnect()
            && let Some(dialer) = self.dialer.take()
        {
            let opened = dialer.reopen(error, self.received);
            self.phase = Phase::Connecting(Box::pin(opened));
            return;
        }
        self.error = Some(error);
    }

    /// Waits until the channel is connected or has ended.
    fn poll_connected(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Phase::Connecting(connecting) = &mut self.phase else {
            return Poll::Ready(());
        };
        let (dialer, opened) = ready!(connecting.as_mut().poll(context));
        match opened {
            Ok(opened) => self.begin(dialer, opened),
            Err(error) => {
                self.dialer = Some(dialer);
                self.phase = Phase::Ended;
                self.error = Some(error);
            }
        }
        // The other side also waits for the connection.
        context.waker().wake_by_ref();
        Poll::Ready(())
    }

    /// Starts the timeout of the closing handshake.
    fn limit_closing(&mut self) {
        if let Some(dialer) = &self.dialer {
            let timer = || Box::pin(sleep(dialer.options.close_timeout));
            self.close_timer.get_or_insert_with(timer);
        }
    }

    /// Returns `true` if the closing handshake has timed out.
    fn poll_close_timer(&mut self, context: &mut Context<'_>) -> bool {
        let Some(timer) = &mut self.close_timer else {
            return false;
        };
        self.is_late |= timer.as_mut().poll(context).is_ready();
        self.is_late
    }

    /// Sends the close frame.
    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Phase::Open(connection) = &mut self.phase else {
            return Poll::Ready(());
        };
        let flushed = ready!(connection.poll_flush(context));
        if let Closing::Asked(frame) = std::mem::replace(&mut self.closing, Closing::Sent) {
            // If flushing fails, the receiver returns the error.
            if flushed.is_ok() {
                let _ = connection.start_send(Outgoing::Close(frame));
            }
            let _ = ready!(connection.poll_flush(context));
        }
        Poll::Ready(())
    }

    /// Sends a ping if it is due. Completes with the ping interval if the server did not respond to
    /// the last ping.
    fn poll_keep_alive(&mut self, context: &mut Context<'_>) -> Poll<std::time::Duration> {
        let interval = self
            .dialer
            .as_ref()
            .and_then(|dialer| dialer.options.ping_interval);
        let (Some(keep_alive), Some(interval)) = (&mut self.keep_alive, interval) else {
            return Poll::Pending;
        };
        while keep_alive.timer.as_mut().poll(context).is_ready() {
            if !keep_alive.is_heard {
                return Poll::Ready(interval);
            }
            keep_alive.is_heard = false;
            keep_alive.timer = Box::pin(sleep(interval));
            if let Phase::Open(connection) = &mut self.phase {
                // If the write buffer is full, the server does not read, and the missing pong ends
                // the connection.
                let _ = connection.start_send(Outgoing::Ping(Bytes::new()));
                let _ = connection.poll_flush(context);
            }
        }
        Poll::Pending
    }
}
