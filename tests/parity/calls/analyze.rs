//! `client.analyze()` and `client.analyze_stream()`.

use twelvelabs::operations::ungrouped::{AnalyzeRequest, AnalyzeStreamRequest};
use twelvelabs::types::{
    AnalyzeImageInput, PegasusModel, ReferenceMediaSource, StructuredPrompt, SyncResponseFormat,
    VideoContext, VideoContextAssetId, VideoContextBase64String, VideoContextUrl,
};

use super::*;

const IMAGE_URL: &str = "https://example.com/first.jpg";
const ENCODED_IMAGE: &str = "YW4gaW1hZ2U=";

pub(super) const CALLS: &[Call] = &[
    ("analyze", |client| {
        let prompt = "What happens in \"the sea\"?";
        value(analyze(client).video(at_address()).prompt(prompt).send())
    }),
    ("analyze.asset_id", |client| {
        value(
            analyze(client)
                .video(uploaded())
                .prompt("What happens?")
                .send(),
        )
    }),
    ("analyze.base64_string", |client| {
        value(
            analyze(client)
                .video(encoded())
                .prompt("What happens?")
                .send(),
        )
    }),
    ("analyze.prompt_v2", |client| {
        let model = PegasusModel::Pegasus1_6;
        value(
            analyze(client)
                .model_name(model)
                .video(uploaded())
                .prompt_v2(prompt())
                .send(),
        )
    }),
    ("analyze.images", |client| {
        let request = client.analyze().model_name(PegasusModel::Pegasus1_6);
        let request = request.image(images()).prompt("What is seen?");
        value(request.temperature(0.25).max_tokens(2000).send())
    }),
    ("analyze_stream", |client| {
        let prompt = "What happens in \"the sea\"?";
        events(
            analyze_stream(client)
                .video(at_address())
                .prompt(prompt)
                .send(),
        )
    }),
    ("analyze_stream.asset_id", |client| {
        events(
            analyze_stream(client)
                .video(uploaded())
                .prompt("What happens?")
                .send(),
        )
    }),
    ("analyze_stream.base64_string", |client| {
        events(
            analyze_stream(client)
                .video(encoded())
                .prompt("What happens?")
                .send(),
        )
    }),
    ("analyze_stream.prompt_v2", |client| {
        let model = PegasusModel::Pegasus1_6;
        let request = analyze_stream(client).model_name(model);
        events(request.video(uploaded()).prompt_v2(prompt()).send())
    }),
    ("analyze_stream.images", |client| {
        let request = client.analyze_stream().model_name(PegasusModel::Pegasus1_6);
        let request = request.image(images()).prompt("What is seen?");
        events(request.temperature(0.25).max_tokens(2000).send())
    }),
];

fn analyze(client: &Client) -> AnalyzeRequest {
    client
        .analyze()
        .model_name(PegasusModel::Pegasus1_5)
        .temperature(0.25)
        .response_format(response_format())
        .max_tokens(2000)
        .start_time(1.5)
        .end_time(60.25)
}

fn analyze_stream(client: &Client) -> AnalyzeStreamRequest {
    client
        .analyze_stream()
        .model_name(PegasusModel::Pegasus1_5)
        .temperature(0.25)
        .response_format(response_format())
        .max_tokens(2000)
        .start_time(1.5)
        .end_time(60.25)
}

fn response_format() -> SyncResponseFormat {
    SyncResponseFormat::new(schema())
}

pub(super) fn at_address() -> VideoContext {
    VideoContextUrl::new(VIDEO_URL).into()
}

pub(super) fn uploaded() -> VideoContext {
    VideoContextAssetId::new(ASSET).into()
}

pub(super) fn encoded() -> VideoContext {
    VideoContextBase64String::new("YSB2aWRlbw==").into()
}

pub(super) fn prompt() -> StructuredPrompt {
    StructuredPrompt::new("Where is <@first>?").media_sources(references())
}

/// An image by URL, an uploaded image, and an inline image.
pub(super) fn references() -> Vec<ReferenceMediaSource> {
    let image = |name: &str| ReferenceMediaSource::new(name);
    vec![
        image("first").url(IMAGE_URL),
        image("second").asset_id(OTHER_ASSET),
        image("third").base64_string(ENCODED_IMAGE),
    ]
}

/// The same images as separate inputs.
pub(super) fn images() -> Vec<AnalyzeImageInput> {
    vec![
        AnalyzeImageInput::new("first").url(IMAGE_URL),
        AnalyzeImageInput::new("second").asset_id(OTHER_ASSET),
        AnalyzeImageInput::new("third").base64_string(ENCODED_IMAGE),
    ]
}
