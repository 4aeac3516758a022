//! Scripted mock servers of channels.

use std::fmt::{self, Debug, Formatter};
use std::marker::PhantomData;
use std::net::TcpListener;
use std::panic;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use http::{StatusCode, Uri};
use serde::Serialize;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::frame::Frame as WireFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use super::super::client::{Client, ClientBuilder};
use super::super::error::Error;
use super::super::read::{self, Read};
use super::super::websocket::{Binary, Frames, Messages, Text};
use super::super::write::{self, Write};
use super::{StillClock, reply};

/// The timeout of a step of a script.
const STEP: Duration = Duration::from_secs(5);

/// The timeout of all scripts.
const ALL: Duration = Duration::from_secs(30);

/// The close code after a failed script.
const FAILED: CloseCode = CloseCode::Policy;

/// The maximum length of the reason of a close frame in bytes.
const LONGEST_REASON: usize = 123;

/// A channel of a mock server, on which clients send `S` and receive `R`.
///
/// Each connection has a script. Additional connections are refused. A
/// [`Cassette`](super::Cassette) does not record or replay channels.
///
/// ```ignore
/// let server = mock::speech::realtime()
///     .connection(|script| script.expects(&start).sends(&word).closes(1000, "done"))
///     .start();
/// let client = server.client()?;
/// // Calls of the program.
/// server.finish().await;
/// ```
#[must_use = "the server does nothing until it is started"]
pub struct Channel<S, R> {
    template: &'static str,
    plans: Vec<Plan>,
    kinds: PhantomData<fn() -> (S, R)>,
}

/// The plan of the server for a connection.
enum Plan {
    Accept(Vec<Step>),
    Refuse(StatusCode, String),
}

impl<S, R> Channel<S, R> {
    #[doc(hidden)]
    pub fn new(template: &'static str) -> Self {
        Self {
            template,
            plans: Vec::new(),
            kinds: PhantomData,
        }
    }

    /// Adds a connection that follows a script.
    pub fn connection(
        mut self,
        write: impl FnOnce(ChannelScript<S, R>) -> ChannelScript<S, R>,
    ) -> Self {
        let script = write(ChannelScript {
            steps: Vec::new(),
            kinds: PhantomData,
        });
        self.plans.push(Plan::Accept(script.steps));
        self
    }

    /// Refuses the next connection with a status and a JSON body.
    ///
    /// # Panics
    ///
    /// Panics if the status is not from 400 to 599.
    pub fn refuses(mut self, status: u16, body: impl Into<Value>) -> Self {
        let status = StatusCode::from_u16(status).ok();
        let Some(status) =
            status.filter(|status| status.is_client_error() || status.is_server_error())
        else {
            panic!("the status of a refused handshake must be from 400 to 599");
        };
        self.plans
            .push(Plan::Refuse(status, body.into().to_string()));
        self
    }

    /// Starts the server in the runtime of the test. The clock must not be paused.
    ///
    /// # Panics
    ///
    /// Panics if it is called outside of a runtime, or if no port is available.
    pub fn start(self) -> ChannelServer {
        #[allow(clippy::expect_used, reason = "a failed setup fails the test")]
        let (listener, url) = listen().expect("a local port is available");
        let handshakes = Handshakes::default();
        let task = tokio::spawn(serve(
            listener,
            self.template,
            self.plans,
            Arc::clone(&handshakes),
        ));
        ChannelServer {
            url,
            handshakes,
            task,
        }
    }
}

fn listen() -> std::io::Result<(tokio::net::TcpListener, String)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((tokio::net::TcpListener::from_std(listener)?, url))
}

impl<S, R> Debug for Channel<S, R> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel")
            .field("path", &self.template)
            .field("connections", &self.plans.len())
            .finish_non_exhaustive()
    }
}

/// The steps of the server on one connection. After the last step, the server closes the connection
/// with the code 1000.
///
/// If a message differs from the expected one, the server closes the connection with the code 1008,
/// and [`ChannelServer::finish`] panics.
#[must_use = "a script does nothing until it is returned"]
pub struct ChannelScript<S, R> {
    steps: Vec<Step>,
    kinds: PhantomData<fn() -> (S, R)>,
}

