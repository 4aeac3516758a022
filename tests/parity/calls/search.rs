//! `client.search()`.

use twelvelabs::operations::search::CreateRequest;
use twelvelabs::types::{
    QueryMediaType, SearchGroupBy, SearchOperator, SearchOption, TranscriptionOption,
};

use super::*;

pub(super) const CALLS: &[Call] = &[
    ("search/create", |client| {
        value(create(client).query_text("a boat & a naïve captain").send())
    }),
    ("search/create.image_and_text", |client| {
        let request = create(client).query_media_type(QueryMediaType::Image);
        value(
            request
                .query_media_file([image()])
                .query_text("at night")
                .send(),
        )
    }),
    ("search/create.image_file", |client| {
        let request = create(client).query_media_type(QueryMediaType::Image);
        value(request.query_media_file([image()]).send())
    }),
    ("search/create.image_url", |client| {
        let request = create(client).query_media_type(QueryMediaType::Image);
        let url = "https://example.com/an image.jpg?x=1&y=2";
        value(request.query_media_url([url]).send())
    }),
    ("search/retrieve", |client| {
        let request = client.search().retrieve("1234567890-abcdef");
        value(request.include_user_metadata(true).send())
    }),
];

fn create(client: &Client) -> CreateRequest {
    let options = [
        SearchOption::Visual,
        SearchOption::Audio,
        SearchOption::Transcription,
    ];
    client
        .search()
        .create(INDEX, options)
        .transcription_options([TranscriptionOption::Lexical, TranscriptionOption::Semantic])
        .group_by(SearchGroupBy::Video)
        .operator(SearchOperator::And)
        .page_limit(10)
        .filter(r#"{"duration": {"gte": 10.5}, "category": "sea"}"#)
        .include_user_metadata(true)
}
