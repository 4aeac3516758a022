//! `cargo xtask` with the commands `fetch` and `update`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    apipages::run("cargo xtask", None)
}