enum Step {
    Expect(Expected),
    ExpectClose,
    Send(Message, usize),
    Delay(Duration),
    Close(u16, String),
    Drop,
}

/// Checks a message. The error describes the expected message.
type Check = dyn Fn(&[u8]) -> Result<(), &'static str> + Send;

enum Expected {
    /// JSON, in any order of its properties.
    Json(Value),
    Text(String),
    Binary(Bytes),
    Pong(Bytes),
    Any,
    Matching(Box<Check>),
}

impl<S, R> ChannelScript<S, R> {
    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    fn message(self, message: Message) -> Self {
        self.step(Step::Send(message, 1))
    }

    fn json(self, message: &impl Serialize) -> Self {
        let text = reply::json(message);
        self.message(Message::Text(text.into()))
    }

    fn expect_json(self, message: &dyn Write) -> Self {
        #[allow(clippy::expect_used, reason = "a failed setup fails the test")]
        let value = write::to_value(message).expect("the message can be serialized as JSON");
        self.step(Step::Expect(Expected::Json(value)))
    }

    fn expect_matching<T: Read>(self, is_match: impl Fn(&T) -> bool + Send + 'static) -> Self {
        let check = move |bytes: &[u8]| match read::from_slice::<T>(bytes) {
            Ok(message) if is_match(&message) => Ok(()),
            Ok(_) => Err("a message that matches"),
            Err(_) => Err("a message of the channel"),
        };
        self.step(Step::Expect(Expected::Matching(Box::new(check))))
    }

    /// Expects any message.
    pub fn expects_any(self) -> Self {
        self.step(Step::Expect(Expected::Any))
    }

    /// Expects that the client closes the connection, and completes the closing handshake.
    pub fn expects_close(self) -> Self {
        self.step(Step::ExpectClose)
    }

    /// Sends a text frame, which may be invalid for the channel.
    pub fn sends_text(self, text: impl Into<String>) -> Self {
        self.message(Message::Text(text.into().into()))
    }

    /// Sends a binary frame, which may be invalid for the channel.
    pub fn sends_bytes(self, bytes: impl Into<Bytes>) -> Self {
        self.message(Message::Binary(bytes.into()))
    }

    /// Splits the message of the previous step into fragments.
    ///
    /// # Panics
    ///
    /// Panics if the previous step does not send a message, or if `frames` is 0.
    pub fn in_fragments(mut self, frames: usize) -> Self {
        match self.steps.last_mut() {
            Some(Step::Send(Message::Text(_) | Message::Binary(_), count)) if frames > 0 => {
                *count = frames;
            }
            _ => panic!("`in_fragments` must follow a sent message, with at least 1 frame"),
        }
        self
    }

    /// Waits before the next step.
    pub fn delays(self, time: Duration) -> Self {
        self.step(Step::Delay(time))
    }

    /// Sends a ping and expects its pong.
    pub fn pings(self, data: impl Into<Bytes>) -> Self {
        let data = data.into();
        self.message(Message::Ping(data.clone()))
            .step(Step::Expect(Expected::Pong(data)))
    }

    /// Closes the connection with a code and a reason, and expects that the client completes the
    /// closing handshake.
    pub fn closes(self, code: u16, reason: impl Into<String>) -> Self {
        self.step(Step::Close(code, reason.into()))
    }

    /// Drops the connection without a closing handshake.
    pub fn drops(self) -> Self {
        self.step(Step::Drop)
    }
}

impl<S, R> Debug for ChannelScript<S, R> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelScript")
            .field("steps", &self.steps.len())
            .finish_non_exhaustive()
    }
}

/// Implements the steps for messages in JSON.
macro_rules! expecting_json {
    ($($kind:ident)*) => {$(
        impl<T: Write, R> ChannelScript<$kind<T>, R> {
            /// Expects a message. The order of properties does not matter.
            ///
            /// # Panics
            ///
            /// Panics if the message cannot be serialized as JSON.
            pub fn expects(self, message: &T) -> Self {
                self.expect_json(message)
            }

            /// Expects a message for which the function returns `true`.
            pub fn expects_matching(
                self,
                is_match: impl Fn(&T) -> bool + Send + 'static,
            ) -> Self
            where
                T: Read,
            {
                self.expect_matching(is_match)
            }
        }

        impl<S, T: Serialize> ChannelScript<S, $kind<T>> {
            /// Sends a message.
            ///
            /// # Panics
            ///
            /// Panics if the message cannot be serialized as JSON.
            pub fn sends(self, message: &T) -> Self {
                self.json(message)
            }
        }
    )*};
}

