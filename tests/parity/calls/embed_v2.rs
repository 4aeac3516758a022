//! `client.embed().v2()`.

use twelvelabs::operations::embed::v2;
use twelvelabs::types::{
    AsyncAudioInputRequest, AsyncAudioSegmentation, AsyncDocumentInputRequest,
    AsyncEmbeddingInputType, AsyncEmbeddingScope, AsyncImageInputRequest,
    AsyncTemporalSegmentation, AsyncVideoInputRequest, AsyncVideoSegmentation,
    AudioEmbeddingOption, AudioInputRequest, AudioSegmentation, DocumentEmbeddingOption,
    DocumentEmbeddingScope, DocumentSegmentation, DocumentSequentialSegmentation,
    DocumentSequentialStrategy, DocumentSpatialSegmentation, DocumentSpatialStrategy,
    DynamicSegmentation, EmbeddingInputType, EmbeddingScope, EmbeddingType, FixedSegmentation,
    ImageEmbeddingOption, ImageEmbeddingScope, ImageEmbeddingType, ImageInputRequest, MarengoModel,
    MediaSource, MultiInputMediaSource, MultiInputMediaType, MultiInputRequest,
    SegmentationStrategy, TemporalSegmentation, TemporalSegmentationDynamic,
    TemporalSegmentationFixed, TextImageInputRequest, TextInputRequest, TimeBasedMetadataEntry,
    VideoInputEmbeddingOption, VideoInputRequest, VideoSegmentation, VideoSegmentationDynamic,
    VideoSegmentationFixed,
};

use super::*;

pub(super) const CALLS: &[Call] = &[
    ("embed/v2/create", |client| {
        let video = video_input(uploaded(), dynamic());
        value(
            create(client, EmbeddingInputType::Video)
                .video(video)
                .send(),
        )
    }),
    ("embed/v2/create.audio", |client| {
        let audio = AudioInputRequest {
            media_source: uploaded(),
            start_sec: Some(1.5),
            end_sec: Some(60.25),
            segmentation: Some(fixed_audio()),
            embedding_option: Some(audio_options()),
            embedding_scope: Some(vec![EmbeddingScope::Clip, EmbeddingScope::Asset]),
            embedding_type: Some(both_types()),
        };
        value(
            create(client, EmbeddingInputType::Audio)
                .audio(audio)
                .send(),
        )
    }),
    ("embed/v2/create.image", |client| {
        let image = ImageInputRequest {
            media_source: at_address(),
        };
        value(
            create(client, EmbeddingInputType::Image)
                .image(image)
                .send(),
        )
    }),
    ("embed/v2/create.multi_input", |client| {
        let input = MultiInputRequest {
            input_text: Some("Where is <@first>?".to_owned()),
            media_sources: Some(media_sources()),
        };
        value(
            create(client, EmbeddingInputType::MultiInput)
                .multi_input(input)
                .send(),
        )
    }),
    ("embed/v2/create.text", |client| {
        let text = TextInputRequest {
            input_text: "a day at sea".to_owned(),
        };
        value(create(client, EmbeddingInputType::Text).text(text).send())
    }),
    ("embed/v2/create.text_image", |client| {
        let input = TextImageInputRequest {
            media_source: encoded(),
            input_text: "a day at sea".to_owned(),
        };
        value(
            create(client, EmbeddingInputType::TextImage)
                .text_image(input)
                .send(),
        )
    }),
    ("embed/v2/create.video_fixed", |client| {
        let video = video_input(at_address(), fixed());
        value(
            create(client, EmbeddingInputType::Video)
                .video(video)
                .send(),
        )
    }),
    ("embed/v2/tasks/create", |client| {
        let video = video_of_task(uploaded(), dynamic().into());
        value(
            create_task(client, AsyncEmbeddingInputType::Video)
                .video(video)
                .send(),
        )
    }),
    ("embed/v2/tasks/create.audio", |client| {
        let audio = audio_of_task(fixed_audio().into());
        value(
            create_task(client, AsyncEmbeddingInputType::Audio)
                .audio(audio)
                .send(),
        )
    }),
    ("embed/v2/tasks/create.audio_temporal", |client| {
        let segmentation = AsyncTemporalSegmentation {
            temporal: TemporalSegmentation::Dynamic(TemporalSegmentationDynamic {
                strategy: SegmentationStrategy::Dynamic,
                dynamic: DynamicSegmentation {
                    min_duration_sec: 4,
                },
            }),
        };
        let audio = audio_of_task(segmentation.into());
        value(
            create_task(client, AsyncEmbeddingInputType::Audio)
                .audio(audio)
                .send(),
        )
    }),
    ("embed/v2/tasks/create.document", |client| {
        let request = create_task(client, AsyncEmbeddingInputType::Document);
        value(request.document(document()).send())
    }),
    ("embed/v2/tasks/create.image", |client| {
        let image = AsyncImageInputRequest {
            media_source: uploaded(),
            embedding_option: Some(vec![ImageEmbeddingOption::Visual]),
            embedding_type: Some(vec![ImageEmbeddingType::SeparateEmbedding]),
            embedding_scope: Some(vec![ImageEmbeddingScope::Asset]),
        };
        value(
            create_task(client, AsyncEmbeddingInputType::Image)
                .image(image)
                .send(),
        )
    }),
    ("embed/v2/tasks/create.video_fixed", |client| {
        let video = video_of_task(encoded(), fixed().into());
        value(
            create_task(client, AsyncEmbeddingInputType::Video)
                .video(video)
                .send(),
        )
    }),
    ("embed/v2/tasks/create.video_temporal", |client| {
        let segmentation = AsyncTemporalSegmentation {
            temporal: TemporalSegmentation::Fixed(TemporalSegmentationFixed {
                strategy: SegmentationStrategy::Fixed,
                fixed: FixedSegmentation { duration_sec: 6 },
            }),
        };
        let video = video_of_task(uploaded(), segmentation.into());
        value(
            create_task(client, AsyncEmbeddingInputType::Video)
                .video(video)
                .send(),
        )
    }),
    ("embed/v2/tasks/list", |client| {
        let request = client.embed().v2().tasks().list().page(2).page_limit(20);
        let request = request.started_at(CREATED_AT).ended_at(UPDATED_AT);
        value(request.status("ready").send())
    }),
    ("embed/v2/tasks/retrieve", |client| {
        value(client.embed().v2().tasks().retrieve(TASK).send())
    }),
];

