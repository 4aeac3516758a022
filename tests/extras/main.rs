//! The hand-written code of the Twelve Labs client: waiting, uploads in chunks, and
//! paginated searches, tested with local servers.

mod embeddings;
mod platform;
mod searching;
mod server;
mod uploading;
mod waiting;
