//! Structured output.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use twelvelabs::extras::OutputError;
use twelvelabs::types::{
    AnalyzeResponse, AnalyzeTaskResult, FinishReason, ResponseInputItem, SyncResponseFormat,
    TokenUsage, VideoContextAssetId,
};

use super::server::{Reply, script};

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
struct Chapter {
    title: String,
    start_time: f64,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
struct Chapters {
    chapters: Vec<Chapter>,
}

fn chapters() -> Chapters {
    let title = "Intro".to_owned();
    Chapters {
        chapters: vec![Chapter {
            title,
            start_time: 0.5,
        }],
    }
}

fn text() -> String {
    json!({"chapters": [{"title": "Intro", "start_time": 0.5}]}).to_string()
}

fn schema() -> Value {
    json!({
        "title": "Chapters",
        "type": "object",
        "properties": {
            "chapters": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "title": {"type": "string"},
                        "start_time": {"type": "number"},
                    },
                    "required": ["title", "start_time"],
                },
            },
        },
        "required": ["chapters"],
    })
}

#[tokio::test]
async fn an_analysis_sends_the_schema_of_a_type_and_returns_a_value() {
    let answer = Reply::json(&json!({"id": "a", "data": text(), "finish_reason": "stop"}));
    let (client, requests) = script(vec![answer]).await;
    let request = client.analyze().video(VideoContextAssetId::new("a1"));
    let value: Chapters = request.send_parsed().await.expect("a value");
    assert_eq!(value, chapters());
    let requests = requests.lock().expect("nobody panics with it");
    assert_eq!(
        requests[0].json()["response_format"],
        json!({"type": "json_schema", "json_schema": schema()})
    );
}

#[tokio::test]
async fn an_analysis_task_sends_the_schema_and_its_result_is_read() {
    let answer = Reply::json(&json!({"task_id": "t", "status": "queued"}));
    let (client, requests) = script(vec![answer]).await;
    let request = client.analyze_async().tasks().create();
    let request = request.response_format_of::<Chapters>().expect("a schema");
    request.send().await.expect("a task");
    let requests = requests.lock().expect("nobody panics with it");
    assert_eq!(
        requests[0].json()["response_format"],
        json!({"type": "json_schema", "json_schema": schema()})
    );
    let result = AnalyzeTaskResult::new("g", text(), FinishReason::Stop, TokenUsage::new(3));
    assert_eq!(result.parse::<Chapters>().expect("a value"), chapters());
}

fn response(status: &str, text: &str) -> Value {
    json!({
        "id": "r1",
        "status": status,
        "incomplete_details": (status == "incomplete").then(|| json!({"reason": "max_output_tokens"})),
        "output": [{
            "type": "message",
            "id": "m",
            "status": status,
            "content": [{"type": "output_text", "text": text, "annotations": []}],
        }],
    })
}

/// Returns the error of reading a response.
async fn failure(response: Value) -> OutputError {
    let (client, _) = script(vec![Reply::json(&response)]).await;
    let input = [ResponseInputItem::new("Divide it into chapters.")];
    let request = client.responses().create("k1", input);
    request
        .send_parsed::<Chapters>()
        .await
        .expect_err("an error")
}

#[tokio::test]
async fn a_response_sends_the_schema_with_the_name_of_the_type_and_returns_a_value() {
    let answer = Reply::json(&response("completed", &text()));
    let (client, requests) = script(vec![answer]).await;
    let input = [ResponseInputItem::new("Divide it into chapters.")];
    let request = client.responses().create("k1", input);
    let value: Chapters = request.send_parsed().await.expect("a value");
    assert_eq!(value, chapters());
    let requests = requests.lock().expect("nobody panics with it");
    assert_eq!(
        requests[0].json()["text"]["format"],
        json!({"type": "json_schema", "name": "Chapters", "schema": schema()})
    );
}

#[tokio::test]
async fn an_error_names_the_part_of_the_text_that_does_not_match() {
    let text = r#"{"chapters": [{"title": "Intro", "start_time": 0}, {"title": "End"}]}"#;
    let error = failure(response("completed", text)).await;
    assert_eq!(
        error.to_string(),
        "the text of the response does not match at `chapters[1]`: missing field `start_time` at \
         line 1 column 67"
    );
    let OutputError::Mismatch(mismatch) = error else {
        panic!("{error:?}");
    };
    assert_eq!((mismatch.path(), mismatch.text()), ("chapters[1]", text));

    let error = failure(response("completed", "Here are the chapters.")).await;
    assert_eq!(
        error.to_string(),
        "the text of the response is not JSON: expected value at line 1 column 1"
    );
}

#[tokio::test]
async fn a_text_that_was_cut_off_is_incomplete() {
    let error = failure(response("incomplete", r#"{"chapters": [{"title": "In"#)).await;
    assert_eq!(
        error.to_string(),
        "the text of the response is incomplete: max_output_tokens"
    );
    assert!(matches!(error, OutputError::Incomplete { text, .. } if text.ends_with("\"In")));

    let cut = AnalyzeResponse::new()
        .data("{")
        .finish_reason(FinishReason::Length);
    let error = cut.parse::<Chapters>().expect_err("an error");
    assert!(matches!(
        error,
        OutputError::Incomplete { reason: None, .. }
    ));
    // A truncated text may still be complete JSON.
    let whole = AnalyzeResponse::new()
        .data(text())
        .finish_reason(FinishReason::Length);
    assert_eq!(whole.parse::<Chapters>().expect("a value"), chapters());
}

#[tokio::test]
async fn a_response_that_failed_or_is_empty_is_an_error() {
    let error = failure(response("failed", "")).await;
    assert_eq!(error.to_string(), "the API could not create response `r1`");
    let error = failure(response("completed", "")).await;
    assert_eq!(error.to_string(), "the response has no text");
    let error = AnalyzeResponse::new().parse::<Chapters>();
    assert!(matches!(error, Err(OutputError::Empty)));
}

#[tokio::test]
async fn the_text_of_events_is_read_as_a_whole() {
    let text = text();
    let (begin, end) = text.split_at(9);
    let lines = [begin, end].map(|text| json!({"event_type": "text_generation", "text": text}));
    let lines = lines.map(|line| format!("{line}\n")).concat();
    let (client, _) = script(vec![Reply::text(lines)]).await;
    let format = SyncResponseFormat::of::<Chapters>().expect("a schema");
    let request = client
        .analyze_stream()
        .video(VideoContextAssetId::new("a1"))
        .response_format(format);
    let text = request.send().await.expect("events").into_text();
    assert_eq!(text.parse::<Chapters>().await.expect("a value"), chapters());
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Pair {
    #[expect(dead_code, reason = "nothing is read")]
    pair: (f64, f64),
}

#[tokio::test]
async fn nothing_is_sent_for_a_type_without_a_schema() {
    let (client, requests) = script(vec![Reply::status(200)]).await;
    let error = client.analyze().send_parsed::<Pair>().await;
    let error = error.expect_err("there is no schema");
    assert!(matches!(&error, OutputError::Schema(error) if error.path() == "pair"));
    assert!(requests.lock().expect("nobody panics with it").is_empty());
}

#[tokio::test]
async fn a_failed_request_is_an_error() {
    let (client, _) = script(vec![Reply::status(401)]).await;
    let error = client
        .analyze()
        .video(VideoContextAssetId::new("a1"))
        .send_parsed::<Chapters>()
        .await;
    let error = error.expect_err("it is refused");
    assert_eq!(error.to_string(), "analyze: 401 Unauthorized");
}
