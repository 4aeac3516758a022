//! `client.analyze_async()`.

use twelvelabs::operations::analyze_async::tasks::CreateRequest;
use twelvelabs::types::{
    AnalysisMode, AnalyzeBatchModel, AnalyzeTaskStatus, AnalyzeTimeRange, AsyncResponseFormat,
    AsyncResponseFormatType, BatchDefaults, BatchItemRequest, BatchStatus, BatchVideoContext,
    BatchVideoContextType, PegasusModel, SegmentDefinition, SegmentField, SegmentFieldItems,
    SegmentFieldItemsType, SegmentFieldType, TimeArrayItemField, TimeArrayItemFieldItems,
    TimeArrayItemFieldItemsType, TimeArrayItemFieldType, TimestampFormat, UnlimitedTokens,
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
        let model = AnalyzeBatchModel::Pegasus1_5;
        let request = batches.create(model, AnalysisMode::General, requests);
        value(request.defaults(defaults(general())).send())
    }),
    ("analyze_async/batches/create.segments", |client| {
        let batches = client.analyze_async().batches();
        let model = AnalyzeBatchModel::Pegasus1_5;
        let request = batches.create(model, AnalysisMode::TimeBasedMetadata, [segments()]);
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
    BatchItemRequest {
        video: BatchVideoContext {
            type_: BatchVideoContextType::AssetId,
            asset_id: asset_id.to_owned(),
        },
        custom_id: None,
        prompt: None,
        response_format: None,
        temperature: None,
        max_tokens: None,
        min_segment_duration: None,
        max_segment_duration: None,
        start_time: None,
        end_time: None,
    }
}

fn general() -> BatchItemRequest {
    BatchItemRequest {
        custom_id: Some("first".to_owned()),
        prompt: Some(prompt()),
        response_format: Some(json_format()),
        temperature: Some(0.25),
        max_tokens: Some(2000),
        start_time: Some(1.5),
        end_time: Some(60.25),
        ..only_video(ASSET)
    }
}

fn segments() -> BatchItemRequest {
    BatchItemRequest {
        prompt: None,
        response_format: Some(segment_format()),
        min_segment_duration: Some(2.5),
        max_segment_duration: Some(30.5),
        ..general()
    }
}

/// Has for all requests of a batch what this one has.
fn defaults(request: BatchItemRequest) -> BatchDefaults {
    BatchDefaults {
        prompt: request.prompt,
        response_format: request.response_format,
        temperature: request.temperature,
        max_tokens: request.max_tokens,
        min_segment_duration: request.min_segment_duration,
        max_segment_duration: request.max_segment_duration,
        start_time: request.start_time,
        end_time: request.end_time,
    }
}

fn json_format() -> AsyncResponseFormat {
    AsyncResponseFormat {
        type_: AsyncResponseFormatType::JsonSchema,
        json_schema: Some(schema()),
        segment_definitions: None,
        segment_time_format: None,
    }
}

fn segment_format() -> AsyncResponseFormat {
    AsyncResponseFormat {
        type_: AsyncResponseFormatType::SegmentDefinitions,
        json_schema: None,
        segment_definitions: Some(vec![scene()]),
        segment_time_format: Some(TimestampFormat::HhMmSs),
    }
}

fn scene() -> SegmentDefinition {
    let field = |name: &str, type_, description: &str| SegmentField {
        name: name.to_owned(),
        type_,
        description: description.to_owned(),
        format: None,
        enum_: None,
        items: None,
    };
    let mood = SegmentField {
        enum_: Some(vec!["calm".to_owned(), "tense".to_owned()]),
        ..field("mood", SegmentFieldType::String, "The mood")
    };
    let begins = SegmentField {
        format: Some(TimestampFormat::HhMmSsFff),
        ..field("begins", SegmentFieldType::Timestamp, "The begin")
    };
    let people = SegmentField {
        items: Some(SegmentFieldItems {
            type_: SegmentFieldItemsType::String,
            fields: None,
        }),
        ..field("people", SegmentFieldType::Array, "Who is seen")
    };
    let moments = SegmentField {
        items: Some(SegmentFieldItems {
            type_: SegmentFieldItemsType::Object,
            fields: Some(fields_of_moments()),
        }),
        ..field("moments", SegmentFieldType::TimeArray, "The moments")
    };
    SegmentDefinition {
        id: "scene".to_owned(),
        description: "A change of scene".to_owned(),
        fields: Some(vec![mood, begins, people, moments]),
        media_sources: Some(references()),
        time_ranges: Some(vec![AnalyzeTimeRange {
            start_time: 1.5,
            end_time: 9.25,
        }]),
    }
}

fn fields_of_moments() -> Vec<TimeArrayItemField> {
    vec![
        TimeArrayItemField {
            name: "kind".to_owned(),
            type_: TimeArrayItemFieldType::String,
            description: "The kind".to_owned(),
            enum_: Some(vec!["a".to_owned(), "b".to_owned()]),
            items: None,
        },
        TimeArrayItemField {
            name: "words".to_owned(),
            type_: TimeArrayItemFieldType::Array,
            description: "The words".to_owned(),
            enum_: None,
            items: Some(TimeArrayItemFieldItems {
                type_: TimeArrayItemFieldItemsType::String,
            }),
        },
    ]
}
