//! The hand-written code of the Twelve Labs client: waiting, uploads in chunks,
//! paginated searches, tested with local servers.

mod embeddings;
mod platform;
mod searching;
mod server;
mod upload_waiting;
mod uploading;
mod waiting;
