//! Reads arbitrary bytes as the page list of a site, and checks its links.

#![no_main]
#![allow(dead_code, reason = "the modules are part of `cargo xtask fetch`")]

#[path = "../../generator/cli/src/fetch/links.rs"]
mod links;
#[path = "../../generator/cli/src/fetch/page_path.rs"]
mod page_path;
#[path = "../../generator/cli/src/fetch/site_url.rs"]
mod site_url;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = links::check(&String::from_utf8_lossy(bytes));
});
