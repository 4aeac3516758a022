//! What is written by hand in the Twelve Labs client: waiting, uploads in chunks, and
//! searches that are read on, against servers on this machine.

mod embeddings;
mod platform;
mod searching;
mod server;
mod uploading;
mod waiting;
