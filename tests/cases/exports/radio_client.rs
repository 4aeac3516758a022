//! Channels and events of the radio client, against the servers of its feature `mock`. This file is
//! compiled as a test of the generated crate.
#![cfg(all(feature = "mock", feature = "webhooks", feature = "websocket"))]

use radio::webhooks::{self, ErrorKind, Event};
use radio::websocket::{Frame, SocketOptions};
use radio::{mock, types};

#[test]
fn an_event_is_read_if_its_signature_is_right() {
    let body = br#"{"type": "song.ended", "title": "Blue"}"#;
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let headers = webhooks::sign(body, secret).unwrap();
    let event = Event::from_request(&headers, body, secret).unwrap();
    assert_eq!(event, Event::from(types::SongEnded::new("Blue")));
    let changed = br#"{"type": "song.ended", "title": "Grey"}"#;
    let error = Event::from_request(&headers, changed, secret).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongSignature);
}

#[tokio::test]
async fn a_channel_sends_json_and_receives_json_and_bytes() {
    let ask = types::LiveV2Ask::new("Blue");
    let song = types::LiveV2Song::new("Blue");
    let server = mock::live::v2()
        .connection(|script| {
            script
                .expects(&types::LiveV2ClientMessage::from(ask.clone()))
                .sends(&types::LiveV2ServerMessage::from(song.clone()))
                .in_fragments(3)
                .sends_bytes(&b"sound"[..])
                .sends_text(r#"{"type": "Weather", "rain": true}"#)
                .closes(1000, "off air")
        })
        .start();
    let client = server.builder().api_key("secret").build().unwrap();
    let request = client.live().v2("jazz").volume(0.5);
    let mut socket = request.encoding("mulaw").connect().await.unwrap();
    socket.send(ask).await.unwrap();
    let mut received = Vec::new();
    while let Some(frame) = socket.next_message().await.unwrap() {
        received.push(frame);
    }
    let [
        Frame::Message(first),
        Frame::Binary(sound),
        Frame::Message(last),
    ] = &received[..]
    else {
        panic!("three messages were expected, not {received:?}")
    };
    assert_eq!(*first, types::LiveV2ServerMessage::Song(song));
    assert_eq!(&sound[..], b"sound");
    assert!(matches!(last, types::LiveV2ServerMessage::Unknown(_)));
    assert_eq!(socket.close_frame().unwrap().reason(), "off air");
    let handshakes = server.finish().await;
    assert_eq!(handshakes[0].path(), "/v2/live");
    let query = [
        ("encoding", "mulaw"),
        ("station", "jazz"),
        ("volume", "0.5"),
    ];
    let query = query.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(handshakes[0].query(), query);
    assert_eq!(handshakes[0].headers()["authorization"], "Token secret");
}

#[tokio::test]
async fn the_halves_of_a_socket_work_in_two_tasks() {
    let text = types::SendText::new("Hello");
    let audio = types::SpokenAudio::new("UklGRg==");
    let server = mock::speech::stream_input()
        .connection(|script| {
            script
                .expects(&text.clone().into())
                .sends(&audio.clone().into())
                .expects_close()
        })
        .start();
    let client = server.client().unwrap();
    let options = SocketOptions::new().max_message_size(1024);
    let request = client.speech().stream_input("alto").auto_mode(true);
    let socket = request.connect_with(options).await.unwrap();
    let (mut sender, mut receiver) = socket.split();
    let sent = tokio::spawn(async move {
        sender.send(text).await?;
        Ok::<_, radio::Error>(sender)
    });
    let first = receiver.next_message().await.unwrap();
    assert!(first.is_some());
    sent.await.unwrap().unwrap().close().await.unwrap();
    assert!(receiver.next_message().await.unwrap().is_none());
    let handshakes = server.finish().await;
    assert_eq!(handshakes[0].path(), "/v1/speech/alto/stream-input");
}

#[tokio::test]
async fn a_refused_handshake_is_an_error_of_the_api() {
    let body = serde_json::json!({"message": "no such station"});
    let server = mock::live::v2().refuses(404, body).start();
    let client = server.client().unwrap();
    let error = client.live().v2("none").connect().await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
    assert!(error.to_string().contains("no such station"), "{error}");
    server.finish().await;
}
