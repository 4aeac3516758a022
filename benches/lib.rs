//! Shared code of the benchmarks: the handwritten call, the server, and the measurement of builds.

#![forbid(unsafe_code)]

pub mod by_hand;
pub mod cost;
pub mod instructions;
pub mod pages;
pub mod server;
pub mod subject;
