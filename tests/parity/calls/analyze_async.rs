//! `client.analyze_async()`.

use twelvelabs::operations::analyze_async::tasks::CreateRequest;
use twelvelabs::types::{
    AnalysisMode, AnalyzeTaskStatus, AnalyzeTimeRange, AsyncResponseFormat,
    AsyncResponseFormatType, BatchDefaults, BatchItemRequest, BatchStatus, BatchVideoContext,
    PegasusModel, SegmentDefinition, SegmentField, SegmentFieldItems, SegmentFieldItemsType,
    SegmentFieldType, TimeArrayItemField, TimeArrayItemFieldItems, TimeArrayItemFieldItemsType,
    TimeArrayItemFieldType, TimestampFormat, UnlimitedTokens,
};

use super::analyze::{at_address, encoded, images, prompt, references, uploaded};
use super::*;

const BATCH: &str = "6298d673f1090f1100476d51";

pub(super) const CALLS: &[Call] = &[
    ("analyze_async/batches/cancel", |client| {
        value(client.analyze_async().batches().cancel(BATCH).send())
    }),
    ("analyze_async/batches/create", |client| {
        let batches = client.analyze_async().batches();
        let requests = [general(), only_video(OTHER_ASSET)];
        let request = batches.create(AnalysisMode::General, requests);
        value(request.defaults(defaults(general())).send())
    }),
    ("analyze_async/batches/create.segments", |client| {
        let batches = client.analyze_async().batches();
        let request = batches.create(AnalysisMode::TimeBasedMetadata, [segments()]);
        value(request.defaults(defaults(segments())).send())
    }),
    ("analyze_async/batches/delete", |client| {
        value(client.analyze_async().batches().delete(BATCH).send())
    }),
    ("analyze_async/batches/list", |client| {
        let request = client
            .analyze_async()
            .batches()
            .list()
            .page(2)
            .page_limit(20);
        let request = request.status([BatchStatus::Pending, BatchStatus::Completed]);
        let modes = [AnalysisMode::General, AnalysisMode::TimeBasedMetadata];
        value(request.analysis_mode(modes).send())
    }),
    ("analyze_async/batches/list.single", |client| {
        let request = client
            .analyze_async()
            .batches()
            .list()
            .page(2)
            .page_limit(20);
        let request = request.status([BatchStatus::Completed]);
        value(request.analysis_mode([AnalysisMode::General]).send())
    }),
    ("analyze_async/batches/results", |client| {
        events(client.analyze_async().batches().results(BATCH).send())
    }),
    ("analyze_async/batches/retrieve", |client| {
        value(client.analyze_async().batches().retrieve(BATCH).send())
    }),
    ("analyze_async/tasks/cancel", |client| {
        value(client.analyze_async().tasks().cancel(TASK).send())
    }),
    ("analyze_async/tasks/create", |client| {
        let request = create(client).model_name(PegasusModel::Pegasus1_5);
        let request = request.video(at_address()).prompt("What happens?");
        let request = request.max_tokens(2000).response_format(json_format());
        value(request.start_time(1.5).end_time(60.25).send())
    }),
    ("analyze_async/tasks/create.images", |client| {
        let request = create(client).model_name(PegasusModel::Pegasus1_6);
        let request = request.image(images()).prompt("What is seen?");
        value(request.max_tokens(2000).send())
    }),
    ("analyze_async/tasks/create.prompt_v2", |client| {
        let request = create(client).model_name(PegasusModel::Pegasus1_6);
        let request = request.video(encoded()).prompt_v2(prompt());
        let request = request.max_tokens(2000).response_format(json_format());
        value(request.start_time(1.5).end_time(60.25).send())
    }),
    ("analyze_async/tasks/create.segments", |client| {
        let request = create(client).model_name(PegasusModel::Pegasus1_5);
        let request = request.analysis_mode(AnalysisMode::TimeBasedMetadata);
        let request = request
            .video(uploaded())
            .max_tokens(UnlimitedTokens::Unlimited);
        let request = request.response_format(segment_format());
        let request = request.min_segment_duration(2.5).max_segment_duration(30.5);
        value(request.start_time(1.5).end_time(60.25).send())
    }),
    ("analyze_async/tasks/delete", |client| {
        value(client.analyze_async().tasks().delete(TASK).send())
    }),
    ("analyze_async/tasks/list", |client| {
        let request = client.analyze_async().tasks().list().page(2).page_limit(20);
        let request = request
            .status(AnalyzeTaskStatus::Ready)
            .video_url(VIDEO_URL);
        let request = request.asset_id(ASSET);
        value(request.analysis_mode(AnalysisMode::General).send())
    }),
    ("analyze_async/tasks/retrieve", |client| {
        value(client.analyze_async().tasks().retrieve(TASK).send())
    }),
];

