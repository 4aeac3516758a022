//! What the runtime promises, seen from the outside: by a server on this
//! machine that records what it is sent and answers what it was told to.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "the runtime is a module of this crate, as a generated client carries it"
)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../src/lib.rs"]
mod runtime;

mod call_options;
mod configuration;
mod errors;
mod event_cuts;
mod events;
mod mock;
mod paging;
mod paths;
mod query;
mod redirects;
mod requests;
mod responses;
mod retries;
mod server;
mod streams;
mod trace;
mod uploads;
