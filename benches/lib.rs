//! Shared code of the benchmarks: the handwritten call and the server.

#![forbid(unsafe_code)]

pub mod by_hand;
pub mod server;
