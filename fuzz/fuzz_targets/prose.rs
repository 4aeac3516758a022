//! Generates from arbitrary bytes as the prose of a page.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::prose(bytes));
