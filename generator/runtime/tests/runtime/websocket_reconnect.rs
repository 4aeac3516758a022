//! Reconnection of channels.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::AsyncWriteExt as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::events::soon;
use crate::runtime::websocket::{Binary, Socket, SocketOptions, Text};
use crate::runtime::{Credential, CredentialFuture, CredentialProvider, Error};
use crate::server::{answer, header};
use crate::websocket::{Peer, Server, connect, text};

type Texts = Socket<Text, Text>;

/// Returns a channel that received a message, so that it reconnects immediately.
async fn connected(server: &Server, options: SocketOptions) -> (Peer, Texts) {
    let client = server.client();
    let connecting = connect(&client, options);
    let ((mut peer, _), socket) = soon(async { tokio::join!(server.accept(), connecting) }).await;
    let mut socket: Texts = socket.unwrap();
    peer.send(text("first")).await.unwrap();
    assert_eq!(soon(socket.next_message()).await.unwrap().unwrap(), "first");
    (peer, socket)
}

async fn close(peer: &mut Peer, code: u16) {
    let frame = CloseFrame {
        code: CloseCode::from(code),
        reason: "".into(),
    };
    peer.close(Some(frame)).await.unwrap();
}

#[tokio::test]
async fn a_lost_connection_is_replaced_if_that_is_asked_for() -> Result<(), Error> {
    let server = Server::start().await;
    let options = SocketOptions::new().reconnect(3);
    let (mut peer, mut socket) = connected(&server, options).await;
    for count in 2..=4 {
        match count {
            2 => drop(peer),
            3 => close(&mut peer, 1001).await,
            _ => close(&mut peer, 1012).await,
        }
        let serve = async {
            let (mut peer, request) = server.accept().await;
            assert!(header(&request, "x-api-key").is_some());
            peer.send(text("again")).await.unwrap();
            peer
        };
        let (next, message) = soon(async { tokio::join!(serve, socket.next_message()) }).await;
        peer = next;
        assert_eq!(message?.as_deref(), Some("again"));
        assert_eq!(socket.connections(), count);
    }
    drop(peer);
    let error = soon(socket.next_message()).await.unwrap_err();
    assert!(error.to_string().contains("connection was lost"), "{error}");
    assert_eq!(soon(socket.next_message()).await?, None);
    Ok(())
}

#[tokio::test]
async fn a_connection_is_not_replaced_after_a_code_that_would_come_again() {
    for code in [1000, 1002, 1003, 1007, 1008, 1009, 1010] {
        let server = Server::start().await;
        let options = SocketOptions::new().reconnect(3);
        let (mut peer, mut socket) = connected(&server, options).await;
        close(&mut peer, code).await;
        match soon(socket.next_message()).await {
            Ok(message) => assert_eq!((message, code), (None, 1000)),
            Err(error) => assert_eq!(error.close_code(), Some(code)),
        }
        assert_eq!(soon(socket.next_message()).await.unwrap(), None);
        assert_eq!(socket.connections(), 1);
    }
}

#[tokio::test]
async fn a_connection_is_not_replaced_after_the_program_closed_it() {
    let server = Server::start().await;
    let options = SocketOptions::new().reconnect(3);
    let (mut peer, mut socket) = connected(&server, options).await;
    let serve = tokio::spawn(async move { drop(peer.next().await) });
    soon(socket.close()).await.unwrap();
    serve.await.unwrap();
    assert_eq!(soon(socket.next_message()).await.unwrap(), None);
    assert_eq!(socket.connections(), 1);
}

#[tokio::test]
async fn a_server_that_is_silent_is_replaced() -> Result<(), Error> {
    let server = Server::start().await;
    let options = SocketOptions::new()
        .reconnect(1)
        .ping_interval(Duration::from_millis(20));
    let (_silent, mut socket) = connected(&server, options).await;
    let serve = async {
        let (mut peer, _) = server.accept().await;
        peer.send(text("again")).await.unwrap();
        peer
    };
    let (_peer, message) = soon(async { tokio::join!(serve, socket.next_message()) }).await;
    assert_eq!(message?.as_deref(), Some("again"));
    Ok(())
}

#[tokio::test]
async fn an_error_of_connecting_again_ends_the_stream() {
    let server = Server::start().await;
    let options = SocketOptions::new().reconnect(5);
    let (peer, mut socket) = connected(&server, options).await;
    drop(peer);
    let serve = async {
        let (mut stream, _) = server.request().await;
        let refusal = answer("401 Unauthorized", r#"{"message":"expired"}"#);
        stream.write_all(&refusal).await.unwrap();
    };
    let ((), message) = soon(async { tokio::join!(serve, socket.next_message()) }).await;
    assert!(message.unwrap_err().is_unauthorized());
    assert_eq!(soon(socket.next_message()).await.unwrap(), None);
    let error = soon(socket.send("a")).await.unwrap_err();
    assert!(
        error.to_string().contains("connection is closed"),
        "{error}"
    );
}

/// A provider of the credentials `key-00000001`, `key-00000002`, and so on.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicUsize>);

impl CredentialProvider for Counter {
    fn credential(&self) -> CredentialFuture<'_> {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        Box::pin(async move { Ok(Credential::new(format!("key-{number:08}"))) })
    }
}

