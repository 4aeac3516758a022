//! Embeddings are read directly into lists of `f32`.

use serde_json::json;

use super::server::{Reply, script};

#[tokio::test]
async fn an_embedding_is_a_list_of_f32() {
    let answer = json!({
        "data": [{"embedding": [0.1, -1.5e-3, 2], "embedding_uncertainty": [0.5]}],
    });
    let (client, _) = script(vec![Reply::json(&answer)]).await;
    let embed = client.embed().v2();
    let answer = embed
        .create("text", "marengo3.0")
        .send()
        .await
        .expect("embeddings");
    let embedding: &[f32] = &answer.data[0].embedding;
    assert_eq!(embedding, [0.1_f32, -0.0015, 2.0]);
    assert_eq!(answer.data[0].embedding_uncertainty, [0.5_f32]);
}

#[tokio::test]
async fn so_is_one_of_a_segment_of_a_video() {
    let segment = json!({"float": [0.25, 0.5], "start_offset_sec": 0.0});
    let answer = json!({"_id": "t1", "video_embedding": {"segments": [segment]}});
    let (client, _) = script(vec![Reply::json(&answer)]).await;
    let task = client
        .embed()
        .tasks()
        .retrieve("t1")
        .send()
        .await
        .expect("a task");
    let segments = task.video_embedding.expect("embeddings").segments;
    let embedding: Vec<f32> = segments
        .into_iter()
        .flat_map(|segment| segment.float)
        .collect();
    assert_eq!(embedding, [0.25, 0.5]);
}
