//! The end of channels: closing handshakes, lost connections, limits, and violations.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message};

use crate::events::soon;
use crate::runtime::Error;
use crate::runtime::websocket::{Binary, Messages, Nothing, Socket, SocketOptions, Text};
use crate::server::KEY;
use crate::websocket::{Peer, Server, Word, connect, pair, plain, switching, text};

fn frame(code: u16, reason: &str) -> Option<CloseFrame> {
    Some(CloseFrame {
        code: CloseCode::from(code),
        reason: reason.to_owned().into(),
    })
}

async fn read(peer: &mut Peer) -> Option<Message> {
    soon(peer.next()).await.and_then(Result::ok)
}

#[tokio::test]
async fn a_normal_code_ends_the_stream_after_all_messages() -> Result<(), Error> {
    for code in [1000, 1001] {
        let (mut peer, mut socket) = plain::<Nothing, Messages<Word>>().await;
        peer.send(text(r#"{"text":"a"}"#)).await.unwrap();
        peer.close(frame(code, "done")).await.unwrap();
        assert_eq!(soon(socket.next_message()).await?, Some(Word::from("a")));
        assert_eq!(soon(socket.next_message()).await?, None);
        assert_eq!(soon(socket.next_message()).await?, None);
        let end = socket.close_frame().unwrap();
        assert_eq!((end.code(), end.reason()), (code, "done"));
        // The client completes the closing handshake.
        assert!(read(&mut peer).await.unwrap().is_close());
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_closes_without_a_code_ends_the_stream() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Nothing, Messages<Word>>().await;
    peer.close(None).await.unwrap();
    assert_eq!(soon(socket.next_message()).await?, None);
    assert_eq!(socket.close_frame().unwrap().code(), 1005);
    Ok(())
}

#[tokio::test]
async fn any_other_code_is_an_error_and_the_end() {
    for code in [1008, 1011, 4001] {
        let (mut peer, mut socket) = plain::<Nothing, Messages<Word>>().await;
        peer.close(frame(code, &format!("not {KEY}")))
            .await
            .unwrap();
        let error = soon(socket.next_message()).await.unwrap_err();
        assert_eq!(error.close_code(), Some(code));
        assert_eq!(error.close_reason(), Some("not [redacted]"));
        assert_eq!(
            error.to_string(),
            format!(
                "speech_realtime: the server closed the connection with {code}: not [redacted]"
            )
        );
        assert_eq!(soon(socket.next_message()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_connection_that_is_lost_is_an_error_and_the_end() {
    let (peer, mut socket) = plain::<Messages<Word>, Messages<Word>>().await;
    drop(peer);
    let error = soon(socket.next_message()).await.unwrap_err();
    assert!(error.to_string().contains("connection was lost"), "{error}");
    assert_eq!(error.close_code(), None);
    assert_eq!(soon(socket.next_message()).await.unwrap(), None);
    let error = soon(socket.send("a")).await.unwrap_err();
    assert!(
        error.to_string().contains("connection is closed"),
        "{error}"
    );
}

#[tokio::test]
async fn close_does_the_closing_handshake() -> Result<(), Error> {
    let (mut peer, mut socket) = plain::<Messages<Word>, Messages<Word>>().await;
    let serve = tokio::spawn(async move {
        peer.send(text(r#"{"text":"dropped"}"#)).await.unwrap();
        read(&mut peer).await
    });
    soon(socket.close_with(4000, "enough")).await?;
    let close = serve.await.unwrap().unwrap();
    assert_eq!(close, Message::Close(frame(4000, "enough")));
    assert_eq!(soon(socket.next_message()).await?, None);
    assert!(socket.send("a").await.is_err());
    soon(socket.close()).await
}

#[tokio::test]
async fn the_receiver_receives_what_arrives_after_the_sender_closed() -> Result<(), Error> {
    let (mut stream, socket) = raw().await;
    let (mut sender, mut receiver) = socket.split();
    soon(sender.close()).await?;
    assert!(sender.send("a").await.is_err());
    let late = b"\x81\x04late";
    let close = b"\x88\x02\x03\xe8";
    stream.write_all(late).await.unwrap();
    stream.write_all(close).await.unwrap();
    let message = soon(receiver.next_message()).await?;
    assert_eq!(message.as_deref(), Some("late"));
    assert_eq!(soon(receiver.next_message()).await?, None);
    assert_eq!(receiver.close_frame().unwrap().code(), 1000);
    Ok(())
}

#[tokio::test]
async fn a_server_that_does_not_close_is_waited_for_a_limited_time() {
    let options = || SocketOptions::new().close_timeout(Duration::from_millis(30));
    let (_peer, mut socket) = pair::<Nothing, Messages<Word>>(options()).await;
    let error = soon(socket.close()).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(soon(socket.next_message()).await.unwrap(), None);

    let (_peer, socket) = pair::<Nothing, Messages<Word>>(options()).await;
    let (mut sender, mut receiver) = socket.split();
    soon(sender.close()).await.unwrap();
    assert_eq!(soon(receiver.next_message()).await.unwrap(), None);
}

#[tokio::test]
async fn a_server_that_reads_nothing_does_not_delay_the_end() {
    let options = SocketOptions::new().close_timeout(Duration::from_millis(30));
    let (_peer, mut socket) = pair::<Binary, Nothing>(options).await;
    let large = socket.send_binary(vec![0; 32 << 20]);
    let send = tokio::time::timeout(Duration::from_millis(50), large);
    assert!(send.await.is_err());
    assert!(soon(socket.close()).await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn the_receiver_ends_when_the_sender_closes() -> Result<(), Error> {
    let (mut peer, socket) = plain::<Messages<Word>, Messages<Word>>().await;
    let (mut sender, mut receiver) = socket.split();
    let receive = tokio::spawn(async move { receiver.next_message().await });
    tokio::task::yield_now().await;
    sender.close().await?;
    assert!(read(&mut peer).await.unwrap().is_close());
    drop(read(&mut peer).await);
    assert_eq!(soon(receive).await.unwrap()?, None);
    Ok(())
}

#[tokio::test]
async fn codes_and_reasons_that_cannot_be_sent_are_refused() -> Result<(), Error> {
    let (_peer, mut socket) = plain::<Nothing, Nothing>().await;
    for code in [0, 999, 1004, 1005, 1006, 1015, 2999, 5000] {
        let error = socket.close_with(code, "").await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    }
    let error = socket.close_with(1000, "x".repeat(124)).await.unwrap_err();
    assert!(error.to_string().contains("123 bytes"), "{error}");
    // The connection is still open.
    socket.ping("").await
}

#[tokio::test]
async fn dropping_the_socket_drops_the_connection() {
    let (mut peer, socket) = plain::<Nothing, Nothing>().await;
    drop(socket);
    assert!(!matches!(soon(peer.next()).await, Some(Ok(_))));

    let (mut peer, socket) = plain::<Nothing, Nothing>().await;
    let (sender, receiver) = socket.split();
    drop(receiver);
    drop(sender);
    assert!(!matches!(soon(peer.next()).await, Some(Ok(_))));
}

#[tokio::test]
async fn a_message_above_the_limit_is_an_error_and_the_end() {
    let options = SocketOptions::new().max_message_size(20);
    let (mut peer, mut socket) = pair::<Text, Text>(options).await;
    peer.send(text(&"a".repeat(20))).await.unwrap();
    peer.send(text(&"a".repeat(21))).await.unwrap();
    assert_eq!(
        soon(socket.next_message()).await.unwrap().unwrap().len(),
        20
    );
    let error = soon(socket.next_message()).await.unwrap_err();
    assert!(
        error.to_string().contains("longer than 20 bytes"),
        "{error}"
    );
    assert_eq!(soon(socket.next_message()).await.unwrap(), None);
}

#[tokio::test]
async fn the_limit_is_that_of_bodies_unless_another_is_set() {
    let server = Server::start().await;
    let client = server.builder().max_body(20).build().unwrap();
    let connecting = connect::<Text, Text>(&client, SocketOptions::new());
    let ((mut peer, _), socket) = soon(async { tokio::join!(server.accept(), connecting) }).await;
    let mut socket = socket.unwrap();
    let error = socket.send("a".repeat(21)).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    socket.send("a".repeat(20)).await.unwrap();
    assert_eq!(read(&mut peer).await.unwrap().len(), 20);
    peer.send(text(&"a".repeat(21))).await.unwrap();
    assert!(soon(socket.next_message()).await.is_err());
}

/// Returns both ends of a channel, with a raw stream at the server.
async fn raw() -> (TcpStream, Socket<Text, Text>) {
    let server = Server::start().await;
    let client = server.client();
    let serve = async {
        let (mut stream, request) = server.request().await;
        let head = format!("{}\r\n", switching(&request));
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    };
    let connecting = connect::<Text, Text>(&client, SocketOptions::new());
    let (stream, socket) = soon(async { tokio::join!(serve, connecting) }).await;
    (stream, socket.unwrap())
}

#[tokio::test]
async fn a_violation_of_the_protocol_is_an_error_and_the_end() {
    let cases: [(&[u8], &str); 8] = [
        // A text that is not UTF-8.
        (b"\x81\x02\xff\xff", "not UTF-8"),
        // A frame of 2^63 bytes.
        (b"\x82\x7f\x80\0\0\0\0\0\0\0", "longer than 268435456 bytes"),
        // A frame of 1 TiB.
        (b"\x82\x7f\0\0\x01\0\0\0\0\0", "longer than 268435456 bytes"),
        // A masked frame.
        (b"\x81\x81\0\0\0\0a", "masked"),
        // A compressed frame without the compression extension.
        (b"\xc1\x01a", "eserved bits"),
        // A continuation without a message.
        (b"\x80\x01a", "ontinue"),
        // A control frame of 126 bytes.
        (
            &[b"\x89\x7e\x00\x7e".as_slice(), &[0; 126]].concat(),
            "too big",
        ),
        // An HTTP response.
        (
            &[b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &[b'a'; 80]].concat(),
            "eserved bits",
        ),
    ];
    for (bytes, expected) in cases {
        let (mut stream, mut socket) = raw().await;
        stream.write_all(bytes).await.unwrap();
        let error = soon(socket.next_message()).await.unwrap_err();
        let message = error.to_string();
        assert!(message.contains(expected), "{bytes:?}: {message}");
        assert_eq!(soon(socket.next_message()).await.unwrap(), None);
        assert!(socket.send("a").await.is_err());
    }
}

#[tokio::test]
async fn random_bytes_of_a_server_end_the_stream() {
    let server = Server::start().await;
    let client = server.client();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..200 {
        let length = random.usize(..300);
        let bytes: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
        let serve = async {
            let (mut stream, request) = server.request().await;
            let mut response = format!("{}\r\n", switching(&request)).into_bytes();
            response.extend_from_slice(&bytes);
            let _ = stream.write_all(&response).await;
            let _ = stream.shutdown().await;
        };
        let connecting = connect::<Text, Text>(&client, SocketOptions::new());
        let ((), socket) = soon(async { tokio::join!(serve, connecting) }).await;
        let mut socket = socket.unwrap();
        let mut count = 0;
        while !matches!(soon(socket.next_message()).await, Ok(None)) {
            count += 1;
            assert!(count < 300, "{bytes:?}");
        }
    }
}

#[tokio::test]
async fn frames_that_carry_nothing_do_not_starve_other_tasks() {
    let (mut peer, mut socket) = plain::<Nothing, Text>().await;
    let flood = tokio::spawn(async move {
        for _ in 0..2000 {
            if peer.feed(Message::Pong("".into())).await.is_err() {
                return;
            }
        }
        let _ = peer.send(text("end")).await;
        let _ = peer.next().await;
    });
    assert_eq!(soon(socket.next_message()).await.unwrap().unwrap(), "end");
    flood.abort();
}
