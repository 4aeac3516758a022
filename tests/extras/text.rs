//! The text of responses, buffered and streamed.

use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use twelvelabs::Client;
use twelvelabs::extras::OutputError;
use twelvelabs::types::{ResponseInputItem, ResponseObject, VideoContextAssetId};

use super::server::{Reply, script};

fn message(phase: Option<&str>, texts: &[&str]) -> Value {
    let parts: Vec<Value> = texts
        .iter()
        .map(|text| json!({"type": "output_text", "text": text, "annotations": []}))
        .collect();
    json!({
        "type": "message",
        "id": "m",
        "status": "completed",
        "role": "assistant",
        "phase": phase,
        "content": parts,
    })
}

fn response(output: &[Value]) -> ResponseObject {
    serde_json::from_value(json!({"id": "r1", "output": output})).expect("a response")
}

#[test]
fn the_text_is_that_of_all_messages_without_commentary() {
    let call = json!({
        "type": "function_call_output",
        "id": "f",
        "status": "completed",
        "output": "not this",
    });
    let response = response(&[
        message(Some("commentary"), &["I look at the videos."]),
        call,
        message(None, &["Two ", "videos"]),
        message(Some("final_answer"), &[" show it."]),
        message(Some("later"), &["not this"]),
    ]);
    assert_eq!(response.output_text(), "Two videos show it.");
}

#[test]
fn a_response_without_messages_has_an_empty_text() {
    assert_eq!(response(&[]).output_text(), "");
}

/// Returns a client that receives these events.
async fn events(lines: &[Value]) -> Client {
    let lines: String = lines
        .iter()
        .map(|line| format!("data: {line}\n\n"))
        .collect();
    let reply = Reply::text(lines).with_header("content-type", "text/event-stream");
    script(vec![reply]).await.0
}

fn added(id: &str, phase: Option<&str>) -> Value {
    let item = json!({"type": "message", "id": id, "status": "in_progress", "phase": phase});
    json!({"type": "response.output_item.added", "item": item, "sequence_number": 1})
}

fn delta(id: &str, text: &str) -> Value {
    json!({
        "type": "response.output_text.delta",
        "item_id": id,
        "delta": text,
        "sequence_number": 2,
    })
}

async fn text(
    client: &Client,
) -> twelvelabs::extras::TextStream<twelvelabs::types::ResponseStreamEvent> {
    let input = [ResponseInputItem::new("Which videos show it?")];
    let request = client.responses().create_stream("k1", input);
    request.send().await.expect("events").into_text()
}

#[tokio::test]
async fn events_bring_the_text_in_pieces_without_commentary() {
    let client = events(&[
        json!({"type": "response.created", "sequence_number": 0}),
        added("m1", Some("commentary")),
        added("m2", Some("final_answer")),
        delta("m1", "I look."),
        delta("m2", "Two "),
        json!({"type": "keepalive", "sequence_number": 3}),
        delta("m2", ""),
        delta("m2", "videos."),
        json!({"type": "response.completed", "sequence_number": 9}),
    ])
    .await;
    let pieces: Vec<String> = text(&client).await.try_collect().await.expect("a text");
    assert_eq!(pieces, ["Two ", "videos."]);
    assert_eq!(
        text(&client).await.collect().await.expect("a text"),
        "Two videos."
    );
}

#[tokio::test]
async fn a_response_that_fails_while_it_is_received_is_an_error() {
    let client = events(&[
        delta("m1", "Two "),
        json!({
            "type": "response.failed",
            "response": {"id": "r1", "status": "failed"},
            "sequence_number": 3,
        }),
        delta("m1", "videos"),
    ])
    .await;
    let mut text = text(&client).await;
    assert_eq!(
        text.next_piece().await.expect("a piece").as_deref(),
        Some("Two ")
    );
    let error = text.next_piece().await.expect_err("it failed");
    assert_eq!(error.to_string(), "the API could not create response `r1`");
    assert!(matches!(error, OutputError::Failed { response: Some(_) }));
    assert_eq!(text.next_piece().await.expect("the end"), None);
}

#[tokio::test]
async fn the_events_of_an_analysis_bring_its_text() {
    let lines = [
        json!({"event_type": "stream_start", "metadata": {}}),
        json!({"event_type": "text_generation", "text": "A dog "}),
        json!({"event_type": "text_generation", "text": "runs."}),
        json!({"event_type": "stream_end", "finish_reason": "stop"}),
    ];
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let (client, _) = script(vec![Reply::text(lines)]).await;
    let events = client
        .analyze_stream()
        .video(VideoContextAssetId::new("a1"))
        .send()
        .await;
    let text = events.expect("events").into_text().collect().await;
    assert_eq!(text.expect("a text"), "A dog runs.");
}
