//! The arguments of the commands that access the network, `fetch` and `update`. The commands
//! require the feature `fetch`. Without it, the program shows their help, and another program runs
//! them.

use std::path::PathBuf;
#[cfg(not(feature = "fetch"))]
use std::process::Command;

#[cfg(not(feature = "fetch"))]
use generator::Code;

#[cfg(not(feature = "fetch"))]
use crate::shell::Failure;

// `update` has these arguments and its own, and clap derives group names from the type name.
#[derive(clap::Args)]
#[group(skip)]
pub(crate) struct FetchArguments {
    /// URL of the site or its `llms.txt` [default: `fetch.index` in codegen.toml]
    #[arg(long, value_name = "URL")]
    pub(crate) from: Option<String>,
    /// Folder whose `pages/` are updated [default: spec]
    #[arg(long, value_name = "DIR")]
    pub(crate) spec: Option<PathBuf>,
    /// Remove the pages that the site no longer lists, unless they were edited
    #[arg(long)]
    pub(crate) prune: bool,
    /// Write nothing; print the changes
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Number of concurrent requests
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) jobs: u16,
    /// Timeout of a request, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout: u64,
}

#[derive(clap::Args)]
pub(crate) struct UpdateArguments {
    #[command(flatten)]
    pub(crate) fetch: FetchArguments,
    /// Folder of the crate [default: generated-client]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write a summary for a pull request to a file, as Markdown
    #[arg(long, value_name = "FILE")]
    pub(crate) summary: Option<PathBuf>,
}

/// Runs the command of this process with `program`, which has the feature `fetch`, and exits with
/// its exit code.
///
/// # Errors
///
/// Returns an error if there is no such program, or if it cannot be run.
#[cfg(not(feature = "fetch"))]
pub(crate) fn run_with_fetch(program: Option<fn() -> Command>) -> Result<(), Failure> {
    let failed = |reason: String| {
        Failure::check(
            Code::ProgramFailed,
            format!("cannot access the network: {reason}"),
            "build the program with the feature `fetch`",
        )
    };
    let program = program.ok_or_else(|| failed("this program lacks the feature `fetch`".into()))?;
    let status = program().args(std::env::args_os().skip(1)).status();
    let status = status.map_err(|error| failed(error.to_string()))?;
    match status.code() {
        Some(code) => std::process::exit(code),
        None => Err(failed(status.to_string())),
    }
}
