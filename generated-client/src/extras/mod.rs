//! Hand-written methods that make more than one call of the API.
//!
//! # Large files
//!
//! [`upload_file`](crate::operations::multipart_upload::MultipartUpload::upload_file) sends a file in
//! chunks, several at a time, and
//! [`resume_file`](crate::operations::multipart_upload::MultipartUpload::resume_file) continues an
//! interrupted upload. Both return a [`FileUpload`].
//!
//! # Searching
//!
//! [`stream`](crate::operations::search::CreateRequest::stream) returns the matches of a search one at
//! a time, and [`pages`](crate::operations::search::CreateRequest::pages) returns them by page.
//!
//! The extras are not available in browsers, which lack the required timers and files.

#![cfg(not(target_arch = "wasm32"))]

mod backoff;
mod multipart;
mod search;

pub use multipart::{
    ChunkFailure, FileUpload, UploadCause, UploadError, UploadProgress, UploadedFile,
};
