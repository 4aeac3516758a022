//! `client.indexes()`.

#![allow(deprecated, reason = "the SDK still has what is deprecated")]

use twelvelabs::operations::indexes::{indexed_assets, videos};
use twelvelabs::types::{
    IndexedAssetStatus, IndexedEmbeddingOption, IntegerRange, NewIndexModel, NumberRange,
    UserMetadataFilterValue,
};

use super::*;

const INDEXED_ASSET: &str = "6298d673f1090f1100476d4e";
const VIDEO: &str = "6298d673f1090f1100476d4f";

pub(super) const CALLS: &[Call] = &[
    ("indexes/create", |client| {
        let options = vec!["visual".to_owned(), "audio".to_owned()];
        let model = NewIndexModel::new(options);
        let request = client.indexes().create("My index", [model]);
        value(request.addons(["thumbnail"]).send())
    }),
    ("indexes/delete", |client| {
        value(client.indexes().delete(INDEX).send())
    }),
    ("indexes/list", |client| {
        let request = client.indexes().list().page(2).page_limit(20);
        let request = request.sort_by("created_at").sort_option("desc");
        let request = request
            .index_name("My & index")
            .model_options("visual,audio");
        let request = request.model_family("marengo");
        value(request.created_at(CREATED_AT).updated_at(UPDATED_AT).send())
    }),
    ("indexes/retrieve", |client| {
        value(client.indexes().retrieve(INDEX).send())
    }),
    ("indexes/update", |client| {
        value(client.indexes().update(INDEX, "My index").send())
    }),
    ("indexes/indexed_assets/create", |client| {
        let request = client.indexes().indexed_assets().create(INDEX, ASSET);
        let request = request.enable_video_stream(true);
        value(request.user_metadata(user_metadata()).send())
    }),
    ("indexes/indexed_assets/delete", |client| {
        value(
            client
                .indexes()
                .indexed_assets()
                .delete(INDEX, INDEXED_ASSET)
                .send(),
        )
    }),
    ("indexes/indexed_assets/list", |client| {
        let request = list_assets(client).duration(numbers(10.5, 600.25));
        let request = request.fps(numbers(23.5, 60.5)).width(integers(640, 1920));
        let request = request.height(integers(480, 1080));
        value(request.size(numbers(1024.5, 1_048_576.5)).send())
    }),
    ("indexes/indexed_assets/list.half_ranges", |client| {
        let request = list_assets(client).duration(at_least(10.5));
        let request = request.fps(at_most(60.5)).width(wide());
        value(request.height(low()).size(at_least(1024.5)).send())
    }),
    ("indexes/indexed_assets/list.numbers", |client| {
        let request = list_assets(client).duration(10.5).fps(23.5);
        value(request.width(640).height(480).size(1024.5).send())
    }),
    ("indexes/indexed_assets/list_by_asset", |client| {
        let request = client.indexes().indexed_assets().list_by_asset(ASSET);
        value(request.page(2).page_limit(20).send())
    }),
    ("indexes/indexed_assets/retrieve", |client| {
        let request = client
            .indexes()
            .indexed_assets()
            .retrieve(INDEX, INDEXED_ASSET);
        let options = [
            IndexedEmbeddingOption::Visual,
            IndexedEmbeddingOption::Audio,
        ];
        value(request.embedding_option(options).transcription(true).send())
    }),
    ("indexes/indexed_assets/retrieve.single", |client| {
        let request = client
            .indexes()
            .indexed_assets()
            .retrieve(INDEX, INDEXED_ASSET);
        let options = [IndexedEmbeddingOption::Visual];
        value(
            request
                .embedding_option(options)
                .transcription(false)
                .send(),
        )
    }),
    ("indexes/indexed_assets/update", |client| {
        let request = client
            .indexes()
            .indexed_assets()
            .update(INDEX, INDEXED_ASSET);
        value(request.user_metadata(user_metadata()).send())
    }),
    ("indexes/videos/delete", |client| {
        value(client.indexes().videos().delete(INDEX, VIDEO).send())
    }),
    ("indexes/videos/list", |client| {
        let request = list_videos(client).duration(numbers(10.5, 600.25));
        let request = request.fps(numbers(23.5, 60.5)).width(integers(640, 1920));
        let request = request.height(integers(480, 1080));
        value(request.size(numbers(1024.5, 1_048_576.5)).send())
    }),
    ("indexes/videos/list.half_ranges", |client| {
        let request = list_videos(client).duration(at_least(10.5));
        let request = request.fps(at_most(60.5)).width(wide());
        value(request.height(low()).size(at_least(1024.5)).send())
    }),
    ("indexes/videos/list.numbers", |client| {
        let request = list_videos(client).duration(10.5).fps(23.5);
        value(request.width(640).height(480).size(1024.5).send())
    }),
    ("indexes/videos/retrieve", |client| {
        let request = client.indexes().videos().retrieve(INDEX, VIDEO);
        let options = [
            IndexedEmbeddingOption::Visual,
            IndexedEmbeddingOption::Audio,
        ];
        value(request.embedding_option(options).transcription(true).send())
    }),
    ("indexes/videos/retrieve.single", |client| {
        let request = client.indexes().videos().retrieve(INDEX, VIDEO);
        let options = [IndexedEmbeddingOption::Visual];
        value(
            request
                .embedding_option(options)
                .transcription(false)
                .send(),
        )
    }),
    ("indexes/videos/update", |client| {
        let request = client.indexes().videos().update(INDEX, VIDEO);
        value(request.user_metadata(user_metadata()).send())
    }),
];

fn list_assets(client: &Client) -> indexed_assets::ListRequest {
    client
        .indexes()
        .indexed_assets()
        .list(INDEX)
        .page(2)
        .page_limit(20)
        .sort_by("created_at")
        .sort_option("desc")
        .status([IndexedAssetStatus::Ready, IndexedAssetStatus::Pending])
        .filename("a & b.mp4")
        .created_at(CREATED_AT)
        .updated_at(UPDATED_AT)
        .user_metadata(filters())
}

fn list_videos(client: &Client) -> videos::ListRequest {
    client
        .indexes()
        .videos()
        .list(INDEX)
        .page(2)
        .page_limit(20)
        .sort_by("created_at")
        .sort_option("desc")
        .filename("a & b.mp4")
        .created_at(CREATED_AT)
        .updated_at(UPDATED_AT)
        .user_metadata(filters())
}

fn filters() -> BTreeMap<String, UserMetadataFilterValue> {
    BTreeMap::from([
        ("category".to_owned(), "sea & sand".into()),
        ("views".to_owned(), 12.5.into()),
        ("public".to_owned(), true.into()),
    ])
}

fn numbers(gte: f64, lte: f64) -> NumberRange {
    at_least(gte).lte(lte)
}

fn integers(gte: i64, lte: i64) -> IntegerRange {
    IntegerRange::new().gte(gte).lte(lte)
}

fn at_least(gte: f64) -> NumberRange {
    NumberRange::new().gte(gte)
}

fn at_most(lte: f64) -> NumberRange {
    NumberRange::new().lte(lte)
}

fn wide() -> IntegerRange {
    IntegerRange::new().gte(640)
}

fn low() -> IntegerRange {
    IntegerRange::new().lte(1080)
}
