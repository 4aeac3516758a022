//! Reads arbitrary bytes as responses.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::responses(bytes));
