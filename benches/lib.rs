//! Code that the benchmarks share: the call that the client is compared with, and the server
//! for both.

#![forbid(unsafe_code)]

pub mod by_hand;
pub mod server;
