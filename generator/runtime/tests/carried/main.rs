//! The runtime as a generated client carries it: as a module of its own crate.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "this client has no operations"
)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../src/lib.rs"]
mod runtime;

mod against_serde_json;
mod enums;
mod nullable;
mod objects;
mod reader;
mod unions;
