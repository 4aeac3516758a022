//! Generates from plain documents. The bytes determine the structure.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::documents(bytes));
