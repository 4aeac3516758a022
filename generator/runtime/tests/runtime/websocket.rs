//! Messages of channels in both directions, and pings.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::Frame as WireFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

use crate::calls::Calls as _;
use crate::events::soon;
use crate::runtime::websocket::{
    Binary, Connecting, Frame, Frames, Messages, Nothing, Receiver, Sender, Socket, SocketOptions,
    Text,
};
use crate::runtime::{Client, ClientBuilder, Error, Operation, UnknownVariant, object, union};
use crate::server::{KEY, get, header, read_request};

pub(crate) const CHANNEL: Operation = Operation::new("speech_realtime", "/realtime");

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Word {
    pub(crate) text: String,
}

object! {
    Word {
        text: required "text",
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
        }
    }
}

/// A union with a variant for unknown values.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    Word(Word),
    Unknown(UnknownVariant),
}

union! {
    Event {
        Word(Word),
        ..Unknown
    }
}

pub(crate) type Words = Socket<Messages<Word>, Messages<Word>>;

/// The server of a channel.
pub(crate) struct Server {
    pub(crate) listener: TcpListener,
    pub(crate) url: String,
}

/// The server end of a connection.
pub(crate) type Peer = WebSocketStream<TcpStream>;

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self { listener, url }
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        Client::builder()
            .api_key(KEY)
            .base_url(&self.url)
            .timeout(Duration::from_secs(5))
            .retries(0)
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// Reads the request of a handshake.
    pub(crate) async fn request(&self) -> (TcpStream, String) {
        let (mut stream, _) = self.listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        (stream, request)
    }

    /// Accepts a connection, and also returns the handshake request.
    pub(crate) async fn accept(&self) -> (Peer, String) {
        let (stream, request) = self.request().await;
        (accepted(stream, &request).await, request)
    }
}

/// Returns the head of a valid handshake response, without the empty line at its end.
pub(crate) fn switching(request: &str) -> String {
    let key = header(request, "sec-websocket-key").unwrap();
    let accept = derive_accept_key(key.as_bytes());
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-accept: {accept}\r\nx-request-id: r1\r\n"
    )
}

pub(crate) async fn accepted(mut stream: TcpStream, request: &str) -> Peer {
    let head = format!("{}\r\n", switching(request));
    stream.write_all(head.as_bytes()).await.unwrap();
    WebSocketStream::from_raw_socket(stream, Role::Server, None).await
}

pub(crate) fn connect<S, R>(client: &Client, options: SocketOptions) -> Connecting<S, R> {
    let request = get(client, CHANNEL.path);
    client.calls().connect(request, &CHANNEL, options)
}

/// Returns both ends of a channel.
pub(crate) async fn pair<S, R>(options: SocketOptions) -> (Peer, Socket<S, R>) {
    let server = Server::start().await;
    let client = server.client();
    let both = async { tokio::join!(server.accept(), connect(&client, options)) };
    let ((peer, _), socket) = soon(both).await;
    (peer, socket.unwrap())
}

pub(crate) async fn plain<S, R>() -> (Peer, Socket<S, R>) {
    pair(SocketOptions::new()).await
}

/// Receives a message, and skips control frames.
async fn received(peer: &mut Peer) -> Message {
    loop {
        match peer.next().await.unwrap().unwrap() {
            Message::Ping(_) | Message::Pong(_) => {}
            message => return message,
        }
    }
}

pub(crate) fn text(text: &str) -> Message {
    Message::text(text.to_owned())
}

