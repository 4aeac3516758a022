//! Reads arbitrary bytes as the types of a random document, which the build script generates. The
//! first byte selects the type.

#![no_main]
#![allow(
    dead_code,
    missing_docs,
    unexpected_cfgs,
    unreachable_pub,
    unused_imports,
    reason = "the modules of the generated crate are included in this crate"
)]

#[path = "../../tests/round_trip/compare.rs"]
mod compare;

use compare::compare;

include!(concat!(env!("OUT_DIR"), "/models.rs"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Some((choice, body)) = bytes.split_first() {
        TYPES[usize::from(*choice) % TYPES.len()](body);
    }
});
