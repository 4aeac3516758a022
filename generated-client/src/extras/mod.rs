//! Handwritten methods that combine several API calls.
//!
//! # Large files
//!
//! [`upload_file`](crate::operations::multipart_upload::MultipartUpload::upload_file) sends a file
//! in chunks, several at a time, and
//! [`resume_file`](crate::operations::multipart_upload::MultipartUpload::resume_file) continues an
//! interrupted upload. Both return a [`FileUpload`].
//! [`wait_until_done`](crate::operations::multipart_upload::MultipartUpload::wait_until_done) waits
//! for an upload whose chunks another process sends.
//!
//! # Searching
//!
//! [`stream`](crate::operations::search::CreateRequest::stream) returns the matches of a search one at
//! a time, and [`pages`](crate::operations::search::CreateRequest::pages) returns them by page.
//!
//! # Many files and tasks
//!
//! [`upload_folder`](crate::operations::assets::Assets::upload_folder) uploads the files of a
//! folder as assets. `create_bulk` of [video indexing
//! tasks](crate::operations::tasks::Tasks::create_bulk) and [embedding
//! tasks](crate::operations::embed::tasks::Tasks::create_bulk) creates a task for each of several
//! videos. A failure does not stop the others, and is returned with its file.
//!
//! # Text and structured output
//!
//! [`output_text`](crate::types::ResponseObject::output_text) returns the text of a response, and
//! `into_text` of a stream of events returns a [`TextStream`]. With the feature `schema`,
//! `send_parsed` of an [analysis](crate::operations::ungrouped::AnalyzeRequest) and of a
//! [response](crate::operations::responses::CreateRequest) sends the JSON Schema of a Rust type,
//! and deserializes the text as that type. The type derives `schemars::JsonSchema` (version 1) and
//! `serde::Deserialize`.
//!
//! Extras that need timers or files are not available in browsers.

#[cfg(not(target_arch = "wasm32"))]
mod backoff;
#[cfg(all(feature = "blocking", not(target_arch = "wasm32")))]
mod blocking;
mod bulk;
#[cfg(not(target_arch = "wasm32"))]
mod folder;
#[cfg(not(target_arch = "wasm32"))]
mod multipart;
mod output;
#[cfg(feature = "schema")]
mod schema;
mod search;
#[cfg(feature = "schema")]
mod structured;
mod text;

pub use bulk::{BulkCreate, BulkCreated, BulkFailure, BulkOutcome, BulkVideo};
#[cfg(not(target_arch = "wasm32"))]
pub use folder::{FolderAsset, FolderFailure, FolderOutcome, FolderProgress, FolderUpload};
#[cfg(not(target_arch = "wasm32"))]
pub use multipart::{
    ChunkFailure, FailedChunk, FileUpload, UploadCause, UploadError, UploadProgress, UploadWait,
    UploadedFile,
};
pub use output::{OutputError, OutputMismatch, SchemaError};
#[cfg(feature = "schema")]
pub use structured::json_schema;
pub use text::TextStream;