expecting_json!(Messages Frames);

/// Implements the steps for bytes.
macro_rules! expecting_bytes {
    ($($kind:ty $(, $other:ident)?;)*) => {$(
        impl<$($other,)? R> ChannelScript<$kind, R> {
            /// Expects these bytes in a binary frame.
            pub fn expects_binary(self, bytes: impl Into<Bytes>) -> Self {
                self.step(Step::Expect(Expected::Binary(bytes.into())))
            }
        }
    )*};
}

expecting_bytes! {
    Frames<T>, T;
    Binary;
}

impl<R> ChannelScript<Text, R> {
    /// Expects this text.
    pub fn expects(self, text: impl Into<String>) -> Self {
        self.step(Step::Expect(Expected::Text(text.into())))
    }
}

/// A mock server of a channel, started by [`Channel::start`]. Dropping it stops the server.
#[must_use = "`finish` checks what the clients sent"]
pub struct ChannelServer {
    url: String,
    handshakes: Handshakes,
    task: JoinHandle<Result<(), String>>,
}

type Handshakes = Arc<Mutex<Vec<Handshake>>>;

impl ChannelServer {
    /// Returns the base URL of the server.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Creates a client of the server, with retries disabled.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ClientBuilder::build`].
    pub fn client(&self) -> Result<Client, Error> {
        self.builder().build()
    }

    /// Returns the builder of [`client`](Self::client), to change its settings.
    pub fn builder(&self) -> ClientBuilder {
        Client::builder()
            .api_key("key-of-a-mock-server")
            .constant_headers()
            .base_url(&self.url)
            .retries(0)
            .middleware(StillClock)
    }

    /// Returns the handshake requests so far.
    pub fn handshakes(&self) -> Vec<Handshake> {
        let handshakes = self.handshakes.lock();
        handshakes.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the scripts of all connections have ended, and returns the handshake requests.
    ///
    /// # Panics
    ///
    /// Panics if a client does not behave as a script expects, or if the scripts do not end within
    /// 30 seconds.
    pub async fn finish(mut self) -> Vec<Handshake> {
        match timeout(ALL, &mut self.task).await {
            Ok(Ok(Ok(()))) => self.handshakes(),
            Ok(Ok(Err(reason))) => panic!("{reason}"),
            Ok(Err(error)) => match error.try_into_panic() {
                Ok(reason) => panic::resume_unwind(reason),
                Err(error) => panic!("the server of the channel was stopped: {error}"),
            },
            Err(_) => panic!(
                "the scripts of the channel did not end within {ALL:?}; {} clients connected",
                self.handshakes().len()
            ),
        }
    }
}

impl Drop for ChannelServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Debug for ChannelServer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelServer")
            .field("url", &self.url)
            .field("handshakes", &self.handshakes().len())
            .finish_non_exhaustive()
    }
}

/// The request of a handshake.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Handshake {
    uri: Uri,
    headers: HeaderMap,
}

