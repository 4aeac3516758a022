//! The program `apipages`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    apipages::run("apipages", None)
}
