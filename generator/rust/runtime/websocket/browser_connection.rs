//! The connection of a channel through the browser's WebSocket.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::Bytes;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BinaryType, CloseEvent, Event, MessageEvent, WebSocket};

use super::super::platform::{Sleep, sleep};
use super::close::CloseFrame;
use super::failure::Failure;
use super::message::Data;
use super::traffic::{Incoming, Outgoing};

/// The maximum number of buffered bytes in the browser before sending waits.
const WRITE_BUFFER: u32 = 1 << 20;

/// The interval for polling the browser's send buffer.
const WRITING: Duration = Duration::from_millis(10);

/// The code for a connection that ended without a closing handshake.
const LOST: u16 = 1006;

/// A connection, whose handshake may not be finished.
pub(super) struct Connection {
    socket: WebSocket,
    inbox: Rc<RefCell<Inbox>>,
    writing: Option<Pin<Box<Sleep>>>,
    handlers: Handlers,
}

/// The messages that the browser has received.
#[derive(Default)]
struct Inbox {
    is_open: bool,
    is_closed: bool,
    received: VecDeque<Result<Incoming, Failure>>,
    /// The length of the messages in `received`.
    length: usize,
    waker: Option<Waker>,
}

/// The functions that the browser calls.
struct Handlers {
    open: Closure<dyn FnMut(Event)>,
    message: Closure<dyn FnMut(MessageEvent)>,
    close: Closure<dyn FnMut(CloseEvent)>,
}

impl Connection {
    /// Starts to connect.
    pub(super) fn new(
        url: &str,
        protocols: &[String],
        max_message_size: usize,
    ) -> Result<Self, Failure> {
        let names: Array = protocols.iter().map(JsValue::from).collect();
        let socket = WebSocket::new_with_str_sequence(url, &names)
            .map_err(|_| Failure::Unexpected("the browser rejected the URL of the channel"))?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let inbox = Rc::new(RefCell::new(Inbox::default()));
        let handlers = Handlers::of(&inbox, max_message_size);
        socket.set_onopen(Some(handlers.open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(handlers.message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(handlers.close.as_ref().unchecked_ref()));
        Ok(Self {
            socket,
            inbox,
            writing: None,
            handlers,
        })
    }

    /// Waits until the handshake has succeeded.
    pub(super) async fn opened(&mut self) -> Result<(), Failure> {
        poll_fn(|context| {
            let mut inbox = self.inbox.borrow_mut();
            match (inbox.is_open, inbox.is_closed) {
                (true, _) => Poll::Ready(Ok(())),
                (false, true) => Poll::Ready(Err(Failure::Lost(None))),
                (false, false) => {
                    inbox.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Returns the subprotocol that the server selected.
    pub(super) fn protocol(&self) -> Option<String> {
        Some(self.socket.protocol()).filter(|name| !name.is_empty())
    }

    /// Receives the next message.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Incoming, Failure>>> {
        let mut inbox = self.inbox.borrow_mut();
        if let Some(incoming) = inbox.received.pop_front() {
            if let Ok(Incoming::Message(data)) = &incoming {
                inbox.length -= data.bytes.len();
            }
            return Poll::Ready(Some(incoming));
        }
        if inbox.is_closed {
            return Poll::Ready(None);
        }
        inbox.waker = Some(context.waker().clone());
        Poll::Pending
    }

    /// Passes a message to the browser.
    pub(super) fn start_send(&mut self, outgoing: Outgoing) -> Result<(), Failure> {
        let sent = match outgoing {
            Outgoing::Text(text) => self.socket.send_with_str(&text),
            Outgoing::Binary(bytes) => self.socket.send_with_u8_array(&bytes),
            Outgoing::Ping(_) => return Err(Failure::Unexpected("a browser cannot send pings")),
            Outgoing::Close(frame) => {
                let (code, reason) = (frame.code(), frame.reason());
                let closed = self.socket.close_with_code_and_reason(code, reason);
                // A web page can send only a few of the codes.
                closed.or_else(|_| self.socket.close())
            }
        };
        sent.map_err(|_| Failure::Ended)
    }

    /// Waits while the send buffer of the browser is full.
    pub(super) fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        while self.socket.buffered_amount() > WRITE_BUFFER && !self.inbox.borrow().is_closed {
            let timer = self.writing.get_or_insert_with(|| Box::pin(sleep(WRITING)));
            ready!(timer.as_mut().poll(context));
            self.writing = None;
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Fails if the socket is already closed.
        let _ = self.socket.close();
    }
}

impl Inbox {
    fn add(&mut self, incoming: Result<Incoming, Failure>) {
        self.received.push_back(incoming);
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    /// Adds a message. Fails the connection if the message is too long or too many messages are
    /// unread.
    fn add_message(&mut self, data: Data, max_message_size: usize) {
        let length = data.bytes.len();
        if self.is_closed {
            return;
        }
        if length > max_message_size {
            self.is_closed = true;
            self.add(Err(Failure::Oversized(max_message_size)));
            return;
        }
        self.length += length;
        if self.length > max_message_size && !self.received.is_empty() {
            self.is_closed = true;
            self.add(Err(Failure::Unread(max_message_size)));
            return;
        }
        self.add(Ok(Incoming::Message(data)));
    }
}

impl Handlers {
    fn of(inbox: &Rc<RefCell<Inbox>>, max_message_size: usize) -> Self {
        let of_open = Rc::clone(inbox);
        let of_message = Rc::clone(inbox);
        let of_close = Rc::clone(inbox);
        Self {
            open: Closure::new(move |_| {
                let mut inbox = of_open.borrow_mut();
                inbox.is_open = true;
                inbox.wake();
            }),
            message: Closure::new(move |event: MessageEvent| {
                let data = event.data();
                let data = match data.as_string() {
                    Some(text) => Data {
                        bytes: text.into(),
                        is_text: true,
                    },
                    None => Data {
                        bytes: bytes_of(&data),
                        is_text: false,
                    },
                };
                of_message.borrow_mut().add_message(data, max_message_size);
            }),
            close: Closure::new(move |event: CloseEvent| {
                let mut inbox = of_close.borrow_mut();
                if !inbox.is_closed {
                    let code = event.code();
                    inbox.add(match code == LOST {
                        true => Err(Failure::Lost(None)),
                        false => Ok(Incoming::Close(CloseFrame::received(code, event.reason()))),
                    });
                }
                inbox.is_closed = true;
                inbox.wake();
            }),
        }
    }
}

fn bytes_of(data: &JsValue) -> Bytes {
    match data.dyn_ref::<ArrayBuffer>() {
        Some(buffer) => Uint8Array::new(buffer).to_vec().into(),
        None => Bytes::new(),
    }
}