fn create(client: &Client) -> CreateRequest {
    client
        .analyze_async()
        .tasks()
        .create()
        .custom_id("my-task")
        .analysis_mode(AnalysisMode::General)
        .temperature(0.25)
}

fn only_video(asset_id: &str) -> BatchItemRequest {
    BatchItemRequest::new(BatchVideoContext::new(asset_id))
}

/// Sets the properties that requests of both modes have.
fn first() -> BatchItemRequest {
    only_video(ASSET)
        .custom_id("first")
        .temperature(0.25)
        .max_tokens(2000)
        .start_time(1.5)
        .end_time(60.25)
}

fn general() -> BatchItemRequest {
    first().prompt(prompt()).response_format(json_format())
}

fn segments() -> BatchItemRequest {
    first()
        .response_format(segment_format())
        .min_segment_duration(2.5)
        .max_segment_duration(30.5)
}

/// Sets the same properties for all requests of a batch.
fn defaults(request: BatchItemRequest) -> BatchDefaults {
    let mut defaults = BatchDefaults::new();
    defaults.prompt = request.prompt;
    defaults.response_format = request.response_format;
    defaults.temperature = request.temperature;
    defaults.max_tokens = request.max_tokens;
    defaults.min_segment_duration = request.min_segment_duration;
    defaults.max_segment_duration = request.max_segment_duration;
    defaults.start_time = request.start_time;
    defaults.end_time = request.end_time;
    defaults
}

fn json_format() -> AsyncResponseFormat {
    AsyncResponseFormat::new(AsyncResponseFormatType::JsonSchema).json_schema(schema())
}

fn segment_format() -> AsyncResponseFormat {
    AsyncResponseFormat::new(AsyncResponseFormatType::SegmentDefinitions)
        .segment_definitions(vec![scene()])
        .segment_time_format(TimestampFormat::HhMmSs)
}

fn scene() -> SegmentDefinition {
    let mood = SegmentField::new("mood", SegmentFieldType::String, "The mood")
        .enum_(vec!["calm".to_owned(), "tense".to_owned()]);
    let begins = SegmentField::new("begins", SegmentFieldType::Timestamp, "The begin")
        .format(TimestampFormat::HhMmSsFff);
    let people = SegmentField::new("people", SegmentFieldType::Array, "Who is seen")
        .items(SegmentFieldItems::new(SegmentFieldItemsType::String));
    let moment = SegmentFieldItems::new(SegmentFieldItemsType::Object).fields(fields_of_moments());
    let moments =
        SegmentField::new("moments", SegmentFieldType::TimeArray, "The moments").items(moment);
    SegmentDefinition::new("scene", "A change of scene")
        .fields(vec![mood, begins, people, moments])
        .media_sources(references())
        .time_ranges(vec![AnalyzeTimeRange::new(1.5, 9.25)])
}

fn fields_of_moments() -> Vec<TimeArrayItemField> {
    let word = TimeArrayItemFieldItems::new(TimeArrayItemFieldItemsType::String);
    vec![
        TimeArrayItemField::new("kind", TimeArrayItemFieldType::String, "The kind")
            .enum_(vec!["a".to_owned(), "b".to_owned()]),
        TimeArrayItemField::new("words", TimeArrayItemFieldType::Array, "The words").items(word),
    ]
}