impl Handshake {
    /// Returns the path.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Returns the decoded query parameters, in order.
    pub fn query(&self) -> Vec<(String, String)> {
        let query = self.uri.query().unwrap_or_default();
        form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect()
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

/// Serves one connection for each plan.
async fn serve(
    listener: tokio::net::TcpListener,
    template: &'static str,
    plans: Vec<Plan>,
    handshakes: Handshakes,
) -> Result<(), String> {
    let mut connections = Vec::new();
    for (position, plan) in plans.into_iter().enumerate() {
        let Ok((stream, _)) = listener.accept().await else {
            return Err("the server of the channel cannot accept a connection".to_owned());
        };
        let handshakes = Arc::clone(&handshakes);
        connections.push(tokio::spawn(async move {
            let served = connection(stream, template, plan, &handshakes).await;
            served.map_err(|reason| format!("connection {}, {reason}", position + 1))
        }));
    }
    drop(listener);
    for connection in connections {
        match connection.await {
            Ok(served) => served?,
            Err(error) => match error.try_into_panic() {
                Ok(reason) => panic::resume_unwind(reason),
                Err(error) => return Err(error.to_string()),
            },
        }
    }
    Ok(())
}

async fn connection(
    stream: TcpStream,
    template: &str,
    plan: Plan,
    handshakes: &Handshakes,
) -> Result<(), String> {
    let refusal = match &plan {
        Plan::Refuse(status, body) => Some((*status, body.clone())),
        Plan::Accept(_) => None,
    };
    let mut is_expected = true;
    #[allow(clippy::result_large_err, reason = "the library defines the function")]
    let answer = |request: &Request, mut response: Response| {
        handshakes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Handshake {
                uri: request.uri().clone(),
                headers: request.headers().clone(),
            });
        is_expected = follows(request.uri().path(), template);
        if !is_expected {
            return Err(refused(StatusCode::NOT_FOUND, String::new()));
        }
        if let Some((status, body)) = refusal {
            return Err(refused(status, body));
        }
        let offered = request.headers().get(SEC_WEBSOCKET_PROTOCOL);
        let first = offered.and_then(|offered| offered.to_str().ok()?.split(',').next());
        if let Some(Ok(first)) = first.map(HeaderValue::try_from) {
            response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, first);
        }
        Ok(response)
    };
    let accepted = timeout(STEP, accept_hdr_async(stream, answer)).await;
    if !is_expected {
        return Err(format!("handshake: the path is not `{template}`"));
    }
    match (accepted, plan) {
        (Err(_), _) => Err(format!("handshake: no request within {STEP:?}")),
        (Ok(Ok(socket)), Plan::Accept(steps)) => follow(socket, steps).await,
        (Ok(_), Plan::Refuse(..)) => Ok(()),
        (Ok(Err(error)), Plan::Accept(_)) => Err(format!("handshake: {error}")),
    }
}

/// Returns `true` if a path matches a template.
fn follows(path: &str, template: &str) -> bool {
    let (mut path, mut template) = (path.split('/'), template.split('/'));
    loop {
        match (path.next(), template.next()) {
            (None, None) => return true,
            (Some(segment), Some(expected)) if segment == expected => {}
            (Some(segment), Some(expected)) if expected.contains('{') && !segment.is_empty() => {}
            _ => return false,
        }
    }
}

