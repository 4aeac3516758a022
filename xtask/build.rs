//! Does nothing. Cargo requires a build script for `[build-dependencies]`.

fn main() {}
