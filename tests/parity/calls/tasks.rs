//! `client.tasks()`.

#![allow(deprecated, reason = "the SDK still has what is deprecated")]

use twelvelabs::operations::tasks::{CreateRequest, ListRequest};
use twelvelabs::types::VideoIndexingTaskStatus;

use super::*;

pub(super) const CALLS: &[Call] = &[
    ("tasks/create", |client| {
        value(create(client).video_file(video()).send())
    }),
    ("tasks/create.url", |client| {
        value(create(client).video_url(VIDEO_URL).send())
    }),
    ("tasks/delete", |client| {
        value(client.tasks().delete(TASK).send())
    }),
    ("tasks/list", |client| {
        let status = [
            VideoIndexingTaskStatus::Ready,
            VideoIndexingTaskStatus::Indexing,
        ];
        value(list(client).status(status).send())
    }),
    ("tasks/list.single", |client| {
        value(list(client).status([VideoIndexingTaskStatus::Ready]).send())
    }),
    ("tasks/retrieve", |client| {
        value(client.tasks().retrieve(TASK).send())
    }),
];

fn create(client: &Client) -> CreateRequest {
    let request = client.tasks().create(INDEX).enable_video_stream(false);
    request.user_metadata(r#"{"title": "A day at sea", "views": 1200}"#)
}

fn list(client: &Client) -> ListRequest {
    client
        .tasks()
        .list()
        .page(2)
        .page_limit(20)
        .sort_by("created_at")
        .sort_option("desc")
        .index_id(INDEX)
        .filename("a & b.mp4")
        .duration(10.5)
        .width(640)
        .height(480)
        .created_at(CREATED_AT)
        .updated_at(UPDATED_AT)
}
