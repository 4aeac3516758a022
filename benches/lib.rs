//! What the benchmarks share: the call that the client is compared with, and the server
//! that answers both.

#![forbid(unsafe_code)]

pub mod by_hand;
pub mod server;
