//! Compares the reader and the writer of generated clients with `serde_json` on arbitrary bytes.

#![no_main]
#![allow(
    dead_code,
    missing_docs,
    unexpected_cfgs,
    unreachable_pub,
    unused_imports,
    reason = "the runtime is a module of this crate, as in a generated client"
)]

#[path = "../../generator/rust/runtime/lib.rs"]
mod runtime;

#[path = "../../generator/runtime/tests/runtime/against_serde_json.rs"]
mod against_serde_json;

libfuzzer_sys::fuzz_target!(|body: &[u8]| against_serde_json::compare(body));
