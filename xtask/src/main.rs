//! `cargo xtask`: the program `apipages`, built from this workspace.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    apipages::run("cargo xtask")
}
