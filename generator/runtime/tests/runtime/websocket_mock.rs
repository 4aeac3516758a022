//! The mock server of channels.

use std::time::Duration;

use serde_json::json;

use crate::calls::Calls as _;
use crate::events::soon;
use crate::runtime::mock::{Channel, ChannelServer};
use crate::runtime::websocket::{Binary, Frame, Frames, Messages, Socket, SocketOptions, Text};
use crate::runtime::{Client, Error, Operation};
use crate::server::get;
use crate::websocket::Word;

const CHANNEL: Operation = Operation::new("speech_realtime", "/models/{model}/realtime");

fn channel<S, R>() -> Channel<S, R> {
    Channel::new(CHANNEL.path)
}

async fn connect<S, R>(client: &Client) -> Result<Socket<S, R>, Error> {
    let request = get(client, "/models/m%201/realtime?language=en&prompt=a%20b");
    let options = SocketOptions::new().protocol("v1").reconnect(1);
    let connecting = client.calls().connect(request, &CHANNEL, options);
    soon(connecting).await
}

async fn all(socket: &mut Socket<Messages<Word>, Messages<Word>>) -> Vec<String> {
    let mut words = Vec::new();
    while let Some(word) = soon(socket.next_message()).await.unwrap() {
        words.push(word.text);
    }
    words
}

/// Returns the panic message of the failed script.
async fn failure(server: ChannelServer) -> String {
    let finish = tokio::spawn(async move { drop(server.finish().await) });
    let panic = soon(finish).await.unwrap_err().into_panic();
    *panic.downcast::<String>().unwrap()
}

#[tokio::test]
async fn a_script_is_an_exchange_of_typed_messages() -> Result<(), Error> {
    let server = channel::<Messages<Word>, Messages<Word>>()
        .connection(|script| {
            script
                .expects(&Word::from("start"))
                .sends(&Word::from("one"))
                .delays(Duration::from_millis(5))
                .sends(&Word::from("two"))
                .in_fragments(4)
                .expects_matching(|word| word.text.starts_with("sto"))
                .expects_any()
                .pings("there?")
                .closes(1000, "done")
        })
        .start();
    let client = server.client()?;
    let mut socket = connect::<Messages<Word>, Messages<Word>>(&client).await?;
    for word in ["start", "stop", "whatever"] {
        socket.send(word).await?;
    }
    assert_eq!(all(&mut socket).await, ["one", "two"]);
    assert_eq!(socket.close_frame().unwrap().reason(), "done");
    let handshakes = soon(server.finish()).await;
    assert_eq!(handshakes.len(), 1);
    assert_eq!(handshakes[0].path(), "/models/m%201/realtime");
    let query = [("language", "en"), ("prompt", "a b")];
    let query = query.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(handshakes[0].query(), query);
    let headers = handshakes[0].headers();
    assert_eq!(headers["x-api-key"], "key-of-a-mock-server");
    assert_eq!(socket.protocol().as_deref(), Some("v1"));
    Ok(())
}

#[tokio::test]
async fn a_script_without_an_end_closes_the_connection() -> Result<(), Error> {
    let server = channel::<Frames<Word>, Frames<Word>>()
        .connection(|script| {
            script
                .expects_binary(vec![1, 2])
                .expects(&Word::from("a"))
                .sends_bytes(vec![3])
                .sends_text("{")
        })
        .start();
    let client = server.client()?;
    let mut socket = connect::<Frames<Word>, Frames<Word>>(&client).await?;
    socket.send_binary(vec![1, 2]).await?;
    socket.send("a").await?;
    let bytes = soon(socket.next_message()).await?;
    assert_eq!(bytes, Some(Frame::Binary(vec![3].into())));
    assert!(matches!(
        soon(socket.next_message()).await,
        Err(Error::Decode(_))
    ));
    assert_eq!(soon(socket.next_message()).await?, None);
    soon(server.finish()).await;
    Ok(())
}

#[tokio::test]
async fn a_script_can_expect_that_the_client_closes() -> Result<(), Error> {
    let server = channel::<Text, Binary>()
        .connection(|script| script.expects("a").expects_close())
        .start();
    let client = server.client()?;
    let mut socket = connect::<Text, Binary>(&client).await?;
    socket.send("a").await?;
    soon(socket.close()).await?;
    soon(server.finish()).await;
    Ok(())
}

#[tokio::test]
async fn a_message_that_is_not_expected_fails_the_test_and_the_client() -> Result<(), Error> {
    let server = channel::<Messages<Word>, Messages<Word>>()
        .connection(|script| script.expects(&Word::from("start")).sends(&Word::from("a")))
        .start();
    let client = server.client()?;
    let mut socket = connect::<Messages<Word>, Messages<Word>>(&client).await?;
    socket.send("stop").await?;
    let expected = r#"step 1: expected {"text":"start"}, received {"text":"stop"}"#;
    let error = soon(socket.next_message()).await.unwrap_err();
    assert_eq!(error.close_code(), Some(1008));
    assert_eq!(error.close_reason(), Some(expected));
    assert_eq!(failure(server).await, format!("connection 1, {expected}"));
    Ok(())
}

#[tokio::test]
async fn a_client_that_closes_too_early_fails_the_test() -> Result<(), Error> {
    let server = channel::<Text, Text>()
        .connection(|script| script.expects("a"))
        .start();
    let client = server.client()?;
    let mut socket = connect::<Text, Text>(&client).await?;
    soon(socket.close()).await?;
    let text = failure(server).await;
    assert!(
        text.contains("expected \"a\", but the client closed"),
        "{text}"
    );
    Ok(())
}

#[tokio::test]
async fn another_path_fails_the_test() -> Result<(), Error> {
    let server = Channel::<Text, Text>::new("/other")
        .connection(|script| script)
        .start();
    let client = server.client()?;
    let error = connect::<Text, Text>(&client).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    let text = failure(server).await;
    assert!(text.contains("the path is not `/other`"), "{text}");
    Ok(())
}

#[tokio::test]
async fn a_handshake_is_refused_with_a_status_and_a_body() -> Result<(), Error> {
    let server = channel::<Text, Text>()
        .refuses(403, json!({"message": "no channels"}))
        .start();
    let client = server.client()?;
    let error = connect::<Text, Text>(&client).await.unwrap_err();
    assert!(error.is_forbidden(), "{error}");
    assert_eq!(error.message(), Some("no channels"));
    soon(server.finish()).await;
    Ok(())
}

#[tokio::test]
async fn each_connection_has_its_script() -> Result<(), Error> {
    let server = channel::<Messages<Word>, Messages<Word>>()
        .connection(|script| script.sends(&Word::from("one")).drops())
        .connection(|script| script.sends(&Word::from("two")).closes(1000, ""))
        .start();
    let client = server.client()?;
    let mut socket = connect::<Messages<Word>, Messages<Word>>(&client).await?;
    assert_eq!(all(&mut socket).await, ["one", "two"]);
    assert_eq!(socket.connections(), 2);
    assert_eq!(soon(server.finish()).await.len(), 2);
    Ok(())
}
