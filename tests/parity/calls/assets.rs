//! `client.assets()`.

use twelvelabs::types::{AssetType, TranscriptionSegmentation, UploadMethod};

use super::*;

const METADATA: &str = r#"{"title": "A day at sea", "views": 1200}"#;

pub(super) const CALLS: &[Call] = &[
    ("assets/create", |client| {
        let request = client.assets().create(UploadMethod::Direct).file(video());
        let request = request.filename("a day at sea.mp4").user_metadata(METADATA);
        value(request.enable_hls(true).enable_thumbnail(false).send())
    }),
    ("assets/create.url", |client| {
        let request = client.assets().create(UploadMethod::Url).url(VIDEO_URL);
        let request = request.filename("a day at sea.mp4").user_metadata(METADATA);
        value(request.enable_hls(true).enable_thumbnail(false).send())
    }),
    ("assets/delete", |client| {
        value(client.assets().delete(ASSET).force(true).send())
    }),
    ("assets/delete_user_metadata", |client| {
        value(client.assets().delete_user_metadata(ASSET).send())
    }),
    ("assets/list", |client| {
        let request = client.assets().list().page(2).page_limit(20);
        let request = request
            .asset_ids([ASSET, OTHER_ASSET])
            .filename("a & b.mp4");
        value(
            request
                .asset_types([AssetType::Image, AssetType::Video])
                .send(),
        )
    }),
    ("assets/list.single", |client| {
        let request = client.assets().list().page(2).page_limit(20);
        let request = request.asset_ids([ASSET]).filename("a.mp4");
        value(request.asset_types([AssetType::Video]).send())
    }),
    ("assets/replace_user_metadata", |client| {
        value(
            client
                .assets()
                .replace_user_metadata(ASSET, user_metadata())
                .send(),
        )
    }),
    ("assets/retrieve", |client| {
        value(client.assets().retrieve(ASSET).send())
    }),
    ("assets/retrieve_transcription", |client| {
        let all = ["words", "sentences", "utterances"].map(TranscriptionSegmentation::from);
        value(
            client
                .assets()
                .retrieve_transcription(ASSET)
                .include(all)
                .send(),
        )
    }),
    ("assets/retrieve_transcription.single", |client| {
        let request = client.assets().retrieve_transcription(ASSET);
        value(request.include([TranscriptionSegmentation::Words]).send())
    }),
    ("assets/update_user_metadata", |client| {
        value(
            client
                .assets()
                .update_user_metadata(ASSET, user_metadata())
                .send(),
        )
    }),
];
