//! Follows the links of any bytes as the list of pages of a site.

#![no_main]
#![allow(dead_code, reason = "the modules are those of `cargo xtask fetch`")]

#[path = "../../generator/cli/src/fetch/address.rs"]
mod address;
#[path = "../../generator/cli/src/fetch/links.rs"]
mod links;
#[path = "../../generator/cli/src/fetch/page_path.rs"]
mod page_path;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| links::check(&String::from_utf8_lossy(bytes)));
