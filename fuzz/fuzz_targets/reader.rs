//! Compares the reader and the writer of generated clients with `serde_json` on any bytes.
//!
//! Run it with `cargo fuzz run reader` in the folder of the runtime.

#![no_main]
#![allow(
    dead_code,
    missing_docs,
    unexpected_cfgs,
    unreachable_pub,
    unused_imports,
    reason = "the runtime is a module of this crate, as a generated client carries it"
)]

#[path = "../../src/lib.rs"]
mod runtime;

#[path = "../../tests/runtime/against_serde_json.rs"]
mod against_serde_json;

libfuzzer_sys::fuzz_target!(|body: &[u8]| against_serde_json::compare(body));