#[tokio::test]
async fn a_key_that_is_rejected_is_renewed_for_the_new_connection() {
    let server = Server::start().await;
    let client = server.builder().credentials(Counter::default());
    let client = client.build().unwrap();
    let connecting = connect::<Text, Text>(&client, SocketOptions::new().reconnect(1));
    let ((mut peer, _), socket) = soon(async { tokio::join!(server.accept(), connecting) }).await;
    let mut socket = socket.unwrap();
    peer.send(text("first")).await.unwrap();
    soon(socket.next_message()).await.unwrap();
    drop(peer);
    let serve = async {
        let (mut stream, first) = server.request().await;
        assert_eq!(header(&first, "x-api-key"), Some("key-00000001"));
        let refusal = answer("401 Unauthorized", "");
        stream.write_all(&refusal).await.unwrap();
        drop(stream);
        let (mut peer, second) = server.accept().await;
        assert_eq!(header(&second, "x-api-key"), Some("key-00000002"));
        peer.send(text("again")).await.unwrap();
        peer
    };
    let (_peer, message) = soon(async { tokio::join!(serve, socket.next_message()) }).await;
    assert_eq!(message.unwrap().as_deref(), Some("again"));
}

#[tokio::test]
async fn both_halves_survive_and_a_message_waits_for_the_new_connection() -> Result<(), Error> {
    let server = Server::start().await;
    let options = SocketOptions::new().reconnect(1);
    let (peer, socket) = connected(&server, options).await;
    let (mut sender, mut receiver) = socket.split();
    drop(peer);
    let receive = tokio::spawn(async move { receiver.next_message().await });
    // The client is connecting, and the server delays the handshake.
    let (stream, request) = soon(server.request()).await;
    let send = tokio::spawn(async move {
        let sent = sender.send("waited").await;
        (sent, sender)
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!send.is_finished());
    let mut peer = crate::websocket::accepted(stream, &request).await;
    assert_eq!(soon(peer.next()).await.unwrap().unwrap(), text("waited"));
    let (sent, mut sender) = soon(send).await.unwrap();
    sent?;
    sender.send("sent").await?;
    assert_eq!(soon(peer.next()).await.unwrap().unwrap(), text("sent"));
    peer.send(text("received")).await.unwrap();
    assert_eq!(soon(receive).await.unwrap()?.as_deref(), Some("received"));
    Ok(())
}

#[tokio::test]
async fn a_sender_connects_although_the_receiver_is_not_polled() -> Result<(), Error> {
    let server = Server::start().await;
    let options = SocketOptions::new().reconnect(1);
    let (peer, mut socket) = connected(&server, options).await;
    drop(peer);
    // The canceled wait for a message detects that the connection is lost.
    let wait = tokio::time::timeout(Duration::from_millis(20), socket.next_message());
    assert!(wait.await.is_err());
    let serve = async {
        let (mut peer, _) = server.accept().await;
        peer.next().await.unwrap().unwrap()
    };
    let (message, sent) = soon(async { tokio::join!(serve, socket.send("a")) }).await;
    sent?;
    assert_eq!(message, text("a"));
    Ok(())
}

#[tokio::test]
async fn a_message_that_was_being_sent_is_not_sent_again() {
    let server = Server::start().await;
    let options = SocketOptions::new().reconnect(1);
    let client = server.client();
    let connecting = connect(&client, options);
    let ((mut peer, _), socket) = soon(async { tokio::join!(server.accept(), connecting) }).await;
    let socket: Socket<Binary, Text> = socket.unwrap();
    peer.send(text("first")).await.unwrap();
    let (mut sender, mut receiver) = socket.split();
    assert_eq!(
        soon(receiver.next_message()).await.unwrap().unwrap(),
        "first"
    );
    // More than the buffers of the system.
    let large = vec![0; 24 << 20];
    let send = tokio::spawn(async move { sender.send_binary(large).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!send.is_finished());
    drop(peer);
    let serve = async {
        let (mut peer, _) = server.accept().await;
        peer.send(text("again")).await.unwrap();
        let next = tokio::time::timeout(Duration::from_millis(20), peer.next());
        assert!(next.await.is_err(), "nothing is sent again");
        peer
    };
    let (_peer, message) = soon(async { tokio::join!(serve, receiver.next_message()) }).await;
    assert_eq!(message.unwrap().unwrap(), "again");
    let error = soon(send).await.unwrap().unwrap_err();
    assert!(error.to_string().contains("connection was lost"), "{error}");
}
