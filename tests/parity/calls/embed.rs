//! `client.embed()`, without `client.embed().v2()`.

use twelvelabs::operations::embed::tasks::CreateRequest;
use twelvelabs::types::{VideoEmbeddingOption, VideoEmbeddingScope};

use super::*;

const MODEL: &str = "marengo3.0";

pub(super) const CALLS: &[Call] = &[
    ("embed/create", |client| {
        let request = client.embed().create(MODEL).text("a day at sea");
        let request = request
            .image_url("https://example.com/a.jpg")
            .image_file(image());
        let request = request
            .audio_url("https://example.com/a.wav")
            .audio_file(sound());
        value(request.audio_start_offset_sec(1.5).send())
    }),
    ("embed/create.audio_file", |client| {
        let request = client.embed().create(MODEL).audio_file(sound());
        value(request.audio_start_offset_sec(1.5).send())
    }),
    ("embed/create.audio_url", |client| {
        let request = client
            .embed()
            .create(MODEL)
            .audio_url("https://example.com/a.wav");
        value(request.audio_start_offset_sec(1.5).send())
    }),
    ("embed/create.image_file", |client| {
        value(client.embed().create(MODEL).image_file(image()).send())
    }),
    ("embed/create.image_url", |client| {
        let url = "https://example.com/an image.jpg?x=1&y=2";
        value(client.embed().create(MODEL).image_url(url).send())
    }),
    ("embed/create.text", |client| {
        value(
            client
                .embed()
                .create(MODEL)
                .text("a day at sea, naïve & calm")
                .send(),
        )
    }),
    ("embed/tasks/create", |client| {
        value(create_task(client).video_file(video()).send())
    }),
    ("embed/tasks/create.url", |client| {
        value(create_task(client).video_url(VIDEO_URL).send())
    }),
    ("embed/tasks/list", |client| {
        let request = client.embed().tasks().list().page(2).page_limit(20);
        let request = request.started_at(CREATED_AT).ended_at(UPDATED_AT);
        value(request.status("ready").send())
    }),
    ("embed/tasks/retrieve", |client| {
        let options = [VideoEmbeddingOption::Visual, VideoEmbeddingOption::Audio];
        value(
            client
                .embed()
                .tasks()
                .retrieve(TASK)
                .embedding_option(options)
                .send(),
        )
    }),
    ("embed/tasks/retrieve.single", |client| {
        let options = [VideoEmbeddingOption::VisualText];
        value(
            client
                .embed()
                .tasks()
                .retrieve(TASK)
                .embedding_option(options)
                .send(),
        )
    }),
    ("embed/tasks/status", |client| {
        value(client.embed().tasks().status(TASK).send())
    }),
];

fn create_task(client: &Client) -> CreateRequest {
    client
        .embed()
        .tasks()
        .create(MODEL)
        .video_start_offset_sec(1.5)
        .video_end_offset_sec(60.25)
        .video_clip_length(6.5)
        .video_embedding_scope([VideoEmbeddingScope::Clip, VideoEmbeddingScope::Video])
}