fn refused(status: StatusCode, body: String) -> ErrorResponse {
    let length = body.len();
    let mut response = ErrorResponse::new(Some(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, length.into());
    let media_type = HeaderValue::from_static("application/json");
    headers.insert(CONTENT_TYPE, media_type);
    response
}

type Peer = WebSocketStream<TcpStream>;

/// Follows a script. After a failure, closes the connection with the failure as the reason.
async fn follow(mut socket: Peer, steps: Vec<Step>) -> Result<(), String> {
    for (position, step) in steps.into_iter().enumerate() {
        let is_last = matches!(step, Step::Close(..) | Step::ExpectClose | Step::Drop);
        if let Err(reason) = take(&mut socket, step).await {
            let reason = format!("step {}: {reason}", position + 1);
            close(&mut socket, FAILED, reason.clone()).await;
            return Err(reason);
        }
        if is_last {
            return Ok(());
        }
    }
    close(&mut socket, CloseCode::Normal, String::new()).await;
    Ok(())
}

async fn take(socket: &mut Peer, step: Step) -> Result<(), String> {
    match step {
        Step::Expect(expected) => expect(socket, expected).await,
        Step::ExpectClose => match receive(socket, |message| message.is_close()).await? {
            Some(Message::Close(_)) | None => {
                let _ = timeout(STEP, socket.close(None)).await;
                Ok(())
            }
            Some(message) => Err(format!("expected the end, received {}", shown(&message))),
        },
        Step::Send(message, frames) => {
            for frame in fragments(message, frames) {
                match timeout(STEP, socket.send(frame)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => return Err(format!("could not send: {error}")),
                    Err(_) => return Err(format!("the client read nothing for {STEP:?}")),
                }
            }
            Ok(())
        }
        Step::Delay(time) => {
            sleep(time).await;
            Ok(())
        }
        Step::Close(code, reason) => {
            close(socket, CloseCode::from(code), reason).await;
            Ok(())
        }
        Step::Drop => Ok(()),
    }
}

/// Closes the connection, and waits for the closing handshake.
async fn close(socket: &mut Peer, code: CloseCode, mut reason: String) {
    while reason.len() > LONGEST_REASON {
        reason.pop();
    }
    let frame = CloseFrame {
        code,
        reason: reason.into(),
    };
    let closing = async {
        if socket.close(Some(frame)).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    let _ = timeout(STEP, closing).await;
}

/// Receives a message, or the requested kind of control frame. Returns `None` at the end.
async fn receive(
    socket: &mut Peer,
    is_wanted: impl Fn(&Message) -> bool,
) -> Result<Option<Message>, String> {
    let receive = async {
        loop {
            match socket.next().await {
                Some(Ok(message)) if is_wanted(&message) => return Ok(Some(message)),
                Some(Ok(Message::Close(_))) | None => return Ok(None),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => return Ok(Some(message)),
                Some(Err(error)) => return Err(format!("the connection failed: {error}")),
            }
        }
    };
    let received = timeout(STEP, receive).await;
    received.unwrap_or_else(|_| Err(format!("received nothing for {STEP:?}")))
}

async fn expect(socket: &mut Peer, expected: Expected) -> Result<(), String> {
    if let Expected::Pong(data) = &expected {
        let is_pong = |message: &Message| matches!(message, Message::Pong(pong) if pong == data);
        return match receive(socket, is_pong).await? {
            Some(Message::Pong(_)) => Ok(()),
            Some(message) => Err(format!("expected a pong, received {}", shown(&message))),
            None => Err("expected a pong, but the client closed the connection".to_owned()),
        };
    }
    let Some(message) = receive(socket, |_| false).await? else {
        return Err(format!(
            "expected {}, but the client closed the connection",
            expected.shown()
        ));
    };
    let is_expected = match (&expected, &message) {
        (Expected::Any, _) => true,
        (Expected::Text(expected), Message::Text(text)) => text.as_str() == expected,
        (Expected::Binary(expected), Message::Binary(bytes)) => bytes == expected,
        (Expected::Json(expected), Message::Text(text)) => {
            serde_json::from_str(text).is_ok_and(|value: Value| value == *expected)
        }
        (Expected::Matching(check), Message::Text(text)) => {
            if let Err(wanted) = check(text.as_str().as_bytes()) {
                return Err(format!("expected {wanted}, received {}", shown(&message)));
            }
            true
        }
        _ => false,
    };
    match is_expected {
        true => Ok(()),
        false => Err(format!(
            "expected {}, received {}",
            expected.shown(),
            shown(&message)
        )),
    }
}

impl Expected {
    fn shown(&self) -> String {
        match self {
            Self::Json(value) => value.to_string(),
            Self::Text(text) => format!("{text:?}"),
            Self::Binary(bytes) => format!("{} bytes", bytes.len()),
            Self::Pong(_) => "a pong".to_owned(),
            Self::Any | Self::Matching(_) => "a message".to_owned(),
        }
    }
}

fn shown(message: &Message) -> String {
    match message {
        Message::Text(text) => text.as_str().to_owned(),
        message => format!("{} bytes", message.len()),
    }
}

/// Splits a message into fragments.
fn fragments(message: Message, frames: usize) -> Vec<Message> {
    if frames <= 1 {
        return vec![message];
    }
    let kind = match &message {
        Message::Text(_) => Data::Text,
        _ => Data::Binary,
    };
    let mut rest = message.into_data();
    let size = rest.len().div_ceil(frames);
    let parts = (1..=frames).map(|number| {
        let part = rest.split_to(size.min(rest.len()));
        let kind = match number {
            1 => kind,
            _ => Data::Continue,
        };
        let frame = WireFrame::message(part, OpCode::Data(kind), number == frames);
        Message::Frame(frame)
    });
    parts.collect()
}
