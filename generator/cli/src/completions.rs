//! `apipages completions`: completion scripts for shells.

use clap_complete::Shell;

use crate::shell::{Failure, print};

/// The name of the installed program, which the scripts complete.
pub(crate) const PROGRAM: &str = "apipages";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Shell to print the script for
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut crate::command_line(),
        PROGRAM,
        &mut script,
    );
    print(&String::from_utf8_lossy(&script))
}
