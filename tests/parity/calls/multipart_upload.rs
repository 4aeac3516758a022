//! `client.multipart_upload()`.

use twelvelabs::types::{CompletedChunk, MultipartAssetType};

use super::*;

const UPLOAD: &str = "6298d673f1090f1100476d5a";

pub(super) const CALLS: &[Call] = &[
    ("multipart_upload/create", |client| {
        let uploads = client.multipart_upload();
        let request = uploads.create("a day at sea.mp4", MultipartAssetType::Video, 104_857_600);
        let request = request.enable_hls(true).enable_thumbnail(false);
        value(request.user_metadata(user_metadata()).send())
    }),
    ("multipart_upload/get_additional_presigned_urls", |client| {
        let uploads = client.multipart_upload();
        value(uploads.get_additional_presigned_urls(UPLOAD, 11, 10).send())
    }),
    ("multipart_upload/get_status", |client| {
        let request = client.multipart_upload().get_status(UPLOAD);
        value(request.page(2).page_limit(20).send())
    }),
    ("multipart_upload/list_incomplete_uploads", |client| {
        let request = client.multipart_upload().list_incomplete_uploads();
        value(request.page(2).page_limit(20).send())
    }),
    ("multipart_upload/report_chunk_batch", |client| {
        let chunks = [
            chunk(1, "d41d8cd98f00b204e9800998ecf8427e", 5_242_880),
            chunk(2, "d41d8cd98f00b204e9800998ecf8427f", 1024),
        ];
        value(
            client
                .multipart_upload()
                .report_chunk_batch(UPLOAD, chunks)
                .send(),
        )
    }),
];

fn chunk(chunk_index: i64, proof: &str, chunk_size: i64) -> CompletedChunk {
    CompletedChunk::new(chunk_index, proof, chunk_size)
}
