//! Tests of the handwritten code of the Twelve Labs client with local servers: waiters, chunked
//! uploads, folder uploads, paginated searches, bulk tasks, texts, and structured output.

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
