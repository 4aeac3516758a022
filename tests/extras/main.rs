//! The hand-written code of the Twelve Labs client: waiting, uploads in chunks and of folders,
//! paginated searches, and tasks in bulk, tested with local servers.

mod bulk;
mod embeddings;
mod folder;
mod platform;
mod searching;
mod server;
mod upload_waiting;
mod uploading;
mod waiting;
