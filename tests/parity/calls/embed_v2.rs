//! `client.embed().v2()`.

use twelvelabs::operations::embed::v2;
use twelvelabs::types::{
    AsyncAudioInputRequest, AsyncAudioSegmentation, AsyncDocumentInputRequest,
    AsyncEmbeddingInputType, AsyncEmbeddingScope, AsyncImageInputRequest,
    AsyncTemporalSegmentation, AsyncVideoInputRequest, AsyncVideoSegmentation,
    AudioEmbeddingOption, AudioInputRequest, AudioSegmentation, DocumentEmbeddingOption,
    DocumentEmbeddingScope, DocumentSegmentation, DocumentSequentialSegmentation,
    DocumentSpatialSegmentation, DocumentSpatialStrategy, DynamicSegmentation, EmbeddingInputType,
    EmbeddingScope, EmbeddingType, FixedSegmentation, ImageEmbeddingOption, ImageEmbeddingScope,
    ImageEmbeddingType, ImageInputRequest, MarengoModel, MediaSource, MultiInputMediaSource,
    MultiInputMediaType, MultiInputRequest, SegmentationStrategy, TemporalSegmentationDynamic,
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
        let audio = AudioInputRequest::new(uploaded())
            .start_sec(1.5)
            .end_sec(60.25)
            .segmentation(fixed_audio())
            .embedding_option(audio_options())
            .embedding_scope(vec![EmbeddingScope::Clip, EmbeddingScope::Asset])
            .embedding_type(both_types());
        value(
            create(client, EmbeddingInputType::Audio)
                .audio(audio)
                .send(),
        )
    }),
    ("embed/v2/create.image", |client| {
        let image = ImageInputRequest::new(at_address());
        value(
            create(client, EmbeddingInputType::Image)
                .image(image)
                .send(),
        )
    }),
    ("embed/v2/create.multi_input", |client| {
        let input = MultiInputRequest::new()
            .input_text("Where is <@first>?")
            .media_sources(media_sources());
        value(
            create(client, EmbeddingInputType::MultiInput)
                .multi_input(input)
                .send(),
        )
    }),
    ("embed/v2/create.text", |client| {
        let text = TextInputRequest::new("a day at sea");
        value(create(client, EmbeddingInputType::Text).text(text).send())
    }),
    ("embed/v2/create.text_image", |client| {
        let input = TextImageInputRequest::new(encoded(), "a day at sea");
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
        let dynamic = TemporalSegmentationDynamic::new(DynamicSegmentation::new(4));
        let segmentation = AsyncTemporalSegmentation::new(dynamic);
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
        let image = AsyncImageInputRequest::new(uploaded())
            .embedding_option(vec![ImageEmbeddingOption::Visual])
            .embedding_type(vec![ImageEmbeddingType::SeparateEmbedding])
            .embedding_scope(vec![ImageEmbeddingScope::Asset]);
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
        let fixed = TemporalSegmentationFixed::new(FixedSegmentation::new(6));
        let segmentation = AsyncTemporalSegmentation::new(fixed);
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
    MediaSource::new().asset_id(ASSET)
}

fn at_address() -> MediaSource {
    MediaSource::new().url("https://example.com/a.mp4")
}

fn encoded() -> MediaSource {
    MediaSource::new().base64_string("YSB2aWRlbw==")
}

fn media_sources() -> Vec<MultiInputMediaSource> {
    let source = |name, media_type| MultiInputMediaSource::new(media_type).name(name);
    vec![
        source("first", MultiInputMediaType::Image).url("https://example.com/first.jpg"),
        source("second", MultiInputMediaType::Video).base64_string("YSB2aWRlbw=="),
        source("third", MultiInputMediaType::Document).asset_id(OTHER_ASSET),
    ]
}

fn video_input(media_source: MediaSource, segmentation: VideoSegmentation) -> VideoInputRequest {
    VideoInputRequest::new(media_source)
        .start_sec(1.5)
        .end_sec(60.25)
        .segmentation(segmentation)
        .embedding_option(video_options())
        .embedding_scope(vec![EmbeddingScope::Clip, EmbeddingScope::Asset])
        .embedding_type(both_types())
}

fn video_of_task(
    media_source: MediaSource,
    segmentation: AsyncVideoSegmentation,
) -> AsyncVideoInputRequest {
    AsyncVideoInputRequest::new(media_source)
        .start_sec(1.5)
        .end_sec(60.25)
        .segmentation(segmentation)
        .embedding_option(video_options())
        .embedding_scope(all_scopes())
        .embedding_type(both_types())
        .time_based_metadata(vec![a_boat()])
}

fn audio_of_task(segmentation: AsyncAudioSegmentation) -> AsyncAudioInputRequest {
    AsyncAudioInputRequest::new(at_address())
        .start_sec(1.5)
        .end_sec(60.25)
        .segmentation(segmentation)
        .embedding_option(audio_options())
        .embedding_scope(all_scopes())
        .embedding_type(both_types())
        .time_based_metadata(vec![a_boat()])
}

fn document() -> AsyncDocumentInputRequest {
    let spatial = DocumentSpatialSegmentation::new().strategy(DocumentSpatialStrategy::Quadrants);
    let sequential = DocumentSequentialSegmentation::new(5).overlap_sentences(1);
    let segmentation = DocumentSegmentation::new()
        .spatial(spatial)
        .sequential(sequential);
    AsyncDocumentInputRequest::new(uploaded())
        .segmentation(segmentation)
        .embedding_option(vec![
            DocumentEmbeddingOption::Visual,
            DocumentEmbeddingOption::Text,
        ])
        .embedding_type(both_types())
        .embedding_scope(vec![
            DocumentEmbeddingScope::Local,
            DocumentEmbeddingScope::Asset,
        ])
}

fn dynamic() -> VideoSegmentation {
    VideoSegmentationDynamic::new(DynamicSegmentation::new(4)).into()
}

fn fixed() -> VideoSegmentation {
    VideoSegmentationFixed::new(FixedSegmentation::new(6)).into()
}

fn fixed_audio() -> AudioSegmentation {
    AudioSegmentation::new(SegmentationStrategy::Fixed, FixedSegmentation::new(6))
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
    TimeBasedMetadataEntry::new(1.5, 9.25, "a boat")
}
