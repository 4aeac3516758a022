//! `cargo xtask`: the program `apipages`, built from this workspace.
//!
//! Most commands do not access the network. Cargo builds the dependencies for the network when a
//! command requires them, because they take a large part of the first build.

#![forbid(unsafe_code)]

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    apipages::run("cargo xtask", Some(with_fetch))
}

/// Returns the command that builds and runs `xtask-fetch`. It is another program, because Windows
/// does not replace the file of a running program.
fn with_fetch() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--profile", "xtask", "--package", "xtask"]);
    command.args(["--features", "fetch", "--bin", "xtask-fetch", "--"]);
    command
}
