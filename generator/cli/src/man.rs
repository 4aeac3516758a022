//! `apipages man`: a man page for the program and for each of its commands.

use std::path::PathBuf;

use generator::Code;

use crate::completions::PROGRAM;
use crate::shell::{Failure, Shell, shown};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder for the man pages; it is created if necessary
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(crate) fn run(arguments: &Arguments, shell: &Shell) -> Result<(), Failure> {
    let folder = &arguments.out;
    let failed = |error: std::io::Error| {
        Failure::check(
            Code::DiskFailure,
            format!("cannot write to `{}`: {error}", folder.display()),
            "check that the folder exists or can be created, and that you may write to it",
        )
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let command = crate::command_line().name(PROGRAM).bin_name(PROGRAM);
    clap_mangen::generate_to(command, folder).map_err(failed)?;
    shell.status("Writing", format!("man pages to {}", shown(folder)));
    Ok(())
}
