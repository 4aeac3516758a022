//! The hand-written code of the Twelve Labs client: waiting, uploads in chunks and of folders,
//! paginated searches, tasks in bulk, texts, and structured output, tested with local servers.

mod bulk;
mod embeddings;
mod folder;
mod platform;
mod schema;
mod searching;
mod server;
mod structured;
mod text;
mod upload_waiting;
mod uploading;
mod waiting;