fn create(client: &Client, input: EmbeddingInputType) -> v2::CreateRequest {
    client
        .embed()
        .v2()
        .create(input, MarengoModel::Marengo3_5)
        .auto_truncate(true)
        .embedding_uncertainty(true)
        .embedding_dimension(512)
}

fn create_task(client: &Client, input: AsyncEmbeddingInputType) -> v2::tasks::CreateRequest {
    client
        .embed()
        .v2()
        .tasks()
        .create(input, MarengoModel::Marengo3_5)
        .embedding_uncertainty(true)
        .embedding_dimension(512)
}

fn uploaded() -> MediaSource {
    MediaSource {
        asset_id: Some(ASSET.to_owned()),
        ..MediaSource::default()
    }
}

fn at_address() -> MediaSource {
    MediaSource {
        url: Some("https://example.com/a.mp4".to_owned()),
        ..MediaSource::default()
    }
}

fn encoded() -> MediaSource {
    MediaSource {
        base64_string: Some("YSB2aWRlbw==".to_owned()),
        ..MediaSource::default()
    }
}

fn media_sources() -> Vec<MultiInputMediaSource> {
    let source = |name: &str, media_type| MultiInputMediaSource {
        name: Some(name.to_owned()),
        media_type,
        url: None,
        base64_string: None,
        asset_id: None,
    };
    vec![
        MultiInputMediaSource {
            url: Some("https://example.com/first.jpg".to_owned()),
            ..source("first", MultiInputMediaType::Image)
        },
        MultiInputMediaSource {
            base64_string: Some("YSB2aWRlbw==".to_owned()),
            ..source("second", MultiInputMediaType::Video)
        },
        MultiInputMediaSource {
            asset_id: Some(OTHER_ASSET.to_owned()),
            ..source("third", MultiInputMediaType::Document)
        },
    ]
}