#[tokio::test]
async fn messages_of_both_directions_have_the_types_of_the_channel() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Messages<Word>, Messages<Word>>().await;
    socket.send("hello").await?;
    assert_eq!(soon(received(&mut peer)).await, text(r#"{"text":"hello"}"#));
    peer.send(text(r#"{"text":"goodbye"}"#)).await.unwrap();
    let word = soon(socket.next_message()).await?;
    assert_eq!(word, Some(Word::from("goodbye")));
    Ok(())
}

#[tokio::test]
async fn a_socket_is_a_stream() {
    let (mut peer, socket) = plain::<Nothing, Messages<Word>>().await;
    for word in ["a", "b"] {
        let message = format!("{{\"text\":\"{word}\"}}");
        peer.send(text(&message)).await.unwrap();
    }
    peer.close(None).await.unwrap();
    let words: Vec<Word> = soon(socket.map(Result::unwrap).collect()).await;
    assert_eq!(words, [Word::from("a"), Word::from("b")]);
}

#[tokio::test]
async fn a_message_in_fragments_is_one_message() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Nothing, Messages<Word>>().await;
    let parts: [(&[u8], _, _); 3] = [
        (b"{\"text\":\"gr\xc3", Data::Text, false),
        (b"\xbc", Data::Continue, false),
        (b"n\"}", Data::Continue, true),
    ];
    for (part, kind, is_last) in parts {
        let frame = WireFrame::message(part.to_vec(), OpCode::Data(kind), is_last);
        peer.send(Message::Frame(frame)).await.unwrap();
        if !is_last {
            // A control frame may occur between fragments.
            peer.send(Message::Ping(Bytes::new())).await.unwrap();
        }
    }
    let word = soon(socket.next_message()).await?;
    assert_eq!(word, Some(Word::from("grün")));
    Ok(())
}

#[tokio::test]
async fn a_message_arrives_although_the_wait_for_it_was_cancelled() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Nothing, Messages<Word>>().await;
    let frame = |part: &str, kind, is_last| {
        Message::Frame(WireFrame::message(
            part.to_owned(),
            OpCode::Data(kind),
            is_last,
        ))
    };
    peer.send(frame(r#"{"text":"#, Data::Text, false))
        .await
        .unwrap();
    let wait = tokio::time::timeout(Duration::from_millis(20), socket.next_message());
    assert!(wait.await.is_err());
    peer.send(frame(r#""late"}"#, Data::Continue, true))
        .await
        .unwrap();
    let word = soon(socket.next_message()).await?;
    assert_eq!(word, Some(Word::from("late")));
    Ok(())
}

#[tokio::test]
async fn a_message_of_an_unknown_shape_is_an_unknown_variant() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Nothing, Messages<Event>>().await;
    peer.send(text(r#"{"kind":"new"}"#)).await.unwrap();
    let Some(Event::Unknown(unknown)) = soon(socket.next_message()).await? else {
        panic!("the message has no known variant");
    };
    assert_eq!(unknown.json()["kind"], "new");
    Ok(())
}

#[tokio::test]
async fn a_text_that_is_not_json_is_an_error_that_does_not_end_the_stream() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Nothing, Messages<Word>>().await;
    for message in [
        &format!("not JSON, but {KEY}"),
        r#"{"text":1}"#,
        r#"{"text":"a"}"#,
    ] {
        peer.send(text(message)).await.unwrap();
    }
    let error = soon(socket.next_message()).await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
    assert_eq!(error.body().unwrap(), "not JSON, but [redacted]");
    assert_eq!(error.request_id(), Some("r1"));
    let error = soon(socket.next_message()).await.unwrap_err();
    assert!(error.to_string().contains("`text`"), "{error}");
    let word = soon(socket.next_message()).await?;
    assert_eq!(word, Some(Word::from("a")));
    Ok(())
}

#[tokio::test]
async fn json_in_a_binary_frame_is_a_message() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Nothing, Messages<Word>>().await;
    peer.send(Message::binary(&br#"{"text":"a"}"#[..]))
        .await
        .unwrap();
    assert_eq!(soon(socket.next_message()).await?, Some(Word::from("a")));
    Ok(())
}

#[tokio::test]
async fn a_channel_of_frames_has_messages_and_bytes() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Frames<Word>, Frames<Word>>().await;
    socket.send("a").await?;
    socket.send_binary(vec![0, 255]).await?;
    assert_eq!(soon(received(&mut peer)).await, text(r#"{"text":"a"}"#));
    let bytes = soon(received(&mut peer)).await;
    assert_eq!(bytes, Message::binary(vec![0, 255]));
    peer.send(bytes).await.unwrap();
    peer.send(text(r#"{"text":"b"}"#)).await.unwrap();
    let frame = soon(socket.next_message()).await?.unwrap();
    assert_eq!(frame, Frame::Binary(Bytes::from_static(&[0, 255])));
    let frame = soon(socket.next_message()).await?.unwrap();
    assert_eq!(frame.into_message(), Some(Word::from("b")));
    Ok(())
}

#[tokio::test]
async fn a_channel_of_bytes_has_no_text() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Binary, Binary>().await;
    socket.send_binary(&b"sent"[..]).await?;
    assert_eq!(
        soon(received(&mut peer)).await,
        Message::binary(&b"sent"[..])
    );
    peer.send(text("text")).await.unwrap();
    peer.send(Message::binary(&b"received"[..])).await.unwrap();
    let error = soon(socket.next_message()).await.unwrap_err();
    assert!(error.to_string().contains("sent a text frame"), "{error}");
    let bytes = soon(socket.next_message()).await?;
    assert_eq!(bytes.unwrap(), "received");
    Ok(())
}

#[tokio::test]
async fn a_channel_of_text_does_not_read_json() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Text, Text>().await;
    socket.send("stop").await?;
    assert_eq!(soon(received(&mut peer)).await, text("stop"));
    peer.send(Message::binary(vec![0, 255])).await.unwrap();
    peer.send(text("{")).await.unwrap();
    assert!(soon(socket.next_message()).await.is_err());
    assert_eq!(soon(socket.next_message()).await?.as_deref(), Some("{"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_halves_work_in_two_tasks() {
    const COUNT: usize = 500;
    let (peer, socket) = plain::<Messages<Word>, Messages<Word>>().await;
    let echo = tokio::spawn(async move {
        let (mut sink, mut stream) = peer.split();
        for _ in 0..COUNT {
            let message = stream.next().await.unwrap().unwrap();
            sink.send(message).await.unwrap();
        }
        sink.close().await.unwrap();
    });
    let (mut sender, mut receiver) = socket.split();
    let sending = tokio::spawn(async move {
        for number in 0..COUNT {
            sender.send(number.to_string().as_str()).await.unwrap();
        }
        sender
    });
    let receiving = tokio::spawn(async move {
        for number in 0..COUNT {
            let word = receiver.next_message().await.unwrap().unwrap();
            assert_eq!(word.text, number.to_string());
        }
        assert_eq!(receiver.next_message().await.unwrap(), None);
    });
    soon(async { tokio::try_join!(echo, sending, receiving) })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_directions_are_busy_at_once() {
    const COUNT: usize = 300;
    const SIZE: usize = 40_000;
    let (peer, socket) = plain::<Binary, Binary>().await;
    let (mut sink, mut stream) = peer.split();
    let (mut sender, mut receiver) = socket.split();
    let serve_sent = tokio::spawn(async move {
        let mut count = 0;
        while count < COUNT {
            match stream.next().await.unwrap().unwrap() {
                Message::Binary(bytes) => {
                    assert_eq!(bytes.len(), SIZE);
                    count += 1;
                }
                message => assert!(message.is_ping() || message.is_pong()),
            }
        }
        stream
    });
    let serve = tokio::spawn(async move {
        for _ in 0..COUNT {
            sink.send(Message::Ping(Bytes::new())).await.unwrap();
            sink.send(Message::binary(vec![2; SIZE])).await.unwrap();
        }
        sink
    });
    let send = tokio::spawn(async move {
        for _ in 0..COUNT {
            sender.send_binary(vec![1; SIZE]).await.unwrap();
        }
        sender
    });
    let receive = tokio::spawn(async move {
        for _ in 0..COUNT {
            let bytes = receiver.next_message().await.unwrap().unwrap();
            assert_eq!(bytes.len(), SIZE);
        }
        receiver
    });
    let all = soon(async { tokio::try_join!(serve, serve_sent, send, receive) }).await;
    assert!(all.is_ok());
}

#[tokio::test]
async fn large_messages_cross_when_both_sides_send_first() {
    let (mut peer, mut socket) = plain::<Binary, Binary>().await;
    let large = vec![7; 4 << 20];
    let copy = large.clone();
    let serve = async {
        let sent = received(&mut peer).await;
        peer.send(Message::binary(copy)).await.unwrap();
        sent.len()
    };
    let call = async {
        socket.send_binary(large.clone()).await.unwrap();
        socket.next_message().await.unwrap().unwrap().len()
    };
    assert_eq!(
        soon(async { tokio::join!(serve, call) }).await,
        (4 << 20, 4 << 20)
    );
}

#[tokio::test]
async fn pings_of_the_server_are_answered_while_the_socket_is_polled() {
    let (mut peer, mut socket) = plain::<Nothing, Messages<Word>>().await;
    let poll = tokio::spawn(async move { socket.next_message().await });
    peer.send(Message::Ping(Bytes::from_static(b"there?")))
        .await
        .unwrap();
    let pong = soon(peer.next()).await.unwrap().unwrap();
    assert_eq!(pong, Message::Pong(Bytes::from_static(b"there?")));
    poll.abort();
}

#[tokio::test]
async fn a_ping_of_the_program_has_its_data_if_that_is_short_enough() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Nothing, Nothing>().await;
    socket.ping("there?").await?;
    let ping = soon(peer.next()).await.unwrap().unwrap();
    assert_eq!(ping, Message::Ping(Bytes::from_static(b"there?")));
    let error = socket.ping(vec![0; 126]).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_connection_is_kept_alive_as_long_as_the_server_responds() -> Result<(), Error> {
    let interval = Duration::from_millis(100);
    let options = SocketOptions::new().ping_interval(interval);
    let (mut peer, mut socket) = pair::<Nothing, Messages<Word>>(options).await;
    let receive = tokio::spawn(async move {
        let word = socket.next_message().await;
        (word, socket)
    });
    // The server library responds to pings while it is polled.
    for _ in 0..2 {
        let ping = soon(peer.next()).await.unwrap().unwrap();
        assert!(ping.is_ping());
        peer.flush().await.unwrap();
    }
    peer.send(text(r#"{"text":"a"}"#)).await.unwrap();
    let (word, _) = soon(receive).await.unwrap();
    assert_eq!(word?, Some(Word::from("a")));
    Ok(())
}

#[tokio::test]
async fn a_server_that_does_not_respond_to_a_ping_is_an_error_and_the_end() {
    let interval = Duration::from_millis(20);
    let options = SocketOptions::new().ping_interval(interval);
    let (_peer, mut socket) = pair::<Nothing, Messages<Word>>(options).await;
    let error = soon(socket.next_message()).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(
        error.to_string(),
        "speech_realtime: timed out: no data for 20ms"
    );
    assert_eq!(soon(socket.next_message()).await.unwrap(), None);
}

#[tokio::test]
async fn a_server_that_reads_slowly_makes_the_sender_wait() {
    let (mut peer, socket) = plain::<Binary, Nothing>().await;
    let (mut sender, _receiver) = socket.split();
    let chunk = Bytes::from(vec![0; 1 << 20]);
    let mut sent = 0;
    // More than the buffers of the system.
    while sent < 200 {
        let send = sender.send_binary(chunk.clone());
        match tokio::time::timeout(Duration::from_millis(100), send).await {
            Ok(result) => result.unwrap(),
            Err(_) => break,
        }
        sent += 1;
    }
    assert!(
        sent < 100,
        "{sent} MiB were sent to a server that does not read"
    );
    // The message of the canceled `send` is complete when the server reads.
    let read = async {
        for _ in 0..=sent {
            assert_eq!(received(&mut peer).await.len(), 1 << 20);
        }
    };
    let flush = async { sender.flush().await.unwrap() };
    soon(async { tokio::join!(read, flush) }).await;
}

#[test]
fn every_part_of_a_channel_can_be_moved_to_another_task() {
    fn is_movable<T: Send + 'static>(_: Option<T>) {}
    is_movable::<Connecting<Messages<Word>, Frames<Word>>>(None);
    is_movable::<Words>(None);
    is_movable::<Sender<Messages<Word>>>(None);
    is_movable::<Receiver<Messages<Word>>>(None);
    #[allow(dead_code, reason = "it is only type-checked")]
    fn futures(mut socket: Words) {
        fn is_send<T: Send>(_: T) {}
        is_send(socket.send("a"));
        is_send(socket.next_message());
        is_send(socket.close());
    }
}

#[tokio::test]
async fn debug_shows_neither_the_key_nor_messages() {
    let (_peer, socket) = plain::<Messages<Word>, Messages<Word>>().await;
    let text = format!("{socket:?}");
    let text = format!("{text} {:?}", socket.split());
    assert!(!text.contains(KEY), "{text}");
    assert!(text.contains("speech_realtime"), "{text}");
}
