//! `cargo xtask`: the commands of this workspace.

#![forbid(unsafe_code)]

mod bench;
mod codegen;
mod drift;
mod explain;
mod fetch;
mod fresh;
mod licensing;
mod membership;
mod shell;
mod update;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use generator::panics;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate the client crate from the pages of an API's reference
    Codegen(codegen::Arguments),
    /// Bring the pages up to date from a documentation site
    Fetch(fetch::Arguments),
    /// Bring the pages up to date, generate the client, and say what changes for callers
    Update(update::Arguments),
    /// Say what a change of the specification means for callers of the client
    Drift(drift::Arguments),
    /// Explain the code of an error or a warning, or list all codes
    Explain(explain::Arguments),
    /// Time the stages of the way, and print the share of each
    Bench(bench::Arguments),
}

impl Command {
    /// Returns `true` if the command prints nothing but errors.
    fn is_quiet(&self) -> bool {
        match self {
            Self::Codegen(arguments) => arguments.quiet,
            Self::Fetch(arguments) => arguments.quiet,
            Self::Update(arguments) => arguments.fetch.quiet,
            Self::Drift(_) | Self::Explain(_) | Self::Bench(_) => false,
        }
    }
}

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let is_quiet = command.is_quiet();
    let result = panics::caught(|| match command {
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Fetch(arguments) => fetch::run(&arguments),
        Command::Update(arguments) => update::run(&arguments),
        Command::Drift(arguments) => drift::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
    });
    let code = match result.unwrap_or_else(|panic| Err(panic.problem().into())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::FAILURE
        }
    };
    if !is_quiet {
        shell::print_hint();
    }
    code
}