fn video_input(media_source: MediaSource, segmentation: VideoSegmentation) -> VideoInputRequest {
    VideoInputRequest {
        media_source,
        start_sec: Some(1.5),
        end_sec: Some(60.25),
        segmentation: Some(segmentation),
        embedding_option: Some(video_options()),
        embedding_scope: Some(vec![EmbeddingScope::Clip, EmbeddingScope::Asset]),
        embedding_type: Some(both_types()),
    }
}

fn video_of_task(
    media_source: MediaSource,
    segmentation: AsyncVideoSegmentation,
) -> AsyncVideoInputRequest {
    AsyncVideoInputRequest {
        media_source,
        start_sec: Some(1.5),
        end_sec: Some(60.25),
        segmentation: Some(segmentation),
        embedding_option: Some(video_options()),
        embedding_scope: Some(all_scopes()),
        embedding_type: Some(both_types()),
        time_based_metadata: Some(vec![a_boat()]),
    }
}

fn audio_of_task(segmentation: AsyncAudioSegmentation) -> AsyncAudioInputRequest {
    AsyncAudioInputRequest {
        media_source: at_address(),
        start_sec: Some(1.5),
        end_sec: Some(60.25),
        segmentation: Some(segmentation),
        embedding_option: Some(audio_options()),
        embedding_scope: Some(all_scopes()),
        embedding_type: Some(both_types()),
        time_based_metadata: Some(vec![a_boat()]),
    }
}

fn document() -> AsyncDocumentInputRequest {
    AsyncDocumentInputRequest {
        media_source: uploaded(),
        segmentation: Some(DocumentSegmentation {
            spatial: Some(DocumentSpatialSegmentation {
                strategy: Some(DocumentSpatialStrategy::Quadrants),
            }),
            sequential: Some(DocumentSequentialSegmentation {
                strategy: DocumentSequentialStrategy::Sentence,
                max_sentences: 5,
                overlap_sentences: Some(1),
            }),
        }),
        embedding_option: Some(vec![
            DocumentEmbeddingOption::Visual,
            DocumentEmbeddingOption::Text,
        ]),
        embedding_type: Some(both_types()),
        embedding_scope: Some(vec![
            DocumentEmbeddingScope::Local,
            DocumentEmbeddingScope::Asset,
        ]),
    }
}

fn dynamic() -> VideoSegmentation {
    VideoSegmentation::Dynamic(VideoSegmentationDynamic {
        strategy: SegmentationStrategy::Dynamic,
        dynamic: DynamicSegmentation {
            min_duration_sec: 4,
        },
    })
}

fn fixed() -> VideoSegmentation {
    VideoSegmentation::Fixed(VideoSegmentationFixed {
        strategy: SegmentationStrategy::Fixed,
        fixed: FixedSegmentation { duration_sec: 6 },
    })
}

fn fixed_audio() -> AudioSegmentation {
    AudioSegmentation {
        strategy: SegmentationStrategy::Fixed,
        fixed: FixedSegmentation { duration_sec: 6 },
    }
}

fn video_options() -> Vec<VideoInputEmbeddingOption> {
    vec![
        VideoInputEmbeddingOption::Visual,
        VideoInputEmbeddingOption::Audio,
        VideoInputEmbeddingOption::Transcription,
    ]
}

fn audio_options() -> Vec<AudioEmbeddingOption> {
    vec![
        AudioEmbeddingOption::Audio,
        AudioEmbeddingOption::Transcription,
    ]
}

fn all_scopes() -> Vec<AsyncEmbeddingScope> {
    vec![
        AsyncEmbeddingScope::Clip,
        AsyncEmbeddingScope::Local,
        AsyncEmbeddingScope::Asset,
    ]
}

fn both_types() -> Vec<EmbeddingType> {
    vec![
        EmbeddingType::SeparateEmbedding,
        EmbeddingType::FusedEmbedding,
    ]
}

fn a_boat() -> TimeBasedMetadataEntry {
    TimeBasedMetadataEntry {
        start: 1.5,
        end: 9.25,
        text: "a boat".to_owned(),
    }
}
