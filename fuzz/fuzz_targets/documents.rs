//! Generates from plain documents whose structure the bytes choose.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::documents(bytes));
