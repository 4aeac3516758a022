//! `client.analyze()` and `client.analyze_stream()`.

use twelvelabs::operations::ungrouped::{AnalyzeRequest, AnalyzeStreamRequest};
use twelvelabs::types::{
    AnalyzeImageInput, PegasusModel, ReferenceMediaSource, ReferenceMediaType, StructuredPrompt,
    SyncResponseFormat, SyncResponseFormatType, VideoContext, VideoContextAssetId,
    VideoContextBase64String, VideoContextType, VideoContextUrl,
};

use super::*;

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
    SyncResponseFormat {
        type_: SyncResponseFormatType::JsonSchema,
        json_schema: schema(),
    }
}

pub(super) fn at_address() -> VideoContext {
    VideoContext::Url(VideoContextUrl {
        type_: VideoContextType::Url,
        url: VIDEO_URL.to_owned(),
    })
}

pub(super) fn uploaded() -> VideoContext {
    VideoContext::AssetId(VideoContextAssetId {
        type_: VideoContextType::AssetId,
        asset_id: ASSET.to_owned(),
    })
}

pub(super) fn encoded() -> VideoContext {
    VideoContext::Base64String(VideoContextBase64String {
        type_: VideoContextType::Base64String,
        base64_string: "YSB2aWRlbw==".to_owned(),
    })
}

pub(super) fn prompt() -> StructuredPrompt {
    StructuredPrompt {
        input_text: "Where is <@first>?".to_owned(),
        media_sources: Some(references()),
    }
}

/// An image at an address, one that was uploaded, and one in the request.
pub(super) fn references() -> Vec<ReferenceMediaSource> {
    let image = |name: &str| ReferenceMediaSource {
        name: name.to_owned(),
        media_type: ReferenceMediaType::Image,
        url: None,
        asset_id: None,
        base64_string: None,
    };
    vec![
        ReferenceMediaSource {
            url: Some("https://example.com/first.jpg".to_owned()),
            ..image("first")
        },
        ReferenceMediaSource {
            asset_id: Some(OTHER_ASSET.to_owned()),
            ..image("second")
        },
        ReferenceMediaSource {
            base64_string: Some("YW4gaW1hZ2U=".to_owned()),
            ..image("third")
        },
    ]
}

pub(super) fn images() -> Vec<AnalyzeImageInput> {
    let image = |image: ReferenceMediaSource| AnalyzeImageInput {
        name: image.name,
        url: image.url,
        asset_id: image.asset_id,
        base64_string: image.base64_string,
    };
    references().into_iter().map(image).collect()
}
